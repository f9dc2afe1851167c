/* SPDX-License-Identifier: GPL-2.0-or-later */
/* "Did you mean": the nearest of several words to one that was mistyped. */
#ifndef TSMCTL_CLI_SUGGEST_H
#define TSMCTL_CLI_SUGGEST_H

#include <stddef.h>

struct suggestion {
	const char *typed; /* set by the caller; need not end with NUL */
	size_t typed_len;
	const char *best; /* borrowed from suggest_offer(); NULL: nothing is near */
	size_t distance;  /* edits between `typed` and `best` */
};

/* Keeps `candidate` if it begins with what was typed (at least three letters), or is within two edits of it (one for
 * short words; neighbours that changed places are one edit) and nearer than the best so far. */
void suggest_offer(struct suggestion *s, const char *candidate);

#endif
