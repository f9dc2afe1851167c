// SPDX-License-Identifier: GPL-2.0-or-later
#include "cli/lines.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/words.h"
#include "cmd/target.h"
#include "tdi/function.h"

void lines_open(struct lines *l, const struct options *o, const struct kernel_layer *layer)
{
	*l = (struct lines){.defaults = *o, .series = {.ws.keeps = true, .layer = layer}};
	l->defaults.batch = NULL;
	l->defaults.keep_going = false;
}

int lines_close(struct lines *l)
{
	int status = series_free(&l->series);

	for (size_t i = 0; i < CLI_MAX_OPTIONS; i++)
		free(l->kept[i]);
	return status;
}

int lines_fail(struct lines *l, const struct err *e)
{
	struct invocation inv = {.opt = l->defaults};

	return run_invocation(&l->series, &inv, e);
}

/* Puts the file in the place of standard output; returns the descriptor that brings it back. */
static int redirect(const struct words *w, struct err *e)
{
	int flags = O_WRONLY | O_CREAT | O_CLOEXEC | (w->append ? O_APPEND : O_TRUNC);
	int fd = open(w->redirect, flags, 0666);
	int before = fd < 0 ? -1 : fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);

	if (before < 0 || dup2(fd, STDOUT_FILENO) < 0) {
		err_object(e, "%s", w->redirect);
		err_errno(e, errno, "the output cannot be written there");
		if (before >= 0)
			close(before);
		before = -1;
	}
	if (fd >= 0)
		close(fd);
	return before;
}

static int run_redirected(struct lines *l, const struct invocation *inv, const struct words *w)
{
	struct err e = {0};
	int before = redirect(w, &e);
	int status;

	if (before < 0)
		return run_invocation(&l->series, inv, &e);
	l->series.redirected = true;
	status = run_invocation(&l->series, inv, &e);
	l->series.redirected = false;
	dup2(before, STDOUT_FILENO);
	close(before);
	return status;
}

/* Those of the groups "Target" and "Own session": all hold text. */
static bool is_target_option(const struct option_spec *o)
{
	return o->kind != OPTION_FLAG && strcmp(o->group, cli_global_options[cli_global_option_count - 1].group) != 0;
}

/* Makes the target options of a "use" the defaults of the lines that follow. */
static int adopt(struct lines *l, const struct invocation *inv, struct err *e)
{
	struct options target = inv->opt;

	if (inv->arg_count)
		target.device = inv->arg[0];
	for (size_t i = 0; i < cli_global_option_count; i++) {
		const struct option_spec *o = &cli_global_options[i];
		const char *value;
		char *copy;

		if (!is_target_option(o))
			continue;
		value = *(const char **)((char *)&target + o->offset);
		copy = value ? strdup(value) : NULL;
		if (value && !copy)
			return err_oom(e);
		free(l->kept[i]);
		l->kept[i] = copy;
		*(const char **)((char *)&l->defaults + o->offset) = copy;
	}
	return 0;
}

static int refuse_to_leave(struct lines *l, const struct invocation *inv)
{
	struct err e = {0};

	err_set(&e, ERR_FAILED, "CANCELLED", "the session goes on");
	return run_invocation(&l->series, inv, &e);
}

static int run_parsed(struct lines *l, const struct invocation *inv, const struct words *w)
{
	unsigned flags = inv->command && !inv->opt.version ? inv->command->flags : 0;
	bool leaves = flags & (COMMAND_USE | COMMAND_QUIT);
	struct err e = {0};
	int status;

	if (leaves && l->may_leave && !l->may_leave(l))
		return refuse_to_leave(l, inv);
	status = w->redirect ? run_redirected(l, inv, w) : run_invocation(&l->series, inv, &e);
	if (status)
		return status;
	if (flags & COMMAND_USE && adopt(l, inv, &e))
		return run_invocation(&l->series, inv, &e);
	l->ended |= (flags & COMMAND_QUIT) != 0;
	return 0;
}

static bool is_hex(const char *word)
{
	size_t len = 0;

	while (isxdigit((unsigned char)word[len]))
		len++;
	return len >= 2 * EV_NONCE_SIZE && !word[len];
}

/* Whether a word may be a nonce, also where the line is wrong otherwise: --nonce=HEX, --nonc HEX, or just HEX. */
static bool is_secret(const char *word)
{
	const char *value = strchr(word, '=');

	return is_hex(word) || (value && is_hex(value + 1)) ||
	       (strncmp(word, "--non", 5) == 0 && strncmp(word, "--nonce-file", 12) != 0);
}

int lines_run(struct lines *l, const char *text, size_t len)
{
	struct invocation inv;
	struct words w;
	struct err e = {0};
	int status = 0;

	l->secret = words_split(text, len, &w, &e) != 0;
	if (l->secret) {
		status = lines_fail(l, &e);
		goto out;
	}
	for (size_t i = 1; i < w.count; i++)
		l->secret |= is_secret(w.word[i]);
	if (w.count == 1 && !w.redirect)
		goto out;
	cli_parse_line((int)w.count, w.word, &l->defaults, &inv, &e);
	status = e.class == ERR_NONE ? run_parsed(l, &inv, &w) : run_invocation(&l->series, &inv, &e);
out:
	words_free(&w);
	return status;
}

int cmd_use(struct context *c)
{
	struct options wanted = *c->opt;
	struct pci_function f;
	struct target t;

	if (c->arg_count)
		wanted.device = c->arg[0];
	if (!wanted.device && !wanted.attach && !wanted.iommufd) {
		err_set(c->err, ERR_USAGE, "USAGE", "use needs a target");
		err_hint(c->err, "use BDF, use --attach PID[:FD], or use --iommufd FD --vdevice ID.");
		return -1;
	}
	if (target_from_options(&wanted, &t, c->err) || (t.bdf[0] && function_capable(c->kernel, t.bdf, &f, c->err)))
		return -1;
	workspace_leave(c->ws, &t);
	target_device(record_root(c->record), &t);
	if (t.pid)
		node_count(record_root(c->record), "pid", "Process", (uint64_t)t.pid);
	else
		node_null(record_root(c->record), "pid", NULL);
	return 0;
}

int cmd_quit(struct context *c)
{
	(void)c;
	return 0;
}
