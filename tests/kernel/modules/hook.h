/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Puts a function of this module in the place of one of the kernel's. A replacement may call the original by its
 * address: calls that come from this module are let through. It must not do so as a tail call, which would hide where
 * the call came from.
 */
#ifndef TSMLAB_HOOK_H
#define TSMLAB_HOOK_H

#include <linux/ftrace.h>

struct hook {
	const char *symbol;
	void *replacement;
	unsigned long original; /* set by hook_install() */
	struct ftrace_ops ops;
};

/* 0, or a negative errno. There is no way back: the module stays loaded. */
int hook_install(struct hook *h);

#endif
