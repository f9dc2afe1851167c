// SPDX-License-Identifier: GPL-2.0-or-later
/* What the shell offers at the cursor. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "cli/cli.h"
#include "cli/offer.h"

static void devices(void *ctx, struct buf *out)
{
	(void)ctx;
	buf_text(out, "0000:01:00.0\n0000:01:00.1\n0000:02:00.0\n");
}

static void pids(void *ctx, struct buf *out)
{
	(void)ctx;
	buf_text(out, "42\n4242\n");
}

static const struct offer_source source = {.devices = devices, .pids = pids};

/* The words offered behind `line`, each followed by a blank, and "FILES" if names of files are. */
static void ask(const char *line, char *out, size_t cap)
{
	struct offers o;
	size_t at = 0;

	out[0] = '\0';
	offer(line, strlen(line), &source, &o);
	for (size_t i = 0; i < o.count; i++)
		at += (size_t)snprintf(out + at, cap - at, "%s ", o.word[i]);
	if (o.files)
		snprintf(out + at, cap - at, "FILES");
	offers_free(&o);
}

static void test_offers(void **state)
{
	static const struct {
		const char *line, *offers;
	} cases[] = {
		{"set", "set-state "},
		{"u", "use "},
		{"-v -d 01:00.0 set", "set-state "},
		{"set-state ", "unlocked locked run "},
		{"set-state unl", "unlocked "},
		{"set-state locked ", ""},
		{"info vca m", "measurements "},
		{"use 0000:01", "0000:01:00.0 0000:01:00.1 "},
		{"-d 0000:02", "0000:02:00.0 "},
		{"--device 0000:02", "0000:02:00.0 "},
		{"--device=0000:02", "0000:02:00.0 "},
		{"use --attach 424", "4242 "},
		{"--arch ", "auto cca sev tdx "},
		{"--arch=c", "cca "},
		{"--sim=c", "cca FILES"},
		{"info --arch cca m", "measurements "},
		{"info --dev", "--device "},
		{"info -d 01:00.0 --dev", ""},
		{"info --device=01:00.0 --dev", ""},
		{"read-object --dig", "--digest "},
		{"info --dig", ""},
		{"read-object cert -o ", "FILES"},
		{"list > ", "FILES"},
		{"list >x", "FILES"},
		{"help set", "set-state "},
		{"nonsense ", ""},
		{"'unclosed se", ""},
	};
	char out[1024];

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		ask(cases[i].line, out, sizeof(out));
		if (strcmp(out, cases[i].offers))
			fail_msg("'%s': '%s', not '%s'", cases[i].line, out, cases[i].offers);
	}
}

/* All commands of the tables but the shell itself, which cannot start within one. */
static void test_all_commands(void **state)
{
	struct offers o;

	(void)state;
	offer("", 0, &source, &o);
	assert_int_equal(o.count, cli_command_count - 1 + cli_line_command_count);
	offers_free(&o);
}

/* The cursor need not stand at the end. */
static void test_point(void **state)
{
	struct offers o;

	(void)state;
	offer("set-st run", 6, &source, &o);
	assert_int_equal(o.count, 1);
	assert_string_equal(o.word[0], "set-state");
	offers_free(&o);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_offers),
		cmocka_unit_test(test_all_commands),
		cmocka_unit_test(test_point),
	};

	return cmocka_run_group_tests_name("offer", tests, NULL, NULL);
}
