/* SPDX-License-Identifier: GPL-2.0-or-later */
/* JSON files (scenarios, the state file, recordings): strict parsing, and objects into structs by a table. */
#ifndef TSMCTL_KERNEL_SIM_JSON_H
#define TSMCTL_KERNEL_SIM_JSON_H

#include <json-c/json.h>
#include <stddef.h>

#include "util/buf.h"
#include "util/err.h"

enum json_kind {
	JSON_FLAG,   /* bool */
	JSON_U32,    /* uint32_t; a number, or a string with one in decimal or after 0x; so the next two */
	JSON_U64,    /* uint64_t */
	JSON_SIZE,   /* size_t */
	JSON_STRING, /* char[size] */
	JSON_WORD,   /* int or an enum, by `parse` */
	JSON_OTHER,  /* allowed; the caller looks at it */
};

struct json_key {
	const char *name;
	enum json_kind kind;
	size_t offset;                  /* in the target */
	size_t size;                    /* JSON_STRING: of the array */
	int (*parse)(const char *text); /* JSON_WORD: negative for a word that is not one of them */
};

/*
 * Reads `fd` to its end, at most `limit` bytes, as one JSON object. NULL with `e` (ERR_FAILED) set: `path` is its
 * object, the message says the offset. Freed with json_object_put().
 */
struct json_object *sim_json_read(int fd, const char *path, size_t limit, struct err *e);

/* The two halves of that: the text, appended to `out`; and of its part that begins at byte `at` the object, of at most
 * 512 Ki values. */
int sim_json_text(int fd, size_t limit, struct buf *out, struct err *e);
struct json_object *sim_json_parse(const char *text, size_t len, size_t at, struct err *e);

/* Stores the members of `o` in `target`. -1 with `e` set for an unknown key or a wrong value; `what` is the object's
 * name in the message. */
int sim_json_fill(struct json_object *o, const struct json_key *key, size_t count, void *target, const char *what,
		  struct err *e);

/* The member `name` of `o` if it is of `type`; NULL when absent. -1 with `e` set for another type. */
int sim_json_get(struct json_object *o, const char *name, enum json_type type, struct json_object **out, struct err *e);

#endif
