/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One error, carried by value: what failed, which object, the kernel's own sentence, and what to do next.
 * The class is the exit status. Functions that can fail take a `struct err *` last and return 0 or -1.
 */
#ifndef TSMCTL_UTIL_ERR_H
#define TSMCTL_UTIL_ERR_H

#include <stdbool.h>
#include <stdint.h>

/* The values are the exit statuses of tsmctl(1). */
enum err_class {
	ERR_NONE = 0,
	ERR_FAILED = 1,
	ERR_USAGE = 2,
	ERR_PERMISSION = 3,
	ERR_NOT_FOUND = 4,
	ERR_UNSUPPORTED = 5,
	ERR_STATE = 6,
	ERR_TSM = 7,
	ERR_EVIDENCE = 8,
};

struct err {
	enum err_class class;
	bool uncertain; /* the change may have taken effect: never retry */
	bool dry_run;   /* not a failure: the seam stopped a request because of --dry-run */
	bool has_tsm_code;
	uint64_t tsm_code; /* the TSM's own code; valid with has_tsm_code */
	char code[24];     /* "ENOTTY", or a symbol of our own such as "USAGE" */
	char object[96];   /* what the error is about: a BDF, a file, a device node */
	char message[400]; /* one sentence, without object and without final full stop */
	char kernel[240];  /* extended acknowledgement, untrusted only in so far as the kernel is */
	char hint[400];    /* what to do next; may hold several sentences */
};

/*
 * Records an error; the first one stands, later calls on the same `e` change nothing.
 * Always returns -1, so that `return err_set(...)` reads well.
 */
int err_set(struct err *e, enum err_class class, const char *code, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));

/* The same with an errno (positive): `code` becomes its name, the class comes from err_class_of_errno(). */
int err_errno(struct err *e, int errnum, const char *fmt, ...) __attribute__((format(printf, 3, 4)));

/* Each sets one part of an error already recorded; long text is cut at a character boundary. */
void err_hint(struct err *e, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void err_object(struct err *e, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void err_kernel(struct err *e, const char *text);

/* Out of memory. */
int err_oom(struct err *e);

/* Gives an error that has no hint the one that usually helps with its errno, else with its class. */
void err_hint_usual(struct err *e);

void err_clear(struct err *e);

/* "ENOENT" for ENOENT; "E<number>" where libc knows no name. Never NULL; static storage or `buf`. */
const char *err_errno_name(int errnum, char buf[24]);

/* The errno of a name that err_errno_name() gives; -1: there is none. */
int err_errno_parse(const char *name);

/* ENOENT -> ERR_NOT_FOUND, EPERM -> ERR_PERMISSION, ...; ERR_FAILED where nothing fits better. */
enum err_class err_class_of_errno(int errnum);

/* "failed", "usage", "permission", "not_found", "unsupported", "state", "tsm", "evidence". */
const char *err_class_name(enum err_class class);

#endif
