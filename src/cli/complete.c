// SPDX-License-Identifier: GPL-2.0-or-later
/* The command "completion", and the walk over the tables that its scripts share. */
#include "cli/complete.h"

#include <string.h>

static const struct {
	const char *shell;
	void (*write)(struct buf *out);
} scripts[] = {{"bash", complete_bash}, {"zsh", complete_zsh}, {"fish", complete_fish}};

void complete_global_options(struct buf *out, complete_option *put)
{
	for (size_t i = 0; i < cli_global_option_count; i++)
		put(out, NULL, &cli_global_options[i]);
}

void complete_own_options(struct buf *out, const struct command_spec *c, complete_option *put)
{
	for (size_t i = 0; i < c->option_count; i++)
		put(out, c, &c->options[i]);
}

void complete_all_options(struct buf *out, complete_option *put)
{
	complete_global_options(out, put);
	for (size_t i = 0; i < cli_command_count; i++)
		complete_own_options(out, &cli_commands[i], put);
}

void complete_valued(struct buf *out, const struct command_spec *c, const struct option_spec *o)
{
	(void)c;
	if (o->kind != OPTION_VALUE)
		return;
	buf_printf(out, " --%s", o->name);
	if (o->letter)
		buf_printf(out, " -%c", o->letter);
}

void complete_quote(struct buf *out, const char *text, const char *special, char mark)
{
	buf_char(out, '\'');
	for (; *text; text++) {
		if (*special && strchr(special, *text))
			buf_char(out, mark);
		if (*text == '\'')
			buf_text(out, "'\\''");
		else
			buf_char(out, *text);
	}
	buf_char(out, '\'');
}

bool cli_complete(const char *shell, struct buf *out)
{
	for (size_t i = 0; i < sizeof(scripts) / sizeof(scripts[0]); i++) {
		if (!strcmp(scripts[i].shell, shell)) {
			scripts[i].write(out);
			return true;
		}
	}
	return false;
}
