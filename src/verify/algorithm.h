/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The algorithms that ALGORITHMS selects (DSP0274 1.0 to 1.4: BaseAsymSel, BaseHashSel). */
#ifndef TSMCTL_VERIFY_ALGORITHM_H
#define TSMCTL_VERIFY_ALGORITHM_H

#include "verify/crypto.h"

struct signature_algorithm {
	uint32_t bit; /* of BaseAsymSel */
	const char *name;
	enum scheme scheme; /* SCHEME_OTHER: not checked by tsmctl */
	enum key_kind kind;
	unsigned key_bits; /* 0: all keys of this kind are alike */
	size_t size;       /* of a signature, bytes */
};

/* NULL unless exactly one bit is set, and known. */
const struct signature_algorithm *algorithm_of_selection(uint32_t base_asym_sel);

/* Whether the key of `c` can sign by `a`. */
bool algorithm_fits(const struct signature_algorithm *a, const struct certificate *c);

/* The algorithms that a key can sign by, one after the other from `i`; NULL after the last. */
const struct signature_algorithm *algorithm_of_key(const struct certificate *c, size_t i);

/* HASH_NONE unless exactly one bit is set, and known. */
enum hash hash_of_selection(uint32_t base_hash_sel);

const char *hash_name(enum hash h); /* "SHA-384"; NULL for HASH_NONE */
const char *hash_word(enum hash h); /* "sha384": what openssl(1) calls it */
size_t hash_size(enum hash h);      /* bytes; 0 for HASH_NONE */

#endif
