/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A growing byte buffer. After a failed allocation every further call is a no-op and `failed` stays set. */
#ifndef TSMCTL_UTIL_BUF_H
#define TSMCTL_UTIL_BUF_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

struct buf {
	char *data; /* always NUL-terminated once something was added; NULL before */
	size_t len; /* without the NUL */
	size_t cap;
	bool failed;
	/* NULL, or what buf_pass() calls: takes the content away and empties the buffer; false where that failed. */
	bool (*drain)(struct buf *b);
};

void buf_add(struct buf *b, const void *bytes, size_t len);
void buf_text(struct buf *b, const char *text);
void buf_char(struct buf *b, char c);
void buf_repeat(struct buf *b, char c, size_t count);
void buf_printf(struct buf *b, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void buf_vprintf(struct buf *b, const char *fmt, va_list ap) __attribute__((format(printf, 2, 0)));
void buf_hex(struct buf *b, const void *bytes, size_t len); /* lower case, no separators */
void buf_reset(struct buf *b);                              /* empties, keeps the memory */

/* For whoever writes a long document piece by piece: here it may be cut. Drains what has grown large. */
void buf_pass(struct buf *b);
void buf_free(struct buf *b);

#endif
