/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The text of a recording, of which each call becomes a tree only while it is looked at: trees of all would take ten
 * times the memory, and a hostile file could make that much more.
 */
#ifndef TSMCTL_KERNEL_CALLS_H
#define TSMCTL_KERNEL_CALLS_H

#include <json-c/json.h>
#include <stddef.h>

#include "util/buf.h"
#include "util/err.h"

struct calls {
	struct buf text; /* the whole file */
	struct call_span {
		size_t at, len;
	} * span; /* where each call stands in it */
	size_t count, cap;
	struct json_object *rest; /* the file as if each call were the number 0 */
};

/*
 * Reads `fd` to its end, at most TAPE_MAX_SIZE bytes with TAPE_MAX_CALLS calls, which is whatever has brackets at the
 * third level. Around them, it is JSON. -1 with `e` set, which names the byte.
 */
int calls_read(struct calls *c, int fd, struct err *e);

/* Call `n`, counted from 0; NULL with `e` set if it is not a JSON object. Freed with json_object_put(). */
struct json_object *calls_parse(const struct calls *c, size_t n, struct err *e);

void calls_free(struct calls *c);

#endif
