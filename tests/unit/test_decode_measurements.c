// SPDX-License-Identifier: GPL-2.0-or-later
#include "decode_build.h"

#include "decode/measurements.h"

enum { ASYM_P256 = 0x10, ASYM_P384 = 0x80, RECORD_SIZE = 4 * 7 + 32 + 8 + 20 + 16 };

static void test_shapes(void **state)
{
	struct buf response = {0}, pair = {0}, transcript = {0}, record = {0};

	(void)state;
	put_response(&response, 0x12, 96);
	put_request(&pair, 0x12, true, 0xff);
	put_vca(&transcript, 0x12, ASYM_P384);
	put_record(&record);
	assert_string_equal(evidence_shape(EV_MEASUREMENTS, built(&response)), "response");
	assert_string_equal(evidence_shape(EV_MEASUREMENTS, built(&pair)), "request-response");
	assert_string_equal(evidence_shape(EV_MEASUREMENTS, built(&transcript)), "transcript");
	assert_string_equal(evidence_shape(EV_MEASUREMENTS, built(&record)), "record");
	buf_char(&record, 0);
	assert_string_equal(evidence_shape(EV_MEASUREMENTS, built(&record)), "unknown");
	assert_string_equal(evidence_shape(EV_MEASUREMENTS, (struct bytes){NULL, 0}), "empty");
	buf_free(&response);
	buf_free(&pair);
	buf_free(&transcript);
	buf_free(&record);
}

static void test_pair_of_each_version(void **state)
{
	static const struct {
		unsigned version;
		const char *request_size;
		const char *response_size;
	} versions[] = {
		{0x10, "36", "245"}, {0x11, "37", "245"}, {0x12, "37", "245"}, {0x13, "45", "253"}, {0x14, "45", "253"},
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(versions) / sizeof(*versions); i++) {
		struct buf b = {0};
		struct json_object *d;

		put_request(&b, versions[i].version, true, 0xff);
		put_response(&b, versions[i].version, 96);
		d = decode(EV_MEASUREMENTS, &b);
		assert_string_equal(at(d, "/messages/0/size"), versions[i].request_size);
		assert_string_equal(at(d, "/messages/1/size"), versions[i].response_size);
		assert_string_equal(at(d, "/response/signature_length"), "96");
		assert_string_equal(at(d, "/request/slot"), versions[i].version > 0x10 ? "2" : "null");
		assert_string_equal(at(d, "/response/content_changed"), versions[i].version > 0x11 ? "2" : "null");
		assert_string_equal(at(d, "/response/requester_context"),
				    versions[i].version > 0x12 ? "636f6e7465787421" : "null");
		assert_int_equal(count_at(d, "/blocks"), 4);
		assert_int_equal(count_at(d, "/anomalies"), 0);
		json_object_put(d);
		buf_free(&b);
	}
}

static void test_fields(void **state)
{
	struct buf b = {0};
	struct json_object *d;

	(void)state;
	put_request(&b, 0x12, true, 0xff);
	put_response(&b, 0x12, 96);
	d = decode(EV_MEASUREMENTS, &b);
	assert_string_equal(at(d, "/request/signature_requested"), "true");
	assert_string_equal(at(d, "/request/raw_requested"), "false");
	assert_string_equal(at(d, "/request/operation"), "0xff");
	assert_string_equal(at(d, "/request/nonce"),
			    "6e6e6e6e6e6e6e6e6e6e6e6e6e6e6e6e6e6e6e6e6e6e6e6e6e6e6e6e6e6e6e6e");
	assert_string_equal(at(d, "/response/nonce"),
			    "7272727272727272727272727272727272727272727272727272727272727272");
	assert_string_equal(at(d, "/messages/1/nonce"), at(d, "/response/nonce"));
	assert_string_equal(at(d, "/response/slot"), "2");
	assert_string_equal(at(d, "/response/record_length"), "104");
	assert_string_equal(at(d, "/response/opaque_length"), "3");
	assert_string_equal(at(d, "/blocks/0/index"), "0x01");
	assert_string_equal(at(d, "/blocks/0/type_name"), "immutable ROM");
	assert_string_equal(at(d, "/blocks/0/form"), "digest");
	assert_string_equal(at(d, "/blocks/0/size"), "32");
	assert_string_equal(at(d, "/blocks/0/offset"), "52");
	assert_string_equal(at(d, "/blocks/1/type"), "7");
	assert_string_equal(at(d, "/blocks/1/form"), "raw");
	assert_string_equal(at(d, "/blocks/2/index_name"), "measurement manifest");
	assert_string_equal(at(d, "/blocks/3/index_name"), "device mode");
	json_object_put(d);
	buf_free(&b);
}

/* Every type by its name, and what has none by its number. */
static void test_type_names(void **state)
{
	static const char *const names[] = {
		"immutable ROM",
		"mutable firmware",
		"hardware configuration",
		"firmware configuration",
		"measurement manifest",
		"device mode",
		"version of mutable firmware",
		"security version number",
		"hash-extend measurement",
		"informational",
		"structured measurement manifest",
	};
	unsigned type;

	(void)state;
	for (type = 0; type < 128; type++) {
		const char *expected = type < 11 ? names[type] : "";
		const char *in_11 = measurement_type_name((uint8_t)type, 0x11);
		const char *name = measurement_type_name((uint8_t)type, 0);

		assert_string_equal(name ? name : "", expected);
		assert_string_equal(in_11 ? in_11 : "", type < 5 ? expected : "");
	}
}

static void test_unknown_type_and_specification(void **state)
{
	struct buf b = {0};
	struct json_object *d;
	char *text;

	(void)state;
	put_message(&b, 0x12, 0x60, 0, 0);
	put(&b, 2, 1);
	put(&b, 11 + 6, 3);
	put_block(&b, 0x20, 0x2a, 4);
	put(&b, 0x0221, 2);
	put(&b, 2, 2);
	put(&b, 0xffff, 2);
	buf_repeat(&b, 0, 34);
	d = decode(EV_MEASUREMENTS, &b);
	text = decoded_text(EV_MEASUREMENTS, &b);
	assert_string_equal(at(d, "/blocks/0/type"), "42");
	assert_string_equal(at(d, "/blocks/0/type_name"), "null");
	assert_string_equal(at(d, "/blocks/1/specification"), "0x02");
	assert_string_equal(at(d, "/blocks/1/type"), "null");
	assert_string_equal(at(d, "/blocks/1/form"), "null");
	assert_string_equal(at(d, "/blocks/1/size"), "2");
	assert_non_null(strstr(text, "0x20   digest   4 B      15  42\n"));
	assert_non_null(strstr(text, "0x21   -        2 B      23  specification 0x02\n"));
	assert_int_equal(count_at(d, "/anomalies"), 0);
	free(text);
	json_object_put(d);
	buf_free(&b);
}

static void test_text(void **state)
{
	struct buf b = {0};
	char *text;

	(void)state;
	put_request(&b, 0x12, true, 0xff);
	put_response(&b, 0x12, 96);
	text = decoded_text(EV_MEASUREMENTS, &b);
	assert_non_null(strstr(text, "Form                  request and response, no VCA\n"));
	assert_non_null(strstr(text, "Request nonce         6e6e"));
	assert_non_null(strstr(text, "Signature             96 B\n"));
	assert_non_null(strstr(text, "INDEX                      FORM    SIZE  OFFSET  TYPE\n"));
	assert_non_null(strstr(text, "0x10                       raw      8 B      91  7 security version number\n"));
	assert_non_null(strstr(text, "0xfe device mode           raw     16 B     133  5 device mode\n"));
	free(text);
	buf_free(&b);
}

/* ALGORITHMS tells the size of the signature, so bytes after it are told apart. */
static void test_transcript_with_trailing_bytes(void **state)
{
	struct buf b = {0};
	struct json_object *d;

	(void)state;
	put_vca(&b, 0x12, ASYM_P256);
	put_request(&b, 0x12, true, 0xff);
	put_response(&b, 0x12, 64);
	buf_repeat(&b, 0, 32);
	d = decode(EV_MEASUREMENTS, &b);
	assert_int_equal(count_at(d, "/messages"), 8);
	assert_string_equal(at(d, "/response/signature_length"), "64");
	assert_string_equal(at(d, "/trailing"), "32");
	assert_int_equal(count_at(d, "/anomalies"), 1);
	assert_string_equal(at(d, "/anomalies/0/what"), "trailing bytes: 32");
	json_object_put(d);
	buf_free(&b);
}

static void test_pair_with_trailing_bytes(void **state)
{
	struct buf b = {0};
	struct json_object *d;

	(void)state;
	put_request(&b, 0x12, true, 0xff);
	put_response(&b, 0x12, 96);
	buf_repeat(&b, 0, 17);
	d = decode(EV_MEASUREMENTS, &b);
	assert_string_equal(at(d, "/response/signature_length"), "0");
	assert_string_equal(at(d, "/trailing"), "113");
	assert_int_equal(count_at(d, "/blocks"), 4);
	assert_int_equal(count_at(d, "/anomalies"), 2);
	json_object_put(d);
	buf_free(&b);
}

/* Block by block: unsigned pairs, then a signed one. */
static void test_several_pairs(void **state)
{
	struct buf b = {0};
	struct json_object *d;
	char *text;
	unsigned i;

	(void)state;
	put_vca(&b, 0x13, ASYM_P384);
	for (i = 0; i < 3; i++) {
		put_request(&b, 0x13, i == 2, i + 1);
		put_response(&b, 0x13, i == 2 ? 96 : 0);
	}
	d = decode(EV_MEASUREMENTS, &b);
	text = decoded_text(EV_MEASUREMENTS, &b);
	assert_int_equal(count_at(d, "/messages"), 12);
	assert_int_equal(count_at(d, "/blocks"), 12);
	assert_string_equal(at(d, "/blocks/4/message"), "10");
	assert_string_equal(at(d, "/request/operation"), "0x03");
	assert_string_equal(at(d, "/response/signature_length"), "96");
	assert_int_equal(count_at(d, "/anomalies"), 0);
	assert_non_null(strstr(text, "MESSAGE  INDEX"));
	free(text);
	json_object_put(d);
	buf_free(&b);
}

/* A response alone does not say whether it is signed: a remainder of a signature's size is taken for one. */
static void test_signature_of_each_algorithm(void **state)
{
	static const unsigned sizes[] = {
		64,   96,    114,   132,   256,   384,   512, /* P-256 and SM2, P-384, Ed448, P-521, RSA */
		2420, 3309,  4627,                            /* ML-DSA */
		7856, 16224, 17088, 29792, 35664, 49856,      /* SLH-DSA */
	};
	struct json_object *d;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(sizes) / sizeof(*sizes); i++) {
		struct buf b = {0};

		put_response(&b, 0x14, sizes[i]);
		d = decode(EV_MEASUREMENTS, &b);
		assert_int_equal(number_at(d, "/response/signature_length"), sizes[i]);
		assert_int_equal(number_at(d, "/trailing"), 0);
		json_object_put(d);
		buf_free(&b);
	}
}

/* Each BaseAsymSel bit has its size: what follows is told apart from the signature. */
static void test_signature_of_each_negotiated_algorithm(void **state)
{
	static const unsigned sizes[] = {256, 256, 384, 384, 64, 512, 512, 96, 132, 64, 64, 114};
	struct json_object *d;
	unsigned bit;

	(void)state;
	for (bit = 0; bit < sizeof(sizes) / sizeof(*sizes); bit++) {
		struct buf b = {0};

		put_vca(&b, 0x12, 1u << bit);
		put_request(&b, 0x12, true, 0xff);
		put_response(&b, 0x12, sizes[bit]);
		buf_repeat(&b, 0, 700);
		d = decode(EV_MEASUREMENTS, &b);
		assert_int_equal(number_at(d, "/response/signature_length"), sizes[bit]);
		assert_int_equal(number_at(d, "/trailing"), 700);
		json_object_put(d);
		buf_free(&b);
	}
}

static void test_signature_missing(void **state)
{
	struct buf b = {0};
	struct json_object *d;

	(void)state;
	put_request(&b, 0x12, true, 0xff);
	put_response(&b, 0x12, 0);
	d = decode(EV_MEASUREMENTS, &b);
	assert_string_equal(at(d, "/anomalies/0/what"), "the requested signature is missing, or has an unknown size");
	json_object_put(d);
	buf_free(&b);
}

static void test_record_alone(void **state)
{
	struct buf b = {0};
	struct json_object *d;

	(void)state;
	put_record(&b);
	assert_int_equal(b.len, RECORD_SIZE);
	d = decode(EV_MEASUREMENTS, &b);
	assert_string_equal(at(d, "/request"), "null");
	assert_string_equal(at(d, "/response"), "null");
	assert_int_equal(count_at(d, "/messages"), 0);
	assert_int_equal(count_at(d, "/blocks"), 4);
	assert_string_equal(at(d, "/blocks/0/message"), "null");
	assert_int_equal(count_at(d, "/anomalies"), 0);
	json_object_put(d);
	buf_free(&b);
}

/* A 24-bit record length far beyond the object. */
static void test_record_length_beyond_the_end(void **state)
{
	struct buf b = {0};
	struct json_object *d;

	(void)state;
	put_response(&b, 0x12, 0);
	memset(b.data + 5, 0xff, 3);
	d = decode(EV_MEASUREMENTS, &b);
	assert_string_equal(at(d, "/response/record_length"), "16777215");
	assert_string_equal(at(d, "/response/nonce"), "null");
	assert_string_equal(at(d, "/anomalies/0/what"),
			    "MEASUREMENTS cut off: at least 16777257 bytes declared, 149 there");
	json_object_put(d);
	buf_free(&b);
}

static void test_block_contradictions(void **state)
{
	struct buf b = {0};
	struct json_object *d;

	(void)state;
	put_message(&b, 0x12, 0x60, 0, 0);
	put(&b, 3, 1);
	put(&b, 11 + 6 + 4, 3);
	put_block(&b, 0x00, 0x01, 4); /* reserved index */
	b.data[8 + 5] = 9;            /* value larger than the measurement */
	put(&b, 0x0102, 2);           /* too small for DMTF's header */
	put(&b, 2, 2);
	put(&b, 0, 2);
	put(&b, 0x0103, 2); /* measurement beyond the record */
	put(&b, 1, 2);
	buf_repeat(&b, 0, 34);
	d = decode(EV_MEASUREMENTS, &b);
	assert_int_equal(count_at(d, "/blocks"), 2);
	assert_string_equal(at(d, "/blocks/0/size"), "4");
	assert_string_equal(at(d, "/anomalies/0/what"), "block index 0x00 is reserved");
	assert_string_equal(at(d, "/anomalies/1/what"), "block 0x00: value size 9 in a measurement of 7 bytes");
	assert_string_equal(at(d, "/anomalies/2/what"), "block 0x02: 2 bytes are too few for a DMTF measurement");
	assert_string_equal(at(d, "/anomalies/3/what"), "no whole block in the last 4 bytes of the record");
	assert_string_equal(at(d, "/anomalies/3/offset"), "25");
	assert_string_equal(at(d, "/anomalies/4/what"), "blocks: 3 declared, 2 there");
	json_object_put(d);
	buf_free(&b);
}

static void test_parts(void **state)
{
	struct buf b = {0};
	struct evidence_parts p;

	(void)state;
	put_request(&b, 0x13, true, 0xff);
	put_response(&b, 0x13, 96);
	assert_int_equal(evidence_parts(EV_MEASUREMENTS, built(&b), &p), 0);
	assert_int_equal(p.count, 14);
	assert_part(&p, 0, "request header", 0, 4);
	assert_part(&p, 1, "request nonce", 4, 32);
	assert_part(&p, 2, "request slot", 36, 1);
	assert_part(&p, 3, "request context", 37, 8);
	assert_part(&p, 4, "response header", 45, 8);
	assert_part(&p, 5, "block 0x01", 53, 39);
	assert_part(&p, 8, "block 0xfe", 134, 23);
	assert_part(&p, 9, "nonce", 157, 32);
	assert_part(&p, 11, "opaque data", 191, 3);
	assert_part(&p, 12, "requester context", 194, 8);
	assert_part(&p, 13, "signature", 202, 96);
	evidence_parts_free(&p);
	buf_free(&b);
}

static void test_parts_of_several_pairs(void **state)
{
	struct buf b = {0};
	struct evidence_parts p;

	(void)state;
	put_request(&b, 0x12, false, 1);
	put_response(&b, 0x12, 0);
	put_request(&b, 0x12, true, 2);
	put_response(&b, 0x12, 96);
	assert_int_equal(evidence_parts(EV_MEASUREMENTS, built(&b), &p), 0);
	assert_part(&p, 2, "block 0x01", 12, 39);
	assert_part(&p, 9, "request header (2)", 153, 4);
	assert_part(&p, 13, "block 0x01 (2)", 198, 39);
	evidence_parts_free(&p);
	buf_free(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_shapes),
		cmocka_unit_test(test_pair_of_each_version),
		cmocka_unit_test(test_fields),
		cmocka_unit_test(test_type_names),
		cmocka_unit_test(test_unknown_type_and_specification),
		cmocka_unit_test(test_text),
		cmocka_unit_test(test_transcript_with_trailing_bytes),
		cmocka_unit_test(test_pair_with_trailing_bytes),
		cmocka_unit_test(test_several_pairs),
		cmocka_unit_test(test_signature_of_each_algorithm),
		cmocka_unit_test(test_signature_of_each_negotiated_algorithm),
		cmocka_unit_test(test_signature_missing),
		cmocka_unit_test(test_record_alone),
		cmocka_unit_test(test_record_length_beyond_the_end),
		cmocka_unit_test(test_block_contradictions),
		cmocka_unit_test(test_parts),
		cmocka_unit_test(test_parts_of_several_pairs),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
