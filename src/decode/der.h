/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * DER (X.690), read one item at a time: a tag of one octet, a definite length, contents. Nothing recurses: who wants to
 * look inside an item walks over its contents. Every span lies inside the bytes that were given.
 */
#ifndef TSMCTL_DECODE_DER_H
#define TSMCTL_DECODE_DER_H

#include <stdbool.h>
#include <stdint.h>

#include "decode/span.h"
#include "util/bytes.h"

enum {
	DER_BOOLEAN = 0x01,
	DER_INTEGER = 0x02,
	DER_BIT_STRING = 0x03,
	DER_OCTET_STRING = 0x04,
	DER_OID = 0x06,
	DER_UTF8_STRING = 0x0c,
	DER_NUMERIC_STRING = 0x12,
	DER_PRINTABLE_STRING = 0x13,
	DER_T61_STRING = 0x14,
	DER_IA5_STRING = 0x16,
	DER_UTC_TIME = 0x17,
	DER_GENERALIZED_TIME = 0x18,
	DER_VISIBLE_STRING = 0x1a,
	DER_BMP_STRING = 0x1e,
	DER_SEQUENCE = 0x30,
	DER_SET = 0x31,
	DER_CONTEXT = 0x80,           /* plus the number: [0] IMPLICIT of a simple type */
	DER_CONTEXT_STRUCTURE = 0xa0, /* plus the number: [0] EXPLICIT, or IMPLICIT of a structure */
};

struct der {
	uint8_t tag;
	struct span whole; /* tag and length included */
	struct span content;
};

/* The size of the item at `p`, tag and length included, which may exceed `left`; 0 where no header is. */
uint64_t der_size(const uint8_t *p, size_t left);

/* Takes the next item off the front of `rest`; false at its end, or where no whole item follows. */
bool der_next(struct bytes in, struct span *rest, struct der *item);

/* The same if the item has this tag; otherwise `rest` stays as it is. */
bool der_take(struct bytes in, struct span *rest, uint8_t tag, struct der *item);

/* The value of an INTEGER, BOOLEAN or similar from its contents; false if it is negative or exceeds 64 bits. */
bool der_number(struct bytes in, struct span content, uint64_t *value);

/* The bits of a named-bit BIT STRING, bit 0 in bit 0 of the result; those above 31 are left out. */
uint32_t der_bits(struct bytes in, struct span content);

enum { OID_TEXT = 96 };

/* "1.3.6.1.4.1.412.274.1". False, and the bytes in hex as far as they fit, for one that is malformed or too long. */
bool der_oid_text(struct bytes in, struct span content, char out[OID_TEXT]);

enum { TIME_TEXT = 24 };

/* RFC 3339, UTC, of a UTCTime or a GeneralizedTime; false if it is neither, or no time. */
bool der_time_text(struct bytes in, const struct der *item, char out[TIME_TEXT]);

#endif
