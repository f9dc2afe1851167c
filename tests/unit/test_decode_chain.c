// SPDX-License-Identifier: GPL-2.0-or-later
#include "decode_build.h"

static void test_every_hash_size(void **state)
{
	static const unsigned sizes[] = {32, 48, 64};
	struct json_object *d;
	size_t i;

	(void)state;
	for (i = 0; i < 3; i++) {
		struct buf b = {0};

		put_chain(&b, sizes[i]);
		assert_string_equal(evidence_shape(EV_CERT0 + 3, built(&b)), "spdm-chain");
		d = decode(EV_CERT0, &b);
		assert_int_equal(number_at(d, "/root_hash_size"), sizes[i]);
		assert_int_equal(strlen(at(d, "/root_hash")), 2 * sizes[i]);
		assert_int_equal(number_at(d, "/declared_length"), b.len);
		assert_int_equal(count_at(d, "/certificates"), 3);
		assert_int_equal(number_at(d, "/certificates/2/offset"), 4 + sizes[i] + 504);
		assert_string_equal(at(d, "/certificates/2/size"), "404");
		assert_int_equal(count_at(d, "/anomalies"), 0);
		json_object_put(d);
		buf_free(&b);
	}
}

static void test_raw_der(void **state)
{
	struct buf b = {0};
	struct json_object *d;

	(void)state;
	put_certificate(&b, 500);
	put_certificate(&b, 300);
	assert_string_equal(evidence_shape(EV_CERT0, built(&b)), "raw-der");
	d = decode(EV_CERT0, &b);
	assert_string_equal(at(d, "/declared_length"), "null");
	assert_string_equal(at(d, "/root_hash"), "null");
	assert_string_equal(at(d, "/certificates/1/offset"), "504");
	json_object_put(d);
	buf_free(&b);
}

/* SPDM 1.4 has 32 bits of length: more than 64 KiB. */
static void test_long_chain(void **state)
{
	static const unsigned sizes[] = {32, 48, 64};
	struct json_object *d;
	size_t i;

	(void)state;
	for (i = 0; i < 3; i++) {
		struct buf b = {0};

		put(&b, 4 + sizes[i] + 2 * (4 + 0xfff0), 4);
		buf_repeat(&b, 'h', sizes[i]);
		put_certificate(&b, 0xfff0);
		put_certificate(&b, 0xfff0);
		d = decode(EV_CERT0, &b);
		assert_int_equal(number_at(d, "/declared_length"), b.len);
		assert_int_equal(number_at(d, "/root_hash_size"), sizes[i]);
		assert_int_equal(count_at(d, "/certificates"), 2);
		assert_int_equal(count_at(d, "/anomalies"), 0);
		json_object_put(d);
		buf_free(&b);
	}
}

/* One byte short is not a certificate. */
static void test_raw_der_cut_off(void **state)
{
	struct buf b = {0};
	struct json_object *d;

	(void)state;
	put_certificate(&b, 500);
	put_certificate(&b, 300);
	b.len--;
	d = decode(EV_CERT0, &b);
	assert_int_equal(count_at(d, "/certificates"), 1);
	assert_string_equal(at(d, "/anomalies/0/what"), "certificate cut off: 304 bytes declared, 303 there");
	json_object_put(d);
	buf_free(&b);
}

static void test_reserved_half_of_a_short_length(void **state)
{
	struct buf b = {0};
	struct json_object *d;

	(void)state;
	put_chain(&b, 48);
	b.data[3] = 0x12;
	d = decode(EV_CERT0, &b);
	assert_string_equal(at(d, "/declared_length"), "960");
	assert_string_equal(at(d, "/anomalies/0/what"), "the reserved half of the header is 0x1200");
	json_object_put(d);
	buf_free(&b);
}

static void test_trailing_bytes(void **state)
{
	struct buf b = {0};
	struct json_object *d;

	(void)state;
	put_chain(&b, 48);
	buf_text(&b, "tail");
	d = decode(EV_CERT0, &b);
	assert_int_equal(count_at(d, "/certificates"), 3);
	assert_string_equal(at(d, "/trailing"), "4");
	assert_string_equal(at(d, "/anomalies/0/offset"), "960");
	json_object_put(d);
	buf_free(&b);
}

static void test_cut_off(void **state)
{
	struct buf b = {0};
	struct json_object *d;

	(void)state;
	put_chain(&b, 32);
	b.len -= 100;
	d = decode(EV_CERT0, &b);
	assert_string_equal(at(d, "/root_hash_size"), "32");
	assert_int_equal(count_at(d, "/certificates"), 2);
	assert_string_equal(at(d, "/anomalies/0/what"), "chain: 944 bytes declared, 844 there");
	assert_string_equal(at(d, "/anomalies/1/what"), "certificate cut off: 404 bytes declared, 304 there");
	assert_string_equal(at(d, "/anomalies/1/offset"), "540");
	json_object_put(d);
	buf_free(&b);
}

static void test_no_certificate(void **state)
{
	struct buf b = {0};
	struct err e = {0};

	(void)state;
	buf_repeat(&b, 'x', 1000);
	assert_string_equal(evidence_shape(EV_CERT0, built(&b)), "unknown");
	assert_null(decoded_json(EV_CERT0, built(&b), &e));
	assert_int_equal(e.class, ERR_EVIDENCE);
	assert_string_equal(e.message, "at offset 0 of 1000 bytes: no DER certificate");
	buf_free(&b);
}

/* A length that would wrap 32 bits, and the indefinite form, which DER does not have. */
static void test_bad_lengths(void **state)
{
	static const uint8_t huge[] = {0x30, 0x84, 0xff, 0xff, 0xff, 0xff, 0, 0};
	static const uint8_t indefinite[] = {0x30, 0x80, 0x02, 0x01, 0x00, 0, 0};
	static const uint8_t eight[] = {0x30, 0x88, 0, 0, 0, 0, 0, 0, 0, 1, 0};

	(void)state;
	assert_string_equal(evidence_shape(EV_CERT0, (struct bytes){huge, sizeof(huge)}), "unknown");
	assert_string_equal(evidence_shape(EV_CERT0, (struct bytes){indefinite, sizeof(indefinite)}), "unknown");
	assert_string_equal(evidence_shape(EV_CERT0, (struct bytes){eight, sizeof(eight)}), "unknown");
}

static void test_text(void **state)
{
	struct buf b = {0};
	char *text;

	(void)state;
	put_chain(&b, 48);
	text = decoded_text(EV_CERT0, &b);
	assert_non_null(strstr(text, "Declared length  960 B\n"));
	assert_non_null(strstr(text, "Certificate 3 of 3, 404 bytes at offset 556\n"));
	assert_non_null(strstr(text, "    Key          EC P-384\n"));
	free(text);
	buf_free(&b);
}

static void test_parts(void **state)
{
	struct buf b = {0};
	struct evidence_parts p;

	(void)state;
	put_chain(&b, 48);
	assert_int_equal(evidence_parts(EV_CERT7, built(&b), &p), 0);
	assert_int_equal(p.count, 5);
	assert_part(&p, 0, "header", 0, 4);
	assert_part(&p, 1, "root hash", 4, 48);
	assert_part(&p, 2, "certificate 1", 52, 300);
	assert_part(&p, 4, "certificate 3", 556, 404);
	evidence_parts_free(&p);
	buf_free(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_hash_size),
		cmocka_unit_test(test_raw_der),
		cmocka_unit_test(test_long_chain),
		cmocka_unit_test(test_raw_der_cut_off),
		cmocka_unit_test(test_reserved_half_of_a_short_length),
		cmocka_unit_test(test_trailing_bytes),
		cmocka_unit_test(test_cut_off),
		cmocka_unit_test(test_no_certificate),
		cmocka_unit_test(test_bad_lengths),
		cmocka_unit_test(test_text),
		cmocka_unit_test(test_parts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
