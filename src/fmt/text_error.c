// SPDX-License-Identifier: GPL-2.0-or-later
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "fmt/escape.h"
#include "fmt/layout.h"

enum { INDENT = 2 };

static const char uncertain[] = "The change may have taken effect; do not repeat it blindly.";

/* ENOENT and its like; a symbol of our own says nothing that the sentence does not say. */
static bool is_errno_name(const char *code)
{
	return code[0] == 'E' && code[1] >= 'A' && code[1] <= 'Z';
}

static void add_escaped(struct buf *out, const char *text)
{
	text_escape(out, text, strlen(text));
}

/* A paragraph of its own: `text` is escaped already, its first line begins at column `indent`. */
static void add_folded(struct buf *out, const struct buf *text, size_t indent, size_t later_indent, unsigned width)
{
	struct fold f = {.column = indent, .indent = later_indent, .width = width};

	buf_repeat(out, ' ', indent);
	if (text->failed)
		out->failed = true;
	else
		fold_text(out, text->data ? text->data : "", text->len, &f);
	buf_char(out, '\n');
}

/* A line of its own for `text`, after `lead`. */
static void add_line(struct buf *out, const char *lead, const char *text, unsigned width)
{
	struct buf line = {0};

	buf_text(&line, lead);
	add_escaped(&line, text);
	add_folded(out, &line, INDENT, INDENT, width);
	buf_free(&line);
}

static void add_message(const struct err *what, const struct error_options *o, struct buf *out)
{
	struct buf line = {0};

	buf_text(&line, "tsmctl: ");
	if (o->place) {
		add_escaped(&line, o->place);
		buf_text(&line, ": ");
	}
	if (what->object[0]) {
		add_escaped(&line, what->object);
		buf_text(&line, ": ");
	}
	add_escaped(&line, what->message);
	if (is_errno_name(what->code)) {
		buf_text(&line, " (");
		add_escaped(&line, what->code);
		buf_char(&line, ')');
	}
	add_folded(out, &line, 0, 2 * INDENT, o->whole ? UINT_MAX : o->width);
	buf_free(&line);
}

void text_render_error(const struct err *what, const struct error_options *o, struct buf *out)
{
	char code[24];

	add_message(what, o, out);
	if (what->kernel[0])
		add_line(out, "kernel: ", what->kernel, o->width);
	if (what->has_tsm_code) {
		snprintf(code, sizeof(code), "0x%llx", (unsigned long long)what->tsm_code);
		add_line(out, "TSM code ", code, o->width);
	}
	if (what->uncertain)
		add_line(out, "", uncertain, o->width);
	if (what->hint[0])
		add_line(out, "", what->hint, o->width);
}

void text_paragraph(const char *text, unsigned width, struct buf *out)
{
	struct buf escaped = {0};

	add_escaped(&escaped, text);
	add_folded(out, &escaped, 0, 0, width);
	buf_free(&escaped);
}

void text_starved_error(const struct err *what, char out[SINK_STARVED])
{
	snprintf(out, SINK_STARVED, "tsmctl: there is no memory to say more (%s)\n%*s%s%s", what->code, INDENT, "",
		 what->uncertain ? uncertain : "Free some memory and run the command again.", "\n");
}
