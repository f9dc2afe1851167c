// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <json-c/json.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "fmt/escape.h"
#include "fmt/node.h"
#include "fmt/sink.h"

/* Builders return false when memory is short; a null value is a NULL object, so NULL cannot tell the two apart. */
typedef bool build_fn(const struct node *n, struct json_object **out);

static build_fn build_value;

static bool new_string(const char *text, size_t len, struct json_object **out)
{
	*out = len <= INT_MAX ? json_object_new_string_len(text, (int)len) : NULL;
	return *out;
}

static bool is_printable_ascii(const char *text, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (text[i] < 0x20 || text[i] > 0x7e)
			return false;
	return true;
}

static bool new_escaped(const char *bytes, size_t len, struct json_object **out)
{
	struct buf b = {0};
	bool ok;

	if (is_printable_ascii(bytes, len))
		return new_string(bytes, len, out);
	json_escape(&b, bytes, len);
	ok = !b.failed && new_string(b.data, b.len, out);
	buf_free(&b);
	return ok;
}

/* Takes over `value`, also when it fails. `key` is not copied: literals and the record outlive the document. */
static bool put(struct json_object *object, const char *key, struct json_object *value)
{
	if (json_object_object_add_ex(object, key, value, JSON_C_OBJECT_ADD_CONSTANT_KEY) == 0)
		return true;
	json_object_put(value);
	return false;
}

static bool build_null(const struct node *n, struct json_object **out)
{
	(void)n;
	*out = NULL;
	return true;
}

static bool build_bool(const struct node *n, struct json_object **out)
{
	*out = json_object_new_boolean(n->number != 0);
	return *out;
}

static bool build_number(const struct node *n, struct json_object **out)
{
	*out = json_object_new_uint64(n->number);
	return *out;
}

static bool build_hex(const struct node *n, struct json_object **out)
{
	char text[24];
	int len = snprintf(text, sizeof(text), "0x%0*llx", (int)n->digits, (unsigned long long)n->number);

	return new_string(text, (size_t)len, out);
}

static bool build_text(const struct node *n, struct json_object **out)
{
	return new_escaped(n->bytes, n->len, out);
}

static bool build_bytes(const struct node *n, struct json_object **out)
{
	struct buf b = {0};
	bool ok;

	buf_hex(&b, n->bytes, n->len);
	ok = !b.failed && new_string(b.data, b.len, out);
	buf_free(&b);
	return ok;
}

static bool build_object(const struct node *n, struct json_object **out)
{
	struct json_object *object = json_object_new_object();
	struct json_object *value = NULL;
	const struct node *child;

	if (!object)
		return false;
	for (child = first_in_json(n); child; child = next_in_json(child)) {
		/* What has no key is for people: a note, a table's caption. */
		if (!child->key)
			continue;
		if (!build_value(child, &value) || !put(object, child->key, value)) {
			json_object_put(object);
			return false;
		}
	}
	*out = object;
	return true;
}

static bool build_list(const struct node *n, struct json_object **out)
{
	struct json_object *list = json_object_new_array();
	struct json_object *value = NULL;
	const struct node *child;

	if (!list)
		return false;
	for (child = first_in_json(n); child; child = next_in_json(child)) {
		if (!build_value(child, &value))
			goto fail;
		if (json_object_array_add(list, value)) {
			json_object_put(value);
			goto fail;
		}
	}
	*out = list;
	return true;
fail:
	json_object_put(list);
	return false;
}

static bool build_value(const struct node *n, struct json_object **out)
{
	static build_fn *const builders[] = {
		[NODE_NULL] = build_null,   [NODE_BOOL] = build_bool,   [NODE_COUNT] = build_number,
		[NODE_SIZE] = build_number, [NODE_HEX] = build_hex,     [NODE_TEXT] = build_text,
		[NODE_STATE] = build_text,  [NODE_BYTES] = build_bytes, [NODE_OBJECT] = build_object,
		[NODE_LIST] = build_list,
	};

	return builders[n->type](n, out);
}

/* A string, or null for one that is NULL or empty. */
static bool put_text(struct json_object *object, const char *key, const char *text)
{
	struct json_object *value = NULL;

	if (text && *text && !new_escaped(text, strlen(text), &value))
		return false;
	return put(object, key, value);
}

static bool put_tsm_code(struct json_object *object, const struct err *what)
{
	char text[24] = "";

	if (what->has_tsm_code)
		snprintf(text, sizeof(text), "0x%llx", (unsigned long long)what->tsm_code);
	return put_text(object, "tsm_code", text);
}

static bool put_exit(struct json_object *object, const struct err *what)
{
	struct json_object *value = json_object_new_int64(what->class);

	return value && put(object, "exit", value);
}

static bool put_uncertain(struct json_object *object, const struct err *what)
{
	struct json_object *value = json_object_new_boolean(what->uncertain);

	return value && put(object, "uncertain", value);
}

static bool build_error(const struct err *what, struct json_object **out)
{
	struct json_object *o = json_object_new_object();

	if (!o)
		return false;
	*out = o;
	if (put_text(o, "code", what->code) && put_text(o, "class", err_class_name(what->class)) && put_exit(o, what) &&
	    put_text(o, "message", what->message) && put_text(o, "hint", what->hint) &&
	    put_text(o, "object", what->object) && put_text(o, "kernel", what->kernel) && put_tsm_code(o, what) &&
	    put_uncertain(o, what))
		return true;
	json_object_put(o);
	return false;
}

static bool print(struct json_object *document, bool pretty, struct buf *out)
{
	int flags = JSON_C_TO_STRING_NOSLASHESCAPE;
	const char *text;
	size_t len;

	flags |= pretty ? JSON_C_TO_STRING_PRETTY | JSON_C_TO_STRING_SPACED : JSON_C_TO_STRING_PLAIN;
	errno = 0;
	text = json_object_to_json_string_length(document, flags, &len);
	/* json-c leaves out what it has no memory for, and nothing but errno tells. */
	if (!text || errno == ENOMEM || errno == EFBIG)
		return false;
	buf_add(out, text, len);
	buf_char(out, '\n');
	return !out->failed;
}

static bool put_line(struct json_object *object, unsigned long line)
{
	struct json_object *value = line ? json_object_new_int64((int64_t)line) : NULL;

	return !line || (value && put(object, "line", value));
}

/* Puts `body`, which it takes over, into the envelope under `key`, and prints it all. */
static int print_document(const struct envelope *v, const char *key, struct json_object *body, bool pretty,
			  struct buf *out, struct err *e)
{
	struct json_object *document = json_object_new_object();
	bool ok;

	if (!document || !put_text(document, "schema", "tsmctl/1") || !put_text(document, "command", v->command) ||
	    !put_text(document, "backend", v->backend) || !put_line(document, v->line)) {
		json_object_put(body);
		json_object_put(document);
		return err_oom(e);
	}
	ok = put(document, key, body) && print(document, pretty, out);
	json_object_put(document);
	return ok ? 0 : err_oom(e);
}

int json_render(const struct record *r, const struct envelope *v, bool pretty, struct buf *out, struct err *e)
{
	struct json_object *data = NULL;

	if (r->failed || !build_value(&r->root, &data))
		return err_oom(e);
	return print_document(v, "data", data, pretty, out, e);
}

int json_render_error(const struct err *what, const struct envelope *v, bool pretty, struct buf *out, struct err *e)
{
	struct json_object *error = NULL;

	if (!build_error(what, &error))
		return err_oom(e);
	return print_document(v, "error", error, pretty, out, e);
}
