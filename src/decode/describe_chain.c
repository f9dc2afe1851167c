// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdio.h>

#include "decode/certificate.h"
#include "decode/chain.h"
#include "decode/kind.h"

/* Certificates that are looked into; those after them are listed with offset and size. */
enum { DESCRIBED_MAX = 1024 };

const char *chain_shape(struct bytes in)
{
	struct chain c;

	if (chain_parse(in, &c, NULL))
		return NULL;
	return c.has_header ? "spdm-chain" : "raw-der";
}

/* The object does not name the algorithm; its size leaves these. */
static const char *root_hash_algorithms(size_t size)
{
	return size == 32 ? "SHA-256, SHA3-256 or SM3" : size == 48 ? "SHA-384 or SHA3-384" : "SHA-512 or SHA3-512";
}

static void describe_header(struct node *decoded, struct bytes in, const struct chain *c)
{
	text_only(node_text(decoded, NULL, "Form",
			    c->has_header ? "SPDM certificate chain" : "certificates, no SPDM header"));
	if (!c->has_header) {
		node_null(decoded, "declared_length", NULL);
		node_null(decoded, "root_hash", NULL);
		node_null(decoded, "root_hash_size", NULL);
		return;
	}
	node_size(decoded, "declared_length", "Declared length", c->declared);
	digest_describe(decoded, "root_hash", "Root hash", in, c->root_hash);
	json_only(node_size(decoded, "root_hash_size", NULL, c->root_hash.len));
	text_only(node_textf(decoded, NULL, "Root hash size", "%zu B: %s", c->root_hash.len,
			     root_hash_algorithms(c->root_hash.len)));
}

static size_t count_certificates(struct bytes in, struct span rest)
{
	struct span certificate;
	size_t count = 0;

	while (chain_next(in, &rest, &certificate))
		count++;
	return count;
}

/* Whether the chain begins with a root, as far as names tell; null where the first certificate is none. */
static void describe_root(struct node *decoded, struct bytes in, const struct chain *c)
{
	struct span certificate, rest = c->certificates;
	struct x509 first;
	bool root;

	if (!chain_next(in, &rest, &certificate) || x509_parse(in, certificate, &first, NULL)) {
		node_null(decoded, "root_included", NULL);
		return;
	}
	root = x509_self_issued(in, &first);
	json_only(node_bool(decoded, "root_included", NULL, root));
	text_only(node_text(decoded, NULL, "Root",
			    root ? "included" : "not included: the first certificate has another issuer"));
}

/* The rows while they grow. */
struct rows {
	struct node *list;
	struct bytes in;
	const struct evidence_context *context;
	struct findings *findings;
	size_t count; /* of the whole chain */
};

static void describe_inside(struct rows *r, struct node *row, struct span where)
{
	const struct evidence_function *f = r->context->function;
	struct certificate c = {.in = r->in, .findings = r->findings, .function = f ? &f->identity : NULL};
	struct x509 x;

	if (x509_parse(r->in, where, &x, &r->findings->anomalies)) {
		node_null(row, "x509", NULL);
		text_only(node_text(row, NULL, "X.509", "not one that can be read"));
		return;
	}
	c.x509 = &x;
	c.out = node_object(row, "x509", NULL);
	certificate_describe(&c);
}

static void describe_fingerprint(struct rows *r, struct node *row, struct span where)
{
	const struct evidence_fingerprinter *f = r->context->fingerprinter;
	uint8_t digest[FINGERPRINT_SIZE];
	struct buf text = {0};

	if (!f || !f->make(f, (struct bytes){r->in.data + where.offset, where.len}, digest)) {
		node_null(row, "fingerprint", NULL);
		return;
	}
	json_only(node_bytes(row, "fingerprint", NULL, digest, sizeof(digest)));
	buf_text(&text, "SHA-256 ");
	hex_words(&text, (struct bytes){digest, sizeof(digest)}, (struct span){0, sizeof(digest)}, HEX_FIELD_WORD);
	text_only(node_text_buf(row, NULL, "Fingerprint", &text));
}

static void add_row(struct rows *r, size_t number, struct span where)
{
	char label[80];
	struct node *row;

	snprintf(label, sizeof(label), "Certificate %zu of %zu, %zu bytes at offset %zu", number, r->count, where.len,
		 where.offset);
	row = node_object(r->list, NULL, label);
	node_count(row, "certificate", NULL, number);
	node_count(row, "offset", NULL, where.offset);
	node_size(row, "size", NULL, where.len);
	if (number > DESCRIBED_MAX) {
		node_null(row, "x509", NULL);
		node_null(row, "fingerprint", NULL);
		return;
	}
	describe_inside(r, row, where);
	describe_fingerprint(r, row, where);
}

/* Null where nothing is missing, or where nobody asked. */
static void describe_missing(struct node *decoded, const struct evidence_context *context)
{
	const char *why = context->fingerprinter ? context->fingerprinter->missing : NULL;

	node_text(decoded, "fingerprints_missing", NULL, why);
	if (why)
		node_note(decoded, "No fingerprints: %s.", why);
}

static void describe_certificates(struct rows *r, const struct chain *c)
{
	struct span certificate, rest = c->certificates;
	struct anomalies *a = &r->findings->anomalies;
	size_t count, unlisted = 0;

	for (count = 0; chain_next(r->in, &rest, &certificate); count++) {
		if (count == DESCRIBED_MAX)
			anomaly_limit(a, certificate.offset, "certificates not looked into: %zu of %zu",
				      r->count - DESCRIBED_MAX, r->count);
		if (row_fits(count))
			add_row(r, count + 1, certificate);
		else if (!unlisted)
			unlisted = certificate.offset;
	}
	rows_end(a, count, unlisted, "certificates");
}

void chain_describe(struct bytes in, const struct evidence_context *context, struct node *decoded)
{
	struct findings f = {0};
	struct rows r = {.in = in, .context = context, .findings = &f};
	struct chain c;

	chain_parse(in, &c, &f.anomalies);
	describe_header(decoded, in, &c);
	describe_root(decoded, in, &c);
	r.count = count_certificates(in, c.certificates);
	r.list = node_list(decoded, "certificates", NULL);
	describe_certificates(&r, &c);
	describe_missing(decoded, context);
	json_only(node_size(decoded, "trailing", NULL, c.rest.len));
	findings_describe(decoded, &f);
}
