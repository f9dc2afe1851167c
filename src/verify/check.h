/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The lines of a verification, and the verdict that follows from them. */
#ifndef TSMCTL_VERIFY_CHECK_H
#define TSMCTL_VERIFY_CHECK_H

#include <stdbool.h>
#include <stddef.h>

enum { CHECKS_MAX = 512, CHECK_DETAIL = 640 };

enum result {
	RESULT_NOTE,       /* said for the reader; the verdict does not depend on it */
	RESULT_PASS,       /* proven */
	RESULT_INCOMPLETE, /* could not be checked: something is missing or not supported */
	RESULT_FAIL,       /* proven wrong */
};

struct check {
	const char *name;
	enum result result;
	char detail[CHECK_DETAIL];
};

/* Zeroed: no line yet. */
struct checks {
	struct check *at; /* owned */
	size_t count;
	enum result worst;  /* of all lines added, also of those for which there was no room */
	bool anchored;      /* the path ends at a root that the user trusts */
	bool authenticated; /* the leaf's key signed the measurements */
	bool failed;        /* out of memory */
};

void checks_add(struct checks *c, const char *name, enum result result, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));
void checks_free(struct checks *c);

/*
 * RESULT_FAIL if one line failed; RESULT_PASS only if nothing was incomplete and both the anchor and the signature were
 * proven; else RESULT_INCOMPLETE.
 */
enum result checks_verdict(const struct checks *c);

/* The first incomplete line; NULL where there is none. */
const struct check *checks_missing(const struct checks *c);

const char *result_name(enum result r); /* "note", "pass", "incomplete", "fail" */

#endif
