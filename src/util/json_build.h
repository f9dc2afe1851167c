/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * JSON objects and arrays that hold all that was put into them, or are known not to. The link leads json-c's parser
 * here, too: that of version 0.16 does not look whether an object took a member in, or whether there is a name for it.
 */
#ifndef TSMCTL_UTIL_JSON_BUILD_H
#define TSMCTL_UTIL_JSON_BUILD_H

#include <json-c/json.h>
#include <stdbool.h>

/*
 * Makes `value`, NULL for null, the member `name` of `o`, which owns it then. -1: out of memory, or `value` is itself
 * incomplete; `value` is freed, and `o` is incomplete from now on.
 */
int json_add(struct json_object *o, const char *name, struct json_object *value);

/* The same as the last element of `list`. */
int json_append(struct json_object *list, struct json_object *value);

/* Whether something was refused here, or in what was put in here. */
bool json_incomplete(struct json_object *o);

#endif
