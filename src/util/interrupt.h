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

/*
 * Around the moments in which something half done has a name: the signals by which users and systems end programs wait,
 * and end this one when they are let go. `before` gets the mask as it was.
 */
void interrupt_hold(sigset_t *before);
void interrupt_release(const sigset_t *before);

/*
 * Where SIGINT ends a command, and not the tool: from now on it is noted, ends the call in progress with EINTR, and the
 * seam (kernel.h) begins no further one. A call that was about to begin when it came is woken within a second.
 */
void interrupt_listen(void);
/* Whether one was noted since interrupt_forget(). Never without interrupt_listen(). */
bool interrupt_noted(void);
void interrupt_forget(void);

#endif
