// SPDX-License-Identifier: GPL-2.0-or-later
#include "cmd/reading.h"

#include <stdio.h>

#include "decode/evidence.h"

/* Bytes that cannot be decoded are shown all the same: an operator wants to see what the device sent. */
static void decode(struct node *root, struct reading *g, bool show, bool json)
{
	const struct receiver *r = &g->receiver;
	struct bytes b = {r->data, r->len};
	struct node *decoded;
	struct err local = {0};

	node_text(root, "shape", NULL, r->dropped ? NULL : evidence_shape(g->type, b));
	if (r->dropped || r->len == 0) {
		node_null(root, "decoded", NULL);
		return;
	}
	decoded = node_object(root, "decoded", NULL);
	if (!show)
		node_only(decoded, NODE_JSON_ONLY);
	if (g->type <= EV_CERT7 && (show || json))
		surroundings_fingerprint(&g->surroundings);
	if (evidence_describe_in(g->type, b, &g->surroundings.context, decoded, &local))
		node_text(decoded, "error", "Not decoded", local.message);
}

static const char *object_title(enum evidence_type type)
{
	static const char *const titles[] = {"Certificate chain", "VCA", "Measurements", "TDISP interface report"};

	return titles[type <= EV_CERT7 ? 0 : type - EV_VCA + 1];
}

static void set_title(struct context *c, const struct reading *g)
{
	const struct receiver *r = &g->receiver;
	char slot[16] = "";
	char generation[40] = "";

	if (g->type <= EV_CERT7 && !c->opt->from)
		snprintf(slot, sizeof(slot), " of slot %d", g->type);
	if (r->object.has_generation)
		snprintf(generation, sizeof(generation), ", generation %u", r->object.generation);
	record_title(c->record, "%s%s of %s, %s%zu bytes%s%s%s", object_title(g->type), slot, g->name,
		     c->opt->digest ? "digest of " : "", r->len, generation, r->path ? ", written to " : "",
		     r->path ? r->path : "");
}

static void describe_bytes(struct context *c, struct node *root, const struct receiver *r)
{
	if (r->len == 0)
		node_note(root, "The object is empty: the TSM has not filled it, or does not offer it.");
	if (!r->path && !r->dropped)
		node_bytes(root, "bytes", c->opt->hex || c->opt->digest ? "Bytes" : NULL, r->data, r->len);
	if (r->path)
		node_text(root, "file", NULL, r->path);
}

void reading_describe(struct context *c, struct reading *g)
{
	struct node *root = record_root(c->record);
	const struct receiver *r = &g->receiver;
	bool shows_text = !r->path && !c->opt->hex && !c->opt->digest && !c->opt->pem && !c->opt->split;

	set_title(c, g);
	node_text(root, "device", NULL, g->device);
	node_text(root, "object", NULL, evidence_object_name(g->type));
	node_count(root, "slot", NULL, g->type <= EV_CERT7 ? (uint64_t)g->type : 0);
	node_text(root, "source", NULL, g->source);
	if (r->object.has_generation && g->device)
		workspace_saw_generation(c->ws, g->device, r->object.generation, false);
	if (r->object.has_generation)
		node_count(root, "generation", NULL, r->object.generation);
	else
		node_null(root, "generation", NULL);
	node_size(root, "size", NULL, r->len);
	node_bool(root, "digest", NULL, c->opt->digest);
	describe_bytes(c, root, r);
	if (!c->opt->digest) {
		decode(root, g, shows_text, c->opt->json);
		return;
	}
	node_null(root, "shape", NULL);
	node_null(root, "decoded", NULL);
}
