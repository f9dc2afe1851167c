/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Lines of a batch from a descriptor: joined where they continue, counted, and of bounded length. */
#ifndef TSMCTL_CLI_READER_H
#define TSMCTL_CLI_READER_H

#include <stdbool.h>
#include <stddef.h>

#include "util/buf.h"
#include "util/err.h"

enum { READER_MAX_LINE = 65536 }; /* bytes, with the lines that continue it */

struct reader {
	int fd;
	bool ended;
	bool backslash;      /* at the end of the last line that was read */
	unsigned long lines; /* read so far */
	size_t at, len;      /* of `chunk` */
	char chunk[4096];
};

/*
 * Puts the next line, without its newline, into `text` (emptied first), and the number of its first line into
 * `number`. Returns 1; 0 at the end; -1 with `e` set if it is too long (ERR_USAGE; the next call goes on behind it), or
 * cannot be read (`ended` is set then).
 */
int reader_next(struct reader *r, struct buf *text, unsigned long *number, struct err *e);

#endif
