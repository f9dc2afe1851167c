// SPDX-License-Identifier: GPL-2.0-or-later
#include "decode_build.h"

#include "decode/spdm.h"

enum { ASYM_P384 = 0x80 };

static void test_six_messages_of_each_version(void **state)
{
	static const char *const names[] = {
		"GET_VERSION", "VERSION", "GET_CAPABILITIES", "CAPABILITIES", "NEGOTIATE_ALGORITHMS", "ALGORITHMS",
	};
	/* GET_VERSION 4, VERSION 6 + 2, GET_CAPABILITIES 4, 12 or 20, CAPABILITIES 12 or 20, 32, 36 */
	static const struct {
		unsigned version;
		int algorithms_at;
	} versions[] = {{0x10, 60}, {0x11, 68}, {0x12, 84}, {0x13, 84}, {0x14, 84}};
	size_t v, i;

	(void)state;
	for (v = 0; v < sizeof(versions) / sizeof(*versions); v++) {
		struct buf b = {0};
		struct json_object *d;

		put_vca(&b, versions[v].version, ASYM_P384);
		assert_string_equal(evidence_shape(EV_VCA, built(&b)), "vca");
		d = decode(EV_VCA, &b);
		assert_int_equal(count_at(d, "/messages"), 6);
		for (i = 0; i < 6; i++)
			assert_string_equal(
				json_object_get_string(json_object_object_get(
					json_object_array_get_idx(json_object_object_get(d, "messages"), i), "name")),
				names[i]);
		assert_int_equal(number_at(d, "/messages/5/offset"), versions[v].algorithms_at);
		assert_int_equal(at(d, "/messages/5/version")[2] - '0', versions[v].version & 0xf);
		assert_string_equal(at(d, "/messages/5/size"), "36");
		assert_string_equal(at(d, "/messages/0/version"), "1.0");
		assert_int_equal(count_at(d, "/anomalies"), 0);
		json_object_put(d);
		buf_free(&b);
	}
}

/* Since 1.3 CAPABILITIES may carry a block with the supported algorithms. */
static void test_supported_algorithms_block(void **state)
{
	struct buf b = {0}, rest = {0};
	struct json_object *d;

	(void)state;
	put_vca(&rest, 0x13, ASYM_P384);
	buf_add(&b, rest.data, 52);
	b.data[34] = 1;
	put(&b, 1, 2);
	put(&b, 24, 2);
	buf_repeat(&b, 0, 20);
	buf_add(&b, rest.data + 52, rest.len - 52);
	d = decode(EV_VCA, &b);
	assert_string_equal(at(d, "/messages/3/size"), "44");
	assert_int_equal(count_at(d, "/messages"), 6);
	assert_int_equal(count_at(d, "/anomalies"), 0);
	json_object_put(d);
	buf_free(&rest);
	buf_free(&b);
}

static void test_missing_and_misplaced(void **state)
{
	struct buf b = {0};
	struct json_object *d;

	(void)state;
	put_message(&b, 0x10, 0x84, 0, 0);
	put_message(&b, 0x10, 0x84, 0, 0);
	d = decode(EV_VCA, &b);
	assert_int_equal(count_at(d, "/messages"), 2);
	assert_string_equal(at(d, "/anomalies/0/what"), "message 2 is not VERSION");
	assert_string_equal(at(d, "/anomalies/0/offset"), "4");
	assert_string_equal(at(d, "/anomalies/1/what"), "GET_CAPABILITIES is missing");
	json_object_put(d);
	buf_free(&b);
}

static void test_more_than_six(void **state)
{
	struct buf b = {0};
	struct json_object *d;

	(void)state;
	put_vca(&b, 0x12, ASYM_P384);
	put_message(&b, 0x12, 0x81, 0, 0);
	put_message(&b, 0x12, 0x01, 0, 1);
	buf_repeat(&b, 'd', 48);
	d = decode(EV_VCA, &b);
	assert_int_equal(count_at(d, "/messages"), 8);
	assert_string_equal(at(d, "/messages/6/name"), "GET_DIGESTS");
	assert_string_equal(at(d, "/messages/7/name"), "DIGESTS");
	assert_string_equal(at(d, "/messages/7/size"), "52");
	assert_string_equal(at(d, "/anomalies/0/what"), "the length of message 0x01 DIGESTS is not known here");
	json_object_put(d);
	buf_free(&b);
}

static void test_trailing_bytes(void **state)
{
	struct buf b = {0};
	struct json_object *d;

	(void)state;
	put_vca(&b, 0x12, ASYM_P384);
	buf_repeat(&b, 0, 40);
	d = decode(EV_VCA, &b);
	assert_int_equal(count_at(d, "/messages"), 6);
	assert_string_equal(at(d, "/trailing"), "40");
	assert_string_equal(at(d, "/anomalies/0/what"), "trailing bytes: 40");
	assert_string_equal(at(d, "/anomalies/0/offset"), "120");
	json_object_put(d);
	buf_free(&b);
}

/* A length of its own that is smaller than the field that holds it must neither stop the clock nor be believed. */
static void test_zero_length_algorithms(void **state)
{
	struct buf b = {0};
	struct json_object *d;

	(void)state;
	put_vca(&b, 0x12, ASYM_P384);
	b.data[52 + 4] = 0;
	d = decode(EV_VCA, &b);
	assert_string_equal(at(d, "/messages/4/size"), "6");
	assert_true(count_at(d, "/anomalies") > 0);
	json_object_put(d);
	buf_free(&b);
}

static void test_truncated_version(void **state)
{
	struct buf b = {0};
	struct json_object *d;

	(void)state;
	put_message(&b, 0x10, 0x84, 0, 0);
	put_message(&b, 0x10, 0x04, 0, 0);
	put(&b, 0xff00, 2);
	put(&b, 0x1200, 2);
	d = decode(EV_VCA, &b);
	assert_string_equal(at(d, "/messages/1/size"), "8");
	assert_string_equal(at(d, "/anomalies/0/what"), "VERSION cut off: at least 516 bytes declared, 8 there");
	json_object_put(d);
	buf_free(&b);
}

static void test_not_a_vca(void **state)
{
	struct buf b = {0};
	struct err e = {0};

	(void)state;
	put_record(&b);
	assert_string_equal(evidence_shape(EV_VCA, built(&b)), "unknown");
	assert_null(decoded_json(EV_VCA, built(&b), &e));
	assert_int_equal(e.class, ERR_EVIDENCE);
	buf_free(&b);
}

static void test_unknown_code_first(void **state)
{
	static const uint8_t message[] = {0x12, 0x55, 0, 0, 1, 2, 3};
	struct spdm_walk w = spdm_walk_start((struct bytes){message, sizeof(message)});
	struct anomalies a = {0};
	struct spdm_message m;

	(void)state;
	assert_true(spdm_next(&w, &m, &a));
	assert_string_equal(m.name, "unknown");
	assert_int_equal(m.code, 0x55);
	assert_int_equal(m.span.len, 7);
	assert_false(spdm_next(&w, &m, &a));
	assert_int_equal(a.kept, 1);
	assert_string_equal(a.at[0].what, "the length of message 0x55 is not known here");
}

static void test_parts(void **state)
{
	struct buf b = {0};
	struct evidence_parts p;

	(void)state;
	put_vca(&b, 0x12, ASYM_P384);
	buf_text(&b, "zz");
	assert_int_equal(evidence_parts(EV_VCA, built(&b), &p), 0);
	assert_int_equal(p.count, 7);
	assert_part(&p, 0, "GET_VERSION", 0, 4);
	assert_part(&p, 3, "CAPABILITIES", 32, 20);
	assert_part(&p, 5, "ALGORITHMS", 84, 36);
	assert_part(&p, 6, "trailing", 120, 2);
	evidence_parts_free(&p);
	buf_free(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_six_messages_of_each_version),
		cmocka_unit_test(test_supported_algorithms_block),
		cmocka_unit_test(test_missing_and_misplaced),
		cmocka_unit_test(test_more_than_six),
		cmocka_unit_test(test_trailing_bytes),
		cmocka_unit_test(test_zero_length_algorithms),
		cmocka_unit_test(test_truncated_version),
		cmocka_unit_test(test_not_a_vca),
		cmocka_unit_test(test_unknown_code_first),
		cmocka_unit_test(test_parts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
