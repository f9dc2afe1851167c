// SPDX-License-Identifier: GPL-2.0-or-later
#include "decode/spdm.h"

#include <inttypes.h>

#include "decode/algorithms.h"

#define COUNT(array) (sizeof(array) / sizeof(*(array)))

/*
 * The size of the message that starts at m.data. Where too little is there to tell, the size up to and including the
 * first field that is missing, which exceeds m.len then.
 */
typedef uint64_t (*message_size_fn)(const struct spdm_walk *w, struct bytes m);

static uint64_t size_header(const struct spdm_walk *w, struct bytes m)
{
	(void)w;
	(void)m;
	return SPDM_HEADER_SIZE;
}

static uint64_t size_version(const struct spdm_walk *w, struct bytes m)
{
	(void)w;
	return m.len < 6 ? 6 : 6 + 2u * m.data[5];
}

static uint64_t size_get_capabilities(const struct spdm_walk *w, struct bytes m)
{
	(void)w;
	if (m.data[0] == SPDM_10)
		return SPDM_HEADER_SIZE;
	return m.data[0] == SPDM_11 ? 12 : 20;
}

/* Since 1.3 a block with the supported algorithms may follow; its 16-bit length stands 2 bytes into it. */
static uint64_t size_capabilities(const struct spdm_walk *w, struct bytes m)
{
	(void)w;
	if (m.data[0] < SPDM_12)
		return 12;
	if (m.data[0] < SPDM_13 || m.len < 20 || !(m.data[2] & 1))
		return 20;
	return m.len < 24 ? 24 : 20 + (uint64_t)le16(m.data + 22);
}

static uint64_t size_algorithms(const struct spdm_walk *w, struct bytes m)
{
	uint16_t length;

	(void)w;
	if (m.len < 6)
		return 6;
	length = le16(m.data + 4);
	return length < 6 ? 6 : length;
}

static uint64_t size_get_measurements(const struct spdm_walk *w, struct bytes m)
{
	uint64_t size = SPDM_HEADER_SIZE;

	(void)w;
	if (m.len < SPDM_HEADER_SIZE)
		return size;
	if (m.data[2] & 1)
		size += m.data[0] >= SPDM_11 ? SPDM_NONCE_SIZE + 1 : SPDM_NONCE_SIZE;
	return m.data[0] >= SPDM_13 ? size + SPDM_CONTEXT_SIZE : size;
}

/* True for the size of a signature by any algorithm that SPDM can negotiate. */
static bool is_signature_size(size_t size)
{
	static const uint16_t sizes[] = {
		64,   96,    114,   132,   256,   384,   512, /* ECDSA, EdDSA, SM2, RSA */
		2420, 3309,  4627,                            /* ML-DSA */
		7856, 16224, 17088, 29792, 35664, 49856,      /* SLH-DSA */
	};
	size_t i;

	for (i = 0; i < COUNT(sizes); i++)
		if (sizes[i] == size)
			return true;
	return false;
}

static uint64_t size_signature(const struct spdm_walk *w, size_t left)
{
	if (w->signing == SIGNING_NO)
		return 0;
	if (w->signature_size && (w->signing == SIGNING_YES || left))
		return w->signature_size;
	return is_signature_size(left) ? left : 0;
}

static uint64_t size_measurements(const struct spdm_walk *w, struct bytes m)
{
	uint64_t size = 8;

	if (m.len < size)
		return size;
	size += le24(m.data + 5) + SPDM_NONCE_SIZE + 2;
	if (m.len < size)
		return size;
	size += le16(m.data + size - 2);
	if (m.data[0] >= SPDM_13)
		size += SPDM_CONTEXT_SIZE;
	return m.len < size ? size : size + size_signature(w, (size_t)(m.len - size));
}

static const struct message_kind {
	uint8_t code;
	const char *name;
	message_size_fn size; /* NULL: depends on more than the message */
} kinds[] = {
	{SPDM_GET_VERSION, "GET_VERSION", size_header},
	{SPDM_VERSION, "VERSION", size_version},
	{SPDM_GET_CAPABILITIES, "GET_CAPABILITIES", size_get_capabilities},
	{SPDM_CAPABILITIES, "CAPABILITIES", size_capabilities},
	{SPDM_NEGOTIATE_ALGORITHMS, "NEGOTIATE_ALGORITHMS", size_algorithms},
	{SPDM_ALGORITHMS, "ALGORITHMS", size_algorithms},
	{SPDM_GET_MEASUREMENTS, "GET_MEASUREMENTS", size_get_measurements},
	{SPDM_MEASUREMENTS, "MEASUREMENTS", size_measurements},
	{0x81, "GET_DIGESTS", size_header},
	{0x01, "DIGESTS", NULL},
	{0x82, "GET_CERTIFICATE", NULL},
	{0x02, "CERTIFICATE", NULL},
	{0x83, "CHALLENGE", NULL},
	{0x03, "CHALLENGE_AUTH", NULL},
	{0x7f, "ERROR", NULL},
};

static const struct message_kind *kind_of(uint8_t code)
{
	size_t i;

	for (i = 0; i < COUNT(kinds); i++)
		if (kinds[i].code == code)
			return &kinds[i];
	return NULL;
}

const char *spdm_code_name(uint8_t code)
{
	const struct message_kind *k = kind_of(code);

	return k ? k->name : NULL;
}

uint8_t spdm_vca_code(size_t i)
{
	return kinds[i].code;
}

static bool is_version(uint8_t version)
{
	return version >> 4 == 1;
}

bool spdm_looks_like_message(const uint8_t *p, size_t len)
{
	return len >= 2 && is_version(p[0]) && kind_of(p[1]);
}

/* What a message tells about those that follow it. */
static void learn(struct spdm_walk *w, const struct spdm_message *m)
{
	const uint8_t *p = w->in.data + m->span.offset;
	struct spdm_algorithms selected;

	if (m->code == SPDM_ALGORITHMS) {
		spdm_algorithms_read((struct bytes){p, m->span.len}, m->version, SPDM_RESPONDER, &selected);
		w->signature_size = spdm_signature_size(&selected);
	}
	if (m->code == SPDM_MEASUREMENTS)
		w->signing = SIGNING_UNKNOWN;
	if (m->code == SPDM_GET_MEASUREMENTS && m->span.len >= SPDM_HEADER_SIZE)
		w->signing = p[2] & 1 ? SIGNING_YES : SIGNING_NO;
}

static uint64_t message_size(const struct spdm_walk *w, const struct message_kind *k, struct bytes left,
			     struct anomalies *a)
{
	if (k && k->size)
		return k->size(w, left);
	anomaly_add(a, w->rest.offset, "the length of message 0x%02x%s%s is not known here", left.data[1], k ? " " : "",
		    k ? k->name : "");
	return left.len;
}

struct spdm_walk spdm_walk_start(struct bytes in)
{
	return spdm_walk_sized(in, 0);
}

struct spdm_walk spdm_walk_sized(struct bytes in, size_t signature_size)
{
	return (struct spdm_walk){.in = in, .rest = {0, in.len}, .signature_size = signature_size};
}

bool spdm_next(struct spdm_walk *w, struct spdm_message *m, struct anomalies *a)
{
	const struct message_kind *k;
	struct bytes left;
	uint64_t size;

	if (w->rest.len < 2 || !is_version(w->in.data[w->rest.offset]))
		return false;
	left = (struct bytes){w->in.data + w->rest.offset, w->rest.len};
	k = kind_of(left.data[1]);
	if (!k && w->rest.offset)
		return false;
	size = message_size(w, k, left, a);
	*m = (struct spdm_message){
		.version = left.data[0],
		.code = left.data[1],
		.name = k ? k->name : "unknown",
		.truncated = size > left.len,
	};
	if (m->truncated)
		anomaly_add(a, w->rest.offset, "%s cut off: at least %" PRIu64 " bytes declared, %zu there", m->name,
			    size, left.len);
	if (m->version > SPDM_14)
		anomaly_add(a, w->rest.offset, "SPDM version 0x%02x is read like 1.4", m->version);
	m->span = span_take(&w->rest, m->truncated ? left.len : (size_t)size);
	learn(w, m);
	return true;
}
