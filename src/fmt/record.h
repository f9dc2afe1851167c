/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The one thing that a command produces: a tree of typed fields with, here and there, a hint for people.
 * Text, table, JSON and hex are sinks of the same record; a command never prints.
 *
 * A node has a key (JSON) and a label (text). label NULL: not shown among the "Label  value" lines of the text sink
 * (JSON only, or shown as a table cell). NODE_TEXT_ONLY: never in JSON. Elements of a list have key NULL.
 * All strings and bytes are copied, but those in memory that the record took over; the record owns everything. After a
 * failed allocation the record remembers it, every further call is a no-op that returns a usable dummy, and the sinks
 * fail with ENOMEM.
 */
#ifndef TSMCTL_FMT_RECORD_H
#define TSMCTL_FMT_RECORD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "util/buf.h"

enum node_type {
	NODE_NULL,  /* absent: null in JSON, "-" in a table, no line in text */
	NODE_BOOL,  /* true/false; "yes"/"no" in text */
	NODE_COUNT, /* a JSON number: counts, indices, sizes below 2^53 by nature */
	NODE_SIZE,  /* bytes: a JSON number; "1591 B", "16 KiB" (only when exact) in text */
	NODE_HEX,   /* addresses, masks, ids: "0x..." of `digits` digits, both in JSON and in text */
	NODE_TEXT,  /* a string; may come from a device: escaped in every sink */
	NODE_STATE, /* a word for which colour may be used on a terminal: ok, missing, run, error, pass, fail ... */
	NODE_BYTES, /* bare lower-case hex in JSON; a hex dump in text where it has a label */
	NODE_OBJECT,
	NODE_LIST,
};

enum { NODE_TEXT_ONLY = 1, NODE_JSON_ONLY = 2 };

struct node; /* a place in a record where fields can be added */

/* One column of a table: the cells are the fields of each row with this key. */
struct column {
	const char *key;
	const char *heading; /* NULL in every column: a table without a heading line */
	bool right;          /* align right: numbers and sizes */
	bool wrap;           /* the last column: fold at the terminal's width, continuation lines indented */
};

struct record;

struct record *record_new(void); /* NULL: out of memory */
void record_free(struct record *r);
struct node *record_root(struct record *r); /* the object that becomes "data" */

/*
 * Takes over `memory` of `len` bytes, from malloc(). Bytes and texts inside it are then part of the record without a
 * copy: an object of 16 MiB is there once. False, and the memory stays the caller's, when memory is out.
 */
bool record_adopt(struct record *r, void *memory, size_t len);

/* The sentence above everything else in text: "0000:01:00.0: TDI under tsm0 (Arm CCA)". */
void record_title(struct record *r, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* Fields. `parent` is an object or a list. Each returns the new node. */
struct node *node_null(struct node *parent, const char *key, const char *label);
struct node *node_bool(struct node *parent, const char *key, const char *label, bool value);
struct node *node_count(struct node *parent, const char *key, const char *label, uint64_t value);
struct node *node_size(struct node *parent, const char *key, const char *label, uint64_t bytes);
struct node *node_hex(struct node *parent, const char *key, const char *label, uint64_t value, unsigned digits);
struct node *node_text(struct node *parent, const char *key, const char *label, const char *value); /* NULL: null */
struct node *node_textf(struct node *parent, const char *key, const char *label, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));
struct node *node_textn(struct node *parent, const char *key, const char *label, const void *bytes, size_t len);
/* Something that belongs to the record could not be built: it fails as if its own memory had run out. */
void record_fail(struct record *r);

/* Takes over `text` and frees its memory; if building it failed, the record has failed. */
struct node *node_text_buf(struct node *parent, const char *key, const char *label, struct buf *text);
struct node *node_state(struct node *parent, const char *key, const char *label, const char *word);
struct node *node_bytes(struct node *parent, const char *key, const char *label, const void *bytes, size_t len);
struct node *node_object(struct node *parent, const char *key, const char *label);
struct node *node_list(struct node *parent, const char *key, const char *label);

/* A list of objects that text shows as a table. `columns` must outlive the record (static const). */
struct node *node_table(struct node *parent, const char *key, const char *label, const struct column *columns,
			size_t count);

/* Text only: a paragraph after what stands above it, folded at the terminal's width. */
void node_note(struct node *parent, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* Restricts a node (and what is below it) to one kind of sink: NODE_TEXT_ONLY or NODE_JSON_ONLY. Returns it. */
struct node *node_only(struct node *n, unsigned which);

#endif
