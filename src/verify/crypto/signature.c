// SPDX-License-Identifier: GPL-2.0-or-later
/* Hashes and signatures. */
#include <string.h>

#include <openssl/bn.h>
#include <openssl/ecdsa.h>
#include <openssl/err.h>
#include <openssl/params.h>
#include <openssl/rsa.h>

#include "verify/crypto/internal.h"

EVP_MD *hash_fetch(enum hash h)
{
	static const char *const names[HASH_COUNT] = {
		NULL, "SHA2-256", "SHA2-384", "SHA2-512", "SHA3-256", "SHA3-384", "SHA3-512", "SM3",
	};

	return h > HASH_NONE && h < HASH_COUNT ? EVP_MD_fetch(NULL, names[h], NULL) : NULL;
}

size_t crypto_digest(enum hash h, const struct bytes *part, size_t count, uint8_t out[HASH_MAX])
{
	EVP_MD *md = hash_fetch(h);
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	unsigned len = 0;
	bool ok = md && ctx && EVP_DigestInit_ex(ctx, md, NULL) == 1;

	for (size_t i = 0; ok && i < count; i++)
		ok = EVP_DigestUpdate(ctx, part[i].data, part[i].len) == 1;
	if (!ok || EVP_DigestFinal_ex(ctx, out, &len) != 1)
		len = 0;
	EVP_MD_CTX_free(ctx);
	EVP_MD_free(md);
	ERR_clear_error();
	return len;
}

/* r || s, each half of `raw`, as DER in memory that OPENSSL_free() frees; its length, or a value below 1. */
static int ecdsa_der(struct bytes raw, unsigned char **der)
{
	int half = (int)(raw.len / 2);
	BIGNUM *r = BN_bin2bn(raw.data, half, NULL);
	BIGNUM *s = BN_bin2bn(raw.data + half, half, NULL);
	ECDSA_SIG *signature = ECDSA_SIG_new();
	int len = -1;

	if (r && s && signature && ECDSA_SIG_set0(signature, r, s) == 1) {
		r = s = NULL;
		len = i2d_ECDSA_SIG(signature, der);
	}
	ECDSA_SIG_free(signature);
	BN_free(r);
	BN_free(s);
	return len;
}

size_t crypto_signature_der(struct bytes raw, uint8_t out[CRYPTO_SIGNATURE_DER])
{
	unsigned char *der = NULL;
	size_t result = 0;
	int len;

	/* Two times 66 bytes, of P-521, are the longest. */
	if (raw.len % 2 || raw.len < 2 || raw.len > 132)
		return 0;
	len = ecdsa_der(raw, &der);
	if (len > 0 && len <= CRYPTO_SIGNATURE_DER) {
		memcpy(out, der, (size_t)len);
		result = (size_t)len;
	}
	OPENSSL_free(der);
	ERR_clear_error();
	return result;
}

static bool init_rsassa(EVP_PKEY_CTX *ctx, const struct signature_query *q)
{
	(void)q;
	return EVP_PKEY_CTX_set_rsa_padding(ctx, RSA_PKCS1_PADDING) == 1;
}

static bool init_rsapss(EVP_PKEY_CTX *ctx, const struct signature_query *q)
{
	(void)q;
	return EVP_PKEY_CTX_set_rsa_padding(ctx, RSA_PKCS1_PSS_PADDING) == 1 &&
	       EVP_PKEY_CTX_set_rsa_pss_saltlen(ctx, RSA_PSS_SALTLEN_DIGEST) == 1;
}

/* OpenSSL takes the context string since 3.2; the headers of 3.0 have no name for it. */
static bool init_ed448(EVP_PKEY_CTX *ctx, const struct signature_query *q)
{
	static const char name[] = "context-string";
	const OSSL_PARAM *known = EVP_PKEY_CTX_settable_params(ctx);
	const OSSL_PARAM params[] = {
		OSSL_PARAM_octet_string(name, (void *)(uintptr_t)q->context.data, q->context.len),
		OSSL_PARAM_END,
	};

	return known && OSSL_PARAM_locate_const(known, name) && EVP_PKEY_CTX_set_params(ctx, params) == 1;
}

/* What each scheme wants of libcrypto. */
static const struct {
	const char *keys[2];
	bool hashes;                                                      /* the message is hashed first */
	bool (*init)(EVP_PKEY_CTX *ctx, const struct signature_query *q); /* NULL: nothing */
} schemes[] = {
	[SCHEME_RSASSA] = {{"RSA", "RSA"}, true, init_rsassa},
	[SCHEME_RSAPSS] = {{"RSA", "RSA-PSS"}, true, init_rsapss},
	[SCHEME_ECDSA] = {{"EC", "EC"}, true, NULL},
	[SCHEME_ED25519] = {{"ED25519", "ED25519"}, false, NULL},
	[SCHEME_ED448] = {{"ED448", "ED448"}, false, init_ed448},
};

static bool init(EVP_MD_CTX *ctx, const struct signature_query *q, const EVP_MD *md, EVP_PKEY *key)
{
	bool hashes = schemes[q->scheme].hashes;
	EVP_PKEY_CTX *params = NULL;

	if ((hashes && !md) || EVP_DigestVerifyInit(ctx, &params, hashes ? md : NULL, NULL, key) != 1)
		return false;
	return !schemes[q->scheme].init || schemes[q->scheme].init(params, q);
}

static void say_unsupported(enum scheme scheme, char *why)
{
	why_set(why, "%sunsupported by this libcrypto (%s)%s", scheme == SCHEME_ED448 ? "Ed448 is " : "",
		OpenSSL_version(OPENSSL_VERSION),
		scheme == SCHEME_ED448 ? ": SPDM signs with a context string, which OpenSSL takes since 3.2" : "");
}

/* `signature` is in the form that libcrypto takes. */
static enum answer check(const struct signature_query *q, EVP_PKEY *key, struct bytes signature, char *why)
{
	EVP_MD *md = hash_fetch(q->hash);
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	enum answer answer = ANSWER_UNKNOWN;

	if (!ctx || !init(ctx, q, md, key))
		say_unsupported(q->scheme, why);
	else if (EVP_DigestVerify(ctx, signature.data, signature.len, q->message.data, q->message.len) == 1)
		answer = ANSWER_YES;
	else
		answer = ANSWER_NO;
	if (answer == ANSWER_NO)
		why_set(why, "the signature does not fit the signed bytes and the key");
	EVP_MD_CTX_free(ctx);
	EVP_MD_free(md);
	ERR_clear_error();
	return answer;
}

static bool key_fits(const EVP_PKEY *key, enum scheme scheme)
{
	return EVP_PKEY_is_a(key, schemes[scheme].keys[0]) || EVP_PKEY_is_a(key, schemes[scheme].keys[1]);
}

/* The bytes that SPDM gives a signature by this key. */
static size_t signature_size(const EVP_PKEY *key, enum scheme scheme)
{
	if (scheme == SCHEME_ECDSA)
		return 2 * (((size_t)EVP_PKEY_get_bits(key) + 7) / 8);
	return (size_t)EVP_PKEY_get_size(key);
}

static enum answer check_with_key(const struct signature_query *q, EVP_PKEY *key, char *why)
{
	unsigned char *der = NULL;
	enum answer answer;
	int len;

	if (!key_fits(key, q->scheme)) {
		why_set(why, "the leaf's key is of another type");
		return ANSWER_NO;
	}
	if (signature_size(key, q->scheme) != q->signature.len) {
		why_set(why, "the signature has %zu bytes, one by the leaf's key has %zu", q->signature.len,
			signature_size(key, q->scheme));
		return ANSWER_NO;
	}
	if (q->scheme != SCHEME_ECDSA)
		return check(q, key, q->signature, why);
	len = ecdsa_der(q->signature, &der);
	if (len > 0) {
		answer = check(q, key, (struct bytes){der, (size_t)len}, why);
	} else {
		why_set(why, "out of memory");
		answer = ANSWER_UNKNOWN;
	}
	OPENSSL_free(der);
	return answer;
}

enum answer crypto_signature(struct bytes certificate, const struct signature_query *q, char *why)
{
	X509 *x = certificate_parse(certificate);
	EVP_PKEY *key = x ? X509_get0_pubkey(x) : NULL;
	enum answer answer = ANSWER_UNKNOWN;

	if (q->scheme == SCHEME_OTHER)
		say_unsupported(q->scheme, why);
	else if (!key)
		why_set(why, "the leaf's public key is unsupported by this libcrypto (%s)",
			OpenSSL_version(OPENSSL_VERSION));
	else
		answer = check_with_key(q, key, why);
	X509_free(x);
	ERR_clear_error();
	return answer;
}
