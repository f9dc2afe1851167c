// SPDX-License-Identifier: GPL-2.0-or-later
/* Certificates in relation to each other. */
#include <openssl/err.h>
#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>

#include "verify/crypto/internal.h"

/* False for algorithms that this libcrypto does not have, such as post-quantum ones before OpenSSL 3.5. */
static bool is_supported(const X509 *x)
{
	return X509_get_signature_nid(x) != NID_undef && X509_get0_pubkey(x);
}

static enum answer issues(X509 *issuer, X509 *subject, char *why)
{
	int code = X509_check_issued(issuer, subject);

	if (code != X509_V_OK) {
		why_set(why, "%s", X509_verify_cert_error_string(code));
		return ANSWER_NO;
	}
	if (!X509_get0_pubkey(issuer) || X509_get_signature_nid(subject) == NID_undef) {
		why_set(why, "its signature is unsupported by this libcrypto (%s)", OpenSSL_version(OPENSSL_VERSION));
		return ANSWER_UNKNOWN;
	}
	if (X509_verify(subject, X509_get0_pubkey(issuer)) == 1)
		return ANSWER_YES;
	why_set(why, "the signature on it does not fit the issuer's key");
	return ANSWER_NO;
}

enum answer crypto_issued(struct bytes issuer, struct bytes subject, char *why)
{
	X509 *a = certificate_parse(issuer);
	X509 *b = certificate_parse(subject);
	enum answer answer = ANSWER_NO;

	if (a && b)
		answer = issues(a, b, why);
	else
		why_set(why, "it is no X.509 certificate");
	X509_free(a);
	X509_free(b);
	ERR_clear_error();
	return answer;
}

static bool push(STACK_OF(X509) * stack, struct bytes der)
{
	X509 *x = certificate_parse(der);

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

static bool all_supported(STACK_OF(X509) * chain)
{
	for (int i = 0; i < sk_X509_num(chain); i++)
		if (!is_supported(sk_X509_value(chain, i)))
			return false;
	return true;
}

static enum answer verify(X509_STORE_CTX *ctx, STACK_OF(X509) * chain, STACK_OF(X509) * anchors, struct path *out)
{
	X509 *leaf = sk_X509_value(chain, sk_X509_num(chain) - 1);
	STACK_OF(X509) * found;

	if (X509_STORE_CTX_init(ctx, NULL, leaf, chain) != 1) {
		why_set(out->why, "out of memory");
		return ANSWER_UNKNOWN;
	}
	X509_STORE_CTX_set0_trusted_stack(ctx, anchors);
	/* The dates are a check of their own, at a time that the user may choose. */
	X509_STORE_CTX_set_flags(ctx, X509_V_FLAG_NO_CHECK_TIME);
	X509_STORE_CTX_set_depth(ctx, sk_X509_num(chain) + 1);
	if (X509_verify_cert(ctx) != 1) {
		explain(ctx, out);
		return all_supported(chain) ? ANSWER_NO : ANSWER_UNKNOWN;
	}
	found = X509_STORE_CTX_get0_chain(ctx);
	out->anchor = find(anchors, sk_X509_value(found, sk_X509_num(found) - 1));
	return out->anchor < (size_t)sk_X509_num(anchors) ? ANSWER_YES : ANSWER_UNKNOWN;
}

enum answer crypto_path(const struct bytes *chain, size_t count, const struct bytes *anchor, size_t anchor_count,
			struct path *out)
{
	STACK_OF(X509) *certificates = read_all(chain, count);
	STACK_OF(X509) *anchors = read_all(anchor, anchor_count);
	X509_STORE_CTX *ctx = X509_STORE_CTX_new();
	enum answer answer = ANSWER_UNKNOWN;

	*out = (struct path){0};
	if (certificates && anchors && ctx && count)
		answer = verify(ctx, certificates, anchors, out);
	else
		why_set(out->why, "a certificate cannot be read");
	X509_STORE_CTX_free(ctx);
	sk_X509_pop_free(certificates, X509_free);
	sk_X509_pop_free(anchors, X509_free);
	ERR_clear_error();
	return answer;
}
