/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The whole tool in the fuzzer's process. Its files live in an empty directory in memory, and whatever else it tries to
 * open, make or remove is refused; nothing that it waits for lasts. A target that links confined.c starts in that
 * directory: name its corpus by absolute paths.
 */
#ifndef TSMCTL_TESTS_CONFINED_H
#define TSMCTL_TESTS_CONFINED_H

#include <stdlib.h>

#include "util/bytes.h"

enum { CONFINED_WORDS = 64 };

/* What runs confined. Returns an exit status. */
typedef int confined_fn(int argc, char **argv);

/* The whole tool. */
confined_fn confined_tool;

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Empties the directory. */
void confined_reset(void);

/* Makes a file in it. */
void confined_file(const char *name, struct bytes content);

/*
 * Runs `tool` and aborts unless its exit status is one of tsmctl's, it has closed what it has opened, and its standard
 * output is what it promises: with --json complete documents, one unless the command streams them; as text nothing that
 * a terminal obeys, unless raw bytes or colours were asked for. Returns the exit status.
 */
int confined_run(confined_fn *tool, int argc, char **argv);

/*
 * Splits `text` at each `separator` into an argv behind "tsmctl", which points into a copy; a NUL byte becomes a
 * newline. At most CONFINED_WORDS words. Returns the copy, to be freed.
 */
char *confined_words(struct bytes text, char separator, int *argc, char *argv[CONFINED_WORDS + 2]);

#endif
