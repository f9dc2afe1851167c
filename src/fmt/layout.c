// SPDX-License-Identifier: GPL-2.0-or-later
#include "fmt/layout.h"

#include "fmt/escape.h"

#define COLOR_OFF "\033[0m"

/* Text folded into fewer columns than this would be harder to read than a line that the terminal breaks. */
enum { LEAST_ROOM = 16 };

static size_t word_length(const char *text, size_t len)
{
	size_t n = 0;

	while (n < len && text[n] == ' ')
		n++;
	while (n < len && text[n] != ' ')
		n++;
	return n;
}

/* How many bytes of `text` go on a line of `room` columns: whole words, at least one. */
static size_t line_length(const char *text, size_t len, size_t room)
{
	size_t fits = word_length(text, len);
	size_t used = text_columns(text, fits);

	while (fits < len) {
		size_t word = word_length(text + fits, len - fits);

		used += text_columns(text + fits, word);
		if (used > room)
			break;
		fits += word;
	}
	return fits;
}

static void add_colored(struct buf *out, const char *text, size_t len, const char *color)
{
	while (len > 0 && text[len - 1] == ' ')
		len--;
	if (!color || len == 0) {
		buf_add(out, text, len);
		return;
	}
	buf_text(out, color);
	buf_add(out, text, len);
	buf_text(out, COLOR_OFF);
}

void fold_text(struct buf *out, const char *text, size_t len, const struct fold *f)
{
	size_t column = f->column;

	while (len > 0) {
		size_t room = f->width > column + LEAST_ROOM ? f->width - column : LEAST_ROOM;
		size_t n = line_length(text, len, room);

		add_colored(out, text, n, f->color);
		while (n < len && text[n] == ' ')
			n++;
		text += n;
		len -= n;
		if (len > 0) {
			buf_char(out, '\n');
			buf_repeat(out, ' ', f->indent);
			column = f->indent;
		}
	}
}

void begin_block(struct text *t)
{
	buf_pass(t->out);
	if (t->begun && !t->attached)
		buf_char(t->out, '\n');
	t->begun = true;
	t->attached = false;
}
