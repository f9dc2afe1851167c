/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Carries out one command line; batch and shell carry out a series of them. */
#ifndef TSMCTL_CLI_RUN_H
#define TSMCTL_CLI_RUN_H

#include <stdbool.h>

#include "cli/cli.h"
#include "fmt/sink.h"
#include "tdi/workspace.h"

/* What the command lines of one run of the tool have in common. */
struct series {
	struct workspace ws;
	const struct kernel_layer *layer; /* laid around each kernel; NULL: none */
	const char
		*source; /* where the lines come from, for messages; NULL: the tool's own command line, or a terminal */
	unsigned long line; /* the number of the line in progress */
	bool array;         /* JSON documents become the elements of one array */
	bool begun;         /* and one of them has been written */
	bool redirected;    /* the line in progress writes somewhere else */
};

/*
 * Runs, prints, writes; returns the exit status. `before`: the error that was met on the way to `inv`, or one without
 * class. `inv` is then as far as it came: its options say how the error is to be told.
 */
int run_invocation(struct series *s, const struct invocation *inv, const struct err *before);

/* Opens the kernel that `o` asks for ahead of the first command. -1 with `e` set. */
int series_kernel(struct series *s, const struct options *o, struct err *e);

/* Ends the array of documents if there is one; an empty batch is an empty array. Returns an exit status. */
int series_end_array(struct series *s);

/* Closes what is open, and says what is left to say. Returns an exit status: that of a recording or replay that failed.
 */
int series_free(struct series *s);

#endif
