// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Verification of evidence that openssl(1) signed (tests/vectors/make-vectors): what is whole passes, and no single bit
 * of it can change without the verdict changing. Without libcrypto there is nothing to try.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "cmd/file.h"
#include "cmd/roots.h"
#include "cmd/verify.h"
#include "verify/verify.h"

#if TSMCTL_CRYPTO

static char dir[] = "/tmp/tsmctl-verify-XXXXXX";

enum { FILE_MAX = 1 << 20, LEAF_PART = 440 /* less than the leaf has */ };

/* One case of make-vectors. */
struct vector {
	struct bytes chain, vca, request, response;
	struct anchors anchors;
	uint8_t nonce[VERIFY_NONCE_SIZE];
	struct verify_input in;
};

static struct bytes load(const char *name, const char *what)
{
	char path[128];
	struct err e = {0};
	struct bytes b;
	uint8_t *data;

	snprintf(path, sizeof(path), "%s/%s.%s", dir, name, what);
	if (file_read(path, FILE_MAX, &data, &b.len, &e))
		fail_msg("%s: %s", path, e.message);
	b.data = data;
	return b;
}

static void load_roots(const char *name, struct anchors *a)
{
	char path[128];
	struct err e = {0};

	snprintf(path, sizeof(path), "%s/%s.root.pem", dir, name);
	assert_int_equal(roots_load(path, &tsmctl_crypto, a, &e), 0);
}

static void load_nonce(const char *name, uint8_t nonce[VERIFY_NONCE_SIZE])
{
	struct bytes hex = load(name, "nonce");
	char text[2 * VERIFY_NONCE_SIZE + 1];

	assert_int_equal(hex.len, sizeof(text) - 1);
	memcpy(text, hex.data, hex.len);
	text[hex.len] = '\0';
	assert_int_equal(hex_decode(text, nonce, VERIFY_NONCE_SIZE), VERIFY_NONCE_SIZE);
	free((void *)hex.data);
}

static struct vector *vector_load(const char *name)
{
	struct vector *v = calloc(1, sizeof(*v));

	assert_non_null(v);
	v->chain = load(name, "chain");
	v->vca = load(name, "vca");
	v->request = load(name, "request");
	v->response = load(name, "response");
	load_roots(name, &v->anchors);
	load_nonce(name, v->nonce);
	v->in = (struct verify_input){
		.crypto = &tsmctl_crypto,
		.certificates = v->chain,
		.vca = v->vca,
		.request = v->request,
		.measurements = v->response,
		.slot = -1,
		.anchors = &v->anchors,
		.nonce = v->nonce,
		.at = time(NULL),
	};
	return v;
}

static void vector_free(struct vector *v)
{
	free((void *)v->chain.data);
	free((void *)v->vca.data);
	free((void *)v->request.data);
	free((void *)v->response.data);
	roots_free(&v->anchors);
	free(v);
}

static enum result judge(const struct verify_input *in)
{
	struct verification v;
	struct err e = {0};
	enum result verdict;

	assert_int_equal(verify_evidence(in, &v, &e), 0);
	verdict = checks_verdict(&v.checks);
	verification_free(&v);
	return verdict;
}

/* Asserts the verdict, and with `check` that the line of that name has the same result and its detail has `part`. */
static void expect(const struct verify_input *in, enum result verdict, const char *check, const char *part)
{
	struct verification v;
	struct err e = {0};
	bool found = !check;

	assert_int_equal(verify_evidence(in, &v, &e), 0);
	assert_string_equal(result_name(checks_verdict(&v.checks)), result_name(verdict));
	for (size_t i = 0; i < v.checks.count && !found; i++)
		found = v.checks.at[i].result == verdict && strcmp(v.checks.at[i].name, check) == 0 &&
			strstr(v.checks.at[i].detail, part);
	if (!found)
		fail_msg("no %s %s: %s", result_name(verdict), check, part);
	verification_free(&v);
}

static void expect_pass(const char *name)
{
	struct vector *v = vector_load(name);

	if (judge(&v->in) != RESULT_PASS)
		fail_msg("%s does not pass", name);
	vector_free(v);
}

static void every_case_passes(void **state)
{
	static const char *const names[] = {"v10_p256", "v12_sha3", "no_root", "one_by_one"};

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		expect_pass(names[i]);
}

static void every_algorithm_passes_in_every_version(void **state)
{
	static const char *const algorithms[] = {"p256",       "p384",       "p521",       "rsassa2048", "rsassa3072",
						 "rsassa4096", "rsapss2048", "rsapss3072", "rsapss4096", "ed25519"};
	char name[32];

	(void)state;
	for (int version = 11; version <= 14; version++) {
		for (size_t i = 0; i < sizeof(algorithms) / sizeof(algorithms[0]); i++) {
			snprintf(name, sizeof(name), "v%d_%s", version, algorithms[i]);
			expect_pass(name);
		}
	}
}

static bool is_set(const char *variable)
{
	const char *value = getenv(variable);

	return value && strcmp(value, "1") == 0;
}

/* A sanitized program is slow, and one under valgrind slower: some bits of every byte's place are enough there. */
static size_t slowness(void)
{
	return is_set("TSMCTL_MEMCHECK") ? 997 : is_set("TSMCTL_SANITIZED") ? 13 : 1;
}

/* Flips every `step`th bit of `object` (which v->in refers to), one at a time. */
static void flip_bits(struct vector *v, struct bytes object, size_t step)
{
	uint8_t *p = (uint8_t *)object.data;

	step *= slowness();
	assert_int_equal(judge(&v->in), RESULT_PASS);
	for (size_t bit = 0; bit < object.len * 8; bit += step) {
		p[bit / 8] ^= (uint8_t)(1 << bit % 8);
		if (judge(&v->in) == RESULT_PASS)
			fail_msg("passes with bit %zu of byte %zu flipped", bit % 8, bit / 8);
		p[bit / 8] ^= (uint8_t)(1 << bit % 8);
	}
	assert_int_equal(judge(&v->in), RESULT_PASS);
}

/* Bits of everything but the chain; up to 1.1, VCA is not signed. */
static void flip_messages(const char *name, size_t step)
{
	struct vector *v = vector_load(name);

	flip_bits(v, v->request, step);
	flip_bits(v, v->response, step);
	flip_bits(v, (struct bytes){v->nonce, sizeof(v->nonce)}, step);
	if (v->response.data[0] >= SPDM_12)
		flip_bits(v, v->vca, step);
	vector_free(v);
}

static void no_flipped_bit_passes(void **state)
{
	(void)state;
	flip_messages("v12_p256", 1);
	flip_messages("v11_p256", 7);
	flip_messages("v12_ed25519", 7);
	flip_messages("v12_rsapss2048", 31);
	flip_messages("one_by_one", 7);
}

static void no_flipped_bit_of_a_chain_passes(void **state)
{
	struct vector *v = vector_load("v12_p256");

	(void)state;
	flip_bits(v, (struct bytes){v->chain.data + v->chain.len - LEAF_PART, LEAF_PART}, 1);
	flip_bits(v, v->chain, 11);
	vector_free(v);
	v = vector_load("no_root");
	flip_bits(v, v->chain, 7);
	vector_free(v);
}

static void without_a_piece_it_is_incomplete(void **state)
{
	struct vector *v = vector_load("v12_p384");
	struct verify_input in = v->in;
	const struct bytes none = {NULL, 0};

	(void)state;
	in.vca = none;
	expect(&in, RESULT_INCOMPLETE, "signature", "no VCA: a 1.2 signature cannot be checked without it");
	in = v->in;
	in.request = none;
	expect(&in, RESULT_INCOMPLETE, "signature", "no request");
	in = v->in;
	in.measurements = none;
	expect(&in, RESULT_INCOMPLETE, "signature", "no measurements");
	in = v->in;
	in.certificates = none;
	expect(&in, RESULT_INCOMPLETE, "chain", "no certificate chain");
	in = v->in;
	in.anchors = NULL;
	expect(&in, RESULT_INCOMPLETE, "anchor", "not anchored");
	in = v->in;
	in.nonce = NULL;
	in.no_nonce = "because of this test";
	expect(&in, RESULT_INCOMPLETE, "freshness", "because of this test");
	in = v->in;
	in.crypto = NULL;
	in.no_crypto = "built without";
	expect(&in, RESULT_INCOMPLETE, "signature", "built without");
	vector_free(v);
}

/* Some TSMs hand over more than the messages: it is told, and not taken for signed. */
static void what_follows_the_messages_is_a_note(void **state)
{
	struct vector *v = vector_load("v12_p384");
	struct verification got;
	struct err e = {0};
	uint8_t vca[512] = {0}, response[512] = {0};
	size_t notes = 0;

	(void)state;
	assert_true(v->vca.len + 4 <= sizeof(vca) && v->response.len + 9 <= sizeof(response));
	memcpy(vca, v->vca.data, v->vca.len);
	memcpy(response, v->response.data, v->response.len);
	v->in.vca = (struct bytes){vca, v->vca.len + 4};
	v->in.measurements = (struct bytes){response, v->response.len + 9};
	assert_int_equal(verify_evidence(&v->in, &got, &e), 0);
	assert_int_equal(checks_verdict(&got.checks), RESULT_PASS);
	for (size_t i = 0; i < got.checks.count; i++) {
		const struct check *c = &got.checks.at[i];

		notes += c->result == RESULT_NOTE && strstr(c->detail, "not signed: 4");
		notes += c->result == RESULT_NOTE && strstr(c->detail, "not signed: 9");
	}
	assert_int_equal(notes, 2);
	verification_free(&got);
	vector_free(v);
}

static void what_contradicts_fails(void **state)
{
	struct vector *v = vector_load("v12_p384");
	struct vector *other = vector_load("v12_p256");
	struct verify_input in = v->in;

	(void)state;
	in.anchors = &other->anchors;
	expect(&in, RESULT_FAIL, "anchor", "no valid path to a root given");
	in = v->in;
	in.certificates = other->chain;
	expect(&in, RESULT_FAIL, "signature", "VCA selects ECDSA P-384, but the leaf's key is ECDSA P-256");
	in = v->in;
	in.nonce = other->nonce;
	expect(&in, RESULT_FAIL, "freshness", "another nonce");
	in = v->in;
	in.slot = 1;
	expect(&in, RESULT_FAIL, "slot", "slot 0 signed, the chain is that of slot 1");
	vector_free(v);
	vector_free(other);
}

static void dates_are_judged_at_the_time_given(void **state)
{
	struct vector *v = vector_load("expired");

	(void)state;
	expect(&v->in, RESULT_FAIL, "validity", "expired on 2024-02-29");
	v->in.at = 1600000000;
	expect(&v->in, RESULT_PASS, "validity", "valid on 2020-09-13; the first certificate expires on 2024-02-29");
	v->in.at = 1500000000;
	expect(&v->in, RESULT_FAIL, "validity", "is not valid before 2020-01-01");
	vector_free(v);
}

/* OpenSSL 3.0 and 3.1 cannot be given the context string of Ed448. */
static void ed448_passes_where_libcrypto_has_its_context(void **state)
{
	const char *library = tsmctl_crypto.library();
	bool old = !strncmp(library, "OpenSSL 3.0.", 12) || !strncmp(library, "OpenSSL 3.1.", 12);
	struct vector *v = vector_load("v14_ed448");

	(void)state;
	if (old)
		expect(&v->in, RESULT_INCOMPLETE, "signature", "Ed448 is unsupported by this libcrypto (OpenSSL 3.");
	else
		expect(&v->in, RESULT_PASS, "signature", "Ed448 with SHA-512");
	assert_int_equal(judge(&v->in), old ? RESULT_INCOMPLETE : RESULT_PASS);
	vector_free(v);
}

/* ALGORITHMS of the vector, from its end: BaseAsymSel and PqcAsymSel are 24 and 16 bytes before it. */
static void expect_unsupported(uint8_t asym_byte_1, uint8_t pqc, size_t signature, const char *name)
{
	struct vector *v = vector_load("v14_p256");
	uint8_t *end = (uint8_t *)v->vca.data + v->vca.len;
	size_t len = v->response.len - 64 + signature;
	uint8_t *response = realloc((uint8_t *)v->response.data, len);

	assert_non_null(response);
	memset(response + len - signature, 's', signature);
	v->response = v->in.measurements = (struct bytes){response, len};
	end[-24] = 0;
	end[-23] = asym_byte_1;
	end[-16] = pqc;
	expect(&v->in, RESULT_INCOMPLETE, "signature", name);
	assert_int_equal(judge(&v->in), RESULT_INCOMPLETE);
	vector_free(v);
}

static void an_algorithm_that_is_not_there_is_incomplete(void **state)
{
	(void)state;
	expect_unsupported(0x02, 0, 64, "SM2 is unsupported by this libcrypto (OpenSSL 3.");
	expect_unsupported(0, 0x02, 3309, "ML-DSA-65 is unsupported by this libcrypto (OpenSSL 3.");
	expect_unsupported(0, 0x03, 64, "a post-quantum signature is unsupported by this libcrypto");
	expect_unsupported(0, 0, 64, "VCA selects no algorithm that is known");
}

static void a_root_that_is_not_in_the_chain_is_named_by_its_hash(void **state)
{
	struct vector *v = vector_load("no_root");
	struct vector *other = vector_load("v12_p256");

	(void)state;
	expect(&v->in, RESULT_PASS, "root hash", "of the root given");
	v->in.anchors = NULL;
	expect(&v->in, RESULT_INCOMPLETE, "root hash", "not in the chain");
	vector_free(v);
	vector_free(other);
}

/* The name of a CMA certificate against configuration space. */
static void a_leaf_belongs_to_its_function(void **state)
{
	static const struct {
		const char *name;
		enum result result;
	} names[] = {
		{"Vendor=1B36:Device=00C0:CC=010802:REV=01", RESULT_PASS},
		{"vendor=1b36:device=00c0:cc=010802:rev=01", RESULT_PASS},
		{"Vendor=1B36:Device=00C0:CC=010802:REV=01:SSVID=1AF4:SSID=1100", RESULT_PASS},
		{"Vendor=1B36:Device=00C0:CC=010802:REV=01:0123456789ABCDEF", RESULT_PASS},
		{"Vendor=1B36:Device=00C0:CC=010802:REV=01:SSVID=1AF4:SSID=1101", RESULT_FAIL},
		{"Vendor=1B36:Device=00C1:CC=010802:REV=01", RESULT_FAIL},
		{"Vendor=1B36:Device=00C0:CC=010802:REV=0", RESULT_FAIL},
		{"Vendor=1B36:Device=00C0:CC=010802:REV=012", RESULT_FAIL},
		{"", RESULT_NOTE},
	};
	const struct function_identity id = {0x1b36, 0xc0, 0x010802, 1, true, 0x1af4, 0x1100};

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		struct certificate leaf = {0};
		struct verification v = {.chain = {.info = &leaf, .count = 1}};

		strcpy(leaf.cma_name, names[i].name);
		verify_identity(&v, &id);
		assert_int_equal(v.checks.count, 1);
		assert_string_equal(result_name(v.checks.at[0].result), result_name(names[i].result));
		checks_free(&v.checks);
	}
}

/* What a live look adds, for one object of three bytes. */
static enum result live_result(const char *digest_hex, uint32_t last_generation, const char *check)
{
	uint8_t object[] = "abc", digest[HASH_MAX];
	struct subject s = {.module.crypto = &tsmctl_crypto};
	struct checks checks = {0};
	enum result result = RESULT_NOTE;
	long len = hex_decode(digest_hex, digest, sizeof(digest));

	s.set.object[EV_MEASUREMENTS] = (struct evidence_copy){true, true, 7, object, 3};
	s.last.object[EV_MEASUREMENTS] = (struct evidence_copy){true, true, last_generation, NULL, 3};
	s.digests.object[EV_MEASUREMENTS] = (struct evidence_copy){true, true, 7, digest, (size_t)len};
	verify_live_checks(&s, &checks);
	for (size_t i = 0; i < checks.count; i++)
		if (strcmp(checks.at[i].name, check) == 0)
			result = checks.at[i].result;
	checks_free(&checks);
	return result;
}

/* FIPS 180's and 202's own examples: the digests of "abc". */
static void digests_and_generations_must_agree(void **state)
{
	static const char sha256[] = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
	static const char sha3_256[] = "3a985da74fe225b2045c172d6bd390bd855f086e3e9d525b46bfe24511431532";
	static const char other[] = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ae";

	(void)state;
	assert_int_equal(live_result(sha256, 7, "digest"), RESULT_PASS);
	assert_int_equal(live_result(sha3_256, 7, "digest"), RESULT_PASS);
	assert_int_equal(live_result(other, 7, "digest"), RESULT_FAIL);
	assert_int_equal(live_result("", 7, "digest"), RESULT_NOTE);
	assert_int_equal(live_result(sha256, 7, "generation"), RESULT_PASS);
	assert_int_equal(live_result(sha256, 8, "generation"), RESULT_FAIL);
}

static int make_vectors(void **state)
{
	const char *source = getenv("TSMCTL_SOURCE") ? getenv("TSMCTL_SOURCE") : ".";
	char command[1024];

	(void)state;
	assert_non_null(mkdtemp(dir));
	snprintf(command, sizeof(command), "'%s'/tests/vectors/make-vectors %s", source, dir);
	return system(command);
}

static int remove_vectors(void **state)
{
	char command[64];

	(void)state;
	snprintf(command, sizeof(command), "rm -rf %s", dir);
	return system(command);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_case_passes),
		cmocka_unit_test(every_algorithm_passes_in_every_version),
		cmocka_unit_test(ed448_passes_where_libcrypto_has_its_context),
		cmocka_unit_test(no_flipped_bit_passes),
		cmocka_unit_test(no_flipped_bit_of_a_chain_passes),
		cmocka_unit_test(without_a_piece_it_is_incomplete),
		cmocka_unit_test(what_follows_the_messages_is_a_note),
		cmocka_unit_test(what_contradicts_fails),
		cmocka_unit_test(dates_are_judged_at_the_time_given),
		cmocka_unit_test(an_algorithm_that_is_not_there_is_incomplete),
		cmocka_unit_test(a_root_that_is_not_in_the_chain_is_named_by_its_hash),
		cmocka_unit_test(a_leaf_belongs_to_its_function),
		cmocka_unit_test(digests_and_generations_must_agree),
	};

	return cmocka_run_group_tests(tests, make_vectors, remove_vectors);
}

#else

int main(void)
{
	puts("built without libcrypto");
	return 0;
}

#endif
