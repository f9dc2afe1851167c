/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The description of what a measurement block holds, and of opaque data. Inside src/decode/ only. */
#ifndef TSMCTL_DECODE_VALUE_H
#define TSMCTL_DECODE_VALUE_H

#include "decode/algorithms.h"
#include "decode/kind.h"
#include "decode/measurements.h"

/* The values of an object's blocks while they are told. */
struct value_sink {
	struct bytes in;
	const struct spdm_algorithms *algorithms; /* those that apply; all absent if they are not known */
	struct node *table;                       /* text: "values" */
	struct findings *findings;
	size_t told;    /* bytes of values in the document */
	size_t message; /* that the blocks are of, where there are several; 0: one */
};

/* Text only: the table that values go to. */
struct node *value_table(struct node *decoded);

/*
 * Adds digest_algorithm, value, svn, text, device_mode and manifest of a block to `row`, and a line for people.
 * `version` is that of the response; 0: not known. What a block lacks is null.
 */
void value_describe(struct value_sink *s, struct node *row, const struct measurement_block *b, uint8_t version);

/* Adds "opaque" to `o`: format, bytes, elements. */
void opaque_describe(struct node *o, struct bytes in, struct span where);

#endif
