// SPDX-License-Identifier: GPL-2.0-or-later
/* --columns: names from the command line against the tables of a record. */
#include <stdlib.h>
#include <string.h>

#include "fmt/layout.h"
#include "util/text.h"

struct name {
	const char *text; /* not terminated */
	size_t len;
};

/* Cuts the next name off a comma-separated list; the list is NULL after the last one. */
static bool next_name(const char **list, struct name *out)
{
	const char *text = *list;
	size_t len;

	if (!text)
		return false;
	len = strcspn(text, ",");
	*list = text[len] ? text + len + 1 : NULL;
	while (len > 0 && *text == ' ') {
		text++;
		len--;
	}
	while (len > 0 && text[len - 1] == ' ')
		len--;
	*out = (struct name){text, len};
	return true;
}

static bool is_called(const char *text, struct name name)
{
	return text && strlen(text) == name.len && text_begins_alike(text, name.text, name.len);
}

static const struct column *find_column(const struct node *table, struct name name)
{
	for (size_t i = 0; i < table->column_count; i++) {
		const struct column *c = &table->columns[i];

		if (is_called(c->key, name) || is_called(c->heading, name))
			return c;
	}
	return NULL;
}

/* Whether any table at or below `n` has the column. */
static bool has_column(const struct node *n, struct name name)
{
	const struct node *child;

	if (!node_is_container(n))
		return false;
	if (node_is_table(n))
		return find_column(n, name);
	for (child = first_in_text(n); child; child = next_in_text(child)) {
		if (has_column(child, name))
			return true;
	}
	return false;
}

static void list_columns(const struct node *n, struct buf *out)
{
	const struct node *child;

	if (!node_is_container(n))
		return;
	if (!node_is_table(n)) {
		for (child = first_in_text(n); child; child = next_in_text(child))
			list_columns(child, out);
		return;
	}
	for (size_t i = 0; i < n->column_count; i++)
		buf_printf(out, "%s%s", out->len ? ", " : "", n->columns[i].key);
}

static int unknown_column(const struct record *r, struct name name, struct err *e)
{
	struct buf known = {0};

	err_set(e, ERR_USAGE, "USAGE", "unknown column '%.*s'", (int)(name.len < 64 ? name.len : 64), name.text);
	list_columns(&r->root, &known);
	if (known.len > 0 && !known.failed)
		err_hint(e, "The columns are %s.", known.data);
	else
		err_hint(e, "This command prints no table; leave --columns out.");
	buf_free(&known);
	return -1;
}

int columns_check(const struct record *r, const char *names, struct err *e)
{
	struct name name;

	while (next_name(&names, &name))
		if (!has_column(&r->root, name))
			return unknown_column(r, name, e);
	return 0;
}

static size_t count_names(const char *names)
{
	struct name name;
	size_t count = 0;

	while (next_name(&names, &name))
		count++;
	return count;
}

const struct column **columns_choose(const struct node *table, const char *names, size_t *count, bool *chosen)
{
	size_t room = table->column_count + count_names(names);
	const struct column **list = calloc(room ? room : 1, sizeof(*list));
	struct name name;

	if (!list)
		return NULL;
	*count = 0;
	while (next_name(&names, &name)) {
		list[*count] = find_column(table, name);
		*count += list[*count] != NULL;
	}
	*chosen = *count > 0;
	if (*chosen)
		return list;
	for (size_t i = 0; i < table->column_count; i++)
		list[i] = &table->columns[i];
	*count = table->column_count;
	return list;
}
