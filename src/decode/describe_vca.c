// SPDX-License-Identifier: GPL-2.0-or-later
/* What was negotiated, as fields. */
#include "decode/kind.h"
#include "decode/negotiation.h"

static const struct {
	const char *key;
	const char *label;
} algorithm_fields[ALG_COUNT] = {
	[ALG_SPECIFICATION] = {"measurement_specification", "Measurements"},
	[ALG_OPAQUE_FORMAT] = {"opaque_format", "Opaque data"},
	[ALG_MEASUREMENT_HASH] = {"measurement_hash", "Measurement hash"},
	[ALG_BASE_ASYM] = {"base_asym", "Signature"},
	[ALG_BASE_HASH] = {"base_hash", "Hash"},
	[ALG_PQC_ASYM] = {"pqc_asym", "Post-quantum signature"},
	[ALG_DHE] = {"dhe", "Key exchange"},
	[ALG_AEAD] = {"aead", "AEAD"},
	[ALG_REQUESTER_ASYM] = {"requester_asym", "Requester's signature"},
	[ALG_KEY_SCHEDULE] = {"key_schedule", "Key schedule"},
	[ALG_REQUESTER_PQC] = {"requester_pqc_asym", "Requester's post-quantum signature"},
	[ALG_KEM] = {"kem", "KEM"},
};

static struct node *describe_version(struct node *parent, const char *key, uint16_t version)
{
	unsigned update = version >> 4 & 0xf, alpha = version & 0xf;
	struct node *n;

	if (!update && !alpha)
		n = node_textf(parent, key, NULL, "%u.%u", version >> 12, version >> 8 & 0xf);
	else
		n = node_textf(parent, key, NULL, "%u.%u.%u%s", version >> 12, version >> 8 & 0xf, update,
			       alpha ? "-alpha" : "");
	return n;
}

static void describe_versions(struct node *o, struct bytes in, const struct negotiation *n)
{
	struct node *list = node_list(o, "versions_offered", "Versions offered");
	struct span rest = n->versions;

	while (rest.len >= 2)
		describe_version(list, NULL, le16(in.data + span_take(&rest, 2).offset));
	if (n->version)
		node_textf(o, "version", "Version", "%u.%u", n->version >> 4, n->version & 0xf);
	else
		node_null(o, "version", NULL);
}

static void describe_flags(struct node *o, enum spdm_side side, uint32_t flags, const char *label)
{
	struct node *list;
	unsigned bit;

	node_hex(o, "flags", NULL, flags, 8);
	list = node_list(o, "names", label);
	for (bit = 0; bit < 32; bit++) {
		const char *name = spdm_capability_name(side, bit);

		if (!(flags >> bit & 1))
			continue;
		if (name)
			node_text(list, NULL, NULL, name);
		else
			node_textf(list, NULL, NULL, "bit %u", bit);
	}
}

static void describe_capabilities(struct node *parent, const struct negotiation *n, enum spdm_side side)
{
	static const char *const keys[SPDM_SIDES] = {"requester_capabilities", "responder_capabilities"};
	static const char *const labels[SPDM_SIDES] = {"Requester can", "Responder can"};
	const struct spdm_capabilities *c = &n->capabilities[side];
	struct node *o;

	if (!c->present) {
		node_null(parent, keys[side], NULL);
		return;
	}
	o = node_object(parent, keys[side], NULL);
	describe_flags(o, side, c->flags, labels[side]);
	node_count(o, "ct_exponent", NULL, c->ct_exponent);
	if (c->has_sizes) {
		node_size(o, "data_transfer_size", NULL, c->data_transfer_size);
		node_size(o, "max_message_size", NULL, c->max_message_size);
	} else {
		node_null(o, "data_transfer_size", NULL);
		node_null(o, "max_message_size", NULL);
	}
}

static void describe_set(struct node *o, enum spdm_algorithm a, uint32_t set, bool text)
{
	struct node *list = node_list(o, algorithm_fields[a].key, algorithm_fields[a].label);
	unsigned bit;

	for (bit = 0; bit < 32; bit++) {
		const char *name = spdm_algorithm_name(a, bit);

		if (!(set >> bit & 1))
			continue;
		if (name)
			node_text(list, NULL, NULL, name);
		else
			node_textf(list, NULL, NULL, "bit %u", bit);
	}
	if (!text || !set)
		json_only(list);
}

/* What the responder selected is for people, too; what it selected from is for programs. */
static void describe_algorithms(struct node *parent, const char *key, const struct spdm_algorithms *a, bool text)
{
	struct node *o;
	enum spdm_algorithm i;

	if (!a->present) {
		node_null(parent, key, NULL);
		return;
	}
	o = node_object(parent, key, NULL);
	for (i = 0; i < ALG_COUNT; i++)
		describe_set(o, i, a->set[i], text);
	node_hex(o, "other_parameters", NULL, a->other_params, 2);
}

void negotiation_describe(struct node *parent, struct bytes in)
{
	struct negotiation n;

	negotiation_read(in, &n);
	describe_versions(parent, in, &n);
	describe_capabilities(parent, &n, SPDM_REQUESTER);
	describe_capabilities(parent, &n, SPDM_RESPONDER);
	describe_algorithms(parent, "algorithms", &n.algorithms[SPDM_RESPONDER], true);
	describe_algorithms(parent, "algorithms_offered", &n.algorithms[SPDM_REQUESTER], false);
	describe_algorithms(parent, "algorithms_supported", &n.supported, false);
}
