// SPDX-License-Identifier: GPL-2.0-or-later
/* Certificates in relation to each other. */
#include <openssl/err.h>
#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>

#include "verify/crypto/internal.h"

static bool issues(X509 *issuer, X509 *subject, char *why)
{
	int code = X509_check_issued(issuer, subject);
	EVP_PKEY *key = X509_get0_pubkey(issuer);

	if (code != X509_V_OK)
		why_set(why, "%s", X509_verify_cert_error_string(code));
	else if (!key)
		why_set(why, "the issuer's public key is unsupported by this libcrypto");
	else if (X509_verify(subject, key) != 1)
		why_set(why, "the signature on it does not fit the issuer's key");
	else
		return true;
	return false;
}

bool crypto_issued(struct bytes issuer, struct bytes subject, char *why)
{
	X509 *a = x509_parse(issuer);
	X509 *b = x509_parse(subject);
	bool ok = false;

	if (a && b)
		ok = issues(a, b, why);
	else
		why_set(why, "it is no X.509 certificate");
	X509_free(a);
	X509_free(b);
	ERR_clear_error();
	return ok;
}

static bool push(STACK_OF(X509) * stack, struct bytes der)
{
	X509 *x = x509_parse(der);

	if (x && sk_X509_push(stack, x) > 0)
		return true;
	X509_free(x);
	return false;
}

/* NULL where one cannot be parsed, or memory is out. */
static STACK_OF(X509) * read_all(const struct bytes *der, size_t count)
{
	STACK_OF(X509) *stack = sk_X509_new_null();

	for (size_t i = 0; stack && i < count; i++) {
		if (push(stack, der[i]))
			continue;
		sk_X509_pop_free(stack, X509_free);
		stack = NULL;
	}
	return stack;
}

static size_t find(STACK_OF(X509) * stack, const X509 *wanted)
{
	int i = 0;

	while (i < sk_X509_num(stack) && X509_cmp(sk_X509_value(stack, i), wanted) != 0)
		i++;
	return (size_t)i;
}

static void explain(X509_STORE_CTX *ctx, struct path *out)
{
	int code = X509_STORE_CTX_get_error(ctx);

	why_set(out->why, "%s, %d above the leaf", X509_verify_cert_error_string(code),
		X509_STORE_CTX_get_error_depth(ctx));
}

static bool verify(X509_STORE_CTX *ctx, STACK_OF(X509) * chain, STACK_OF(X509) * anchors, struct path *out)
{
	X509 *leaf = sk_X509_value(chain, sk_X509_num(chain) - 1);
	STACK_OF(X509) * found;

	if (X509_STORE_CTX_init(ctx, NULL, leaf, chain) != 1) {
		why_set(out->why, "out of memory");
		return false;
	}
	X509_STORE_CTX_set0_trusted_stack(ctx, anchors);
	/* The dates are a check of their own, at a time that the user may choose. */
	X509_STORE_CTX_set_flags(ctx, X509_V_FLAG_NO_CHECK_TIME);
	X509_STORE_CTX_set_depth(ctx, sk_X509_num(chain) + 1);
	if (X509_verify_cert(ctx) != 1) {
		explain(ctx, out);
		return false;
	}
	found = X509_STORE_CTX_get0_chain(ctx);
	out->anchor = find(anchors, sk_X509_value(found, sk_X509_num(found) - 1));
	return true;
}

bool crypto_path(const struct bytes *chain, size_t count, const struct bytes *anchor, size_t anchor_count,
		 struct path *out)
{
	STACK_OF(X509) *certificates = read_all(chain, count);
	STACK_OF(X509) *anchors = read_all(anchor, anchor_count);
	X509_STORE_CTX *ctx = X509_STORE_CTX_new();
	bool ok = false;

	*out = (struct path){0};
	if (certificates && anchors && ctx && count)
		ok = verify(ctx, certificates, anchors, out) && out->anchor < anchor_count;
	else
		why_set(out->why, "a certificate cannot be read");
	X509_STORE_CTX_free(ctx);
	sk_X509_pop_free(certificates, X509_free);
	sk_X509_pop_free(anchors, X509_free);
	ERR_clear_error();
	return ok;
}
