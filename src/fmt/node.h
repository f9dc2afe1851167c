/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The inside of a record, for the sinks alone. The depth of the tree is set by the code that builds it, never by
 * input, so a sink may recurse.
 */
#ifndef TSMCTL_FMT_NODE_H
#define TSMCTL_FMT_NODE_H

#include "fmt/record.h"

struct node {
	struct record *record;
	struct node *next; /* in the parent's list */
	const char *key;
	const char *label;
	enum node_type type;
	unsigned only;   /* 0, NODE_TEXT_ONLY or NODE_JSON_ONLY */
	unsigned digits; /* NODE_HEX */
	bool note;       /* a NODE_TEXT that stands as a paragraph of its own */
	union {
		uint64_t number; /* NODE_BOOL, NODE_COUNT, NODE_SIZE, NODE_HEX */
		struct {
			const char *bytes; /* NODE_TEXT, NODE_STATE, NODE_BYTES; a NUL follows a NODE_STATE */
			size_t len;
		};
		struct {
			struct node *first; /* NODE_OBJECT, NODE_LIST */
			struct node *last;
			const struct column *columns; /* NULL: not a table */
			size_t column_count;
		};
	};
};

struct block;   /* a piece of the arena */
struct adopted; /* memory that the record took over */

struct record {
	struct node root;
	struct node dummy; /* handed out after a failed allocation; in no list */
	const struct node *title;
	struct block *blocks;
	struct adopted *adopted;
	char *free; /* what is left of the newest block */
	size_t left;
	bool failed;
};

static inline bool node_is_table(const struct node *n)
{
	return n->type == NODE_LIST && n->columns;
}

static inline bool node_is_container(const struct node *n)
{
	return n->type == NODE_OBJECT || n->type == NODE_LIST;
}

/* `n` or the first of its later siblings that is not restricted to the other kind of sink; NULL: none. */
static inline const struct node *node_not_only(const struct node *n, unsigned other)
{
	while (n && n->only == other)
		n = n->next;
	return n;
}

/* The children of a container, one after the other, that text or JSON shows. */
static inline const struct node *first_in_text(const struct node *parent)
{
	return node_not_only(parent->first, NODE_JSON_ONLY);
}

static inline const struct node *next_in_text(const struct node *n)
{
	return node_not_only(n->next, NODE_JSON_ONLY);
}

static inline const struct node *first_in_json(const struct node *parent)
{
	return node_not_only(parent->first, NODE_TEXT_ONLY);
}

static inline const struct node *next_in_json(const struct node *n)
{
	return node_not_only(n->next, NODE_TEXT_ONLY);
}

#endif
