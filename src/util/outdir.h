/* SPDX-License-Identifier: GPL-2.0-or-later */
/* An output directory that is complete or absent: files go to a hidden one beside it, which is renamed at the end. */
#ifndef TSMCTL_UTIL_OUTDIR_H
#define TSMCTL_UTIL_OUTDIR_H

#include <stddef.h>

#include "util/err.h"

struct outdir;

/* NULL with `e` set; also if `path` exists already (EEXIST): a directory is never replaced. */
struct outdir *outdir_open(const char *path, struct err *e);

/* One whole file of mode 0600. `name` has no slash. */
int outdir_file(struct outdir *d, const char *name, const void *bytes, size_t len, struct err *e);

/* Gives the directory its name and frees `d`. On failure nothing is left. */
int outdir_commit(struct outdir *d, struct err *e);

/* Removes everything and frees `d`; NULL is allowed. */
void outdir_abort(struct outdir *d);

#endif
