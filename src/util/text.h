/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Short names: copied into fixed arrays, and compared. */
#ifndef TSMCTL_UTIL_TEXT_H
#define TSMCTL_UTIL_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

/* Copies `src` into `dst` of `cap` bytes, cut if need be, always terminated. */
static inline void text_copy(char *dst, size_t cap, const char *src)
{
	size_t len = strnlen(src, cap - 1);

	memcpy(dst, src, len);
	dst[len] = '\0';
}

/*
 * Whether the first `len` characters of both are the same but for the case of ASCII letters. strncasecmp() is no
 * substitute: readline sets the user's locale, and in Turkish "I" is not "i".
 */
static inline bool text_begins_alike(const char *a, const char *b, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		bool letter = (a[i] | 0x20) >= 'a' && (a[i] | 0x20) <= 'z';

		if (a[i] != b[i] && !(letter && (a[i] ^ b[i]) == 0x20))
			return false;
		if (!a[i])
			return true;
	}
	return true;
}

#endif
