/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Inside the module only: the functions of its table, and what they share. */
#ifndef TSMCTL_VERIFY_CRYPTO_INTERNAL_H
#define TSMCTL_VERIFY_CRYPTO_INTERNAL_H

#include <openssl/evp.h>
#include <openssl/x509.h>

#include "verify/crypto.h"

size_t crypto_digest(enum hash h, const struct bytes *part, size_t count, uint8_t out[HASH_MAX]);
bool crypto_certificate(struct bytes der, struct certificate *out, char *why);
enum answer crypto_issued(struct bytes issuer, struct bytes subject, char *why);
enum answer crypto_path(const struct bytes *chain, size_t count, const struct bytes *anchor, size_t anchor_count,
			struct path *out);
enum answer crypto_signature(struct bytes certificate, const struct signature_query *q, char *why);
size_t crypto_key_der(struct bytes certificate, uint8_t out[CRYPTO_KEY_DER]);
size_t crypto_signature_der(struct bytes raw, uint8_t out[CRYPTO_SIGNATURE_DER]);
int crypto_certificates(struct bytes file, int (*take)(void *ctx, struct bytes der), void *ctx);

/* NULL where the bytes are not exactly one certificate. Freed with X509_free(). */
X509 *certificate_parse(struct bytes der);

/* NULL for a hash that this libcrypto does not have; freed with EVP_MD_free(). */
EVP_MD *hash_fetch(enum hash h);

/* Writes a reason, cut to CRYPTO_WHY. */
void why_set(char *why, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

#endif
