/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A command line in one form, how it goes when nothing fails, and runs in which something does, held against that. */
#ifndef TSMCTL_TESTS_FAULTS_SOUND_H
#define TSMCTL_TESTS_FAULTS_SOUND_H

#include "run.h"

struct sound {
	const struct command_line *line;
	bool json;
	struct trial trial;
	struct result result;
	struct buf left; /* see run_left() */
	size_t descriptors;
};

/* Runs the line, which run_prepare() has prepared. Freed by sound_free(). */
void sound_take(struct sound *s, const struct command_line *l, bool json);
void sound_free(struct sound *s);

/*
 * Runs it with the strokes of `t`, and complains of what is wrong: by the judge, or because it keeps descriptors or
 * memory. Returns whether the command failed.
 */
bool sound_try(const struct sound *s, struct trial *t);

/* Whether the fault can happen to call `i`, from 0, of the run. */
bool sound_fits(const struct fault *f, const struct trial *t, size_t i);

typedef void (*sound_test)(const struct sound *s);

/*
 * main() of a program that does the test to every command line that asks a kernel, in each of its forms. An argument
 * chooses lines as cmocka's filter does. `told` says what the cases that are counted are.
 */
int sound_main(sound_test test, const char *told, int argc, char **argv);

#endif
