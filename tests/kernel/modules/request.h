/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The mock TSM's answers to guest requests. */
#ifndef TSMLAB_REQUEST_H
#define TSMLAB_REQUEST_H

#include "tsmlab.h"

/* TDISP states as the CCA payload numbers them. */
enum lab_state { LAB_UNLOCKED, LAB_LOCKED, LAB_RUN };

/*
 * Carries `r` out for the function `name`, whose state it may change. Returns the residue or a negative errno; logs
 * either. `arch` is the TSM's own.
 */
ssize_t lab_request_run(const struct lab_request *r, const char *name, u32 arch, enum lab_state *state, u64 *tsm_code);

#endif
