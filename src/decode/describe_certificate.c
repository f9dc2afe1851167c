// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdio.h>

#include "decode/certificate.h"
#include "decode/oid.h"

/* RFC 5280 allows 20 bytes; a longer one is cut in text. */
enum { SERIAL_SHOWN = 40 };

bool element_fits(const struct certificate *c, size_t count, size_t offset, const char *what)
{
	struct findings *f = c->findings;

	if (count == ELEMENTS_MAX)
		anomaly_limit(&f->anomalies, offset, "only the first %u %s are listed", ELEMENTS_MAX, what);
	if (count >= ELEMENTS_MAX)
		return false;
	if (f->elements == ELEMENTS_TOLD)
		anomaly_limit(&f->anomalies, offset, "%s from here on are not listed: %u elements of extensions are",
			      what, ELEMENTS_TOLD);
	return f->elements++ < ELEMENTS_TOLD;
}

static void describe_serial(const struct certificate *c)
{
	struct span s = c->x509->serial;

	if (s.len > 1 && !c->in.data[s.offset])
		span_take(&s, 1);
	if (s.len > SERIAL_SHOWN)
		anomaly_add(&c->findings->anomalies, s.offset, "the serial number has %zu bytes", s.len);
	s.len = s.len < SERIAL_SHOWN ? s.len : SERIAL_SHOWN;
	digest_describe(c->out, "serial", "Serial", c->in, s);
}

static void describe_names(const struct certificate *c)
{
	struct buf subject = {0}, issuer = {0};
	bool same = x509_self_issued(c->in, c->x509);

	x509_name(c->in, c->x509->subject, &subject);
	x509_name(c->in, c->x509->issuer, &issuer);
	node_text_buf(c->out, "subject", "Subject", &subject);
	if (same)
		text_only(node_text(c->out, NULL, "Issuer", "the subject itself (self-signed by its names)"));
	node_only(node_text_buf(c->out, "issuer", "Issuer", &issuer), same ? NODE_JSON_ONLY : 0);
	node_bool(c->out, "self_issued", NULL, same);
}

/* NULL, and an anomaly, for what is no time. */
static const char *time_field(const struct certificate *c, const struct der *item, char text[TIME_TEXT])
{
	if (der_time_text(c->in, item, text))
		return text;
	anomaly_add(&c->findings->anomalies, item->whole.offset, "a date of the validity is none");
	return NULL;
}

static void describe_validity(const struct certificate *c)
{
	char from_text[TIME_TEXT], to_text[TIME_TEXT];
	const char *from = time_field(c, &c->x509->not_before, from_text);
	const char *to = time_field(c, &c->x509->not_after, to_text);
	bool never = x509_no_expiry(c->in, c->x509);

	json_only(node_text(c->out, "not_before", NULL, from));
	json_only(node_text(c->out, "not_after", NULL, to));
	node_bool(c->out, "no_expiry", NULL, never);
	text_only(node_textf(c->out, NULL, "Valid", "%s to %s%s", from ? from : "?", to ? to : "?",
			     never ? " (no expiry)" : ""));
}

static void describe_key(const struct certificate *c)
{
	struct buf key = {0}, signature = {0};
	char oid[OID_TEXT];

	x509_key_name(c->in, c->x509, &key);
	node_text_buf(c->out, "key", "Key", &key);
	der_oid_text(c->in, c->x509->key_algorithm.oid, oid);
	node_text(c->out, "key_oid", NULL, oid);
	x509_signature_name(c->in, c->x509, &signature);
	node_text_buf(c->out, "signature_algorithm", "Signed with", &signature);
	der_oid_text(c->in, c->x509->signature.oid, oid);
	node_text(c->out, "signature_oid", NULL, oid);
}

/* The contents of an OCTET STRING or of [0] inside a SEQUENCE; null where there is none. */
static void describe_key_ids(const struct certificate *c)
{
	struct span subject = c->x509->known[X509_KEY_ID].value, authority = c->x509->known[X509_AUTHORITY].value;
	struct der item, id = {0}, sequence;

	der_take(c->in, &subject, DER_OCTET_STRING, &id);
	json_only(id.content.len
			  ? node_bytes(c->out, "subject_key_id", NULL, c->in.data + id.content.offset, id.content.len)
			  : node_null(c->out, "subject_key_id", NULL));
	item = (struct der){0};
	if (der_take(c->in, &authority, DER_SEQUENCE, &sequence))
		der_take(c->in, &sequence.content, DER_CONTEXT, &item);
	json_only(item.content.len ? node_bytes(c->out, "authority_key_id", NULL, c->in.data + item.content.offset,
						item.content.len)
				   : node_null(c->out, "authority_key_id", NULL));
}

void certificate_describe(const struct certificate *c)
{
	node_count(c->out, "version", NULL, c->x509->version);
	describe_names(c);
	describe_serial(c);
	describe_validity(c);
	describe_key(c);
	describe_key_ids(c);
	usage_describe(c);
	alt_names_describe(c);
	dmtf_describe(c);
	tcb_info_describe(c);
	extensions_describe(c);
}
