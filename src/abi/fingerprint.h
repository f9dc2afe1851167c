/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which kernel is this? Requests with vdevice_id 0 and no buffers, sent to a freshly opened, empty /dev/iommu context,
 * where no object exists: nothing can be touched. Kernels check architecture and op before they look the vdevice up, so
 * EINVAL means "not accepted" and ENOENT "accepted". This room plans the questions and reads the answers; src/tdi asks
 * them.
 *
 * A `struct abi` is what was established. From it come grants, and only a grant makes a request (abi/request.h): a
 * request whose op was not established cannot be built.
 */
#ifndef TSMCTL_ABI_FINGERPRINT_H
#define TSMCTL_ABI_FINGERPRINT_H

#include <stdbool.h>
#include <stdint.h>

#include "abi/ioctl.h"
#include "abi/profile.h"
#include "abi/terms.h"

enum { FP_NUMBERS = 2, FP_FIRST_NR = 0x3b96 }; /* 0x3b96 and 0x3b97, no others */
enum { FP_UNASKED = -1, FP_ACCEPTED_WHOLE = 0 };

/* errno of each question; FP_UNASKED; 0 if the kernel carried it out, which no kernel should. */
struct fp_answers {
	int answer[FP_NUMBERS][PROFILE_OPS][PROFILE_ARCHS];
};

struct fp_probe {
	uint32_t nr;
	uint32_t op;
	uint32_t arch;
	struct tsm_req48 arg;
	struct ioctl_call call; /* points to `arg`: a probe must not be copied after fp_next() */
};

void fp_start(struct fp_answers *a);

/* Fills the next question, at most 38 in all; false when enough is known. */
bool fp_next(const struct fp_answers *a, struct fp_probe *p);

/* `result` as the seam returned it: >= 0 or -errno. */
void fp_record(struct fp_answers *a, const struct fp_probe *p, int result);

/*
 * One line of the map: "ENNN" for op `op` at `nr`; '.' not asked, 'T' ENOTTY, 'S' EOPNOTSUPP, 'X' anything else. `out`
 * holds 5 bytes.
 */
void fp_map_line(const struct fp_answers *a, uint32_t nr, uint32_t op, char out[PROFILE_ARCHS + 1]);

enum abi_verdict {
	ABI_KNOWN,   /* requests can be built for what was established */
	ABI_NONE,    /* no TSM requests in this kernel */
	ABI_REFUSED, /* recognised, and never used */
	ABI_UNKNOWN, /* something answers, and it is none of ours */
};

struct abi;      /* opaque; only fingerprint.c makes one */
struct op_grant; /* opaque: one op, for one architecture, on one kernel, established */

/* What the answers establish; NULL: out of memory. */
struct abi *abi_from_answers(const struct fp_answers *a);

/*
 * Takes the user's word for a profile, everything in it granted. Only for what can send nothing (--dry-run) and for
 * --abi with --force. `a` may be NULL or what was answered nevertheless. NULL: out of memory.
 */
struct abi *abi_assume(const struct profile *p, const struct fp_answers *a);

void abi_free(struct abi *abi);

enum abi_verdict abi_verdict(const struct abi *abi);
bool abi_assumed(const struct abi *abi);
const char *abi_name(const struct abi *abi);                 /* profile name, or "unknown" */
const char *abi_source(const struct abi *abi);               /* which kernel that is */
const char *abi_reason(const struct abi *abi);               /* why nothing is granted; "" for ABI_KNOWN */
uint32_t abi_request_nr(const struct abi *abi);              /* 0: none */
const struct fp_answers *abi_answers(const struct abi *abi); /* NULL: the kernel was not asked */

/* NULL: not established. The grant lives as long as `abi`. */
const struct op_grant *abi_grant(const struct abi *abi, enum tsm_op op, enum tsm_arch arch);

/* The ioctl that binds a vdevice to the TSM; false where binding is part of vdevice allocation. `arg` must outlive
 * `call`. */
bool abi_bind_call(const struct abi *abi, uint32_t vdevice_id, struct tsm_op_arg *arg, struct ioctl_call *call);

#endif
