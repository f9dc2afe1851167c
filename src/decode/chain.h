/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The certificate chain of a slot, split into DER certificates by the lengths of their outer SEQUENCEs; nothing inside
 * a certificate is looked at. Either with the SPDM header (DSP0274: Length, RootHash) or as certificates alone.
 */
#ifndef TSMCTL_DECODE_CHAIN_H
#define TSMCTL_DECODE_CHAIN_H

#include <stdbool.h>
#include <stdint.h>

#include "decode/anomaly.h"
#include "decode/span.h"
#include "util/bytes.h"

enum { CHAIN_HEADER_SIZE = 4 };

struct chain {
	bool has_header;
	uint32_t declared;        /* Length of the whole object, header included; valid with has_header */
	struct span root_hash;    /* valid with has_header: the object does not say its size, see chain_parse() */
	struct span certificates; /* SEQUENCEs that follow each other, whole ones only */
	struct span rest;         /* what follows them */
};

/*
 * Finds the form: the one whose certificates end exactly where they should, raw DER before a header with a root hash
 * of 48, 32 or 64 bytes; where none does, the one that explains most bytes, with anomalies. Length is read as 32 bits
 * (SPDM 1.4; the upper half is reserved and 0 before), or as 16 bits where only that fits. `a` may be NULL.
 * Returns -1 if no form has a single certificate.
 */
int chain_parse(struct bytes in, struct chain *c, struct anomalies *a);

/* Takes the next certificate off the front of `rest`; false at its end, or where no whole SEQUENCE follows. */
bool chain_next(struct bytes in, struct span *rest, struct span *certificate);

#endif
