// SPDX-License-Identifier: GPL-2.0-or-later
#include "verify/check.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

enum { ROOM_STEP = 16 };

static bool make_room(struct checks *c)
{
	struct check *bigger;

	if (c->count % ROOM_STEP)
		return true;
	bigger = realloc(c->at, (c->count + ROOM_STEP) * sizeof(*bigger));
	if (!bigger)
		return false;
	c->at = bigger;
	return true;
}

void checks_add(struct checks *c, const char *name, enum result result, const char *fmt, ...)
{
	struct check *line;
	va_list ap;

	if (result > c->worst)
		c->worst = result;
	if (c->count == CHECKS_MAX)
		return;
	if (!make_room(c)) {
		c->failed = true;
		return;
	}
	line = &c->at[c->count++];
	line->name = name;
	line->result = result;
	va_start(ap, fmt);
	vsnprintf(line->detail, sizeof(line->detail), fmt, ap);
	va_end(ap);
}

void checks_free(struct checks *c)
{
	free(c->at);
	*c = (struct checks){0};
}

enum result checks_verdict(const struct checks *c)
{
	if (c->worst == RESULT_FAIL)
		return RESULT_FAIL;
	if (c->worst == RESULT_INCOMPLETE || c->failed || !c->anchored || !c->authenticated)
		return RESULT_INCOMPLETE;
	return RESULT_PASS;
}

const struct check *checks_missing(const struct checks *c)
{
	for (size_t i = 0; i < c->count; i++)
		if (c->at[i].result == RESULT_INCOMPLETE)
			return &c->at[i];
	return NULL;
}

const char *result_name(enum result r)
{
	static const char *const names[] = {"note", "pass", "incomplete", "fail"};

	return names[r];
}
