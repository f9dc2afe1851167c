// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "kernel/sim/nl.h"

/*
 * A dump's datagram is as large as the largest buffer that the socket was ever read with, within these bounds: a page
 * and 32 KiB, each without the 320 bytes of shared info at an skb's end.
 */
enum { SKB_MIN = 4096 - 320, SKB_MAX = 32768 - 320 };

struct sim_socket {
	struct skb *first; /* waiting to be read */
	struct skb **last;
	struct skb *held; /* FAULT_NL_SWAP: follows the next message */
	size_t max_recv;
	int error; /* of a dump that ran out of memory: the next read's */
	struct nl_dump dump;
};

struct sim_socket *sim_nl_open(struct sim *s)
{
	struct sim_socket *k = calloc(1, sizeof(*k));

	(void)s;
	if (k)
		k->last = &k->first;
	return k;
}

void nl_queue(struct sim_socket *k, struct skb *skb)
{
	*k->last = skb;
	k->last = &skb->next;
}

static void queue_or_free(struct sim_socket *k, struct skb *skb)
{
	if (skb->len)
		nl_queue(k, skb);
	else
		free(skb);
}

static struct skb *dequeue(struct sim_socket *k)
{
	struct skb *skb = k->first;

	if (!skb)
		return NULL;
	k->first = skb->next;
	if (!k->first)
		k->last = &k->first;
	return skb;
}

void sim_nl_close(struct sim_socket *k)
{
	struct skb *skb;

	while ((skb = dequeue(k)))
		free(skb);
	free(k->held);
	free(k);
}

const struct nl_family *nl_family_at(const struct sim *s, size_t i)
{
	static const struct nl_family *const evidence[] = {
		[SIM_FAMILY_NONE] = NULL,
		[SIM_FAMILY_DEVICE_EVIDENCE] = &nl_device_evidence,
		[SIM_FAMILY_PCI_TSM] = &nl_pci_tsm,
	};

	if (i == 0)
		return &nl_ctrl;
	return i == 1 ? evidence[s->family] : NULL;
}

static const struct nl_family *family_of_id(const struct sim *s, uint16_t id)
{
	const struct nl_family *f;

	for (size_t i = 0; (f = nl_family_at(s, i)); i++) {
		if (f->id == id)
			break;
	}
	return f;
}

/* Ends the dump: behind the last message where there is room. An error comes instead of a message, so alone. */
static int put_done(struct sim_socket *k, struct skb *skb, int rc, const struct extack *x)
{
	const size_t room = NLMSG_LENGTH(sizeof(rc)) + (x->text[0] ? sizeof(*x) : 0);
	struct nlmsghdr *msg;

	if (skb_tailroom(skb) < room || (rc && skb->len)) {
		nl_queue(k, skb);
		skb = skb_new(SKB_MIN);
		if (!skb)
			return -ENOBUFS;
	}
	msg = skb_put_message(skb, &k->dump.request, NLMSG_DONE, NLM_F_MULTI, sizeof(rc));
	memcpy(NLMSG_DATA(msg), &rc, sizeof(rc));
	skb_put_extack(skb, msg, x);
	nl_queue(k, skb);
	k->dump.op = NULL;
	return 0;
}

/*
 * Queues a message that a fault altered, what it makes follow, and DONE alone where `rc` says so. Takes `skb`, which is
 * empty where the message was dropped.
 */
static int deliver_faulty(struct sim_socket *k, struct skb *skb, bool extra, int rc, const struct extack *x)
{
	queue_or_free(k, skb);
	if (k->held)
		nl_queue(k, k->held);
	k->held = NULL;
	if (extra) {
		skb = nl_evidence_extra(&k->dump);
		if (!skb)
			return -ENOBUFS;
		nl_queue(k, skb);
	}
	if (rc > 0)
		return 0;
	skb = skb_new(SKB_MIN);
	return skb ? put_done(k, skb, rc, x) : -ENOBUFS;
}

/* One message of the dump, in a fresh datagram. */
static int dump_step(struct sim *s, struct sim_socket *k)
{
	struct skb *skb = skb_new(k->max_recv > SKB_MIN ? k->max_recv : SKB_MIN);
	struct nl_tamper tamper = {0};
	struct extack x = {0};
	int rc;

	if (!skb)
		return -ENOBUFS;
	rc = k->dump.op->step(s, &k->dump, skb, &x);
	if (k->dump.op->ids && skb->len) {
		k->dump.messages++;
		tamper = nl_fault(s, &k->dump, &rc, &x);
	}
	if (tamper.drop)
		skb->len = 0;
	if (tamper.swap && rc > 0 && !k->held) {
		k->held = skb;
		return 0;
	}
	if (tamper.extra || k->held)
		return deliver_faulty(k, skb, tamper.extra, rc, &x);
	if (rc <= 0)
		return put_done(k, skb, rc, &x);
	queue_or_free(k, skb);
	return 0;
}

/* As the kernel, a dump is always one datagram ahead of its reader. */
static void dump_advance(struct sim *s, struct sim_socket *k)
{
	int rc = 0;

	while (k->dump.op && !k->first && !rc)
		rc = dump_step(s, k);
	if (rc) {
		k->error = rc;
		k->dump.op = NULL;
	}
}

static int dump_start(struct nl_call *c)
{
	struct sim_socket *k = c->socket;
	struct nl_dump dump = {.op = c->op, .request = *c->request};
	int rc;

	if (k->dump.op)
		return -EBUSY;
	rc = nl_parse(c);
	if (!rc)
		rc = c->op->start(c, &dump);
	if (rc)
		return rc;
	k->dump = dump;
	dump_advance(c->sim, k);
	return -EINTR; /* no acknowledgement: DONE stands for it */
}

/* What the kernel checks in the headers of families that are young enough. */
static int check_header(const struct nlmsghdr *request, struct extack *x)
{
	const struct genlmsghdr *genl = NLMSG_DATA(request);
	unsigned flags = request->nlmsg_flags;

	if (genl->reserved)
		return nl_fail(x, EINVAL, "genlmsghdr.reserved field is not 0");
	if ((flags & NLM_F_DUMP) == NLM_F_DUMP)
		flags &= ~(unsigned)NLM_F_DUMP;
	if (flags & ~(unsigned)(NLM_F_REQUEST | NLM_F_ACK | NLM_F_ECHO))
		return nl_fail(x, EINVAL, "ambiguous or reserved bits set in nlmsg_flags");
	return 0;
}

static const struct nl_op *find_op(const struct nl_family *f, uint8_t cmd, uint8_t kind)
{
	for (size_t i = 0; i < f->op_count; i++) {
		if (f->op[i].cmd == cmd && (f->op[i].flags & kind))
			return &f->op[i];
	}
	return NULL;
}

static int receive(struct nl_call *c)
{
	const struct genlmsghdr *genl = NLMSG_DATA(c->request);
	const bool dump = (c->request->nlmsg_flags & NLM_F_DUMP) == NLM_F_DUMP;
	const struct nl_family *f = family_of_id(c->sim, c->request->nlmsg_type);
	int rc;

	if (!f)
		return -ENOENT;
	if (c->request->nlmsg_len < NLMSG_LENGTH(GENL_HDRLEN))
		return -EINVAL;
	rc = f == &nl_ctrl ? 0 : check_header(c->request, &c->extack);
	if (rc)
		return rc;
	c->op = find_op(f, genl->cmd, dump ? GENL_CMD_CAP_DUMP : GENL_CMD_CAP_DO);
	if (!c->op)
		return -EOPNOTSUPP;
	if (dump)
		return dump_start(c);
	rc = nl_parse(c);
	return rc ? rc : c->op->doit(c);
}

/*
 * NLMSG_ERROR without the request's payload: the socket asked for capped acknowledgements. What was asked for is done:
 * where there is no memory for it, the reader is told.
 */
static void acknowledge(struct nl_call *c, int rc)
{
	const struct nlmsgerr ack = {.error = rc, .msg = *c->request};
	struct skb *skb = skb_new(SKB_MIN);
	struct nlmsghdr *msg;

	if (!skb) {
		c->socket->error = -ENOBUFS;
		return;
	}
	msg = skb_put_message(skb, c->request, NLMSG_ERROR, NLM_F_CAPPED, sizeof(ack));
	memcpy(NLMSG_DATA(msg), &ack, sizeof(ack));
	if (rc)
		skb_put_extack(skb, msg, &c->extack);
	nl_queue(c->socket, skb);
}

static void receive_message(struct sim *s, struct sim_socket *k, const struct nlmsghdr *request)
{
	struct nl_call c = {.sim = s, .socket = k, .request = request};
	int rc = 0;

	if ((request->nlmsg_flags & NLM_F_REQUEST) && request->nlmsg_type >= NLMSG_MIN_TYPE)
		rc = receive(&c);
	if (rc != -EINTR && (rc || request->nlmsg_flags & NLM_F_ACK))
		acknowledge(&c, rc);
}

int sim_nl_send(struct sim *s, struct sim_socket *k, const void *msg, size_t len)
{
	struct nlmsghdr *copy;
	size_t at = 0;

	if (len > INT32_MAX)
		return -EMSGSIZE;
	copy = malloc(len + 1);
	if (!copy)
		return -ENOBUFS;
	memcpy(copy, msg, len);
	while (at < len && len - at >= NLMSG_HDRLEN) {
		const struct nlmsghdr *request = (const void *)((const uint8_t *)copy + at);

		if (request->nlmsg_len < NLMSG_HDRLEN || request->nlmsg_len > len - at)
			break;
		receive_message(s, k, request);
		at += NLMSG_ALIGN((size_t)request->nlmsg_len);
	}
	free(copy);
	return (int)len;
}

static ssize_t pending_error(struct sim_socket *k)
{
	int rc = k->error ? k->error : -ETIMEDOUT;

	k->error = 0;
	return rc;
}

ssize_t sim_nl_recv(struct sim *s, struct sim_socket *k, void *buf, size_t cap)
{
	struct skb *skb = dequeue(k);
	ssize_t len;

	if (!skb)
		return pending_error(k);
	if (cap > k->max_recv)
		k->max_recv = cap < SKB_MAX ? cap : SKB_MAX;
	len = skb->len <= cap ? (ssize_t)skb->len : -EMSGSIZE;
	if (len > 0)
		memcpy(buf, skb->data, skb->len);
	free(skb);
	dump_advance(s, k);
	return len;
}
