/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The description of one certificate, and of what its extensions say. Inside src/decode/ only. */
#ifndef TSMCTL_DECODE_CERTIFICATE_H
#define TSMCTL_DECODE_CERTIFICATE_H

#include "decode/identity.h"
#include "decode/kind.h"
#include "decode/x509.h"

/* One certificate while it is described. */
struct certificate {
	struct bytes in;
	const struct x509 *x509;
	const struct pci_identity *function; /* what the PCI function says it is; NULL: not known */
	struct node *out;                    /* object that becomes "x509" */
	struct findings *findings;
};

/* Adds subject, issuer, key, validity and all that follows. */
void certificate_describe(const struct certificate *c);

/* Extensions, each in a file that knows its format. Fields of what a certificate lacks are null. */
void usage_describe(const struct certificate *c);      /* basic constraints, key usage, extended key usage */
void alt_names_describe(const struct certificate *c);  /* subject alternative names and the identities in them */
void dmtf_describe(const struct certificate *c);       /* DSP0274: hardware identity, mutable certificate */
void tcb_info_describe(const struct certificate *c);   /* TCG DICE */
void extensions_describe(const struct certificate *c); /* all of them, by number */

/* Elements of a list inside a certificate, and of all such lists of a chain, that are told; a limit is an anomaly. */
enum { ELEMENTS_MAX = 64, ELEMENTS_TOLD = 4096 };

/* True if there is room for element number `count` (from 0) of a list; `what` names the list. */
bool element_fits(const struct certificate *c, size_t count, size_t offset, const char *what);

/* A value of a string type: text, or null where it is none. */
void string_describe(struct node *parent, const char *key, const char *label, struct bytes in, const struct der *item);

#endif
