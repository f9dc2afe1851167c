// SPDX-License-Identifier: GPL-2.0-or-later
#include <inttypes.h>
#include <stdio.h>

#include "decode/kind.h"
#include "decode/report.h"

#define COUNT(array) (sizeof(array) / sizeof(*(array)))

enum { PAGE_SHIFT = 12, INFO_SHOWN = 4096 };

static const struct column range_columns[] = {
	{"range", "RANGE", false, false}, {"reported_address", "REPORTED ADDRESS", false, false},
	{"size", "SIZE", true, false},    {"id", "ID", true, false},
	{"bar", "BAR", true, false},      {"attributes", "ATTRIBUTES", false, true},
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

/* Whether the range lies inside the BAR as the machine at hand sees it. */
static bool inside(const struct evidence_bar *bar, uint64_t address, uint64_t size)
{
	return bar->size && address >= bar->start && size <= bar->size && address - bar->start <= bar->size - size;
}

/* The BAR that a range falls into, -1: none that is known; `*by` tells how it was found. */
static int find_bar(const struct evidence_function *f, const struct report_range *range, const char **by)
{
	uint64_t address, size = (uint64_t)range->pages << PAGE_SHIFT;
	int i;

	*by = "address";
	for (i = 0; size && report_range_address(range, &address) && i < EVIDENCE_BARS; i++)
		if (inside(&f->bar[i], address, size))
			return i;
	/* Reported addresses carry an offset, so that they need not be those of the machine. */
	*by = "id";
	return range->id < EVIDENCE_BARS && f->bar[range->id].size >= size && size ? range->id : -1;
}

static void describe_bar(struct node *row, const struct evidence_function *f, const struct report_range *range)
{
	const char *by = NULL;
	int bar = f ? find_bar(f, range, &by) : -1;

	if (bar < 0)
		node_null(row, "bar", NULL);
	else
		node_count(row, "bar", NULL, (uint64_t)bar);
	node_text(row, "bar_by", NULL, bar < 0 ? NULL : by);
}

static void check_bar(const struct evidence_function *f, const struct report_range *range, size_t number,
		      struct anomalies *warnings)
{
	uint64_t size = (uint64_t)range->pages << PAGE_SHIFT;

	if (f && range->id < EVIDENCE_BARS && f->bar[range->id].size && size > f->bar[range->id].size)
		anomaly_add(warnings, range->offset,
			    "range %zu has 0x%" PRIx64 " bytes, BAR %u of the function 0x%" PRIx64, number, size,
			    range->id, f->bar[range->id].size);
}

static void describe_range(struct node *row, size_t number, const struct report_range *range,
			   const struct evidence_function *f)
{
	uint64_t address;

	node_count(row, "range", NULL, number);
	if (report_range_address(range, &address))
		node_hex(row, "reported_address", NULL, address, 16);
	else
		node_null(row, "reported_address", NULL);
	node_hex(row, "first_page", NULL, range->first_page, 16);
	node_count(row, "pages", NULL, range->pages);
	node_size(row, "size", NULL, (uint64_t)range->pages << PAGE_SHIFT);
	describe_attributes(row, range->attributes);
	node_count(row, "id", NULL, range->id);
	describe_bar(row, f, range);
}

static void describe_ranges(struct node *decoded, struct bytes in, const struct tdisp_report *r,
			    const struct evidence_function *f, struct findings *found)
{
	struct node *table = node_table(decoded, "ranges", NULL, range_columns, COUNT(range_columns));
	size_t i, count = r->ranges.len / REPORT_RANGE_SIZE;

	for (i = 0; i < count && row_fits(i); i++) {
		struct report_range range = report_range_at(in, r, i);

		describe_range(node_object(table, NULL, NULL), i + 1, &range, f);
		check_bar(f, &range, i + 1, &found->warnings);
	}
	rows_end(&found->anomalies, count, r->ranges.offset + i * REPORT_RANGE_SIZE, "ranges");
	if (count)
		node_note(decoded, "Addresses carry the TSM's reporting offset; they are not physical ones. "
				   "The ID is the device's own; Linux takes it for the number of the BAR.");
}

/* All of it for programs; for people as much as they would read. */
static void describe_device_info(struct node *decoded, struct bytes in, const struct tdisp_report *r)
{
	const struct span *s = &r->device_info;
	size_t shown = s->len < INFO_SHOWN ? s->len : INFO_SHOWN;

	if (!r->has_info) {
		node_null(decoded, "device_info", NULL);
		return;
	}
	json_only(node_bytes(decoded, "device_info", NULL, in.data + s->offset, s->len));
	if (shown)
		text_only(node_bytes(decoded, NULL, "Device specific information", in.data + s->offset, shown));
	if (shown < s->len)
		node_note(decoded, "These are the first bytes of %zu; --json and --hex show all.", s->len);
}

void report_describe(struct bytes in, const struct evidence_context *context, struct node *decoded)
{
	struct findings f = {0};
	struct tdisp_report r;

	report_parse(in, &r, &f.anomalies);
	describe_message(decoded, &r);
	info_flags(decoded, r.interface_info);
	info_lines(decoded, r.interface_info);
	controls_describe(decoded, &r);
	describe_ranges(decoded, in, &r, context->function, &f);
	describe_device_info(decoded, in, &r);
	json_only(node_size(decoded, "trailing", NULL, r.trailing.len));
	findings_describe(decoded, &f);
}
