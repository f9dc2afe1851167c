/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Names for the object identifiers that certificates of devices have. */
#ifndef TSMCTL_DECODE_OID_H
#define TSMCTL_DECODE_OID_H

#include <stdint.h>

enum oid_role {
	OID_ATTRIBUTE, /* of a name: "CN" */
	OID_KEY,       /* algorithm of a public key */
	OID_CURVE,
	OID_SIGNATURE,
	OID_HASH,
	OID_EXTENSION, /* also the otherNames of an alternative name */
	OID_PURPOSE,   /* of extended key usage */
	OID_DMTF,      /* inside the DMTF extension */
};

/* The name of a dotted number in one role; NULL: not known here. */
const char *oid_name(enum oid_role role, const char *dotted);

#define OID_RSA           "1.2.840.113549.1.1.1"
#define OID_RSASSA_PSS    "1.2.840.113549.1.1.10"
#define OID_EC            "1.2.840.10045.2.1"
#define OID_KEY_ID        "2.5.29.14"
#define OID_KEY_USAGE     "2.5.29.15"
#define OID_ALT_NAME      "2.5.29.17"
#define OID_CONSTRAINTS   "2.5.29.19"
#define OID_AUTHORITY     "2.5.29.35"
#define OID_EXTENDED      "2.5.29.37"
#define OID_DEVICE_INFO   "1.3.6.1.4.1.412.274.1" /* DMTF (DSP0274): Manufacturer:Product:Serial */
#define OID_DMTF_SPDM     "1.3.6.1.4.1.412.274.6"
#define OID_PCI_CMA       "2.23.147"       /* PCI-SIG (PCIe 6.1, 6.31.3) */
#define OID_TCB_INFO      "2.23.133.5.4.1" /* TCG DICE Attestation Architecture */
#define OID_TCB_INFO_LIST "2.23.133.5.4.5"

#endif
