/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One TSM request, ready to send. It is made from a grant only; the op, the number, the struct and the payload layout
 * all follow from the grant, so that a request cannot say one thing and carry another.
 *
 * Payloads are published for CCA only (rmi-da.h of the CCA integration kernel; for scope40-v5 the CCA RFC v4). SEV and
 * TDX use the same common forms and are marked as assumed.
 */
#ifndef TSMCTL_ABI_REQUEST_H
#define TSMCTL_ABI_REQUEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "abi/call.h"
#include "abi/fingerprint.h"
#include "abi/terms.h"
#include "util/bytes.h"
#include "util/err.h"

enum { REQUEST_MAX_PAYLOAD = 4096 };

/* What the op needs; the rest is ignored. */
struct op_args {
	enum tdi_state state;                /* SET_TDI_STATE */
	uint64_t gpa_base, gpa_top, pa_base; /* VALIDATE_MMIO, bytes; gpa_top is exclusive */
	enum evidence_type type;             /* READ_OBJECT, REGEN_OBJECT, OBJECT_INFO */
	bool raw_blocks;                     /* REGEN_OBJECT of measurements: raw bit streams instead of digests */
	uint8_t nonce[EV_NONCE_SIZE];        /* REGEN_OBJECT of measurements */
	void *response;                      /* READ_OBJECT, OBJECT_INFO: borrowed until the request is freed */
	uint32_t response_len;               /* its capacity in bytes, at most 16 MiB */
	const struct bytes *payload;         /* sent instead of the layout's bytes; NULL: the layout's; copied */
};

struct request;

/*
 * NULL with `e` set: the object has no number in this profile or is not one to regenerate, the payload or the response
 * is too large, or out of memory.
 */
struct request *request_build(const struct op_grant *grant, uint32_t vdevice_id, const struct op_args *args,
			      struct err *e);
void request_free(struct request *r);

/* For the seam; kernel_ioctl() fills what the kernel gives back. Its effect is EFFECT_READ only for a read that the
 * fingerprint established; with an assumed profile any request may be a change. */
struct ioctl_call *request_call(struct request *r);

/* True if no specification gives this payload. */
bool request_assumed(const struct request *r);

/* The TSM's code; preset to 0, always 0 where the struct has none (scope40-v5). */
uint64_t request_tsm_code(const struct request *r);

/* What a residue is counted against: the response's capacity if one was given, else the payload's length. */
uint32_t request_offered(const struct request *r);

#endif
