/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The fields of one X.509 certificate (RFC 5280), found and bounded, not judged: whether a signature holds is for the
 * verifier. Spans point into the object that the certificate is part of.
 */
#ifndef TSMCTL_DECODE_X509_H
#define TSMCTL_DECODE_X509_H

#include <stdbool.h>
#include <stdint.h>

#include "decode/anomaly.h"
#include "decode/der.h"
#include "decode/span.h"
#include "util/buf.h"
#include "util/bytes.h"

/* The extensions that are looked into; X509_EXTENSIONS of them. */
enum x509_known {
	X509_KEY_ID,
	X509_KEY_USAGE,
	X509_ALT_NAME,
	X509_CONSTRAINTS,
	X509_AUTHORITY,
	X509_EXTENDED,
	X509_DMTF,
	X509_TCB_INFO,
	X509_TCB_INFO_LIST,
	X509_EXTENSIONS,
};

struct x509_extension {
	bool present;
	struct span oid;
	bool critical;
	struct span value; /* what the OCTET STRING holds */
};

/* An algorithm: its OID and whatever parameters follow it. */
struct x509_algorithm {
	struct span oid;
	struct span parameters;
};

struct x509 {
	unsigned version; /* 3 for v3 */
	struct span serial;
	struct span issuer; /* the contents of a Name: a SEQUENCE OF SET OF attribute */
	struct span subject;
	struct der not_before;
	struct der not_after;
	struct x509_algorithm signature;
	struct x509_algorithm key_algorithm;
	struct span key;        /* the contents of the BIT STRING, unused-bits octet left out */
	struct span extensions; /* all of them, one after the other; empty if there are none */
	struct x509_extension known[X509_EXTENSIONS];
};

/*
 * Reads the certificate that `where` spans. Returns -1, with what is missing and its offset in `a`, if it is none;
 * oddities of extensions go to `a`, too.
 */
int x509_parse(struct bytes in, struct span where, struct x509 *c, struct anomalies *a);

/* Takes the next extension off the front of `rest`; false at the end or where no whole one follows. */
bool x509_extension_next(struct bytes in, struct span *rest, struct x509_extension *e);

/* Whether issuer and subject are the same name, byte by byte. */
bool x509_self_issued(struct bytes in, const struct x509 *c);

/* Whether the validity has no end: 99991231235959Z (RFC 5280, 4.1.2.5). */
bool x509_no_expiry(struct bytes in, const struct x509 *c);

/* Appends a name as RFC 4514 writes it: the last attribute first, "CN=device,O=vendor". Not escaped for any sink. */
void x509_name(struct bytes in, struct span name, struct buf *out);

/* Appends the text of a string type as UTF-8, as far as it is text; false if it is no string. */
bool x509_string(struct bytes in, const struct der *item, struct buf *out);

/* "EC P-384", "RSA 3072", "Ed25519"; dotted numbers where no name is known. */
void x509_key_name(struct bytes in, const struct x509 *c, struct buf *out);

/* "ecdsa-with-SHA384"; for RSASSA-PSS with its hash; a dotted number where no name is known. */
void x509_signature_name(struct bytes in, const struct x509 *c, struct buf *out);

#endif
