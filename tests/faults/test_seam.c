// SPDX-License-Identifier: GPL-2.0-or-later
/* Every call to the kernel of every command fails in turn, in every way that it can: once, and from then on. */
#include <errno.h>

#include "sound.h"

enum { SOME = 8 };

static void try_stroke(const struct sound *s, struct stroke stroke)
{
	static struct trial t;

	t = (struct trial){.stroke = {stroke}};
	sound_try(s, &t);
}

/*
 * Each datagram that is too large is gone with its error: only the others can fail for good. Where calls of one kind
 * follow each other, that the fault begins with some of them is enough.
 */
static bool can_last(const struct sound *s, const struct fault *f, size_t i)
{
	bool first_of_its_kind = i < 3 || s->trial.call[i] != s->trial.call[i - 1];

	return (first_of_its_kind || i % SOME == 0) && !(f->call == CALL_UEVENT_RECV && f->errnum == EMSGSIZE);
}

static void every_call_fails(const struct sound *s)
{
	for (size_t i = 0; i < s->trial.count; i++) {
		for (size_t n = 0; n < fault_count; n++) {
			const struct fault *f = &faults[n];

			if (!sound_fits(f, &s->trial, i))
				continue;
			try_stroke(s, (struct stroke){.fault = f, .nth = i + 1});
			if (can_last(s, f, i))
				try_stroke(s, (struct stroke){.fault = f, .nth = i + 1, .lasting = true});
		}
	}
}

int main(int argc, char **argv)
{
	return sound_main(every_call_fails, "calls that fail", argc, argv);
}
