// SPDX-License-Identifier: GPL-2.0-or-later
/* The commands about the tool itself: "help", "completion" and "schema". Their text goes out as it is, through a memory
 * file. */
#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "cli/cli.h"
#include "cli/embedded.h"
#include "fmt/sink.h"

/* Makes `text` the command's output in text mode; frees it. */
static int give_text(struct context *c, struct buf *text)
{
	int fd = -1, ret = -1;

	if (text->failed)
		err_oom(c->err);
	else if ((fd = memfd_create("tsmctl", MFD_CLOEXEC)) < 0)
		err_errno(c->err, errno, "cannot make a memory file");
	else
		ret = output_write(fd, text, c->err);
	if (!ret)
		c->raw_fd = fd;
	else if (fd >= 0)
		close(fd);
	buf_free(text);
	return ret;
}

static void describe_words(struct node *parent, const char *words)
{
	struct node *list = node_list(parent, "words", NULL);

	for (size_t n; words && *words; words += n + (words[n] == ' ')) {
		n = strcspn(words, " ");
		node_textn(list, NULL, NULL, words, n);
	}
}

static void describe_options(struct node *parent, const char *key, const struct option_spec *spec, size_t count)
{
	struct node *list = node_list(parent, key, NULL);

	for (size_t i = 0; i < count; i++) {
		const struct option_spec *o = &spec[i];
		struct node *n = node_object(list, NULL, NULL);

		node_text(n, "name", NULL, o->name);
		if (o->letter)
			node_textn(n, "letter", NULL, &o->letter, 1);
		else
			node_null(n, "letter", NULL);
		node_text(n, "argument", NULL, o->arg);
		node_bool(n, "argument_optional", NULL, o->kind == OPTION_OPTIONAL_VALUE);
		node_text(n, "help", NULL, o->help);
		node_text(n, "group", NULL, o->group);
		describe_words(n, o->words);
	}
}

static void describe_arguments(struct node *parent, const struct command_spec *c)
{
	struct node *list = node_list(parent, "arguments", NULL);

	for (size_t i = 0; i < c->arg_count; i++) {
		struct node *n = node_object(list, NULL, NULL);

		node_text(n, "name", NULL, c->args[i].name);
		node_bool(n, "required", NULL, c->args[i].required);
		node_bool(n, "repeat", NULL, c->args[i].repeat);
		node_text(n, "help", NULL, c->args[i].help);
		describe_words(n, c->args[i].words);
	}
}

static void describe_command(struct node *list, const struct command_spec *c)
{
	struct node *n = node_object(list, NULL, NULL);
	struct buf usage = {0};

	cli_usage(c, &usage);
	node_text(n, "name", NULL, c->name);
	node_text(n, "summary", NULL, c->summary);
	node_text(n, "description", NULL, c->description);
	node_text_buf(n, "usage", NULL, &usage);
	node_bool(n, "changes", NULL, c->flags & COMMAND_CHANGES);
	node_bool(n, "needs_target", NULL, c->flags & COMMAND_TARGET);
	describe_arguments(n, c);
	describe_options(n, "options", c->options, c->option_count);
}

/* `about`: one command; NULL: all. */
static void describe_commands(struct node *list, const struct command_spec *commands, size_t count,
			      const struct command_spec *about)
{
	for (size_t i = 0; i < count; i++) {
		if (!about || about == &commands[i])
			describe_command(list, &commands[i]);
	}
}

static void describe(struct record *r, const struct command_spec *about)
{
	struct node *root = record_root(r);
	struct node *commands;

	node_text(root, "version", NULL, TSMCTL_VERSION);
	describe_options(root, "global_options", cli_global_options, cli_global_option_count);
	commands = node_list(root, "commands", NULL);
	describe_commands(commands, cli_commands, cli_command_count, about);
	commands = node_list(root, "line_commands", NULL);
	describe_commands(commands, cli_line_commands, cli_line_command_count, about);
}

int cmd_help(struct context *c)
{
	const struct command_spec *about = NULL;
	struct buf text = {0};

	if (c->arg_count) {
		about = cli_find_command(c->arg[0]);
		if (!about)
			about = cli_find_line_command(c->arg[0]);
		if (!about) {
			err_set(c->err, ERR_USAGE, "USAGE", "unknown command '%s'", c->arg[0]);
			err_hint(c->err, "'tsmctl help' lists the commands.");
			return -1;
		}
	}
	if (c->opt->json) {
		describe(c->record, about);
		return 0;
	}
	if (about)
		cli_help_command(about, &text);
	else
		cli_help(&text);
	return give_text(c, &text);
}

int cmd_completion(struct context *c)
{
	const char *shell = c->arg[0];
	struct buf script = {0};

	if (!cli_complete(shell, &script)) {
		err_set(c->err, ERR_USAGE, "USAGE", "no completion for '%s'", shell);
		err_hint(c->err, "One of: bash, zsh, fish.");
		return -1;
	}
	if (!c->opt->json)
		return give_text(c, &script);
	node_text(record_root(c->record), "shell", NULL, shell);
	node_text_buf(record_root(c->record), "script", NULL, &script);
	return 0;
}

int cmd_schema(struct context *c)
{
	struct node *root = record_root(c->record);
	struct buf text = {0};

	if (!c->opt->json) {
		buf_add(&text, embedded_tsmctl_1.data, embedded_tsmctl_1.len);
		return give_text(c, &text);
	}
	node_text(root, "describes", NULL, "tsmctl/1");
	node_textn(root, "text", NULL, (const char *)embedded_tsmctl_1.data, embedded_tsmctl_1.len);
	return 0;
}
