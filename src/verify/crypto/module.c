// SPDX-License-Identifier: GPL-2.0-or-later
/* The module's only symbol. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

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

/* libcrypto calls back without a context, and reports a lack of memory as this or that. */
static bool ran_out;

static void *noted(void *block, size_t size)
{
	ran_out |= !block && size;
	return block;
}

static void *take(size_t size, const char *file, int line)
{
	(void)file;
	(void)line;
	return size ? noted(malloc(size), size) : NULL;
}

static void *take_again(void *block, size_t size, const char *file, int line)
{
	(void)file;
	(void)line;
	return noted(realloc(block, size), size);
}

static void give_back(void *block, const char *file, int line)
{
	(void)file;
	(void)line;
	free(block);
}

/* Before libcrypto has taken any memory: later it does not let itself be watched. */
__attribute__((constructor)) static void watch_memory(void)
{
	CRYPTO_set_mem_functions(take, take_again, give_back);
}

/* Without its default context libcrypto reads from address 0. */
static bool begin(void)
{
	bool ready = OSSL_LIB_CTX_get0_global_default();

	ran_out = false;
	return ready;
}

static bool starved(void)
{
	bool was = ran_out;

	ran_out = false;
	return was;
}

__attribute__((visibility("default"))) const struct crypto tsmctl_crypto = {
	.version = TSMCTL_VERSION,
	.library = library,
	.begin = begin,
	.starved = starved,
	.digest = crypto_digest,
	.certificate = crypto_certificate,
	.issued = crypto_issued,
	.path = crypto_path,
	.signature = crypto_signature,
	.key_der = crypto_key_der,
	.signature_der = crypto_signature_der,
	.certificates = crypto_certificates,
};
