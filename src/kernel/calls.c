// SPDX-License-Identifier: GPL-2.0-or-later
#include "kernel/calls.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "kernel/sim/json.h"
#include "kernel/tape.h"

enum { CALL_DEPTH = 3, HEADER_VALUES = 64 };

/* How far the text was looked through. */
struct scan {
	size_t depth;  /* of brackets */
	size_t begun;  /* where the call begins that is not at its end */
	size_t values; /* outside of calls */
	bool quoted, escaped;
};

static int too_many(struct err *e)
{
	return err_set(e, ERR_FAILED, "TOOBIG", "the file has more than %d calls", TAPE_MAX_CALLS);
}

static int add_span(struct calls *c, size_t at, size_t len, struct err *e)
{
	if (c->count == TAPE_MAX_CALLS)
		return too_many(e);
	if (c->count == c->cap) {
		size_t cap = c->cap ? 2 * c->cap : 64;
		struct call_span *bigger = reallocarray(c->span, cap, sizeof(*bigger));

		if (!bigger)
			return err_oom(e);
		c->span = bigger;
		c->cap = cap;
	}
	c->span[c->count++] = (struct call_span){.at = at, .len = len};
	return 0;
}

static void scan_quoted(struct scan *s, char c)
{
	if (s->escaped)
		s->escaped = false;
	else if (c == '\\')
		s->escaped = true;
	else if (c == '"')
		s->quoted = false;
}

static int scan_bare(struct calls *c, struct scan *s, size_t at, struct err *e)
{
	switch (c->text.data[at]) {
	case '"':
		s->quoted = true;
		return 0;
	case '{':
	case '[':
		if (++s->depth == CALL_DEPTH)
			s->begun = at;
		return 0;
	case '}':
	case ']':
		if (s->depth && s->depth-- == CALL_DEPTH)
			return add_span(c, s->begun, at + 1 - s->begun, e);
		return 0;
	case ',':
		s->values += s->depth < CALL_DEPTH;
		return s->values > TAPE_MAX_CALLS + HEADER_VALUES ? too_many(e) : 0;
	default:
		return 0;
	}
}

/* Brackets need only be counted here: whether they match is seen when the call is parsed. */
static int find_calls(struct calls *c, struct err *e)
{
	struct scan s = {0};

	for (size_t at = 0; at < c->text.len; at++)
		if (s.quoted)
			scan_quoted(&s, c->text.data[at]);
		else if (scan_bare(c, &s, at, e))
			return -1;
	return 0;
}

/* Reads the file without its calls: a copy in which they are blank, so that offsets stay what they are. */
static struct json_object *parse_rest(const struct calls *c, struct err *e)
{
	struct json_object *rest;
	struct buf copy = {0};

	buf_add(&copy, c->text.data, c->text.len);
	if (copy.failed) {
		err_oom(e);
		return NULL;
	}
	for (size_t i = 0; i < c->count; i++) {
		memset(copy.data + c->span[i].at, ' ', c->span[i].len);
		copy.data[c->span[i].at] = '0';
	}
	rest = sim_json_parse(copy.data, copy.len, 0, e);
	buf_free(&copy);
	return rest;
}

int calls_read(struct calls *c, int fd, struct err *e)
{
	*c = (struct calls){0};
	buf_text(&c->text, "");
	if (!sim_json_text(fd, TAPE_MAX_SIZE, &c->text, e) && !find_calls(c, e))
		c->rest = parse_rest(c, e);
	if (c->rest)
		return 0;
	calls_free(c);
	return -1;
}

struct json_object *calls_parse(const struct calls *c, size_t n, struct err *e)
{
	const struct call_span *s = &c->span[n];

	return sim_json_parse(c->text.data + s->at, s->len, s->at, e);
}

void calls_free(struct calls *c)
{
	json_object_put(c->rest);
	free(c->span);
	buf_free(&c->text);
	*c = (struct calls){0};
}
