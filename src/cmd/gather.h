/* SPDX-License-Identifier: GPL-2.0-or-later */
/* All evidence of one function, as it is cached; and the names of the files that `save` keeps it in. */
#ifndef TSMCTL_CMD_GATHER_H
#define TSMCTL_CMD_GATHER_H

#include "cmd/target.h"

#define MANIFEST_FILE "manifest.json"

enum { GATHER_FILE_CAP = 24 };

/*
 * Reads every object of the target of `o` under one generation into `set`, which must be zeroed and is to be freed in
 * any case. `*source` becomes "netlink" or "ioctl". -1 with c->err set.
 */
int gather(struct context *c, const struct options *o, struct target *t, struct evidence_set *set, const char **source);

/* "cert0.bin", "vca.bin", ... */
void gather_file_name(enum evidence_type type, char out[GATHER_FILE_CAP]);

#endif
