/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the lab's modules share. */
#ifndef TSMLAB_H
#define TSMLAB_H

#include <linux/kprobes.h>
#include <linux/sockptr.h>
#include <linux/types.h>

/* Requests by meaning; an ABI's numbers are parameters of tsmlab_iommufd. */
enum lab_op {
	LAB_VALIDATE_MMIO,
	LAB_SET_TDI_STATE,
	LAB_SEV_ENABLE_DMA,
	LAB_SEV_DISABLE_DMA,
	LAB_READ_OBJECT,
	LAB_REGEN_OBJECT,
	LAB_OBJECT_INFO,
	LAB_OPS,
	LAB_BY_PAYLOAD = LAB_OPS, /* the scope era: the payload's first word says what is asked */
};

enum lab_arch { LAB_CCA = 1, LAB_SEV, LAB_TDX };

/*
 * What stands behind `req_in` of pci_tsm_guest_req(), which itself carries no op: tsmlab_iommufd passes a kernel
 * pointer to this.
 */
struct lab_request {
	enum lab_op op;
	u32 arch;  /* 0: the ABI does not say */
	u32 scope; /* of the scope era; 0 otherwise */
	sockptr_t in;
	size_t in_len;
	sockptr_t out;
	size_t out_len;
};

/* Evidence types, numbered as the netlink families number them: slots 0 to 7, VCA, measurements, report. */
enum lab_type { LAB_CERT0 = 0, LAB_VCA = 8, LAB_MEASUREMENTS = 9, LAB_REPORT = 10, LAB_TYPES = 11 };

enum { LAB_OBJECT_MAX = 16 << 20 };

/* The address of a kernel symbol, exported or not; 0 if there is none. */
static inline unsigned long lab_symbol(const char *name)
{
	struct kprobe probe = {.symbol_name = "kallsyms_lookup_name"};
	unsigned long (*lookup)(const char *);

	if (register_kprobe(&probe))
		return 0;
	lookup = (void *)probe.addr;
	unregister_kprobe(&probe);
	return lookup(name);
}

#endif
