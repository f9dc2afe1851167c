/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What could stand at the cursor of the shell, from the tables that the parser reads. */
#ifndef TSMCTL_CLI_OFFER_H
#define TSMCTL_CLI_OFFER_H

#include "shell/editor.h"
#include "util/buf.h"

/* Where the names come from that no table has: each puts words into `out`, each followed by a newline. */
struct offer_source {
	void *ctx;
	void (*devices)(void *ctx, struct buf *out);
	void (*pids)(void *ctx, struct buf *out);
};

/* Offers what begins with the word before the cursor, which stands behind the first `point` bytes of `line`. Freed with
 * offers_free(). */
void offer(const char *line, size_t point, const struct offer_source *source, struct offers *out);
void offers_free(struct offers *o);

#endif
