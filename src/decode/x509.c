// SPDX-License-Identifier: GPL-2.0-or-later
#include "decode/x509.h"

#include <string.h>

#include "decode/oid.h"

static const char *const known_oids[X509_EXTENSIONS] = {
	[X509_KEY_ID] = OID_KEY_ID,
	[X509_KEY_USAGE] = OID_KEY_USAGE,
	[X509_ALT_NAME] = OID_ALT_NAME,
	[X509_CONSTRAINTS] = OID_CONSTRAINTS,
	[X509_AUTHORITY] = OID_AUTHORITY,
	[X509_EXTENDED] = OID_EXTENDED,
	[X509_DMTF] = OID_DMTF_SPDM,
	[X509_TCB_INFO] = OID_TCB_INFO,
	[X509_TCB_INFO_LIST] = OID_TCB_INFO_LIST,
};

/* Takes an item that a certificate must have here; -1 with the anomaly told. */
static int need(struct bytes in, struct span *rest, uint8_t tag, const char *what, struct der *item,
		struct anomalies *a)
{
	if (der_take(in, rest, tag, item))
		return 0;
	anomaly_add(a, rest->offset, "no X.509 certificate: %s is missing", what);
	return -1;
}

static int parse_algorithm(struct bytes in, struct span *rest, const char *what, struct x509_algorithm *out,
			   struct anomalies *a)
{
	struct der item, oid;

	if (need(in, rest, DER_SEQUENCE, what, &item, a) || need(in, &item.content, DER_OID, what, &oid, a))
		return -1;
	*out = (struct x509_algorithm){.oid = oid.content, .parameters = item.content};
	return 0;
}

static int parse_time(struct bytes in, struct span *rest, struct der *item, struct anomalies *a)
{
	if (der_take(in, rest, DER_UTC_TIME, item))
		return 0;
	return need(in, rest, DER_GENERALIZED_TIME, "a date of the validity", item, a);
}

static int parse_validity(struct bytes in, struct span *rest, struct x509 *c, struct anomalies *a)
{
	struct der item;

	if (need(in, rest, DER_SEQUENCE, "the validity", &item, a) ||
	    parse_time(in, &item.content, &c->not_before, a) || parse_time(in, &item.content, &c->not_after, a))
		return -1;
	return 0;
}

static int parse_key(struct bytes in, struct span *rest, struct x509 *c, struct anomalies *a)
{
	struct der item, bits;

	if (need(in, rest, DER_SEQUENCE, "the public key", &item, a) ||
	    parse_algorithm(in, &item.content, "the algorithm of the public key", &c->key_algorithm, a) ||
	    need(in, &item.content, DER_BIT_STRING, "the public key", &bits, a))
		return -1;
	span_take(&bits.content, 1);
	c->key = bits.content;
	return 0;
}

bool x509_extension_next(struct bytes in, struct span *rest, struct x509_extension *e)
{
	struct der item, oid, critical, value;
	struct span left = *rest;

	if (!der_take(in, &left, DER_SEQUENCE, &item) || !der_take(in, &item.content, DER_OID, &oid))
		return false;
	*e = (struct x509_extension){.present = true, .oid = oid.content};
	if (der_take(in, &item.content, DER_BOOLEAN, &critical))
		e->critical = critical.content.len && in.data[critical.content.offset];
	if (!der_take(in, &item.content, DER_OCTET_STRING, &value))
		return false;
	e->value = value.content;
	*rest = left;
	return true;
}

static void note_extension(struct bytes in, struct x509 *c, const struct x509_extension *e, struct anomalies *a)
{
	char oid[OID_TEXT];
	size_t i;

	der_oid_text(in, e->oid, oid);
	for (i = 0; i < X509_EXTENSIONS; i++) {
		if (strcmp(oid, known_oids[i]))
			continue;
		if (c->known[i].present)
			anomaly_add(a, e->oid.offset, "the extension %s stands twice; the first counts", oid);
		else
			c->known[i] = *e;
	}
}

/* Passes over the unique identifiers that may stand before the extensions. */
static bool find_extensions(struct bytes in, struct span *rest, struct der *item)
{
	while (der_next(in, rest, item))
		if (item->tag == DER_CONTEXT_STRUCTURE + 3)
			return true;
	return false;
}

static void parse_extensions(struct bytes in, struct span *rest, struct x509 *c, struct anomalies *a)
{
	struct x509_extension e;
	struct der item, list;
	struct span left;

	if (!find_extensions(in, rest, &item))
		return;
	if (!der_take(in, &item.content, DER_SEQUENCE, &list)) {
		anomaly_add(a, item.content.offset, "the list of extensions is missing");
		return;
	}
	c->extensions = left = list.content;
	while (x509_extension_next(in, &left, &e))
		note_extension(in, c, &e, a);
	if (left.len)
		anomaly_add(a, left.offset, "no whole extension in %zu bytes", left.len);
}

static unsigned parse_version(struct bytes in, struct span *rest)
{
	struct der item, number;
	uint64_t version;

	if (!der_take(in, rest, DER_CONTEXT_STRUCTURE, &item) || !der_take(in, &item.content, DER_INTEGER, &number) ||
	    !der_number(in, number.content, &version) || version > 2)
		return 1;
	return (unsigned)version + 1;
}

static int parse_body(struct bytes in, struct span rest, struct x509 *c, struct anomalies *a)
{
	struct x509_algorithm inner;
	struct der item;

	c->version = parse_version(in, &rest);
	if (need(in, &rest, DER_INTEGER, "the serial number", &item, a))
		return -1;
	c->serial = item.content;
	if (parse_algorithm(in, &rest, "the signature algorithm", &inner, a) ||
	    need(in, &rest, DER_SEQUENCE, "the issuer", &item, a))
		return -1;
	c->issuer = item.content;
	if (parse_validity(in, &rest, c, a) || need(in, &rest, DER_SEQUENCE, "the subject", &item, a))
		return -1;
	c->subject = item.content;
	if (parse_key(in, &rest, c, a))
		return -1;
	parse_extensions(in, &rest, c, a);
	return 0;
}

int x509_parse(struct bytes in, struct span where, struct x509 *c, struct anomalies *a)
{
	struct der certificate, body, signature;

	memset(c, 0, sizeof(*c));
	if (need(in, &where, DER_SEQUENCE, "the certificate", &certificate, a) ||
	    need(in, &certificate.content, DER_SEQUENCE, "what is signed", &body, a) ||
	    parse_body(in, body.content, c, a) ||
	    parse_algorithm(in, &certificate.content, "the signature algorithm", &c->signature, a) ||
	    need(in, &certificate.content, DER_BIT_STRING, "the signature", &signature, a))
		return -1;
	return 0;
}

bool x509_self_issued(struct bytes in, const struct x509 *c)
{
	return c->subject.len == c->issuer.len &&
	       !memcmp(in.data + c->subject.offset, in.data + c->issuer.offset, c->subject.len);
}

bool x509_no_expiry(struct bytes in, const struct x509 *c)
{
	static const char never[] = "99991231235959Z";

	return c->not_after.tag == DER_GENERALIZED_TIME && c->not_after.content.len == sizeof(never) - 1 &&
	       !memcmp(in.data + c->not_after.content.offset, never, sizeof(never) - 1);
}

/* The bits of the modulus; 0 if there is none. */
static size_t rsa_bits(struct bytes in, struct span key)
{
	struct der sequence, modulus;
	struct span *n = &modulus.content;
	size_t bits;
	uint8_t top;

	if (!der_take(in, &key, DER_SEQUENCE, &sequence) || !der_take(in, &sequence.content, DER_INTEGER, &modulus))
		return 0;
	while (n->len && !in.data[n->offset])
		span_take(n, 1);
	bits = n->len * 8;
	for (top = n->len ? in.data[n->offset] : 0x80; !(top & 0x80); top = (uint8_t)(top << 1))
		bits--;
	return bits;
}

static void add_curve(struct bytes in, struct span parameters, struct buf *out)
{
	char dotted[OID_TEXT];
	const char *name;
	struct der oid;

	if (!der_take(in, &parameters, DER_OID, &oid)) {
		buf_text(out, " of an unnamed curve");
		return;
	}
	der_oid_text(in, oid.content, dotted);
	name = oid_name(OID_CURVE, dotted);
	buf_printf(out, " %s", name ? name : dotted);
}

void x509_key_name(struct bytes in, const struct x509 *c, struct buf *out)
{
	char dotted[OID_TEXT];
	const char *name;

	der_oid_text(in, c->key_algorithm.oid, dotted);
	name = oid_name(OID_KEY, dotted);
	buf_text(out, name ? name : dotted);
	if (!strcmp(dotted, OID_EC))
		add_curve(in, c->key_algorithm.parameters, out);
	else if (!strcmp(dotted, OID_RSA) || !strcmp(dotted, OID_RSASSA_PSS))
		buf_printf(out, " %zu", rsa_bits(in, c->key));
}

/* RFC 4055: the hash stands in [0] of the parameters; without it, it is SHA-1. */
static void add_pss_hash(struct bytes in, struct span parameters, struct buf *out)
{
	struct der sequence, tagged, algorithm, oid;
	char dotted[OID_TEXT];
	const char *name;

	if (!der_take(in, &parameters, DER_SEQUENCE, &sequence) ||
	    !der_take(in, &sequence.content, DER_CONTEXT_STRUCTURE, &tagged) ||
	    !der_take(in, &tagged.content, DER_SEQUENCE, &algorithm) ||
	    !der_take(in, &algorithm.content, DER_OID, &oid)) {
		buf_text(out, " with SHA-1");
		return;
	}
	der_oid_text(in, oid.content, dotted);
	name = oid_name(OID_HASH, dotted);
	buf_printf(out, " with %s", name ? name : dotted);
}

void x509_signature_name(struct bytes in, const struct x509 *c, struct buf *out)
{
	char dotted[OID_TEXT];
	const char *name;

	der_oid_text(in, c->signature.oid, dotted);
	name = oid_name(OID_SIGNATURE, dotted);
	buf_text(out, name ? name : dotted);
	if (!strcmp(dotted, OID_RSASSA_PSS))
		add_pss_hash(in, c->signature.parameters, out);
}
