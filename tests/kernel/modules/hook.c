// SPDX-License-Identifier: GPL-2.0-or-later
#include "hook.h"

#include <linux/module.h>

#include "tsmlab.h"

static void notrace redirect(unsigned long ip, unsigned long parent_ip, struct ftrace_ops *ops,
			     struct ftrace_regs *regs)
{
	struct hook *h = container_of(ops, struct hook, ops);

	if (!within_module(parent_ip, THIS_MODULE))
		ftrace_regs_set_instruction_pointer(regs, (unsigned long)h->replacement);
}

int hook_install(struct hook *h)
{
	int rc;

	h->original = lab_symbol(h->symbol);
	if (!h->original)
		return -ENOENT;
	h->ops.func = redirect;
	h->ops.flags = FTRACE_OPS_FL_SAVE_REGS | FTRACE_OPS_FL_IPMODIFY;
	rc = ftrace_set_filter_ip(&h->ops, h->original, 0, 0);
	return rc ?: register_ftrace_function(&h->ops);
}
