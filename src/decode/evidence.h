/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Evidence bytes -> shape, parts and a record. Pure, total and bounded: any byte string yields a result or an error
 * that names an offset, in time linear in its length; nothing is assumed about which TSM sent it. Layouts: DSP0274
 * (SPDM 1.0 to 1.4), PCIe 6.x 11.3.11 (TDISP interface report).
 */
#ifndef TSMCTL_DECODE_EVIDENCE_H
#define TSMCTL_DECODE_EVIDENCE_H

#include "abi/terms.h"
#include "decode/identity.h"
#include "fmt/record.h"
#include "util/bytes.h"
#include "util/err.h"

/*
 * Names how the object came: cert "spdm-chain", "raw-der"; vca "vca"; measurements "response", "request-response",
 * "transcript", "record"; report "report", "tdisp-message"; any of these inside a data object of AMD's firmware
 * "sev-object:..."; any "empty"; "unknown" where nothing fits. Static string.
 */
const char *evidence_shape(enum evidence_type type, struct bytes in);

/* One of the six BARs of a function. */
struct evidence_bar {
	uint64_t start; /* physical address, bytes */
	uint64_t size;  /* 0: no such BAR */
};

enum { EVIDENCE_BARS = 6 };

/* The PCI function that an object is about, as the machine at hand sees it. */
struct evidence_function {
	struct pci_identity identity;
	struct evidence_bar bar[EVIDENCE_BARS];
};

enum { FINGERPRINT_SIZE = 32 };

/* How a certificate is named: by the SHA-256 of its DER. This library has no hash of its own. */
struct evidence_fingerprinter {
	bool (*make)(const struct evidence_fingerprinter *f, struct bytes der, uint8_t out[FINGERPRINT_SIZE]);
	const char *missing; /* why `make` always fails; NULL: it does not */
};

/* What is known besides the bytes of an object; every piece may be missing. */
struct evidence_context {
	const struct evidence_fingerprinter *fingerprinter; /* NULL: nobody asks for fingerprints */
	struct bytes vca;                                   /* of the same connection: tells algorithms, so sizes */
	struct bytes chain;                       /* of the slot that signed: its leaf tells the size of a signature */
	const struct evidence_function *function; /* NULL: not known */
};

/*
 * Adds what the bytes say to `decoded` (an object node): fields with labels, tables, notes, so that the same nodes make
 * the text. Bytes that cannot be decoded are no failure of the tool: an "anomaly" field with the offset is added, and
 * what was decoded before it stands. Returns 0, or -1 with `e` set (ERR_EVIDENCE) when nothing at all could be decoded.
 */
int evidence_describe(enum evidence_type type, struct bytes in, struct node *decoded, struct err *e);

/* The same with what is known besides; `context` NULL: nothing. */
int evidence_describe_in(enum evidence_type type, struct bytes in, const struct evidence_context *context,
			 struct node *decoded, struct err *e);

/* Takes the wrapper off an object that has one; any other object is returned as it is. */
struct bytes evidence_payload(enum evidence_type type, struct bytes in);

/* A named piece of an object, for comparing two of them: "request nonce", "block 3", "signature", "certificate 1". */
struct evidence_part {
	char name[40];
	size_t offset;
	size_t len;
};

struct evidence_parts {
	struct evidence_part *part; /* owned */
	size_t count;
};

/*
 * Splits an object into parts in the order of their offsets, without gaps; what is not understood is one part "bytes",
 * and what comes after 4096 parts is a last part "rest". Parts of the second and further requests and responses of a
 * transcript end in " (2)" ...; other names occur twice only where an object repeats itself. -1: out of memory.
 */
int evidence_parts(enum evidence_type type, struct bytes in, struct evidence_parts *out);
void evidence_parts_free(struct evidence_parts *p);

#endif
