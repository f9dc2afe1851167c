// SPDX-License-Identifier: GPL-2.0-or-later
/* The difference of two snapshots. Lists of TSMs and functions are in the order of their names. */
#include "tdi/watch.h"

#include <stdlib.h>
#include <string.h>

#include "util/text.h"

/* Two snapshots, and the function at hand in each; an absent one is a function that nobody uses. */
struct diff {
	const struct snapshot *before, *after;
	const struct pci_function *was, *is;
	const struct watched_evidence *had, *has; /* NULL: not known */
	bool appeared, vanished;
	struct watch_events *out;
	bool failed;
};

const char *watch_kind_name(enum watch_kind kind)
{
	static const char *const names[WATCH_KINDS] = {
		[WATCH_TSM_REMOVED] = "tsm-removed",
		[WATCH_TSM_ADDED] = "tsm-added",
		[WATCH_FUNCTION_ADDED] = "function-added",
		[WATCH_CONNECT] = "connect",
		[WATCH_HELD] = "held",
		[WATCH_BIND] = "bind",
		[WATCH_REGENERATED] = "regenerated",
		[WATCH_VMM_GONE] = "vmm-gone",
		[WATCH_RELEASED] = "released",
		[WATCH_UNBIND] = "unbind",
		[WATCH_DISCONNECT] = "disconnect",
		[WATCH_FUNCTION_REMOVED] = "function-removed",
		[WATCH_LOST] = "lost",
	};

	return names[kind];
}

static void add(struct diff *d, struct watch_event event)
{
	struct watch_event *grown;

	if (d->failed)
		return;
	grown = reallocarray(d->out->event, d->out->count + 1, sizeof(*grown));
	if (!grown) {
		d->failed = true;
		return;
	}
	d->out->event = grown;
	grown[d->out->count++] = event;
}

/* An event of the function at hand. */
static void add_device(struct diff *d, enum watch_kind kind, const char *tsm)
{
	struct watch_event event = {.kind = kind};

	text_copy(event.device, sizeof(event.device), d->is->bdf);
	text_copy(event.tsm, sizeof(event.tsm), tsm);
	add(d, event);
}

/* The processes that hold the function in `some`, and not in `others`. */
static void diff_holders(struct diff *d, const struct holder_list *some, const struct holder_list *others,
			 enum watch_kind kind)
{
	const char *bdf = d->is->bdf;

	for (long i = holders_find(some, bdf, 0); i >= 0; i = holders_find(some, bdf, (size_t)i + 1)) {
		struct watch_event event = {.kind = kind, .pid = some->holder[i].pid};
		long other = holders_find(others, bdf, 0);

		while (other >= 0 && others->holder[other].pid != event.pid)
			other = holders_find(others, bdf, (size_t)other + 1);
		if (other >= 0)
			continue;
		text_copy(event.device, sizeof(event.device), bdf);
		text_copy(event.comm, sizeof(event.comm), some->holder[i].comm);
		add(d, event);
	}
}

/* Evidence of one and the same connection: another one has evidence of its own. */
static void diff_evidence(struct diff *d)
{
	struct watch_event event = {.kind = WATCH_REGENERATED};

	if (!d->had || !d->has || !d->had->known || !d->has->known || strcmp(d->was->connected, d->is->connected) != 0)
		return;
	event.has_generation = d->had->has_generation && d->has->has_generation;
	event.generation_before = d->had->generation;
	event.generation_after = d->has->generation;
	for (int i = 0; i < WATCHED_OBJECTS; i++)
		if (d->had->object[i].len != d->has->object[i].len || d->had->object[i].hash != d->has->object[i].hash)
			event.objects |= 1u << watched_objects[i];
	if (!event.objects && (!event.has_generation || event.generation_before == event.generation_after))
		return;
	text_copy(event.device, sizeof(event.device), d->is->bdf);
	text_copy(event.tsm, sizeof(event.tsm), d->is->connected);
	add(d, event);
}

static void diff_function(struct diff *d)
{
	bool connection = strcmp(d->was->connected, d->is->connected) != 0;
	bool binding = strcmp(d->was->bound, d->is->bound) != 0;

	diff_holders(d, &d->before->holders, &d->after->holders, WATCH_RELEASED);
	if (binding && d->was->bound[0])
		add_device(d, WATCH_UNBIND, d->was->bound);
	if (connection && d->was->connected[0])
		add_device(d, WATCH_DISCONNECT, d->was->connected);
	if (d->vanished)
		add_device(d, WATCH_FUNCTION_REMOVED, "");
	if (d->appeared)
		add_device(d, WATCH_FUNCTION_ADDED, "");
	if (connection && d->is->connected[0])
		add_device(d, WATCH_CONNECT, d->is->connected);
	diff_holders(d, &d->after->holders, &d->before->holders, WATCH_HELD);
	if (binding && d->is->bound[0])
		add_device(d, WATCH_BIND, d->is->bound);
	diff_evidence(d);
}

static const struct watched_evidence *evidence_at(const struct snapshot *s, size_t i)
{
	return s->evidence ? &s->evidence[i] : NULL;
}

/* How the names at `i` and `j` of two sorted lists compare; the end of a list comes after everything. */
static int compare(const char *a, bool has_a, const char *b, bool has_b)
{
	if (has_a && has_b)
		return strcmp(a, b);
	return has_a ? -1 : 1;
}

static void diff_functions(struct diff *d)
{
	const struct function_list *a = &d->before->functions;
	const struct function_list *b = &d->after->functions;

	for (size_t i = 0, j = 0; i < a->count || j < b->count;) {
		const char *was = i < a->count ? a->function[i].bdf : "";
		const char *is = j < b->count ? b->function[j].bdf : "";
		int order = compare(was, i < a->count, is, j < b->count);
		struct pci_function blank = {0};

		text_copy(blank.bdf, sizeof(blank.bdf), order <= 0 ? was : is);
		d->appeared = order > 0;
		d->vanished = order < 0;
		d->was = d->appeared ? &blank : &a->function[i];
		d->is = d->vanished ? &blank : &b->function[j];
		d->had = d->appeared ? NULL : evidence_at(d->before, i);
		d->has = d->vanished ? NULL : evidence_at(d->after, j);
		diff_function(d);
		i += order <= 0;
		j += order >= 0;
	}
}

/* The TSMs of `some` that are not among `others`. */
static void diff_tsms(struct diff *d, const struct tsm_list *some, const struct tsm_list *others, enum watch_kind kind)
{
	for (size_t i = 0; i < some->count; i++) {
		struct watch_event event = {.kind = kind};

		if (platform_tsm_find(others, some->tsm[i].name))
			continue;
		text_copy(event.tsm, sizeof(event.tsm), some->tsm[i].name);
		add(d, event);
	}
}

int snapshot_diff(const struct snapshot *before, const struct snapshot *after, struct watch_events *out, struct err *e)
{
	struct diff d = {.before = before, .after = after, .out = out};

	diff_tsms(&d, &before->tsms, &after->tsms, WATCH_TSM_REMOVED);
	diff_tsms(&d, &after->tsms, &before->tsms, WATCH_TSM_ADDED);
	diff_functions(&d);
	return d.failed ? err_oom(e) : 0;
}

static const struct pci_function *next_named(const struct function_list *l, size_t *from, const char *bdf)
{
	while (*from < l->count && strcmp(l->function[*from].bdf, bdf) < 0)
		++*from;
	return *from < l->count && strcmp(l->function[*from].bdf, bdf) == 0 ? &l->function[*from] : NULL;
}

void snapshot_keep_evidence(const struct snapshot *before, struct snapshot *after)
{
	size_t at = 0;

	if (!before->evidence || !after->evidence)
		return;
	for (size_t i = 0; i < after->functions.count; i++) {
		const struct pci_function *is = &after->functions.function[i];
		const struct pci_function *was = next_named(&before->functions, &at, is->bdf);

		if (was && !after->evidence[i].known && is->connected[0] && !strcmp(was->connected, is->connected))
			after->evidence[i] = before->evidence[at];
	}
}

void watch_events_free(struct watch_events *l)
{
	free(l->event);
	*l = (struct watch_events){0};
}
