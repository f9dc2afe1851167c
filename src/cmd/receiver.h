/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Where the bytes of one evidence object go: to memory to be shown, and to a file or a spool for standard output. */
#ifndef TSMCTL_CMD_RECEIVER_H
#define TSMCTL_CMD_RECEIVER_H

#include "abi/family.h"
#include "cmd/command.h"
#include "util/outfile.h"

struct receiver {
	const char *path; /* --output; NULL: none */
	bool force;
	struct outfile *file;
	int spool;     /* --raw: unnamed file whose bytes go to stdout when all is well; -1: none */
	bool streamed; /* to a file or the spool, so that a large object need not be kept */
	struct evidence_object object;
	uint8_t *data; /* NULL once `dropped` */
	bool given;    /* to the record, which owns it now */
	size_t len;
	size_t cap;
	bool dropped; /* too large to be kept, and streamed */
};

/* By --output, --raw and --force. -1 with `e` set. */
int receiver_open(struct receiver *r, const struct options *o, struct err *e);

/* For one dump, or one that is repeated from its beginning. */
struct evidence_sink receiver_sink(struct receiver *r);

/* Gives the file its name, and hands the spool to `*raw_fd`. */
int receiver_commit(struct receiver *r, int *raw_fd, struct err *e);

/* Makes the record the owner of the bytes, so that it need not copy them. */
void receiver_give(struct receiver *r, struct record *record);

/* Frees everything; a file that was not committed is gone. */
void receiver_close(struct receiver *r);

#endif
