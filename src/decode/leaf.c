// SPDX-License-Identifier: GPL-2.0-or-later
#include "decode/leaf.h"

#include <string.h>

#include "decode/chain.h"
#include "decode/x509.h"
#include "util/buf.h"

static bool find_leaf(struct bytes in, struct x509 *leaf)
{
	struct span certificate = {0, 0}, rest;
	struct chain c;

	if (chain_parse(in, &c, NULL))
		return false;
	for (rest = c.certificates; chain_next(in, &rest, &certificate);)
		;
	return !x509_parse(in, certificate, leaf, NULL);
}

size_t leaf_signature_size(struct bytes chain)
{
	static const struct {
		const char *key;
		size_t size;
	} keys[] = {
		{"EC P-256", 64},      {"EC P-384", 96},      {"EC P-521", 132},   {"EC SM2", 64},
		{"RSA 2048", 256},     {"RSA 3072", 384},     {"RSA 4096", 512},   {"RSA-PSS 2048", 256},
		{"RSA-PSS 3072", 384}, {"RSA-PSS 4096", 512}, {"Ed25519", 64},     {"Ed448", 114},
		{"ML-DSA-44", 2420},   {"ML-DSA-65", 3309},   {"ML-DSA-87", 4627},
	};
	struct buf name = {0};
	struct x509 leaf;
	size_t i, size = 0;

	if (!find_leaf(chain, &leaf))
		return 0;
	x509_key_name(chain, &leaf, &name);
	for (i = 0; !name.failed && i < sizeof(keys) / sizeof(*keys); i++)
		if (!strcmp(keys[i].key, name.data))
			size = keys[i].size;
	buf_free(&name);
	return size;
}
