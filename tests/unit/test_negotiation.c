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
	spdm_algorithms_read(built(&b), SPDM_RESPONDER, &s);
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
	spdm_algorithms_read(built(&b), SPDM_RESPONDER, &s);
	assert_int_equal(spdm_signature_size(&s), 0);
	b.len = 0;
	put_algorithms(&b, 0x13, 0x80, 0x1);
	spdm_algorithms_read(built(&b), SPDM_RESPONDER, &s);
	assert_int_equal(spdm_signature_size(&s), 96);
	b.len = 0;
	put_algorithms(&b, 0x13, 0x81, 0);
	spdm_algorithms_read(built(&b), SPDM_RESPONDER, &s);
	assert_int_equal(spdm_signature_size(&s), 0);
	assert_null(spdm_selected_name(&s, ALG_BASE_ASYM));
	b.len = 35;
	spdm_algorithms_read(built(&b), SPDM_RESPONDER, &s);
	assert_false(s.present);
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
		cmocka_unit_test(test_every_version),
		cmocka_unit_test(test_algorithm_structures),
		cmocka_unit_test(test_several_are_none),
		cmocka_unit_test(test_unknown_bits),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
