// SPDX-License-Identifier: GPL-2.0-or-later
/* bash: four functions with a case each, which its fixed part asks. */
#include "cli/complete.h"
#include "cli/embedded.h"

/* Values of $kind in the script. */
static const char *const kind_names[] = {
	[COMPLETE_NONE] = "none",     [COMPLETE_FILE] = "file", [COMPLETE_WORDS] = "words",
	[COMPLETE_DEVICE] = "device", [COMPLETE_PID] = "pid",   [COMPLETE_COMMAND] = "command",
};

static void put_function(struct buf *out, const char *comment, const char *name)
{
	buf_printf(out, "\n# %s\n%s()\n{\n\tcase $1 in\n", comment, name);
}

static void put_end(struct buf *out)
{
	buf_text(out, "\tesac\n}\n");
}

static void put_name(struct buf *out, const struct command_spec *c, const struct option_spec *o)
{
	(void)c;
	buf_printf(out, " --%s", o->name);
	if (o->letter)
		buf_printf(out, "/-%c", o->letter);
}

static void put_kind(struct buf *out, enum complete complete, const char *words)
{
	buf_printf(out, " kind='%s'", kind_names[complete]);
	if (words)
		buf_printf(out, " words='%s'", words);
	buf_text(out, " ;;\n");
}

static void put_commands(struct buf *out)
{
	buf_text(out, "\n# $words: the commands.\n_tsmctl_commands()\n{\n\twords='");
	for (size_t i = 0; i < cli_command_count; i++)
		buf_printf(out, "%s%s", i ? " " : "", cli_commands[i].name);
	buf_text(out, "'\n}\n");
}

static void put_options(struct buf *out)
{
	buf_text(out, "\n# $words: the options for the command $1.\n_tsmctl_options()\n{\n\twords='");
	complete_global_options(out, put_name);
	buf_text(out, "'\n\tcase $1 in\n");
	for (size_t i = 0; i < cli_command_count; i++) {
		if (!cli_commands[i].option_count)
			continue;
		buf_printf(out, "\t%s) words+='", cli_commands[i].name);
		complete_own_options(out, &cli_commands[i], put_name);
		buf_text(out, "' ;;\n");
	}
	put_end(out);
}

/* An optional value is one only in the form --name=VALUE: the pattern ends with "=", as the script asks for that form.
 */
static void put_value(struct buf *out, const struct command_spec *c, const struct option_spec *o)
{
	const char *command = c ? c->name : "*";

	if (o->kind == OPTION_FLAG)
		return;
	buf_printf(out, "\t%s/--%s=", command, o->name);
	if (o->kind == OPTION_VALUE)
		buf_printf(out, " | %s/--%s", command, o->name);
	if (o->kind == OPTION_VALUE && o->letter)
		buf_printf(out, " | %s/-%c", command, o->letter);
	buf_char(out, ')');
	put_kind(out, o->complete, o->words);
}

static void put_arguments(struct buf *out, const struct command_spec *c)
{
	for (size_t i = 0; i < c->arg_count; i++) {
		if (c->args[i].repeat)
			buf_printf(out, "\t%s/*)", c->name);
		else
			buf_printf(out, "\t%s/%zu)", c->name, i);
		put_kind(out, c->args[i].complete, c->args[i].words);
	}
}

void complete_bash(struct buf *out)
{
	buf_add(out, embedded_bash.data, embedded_bash.len);
	put_commands(out);
	put_options(out);
	put_function(out, "$kind and $words for the value of an option, $1 is COMMAND/OPTION; nothing for a flag.",
		     "_tsmctl_value");
	complete_all_options(out, put_value);
	put_end(out);
	put_function(out, "$kind and $words for an argument; $1 is COMMAND/NUMBER.", "_tsmctl_argument");
	for (size_t i = 0; i < cli_command_count; i++)
		put_arguments(out, &cli_commands[i]);
	buf_text(out, "\t*) kind='none' ;;\n");
	put_end(out);
}
