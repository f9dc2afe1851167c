// SPDX-License-Identifier: GPL-2.0-or-later
#include "verify/algorithm.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static const struct signature_algorithm algorithms[] = {
	{1u << 0, "RSASSA 2048", SCHEME_RSASSA, KEY_RSA, 2048, 256},
	{1u << 1, "RSAPSS 2048", SCHEME_RSAPSS, KEY_RSA, 2048, 256},
	{1u << 2, "RSASSA 3072", SCHEME_RSASSA, KEY_RSA, 3072, 384},
	{1u << 3, "RSAPSS 3072", SCHEME_RSAPSS, KEY_RSA, 3072, 384},
	{1u << 4, "ECDSA P-256", SCHEME_ECDSA, KEY_EC, 256, 64},
	{1u << 5, "RSASSA 4096", SCHEME_RSASSA, KEY_RSA, 4096, 512},
	{1u << 6, "RSAPSS 4096", SCHEME_RSAPSS, KEY_RSA, 4096, 512},
	{1u << 7, "ECDSA P-384", SCHEME_ECDSA, KEY_EC, 384, 96},
	{1u << 8, "ECDSA P-521", SCHEME_ECDSA, KEY_EC, 521, 132},
	{1u << 9, "SM2", SCHEME_OTHER, KEY_OTHER, 256, 64},
	{1u << 10, "Ed25519", SCHEME_ED25519, KEY_ED25519, 0, 64},
	{1u << 11, "Ed448", SCHEME_ED448, KEY_ED448, 0, 114},
};

/* In the order of the bits of BaseHashSel. */
static const struct {
	enum hash hash;
	const char *name;
	const char *word;
	size_t size;
} hashes[] = {
	{HASH_SHA256, "SHA-256", "sha256", 32},
	{HASH_SHA384, "SHA-384", "sha384", 48},
	{HASH_SHA512, "SHA-512", "sha512", 64},
	{HASH_SHA3_256, "SHA3-256", "sha3-256", 32},
	{HASH_SHA3_384, "SHA3-384", "sha3-384", 48},
	{HASH_SHA3_512, "SHA3-512", "sha3-512", 64},
	{HASH_SM3, "SM3", "sm3", 32},
};

const struct signature_algorithm *algorithm_of_selection(uint32_t base_asym_sel)
{
	for (size_t i = 0; i < COUNT(algorithms); i++)
		if (algorithms[i].bit == base_asym_sel)
			return &algorithms[i];
	return NULL;
}

bool algorithm_fits(const struct signature_algorithm *a, const struct certificate *c)
{
	return a->kind == c->kind && a->kind != KEY_OTHER && (!a->key_bits || a->key_bits == c->key_bits);
}

const struct signature_algorithm *algorithm_of_key(const struct certificate *c, size_t i)
{
	for (size_t at = 0; at < COUNT(algorithms); at++)
		if (algorithm_fits(&algorithms[at], c) && i-- == 0)
			return &algorithms[at];
	return NULL;
}

enum hash hash_of_selection(uint32_t base_hash_sel)
{
	for (size_t i = 0; i < COUNT(hashes); i++)
		if (base_hash_sel == 1u << i)
			return hashes[i].hash;
	return HASH_NONE;
}

const char *hash_name(enum hash h)
{
	return h == HASH_NONE ? NULL : hashes[h - HASH_SHA256].name;
}

const char *hash_word(enum hash h)
{
	return h == HASH_NONE ? NULL : hashes[h - HASH_SHA256].word;
}

size_t hash_size(enum hash h)
{
	return h == HASH_NONE ? 0 : hashes[h - HASH_SHA256].size;
}
