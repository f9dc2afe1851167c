/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The nonce that a TSM is to put into the request for measurements. */
#ifndef TSMCTL_CMD_NONCE_H
#define TSMCTL_CMD_NONCE_H

#include "abi/terms.h"
#include "cmd/command.h"

/* --nonce, --nonce-file, or a random one. -1 with c->err set (ERR_USAGE). */
int nonce_choose(struct context *c, uint8_t nonce[EV_NONCE_SIZE]);

#endif
