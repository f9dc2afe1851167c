/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Opaque data of an SPDM message: the DMTF's general format, OpaqueDataFmt1, or a vendor's own. */
#ifndef TSMCTL_DECODE_OPAQUE_H
#define TSMCTL_DECODE_OPAQUE_H

#include <stdbool.h>
#include <stdint.h>

#include "decode/registry.h"
#include "decode/span.h"
#include "util/bytes.h"

struct opaque {
	const char *format;   /* "general", "fmt1", "nvidia", or NULL: none of them; static string */
	uint8_t count;        /* elements, as declared */
	struct span elements; /* of the first two formats */
	struct span fields;   /* of "nvidia" */
};

struct opaque_element {
	struct span whole; /* padding included */
	struct vendor_id vendor;
	struct span data;
};

/* What NVIDIA's devices put there in SPDM 1.1: type, length and value, one after the other. */
struct opaque_field {
	uint16_t type;
	const char *name; /* NULL: not known here */
	struct span data;
};

/* Finds the format: one whose elements fill `where` exactly. */
struct opaque opaque_parse(struct bytes in, struct span where);

/* Takes the next element off the front of `rest`; false at its end, or where no whole element follows. */
bool opaque_next(struct bytes in, struct span *rest, struct opaque_element *e);

/* The same for fields. */
bool opaque_field_next(struct bytes in, struct span *rest, struct opaque_field *f);

#endif
