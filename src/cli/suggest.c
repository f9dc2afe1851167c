// SPDX-License-Identifier: GPL-2.0-or-later
#include "cli/suggest.h"

#include <stdbool.h>
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

/* Whether two neighbours have changed places, the slip of quick fingers. */
static bool is_swap(const char *a, const char *b, size_t len)
{
	size_t at = 0;

	while (at < len && a[at] == b[at])
		at++;
	return at + 1 < len && a[at] == b[at + 1] && a[at + 1] == b[at] &&
	       !memcmp(a + at + 2, b + at + 2, len - at - 2);
}

static size_t distance_to(const struct suggestion *s, const char *candidate, size_t len)
{
	size_t typed = s->typed_len;

	if (typed >= 3 && typed < len && !memcmp(s->typed, candidate, typed))
		return 1;
	if (typed == len && is_swap(s->typed, candidate, len))
		return 1;
	return edit_distance(s->typed, typed, candidate, len);
}

void suggest_offer(struct suggestion *s, const char *candidate)
{
	size_t len = strlen(candidate);
	size_t limit = s->typed_len < 5 ? 1 : 2;
	size_t distance;

	if (s->typed_len > MAX_WORD || len > MAX_WORD)
		return;
	distance = distance_to(s, candidate, len);
	if (distance > limit || (s->best && distance >= s->distance))
		return;
	s->best = candidate;
	s->distance = distance;
}
