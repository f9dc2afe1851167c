// SPDX-License-Identifier: GPL-2.0-or-later
#include <string.h>

#include "fmt/layout.h"

#define ARRAY_LEN(a) (sizeof(a) / sizeof((a)[0]))

#define GREEN  "\033[32m"
#define RED    "\033[31m"
#define YELLOW "\033[33m"

static const struct {
	const char *word;
	const char *color;
} state_colors[] = {
	{"ok", GREEN}, {"pass", GREEN}, {"run", GREEN},      {"missing", RED},       {"denied", RED},
	{"fail", RED}, {"error", RED},  {"unknown", YELLOW}, {"incomplete", YELLOW}, {"locked", YELLOW},
};

static bool add_null(struct buf *out, const struct node *n)
{
	(void)n;
	buf_char(out, '-');
	return false;
}

static bool add_bool(struct buf *out, const struct node *n)
{
	buf_text(out, n->number ? "yes" : "no");
	return true;
}

static bool add_count(struct buf *out, const struct node *n)
{
	buf_printf(out, "%llu", (unsigned long long)n->number);
	return true;
}

/* In the largest unit that leaves no remainder. */
static bool add_size(struct buf *out, const struct node *n)
{
	static const char *const units[] = {"B", "KiB", "MiB", "GiB", "TiB"};
	uint64_t size = n->number;
	size_t unit = 0;

	while (size != 0 && size % 1024 == 0 && unit + 1 < ARRAY_LEN(units)) {
		size /= 1024;
		unit++;
	}
	buf_printf(out, "%llu %s", (unsigned long long)size, units[unit]);
	return true;
}

static bool add_hex(struct buf *out, const struct node *n)
{
	buf_printf(out, "0x%0*llx", (int)n->digits, (unsigned long long)n->number);
	return true;
}

static bool add_text(struct buf *out, const struct node *n)
{
	text_escape(out, n->bytes, n->len);
	return n->len > 0;
}

static bool add_bytes(struct buf *out, const struct node *n)
{
	buf_hex(out, n->bytes, n->len);
	return n->len > 0;
}

static bool add_list(struct buf *out, const struct node *n)
{
	const char *comma = "";
	const struct node *child;

	for (child = first_in_text(n); child; child = next_in_text(child)) {
		if (node_is_container(child))
			continue;
		buf_text(out, comma);
		value_text(out, child);
		comma = ", ";
	}
	if (!*comma)
		buf_char(out, '-');
	return *comma;
}

bool value_text(struct buf *out, const struct node *n)
{
	static bool (*const writers[])(struct buf *, const struct node *) = {
		[NODE_NULL] = add_null,   [NODE_BOOL] = add_bool, [NODE_COUNT] = add_count, [NODE_SIZE] = add_size,
		[NODE_HEX] = add_hex,     [NODE_TEXT] = add_text, [NODE_STATE] = add_text,  [NODE_BYTES] = add_bytes,
		[NODE_OBJECT] = add_null, [NODE_LIST] = add_list,
	};

	return writers[n->type](out, n);
}

bool value_is_plain(const struct node *n)
{
	const struct node *child;

	if (!node_is_container(n))
		return true;
	if (n->type == NODE_OBJECT || n->columns)
		return false;
	for (child = first_in_text(n); child; child = next_in_text(child)) {
		if (node_is_container(child))
			return false;
	}
	return true;
}

const char *value_color(const struct text *t, const struct node *n)
{
	if (!t->options->color || n->type != NODE_STATE)
		return NULL;
	for (size_t i = 0; i < ARRAY_LEN(state_colors); i++)
		if (!strcmp(n->bytes, state_colors[i].word))
			return state_colors[i].color;
	return NULL;
}
