/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What run.c asks about the standard streams and the terminal behind them. */
#ifndef TSMCTL_CLI_TERM_H
#define TSMCTL_CLI_TERM_H

#include <stdbool.h>

/*
 * Puts /dev/null where descriptor 0, 1 or 2 is closed, so that no file opened later lands there. It is opened the wrong
 * way round: reading standard input or writing standard output then still fails with EBADF.
 */
void term_guard_streams(void);

/* Columns of the terminal behind `fd`; 80 where there is none. */
unsigned term_width(int fd);

/* False once the pipe behind `fd` has no reader any more, or its terminal is gone. */
bool term_has_reader(int fd);

/* Decides about colour on standard output; `when` is the value of --color or NULL. NO_COLOR, TERM: see tsmctl(1). */
bool term_color(const char *when);

#endif
