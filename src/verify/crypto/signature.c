// SPDX-License-Identifier: GPL-2.0-or-later
/* Hashes and signatures. */
#include <string.h>

#include <openssl/bn.h>
#include <openssl/ecdsa.h>
#include <openssl/err.h>
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
	return result;
}

static bool init(EVP_MD_CTX *ctx, const struct signature_query *q, const EVP_MD *md, EVP_PKEY *key)
{
	EVP_PKEY_CTX *params = NULL;

	if (EVP_DigestVerifyInit(ctx, &params, q->scheme == SCHEME_EDDSA ? NULL : md, NULL, key) != 1)
		return false;
	if (q->scheme == SCHEME_RSASSA)
		return EVP_PKEY_CTX_set_rsa_padding(params, RSA_PKCS1_PADDING) == 1;
	if (q->scheme == SCHEME_RSAPSS)
		return EVP_PKEY_CTX_set_rsa_padding(params, RSA_PKCS1_PSS_PADDING) == 1 &&
		       EVP_PKEY_CTX_set_rsa_pss_saltlen(params, RSA_PSS_SALTLEN_DIGEST) == 1;
	return true;
}

/* `signature` is in the form that libcrypto takes. */
static enum answer check(const struct signature_query *q, EVP_PKEY *key, struct bytes signature, char *why)
{
	EVP_MD *md = hash_fetch(q->hash);
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	enum answer answer = ANSWER_UNKNOWN;

	if (!ctx || (!md && q->scheme != SCHEME_EDDSA) || !init(ctx, q, md, key))
		why_set(why, "unsupported by this libcrypto (%s)", OpenSSL_version(OPENSSL_VERSION));
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
	static const char *const types[][2] = {
		[SCHEME_RSASSA] = {"RSA", "RSA"},
		[SCHEME_RSAPSS] = {"RSA", "RSA-PSS"},
		[SCHEME_ECDSA] = {"EC", "EC"},
		[SCHEME_EDDSA] = {"ED25519", "ED25519"},
	};

	return EVP_PKEY_is_a(key, types[scheme][0]) || EVP_PKEY_is_a(key, types[scheme][1]);
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
		why_set(why, "unsupported by this libcrypto (%s)", OpenSSL_version(OPENSSL_VERSION));
	else if (!key)
		why_set(why, "the leaf's public key is unsupported by this libcrypto (%s)",
			OpenSSL_version(OPENSSL_VERSION));
	else
		answer = check_with_key(q, key, why);
	X509_free(x);
	ERR_clear_error();
	return answer;
}
