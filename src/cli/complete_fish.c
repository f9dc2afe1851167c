// SPDX-License-Identifier: GPL-2.0-or-later
/* fish: a line of complete(1) for every command, option and argument. */
#include "cli/complete.h"
#include "cli/embedded.h"

static const char *const actions[] = {
	[COMPLETE_NONE] = NULL,
	[COMPLETE_FILE] = NULL,
	[COMPLETE_WORDS] = NULL,
	[COMPLETE_DEVICE] = "(__tsmctl_devices)",
	[COMPLETE_PID] = "(__tsmctl_pids)",
	[COMPLETE_COMMAND] = "(__tsmctl_commands)",
};

static void put_quoted(struct buf *out, const char *flag, const char *text)
{
	buf_printf(out, " -%s ", flag);
	complete_quote(out, text, "\\", '\\');
}

/* What can stand there: words, or what a function prints. */
static void put_action(struct buf *out, enum complete complete, const char *words)
{
	if (words && complete == COMPLETE_FILE)
		buf_printf(out, " -a '(__tsmctl_words_or_files %s)'", words);
	else if (words)
		put_quoted(out, "a", words);
	else if (actions[complete])
		put_quoted(out, "a", actions[complete]);
}

static void put_option(struct buf *out, const struct command_spec *c, const struct option_spec *o)
{
	buf_text(out, "complete -c tsmctl");
	if (c)
		buf_printf(out, " -n '__tsmctl_at \"%s/*\"'", c->name);
	if (o->letter)
		buf_printf(out, " -s %c", o->letter);
	buf_printf(out, " -l %s", o->name);
	put_quoted(out, "d", o->help);
	if (o->kind == OPTION_VALUE)
		buf_text(out, o->complete == COMPLETE_FILE ? " -rF" : " -x");
	if (o->kind != OPTION_FLAG)
		put_action(out, o->complete, o->words);
	buf_char(out, '\n');
}

static void put_commands(struct buf *out)
{
	buf_text(out, "function __tsmctl_commands\n    printf '%s\\t%s\\n'");
	for (size_t i = 0; i < cli_command_count; i++) {
		buf_printf(out, " \\\n        %s ", cli_commands[i].name);
		complete_quote(out, cli_commands[i].summary, "\\", '\\');
	}
	buf_text(out, "\nend\n\n");
}

static void put_arguments(struct buf *out, const struct command_spec *c)
{
	for (size_t i = 0; i < c->arg_count; i++) {
		const struct argument_spec *a = &c->args[i];

		if (a->complete == COMPLETE_NONE)
			continue;
		buf_printf(out, "complete -c tsmctl -n '__tsmctl_at \"%s/", c->name);
		if (a->repeat)
			buf_text(out, "*\"'");
		else
			buf_printf(out, "%zu\"'", i);
		put_action(out, a->complete, a->words);
		buf_char(out, '\n');
	}
}

void complete_fish(struct buf *out)
{
	buf_add(out, embedded_fish.data, embedded_fish.len);
	put_commands(out);
	buf_text(out, "# Whether the next word is the value of this option.\nfunction __tsmctl_takes_value\n"
		      "    contains -- $argv[1]");
	complete_all_options(out, complete_valued);
	buf_text(out,
		 "\nend\n\ncomplete -c tsmctl -f\ncomplete -c tsmctl -n '__tsmctl_at /' -a '(__tsmctl_commands)'\n");
	complete_all_options(out, put_option);
	for (size_t i = 0; i < cli_command_count; i++)
		put_arguments(out, &cli_commands[i]);
}
