// SPDX-License-Identifier: GPL-2.0-or-later
#include "decode/negotiation.h"

#include <string.h>

#include "decode/spdm.h"

enum { CAPABILITIES_FLAGS = 8, CAPABILITIES_SIZES = 12, CAPABILITIES_SIZE = 20 };

/* The names of DSP0274 without _CAP; a field of two bits has a name for each. */
static const char *const requester_flags[32] = {
	[1] = "CERT",
	[2] = "CHAL",
	[6] = "ENCRYPT",
	[7] = "MAC",
	[8] = "MUT_AUTH",
	[9] = "KEY_EX",
	[10] = "PSK",
	[12] = "ENCAP",
	[13] = "HBEAT",
	[14] = "KEY_UPD",
	[15] = "HANDSHAKE_IN_THE_CLEAR",
	[16] = "PUB_KEY_ID",
	[17] = "CHUNK",
	[22] = "EP_INFO_NO_SIG",
	[23] = "EP_INFO_SIG",
	[25] = "EVENT",
	[26] = "MULTI_KEY_ONLY",
	[27] = "MULTI_KEY_NEG",
	[31] = "LARGE_RESP",
};

static const char *const responder_flags[32] = {
	"CACHE",
	"CERT",
	"CHAL",
	"MEAS_NO_SIG",
	"MEAS_SIG",
	"MEAS_FRESH",
	"ENCRYPT",
	"MAC",
	"MUT_AUTH",
	"KEY_EX",
	"PSK",
	"PSK_WITH_CONTEXT",
	"ENCAP",
	"HBEAT",
	"KEY_UPD",
	"HANDSHAKE_IN_THE_CLEAR",
	"PUB_KEY_ID",
	"CHUNK",
	"ALIAS_CERT",
	"SET_CERT",
	"CSR",
	"CERT_INSTALL_RESET",
	"EP_INFO_NO_SIG",
	"EP_INFO_SIG",
	"MEL",
	"EVENT",
	"MULTI_KEY_ONLY",
	"MULTI_KEY_NEG",
	"GET_KEY_PAIR_INFO",
	"SET_KEY_PAIR_INFO",
	"SET_KEY_PAIR_RESET",
	"LARGE_RESP",
};

const char *spdm_capability_name(enum spdm_side side, unsigned bit)
{
	return side == SPDM_REQUESTER ? requester_flags[bit] : responder_flags[bit];
}

static void read_capabilities(struct bytes m, struct spdm_capabilities *c)
{
	c->version = m.data[0];
	/* That of 1.0 is a header only. */
	c->present = m.len >= CAPABILITIES_SIZES;
	if (!c->present)
		return;
	c->ct_exponent = m.data[5];
	c->flags = le32(m.data + CAPABILITIES_FLAGS);
	c->has_sizes = m.data[0] >= SPDM_12 && m.len >= CAPABILITIES_SIZE;
	if (!c->has_sizes)
		return;
	c->data_transfer_size = le32(m.data + CAPABILITIES_SIZES);
	c->max_message_size = le32(m.data + CAPABILITIES_SIZES + 4);
}

/* The block behind CAPABILITIES is NEGOTIATE_ALGORITHMS without the first two bytes of its header. */
static void read_supported(struct bytes m, struct spdm_algorithms *a)
{
	const size_t before = CAPABILITIES_SIZE - 2;

	if (m.data[0] >= SPDM_13 && m.data[2] & 1 && m.len >= CAPABILITIES_SIZE + SPDM_HEADER_SIZE)
		spdm_algorithms_read((struct bytes){m.data + before, m.len - before}, m.data[0], SPDM_REQUESTER, a);
}

static void read_message(struct bytes in, const struct spdm_message *m, struct negotiation *n)
{
	struct bytes bytes = {in.data + m->span.offset, m->span.len};

	if (bytes.len < SPDM_HEADER_SIZE)
		return;
	switch (m->code) {
	case SPDM_VERSION:
		n->versions = m->span;
		span_take(&n->versions, 6);
		break;
	case SPDM_GET_CAPABILITIES:
	case SPDM_CAPABILITIES:
		n->version = m->version;
		read_capabilities(bytes, &n->capabilities[m->code == SPDM_CAPABILITIES]);
		if (m->code == SPDM_CAPABILITIES)
			read_supported(bytes, &n->supported);
		break;
	case SPDM_NEGOTIATE_ALGORITHMS:
	case SPDM_ALGORITHMS:
		n->version = m->version;
		spdm_algorithms_read(bytes, m->version, m->code == SPDM_ALGORITHMS,
				     &n->algorithms[m->code == SPDM_ALGORITHMS]);
		break;
	default:
		break;
	}
}

void negotiation_read(struct bytes in, struct negotiation *n)
{
	struct spdm_walk w = spdm_walk_start(in);
	struct spdm_message m;
	size_t count;

	memset(n, 0, sizeof(*n));
	for (count = 0; in.len && count < SPDM_VCA_COUNT && spdm_next(&w, &m, NULL); count++)
		read_message(in, &m, n);
}
