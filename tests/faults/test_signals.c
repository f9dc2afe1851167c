// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Signals in the middle of what writes files: at every call to the kernel, and SIGKILL at any time. What has a name is
 * whole, what was there before stays as it was, and but for SIGKILL nothing else is left.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "judge.h"

#define HELD "-d 0000:01:00.0 "

enum { KILLS = 200, SECONDS_MAX = 120, NS = 1000000000 };

static const struct command_line lines[] = {
	{.words = HELD "read-object cert -o out", .file = "out"},
	{.words = HELD "read-object report --force -o mine", .file = "mine"},
	{.words = HELD "read-object cert --pem -o out", .file = "out"},
	{.words = HELD "save evidence", .file = "evidence"},
	{.words = HELD "-y regen measurements"},
	{.words = HELD "-y --vdevice 1 set-state locked"},
};

static const char before[] = "mine";
static size_t cases;

/* One command line: what it leaves when nothing disturbs it, and how long it takes. */
struct sound {
	const struct command_line *line;
	struct trial trial;
	struct buf left;
	int64_t ns;
};

static int64_t now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * NS + t.tv_nsec;
}

static void put_mine(void)
{
	int fd = open("mine", O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	assert_true(fd >= 0 && write(fd, before, strlen(before)) == (ssize_t)strlen(before));
	close(fd);
}

static pid_t start_child(const struct command_line *l, struct trial *t)
{
	struct result r = {0};
	pid_t pid;

	run_restore();
	put_mine();
	pid = fork();
	assert_true(pid >= 0);
	if (pid)
		return pid;
	run_restored(l, false, t, &r);
	_exit(r.status);
}

/* Nothing but `mine` as it was, or everything as the undisturbed command leaves it. */
static void check_left(const struct sound *s, const char *what, size_t nth, bool may_leave_hidden)
{
	struct buf left = {0}, none = {0};
	bool ok;

	run_left(&left);
	buf_printf(&none, "./mine:%zu ", strlen(before));
	ok = strcmp(left.data, none.data) == 0 || strcmp(left.data, s->left.data) == 0;
	if (!ok && may_leave_hidden)
		ok = strstr(left.data, none.data) && (strstr(left.data, "./.") || strstr(left.data, "./sim.new:")) &&
		     (!s->line->file || !strstr(left.data, s->line->file) || strcmp(s->line->file, "mine") == 0 ||
		      strstr(left.data, ".evidence."));
	if (!ok)
		fail_msg("%s, %s %zu: left %s", s->line->words, what, nth, left.data);
	buf_free(&left);
	buf_free(&none);
}

static void prepare(const struct command_line *l, struct sound *s)
{
	struct result r = {0};
	int64_t begun;

	*s = (struct sound){.line = l};
	run_prepare(l);
	run_restore();
	put_mine();
	begun = now_ns();
	run_restored(l, false, &s->trial, &r);
	s->ns = now_ns() - begun;
	assert_int_equal(r.status, 0);
	run_left(&s->left);
	result_free(&r);
}

static void signal_at(const struct sound *s, int number, size_t nth)
{
	static struct trial t;
	const struct fault f = {.way = WAY_SIGNAL, .errnum = number};
	pid_t pid;
	int status;

	t = (struct trial){.stroke = {{.fault = &f, .nth = nth}}};
	pid = start_child(s->line, &t);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	if (!WIFSIGNALED(status) || WTERMSIG(status) != number)
		fail_msg("%s: signal %d at call %zu: status 0x%x", s->line->words, number, nth, status);
	check_left(s, "signal at call", nth, false);
	cases++;
}

static void each_call_is_interrupted(void **state)
{
	static const int numbers[] = {SIGINT, SIGTERM, SIGHUP};
	static struct sound s;

	alarm(SECONDS_MAX);
	prepare(*state, &s);
	for (size_t nth = 1; nth <= s.trial.count; nth++)
		for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++)
			signal_at(&s, numbers[i], nth);
	alarm(0);
	buf_free(&s.left);
}

/* Spread over the time that the command takes, and somewhat more. */
static void disturb(const struct sound *s, int number, size_t i)
{
	static struct trial t;
	const int64_t at = s->ns * (int64_t)i * 3 / 2 / KILLS;
	const struct timespec pause = {at / NS, at % NS};
	pid_t pid;
	int status;

	t = (struct trial){0};
	pid = start_child(s->line, &t);
	nanosleep(&pause, NULL);
	kill(pid, number);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	if (WIFSIGNALED(status) ? WTERMSIG(status) != number : WEXITSTATUS(status) != 0)
		fail_msg("%s: signal %d: status 0x%x", s->line->words, number, status);
	check_left(s, "signal at time", i, number == SIGKILL);
	cases++;
}

static void any_time_is_the_last(void **state)
{
	static struct sound s;

	alarm(SECONDS_MAX);
	prepare(*state, &s);
	for (size_t i = 0; i < KILLS; i++) {
		disturb(&s, SIGKILL, i);
		disturb(&s, SIGTERM, i);
	}
	alarm(0);
	buf_free(&s.left);
}

int main(void)
{
	enum { COUNT = sizeof(lines) / sizeof(lines[0]) };
	struct CMUnitTest tests[2 * COUNT];

	for (size_t i = 0; i < COUNT; i++) {
		void *line = (void *)(uintptr_t)&lines[i];

		tests[i] = (struct CMUnitTest){lines[i].words, each_call_is_interrupted, NULL, NULL, line};
		tests[COUNT + i] = (struct CMUnitTest){lines[i].words, any_time_is_the_last, NULL, NULL, line};
	}
	return run_program(tests, 2 * COUNT, "signals", &cases);
}
