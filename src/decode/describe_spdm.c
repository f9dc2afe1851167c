// SPDX-License-Identifier: GPL-2.0-or-later
/* VCA, and what every object that is made of SPDM messages has in common. */
#include "decode/kind.h"
#include "decode/measurements.h"
#include "decode/spdm.h"

#define COUNT(array) (sizeof(array) / sizeof(*(array)))

static const struct column message_columns[] = {
	{"message", "MESSAGE", true, false}, {"name", "NAME", false, false}, {"version", "VERSION", false, false},
	{"offset", "OFFSET", true, false},   {"size", "SIZE", true, false},
};

const char *vca_shape(struct bytes in)
{
	return spdm_looks_like_message(in.data, in.len) && in.data[1] == SPDM_GET_VERSION ? "vca" : NULL;
}

/* Tells of a message that is not the one a VCA has in its place. */
static void check_order(const struct spdm_message *m, size_t i, struct anomalies *a)
{
	if (i < SPDM_VCA_COUNT && m->code != spdm_vca_code(i))
		anomaly_add(a, m->span.offset, "message %zu is not %s", i + 1, spdm_code_name(spdm_vca_code(i)));
}

struct span messages_check(struct bytes in, size_t signature_size, bool vca_first, struct anomalies *a)
{
	struct spdm_walk w = spdm_walk_sized(in, signature_size);
	struct spdm_message m;
	size_t count;

	for (count = 0; spdm_next(&w, &m, a); count++)
		if (vca_first)
			check_order(&m, count, a);
	if (vca_first && count < SPDM_VCA_COUNT)
		anomaly_add(a, w.rest.offset, "%s is missing", spdm_code_name(spdm_vca_code(count)));
	if (w.rest.len)
		anomaly_add(a, w.rest.offset, "trailing bytes: %zu", w.rest.len);
	return w.rest;
}

/* The nonce of every message that has one: earlier pairs of a transcript tell it nowhere else. */
static void describe_nonce(struct node *row, struct bytes in, const struct spdm_message *m)
{
	struct measurement_request request = {0};
	struct measurement_response response = {0};
	struct span nonce;

	if (m->code == SPDM_GET_MEASUREMENTS)
		measurement_request_parse(in, m, &request);
	else if (m->code == SPDM_MEASUREMENTS)
		measurement_response_parse(in, m, &response);
	nonce = request.nonce.len ? request.nonce : response.nonce;
	if (nonce.len)
		json_only(node_bytes(row, "nonce", NULL, in.data + nonce.offset, nonce.len));
	else
		json_only(node_null(row, "nonce", NULL));
}

static void describe_message(struct node *row, size_t number, struct bytes in, const struct spdm_message *m)
{
	node_count(row, "message", NULL, number);
	node_text(row, "name", NULL, m->name);
	node_hex(row, "code", NULL, m->code, 2);
	node_textf(row, "version", NULL, "%u.%u", m->version >> 4, m->version & 0xf);
	node_count(row, "offset", NULL, m->span.offset);
	node_size(row, "size", NULL, m->span.len);
	describe_nonce(row, in, m);
}

void messages_describe(struct node *decoded, struct bytes in, size_t signature_size, struct anomalies *a)
{
	struct node *table = node_table(decoded, "messages", NULL, message_columns, COUNT(message_columns));
	struct spdm_walk w = spdm_walk_sized(in, signature_size);
	struct spdm_message m;
	size_t count, unlisted = 0;

	for (count = 0; spdm_next(&w, &m, NULL); count++) {
		if (row_fits(count))
			describe_message(node_object(table, NULL, NULL), count + 1, in, &m);
		else if (!unlisted)
			unlisted = m.span.offset;
	}
	rows_end(a, count, unlisted, "messages");
}

void vca_describe(struct bytes in, const struct evidence_context *context, struct node *decoded)
{
	struct findings f = {0};
	struct span trailing = messages_check(in, 0, true, &f.anomalies);

	(void)context;
	negotiation_describe(decoded, in);
	messages_describe(decoded, in, 0, &f.anomalies);
	json_only(node_size(decoded, "trailing", NULL, trailing.len));
	findings_describe(decoded, &f);
}
