/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The TDISP interface report (PCIe 6.3, 11.3.11): a bare report, or the whole DEVICE_INTERFACE_REPORT message around
 * it. Every offset counts from the start of the object, the message header included.
 */
#ifndef TSMCTL_DECODE_REPORT_H
#define TSMCTL_DECODE_REPORT_H

#include <stdbool.h>
#include <stdint.h>

#include "decode/anomaly.h"
#include "decode/span.h"
#include "util/bytes.h"

enum {
	REPORT_HEADER_SIZE = 16,
	REPORT_RANGE_SIZE = 16,
	TDISP_HEADER_SIZE = 20, /* of DEVICE_INTERFACE_REPORT: up to and including REMAINDER_LENGTH */
};

/* INTERFACE_INFO */
enum {
	REPORT_NO_FW_UPDATE = 1 << 0, /* 1: not permitted while LOCKED or in RUN */
	REPORT_DMA_NO_PASID = 1 << 1,
	REPORT_DMA_PASID = 1 << 2,
	REPORT_ATS = 1 << 3,
	REPORT_PRS = 1 << 4,
	REPORT_XT_MODE = 1 << 5, /* PCIe 7.0; reserved before */
	REPORT_INFO_RESERVED = 0xffc0,
};

/* Attributes of an MMIO range */
enum {
	RANGE_MSIX_TABLE = 1 << 0,
	RANGE_MSIX_PBA = 1 << 1,
	RANGE_NON_TEE = 1 << 2,
	RANGE_UPDATABLE = 1 << 3,
	RANGE_RESERVED = 0xfff0,
};

struct tdisp_message {
	uint8_t version; /* 0x10: 1.0 */
	uint32_t function_id;
	uint16_t portion;   /* bytes of the report in this message */
	uint16_t remainder; /* bytes of the report after this portion */
};

struct tdisp_report {
	bool in_message;
	struct tdisp_message message; /* valid with in_message */
	struct span header;           /* 16 bytes */
	uint16_t interface_info;
	uint16_t reserved;
	uint16_t msix_message_control;
	uint16_t lnr_control;
	uint32_t tph_control;
	uint32_t range_count;    /* as declared */
	struct span ranges;      /* whole ranges that are there: len / REPORT_RANGE_SIZE of them */
	bool has_info;           /* the length field of the device specific information is there */
	uint32_t info_length;    /* as declared; valid with has_info */
	struct span device_info; /* the bytes of it that are there */
	struct span trailing;    /* what is left, understood or not */
};

struct report_range {
	size_t offset;
	uint64_t first_page; /* 4 KiB page number, with the TSM's reporting offset in it */
	uint32_t pages;
	uint16_t attributes;
	uint16_t id; /* device specific; Linux takes it for the BAR number */
};

/* True if the object starts like a DEVICE_INTERFACE_REPORT message. */
bool report_is_message(struct bytes in);

/*
 * Reads what is there; whatever is missing, odd or left over goes to `a` (may be NULL). Returns -1 if the object ends
 * within the 16 bytes that every report starts with: nothing was decoded then.
 */
int report_parse(struct bytes in, struct tdisp_report *r, struct anomalies *a);

/* The range number `i` (from 0) of those in r->ranges. */
struct report_range report_range_at(struct bytes in, const struct tdisp_report *r, size_t i);

/* The reported byte address of a range; false where it, or the range's end, does not fit 64 bits. */
bool report_range_address(const struct report_range *range, uint64_t *address);

#endif
