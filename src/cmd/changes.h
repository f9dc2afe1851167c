/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Two versions of an object, compared part by part. */
#ifndef TSMCTL_CMD_CHANGES_H
#define TSMCTL_CMD_CHANGES_H

#include "decode/evidence.h"

enum change_kind { CHANGE_CHANGED, CHANGE_NEW, CHANGE_GONE };

const char *change_name(enum change_kind k); /* "changed", "new", "gone" */

/* A part that differs; `was` or `is` is empty where the object does not have it. */
struct part_change {
	enum evidence_type type;
	const char *part; /* "block 0x02"; valid during the call only */
	enum change_kind kind;
	struct bytes was, is;
};

/* Calls `take` for each difference, in the order of `after`, then what is gone. -1: out of memory. */
int changes_find(enum evidence_type type, struct bytes before, struct bytes after,
		 void (*take)(void *ctx, const struct part_change *c), void *ctx);

#endif
