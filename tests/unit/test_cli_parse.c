// SPDX-License-Identifier: GPL-2.0-or-later
/* The tables of the command line, and what parsing makes of argument vectors. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/cli.h"
#include "cli/suggest.h"

enum { MAX_ARGS = 16, SUMMARY_WIDTH = 57 /* what the help leaves of 80 columns */ };

struct parsed {
	char line[256]; /* what argv points into */
	char *argv[MAX_ARGS + 1];
	struct invocation inv;
	struct err err;
	int ret;
};

/* Parses "tsmctl" and `line`, split at blanks. */
static void parse(struct parsed *p, const char *line)
{
	char *rest = p->line, *word;
	int argc = 0;

	*p = (struct parsed){0};
	assert_true((size_t)snprintf(p->line, sizeof(p->line), "tsmctl %s", line) < sizeof(p->line));
	while ((word = strsep(&rest, " "))) {
		assert_true(argc < MAX_ARGS);
		p->argv[argc++] = word;
	}
	p->ret = cli_parse(argc, p->argv, &p->inv, &p->err);
}

static void parse_well(struct parsed *p, const char *line, const char *command, const char *args)
{
	char joined[256] = "";

	parse(p, line);
	if (p->ret < 0)
		fail_msg("%s: %s", line, p->err.message);
	assert_int_equal(p->err.class, ERR_NONE);
	assert_non_null(p->inv.command);
	assert_string_equal(p->inv.command->name, command);
	for (size_t i = 0; i < p->inv.arg_count; i++) {
		strcat(joined, i ? " " : "");
		strcat(joined, p->inv.arg[i]);
	}
	assert_string_equal(joined, args);
}

static void parse_badly(struct parsed *p, const char *line, const char *message)
{
	parse(p, line);
	assert_int_equal(p->ret, -1);
	assert_int_equal(p->err.class, ERR_USAGE);
	assert_string_equal(p->err.message, message);
	assert_true(strlen(p->err.hint) > 0);
}

static void test_arguments_and_options_mix(void **state)
{
	static const char *const lines[] = {
		"-d x --sim=sev info vca report -j",    "info -jd x vca --sim=sev report",
		"info vca report --sim=sev -dx -j",     "--device=x info --sim=sev vca -j -- report",
		"-j --sim=sev -d x -- info vca report",
	};
	struct parsed p;

	(void)state;
	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		parse_well(&p, lines[i], "info", "vca report");
		assert_string_equal(p.inv.opt.device, "x");
		assert_string_equal(p.inv.opt.sim, "sev");
		assert_true(p.inv.opt.json);
		assert_false(p.inv.opt.yes);
		assert_null(p.inv.opt.attach);
	}
}

static void test_environment_changes_nothing(void **state)
{
	struct parsed p;

	(void)state;
	setenv("POSIXLY_CORRECT", "1", 1);
	parse_well(&p, "info vca -j -d x report", "info", "vca report");
	unsetenv("POSIXLY_CORRECT");
	assert_true(p.inv.opt.json);
	assert_string_equal(p.inv.opt.device, "x");
}

/* Scans do not remember each other: a cluster of letters cut short by an error included. */
static void test_parse_again(void **state)
{
	struct parsed p;

	(void)state;
	for (int i = 0; i < 3; i++) {
		parse_badly(&p, "list -qd", "--device needs a value: BDF");
		parse_well(&p, "list -vq", "list", "");
		assert_true(p.inv.opt.verbose && p.inv.opt.quiet && !p.inv.opt.json);
	}
}

static void test_values(void **state)
{
	struct parsed p;

	(void)state;
	parse_well(&p, "--sim list", "list", "");
	assert_string_equal(p.inv.opt.sim, "");
	parse_well(&p, "list -d a -d b --arch cca --arch=tdx", "list", "");
	assert_string_equal(p.inv.opt.device, "b");
	assert_string_equal(p.inv.opt.arch, "tdx");
	parse_well(&p, "-d -- list", "list", "");
	assert_string_equal(p.inv.opt.device, "--");
	parse_well(&p, "read-object -d x report -o -j", "read-object", "report");
	assert_string_equal(p.inv.opt.output, "-j");
	assert_false(p.inv.opt.json);
	parse_well(&p, "list --pretty", "list", "");
	assert_true(p.inv.opt.json);
}

static void test_help_is_a_command(void **state)
{
	struct parsed p;

	(void)state;
	parse_well(&p, "--help", "help", "");
	parse_well(&p, "set-state -h", "help", "set-state");
	parse_well(&p, "-h set-state too many words", "help", "set-state");
	parse_well(&p, "help list", "help", "list");
	parse(&p, "");
	assert_int_equal(p.ret, -1); /* the empty word is a command that is unknown */
	parse(&p, "-q");
	assert_int_equal(p.ret, 0);
	assert_null(p.inv.command);
	parse(&p, "-V");
	assert_int_equal(p.ret, 0);
	assert_true(p.inv.opt.version);
	parse_well(&p, "-V info", "info", "");
}

static void test_first_error_stands_and_json_is_seen(void **state)
{
	struct parsed p;

	(void)state;
	parse_badly(&p, "frob --arch nope -j", "unknown command 'frob'");
	assert_true(p.inv.opt.json);
	assert_null(p.inv.command);
	assert_string_equal(p.err.hint, "'tsmctl help' lists the commands.");
	parse_badly(&p, "--arch nope list --frob -p", "'nope' is no value for --arch");
	assert_true(p.inv.opt.json && p.inv.opt.pretty);
	assert_string_equal(p.err.hint, "One of: auto, cca, sev, tdx.");
	parse_badly(&p, "list -xp", "unknown option -x");
	assert_true(p.inv.opt.pretty);
	parse_badly(&p, "list -- -j --frob", "unexpected argument '-j' for list");
	assert_false(p.inv.opt.json);
}

/* Of several mistakes the first is told, with its own advice and not that of the last. */
static void test_each_mistake_behind_another(void **state)
{
	static const struct {
		const char *line, *message;
	} mistakes[] = {
		{"--json=x list", "--json takes no value"},
		{"--d x list", "--d is ambiguous"},
		{"list --device", "--device needs a value: BDF"},
		{"lst", "unknown command 'lst'"},
		{"-X list", "unknown option -X"},
		{"--bogus list", "unknown option --bogus"},
		{"list --tre=x", "--tree takes no value"},
		{"list --nonce-file f", "list takes no option --nonce-file; it is an option of regen, verify"},
		{"--nonce-file f regen", "--nonce-file stands after its command: regen, verify"},
		{"list --arch nope", "'nope' is no value for --arch"},
	};
	struct parsed alone, behind;
	char line[256];

	(void)state;
	for (size_t i = 0; i < sizeof(mistakes) / sizeof(mistakes[0]); i++) {
		parse_badly(&alone, mistakes[i].line, mistakes[i].message);
		snprintf(line, sizeof(line), "--color sepia %s", mistakes[i].line);
		parse_badly(&behind, line, "'sepia' is no value for --color");
		assert_string_equal(behind.err.hint, "One of: auto, always, never.");
		assert_string_not_equal(alone.err.hint, behind.err.hint);
	}
}

/* The same of what only the whole line shows. */
static void test_each_check_behind_another(void **state)
{
	static const struct {
		const char *line, *message;
	} mistakes[] = {
		{"-d x info --keep-going", "--keep-going needs --batch or shell"},
		{"list extra --keep-going", "--keep-going needs --batch or shell"},
		{"list extra -b f", "--batch takes its commands from a file, and list is given too"},
		{"read-object --keep-going", "--keep-going needs --batch or shell"},
		{"read-object", "read-object needs TYPE[:SLOT]"},
		{"list extra --replay f --sim", "unexpected argument 'extra' for list"},
		{"read-object vca --replay f --record g", "--replay and --record exclude each other"},
		{"read-object vca --from f --attach 1 --replay f --sim", "--replay and --sim exclude each other"},
		{"read-object vca --from f -d x", "--from and a target exclude each other"},
		{"read-object vca --from f --attach 1", "--from and a target exclude each other"},
		{"read-object vca --from f --iommufd 1", "--from and a target exclude each other"},
		{"read-object vca --from f --vdevice 1", "--from and a target exclude each other"},
	};
	struct parsed p;

	(void)state;
	for (size_t i = 0; i < sizeof(mistakes) / sizeof(mistakes[0]); i++)
		parse_badly(&p, mistakes[i].line, mistakes[i].message);
}

static void test_targets(void **state)
{
	struct parsed p;

	(void)state;
	parse_badly(&p, "info", "info needs a target");
	parse_badly(&p, "info --vdevice 1", "info needs a target");
	parse_badly(&p, "info --iommufd 3", "--iommufd needs --vdevice");
	parse_badly(&p, "info --iommufd 3 --vdevice 1 --attach 1", "--attach and --iommufd exclude each other");
	parse_well(&p, "info --iommufd 3 --vdevice 1", "info", "");
	parse_well(&p, "info --attach 4242", "info", "");
	parse_well(&p, "doctor", "doctor", "");
}

/* Each file of evidence stands in for a device. */
static void test_files_instead_of_a_target(void **state)
{
	static const char *const lines[] = {"verify --certs f", "verify --measurements f", "verify --vca f",
					    "verify --request f"};
	struct parsed p;

	(void)state;
	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++)
		parse_well(&p, lines[i], "verify", "");
	parse_badly(&p, "verify --root f", "verify needs a target");
}

static void test_too_long_for_the_tables(void **state)
{
	static char name[100000];
	char *argv[] = {"tsmctl", "list", name, NULL};
	struct invocation inv;
	struct err e = {0};

	(void)state;
	memset(name, 'x', sizeof(name) - 1);
	memcpy(name, "--", 2);
	assert_int_equal(cli_parse(3, argv, &inv, &e), -1);
	assert_int_equal(e.class, ERR_USAGE);
	memcpy(name, "xx", 2);
	e = (struct err){0};
	assert_int_equal(cli_parse(3, argv, &inv, &e), -1);
	assert_int_equal(e.class, ERR_USAGE);
}

static void check_option(const struct option_spec *o)
{
	size_t width = o->kind == OPTION_FLAG ? sizeof(bool) : sizeof(char *);

	assert_true(o->offset + width <= sizeof(struct options));
	assert_int_equal(!o->arg, o->kind == OPTION_FLAG);
	if (o->complete == COMPLETE_WORDS)
		assert_non_null(o->words);
	assert_true(strlen(o->help) > 0 && o->help[strlen(o->help) - 1] != '.');
	/* The completion script quotes with these. */
	assert_null(strpbrk(o->name, "' /="));
	assert_null(o->words ? strchr(o->words, '\'') : NULL);
}

/* No two options of one command may share name, letter or place; equal names everywhere mean the same field. */
static void check_pair(const struct option_spec *a, const struct option_spec *b, bool same_command)
{
	if (!strcmp(a->name, b->name)) {
		assert_false(same_command);
		assert_int_equal(a->offset, b->offset);
		assert_int_equal(a->kind, b->kind);
		return;
	}
	assert_int_not_equal(a->offset, b->offset);
	if (a->letter)
		assert_int_not_equal(a->letter, b->letter);
}

static void check_pairs(const struct option_spec *a, size_t a_count, const struct option_spec *b, size_t b_count)
{
	for (size_t i = 0; i < a_count; i++) {
		for (size_t j = a == b ? i + 1 : 0; j < b_count; j++)
			check_pair(&a[i], &b[j], a == b || a == cli_global_options);
	}
}

static void test_option_tables(void **state)
{
	const struct option_spec *global = cli_global_options;

	(void)state;
	check_pairs(global, cli_global_option_count, global, cli_global_option_count);
	for (size_t i = 0; i < cli_global_option_count; i++) {
		check_option(&global[i]);
		assert_non_null(global[i].group);
	}
	for (size_t i = 0; i < cli_command_count; i++) {
		const struct command_spec *c = &cli_commands[i];

		assert_true(cli_global_option_count + c->option_count <= CLI_MAX_OPTIONS);
		check_pairs(global, cli_global_option_count, c->options, c->option_count);
		for (size_t j = 0; j < c->option_count; j++)
			check_option(&c->options[j]);
		for (size_t j = 0; j <= i; j++) {
			if (j == i || cli_commands[j].options != c->options)
				check_pairs(c->options, c->option_count, cli_commands[j].options,
					    cli_commands[j].option_count);
		}
	}
}

static void test_command_table(void **state)
{
	(void)state;
	for (size_t i = 0; i < cli_command_count; i++) {
		const struct command_spec *c = &cli_commands[i];

		assert_ptr_equal(cli_find_command(c->name), c);
		assert_true(c->run || c->flags & COMMAND_SHELL);
		assert_in_range(strlen(c->summary), 10, SUMMARY_WIDTH);
		assert_non_null(c->examples[0]);
		for (size_t j = 0; j + 1 < c->arg_count; j++) {
			assert_false(c->args[j].repeat);
			assert_true(c->args[j].required || !c->args[j + 1].required);
		}
		/* What changes a device has a target, and a kernel. */
		if (c->flags & COMMAND_CHANGES)
			assert_true((c->flags & COMMAND_TARGET) && !(c->flags & COMMAND_NO_KERNEL));
		if (c->flags & COMMAND_SILENT)
			assert_true(c->flags & COMMAND_CHANGES);
	}
	assert_null(cli_find_command("lis"));
}

static const char *suggest(const char *typed, const char *const *words)
{
	struct suggestion s = {.typed = typed, .typed_len = strlen(typed)};

	for (; *words; words++)
		suggest_offer(&s, *words);
	return s.best ? s.best : "";
}

static void test_suggestions(void **state)
{
	static const char *const words[] = {"list", "info", "read-object", "regen", "doctor", NULL};

	(void)state;
	assert_string_equal(suggest("lst", words), "list");
	assert_string_equal(suggest("lisst", words), "list");
	assert_string_equal(suggest("regem", words), "regen");
	assert_string_equal(suggest("reqeen", words), "regen");
	assert_string_equal(suggest("read", words), "read-object");
	assert_string_equal(suggest("docotr", words), "doctor");
	assert_string_equal(suggest("re", words), "");
	assert_string_equal(suggest("", words), "");
	assert_string_equal(suggest("show", words), "");
	assert_string_equal(suggest("a-very-long-word-that-nobody-means", words), "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_arguments_and_options_mix),
		cmocka_unit_test(test_environment_changes_nothing),
		cmocka_unit_test(test_parse_again),
		cmocka_unit_test(test_values),
		cmocka_unit_test(test_help_is_a_command),
		cmocka_unit_test(test_first_error_stands_and_json_is_seen),
		cmocka_unit_test(test_each_mistake_behind_another),
		cmocka_unit_test(test_each_check_behind_another),
		cmocka_unit_test(test_targets),
		cmocka_unit_test(test_files_instead_of_a_target),
		cmocka_unit_test(test_too_long_for_the_tables),
		cmocka_unit_test(test_option_tables),
		cmocka_unit_test(test_command_table),
		cmocka_unit_test(test_suggestions),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
