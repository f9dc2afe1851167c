// SPDX-License-Identifier: GPL-2.0-or-later
#include "decode/registry.h"

#include <inttypes.h>

enum { REGISTRY_IANA_CBOR = 10, CBOR_TAG = 6 };

/* NULL: not known here. */
static const char *registry_name(uint8_t registry)
{
	static const char *const names[] = {"DMTF", "TCG", "USB",   "PCI-SIG", "IANA",     "HDBaseT",
					    "MIPI", "CXL", "JEDEC", "VESA",    "IANA CBOR"};

	return registry < sizeof(names) / sizeof(*names) ? names[registry] : NULL;
}

bool vendor_id_take(struct bytes in, struct span *rest, struct vendor_id *v)
{
	struct span header = span_take(rest, 2);
	size_t len;

	if (header.len < 2)
		return false;
	v->registry = in.data[header.offset];
	len = in.data[header.offset + 1];
	v->id = span_take(rest, len);
	return v->id.len == len;
}

/* RFC 8949, 3: a head of major type 6. The vendor id of this registry is such a head. */
static bool cbor_tag(struct bytes in, const struct vendor_id *v, uint64_t *tag)
{
	const uint8_t *p = in.data + v->id.offset;
	size_t i, octets;

	if (v->registry != REGISTRY_IANA_CBOR || !v->id.len || p[0] >> 5 != CBOR_TAG || (p[0] & 0x1f) > 27)
		return false;
	*tag = p[0] & 0x1f;
	octets = *tag < 24 ? 0 : (size_t)1 << (*tag - 24);
	if (v->id.len != 1 + octets)
		return false;
	for (i = 1, *tag = octets ? 0 : *tag; i <= octets; i++)
		*tag = *tag << 8 | p[i];
	return true;
}

void vendor_id_describe(struct node *o, struct bytes in, const struct vendor_id *v)
{
	uint64_t tag;

	node_count(o, "registry", NULL, v->registry);
	node_text(o, "registry_name", NULL, registry_name(v->registry));
	node_bytes(o, "vendor_id", NULL, in.data + v->id.offset, v->id.len);
	if (cbor_tag(in, v, &tag))
		node_count(o, "cbor_tag", NULL, tag);
	else
		node_null(o, "cbor_tag", NULL);
}

void vendor_id_text(struct bytes in, const struct vendor_id *v, struct buf *out)
{
	const char *name = registry_name(v->registry);
	uint64_t tag;

	if (name)
		buf_text(out, name);
	else
		buf_printf(out, "registry %u", v->registry);
	if (cbor_tag(in, v, &tag)) {
		buf_printf(out, " tag %" PRIu64, tag);
	} else if (v->id.len) {
		buf_text(out, ", vendor id ");
		buf_hex(out, in.data + v->id.offset, v->id.len);
	}
}
