/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The bytes that a measurements signature covers (DSP0274: L1/L2), put together from the objects at hand: up to SPDM
 * 1.1 the GET_MEASUREMENTS and MEASUREMENTS messages up to the signature, since 1.2 with VCA in front.
 */
#ifndef TSMCTL_VERIFY_TRANSCRIPT_H
#define TSMCTL_VERIFY_TRANSCRIPT_H

#include "decode/measurements.h"
#include "decode/spdm.h"
#include "util/bytes.h"

/* Spans count from the start of `data`; those that are not there are empty. */
struct transcript {
	uint8_t *data; /* VCA, request and measurements, one after the other */
	bool given;    /* to a record, which owns it now */
	size_t len;
	struct span vca;      /* its six messages */
	struct span exchange; /* from the first request to the last response, without the signature */
	struct span signature;
	struct span trailing;               /* bytes after the last message */
	size_t vca_rest;                    /* bytes of the VCA object behind its six messages */
	uint8_t version;                    /* of the signed response; 0: there is none */
	bool vca_signed;                    /* the version has VCA among the signed bytes */
	struct measurement_request request; /* the one that the signed response answers */
	struct measurement_response response;
	uint32_t base_asym; /* selections of ALGORITHMS; 0 without it */
	uint32_t base_hash;
	uint32_t pqc_asym;
	char missing[200]; /* what is needed and not there; "" if L1/L2 is complete */
	char wrong[200];   /* what contradicts itself; "" if nothing does */
};

/* The objects; an empty one is not there. */
struct transcript_input {
	struct bytes vca;
	struct bytes request; /* of a bare response */
	struct bytes measurements;
	size_t signature_size; /* of the leaf's key, where no ALGORITHMS tells; 0: not known */
};

/* Never fails but for memory (-1): what is missing or wrong is said in `t`. */
int transcript_build(const struct transcript_input *in, struct transcript *t);
void transcript_free(struct transcript *t);

static inline struct bytes transcript_bytes(const struct transcript *t, struct span s)
{
	return (struct bytes){t->data + s.offset, s.len};
}

#endif
