// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdio.h>
#include <string.h>

#include "fmt/escape.h"
#include "fmt/layout.h"

enum { INDENT = 2 };

/* ENOENT and its like; a symbol of our own says nothing that the sentence does not say. */
static bool is_errno_name(const char *code)
{
	return code[0] == 'E' && code[1] >= 'A' && code[1] <= 'Z';
}

static void add_escaped(struct buf *out, const char *text)
{
	text_escape(out, text, strlen(text));
}

/* A line of its own for `text`, after `lead`. */
static void add_line(struct buf *out, const char *lead, const char *text, unsigned width)
{
	struct fold f = {.column = INDENT, .indent = INDENT, .width = width};
	struct buf line = {0};

	buf_text(&line, lead);
	add_escaped(&line, text);
	buf_repeat(out, ' ', INDENT);
	if (line.failed)
		out->failed = true;
	else
		fold_text(out, line.data, line.len, &f);
	buf_char(out, '\n');
	buf_free(&line);
}

static void add_first_line(const struct err *what, const char *place, struct buf *out)
{
	buf_text(out, "tsmctl: ");
	if (place) {
		add_escaped(out, place);
		buf_text(out, ": ");
	}
	if (what->object[0]) {
		add_escaped(out, what->object);
		buf_text(out, ": ");
	}
	add_escaped(out, what->message);
	if (is_errno_name(what->code)) {
		buf_text(out, " (");
		add_escaped(out, what->code);
		buf_char(out, ')');
	}
	buf_char(out, '\n');
}

void text_render_error(const struct err *what, unsigned width, struct buf *out)
{
	text_render_error_at(what, NULL, width, out);
}

void text_render_error_at(const struct err *what, const char *place, unsigned width, struct buf *out)
{
	char code[24];

	add_first_line(what, place, out);
	if (what->kernel[0])
		add_line(out, "kernel: ", what->kernel, width);
	if (what->has_tsm_code) {
		snprintf(code, sizeof(code), "0x%llx", (unsigned long long)what->tsm_code);
		add_line(out, "TSM code ", code, width);
	}
	if (what->uncertain)
		add_line(out, "", "The change may have taken effect; do not repeat it blindly.", width);
	if (what->hint[0])
		add_line(out, "", what->hint, width);
}
