/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The data object in which the firmware of AMD's SEV-TIO keeps a piece of evidence: a header of 32 bytes before it. The
 * guest normally gets the payload alone. Source: AMD's SEV-TIO patches, struct of the data object header.
 */
#ifndef TSMCTL_DECODE_WRAPPER_H
#define TSMCTL_DECODE_WRAPPER_H

#include <stdbool.h>
#include <stdint.h>

#include "abi/terms.h"
#include "decode/span.h"
#include "util/bytes.h"

enum { WRAPPER_SIZE = 32 };

struct wrapper {
	uint32_t id;     /* 4 certificates, 5 measurements, 6 report */
	uint32_t length; /* header included */
	uint8_t major;
	uint8_t minor;
	uint16_t device_id; /* bus, device, function */
	uint8_t segment;
	uint8_t type;
	struct span payload;
	struct span rest; /* what follows the data object */
};

/* True if `in` is a data object that holds evidence of this type. */
bool wrapper_parse(enum evidence_type type, struct bytes in, struct wrapper *w);

#endif
