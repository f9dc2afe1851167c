// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdio.h>

#include "decode/kind.h"
#include "decode/report.h"

#define COUNT(array) (sizeof(array) / sizeof(*(array)))

/* Fields of the MSI-X Message Control and the TPH Requester Control registers. */
enum {
	MSIX_TABLE_SIZE = 0x07ff, /* less 1 */
	MSIX_FUNCTION_MASK = 1 << 14,
	MSIX_ENABLE = 1 << 15,
	TPH_ST_MODE = 7,
	TPH_ENABLE_SHIFT = 8,
	TPH_ENABLE = 3,
};

static const struct column range_columns[] = {
	{"range", "RANGE", false, false},
	{"reported_address", "REPORTED ADDRESS", false, false},
	{"size", "SIZE", true, false},
	{"id", "ID", true, false},
	{"attributes", "ATTRIBUTES", false, true},
};

static const struct attribute {
	uint16_t bit;
	const char *name;  /* JSON */
	const char *title; /* text */
} attributes[] = {
	{RANGE_MSIX_TABLE, "msix_table", "MSI-X table"},
	{RANGE_MSIX_PBA, "msix_pba", "MSI-X PBA"},
	{RANGE_NON_TEE, "non_tee", "non-TEE"},
	{RANGE_UPDATABLE, "updatable", "updatable"},
};

const char *report_shape(struct bytes in)
{
	struct tdisp_report r;

	if (report_parse(in, &r, NULL))
		return NULL;
	return r.in_message ? "tdisp-message" : "report";
}

static void describe_message(struct node *decoded, const struct tdisp_report *r)
{
	const struct tdisp_message *m = &r->message;
	struct node *o;

	if (!r->in_message) {
		node_null(decoded, "tdisp_message", NULL);
		return;
	}
	o = node_only(node_object(decoded, "tdisp_message", NULL), NODE_JSON_ONLY);
	node_hex(o, "version", NULL, m->version, 2);
	node_hex(o, "function_id", NULL, m->function_id, 8);
	node_count(o, "portion_length", NULL, m->portion);
	node_count(o, "remainder_length", NULL, m->remainder);
	text_only(node_textf(decoded, "tdisp_message", "TDISP message",
			     "version %u.%u, function 0x%08x, portion %u B, remainder %u B", m->version >> 4,
			     m->version & 0xf, m->function_id, m->portion, m->remainder));
}

static void info_flags(struct node *decoded, uint16_t info)
{
	static const struct {
		const char *key;
		uint16_t bit;
	} flags[] = {
		{"dma_without_pasid", REPORT_DMA_NO_PASID},
		{"dma_with_pasid", REPORT_DMA_PASID},
		{"ats", REPORT_ATS},
		{"prs", REPORT_PRS},
		{"xt_mode", REPORT_XT_MODE},
	};
	size_t i;

	json_only(node_hex(decoded, "interface_info", NULL, info, 4));
	node_bool(decoded, "firmware_update_permitted", NULL, !(info & REPORT_NO_FW_UPDATE));
	for (i = 0; i < COUNT(flags); i++)
		node_bool(decoded, flags[i].key, NULL, info & flags[i].bit);
	json_only(node_hex(decoded, "reserved_bits", NULL, info & REPORT_INFO_RESERVED, 4));
}

static const char *on_off(unsigned bit)
{
	return bit ? "on" : "off";
}

static void info_lines(struct node *decoded, uint16_t info)
{
	static const char *const dma[] = {"none", "without PASID", "with PASID", "without and with PASID"};

	text_only(node_textf(decoded, NULL, "Firmware update", "%spermitted in LOCKED and RUN",
			     info & REPORT_NO_FW_UPDATE ? "not " : ""));
	text_only(node_text(decoded, NULL, "DMA", dma[info / REPORT_DMA_NO_PASID & 3]));
	text_only(
		node_textf(decoded, NULL, "ATS, PRS", "%s, %s", on_off(info & REPORT_ATS), on_off(info & REPORT_PRS)));
	text_only(node_text(decoded, NULL, "XT mode", on_off(info & REPORT_XT_MODE)));
	if (info & REPORT_INFO_RESERVED)
		text_only(node_hex(decoded, NULL, "Reserved bits", info & REPORT_INFO_RESERVED, 4));
}

static void describe_msix(struct node *decoded, uint16_t control)
{
	json_only(node_hex(decoded, "msix_message_control", NULL, control, 4));
	if (control)
		text_only(node_textf(decoded, NULL, "MSI-X control", "0x%04x: %s, %u vectors%s", control,
				     control & MSIX_ENABLE ? "enabled" : "disabled", (control & MSIX_TABLE_SIZE) + 1,
				     control & MSIX_FUNCTION_MASK ? ", all masked" : ""));
	else
		text_only(node_hex(decoded, NULL, "MSI-X control", 0, 4));
}

static void describe_tph(struct node *decoded, uint32_t control)
{
	json_only(node_hex(decoded, "tph_control", NULL, control, 8));
	if (control)
		text_only(node_textf(decoded, NULL, "TPH control", "0x%08x: requester enable %u, ST mode %u", control,
				     control >> TPH_ENABLE_SHIFT & TPH_ENABLE, control & TPH_ST_MODE));
	else
		text_only(node_hex(decoded, NULL, "TPH control", 0, 8));
}

static void describe_controls(struct node *decoded, const struct tdisp_report *r)
{
	describe_msix(decoded, r->msix_message_control);
	node_hex(decoded, "lnr_control", "LNR control", r->lnr_control, 4);
	describe_tph(decoded, r->tph_control);
	node_only(node_hex(decoded, "reserved", "Reserved word", r->reserved, 4), r->reserved ? 0 : NODE_JSON_ONLY);
}

/* The text cell: "MSI-X table, updatable, reserved 0x0010". */
static void attribute_cell(struct node *row, uint16_t raw)
{
	char text[96] = "";
	size_t i, len = 0;

	for (i = 0; i < COUNT(attributes); i++)
		if (raw & attributes[i].bit)
			len += (size_t)snprintf(text + len, sizeof(text) - len, "%s%s", len ? ", " : "",
						attributes[i].title);
	if (raw & RANGE_RESERVED)
		snprintf(text + len, sizeof(text) - len, "%sreserved 0x%04x", len ? ", " : "", raw & RANGE_RESERVED);
	text_only(node_text(row, "attributes", NULL, *text ? text : NULL));
}

static void describe_attributes(struct node *row, uint16_t raw)
{
	struct node *list = node_only(node_list(row, "attributes", NULL), NODE_JSON_ONLY);
	size_t i;

	for (i = 0; i < COUNT(attributes); i++)
		if (raw & attributes[i].bit)
			node_text(list, NULL, NULL, attributes[i].name);
	attribute_cell(row, raw);
	node_hex(row, "attributes_raw", NULL, raw, 4);
}

static void describe_range(struct node *row, size_t number, const struct report_range *range)
{
	uint64_t address;

	node_count(row, "range", NULL, number);
	if (report_range_address(range, &address))
		node_hex(row, "reported_address", NULL, address, 16);
	else
		node_null(row, "reported_address", NULL);
	node_hex(row, "first_page", NULL, range->first_page, 16);
	node_count(row, "pages", NULL, range->pages);
	node_size(row, "size", NULL, (uint64_t)range->pages << 12);
	describe_attributes(row, range->attributes);
	node_count(row, "id", NULL, range->id);
}

static void describe_ranges(struct node *decoded, struct bytes in, const struct tdisp_report *r, struct anomalies *a)
{
	struct node *table = node_table(decoded, "ranges", NULL, range_columns, COUNT(range_columns));
	size_t i, count = r->ranges.len / REPORT_RANGE_SIZE;

	for (i = 0; i < count && row_fits(i); i++) {
		struct report_range range = report_range_at(in, r, i);

		describe_range(node_object(table, NULL, NULL), i + 1, &range);
	}
	rows_end(a, count, r->ranges.offset + i * REPORT_RANGE_SIZE, "ranges");
	if (count)
		node_note(decoded, "Addresses carry the TSM's reporting offset; they are not physical ones. "
				   "The ID is the device's own; Linux takes it for the number of the BAR.");
}

static void describe_device_info(struct node *decoded, struct bytes in, const struct tdisp_report *r)
{
	const struct span *s = &r->device_info;

	if (r->has_info)
		node_bytes(decoded, "device_info", s->len ? "Device specific information" : NULL, in.data + s->offset,
			   s->len);
	else
		node_null(decoded, "device_info", NULL);
}

void report_describe(struct bytes in, struct node *decoded)
{
	struct anomalies a = {0};
	struct tdisp_report r;

	report_parse(in, &r, &a);
	describe_message(decoded, &r);
	info_flags(decoded, r.interface_info);
	info_lines(decoded, r.interface_info);
	describe_controls(decoded, &r);
	describe_ranges(decoded, in, &r, &a);
	describe_device_info(decoded, in, &r);
	json_only(node_size(decoded, "trailing", NULL, r.trailing.len));
	anomalies_describe(decoded, &a);
}
