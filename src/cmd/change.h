/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the commands that send one state-changing request have in common. */
#ifndef TSMCTL_CMD_CHANGE_H
#define TSMCTL_CMD_CHANGE_H

#include "cmd/command.h"
#include "tdi/session.h"

struct change {
	struct target target;
	struct session *session; /* of the workspace; set by change_send() */
	struct op_args args;
	struct bytes payload; /* of --payload; owned */
	struct outcome outcome;
	enum tsm_op op;
	const char *what;    /* "moves %s to RUN": %s is the target */
	const char *request; /* "SET_TDI_STATE(RUN)", for the question */
};

/*
 * Gets the session, asks, and sends `change->op` once. `change` holds op, args, what and request; the rest is
 * filled. The payload file is read first. -1 with c->err set.
 */
int change_send(struct context *c, struct change *change);

/* The sentence of -v: "0000:01:00.0: WHAT was accepted"; without a function the vdevice is named. */
void change_title(struct context *c, const struct change *change, const char *what);

/* "published", "assumed" or "file", residue and tsm_code: the end of the record of each such command. */
void change_describe(struct node *root, const struct context *c, const struct change *change);

#endif
