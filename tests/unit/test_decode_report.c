// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdio.h>

#include "decode_build.h"

static void test_fields(void **state)
{
	struct buf b = {0};
	struct json_object *d;

	(void)state;
	put_report(&b);
	assert_string_equal(evidence_shape(EV_REPORT, built(&b)), "report");
	d = decode(EV_REPORT, &b);
	assert_string_equal(at(d, "/interface_info"), "0x0003");
	assert_string_equal(at(d, "/firmware_update_permitted"), "false");
	assert_string_equal(at(d, "/dma_without_pasid"), "true");
	assert_string_equal(at(d, "/dma_with_pasid"), "false");
	assert_string_equal(at(d, "/msix_message_control"), "0x8003");
	assert_string_equal(at(d, "/lnr_control"), "0x0007");
	assert_string_equal(at(d, "/tph_control"), "0x00000101");
	assert_string_equal(at(d, "/ranges/0/reported_address"), "0x0000000008000000");
	assert_string_equal(at(d, "/ranges/0/pages"), "4");
	assert_string_equal(at(d, "/ranges/0/size"), "16384");
	assert_string_equal(at(d, "/ranges/0/attributes/0"), "updatable");
	assert_string_equal(at(d, "/ranges/1/attributes"), "[ \"msix_table\", \"msix_pba\", \"non_tee\" ]");
	assert_string_equal(at(d, "/ranges/1/id"), "772");
	assert_string_equal(at(d, "/device_info"), "68656c6c6f");
	assert_string_equal(at(d, "/trailing"), "0");
	assert_string_equal(at(d, "/tdisp_message"), "null");
	assert_int_equal(count_at(d, "/anomalies"), 0);
	json_object_put(d);
	buf_free(&b);
}

static void test_each_info_bit(void **state)
{
	static const char *const keys[] = {
		"/firmware_update_permitted", "/dma_without_pasid", "/dma_with_pasid", "/ats", "/prs", "/xt_mode",
	};
	struct json_object *d;
	unsigned bit, i;

	(void)state;
	for (bit = 0; bit < 16; bit++) {
		struct buf b = {0};
		char reserved[16];

		put_report_header(&b, (uint16_t)(1u << bit), 0);
		put(&b, 0, 4);
		d = decode(EV_REPORT, &b);
		for (i = 0; i < 6; i++)
			assert_string_equal(at(d, keys[i]), (i == bit) != (i == 0) ? "true" : "false");
		snprintf(reserved, sizeof(reserved), "0x%04x", bit < 6 ? 0 : 1u << bit);
		assert_string_equal(at(d, "/reserved_bits"), reserved);
		json_object_put(d);
		buf_free(&b);
	}
}

static void test_text(void **state)
{
	struct buf b = {0};
	char *text;

	(void)state;
	put_report(&b);
	text = decoded_text(EV_REPORT, &b);
	assert_non_null(strstr(text, "Firmware update  not permitted in LOCKED and RUN\n"));
	assert_non_null(strstr(text, "DMA              without PASID\n"));
	assert_non_null(strstr(text, "ATS, PRS         off, off\n"));
	assert_non_null(strstr(text, "MSI-X control    0x8003: enabled, 4 vectors\n"));
	assert_non_null(strstr(text, "RANGE  REPORTED ADDRESS      SIZE   ID  ATTRIBUTES\n"));
	assert_non_null(strstr(text, "1      0x0000000008000000  16 KiB    2  updatable\n"));
	assert_non_null(strstr(text, "2      0x0000000010000000   4 KiB  772  MSI-X table, MSI-X PBA, non-TEE\n"));
	assert_non_null(strstr(text, "reporting offset; they are not physical ones"));
	assert_non_null(strstr(text, "68 65 6c 6c 6f"));
	assert_null(strstr(text, "ANOMALY"));
	free(text);
	buf_free(&b);
}

static void test_reserved_attributes_are_shown(void **state)
{
	struct buf b = {0};
	struct json_object *d;
	char *text;

	(void)state;
	put_report_header(&b, 0, 1);
	put_range(&b, 1, 1, 0x8018, 0);
	put(&b, 0, 4);
	d = decode(EV_REPORT, &b);
	text = decoded_text(EV_REPORT, &b);
	assert_string_equal(at(d, "/ranges/0/attributes_raw"), "0x8018");
	assert_int_equal(count_at(d, "/ranges/0/attributes"), 1);
	assert_non_null(strstr(text, "updatable, reserved 0x8010"));
	free(text);
	json_object_put(d);
	buf_free(&b);
}

static void test_message_around_it(void **state)
{
	struct buf b = {0}, report = {0};
	struct json_object *d;

	(void)state;
	put_report(&report);
	put_message(&b, 0x10, 0x04, 0, 0);
	put(&b, 0x0100beef, 4);
	put(&b, 0, 8);
	put(&b, report.len, 2);
	put(&b, 0, 2);
	buf_add(&b, report.data, report.len);
	assert_string_equal(evidence_shape(EV_REPORT, built(&b)), "tdisp-message");
	buf_text(&b, "tail");
	d = decode(EV_REPORT, &b);
	assert_string_equal(at(d, "/tdisp_message/function_id"), "0x0100beef");
	assert_string_equal(at(d, "/tdisp_message/portion_length"), "57");
	assert_string_equal(at(d, "/ranges/0/reported_address"), "0x0000000008000000");
	assert_string_equal(at(d, "/device_info"), "68656c6c6f");
	assert_string_equal(at(d, "/trailing"), "4");
	assert_string_equal(at(d, "/anomalies/0/offset"), "77");
	json_object_put(d);
	buf_free(&report);
	buf_free(&b);
}

static void test_message_of_one_portion(void **state)
{
	struct buf b = {0};
	struct json_object *d;

	(void)state;
	put_message(&b, 0x10, 0x04, 0, 0);
	put(&b, 0, 12);
	put(&b, 100, 2);
	put(&b, 36, 2);
	put_report_header(&b, 0, 0);
	put(&b, 0, 4);
	d = decode(EV_REPORT, &b);
	assert_int_equal(count_at(d, "/anomalies"), 2);
	assert_string_equal(at(d, "/anomalies/0/what"), "portion of the report: 100 bytes declared, 20 there");
	assert_string_equal(at(d, "/anomalies/1/offset"), "18");
	json_object_put(d);
	buf_free(&b);
}

/* Reserved bit 10 makes a report start like a message; its ranges tell it apart. */
static void test_report_that_looks_like_a_message(void **state)
{
	struct buf b = {0};

	(void)state;
	put_report_header(&b, 0x0410, 1);
	put_range(&b, 1, 1, 0, 0);
	put(&b, 0, 4);
	assert_string_equal(evidence_shape(EV_REPORT, built(&b)), "report");
	buf_free(&b);
}

static void test_address_overflow(void **state)
{
	static const struct {
		uint64_t page;
		uint32_t pages;
		bool fits;
	} ranges[] = {
		{UINT64_MAX >> 12, 1, true},
		{UINT64_MAX >> 12, 2, false},
		{(UINT64_MAX >> 12) + 1, 0, false},
		{UINT64_MAX, UINT32_MAX, false},
		{(UINT64_MAX >> 12) - UINT32_MAX + 1, UINT32_MAX, true},
		{(UINT64_MAX >> 12) - UINT32_MAX + 2, UINT32_MAX, false},
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(ranges) / sizeof(*ranges); i++) {
		struct buf b = {0};
		struct json_object *d;

		put_report_header(&b, 0, 1);
		put_range(&b, ranges[i].page, ranges[i].pages, 0, 0);
		put(&b, 0, 4);
		d = decode(EV_REPORT, &b);
		assert_int_equal(count_at(d, "/anomalies"), ranges[i].fits ? 0 : 1);
		if (!ranges[i].fits) {
			assert_string_equal(at(d, "/anomalies/0/offset"), "16");
			assert_string_equal(at(d, "/ranges/0/reported_address"), "null");
		}
		json_object_put(d);
		buf_free(&b);
	}
}

static void test_counts_beyond_the_end(void **state)
{
	struct buf b = {0}, info = {0};
	struct json_object *d;

	(void)state;
	put_report_header(&b, 0, UINT32_MAX);
	put_range(&b, 1, 1, 0, 0);
	put(&b, 0, 4);
	d = decode(EV_REPORT, &b);
	assert_int_equal(count_at(d, "/ranges"), 1);
	assert_string_equal(at(d, "/device_info"), "null");
	assert_string_equal(at(d, "/trailing"), "4");
	assert_string_equal(at(d, "/anomalies/0/what"), "MMIO ranges: 4294967295 declared, 1 there");
	json_object_put(d);

	put_report_header(&info, 0, 0);
	put(&info, UINT32_MAX, 4);
	buf_text(&info, "abc");
	d = decode(EV_REPORT, &info);
	assert_string_equal(at(d, "/device_info"), "616263");
	assert_string_equal(at(d, "/anomalies/0/offset"), "16");
	json_object_put(d);
	buf_free(&info);
	buf_free(&b);
}

static void test_too_short(void **state)
{
	struct buf b = {0};
	struct err e = {0};

	(void)state;
	put_report_header(&b, 0, 0);
	assert_null(decoded_json(EV_REPORT, (struct bytes){(uint8_t *)b.data, 15}, &e));
	assert_int_equal(e.class, ERR_EVIDENCE);
	assert_string_equal(evidence_shape(EV_REPORT, (struct bytes){(uint8_t *)b.data, 15}), "unknown");
	assert_string_equal(evidence_shape(EV_REPORT, (struct bytes){NULL, 0}), "empty");
	buf_free(&b);
}

/* The registers bit by bit. */
static void test_controls(void **state)
{
	struct buf b = {0};
	struct json_object *d;
	char *text;

	(void)state;
	put(&b, 0, 4);
	put(&b, 0xc7ff, 2);
	put(&b, 0x0502, 2);
	put(&b, 0x00000301 | 1, 4);
	put(&b, 0, 8);
	d = decode(EV_REPORT, &b);
	assert_string_equal(at(d, "/msix/vectors"), "2048");
	assert_string_equal(at(d, "/msix/enabled"), "true");
	assert_string_equal(at(d, "/msix/masked"), "true");
	assert_string_equal(at(d, "/lnr/enabled"), "false");
	assert_string_equal(at(d, "/lnr/cache_line"), "128");
	assert_string_equal(at(d, "/lnr/registration_limit"), "5");
	assert_string_equal(at(d, "/tph/st_mode_name"), "interrupt vector");
	assert_string_equal(at(d, "/tph/requester_enable_name"), "TPH and extended TPH");
	json_object_put(d);
	text = decoded_text(EV_REPORT, &b);
	assert_non_null(strstr(text, "0xc7ff: enabled, 2048 vectors, all masked\n"));
	assert_non_null(strstr(text, "0x0502: disabled, cache line 128 B, registration limit 5\n"));
	free(text);
	buf_free(&b);
}

/* A report with one range, decoded for a function with these BARs. */
static struct json_object *decode_range(uint64_t page, uint32_t pages, uint16_t id)
{
	static const struct evidence_function function = {
		.bar = {{0xe0000000, 0x2000}, {0}, {0x380000000000, 0x4000}, {0}, {UINT64_MAX - 0xffff, 0x10000}},
	};
	static const struct evidence_context context = {.function = &function};
	struct envelope v = {.command = "test", .backend = "sim"};
	struct json_object *document, *data;
	struct record *r = record_new();
	struct buf b = {0}, out = {0};
	struct err e = {0};

	put_report_header(&b, 0, 1);
	put_range(&b, page, pages, 0, id);
	put(&b, 0, 4);
	assert_int_equal(evidence_describe_in(EV_REPORT, built(&b), &context, record_root(r), &e), 0);
	assert_int_equal(json_render(r, &v, false, &out, &e), 0);
	document = json_tokener_parse(out.data);
	data = json_object_get(json_object_object_get(document, "data"));
	json_object_put(document);
	record_free(r);
	buf_free(&out);
	buf_free(&b);
	return data;
}

static void test_bars(void **state)
{
	static const struct {
		uint64_t page;
		uint32_t pages;
		uint16_t id;
		const char *bar;
		const char *by;
	} ranges[] = {
		{0x380000000, 4, 0, "2", "address"}, /* all of BAR 2, whatever its id says */
		{0x380000001, 3, 9, "2", "address"},
		{0x380000001, 4, 9, "null", "null"}, /* a page too long */
		{0xe0001, 1, 5, "0", "address"},
		{UINT64_MAX >> 12, 1, 0, "4", "address"}, /* up to the end of the address space */
		{0x10, 2, 0, "0", "id"},
		{0x10, 3, 0, "null", "null"}, /* larger than that BAR */
		{0x10, 1, 1, "null", "null"}, /* no such BAR */
		{0x10, 1, 6, "null", "null"},
		{0x380000000, 0, 2, "null", "null"}, /* an empty range is nowhere */
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(ranges) / sizeof(*ranges); i++) {
		struct json_object *d = decode_range(ranges[i].page, ranges[i].pages, ranges[i].id);

		if (strcmp(at(d, "/ranges/0/bar"), ranges[i].bar) || strcmp(at(d, "/ranges/0/bar_by"), ranges[i].by))
			fail_msg("range %zu: %s", i, at(d, "/ranges/0"));
		json_object_put(d);
	}
}

static void test_range_larger_than_its_bar(void **state)
{
	struct json_object *d = decode_range(0x10, 3, 0);

	(void)state;
	assert_string_equal(at(d, "/warnings/0/what"), "range 1 has 0x3000 bytes, BAR 0 of the function 0x2000");
	json_object_put(d);
}

static void test_parts(void **state)
{
	struct buf b = {0};
	struct evidence_parts p;

	(void)state;
	put_report(&b);
	buf_text(&b, "xy");
	assert_int_equal(evidence_parts(EV_REPORT, built(&b), &p), 0);
	assert_int_equal(p.count, 10);
	assert_part(&p, 0, "interface info", 0, 2);
	assert_part(&p, 6, "range 1", 16, 16);
	assert_part(&p, 7, "range 2", 32, 16);
	assert_part(&p, 8, "device info", 48, 9);
	assert_part(&p, 9, "trailing", 57, 2);
	evidence_parts_free(&p);
	buf_free(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_fields),
		cmocka_unit_test(test_each_info_bit),
		cmocka_unit_test(test_text),
		cmocka_unit_test(test_reserved_attributes_are_shown),
		cmocka_unit_test(test_message_around_it),
		cmocka_unit_test(test_message_of_one_portion),
		cmocka_unit_test(test_report_that_looks_like_a_message),
		cmocka_unit_test(test_address_overflow),
		cmocka_unit_test(test_counts_beyond_the_end),
		cmocka_unit_test(test_too_short),
		cmocka_unit_test(test_controls),
		cmocka_unit_test(test_bars),
		cmocka_unit_test(test_range_larger_than_its_bar),
		cmocka_unit_test(test_parts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
