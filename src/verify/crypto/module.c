// SPDX-License-Identifier: GPL-2.0-or-later
/* The module's only symbol. */
#include <stdarg.h>
#include <stdio.h>

#include <openssl/crypto.h>

#include "verify/crypto/internal.h"

void why_set(char *why, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(why, CRYPTO_WHY, fmt, ap);
	va_end(ap);
}

static const char *library(void)
{
	return OpenSSL_version(OPENSSL_VERSION);
}

__attribute__((visibility("default"))) const struct crypto tsmctl_crypto = {
	.version = TSMCTL_VERSION,
	.library = library,
	.digest = crypto_digest,
	.certificate = crypto_certificate,
	.issued = crypto_issued,
	.path = crypto_path,
	.signature = crypto_signature,
	.key_der = crypto_key_der,
	.signature_der = crypto_signature_der,
	.certificates = crypto_certificates,
};
