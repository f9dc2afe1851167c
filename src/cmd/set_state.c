// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdio.h>

#include "cmd/change.h"
#include "cmd/target.h"

static const struct {
	const char *what;
	const char *request;
} words[] = {
	[TDI_UNLOCKED] = {"This moves %s to UNLOCKED: the VM loses its private access to the function.",
			  "SET_TDI_STATE(UNLOCKED)"},
	[TDI_LOCKED] = {"This moves %s to LOCKED.", "SET_TDI_STATE(LOCKED)"},
	[TDI_RUN] = {"This moves %s to RUN while a VM uses it.", "SET_TDI_STATE(RUN)"},
};

int cmd_set_state(struct context *c)
{
	int state = tdi_state_parse(c->arg[0]);
	struct change ch = {.op = OP_SET_TDI_STATE};
	struct node *root = record_root(c->record);

	if (state < 0) {
		err_object(c->err, "%s", c->arg[0]);
		err_set(c->err, ERR_USAGE, "USAGE", "this is no TDISP state that can be asked for");
		err_hint(c->err, "The states are unlocked, locked and run.");
		return -1;
	}
	ch.args.state = (enum tdi_state)state;
	ch.what = words[state].what;
	ch.request = words[state].request;
	if (change_send(c, &ch)) {
		if (c->err->uncertain)
			workspace_saw(c->ws, ch.target.bdf, NULL);
		return -1;
	}
	workspace_saw(c->ws, ch.target.bdf, tdi_state_name(ch.args.state));
	change_title(c, &ch, ch.request);
	target_device(root, &ch.target);
	node_text(root, "requested", NULL, tdi_state_name(ch.args.state));
	change_describe(root, c, &ch);
	return 0;
}
