// SPDX-License-Identifier: GPL-2.0-or-later
/* What the descriptions of all kinds have in common. */
#include "decode/kind.h"
#include "util/buf.h"

/* Bytes of a hash on one line of text: a blank between two such groups lets it fold at 80 columns. */
enum { DIGEST_LINE = 32 };

static const struct column anomaly_columns[] = {
	{"offset", "OFFSET", true, false},
	{"what", "ANOMALY", false, true},
};

void anomalies_describe(struct node *decoded, const struct anomalies *a)
{
	struct node *table = node_table(decoded, "anomalies", NULL, anomaly_columns, 2);
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
		node_textf(row, "what", NULL, "further anomalies: %zu", a->dropped);
	}
}

void rows_end(struct anomalies *a, size_t rows, size_t offset, const char *what)
{
	if (rows > ROWS_MAX)
		anomaly_limit(a, offset, "%s not listed: %zu of %zu", what, rows - ROWS_MAX, rows);
}

void digest_describe(struct node *parent, const char *key, const char *label, struct bytes in, struct span s)
{
	struct buf text = {0};
	size_t at, len;

	if (!s.len) {
		node_null(parent, key, NULL);
		return;
	}
	json_only(node_bytes(parent, key, NULL, in.data + s.offset, s.len));
	for (at = 0; at < s.len; at += len) {
		len = s.len - at < DIGEST_LINE ? s.len - at : DIGEST_LINE;
		if (at)
			buf_char(&text, ' ');
		buf_hex(&text, in.data + s.offset + at, len);
	}
	text_only(node_textn(parent, key, label, text.data, text.len));
	buf_free(&text);
}
