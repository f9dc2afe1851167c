// SPDX-License-Identifier: GPL-2.0-or-later
#include "decode/opaque.h"

#include <string.h>

enum { GENERAL_HEADER = 8, FMT1_HEADER = 4, ALIGNMENT = 4 };

bool opaque_next(struct bytes in, struct span *rest, struct opaque_element *e)
{
	struct span left = *rest, length;
	size_t used;

	if (!vendor_id_take(in, &left, &e->vendor))
		return false;
	length = span_take(&left, 2);
	if (length.len < 2 || le16(in.data + length.offset) > left.len)
		return false;
	e->data = span_take(&left, le16(in.data + length.offset));
	used = rest->len - left.len;
	e->whole = span_take(rest, (used + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT);
	return true;
}

static bool elements_fit(struct bytes in, const struct opaque *o)
{
	struct span rest = o->elements;
	struct opaque_element e;
	unsigned count = 0;

	while (opaque_next(in, &rest, &e))
		count++;
	return count == o->count && !rest.len;
}

struct opaque opaque_parse(struct bytes in, struct span where)
{
	static const uint8_t general[] = {0x46, 0x54, 0x4d, 0x44, 1}; /* the number of 'DMTF', then the version */
	const uint8_t *p = in.data + where.offset;
	struct opaque o = {.elements = where};

	if (where.len >= GENERAL_HEADER && !memcmp(p, general, sizeof(general))) {
		o.format = "general";
		o.count = p[5];
		span_take(&o.elements, GENERAL_HEADER);
	} else if (where.len >= FMT1_HEADER && !p[1] && !p[2] && !p[3]) {
		o.format = "fmt1";
		o.count = p[0];
		span_take(&o.elements, FMT1_HEADER);
	}
	return o.format && elements_fit(in, &o) ? o : (struct opaque){0};
}
