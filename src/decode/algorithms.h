/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The algorithms that SPDM negotiates (DSP0274 1.0 to 1.4): their names and sizes, and the two messages that list them.
 */
#ifndef TSMCTL_DECODE_ALGORITHMS_H
#define TSMCTL_DECODE_ALGORITHMS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "util/bytes.h"

/* Who says what it can do, and what algorithms it names. */
enum spdm_side { SPDM_REQUESTER, SPDM_RESPONDER, SPDM_SIDES };

/* Sets of bits; those of the responder are what was selected. */
enum spdm_algorithm {
	ALG_SPECIFICATION, /* measurement specification */
	ALG_OPAQUE_FORMAT, /* since 1.2 */
	ALG_MEASUREMENT_HASH,
	ALG_BASE_ASYM, /* with these the responder signs */
	ALG_BASE_HASH,
	ALG_PQC_ASYM, /* since 1.4 */
	ALG_DHE,      /* these from here on since 1.1 */
	ALG_AEAD,
	ALG_REQUESTER_ASYM,
	ALG_KEY_SCHEDULE,
	ALG_REQUESTER_PQC, /* since 1.4 */
	ALG_KEM,           /* since 1.4 */
	ALG_COUNT,
};

struct spdm_algorithms {
	bool present;
	uint8_t version;
	uint8_t other_params; /* without the opaque format */
	uint32_t set[ALG_COUNT];
};

/*
 * Reads NEGOTIATE_ALGORITHMS (of the requester) or ALGORITHMS (of the responder) of an SPDM version (0x12: 1.2); `m`
 * has at least the four bytes of a header, whose first two are not looked at. A message that is cut off within its
 * fixed part leaves `a` absent.
 */
void spdm_algorithms_read(struct bytes m, uint8_t version, enum spdm_side side, struct spdm_algorithms *a);

/* "ECDSA P-384" for one bit (0 to 31) of a set; NULL: not known here. */
const char *spdm_algorithm_name(enum spdm_algorithm a, unsigned bit);

/* The name of the one bit of a set, NULL where there are none or several. */
const char *spdm_selected_name(const struct spdm_algorithms *s, enum spdm_algorithm a);

/* Bytes of a signature by the selected algorithm, classic or post-quantum; 0 if not exactly one is selected. */
size_t spdm_signature_size(const struct spdm_algorithms *s);

/* Bytes of a digest by the selected base or measurement hash; 0 as above. */
size_t spdm_digest_size(const struct spdm_algorithms *s, enum spdm_algorithm a);

#endif
