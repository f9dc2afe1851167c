// SPDX-License-Identifier: GPL-2.0-or-later
#include "decode/measurements.h"

#include <string.h>

enum {
	BLOCK_HEADER_SIZE = 4,
	DMTF_HEADER_SIZE = 3,
	RESPONSE_HEADER_SIZE = 8,
	SPECIFICATION_DMTF = 1,
	TYPE_RAW = 0x80,
};

void measurement_request_parse(struct bytes in, const struct spdm_message *m, struct measurement_request *r)
{
	struct span rest = m->span;
	const uint8_t *p = in.data + m->span.offset;

	memset(r, 0, sizeof(*r));
	r->header = span_take(&rest, SPDM_HEADER_SIZE);
	if (r->header.len < SPDM_HEADER_SIZE)
		return;
	r->signature = p[2] & 1;
	r->raw = p[2] & 2;
	r->fresh = p[2] & 4;
	r->operation = p[3];
	if (r->signature)
		r->nonce = span_take(&rest, SPDM_NONCE_SIZE);
	if (r->signature && m->version >= SPDM_11)
		r->slot_param = span_take(&rest, 1);
	if (r->slot_param.len)
		r->slot = in.data[r->slot_param.offset] & 0xf;
	r->context = rest;
}

void measurement_response_parse(struct bytes in, const struct spdm_message *m, struct measurement_response *r)
{
	struct span rest = m->span;
	const uint8_t *p = in.data + m->span.offset;

	memset(r, 0, sizeof(*r));
	r->version = m->version;
	r->header = span_take(&rest, RESPONSE_HEADER_SIZE);
	if (r->header.len < RESPONSE_HEADER_SIZE)
		return;
	r->total = p[2];
	r->slot = p[3] & 0xf;
	r->changed = p[3] >> 4 & 3;
	r->block_count = p[4];
	r->record_length = le24(p + 5);
	r->record = span_take(&rest, r->record_length);
	r->nonce = span_take(&rest, SPDM_NONCE_SIZE);
	r->opaque_length = span_take(&rest, 2);
	if (r->opaque_length.len == 2)
		r->opaque = span_take(&rest, le16(in.data + r->opaque_length.offset));
	if (m->version >= SPDM_13)
		r->context = span_take(&rest, SPDM_CONTEXT_SIZE);
	r->signature = rest;
}

int measurements_slot(struct bytes in)
{
	struct measurement_response r;
	struct spdm_walk w;
	struct spdm_message m;
	int slot = -1;

	if (!spdm_looks_like_message(in.data, in.len))
		return -1;
	for (w = spdm_walk_start(in); spdm_next(&w, &m, NULL);) {
		if (m.code != SPDM_MEASUREMENTS)
			continue;
		measurement_response_parse(in, &m, &r);
		slot = r.slot;
	}
	return slot;
}

static void parse_dmtf(const uint8_t *p, struct measurement_block *b)
{
	b->type = p[0] & ~TYPE_RAW & 0xff;
	b->raw = p[0] & TYPE_RAW;
	b->value_size = le16(p + 1);
	span_take(&b->value, DMTF_HEADER_SIZE);
	if (b->value.len > b->value_size)
		b->value.len = b->value_size;
}

bool measurement_block_next(struct bytes in, struct span *record, struct measurement_block *b)
{
	const uint8_t *p;
	uint16_t size;

	if (record->len < BLOCK_HEADER_SIZE)
		return false;
	p = in.data + record->offset;
	size = le16(p + 2);
	if (size > record->len - BLOCK_HEADER_SIZE)
		return false;
	*b = (struct measurement_block){
		.index = p[0],
		.specification = p[1],
		.size = size,
		.dmtf = p[1] & SPECIFICATION_DMTF && size >= DMTF_HEADER_SIZE,
		.span = span_take(record, BLOCK_HEADER_SIZE + (size_t)size),
	};
	b->value = (struct span){b->span.offset + BLOCK_HEADER_SIZE, size};
	if (b->dmtf)
		parse_dmtf(p + BLOCK_HEADER_SIZE, b);
	return true;
}

void measurement_block_check(const struct measurement_block *b, struct anomalies *a)
{
	if (b->index == 0 || b->index == 0xff)
		anomaly_add(a, b->span.offset, "block index 0x%02x is reserved", b->index);
	if (b->specification & SPECIFICATION_DMTF && !b->dmtf)
		anomaly_add(a, b->span.offset, "block 0x%02x: %u bytes are too few for a DMTF measurement", b->index,
			    b->size);
	if (b->dmtf && b->value_size != b->size - DMTF_HEADER_SIZE)
		anomaly_add(a, b->span.offset, "block 0x%02x: value size %u in a measurement of %u bytes", b->index,
			    b->value_size, b->size);
}

bool measurement_is_record(struct bytes in)
{
	struct span rest = {0, in.len};
	struct measurement_block b;

	while (measurement_block_next(in, &rest, &b))
		if (!b.index || b.index == 0xff || b.specification != SPECIFICATION_DMTF)
			return false;
	return in.len && !rest.len;
}

const char *measurement_type_name(uint8_t type, uint8_t version)
{
	static const struct {
		const char *name;
		uint8_t since;
	} types[] = {
		{"immutable ROM", SPDM_10},
		{"mutable firmware", SPDM_10},
		{"hardware configuration", SPDM_10},
		{"firmware configuration", SPDM_10},
		{"measurement manifest", SPDM_10},
		{"device mode", SPDM_12},
		{"version of mutable firmware", SPDM_12},
		{"security version number", SPDM_12},
		{"hash-extend measurement", SPDM_12},
		{"informational", SPDM_12},
		{"structured measurement manifest", SPDM_12},
	};

	if (type >= sizeof(types) / sizeof(*types) || (version && version < types[type].since))
		return NULL;
	return types[type].name;
}

const char *measurement_index_name(uint8_t index)
{
	if (index == 0xfd)
		return "measurement manifest";
	return index == 0xfe ? "device mode" : NULL;
}

const char *measurement_changed_name(uint8_t changed)
{
	static const char *const names[] = {"not detected", "changed", "unchanged"};

	return changed < sizeof(names) / sizeof(*names) ? names[changed] : NULL;
}
