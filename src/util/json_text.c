// SPDX-License-Identifier: GPL-2.0-or-later
#include "util/json_text.h"

#include <errno.h>
#include <limits.h>
#include <string.h>

#include "util/json_build.h"

static bool is_one_of(const char *set, char c)
{
	return c && strchr(set, c);
}

#if JSON_C_VERSION_NUM < (17 << 8)

/* The length of the longest string or number of a JSON text, as it is written there. */
static size_t longest_token(const char *text, size_t len)
{
	size_t longest = 0;
	size_t begun = 0;
	bool quoted = false;

	for (size_t i = 0; i < len; i++) {
		if (text[i] == '"')
			quoted = !quoted;
		if (text[i] == '"' || (!quoted && is_one_of(" \t\r\n,:[]{}", text[i])))
			begun = i + 1;
		else if (quoted && text[i] == '\\')
			i++;
		longest = i + 1 > begun + longest ? i + 1 - begun : longest;
	}
	return longest;
}

/*
 * The parser shortens a token without a word when its buffer cannot grow. The buffer stays as large as it ever was, so
 * it grows here. 0, or -1: out of memory.
 */
static int make_room(struct json_tokener *t, const char *text, size_t len)
{
	return printbuf_memset(t->pb, 0, '\0', (int)longest_token(text, len) + 1);
}

static bool says_starved(enum json_tokener_error error)
{
	(void)error;
	return false;
}

#else

static int make_room(struct json_tokener *t, const char *text, size_t len)
{
	(void)t;
	(void)text;
	(void)len;
	return 0;
}

static bool says_starved(enum json_tokener_error error)
{
	return error == json_tokener_error_memory;
}

#endif

/* Nothing but a NUL byte or want of memory ends the reading early without an error. */
static bool starved(enum json_tokener_error error, struct json_object *o, const char *text, size_t len, size_t end)
{
	bool early = end < len && text[end] && !(end && !text[end - 1]);

	return says_starved(error) || json_incomplete(o) || (error == json_tokener_success && early);
}

static const char *reason(enum json_tokener_error error)
{
	if (error == json_tokener_continue)
		return "it ends too early";
	return json_tokener_error_desc(error == json_tokener_success ? json_tokener_error_parse_unexpected : error);
}

/* What begins as an object is an object, or wrong. */
static struct json_object *parse_object(struct json_tokener *t, const char *text, size_t len, struct json_fault *f)
{
	struct json_object *o = json_tokener_parse_ex(t, text, (int)len);
	enum json_tokener_error error = json_tokener_get_error(t);

	f->at = json_tokener_get_parse_end(t);
	f->starved = starved(error, o, text, len, f->at);
	f->why = reason(error);
	if (o && f->at == len && !f->starved)
		return o;
	json_object_put(o);
	return NULL;
}

struct json_object *json_text_parse(const char *text, size_t len, struct json_fault *f)
{
	struct json_tokener *t;
	struct json_object *o = NULL;
	size_t at = 0;

	while (at < len && is_one_of(" \t\r\n", text[at]))
		at++;
	*f = (struct json_fault){.at = at, .why = at == len ? "it ends too early" : "it is no object"};
	if (at == len || text[at] != '{')
		return NULL;
	f->starved = true;
	t = len < INT_MAX ? json_tokener_new() : NULL;
	if (!t)
		return NULL;
	json_tokener_set_flags(t, JSON_TOKENER_STRICT | JSON_TOKENER_VALIDATE_UTF8);
	if (!make_room(t, text, len))
		o = parse_object(t, text, len, f);
	json_tokener_free(t);
	return o;
}

const char *json_text(struct json_object *o, int flags, size_t *len)
{
	const char *text;

	errno = 0;
	text = json_object_to_json_string_length(o, flags, len);
	/* Nothing but errno tells. */
	return errno == ENOMEM || errno == EFBIG ? NULL : text;
}
