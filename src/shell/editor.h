/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A line editor on the terminal, as the shell sees it. readline.c is the only one; it is a module of its own that
 * tsmctl loads for its shell, so that no other command pays for readline.
 */
#ifndef TSMCTL_SHELL_EDITOR_H
#define TSMCTL_SHELL_EDITOR_H

#include <stdbool.h>
#include <stddef.h>

/* What could stand at the cursor. */
struct offers {
	char **word; /* malloc'd, as each of them; owned by whoever got it */
	size_t count;
	bool files;    /* names of files, too */
	bool unclosed; /* more will follow the word: no blank behind it */
};

struct editor_host {
	void *ctx;
	/* Fills `out` for the cursor behind the first `point` bytes of `line`. */
	void (*complete)(void *ctx, const char *line, size_t point, struct offers *out);
};

enum editor_result { EDITOR_LINE, EDITOR_INTERRUPTED, EDITOR_END };

struct editor {
	const char *version;                          /* of the tsmctl it belongs to */
	void (*open)(const struct editor_host *host); /* borrowed until close() */
	/* Reads one line, which the caller frees; NULL but for EDITOR_LINE. Ctrl-C drops the line. */
	enum editor_result (*read)(const char *prompt, char **line);
	void (*remember)(const char *line); /* in the history of this run */
	void (*close)(void);
};

#define EDITOR_MODULE "tsmctl-shell.so"
#define EDITOR_SYMBOL "tsmctl_editor"

#endif
