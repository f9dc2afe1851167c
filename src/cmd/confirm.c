// SPDX-License-Identifier: GPL-2.0-or-later
#include "cmd/confirm.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "fmt/sink.h"

static int refuse(struct context *c)
{
	err_set(c->err, ERR_USAGE, "CONFIRMATION", "this changes a device, and nobody can be asked");
	err_hint(c->err,
		 c->opt->json
			 ? "With --json nothing is asked. Use --yes to go on, or --dry-run to see what would be sent."
			 : "Without a terminal, use --yes to go on, or --dry-run to see what would be sent.");
	return -1;
}

static int ask(struct context *c, const char *what_happens, const char *question)
{
	struct buf text = {0};
	int ret;

	text_paragraph(what_happens, c->asked_width, &text);
	text_escape(&text, question, strlen(question));
	buf_text(&text, " [y/N] ");
	ret = text.failed ? err_oom(c->err) : output_write(STDERR_FILENO, &text, c->err);
	buf_free(&text);
	return ret;
}

/* One line from standard input: "y" or "yes" in any case. */
static bool answer_is_yes(void)
{
	char *line = NULL;
	size_t cap = 0;
	ssize_t len = getline(&line, &cap, stdin);
	bool yes;

	if (len > 0 && line[len - 1] == '\n')
		line[len - 1] = '\0';
	else if (len <= 0)
		fputc('\n', stderr); /* what follows begins on a line of its own */
	clearerr(stdin);             /* an end of file at a terminal answers this question only */
	yes = len > 0 && (!strcasecmp(line, "y") || !strcasecmp(line, "yes"));
	free(line);
	return yes;
}

static bool need_not_ask(const struct context *c)
{
	return c->opt->yes || c->opt->dry_run;
}

int confirm_possible(struct context *c)
{
	if (need_not_ask(c))
		return 0;
	return c->opt->json || !isatty(STDIN_FILENO) || !isatty(STDERR_FILENO) ? refuse(c) : 0;
}

int confirm_change(struct context *c, const char *what_happens, const char *question)
{
	if (need_not_ask(c))
		return 0;
	if (confirm_possible(c))
		return -1;
	if (ask(c, what_happens, question) < 0)
		return -1;
	return answer_is_yes() ? 0 : err_set(c->err, ERR_FAILED, "CANCELLED", "not sent");
}
