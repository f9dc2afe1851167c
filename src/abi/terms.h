/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The field's terms as enums with their names: architectures, TDISP states, operations, evidence types. */
#ifndef TSMCTL_ABI_TERMS_H
#define TSMCTL_ABI_TERMS_H

#include <stddef.h>
#include <stdint.h>

/* The values are those of the 48-byte request's tvm_arch field. */
enum tsm_arch { ARCH_NONE = 0, ARCH_CCA = 1, ARCH_SEV = 2, ARCH_TDX = 3 };

/* TDISP interface states (PCIe 6.x, 11.2). */
enum tdi_state { TDI_UNLOCKED = 0, TDI_LOCKED = 1, TDI_RUN = 2, TDI_ERROR = 3 };

/* What a request asks for; the numbers on the wire differ per profile. */
enum tsm_op {
	OP_READ_OBJECT,
	OP_REGEN_OBJECT,
	OP_OBJECT_INFO,
	OP_VALIDATE_MMIO,
	OP_SET_TDI_STATE,
	OP_SEV_ENABLE_DMA,
	OP_SEV_DISABLE_DMA,
	OP_COUNT,
};

/* Evidence types; the values are the type ids of both netlink families. Slot n of the certificates is EV_CERT0 + n. */
enum evidence_type {
	EV_CERT0 = 0,
	EV_CERT7 = 7,
	EV_VCA = 8,
	EV_MEASUREMENTS = 9,
	EV_REPORT = 10,
	EV_COUNT = 11,
};

#define EV_MASK_ALL        ((1u << EV_COUNT) - 1)
#define EV_MAX_OBJECT_SIZE (16u * 1024 * 1024)
#define EV_NONCE_SIZE      32

const char *arch_name(enum tsm_arch arch);                 /* "cca", "sev", "tdx"; "none" */
const char *arch_title(enum tsm_arch arch);                /* "Arm CCA", "AMD SEV", "Intel TDX" */
int arch_parse(const char *name);                          /* enum tsm_arch, or -1 */
const char *tdi_state_name(enum tdi_state state);          /* "unlocked", "locked", "run", "error" */
int tdi_state_parse(const char *name);                     /* unlocked, locked, run; else -1 */
const char *tsm_op_name(enum tsm_op op);                   /* "SET_TDI_STATE": the ABI's name */
const char *tsm_op_word(enum tsm_op op);                   /* "set-state": the user's name */
const char *evidence_type_name(enum evidence_type type);   /* "cert:0", "vca", "measurements", "report" */
const char *evidence_object_name(enum evidence_type type); /* "cert", "vca", ...: without the slot */

/* "cert" (slot 0), "cert:3", "vca", "measurements", "report" -> type; -1: unknown type; -2: bad slot. */
int evidence_type_parse(const char *text);

#endif
