/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a kind of evidence must be able to do. Inside src/decode/ only; a new kind is a row of the table in evidence.c.
 */
#ifndef TSMCTL_DECODE_KIND_H
#define TSMCTL_DECODE_KIND_H

#include <stdbool.h>

#include "decode/anomaly.h"
#include "decode/evidence.h"
#include "decode/span.h"

/* Rows of one table, and parts of one object: as many as are told one by one. */
enum { ROWS_MAX = 4096 };

/* A list of parts while it grows; allocated by parts_add(). */
struct parts {
	struct evidence_parts *out;
	size_t cap;
	bool failed; /* out of memory */
};

/* What is odd about an object, and what it says that an operator should know: debug is on, for example. */
struct findings {
	struct anomalies anomalies;
	struct anomalies warnings;
	size_t elements; /* of all lists inside certificates, that are told */
	size_t modes;    /* device modes that are told bit by bit */
};

struct evidence_kind {
	/* Never called with an empty object. NULL: no shape fits. */
	const char *(*shape)(struct bytes in);
	/* The others are called with an object of a known shape only. */
	void (*describe)(struct bytes in, const struct evidence_context *context, struct node *decoded);
	void (*split)(struct bytes in, struct parts *p);
	const char *missing; /* what was not found where no shape fits */
};

const char *report_shape(struct bytes in);
void report_describe(struct bytes in, const struct evidence_context *context, struct node *decoded);
void report_split(struct bytes in, struct parts *p);

const char *chain_shape(struct bytes in);
void chain_describe(struct bytes in, const struct evidence_context *context, struct node *decoded);
void chain_split(struct bytes in, struct parts *p);

const char *vca_shape(struct bytes in);
void vca_describe(struct bytes in, const struct evidence_context *context, struct node *decoded);

const char *measurements_shape(struct bytes in);
void measurements_describe(struct bytes in, const struct evidence_context *context, struct node *decoded);

/*
 * In both, `signature_size` is what is known from elsewhere; 0: nothing.
 *
 * Walks over all messages for the anomalies among them, with `vca_first` also for the order of the first six. Returns
 * what follows the last message.
 */
struct span messages_check(struct bytes in, size_t signature_size, bool vca_first, struct anomalies *a);

/* Adds the table "messages". */
void messages_describe(struct node *decoded, struct bytes in, size_t signature_size, struct anomalies *a);

/* Both kinds that are made of SPDM messages, and a bare record. */
void spdm_split(struct bytes in, struct parts *p);

/* Marks a node as shown in text, or in JSON, only. */
static inline void text_only(struct node *n)
{
	node_only(n, NODE_TEXT_ONLY);
}

static inline void json_only(struct node *n)
{
	node_only(n, NODE_JSON_ONLY);
}

/*
 * Adds the piece `s`, which begins where the one before it ended; nothing is added for an empty one. Once ROWS_MAX
 * pieces are there, all further ones become a last part of the name "rest".
 */
void parts_add(struct parts *p, struct span s, const char *fmt, ...) __attribute__((format(printf, 3, 4)));

/* Adds the registers of a report. */
struct tdisp_report;
void controls_describe(struct node *decoded, const struct tdisp_report *r);

/* Adds version, capabilities and algorithms of the VCA that `in` begins with. */
void negotiation_describe(struct node *parent, struct bytes in);

/* Adds the lists "warnings" and "anomalies", also when there are none. */
void findings_describe(struct node *decoded, const struct findings *f);

/* True if there is room for row number `row` (from 0) of a table. */
static inline bool row_fits(size_t row)
{
	return row < ROWS_MAX;
}

/* Says in `a` how many rows a table lacks; `offset` is where the first of them is. */
void rows_end(struct anomalies *a, size_t rows, size_t offset, const char *what);

/* Appends hex digits with a blank after every `word` bytes, where text may be folded. */
void hex_words(struct buf *out, struct bytes in, struct span s, size_t word);

/* What fits the value column of a table, and beside a label, on a line of 80 columns. */
enum { HEX_TABLE_WORD = 32, HEX_FIELD_WORD = 16 };

/* A hash or a nonce, or a signature: bytes in JSON, digits in text. `s` empty: null. */
void digest_describe(struct node *parent, const char *key, const char *label, struct bytes in, struct span s);

#endif
