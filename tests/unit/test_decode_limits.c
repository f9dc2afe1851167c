// SPDX-License-Identifier: GPL-2.0-or-later
/* What is too much, unknown or of no kind: told as such, by number where there is no name, and never dropped unsaid. */
#include "decode_build.h"

#include <stdio.h>

enum { MEASUREMENTS_SHOWN = 1024 * 1024, REPORT_SHOWN = 4096, MODES_SHOWN = 64 };

static void test_no_such_evidence(void **state)
{
	struct bytes in = {(const uint8_t *)"x", 1};
	struct err e = {0};

	(void)state;
	assert_null(decoded_json(EV_COUNT, in, &e));
	assert_int_equal(e.class, ERR_EVIDENCE);
	assert_string_equal(e.message, "evidence type 11 is not known");
}

/* AMD's wrapper around what is nothing known: the object as a whole is not known. */
static void test_nothing_in_a_wrapper(void **state)
{
	struct buf b = {0};
	struct err e = {0};

	(void)state;
	put_wrapper(&b, 4, 4);
	buf_text(&b, "junk");
	assert_string_equal(evidence_shape(EV_CERT0, built(&b)), "unknown");
	assert_null(decoded_json(EV_CERT0, built(&b), &e));
	assert_string_equal(e.code, "UNKNOWN");
	buf_free(&b);
}

/* A record with blocks of 64 KiB until all their values are more than one document tells. */
static void test_values_beyond_a_mebibyte(void **state)
{
	enum { VALUE = 65528, BLOCKS = MEASUREMENTS_SHOWN / VALUE + 1 };
	struct json_object *d;
	struct buf b = {0};
	size_t i;

	(void)state;
	for (i = 0; i < BLOCKS; i++)
		put_block(&b, 1, 0x84, VALUE);
	d = decode(EV_MEASUREMENTS, &b);
	assert_int_equal(count_at(d, "/blocks"), BLOCKS);
	assert_int_equal(strlen(at(d, "/blocks/15/value")), 2 * VALUE);
	assert_string_equal(at(d, "/blocks/16/value"), "null");
	assert_string_equal(at(d, "/blocks/16/size"), "65528");
	assert_string_equal(at(d, "/anomalies/0/what"), "values beyond 1048576 bytes are left out");
	json_object_put(d);
	buf_free(&b);
}

static void test_many_device_modes(void **state)
{
	struct json_object *d;
	struct buf b = {0};
	size_t i, count = 0;
	char path[64];

	(void)state;
	for (i = 0; i < 300; i++)
		put_block(&b, 0xfe, 0x85, 16);
	d = decode(EV_MEASUREMENTS, &b);
	for (i = 0; i < 300; i++) {
		struct json_object *mode = NULL;

		snprintf(path, sizeof(path), "/blocks/%zu/device_mode", i);
		count += json_pointer_get(d, path, &mode) == 0 && mode;
	}
	assert_int_equal(count, MODES_SHOWN);
	assert_string_equal(at(d, "/blocks/299/size"), "16");
	assert_non_null(strstr(json_object_to_json_string(d), "device modes from here on are told as bytes"));
	json_object_put(d);
	buf_free(&b);
}

static void test_long_device_information(void **state)
{
	struct json_object *d;
	struct buf b = {0};
	char *text;

	(void)state;
	put_report_header(&b, 0, 0);
	put(&b, REPORT_SHOWN + 1, 4);
	buf_repeat(&b, 'i', REPORT_SHOWN + 1);
	d = decode(EV_REPORT, &b);
	assert_int_equal(strlen(at(d, "/device_info")), 2 * (REPORT_SHOWN + 1));
	text = decoded_text(EV_REPORT, &b);
	assert_non_null(strstr(text, "These are the first bytes of 4097"));
	json_object_put(d);
	free(text);
	buf_free(&b);
}

/* One element of OpaqueDataFmt1 with `data` bytes, from a vendor of the CBOR registry. */
static void put_opaque(struct buf *b, const char *vendor, size_t data)
{
	size_t len = strlen(vendor), size = 4 + 4 + len + 2 + data, pad = (4 - (4 + len + data) % 4) % 4;

	put_message(b, 0x12, 0x60, 0, 0);
	put(b, 0, 4);
	buf_repeat(b, 'r', 32);
	put(b, size - 2 + pad, 2);
	put(b, 1, 4);
	put(b, 10, 1);
	put(b, len, 1);
	buf_text(b, vendor);
	put(b, data, 2);
	buf_repeat(b, 'd', data);
	buf_repeat(b, 0, pad);
}

static void test_long_opaque_data(void **state)
{
	struct buf b = {0};
	char *text;

	(void)state;
	put_opaque(&b, "\xd9\x01\x02", 65);
	text = decoded_text(EV_MEASUREMENTS, &b);
	assert_non_null(strstr(text, "IANA CBOR tag 258"));
	assert_non_null(strstr(text, " ..."));
	free(text);
	buf_free(&b);
}

/* Of no format, and longer than what is looked through for fields. */
static void test_opaque_data_of_no_format(void **state)
{
	struct json_object *d;
	struct buf b = {0};

	(void)state;
	put_message(&b, 0x12, 0x60, 0, 0);
	put(&b, 0, 4);
	buf_repeat(&b, 'r', 32);
	put(&b, 1025, 2);
	buf_repeat(&b, 'o', 1025);
	d = decode(EV_MEASUREMENTS, &b);
	assert_string_equal(at(d, "/response/opaque/format"), "null");
	assert_int_equal(strlen(at(d, "/response/opaque/bytes")), 2 * 1025);
	json_object_put(d);
	buf_free(&b);
}

/* A head that says two octets of number and has one: an id like others. */
static void test_cbor_tag_that_is_none(void **state)
{
	struct json_object *d;
	struct buf b = {0};

	(void)state;
	put_opaque(&b, "\xd9\x01", 8);
	d = decode(EV_MEASUREMENTS, &b);
	assert_string_equal(at(d, "/response/opaque/elements/0/vendor_id"), "d901");
	assert_string_equal(at(d, "/response/opaque/elements/0/cbor_tag"), "null");
	json_object_put(d);
	buf_free(&b);
}

/* Of a version that nobody has written yet. */
static void test_newer_version(void **state)
{
	struct json_object *d;
	struct buf b = {0};

	(void)state;
	put_response(&b, 0x15, 0);
	d = decode(EV_MEASUREMENTS, &b);
	assert_string_equal(at(d, "/anomalies/0/what"), "SPDM version 0x15 is read like 1.4");
	assert_int_equal(count_at(d, "/blocks"), 4);
	json_object_put(d);
	buf_free(&b);
}

/* The list is full of anomalies, and then of limits: it stays as it is. */
static void test_anomalies_have_room_for_limits(void **state)
{
	struct anomalies a = {0};
	size_t i;

	(void)state;
	for (i = 0; i < 2 * ANOMALY_KEPT; i++)
		anomaly_add(&a, i, "anomaly %zu", i);
	for (i = 0; i < 2 * ANOMALY_LIMITS; i++)
		anomaly_limit(&a, i, "limit %zu", i);
	anomaly_add(NULL, 0, "nobody listens");
	anomaly_limit(NULL, 0, "nobody listens");
	assert_int_equal(a.kept, ANOMALY_KEPT + ANOMALY_LIMITS);
	assert_int_equal(a.dropped, ANOMALY_KEPT);
	assert_string_equal(a.at[ANOMALY_KEPT - 1].what, "anomaly 63");
	assert_string_equal(a.at[ANOMALY_KEPT + ANOMALY_LIMITS - 1].what, "limit 7");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_no_such_evidence),
		cmocka_unit_test(test_nothing_in_a_wrapper),
		cmocka_unit_test(test_values_beyond_a_mebibyte),
		cmocka_unit_test(test_many_device_modes),
		cmocka_unit_test(test_long_device_information),
		cmocka_unit_test(test_long_opaque_data),
		cmocka_unit_test(test_opaque_data_of_no_format),
		cmocka_unit_test(test_cbor_tag_that_is_none),
		cmocka_unit_test(test_newer_version),
		cmocka_unit_test(test_anomalies_have_room_for_limits),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
