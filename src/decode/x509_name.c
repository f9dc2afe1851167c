// SPDX-License-Identifier: GPL-2.0-or-later
/* Distinguished names as text (RFC 4514), and the string types in them. */
#include <string.h>

#include "decode/oid.h"
#include "decode/x509.h"

/*
 * As many attributes of a name, and bytes of one, as are shown, and the bytes of text after which no further attribute
 * is; real ones have a few (RFC 5280, appendix A).
 */
enum { ATTRIBUTES_MAX = 64, VALUE_MAX = 1024, NAME_MAX_SHOWN = 4096 };

static void add_utf8(struct buf *out, uint32_t c)
{
	if (c < 0x80) {
		buf_char(out, (char)c);
	} else if (c < 0x800) {
		buf_char(out, (char)(0xc0 | c >> 6));
		buf_char(out, (char)(0x80 | (c & 0x3f)));
	} else {
		buf_char(out, (char)(0xe0 | c >> 12));
		buf_char(out, (char)(0x80 | (c >> 6 & 0x3f)));
		buf_char(out, (char)(0x80 | (c & 0x3f)));
	}
}

/* One octet a character: the first 256 of Unicode. */
static void add_latin(struct buf *out, const uint8_t *p, size_t len)
{
	size_t i;

	for (i = 0; i < len; i++)
		add_utf8(out, p[i]);
}

/* Two octets a character, no surrogates. */
static void add_bmp(struct buf *out, const uint8_t *p, size_t len)
{
	size_t i;

	for (i = 0; i + 1 < len; i += 2)
		add_utf8(out, (uint32_t)p[i] << 8 | p[i + 1]);
}

static void add_plain(struct buf *out, const uint8_t *p, size_t len)
{
	buf_add(out, p, len);
}

static const struct {
	uint8_t tag;
	void (*add)(struct buf *out, const uint8_t *p, size_t len);
} string_types[] = {
	{DER_UTF8_STRING, add_plain},    {DER_PRINTABLE_STRING, add_plain}, {DER_IA5_STRING, add_plain},
	{DER_NUMERIC_STRING, add_plain}, {DER_VISIBLE_STRING, add_plain},   {DER_T61_STRING, add_latin},
	{DER_BMP_STRING, add_bmp},
};

bool x509_string(struct bytes in, const struct der *item, struct buf *out)
{
	size_t i, len = item->content.len < VALUE_MAX ? item->content.len : VALUE_MAX;

	for (i = 0; i < sizeof(string_types) / sizeof(*string_types); i++) {
		if (string_types[i].tag != item->tag)
			continue;
		string_types[i].add(out, in.data + item->content.offset, len);
		if (len < item->content.len)
			buf_text(out, "...");
		return true;
	}
	return false;
}

/* RFC 4514, 2.4. */
static void add_escaped(struct buf *out, const char *text, size_t len)
{
	size_t i;

	for (i = 0; i < len; i++) {
		bool edge = (text[i] == ' ' && (i == 0 || i + 1 == len)) || (text[i] == '#' && i == 0);

		if (!text[i]) {
			buf_text(out, "\\00");
			continue;
		}
		if (edge || strchr(",+\"\\<>;", text[i]))
			buf_char(out, '\\');
		buf_char(out, text[i]);
	}
}

static void add_hex_value(struct buf *out, struct bytes in, struct span whole)
{
	size_t len = whole.len < VALUE_MAX ? whole.len : VALUE_MAX;

	buf_char(out, '#');
	buf_hex(out, in.data + whole.offset, len);
	if (len < whole.len)
		buf_text(out, "...");
}

static void add_attribute(struct bytes in, struct span content, struct buf *out)
{
	struct buf text = {0};
	char dotted[OID_TEXT];
	struct der oid, value;
	const char *name;

	if (!der_take(in, &content, DER_OID, &oid) || !der_next(in, &content, &value)) {
		buf_char(out, '?');
		return;
	}
	der_oid_text(in, oid.content, dotted);
	name = oid_name(OID_ATTRIBUTE, dotted);
	buf_printf(out, "%s=", name ? name : dotted);
	if (name && x509_string(in, &value, &text))
		add_escaped(out, text.data ? text.data : "", text.len);
	else
		add_hex_value(out, in, value.whole);
	out->failed |= text.failed;
	buf_free(&text);
}

/* Takes the contents of the items with this tag off the front of `list`; returns how many. */
static size_t take_items(struct bytes in, struct span *list, uint8_t tag, struct span items[ATTRIBUTES_MAX])
{
	struct der item;
	size_t count;

	for (count = 0; count < ATTRIBUTES_MAX && der_take(in, list, tag, &item); count++)
		items[count] = item.content;
	return count;
}

/* The attributes of one SET have no order; they are told from the last to the first, as the SETs are. */
static void add_set(struct bytes in, struct span set, struct buf *out)
{
	struct span attributes[ATTRIBUTES_MAX];
	size_t count = take_items(in, &set, DER_SEQUENCE, attributes);

	while (count && out->len < NAME_MAX_SHOWN) {
		add_attribute(in, attributes[--count], out);
		if (count)
			buf_char(out, '+');
	}
}

void x509_name(struct bytes in, struct span name, struct buf *out)
{
	struct span sets[ATTRIBUTES_MAX];
	size_t count = take_items(in, &name, DER_SET, sets);

	if (name.len)
		buf_text(out, count ? "...," : "?");
	while (count && out->len < NAME_MAX_SHOWN) {
		add_set(in, sets[--count], out);
		if (count)
			buf_char(out, ',');
	}
	if (out->len >= NAME_MAX_SHOWN)
		buf_text(out, "...");
}
