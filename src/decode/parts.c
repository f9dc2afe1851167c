// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "decode/chain.h"
#include "decode/kind.h"
#include "decode/measurements.h"
#include "decode/report.h"
#include "decode/spdm.h"

static bool make_room(struct parts *p)
{
	struct evidence_part *grown;
	size_t cap = p->cap ? p->cap * 2 : 16;

	if (p->out->count < p->cap)
		return true;
	grown = realloc(p->out->part, cap * sizeof(*grown));
	if (!grown)
		return false;
	p->out->part = grown;
	p->cap = cap;
	return true;
}

void parts_add(struct parts *p, struct span s, const char *fmt, ...)
{
	struct evidence_part *part;
	va_list ap;

	if (!s.len || p->failed)
		return;
	if (p->out->count > ROWS_MAX) {
		p->out->part[ROWS_MAX].len += s.len;
		return;
	}
	if (!make_room(p)) {
		p->failed = true;
		return;
	}
	part = &p->out->part[p->out->count];
	*part = (struct evidence_part){.name = "rest", .offset = s.offset, .len = s.len};
	va_start(ap, fmt);
	if (p->out->count++ < ROWS_MAX)
		vsnprintf(part->name, sizeof(part->name), fmt, ap);
	va_end(ap);
}

void report_split(struct bytes in, struct parts *p)
{
	static const struct {
		const char *name;
		size_t len;
	} fields[] = {
		{"interface info", 2}, {"reserved", 2},    {"MSI-X control", 2},
		{"LNR control", 2},    {"TPH control", 4}, {"range count", 4},
	};
	struct tdisp_report r;
	struct span rest;
	size_t i;

	report_parse(in, &r, NULL);
	parts_add(p, (struct span){0, r.header.offset}, "message header");
	rest = r.header;
	for (i = 0; i < sizeof(fields) / sizeof(*fields); i++)
		parts_add(p, span_take(&rest, fields[i].len), "%s", fields[i].name);
	rest = r.ranges;
	for (i = 1; rest.len; i++)
		parts_add(p, span_take(&rest, REPORT_RANGE_SIZE), "range %zu", i);
	if (r.has_info)
		parts_add(p, (struct span){rest.offset, 4 + r.device_info.len}, "device info");
	parts_add(p, r.trailing, "trailing");
}

void chain_split(struct bytes in, struct parts *p)
{
	struct span certificate, rest;
	struct chain c;
	size_t i;

	chain_parse(in, &c, NULL);
	if (c.has_header)
		parts_add(p, (struct span){0, CHAIN_HEADER_SIZE}, "header");
	parts_add(p, c.root_hash, "root hash");
	rest = c.certificates;
	for (i = 1; chain_next(in, &rest, &certificate); i++)
		parts_add(p, certificate, "certificate %zu", i);
	parts_add(p, c.rest, "trailing");
}

static void split_request(struct bytes in, const struct spdm_message *m, const char *suffix, struct parts *p)
{
	struct measurement_request r;

	measurement_request_parse(in, m, &r);
	parts_add(p, r.header, "request header%s", suffix);
	parts_add(p, r.nonce, "request nonce%s", suffix);
	parts_add(p, r.slot_param, "request slot%s", suffix);
	parts_add(p, r.context, "request context%s", suffix);
}

static void split_record(struct bytes in, struct span record, const char *suffix, struct parts *p)
{
	struct measurement_block b;

	while (measurement_block_next(in, &record, &b))
		parts_add(p, b.span, "block 0x%02x%s", b.index, suffix);
	parts_add(p, record, "incomplete block%s", suffix);
}

static void split_response(struct bytes in, const struct spdm_message *m, const char *suffix, struct parts *p)
{
	struct measurement_response r;

	measurement_response_parse(in, m, &r);
	parts_add(p, r.header, "response header%s", suffix);
	split_record(in, r.record, suffix, p);
	parts_add(p, r.nonce, "nonce%s", suffix);
	parts_add(p, r.opaque_length, "opaque length%s", suffix);
	parts_add(p, r.opaque, "opaque data%s", suffix);
	parts_add(p, r.context, "requester context%s", suffix);
	parts_add(p, r.signature, "signature%s", suffix);
}

/* How the parts of the n-th message of a kind end: "" for the first, " (2)" for the second. */
struct suffix {
	size_t seen;
	char text[24];
};

static const char *next_suffix(struct suffix *s)
{
	if (s->seen++)
		snprintf(s->text, sizeof(s->text), " (%zu)", s->seen);
	return s->text;
}

void spdm_split(struct bytes in, struct parts *p)
{
	struct spdm_walk w = spdm_walk_start(in);
	struct suffix requests = {0}, responses = {0};
	struct spdm_message m;

	if (!spdm_looks_like_message(in.data, in.len)) {
		split_record(in, w.rest, "", p);
		return;
	}
	while (spdm_next(&w, &m, NULL)) {
		if (m.code == SPDM_GET_MEASUREMENTS)
			split_request(in, &m, next_suffix(&requests), p);
		else if (m.code == SPDM_MEASUREMENTS)
			split_response(in, &m, next_suffix(&responses), p);
		else
			parts_add(p, m.span, "%s", m.name);
	}
	parts_add(p, w.rest, "trailing");
}
