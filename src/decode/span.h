/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A piece of an object: where it starts and how many bytes of it are really there. */
#ifndef TSMCTL_DECODE_SPAN_H
#define TSMCTL_DECODE_SPAN_H

#include <stddef.h>

struct span {
	size_t offset;
	size_t len;
};

/* Takes the next `want` bytes, or what is left of them, off the front of `rest`. */
static inline struct span span_take(struct span *rest, size_t want)
{
	struct span taken = {rest->offset, want < rest->len ? want : rest->len};

	rest->offset += taken.len;
	rest->len -= taken.len;
	return taken;
}

#endif
