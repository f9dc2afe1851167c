// SPDX-License-Identifier: GPL-2.0-or-later
/* zsh: specifications of _arguments(1), which knows by itself what was used already. */
#include "cli/complete.h"

#include <string.h>

#include "cli/embedded.h"

/* Actions where no words are listed. */
static const char *const actions[] = {
	[COMPLETE_NONE] = " ",           [COMPLETE_FILE] = "_files",
	[COMPLETE_WORDS] = " ",          [COMPLETE_DEVICE] = "_tsmctl_devices",
	[COMPLETE_PID] = "_tsmctl_pids", [COMPLETE_COMMAND] = "_tsmctl_commands",
};

/* What would end a part of a specification is escaped. */
static void put_part(struct buf *spec, const char *text)
{
	for (; *text; text++) {
		if (strchr("[]:\\", *text))
			buf_char(spec, '\\');
		buf_char(spec, *text);
	}
}

static void put_action(struct buf *spec, const char *message, enum complete complete, const char *words)
{
	buf_char(spec, ':');
	put_part(spec, message);
	buf_char(spec, ':');
	if (!words) {
		buf_text(spec, actions[complete]);
		return;
	}
	buf_text(spec, complete == COMPLETE_FILE ? " _tsmctl_words_or_files " : "(");
	put_part(spec, words);
	buf_text(spec, complete == COMPLETE_FILE ? "" : ")");
}

/* Ends the line with the specification as one word of the shell; frees it. */
static void put_spec(struct buf *out, struct buf *spec)
{
	if (spec->failed)
		out->failed = true;
	else
		complete_quote(out, spec->data, "", 0);
	buf_char(out, '\n');
	buf_free(spec);
}

/* '(-d --device)'{-d+,--device=}'[help]:BDF:action' */
static void put_option(struct buf *out, const struct command_spec *c, const struct option_spec *o)
{
	static const char *const suffix[] = {[OPTION_FLAG] = "", [OPTION_VALUE] = "=", [OPTION_OPTIONAL_VALUE] = "=-"};
	struct buf spec = {0};

	(void)c;
	buf_text(out, "\t\t");
	if (o->letter)
		buf_printf(out, "'(-%c --%s)'{-%c%s,--%s%s}", o->letter, o->name, o->letter,
			   o->kind == OPTION_FLAG ? "" : "+", o->name, suffix[o->kind]);
	else
		buf_printf(out, "--%s%s", o->name, suffix[o->kind]);
	buf_char(&spec, '[');
	put_part(&spec, o->help);
	buf_char(&spec, ']');
	if (o->kind == OPTION_OPTIONAL_VALUE)
		buf_char(&spec, ':');
	if (o->kind != OPTION_FLAG)
		put_action(&spec, o->arg, o->complete, o->words);
	put_spec(out, &spec);
}

static void put_commands(struct buf *out)
{
	buf_text(out, "_tsmctl_commands()\n{\n\tlocal -a commands=(\n");
	for (size_t i = 0; i < cli_command_count; i++) {
		buf_printf(out, "\t\t%s:", cli_commands[i].name);
		complete_quote(out, cli_commands[i].summary, ":\\", '\\');
		buf_char(out, '\n');
	}
	buf_text(out, "\t)\n\t_describe -t commands command commands\n}\n\n");
}

static void put_arguments(struct buf *out, const struct command_spec *c)
{
	for (size_t i = 0; i < c->arg_count; i++) {
		struct buf spec = {0};

		if (c->args[i].repeat)
			buf_char(&spec, '*');
		else
			buf_printf(&spec, "%zu", i + 2);
		put_action(&spec, c->args[i].name, c->args[i].complete, c->args[i].words);
		buf_text(out, "\t\t");
		put_spec(out, &spec);
	}
}

void complete_zsh(struct buf *out)
{
	buf_add(out, embedded_zsh.data, embedded_zsh.len);
	put_commands(out);
	buf_text(out, "# $specs: what every command takes; $valued: the options that are followed by a value.\n"
		      "_tsmctl_global_options()\n{\n\tspecs=(\n\t\t1:command:_tsmctl_commands\n");
	complete_global_options(out, put_option);
	buf_text(out, "\t)\n\tvalued=(");
	complete_all_options(out, complete_valued);
	buf_text(out, ")\n}\n\n# $own: what $command takes besides.\n_tsmctl_own_options()\n{\n\tcase $command in\n");
	for (size_t i = 0; i < cli_command_count; i++) {
		buf_printf(out, "\t%s) own=(\n", cli_commands[i].name);
		complete_own_options(out, &cli_commands[i], put_option);
		put_arguments(out, &cli_commands[i]);
		buf_text(out, "\t) ;;\n");
	}
	buf_text(out,
		 "\tesac\n}\n\n# Found in $fpath the file is the function; sourced it is not.\n"
		 "if [[ $funcstack[1] == _tsmctl ]]; then\n\t_tsmctl \"$@\"\nelse\n\tcompdef _tsmctl tsmctl\nfi\n");
}
