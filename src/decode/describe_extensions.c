// SPDX-License-Identifier: GPL-2.0-or-later
/* What a key may be used for, the DMTF's extension, and all extensions by number. */
#include <inttypes.h>
#include <string.h>

#include "decode/certificate.h"
#include "decode/oid.h"

#define COUNT(array) (sizeof(array) / sizeof(*(array)))

static void describe_constraints(const struct certificate *c)
{
	struct span value = c->x509->known[X509_CONSTRAINTS].value;
	struct der sequence, item;
	bool ca, limited;
	uint64_t length = 0;
	struct node *o;

	if (!der_take(c->in, &value, DER_SEQUENCE, &sequence)) {
		node_null(c->out, "basic_constraints", NULL);
		return;
	}
	ca = der_take(c->in, &sequence.content, DER_BOOLEAN, &item) && item.content.len &&
	     c->in.data[item.content.offset];
	limited = der_take(c->in, &sequence.content, DER_INTEGER, &item) && der_number(c->in, item.content, &length);
	o = node_only(node_object(c->out, "basic_constraints", NULL), NODE_JSON_ONLY);
	node_bool(o, "ca", NULL, ca);
	if (limited)
		node_count(o, "path_length", NULL, length);
	else
		node_null(o, "path_length", NULL);
	text_only(limited ? node_textf(c->out, NULL, "CA", "yes, at most %" PRIu64 " CAs below", length)
			  : node_bool(c->out, NULL, "CA", ca));
}

static void describe_key_usage(const struct certificate *c)
{
	static const char *const usages[] = {
		"digital signature",   "non-repudiation", "key encipherment", "data encipherment", "key agreement",
		"certificate signing", "CRL signing",     "encipher only",    "decipher only",
	};
	struct span value = c->x509->known[X509_KEY_USAGE].value;
	struct node *list;
	struct der bits;
	uint32_t set;
	size_t i;

	if (!der_take(c->in, &value, DER_BIT_STRING, &bits)) {
		node_null(c->out, "key_usage", NULL);
		return;
	}
	set = der_bits(c->in, bits.content);
	list = node_list(c->out, "key_usage", "Key usage");
	for (i = 0; i < COUNT(usages); i++)
		if (set & UINT32_C(1) << i)
			node_text(list, NULL, NULL, usages[i]);
	if (set >> COUNT(usages))
		node_textf(list, NULL, NULL, "bits 0x%08" PRIx32, set & ~((UINT32_C(1) << COUNT(usages)) - 1));
}

static void describe_purposes(const struct certificate *c)
{
	struct span value = c->x509->known[X509_EXTENDED].value;
	struct der sequence, oid;
	struct node *list, *row;
	struct buf text = {0};
	size_t count;

	if (!der_take(c->in, &value, DER_SEQUENCE, &sequence)) {
		node_null(c->out, "extended_key_usage", NULL);
		return;
	}
	list = node_only(node_list(c->out, "extended_key_usage", NULL), NODE_JSON_ONLY);
	for (count = 0; der_take(c->in, &sequence.content, DER_OID, &oid); count++) {
		char dotted[OID_TEXT];
		const char *name;

		if (!element_fits(c, count, oid.whole.offset, "extended key usages"))
			break;
		der_oid_text(c->in, oid.content, dotted);
		name = oid_name(OID_PURPOSE, dotted);
		row = node_object(list, NULL, NULL);
		node_text(row, "oid", NULL, dotted);
		node_text(row, "name", NULL, name);
		buf_printf(&text, "%s%s", count ? ", " : "", name ? name : dotted);
	}
	text_only(node_text_buf(c->out, NULL, "Extended usage", &text));
}

void usage_describe(const struct certificate *c)
{
	describe_constraints(c);
	describe_key_usage(c);
	describe_purposes(c);
}

/* SEQUENCE OF SEQUENCE { OID, definition OPTIONAL }. */
void dmtf_describe(const struct certificate *c)
{
	struct span value = c->x509->known[X509_DMTF].value;
	struct der sequence, entry, oid;
	struct buf text = {0};
	struct node *list, *row;
	size_t count;

	list = node_only(node_list(c->out, "dmtf_extensions", NULL), NODE_JSON_ONLY);
	if (!der_take(c->in, &value, DER_SEQUENCE, &sequence))
		return;
	for (count = 0; der_take(c->in, &sequence.content, DER_SEQUENCE, &entry); count++) {
		char dotted[OID_TEXT];
		const char *name;

		if (!der_take(c->in, &entry.content, DER_OID, &oid) ||
		    !element_fits(c, count, entry.whole.offset, "DMTF extensions"))
			break;
		der_oid_text(c->in, oid.content, dotted);
		name = oid_name(OID_DMTF, dotted);
		row = node_object(list, NULL, NULL);
		node_text(row, "oid", NULL, dotted);
		node_text(row, "name", NULL, name);
		node_bytes(row, "definition", NULL, c->in.data + entry.content.offset, entry.content.len);
		buf_printf(&text, "%s%s", count ? ", " : "", name ? name : dotted);
	}
	text_only(node_text_buf(c->out, NULL, "DMTF", &text));
}

/* Those that no other line of the text tells of. */
static bool is_told(const char *dotted)
{
	static const char *const told[] = {OID_KEY_ID,    OID_AUTHORITY,   OID_KEY_USAGE,
					   OID_ALT_NAME,  OID_CONSTRAINTS, OID_EXTENDED,
					   OID_DMTF_SPDM, OID_TCB_INFO,    OID_TCB_INFO_LIST};
	size_t i;

	for (i = 0; i < COUNT(told); i++)
		if (!strcmp(told[i], dotted))
			return true;
	return false;
}

static void describe_extension(struct node *list, struct buf *others, struct bytes in, const struct x509_extension *e)
{
	struct node *row = node_object(list, NULL, NULL);
	char dotted[OID_TEXT];
	const char *name;

	der_oid_text(in, e->oid, dotted);
	name = oid_name(OID_EXTENSION, dotted);
	node_text(row, "oid", NULL, dotted);
	node_text(row, "name", NULL, name);
	node_bool(row, "critical", NULL, e->critical);
	node_size(row, "size", NULL, e->value.len);
	if (!is_told(dotted))
		buf_printf(others, "%s%s%s", others->len ? ", " : "", name ? name : dotted,
			   e->critical ? " (critical)" : "");
}

void extensions_describe(const struct certificate *c)
{
	struct node *list = node_only(node_list(c->out, "extensions", NULL), NODE_JSON_ONLY);
	struct span rest = c->x509->extensions;
	struct buf others = {0};
	struct x509_extension e;
	size_t count;

	for (count = 0; x509_extension_next(c->in, &rest, &e); count++) {
		if (!element_fits(c, count, e.oid.offset, "extensions"))
			break;
		describe_extension(list, &others, c->in, &e);
	}
	if (others.len || others.failed)
		text_only(node_text_buf(c->out, NULL, "Other extensions", &others));
	buf_free(&others);
}
