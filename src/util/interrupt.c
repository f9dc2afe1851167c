// SPDX-License-Identifier: GPL-2.0-or-later
#include "util/interrupt.h"

#include <unistd.h>

/* A handler has no other place for what it saw. */
static volatile sig_atomic_t noted;

static const int signals[INTERRUPT_SIGNALS] = {SIGINT, SIGTERM};

/* Being called is all that is wanted: it makes the wait fail. */
static void wake(int number)
{
	(void)number;
}

void interrupt_begin(struct interrupt *i)
{
	const struct sigaction waking = {.sa_handler = wake};
	sigset_t held;

	sigemptyset(&held);
	for (int n = 0; n < INTERRUPT_SIGNALS; n++)
		sigaddset(&held, signals[n]);
	sigprocmask(SIG_BLOCK, &held, &i->mask);
	for (int n = 0; n < INTERRUPT_SIGNALS; n++) {
		sigaction(signals[n], NULL, &i->action[n]);
		if (i->action[n].sa_handler != SIG_IGN)
			sigaction(signals[n], &waking, NULL);
	}
}

/* What arrived but was not waited for has done its work, too: it must not kill now. */
static void discard(int number)
{
	const struct timespec at_once = {0};
	sigset_t one;

	sigemptyset(&one);
	sigaddset(&one, number);
	while (sigtimedwait(&one, NULL, &at_once) == number)
		;
}

void interrupt_end(const struct interrupt *i)
{
	for (int n = 0; n < INTERRUPT_SIGNALS; n++) {
		discard(signals[n]);
		sigaction(signals[n], &i->action[n], NULL);
	}
	sigprocmask(SIG_SETMASK, &i->mask, NULL);
}

bool interrupt_pending(void)
{
	sigset_t pending;

	sigpending(&pending);
	for (int n = 0; n < INTERRUPT_SIGNALS; n++)
		if (sigismember(&pending, signals[n]) == 1)
			return true;
	return false;
}

void interrupt_hold(sigset_t *before)
{
	static const int ends[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT};
	sigset_t held;

	sigemptyset(&held);
	for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++)
		sigaddset(&held, ends[i]);
	sigprocmask(SIG_BLOCK, &held, before);
}

void interrupt_release(const sigset_t *before)
{
	sigprocmask(SIG_SETMASK, before, NULL);
}

/* For SIGINT, and for the SIGALRM that follows it until it is forgotten. */
static void note(int number)
{
	(void)number;
	noted = 1;
	alarm(1);
}

void interrupt_listen(void)
{
	const struct sigaction noting = {.sa_handler = note};

	sigaction(SIGINT, &noting, NULL);
	sigaction(SIGALRM, &noting, NULL);
}

bool interrupt_noted(void)
{
	return noted;
}

void interrupt_forget(void)
{
	alarm(0);
	noted = 0;
}
