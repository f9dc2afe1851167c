/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The command lines of a batch or shell, one after the other: "use", "quit", and the redirection of output. */
#ifndef TSMCTL_CLI_LINES_H
#define TSMCTL_CLI_LINES_H

#include "cli/run.h"

struct lines {
	struct series series;
	struct options defaults;     /* of each line: those of the tool's command line, and what "use" has set */
	char *kept[CLI_MAX_OPTIONS]; /* values that "use" has set; owned */
	bool ended;                  /* by "quit" */
	bool secret;                 /* the last line held a nonce */
	/* Asked before a line ends the session, NULL: always. The shell asks its user. */
	bool (*may_leave)(struct lines *l);
};

/* `o`: the options of batch or shell itself; borrowed. `layer`: see cli_main(). */
void lines_open(struct lines *l, const struct options *o, const struct kernel_layer *layer);
/* Returns the exit status of series_free(). */
int lines_close(struct lines *l);

/* Carries out one line of `len` bytes; an empty one, or a comment, does nothing. Returns its exit status. */
int lines_run(struct lines *l, const char *text, size_t len);

/* Tells an error that was met before the line could be carried out, as the line itself would. Returns its class. */
int lines_fail(struct lines *l, const struct err *e);

#endif
