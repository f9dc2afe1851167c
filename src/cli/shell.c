// SPDX-License-Identifier: GPL-2.0-or-later
/* The loop that knows about prompts; what it runs does not. */
#include "cli/shell.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/batch.h"
#include "cli/history.h"
#include "cli/lines.h"
#include "cli/offer.h"
#include "cli/words.h"
#include "tdi/holders.h"
#include "tdi/platform.h"
#include "util/interrupt.h"
#include "util/module.h"

struct shell {
	struct lines lines; /* first, so that lines.may_leave finds the shell */
	const struct editor *editor;
	char *last; /* the line before, for the history; owned */
};

static void list_devices(void *ctx, struct buf *out)
{
	const struct shell *sh = ctx;
	struct function_list list;
	struct err ignored = {0};

	if (platform_functions(workspace_untraced(&sh->lines.series.ws), &list, &ignored))
		return;
	for (size_t i = 0; i < list.count; i++)
		buf_printf(out, "%s\n", list.function[i].bdf);
	platform_functions_free(&list);
}

static bool was_listed(const struct holder_list *l, size_t i)
{
	for (size_t before = 0; before < i; before++)
		if (l->holder[before].pid == l->holder[i].pid)
			return true;
	return false;
}

static void list_pids(void *ctx, struct buf *out)
{
	const struct shell *sh = ctx;
	struct holder_list list;
	struct err ignored = {0};

	if (holders_scan(workspace_untraced(&sh->lines.series.ws), 0, &list, &ignored))
		return;
	for (size_t i = 0; i < list.count; i++) {
		if (!was_listed(&list, i))
			buf_printf(out, "%d\n", (int)list.holder[i].pid);
	}
	holders_free(&list);
}

static void complete(void *ctx, const char *line, size_t point, struct offers *out)
{
	const struct offer_source source = {.ctx = ctx, .devices = list_devices, .pids = list_pids};

	offer(line, point, &source, out);
}

/* The architecture of the TSM that the function is connected to, or NULL. */
static const char *arch_of(struct kernel *k, const char *bdf)
{
	struct pci_function f;
	struct tsm_list tsms;
	const struct tsm *tsm;
	struct err ignored = {0};
	enum tsm_arch arch;

	if (platform_function(k, bdf, &f, &ignored) || platform_tsms(k, &tsms, &ignored))
		return NULL;
	tsm = platform_tsm_find(&tsms, f.connected);
	arch = tsm ? tsm->arch : ARCH_NONE;
	platform_tsms_free(&tsms);
	return arch == ARCH_NONE ? NULL : arch_name(arch);
}

/* "tsmctl 0000:01:00.0 cca locked> " */
static void make_prompt(const struct shell *sh, struct buf *out)
{
	const struct workspace *ws = &sh->lines.series.ws;
	const struct options *o = &sh->lines.defaults;
	char bdf[BDF_CAP];
	const char *arch;

	buf_reset(out);
	buf_text(out, "tsmctl");
	if (o->device && bdf_parse(o->device, bdf)) {
		arch = arch_of(workspace_untraced(ws), bdf);
		buf_printf(out, " %s%s%s", bdf, arch ? " " : "", arch ? arch : "");
		if (ws->seen_state && strcmp(ws->seen_device, bdf) == 0)
			buf_printf(out, " %s", ws->seen_state);
	} else if (o->attach) {
		buf_text(out, " process ");
		text_escape(out, o->attach, strlen(o->attach));
	}
	buf_text(out, "> ");
}

/* Whether the user lets go of what the session has changed. The end of the terminal does. */
static bool may_leave(struct lines *l)
{
	struct shell *sh = (struct shell *)l;
	const struct session *s = workspace_changed(&l->series.ws);
	enum editor_result result;
	struct buf question = {0};
	char *answer;
	bool yes;

	if (!s || l->defaults.yes)
		return true;
	buf_printf(&question, "The own session of %s ends, and with it what was changed. End it? [y/N] ", s->bdf);
	result = sh->editor->read(question.data ? question.data : "[y/N] ", &answer);
	yes = result == EDITOR_END || (result == EDITOR_LINE && (!strcmp(answer, "y") || !strcmp(answer, "yes")));
	free(answer);
	buf_free(&question);
	return yes;
}

static void run_and_remember(struct shell *sh, const struct buf *text)
{
	const char *line = text->data;

	lines_run(&sh->lines, line, text->len);
	if (sh->lines.secret || !line[strspn(line, " \t")] || (sh->last && strcmp(sh->last, line) == 0))
		return;
	sh->editor->remember(line);
	history_add(line);
	free(sh->last);
	sh->last = strdup(line);
}

/* A line, and those that continue it. */
static enum editor_result read_command(struct shell *sh, struct buf *prompt, struct buf *text)
{
	enum editor_result result;
	bool joined;
	char *line;

	interrupt_forget();
	make_prompt(sh, prompt);
	buf_reset(text);
	do {
		result = sh->editor->read(prompt->data ? prompt->data : "> ", &line);
		if (result != EDITOR_LINE)
			return result;
		buf_text(text, line);
		free(line);
		joined = text->len && words_continue(text->data, text->len);
		if (joined)
			text->data[--text->len] = '\0';
		buf_reset(prompt);
		buf_text(prompt, "> ");
	} while (joined);
	return result;
}

static void converse(struct shell *sh)
{
	struct buf prompt = {0}, text = {0};

	while (!sh->lines.ended) {
		enum editor_result result = read_command(sh, &prompt, &text);

		if (result == EDITOR_END)
			sh->lines.ended = may_leave(&sh->lines);
		else if (result == EDITOR_LINE && text.data)
			run_and_remember(sh, &text);
	}
	buf_free(&prompt);
	buf_free(&text);
}

static int open_shell(struct shell *sh, struct err *e)
{
	if (!TSMCTL_SHELL)
		err_set(e, ERR_UNSUPPORTED, "MODULE", "this tsmctl was built without readline");
	else
		sh->editor = module_load(EDITOR_MODULE, EDITOR_SYMBOL, e);
	if (sh->editor)
		return series_kernel(&sh->lines.series, &sh->lines.defaults, e);
	err_hint(e, "Without a terminal no line editor is needed: tsmctl shell < FILE.");
	return -1;
}

static int run_interactive(struct shell *sh, const struct options *o)
{
	const struct editor_host host = {.ctx = sh, .complete = complete};
	const struct invocation inv = {.command = cli_find_command("shell"), .opt = *o};
	struct err e = {0};

	if (open_shell(sh, &e))
		return run_invocation(&sh->lines.series, &inv, &e);
	sh->lines.may_leave = may_leave;
	interrupt_listen();
	sh->editor->open(&host);
	history_load(sh->editor->remember);
	converse(sh);
	sh->editor->close();
	return 0;
}

int shell_main(const struct options *o, const struct kernel_layer *layer)
{
	struct shell sh = {0};
	int status, last;

	if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO))
		return batch_run(o, layer, STDIN_FILENO, "stdin");
	lines_open(&sh.lines, o, layer);
	status = run_interactive(&sh, o);
	last = lines_close(&sh.lines);
	free(sh.last);
	return status ? status : last;
}
