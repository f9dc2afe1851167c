/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The shell's history in a file of mode 0600: tsmctl/history under XDG_STATE_HOME, or ~/.local/state. */
#ifndef TSMCTL_CLI_HISTORY_H
#define TSMCTL_CLI_HISTORY_H

/* Hands the last lines of the file, the oldest first, to `remember`. Without a file, or one of somebody else, nothing
 * happens. */
void history_load(void (*remember)(const char *line));

/* Adds one line, and makes file and directory. A history that cannot be written is no error. */
void history_add(const char *line);

#endif
