// SPDX-License-Identifier: GPL-2.0-or-later
#include "fmt/escape.h"

#include <stdbool.h>

#include "fmt/sink.h"
#include "util/locale.h"

enum { LAST_ASCII = 0x7f, LAST_CHARACTER = 0x10ffff };

#define ARRAY_LEN(a) (sizeof(a) / sizeof((a)[0]))

struct range {
	uint32_t first;
	uint32_t last;
};

/* Controls, line separators, and Unicode's Bidi_Control characters, which can show a name that is not the one that
 * stands there. */
static const struct range unsafe[] = {
	{0x00, 0x1f}, {0x7f, 0x9f}, {0x061c, 0x061c}, {0x200e, 0x200f}, {0x2028, 0x202e}, {0x2066, 0x2069},
};

/* Combining marks and joiners, as far as names are likely to hold them. */
static const struct range zero_width[] = {
	{0x0300, 0x036f}, {0x0483, 0x0489}, {0x0591, 0x05bd}, {0x064b, 0x065f}, {0x1ab0, 0x1aff}, {0x1dc0, 0x1dff},
	{0x200b, 0x200d}, {0x20d0, 0x20ff}, {0xfe00, 0xfe0f}, {0xfe20, 0xfe2f}, {0xfeff, 0xfeff},
};

/* The blocks of East Asian wide and fullwidth characters and of emoji. */
static const struct range double_width[] = {
	{0x1100, 0x115f},   {0x2e80, 0x303e},   {0x3041, 0xa4cf},   {0xac00, 0xd7a3},
	{0xf900, 0xfaff},   {0xfe30, 0xfe6f},   {0xff00, 0xff60},   {0xffe0, 0xffe6},
	{0x1f300, 0x1f64f}, {0x1f900, 0x1f9ff}, {0x20000, 0x3fffd},
};

static bool in_ranges(const struct range *r, size_t count, uint32_t c)
{
	for (size_t i = 0; i < count; i++)
		if (c >= r[i].first && c <= r[i].last)
			return true;
	return false;
}

/* The length that a lead byte announces, 0 for a byte that cannot lead. */
static size_t sequence_length(uint8_t lead)
{
	if (lead < 0x80)
		return 1;
	if (lead < 0xc2 || lead > 0xf4)
		return 0;
	return lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
}

size_t utf8_decode(const uint8_t *p, size_t len, uint32_t *character)
{
	static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
	size_t n = sequence_length(p[0]);
	uint32_t c;

	if (n == 0 || n > len)
		return 0;
	c = n == 1 ? p[0] : p[0] & (0x7fu >> n);
	for (size_t i = 1; i < n; i++) {
		if ((p[i] & 0xc0) != 0x80)
			return 0;
		c = c << 6 | (p[i] & 0x3f);
	}
	if (c < least[n] || c > LAST_CHARACTER || (c >= 0xd800 && c <= 0xdfff))
		return 0;
	*character = c;
	return n;
}

size_t text_columns(const char *text, size_t len)
{
	const uint8_t *p = (const uint8_t *)text;
	size_t columns = 0;

	while (len > 0) {
		uint32_t c = 0;
		size_t n = utf8_decode(p, len, &c);

		if (c >= 0x1100 && in_ranges(double_width, ARRAY_LEN(double_width), c))
			columns++;
		if (c < 0x300 || !in_ranges(zero_width, ARRAY_LEN(zero_width), c))
			columns++;
		n = n ? n : 1;
		p += n;
		len -= n;
	}
	return columns;
}

/* How a sink spells out what is unsafe. */
struct spelling {
	const char *backslash;
	uint32_t last; /* the last character that may stand for itself */
};

static void escape(struct buf *out, const uint8_t *p, size_t len, const struct spelling *s)
{
	size_t start = 0;
	size_t i = 0;

	while (i < len) {
		uint32_t c = p[i];
		size_t n = c < 0x80 ? 1 : utf8_decode(p + i, len - i, &c);

		if (c - 0x20 < 0x5f || (n > 0 && c <= s->last && !in_ranges(unsafe, ARRAY_LEN(unsafe), c))) {
			i += n;
			continue;
		}
		buf_add(out, p + start, i - start);
		if (n > 1)
			buf_printf(out, "%su{%04x}", s->backslash, c);
		else
			buf_printf(out, "%sx%02x", s->backslash, p[i]);
		i += n ? n : 1;
		start = i;
	}
	buf_add(out, p + start, len - start);
}

static size_t ascii_length(const uint8_t *p, size_t len)
{
	size_t n = 0;

	while (n < len && p[n] < 0x80)
		n++;
	return n;
}

/* To a terminal that does not read UTF-8, its bytes from 0x80 to 0x9f are controls. */
void text_escape(struct buf *out, const void *bytes, size_t len)
{
	bool shown = ascii_length(bytes, len) == len || locale_is_utf8();
	const struct spelling spelling = {"\\", shown ? LAST_CHARACTER : LAST_ASCII};

	escape(out, bytes, len, &spelling);
}

/* The length of what stands before the next character that JSON has an escape of its own for. */
static size_t json_plain(const uint8_t *p, size_t len)
{
	size_t n = 0;

	while (n < len && p[n] != '"' && p[n] != '\\' && (p[n] >= 0x20 || !p[n]))
		n++;
	return n;
}

static void json_escape_one(struct buf *out, uint8_t c)
{
	static const char letters[] = "\bb\ff\nn\rr\tt\"\"\\\\";

	for (size_t i = 0; letters[i]; i += 2) {
		if (letters[i] != (char)c)
			continue;
		buf_char(out, '\\');
		buf_char(out, letters[i + 1]);
		return;
	}
	buf_printf(out, "\\u%04x", c);
}

void json_escape(struct buf *out, const void *bytes, size_t len)
{
	static const struct spelling spelling = {"\\\\", LAST_CHARACTER};
	const uint8_t *p = bytes;

	while (len > 0) {
		size_t n = json_plain(p, len);

		escape(out, p, n, &spelling);
		if (n < len)
			json_escape_one(out, p[n++]);
		buf_pass(out);
		p += n;
		len -= n;
	}
}
