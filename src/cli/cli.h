/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The command line as data. commands.c and options.c hold the tables; parse.c, help.c and complete.c are three readers
 * of them, and the man page is checked against them. run.c carries out one command line; batch.c and shell.c many.
 */
#ifndef TSMCTL_CLI_CLI_H
#define TSMCTL_CLI_CLI_H

#include <stdbool.h>
#include <stddef.h>

#include "cmd/command.h"
#include "util/buf.h"
#include "util/confine.h"
#include "util/err.h"

/* How a value is completed in the shell. */
enum complete {
	COMPLETE_NONE,
	COMPLETE_FILE,
	COMPLETE_WORDS,  /* one of `words` */
	COMPLETE_DEVICE, /* functions with a TSM */
	COMPLETE_PID,
	COMPLETE_COMMAND,
};

enum option_kind { OPTION_FLAG, OPTION_VALUE, OPTION_OPTIONAL_VALUE };

struct option_spec {
	const char *name; /* without dashes */
	char letter;      /* 0: none */
	enum option_kind kind;
	size_t offset;    /* of the bool or const char * in struct options */
	const char *arg;  /* "BDF"; NULL for a flag */
	const char *help; /* one sentence without full stop */
	enum complete complete;
	/* Blank-separated choices; NULL: any value. Checked when parsing if `complete` is COMPLETE_WORDS; with
	 * COMPLETE_FILE they are offered next to files. */
	const char *words;
	const char *group; /* heading in the help: "Target", "Output and safety"; NULL for a command's own */
};

struct argument_spec {
	const char *name; /* "TYPE[:SLOT]" */
	bool required;
	bool repeat;
	const char *help;
	enum complete complete;
	const char *words; /* choices to complete; the command checks them */
};

enum command_flag {
	COMMAND_CHANGES = 1,   /* a state change: asks, and refuses without a terminal and --yes */
	COMMAND_NO_KERNEL = 2, /* needs no kernel: help, completion, sim */
	COMMAND_TARGET = 4,    /* needs --device (or --attach/--iommufd with --vdevice) */
	COMMAND_SILENT = 8,    /* success prints nothing in text mode without --verbose */
	COMMAND_FILES = 16,    /* with COMMAND_TARGET: evidence in files stands in for the target */
	COMMAND_STREAM = 128,  /* gives its results one by one, see struct stream; nothing is left for its end */
	COMMAND_SHELL = 256,   /* reads command lines: shell; never one of those lines itself */
	COMMAND_USE = 512,     /* within a batch or shell: sets the target of the lines that follow */
	COMMAND_QUIT = 1024,   /* within a batch or shell: ends it */
};

struct command_spec {
	const char *name;
	const char *summary;     /* one line */
	const char *description; /* some sentences for "help COMMAND" */
	const struct argument_spec *args;
	size_t arg_count;
	const struct option_spec *options; /* its own, besides the global ones */
	size_t option_count;
	unsigned flags;
	unsigned needs;                /* enum need: what the kernel lets it do */
	int (*run)(struct context *c); /* NULL for COMMAND_SHELL, which is not run within one */
	const char *examples[3];
};

extern const struct command_spec cli_commands[];
extern const size_t cli_command_count;
extern const struct command_spec cli_line_commands[]; /* only within a batch or shell */
extern const size_t cli_line_command_count;
extern const struct option_spec cli_global_options[];
extern const size_t cli_global_option_count;

/* One parsed command line. */
struct invocation {
	const struct command_spec *command; /* NULL: none given */
	struct options opt;
	char **arg; /* points into argv */
	size_t arg_count;
};

enum { CLI_MAX_OPTIONS = 48 }; /* global ones and those of one command; a unit test holds the tables to it */

const struct command_spec *cli_find_command(const char *name);      /* exact; NULL */
const struct command_spec *cli_find_line_command(const char *name); /* the same among cli_line_commands */

/*
 * Parses argv (reordering it). Global options before and after the command; "--" ends options. ERR_USAGE with a hint on
 * failure; also then `json` and `pretty` are right if they were given anywhere, so that the error can be a document.
 * --help becomes the command "help" (with the command given as its argument). A command's arguments and target are
 * checked here, the values of its arguments by the command.
 */
int cli_parse(int argc, char **argv, struct invocation *out, struct err *e);

/*
 * The same for a line of a batch or shell, which also knows cli_line_commands. What the line does not say comes from
 * `defaults`; but a line that names a target takes nothing of theirs.
 */
int cli_parse_line(int argc, char **argv, const struct options *defaults, struct invocation *out, struct err *e);

void cli_words(const char *words, struct buf *out);            /* "auto, cca, sev" of "auto cca sev" */
void cli_usage(const struct command_spec *c, struct buf *out); /* "tsmctl set-state [OPTIONS] ...", no newline */
void cli_help_short(struct buf *out);                          /* usage and commands: for an empty command line */
void cli_help(struct buf *out);                                /* tsmctl --help */
void cli_help_command(const struct command_spec *c, struct buf *out); /* tsmctl help COMMAND */
int cmd_help(struct context *c);
int cmd_completion(struct context *c);
bool cli_complete(const char *shell, struct buf *out); /* the whole completion script; false: no such shell */
int cmd_schema(struct context *c);
int cmd_use(struct context *c);
int cmd_quit(struct context *c);

/* Parses, runs, prints; returns the exit status. `layer`: see kernel.h; NULL: none. */
int cli_main(int argc, char **argv, const struct kernel_layer *layer);

#endif
