// SPDX-License-Identifier: GPL-2.0-or-later
#include "decode/anomaly.h"

#include <stdarg.h>
#include <stdio.h>

static void keep(struct anomalies *a, size_t offset, const char *fmt, va_list ap)
{
	struct anomaly *n = &a->at[a->kept++];

	n->offset = offset;
	vsnprintf(n->what, sizeof(n->what), fmt, ap);
}

void anomaly_add(struct anomalies *a, size_t offset, const char *fmt, ...)
{
	va_list ap;

	if (!a)
		return;
	if (a->kept >= ANOMALY_KEPT) {
		a->dropped++;
		return;
	}
	va_start(ap, fmt);
	keep(a, offset, fmt, ap);
	va_end(ap);
}

void anomaly_limit(struct anomalies *a, size_t offset, const char *fmt, ...)
{
	va_list ap;

	if (!a || a->kept >= ANOMALY_KEPT + ANOMALY_LIMITS)
		return;
	va_start(ap, fmt);
	keep(a, offset, fmt, ap);
	va_end(ap);
}
