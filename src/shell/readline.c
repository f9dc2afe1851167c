// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The line editor with readline. Its callbacks carry no context, so that what they need stands in one static structure.
 * The callback interface is used because only there Ctrl-C and a resized window can be dealt with outside of a signal
 * handler.
 */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include <readline/history.h>
#include <readline/readline.h>

#include "shell/editor.h"

enum { HISTORY_LINES = 1000 };

static struct {
	const struct editor_host *host;
	struct offers offers; /* of the completion in progress */
	size_t given;         /* how many of them readline has */
	bool ended;           /* the line in progress */
	char *line;
	bool echoed_controls; /* the terminal, before */
	sigset_t mask;        /* while it waits for a key: only then the signals arrive */
	volatile sig_atomic_t interrupted;
	volatile sig_atomic_t resized;
} editor;

static void on_signal(int number)
{
	if (number == SIGINT)
		editor.interrupted = 1;
	else
		editor.resized = 1;
}

static void take_line(char *line)
{
	editor.line = line;
	editor.ended = true;
	rl_callback_handler_remove();
}

/* readline asks for one word after the other. */
static char *next_offer(const char *text, int state)
{
	char *word;

	(void)text;
	(void)state;
	if (editor.given == editor.offers.count)
		return NULL;
	word = editor.offers.word[editor.given];
	editor.offers.word[editor.given++] = NULL;
	return word;
}

static void drop_offers(void)
{
	for (size_t i = editor.given; i < editor.offers.count; i++)
		free(editor.offers.word[i]);
	free(editor.offers.word);
	editor.offers = (struct offers){0};
	editor.given = 0;
}

static char **complete(const char *text, int start, int end)
{
	char **matches;

	(void)start;
	editor.host->complete(editor.host->ctx, rl_line_buffer, (size_t)end, &editor.offers);
	rl_attempted_completion_over = !editor.offers.files;
	rl_completion_suppress_append = editor.offers.unclosed;
	matches = rl_completion_matches(text, next_offer);
	drop_offers();
	return matches;
}

/* readline asks whether it shall show very many, but with its callback interface does not wait for the answer. */
static void show_matches(char **matches, int count, int longest)
{
	if (rl_completion_query_items > 0 && count >= rl_completion_query_items)
		fprintf(rl_outstream, "\n%d possibilities; type more of it\n", count);
	else
		rl_display_match_list(matches, count, longest);
	rl_forced_update_display();
}

/* "^C" in the middle of a command's output, and the prompt behind it, are no help. Returns whether it was so before. */
static bool echo_controls(bool on)
{
	struct termios t;
	bool before;

	if (tcgetattr(STDIN_FILENO, &t))
		return false;
	before = t.c_lflag & ECHOCTL;
	t.c_lflag = on ? t.c_lflag | ECHOCTL : t.c_lflag & ~(tcflag_t)ECHOCTL;
	(void)tcsetattr(STDIN_FILENO, TCSADRAIN, &t);
	return before;
}

static void open_editor(const struct editor_host *host)
{
	editor.host = host;
	editor.echoed_controls = echo_controls(false);
	rl_readline_name = "tsmctl";
	rl_catch_signals = 0;
	rl_catch_sigwinch = 0;
	rl_attempted_completion_function = complete;
	rl_completion_display_matches_hook = show_matches;
	rl_completer_word_break_characters = " \t\n=>";
	rl_completer_quote_characters = "'\"";
	rl_filename_quote_characters = " \t\n'\"\\#>";
	using_history();
	stifle_history(HISTORY_LINES);
}

static void drop_line(void)
{
	rl_callback_sigcleanup();
	rl_free_line_state();
	fputs("^C\n", stdout);
	rl_callback_handler_remove();
	fflush(stdout);
}

static void wait_for_key(void)
{
	struct pollfd p = {.fd = STDIN_FILENO, .events = POLLIN};

	if (ppoll(&p, 1, NULL, &editor.mask) > 0)
		rl_callback_read_char();
	if (editor.resized && !editor.ended)
		rl_resize_terminal();
	editor.resized = 0;
}

static enum editor_result read_until_ended(char **line)
{
	while (!editor.ended) {
		wait_for_key();
		if (editor.interrupted && !editor.ended) {
			drop_line();
			return EDITOR_INTERRUPTED;
		}
	}
	*line = editor.line;
	if (*line)
		return EDITOR_LINE;
	/* With bracketed paste on, readline ends the line itself. */
	if (strcmp(rl_variable_value("enable-bracketed-paste"), "on") != 0)
		puts("");
	fflush(stdout);
	return EDITOR_END;
}

static enum editor_result read_line(const char *prompt, char **line)
{
	static const int signals[] = {SIGINT, SIGWINCH};
	struct sigaction action = {.sa_handler = on_signal}, before[2];
	enum editor_result result;
	sigset_t held;

	*line = NULL;
	editor.ended = false;
	editor.interrupted = 0;
	sigemptyset(&held);
	for (size_t i = 0; i < 2; i++)
		sigaddset(&held, signals[i]);
	sigprocmask(SIG_BLOCK, &held, &editor.mask);
	for (size_t i = 0; i < 2; i++)
		sigaction(signals[i], &action, &before[i]);
	rl_callback_handler_install(prompt, take_line);
	result = read_until_ended(line);
	for (size_t i = 0; i < 2; i++)
		sigaction(signals[i], &before[i], NULL);
	sigprocmask(SIG_SETMASK, &editor.mask, NULL);
	return result;
}

static void close_editor(void)
{
	if (editor.echoed_controls)
		echo_controls(true);
	clear_history();
	editor.host = NULL;
}

__attribute__((visibility("default"))) extern const struct editor tsmctl_editor;

const struct editor tsmctl_editor = {
	.version = TSMCTL_VERSION,
	.open = open_editor,
	.read = read_line,
	.remember = add_history,
	.close = close_editor,
};
