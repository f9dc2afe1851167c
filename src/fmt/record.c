// SPDX-License-Identifier: GPL-2.0-or-later
/* Nodes and their strings live in an arena: a record is built with a handful of allocations and freed with as many. */
#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fmt/node.h"

enum { BLOCK_SIZE = 8192 };

struct block {
	struct block *next;
	max_align_t bytes[];
};

struct adopted {
	struct adopted *next;
	char *memory;
	size_t len;
};

/* Takes a new block of the arena, large enough for `size` bytes. */
static bool add_block(struct record *r, size_t size)
{
	size_t cap = size > BLOCK_SIZE ? size : BLOCK_SIZE;
	struct block *b;

	if (size > SIZE_MAX / 2)
		return false;
	b = malloc(sizeof(*b) + cap);
	if (!b)
		return false;
	b->next = r->blocks;
	r->blocks = b;
	r->free = (char *)b->bytes;
	r->left = cap;
	return true;
}

/* `size` bytes aligned for any object, or NULL with the record marked as failed. */
static void *take(struct record *r, size_t size)
{
	const size_t align = _Alignof(struct node);
	char *p;

	if (r->failed || size > SIZE_MAX - align)
		goto fail;
	size = (size + align - 1) / align * align;
	if (size > r->left && !add_block(r, size))
		goto fail;
	p = r->free;
	r->free += size;
	r->left -= size;
	return p;
fail:
	r->failed = true;
	return NULL;
}

static const char *keep(struct record *r, const void *bytes, size_t len)
{
	char *p = len < SIZE_MAX ? take(r, len + 1) : NULL;

	if (!p) {
		r->failed = true;
		return NULL;
	}
	if (len > 0)
		memcpy(p, bytes, len);
	p[len] = '\0';
	return p;
}

/* Whether the record owns these bytes without a copy. */
static bool is_adopted(const struct record *r, const void *bytes, size_t len)
{
	const struct adopted *a;

	for (a = r->adopted; a; a = a->next) {
		size_t at = (uintptr_t)bytes - (uintptr_t)a->memory;

		if (at <= a->len && len <= a->len - at)
			return true;
	}
	return false;
}

bool record_adopt(struct record *r, void *memory, size_t len)
{
	struct adopted *a = take(r, sizeof(*a));

	if (!a)
		return false;
	*a = (struct adopted){.next = r->adopted, .memory = memory, .len = len};
	r->adopted = a;
	return true;
}

static const char *keep_text(struct record *r, const char *text)
{
	return text ? keep(r, text, strlen(text)) : NULL;
}

struct record *record_new(void)
{
	struct record *r = calloc(1, sizeof(*r));

	if (!r)
		return NULL;
	r->root.record = r;
	r->root.type = NODE_OBJECT;
	r->dummy = r->root;
	return r;
}

void record_free(struct record *r)
{
	struct adopted *a;

	if (!r)
		return;
	for (a = r->adopted; a; a = a->next)
		free(a->memory);
	while (r->blocks) {
		struct block *next = r->blocks->next;

		free(r->blocks);
		r->blocks = next;
	}
	free(r);
}

void record_fail(struct record *r)
{
	r->failed = true;
}

struct node *record_root(struct record *r)
{
	return &r->root;
}

/* A node in no list, or the record's dummy. */
static struct node *new_node(struct record *r, enum node_type type, const char *key, const char *label)
{
	struct node *n = take(r, sizeof(*n));

	if (!n)
		return &r->dummy;
	memset(n, 0, sizeof(*n));
	n->record = r;
	n->type = type;
	n->key = keep_text(r, key);
	n->label = keep_text(r, label);
	return r->failed ? &r->dummy : n;
}

static struct node *append(struct node *parent, struct node *n)
{
	if (n == &n->record->dummy)
		return n;
	if (parent->last)
		parent->last->next = n;
	else
		parent->first = n;
	parent->last = n;
	return n;
}

static struct node *add(struct node *parent, enum node_type type, const char *key, const char *label)
{
	assert(node_is_container(parent));
	return append(parent, new_node(parent->record, type, key, label));
}

static struct node *add_number(struct node *parent, enum node_type type, const char *key, const char *label,
			       uint64_t number)
{
	struct node *n = add(parent, type, key, label);

	if (!n->record->failed)
		n->number = number;
	return n;
}

static struct node *add_bytes(struct node *parent, enum node_type type, const char *key, const char *label,
			      const void *bytes, size_t len)
{
	struct node *n = add(parent, type, key, label);
	const char *own = len && is_adopted(n->record, bytes, len) ? bytes : keep(n->record, bytes, len);

	if (!own)
		return &n->record->dummy;
	n->bytes = own;
	n->len = len;
	return n;
}

static struct node *add_formatted(struct node *parent, const char *key, const char *label, const char *fmt, va_list ap)
{
	struct record *r = parent->record;
	struct node *n;
	char *text;
	int len;

	if (r->failed)
		return &r->dummy;
	len = vasprintf(&text, fmt, ap);
	if (len < 0) {
		r->failed = true;
		return &r->dummy;
	}
	n = add_bytes(parent, NODE_TEXT, key, label, text, (size_t)len);
	free(text);
	return n;
}

void record_title(struct record *r, const char *fmt, ...)
{
	struct node place = {.record = r, .type = NODE_OBJECT};
	va_list ap;

	va_start(ap, fmt);
	r->title = add_formatted(&place, NULL, NULL, fmt, ap);
	va_end(ap);
}

struct node *node_null(struct node *parent, const char *key, const char *label)
{
	return add(parent, NODE_NULL, key, label);
}

struct node *node_bool(struct node *parent, const char *key, const char *label, bool value)
{
	return add_number(parent, NODE_BOOL, key, label, value);
}

struct node *node_count(struct node *parent, const char *key, const char *label, uint64_t value)
{
	return add_number(parent, NODE_COUNT, key, label, value);
}

struct node *node_size(struct node *parent, const char *key, const char *label, uint64_t bytes)
{
	return add_number(parent, NODE_SIZE, key, label, bytes);
}

struct node *node_hex(struct node *parent, const char *key, const char *label, uint64_t value, unsigned digits)
{
	struct node *n = add_number(parent, NODE_HEX, key, label, value);

	n->digits = digits < 16 ? digits : 16;
	return n;
}

struct node *node_text(struct node *parent, const char *key, const char *label, const char *value)
{
	if (!value)
		return node_null(parent, key, label);
	return add_bytes(parent, NODE_TEXT, key, label, value, strlen(value));
}

struct node *node_textf(struct node *parent, const char *key, const char *label, const char *fmt, ...)
{
	struct node *n;
	va_list ap;

	va_start(ap, fmt);
	n = add_formatted(parent, key, label, fmt, ap);
	va_end(ap);
	return n;
}

struct node *node_textn(struct node *parent, const char *key, const char *label, const void *bytes, size_t len)
{
	return add_bytes(parent, NODE_TEXT, key, label, bytes, len);
}

struct node *node_text_buf(struct node *parent, const char *key, const char *label, struct buf *text)
{
	struct node *n;

	parent->record->failed |= text->failed;
	n = node_textn(parent, key, label, text->data, text->len);
	buf_free(text);
	return n;
}

struct node *node_state(struct node *parent, const char *key, const char *label, const char *word)
{
	if (!word)
		return node_null(parent, key, label);
	return add_bytes(parent, NODE_STATE, key, label, word, strlen(word));
}

struct node *node_bytes(struct node *parent, const char *key, const char *label, const void *bytes, size_t len)
{
	return add_bytes(parent, NODE_BYTES, key, label, bytes, len);
}

struct node *node_object(struct node *parent, const char *key, const char *label)
{
	return add(parent, NODE_OBJECT, key, label);
}

struct node *node_list(struct node *parent, const char *key, const char *label)
{
	return add(parent, NODE_LIST, key, label);
}

struct node *node_table(struct node *parent, const char *key, const char *label, const struct column *columns,
			size_t count)
{
	struct node *n = add(parent, NODE_LIST, key, label);

	if (!n->record->failed) {
		n->columns = columns;
		n->column_count = count;
	}
	return n;
}

void node_note(struct node *parent, const char *fmt, ...)
{
	struct node *n;
	va_list ap;

	va_start(ap, fmt);
	n = add_formatted(parent, NULL, NULL, fmt, ap);
	va_end(ap);
	n->note = true;
	n->only = NODE_TEXT_ONLY;
}

struct node *node_only(struct node *n, unsigned which)
{
	n->only = which;
	return n;
}
