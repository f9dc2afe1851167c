// SPDX-License-Identifier: GPL-2.0-or-later
/* Memory runs out in every command, at every allocation, for one moment and for good. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "judge.h"
#include "memory.h"

enum { SHOWN = 20, SECONDS_MAX = 60, STEP_LASTING = 2, STEP_AGAIN = 8 };
enum { FEW = 6000, SAMPLE = 100 };

static size_t cases, wrong_cases;

/* A command line in one form: how it goes with memory. */
struct sound {
	const struct command_line *line;
	bool json;
	struct trial trial;
	struct result result;
	struct buf left;
	size_t allocations;
	size_t descriptors;
};

static void run_starved(const struct sound *s, size_t nth, bool lasting, struct trial *t, struct result *r)
{
	*t = (struct trial){0};
	*r = (struct result){0};
	run_line_starved(s->line, s->json, nth, lasting, t, r);
}

static const char *judge_starved(const struct sound *s, const struct trial *t, const struct result *r)
{
	struct buf left = {0};
	const struct judged j = {s->line, s->json, t, r, &left, &s->trial, &s->result, &s->left, NULL};
	const char *wrong;

	run_left(&left);
	wrong = judge(&j);
	buf_free(&left);
	if (!wrong && run_descriptors() != s->descriptors)
		wrong = "a descriptor was left open";
	return wrong;
}

/* What a library keeps for good is kept once: only what grows again has leaked. */
static bool leaks(const struct sound *s, size_t nth, bool lasting)
{
	static struct trial t;
	struct result r;
	size_t before = memory_live();

	run_starved(s, nth, lasting, &t, &r);
	result_free(&r);
	return memory_live() > before;
}

/* In a shell one command without memory spoils none that has some. */
static bool spoils(const struct sound *s)
{
	static struct trial t;
	struct result r;

	run_starved(s, 0, false, &t, &r);
	result_free(&r);
	return r.status != s->result.status;
}

static void complain(const struct sound *s, size_t nth, bool lasting, const char *wrong, const struct result *r)
{
	if (wrong_cases++ < SHOWN)
		print_error("%s%s, allocation %zu%s: status %d: %s\n  out: %.400s\n  err: %.300s\n", s->line->words,
			    s->json ? " -j" : "", nth, lasting ? " and later" : "", r->status, wrong,
			    r->out.data ? r->out.data : "", r->err.data ? r->err.data : "");
}

static void starve(const struct sound *s, size_t nth, bool lasting)
{
	static struct trial t;
	struct result r;
	size_t before = memory_live();
	const char *wrong;

	alarm(SECONDS_MAX);
	run_starved(s, nth, lasting, &t, &r);
	wrong = judge_starved(s, &t, &r);
	cases++;
	if (wrong)
		complain(s, nth, lasting, wrong, &r);
	result_free(&r);
	/* libcrypto itself loses some in places. */
	if (s->allocations < FEW && memory_live() > before && leaks(s, nth, lasting))
		complain(s, nth, lasting, "memory was lost", &r);
	if (nth % STEP_AGAIN == 0 && spoils(s))
		complain(s, nth, lasting, "the same command does not work any more afterwards", &r);
}

/* Of libcrypto's tens of thousands some are tried, unless all are wanted. */
static size_t step_of(size_t allocations)
{
	return allocations < FEW || getenv("TSMCTL_FAULTS_ALL") ? 1 : 1 + allocations / SAMPLE;
}

static void starve_form(const struct command_line *l, bool json)
{
	static struct sound s;
	size_t step;

	s = (struct sound){.line = l, .json = json};
	run_line(l, json, &s.trial, &s.result);
	result_free(&s.result); /* the first run fills what libraries keep */
	run_starved(&s, 0, false, &s.trial, &s.result);
	s.allocations = s.result.allocations;
	assert_true(s.allocations > 0); /* none if another allocator stands before that of memory.c */
	run_left(&s.left);
	assert_true(judge_succeeded(l, &s.result));
	s.descriptors = run_descriptors();
	step = step_of(s.allocations);
	for (size_t nth = 1; nth <= s.allocations; nth += step) {
		starve(&s, nth, false);
		if (nth / step % STEP_LASTING == 0)
			starve(&s, nth, true);
	}
	result_free(&s.result);
	buf_free(&s.left);
}

static void memory_runs_out(void **state)
{
	const struct command_line *l = *state;

	wrong_cases = 0;
	run_prepare(l);
	starve_form(l, false);
	if (l->form != FORM_BYTES)
		starve_form(l, true);
	alarm(0);
	if (wrong_cases)
		fail_msg("%zu cases are wrong", wrong_cases);
}

int main(int argc, char **argv)
{
	struct CMUnitTest tests[128];
	size_t count = 0;

	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	for (size_t i = 0; i < command_line_count && count < sizeof(tests) / sizeof(tests[0]); i++)
		tests[count++] = (struct CMUnitTest){command_lines[i].words, memory_runs_out, NULL, NULL,
						     (void *)(uintptr_t)&command_lines[i]};
	return run_program(tests, count, "memory that runs out", &cases);
}
