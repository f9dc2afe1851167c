// SPDX-License-Identifier: GPL-2.0-or-later
#include "decode/opaque.h"
#include "decode/value.h"

static const struct column element_columns[] = {
	{"element", "OPAQUE", true, false},
	{"vendor", "VENDOR", false, false},
	{"size", "SIZE", true, false},
	{"data", "DATA", false, true},
};

enum { DATA_SHOWN = 64 };

static void element_cells(struct node *row, struct bytes in, const struct opaque_element *e)
{
	struct span shown = {e->data.offset, e->data.len < DATA_SHOWN ? e->data.len : DATA_SHOWN};
	struct buf vendor = {0}, data = {0};

	vendor_id_text(in, &e->vendor, &vendor);
	text_only(node_text_buf(row, "vendor", NULL, &vendor));
	hex_words(&data, in, shown, HEX_FIELD_WORD);
	if (shown.len < e->data.len)
		buf_text(&data, " ...");
	text_only(node_text_buf(row, "data", NULL, &data));
}

static void describe_elements(struct node *o, struct bytes in, const struct opaque *q)
{
	struct node *row, *table = node_table(o, "elements", NULL, element_columns, 4);
	struct span rest = q->elements;
	struct opaque_element e;
	unsigned number;

	for (number = 1; q->format && opaque_next(in, &rest, &e); number++) {
		row = node_object(table, NULL, NULL);
		node_count(row, "element", NULL, number);
		vendor_id_describe(row, in, &e.vendor);
		node_count(row, "offset", NULL, e.data.offset);
		node_size(row, "size", NULL, e.data.len);
		json_only(node_bytes(row, "data", NULL, in.data + e.data.offset, e.data.len));
		element_cells(row, in, &e);
	}
}

void opaque_describe(struct node *o, struct bytes in, struct span where)
{
	struct opaque q = opaque_parse(in, where);
	struct node *opaque;

	if (!where.len) {
		node_null(o, "opaque", NULL);
		return;
	}
	opaque = node_object(o, "opaque", NULL);
	node_text(opaque, "format", NULL, q.format);
	node_bytes(opaque, "bytes", q.format ? NULL : "Opaque data", in.data + where.offset, where.len);
	describe_elements(opaque, in, &q);
}
