/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef TSMCTL_CLI_BATCH_H
#define TSMCTL_CLI_BATCH_H

#include "cmd/command.h"

/* Carries out the lines of the file that --batch names; `o` are their defaults, `layer` is cli_main()'s. Returns the
 * status of the first error.
 */
int batch_main(const struct options *o, const struct kernel_layer *layer);

/* The same with the lines of an open descriptor; `name` stands in messages. */
int batch_run(const struct options *o, const struct kernel_layer *layer, int fd, const char *name);

#endif
