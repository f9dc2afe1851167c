// SPDX-License-Identifier: GPL-2.0-or-later
/* Values of measurement blocks, opaque data, and what other evidence of a connection tells about measurements. */
#include "decode_build.h"

enum { ASYM_P256 = 0x10, ASYM_P384 = 0x80 };

/* The header of a DMTF block; its value follows. */
static void put_block_header(struct buf *b, unsigned index, unsigned type, size_t value)
{
	put(b, index, 1);
	put(b, 1, 1);
	put(b, value + 3, 2);
	put(b, type, 1);
	put(b, value, 2);
}

static void test_values(void **state)
{
	struct buf b = {0};
	struct json_object *d;

	(void)state;
	put_block_header(&b, 0x10, 0x87, 8);
	put(&b, 0x8000000000000007, 8);
	put_block_header(&b, 0x05, 0x86, 6);
	buf_add(&b, "1.4.2\0", 6);
	put_block_header(&b, 0x08, 0x8a, 4);
	buf_add(&b, "\x0a\x01\xd2\xff", 4);
	put_block_header(&b, 0x09, 0x8a, 3);
	buf_add(&b, "\x63\x05\x00", 3);
	put_block_header(&b, 0xfd, 0x84, 3);
	buf_add(&b, "\x1b[m", 3);
	d = decode(EV_MEASUREMENTS, &b);
	assert_string_equal(at(d, "/blocks/0/svn"), "9223372036854775815");
	assert_string_equal(at(d, "/blocks/0/value"), "0700000000000080");
	assert_string_equal(at(d, "/blocks/1/text"), "1.4.2");
	assert_string_equal(at(d, "/blocks/1/svn"), "null");
	assert_string_equal(at(d, "/blocks/2/manifest/registry_name"), "IANA CBOR");
	assert_string_equal(at(d, "/blocks/2/manifest/cbor_tag"), "18");
	assert_string_equal(at(d, "/blocks/2/manifest/size"), "1");
	assert_string_equal(at(d, "/blocks/3/manifest"), "null");
	assert_string_equal(at(d, "/blocks/4/text"), "null"); /* an escape sequence is no text */
	assert_int_equal(count_at(d, "/anomalies"), 1);
	assert_string_equal(at(d, "/anomalies/0/what"), "a structured manifest without its header");
	json_object_put(d);
	buf_free(&b);
}

static struct json_object *decode_mode(uint32_t state, uint32_t mode)
{
	struct json_object *d;
	struct buf b = {0};

	put_block_header(&b, 0xfe, 0x85, 16);
	put(&b, 0x3f, 4);
	put(&b, state, 4);
	put(&b, 0x1f, 4);
	put(&b, mode, 4);
	d = decode(EV_MEASUREMENTS, &b);
	buf_free(&b);
	return d;
}

static void test_device_mode(void **state)
{
	static const char *const debug[] = {
		"device mode: non-invasive debug active",
		"device mode: invasive debug active",
		"device mode: non-invasive debug was active since reset",
		"device mode: invasive debug was active since reset",
		"device mode: invasive debug was active after manufacturing",
		"device mode: bit 5 is set",
	};
	struct json_object *d = decode_mode(4, 0);
	unsigned bit;

	(void)state;
	assert_string_equal(at(d, "/blocks/0/device_mode/operational_state/names/0"), "normal");
	assert_string_equal(at(d, "/blocks/0/device_mode/device_mode_state/raw"), "0x00000000");
	assert_int_equal(count_at(d, "/blocks/0/device_mode/operational_capabilities/names"), 6);
	assert_int_equal(count_at(d, "/warnings"), 0);
	json_object_put(d);
	for (bit = 0; bit < 6; bit++) {
		d = decode_mode(4, 1u << bit);
		assert_int_equal(count_at(d, "/warnings"), 1);
		assert_string_equal(at(d, "/warnings/0/what"), debug[bit]);
		assert_string_equal(at(d, "/warnings/0/offset"), "7");
		json_object_put(d);
	}
	d = decode_mode(0x10, 0);
	assert_string_equal(at(d, "/warnings/0/what"), "operational state: RMA");
	json_object_put(d);
}

/* A device mode or SVN of another size is told as bytes, with an anomaly. */
static void test_wrong_sizes(void **state)
{
	struct buf b = {0};
	struct json_object *d;

	(void)state;
	put_block(&b, 0x10, 0x87, 4);
	put_block(&b, 0xfe, 0x85, 12);
	d = decode(EV_MEASUREMENTS, &b);
	assert_string_equal(at(d, "/blocks/0/svn"), "null");
	assert_string_equal(at(d, "/blocks/1/device_mode"), "null");
	assert_string_equal(at(d, "/anomalies/0/what"), "block 0x10: 4 bytes, where it should have 8");
	assert_string_equal(at(d, "/anomalies/1/what"), "block 0xfe: 12 bytes, where it should have 16");
	json_object_put(d);
	buf_free(&b);
}

/* The document of a pair with 17 bytes behind its signature, decoded with `context`. */
static struct json_object *decode_pair(unsigned signature, const struct evidence_context *context)
{
	struct envelope v = {.command = "test", .backend = "sim"};
	struct record *r = record_new();
	struct json_object *document, *data;
	struct buf b = {0}, out = {0};
	struct err e = {0};

	put_request(&b, 0x12, true, 0xff);
	put_response(&b, 0x12, signature);
	buf_repeat(&b, 0, 17);
	assert_int_equal(evidence_describe_in(EV_MEASUREMENTS, built(&b), context, record_root(r), &e), 0);
	assert_int_equal(json_render(r, &v, false, &out, &e), 0);
	document = json_tokener_parse(out.data);
	data = json_object_get(json_object_object_get(document, "data"));
	json_object_put(document);
	record_free(r);
	buf_free(&out);
	buf_free(&b);
	return data;
}

static void assert_trailing(struct json_object *d, const char *signature)
{
	assert_string_equal(at(d, "/response/signature_length"), signature);
	assert_string_equal(at(d, "/trailing"), "17");
	assert_int_equal(count_at(d, "/anomalies"), 1);
	assert_string_equal(at(d, "/anomalies/0/what"), "trailing bytes: 17");
}

static void test_vca_tells_algorithms(void **state)
{
	struct evidence_context context = {0};
	struct json_object *d;
	struct buf vca = {0};

	(void)state;
	put_vca(&vca, 0x12, ASYM_P256);
	context.vca = built(&vca);
	d = decode_pair(64, &context);
	assert_trailing(d, "64");
	assert_string_equal(at(d, "/blocks/0/digest_algorithm"), "SHA-256");
	assert_string_equal(at(d, "/blocks/1/digest_algorithm"), "null");
	assert_string_equal(at(d, "/response/signature_algorithm"), "ECDSA P-256");
	assert_int_equal(strlen(at(d, "/response/signature")), 128);
	json_object_put(d);
	buf_free(&vca);
}

/* The builder's certificates have keys on P-384. */
static void test_leaf_tells_signature(void **state)
{
	struct evidence_context context = {0};
	struct json_object *d;
	struct buf chain = {0};

	(void)state;
	put_chain(&chain, 48);
	context.chain = built(&chain);
	d = decode_pair(96, &context);
	assert_trailing(d, "96");
	assert_string_equal(at(d, "/response/signature_algorithm"), "null");
	json_object_put(d);
	buf_free(&chain);
}

static void test_digest_of_another_size(void **state)
{
	struct buf b = {0};
	struct json_object *d;

	(void)state;
	put_vca(&b, 0x12, ASYM_P384);
	b.data[12 + 20 + 20 + 32 + 8] = 4; /* ALGORITHMS selects SHA-384 */
	put_request(&b, 0x12, true, 0xff);
	put_response(&b, 0x12, 96);
	d = decode(EV_MEASUREMENTS, &b);
	assert_string_equal(at(d, "/vca/algorithms/measurement_hash/0"), "SHA-384");
	assert_string_equal(at(d, "/blocks/0/digest_algorithm"), "null");
	assert_string_equal(at(d, "/anomalies/0/what"), "block 0x01: a digest of 32 bytes, where SHA-384 has 48");
	json_object_put(d);
	buf_free(&b);
}

/* A response with this opaque data; returns its "opaque". */
static struct json_object *decode_opaque(const char *opaque, size_t len)
{
	struct json_object *d, *o = NULL;
	struct buf b = {0};

	put_message(&b, 0x12, 0x60, 0, 0);
	put(&b, 0, 4);
	buf_repeat(&b, 'r', 32);
	put(&b, len, 2);
	buf_add(&b, opaque, len);
	d = decode(EV_MEASUREMENTS, &b);
	assert_int_equal(json_pointer_get(d, "/response/opaque", &o), 0);
	json_object_get(o);
	json_object_put(d);
	buf_free(&b);
	return o;
}

static void test_opaque_formats(void **state)
{
	static const char fmt1[] = "\x02\0\0\0"
				   "\x03\x02\x36\x1b\x03\0abc\0\0\0"
				   "\x2a\0\x00\x00";
	static const char general[] = "FTMD\x01\x01\0\0"
				      "\0\0\x02\0hi\0";
	struct json_object *o = decode_opaque(fmt1, sizeof(fmt1) - 1);

	(void)state;
	assert_string_equal(at(o, "/format"), "fmt1");
	assert_int_equal(count_at(o, "/elements"), 2);
	assert_string_equal(at(o, "/elements/0/registry_name"), "PCI-SIG");
	assert_string_equal(at(o, "/elements/0/vendor_id"), "361b");
	assert_string_equal(at(o, "/elements/0/data"), "616263");
	assert_string_equal(at(o, "/elements/1/registry"), "42");
	assert_string_equal(at(o, "/elements/1/registry_name"), "null");
	assert_string_equal(at(o, "/elements/1/size"), "0");
	json_object_put(o);
	o = decode_opaque(general, sizeof(general));
	assert_string_equal(at(o, "/format"), "general");
	assert_string_equal(at(o, "/elements/0/registry_name"), "DMTF");
	assert_string_equal(at(o, "/elements/0/data"), "6869");
	json_object_put(o);
}

/* Type, length, value: driver version, measurement counts, and a type that nobody knows. */
static void test_opaque_fields(void **state)
{
	static const char fields[] = "\x03\0\x07\0"
				     "570.12\0"
				     "\x0c\0\x04\0"
				     "\x01\x00\x02\x00"
				     "\xf0\x01\x01\0"
				     "\xff";
	struct json_object *o = decode_opaque(fields, sizeof(fields) - 1);

	(void)state;
	assert_string_equal(at(o, "/format"), "nvidia");
	assert_int_equal(count_at(o, "/elements"), 0);
	assert_int_equal(count_at(o, "/fields"), 3);
	assert_string_equal(at(o, "/fields/0/name"), "driver version");
	assert_string_equal(at(o, "/fields/0/data"), "3537302e313200");
	assert_string_equal(at(o, "/fields/1/type"), "12");
	assert_string_equal(at(o, "/fields/1/data"), "01000200");
	assert_string_equal(at(o, "/fields/2/type"), "496");
	assert_string_equal(at(o, "/fields/2/name"), "null");
	assert_int_equal(number_at(o, "/fields/2/offset"), 8 + 32 + 2 + 11 + 8 + 4);
	json_object_put(o);
}

/* What fits no format is told as bytes: a vendor's own, a wrong number of elements, an element that is cut off. */
static void test_opaque_of_no_format(void **state)
{
	static const struct {
		const char *bytes;
		size_t len;
	} odd[] = {
		{"\x63\x00\x04\x00vers", 8},
		{"\x06\x00\x05\x00vers", 8},
		{"\x06\x00\x04\x00vers\x00", 9},
		{"\x02\0\0\0\x03\0\0\0", 8},
		{"\x01\0\0\0\x03\0\xff\0", 8},
		{"FTMD\x02\0\0\0", 8},
		{"\x01", 1},
	};
	struct json_object *o;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(odd) / sizeof(*odd); i++) {
		o = decode_opaque(odd[i].bytes, odd[i].len);
		assert_string_equal(at(o, "/format"), "null");
		assert_int_equal(count_at(o, "/elements"), 0);
		assert_int_equal(strlen(at(o, "/bytes")), 2 * odd[i].len);
		json_object_put(o);
	}
	assert_null(decode_opaque("", 0));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_values),
		cmocka_unit_test(test_device_mode),
		cmocka_unit_test(test_wrong_sizes),
		cmocka_unit_test(test_vca_tells_algorithms),
		cmocka_unit_test(test_leaf_tells_signature),
		cmocka_unit_test(test_digest_of_another_size),
		cmocka_unit_test(test_opaque_formats),
		cmocka_unit_test(test_opaque_fields),
		cmocka_unit_test(test_opaque_of_no_format),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
