// SPDX-License-Identifier: GPL-2.0-or-later
#include "decode/opaque.h"
#include "decode/value.h"

static const struct column element_columns[] = {
	{"element", "OPAQUE", true, false},
	{"vendor", "VENDOR", false, false},
	{"size", "SIZE", true, false},
	{"data", "DATA", false, true},
};

static const struct column field_columns[] = {
	{"type", "OPAQUE", true, false},
	{"name", "FIELD", false, false},
	{"size", "SIZE", true, false},
	{"data", "DATA", false, true},
};

enum { DATA_SHOWN = 64 };

/* The first bytes for people. */
static void data_cell(struct node *row, struct bytes in, struct span s)
{
	struct span shown = {s.offset, s.len < DATA_SHOWN ? s.len : DATA_SHOWN};
	struct buf data = {0};

	hex_words(&data, in, shown, HEX_FIELD_WORD);
	if (shown.len < s.len)
		buf_text(&data, " ...");
	text_only(node_text_buf(row, "data", NULL, &data));
}

static void element_cells(struct node *row, struct bytes in, const struct opaque_element *e)
{
	struct buf vendor = {0};

	vendor_id_text(in, &e->vendor, &vendor);
	text_only(node_text_buf(row, "vendor", NULL, &vendor));
	data_cell(row, in, e->data);
}

static void describe_elements(struct node *o, struct bytes in, const struct opaque *q)
{
	struct node *row, *table = node_table(o, "elements", NULL, element_columns, 4);
	struct span rest = q->elements;
	struct opaque_element e;
	unsigned number;

	for (number = 1; rest.len && opaque_next(in, &rest, &e); number++) {
		row = node_object(table, NULL, NULL);
		node_count(row, "element", NULL, number);
		vendor_id_describe(row, in, &e.vendor);
		node_count(row, "offset", NULL, e.data.offset);
		node_size(row, "size", NULL, e.data.len);
		json_only(node_bytes(row, "data", NULL, in.data + e.data.offset, e.data.len));
		element_cells(row, in, &e);
	}
}

/* Versions and names are text with a zero behind it. */
static bool is_text(struct bytes in, struct span s)
{
	size_t i, len = s.len;

	while (len && !in.data[s.offset + len - 1])
		len--;
	for (i = 0; i < len; i++)
		if (in.data[s.offset + i] < 0x20 || in.data[s.offset + i] > 0x7e)
			return false;
	return len > 1;
}

static void describe_field(struct node *row, struct bytes in, const struct opaque_field *f)
{
	node_count(row, "type", NULL, f->type);
	node_text(row, "name", NULL, f->name);
	node_count(row, "offset", NULL, f->data.offset);
	node_size(row, "size", NULL, f->data.len);
	json_only(node_bytes(row, "data", NULL, in.data + f->data.offset, f->data.len));
	if (is_text(in, f->data))
		text_only(node_textf(row, "data", NULL, "\"%.*s\"", (int)f->data.len,
				     (const char *)in.data + f->data.offset));
	else
		data_cell(row, in, f->data);
}

static void describe_fields(struct node *o, struct bytes in, const struct opaque *q)
{
	struct node *table = node_table(o, "fields", NULL, field_columns, 4);
	struct span rest = q->fields;
	struct opaque_field f;

	while (opaque_field_next(in, &rest, &f))
		describe_field(node_object(table, NULL, NULL), in, &f);
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
	describe_fields(opaque, in, &q);
}
