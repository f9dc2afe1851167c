/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Vendor ids as SPDM writes them: a registry, a length, an id in that registry's form (DSP0274, SVH). */
#ifndef TSMCTL_DECODE_REGISTRY_H
#define TSMCTL_DECODE_REGISTRY_H

#include <stdbool.h>
#include <stdint.h>

#include "decode/span.h"
#include "fmt/record.h"
#include "util/buf.h"
#include "util/bytes.h"

struct vendor_id {
	uint8_t registry;
	struct span id;
};

/* Takes the header off the front of `rest`; false if it is not whole. */
bool vendor_id_take(struct bytes in, struct span *rest, struct vendor_id *v);

/* Adds registry, registry_name, vendor_id and cbor_tag. */
void vendor_id_describe(struct node *o, struct bytes in, const struct vendor_id *v);

/* Appends "PCI-SIG, vendor id 361b". */
void vendor_id_text(struct bytes in, const struct vendor_id *v, struct buf *out);

#endif
