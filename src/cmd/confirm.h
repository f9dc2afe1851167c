/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The one place where a state change is asked for. */
#ifndef TSMCTL_CMD_CONFIRM_H
#define TSMCTL_CMD_CONFIRM_H

#include "cmd/command.h"

/*
 * Asks on the terminal whether to go on: the sentence `what_happens` names target and effect, `question` the request
 * ("Send SET_TDI_STATE(RUN)?"); both are escaped here. Returns 0 to go on: the answer was yes, or --yes or --dry-run
 * was given. Otherwise -1 with c->err set: ERR_USAGE where nobody can be asked (--json, or standard input or error is
 * no terminal), ERR_FAILED with code "CANCELLED" after any other answer or end of file.
 */
int confirm_change(struct context *c, const char *what_happens, const char *question);

/* Fails as confirm_change() would where nobody can be asked; for the start of a command, before anything is opened. */
int confirm_possible(struct context *c);

#endif
