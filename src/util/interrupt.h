/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Ends a long wait in good order. Between begin and end SIGINT and SIGTERM do not kill: they are held back, and reach
 * the process only within waits that let them through, which then fail with EINTR. One that was ignored stays ignored.
 */
#ifndef TSMCTL_UTIL_INTERRUPT_H
#define TSMCTL_UTIL_INTERRUPT_H

#include <signal.h>
#include <stdbool.h>

enum { INTERRUPT_SIGNALS = 2 };

struct interrupt {
	sigset_t mask; /* as it was before */
	struct sigaction action[INTERRUPT_SIGNALS];
};

void interrupt_begin(struct interrupt *i);
void interrupt_end(const struct interrupt *i);

/* Whether one is held back at this moment. */
bool interrupt_pending(void);

#endif
