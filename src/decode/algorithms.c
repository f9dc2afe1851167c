// SPDX-License-Identifier: GPL-2.0-or-later
#include "decode/algorithms.h"

#include <string.h>

#include "decode/span.h"
#include "decode/spdm.h"

#define COUNT(array) (sizeof(array) / sizeof(*(array)))

enum {
	STRUCTURE_SIZE = 2, /* type and counts; so many bytes of bits and extended algorithms follow */
	EXTENDED_SIZE = 4,  /* one algorithm of another registry */
	STRUCTURE_DHE = 2,  /* the type of the first; the others follow in the order of enum spdm_algorithm */
};

static const char *const hashes[] = {"SHA-256", "SHA-384", "SHA-512", "SHA3-256", "SHA3-384", "SHA3-512", "SM3-256"};
static const uint8_t hash_sizes[] = {32, 48, 64, 32, 48, 64, 32};

static const char *const measurement_hashes[] = {
	"raw bit streams only", "SHA-256", "SHA-384", "SHA-512", "SHA3-256", "SHA3-384", "SHA3-512", "SM3-256"};

static const char *const signatures[] = {
	"RSASSA 2048", "RSAPSS 2048", "RSASSA 3072", "RSAPSS 3072", "ECDSA P-256", "RSASSA 4096",
	"RSAPSS 4096", "ECDSA P-384", "ECDSA P-521", "SM2",         "Ed25519",     "Ed448",
};
static const uint16_t signature_sizes[] = {256, 256, 384, 384, 64, 512, 512, 96, 132, 64, 64, 114};

static const char *const pqc_signatures[] = {
	"ML-DSA-44",          "ML-DSA-65",          "ML-DSA-87",          "SLH-DSA-SHA2-128s",  "SLH-DSA-SHAKE-128s",
	"SLH-DSA-SHA2-128f",  "SLH-DSA-SHAKE-128f", "SLH-DSA-SHA2-192s",  "SLH-DSA-SHAKE-192s", "SLH-DSA-SHA2-192f",
	"SLH-DSA-SHAKE-192f", "SLH-DSA-SHA2-256s",  "SLH-DSA-SHAKE-256s", "SLH-DSA-SHA2-256f",  "SLH-DSA-SHAKE-256f",
};
static const uint16_t pqc_sizes[] = {2420,  3309,  4627,  7856,  7856,  17088, 17088, 16224,
				     16224, 35664, 35664, 29792, 29792, 49856, 49856};

static const char *const specifications[] = {"DMTF"};
static const char *const opaque_formats[] = {"OpaqueDataFmt0", "OpaqueDataFmt1"};
static const char *const groups[] = {"ffdhe2048", "ffdhe3072", "ffdhe4096", "secp256r1",
				     "secp384r1", "secp521r1", "SM2"};
static const char *const ciphers[] = {"AES-128-GCM", "AES-256-GCM", "ChaCha20-Poly1305", "SM4-GCM"};
static const char *const key_schedules[] = {"SPDM"};
static const char *const kems[] = {"ML-KEM-512", "ML-KEM-768", "ML-KEM-1024"};

static const struct {
	const char *const *names;
	size_t count;
} algorithm_names[ALG_COUNT] = {
	[ALG_SPECIFICATION] = {specifications, COUNT(specifications)},
	[ALG_OPAQUE_FORMAT] = {opaque_formats, COUNT(opaque_formats)},
	[ALG_MEASUREMENT_HASH] = {measurement_hashes, COUNT(measurement_hashes)},
	[ALG_BASE_ASYM] = {signatures, COUNT(signatures)},
	[ALG_BASE_HASH] = {hashes, COUNT(hashes)},
	[ALG_PQC_ASYM] = {pqc_signatures, COUNT(pqc_signatures)},
	[ALG_DHE] = {groups, COUNT(groups)},
	[ALG_AEAD] = {ciphers, COUNT(ciphers)},
	[ALG_REQUESTER_ASYM] = {signatures, COUNT(signatures)},
	[ALG_KEY_SCHEDULE] = {key_schedules, COUNT(key_schedules)},
	[ALG_REQUESTER_PQC] = {pqc_signatures, COUNT(pqc_signatures)},
	[ALG_KEM] = {kems, COUNT(kems)},
};

/* Where the sets stand in each of the two messages; the rest of an algorithms message is alike. */
static const struct layout {
	uint8_t measurement_hash; /* 0: not there */
	uint8_t asym;
	uint8_t hash;
	uint8_t pqc;
	uint8_t extended; /* two counts: asymmetric and hash algorithms of other registries */
	uint8_t size;
} layouts[SPDM_SIDES] = {
	[SPDM_REQUESTER] = {0, 8, 12, 16, 28, 32},
	[SPDM_RESPONDER] = {8, 12, 16, 20, 32, 36},
};

const char *spdm_algorithm_name(enum spdm_algorithm a, unsigned bit)
{
	return bit < algorithm_names[a].count ? algorithm_names[a].names[bit] : NULL;
}

/* The number of the only bit that is set; -1: none or several. */
static int only_bit(uint32_t set)
{
	return set && !(set & (set - 1)) ? __builtin_ctz(set) : -1;
}

const char *spdm_selected_name(const struct spdm_algorithms *s, enum spdm_algorithm a)
{
	int bit = only_bit(s->set[a]);

	return bit < 0 ? NULL : spdm_algorithm_name(a, (unsigned)bit);
}

size_t spdm_signature_size(const struct spdm_algorithms *s)
{
	const uint32_t *set = s->set;
	int bit = only_bit(set[ALG_BASE_ASYM]), pqc = only_bit(set[ALG_PQC_ASYM]);

	if (!set[ALG_PQC_ASYM])
		return bit >= 0 && (size_t)bit < COUNT(signature_sizes) ? signature_sizes[bit] : 0;
	if (set[ALG_BASE_ASYM])
		return 0;
	return pqc >= 0 && (size_t)pqc < COUNT(pqc_sizes) ? pqc_sizes[pqc] : 0;
}

size_t spdm_digest_size(const struct spdm_algorithms *s, enum spdm_algorithm a)
{
	int bit = only_bit(s->set[a]);

	if (a == ALG_MEASUREMENT_HASH)
		bit--;
	return bit >= 0 && (size_t)bit < COUNT(hash_sizes) ? hash_sizes[bit] : 0;
}

/* Little-endian bits of as many bytes as are there; those above 32 bits are left out. */
static uint32_t read_bits(struct bytes m, struct span s)
{
	uint32_t bits = 0;
	size_t i;

	for (i = 0; i < s.len && i < sizeof(bits); i++)
		bits |= (uint32_t)m.data[s.offset + i] << 8 * i;
	return bits;
}

/* The structures after the fixed part: one algorithm type each. */
static void read_structures(struct bytes m, struct span rest, struct spdm_algorithms *a)
{
	unsigned left;

	for (left = m.data[2]; left && rest.len >= STRUCTURE_SIZE; left--) {
		const uint8_t *p = m.data + span_take(&rest, STRUCTURE_SIZE).offset;
		struct span bits = span_take(&rest, p[1] >> 4);
		unsigned number = ALG_DHE + (unsigned)p[0] - STRUCTURE_DHE;

		if (p[0] >= STRUCTURE_DHE && number < ALG_COUNT)
			a->set[number] = read_bits(m, bits);
		span_take(&rest, (size_t)(p[1] & 0xf) * EXTENDED_SIZE);
	}
}

void spdm_algorithms_read(struct bytes m, uint8_t version, enum spdm_side side, struct spdm_algorithms *a)
{
	const struct layout *l = &layouts[side];
	struct span rest = {0, m.len};

	memset(a, 0, sizeof(*a));
	if (m.len < l->size)
		return;
	a->present = true;
	a->version = version;
	a->set[ALG_SPECIFICATION] = m.data[6];
	if (version >= SPDM_12) {
		a->set[ALG_OPAQUE_FORMAT] = m.data[7] & 0xf;
		a->other_params = m.data[7] & 0xf0;
	}
	if (l->measurement_hash)
		a->set[ALG_MEASUREMENT_HASH] = le32(m.data + l->measurement_hash);
	a->set[ALG_BASE_ASYM] = le32(m.data + l->asym);
	a->set[ALG_BASE_HASH] = le32(m.data + l->hash);
	if (version >= SPDM_14)
		a->set[ALG_PQC_ASYM] = le32(m.data + l->pqc);
	span_take(&rest, l->size);
	span_take(&rest, (size_t)(m.data[l->extended] + m.data[l->extended + 1]) * EXTENDED_SIZE);
	if (version >= SPDM_11)
		read_structures(m, rest, a);
}
