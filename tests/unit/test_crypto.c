// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The module with libcrypto, function by function, on certificates of openssl(1) and on bytes that are none: it
 * answers, or says why it cannot. Without libcrypto there is nothing to ask.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "cmd/file.h"
#include "verify/crypto.h"

#if TSMCTL_CRYPTO

#define COUNT(array)  (sizeof(array) / sizeof((array)[0]))
#define DEVICE_INFO   "otherName:1.3.6.1.4.1.412.274.1;"
#define CMA           "otherName:2.23.147;"
#define FIFTY         "aaaaaaaaaabbbbbbbbbbccccccccccddddddddddeeeeeeeeee"
#define BYTES(string) ((struct bytes){(const uint8_t *)(string), sizeof(string) - 1})

static char dir[] = "/tmp/tsmctl-crypto-XXXXXX";
static char why[CRYPTO_WHY];

/* A self-signed certificate; freed with free(). */
static struct bytes make(const char *key, const char *subject, const char *names)
{
	struct err e = {0};
	char command[1600], path[64];
	struct bytes der;
	uint8_t *data = NULL;

	snprintf(path, sizeof(path), "%s/der", dir);
	snprintf(command, sizeof(command),
		 "exec 2>'%s/log'; openssl genpkey %s -out '%s/key' && "
		 "openssl req -x509 -new -key '%s/key' -subj '%s' -addext 'subjectAltName=%s' -outform DER -out '%s'",
		 dir, key, dir, dir, subject, names, path);
	if (system(command) || file_read(path, 1 << 16, &data, &der.len, &e))
		fail_msg("%s", command);
	der.data = data;
	return der;
}

static struct bytes make_key(const char *key)
{
	return make(key, "/CN=device", "DNS:device");
}

#define P256  "-algorithm EC -pkeyopt ec_paramgen_curve:P-256"
#define ED    "-algorithm ED25519"
#define OTHER "-algorithm EC -pkeyopt ec_paramgen_curve:secp256k1"

/* What the standards print for "abc". */
static void digests_are_the_known_ones(void **state)
{
	static const struct {
		enum hash hash;
		size_t len;
		uint8_t first[4];
	} known[] = {
		{HASH_SHA256, 32, {0xba, 0x78, 0x16, 0xbf}},   {HASH_SHA384, 48, {0xcb, 0x00, 0x75, 0x3f}},
		{HASH_SHA512, 64, {0xdd, 0xaf, 0x35, 0xa1}},   {HASH_SHA3_256, 32, {0x3a, 0x98, 0x5d, 0xa7}},
		{HASH_SHA3_384, 48, {0xec, 0x01, 0x49, 0x82}}, {HASH_SHA3_512, 64, {0xb7, 0x51, 0x85, 0x0b}},
		{HASH_SM3, 32, {0x66, 0xc7, 0xf0, 0xf4}},
	};
	const struct bytes parts[] = {BYTES("a"), BYTES(""), BYTES("bc")};
	uint8_t out[HASH_MAX];

	(void)state;
	for (size_t i = 0; i < COUNT(known); i++) {
		assert_int_equal(tsmctl_crypto.digest(known[i].hash, parts, COUNT(parts), out), known[i].len);
		assert_memory_equal(out, known[i].first, sizeof(known[i].first));
	}
	assert_int_equal(tsmctl_crypto.digest(HASH_NONE, parts, COUNT(parts), out), 0);
	assert_int_equal(tsmctl_crypto.digest(HASH_COUNT, parts, COUNT(parts), out), 0);
}

static void bytes_that_are_no_certificate(void **state)
{
	struct bytes good = make_key(ED);
	uint8_t *longer = malloc(good.len + 1);

	(void)state;
	assert_non_null(longer);
	memcpy(longer, good.data, good.len);
	longer[good.len] = 0;

	const struct bytes bad[] = {BYTES(""), BYTES("0"), {good.data, good.len - 1}, {longer, good.len + 1}};
	const struct signature_query q = {.scheme = SCHEME_ED25519, .message = good, .signature = good};
	uint8_t key[CRYPTO_KEY_DER];
	struct certificate c;
	struct path path;

	for (size_t i = 0; i < COUNT(bad); i++) {
		assert_false(tsmctl_crypto.certificate(bad[i], &c, why));
		assert_string_equal(why, "it is no X.509 certificate");
		why[0] = '\0';
		assert_int_equal(tsmctl_crypto.issued(bad[i], good, why), ANSWER_NO);
		assert_int_equal(tsmctl_crypto.issued(good, bad[i], why), ANSWER_NO);
		assert_string_equal(why, "it is no X.509 certificate");
		assert_int_equal(tsmctl_crypto.path(&bad[i], 1, &good, 1, &path), ANSWER_UNKNOWN);
		assert_int_equal(tsmctl_crypto.path(&good, 1, &bad[i], 1, &path), ANSWER_UNKNOWN);
		assert_string_equal(path.why, "a certificate cannot be read");
		assert_int_equal(tsmctl_crypto.key_der(bad[i], key), 0);
		assert_int_equal(tsmctl_crypto.signature(bad[i], &q, why), ANSWER_UNKNOWN);
		assert_non_null(strstr(why, "the leaf's public key is unsupported by this libcrypto (OpenSSL 3."));
	}
	assert_int_equal(tsmctl_crypto.path(&good, 0, &good, 1, &path), ANSWER_UNKNOWN);
	assert_int_equal(tsmctl_crypto.path(&good, 1, &good, 1, &path), ANSWER_YES);
	free(longer);
	free((void *)(uintptr_t)good.data);
}

static void keys_are_named(void **state)
{
	static const struct {
		const char *make, *name;
		enum key_kind kind;
	} keys[] = {
		{P256, "ECDSA P-256", KEY_EC},
		{ED, "Ed25519", KEY_ED25519},
		{OTHER, "elliptic curve", KEY_OTHER},
		{"-algorithm RSA -pkeyopt rsa_keygen_bits:1024", "RSA 1024", KEY_RSA},
		{"-algorithm RSA-PSS -pkeyopt rsa_keygen_bits:1024", "RSA-PSS 1024", KEY_RSA},
		{"-algorithm ED448", "Ed448", KEY_ED448},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(keys); i++) {
		struct bytes der = make_key(keys[i].make);
		struct certificate c;

		assert_true(tsmctl_crypto.certificate(der, &c, why));
		assert_string_equal(c.key, keys[i].name);
		assert_int_equal(c.kind, keys[i].kind);
		free((void *)(uintptr_t)der.data);
	}
}

/* The first name of a kind counts, if it is text that fits; half of one would be another device's. */
static void names_are_whole_or_none(void **state)
{
	static const struct {
		const char *names, *device_info, *cma;
	} cases[] = {
		{"DNS:x", "", ""},
		{DEVICE_INFO "UTF8:ACME:WIDGET:01", "ACME:WIDGET:01", ""},
		{CMA "UTF8:Vendor=1b36,DNS:x," DEVICE_INFO "UTF8:A:B:C", "A:B:C", "Vendor=1b36"},
		{DEVICE_INFO "UTF8:first," DEVICE_INFO "UTF8:second", "first", ""},
		{DEVICE_INFO "IA5STRING:A:B:C", "", ""},
		{DEVICE_INFO "UTF8:" FIFTY FIFTY FIFTY FIFTY FIFTY, "", ""},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct bytes der = make(ED, "/CN=device", cases[i].names);
		struct certificate c;

		assert_true(tsmctl_crypto.certificate(der, &c, why));
		assert_string_equal(c.device_info, cases[i].device_info);
		assert_string_equal(c.cma_name, cases[i].cma);
		free((void *)(uintptr_t)der.data);
	}
}

static void long_names_are_cut(void **state)
{
	struct bytes der = make(ED, "/OU=" FIFTY "/OU=" FIFTY "/OU=" FIFTY "/OU=" FIFTY "/CN=" FIFTY, "DNS:x");
	struct certificate c;

	(void)state;
	assert_true(tsmctl_crypto.certificate(der, &c, why));
	assert_int_equal(strlen(c.subject), CRYPTO_NAME - 1);
	assert_int_equal(strncmp(c.subject, "CN=" FIFTY ",OU=" FIFTY, 2 * 50 + 7), 0);
	free((void *)(uintptr_t)der.data);
}

static void signatures_need_key_length_and_algorithm(void **state)
{
	static const uint8_t zeros[CRYPTO_KEY_DER];
	static const struct {
		const char *key;
		enum scheme scheme;
		enum hash hash;
		size_t len;
		enum answer answer;
		const char *why;
	} cases[] = {
		{P256, SCHEME_ED25519, HASH_NONE, 64, ANSWER_NO, "the leaf's key is of another type"},
		{ED, SCHEME_ECDSA, HASH_SHA256, 64, ANSWER_NO, "the leaf's key is of another type"},
		{P256, SCHEME_ECDSA, HASH_SHA256, 96, ANSWER_NO,
		 "the signature has 96 bytes, one by the leaf's key has 64"},
		{P256, SCHEME_ECDSA, HASH_NONE, 64, ANSWER_UNKNOWN, "unsupported by this libcrypto (OpenSSL 3."},
		{P256, SCHEME_ECDSA, HASH_SHA256, 64, ANSWER_NO, "does not fit the signed bytes and the key"},
		{P256, SCHEME_OTHER, HASH_SHA256, 64, ANSWER_UNKNOWN, "unsupported by this libcrypto (OpenSSL 3."},
		{ED, SCHEME_ED25519, HASH_NONE, 64, ANSWER_NO, "does not fit the signed bytes and the key"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct bytes der = make_key(cases[i].key);
		const struct signature_query q = {.scheme = cases[i].scheme,
						  .hash = cases[i].hash,
						  .message = BYTES("message"),
						  .signature = {zeros, cases[i].len}};

		assert_int_equal(tsmctl_crypto.signature(der, &q, why), cases[i].answer);
		if (!strstr(why, cases[i].why))
			fail_msg("case %zu: %s", i, why);
		free((void *)(uintptr_t)der.data);
	}
}

/* r || s of two bytes each, as DER; what has no halves, or more than P-521's, is none. */
static void ecdsa_as_der(void **state)
{
	static const uint8_t raw[140] = {0x00, 0x01, 0x80, 0x00};
	static const uint8_t der[] = {0x30, 0x08, 0x02, 0x01, 0x01, 0x02, 0x03, 0x00, 0x80, 0x00};
	static const size_t bad[] = {0, 1, 3, 133, 134, 140};
	uint8_t out[CRYPTO_SIGNATURE_DER];

	(void)state;
	assert_int_equal(tsmctl_crypto.signature_der((struct bytes){raw, 4}, out), sizeof(der));
	assert_memory_equal(out, der, sizeof(der));
	for (size_t i = 0; i < COUNT(bad); i++)
		assert_int_equal(tsmctl_crypto.signature_der((struct bytes){raw, bad[i]}, out), 0);
}

/* ctx: how many it takes before it has enough. */
static int take(void *ctx, struct bytes der)
{
	int *left = ctx;

	assert_true(der.len > 0 && der.data[0] == 0x30);
	return (*left)-- > 0 ? 0 : -1;
}

static void files_of_certificates(void **state)
{
	struct bytes der = make_key(ED), pem;
	struct err e = {0};
	char path[64], command[256];
	uint8_t *data;
	int left = 1;

	(void)state;
	assert_int_equal(tsmctl_crypto.certificates(der, take, &left), 0);
	assert_int_equal(left, 0);
	assert_int_equal(tsmctl_crypto.certificates(der, take, &left), -1);

	snprintf(path, sizeof(path), "%s/pem", dir);
	snprintf(command, sizeof(command), "for i in 1 2 3; do openssl x509 -inform DER -in '%s/der'; done >'%s'", dir,
		 path);
	assert_int_equal(system(command), 0);
	assert_int_equal(file_read(path, 1 << 16, &data, &pem.len, &e), 0);
	pem.data = data;
	left = 5;
	assert_int_equal(tsmctl_crypto.certificates(pem, take, &left), 0);
	assert_int_equal(left, 2);
	assert_int_equal(tsmctl_crypto.certificates(pem, take, &left), -1);
	left = 5;
	assert_int_equal(tsmctl_crypto.certificates(BYTES("no certificate"), take, &left), 0);
	assert_int_equal(left, 5);
	free(data);
	free((void *)(uintptr_t)der.data);
}

static int start(void **state)
{
	(void)state;
	return mkdtemp(dir) ? 0 : -1;
}

static int stop(void **state)
{
	char command[64];

	(void)state;
	snprintf(command, sizeof(command), "rm -rf '%s'", dir);
	return system(command);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(digests_are_the_known_ones),
		cmocka_unit_test(bytes_that_are_no_certificate),
		cmocka_unit_test(keys_are_named),
		cmocka_unit_test(names_are_whole_or_none),
		cmocka_unit_test(long_names_are_cut),
		cmocka_unit_test(signatures_need_key_length_and_algorithm),
		cmocka_unit_test(ecdsa_as_der),
		cmocka_unit_test(files_of_certificates),
	};

	return cmocka_run_group_tests(tests, start, stop);
}

#else

int main(void)
{
	puts("built without libcrypto");
	return 0;
}

#endif
