/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The target options as the domain wants them. */
#ifndef TSMCTL_CMD_TARGET_H
#define TSMCTL_CMD_TARGET_H

#include "cmd/command.h"
#include "tdi/access.h"
#include "tdi/platform.h"
#include "tdi/session.h"

/* Checks and converts the target options; ERR_USAGE names the option that is wrong. */
int target_from_options(const struct options *o, struct target *t, struct err *e);

/* --source. */
enum channel channel_from_options(const struct options *o);

/*
 * Checks that the function of -d exists and is connected to a TSM: ERR_NOT_FOUND, ERR_UNSUPPORTED or ERR_STATE
 * otherwise. A target without -d is a descriptor, of which only its vdevice is known; it passes.
 */
int target_check(struct context *c, const struct target *t);

/* "device" of the record: the function, or null. */
void target_device(struct node *root, const struct target *t);

/* How the target is named to people: the function, or the vdevice of a process or descriptor. */
void target_name(const struct target *t, char *out, size_t cap);

/* The evidence type of an argument; -1 with ERR_USAGE set. */
int evidence_argument(const char *text, struct err *e);

#endif
