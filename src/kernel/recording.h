/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A recording read from its file: checked as a whole, then asked for its calls one by one. */
#ifndef TSMCTL_KERNEL_RECORDING_H
#define TSMCTL_KERNEL_RECORDING_H

#include <json-c/json.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "kernel/calls.h"
#include "kernel/kernel.h"
#include "util/err.h"

struct recording {
	char version[32]; /* of the tsmctl that wrote it */
	char backend[16]; /* that it talked to */
	struct calls calls;
	struct json_object *call; /* the one that was looked at last, or NULL */
	size_t at;                /* its number */
};

/* Reads `path`. -1 with `e` set, which names the byte or the call, for what is no recording or was changed. */
int recording_load(struct recording *r, const char *path, struct err *e);
void recording_free(struct recording *r);

size_t recording_count(const struct recording *r);

/* The two halves of call `n`, counted from 0; objects, borrowed until another call is asked for. NULL: out of memory.
 */
struct json_object *recording_ask(struct recording *r, size_t n);
struct json_object *recording_answer(struct recording *r, size_t n);

/* The compact text of `o`, as tape.h would write it; borrowed until `o` is freed. NULL: out of memory. */
const char *recording_text(struct json_object *o);

/* What the call returned: a value >= 0, or a negative errno. False if that is not there. */
bool answer_ret(struct json_object *answer, int *ret);

/* The member `key`. False if it is not there, is of another kind, or does not have the size asked for. */
bool answer_hex(struct json_object *answer, const char *key, void *out, size_t len);
bool answer_text(struct json_object *answer, const char *key, void *out, size_t len);
int answer_names(struct json_object *answer, const char *key, struct names *out); /* a negative errno */

#endif
