// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdint.h>
#include <string.h>

#include "fmt/sink.h"

enum { PER_LINE = 16, HEX_COLUMNS = PER_LINE * 3 + 2 };

/* The two groups of eight, as wide for a short line as for a full one. */
static void add_hex_columns(struct buf *out, const uint8_t *p, size_t len)
{
	static const char digits[] = "0123456789abcdef";
	char line[HEX_COLUMNS];
	char *to = line;

	memset(line, ' ', sizeof(line));
	for (size_t i = 0; i < len; i++) {
		to[0] = digits[p[i] >> 4];
		to[1] = digits[p[i] & 15];
		to += i == PER_LINE / 2 - 1 ? 4 : 3;
	}
	buf_add(out, line, sizeof(line));
}

static void add_ascii(struct buf *out, const uint8_t *p, size_t len)
{
	char line[PER_LINE + 3];

	line[0] = '|';
	for (size_t i = 0; i < len; i++)
		line[i + 1] = p[i] >= 0x20 && p[i] < 0x7f ? (char)p[i] : '.';
	line[len + 1] = '|';
	line[len + 2] = '\n';
	buf_add(out, line, len + 3);
}

void hex_dump(struct buf *out, const void *bytes, size_t len, unsigned indent)
{
	const uint8_t *p = bytes;

	for (size_t off = 0; off < len; off += PER_LINE) {
		size_t n = len - off < PER_LINE ? len - off : PER_LINE;

		buf_repeat(out, ' ', indent);
		buf_printf(out, "%08zx  ", off);
		add_hex_columns(out, p + off, n);
		add_ascii(out, p + off, n);
		buf_pass(out);
	}
}
