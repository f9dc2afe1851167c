// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What arrives at the netlink socket: two families are looked up, one dump is read, one generation accepted. The script
 * is a byte of options, two of the mask, then datagrams, each behind its length of 16 bits; an empty one is the error
 * whose number is the byte after it.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "script.h"
#include "tdi/evidence.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { SOCKET = 7 };

struct peer {
	struct kernel kernel;
	struct bytes script;
	size_t changes;
};

static int peer_open(struct kernel *k)
{
	(void)k;
	return SOCKET;
}

static int peer_close(struct kernel *k, int fd)
{
	(void)k;
	return fd == SOCKET ? 0 : -EBADF;
}

static int peer_send(struct kernel *k, int fd, const void *msg, size_t len, enum effect effect)
{
	struct peer *p = (struct peer *)k;

	(void)fd;
	(void)msg;
	p->changes += effect == EFFECT_CHANGE;
	return (int)len;
}

static ssize_t peer_recv(struct kernel *k, int fd, void *buf, size_t cap, int timeout_ms)
{
	struct peer *p = (struct peer *)k;
	struct bytes datagram;

	(void)fd;
	(void)timeout_ms;
	if (!p->script.len)
		return -ETIMEDOUT;
	datagram = script_piece(&p->script);
	if (!datagram.len)
		return -1 - script_byte(&p->script) % 133;
	if (datagram.len > cap)
		return -EMSGSIZE;
	memcpy(buf, datagram.data, datagram.len);
	return (ssize_t)datagram.len;
}

static const struct kernel_ops ops = {
	.backend = "kernel",
	.close = peer_close,
	.nl_open = peer_open,
	.nl_send = peer_send,
	.nl_recv = peer_recv,
};

/* A dump that succeeded has brought what was asked for and nothing else, in pieces that fit. */
static void check_set(const struct evidence_set *set, uint32_t mask)
{
	for (unsigned i = 0; i < EV_COUNT; i++) {
		const struct evidence_copy *c = &set->object[i];

		if (c->present != (mask >> i & 1) || c->len > EV_MAX_OBJECT_SIZE || (c->len && !c->data))
			abort();
	}
}

static void dump(struct evidence_source *s, uint8_t options, uint32_t mask)
{
	static const uint8_t nonce[EV_NONCE_SIZE] = {1};
	const struct evidence_query q = {
		.device = "0000:01:00.0",
		.mask = mask,
		.digest = options & 1,
		.nonce = options & 2 ? nonce : NULL,
		.nonce_len = options & 2 ? sizeof(nonce) : 0,
	};
	struct evidence_set set = {0};
	struct evidence_sink sink = evidence_set_sink(&set);
	struct err e = {0};

	if (evidence_dump(s, &q, &sink, true, &e) == 0)
		check_set(&set, mask);
	else if (e.class == ERR_NONE || !e.message[0])
		abort();
	evidence_set_free(&set);
}

static void converse(struct peer *p)
{
	uint8_t options = script_byte(&p->script);
	uint32_t mask = script_byte(&p->script);
	struct evidence_source s;
	struct err e = {0};

	mask |= (uint32_t)script_byte(&p->script) << 8;
	if (evidence_open(&s, &p->kernel, &e))
		return;
	if (s.family) {
		dump(&s, options, mask & EV_MASK_ALL);
		/* What changes something is sent once. */
		if (p->changes != (options >> 1 & 1))
			abort();
		err_clear(&e);
		evidence_validate(&s, "0000:01:00.0", 1, &e);
	}
	evidence_close(&s);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct peer peer = {.kernel.ops = &ops, .script = {data, size}};

	converse(&peer);
	return 0;
}
