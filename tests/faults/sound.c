// SPDX-License-Identifier: GPL-2.0-or-later
#include "sound.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "judge.h"
#include "memory.h"
#include "util/err.h"

enum { SHOWN = 40, SECONDS_MAX = 300, TESTS_MAX = 128 };

static size_t cases, wrong_cases;
static sound_test test;

static void tell_stroke(const struct stroke *s)
{
	char name[24];

	if (s->fault)
		print_error(" call %zu (%s) %s %s%s%s,", s->nth, call_name(s->fault->call), way_name(s->fault->way),
			    s->fault->errnum ? err_errno_name(s->fault->errnum, name) : "",
			    s->lasting ? " lasting" : "", s->dark ? " dark" : "");
}

static void complain(const struct sound *s, const struct trial *t, const struct result *r, const char *what)
{
	if (wrong_cases++ >= SHOWN)
		return;
	print_error("%s%s:", s->line->words, s->json ? " -j" : "");
	for (size_t i = 0; i < STROKES; i++)
		tell_stroke(&t->stroke[i]);
	print_error(" status %d: %s\n  out: %.300s\n  err: %.300s\n", r->status, what, r->out.data ? r->out.data : "",
		    r->err.data ? r->err.data : "");
}

static const char *try_once(const struct sound *s, struct trial *t, struct result *r)
{
	struct buf left = {0};
	const struct judged j = {.line = s->line,
				 .json = s->json,
				 .trial = t,
				 .result = r,
				 .left = &left,
				 .sound_trial = &s->trial,
				 .sound = &s->result,
				 .sound_left = &s->left};
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
	static struct trial again;
	struct result r = {0};
	size_t before = memory_live();

	again = (struct trial){0};
	memcpy(again.stroke, t->stroke, sizeof(again.stroke));
	run_line(s->line, s->json, &again, &r);
	result_free(&r);
	return memory_live() > before;
}

bool sound_try(const struct sound *s, struct trial *t)
{
	struct result r = {0};
	size_t before = memory_live();
	const char *wrong = try_once(s, t, &r);
	bool failed = !judge_succeeded(s->line, &r);

	cases++;
	if (wrong)
		complain(s, t, &r, wrong);
	result_free(&r);
	if (memory_live() > before && leaks(s, t)) {
		r = (struct result){0};
		complain(s, t, &r, "memory was lost");
	}
	return failed;
}

bool sound_fits(const struct fault *f, const struct trial *t, size_t i)
{
	return (size_t)f->call == t->call[i] && (!f->changes_only || t->effect[i] == EFFECT_CHANGE);
}

void sound_take(struct sound *s, const struct command_line *l, bool json)
{
	*s = (struct sound){.line = l, .json = json};
	run_line(l, json, &s->trial, &s->result);
	result_free(&s->result); /* the first run fills what libraries keep */
	s->trial = (struct trial){0};
	run_line(l, json, &s->trial, &s->result);
	run_left(&s->left);
	if (!judge_succeeded(l, &s->result))
		fail_msg("%s: status %d without a fault: %s", l->words, s->result.status, s->result.err.data);
	assert_true(s->trial.count > 0 && s->trial.count < MAX_CALLS);
	s->descriptors = run_descriptors();
}

void sound_free(struct sound *s)
{
	result_free(&s->result);
	buf_free(&s->left);
}

static void test_form(const struct command_line *l, bool json)
{
	static struct sound s;

	sound_take(&s, l, json);
	test(&s);
	sound_free(&s);
}

static void test_line(void **state)
{
	const struct command_line *l = *state;
	size_t before = cases;

	wrong_cases = 0;
	alarm(SECONDS_MAX);
	run_prepare(l);
	test_form(l, false);
	if (l->form != FORM_BYTES)
		test_form(l, true);
	alarm(0);
	if (wrong_cases)
		fail_msg("%zu of %zu cases are wrong", wrong_cases, cases - before);
}

int sound_main(sound_test wanted, const char *told, int argc, char **argv)
{
	struct CMUnitTest tests[TESTS_MAX];
	size_t count = 0;

	test = wanted;
	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	for (size_t i = 0; i < command_line_count && count < TESTS_MAX; i++)
		if (!command_lines[i].untouched)
			tests[count++] = (struct CMUnitTest){command_lines[i].words, test_line, NULL, NULL,
							     (void *)(uintptr_t)&command_lines[i]};
	return run_program(tests, count, told, &cases);
}
