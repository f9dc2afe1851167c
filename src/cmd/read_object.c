// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdio.h>
#include <string.h>

#include "cmd/receiver.h"
#include "cmd/target.h"
#include "decode/evidence.h"

/* Bytes that cannot be decoded are shown all the same: an operator wants to see what the device sent. */
static void decode(struct node *root, enum evidence_type type, const struct receiver *r, bool show)
{
	struct bytes b = {r->data, r->len};
	struct node *decoded;
	struct err local = {0};

	node_text(root, "shape", NULL, r->dropped ? NULL : evidence_shape(type, b));
	if (r->dropped || r->len == 0) {
		node_null(root, "decoded", NULL);
		return;
	}
	decoded = node_object(root, "decoded", NULL);
	if (!show)
		node_only(decoded, NODE_JSON_ONLY);
	if (evidence_describe(type, b, decoded, &local))
		node_text(decoded, "error", "Not decoded", local.message);
}

static const char *object_title(enum evidence_type type)
{
	static const char *const titles[] = {"Certificate chain", "VCA", "Measurements", "TDISP interface report"};

	return titles[type <= EV_CERT7 ? 0 : type - EV_VCA + 1];
}

static void set_title(struct context *c, const struct target *t, enum evidence_type type, const struct receiver *r)
{
	char slot[16] = "";
	char generation[40] = "";
	char name[80];

	target_name(t, name, sizeof(name));
	if (type <= EV_CERT7)
		snprintf(slot, sizeof(slot), " of slot %d", type);
	if (r->object.has_generation)
		snprintf(generation, sizeof(generation), ", generation %u", r->object.generation);
	record_title(c->record, "%s%s of %s, %s%zu bytes%s%s%s", object_title(type), slot, name,
		     c->opt->digest ? "digest of " : "", r->len, generation, r->path ? ", written to " : "",
		     r->path ? r->path : "");
}

static void describe(struct context *c, const struct access *a, const struct target *t, enum evidence_type type,
		     const struct receiver *r)
{
	struct node *root = record_root(c->record);
	bool shows_text = !r->path && !c->opt->hex && !c->opt->digest;

	set_title(c, t, type, r);
	target_device(root, t);
	node_text(root, "object", NULL, evidence_object_name(type));
	node_count(root, "slot", NULL, type <= EV_CERT7 ? (uint64_t)type : 0);
	node_text(root, "source", NULL, access_name(a));
	if (r->object.has_generation)
		node_count(root, "generation", NULL, r->object.generation);
	else
		node_null(root, "generation", NULL);
	node_size(root, "size", NULL, r->len);
	node_bool(root, "digest", NULL, c->opt->digest);
	if (r->len == 0)
		node_note(root, "The object is empty: the TSM has not filled it, or does not offer it.");
	if (!r->path && !r->dropped)
		node_bytes(root, "bytes", c->opt->hex || c->opt->digest ? "Bytes" : NULL, r->data, r->len);
	if (r->path)
		node_text(root, "file", NULL, r->path);
	if (!c->opt->digest) {
		decode(root, type, r, shows_text);
		return;
	}
	node_null(root, "shape", NULL);
	node_null(root, "decoded", NULL);
}

static int read_and_describe(struct context *c, struct access *a, const struct target *t, enum evidence_type type)
{
	struct evidence_query q = {.device = t->bdf, .mask = 1u << type, .digest = c->opt->digest};
	struct receiver r;
	struct evidence_sink sink = receiver_sink(&r);
	int ret = receiver_open(&r, c->opt, c->err);

	if (ret == 0)
		ret = access_read(a, &q, &sink, c->err);
	if (ret == 0) {
		describe(c, a, t, type, &r);
		ret = receiver_commit(&r, &c->raw_fd, c->err);
	}
	receiver_close(&r);
	return ret;
}

static int check_options(struct context *c)
{
	const struct options *o = c->opt;

	if (o->output && strcmp(o->output, "-") == 0) {
		err_set(c->err, ERR_USAGE, "USAGE", "--output wants a file");
		err_hint(c->err, "--raw writes the bytes to standard output; a file of that name is ./-");
	} else if (o->hex && (o->raw || o->output)) {
		err_set(c->err, ERR_USAGE, "USAGE", "--hex and --%s exclude each other", o->raw ? "raw" : "output");
		err_hint(c->err, "--hex is for reading; --raw and --output give the bytes.");
	}
	return c->err->class == ERR_NONE ? 0 : -1;
}

int cmd_read_object(struct context *c)
{
	int type = evidence_argument(c->arg[0], c->err);
	struct access_wish wish = {.channel = channel_from_options(c->opt)};
	struct access a;
	struct target t;

	if (type < 0 || check_options(c) || target_from_options(c->opt, &t, c->err) || target_check(c, &t) ||
	    access_open(&a, c->ws, &t, &wish, c->err))
		return -1;
	return read_and_describe(c, &a, &t, (enum evidence_type)type);
}
