/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef TSMCTL_CLI_SHELL_H
#define TSMCTL_CLI_SHELL_H

#include "cmd/command.h"

/* The interactive shell; without a terminal, a batch on standard input. `layer`: see cli_main(). Returns the exit
 * status. */
int shell_main(const struct options *o, const struct kernel_layer *layer);

#endif
