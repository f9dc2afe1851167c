// SPDX-License-Identifier: GPL-2.0-or-later
/* What the descriptions of all kinds have in common. */
#include "decode/kind.h"

static const struct column anomaly_columns[] = {
	{"offset", "OFFSET", true, false},
	{"what", "ANOMALY", false, true},
};

static const struct column warning_columns[] = {
	{"offset", "OFFSET", true, false},
	{"what", "WARNING", false, true},
};

static void describe_list(struct node *table, const struct anomalies *a, const char *what)
{
	struct node *row;
	size_t i;

	for (i = 0; i < a->kept; i++) {
		row = node_object(table, NULL, NULL);
		node_count(row, "offset", NULL, a->at[i].offset);
		node_text(row, "what", NULL, a->at[i].what);
	}
	if (a->dropped) {
		row = node_object(table, NULL, NULL);
		node_null(row, "offset", NULL);
		node_textf(row, "what", NULL, "further %s: %zu", what, a->dropped);
	}
}

void findings_describe(struct node *decoded, const struct findings *f)
{
	describe_list(node_table(decoded, "warnings", NULL, warning_columns, 2), &f->warnings, "warnings");
	describe_list(node_table(decoded, "anomalies", NULL, anomaly_columns, 2), &f->anomalies, "anomalies");
}

void rows_end(struct anomalies *a, size_t rows, size_t offset, const char *what)
{
	if (rows > ROWS_MAX)
		anomaly_limit(a, offset, "%s not listed: %zu of %zu", what, rows - ROWS_MAX, rows);
}

void hex_words(struct buf *out, struct bytes in, struct span s, size_t size)
{
	struct span word;

	for (word = span_take(&s, size); word.len; word = span_take(&s, size)) {
		buf_hex(out, in.data + word.offset, word.len);
		if (s.len)
			buf_char(out, ' ');
	}
}

/* A serial number or SHA-1 stays in one piece. */
enum { SHORT = 20 };

void digest_describe(struct node *parent, const char *key, const char *label, struct bytes in, struct span s)
{
	struct buf text = {0};

	if (!s.len) {
		node_null(parent, key, NULL);
		return;
	}
	json_only(node_bytes(parent, key, NULL, in.data + s.offset, s.len));
	hex_words(&text, in, s, s.len <= SHORT ? s.len : HEX_FIELD_WORD);
	text_only(node_text_buf(parent, key, label, &text));
}
