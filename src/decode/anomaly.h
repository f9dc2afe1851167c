/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is odd about an object without keeping the rest of it from being read. Bounded: a hostile object can be odd
 * in millions of places. */
#ifndef TSMCTL_DECODE_ANOMALY_H
#define TSMCTL_DECODE_ANOMALY_H

#include <stddef.h>

enum { ANOMALY_KEPT = 64, ANOMALY_LIMITS = 8 };

struct anomaly {
	size_t offset; /* into the object, bytes */
	char what[160];
};

struct anomalies {
	struct anomaly at[ANOMALY_KEPT + ANOMALY_LIMITS];
	size_t kept;
	size_t dropped; /* found after ANOMALY_KEPT others */
};

/* Records one; `a` may be NULL when nobody listens. */
void anomaly_add(struct anomalies *a, size_t offset, const char *fmt, ...) __attribute__((format(printf, 3, 4)));

/* The same for a limit of our own, such as rows that are left out: kept even when the list is full of anomalies. */
void anomaly_limit(struct anomalies *a, size_t offset, const char *fmt, ...) __attribute__((format(printf, 3, 4)));

#endif
