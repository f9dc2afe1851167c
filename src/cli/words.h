/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One line of a batch or shell, taken apart as a POSIX shell would take it apart that knows no expansion. */
#ifndef TSMCTL_CLI_WORDS_H
#define TSMCTL_CLI_WORDS_H

#include <stdbool.h>
#include <stddef.h>

#include "util/err.h"

struct words {
	char **word; /* NULL-terminated; word[0] is "tsmctl", as in an argv */
	size_t count;
	const char *redirect; /* behind ">" or ">>"; NULL: none */
	bool append;          /* ">>" */
	char *text;           /* what the words point into; owned */
};

/*
 * Blanks separate words. 'single quotes' keep everything, "double quotes" all but \" and \\, a backslash elsewhere
 * keeps the next character; "#" where a word could begin starts a comment. An empty line has only word[0]. ERR_USAGE
 * for quotes that do not end, a NUL byte, and ">" without exactly one file. Freed with words_free(), also on failure.
 */
int words_split(const char *line, size_t len, struct words *out, struct err *e);
void words_free(struct words *w);

/* Whether the line ends with a backslash that joins it to the next one: an odd number of them, outside a comment. */
bool words_continue(const char *line, size_t len);

#endif
