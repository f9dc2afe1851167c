/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copies of short names into fixed arrays. */
#ifndef TSMCTL_UTIL_TEXT_H
#define TSMCTL_UTIL_TEXT_H

#include <stddef.h>
#include <string.h>

/* Copies `src` into `dst` of `cap` bytes, cut if need be, always terminated. */
static inline void text_copy(char *dst, size_t cap, const char *src)
{
	size_t len = strnlen(src, cap - 1);

	memcpy(dst, src, len);
	dst[len] = '\0';
}

#endif
