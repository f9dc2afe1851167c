// SPDX-License-Identifier: GPL-2.0-or-later
/* The help texts, at most 80 columns wide. */
#include <string.h>

#include "cli/cli.h"

enum { WIDTH = 80, INDENT = 2, SYNOPSIS_WIDTH = 22, NAME_WIDTH = 19 };

/* Adds text that begins at `column`, folded at blanks; further lines are indented by `indent`. Ends the line. */
static void put_folded(struct buf *out, const char *text, size_t column, size_t indent)
{
	bool begun = false;

	for (size_t len; *text; text += len + strspn(text + len, " ")) {
		len = strcspn(text, " ");
		if (begun && column + 1 + len > WIDTH) {
			buf_char(out, '\n');
			buf_repeat(out, ' ', indent);
			column = indent;
		} else if (begun) {
			buf_char(out, ' ');
			column++;
		}
		buf_add(out, text, len);
		column += len;
		begun = true;
	}
	buf_char(out, '\n');
}

static void put_paragraph(struct buf *out, const char *text)
{
	put_folded(out, text, 0, 0);
}

/* "  LEFT    text, folded": where LEFT is too long, the text begins on the next line. */
static void put_row(struct buf *out, const char *left, size_t left_width, const char *text)
{
	size_t column = INDENT + left_width + 2;
	size_t len = strlen(left);

	buf_repeat(out, ' ', INDENT);
	buf_text(out, left);
	if (len > left_width) {
		buf_char(out, '\n');
		buf_repeat(out, ' ', column);
	} else {
		buf_repeat(out, ' ', left_width - len + 2);
	}
	put_folded(out, text, column, column);
}

static void put_option(struct buf *out, const struct option_spec *o)
{
	struct buf left = {0}, text = {0};

	if (o->letter)
		buf_printf(&left, "-%c, --%s", o->letter, o->name);
	else
		buf_printf(&left, "    --%s", o->name);
	if (o->kind == OPTION_VALUE)
		buf_printf(&left, " %s", o->arg);
	else if (o->kind == OPTION_OPTIONAL_VALUE)
		buf_printf(&left, "[=%s]", o->arg);
	buf_text(&text, o->help);
	if (o->complete == COMPLETE_WORDS) {
		buf_text(&text, " (");
		cli_words(o->words, &text);
		buf_char(&text, ')');
	}
	if (left.failed || text.failed)
		out->failed = true;
	else
		put_row(out, left.data, SYNOPSIS_WIDTH, text.data);
	buf_free(&left);
	buf_free(&text);
}

static void put_options(struct buf *out, const struct option_spec *spec, size_t count)
{
	const char *group = NULL;

	for (size_t i = 0; i < count; i++) {
		if (!group || (spec[i].group && strcmp(spec[i].group, group))) {
			group = spec[i].group ? spec[i].group : "Options";
			buf_printf(out, "\n%s:\n", group);
		}
		put_option(out, &spec[i]);
	}
}

static void put_commands(struct buf *out, const char *heading, const struct command_spec *list, size_t count)
{
	buf_printf(out, "\n%s:\n", heading);
	for (size_t i = 0; i < count; i++)
		put_row(out, list[i].name, NAME_WIDTH, list[i].summary);
}

static void put_arguments(struct buf *out, const struct command_spec *c)
{
	if (!c->arg_count)
		return;
	buf_text(out, "\nArguments:\n");
	for (size_t i = 0; i < c->arg_count; i++)
		put_row(out, c->args[i].name, SYNOPSIS_WIDTH, c->args[i].help);
}

static void put_examples(struct buf *out, const struct command_spec *c)
{
	size_t max = sizeof(c->examples) / sizeof(c->examples[0]);

	if (c->examples[0])
		buf_text(out, "\nExamples:\n");
	for (size_t i = 0; i < max && c->examples[i]; i++)
		buf_printf(out, "  %s\n", c->examples[i]);
}

void cli_words(const char *words, struct buf *out)
{
	for (; *words; words++) {
		if (*words == ' ')
			buf_char(out, ',');
		buf_char(out, *words);
	}
}

void cli_usage(const struct command_spec *c, struct buf *out)
{
	if (!c) {
		buf_text(out, "tsmctl [GLOBAL OPTIONS] COMMAND [OPTIONS] [ARGUMENTS]");
		return;
	}
	if (c->flags & (COMMAND_USE | COMMAND_QUIT))
		buf_printf(out, "%s [OPTIONS]", c->name);
	else
		buf_printf(out, "tsmctl %s%s [OPTIONS]", c->flags & COMMAND_TARGET ? "-d BDF " : "", c->name);
	for (size_t i = 0; i < c->arg_count; i++) {
		const struct argument_spec *a = &c->args[i];

		buf_printf(out, a->required ? " %s" : " [%s", a->name);
		buf_printf(out, "%s%s", a->repeat ? "..." : "", a->required ? "" : "]");
	}
}

void cli_help_short(struct buf *out)
{
	buf_text(out, "Usage: ");
	cli_usage(NULL, out);
	buf_char(out, '\n');
	put_commands(out, "Commands", cli_commands, cli_command_count);
	buf_text(out, "\n'tsmctl --help' shows all options, 'tsmctl help COMMAND' explains a command.\n");
}

void cli_help(struct buf *out)
{
	buf_text(out, "Usage: ");
	cli_usage(NULL, out);
	buf_text(out, "\n\n");
	put_paragraph(out, "Shows and drives TDIs: PCIe functions that are assigned to confidential virtual machines.");
	put_commands(out, "Commands", cli_commands, cli_command_count);
	put_commands(out, "Within a batch or shell also", cli_line_commands, cli_line_command_count);
	put_options(out, cli_global_options, cli_global_option_count);
	buf_char(out, '\n');
	put_paragraph(out, "These options stand before or after the command. 'tsmctl help COMMAND' shows the "
			   "command's own options; tsmctl(1) has the exit statuses and the JSON keys.");
}

void cli_help_command(const struct command_spec *c, struct buf *out)
{
	buf_text(out, "Usage: ");
	cli_usage(c, out);
	buf_text(out, "\n\n");
	put_paragraph(out, c->description);
	put_arguments(out, c);
	put_options(out, c->options, c->option_count);
	put_examples(out, c);
	buf_text(out, "\n'tsmctl --help' shows the options that every command takes.\n");
}
