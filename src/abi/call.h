/* SPDX-License-Identifier: GPL-2.0-or-later */
/* An ioctl as data: what src/abi builds, what the seam of src/kernel carries out, shows, or holds back. */
#ifndef TSMCTL_ABI_CALL_H
#define TSMCTL_ABI_CALL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What a call does to the machine. The layers decide by it, never by numbers. */
enum effect {
	EFFECT_READ,   /* looks only */
	EFFECT_PROBE,  /* a request of the fingerprint: on an empty context, cannot touch anything */
	EFFECT_SETUP,  /* makes or frees objects that end with this process: IOAS, vIOMMU, vdevice, a VM */
	EFFECT_CHANGE, /* reaches a device or a TSM: state changes, regeneration, acceptance */
};

/* One field of an ioctl's struct, for --trace. */
struct ioctl_field {
	const char *name;
	uint16_t offset;
	uint8_t width; /* 1, 2, 4 or 8 bytes */
	bool out;      /* printed after the call */
	bool hex;
};

/* What an ioctl's argument looks like; static const data of src/abi. */
struct ioctl_layout {
	const char *name; /* "IOMMU_VDEVICE_ALLOC" */
	const struct ioctl_field *fields;
	size_t field_count;
};

/*
 * A 64-bit field of the struct, or of the request that it points to, which holds an address of this process: the same
 * call has another one each time.
 */
struct ioctl_address {
	size_t offset;
	bool in_request;
	const void *bytes; /* what it points to, if that is neither `request` nor `response`: read by the kernel */
	size_t len;
};

enum { IOCTL_ADDRESS_SIZE = 8 };

/* True if the field lies in the struct, or in the request, that has `len` bytes. */
static inline bool ioctl_address_in(const struct ioctl_address *a, bool request, size_t len)
{
	return a->in_request == request && a->offset <= len && len - a->offset >= IOCTL_ADDRESS_SIZE;
}

struct ioctl_call {
	const struct ioctl_layout *layout;
	uint32_t nr; /* 0x3b96 */
	enum effect effect;
	void *arg;   /* the struct, in and out; NULL: `value` is passed */
	size_t size; /* of the struct */
	unsigned long value;
	/* What the struct points to, so that layers see and tests compare all bytes; NULL and 0 where it points to
	 * nothing. */
	const void *request;
	size_t request_len;
	void *response;
	size_t response_len;                 /* capacity */
	const struct ioctl_address *address; /* each address in `arg` and `request` */
	size_t address_count;
	/* For a TSM request: names for people; NULL for others. */
	const char *op_name;   /* "SET_TDI_STATE" */
	const char *arch_name; /* "cca" */
	bool payload_assumed;  /* the request bytes follow no published layout */
};

#endif
