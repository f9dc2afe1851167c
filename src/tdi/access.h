/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One way to a function's evidence, whichever this kernel has: its netlink cache, or the object ops of a vdevice. */
#ifndef TSMCTL_TDI_ACCESS_H
#define TSMCTL_TDI_ACCESS_H

#include "tdi/workspace.h"

enum channel { CHANNEL_AUTO, CHANNEL_NETLINK, CHANNEL_IOCTL };

struct access {
	enum channel channel; /* the one in use, never CHANNEL_AUTO */
	/* The one in use, borrowed from the workspace. */
	struct evidence_source *netlink;
	struct session *session;
};

struct access_wish {
	enum channel channel;
	bool refresh;    /* must be able to regenerate */
	bool raw_blocks; /* only the object ops can ask for raw bit streams */
};

/*
 * Opens the channel; automatic is netlink where the kernel has a family that does what is wished, else the request
 * ioctl. -1 with `e` set. What is opened belongs to the workspace, which also closes it.
 */
int access_open(struct access *a, struct workspace *ws, const struct target *t, const struct access_wish *w,
		struct err *e);

const char *access_name(const struct access *a); /* "netlink", "ioctl" */

/* Reads the objects of `q` (whose nonce must be NULL) into `sink`. The ioctl knows slot 0 only. Absent objects come
 * empty; over the ioctl, where one is asked for alone, it is an error. */
int access_read(struct access *a, const struct evidence_query *q, const struct evidence_sink *sink, struct err *e);

/* The same of an object that is about to be regenerated: if it was never made before, it comes empty. */
int access_read_before(struct access *a, const struct evidence_query *q, const struct evidence_sink *sink,
		       struct err *e);

/*
 * Regenerates, then reads the one object of `q` under the new generation into `sink`. Sent once; see evidence_dump()
 * and session_request() for `uncertain`.
 */
int access_regenerate(struct access *a, const struct evidence_query *q, bool raw_blocks,
		      const struct evidence_sink *sink, struct err *e);

#endif
