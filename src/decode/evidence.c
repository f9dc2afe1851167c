// SPDX-License-Identifier: GPL-2.0-or-later
#include "decode/evidence.h"

#include <stdlib.h>
#include <string.h>

#include "decode/kind.h"
#include "decode/wrapper.h"

#define UNKNOWN "unknown"
#define EMPTY   "empty"
#define WRAPPED "sev-object:"

static const struct evidence_kind kinds[EV_COUNT] = {
	[EV_CERT0... EV_CERT7] = {chain_shape, chain_describe, chain_split, "no DER certificate"},
	[EV_VCA] = {vca_shape, vca_describe, spdm_split, "no GET_VERSION message"},
	[EV_MEASUREMENTS] = {measurements_shape, measurements_describe, spdm_split,
			     "neither SPDM messages nor a measurement record"},
	[EV_REPORT] = {report_shape, report_describe, report_split, "no whole header of a TDISP interface report"},
};

/* An object as it came: its shape, and where the evidence itself is. */
struct found {
	const char *shape; /* NULL: nothing fits */
	bool wrapped;
	struct wrapper wrapper; /* valid with `wrapped` */
	struct bytes payload;
};

/* The shape of what is inside a wrapper, with the wrapper; NULL for one that never is. */
static const char *wrapped_shape(const char *shape)
{
	static const char *const shapes[] = {
		WRAPPED "spdm-chain", WRAPPED "raw-der",          WRAPPED "vca",
		WRAPPED "response",   WRAPPED "request-response", WRAPPED "transcript",
		WRAPPED "record",     WRAPPED "report",           WRAPPED "tdisp-message",
	};
	size_t i;

	for (i = 0; shape && i < sizeof(shapes) / sizeof(*shapes); i++)
		if (!strcmp(shapes[i] + sizeof(WRAPPED) - 1, shape))
			return shapes[i];
	return NULL;
}

static struct found find(enum evidence_type type, struct bytes in)
{
	struct found f = {.payload = in};

	if (!in.len || (unsigned)type >= EV_COUNT)
		return f;
	f.wrapped = wrapper_parse(type, in, &f.wrapper);
	if (f.wrapped && f.wrapper.payload.len) {
		f.payload = (struct bytes){in.data + f.wrapper.payload.offset, f.wrapper.payload.len};
		f.shape = wrapped_shape(kinds[type].shape(f.payload));
		if (f.shape)
			return f;
	}
	return (struct found){.payload = in, .shape = kinds[type].shape(in)};
}

const char *evidence_shape(enum evidence_type type, struct bytes in)
{
	const char *shape = find(type, in).shape;

	if (shape)
		return shape;
	return in.len ? UNKNOWN : EMPTY;
}

struct bytes evidence_payload(enum evidence_type type, struct bytes in)
{
	return find(type, in).payload;
}

static void describe_wrapper(struct node *decoded, const struct found *f)
{
	const struct wrapper *w = &f->wrapper;
	struct node *o;

	if (!f->wrapped) {
		node_null(decoded, "wrapper", NULL);
		return;
	}
	o = node_only(node_object(decoded, "wrapper", NULL), NODE_JSON_ONLY);
	node_count(o, "id", NULL, w->id);
	node_size(o, "length", NULL, w->length);
	node_textf(o, "version", NULL, "%u.%u", w->major, w->minor);
	node_hex(o, "device_id", NULL, w->device_id, 4);
	node_hex(o, "segment", NULL, w->segment, 2);
	node_count(o, "type", NULL, w->type);
	node_count(o, "payload_offset", NULL, w->payload.offset);
	node_size(o, "trailing", NULL, w->rest.len);
	text_only(node_textf(decoded, NULL, "Wrapper",
			     "data object %u of AMD's firmware, version %u.%u, function %02x:%02x:%02x.%x, type %u",
			     w->id, w->major, w->minor, w->segment, w->device_id >> 8, w->device_id >> 3 & 0x1f,
			     w->device_id & 7u, w->type));
	text_only(node_textf(decoded, NULL, "Payload",
			     "%zu bytes from offset %zu on, where the offsets below count from%s", w->payload.len,
			     w->payload.offset, w->rest.len ? "; more bytes follow it" : ""));
}

int evidence_describe_in(enum evidence_type type, struct bytes in, const struct evidence_context *context,
			 struct node *decoded, struct err *e)
{
	static const struct evidence_context nothing;
	struct found f = find(type, in);

	if (!in.len)
		return err_set(e, ERR_EVIDENCE, "EMPTY", "the object is empty");
	if ((unsigned)type >= EV_COUNT)
		return err_set(e, ERR_EVIDENCE, "UNKNOWN", "evidence type %u is not known", (unsigned)type);
	if (!f.shape)
		return err_set(e, ERR_EVIDENCE, "UNKNOWN", "at offset 0 of %zu bytes: %s", in.len, kinds[type].missing);
	describe_wrapper(decoded, &f);
	kinds[type].describe(f.payload, context ? context : &nothing, decoded);
	return 0;
}

int evidence_describe(enum evidence_type type, struct bytes in, struct node *decoded, struct err *e)
{
	return evidence_describe_in(type, in, NULL, decoded, e);
}

/* Moves the parts of a payload, which are all there is yet, to where it stands in the object. */
static void shift_parts(struct evidence_parts *out, size_t from, size_t by)
{
	size_t i;

	for (i = from; i < out->count; i++)
		out->part[i].offset += by;
}

int evidence_parts(enum evidence_type type, struct bytes in, struct evidence_parts *out)
{
	struct found f = find(type, in);
	struct parts p = {.out = out};

	*out = (struct evidence_parts){0};
	if (f.wrapped)
		parts_add(&p, (struct span){0, WRAPPER_SIZE}, "wrapper");
	if (f.shape)
		kinds[type].split(f.payload, &p);
	else
		parts_add(&p, (struct span){0, in.len}, "bytes");
	if (f.wrapped) {
		shift_parts(out, 1, WRAPPER_SIZE);
		parts_add(&p, f.wrapper.rest, "after the wrapper");
	}
	if (p.failed)
		evidence_parts_free(out);
	return p.failed ? -1 : 0;
}

void evidence_parts_free(struct evidence_parts *p)
{
	free(p->part);
	*p = (struct evidence_parts){0};
}
