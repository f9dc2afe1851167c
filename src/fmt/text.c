// SPDX-License-Identifier: GPL-2.0-or-later
#include <string.h>

#include "fmt/escape.h"
#include "fmt/layout.h"

enum { STEP = 2, LABEL_GAP = 2, LEAST_WIDTH = 20 };

static void render_node(struct text *t, const struct node *n);

/* A line "Label  value". */
static bool is_field(const struct node *n)
{
	return n->label && n->type != NODE_NULL && n->type != NODE_BYTES && value_is_plain(n);
}

static bool is_dump(const struct node *n)
{
	return n->label && n->type == NODE_BYTES;
}

/* Whether text shows anything of the node. */
static bool is_shown(const struct node *n)
{
	const struct node *child;

	if (is_field(n) || is_dump(n) || n->note)
		return true;
	if (!node_is_container(n))
		return false;
	if (node_is_table(n))
		return first_in_text(n);
	for (child = first_in_text(n); child; child = next_in_text(child))
		if (is_shown(child))
			return true;
	return false;
}

/* Whether text shows tables and notes only, which then stand at the left margin. */
static bool is_bare(const struct node *parent)
{
	const struct node *n;

	for (n = first_in_text(parent); n; n = next_in_text(n)) {
		if (n->label && is_shown(n))
			return false;
		if (node_is_container(n) && !node_is_table(n) && !is_bare(n))
			return false;
	}
	return true;
}

/* Escapes into the scratch buffer. Returns the columns that it takes. */
static size_t scratch_escape(struct text *t, const char *bytes, size_t len)
{
	buf_reset(&t->scratch);
	text_escape(&t->scratch, bytes, len);
	return t->scratch.failed ? 0 : text_columns(t->scratch.data, t->scratch.len);
}

/* Prints the scratch buffer, its first line from `column` on, later ones from `indent`. */
static void fold_scratch(struct text *t, size_t column, size_t indent, const char *color)
{
	struct fold f = {.column = column, .indent = indent, .width = t->width, .color = color};

	if (!t->scratch.failed)
		fold_text(t->out, t->scratch.data, t->scratch.len, &f);
}

static void print_field(struct text *t, const struct node *n, size_t label_width)
{
	size_t column = t->indent + label_width + LABEL_GAP;
	size_t label = scratch_escape(t, n->label, strlen(n->label));

	buf_repeat(t->out, ' ', t->indent);
	fold_scratch(t, 0, 0, NULL);
	buf_reset(&t->scratch);
	if (!value_text(&t->scratch, n) && n->type == NODE_LIST) {
		buf_reset(&t->scratch);
		buf_text(&t->scratch, "none");
	}
	if (t->scratch.len > 0) {
		buf_repeat(t->out, ' ', label_width + LABEL_GAP - label);
		fold_scratch(t, column, column, value_color(t, n));
	}
	buf_char(t->out, '\n');
}

/* Prints the fields that have gathered, aligned with each other. */
static void end_run(struct text *t)
{
	const struct node *const *fields = (const void *)t->run.data;
	size_t count = t->run.len / sizeof(*fields);
	size_t width = 0;

	if (count == 0)
		return;
	for (size_t i = 0; i < count; i++) {
		size_t label = scratch_escape(t, fields[i]->label, strlen(fields[i]->label));

		width = label > width ? label : width;
	}
	begin_block(t);
	for (size_t i = 0; i < count; i++)
		print_field(t, fields[i], width);
	buf_reset(&t->run);
}

static void print_note(struct text *t, const struct node *n)
{
	begin_block(t);
	buf_repeat(t->out, ' ', t->indent);
	scratch_escape(t, n->bytes, n->len);
	fold_scratch(t, t->indent, t->indent, NULL);
	buf_char(t->out, '\n');
}

static void print_dump(struct text *t, const struct node *n)
{
	begin_block(t);
	buf_repeat(t->out, ' ', t->indent);
	text_escape(t->out, n->label, strlen(n->label));
	buf_printf(t->out, ": %zu %s\n", n->len, n->len == 1 ? "byte" : "bytes");
	hex_dump(t->out, n->bytes, n->len, t->indent);
}

/* The elements of a list are blocks of their own; the fields of an object stand where it stands. */
static void render_children(struct text *t, const struct node *parent)
{
	const struct node *n;

	for (n = first_in_text(parent); n; n = next_in_text(n)) {
		render_node(t, n);
		if (parent->type == NODE_LIST)
			end_run(t);
	}
}

static void render_body(struct text *t, const struct node *n)
{
	if (node_is_table(n))
		table_render(t, n);
	else
		render_children(t, n);
}

/* A container with a label: a caption, and below it, further right, what it holds. */
static void render_section(struct text *t, const struct node *n)
{
	begin_block(t);
	buf_repeat(t->out, ' ', t->indent);
	text_escape(t->out, n->label, strlen(n->label));
	buf_char(t->out, '\n');
	t->attached = true;
	t->indent += STEP;
	render_body(t, n);
	end_run(t);
	t->indent -= STEP;
	t->attached = false;
}

static void render_node(struct text *t, const struct node *n)
{
	if (!is_shown(n))
		return;
	if (is_field(n)) {
		buf_add(&t->run, &n, sizeof(n));
		return;
	}
	if (n->type == NODE_OBJECT && !n->label) {
		render_children(t, n);
		return;
	}
	end_run(t);
	if (n->note)
		print_note(t, n);
	else if (is_dump(n))
		print_dump(t, n);
	else if (n->label)
		render_section(t, n);
	else
		render_body(t, n);
}

static void print_title(struct text *t, const struct node *title)
{
	scratch_escape(t, title->bytes, title->len);
	fold_scratch(t, 0, STEP, NULL);
	buf_char(t->out, '\n');
	t->begun = true;
}

int text_render(const struct record *r, const struct text_options *o, struct buf *out, struct err *e)
{
	struct text t = {.options = o, .out = out};
	bool failed;

	if (r->failed)
		return err_oom(e);
	if (o->columns && columns_check(r, o->columns, e))
		return -1;
	t.width = o->width > LEAST_WIDTH ? o->width : LEAST_WIDTH;
	t.indent = r->title || !is_bare(&r->root) ? STEP : 0;
	if (r->title)
		print_title(&t, r->title);
	render_children(&t, &r->root);
	end_run(&t);
	failed = out->failed || t.run.failed || t.scratch.failed;
	buf_free(&t.run);
	buf_free(&t.scratch);
	return failed ? output_failed(e) : 0;
}
