// SPDX-License-Identifier: GPL-2.0-or-later
#include "decode/report.h"

#include <inttypes.h>
#include <string.h>

#define PAGE_SHIFT 12

/* A bare report has its range count where the message has reserved zeros, so that a report with ranges is never
 * mistaken for a message, whatever its reserved bits. */
bool report_is_message(struct bytes in)
{
	static const uint8_t start[] = {0x10, 0x04, 0, 0};

	return in.len >= TDISP_HEADER_SIZE && !memcmp(in.data, start, sizeof(start)) && !le64(in.data + 8);
}

/* Leaves the portion in `rest`; returns what follows it. */
static struct span parse_message(struct bytes in, struct span *rest, struct tdisp_report *r, struct anomalies *a)
{
	struct tdisp_message *m = &r->message;
	struct span portion, after;

	m->version = in.data[0];
	m->function_id = le32(in.data + 4);
	m->portion = le16(in.data + 16);
	m->remainder = le16(in.data + 18);
	span_take(rest, TDISP_HEADER_SIZE);
	if (m->portion > rest->len)
		anomaly_add(a, 16, "portion of the report: %u bytes declared, %zu there", m->portion, rest->len);
	if (m->remainder)
		anomaly_add(a, 18, "one portion only; bytes of the report that remain with the device: %u",
			    m->remainder);
	after = *rest;
	portion = span_take(&after, m->portion);
	*rest = portion;
	return after;
}

static void parse_header(struct bytes in, struct tdisp_report *r)
{
	const uint8_t *p = in.data + r->header.offset;

	r->interface_info = le16(p);
	r->reserved = le16(p + 2);
	r->msix_message_control = le16(p + 4);
	r->lnr_control = le16(p + 6);
	r->tph_control = le32(p + 8);
	r->range_count = le32(p + 12);
}

/* False if the ranges end early; what follows has no known place then. */
static bool parse_ranges(struct span *rest, struct tdisp_report *r, struct anomalies *a)
{
	size_t there = rest->len / REPORT_RANGE_SIZE;
	bool all = there >= r->range_count;

	if (!all)
		anomaly_add(a, r->header.offset + 12, "MMIO ranges: %" PRIu32 " declared, %zu there", r->range_count,
			    there);
	r->ranges = span_take(rest, (all ? r->range_count : there) * REPORT_RANGE_SIZE);
	return all;
}

static void parse_device_info(struct bytes in, struct span *rest, struct tdisp_report *r, struct anomalies *a)
{
	if (rest->len < 4) {
		anomaly_add(a, rest->offset, "the report ends before the length of the device specific information");
		return;
	}
	r->has_info = true;
	r->info_length = le32(in.data + rest->offset);
	if (r->info_length > rest->len - 4)
		anomaly_add(a, rest->offset, "device specific information: %" PRIu32 " bytes declared, %zu there",
			    r->info_length, rest->len - 4);
	span_take(rest, 4);
	r->device_info = span_take(rest, r->info_length);
}

static void check_addresses(struct bytes in, const struct tdisp_report *r, struct anomalies *a)
{
	size_t i, count = r->ranges.len / REPORT_RANGE_SIZE;

	for (i = 0; a && i < count; i++) {
		struct report_range range = report_range_at(in, r, i);
		uint64_t address;

		if (!report_range_address(&range, &address))
			anomaly_add(a, range.offset,
				    "range %zu: page 0x%" PRIx64 " and its size exceed a 64-bit address", i + 1,
				    range.first_page);
	}
}

int report_parse(struct bytes in, struct tdisp_report *r, struct anomalies *a)
{
	struct span rest = {0, in.len};
	struct span after = {in.len, 0};

	memset(r, 0, sizeof(*r));
	r->in_message = report_is_message(in);
	if (r->in_message)
		after = parse_message(in, &rest, r, a);
	if (rest.len < REPORT_HEADER_SIZE)
		return -1;
	r->header = span_take(&rest, REPORT_HEADER_SIZE);
	parse_header(in, r);
	if (parse_ranges(&rest, r, a))
		parse_device_info(in, &rest, r, a);
	check_addresses(in, r, a);
	r->trailing = (struct span){rest.offset, rest.len + after.len};
	if (r->trailing.len)
		anomaly_add(a, r->trailing.offset, "trailing bytes: %zu", r->trailing.len);
	return 0;
}

struct report_range report_range_at(struct bytes in, const struct tdisp_report *r, size_t i)
{
	size_t offset = r->ranges.offset + i * REPORT_RANGE_SIZE;
	const uint8_t *p = in.data + offset;

	return (struct report_range){
		.offset = offset,
		.first_page = le64(p),
		.pages = le32(p + 8),
		.attributes = le16(p + 12),
		.id = le16(p + 14),
	};
}

bool report_range_address(const struct report_range *range, uint64_t *address)
{
	uint64_t size = (uint64_t)range->pages << PAGE_SHIFT;

	if (range->first_page > UINT64_MAX >> PAGE_SHIFT)
		return false;
	*address = range->first_page << PAGE_SHIFT;
	return !size || *address <= UINT64_MAX - (size - 1);
}
