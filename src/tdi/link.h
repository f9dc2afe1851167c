/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A conversation over generic netlink, through the seam: one request, its messages, and the end that carries the errno.
 * libnl builds and walks the messages; it does not drive the socket, because its send and receive hooks carry no
 * context and it drops the errno of NLMSG_DONE.
 */
#ifndef TSMCTL_TDI_LINK_H
#define TSMCTL_TDI_LINK_H

#include <linux/netlink.h>
#include <stdbool.h>
#include <stdint.h>

#include "abi/family.h"
#include "kernel/kernel.h"
#include "util/err.h"

struct link {
	struct kernel *kernel;
	int fd;
	uint32_t seq;
	uint8_t *buf; /* LINK_BUFFER bytes, owned */
	bool spent;   /* an exchange has failed: what still arrives may belong to it */
};

/* The kernel fills messages of at most 32 KiB, so that a larger buffer gains nothing. */
enum { LINK_BUFFER = 32 * 1024, LINK_TIMEOUT_MS = 30000 };

/* Opens the socket. */
int link_open(struct link *l, struct kernel *k, struct err *e);
void link_close(struct link *l);

/* Takes one data message; -1 with `e` set ends the exchange. */
typedef int (*link_handler)(void *ctx, const struct nlmsghdr *h, struct err *e);

/*
 * Sends `m` (freed in any case; NULL is out of memory) and hands every data message to `handler` until the answer ends.
 * An errno of the kernel's becomes `e` with its extended acknowledgement; *late tells that it came in NLMSG_DONE or
 * later, when a refresh may have happened. After a failure in mid-answer the link is of no more use.
 */
int link_exchange(struct link *l, struct nl_msg *m, enum effect effect, link_handler handler, void *ctx, bool *late,
		  struct err *e);

/* The number of family `name`: 1 found, 0 the kernel has none, -1 with `e` set. */
int link_resolve(struct link *l, const char *name, uint16_t *id, struct err *e);

#endif
