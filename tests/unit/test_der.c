// SPDX-License-Identifier: GPL-2.0-or-later
#include "decode_build.h"

#include "decode/der.h"

static struct bytes bytes_of(const char *text, size_t len)
{
	return (struct bytes){(const uint8_t *)text, len};
}

#define BYTES(literal) bytes_of(literal, sizeof(literal) - 1)

static void test_items(void **state)
{
	struct bytes in = BYTES("\x02\x01\x07\x30\x81\x02\x05\x00\x04");
	struct span rest = {0, in.len};
	struct der item;

	(void)state;
	assert_false(der_take(in, &rest, DER_SEQUENCE, &item));
	assert_int_equal(rest.offset, 0);
	assert_true(der_next(in, &rest, &item));
	assert_int_equal(item.tag, DER_INTEGER);
	assert_int_equal(item.content.offset, 2);
	assert_true(der_take(in, &rest, DER_SEQUENCE, &item));
	assert_int_equal(item.whole.offset, 3);
	assert_int_equal(item.whole.len, 5);
	assert_int_equal(item.content.offset, 6);
	assert_int_equal(item.content.len, 2);
	/* A tag without a length. */
	assert_false(der_next(in, &rest, &item));
	assert_int_equal(rest.len, 1);
}

static void test_lengths_that_are_none(void **state)
{
	static const char *const bad[] = {
		"\x30\x80\x02\x01\x00\x00",         /* indefinite */
		"\x30\x85\x00\x00\x00\x00\x01\x00", /* five octets of length */
		"\x30\x84\x7f\xff\xff\xff",         /* 2 GiB in six bytes */
		"\x30\x03\x02\x01",                 /* one byte short */
		"\x3f\x01\x00",                     /* a tag of several octets */
		"\x30\x82\x01",                     /* a length that is cut off */
	};
	static const size_t sizes[] = {6, 8, 6, 4, 3, 3};
	struct der item;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		struct bytes in = bytes_of(bad[i], sizes[i]);
		struct span rest = {0, in.len};

		if (der_next(in, &rest, &item))
			fail_msg("number %zu is taken for an item", i);
		assert_int_equal(rest.len, in.len);
	}
}

static void test_numbers(void **state)
{
	struct bytes in = BYTES("\x00\xff\xff\xff\xff\xff\xff\xff\xff");
	uint64_t value;

	(void)state;
	assert_true(der_number(in, (struct span){0, 9}, &value));
	assert_true(value == UINT64_MAX);
	assert_false(der_number(in, (struct span){1, 1}, &value)); /* negative */
	assert_false(der_number(in, (struct span){0, 0}, &value));
	in = BYTES("\x01\x00\x00\x00\x00\x00\x00\x00\x00");
	assert_false(der_number(in, (struct span){0, 9}, &value));
	/* keyCertSign, cRLSign; then decipherOnly in the second octet. */
	in = BYTES("\x01\x06\x80");
	assert_int_equal(der_bits(in, (struct span){0, 2}), 1 << 5 | 1 << 6);
	assert_int_equal(der_bits(in, (struct span){0, 3}), 1 << 5 | 1 << 6 | 1 << 8);
	assert_int_equal(der_bits(in, (struct span){0, 0}), 0);
}

static void test_oids(void **state)
{
	static const struct {
		const char *bytes;
		size_t len;
		const char *text;
		bool valid;
	} oids[] = {
		{"\x2b\x06\x01\x04\x01\x83\x1c\x82\x12\x01", 10, "1.3.6.1.4.1.412.274.1", true},
		{"\x67\x81\x13", 3, "2.23.147", true},
		{"\x09\x92\x26\x89\x93\xf2\x2c\x64\x01\x01", 10, "0.9.2342.19200300.100.1.1", true},
		{"\x88\x37", 2, "2.999", true},
		{"\x2a\x86", 2, "0x2a86", false}, /* ends within an arc */
		{"\x2a\xff\xff\xff\xff\xff\xff\xff\xff\xff\x7f", 11, "0x2affffffffffffffffff7f", false},
		{"", 0, "0x", false},
	};
	char text[OID_TEXT];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(oids) / sizeof(*oids); i++) {
		struct bytes in = bytes_of(oids[i].bytes, oids[i].len);

		assert_int_equal(der_oid_text(in, (struct span){0, in.len}, text), oids[i].valid);
		assert_string_equal(text, oids[i].text);
	}
}

static void test_long_oid_stays_within_its_text(void **state)
{
	char bytes[200], text[OID_TEXT];
	struct bytes in = {(const uint8_t *)bytes, sizeof(bytes)};

	(void)state;
	memset(bytes, 1, sizeof(bytes));
	assert_false(der_oid_text(in, (struct span){0, in.len}, text));
	assert_true(strlen(text) < OID_TEXT);
	assert_memory_equal(text, "0x0101", 6);
}

static void test_times(void **state)
{
	static const struct {
		uint8_t tag;
		const char *bytes;
		const char *text; /* NULL: no time */
	} times[] = {
		{DER_UTC_TIME, "260131235959Z", "2026-01-31T23:59:59Z"},
		{DER_UTC_TIME, "491231000000Z", "2049-12-31T00:00:00Z"},
		{DER_UTC_TIME, "500101000000Z", "1950-01-01T00:00:00Z"},
		{DER_GENERALIZED_TIME, "99991231235959Z", "9999-12-31T23:59:59Z"},
		{DER_GENERALIZED_TIME, "20261301000000Z", NULL},
		{DER_GENERALIZED_TIME, "20260101000000+", NULL},
		{DER_GENERALIZED_TIME, "260101000000Z", NULL},
		{DER_UTC_TIME, "26010100000Z", NULL},
		{DER_UTC_TIME, "2601010000:0Z", NULL},
		{DER_UTC_TIME, "", NULL},
		{DER_OCTET_STRING, "260131235959Z", NULL},
	};
	char text[TIME_TEXT];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(times) / sizeof(*times); i++) {
		struct bytes in = bytes_of(times[i].bytes, strlen(times[i].bytes));
		struct der item = {.tag = times[i].tag, .content = {0, in.len}};

		assert_int_equal(der_time_text(in, &item, text), times[i].text != NULL);
		if (times[i].text)
			assert_string_equal(text, times[i].text);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_items),   cmocka_unit_test(test_lengths_that_are_none),
		cmocka_unit_test(test_numbers), cmocka_unit_test(test_oids),
		cmocka_unit_test(test_times),   cmocka_unit_test(test_long_oid_stays_within_its_text),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
