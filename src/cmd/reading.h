/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One reading of an evidence object, from a function or a file, and the record that tells of it. */
#ifndef TSMCTL_CMD_READING_H
#define TSMCTL_CMD_READING_H

#include "cmd/receiver.h"
#include "cmd/surroundings.h"

struct reading {
	enum evidence_type type;
	const char *source; /* "netlink", "ioctl", "file" */
	const char *device; /* NULL: none is known */
	char name[160];     /* of the function or the file, for people */
	struct receiver receiver;
	struct surroundings surroundings;
};

/* Fills the record. */
void reading_describe(struct context *c, struct reading *g);

#endif
