/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the fingerprint established, as a record; shared by info and doctor. */
#ifndef TSMCTL_CMD_ABI_H
#define TSMCTL_CMD_ABI_H

#include "abi/fingerprint.h"
#include "fmt/record.h"
#include "util/buf.h"
#include "util/err.h"

/*
 * Adds "abi" {profile, req_ioctl, source, ops[], evidence_family, verdict, reason, assumed, map[]} and the line
 * "Requests".
 * `abi` NULL: it could not be established, `why` says the reason. `arch` ARCH_NONE: the ops of every architecture.
 */
void abi_describe(struct node *root, const struct abi *abi, const struct err *why, enum tsm_arch arch,
		  const char *evidence_family);

/* "validate-mmio, set-state, read": what is accepted for `arch`. */
void abi_list_ops(const struct abi *abi, enum tsm_arch arch, struct buf *out);

#endif
