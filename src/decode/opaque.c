// SPDX-License-Identifier: GPL-2.0-or-later
#include "decode/opaque.h"

#include <string.h>

/* Longer opaque data than DSP0274 allows (1024 bytes) is not searched for fields. */
enum { GENERAL_HEADER = 8, FMT1_HEADER = 4, ALIGNMENT = 4, FIELD_HEADER = 4, FIELDS_SIZE_MAX = 1024 };

/* The numbers that NVIDIA's own verifier (nvtrust) reads. */
static const char *const field_names[] = {
	[1] = "certificate issuer",
	[2] = "authority key identifier",
	[3] = "driver version",
	[4] = "GPU information",
	[5] = "SKU",
	[6] = "VBIOS version",
	[7] = "manufacturer",
	[8] = "tamper detection",
	[9] = "SMC",
	[10] = "VPR",
	[11] = "NVDEC0 status",
	[12] = "measurement counts",
	[13] = "CPR information",
	[14] = "board",
	[15] = "chip SKU",
	[16] = "chip SKU modifier",
	[17] = "project",
	[18] = "project SKU",
	[19] = "project SKU modifier",
	[20] = "FWID",
	[21] = "protected PCIe status",
	[22] = "switch PDI",
	[23] = "floorswept ports",
	[24] = "position",
	[25] = "switch lock status",
	[32] = "GPU link connections",
	[33] = "system enable status",
	[34] = "opaque data version",
	[35] = "chip information",
	[36] = "feature flags",
};

static const char *field_name(uint16_t type)
{
	return type < sizeof(field_names) / sizeof(*field_names) ? field_names[type] : NULL;
}

bool opaque_field_next(struct bytes in, struct span *rest, struct opaque_field *f)
{
	const uint8_t *p = in.data + rest->offset;

	if (rest->len < FIELD_HEADER || le16(p + 2) > rest->len - FIELD_HEADER)
		return false;
	f->type = le16(p);
	f->name = field_name(f->type);
	span_take(rest, FIELD_HEADER);
	f->data = span_take(rest, le16(p + 2));
	return true;
}

/* Nothing announces these fields: they are taken for such if they fill the data exactly and most are known. */
static bool fields_fit(struct bytes in, struct span rest)
{
	size_t known = 0, unknown = 0;
	struct opaque_field f;

	if (rest.len > FIELDS_SIZE_MAX)
		return false;
	while (opaque_field_next(in, &rest, &f))
		*(f.name && f.data.len ? &known : &unknown) += 1;
	return !rest.len && known > unknown;
}

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
	if (o.format && elements_fit(in, &o))
		return o;
	return fields_fit(in, where) ? (struct opaque){.format = "nvidia", .fields = where} : (struct opaque){0};
}
