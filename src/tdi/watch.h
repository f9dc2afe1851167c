/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What changes on the platform: a snapshot of its TSMs, functions, holders and, if wanted, evidence; and the difference
 * of two as events. No kernel announces a connection, a binding or new evidence, so that looking twice is the only way.
 */
#ifndef TSMCTL_TDI_WATCH_H
#define TSMCTL_TDI_WATCH_H

#include "tdi/evidence.h"
#include "tdi/holders.h"
#include "tdi/platform.h"

enum { WATCHED_OBJECTS = 2 };

/* The objects that a TSM generates anew; the others stay while a connection lasts. */
extern const enum evidence_type watched_objects[WATCHED_OBJECTS];

/*
 * What tells evidence from earlier evidence. Not every TSM counts generations, or can give digests, so that the objects
 * are read and hashed here (FNV-1a, which finds changes, not forgeries).
 */
struct watched_evidence {
	bool known; /* false: none is cached, or it could not be read this time */
	bool has_generation;
	uint32_t generation;
	struct watched_object {
		size_t len;
		uint64_t hash;
	} object[WATCHED_OBJECTS];
};

struct snapshot {
	struct tsm_list tsms;
	struct function_list functions;
	struct holder_list holders;
	struct watched_evidence *evidence; /* one for each function; owned; NULL: not wanted */
};

struct watch_wish {
	const char *bdf;                  /* only this function, and no TSM; NULL: all */
	struct evidence_source *evidence; /* open, with a family; NULL: not wanted */
};

/*
 * Looks at the platform. -1 with `e` set, and `s` empty: sysfs or /proc cannot be read, evidence is denied, or a signal
 * came meanwhile (code "EINTR"). Evidence that cannot be read for another reason is unknown.
 */
int snapshot_take(struct snapshot *s, struct kernel *k, const struct watch_wish *w, struct err *e);
void snapshot_free(struct snapshot *s);

enum watch_kind {
	WATCH_TSM_REMOVED,
	WATCH_TSM_ADDED,
	WATCH_FUNCTION_ADDED,
	WATCH_CONNECT,
	WATCH_HELD,
	WATCH_BIND,
	WATCH_REGENERATED,
	WATCH_VMM_GONE, /* released, because the process is no more */
	WATCH_RELEASED,
	WATCH_UNBIND,
	WATCH_DISCONNECT,
	WATCH_FUNCTION_REMOVED,
	WATCH_LOST, /* the kernel dropped announcements; never from snapshot_diff() */
	WATCH_KINDS,
};

const char *watch_kind_name(enum watch_kind kind); /* "connect", "vmm-gone", ... */

struct watch_event {
	enum watch_kind kind;
	char device[BDF_CAP]; /* "": none */
	char tsm[NAME_CAP];   /* "": none */
	pid_t pid;            /* held, released, vmm-gone; else 0 */
	char comm[32];        /* of that process: untrusted */
	/* regenerated */
	bool has_generation;
	uint32_t generation_before;
	uint32_t generation_after;
	uint32_t objects; /* bit n: evidence type n changed */
};

struct watch_events {
	struct watch_event *event; /* owned */
	size_t count;
};

/*
 * What happened between two snapshots that were taken with the same wish, appended to `out`: TSMs, then each function,
 * with what is undone before what is done, and causes before consequences. Pure. -1: out of memory, with `e` set.
 */
int snapshot_diff(const struct snapshot *before, const struct snapshot *after, struct watch_events *out, struct err *e);
void watch_events_free(struct watch_events *l);

/* Evidence that `after` does not know stays as `before` knew it, as long as the connection does. */
void snapshot_keep_evidence(const struct snapshot *before, struct snapshot *after);

/* Makes "vmm-gone" of each "released" whose process is no more. */
void watch_settle(struct watch_events *l, struct kernel *k);

#endif
