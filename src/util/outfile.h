/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * An output file that is complete or absent. Bytes go to an unnamed (or hidden) file of mode 0600 in the target's
 * directory; outfile_commit() gives it its name. Without `force` an existing target is refused, also one that
 * appears meanwhile.
 */
#ifndef TSMCTL_UTIL_OUTFILE_H
#define TSMCTL_UTIL_OUTFILE_H

#include <stdbool.h>
#include <stddef.h>

#include "util/err.h"

struct outfile;

/* Returns NULL with `e` set. `path` is copied. An existing target without `force` fails here already (EEXIST). */
struct outfile *outfile_open(const char *path, bool force, struct err *e);

/* Appends all of it, or fails with `e` set (ENOSPC, EIO, ...). */
int outfile_write(struct outfile *f, const void *bytes, size_t len, struct err *e);

/* Flushes, names the file and frees `f`. On failure nothing is left under the target's name but what was there. */
int outfile_commit(struct outfile *f, struct err *e);

/* All three at once, for bytes that are there already. */
int outfile_whole(const char *path, bool force, const void *bytes, size_t len, struct err *e);

/* Throws the bytes away and frees `f`; NULL is allowed. */
void outfile_abort(struct outfile *f);

#endif
