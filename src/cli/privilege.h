/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The rights that a command line is carried out with: no more than its caller's, and no more than it needs. */
#ifndef TSMCTL_CLI_PRIVILEGE_H
#define TSMCTL_CLI_PRIVILEGE_H

#include <stdbool.h>

#include "cli/cli.h"
#include "util/err.h"

/* Replaces the error, if any, by "SETUID" (ERR_PERMISSION) where the effective user or group is not the caller's: such
 * a tsmctl would read and write files for whoever asks. */
void privilege_check(struct err *e);

/*
 * Has the kernel refuse what this command line does not need, see confine(). `simulated`: a simulated kernel answers.
 * What only prints a text of its own goes without: it would have nothing to give up.
 */
void privilege_drop(const struct invocation *inv, bool simulated);

#endif
