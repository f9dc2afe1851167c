/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * SPDM messages that stand back to back (DSP0274 1.0 to 1.4), found by their headers and length fields only. A version
 * above 1.4 is read like 1.4.
 */
#ifndef TSMCTL_DECODE_SPDM_H
#define TSMCTL_DECODE_SPDM_H

#include <stdbool.h>
#include <stdint.h>

#include "decode/anomaly.h"
#include "decode/span.h"
#include "util/bytes.h"

enum {
	SPDM_10 = 0x10,
	SPDM_11 = 0x11,
	SPDM_12 = 0x12,
	SPDM_13 = 0x13,
	SPDM_14 = 0x14,
};

enum {
	SPDM_GET_VERSION = 0x84,
	SPDM_VERSION = 0x04,
	SPDM_GET_CAPABILITIES = 0xe1,
	SPDM_CAPABILITIES = 0x61,
	SPDM_NEGOTIATE_ALGORITHMS = 0xe3,
	SPDM_ALGORITHMS = 0x63,
	SPDM_GET_MEASUREMENTS = 0xe0,
	SPDM_MEASUREMENTS = 0x60,
};

enum {
	SPDM_HEADER_SIZE = 4,
	SPDM_NONCE_SIZE = 32,
	SPDM_CONTEXT_SIZE = 8, /* RequesterContext, since 1.3 */
	SPDM_VCA_COUNT = 6,
};

struct spdm_message {
	uint8_t version; /* 0x12: 1.2 */
	uint8_t code;
	const char *name; /* "unknown" for a code that is not known here; where evidence has a shape there is none */
	struct span span; /* the bytes of it that are there */
	bool truncated;   /* it should go on where the object ends */
};

/* Whether the request that a MEASUREMENTS answers asked for a signature. */
enum spdm_signing { SIGNING_UNKNOWN, SIGNING_NO, SIGNING_YES };

/* A walk over an object; what is left in `rest` at its end is no message. */
struct spdm_walk {
	struct bytes in;
	struct span rest;
	enum spdm_signing signing;
	size_t signature_size; /* of the negotiated algorithm; 0: not known, an ALGORITHMS message may tell it */
};

struct spdm_walk spdm_walk_start(struct bytes in);

/* The same with the size of a signature that is known from elsewhere, such as a VCA on its own; 0: it is not. */
struct spdm_walk spdm_walk_sized(struct bytes in, size_t signature_size);

/* True if a message may start here: a major version of 1 and a code that is known. */
bool spdm_looks_like_message(const uint8_t *p, size_t len);

/*
 * Steps to the next message. A message whose length cannot be known takes all that is left, which is an anomaly, as is
 * one that the object cuts off. MEASUREMENTS carries no sign of whether it ends in a signature: the request tells, and
 * the size comes from ALGORITHMS; without them, a remainder that has the size of some signature is taken for one.
 * False at the end. `a` may be NULL.
 */
bool spdm_next(struct spdm_walk *w, struct spdm_message *m, struct anomalies *a);

/* The code that the message number `i` (from 0) of a VCA transcript must have. */
uint8_t spdm_vca_code(size_t i);
const char *spdm_code_name(uint8_t code); /* NULL: not known here */

#endif
