/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How the text sink puts words on a terminal: values, folding, blocks with a blank line between them. */
#ifndef TSMCTL_FMT_LAYOUT_H
#define TSMCTL_FMT_LAYOUT_H

#include <stdbool.h>
#include <stddef.h>

#include "fmt/node.h"
#include "fmt/sink.h"
#include "util/buf.h"

/* The state of one text_render(). A failed allocation anywhere shows in one of the buffers at the end. */
struct text {
	const struct text_options *options;
	struct buf *out;
	bool begun;      /* something stands above the next block */
	unsigned width;  /* columns of a line */
	unsigned indent; /* of the block at hand */
	bool attached;   /* the next block follows its caption without a blank line */
	struct buf run;  /* the fields that wait for their common alignment: array of const struct node * */
	struct buf scratch;
};

/* Where folded text stands. */
struct fold {
	size_t column; /* where it begins; its later lines begin at `indent` */
	size_t indent;
	size_t width;
	const char *color; /* escape sequence put around the text of every line; NULL: none */
};

/*
 * Appends text that is escaped already, broken at blanks to stay within the width; a longer word stays whole. No
 * newline at the end and no trailing blanks.
 */
void fold_text(struct buf *out, const char *text, size_t len, const struct fold *f);

/*
 * Appends the value of a field or a table's cell as people read it, escaped, on one line. Returns false if there is
 * none to speak of: null ("-"), an empty string or list, an object (nothing).
 */
bool value_text(struct buf *out, const struct node *n);

/* Whether a node is a value on one line: a scalar, or a list of scalars. */
bool value_is_plain(const struct node *n);

/* The escape sequence for a state that has a colour, NULL for anything else or where colour is not wanted. */
const char *value_color(const struct text *t, const struct node *n);

/* Ends what precedes: a blank line, except at the start of the document and under a caption. */
void begin_block(struct text *t);

/* Prints a table as a block. */
void table_render(struct text *t, const struct node *table);

/* Checks that each name of a --columns list belongs to some table of the record. */
int columns_check(const struct record *r, const char *names, struct err *e);

/*
 * The columns of `table` in the order to print them: all of them, or, where it has any of those in `names` (NULL:
 * none), those in that order; `*chosen` says which. The caller frees the array. NULL: out of memory.
 */
const struct column **columns_choose(const struct node *table, const char *names, size_t *count, bool *chosen);

#endif
