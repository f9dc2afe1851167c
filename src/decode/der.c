// SPDX-License-Identifier: GPL-2.0-or-later
#include "decode/der.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { LONG_FORM = 0x80, LENGTH_OCTETS = 4, LONG_TAG = 0x1f };

uint64_t der_size(const uint8_t *p, size_t left)
{
	size_t i, octets;
	uint64_t len = 0;

	if (left < 2 || (p[0] & LONG_TAG) == LONG_TAG)
		return 0;
	if (p[1] < LONG_FORM)
		return 2u + p[1];
	octets = p[1] - LONG_FORM;
	if (!octets || octets > LENGTH_OCTETS || octets > left - 2)
		return 0;
	for (i = 0; i < octets; i++)
		len = len << 8 | p[2 + i];
	return 2 + octets + len;
}

bool der_next(struct bytes in, struct span *rest, struct der *item)
{
	const uint8_t *p = in.data + rest->offset;
	uint64_t size = der_size(p, rest->len);

	if (!size || size > rest->len)
		return false;
	item->tag = p[0];
	item->whole = span_take(rest, (size_t)size);
	item->content = item->whole;
	span_take(&item->content, p[1] < LONG_FORM ? 2 : 2 + (p[1] - (size_t)LONG_FORM));
	return true;
}

bool der_take(struct bytes in, struct span *rest, uint8_t tag, struct der *item)
{
	return rest->len && in.data[rest->offset] == tag && der_next(in, rest, item);
}

bool der_number(struct bytes in, struct span content, uint64_t *value)
{
	const uint8_t *p = in.data + content.offset;
	size_t i;

	if (!content.len || p[0] & 0x80)
		return false;
	*value = 0;
	for (i = 0; i < content.len; i++) {
		if (*value >> 56)
			return false;
		*value = *value << 8 | p[i];
	}
	return true;
}

uint32_t der_bits(struct bytes in, struct span content)
{
	uint32_t bits = 0;
	size_t i;

	/* The first octet counts the unused bits of the last; bit 0 is the highest of the second. */
	for (i = 0; i < 32 && 1 + i / 8 < content.len; i++)
		if (in.data[content.offset + 1 + i / 8] & 0x80 >> i % 8)
			bits |= UINT32_C(1) << i;
	return bits;
}

/* Reads one arc, 7 bits an octet, off the front of `rest`. */
static bool take_arc(struct bytes in, struct span *rest, uint64_t *arc)
{
	*arc = 0;
	while (rest->len) {
		uint8_t octet = in.data[span_take(rest, 1).offset];

		if (*arc >> 57)
			return false;
		*arc = *arc << 7 | (octet & 0x7f);
		if (!(octet & 0x80))
			return true;
	}
	return false;
}

static bool oid_digits(struct bytes in, struct span rest, char out[OID_TEXT])
{
	uint64_t arc, root;
	size_t len;

	if (!take_arc(in, &rest, &arc))
		return false;
	root = arc / 40 < 2 ? arc / 40 : 2;
	len = (size_t)snprintf(out, OID_TEXT, "%" PRIu64 ".%" PRIu64, root, arc - 40 * root);
	while (rest.len) {
		if (!take_arc(in, &rest, &arc))
			return false;
		len += (size_t)snprintf(out + len, OID_TEXT - len, ".%" PRIu64, arc);
		if (len >= OID_TEXT)
			return false;
	}
	return true;
}

bool der_oid_text(struct bytes in, struct span content, char out[OID_TEXT])
{
	size_t i;

	if (oid_digits(in, content, out))
		return true;
	strcpy(out, "0x");
	for (i = 0; i < content.len && 2 * i + 4 < OID_TEXT; i++)
		snprintf(out + 2 + 2 * i, 3, "%02x", in.data[content.offset + i]);
	return false;
}

static bool all_digits(const char *text, size_t len)
{
	size_t i;

	for (i = 0; i < len; i++)
		if (text[i] < '0' || text[i] > '9')
			return false;
	return true;
}

/* YYYYMMDDHHMMSS. */
static bool is_time(const char *t)
{
	static const struct {
		uint8_t at, least, most;
	} fields[] = {{4, 1, 12}, {6, 1, 31}, {8, 0, 23}, {10, 0, 59}, {12, 0, 60}};
	size_t i;

	if (!all_digits(t, 14))
		return false;
	for (i = 0; i < sizeof(fields) / sizeof(*fields); i++) {
		const char *f = t + fields[i].at;
		int value = (f[0] - '0') * 10 + f[1] - '0';

		if (value < fields[i].least || value > fields[i].most)
			return false;
	}
	return true;
}

/* RFC 5280, 4.1.2.5: both forms end in Z and have seconds; a UTCTime below 50 belongs to this century. */
bool der_time_text(struct bytes in, const struct der *item, char out[TIME_TEXT])
{
	const char *text = (const char *)in.data + item->content.offset;
	size_t digits = item->tag == DER_UTC_TIME ? 12 : 14;
	char t[15] = "";

	if ((item->tag != DER_UTC_TIME && item->tag != DER_GENERALIZED_TIME) || item->content.len != digits + 1 ||
	    text[digits] != 'Z')
		return false;
	if (digits == 12)
		memcpy(t, text[0] < '5' ? "20" : "19", 2);
	memcpy(t + 14 - digits, text, digits);
	if (!is_time(t))
		return false;
	snprintf(out, TIME_TEXT, "%.4s-%.2s-%.2sT%.2s:%.2s:%.2sZ", t, t + 4, t + 6, t + 8, t + 10, t + 12);
	return true;
}
