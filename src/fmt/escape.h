/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the sinks share about characters. text_escape() itself is in fmt/sink.h. */
#ifndef TSMCTL_FMT_ESCAPE_H
#define TSMCTL_FMT_ESCAPE_H

#include <stddef.h>
#include <stdint.h>

#include "util/buf.h"

/*
 * Decodes the UTF-8 sequence at `p`. Returns its length in bytes, or 0 if there is none (truncated, overlong, a
 * surrogate, above U+10FFFF). `len` is at least 1.
 */
size_t utf8_decode(const uint8_t *p, size_t len, uint32_t *character);

/* The columns that escaped text takes on a terminal. Bytes that are not UTF-8 count as one each. */
size_t text_columns(const char *text, size_t len);

/*
 * What stands between the quotes of a JSON string. As text_escape(), but JSON has its own escapes for the C0 controls
 * other than NUL.
 */
void json_escape(struct buf *out, const void *bytes, size_t len);

#endif
