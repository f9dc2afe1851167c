// SPDX-License-Identifier: GPL-2.0-or-later
#include "kernel/sim/sign.h"

#include <dlfcn.h>
#include <errno.h>
#include <stdbool.h>
#include <string.h>

#include <openssl/bn.h>
#include <openssl/ecdsa.h>
#include <openssl/evp.h>

#include "kernel/sim/data.h"
#include "util/module.h"

#define CRYPTO_FUNCTIONS(F)                 \
	F(OSSL_LIB_CTX_get0_global_default) \
	F(EVP_sha384)                       \
	F(EVP_Digest)                       \
	F(EVP_MD_CTX_new)                   \
	F(EVP_MD_CTX_free)                  \
	F(EVP_DigestSignInit)               \
	F(EVP_DigestSign)                   \
	F(EVP_PKEY_free)                    \
	F(d2i_AutoPrivateKey)               \
	F(d2i_ECDSA_SIG)                    \
	F(ECDSA_SIG_get0)                   \
	F(ECDSA_SIG_free)                   \
	F(BN_bn2binpad)

struct crypto {
	void *library;
#define MEMBER(name) __typeof__(name) *name;
	CRYPTO_FUNCTIONS(MEMBER)
#undef MEMBER
};

static const struct {
	const char *name;
	size_t offset;
} functions[] = {
#define ROW(name) {#name, offsetof(struct crypto, name)},
	CRYPTO_FUNCTIONS(ROW)
#undef ROW
};

static void crypto_close(struct crypto *c)
{
	if (c->library)
		dlclose(c->library);
}

static int crypto_open(struct crypto *c)
{
	*c = (struct crypto){.library = module_library("libcrypto.so.3")};
	if (!c->library)
		return errno == ENOMEM ? -ENOMEM : -EOPNOTSUPP;
	for (size_t i = 0; i < sizeof(functions) / sizeof(functions[0]); i++) {
		void *function = dlsym(c->library, functions[i].name);

		if (!function) {
			crypto_close(c);
			return -EOPNOTSUPP;
		}
		memcpy((char *)c + functions[i].offset, &function, sizeof(function));
	}
	/* Without that context libcrypto reads from address 0. */
	if (c->OSSL_LIB_CTX_get0_global_default())
		return 0;
	crypto_close(c);
	return -ENOMEM;
}

static bool digest(const struct crypto *c, const void *data, size_t len, uint8_t out[SIM_DIGEST_SIZE])
{
	return c->EVP_Digest(data, len, out, NULL, c->EVP_sha384(), NULL) == 1;
}

/* The DER form of an ECDSA signature as r || s, each as wide as the field. */
static bool unwrap(const struct crypto *c, const uint8_t *der, size_t len, uint8_t out[SIM_SIGNATURE_SIZE])
{
	const int half = SIM_SIGNATURE_SIZE / 2;
	const BIGNUM *r, *s;
	ECDSA_SIG *signature = c->d2i_ECDSA_SIG(NULL, &der, (long)len);
	bool ok;

	if (!signature)
		return false;
	c->ECDSA_SIG_get0(signature, &r, &s);
	ok = c->BN_bn2binpad(r, out, half) == half && c->BN_bn2binpad(s, out + half, half) == half;
	c->ECDSA_SIG_free(signature);
	return ok;
}

static bool sign(const struct crypto *c, const void *data, size_t len, uint8_t out[SIM_SIGNATURE_SIZE])
{
	const uint8_t *key_der = sim_data_device_key.data;
	EVP_PKEY *key = c->d2i_AutoPrivateKey(NULL, &key_der, (long)sim_data_device_key.len);
	EVP_MD_CTX *ctx = c->EVP_MD_CTX_new();
	uint8_t der[SIM_SIGNATURE_SIZE + 16];
	size_t der_len = sizeof(der);
	bool ok = key && ctx && c->EVP_DigestSignInit(ctx, NULL, c->EVP_sha384(), NULL, key) == 1 &&
		  c->EVP_DigestSign(ctx, der, &der_len, data, len) == 1 && unwrap(c, der, der_len, out);

	c->EVP_MD_CTX_free(ctx);
	c->EVP_PKEY_free(key);
	return ok;
}

int sim_sha384(const void *data, size_t len, uint8_t out[SIM_DIGEST_SIZE])
{
	struct crypto c;
	int rc = crypto_open(&c);

	if (rc)
		return rc;
	rc = digest(&c, data, len, out) ? 0 : -ENOMEM;
	crypto_close(&c);
	return rc;
}

int sim_sign_measurements(const uint8_t *log, size_t len, uint8_t signature[SIM_SIGNATURE_SIZE])
{
	static const char version[] = "dmtf-spdm-v1.2.*dmtf-spdm-v1.2.*dmtf-spdm-v1.2.*dmtf-spdm-v1.2.*";
	static const char context[] = "responder-measurements signing";
	enum { PREFIX_SIZE = 100 };
	uint8_t message[PREFIX_SIZE + SIM_DIGEST_SIZE] = {0};
	struct crypto c;
	int rc = crypto_open(&c);

	if (rc)
		return rc;
	memcpy(message, version, sizeof(version) - 1);
	memcpy(message + PREFIX_SIZE - (sizeof(context) - 1), context, sizeof(context) - 1);
	rc = digest(&c, log, len, message + PREFIX_SIZE) && sign(&c, message, sizeof(message), signature) ? 0 : -ENOMEM;
	crypto_close(&c);
	return rc;
}
