/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Payloads as data: for each form and op, where which value stands. */
#ifndef TSMCTL_ABI_PAYLOAD_H
#define TSMCTL_ABI_PAYLOAD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "abi/profile.h"

enum { PAYLOAD_MAX = 32, PAYLOAD_VALUES = 5 };

enum payload_source {
	FROM_CONSTANT,
	FROM_STATE,
	FROM_GPA_BASE,
	FROM_GPA_TOP,
	FROM_PA_BASE,
	FROM_OBJECT, /* the object's number on the wire */
	FROM_REGEN_FLAGS,
	FROM_NONCE_PTR, /* user pointer to 32 bytes; 0 for the report */
};

struct payload_value {
	uint8_t offset;
	uint8_t width; /* 4 or 8; 0 ends the list */
	enum payload_source source;
	uint32_t constant;
};

struct payload_layout {
	uint8_t size; /* exact; bytes that no value covers are 0 */
	bool assumed; /* published nowhere, for no architecture */
	struct payload_value value[PAYLOAD_VALUES];
};

/* `type` matters to the object ops only. NULL: the op carries no payload in this form. */
const struct payload_layout *payload_find(enum request_form form, enum tsm_op op, enum evidence_type type);

/* True if the architecture has published its payloads. */
bool payload_published(enum tsm_arch arch);

#endif
