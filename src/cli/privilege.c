// SPDX-License-Identifier: GPL-2.0-or-later
#include "cli/privilege.h"

#include <sys/auxv.h>

#include "util/confine.h"

void privilege_check(struct err *e)
{
	if (getauxval(AT_UID) == getauxval(AT_EUID) && getauxval(AT_GID) == getauxval(AT_EGID))
		return;
	err_clear(e);
	err_set(e, ERR_PERMISSION, "SETUID", "tsmctl does not run set-user-ID or set-group-ID");
	err_hint(e, "Take that bit off its file; sudo or file capabilities give the rights that a command needs.");
}

/* Lines that nobody has read yet may be any command, with a kernel of its own choice. */
static bool reads_lines(const struct invocation *inv)
{
	return !inv->command || inv->command->flags & COMMAND_SHELL;
}

static bool asks_this_machine(const struct invocation *inv, bool simulated)
{
	return reads_lines(inv) || !(simulated || inv->opt.replay || inv->opt.from);
}

void privilege_drop(const struct invocation *inv, bool simulated)
{
	unsigned needs = inv->command ? inv->command->needs : NEED_OF_LINES;

	if (!needs && inv->command->flags & COMMAND_NO_KERNEL)
		return;
	if (!asks_this_machine(inv, simulated))
		needs &= ~(unsigned)NEED_TSM;
	if (simulated)
		needs |= NEED_FILES | NEED_LIBRARIES; /* its state; and it signs */
	if (inv->opt.record)
		needs |= NEED_FILES;
	confine(needs);
}
