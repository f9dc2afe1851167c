/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The document of --dry-run. */
#ifndef TSMCTL_CLI_DRYRUN_H
#define TSMCTL_CLI_DRYRUN_H

#include "fmt/record.h"
#include "kernel/kernel.h"

/* Fills `r`, which is empty, with the calls that were not made, in their order. */
void dryrun_describe(struct record *r, const struct noted_call *calls, size_t count);

#endif
