// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdio.h>
#include <string.h>

#include "cmd/command.h"
#include "tdi/holders.h"
#include "tdi/platform.h"
#include "util/locale.h"

static const struct column columns[] = {
	{"tsm", "TSM", false, false},         {"driver", "DRIVER", false, false}, {"arch", "ARCH", false, false},
	{"device", "FUNCTION", false, false}, {"state", "STATE", false, false},   {"held_by", "HELD BY", false, false},
};

static const struct column tree_columns[] = {
	{"tree", "TSM, DSM, FUNCTION", false, false},
	{"role", "ROLE", false, false},
	{"state", "STATE", false, false},
	{"held_by", "HELD BY", false, false},
};

struct listing {
	struct tsm_list tsms;
	struct function_list functions;
	struct holder_list holders;
};

static void add_tsms(struct node *root, const struct tsm_list *l)
{
	struct node *list = node_list(root, "tsms", NULL);

	for (size_t i = 0; i < l->count; i++) {
		struct node *n = node_object(list, NULL, NULL);

		node_text(n, "name", NULL, l->tsm[i].name);
		node_text(n, "driver", NULL, l->tsm[i].driver[0] ? l->tsm[i].driver : NULL);
		node_text(n, "arch", NULL, l->tsm[i].arch ? arch_name(l->tsm[i].arch) : NULL);
	}
}

static void add_holders(struct node *device, const struct holder_list *l, const char *bdf)
{
	struct node *list = node_list(device, "holders", NULL);

	for (long i = holders_find(l, bdf, 0); i >= 0; i = holders_find(l, bdf, (size_t)i + 1)) {
		const struct holder *h = &l->holder[i];
		struct node *n = node_object(list, NULL, NULL);

		node_count(n, "pid", NULL, (uint64_t)h->pid);
		node_text(n, "comm", NULL, h->comm);
		if (h->iommufd >= 0)
			node_count(n, "fd", NULL, (uint64_t)h->iommufd);
		else
			node_null(n, "fd", NULL);
	}
}

static const char *or_null(const char *text)
{
	return text[0] ? text : NULL;
}

static void add_devices(struct node *root, const struct listing *l)
{
	struct node *list = node_list(root, "devices", NULL);

	for (size_t i = 0; i < l->functions.count; i++) {
		const struct pci_function *f = &l->functions.function[i];
		struct node *n = node_object(list, NULL, NULL);

		node_text(n, "device", NULL, f->bdf);
		node_text(n, "tsm", NULL, or_null(f->connected));
		node_text(n, "dsm", NULL, or_null(f->dsm));
		node_bool(n, "bound", NULL, f->bound[0]);
		node_text(n, "driver", NULL, or_null(f->driver));
		add_holders(n, &l->holders, f->bdf);
	}
}

static const char *state_words(const struct pci_function *f)
{
	if (!f->connected[0])
		return "not connected";
	return f->bound[0] ? "connected, bound" : "connected";
}

/* The process that holds the function; without one the driver that has it, unless that only waits for a process. */
static void add_holder_cell(struct node *row, const struct listing *l, const struct pci_function *f)
{
	long i = holders_find(&l->holders, f->bdf, 0);
	const struct holder *h;

	if (i < 0) {
		bool idle = !f->driver[0] || strcmp(f->driver, "vfio-pci") == 0;

		node_text(row, "held_by", NULL, idle ? "-" : f->driver);
		return;
	}
	h = &l->holders.holder[i];
	if (holders_find(&l->holders, f->bdf, (size_t)i + 1) >= 0)
		node_textf(row, "held_by", NULL, "%s[%d] and others", h->comm, (int)h->pid);
	else if (h->iommufd >= 0)
		node_textf(row, "held_by", NULL, "%s[%d] fd %d", h->comm, (int)h->pid, h->iommufd);
	else
		node_textf(row, "held_by", NULL, "%s[%d]", h->comm, (int)h->pid);
}

static void add_tsm_cells(struct node *row, const struct tsm *t)
{
	node_text(row, "tsm", NULL, t->name);
	node_text(row, "driver", NULL, or_null(t->driver));
	node_text(row, "arch", NULL, t->arch ? arch_name(t->arch) : NULL);
}

/* The TSM under which a function is shown: its own, or the only one. */
static const struct tsm *tsm_of(const struct tsm_list *l, const struct pci_function *f)
{
	const struct tsm *t = platform_tsm_find(l, f->connected);

	return !t && !f->connected[0] && l->count == 1 ? &l->tsm[0] : t;
}

/* `repeat`: the TSM stands in each row, so that a row can be read alone, not only in the first. */
static void add_rows(struct node *table, const struct listing *l, const struct tsm *t, bool repeat)
{
	bool named = false;

	for (size_t i = 0; i < l->functions.count; i++) {
		const struct pci_function *f = &l->functions.function[i];
		struct node *row;

		if (tsm_of(&l->tsms, f) != t)
			continue;
		row = node_object(table, NULL, NULL);
		if (t && (!named || repeat))
			add_tsm_cells(row, t);
		named = true;
		node_text(row, "device", NULL, f->bdf);
		node_text(row, "state", NULL, state_words(f));
		add_holder_cell(row, l, f);
	}
	if (t && !named)
		add_tsm_cells(node_object(table, NULL, NULL), t);
}

static void add_table(struct node *root, const struct listing *l, bool repeat)
{
	struct node *table = node_table(root, "table", NULL, columns, sizeof(columns) / sizeof(columns[0]));

	node_only(table, NODE_TEXT_ONLY);
	for (size_t i = 0; i < l->tsms.count; i++)
		add_rows(table, l, &l->tsms.tsm[i], repeat);
	add_rows(table, l, NULL, repeat);
}

/* In the tree, what stands before a name, for each level that it lies below a TSM. */
struct branches {
	const char *fork, *last; /* of the name's own level */
	const char *past, *gap;  /* of a level above, with and without names to follow */
};

static const struct branches *branches(void)
{
	static const struct branches drawn = {"├─ ", "└─ ", "│  ", "   "};
	static const struct branches typed = {"|- ", "`- ", "|  ", "   "};

	return locale_is_utf8() ? &drawn : &typed;
}

/* The DSM that `f` is shown below: one of the listed functions, and not itself. */
static const struct pci_function *parent_of(const struct listing *l, const struct pci_function *f)
{
	const struct pci_function *dsm = platform_function_find(&l->functions, f->dsm);

	return dsm != f && dsm && tsm_of(&l->tsms, dsm) == tsm_of(&l->tsms, f) ? dsm : NULL;
}

/* The first function at or after index `from` that stands directly below TSM `t` and DSM `parent`; NULL: none. */
static const struct pci_function *next_below(const struct listing *l, const struct tsm *t,
					     const struct pci_function *parent, size_t from)
{
	for (size_t i = from; i < l->functions.count; i++) {
		const struct pci_function *f = &l->functions.function[i];

		if (tsm_of(&l->tsms, f) == t && parent_of(l, f) == parent)
			return f;
	}
	return NULL;
}

static size_t index_of(const struct listing *l, const struct pci_function *f)
{
	return (size_t)(f - l->functions.function);
}

static void add_leaf(struct node *table, const struct listing *l, const struct pci_function *f, const char *before)
{
	struct node *row = node_object(table, NULL, NULL);

	node_textf(row, "tree", NULL, "%s%s", before, f->bdf);
	node_text(row, "role", NULL, strcmp(f->dsm, f->bdf) == 0 ? "DSM" : "-");
	node_text(row, "state", NULL, state_words(f));
	add_holder_cell(row, l, f);
}

/* What is below one TSM: DSMs with their functions, and functions without a DSM. NULL: functions without a TSM. */
static void add_branches(struct node *table, const struct listing *l, const struct tsm *t)
{
	const struct branches *b = branches();
	const struct pci_function *f = next_below(l, t, NULL, 0);

	for (const struct pci_function *next; f; f = next) {
		const struct pci_function *below = next_below(l, t, f, 0);

		next = next_below(l, t, NULL, index_of(l, f) + 1);
		add_leaf(table, l, f, next ? b->fork : b->last);
		for (const struct pci_function *after; below; below = after) {
			char before[32];

			after = next_below(l, t, f, index_of(l, below) + 1);
			snprintf(before, sizeof(before), "%s%s", next ? b->past : b->gap, after ? b->fork : b->last);
			add_leaf(table, l, below, before);
		}
	}
}

static void add_tree(struct node *root, const struct listing *l)
{
	struct node *table =
		node_table(root, "table", NULL, tree_columns, sizeof(tree_columns) / sizeof(tree_columns[0]));
	struct node *row;

	node_only(table, NODE_TEXT_ONLY);
	for (size_t i = 0; i < l->tsms.count; i++) {
		const struct tsm *t = &l->tsms.tsm[i];

		row = node_object(table, NULL, NULL);
		node_text(row, "tree", NULL, t->name);
		node_textf(row, "role", NULL, "TSM%s%s", t->arch ? " of " : "", t->arch ? arch_title(t->arch) : "");
		node_text(row, "held_by", NULL, t->driver[0] ? t->driver : "-");
		add_branches(table, l, t);
	}
	if (!next_below(l, NULL, NULL, 0))
		return;
	node_text(node_object(table, NULL, NULL), "tree", NULL, "no TSM");
	add_branches(table, l, NULL);
}

static int gather(struct kernel *k, struct listing *l, struct err *e)
{
	if (platform_tsms(k, &l->tsms, e) || platform_functions(k, &l->functions, e))
		return -1;
	/* Without functions there is nothing to hold; /proc can be large. */
	return l->functions.count ? holders_scan(k, 0, &l->holders, e) : 0;
}

int cmd_list(struct context *c)
{
	struct node *root = record_root(c->record);
	struct listing l = {0};
	int ret = gather(c->kernel, &l, c->err);

	if (ret == 0) {
		add_tsms(root, &l.tsms);
		add_devices(root, &l);
		if (c->opt->tree)
			add_tree(root, &l);
		else
			add_table(root, &l, c->opt->columns != NULL);
		if (l.holders.hidden)
			node_note(root, "The descriptors of %zu processes could not be seen; root sees all.",
				  l.holders.hidden);
	}
	platform_tsms_free(&l.tsms);
	platform_functions_free(&l.functions);
	holders_free(&l.holders);
	return ret;
}
