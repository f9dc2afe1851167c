// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * More than one call fails: all that follow, of whatever kind, and pairs of which the second meets what the command
 * does about the first. TSMCTL_FAULT_PAIRS is how many pairs each command line gets in each form, chosen by
 * TSMCTL_FAULT_SEED.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>

#include "sound.h"

enum { PAIRS = 60, SEED = 1, FAULTS_MAX = 256 };

static unsigned long setting(const char *name, unsigned long otherwise)
{
	const char *value = getenv(name);

	return value ? strtoul(value, NULL, 10) : otherwise;
}

/* xorshift; the same on every machine */
static uint64_t draw(uint64_t *random, uint64_t below)
{
	*random ^= *random << 13;
	*random ^= *random >> 7;
	*random ^= *random << 17;
	return *random % below;
}

/* Any fault that fits call `i` of the run; NULL: there is none. */
static const struct fault *draw_fault(uint64_t *random, const struct trial *t, size_t i)
{
	const struct fault *fitting[FAULTS_MAX];
	size_t count = 0;

	for (size_t n = 0; n < fault_count && count < FAULTS_MAX; n++)
		if (sound_fits(&faults[n], t, i))
			fitting[count++] = &faults[n];
	return count ? fitting[draw(random, count)] : NULL;
}

/* The second is drawn from the calls that were made in spite of the first, or because of it. */
static void try_pair(const struct sound *s, uint64_t *random)
{
	static struct trial one, both;
	size_t i = draw(random, s->trial.count);
	size_t more;

	one = (struct trial){.stroke = {{.fault = draw_fault(random, &s->trial, i), .nth = i + 1}}};
	if (!one.stroke[0].fault)
		return;
	sound_try(s, &one);
	if (one.count <= i + 1 || one.count > MAX_CALLS)
		return;
	more = i + 1 + draw(random, one.count - i - 1);
	both = (struct trial){.stroke = {one.stroke[0], {.fault = draw_fault(random, &one, more), .nth = more + 1}}};
	if (both.stroke[1].fault)
		sound_try(s, &both);
}

static void try_pairs(const struct sound *s)
{
	uint64_t random = setting("TSMCTL_FAULT_SEED", SEED) * 0x9e3779b97f4a7c15 + 1;

	for (unsigned long n = setting("TSMCTL_FAULT_PAIRS", PAIRS); n; n--)
		try_pair(s, &random);
}

static void all_is_dark_afterwards(const struct sound *s)
{
	static struct trial t;

	for (size_t i = 0; i < s->trial.count; i++) {
		for (size_t n = 0; n < fault_count; n++) {
			if (!sound_fits(&faults[n], &s->trial, i))
				continue;
			t = (struct trial){.stroke = {{.fault = &faults[n], .nth = i + 1, .dark = true}}};
			sound_try(s, &t);
		}
	}
}

static void several_calls_fail(const struct sound *s)
{
	all_is_dark_afterwards(s);
	try_pairs(s);
}

int main(int argc, char **argv)
{
	print_message("%lu pairs each, seed %lu\n", setting("TSMCTL_FAULT_PAIRS", PAIRS),
		      setting("TSMCTL_FAULT_SEED", SEED));
	return sound_main(several_calls_fail, "several calls that fail", argc, argv);
}
