// SPDX-License-Identifier: GPL-2.0-or-later
#include "decode/kind.h"
#include "decode/leaf.h"
#include "decode/measurements.h"
#include "decode/negotiation.h"
#include "decode/spdm.h"
#include "decode/value.h"

#define COUNT(array) (sizeof(array) / sizeof(*(array)))

enum { SIGNATURE_SHOWN = 512 };

static const char shape_response[] = "response";
static const char shape_pair[] = "request-response";
static const char shape_transcript[] = "transcript";
static const char shape_record[] = "record";

static const struct column block_columns[] = {
	{"message", "MESSAGE", true, false}, {"index", "INDEX", false, false},  {"form", "FORM", false, false},
	{"size", "SIZE", true, false},       {"offset", "OFFSET", true, false}, {"type", "TYPE", false, true},
};

/* What the object does not say itself. */
struct knowledge {
	struct spdm_algorithms algorithms; /* that were selected */
	size_t signature_size;             /* 0: not known */
};

/* The last request and the last response, which are the signed ones; and whether there are several responses. */
struct summary {
	struct measurement_request request;
	struct measurement_response response;
	size_t requests;
	size_t responses;
};

const char *measurements_shape(struct bytes in)
{
	static const struct {
		uint8_t code;
		const char *shape;
	} starts[] = {
		{SPDM_GET_VERSION, shape_transcript},
		{SPDM_GET_MEASUREMENTS, shape_pair},
		{SPDM_MEASUREMENTS, shape_response},
	};
	size_t i;

	if (spdm_looks_like_message(in.data, in.len))
		for (i = 0; i < COUNT(starts); i++)
			if (starts[i].code == in.data[1])
				return starts[i].shape;
	return measurement_is_record(in) ? shape_record : NULL;
}

static void describe_form(struct node *decoded, const char *shape)
{
	static const struct {
		const char *shape;
		const char *title;
	} forms[] = {
		{shape_response, "response alone: no request, no VCA"},
		{shape_pair, "request and response, no VCA"},
		{shape_transcript, "transcript: VCA, request and response"},
		{shape_record, "measurement record alone: no messages"},
	};
	size_t i;

	for (i = 0; i < COUNT(forms); i++)
		if (forms[i].shape == shape)
			text_only(node_text(decoded, NULL, "Form", forms[i].title));
}

/* A signature that was asked for and is not there is an anomaly, unless its message is cut off, which is one itself. */
static void check_signature(const struct summary *s, const struct spdm_message *m, struct anomalies *a)
{
	if (!m->truncated && !s->response.signature.len)
		anomaly_add(a, m->span.offset + m->span.len,
			    "the requested signature is missing, or has an unknown size");
}

static void summarise(struct bytes in, const struct knowledge *k, struct summary *s, struct anomalies *a)
{
	struct spdm_walk w = spdm_walk_sized(in, k->signature_size);
	struct spdm_message m;
	bool signature_due = false;

	while (spdm_next(&w, &m, NULL)) {
		if (m.code == SPDM_GET_MEASUREMENTS) {
			measurement_request_parse(in, &m, &s->request);
			s->requests++;
			signature_due = s->request.signature;
		} else if (m.code == SPDM_MEASUREMENTS) {
			measurement_response_parse(in, &m, &s->response);
			s->responses++;
			if (signature_due)
				check_signature(s, &m, a);
			signature_due = false;
		}
	}
	if (!s->responses)
		anomaly_add(a, in.len, "there is no MEASUREMENTS message");
}

static void describe_operation(struct node *o, uint8_t operation)
{
	json_only(node_hex(o, "operation", NULL, operation, 2));
	if (operation == 0)
		text_only(node_text(o, "operation", "Requested blocks", "their number only"));
	else if (operation == 0xff)
		text_only(node_text(o, "operation", "Requested blocks", "all"));
	else
		text_only(node_hex(o, "operation", "Requested blocks", operation, 2));
}

static void describe_request(struct node *decoded, struct bytes in, const struct summary *s)
{
	const struct measurement_request *r = &s->request;
	struct node *o;

	if (!s->requests) {
		node_null(decoded, "request", NULL);
		return;
	}
	o = node_object(decoded, "request", NULL);
	node_bool(o, "signature_requested", "Signature requested", r->signature);
	node_bool(o, "raw_requested", "Raw values requested", r->raw);
	node_bool(o, "new_requested", NULL, r->fresh);
	describe_operation(o, r->operation);
	digest_describe(o, "nonce", "Request nonce", in, r->nonce);
	if (r->slot_param.len)
		node_count(o, "slot", "Requested slot", r->slot);
	else
		node_null(o, "slot", NULL);
	digest_describe(o, "requester_context", NULL, in, r->context);
}

static void describe_changed(struct node *o, uint8_t changed)
{
	const char *name = measurement_changed_name(changed);

	json_only(node_count(o, "content_changed", NULL, changed));
	if (name)
		text_only(node_text(o, "content_changed", "Content changed", name));
	else
		text_only(node_textf(o, "content_changed", "Content changed", "%u", changed));
}

/* As long as it is not a post-quantum one, people see it, too. */
static void describe_signature(struct node *o, struct bytes in, struct span s, const struct knowledge *k)
{
	const char *name = spdm_selected_name(&k->algorithms, ALG_BASE_ASYM);

	if (!name)
		name = spdm_selected_name(&k->algorithms, ALG_PQC_ASYM);
	json_only(node_size(o, "signature_length", NULL, s.len));
	json_only(node_text(o, "signature_algorithm", NULL, name));
	text_only(node_textf(o, NULL, "Signature", "%zu B%s%s", s.len, name ? ", " : "", name ? name : ""));
	if (s.len <= SIGNATURE_SHOWN)
		digest_describe(o, "signature", "Signature bytes", in, s);
	else
		json_only(node_bytes(o, "signature", NULL, in.data + s.offset, s.len));
}

static void describe_response(struct node *decoded, struct bytes in, const struct summary *s, const struct knowledge *k)
{
	const struct measurement_response *r = &s->response;
	struct node *o;

	if (!s->responses) {
		node_null(decoded, "response", NULL);
		return;
	}
	o = node_object(decoded, "response", NULL);
	node_count(o, "total_indices", NULL, r->total);
	node_count(o, "slot", "Slot", r->slot);
	if (r->version >= SPDM_12)
		describe_changed(o, r->changed);
	else
		node_null(o, "content_changed", NULL);
	node_count(o, "block_count", "Blocks", r->block_count);
	node_size(o, "record_length", "Record", r->record_length);
	digest_describe(o, "nonce", "Response nonce", in, r->nonce);
	json_only(node_size(o, "opaque_length", NULL, r->opaque.len));
	digest_describe(o, "requester_context", "Requester context", in, r->context);
	describe_signature(o, in, r->signature, k);
	opaque_describe(o, in, r->opaque);
}

static void describe_index(struct node *row, uint8_t index)
{
	const char *name = measurement_index_name(index);

	json_only(node_hex(row, "index", NULL, index, 2));
	node_text(row, "index_name", NULL, name);
	text_only(node_textf(row, "index", NULL, "0x%02x%s%s", index, name ? " " : "", name ? name : ""));
}

static void describe_type(struct node *row, const struct measurement_block *b, uint8_t version)
{
	const char *name = measurement_type_name(b->type, version);

	json_only(node_count(row, "type", NULL, b->type));
	node_text(row, "type_name", NULL, name);
	text_only(node_textf(row, "type", NULL, "%u%s%s", b->type, name ? " " : "", name ? name : ""));
	node_text(row, "form", NULL, b->raw ? "raw" : "digest");
}

/* A block of another specification has neither type nor form. */
static void describe_foreign(struct node *row, const struct measurement_block *b)
{
	json_only(node_null(row, "type", NULL));
	node_null(row, "type_name", NULL);
	text_only(node_textf(row, "type", NULL, "specification 0x%02x", b->specification));
	node_null(row, "form", NULL);
}

static void describe_block(struct node *row, const struct measurement_block *b, uint8_t version)
{
	describe_index(row, b->index);
	node_hex(row, "specification", NULL, b->specification, 2);
	if (b->dmtf)
		describe_type(row, b, version);
	else
		describe_foreign(row, b);
	node_size(row, "size", NULL, b->value.len);
	node_count(row, "offset", NULL, b->value.offset);
}

/* The table of blocks while it grows over several responses. */
struct block_table {
	struct node *table;
	struct value_sink values;
	struct bytes in;
	struct anomalies *a;
	size_t count;
	size_t unlisted; /* offset of the first block without a row */
	bool several;    /* responses: only then does text say which one a block is from */
};

/* `message` is the number of the response; 0 for a record alone. */
static void add_row(struct block_table *t, const struct measurement_block *b, size_t message, uint8_t version)
{
	struct node *row = node_object(t->table, NULL, NULL);
	struct node *number;

	number = message ? node_count(row, "message", NULL, message) : node_null(row, "message", NULL);
	if (!t->several)
		json_only(number);
	describe_block(row, b, version);
	t->values.message = t->several ? message : 0;
	value_describe(&t->values, row, b, version);
}

/* Adds the blocks of one record; returns how many there are. */
static size_t add_blocks(struct block_table *t, struct span record, size_t message, uint8_t version)
{
	struct measurement_block b;
	size_t before = t->count;

	for (; measurement_block_next(t->in, &record, &b); t->count++) {
		measurement_block_check(&b, t->a);
		if (row_fits(t->count))
			add_row(t, &b, message, version);
		else if (!t->unlisted)
			t->unlisted = b.span.offset;
	}
	if (record.len)
		anomaly_add(t->a, record.offset, "no whole block in the last %zu bytes of the record", record.len);
	return t->count - before;
}

static void add_response(struct block_table *t, const struct spdm_message *m, size_t message)
{
	struct measurement_response r;
	size_t count;

	measurement_response_parse(t->in, m, &r);
	count = add_blocks(t, r.record, message, m->version);
	if (count != r.block_count && !m->truncated)
		anomaly_add(t->a, m->span.offset + 4, "blocks: %u declared, %zu there", r.block_count, count);
}

static struct block_table block_table(struct node *decoded, struct bytes in, const struct knowledge *k,
				      struct findings *f)
{
	struct block_table t = {.in = in, .a = &f->anomalies};

	t.table = node_table(decoded, "blocks", NULL, block_columns, COUNT(block_columns));
	t.values = (struct value_sink){
		.in = in,
		.algorithms = &k->algorithms,
		.table = value_table(decoded),
		.findings = f,
	};
	return t;
}

static void describe_blocks(struct node *decoded, struct bytes in, const struct knowledge *k, bool several,
			    struct findings *f)
{
	struct block_table t = block_table(decoded, in, k, f);
	struct spdm_walk w = spdm_walk_sized(in, k->signature_size);
	struct spdm_message m;
	size_t number;

	t.several = several;
	for (number = 1; spdm_next(&w, &m, NULL); number++)
		if (m.code == SPDM_MEASUREMENTS)
			add_response(&t, &m, number);
	rows_end(t.a, t.count, t.unlisted, "blocks");
}

/* The same keys as for messages. */
static void describe_record(struct node *decoded, struct bytes in, const struct knowledge *k, struct findings *f)
{
	struct block_table t;

	json_only(node_null(decoded, "vca", NULL));
	json_only(node_null(decoded, "request", NULL));
	json_only(node_null(decoded, "response", NULL));
	json_only(node_list(decoded, "messages", NULL));
	t = block_table(decoded, in, k, f);
	add_blocks(&t, (struct span){0, in.len}, 0, 0);
	rows_end(t.a, t.count, t.unlisted, "blocks");
	json_only(node_size(decoded, "trailing", NULL, 0));
}

/* What was negotiated stands in the transcript; people see it with the VCA. */
static void describe_vca(struct node *decoded, struct bytes in, bool vca_first)
{
	if (vca_first)
		negotiation_describe(node_only(node_object(decoded, "vca", NULL), NODE_JSON_ONLY), in);
	else
		node_null(decoded, "vca", NULL);
}

static void describe_messages_and_blocks(struct node *decoded, struct bytes in, const struct knowledge *k,
					 bool vca_first, struct findings *f)
{
	struct summary s = {0};
	struct span trailing = messages_check(in, k->signature_size, vca_first, &f->anomalies);

	summarise(in, k, &s, &f->anomalies);
	describe_vca(decoded, in, vca_first);
	describe_request(decoded, in, &s);
	describe_response(decoded, in, &s, k);
	messages_describe(decoded, in, k->signature_size, &f->anomalies);
	describe_blocks(decoded, in, k, s.responses > 1, f);
	json_only(node_size(decoded, "trailing", NULL, trailing.len));
}

/* From the object itself, else from the VCA that came with it; only the size of a signature also from the leaf's key.
 */
static struct knowledge gather(struct bytes in, const struct evidence_context *context, bool vca_first)
{
	struct knowledge k = {0};
	struct negotiation n;

	negotiation_read(vca_first ? in : context->vca, &n);
	k.algorithms = n.algorithms[SPDM_RESPONDER];
	k.signature_size = spdm_signature_size(&k.algorithms);
	if (!k.signature_size && context->chain.len)
		k.signature_size = leaf_signature_size(context->chain);
	return k;
}

void measurements_describe(struct bytes in, const struct evidence_context *context, struct node *decoded)
{
	const char *shape = measurements_shape(in);
	struct knowledge k = gather(in, context, shape == shape_transcript);
	struct findings f = {0};

	describe_form(decoded, shape);
	if (shape == shape_record)
		describe_record(decoded, in, &k, &f);
	else
		describe_messages_and_blocks(decoded, in, &k, shape == shape_transcript, &f);
	findings_describe(decoded, &f);
}
