/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Evidence that `save` wrote, read back and held to its manifest. */
#ifndef TSMCTL_CMD_SAVED_H
#define TSMCTL_CMD_SAVED_H

#include "cmd/command.h"
#include "tdi/evidence.h"
#include "verify/module.h"

/*
 * Reads the objects of `directory` into `set`, which must be zeroed and is to be freed in any case. A file that is not
 * what manifest.json says (name, size, SHA-256) is an error: ERR_EVIDENCE. `*unchecked` stays, or becomes why the
 * SHA-256 of a file could not be compared, a string that lives as long as `m`. -1 with c->err set.
 */
int saved_read(struct context *c, const char *directory, const struct module *m, struct evidence_set *set,
	       const char **unchecked);

#endif
