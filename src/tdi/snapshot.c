// SPDX-License-Identifier: GPL-2.0-or-later
/* Looking at the platform; watch.c compares what was seen. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tdi/watch.h"

#define FNV_OFFSET 0xcbf29ce484222325u
#define FNV_PRIME  0x100000001b3u

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

static struct watched_object *object_of(struct watched_evidence *w, enum evidence_type type)
{
	return &w->object[type == EV_REPORT];
}

/* A repeated dump starts over. */
static int begin(void *ctx, const struct evidence_object *o, struct err *e)
{
	struct watched_evidence *w = ctx;

	(void)e;
	w->has_generation = o->has_generation;
	w->generation = o->generation;
	*object_of(w, o->type) = (struct watched_object){.hash = FNV_OFFSET};
	return 0;
}

static int chunk(void *ctx, const struct evidence_object *o, struct bytes bytes, struct err *e)
{
	struct watched_object *object = object_of(ctx, o->type);

	(void)e;
	for (size_t i = 0; i < bytes.len; i++)
		object->hash = (object->hash ^ bytes.data[i]) * FNV_PRIME;
	object->len += bytes.len;
	return 0;
}

static int end(void *ctx, const struct evidence_object *o, struct err *e)
{
	(void)ctx;
	(void)o;
	(void)e;
	return 0;
}

static int take_evidence_of(struct watched_evidence *out, struct evidence_source *source, const char *bdf,
			    struct err *e)
{
	const struct evidence_query q = {.device = bdf, .mask = 1u << EV_MEASUREMENTS | 1u << EV_REPORT};
	const struct evidence_sink sink = {begin, chunk, end, out};
	struct err failed = {0};

	out->known = evidence_dump(source, &q, &sink, true, &failed) == 0;
	if (failed.class != ERR_PERMISSION && strcmp(failed.code, "EINTR") != 0)
		return 0;
	*e = failed;
	return -1;
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
	/* Also without functions: one that is out of sight for a while has not been released. */
	if (holders_scan(k, 0, &s->holders, e))
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
