// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdio.h>
#include <stdlib.h>
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

/* Where a function stands in the tree. */
struct place {
	const struct pci_function *f;
	const struct tsm *tsm;           /* NULL: none */
	const struct pci_function *head; /* the function directly below the TSM: its DSM, or itself */
};

/* Another listed function of the same TSM that is the DSM of `f`; NULL: none. */
static const struct pci_function *dsm_of(const struct listing *l, const struct pci_function *f)
{
	const struct pci_function *dsm = platform_function_find(&l->functions, f->dsm);

	return dsm != f && dsm && tsm_of(&l->tsms, dsm) == tsm_of(&l->tsms, f) ? dsm : NULL;
}

static struct place place_of(const struct listing *l, const struct pci_function *f)
{
	const struct pci_function *dsm = dsm_of(l, f);

	return (struct place){f, tsm_of(&l->tsms, f), dsm && !dsm_of(l, dsm) ? dsm : f};
}

static int order(const void *a, const void *b)
{
	return (a > b) - (a < b);
}

/* By TSM, those without one last, then by head, which comes before those below it. */
static int compare_places(const void *a, const void *b)
{
	const struct place *p = a, *q = b;

	if (p->tsm != q->tsm)
		return !p->tsm || !q->tsm ? (q->tsm != NULL) - (p->tsm != NULL) : order(p->tsm, q->tsm);
	if (p->head != q->head)
		return order(p->head, q->head);
	if ((p->f == p->head) != (q->f == q->head))
		return p->f == p->head ? -1 : 1;
	return order(p->f, q->f);
}

/* One for each function, in the order of the tree; owned by the caller. NULL: out of memory. */
static struct place *find_places(const struct listing *l)
{
	size_t count = l->functions.count;
	struct place *place = calloc(count + 1, sizeof(*place));

	if (!place)
		return NULL;
	for (size_t i = 0; i < count; i++)
		place[i] = place_of(l, &l->functions.function[i]);
	qsort(place, count, sizeof(*place), compare_places);
	return place;
}

static void add_leaf(struct node *table, const struct listing *l, const struct pci_function *f, const char *before)
{
	struct node *row = node_object(table, NULL, NULL);

	node_textf(row, "tree", NULL, "%s%s", before, f->bdf);
	node_text(row, "role", NULL, strcmp(f->dsm, f->bdf) == 0 ? "DSM" : "-");
	node_text(row, "state", NULL, state_words(f));
	add_holder_cell(row, l, f);
}

/* The functions below one DSM, or below none: `count` places from the head on. */
static void add_branch(struct node *table, const struct listing *l, const struct place *p, size_t count, bool last)
{
	const struct branches *b = branches();
	char before[32];

	add_leaf(table, l, p->f, last ? b->last : b->fork);
	for (size_t i = 1; i < count; i++) {
		snprintf(before, sizeof(before), "%s%s", last ? b->gap : b->past, i + 1 < count ? b->fork : b->last);
		add_leaf(table, l, p[i].f, before);
	}
}

/* What is below one TSM, of which `p` is the first place, up to `end`. Returns the first place of the next one. */
static const struct place *add_branches(struct node *table, const struct listing *l, const struct place *p,
					const struct place *end, const struct tsm *t)
{
	while (p < end && p->tsm == t) {
		const struct place *next = p;

		while (next < end && next->head == p->head)
			next++;
		add_branch(table, l, p, (size_t)(next - p), next == end || next->tsm != t);
		p = next;
	}
	return p;
}

static void add_trunk(struct node *table, const struct tsm *t)
{
	struct node *row = node_object(table, NULL, NULL);

	node_text(row, "tree", NULL, t->name);
	node_textf(row, "role", NULL, "TSM%s%s", t->arch ? " of " : "", t->arch ? arch_title(t->arch) : "");
	node_text(row, "held_by", NULL, t->driver[0] ? t->driver : "-");
}

static int add_tree(struct node *root, const struct listing *l, struct err *e)
{
	struct node *table =
		node_table(root, "table", NULL, tree_columns, sizeof(tree_columns) / sizeof(tree_columns[0]));
	struct place *places = find_places(l);
	const struct place *p = places, *end;

	if (!places)
		return err_oom(e);
	end = places + l->functions.count;
	node_only(table, NODE_TEXT_ONLY);
	for (size_t i = 0; i < l->tsms.count; i++) {
		add_trunk(table, &l->tsms.tsm[i]);
		p = add_branches(table, l, p, end, &l->tsms.tsm[i]);
	}
	if (p < end)
		node_text(node_object(table, NULL, NULL), "tree", NULL, "no TSM");
	add_branches(table, l, p, end, NULL);
	free(places);
	return 0;
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
			ret = add_tree(root, &l, c->err);
		else
			add_table(root, &l, c->opt->columns != NULL);
		holders_note_hidden(&l.holders, &c->notes);
	}
	platform_tsms_free(&l.tsms);
	platform_functions_free(&l.functions);
	holders_free(&l.holders);
	return ret;
}
