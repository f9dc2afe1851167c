/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * ABI profiles: one row of const data for each kernel line that is known to have TSM requests. Only src/abi looks
 * inside a row, so that no other room can name a request number.
 *
 * Sources: the series "iommufd: vdevice TSM requests" v5 (2026-05-25), the proposal of 2026-06-02 in its thread, the
 * interim tree kamalca/linux, the CCA integration kernel 2b68f486fdbc (2026-09), AMDESE/linux-kvm 18879005.
 */
#ifndef TSMCTL_ABI_PROFILE_H
#define TSMCTL_ABI_PROFILE_H

#include <stdbool.h>
#include <stdint.h>

#include "abi/terms.h"

enum { PROFILE_OPS = 9, PROFILE_ARCHS = 4 }; /* what a fingerprint asks: ops 0..8, architectures 0..3 */

enum request_form { FORM_NONE, FORM_OP48, FORM_SCOPE40 };

/* What the kernel answers to an op, one letter for each architecture 0..3: E not accepted (EINVAL), N accepted
 * (ENOENT). */
struct profile_row {
	char answer[PROFILE_ARCHS + 1];
	bool object_op; /* accepted as said or not at all, together with the profile's other object ops */
};

struct profile {
	const char *name;
	const char *source;  /* for people: which kernel this is */
	const char *refusal; /* why requests are never sent; NULL: they are */
	uint32_t request_nr; /* ioctl of the request; 0: there is none */
	uint32_t bind_nr;    /* ioctl of TSM_OP; 0: binding is part of vdevice allocation */
	enum request_form form;
	uint32_t number[OP_COUNT]; /* op number (FORM_OP48) or scope + 1 (FORM_SCOPE40); 0: no such request */
	uint32_t object_id[4];     /* type numbers on the wire: cert, vca, measurements, report */
	struct profile_row row[PROFILE_OPS];
};

extern const struct profile abi_profiles[];
extern const size_t abi_profile_count;

const struct profile *profile_find(const char *name); /* NULL: no such profile */

/* Index into object_id[]; slots other than 0 have no number in any profile: -1. */
int profile_object_index(enum evidence_type type);

#endif
