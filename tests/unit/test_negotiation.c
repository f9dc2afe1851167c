// SPDX-License-Identifier: GPL-2.0-or-later
#include "decode_build.h"

#include "decode/negotiation.h"

static void test_every_version(void **state)
{
	unsigned version;

	(void)state;
	for (version = 0x10; version <= 0x14; version++) {
		struct negotiation n;
		struct buf b = {0};

		put_vca(&b, version, 0x80);
		negotiation_read(built(&b), &n);
		assert_int_equal(n.version, version);
		assert_int_equal(n.versions.len, 2);
		assert_string_equal(spdm_selected_name(&n.algorithms[SPDM_RESPONDER], ALG_BASE_ASYM), "ECDSA P-384");
		assert_string_equal(spdm_selected_name(&n.algorithms[SPDM_RESPONDER], ALG_MEASUREMENT_HASH), "SHA-256");
		assert_int_equal(spdm_digest_size(&n.algorithms[SPDM_RESPONDER], ALG_MEASUREMENT_HASH), 32);
		assert_int_equal(spdm_signature_size(&n.algorithms[SPDM_RESPONDER]), 96);
		assert_int_equal(n.capabilities[SPDM_REQUESTER].present, version > 0x10);
		assert_int_equal(n.capabilities[SPDM_RESPONDER].has_sizes, version >= 0x12);
		buf_free(&b);
	}
}

/* An ALGORITHMS message with one of each set. */
static void put_algorithms(struct buf *b, unsigned version, uint32_t asym, uint32_t pqc)
{
	put_message(b, version, 0x63, 3, 0);
	put(b, 36 + 2 * 4 + 3 * 4 + 4, 2);
	put(b, 1, 1);
	put(b, 0x12, 1);
	put(b, 0x80, 4);
	put(b, asym, 4);
	put(b, 0x40, 4);
	put(b, pqc, 4);
	put(b, 0, 8);
	put(b, 1, 1); /* one algorithm of another registry each */
	put(b, 1, 1);
	put(b, 0, 2);
	put(b, 0xffffffff, 4);
	put(b, 0xffffffff, 4);
	put(b, 0x2102, 2); /* DHE with an algorithm of another registry behind it */
	put(b, 0x10, 2);
	put(b, 0xffffffff, 4);
	put(b, 0x2003, 2);
	put(b, 0x02, 2);
	put(b, 0x2007, 2);
	put(b, 0x04, 2);
}

static void test_algorithm_structures(void **state)
{
	struct spdm_algorithms s;
	struct buf b = {0};

	(void)state;
	put_algorithms(&b, 0x14, 0, 0x2);
	spdm_algorithms_read(built(&b), 0x14, SPDM_RESPONDER, &s);
	assert_true(s.present);
	assert_string_equal(spdm_selected_name(&s, ALG_OPAQUE_FORMAT), "OpaqueDataFmt1");
	assert_int_equal(s.other_params, 0x10);
	assert_string_equal(spdm_selected_name(&s, ALG_BASE_HASH), "SM3-256");
	assert_string_equal(spdm_selected_name(&s, ALG_DHE), "secp384r1");
	assert_string_equal(spdm_selected_name(&s, ALG_AEAD), "AES-256-GCM");
	assert_string_equal(spdm_selected_name(&s, ALG_KEM), "ML-KEM-1024");
	assert_null(spdm_selected_name(&s, ALG_KEY_SCHEDULE));
	assert_string_equal(spdm_selected_name(&s, ALG_PQC_ASYM), "ML-DSA-65");
	assert_int_equal(spdm_signature_size(&s), 3309);
	buf_free(&b);
}

/* Two algorithms are none that can be told, and a post-quantum bit of a version that has none does not count. */
static void test_several_are_none(void **state)
{
	struct spdm_algorithms s;
	struct buf b = {0};

	(void)state;
	put_algorithms(&b, 0x14, 0x80, 0x1);
	spdm_algorithms_read(built(&b), 0x14, SPDM_RESPONDER, &s);
	assert_int_equal(spdm_signature_size(&s), 0);
	b.len = 0;
	put_algorithms(&b, 0x13, 0x80, 0x1);
	spdm_algorithms_read(built(&b), 0x13, SPDM_RESPONDER, &s);
	assert_int_equal(spdm_signature_size(&s), 96);
	b.len = 0;
	put_algorithms(&b, 0x13, 0x81, 0);
	spdm_algorithms_read(built(&b), 0x13, SPDM_RESPONDER, &s);
	assert_int_equal(spdm_signature_size(&s), 0);
	assert_null(spdm_selected_name(&s, ALG_BASE_ASYM));
	b.len = 35;
	spdm_algorithms_read(built(&b), 0x13, SPDM_RESPONDER, &s);
	assert_false(s.present);
	buf_free(&b);
}

/* CAPABILITIES of 1.3 with the block of algorithms: 30 bytes and 4 for each structure. */
static void put_supported_capabilities(struct buf *b, unsigned version, bool block)
{
	put_message(b, 0x10, 0x84, 0, 0);
	put_message(b, 0x10, 0x04, 0, 0);
	put(b, 0x0100, 2);
	put(b, version << 8, 2);
	put_message(b, version, 0xe1, 1, 0);
	buf_repeat(b, 0, 16);
	put_message(b, version, 0x61, block, 0);
	buf_repeat(b, (char)0xff, 16);
	if (!block)
		return;
	put(b, 1, 2); /* one structure */
	put(b, 34, 2);
	put(b, 0x0201, 2); /* DMTF measurements, OpaqueDataFmt1 */
	put(b, 0x90, 4);   /* P-256 and P-384 */
	put(b, 0x03, 4);   /* SHA-256 and SHA-384 */
	buf_repeat(b, 0, 16);
	put(b, 0x2002, 2);
	put(b, 0x18, 2); /* secp256r1, secp384r1 */
}

static void test_supported_algorithms(void **state)
{
	struct json_object *d;
	struct buf b = {0};

	(void)state;
	put_supported_capabilities(&b, 0x13, true);
	d = decode(EV_VCA, &b);
	assert_string_equal(at(d, "/algorithms_supported/base_asym/1"), "ECDSA P-384");
	assert_int_equal(count_at(d, "/algorithms_supported/base_asym"), 2);
	assert_string_equal(at(d, "/algorithms_supported/base_hash/0"), "SHA-256");
	assert_string_equal(at(d, "/algorithms_supported/opaque_format/0"), "OpaqueDataFmt1");
	assert_string_equal(at(d, "/algorithms_supported/dhe/1"), "secp384r1");
	assert_int_equal(number_at(d, "/messages/3/size"), 20 + 34);
	json_object_put(d);
	b.len -= 2; /* cut off in its last structure: what was there is told */
	d = decode(EV_VCA, &b);
	assert_string_equal(at(d, "/algorithms_supported/base_asym/0"), "ECDSA P-256");
	json_object_put(d);
	b.len = 0;
	put_supported_capabilities(&b, 0x13, false);
	d = decode(EV_VCA, &b);
	assert_string_equal(at(d, "/algorithms_supported"), "null");
	json_object_put(d);
	b.len = 0;
	put_supported_capabilities(&b, 0x12, true); /* 1.2 has no such block: these are bytes of nothing */
	d = decode(EV_VCA, &b);
	assert_string_equal(at(d, "/algorithms_supported"), "null");
	assert_int_equal(number_at(d, "/messages/3/size"), 20);
	json_object_put(d);
	buf_free(&b);
}

/* Unknown bits are told by number. */
static void test_unknown_bits(void **state)
{
	struct buf b = {0};
	struct json_object *d;

	(void)state;
	put_vca(&b, 0x12, 0x80001000);
	b.data[20] = 0x03; /* flags of GET_CAPABILITIES: bit 0 is none of a requester */
	d = decode(EV_VCA, &b);
	assert_string_equal(at(d, "/requester_capabilities/names/0"), "bit 0");
	assert_string_equal(at(d, "/requester_capabilities/names/1"), "CERT");
	assert_string_equal(at(d, "/requester_capabilities/flags"), "0x00000003");
	assert_string_equal(at(d, "/algorithms/base_asym/0"), "bit 12");
	assert_string_equal(at(d, "/algorithms/base_asym/1"), "bit 31");
	assert_string_equal(at(d, "/version"), "1.2");
	assert_string_equal(at(d, "/versions_offered/0"), "1.2");
	json_object_put(d);
	buf_free(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_version),        cmocka_unit_test(test_algorithm_structures),
		cmocka_unit_test(test_several_are_none),     cmocka_unit_test(test_unknown_bits),
		cmocka_unit_test(test_supported_algorithms),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
