/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The sinks. The record is complete before the first of them is called, so nothing reaches stdout before the command
 * knows its end. Each builds the document in memory; a large one leaves piece by piece, if the buffer has a drain: what
 * can fail then is the writing, and memory for the text of one field.
 */
#ifndef TSMCTL_FMT_SINK_H
#define TSMCTL_FMT_SINK_H

#include <stdbool.h>

#include "fmt/record.h"
#include "util/buf.h"
#include "util/err.h"

struct text_options {
	unsigned width;      /* columns of the terminal; 80 where unknown; never below 20 */
	bool headings;       /* false with --no-headings */
	bool color;          /* decided by the caller: only then are escape sequences written */
	const char *columns; /* --columns: comma-separated keys or headings; NULL for all that are not empty */
	bool aligned;        /* columns are as wide as their headings, shown or not: documents of one row each align */
};

/* Who speaks; stands around every JSON document. */
struct envelope {
	const char *command; /* "info"; NULL before a command was recognised: null */
	const char *backend; /* "kernel", "sim", "replay" */
	unsigned long line;  /* where the command stands in its batch; 0: in none */
};

/*
 * Title, "Label  value" lines (two blanks of indent, values aligned, folded), tables, notes, hex dumps, in the order of
 * the record. An unknown name in `columns` fails with ERR_USAGE and the names that exist.
 */
int text_render(const struct record *r, const struct text_options *o, struct buf *out, struct err *e);

/* {"schema":"tsmctl/1","command":...,"backend":...,"data":{...}} and a newline; indented if `pretty`. */
int json_render(const struct record *r, const struct envelope *v, bool pretty, struct buf *out, struct err *e);

/* The same with "error": code, class, exit, message, hint, object, kernel, tsm_code, uncertain. */
int json_render_error(const struct err *what, const struct envelope *v, bool pretty, struct buf *out, struct err *e);

struct error_options {
	const char *place; /* "FILE:12", said before OBJECT; NULL: nothing */
	unsigned width;    /* as in text_options */
	bool whole;        /* the message stays on one line: no terminal would break it, and a grep may look for it */
};

/* "tsmctl: PLACE: OBJECT: MESSAGE (CODE)", then kernel sentence and hint on lines indented by two; folded. */
void text_render_error(const struct err *what, const struct error_options *o, struct buf *out);

/* An error where there is no memory to render it: what it is, without its words. Takes no memory itself. */
enum { SINK_STARVED = 640 };
void json_starved_error(const struct err *what, const struct envelope *v, char out[SINK_STARVED]);
void text_starved_error(const struct err *what, char out[SINK_STARVED]);

/* Appends `text`, escaped and folded, and a newline. */
void text_paragraph(const char *text, unsigned width, struct buf *out);

/* Offset, 16 bytes, ASCII column, as hexdump -C prints them but without folding of equal lines and final offset line.
 */
void hex_dump(struct buf *out, const void *bytes, size_t len, unsigned indent);

/*
 * Appends text that may be hostile: C0/C1 controls, invalid UTF-8 and bidirectional marks become \\xNN or \\u{NNNN},
 * and all that is not ASCII where the user's locale is not UTF-8.
 */
void text_escape(struct buf *out, const void *bytes, size_t len);

/* For a sink whose buffer failed: -1, with `e` as the drain has set it, or out of memory. */
int output_failed(struct err *e);

/*
 * Writes `b` to descriptor `fd` completely. ENOSPC, EIO ... are errors (ERR_FAILED); EPIPE too, but with code "EPIPE",
 * which the caller ends quietly.
 */
int output_write(int fd, const struct buf *b, struct err *e);

#endif
