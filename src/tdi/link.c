// SPDX-License-Identifier: GPL-2.0-or-later
#include "tdi/link.h"

#include <errno.h>
#include <netlink/msg.h>
#include <stdlib.h>
#include <string.h>

#include "util/clock.h"

/*
 * An answer has a message for at most each page of evidence; this many are not one any more. So many messages that are
 * not part of it have no meaning either, be they answers to what was asked before.
 */
enum { SENTENCE_CAP = 200, MESSAGES_MAX = 1 << 20, IDLE_MAX = 4096 };

int link_open(struct link *l, struct kernel *k, struct err *e)
{
	*l = (struct link){.kernel = k, .fd = -1};
	l->buf = malloc(LINK_BUFFER);
	if (!l->buf)
		return err_oom(e);
	l->fd = kernel_nl_open(k);
	if (l->fd >= 0)
		return 0;
	err_object(e, "netlink");
	err_errno(e, -l->fd, "no generic-netlink socket can be opened");
	link_close(l);
	return -1;
}

void link_close(struct link *l)
{
	if (l->fd >= 0 && l->kernel)
		kernel_close(l->kernel, l->fd);
	free(l->buf);
	*l = (struct link){.fd = -1};
}

static int send_message(struct link *l, struct nl_msg *m, enum effect effect, struct err *e)
{
	if (!m)
		return err_oom(e);
	if (l->fd < 0) {
		nlmsg_free(m);
		return err_errno(e, ENOTCONN, "the netlink socket was lost");
	}

	struct nlmsghdr *h = nlmsg_hdr(m);
	int ret;

	h->nlmsg_seq = ++l->seq;
	h->nlmsg_pid = 0;
	ret = kernel_nl_send(l->kernel, l->fd, h, h->nlmsg_len, effect);
	nlmsg_free(m);
	if (ret == -ECANCELED) {
		e->dry_run = true;
		return err_set(e, ERR_FAILED, "DRYRUN", "nothing was sent");
	}
	return ret < 0 ? err_errno(e, -ret, "the request could not be sent over netlink") : 0;
}

/* A dump ends with DONE; anything else with ERROR, or after the one message that is not part of several. */
enum progress { GOES_ON, ENDED, FAILED };

struct exchange {
	struct link *link;
	link_handler handler;
	void *ctx;
	bool dump;
	bool late;
	int64_t until_ms; /* when the patience with what is not the answer ends */
	uint32_t idle;    /* datagrams since the answer last went on */
	uint32_t messages;
};

/* `fine`: what it means that the kernel reports no error. */
static enum progress kernel_said(const struct nlmsghdr *h, enum progress fine, struct err *e)
{
	char sentence[SENTENCE_CAP];
	int code = netlink_errno(h, sentence, sizeof(sentence));

	if (code == 0)
		return fine;
	err_errno(e, code, "the kernel refused");
	err_kernel(e, sentence);
	return FAILED;
}

/* The kernel marks whichever message it notices the change with, DONE included. */
static bool interrupted(const struct nlmsghdr *h, struct err *e)
{
	if (!(h->nlmsg_flags & NLM_F_DUMP_INTR))
		return false;
	err_errno(e, EAGAIN, "the evidence changed while it was read");
	return true;
}

/* The kernel answers: it gets its time anew. */
static int go_on(struct exchange *x, struct err *e)
{
	x->until_ms = clock_ms() + LINK_TIMEOUT_MS;
	x->idle = 0;
	if (x->messages++ < MESSAGES_MAX)
		return 0;
	return err_set(e, ERR_EVIDENCE, "BADDUMP", "the kernel's answer does not end");
}

static enum progress take_data(struct exchange *x, const struct nlmsghdr *h, struct err *e)
{
	if (go_on(x, e) || interrupted(h, e) || (x->handler && x->handler(x->ctx, h, e)))
		return FAILED;
	return x->dump || h->nlmsg_flags & NLM_F_MULTI ? GOES_ON : ENDED;
}

static enum progress take_message(struct exchange *x, const struct nlmsghdr *h, struct err *e)
{
	if (h->nlmsg_seq != x->link->seq)
		return GOES_ON; /* the answer to something older */
	if (h->nlmsg_type == NLMSG_NOOP)
		return GOES_ON;
	if (h->nlmsg_type == NLMSG_ERROR)
		return kernel_said(h, x->dump ? GOES_ON : ENDED, e);
	x->late = true;
	if (h->nlmsg_type != NLMSG_DONE)
		return take_data(x, h, e);
	return kernel_said(h, ENDED, e) == FAILED || interrupted(h, e) ? FAILED : ENDED;
}

static enum progress take_datagram(struct exchange *x, ssize_t len, struct err *e)
{
	struct nlmsghdr *h = (struct nlmsghdr *)(void *)x->link->buf;
	int rest = (int)len;
	enum progress p = GOES_ON;

	for (; p == GOES_ON && nlmsg_ok(h, rest); h = nlmsg_next(h, &rest))
		p = take_message(x, h, e);
	if (p == GOES_ON && rest > 0) {
		x->late = true;
		err_set(e, ERR_EVIDENCE, "BADDUMP", "the kernel sent %d bytes that are no message", rest);
		return FAILED;
	}
	return p;
}

static int receive_failed(int errnum, struct err *e)
{
	err_errno(e, errnum,
		  errnum == ETIMEDOUT ? "the kernel did not answer over netlink within 30 seconds"
				      : "the answer over netlink was lost");
	if (errnum == ENOBUFS)
		err_hint(e, "The socket's buffer overflowed and the dump is dead; run the command again.");
	return -1;
}

/* Who waits for the answer waits the full time, so that recordings of it are all the same. */
static ssize_t receive(const struct exchange *x)
{
	const struct link *l = x->link;
	int64_t left_ms = x->idle ? x->until_ms - clock_ms() : LINK_TIMEOUT_MS;

	if (x->idle > IDLE_MAX)
		return -ETIMEDOUT;
	return kernel_nl_recv(l->kernel, l->fd, l->buf, LINK_BUFFER, left_ms > 0 ? (int)left_ms : 0);
}

static int receive_answer(struct exchange *x, struct err *e)
{
	enum progress p = GOES_ON;

	x->until_ms = clock_ms() + LINK_TIMEOUT_MS;
	while (p == GOES_ON) {
		ssize_t len = receive(x);

		if (len < 0) {
			x->late = true;
			return receive_failed((int)-len, e);
		}
		x->idle++;
		p = take_datagram(x, len, e);
	}
	return p == ENDED ? 0 : -1;
}

int link_exchange(struct link *l, struct nl_msg *m, enum effect effect, link_handler handler, void *ctx, bool *late,
		  struct err *e)
{
	struct exchange x = {.link = l, .handler = handler, .ctx = ctx};
	int ret;

	if (m)
		x.dump = (nlmsg_hdr(m)->nlmsg_flags & NLM_F_DUMP) == NLM_F_DUMP;
	ret = send_message(l, m, effect, e);

	if (ret == 0)
		ret = receive_answer(&x, e);
	l->spent |= ret < 0;
	if (late)
		*late = x.late;
	return ret;
}

static int bad_reply(struct err *e)
{
	err_set(e, ERR_FAILED, "BADREPLY", "the kernel's answer about a netlink family makes no sense");
	err_hint(e, "'--trace' shows the messages; --source ioctl reads without netlink.");
	return -1;
}

static int take_family(void *ctx, const struct nlmsghdr *h, struct err *e)
{
	if (family_resolve_reply(h, ctx))
		return bad_reply(e);
	return 0;
}

int link_resolve(struct link *l, const char *name, uint16_t *id, struct err *e)
{
	struct err local = {0};
	int ret = link_exchange(l, family_resolve_message(name), EFFECT_READ, take_family, id, NULL, &local);

	if (ret == 0)
		return 1;
	if (strcmp(local.code, "ENOENT") == 0)
		return 0;
	*e = local;
	err_object(e, "%s", name);
	return -1;
}
