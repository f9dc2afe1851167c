// SPDX-License-Identifier: GPL-2.0-or-later
#include "verify/transcript.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "decode/evidence.h"

/* Offsets in ALGORITHMS. */
enum { ALGORITHMS_ASYM = 12, ALGORITHMS_HASH = 16, ALGORITHMS_PQC = 20 };

/* A walk over the messages behind VCA. */
struct scan {
	struct transcript *t;
	struct spdm_walk walk;
	struct measurement_request request; /* the last one */
	bool asked;                         /* a request waits for its response */
	bool open;                          /* messages since the last signature */
	size_t start;                       /* where they begin */
	size_t signatures;
};

#define SAY(field, ...) snprintf(field, sizeof(field), __VA_ARGS__)

static bool is_transcript(struct bytes b)
{
	return b.len && spdm_looks_like_message(b.data, b.len) && b.data[1] == SPDM_GET_VERSION;
}

static bool is_response(struct bytes b)
{
	return spdm_looks_like_message(b.data, b.len) && b.data[1] == SPDM_MEASUREMENTS;
}

static void read_algorithms(struct transcript *t, const struct spdm_message *m)
{
	const uint8_t *p = t->data + m->span.offset;

	if (m->span.len < ALGORITHMS_PQC)
		return;
	t->base_asym = le32(p + ALGORITHMS_ASYM);
	t->base_hash = le32(p + ALGORITHMS_HASH);
	if (m->version >= SPDM_14 && m->span.len >= ALGORITHMS_PQC + 4)
		t->pqc_asym = le32(p + ALGORITHMS_PQC);
}

/* Steps over the six messages. False where they are not the six. */
static bool scan_vca(struct scan *s)
{
	struct spdm_message m;

	for (size_t i = 0; i < SPDM_VCA_COUNT; i++) {
		if (!spdm_next(&s->walk, &m, NULL) || m.code != spdm_vca_code(i) || m.truncated)
			return false;
		if (m.code == SPDM_ALGORITHMS)
			read_algorithms(s->t, &m);
	}
	s->t->vca = (struct span){0, s->walk.rest.offset};
	return true;
}

static void take_request(struct scan *s, const struct spdm_message *m)
{
	struct bytes in = {s->t->data, s->t->len};

	measurement_request_parse(in, m, &s->request);
	if (!s->open)
		s->start = m->span.offset;
	s->open = s->asked = true;
}

static void take_signed(struct scan *s, const struct measurement_response *r)
{
	struct transcript *t = s->t;

	t->exchange = (struct span){s->start, r->signature.offset - s->start};
	t->signature = r->signature;
	t->version = r->version;
	t->vca_signed = r->version >= SPDM_12;
	t->request = s->request;
	t->response = *r;
	s->signatures++;
	s->open = false;
}

static void take_response(struct scan *s, const struct spdm_message *m)
{
	struct measurement_response r;

	measurement_response_parse((struct bytes){s->t->data, s->t->len}, m, &r);
	if (!s->asked)
		SAY(s->t->missing, "no request: the signature covers the GET_MEASUREMENTS that was answered");
	s->asked = false;
	if (r.signature.len && !s->t->missing[0])
		take_signed(s, &r);
}

/* False at a message that cannot be part of L1/L2. */
static bool take(struct scan *s, const struct spdm_message *m)
{
	if (m->truncated)
		SAY(s->t->wrong, "%s is cut off", m->name);
	else if (m->code == SPDM_GET_MEASUREMENTS)
		take_request(s, m);
	else if (m->code == SPDM_MEASUREMENTS)
		take_response(s, m);
	else
		SAY(s->t->wrong, "message 0x%02x stands among the measurements", m->code);
	return !s->t->wrong[0];
}

static void judge(struct scan *s)
{
	struct transcript *t = s->t;

	t->trailing = s->walk.rest;
	if (t->wrong[0] || t->missing[0])
		return;
	if (!s->signatures)
		SAY(t->missing, "no signature: the response was asked for without one");
	else if (s->open || s->signatures > 1)
		SAY(t->missing, "messages that the last signature does not cover are among the measurements");
	else if (t->vca_signed && !t->vca.len)
		SAY(t->missing, "no VCA: a %d.%d signature cannot be checked without it", t->version >> 4,
		    t->version & 0xf);
}

static void scan(struct transcript *t, bool has_vca, size_t signature_size)
{
	struct scan s = {.t = t, .walk = spdm_walk_start((struct bytes){t->data, t->len})};
	struct spdm_message m;

	s.walk.signature_size = signature_size;
	if (has_vca && !scan_vca(&s)) {
		SAY(t->wrong, "VCA is not made of its six messages");
		return;
	}
	while (spdm_next(&s.walk, &m, NULL))
		if (!take(&s, &m))
			break;
	judge(&s);
}

/* The six messages at the start of a VCA object; all of it where they cannot be told. */
static struct bytes first_six(struct bytes vca)
{
	struct spdm_walk w = spdm_walk_start(vca);
	struct spdm_message m;

	for (size_t i = 0; i < SPDM_VCA_COUNT; i++)
		if (!vca.len || !spdm_next(&w, &m, NULL))
			return vca;
	return (struct bytes){vca.data, w.rest.offset};
}

static int join(struct transcript *t, const struct bytes *part, size_t count)
{
	size_t at = 0;

	for (size_t i = 0; i < count; i++)
		if (__builtin_add_overflow(t->len, part[i].len, &t->len))
			return -1;
	t->data = malloc(t->len ? t->len : 1);
	if (!t->data)
		return -1;
	for (size_t i = 0; i < count; i++) {
		if (part[i].len)
			memcpy(t->data + at, part[i].data, part[i].len);
		at += part[i].len;
	}
	return 0;
}

/* A transcript brings its own VCA: another one must be the same. */
static void compare_vca(struct transcript *t, struct bytes vca)
{
	if (vca.len && t->vca.len && (vca.len < t->vca.len || memcmp(vca.data, t->data, t->vca.len) != 0))
		SAY(t->wrong, "the VCA object is not the VCA in the transcript");
}

/* So does a request that stands in front of its response. */
static void compare_request(struct transcript *t, struct bytes request)
{
	size_t at = t->request.header.offset;
	bool same = request.len && bytes_has(transcript_bytes(t, (struct span){0, t->len}), at, request.len) &&
		    memcmp(t->data + at, request.data, request.len) == 0;

	if (request.len && t->exchange.len && !same)
		SAY(t->wrong, "the request given is not the one before the response");
}

static bool is_bare(struct transcript *t, struct bytes measurements)
{
	const char *shape = evidence_shape(EV_MEASUREMENTS, measurements);

	if (strcmp(shape, "empty") == 0)
		SAY(t->missing, "no measurements");
	else if (strcmp(shape, "record") == 0)
		SAY(t->missing, "no response: a bare measurement record carries no signature");
	else if (strcmp(shape, "unknown") == 0)
		SAY(t->missing, "no MEASUREMENTS message: the object's shape is not known");
	return t->missing[0];
}

int transcript_build(const struct transcript_input *in, struct transcript *t)
{
	const struct bytes none = {NULL, 0};
	bool inside = is_transcript(in->measurements);
	const struct bytes parts[] = {
		inside ? none : first_six(in->vca),
		is_response(in->measurements) ? in->request : none,
		in->measurements,
	};

	*t = (struct transcript){.vca_rest = in->vca.len - first_six(in->vca).len};
	if (is_bare(t, in->measurements))
		return 0;
	if (join(t, parts, sizeof(parts) / sizeof(parts[0])))
		return -1;
	scan(t, inside || in->vca.len, in->signature_size);
	if (inside)
		compare_vca(t, in->vca);
	if (!is_response(in->measurements))
		compare_request(t, in->request);
	return 0;
}

void transcript_free(struct transcript *t)
{
	if (!t->given)
		free(t->data);
	*t = (struct transcript){0};
}
