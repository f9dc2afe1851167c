/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One write that ends only when everything is written. */
#ifndef TSMCTL_UTIL_IO_H
#define TSMCTL_UTIL_IO_H

#include <stddef.h>

/*
 * Writes `len` bytes to `fd` over short writes, EINTR and a descriptor that does not block.
 * Returns 0, or -1 with errno set; some bytes may have been written then.
 */
int io_write_all(int fd, const void *bytes, size_t len);

#endif
