/* SPDX-License-Identifier: GPL-2.0-or-later */
/* JSON that others wrote: one object, strictly; and JSON as text, whole or not at all. */
#ifndef TSMCTL_UTIL_JSON_TEXT_H
#define TSMCTL_UTIL_JSON_TEXT_H

#include <json-c/json.h>
#include <stdbool.h>
#include <stddef.h>

/* Why a text is no JSON object. */
struct json_fault {
	bool starved;    /* there was no memory to find out; the rest says nothing then */
	size_t at;       /* byte */
	const char *why; /* static string */
};

/*
 * Parses `len` bytes of UTF-8 as one JSON object that is nested less than 32 deep, with nothing but white space
 * behind it. NULL with `f` set; else freed with json_object_put().
 */
struct json_object *json_text_parse(const char *text, size_t len, struct json_fault *f);

/*
 * The object as text, with json-c's flags JSON_C_TO_STRING_*; owned by the object. NULL: out of memory. json-c itself
 * leaves out what it has no memory for.
 */
const char *json_text(struct json_object *o, int flags, size_t *len);

#endif
