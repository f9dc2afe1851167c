/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Completion scripts. Each is a file of completions/, which is embedded, and tables made from the commands and options;
 * complete.c walks them, and complete_<shell>.c says how a shell writes them.
 */
#ifndef TSMCTL_CLI_COMPLETE_H
#define TSMCTL_CLI_COMPLETE_H

#include "cli/cli.h"
#include "util/buf.h"

/* Adds what a shell writes for one option; `c` is NULL for a global one. */
typedef void complete_option(struct buf *out, const struct command_spec *c, const struct option_spec *o);

void complete_global_options(struct buf *out, complete_option *put);
void complete_own_options(struct buf *out, const struct command_spec *c, complete_option *put);
void complete_all_options(struct buf *out, complete_option *put);

/* " --NAME -LETTER" of an option that takes a value, for a list of them. */
complete_option complete_valued;

/* The text in single quotes; `mark` stands before each of the characters `special`. */
void complete_quote(struct buf *out, const char *text, const char *special, char mark);

void complete_bash(struct buf *out);
void complete_zsh(struct buf *out);
void complete_fish(struct buf *out);

#endif
