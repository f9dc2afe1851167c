/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The certificates that the user trusts. */
#ifndef TSMCTL_CMD_ROOTS_H
#define TSMCTL_CMD_ROOTS_H

#include "util/err.h"
#include "verify/verify.h"

/*
 * Adds every certificate of a PEM or DER file, or of the files of a directory, of which those without a certificate are
 * passed over. ERR_USAGE if there is none at all; -1 with `e` set. `a` is zeroed before the first call, and freed with
 * roots_free() in any case.
 */
int roots_load(const char *path, const struct crypto *crypto, struct anchors *a, struct err *e);
void roots_free(struct anchors *a);

#endif
