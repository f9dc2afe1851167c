/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef TSMCTL_CMD_FILE_H
#define TSMCTL_CMD_FILE_H

#include <stddef.h>
#include <stdint.h>

#include "util/err.h"

/* Reads a whole file of at most `max` bytes into memory that the caller frees. ERR_USAGE if it is larger; -1 with `e`
 * set. */
int file_read(const char *path, size_t max, uint8_t **data, size_t *len, struct err *e);

#endif
