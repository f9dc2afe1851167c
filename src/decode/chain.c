// SPDX-License-Identifier: GPL-2.0-or-later
#include "decode/chain.h"

#include <inttypes.h>
#include <string.h>

#include "decode/der.h"

/* A guess at the form: where the certificates start, and where they should end. */
struct guess {
	bool has_header;
	uint64_t declared;
	size_t hash_size;
};

/* The size of the SEQUENCE at `p`, tag and length included; 0 where there is none. */
static uint64_t sequence_size(const uint8_t *p, size_t left)
{
	return left && p[0] == DER_SEQUENCE ? der_size(p, left) : 0;
}

bool chain_next(struct bytes in, struct span *rest, struct span *certificate)
{
	uint64_t size = sequence_size(in.data + rest->offset, rest->len);

	if (!size || size > rest->len)
		return false;
	*certificate = span_take(rest, (size_t)size);
	return true;
}

/* Fills in `c` for one guess. True if its certificates end exactly where they should. */
static bool try_guess(struct bytes in, const struct guess *g, struct chain *c)
{
	size_t end = g->has_header && g->declared < in.len ? (size_t)g->declared : in.len;
	struct span rest = {0, end};
	struct span certificate;

	c->has_header = g->has_header;
	c->declared = (uint32_t)g->declared;
	if (g->has_header)
		span_take(&rest, CHAIN_HEADER_SIZE);
	c->root_hash = span_take(&rest, g->hash_size);
	c->certificates = (struct span){rest.offset, 0};
	while (chain_next(in, &rest, &certificate))
		c->certificates.len += certificate.len;
	c->rest = (struct span){rest.offset, in.len - rest.offset};
	return c->certificates.len && !rest.len && (!g->has_header || g->declared <= in.len);
}

/* Tries every form; `c` is the first exact one, else the one with most bytes in certificates. */
static bool find_form(struct bytes in, struct chain *c)
{
	uint32_t length = in.len < CHAIN_HEADER_SIZE ? 0 : le32(in.data);
	const struct guess guesses[] = {
		{false, 0, 0},
		{true, length, 48},
		{true, length, 32},
		{true, length, 64},
		{true, length & 0xffff, 48},
		{true, length & 0xffff, 32},
		{true, length & 0xffff, 64},
	};
	struct chain best = {0}, seen;
	size_t i;

	for (i = 0; i < sizeof(guesses) / sizeof(*guesses); i++) {
		if (try_guess(in, &guesses[i], &seen)) {
			*c = seen;
			return true;
		}
		if (seen.certificates.len > best.certificates.len)
			best = seen;
	}
	*c = best;
	return best.certificates.len > 0;
}

static void check_header(struct bytes in, const struct chain *c, struct anomalies *a)
{
	uint32_t length = le32(in.data);

	if (c->declared > in.len)
		anomaly_add(a, 0, "chain: %" PRIu32 " bytes declared, %zu there", c->declared, in.len);
	if (c->declared != length)
		anomaly_add(a, 2, "the reserved half of the header is 0x%04" PRIx32, length >> 16);
}

static void check_rest(struct bytes in, const struct chain *c, struct anomalies *a)
{
	uint64_t size = sequence_size(in.data + c->rest.offset, c->rest.len);

	if (!c->rest.len)
		return;
	if (size > c->rest.len)
		anomaly_add(a, c->rest.offset, "certificate cut off: %" PRIu64 " bytes declared, %zu there", size,
			    c->rest.len);
	else
		anomaly_add(a, c->rest.offset, "bytes after the last certificate: %zu", c->rest.len);
}

int chain_parse(struct bytes in, struct chain *c, struct anomalies *a)
{
	memset(c, 0, sizeof(*c));
	if (!find_form(in, c))
		return -1;
	if (c->has_header)
		check_header(in, c, a);
	check_rest(in, c, a);
	return 0;
}
