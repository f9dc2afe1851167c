/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Asks the kernel the fingerprint's questions and settles which ABI may be spoken. */
#ifndef TSMCTL_TDI_PROBE_H
#define TSMCTL_TDI_PROBE_H

#include "abi/fingerprint.h"
#include "kernel/kernel.h"
#include "util/err.h"

#define IOMMU_NODE "/dev/iommu"

/* Fills `a` on a context of its own, which is closed again. -1 with `e` set if /dev/iommu cannot be opened. */
int probe_kernel(struct kernel *k, struct fp_answers *a, struct err *e);

struct abi_choice {
	const struct profile *named; /* --abi NAME; NULL: auto */
	bool force;                  /* believe the name against the fingerprint */
	bool dry_run;                /* nothing will be sent: the name is enough */
};

/*
 * What the kernel established, or what the choice overrides. NULL with `e` set: no access, or the name contradicts the
 * kernel. The verdict may still be that nothing can be sent.
 */
struct abi *probe_abi(struct kernel *k, const struct abi_choice *c, struct err *e);

/* The same from answers that probe_kernel() has given; `a` NULL: it could not ask, `why` is its error. */
struct abi *probe_settle(const struct fp_answers *a, const struct err *why, const struct abi_choice *c, struct err *e);

#endif
