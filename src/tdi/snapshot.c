// SPDX-License-Identifier: GPL-2.0-or-later
/* Looking at the platform; watch.c compares what was seen. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tdi/watch.h"

const enum evidence_type watched_objects[WATCHED_OBJECTS] = {EV_MEASUREMENTS, EV_REPORT};

/* The one function, if it is there and has a TSM. */
static int take_function(struct snapshot *s, struct kernel *k, const char *bdf, struct err *e)
{
	struct pci_function f;
	struct err absent = {0};

	if (platform_function(k, bdf, &f, &absent)) {
		if (absent.class != ERR_NOT_FOUND)
			*e = absent;
		return absent.class == ERR_NOT_FOUND ? 0 : -1;
	}
	if (!f.capable)
		return 0;
	s->functions.function = malloc(sizeof(f));
	if (!s->functions.function)
		return err_oom(e);
	s->functions.function[0] = f;
	s->functions.count = 1;
	return 0;
}

static void keep_evidence(struct watched_evidence *out, const struct evidence_set *set)
{
	for (int i = 0; i < WATCHED_OBJECTS; i++) {
		const struct evidence_copy *o = &set->object[watched_objects[i]];
		size_t len = o->len < DIGEST_CAP ? o->len : DIGEST_CAP;

		out->has_generation |= o->has_generation;
		if (o->has_generation)
			out->generation = o->generation;
		out->digest[i].len = len;
		if (len)
			memcpy(out->digest[i].bytes, o->data, len);
	}
	out->known = true;
}

static int take_evidence_of(struct watched_evidence *out, struct evidence_source *source, const char *bdf,
			    struct err *e)
{
	struct evidence_set set = {0};
	struct evidence_sink sink = evidence_set_sink(&set);
	struct evidence_query q = {.device = bdf, .digest = true};
	struct err failed = {0};
	int ret;

	for (int i = 0; i < WATCHED_OBJECTS; i++)
		q.mask |= 1u << watched_objects[i];
	ret = evidence_dump(source, &q, &sink, true, &failed);
	if (!ret)
		keep_evidence(out, &set);
	evidence_set_free(&set);
	if (ret && (failed.class == ERR_PERMISSION || strcmp(failed.code, "EINTR") == 0)) {
		*e = failed;
		return -1;
	}
	return 0;
}

static int take_evidence(struct snapshot *s, struct evidence_source *source, struct err *e)
{
	int ret = 0;

	s->evidence = calloc(s->functions.count + 1, sizeof(*s->evidence));
	if (!s->evidence)
		return err_oom(e);
	for (size_t i = 0; i < s->functions.count && !ret; i++) {
		const struct pci_function *f = &s->functions.function[i];

		if (f->connected[0])
			ret = take_evidence_of(&s->evidence[i], source, f->bdf, e);
	}
	return ret;
}

static int take(struct snapshot *s, struct kernel *k, const struct watch_wish *w, struct err *e)
{
	if (w->bdf ? take_function(s, k, w->bdf, e)
		   : platform_tsms(k, &s->tsms, e) || platform_functions(k, &s->functions, e))
		return -1;
	/* Without functions there is nothing to hold; /proc can be large. */
	if (s->functions.count && holders_scan(k, 0, &s->holders, e))
		return -1;
	return w->evidence ? take_evidence(s, w->evidence, e) : 0;
}

int snapshot_take(struct snapshot *s, struct kernel *k, const struct watch_wish *w, struct err *e)
{
	*s = (struct snapshot){0};
	if (take(s, k, w, e) == 0)
		return 0;
	snapshot_free(s);
	return -1;
}

void snapshot_free(struct snapshot *s)
{
	platform_tsms_free(&s->tsms);
	platform_functions_free(&s->functions);
	holders_free(&s->holders);
	free(s->evidence);
	*s = (struct snapshot){0};
}

/* A process that ended but has not been waited for holds nothing any more. */
static bool is_alive(struct kernel *k, pid_t pid)
{
	char path[64];
	char status[1024];
	ssize_t len;

	snprintf(path, sizeof(path), "/proc/%d/status", (int)pid);
	len = kernel_read_file(k, path, status, sizeof(status) - 1);
	if (len < 0)
		return false;
	status[len] = '\0';
	return !strstr(status, "\nState:\tZ");
}

void watch_settle(struct watch_events *l, struct kernel *k)
{
	for (size_t i = 0; i < l->count; i++)
		if (l->event[i].kind == WATCH_RELEASED && !is_alive(k, l->event[i].pid))
			l->event[i].kind = WATCH_VMM_GONE;
}
