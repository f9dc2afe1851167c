// SPDX-License-Identifier: GPL-2.0-or-later
/* Every call to the kernel of every command fails in turn, in every way that it can. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "judge.h"
#include "memory.h"
#include "util/err.h"

enum { SHOWN = 40, SECONDS_MAX = 120 };

static size_t cases, wrong_cases;

/* One command line in one form: how it goes when nothing fails. */
struct sound {
	const struct command_line *line;
	bool json;
	struct trial trial;
	struct result result;
	struct buf left;
	size_t descriptors;
};

static void complain(const struct sound *s, const struct trial *t, const struct result *r, const char *what)
{
	static const char *const ways[] = {"refused", "done",  "half", "head",  "nothing",
					   "foreign", "stale", "port", "error", "end"};
	const struct fault *f = t->fault;
	char name[24];

	if (wrong_cases++ < SHOWN)
		print_error("%s%s, call %zu (%s) %s %s%s: status %d: %s\n  out: %.300s\n  err: %.300s\n",
			    s->line->words, s->json ? " -j" : "", t->nth, call_name(f->call), ways[f->way],
			    f->errnum ? err_errno_name(f->errnum, name) : "", t->lasting ? " lasting" : "", r->status,
			    what, r->out.data ? r->out.data : "", r->err.data ? r->err.data : "");
}

static const char *try_once(const struct sound *s, struct trial *t, struct result *r)
{
	struct buf left = {0};
	const struct judged j = {s->line, s->json, t, r, &left, &s->trial, &s->result, &s->left};
	const char *wrong;

	run_line(s->line, s->json, t, r);
	run_left(&left);
	wrong = judge(&j);
	buf_free(&left);
	if (!wrong && run_descriptors() != s->descriptors)
		wrong = "a descriptor was left open";
	return wrong;
}

/* What is kept for good by a library is kept once: only what grows again has leaked. */
static bool leaks(const struct sound *s, const struct trial *t)
{
	struct trial again;
	struct result r = {0};
	size_t before = memory_live();

	again = (struct trial){.fault = t->fault, .nth = t->nth, .lasting = t->lasting};
	run_line(s->line, s->json, &again, &r);
	result_free(&r);
	return memory_live() > before;
}

static void try_fault(const struct sound *s, const struct fault *f, size_t nth, bool lasting)
{
	static struct trial t;
	struct result r = {0};
	size_t before = memory_live();
	const char *wrong;

	t = (struct trial){.fault = f, .nth = nth, .lasting = lasting};
	cases++;
	wrong = try_once(s, &t, &r);
	if (wrong)
		complain(s, &t, &r, wrong);
	result_free(&r);
	if (memory_live() > before && leaks(s, &t)) {
		r = (struct result){0};
		complain(s, &t, &r, "memory was lost");
	}
}

static bool fits(const struct fault *f, const struct trial *t, size_t i)
{
	return (size_t)f->call == t->call[i] && (!f->changes_only || t->effect[i] == EFFECT_CHANGE);
}

/* Each datagram that is too large is gone with its error: only the others can fail for good. */
static bool can_last(const struct sound *s, const struct fault *f, size_t i)
{
	bool first_of_its_kind = i < 3 || s->trial.call[i] != s->trial.call[i - 1];

	return first_of_its_kind && !(f->call == CALL_UEVENT_RECV && f->errnum == EMSGSIZE);
}

static void try_all(const struct sound *s)
{
	for (size_t i = 0; i < s->trial.count; i++) {
		for (size_t n = 0; n < fault_count; n++) {
			if (!fits(&faults[n], &s->trial, i))
				continue;
			try_fault(s, &faults[n], i + 1, false);
			if (can_last(s, &faults[n], i))
				try_fault(s, &faults[n], i + 1, true);
		}
	}
}

static void try_form(const struct command_line *l, bool json)
{
	static struct sound s;

	s = (struct sound){.line = l, .json = json};
	run_line(l, json, &s.trial, &s.result);
	result_free(&s.result); /* the first run fills what libraries keep */
	s.trial = (struct trial){0};
	run_line(l, json, &s.trial, &s.result);
	run_left(&s.left);
	if (!judge_succeeded(l, &s.result))
		fail_msg("%s: status %d without a fault: %s", l->words, s.result.status, s.result.err.data);
	assert_true(s.trial.count > 0 && s.trial.count < MAX_CALLS);
	s.descriptors = run_descriptors();
	try_all(&s);
	result_free(&s.result);
	buf_free(&s.left);
}

static void every_call_fails(void **state)
{
	const struct command_line *l = *state;
	size_t before = cases;

	wrong_cases = 0;
	alarm(SECONDS_MAX);
	run_prepare(l);
	try_form(l, false);
	if (l->form != FORM_BYTES)
		try_form(l, true);
	alarm(0);
	if (wrong_cases)
		fail_msg("%zu cases of %zu are wrong", wrong_cases, cases - before);
}

static int start(void **state)
{
	(void)state;
	run_start();
	return 0;
}

static int stop(void **state)
{
	(void)state;
	run_stop();
	print_message("%zu cases of calls that fail\n", cases);
	return 0;
}

int main(int argc, char **argv)
{
	struct CMUnitTest tests[128];
	size_t count = 0;

	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	for (size_t i = 0; i < command_line_count && count < sizeof(tests) / sizeof(tests[0]); i++)
		if (!command_lines[i].untouched)
			tests[count++] = (struct CMUnitTest){command_lines[i].words, every_call_fails, NULL, NULL,
							     (void *)(uintptr_t)&command_lines[i]};
	return _cmocka_run_group_tests("faults", tests, count, start, stop);
}
