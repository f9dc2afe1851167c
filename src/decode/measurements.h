/* SPDX-License-Identifier: GPL-2.0-or-later */
/* GET_MEASUREMENTS, MEASUREMENTS and the blocks of a measurement record (DSP0274 1.0 to 1.4). */
#ifndef TSMCTL_DECODE_MEASUREMENTS_H
#define TSMCTL_DECODE_MEASUREMENTS_H

#include <stdbool.h>
#include <stdint.h>

#include "decode/spdm.h"

/* Pieces that a message does not have, or that are cut off, are empty or short. */
struct measurement_request {
	bool signature;
	bool raw;          /* asks for raw values, not digests; since 1.2 */
	bool fresh;        /* asks for a new measurement; since 1.3 */
	uint8_t operation; /* 0: count only, 1..0xfe: that block, 0xff: all */
	uint8_t slot;      /* valid if slot_param.len */
	struct span header;
	struct span nonce;
	struct span slot_param;
	struct span context;
};

struct measurement_response {
	uint8_t version;
	uint8_t total; /* number of indices, where the request asked for the count only */
	uint8_t slot;
	uint8_t changed; /* 0 not detected, 1 changed during the measurement, 2 unchanged; since 1.2 */
	uint8_t block_count;
	uint32_t record_length; /* as declared */
	struct span header;
	struct span record;
	struct span nonce;
	struct span opaque_length;
	struct span opaque;
	struct span context;
	struct span signature;
};

struct measurement_block {
	uint8_t index;
	uint8_t specification;
	uint16_t size;       /* of the measurement, as declared */
	bool dmtf;           /* the fields below are valid */
	uint8_t type;        /* without the raw bit */
	bool raw;            /* a raw value, not a digest */
	uint16_t value_size; /* as declared */
	struct span span;    /* the whole block */
	struct span value;   /* what is there of the value; of a block that is not DMTF's, the measurement */
};

void measurement_request_parse(struct bytes in, const struct spdm_message *m, struct measurement_request *r);
void measurement_response_parse(struct bytes in, const struct spdm_message *m, struct measurement_response *r);

/* The slot that the last response of an object of messages says it is of; -1: there is no response. */
int measurements_slot(struct bytes in);

/* Takes the next block off the front of `record`; false at its end, or where no whole block follows. */
bool measurement_block_next(struct bytes in, struct span *record, struct measurement_block *b);

/* Reports fields of a block that contradict each other. */
void measurement_block_check(const struct measurement_block *b, struct anomalies *a);

/* True if the object is nothing but DMTF blocks, at least one. */
bool measurement_is_record(struct bytes in);

/* "mutable firmware" ...; NULL for a type that `version` (0x10 to 0x14; 0 if not known) does not define. */
const char *measurement_type_name(uint8_t type, uint8_t version);

/* "measurement manifest" for 0xfd, "device mode" for 0xfe; else NULL. */
const char *measurement_index_name(uint8_t index);

/* A word for measurement_response.changed; NULL for a value that is not defined. */
const char *measurement_changed_name(uint8_t changed);

#endif
