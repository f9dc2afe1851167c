// SPDX-License-Identifier: GPL-2.0-or-later
/* The measurements signature, and what is bound to it: nonce and slot. */
#include <stdio.h>
#include <string.h>

#include "decode/algorithms.h"
#include "verify/verify.h"

#define CONTEXT "responder-measurements signing"

enum { VERSION_TEXT = 16, VERSION_TIMES = 4, SLOT_PROVISIONED = 0xf };

/* DSP0274 1.2, 15: four times the version, zeros, the context. */
static void make_prefix(uint8_t version, uint8_t out[PREFIX_SIZE])
{
	char text[VERSION_TEXT + 1];

	snprintf(text, sizeof(text), "dmtf-spdm-v1.%x.*", version & 0xf);
	memset(out, 0, PREFIX_SIZE);
	for (size_t i = 0; i < VERSION_TIMES * VERSION_TEXT; i++)
		out[i] = (uint8_t)text[i % VERSION_TEXT];
	for (size_t i = 0; i < strlen(CONTEXT); i++)
		out[PREFIX_SIZE - strlen(CONTEXT) + i] = (uint8_t)CONTEXT[i];
}

/* The hash of L1/L2. False where libcrypto does not have it. */
static bool make_digest(const struct verify_input *in, struct verification *v, enum hash h)
{
	const struct transcript *t = &v->transcript;
	const struct bytes parts[] = {transcript_bytes(t, t->vca), transcript_bytes(t, t->exchange)};

	v->proof.digest_len = in->crypto->digest(h, parts, 2, v->proof.digest);
	return v->proof.digest_len > 0;
}

/* One attempt, with the algorithm and the hash in v->proof. */
static enum answer try_signature(const struct verify_input *in, struct verification *v, char *why)
{
	const struct transcript *t = &v->transcript;
	struct proof *p = &v->proof;
	uint8_t message[PREFIX_SIZE + HASH_MAX];
	struct signature_query q = {
		.scheme = p->algorithm->scheme,
		.hash = p->hash,
		.message = transcript_bytes(t, t->exchange),
		.signature = transcript_bytes(t, t->signature),
	};

	p->has_prefix = t->vca_signed;
	if (p->has_prefix)
		q.context = (struct bytes){(const uint8_t *)CONTEXT, strlen(CONTEXT)};
	if (p->has_prefix) {
		make_prefix(t->version, p->prefix);
		if (!make_digest(in, v, p->hash)) {
			snprintf(why, CRYPTO_WHY, "%s is unsupported by this libcrypto", hash_name(p->hash));
			return ANSWER_UNKNOWN;
		}
		memcpy(message, p->prefix, PREFIX_SIZE);
		memcpy(message + PREFIX_SIZE, p->digest, p->digest_len);
		q.message = (struct bytes){message, PREFIX_SIZE + p->digest_len};
	}
	return in->crypto->signature(v->chain.der[v->chain.count - 1], &q, why);
}

static void say_unsupported(const struct verify_input *in, const char *algorithm, char *why)
{
	snprintf(why, CRYPTO_WHY, "%s is unsupported by this libcrypto (%s) or by tsmctl", algorithm,
		 in->crypto->library());
}

static const char *post_quantum_name(uint32_t selection)
{
	const struct spdm_algorithms s = {.set = {[ALG_PQC_ASYM] = selection}};
	const char *name = spdm_selected_name(&s, ALG_PQC_ASYM);

	return name ? name : "a post-quantum signature";
}

/* SPDM 1.0 and 1.1 without VCA: the hash that the chain was made with, or one after the other. */
static enum answer try_hashes(const struct verify_input *in, struct verification *v, char *why)
{
	static const enum hash usual[] = {HASH_SHA256, HASH_SHA384, HASH_SHA512};
	enum answer answer = ANSWER_NO;

	if (v->root_hash) {
		v->proof.hash = v->root_hash;
		return try_signature(in, v, why);
	}
	for (size_t i = 0; i < sizeof(usual) / sizeof(usual[0]) && answer != ANSWER_YES; i++) {
		v->proof.hash = usual[i];
		answer = try_signature(in, v, why);
	}
	return answer;
}

static enum answer try_algorithms(const struct verify_input *in, struct verification *v, char *why)
{
	const struct certificate *leaf = verification_leaf(v);
	enum answer answer = ANSWER_UNKNOWN;

	say_unsupported(in, leaf->key, why);
	for (size_t i = 0; answer != ANSWER_YES && algorithm_of_key(leaf, i); i++) {
		v->proof.algorithm = algorithm_of_key(leaf, i);
		answer = try_hashes(in, v, why);
	}
	return answer;
}

/* With VCA there is one algorithm, and the leaf's key must be of its kind. */
static enum answer try_selected(const struct verify_input *in, struct verification *v, char *why)
{
	const struct transcript *t = &v->transcript;
	const struct certificate *leaf = verification_leaf(v);
	const struct signature_algorithm *a = algorithm_of_selection(t->base_asym);

	v->proof.algorithm = a;
	v->proof.hash = hash_of_selection(t->base_hash);
	if (t->pqc_asym && !t->base_asym) {
		say_unsupported(in, post_quantum_name(t->pqc_asym), why);
		return ANSWER_UNKNOWN;
	}
	if (!a || !v->proof.hash) {
		snprintf(why, CRYPTO_WHY,
			 "VCA selects no algorithm that is known (BaseAsymSel 0x%x, BaseHashSel 0x%x, PqcAsymSel 0x%x)",
			 t->base_asym, t->base_hash, t->pqc_asym);
		return ANSWER_UNKNOWN;
	}
	if (a->scheme == SCHEME_OTHER) {
		say_unsupported(in, a->name, why);
		return ANSWER_UNKNOWN;
	}
	if (!algorithm_fits(a, leaf)) {
		snprintf(why, CRYPTO_WHY, "VCA selects %s, but the leaf's key is %s", a->name, leaf->key);
		return ANSWER_NO;
	}
	return try_signature(in, v, why);
}

/* What was signed, in words: "679 bytes (VCA 152, request 37, response 490)". */
static void describe_signed(const struct transcript *t, char *out, size_t cap)
{
	size_t vca = t->vca_signed ? t->vca.len : 0;
	size_t request = t->response.header.offset - t->exchange.offset;
	char parts[64];

	if (t->request.header.offset == t->exchange.offset)
		snprintf(parts, sizeof(parts), "request %zu, response %zu", request, t->exchange.len - request);
	else
		snprintf(parts, sizeof(parts), "several requests and responses %zu", t->exchange.len);
	if (t->vca_signed)
		snprintf(out, cap, "%zu bytes (VCA %zu, %s)", vca + t->exchange.len, vca, parts);
	else
		snprintf(out, cap, "%zu bytes (%s)", t->exchange.len, parts);
}

static void tell_signature(struct verification *v)
{
	const struct transcript *t = &v->transcript;
	const struct proof *p = &v->proof;
	char covered[120], hash[32] = "";

	describe_signed(t, covered, sizeof(covered));
	if (p->algorithm->scheme != SCHEME_ED25519 || p->has_prefix)
		snprintf(hash, sizeof(hash), " with %s", hash_name(p->hash));
	checks_add(&v->checks, "signature", RESULT_PASS, "%s%s by the leaf of slot %u, over %s", p->algorithm->name,
		   hash, t->response.slot, covered);
	v->checks.authenticated = true;
}

/* Whether there is everything that a signature needs; else a line that says what is not. */
static bool can_check(const struct verify_input *in, struct verification *v)
{
	const struct transcript *t = &v->transcript;

	if (t->wrong[0])
		checks_add(&v->checks, "signature", RESULT_FAIL, "%s", t->wrong);
	else if (t->missing[0])
		checks_add(&v->checks, "signature", RESULT_INCOMPLETE, "%s", t->missing);
	else if (!in->crypto)
		checks_add(&v->checks, "signature", RESULT_INCOMPLETE, "cannot be checked: %s", in->no_crypto);
	else if (!v->chain.count)
		checks_add(&v->checks, "signature", RESULT_INCOMPLETE, "no leaf certificate with the key");
	else
		return true;
	return false;
}

static void check_signature(const struct verify_input *in, struct verification *v)
{
	char why[CRYPTO_WHY] = "";
	enum answer answer;

	if (!can_check(in, v))
		return;
	answer = v->transcript.vca.len ? try_selected(in, v, why) : try_algorithms(in, v, why);
	if (answer == ANSWER_YES)
		tell_signature(v);
	else
		checks_add(&v->checks, "signature", answer == ANSWER_NO ? RESULT_FAIL : RESULT_INCOMPLETE, "%s", why);
}

static void check_slot(const struct verify_input *in, struct verification *v)
{
	const struct transcript *t = &v->transcript;

	if (t->response.slot == SLOT_PROVISIONED)
		checks_add(&v->checks, "slot", RESULT_INCOMPLETE,
			   "the device signed with a provisioned key, which no certificate shows");
	else if (t->request.slot_param.len && t->request.slot != t->response.slot)
		checks_add(&v->checks, "slot", RESULT_FAIL, "slot %u was asked and slot %u answered", t->request.slot,
			   t->response.slot);
	else if (in->slot >= 0 && in->slot != t->response.slot)
		checks_add(&v->checks, "slot", RESULT_FAIL, "slot %u signed, the chain is that of slot %d",
			   t->response.slot, in->slot);
}

static void check_nonce(const struct verify_input *in, struct verification *v)
{
	const struct transcript *t = &v->transcript;

	if (in->replayed)
		checks_add(&v->checks, "freshness", RESULT_NOTE,
			   "not asked: without --nonce a recording looks the same");
	else if (!in->nonce)
		checks_add(&v->checks, "freshness", RESULT_INCOMPLETE, "%s", in->no_nonce);
	else if (t->request.nonce.len != VERIFY_NONCE_SIZE)
		checks_add(&v->checks, "freshness", RESULT_INCOMPLETE, "no signed request to find the nonce in");
	else if (memcmp(t->data + t->request.nonce.offset, in->nonce, VERIFY_NONCE_SIZE) != 0)
		checks_add(&v->checks, "freshness", RESULT_FAIL, "another nonce is in the signed request");
	else if (!v->checks.authenticated)
		checks_add(&v->checks, "freshness", RESULT_INCOMPLETE,
			   "the nonce that we chose is in the request, but no signature proves it");
	else
		checks_add(&v->checks, "freshness", RESULT_PASS, "the nonce that we chose is in the signed request");
}

static void tell_oddities(struct verification *v)
{
	const struct transcript *t = &v->transcript;

	if (t->vca.len && t->version && !t->vca_signed)
		checks_add(&v->checks, "vca", RESULT_NOTE,
			   "not proven: SPDM %u.%u does not have VCA among the signed bytes", t->version >> 4,
			   t->version & 0xf);
	if (t->vca_rest)
		checks_add(&v->checks, "vca", RESULT_NOTE, "bytes after its six messages, not signed: %zu",
			   t->vca_rest);
	if (t->trailing.len && t->exchange.len)
		checks_add(&v->checks, "trailing", RESULT_NOTE, "bytes after the last message, not signed: %zu",
			   t->trailing.len);
}

void signature_check(const struct verify_input *in, struct verification *v)
{
	check_signature(in, v);
	if (v->transcript.exchange.len)
		check_slot(in, v);
	check_nonce(in, v);
	tell_oddities(v);
}
