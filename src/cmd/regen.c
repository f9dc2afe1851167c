// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdio.h>
#include <string.h>

#include "cmd/changes.h"
#include "cmd/confirm.h"
#include "cmd/nonce.h"
#include "cmd/target.h"

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

static void add_change(void *list, const struct part_change *change)
{
	struct node *row = node_object(list, NULL, NULL);

	node_text(row, "part", NULL, change->part);
	node_text(row, "change", NULL, change_name(change->kind));
	node_size(row, "size", NULL, change->kind == CHANGE_GONE ? change->was.len : change->is.len);
}

/* Whether the regenerated object carries our nonce: null where it shows no request. */
static int add_nonce_seen(struct node *root, const struct regeneration *r, struct bytes after)
{
	struct evidence_parts parts;
	size_t i = 0;

	if (evidence_parts(r->type, after, &parts))
		return -1;
	while (i < parts.count && strcmp(parts.part[i].name, "request nonce") != 0)
		i++;
	if (i < parts.count && parts.part[i].len == EV_NONCE_SIZE)
		node_bool(root, "nonce_in_request", "Nonce in the request",
			  memcmp(after.data + parts.part[i].offset, r->nonce, EV_NONCE_SIZE) == 0);
	else
		node_null(root, "nonce_in_request", NULL);
	evidence_parts_free(&parts);
	return 0;
}

static int describe_changes(struct context *c, const struct regeneration *r)
{
	struct node *root = record_root(c->record);
	struct bytes before = copy_bytes(&r->before.object[r->type]);
	struct bytes after = copy_bytes(&r->after.object[r->type]);
	struct node *list;

	if (add_nonce_seen(root, r, after))
		return err_oom(c->err);
	list = node_table(root, "changes", NULL, change_columns, sizeof(change_columns) / sizeof(change_columns[0]));
	return changes_find(r->type, before, after, add_change, list) ? err_oom(c->err) : 0;
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
	if (after->has_generation)
		workspace_saw_generation(c->ws, r->target.bdf, after->generation, true);
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
	if ((!c->opt->dry_run && access_read_before(a, &q, &before, c->err)) || ask(c, r))
		return -1;
	q.nonce = r->nonce;
	q.nonce_len = sizeof(r->nonce);
	if (access_regenerate(a, &q, c->opt->raw_blocks, &after, c->err))
		return -1;
	c->changed = true;
	return describe(c, a, r);
}

int cmd_regen(struct context *c)
{
	struct access_wish wish = {
		.channel = channel_from_options(c->opt), .refresh = true, .raw_blocks = c->opt->raw_blocks};
	struct regeneration r = {0};
	struct access a;
	int ret;

	if (read_type(c, &r.type) || nonce_choose(c, r.nonce) || target_from_options(c->opt, &r.target, c->err) ||
	    confirm_possible(c) || target_check(c, &r.target) || access_open(&a, c->ws, &r.target, &wish, c->err))
		return -1;
	ret = regenerate(c, &a, &r);
	evidence_set_free(&r.before);
	evidence_set_free(&r.after);
	return ret;
}
