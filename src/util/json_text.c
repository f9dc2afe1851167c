// SPDX-License-Identifier: GPL-2.0-or-later
#include "util/json_text.h"

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

struct json_object *json_text_parse(const char *text, size_t len, const char **why)
{
	struct json_tokener *tokener = json_tokener_new_ex(DEPTH);
	struct json_object *o = NULL;
	size_t end;

	*why = "out of memory";
	if (!tokener)
		return NULL;
	json_tokener_set_flags(tokener, JSON_TOKENER_STRICT);
	if (len <= INT32_MAX)
		o = json_tokener_parse_ex(tokener, text, (int)len);
	end = json_tokener_get_parse_end(tokener);
	*why = o ? "something follows its end" : json_tokener_error_desc(json_tokener_get_error(tokener));
	if (o && only_space(text + end, len - end)) {
		*why = "it is no object";
		if (json_object_is_type(o, json_type_object))
			goto out;
	}
	json_object_put(o);
	o = NULL;
out:
	json_tokener_free(tokener);
	return o;
}
