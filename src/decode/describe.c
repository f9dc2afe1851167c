// SPDX-License-Identifier: GPL-2.0-or-later
/* What the descriptions of all kinds have in common. */
#include <stdio.h>

#include "decode/kind.h"

/* A blank after so many bytes of a hash lets it fold at 80 columns. */
enum { DIGEST_LINE = 32, DIGEST_MAX = 64 };

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

/* `s` is not longer than DIGEST_MAX. */
static void digest_line(struct node *parent, const char *key, const char *label, struct bytes in, struct span s)
{
	char text[2 * DIGEST_MAX + DIGEST_MAX / DIGEST_LINE] = "";
	size_t i, len = 0;

	for (i = 0; i < s.len; i++)
		len += (size_t)snprintf(text + len, sizeof(text) - len, "%s%02x", i && i % DIGEST_LINE == 0 ? " " : "",
					in.data[s.offset + i]);
	text_only(node_text(parent, key, label, text));
}

void digest_describe(struct node *parent, const char *key, const char *label, struct bytes in, struct span s)
{
	if (!s.len) {
		node_null(parent, key, NULL);
		return;
	}
	json_only(node_bytes(parent, key, NULL, in.data + s.offset, s.len));
	s.len = s.len < DIGEST_MAX ? s.len : DIGEST_MAX;
	digest_line(parent, key, label, in, s);
}
