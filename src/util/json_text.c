// SPDX-License-Identifier: GPL-2.0-or-later
#include "util/json_text.h"

#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

enum { DEPTH = 8 };

/* A NUL byte would end json-c's reading unseen. */
static bool only_space(const char *text, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (text[i] == '\0' || !strchr(" \t\r\n", text[i]))
			return false;
	return true;
}

/* The NUL after the text says that no more follows: a number, or what is cut off, ends there. */
static struct json_object *parse_all(struct json_tokener *t, const char *text, size_t len, size_t *end)
{
	struct json_object *o = json_tokener_parse_ex(t, text, (int)len);

	*end = json_tokener_get_parse_end(t);
	if (json_tokener_get_error(t) != json_tokener_continue)
		return o;
	*end = len;
	return json_tokener_parse_ex(t, "", 1);
}

struct json_object *json_text_parse(const char *text, size_t len, const char **why)
{
	struct json_tokener *tokener = len <= INT32_MAX ? json_tokener_new_ex(DEPTH) : NULL;
	struct json_object *o;
	size_t end;

	*why = "out of memory";
	if (!tokener)
		return NULL;
	json_tokener_set_flags(tokener, JSON_TOKENER_STRICT);
	o = parse_all(tokener, text, len, &end);
	if (json_tokener_get_error(tokener) != json_tokener_success)
		*why = json_tokener_error_desc(json_tokener_get_error(tokener));
	else if (!only_space(text + end, len - end))
		*why = "something follows its end";
	else
		*why = json_object_is_type(o, json_type_object) ? NULL : "it is no object";
	json_tokener_free(tokener);
	if (!*why)
		return o;
	json_object_put(o);
	return NULL;
}

const char *json_text(struct json_object *o, int flags, size_t *len)
{
	const char *text;

	errno = 0;
	text = json_object_to_json_string_length(o, flags, len);
	/* Nothing but errno tells. */
	return errno == ENOMEM || errno == EFBIG ? NULL : text;
}
