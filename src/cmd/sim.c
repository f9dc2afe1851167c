// SPDX-License-Identifier: GPL-2.0-or-later
#include <string.h>

#include "cmd/command.h"

enum { STATE_PATH_CAP = 512 };

int cmd_sim(struct context *c)
{
	struct node *root = record_root(c->record);
	char path[STATE_PATH_CAP];
	bool removed;

	if (strcmp(c->arg[0], "reset") != 0) {
		err_object(c->err, "%s", c->arg[0]);
		err_set(c->err, ERR_USAGE, "USAGE", "the simulator knows only 'reset'");
		err_hint(c->err, "'tsmctl sim reset' starts the simulated VMM afresh.");
		return -1;
	}
	if (c->opt->dry_run) {
		err_set(c->err, ERR_USAGE, "USAGE", "--dry-run is about requests to a kernel; a reset sends none");
		err_hint(c->err, "Leave --dry-run out; TSMCTL_SIM_STATE names the file that a reset removes.");
		return -1;
	}
	if (kernel_sim_reset(path, sizeof(path), &removed, c->err))
		return -1;
	c->changed = removed;
	record_title(c->record,
		     removed ? "The simulated VMM starts afresh; %s was removed."
			     : "The simulated VMM is fresh already; there is no %s.",
		     path);
	node_text(root, "state_file", NULL, path);
	node_bool(root, "removed", NULL, removed);
	return 0;
}
