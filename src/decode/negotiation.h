/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a VCA negotiated (DSP0274 1.0 to 1.4): version, capabilities of both sides, algorithms. Any object of SPDM
 * messages can be asked; what it does not have is absent.
 */
#ifndef TSMCTL_DECODE_NEGOTIATION_H
#define TSMCTL_DECODE_NEGOTIATION_H

#include <stdbool.h>
#include <stdint.h>

#include "decode/algorithms.h"
#include "decode/span.h"
#include "util/bytes.h"

struct spdm_capabilities {
	bool present;
	uint8_t version;
	uint8_t ct_exponent; /* the time for cryptography, 2^N microseconds */
	uint32_t flags;
	bool has_sizes; /* since 1.2 */
	uint32_t data_transfer_size;
	uint32_t max_message_size;
};

struct negotiation {
	struct span versions; /* of VERSION: 16 bits each */
	uint8_t version;      /* 0x12: 1.2; that of the ALGORITHMS message or, without it, the last one seen; 0: none */
	struct spdm_capabilities capabilities[SPDM_SIDES];
	struct spdm_algorithms algorithms[SPDM_SIDES];
	struct spdm_algorithms supported; /* by the responder, as CAPABILITIES may say since 1.3 */
};

/* Reads the first messages of `in`, at most as many as a VCA has. */
void negotiation_read(struct bytes in, struct negotiation *n);

/* "MEAS_SIG" for one bit (0 to 31) of the flags of a side; NULL: not known here. */
const char *spdm_capability_name(enum spdm_side side, unsigned bit);

#endif
