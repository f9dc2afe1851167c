// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cmd/confirm.h"
#include "cmd/file.h"
#include "cmd/target.h"
#include "decode/evidence.h"

static const struct column change_columns[] = {
	{"part", "PART", false, false},
	{"change", "CHANGE", false, false},
	{"size", "SIZE", true, false},
};

/* One object before and after. */
struct regeneration {
	struct target target;
	char name[80]; /* of the target, for people */
	enum evidence_type type;
	uint8_t nonce[EV_NONCE_SIZE];
	struct evidence_set before, after;
};

static int bad_nonce(struct context *c, const char *why)
{
	err_object(c->err, "nonce");
	err_set(c->err, ERR_USAGE, "USAGE", "%s", why);
	err_hint(c->err,
		 "A nonce is 32 bytes: 64 hex digits, or a file of 32 bytes. Without one tsmctl makes a random one.");
	return -1;
}

static int nonce_from_file(struct context *c, uint8_t nonce[EV_NONCE_SIZE])
{
	uint8_t *data;
	size_t len;

	if (file_read(c->opt->nonce_file, EV_NONCE_SIZE, &data, &len, c->err))
		return -1;
	if (len == EV_NONCE_SIZE)
		memcpy(nonce, data, len);
	free(data);
	return len == EV_NONCE_SIZE ? 0 : bad_nonce(c, "the nonce's file has fewer than 32 bytes");
}

static int random_nonce(struct context *c, uint8_t nonce[EV_NONCE_SIZE])
{
	int ret = kernel_random(c->kernel, nonce, EV_NONCE_SIZE);

	return ret < 0 ? err_errno(c->err, -ret, "no random nonce can be made") : 0;
}

static int choose_nonce(struct context *c, uint8_t nonce[EV_NONCE_SIZE])
{
	if (c->opt->nonce && c->opt->nonce_file)
		return bad_nonce(c, "--nonce and --nonce-file exclude each other");
	if (c->opt->nonce_file)
		return nonce_from_file(c, nonce);
	if (!c->opt->nonce)
		return random_nonce(c, nonce);
	if (strlen(c->opt->nonce) != 2 * EV_NONCE_SIZE)
		return bad_nonce(c, "the nonce has the wrong length");
	if (hex_decode(c->opt->nonce, nonce, EV_NONCE_SIZE) != EV_NONCE_SIZE)
		return bad_nonce(c, "the nonce is not hexadecimal");
	return 0;
}

static int read_type(struct context *c, enum evidence_type *type)
{
	int parsed = evidence_type_parse(c->arg[0]);

	if (parsed == EV_MEASUREMENTS || parsed == EV_REPORT) {
		*type = (enum evidence_type)parsed;
		return 0;
	}
	err_object(c->err, "%s", c->arg[0]);
	err_set(c->err, ERR_USAGE, "USAGE", "only measurements and report can be regenerated");
	err_hint(c->err, "Certificates and VCA are made when the TSM connects to the function.");
	return -1;
}

static struct bytes copy_bytes(const struct evidence_copy *o)
{
	return (struct bytes){o->data, o->len};
}

static const struct evidence_part *find_part(const struct evidence_parts *l, const char *name)
{
	for (size_t i = 0; i < l->count; i++)
		if (strcmp(l->part[i].name, name) == 0)
			return &l->part[i];
	return NULL;
}

static void add_change(struct node *list, const struct evidence_part *p, const char *change)
{
	struct node *row = node_object(list, NULL, NULL);

	node_text(row, "part", NULL, p->name);
	node_text(row, "change", NULL, change);
	node_size(row, "size", NULL, p->len);
}

static bool same(struct bytes a, const struct evidence_part *p, struct bytes b, const struct evidence_part *q)
{
	return p->len == q->len && memcmp(a.data + p->offset, b.data + q->offset, p->len) == 0;
}

static void add_changes(struct node *list, struct bytes a, const struct evidence_parts *before, struct bytes b,
			const struct evidence_parts *after)
{
	for (size_t i = 0; i < after->count; i++) {
		const struct evidence_part *q = &after->part[i];
		const struct evidence_part *p = find_part(before, q->name);

		if (!p)
			add_change(list, q, "new");
		else if (!same(a, p, b, q))
			add_change(list, q, "changed");
	}
	for (size_t i = 0; i < before->count; i++)
		if (!find_part(after, before->part[i].name))
			add_change(list, &before->part[i], "gone");
}

/* Whether the regenerated object carries our nonce: null where it shows no request. */
static void add_nonce_seen(struct node *root, const struct regeneration *r, const struct evidence_parts *after)
{
	const struct evidence_part *p = find_part(after, "request nonce");
	struct bytes b = copy_bytes(&r->after.object[r->type]);

	if (!p || p->len != EV_NONCE_SIZE) {
		node_null(root, "nonce_in_request", NULL);
		return;
	}
	node_bool(root, "nonce_in_request", "Nonce in the request", memcmp(b.data + p->offset, r->nonce, p->len) == 0);
}

static int describe_changes(struct context *c, const struct regeneration *r)
{
	struct node *root = record_root(c->record);
	struct bytes a = copy_bytes(&r->before.object[r->type]);
	struct bytes b = copy_bytes(&r->after.object[r->type]);
	struct evidence_parts before = {0};
	struct evidence_parts after = {0};
	int ret = -1;

	if (evidence_parts(r->type, a, &before) || evidence_parts(r->type, b, &after)) {
		err_oom(c->err);
		goto out;
	}
	add_nonce_seen(root, r, &after);
	add_changes(
		node_table(root, "changes", NULL, change_columns, sizeof(change_columns) / sizeof(change_columns[0])),
		a, &before, b, &after);
	ret = 0;
out:
	evidence_parts_free(&before);
	evidence_parts_free(&after);
	return ret;
}

static void add_generation(struct node *root, const char *key, const char *label, const struct evidence_copy *o)
{
	if (o->has_generation)
		node_count(root, key, label, o->generation);
	else
		node_null(root, key, label);
}

static int describe(struct context *c, const struct access *a, const struct regeneration *r)
{
	struct node *root = record_root(c->record);
	const struct evidence_copy *before = &r->before.object[r->type];
	const struct evidence_copy *after = &r->after.object[r->type];
	bool changed = before->len != after->len || (after->len && memcmp(before->data, after->data, after->len) != 0);

	record_title(c->record, "%s of %s regenerated, %zu bytes", r->type == EV_REPORT ? "Report" : "Measurements",
		     r->name, after->len);
	target_device(root, &r->target);
	node_text(root, "object", NULL, evidence_object_name(r->type));
	node_text(root, "source", NULL, access_name(a));
	node_only(node_bytes(root, "nonce", NULL, r->nonce, sizeof(r->nonce)), NODE_JSON_ONLY);
	add_generation(root, "generation_before", "Generation before", before);
	add_generation(root, "generation_after", "Generation after", after);
	node_size(root, "size", NULL, after->len);
	node_bool(root, "changed", "Changed", changed);
	if (after->len == 0)
		node_note(root, "The object is empty: the TSM has nothing to give in this state of the interface.");
	return describe_changes(c, r);
}

static int ask(struct context *c, const struct regeneration *r)
{
	char what[160];

	snprintf(what, sizeof(what), "This makes the TSM of %s regenerate its %s; others may be reading them.", r->name,
		 evidence_object_name(r->type));
	return confirm_change(c, what, "Regenerate?");
}

static int regenerate(struct context *c, struct access *a, struct regeneration *r)
{
	struct evidence_query q = {.device = r->target.bdf, .mask = 1u << r->type};
	struct evidence_sink before = evidence_set_sink(&r->before);
	struct evidence_sink after = evidence_set_sink(&r->after);

	target_name(&r->target, r->name, sizeof(r->name));
	/* A dry run compares nothing, and has nothing to read in an own session. */
	if ((!c->opt->dry_run && access_read(a, &q, &before, c->err)) || ask(c, r))
		return -1;
	q.nonce = r->nonce;
	q.nonce_len = sizeof(r->nonce);
	if (access_regenerate(a, &q, c->opt->raw_blocks, &after, c->err))
		return -1;
	return describe(c, a, r);
}

int cmd_regen(struct context *c)
{
	struct access_wish wish = {
		.channel = channel_from_options(c->opt), .refresh = true, .raw_blocks = c->opt->raw_blocks};
	struct regeneration r = {0};
	struct access a;
	int ret;

	if (read_type(c, &r.type) || choose_nonce(c, r.nonce) || target_from_options(c->opt, &r.target, c->err) ||
	    confirm_possible(c) || target_check(c, &r.target) || access_open(&a, c->ws, &r.target, &wish, c->err))
		return -1;
	ret = regenerate(c, &a, &r);
	evidence_set_free(&r.before);
	evidence_set_free(&r.after);
	return ret;
}
