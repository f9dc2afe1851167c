/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What outlives a command in a batch or shell: the kernel, its fingerprint, the socket of its evidence family, and one
 * session. Commands ask for these instead of opening them; a command that runs alone has a workspace that lives as
 * long as it does. What a command gets is borrowed until it ends.
 */
#ifndef TSMCTL_TDI_WORKSPACE_H
#define TSMCTL_TDI_WORKSPACE_H

#include <stdbool.h>

#include "abi/terms.h"
#include "kernel/kernel.h"
#include "tdi/evidence.h"
#include "tdi/session.h"
#include "util/buf.h"

struct workspace_session {
	bool open;
	struct target target; /* what it was opened for */
	struct session session;
};

struct workspace {
	bool keeps;            /* set by the owner: more commands may follow */
	struct kernel *kernel; /* owned; the chosen one under the layers of the command in progress; NULL: none yet */
	char *name;            /* owned; see workspace_settle() */
	bool traced;
	bool dry_run;
	bool fingerprinted;
	struct fp_answers answers;
	bool connected; /* `evidence` is open */
	struct evidence_source evidence;
	struct workspace_session live;
	struct workspace_session dry; /* of stand-in descriptors; ends with the dry run */
	char seen_device[BDF_CAP];
	const char *seen_state;        /* a word for people, as last set or seen on that device; NULL: not known */
	char evidence_device[BDF_CAP]; /* whose evidence was seen last; "": nobody's */
	uint32_t generation;           /* of that evidence */
	struct refusal {
		char device[BDF_CAP]; /* "": nothing was refused so far */
		const char *command;  /* static */
		struct err why;
	} refusal;        /* the last */
	struct buf notes; /* lines for people: what became of the session; emptied by the owner */
};

/* Whether the kernel of that name is the one in use. */
bool workspace_is(const struct workspace *ws, const char *name);

/* Takes over `k`, chosen by `name` (copied), and closes everything that belonged to an earlier one. -1: out of memory,
 * `k` is freed; or what workspace_close() says. */
int workspace_settle(struct workspace *ws, struct kernel *k, const char *name, struct err *e);

/* Around each command: lays --trace and --dry-run around the kernel, and takes the dry run off again, with all that was
 * only pretended. A session that the kernel no longer knows is dropped with a note, never opened again unasked. */
int workspace_begin(struct workspace *ws, bool trace, bool dry_run, struct err *e);
void workspace_end(struct workspace *ws);

/* The kernel for looks that are no part of a command: not traced. */
struct kernel *workspace_untraced(const struct workspace *ws);

/* Closes everything, and ends the conversation with the kernel: -1 with `e` set, see kernel_finish(). The structure may
 * be used again. */
int workspace_close(struct workspace *ws, struct err *e);

/* The fingerprint's outcome, taken once. Owned by the caller; NULL with `e` set, see probe_abi(). */
struct abi *workspace_abi(struct workspace *ws, const struct abi_choice *choice, struct err *e);

/* The kernel's evidence family; `family` of it may be NULL. NULL with `e` set if there is no netlink. */
struct evidence_source *workspace_evidence(struct workspace *ws, struct err *e);

/* The session for `t`: the open one if it serves, else a new one; an open one for another target is closed. */
struct session *workspace_session(struct workspace *ws, const struct target *t, struct err *e);

/* Closes the session unless it serves `t`. */
void workspace_leave(struct workspace *ws, const struct target *t);

/* The own session whose changes end with it, or NULL. */
const struct session *workspace_changed(const struct workspace *ws);

/*
 * Notes the generation of the evidence of `device`. If more commands may follow, and an earlier one saw another, the
 * user is told; not if the command itself made it (`own`).
 */
void workspace_saw_generation(struct workspace *ws, const char *device, uint32_t generation, bool own);

/* Notes that a command about `device` failed; a wrong command line is no refusal. */
void workspace_refused(struct workspace *ws, const char *device, const char *command, const struct err *why);

/* The last refusal, if it was about `device`; else NULL. */
const struct refusal *workspace_refusal(const struct workspace *ws, const char *device);

/* Notes the TDISP state of `device`: TDI state set with success, or inferred from what is there; NULL forgets it. */
void workspace_saw(struct workspace *ws, const char *device, const char *state);

#endif
