// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * getopt_long() on tables made at run time. Parsing goes on after an error, because --json counts wherever it stands.
 * Words that are no options are taken in the order of the command line ("-" in front of the letters), so that
 * POSIXLY_CORRECT in the environment changes nothing; the first of them is the command and adds its options.
 */
#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include "cli/cli.h"
#include "cli/suggest.h"
#include "tdi/bdf.h"

#define AT(field) offsetof(struct options, field)

enum {
	LONG_ONLY = 256,   /* getopt's value of the option with index n is LONG_ONLY + n, its letter being another */
	IN_ORDER_WORD = 1, /* getopt's value for a word that is no option */
};

struct parser {
	struct invocation *inv;
	char **argv;
	const struct options *defaults; /* of the lines of a batch; NULL: a command line of its own */
	int command_at;                 /* index of the command in argv; 0: none yet */
	const struct option_spec *spec[CLI_MAX_OPTIONS];
	struct option longopt[CLI_MAX_OPTIONS + 1];
	size_t count;
	char letters[2 + 3 * CLI_MAX_OPTIONS + 1];
	struct err *err;
};

/* Records a usage error unless there is one already; true if this one counts, so that the caller may add a hint. */
__attribute__((format(printf, 2, 3))) static bool usage_error(struct parser *p, const char *fmt, ...)
{
	struct buf text = {0};
	va_list ap;

	if (p->err->class != ERR_NONE)
		return false;
	va_start(ap, fmt);
	buf_vprintf(&text, fmt, ap);
	va_end(ap);
	err_set(p->err, ERR_USAGE, "USAGE", "%s", text.data ? text.data : "out of memory");
	buf_free(&text);
	return true;
}

static void hint_usage(struct parser *p)
{
	struct buf usage = {0};

	cli_usage(p->inv->command, &usage);
	err_hint(p->err, "usage: %s", usage.data ? usage.data : "");
	buf_free(&usage);
}

static void add_options(struct parser *p, const struct option_spec *spec, size_t count)
{
	static const int has_arg[] = {
		[OPTION_FLAG] = no_argument,
		[OPTION_VALUE] = required_argument,
		[OPTION_OPTIONAL_VALUE] = optional_argument,
	};
	char *letter = p->letters + strlen(p->letters);

	for (size_t i = 0; i < count && p->count < CLI_MAX_OPTIONS; i++, p->count++) {
		p->spec[p->count] = &spec[i];
		p->longopt[p->count] = (struct option){
			.name = spec[i].name, .has_arg = has_arg[spec[i].kind], .val = LONG_ONLY + (int)p->count};
		if (!spec[i].letter)
			continue;
		*letter++ = spec[i].letter;
		for (int colons = has_arg[spec[i].kind]; colons > 0; colons--)
			*letter++ = ':';
	}
	*letter = '\0';
	p->longopt[p->count] = (struct option){0};
}

static const struct option_spec *spec_of(const struct parser *p, int value)
{
	if (value >= LONG_ONLY && (size_t)(value - LONG_ONLY) < p->count)
		return p->spec[value - LONG_ONLY];
	for (size_t i = 0; i < p->count; i++) {
		if (p->spec[i]->letter && p->spec[i]->letter == value)
			return p->spec[i];
	}
	return NULL;
}

static bool in_words(const char *words, const char *value)
{
	size_t len = strlen(value);

	for (size_t n; *words; words += n + (words[n] == ' ')) {
		n = strcspn(words, " ");
		if (n == len && !memcmp(words, value, n))
			return true;
	}
	return false;
}

static void hint_words(struct parser *p, const char *words)
{
	struct buf list = {0};

	cli_words(words, &list);
	err_hint(p->err, "One of: %s.", list.data ? list.data : "");
	buf_free(&list);
}

static void set_option(struct parser *p, const struct option_spec *spec, const char *value)
{
	char *field = (char *)&p->inv->opt + spec->offset;

	if (spec->kind == OPTION_FLAG) {
		*(bool *)field = true;
		return;
	}
	if (!value)
		value = "";
	*(const char **)field = value;
	if (spec->complete != COMPLETE_WORDS || in_words(spec->words, value))
		return;
	if (usage_error(p, "'%s' is no value for --%s", value, spec->name))
		hint_words(p, spec->words);
}

/* An option that is meant by what was typed: its letter, or its name of `len` bytes. */
static bool is_meant(const struct option_spec *spec, int letter, const char *name, size_t len)
{
	if (letter)
		return spec->letter == letter;
	return strlen(spec->name) == len && !memcmp(spec->name, name, len);
}

/* Names the commands that take an option; adds nothing if none does. */
static void add_takers(struct buf *out, int letter, const char *name, size_t len)
{
	for (size_t i = 0; i < cli_command_count; i++) {
		const struct command_spec *c = &cli_commands[i];

		for (size_t j = 0; j < c->option_count; j++) {
			if (is_meant(&c->options[j], letter, name, len))
				buf_printf(out, "%s%s", out->len ? ", " : "", c->name);
		}
	}
}

static bool is_ambiguous(const struct parser *p, const char *name, size_t len)
{
	size_t matches = 0;

	for (size_t i = 0; i < p->count; i++)
		matches += !strncmp(p->spec[i]->name, name, len);
	return matches > 1;
}

static void hint_long_option(struct parser *p, const char *name, size_t len)
{
	struct suggestion s = {.typed = name, .typed_len = len};

	for (size_t i = 0; i < p->count; i++)
		suggest_offer(&s, p->spec[i]->name);
	if (s.best)
		err_hint(p->err, "Did you mean --%s?", s.best);
	else
		hint_usage(p);
}

static void unknown_option(struct parser *p, int letter, const char *name, size_t len)
{
	const struct command_spec *c = p->inv->command;
	char typed[64];
	struct buf takers = {0};

	if (letter)
		snprintf(typed, sizeof(typed), "-%c", letter);
	else
		snprintf(typed, sizeof(typed), "--%.*s", (int)len, name);
	add_takers(&takers, letter, name, len);
	if (takers.len && c) {
		if (usage_error(p, "%s takes no option %s; it is an option of %s", c->name, typed, takers.data))
			hint_usage(p);
	} else if (takers.len) {
		if (usage_error(p, "%s stands after its command: %s", typed, takers.data))
			hint_usage(p);
	} else if (usage_error(p, "unknown option %s", typed)) {
		if (letter)
			hint_usage(p);
		else
			hint_long_option(p, name, len);
	}
	buf_free(&takers);
}

/* getopt returned '?': an unknown letter is in optopt, so is the value of a flag that got an argument. */
static void bad_option(struct parser *p)
{
	const struct option_spec *flag = optopt >= LONG_ONLY ? spec_of(p, optopt) : NULL;
	const char *name = p->argv[optind - 1] + 2;

	if (flag) {
		if (usage_error(p, "--%s takes no value", flag->name))
			hint_usage(p);
	} else if (optopt) {
		unknown_option(p, optopt, NULL, 0);
	} else {
		size_t len = strcspn(name, "=");

		if (!is_ambiguous(p, name, len))
			unknown_option(p, 0, name, len);
		else if (usage_error(p, "--%.*s is ambiguous", (int)len, name))
			hint_usage(p);
	}
}

static void missing_value(struct parser *p)
{
	const struct option_spec *spec = spec_of(p, optopt);

	if (usage_error(p, "--%s needs a value: %s", spec->name, spec->arg))
		hint_usage(p);
}

/* Where a function stands in the place of something else. */
static bool hint_function(struct parser *p, const char *word, const char *command)
{
	char bdf[BDF_CAP];

	if (!bdf_parse(word, bdf))
		return false;
	err_hint(p->err, "A function is named with --device: 'tsmctl -d %s %s'.", word, command);
	return true;
}

/* What other tools call it. */
static const struct {
	const char *word, *command;
} other_words[] = {
	{"show", "info"}, {"status", "info"},     {"state", "info"},       {"ls", "list"},
	{"dev", "list"},  {"get", "read-object"}, {"dump", "read-object"}, {"watch", "monitor"},
};

static const char *nearest_command(const char *name)
{
	struct suggestion s = {.typed = name, .typed_len = strlen(name)};

	for (size_t i = 0; i < sizeof(other_words) / sizeof(other_words[0]); i++)
		if (strcmp(name, other_words[i].word) == 0)
			return other_words[i].command;
	for (size_t i = 0; i < cli_command_count; i++)
		suggest_offer(&s, cli_commands[i].name);
	return s.best;
}

static void hint_command(struct parser *p, const char *name)
{
	const char *nearest = nearest_command(name);

	if (nearest)
		err_hint(p->err, "Did you mean %s?", nearest);
	else if (!hint_function(p, name, "info"))
		err_hint(p->err, "'tsmctl help' lists the commands.");
}

static void take_command(struct parser *p, const char *name)
{
	p->inv->command = cli_find_command(name);
	if (!p->inv->command && p->defaults)
		p->inv->command = cli_find_line_command(name);
	if (p->inv->command) {
		add_options(p, p->inv->command->options, p->inv->command->option_count);
		return;
	}
	if (usage_error(p, "unknown command '%s'", name))
		hint_command(p, name);
}

/* The word at argv[at]: the command, or an argument, which moves up behind the command and the arguments before it. */
static void take_word(struct parser *p, int at)
{
	if (!p->command_at) {
		p->command_at = at;
		p->inv->arg = p->argv + at + 1;
		take_command(p, p->argv[at]);
	} else {
		p->inv->arg[p->inv->arg_count++] = p->argv[at];
	}
}

static void scan(struct parser *p, int argc)
{
	int value;

	opterr = 0;
	optind = 0; /* makes glibc forget an earlier scan */
	while ((value = getopt_long(argc, p->argv, p->letters, p->longopt, NULL)) != -1) {
		if (value == IN_ORDER_WORD)
			take_word(p, optind - 1);
		else if (value == '?')
			bad_option(p);
		else if (value == ':')
			missing_value(p);
		else
			set_option(p, spec_of(p, value), optarg);
	}
	for (int i = optind; i < argc; i++)
		take_word(p, i);
}

/* The checks of what was scanned: each is asked only of a command line that was right so far. */

static void check_args(struct parser *p)
{
	const struct command_spec *c = p->inv->command;
	size_t given = p->inv->arg_count;
	size_t last = c->arg_count;
	bool targeted = c->flags & COMMAND_TARGET;

	if (given < last && c->args[given].required) {
		usage_error(p, "%s needs %s", c->name, c->args[given].name);
		hint_usage(p);
	} else if (given > last && !(last && c->args[last - 1].repeat)) {
		usage_error(p, "unexpected argument '%s' for %s", p->inv->arg[last], c->name);
		if (!hint_function(p, p->inv->arg[targeted ? 0 : last], targeted ? c->name : "info"))
			hint_usage(p);
	}
}

/* Evidence from files is judged without any function. */
static bool has_files(const struct invocation *inv)
{
	const struct options *o = &inv->opt;

	return inv->command->flags & COMMAND_FILES && (o->certs || o->measurements || o->vca || o->request);
}

static void check_one_target(struct parser *p)
{
	const struct options *o = &p->inv->opt;

	if (!o->device && !o->attach && !o->iommufd && !has_files(p->inv)) {
		usage_error(p, "%s needs a target", p->inv->command->name);
		if (!(p->inv->arg_count && hint_function(p, p->inv->arg[0], p->inv->command->name)))
			err_hint(p->err,
				 "Name the function with --device BDF ('tsmctl list' shows them), or use --attach "
				 "PID, or --iommufd FD with --vdevice ID.");
	} else if (o->iommufd && !o->vdevice) {
		usage_error(p, "--iommufd needs --vdevice");
		err_hint(p->err, "An inherited iommufd does not tell which of its objects is the vdevice.");
	} else if (o->iommufd && o->attach) {
		usage_error(p, "--attach and --iommufd exclude each other");
		err_hint(p->err, "Each of them says which iommufd to use.");
	}
}

/* An object in a file has no device; to name one would suggest that something is compared. */
static void check_no_target(struct parser *p)
{
	const struct options *o = &p->inv->opt;

	if (!o->device && !o->attach && !o->iommufd && !o->vdevice)
		return;
	usage_error(p, "--from and a target exclude each other");
	err_hint(p->err, "--from reads a file, without any kernel. Leave out --device and its like.");
}

static void check_target(struct parser *p)
{
	if (p->inv->opt.from)
		check_no_target(p);
	else if (p->inv->command->flags & COMMAND_TARGET)
		check_one_target(p);
}

/* `--batch` and the options that go with it. */
static void check_batch(struct parser *p)
{
	const struct invocation *inv = p->inv;
	bool shell = inv->command && inv->command->flags & COMMAND_SHELL;

	if (p->defaults && (shell || inv->opt.batch)) {
		usage_error(p, "a batch or shell cannot start another");
		err_hint(p->err, "Write the commands into the lines that follow.");
	} else if (inv->opt.batch && inv->command) {
		usage_error(p, "--batch takes its commands from a file, and %s is given too", inv->command->name);
		err_hint(p->err, "Leave one of them out.");
	} else if (inv->opt.keep_going && !p->defaults && !inv->opt.batch && !shell) {
		usage_error(p, "--keep-going needs --batch or shell");
		err_hint(p->err, "One command has nothing to go on with.");
	}
}

/* What identifies the target of a line comes from one place: a vdevice id must not meet another function. */
static bool identifies_target(const struct option_spec *o)
{
	static const size_t fields[] = {AT(device), AT(attach), AT(iommufd), AT(vdevice), AT(virt_id)};

	for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++) {
		if (o->offset == fields[i])
			return true;
	}
	return false;
}

static void take_defaults(struct parser *p)
{
	struct options *mine = &p->inv->opt;
	bool use = p->inv->command && p->inv->command->flags & COMMAND_USE;
	bool names_target = use || mine->device || mine->attach || mine->iommufd;

	for (size_t i = 0; i < cli_global_option_count; i++) {
		const struct option_spec *o = &cli_global_options[i];
		char *to = (char *)mine + o->offset;
		const char *from = (const char *)p->defaults + o->offset;

		if (names_target && identifies_target(o))
			continue;
		if (o->kind == OPTION_FLAG)
			*(bool *)to |= *(const bool *)from;
		else if (!*(const char **)to)
			*(const char **)to = *(const char *const *)from;
	}
}

/* What stands behind --replay is the whole kernel already, and to record it again would only copy it. */
static void check_replay(struct parser *p)
{
	const struct options *o = &p->inv->opt;

	if (!o->replay || (!o->sim && !o->record))
		return;
	usage_error(p, "--replay and --%s exclude each other", o->sim ? "sim" : "record");
	err_hint(p->err, "A recording stands in for the kernel, also for the simulated one.");
}

static void check_command(struct parser *p)
{
	static void (*const checks[])(struct parser * p) = {check_args, check_replay, check_target};

	for (size_t i = 0; i < sizeof(checks) / sizeof(checks[0]) && p->err->class == ERR_NONE; i++)
		checks[i](p);
}

static void ask_for_help(struct parser *p)
{
	struct invocation *inv = p->inv;

	inv->arg = p->argv + p->command_at;
	inv->arg_count = inv->command ? 1 : 0;
	inv->command = cli_find_command("help");
}

int cli_parse(int argc, char **argv, struct invocation *out, struct err *e)
{
	return cli_parse_line(argc, argv, NULL, out, e);
}

int cli_parse_line(int argc, char **argv, const struct options *defaults, struct invocation *out, struct err *e)
{
	struct parser p = {.inv = out, .argv = argv, .defaults = defaults, .letters = "-:", .err = e};

	*out = (struct invocation){0};
	add_options(&p, cli_global_options, cli_global_option_count);
	scan(&p, argc);
	if (defaults)
		take_defaults(&p);
	out->opt.json |= out->opt.pretty;
	if (e->class != ERR_NONE)
		return -1;
	if (out->opt.help) {
		ask_for_help(&p);
		return 0;
	}
	check_batch(&p);
	if (out->command && !out->opt.version)
		check_command(&p);
	return e->class == ERR_NONE ? 0 : -1;
}
