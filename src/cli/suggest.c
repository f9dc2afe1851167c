// SPDX-License-Identifier: GPL-2.0-or-later
#include "cli/suggest.h"

#include <stdint.h>
#include <string.h>

enum { MAX_WORD = 31 };

static size_t smallest(size_t a, size_t b, size_t c)
{
	size_t ab = a < b ? a : b;

	return ab < c ? ab : c;
}

/* Insertions, deletions and replacements that make one word of the other. */
static size_t edit_distance(const char *a, size_t a_len, const char *b, size_t b_len)
{
	size_t row[MAX_WORD + 1];

	for (size_t j = 0; j <= b_len; j++)
		row[j] = j;
	for (size_t i = 1; i <= a_len; i++) {
		size_t diagonal = row[0];

		row[0] = i;
		for (size_t j = 1; j <= b_len; j++) {
			size_t above = row[j];

			row[j] = smallest(above + 1, row[j - 1] + 1, diagonal + (a[i - 1] != b[j - 1]));
			diagonal = above;
		}
	}
	return row[b_len];
}

void suggest_offer(struct suggestion *s, const char *candidate)
{
	size_t len = strlen(candidate);
	size_t limit = s->typed_len < 5 ? 1 : 2;
	size_t distance;

	if (s->typed_len > MAX_WORD || len > MAX_WORD)
		return;
	if (s->typed_len >= 3 && s->typed_len < len && !memcmp(s->typed, candidate, s->typed_len))
		distance = 1;
	else
		distance = edit_distance(s->typed, s->typed_len, candidate, len);
	if (distance > limit || (s->best && distance >= s->distance))
		return;
	s->best = candidate;
	s->distance = distance;
}
