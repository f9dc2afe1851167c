// SPDX-License-Identifier: GPL-2.0-or-later
/* The bytes behind a signature, part by part, so that anybody can check it again with openssl(1). */
#include "cmd/verify.h"

/* One list for programs; for people a dump of each part. */
struct explanation {
	struct node *root;
	struct node *list;
};

static void add(const struct explanation *x, const char *name, struct bytes b)
{
	struct node *row;

	if (!b.len)
		return;
	row = node_object(x->list, NULL, NULL);
	node_text(row, "part", NULL, name);
	node_size(row, "size", NULL, b.len);
	node_bytes(row, "bytes", NULL, b.data, b.len);
	node_only(node_bytes(x->root, NULL, name, b.data, b.len), NODE_TEXT_ONLY);
}

/* What hash-and-sign was done over: with a prefix that and the hash of L1/L2, else L1/L2 itself. */
static void add_signed(const struct explanation *x, const struct verification *v)
{
	const struct transcript *t = &v->transcript;

	if (t->vca_signed)
		add(x, "vca", transcript_bytes(t, t->vca));
	add(x, "messages", transcript_bytes(t, t->exchange));
	if (!v->proof.has_prefix)
		return;
	add(x, "hash", (struct bytes){v->proof.digest, v->proof.digest_len});
	add(x, "prefix", (struct bytes){v->proof.prefix, PREFIX_SIZE});
}

static void add_signature(const struct explanation *x, const struct crypto *crypto, const struct verification *v)
{
	struct bytes raw = transcript_bytes(&v->transcript, v->transcript.signature);
	uint8_t der[CRYPTO_SIGNATURE_DER];
	uint8_t key[CRYPTO_KEY_DER];

	add(x, "signature", raw);
	if (v->proof.algorithm->scheme == SCHEME_ECDSA)
		add(x, "signature-der", (struct bytes){der, crypto->signature_der(raw, der)});
	add(x, "key", (struct bytes){key, crypto->key_der(v->chain.der[v->chain.count - 1], key)});
}

void verify_explain(struct record *record, const struct crypto *crypto, struct verification *v)
{
	struct node *root = record_root(record);
	const struct proof *p = &v->proof;
	struct explanation x = {.root = root};
	struct node *explain;

	if (!p->algorithm || !v->chain.count || !v->transcript.signature.len) {
		node_null(root, "explain", NULL);
		node_note(root, "There is nothing to explain: no signature was checked.");
		return;
	}
	v->transcript.given = record_adopt(record, v->transcript.data, v->transcript.len);
	node_note(root, p->has_prefix
				? "What was signed is the prefix and the hash of the parts before it, hashed once more."
				: "What was signed are the messages.");
	explain = node_only(node_object(root, "explain", NULL), NODE_JSON_ONLY);
	node_text(explain, "algorithm", NULL, p->algorithm->name);
	node_text(explain, "hash", NULL, p->hash ? hash_word(p->hash) : NULL);
	node_bool(explain, "prefix", NULL, p->has_prefix);
	x.list = node_list(explain, "parts", NULL);
	add_signed(&x, v);
	add_signature(&x, crypto, v);
}
