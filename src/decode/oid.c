// SPDX-License-Identifier: GPL-2.0-or-later
#include "decode/oid.h"

#include <string.h>

/* Sources: RFC 4519, 5280, 5480, 8410, 9881; the NIST registry of algorithms; DSP0274; TCG DICE; PCIe 6.1, 6.31.3. */
static const struct {
	enum oid_role role;
	const char *dotted;
	const char *name;
} oids[] = {
	{OID_ATTRIBUTE, "2.5.4.3", "CN"},
	{OID_ATTRIBUTE, "2.5.4.4", "SN"},
	{OID_ATTRIBUTE, "2.5.4.5", "serialNumber"},
	{OID_ATTRIBUTE, "2.5.4.6", "C"},
	{OID_ATTRIBUTE, "2.5.4.7", "L"},
	{OID_ATTRIBUTE, "2.5.4.8", "ST"},
	{OID_ATTRIBUTE, "2.5.4.9", "street"},
	{OID_ATTRIBUTE, "2.5.4.10", "O"},
	{OID_ATTRIBUTE, "2.5.4.11", "OU"},
	{OID_ATTRIBUTE, "2.5.4.12", "title"},
	{OID_ATTRIBUTE, "2.5.4.13", "description"},
	{OID_ATTRIBUTE, "2.5.4.42", "GN"},
	{OID_ATTRIBUTE, "2.5.4.46", "dnQualifier"},
	{OID_ATTRIBUTE, "2.5.4.65", "pseudonym"},
	{OID_ATTRIBUTE, "2.5.4.97", "organizationIdentifier"},
	{OID_ATTRIBUTE, "0.9.2342.19200300.100.1.1", "UID"},
	{OID_ATTRIBUTE, "0.9.2342.19200300.100.1.25", "DC"},
	{OID_ATTRIBUTE, "1.2.840.113549.1.9.1", "emailAddress"},
	{OID_KEY, OID_RSA, "RSA"},
	{OID_KEY, OID_RSASSA_PSS, "RSA-PSS"},
	{OID_KEY, OID_EC, "EC"},
	{OID_KEY, "1.3.101.110", "X25519"},
	{OID_KEY, "1.3.101.112", "Ed25519"},
	{OID_KEY, "1.3.101.113", "Ed448"},
	{OID_KEY, "2.16.840.1.101.3.4.3.17", "ML-DSA-44"},
	{OID_KEY, "2.16.840.1.101.3.4.3.18", "ML-DSA-65"},
	{OID_KEY, "2.16.840.1.101.3.4.3.19", "ML-DSA-87"},
	{OID_CURVE, "1.2.840.10045.3.1.7", "P-256"},
	{OID_CURVE, "1.3.132.0.34", "P-384"},
	{OID_CURVE, "1.3.132.0.35", "P-521"},
	{OID_CURVE, "1.2.156.10197.1.301", "SM2"},
	{OID_SIGNATURE, "1.2.840.10045.4.1", "ecdsa-with-SHA1"},
	{OID_SIGNATURE, "1.2.840.10045.4.3.2", "ecdsa-with-SHA256"},
	{OID_SIGNATURE, "1.2.840.10045.4.3.3", "ecdsa-with-SHA384"},
	{OID_SIGNATURE, "1.2.840.10045.4.3.4", "ecdsa-with-SHA512"},
	{OID_SIGNATURE, "2.16.840.1.101.3.4.3.10", "ecdsa-with-SHA3-256"},
	{OID_SIGNATURE, "2.16.840.1.101.3.4.3.11", "ecdsa-with-SHA3-384"},
	{OID_SIGNATURE, "2.16.840.1.101.3.4.3.12", "ecdsa-with-SHA3-512"},
	{OID_SIGNATURE, "1.2.840.113549.1.1.5", "sha1WithRSAEncryption"},
	{OID_SIGNATURE, OID_RSASSA_PSS, "rsassaPss"},
	{OID_SIGNATURE, "1.2.840.113549.1.1.11", "sha256WithRSAEncryption"},
	{OID_SIGNATURE, "1.2.840.113549.1.1.12", "sha384WithRSAEncryption"},
	{OID_SIGNATURE, "1.2.840.113549.1.1.13", "sha512WithRSAEncryption"},
	{OID_SIGNATURE, "1.3.101.112", "Ed25519"},
	{OID_SIGNATURE, "1.3.101.113", "Ed448"},
	{OID_SIGNATURE, "1.2.156.10197.1.501", "SM2-with-SM3"},
	{OID_SIGNATURE, "2.16.840.1.101.3.4.3.17", "ML-DSA-44"},
	{OID_SIGNATURE, "2.16.840.1.101.3.4.3.18", "ML-DSA-65"},
	{OID_SIGNATURE, "2.16.840.1.101.3.4.3.19", "ML-DSA-87"},
	{OID_HASH, "2.16.840.1.101.3.4.2.1", "SHA-256"},
	{OID_HASH, "2.16.840.1.101.3.4.2.2", "SHA-384"},
	{OID_HASH, "2.16.840.1.101.3.4.2.3", "SHA-512"},
	{OID_HASH, "2.16.840.1.101.3.4.2.8", "SHA3-256"},
	{OID_HASH, "2.16.840.1.101.3.4.2.9", "SHA3-384"},
	{OID_HASH, "2.16.840.1.101.3.4.2.10", "SHA3-512"},
	{OID_HASH, "1.2.156.10197.1.401", "SM3"},
	{OID_HASH, "1.3.14.3.2.26", "SHA-1"},
	{OID_EXTENSION, OID_KEY_ID, "subject key identifier"},
	{OID_EXTENSION, OID_KEY_USAGE, "key usage"},
	{OID_EXTENSION, OID_ALT_NAME, "subject alternative name"},
	{OID_EXTENSION, OID_CONSTRAINTS, "basic constraints"},
	{OID_EXTENSION, "2.5.29.30", "name constraints"},
	{OID_EXTENSION, "2.5.29.31", "CRL distribution points"},
	{OID_EXTENSION, "2.5.29.32", "certificate policies"},
	{OID_EXTENSION, OID_AUTHORITY, "authority key identifier"},
	{OID_EXTENSION, OID_EXTENDED, "extended key usage"},
	{OID_EXTENSION, "1.3.6.1.5.5.7.1.1", "authority information access"},
	{OID_EXTENSION, OID_DEVICE_INFO, "DMTF device info"},
	{OID_EXTENSION, OID_DMTF_SPDM, "DMTF SPDM"},
	{OID_EXTENSION, OID_PCI_CMA, "PCI-SIG CMA"},
	{OID_EXTENSION, OID_TCB_INFO, "DICE TcbInfo"},
	{OID_EXTENSION, "2.23.133.5.4.4", "DICE Ueid"},
	{OID_EXTENSION, OID_TCB_INFO_LIST, "DICE MultiTcbInfo"},
	{OID_PURPOSE, "1.3.6.1.5.5.7.3.1", "TLS server"},
	{OID_PURPOSE, "1.3.6.1.5.5.7.3.2", "TLS client"},
	{OID_PURPOSE, "1.3.6.1.5.5.7.3.3", "code signing"},
	{OID_PURPOSE, "1.3.6.1.5.5.7.3.9", "OCSP signing"},
	{OID_PURPOSE, "1.3.6.1.4.1.412.274.3", "SPDM responder"},
	{OID_PURPOSE, "1.3.6.1.4.1.412.274.4", "SPDM requester"},
	{OID_PURPOSE, "2.23.133.5.4.100.6", "DICE initial identity"},
	{OID_PURPOSE, "2.23.133.5.4.100.7", "DICE local identity"},
	{OID_PURPOSE, "2.23.133.5.4.100.8", "DICE initial attestation"},
	{OID_PURPOSE, "2.23.133.5.4.100.9", "DICE local attestation"},
	{OID_PURPOSE, "2.23.133.5.4.100.12", "DICE embedded CA"},
	{OID_DMTF, "1.3.6.1.4.1.412.274.2", "hardware identity"},
	{OID_DMTF, "1.3.6.1.4.1.412.274.5", "mutable certificate"},
};

const char *oid_name(enum oid_role role, const char *dotted)
{
	size_t i;

	for (i = 0; i < sizeof(oids) / sizeof(*oids); i++)
		if (oids[i].role == role && !strcmp(oids[i].dotted, dotted))
			return oids[i].name;
	return NULL;
}
