// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdlib.h>
#include <string.h>

#include "fmt/escape.h"
#include "fmt/layout.h"

enum { GAP = 2, BARE_INDENT = 2 };

struct cell {
	size_t off; /* of its text in the table's `text` */
	size_t len;
	size_t width; /* in columns */
	const char *color;
};

struct table {
	struct text *t;
	const struct node *node;
	const struct column **columns; /* those that are printed; owned */
	size_t *widths;                /* of each; owned */
	size_t count;
	struct cell *cells; /* `rows` for each column; owned */
	size_t rows;
	struct buf text; /* of all cells */
	size_t indent;
};

static size_t count_rows(const struct node *n)
{
	const struct node *row;
	size_t rows = 0;

	for (row = first_in_text(n); row; row = next_in_text(row))
		rows++;
	return rows;
}

static const struct node *find_field(const struct node *row, const char *key)
{
	const struct node *field;

	if (row->type != NODE_OBJECT)
		return NULL;
	for (field = first_in_text(row); field; field = next_in_text(field))
		if (field->key && !strcmp(field->key, key))
			return field;
	return NULL;
}

/* Returns whether there is a value. */
static bool fill_cell(struct table *b, struct cell *c, const struct node *field)
{
	bool present;

	*c = (struct cell){.off = b->text.len};
	if (!field)
		return false;
	present = value_text(&b->text, field);
	if (b->text.failed || b->text.len == c->off)
		return false;
	c->len = b->text.len - c->off;
	while (c->len > 0 && b->text.data[c->off + c->len - 1] == ' ')
		c->len--;
	c->width = text_columns(b->text.data + c->off, c->len);
	c->color = value_color(b->t, field);
	return present;
}

/* Returns whether any row has a value. */
static bool fill_column(struct table *b, size_t i)
{
	const struct text_options *o = b->t->options;
	const char *heading = b->columns[i]->heading;
	struct cell *c = b->cells + i * b->rows;
	const struct node *row;
	bool present = false;

	b->widths[i] = heading && (o->headings || o->aligned) ? text_columns(heading, strlen(heading)) : 0;
	for (row = first_in_text(b->node); row; row = next_in_text(row), c++) {
		present |= fill_cell(b, c, find_field(row, b->columns[i]->key));
		if (c->width > b->widths[i])
			b->widths[i] = c->width;
	}
	return present;
}

/* Drops columns without any value, unless the user asked for them. */
static void fill_columns(struct table *b, bool chosen)
{
	size_t kept = 0;

	for (size_t i = 0; i < b->count; i++) {
		b->columns[kept] = b->columns[i];
		if (fill_column(b, kept) || chosen)
			kept++;
	}
	b->count = kept;
}

static bool has_headings(const struct table *b)
{
	for (size_t i = 0; i < b->count; i++)
		if (b->columns[i]->heading)
			return true;
	return false;
}

/* Prints what stands in column `i`, which begins at `column`. */
static void print_cell(const struct table *b, size_t i, size_t column, const char *text, const struct cell *c)
{
	const struct column *definition = b->columns[i];
	size_t padding = b->widths[i] - c->width;
	struct fold f = {.column = column, .indent = column, .width = SIZE_MAX, .color = c->color};
	struct buf *out = b->t->out;

	if (definition->wrap && i + 1 == b->count)
		f.width = b->t->width;
	if (definition->right)
		buf_repeat(out, ' ', padding);
	fold_text(out, text, c->len, &f);
	if (!definition->right)
		buf_repeat(out, ' ', padding);
}

static void end_line(struct buf *out)
{
	while (out->len > 0 && out->data[out->len - 1] == ' ')
		out->len--;
	buf_char(out, '\n');
}

static void print_headings(const struct table *b)
{
	size_t column = b->indent;

	buf_repeat(b->t->out, ' ', b->indent);
	for (size_t i = 0; i < b->count; i++) {
		const char *heading = b->columns[i]->heading ? b->columns[i]->heading : "";
		size_t len = strlen(heading);
		struct cell c = {.len = len, .width = text_columns(heading, len)};

		print_cell(b, i, column, heading, &c);
		buf_repeat(b->t->out, ' ', GAP);
		column += b->widths[i] + GAP;
	}
	end_line(b->t->out);
}

static void print_row(const struct table *b, size_t row)
{
	size_t column = b->indent;

	buf_repeat(b->t->out, ' ', b->indent);
	for (size_t i = 0; i < b->count; i++) {
		const struct cell *c = &b->cells[i * b->rows + row];

		print_cell(b, i, column, b->text.data + c->off, c);
		buf_repeat(b->t->out, ' ', GAP);
		column += b->widths[i] + GAP;
	}
	end_line(b->t->out);
}

static void print_table(struct table *b)
{
	begin_block(b->t);
	if (b->t->options->headings && has_headings(b))
		print_headings(b);
	for (size_t row = 0; row < b->rows; row++) {
		print_row(b, row);
		buf_pass(b->t->out);
	}
}

void table_render(struct text *t, const struct node *table)
{
	struct table b = {.t = t, .node = table, .rows = count_rows(table)};
	bool chosen;

	if (b.rows == 0)
		return;
	b.columns = columns_choose(table, t->options->columns, &b.count, &chosen);
	b.widths = calloc(b.count + 1, sizeof(*b.widths));
	b.cells = b.count < SIZE_MAX / b.rows ? calloc(b.count * b.rows + 1, sizeof(*b.cells)) : NULL;
	if (b.columns && b.widths && b.cells) {
		/* A table that is meant to have no headings stands like fields. */
		b.indent = t->indent > 0 || has_headings(&b) ? t->indent : BARE_INDENT;
		fill_columns(&b, chosen);
		if (b.count > 0 && !b.text.failed)
			print_table(&b);
		t->out->failed |= b.text.failed;
	} else {
		t->out->failed = true;
	}
	buf_free(&b.text);
	free(b.cells);
	free(b.widths);
	free(b.columns);
}
