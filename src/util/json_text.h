/* SPDX-License-Identifier: GPL-2.0-or-later */
/* JSON that a user hands over: one value, strictly; and JSON as text, whole or not at all. */
#ifndef TSMCTL_UTIL_JSON_TEXT_H
#define TSMCTL_UTIL_JSON_TEXT_H

#include <json-c/json.h>
#include <stddef.h>

/*
 * Parses `len` bytes as one JSON object that is nested at most 8 deep, with nothing but white space behind it. NULL
 * with `*why` set to the reason, a static string; else freed with json_object_put().
 */
struct json_object *json_text_parse(const char *text, size_t len, const char **why);

/*
 * The object as text, with json-c's flags JSON_C_TO_STRING_*; owned by the object. NULL: out of memory. json-c itself
 * leaves out what it has no memory for.
 */
const char *json_text(struct json_object *o, int flags, size_t *len);

#endif
