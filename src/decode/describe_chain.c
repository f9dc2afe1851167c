// SPDX-License-Identifier: GPL-2.0-or-later
#include "decode/chain.h"
#include "decode/kind.h"

static const struct column certificate_columns[] = {
	{"certificate", "CERTIFICATE", false, false},
	{"offset", "OFFSET", true, false},
	{"size", "SIZE", true, false},
};

const char *chain_shape(struct bytes in)
{
	struct chain c;

	if (chain_parse(in, &c, NULL))
		return NULL;
	return c.has_header ? "spdm-chain" : "raw-der";
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
	node_size(decoded, "root_hash_size", "Root hash size", c->root_hash.len);
}

static void describe_certificates(struct node *decoded, struct bytes in, const struct chain *c, struct anomalies *a)
{
	struct node *row, *table = node_table(decoded, "certificates", NULL, certificate_columns, 3);
	struct span certificate, rest = c->certificates;
	size_t count, unlisted = 0;

	for (count = 0; chain_next(in, &rest, &certificate); count++) {
		if (!row_fits(count)) {
			unlisted = unlisted ? unlisted : certificate.offset;
			continue;
		}
		row = node_object(table, NULL, NULL);
		node_count(row, "certificate", NULL, count + 1);
		node_count(row, "offset", NULL, certificate.offset);
		node_size(row, "size", NULL, certificate.len);
	}
	rows_end(a, count, unlisted, "certificates");
}

void chain_describe(struct bytes in, struct node *decoded)
{
	struct anomalies a = {0};
	struct chain c;

	chain_parse(in, &c, &a);
	describe_header(decoded, in, &c);
	describe_certificates(decoded, in, &c, &a);
	json_only(node_size(decoded, "trailing", NULL, c.rest.len));
	anomalies_describe(decoded, &a);
}
