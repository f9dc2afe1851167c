/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A certificate chain for other tools: as PEM, or one DER file for each certificate. */
#ifndef TSMCTL_CMD_PEM_H
#define TSMCTL_CMD_PEM_H

#include <stdbool.h>

#include "fmt/record.h"
#include "util/buf.h"
#include "util/bytes.h"
#include "util/err.h"

/* Appends each certificate of `chain` in PEM (RFC 7468). ERR_EVIDENCE if there is none. */
int pem_write(struct bytes chain, struct buf *out, struct err *e);

/*
 * Writes certificate-1.der, certificate-2.der, ... to the directory `dir`, which is made if it is missing, and adds
 * their names to the list `files`. Existing files are refused without `force`. After a failure none
 * is left, but for those that `force` may have replaced.
 */
int pem_split(struct bytes chain, const char *dir, bool force, struct node *files, struct err *e);

#endif
