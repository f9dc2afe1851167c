/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The fuzzer's bytes as a script that is read from its start; behind its end everything is 0. */
#ifndef TSMCTL_TESTS_SCRIPT_H
#define TSMCTL_TESTS_SCRIPT_H

#include "util/bytes.h"

static inline uint8_t script_byte(struct bytes *s)
{
	if (!s->len)
		return 0;
	s->len--;
	return *s->data++;
}

static inline struct bytes script_bytes(struct bytes *s, size_t want)
{
	struct bytes taken = {s->data, want < s->len ? want : s->len};

	s->data += taken.len;
	s->len -= taken.len;
	return taken;
}

/* Bytes behind their length, which has 16 bits. */
static inline struct bytes script_piece(struct bytes *s)
{
	size_t len = script_byte(s);

	len |= (size_t)script_byte(s) << 8;
	return script_bytes(s, len);
}

#endif
