// SPDX-License-Identifier: GPL-2.0-or-later
#include <string.h>
#include <sys/stat.h>

#include "cmd/changes.h"
#include "cmd/diff_words.h"
#include "cmd/gather.h"
#include "cmd/saved.h"
#include "verify/module.h"

static const struct column columns[] = {
	{"name", "OBJECT", false, false},
	{"part", "PART", false, false},
	{"change", "CHANGE", false, false},
	{"detail", "DETAIL", false, true},
};

/* Both sets, and the comparison as it goes on. */
struct comparison {
	struct evidence_set side[2];
	struct module module;
	const char *unchecked; /* why a saved file was not held to its SHA-256; NULL: all were */
	struct node *list;
	size_t differences;
	size_t values; /* differences that are more than another nonce and signature */
};

/* A directory, or the name of a function. */
static int read_side(struct context *c, struct comparison *x, int side)
{
	const char *name = c->arg[side];

	struct options o = *c->opt;
	char bdf[BDF_CAP];
	struct target t;
	const char *source;
	struct stat st;

	if (stat(name, &st) == 0 && S_ISDIR(st.st_mode))
		return saved_read(c, name, &x->module, &x->side[side], &x->unchecked);
	if (!bdf_parse(name, bdf)) {
		err_object(c->err, "%s", name);
		err_set(c->err, ERR_NOT_FOUND, "ENOENT", "this is neither a directory nor a PCI function");
		err_hint(c->err, "Pass directories that save wrote, or functions such as 0000:01:00.0.");
		return -1;
	}
	o.device = bdf;
	return gather(c, &o, &t, &x->side[side], &source);
}

/* Parts that are never the same twice. */
static bool is_random(const char *part)
{
	static const char *const random[] = {"request nonce", "nonce", "signature"};

	for (size_t i = 0; i < sizeof(random) / sizeof(random[0]); i++)
		if (strncmp(part, random[i], strlen(random[i])) == 0)
			return true;
	return false;
}

static void add_row(void *ctx, const struct part_change *change)
{
	struct comparison *x = ctx;
	struct node *row = node_object(x->list, NULL, NULL);
	char detail[DIFF_WORDS];

	diff_words(change, x->module.crypto, detail);
	node_only(node_text(row, "name", NULL, evidence_type_name(change->type)), NODE_TEXT_ONLY);
	node_text(row, "object", NULL, evidence_object_name(change->type));
	node_count(row, "slot", NULL, change->type <= EV_CERT7 ? (uint64_t)change->type : 0);
	node_text(row, "part", NULL, change->part);
	node_text(row, "change", NULL, change_name(change->kind));
	node_text(row, "detail", NULL, detail);
	x->differences++;
	x->values += !is_random(change->part);
}

static int compare_object(struct comparison *x, enum evidence_type type, struct err *e)
{
	const struct evidence_copy *a = &x->side[0].object[type];
	const struct evidence_copy *b = &x->side[1].object[type];
	struct part_change whole = {type, "whole object", CHANGE_NEW, {a->data, a->len}, {b->data, b->len}};

	if (a->len && b->len)
		return changes_find(type, whole.was, whole.is, add_row, x) ? err_oom(e) : 0;
	whole.kind = a->len ? CHANGE_GONE : CHANGE_NEW;
	if (a->len || b->len)
		add_row(x, &whole);
	return 0;
}

static void conclude(struct context *c, const struct comparison *x)
{
	struct node *root = record_root(c->record);

	node_bool(root, "same", NULL, x->differences == 0);
	node_bool(root, "same_values", NULL, x->values == 0);
	node_text(root, "unchecked", NULL, x->unchecked);
	if (x->unchecked)
		node_note(root, "Not held to the SHA-256 of its manifest: %s.", x->unchecked);
	if (!x->differences)
		node_note(root, "The evidence is the same, byte for byte.");
	else if (!x->values)
		node_note(root, "Only nonces and signatures differ: what was measured is the same.");
	c->status = x->differences ? ERR_FAILED : 0;
}

static int compare(struct context *c, struct comparison *x)
{
	struct node *root = record_root(c->record);

	record_title(c->record, "%s and %s", c->arg[0], c->arg[1]);
	node_text(root, "a", NULL, c->arg[0]);
	node_text(root, "b", NULL, c->arg[1]);
	x->list = node_table(root, "differences", NULL, columns, sizeof(columns) / sizeof(columns[0]));
	for (int type = 0; type < EV_COUNT; type++)
		if (compare_object(x, (enum evidence_type)type, c->err))
			return -1;
	conclude(c, x);
	return 0;
}

int cmd_diff(struct context *c)
{
	struct comparison x = {0};
	int ret;

	module_open(&x.module);
	ret = read_side(c, &x, 0);
	if (ret == 0)
		ret = read_side(c, &x, 1);
	if (ret == 0)
		ret = compare(c, &x);
	if (ret == 0 && module_starved(&x.module))
		ret = err_oom(c->err);
	evidence_set_free(&x.side[0]);
	evidence_set_free(&x.side[1]);
	return ret;
}
