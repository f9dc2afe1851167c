// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdio.h>
#include <string.h>

#include "fmt/escape.h"
#include "fmt/node.h"
#include "fmt/sink.h"

enum { STEP = 2, HEX_PIECE = 32 * 1024 };

/* A document while it is written. */
struct document {
	struct buf *out;
	bool pretty;
	bool fresh;     /* the innermost object or list is empty yet */
	unsigned depth; /* of the innermost object or list */
};

static void write_value(struct document *d, const struct node *n);

static void begin(struct document *d, char bracket)
{
	buf_char(d->out, bracket);
	d->depth++;
	d->fresh = true;
}

static void new_line(struct document *d)
{
	if (!d->pretty)
		return;
	buf_char(d->out, '\n');
	buf_repeat(d->out, ' ', (size_t)d->depth * STEP);
}

static void end(struct document *d, char bracket)
{
	d->depth--;
	if (!d->fresh)
		new_line(d);
	buf_char(d->out, bracket);
	d->fresh = false;
}

static void write_string(struct document *d, const char *text, size_t len)
{
	buf_char(d->out, '"');
	json_escape(d->out, text, len);
	buf_char(d->out, '"');
}

/* What stands before the value of a member of an object, or, with `key` NULL, of an element of a list. */
static void introduce(struct document *d, const char *key)
{
	buf_pass(d->out);
	if (!d->fresh)
		buf_char(d->out, ',');
	d->fresh = false;
	new_line(d);
	if (!key)
		return;
	write_string(d, key, strlen(key));
	buf_text(d->out, d->pretty ? ": " : ":");
}

static void write_null(struct document *d, const struct node *n)
{
	(void)n;
	buf_text(d->out, "null");
}

static void write_bool(struct document *d, const struct node *n)
{
	buf_text(d->out, n->number ? "true" : "false");
}

static void write_number(struct document *d, const struct node *n)
{
	buf_printf(d->out, "%llu", (unsigned long long)n->number);
}

static void write_hex(struct document *d, const struct node *n)
{
	buf_printf(d->out, "\"0x%0*llx\"", (int)n->digits, (unsigned long long)n->number);
}

static void write_text(struct document *d, const struct node *n)
{
	write_string(d, n->bytes, n->len);
}

static void write_bytes(struct document *d, const struct node *n)
{
	buf_char(d->out, '"');
	for (size_t at = 0; at < n->len; at += HEX_PIECE) {
		buf_hex(d->out, n->bytes + at, n->len - at < HEX_PIECE ? n->len - at : HEX_PIECE);
		buf_pass(d->out);
	}
	buf_char(d->out, '"');
}

static void write_object(struct document *d, const struct node *n)
{
	const struct node *child;

	begin(d, '{');
	for (child = first_in_json(n); child; child = next_in_json(child)) {
		/* What has no key is for people: a note, a table's caption. */
		if (!child->key)
			continue;
		introduce(d, child->key);
		write_value(d, child);
	}
	end(d, '}');
}

static void write_list(struct document *d, const struct node *n)
{
	const struct node *child;

	begin(d, '[');
	for (child = first_in_json(n); child; child = next_in_json(child)) {
		introduce(d, NULL);
		write_value(d, child);
	}
	end(d, ']');
}

typedef void writer(struct document *d, const struct node *n);

static void write_value(struct document *d, const struct node *n)
{
	static writer *const writers[] = {
		[NODE_NULL] = write_null,   [NODE_BOOL] = write_bool,   [NODE_COUNT] = write_number,
		[NODE_SIZE] = write_number, [NODE_HEX] = write_hex,     [NODE_TEXT] = write_text,
		[NODE_STATE] = write_text,  [NODE_BYTES] = write_bytes, [NODE_OBJECT] = write_object,
		[NODE_LIST] = write_list,
	};

	writers[n->type](d, n);
}

/* A string, or null for one that is NULL or empty. */
static void put_text(struct document *d, const char *key, const char *text)
{
	introduce(d, key);
	if (text && *text)
		write_string(d, text, strlen(text));
	else
		buf_text(d->out, "null");
}

static void write_error(struct document *d, const struct err *what)
{
	char tsm_code[24] = "";

	if (what->has_tsm_code)
		snprintf(tsm_code, sizeof(tsm_code), "0x%llx", (unsigned long long)what->tsm_code);
	begin(d, '{');
	put_text(d, "code", what->code);
	put_text(d, "class", err_class_name(what->class));
	introduce(d, "exit");
	buf_printf(d->out, "%d", (int)what->class);
	put_text(d, "message", what->message);
	put_text(d, "hint", what->hint);
	put_text(d, "object", what->object);
	put_text(d, "kernel", what->kernel);
	put_text(d, "tsm_code", tsm_code);
	introduce(d, "uncertain");
	buf_text(d->out, what->uncertain ? "true" : "false");
	end(d, '}');
}

static void write_envelope(struct document *d, const struct envelope *v)
{
	begin(d, '{');
	put_text(d, "schema", "tsmctl/1");
	put_text(d, "command", v->command);
	put_text(d, "backend", v->backend);
	if (!v->line)
		return;
	introduce(d, "line");
	buf_printf(d->out, "%lu", v->line);
}

static int finish(struct document *d, struct err *e)
{
	end(d, '}');
	buf_char(d->out, '\n');
	return d->out->failed ? output_failed(e) : 0;
}

int json_render(const struct record *r, const struct envelope *v, bool pretty, struct buf *out, struct err *e)
{
	struct document d = {.out = out, .pretty = pretty};

	if (r->failed)
		return err_oom(e);
	write_envelope(&d, v);
	introduce(&d, "data");
	write_value(&d, &r->root);
	return finish(&d, e);
}

int json_render_error(const struct err *what, const struct envelope *v, bool pretty, struct buf *out, struct err *e)
{
	struct document d = {.out = out, .pretty = pretty};

	write_envelope(&d, v);
	introduce(&d, "error");
	write_error(&d, what);
	return finish(&d, e);
}

void json_starved_error(const struct err *what, const struct envelope *v, char out[SINK_STARVED])
{
	char line[32] = "";
	char tsm_code[24] = "null";

	if (v->line)
		snprintf(line, sizeof(line), "\"line\":%lu,", v->line);
	if (what->has_tsm_code)
		snprintf(tsm_code, sizeof(tsm_code), "\"0x%llx\"", (unsigned long long)what->tsm_code);
	snprintf(out, SINK_STARVED,
		 "{\"schema\":\"tsmctl/1\",\"command\":%s%s%s,\"backend\":\"%s\",%s\"error\":{\"code\":\"%s\","
		 "\"class\":\"%s\",\"exit\":%d,\"message\":\"there is no memory to say more\",\"hint\":\"Free some "
		 "memory and run the command "
		 "again.\",\"object\":null,\"kernel\":null,\"tsm_code\":%s,\"uncertain\":%s}}\n",
		 v->command ? "\"" : "", v->command ? v->command : "null", v->command ? "\"" : "", v->backend, line,
		 what->code, err_class_name(what->class), (int)what->class, tsm_code,
		 what->uncertain ? "true" : "false");
}
