// SPDX-License-Identifier: GPL-2.0-or-later
#include "layer.h"

#include <linux/netlink.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "kernel/sim/internal.h"
#include "memory.h"

#define DARK(call) [call] = {call, WAY_REFUSED, EIO, false}

enum { DATAGRAM_MAX = 64 * 1024, HEAD = 8 };

struct layer {
	struct kernel kernel;
	struct trial *trial;
	int uevents;   /* descriptor, or -1 */
	ssize_t held;  /* length of a datagram that comes later; 0: none */
	uint8_t *hold; /* DATAGRAM_MAX bytes */
};

static struct layer *layer_of(struct kernel *k)
{
	return (struct layer *)k;
}

const char *call_name(enum call call)
{
	static const char *const names[CALL_COUNT] = {
		[CALL_OPEN] = "open",           [CALL_CLOSE] = "close",
		[CALL_IOCTL] = "ioctl",         [CALL_READ_FILE] = "read_file",
		[CALL_READ_LINK] = "read_link", [CALL_LIST_DIR] = "list_dir",
		[CALL_NL_OPEN] = "nl_open",     [CALL_PIDFD_GETFD] = "pidfd_getfd",
		[CALL_NL_SEND] = "nl_send",     [CALL_NL_RECV] = "nl_recv",
		[CALL_RANDOM] = "random",       [CALL_UEVENT_OPEN] = "uevent_open",
		[CALL_UEVENT_RECV] = "wait",
	};

	return names[call];
}

const char *way_name(enum way way)
{
	static const char *const names[] = {"refused", "done",  "half", "head",    "foreign", "stale",
					    "port",    "error", "end",  "changed", "stray",   "signal"};

	return names[way];
}

/* What the stroke does to call `number`, or NULL. */
static const struct fault *falls_on(const struct stroke *s, size_t number, enum call call)
{
	static const struct fault dark[CALL_COUNT] = {
		DARK(CALL_OPEN),        DARK(CALL_CLOSE),    DARK(CALL_IOCTL),   DARK(CALL_READ_FILE),
		DARK(CALL_READ_LINK),   DARK(CALL_LIST_DIR), DARK(CALL_NL_OPEN), DARK(CALL_PIDFD_GETFD),
		DARK(CALL_NL_SEND),     DARK(CALL_NL_RECV),  DARK(CALL_RANDOM),  DARK(CALL_UEVENT_OPEN),
		DARK(CALL_UEVENT_RECV),
	};

	if (!s->nth || number < s->nth)
		return NULL;
	if (number == s->nth || (s->lasting && call == s->fault->call))
		return s->fault;
	return s->dark ? &dark[call] : NULL;
}

/* What became of a change, and of the kernel's answer to it, which is the first that is none to something else. */
static void note_change(struct trial *t, enum call call, enum effect effect, const struct fault *f)
{
	if (effect == EFFECT_CHANGE) {
		t->on_change = f;
		t->answered = false;
	} else if (t->asked && !t->answered && call == CALL_NL_RECV) {
		t->on_answer = f;
		t->answered = !f || f->way != WAY_STRAY;
	}
}

/* Counts the call; the fault that it is to have, or NULL. */
static const struct fault *note(struct kernel *k, enum call call, enum effect effect)
{
	struct trial *t = layer_of(k)->trial;
	size_t number = t->count + 1;
	const struct fault *f = NULL;

	if (t->count < MAX_CALLS) {
		t->call[t->count] = (uint8_t)call;
		t->effect[t->count] = (uint8_t)effect;
	}
	t->count++;
	t->asked += effect == EFFECT_CHANGE;
	t->asked_late += t->hit && effect == EFFECT_CHANGE;
	for (size_t i = 0; i < STROKES && !f; i++)
		f = falls_on(&t->stroke[i], number, call);
	t->hit |= f != NULL;
	note_change(t, call, effect, f);
	if (!f || f->way != WAY_SIGNAL)
		return f;
	raise(f->errnum);
	return NULL;
}

static int faulty_open(struct kernel *k, const char *path, int flags, enum effect effect)
{
	const struct fault *f = note(k, CALL_OPEN, EFFECT_SETUP);

	return f ? -f->errnum : kernel_open(k->below, path, flags, effect);
}

/* As Linux does, a close that fails has closed. */
static int faulty_close(struct kernel *k, int fd)
{
	const struct fault *f = note(k, CALL_CLOSE, EFFECT_SETUP);
	int ret = kernel_close(k->below, fd);

	if (fd == layer_of(k)->uevents)
		layer_of(k)->uevents = -1;
	return f ? -f->errnum : ret;
}

static int faulty_ioctl(struct kernel *k, int fd, struct ioctl_call *call)
{
	const struct fault *f = note(k, CALL_IOCTL, call->effect);
	int ret = -1;

	if (!f || f->way == WAY_DONE) {
		memory_spare(true);
		ret = kernel_ioctl(k->below, fd, call);
		memory_spare(false);
		layer_of(k)->trial->sent += call->effect == EFFECT_CHANGE;
	}
	return f ? -f->errnum : ret;
}

static ssize_t faulty_read_file(struct kernel *k, const char *path, void *buf, size_t cap)
{
	const struct fault *f = note(k, CALL_READ_FILE, EFFECT_READ);

	return f ? -f->errnum : kernel_read_file(k->below, path, buf, cap);
}

static ssize_t faulty_read_link(struct kernel *k, const char *path, char *buf, size_t cap)
{
	const struct fault *f = note(k, CALL_READ_LINK, EFFECT_READ);

	return f ? -f->errnum : kernel_read_link(k->below, path, buf, cap);
}

static int faulty_list_dir(struct kernel *k, const char *path, struct names *out)
{
	const struct fault *f = note(k, CALL_LIST_DIR, EFFECT_READ);

	*out = (struct names){0};
	return f ? -f->errnum : kernel_list_dir(k->below, path, out);
}

static int faulty_pidfd_getfd(struct kernel *k, pid_t pid, int target)
{
	const struct fault *f = note(k, CALL_PIDFD_GETFD, EFFECT_READ);

	return f ? -f->errnum : kernel_pidfd_getfd(k->below, pid, target);
}

static int faulty_nl_open(struct kernel *k)
{
	const struct fault *f = note(k, CALL_NL_OPEN, EFFECT_READ);

	return f ? -f->errnum : kernel_nl_open(k->below);
}

static int faulty_uevent_open(struct kernel *k)
{
	const struct fault *f = note(k, CALL_UEVENT_OPEN, EFFECT_READ);
	int fd = f ? -f->errnum : kernel_uevent_open(k->below);

	layer_of(k)->uevents = fd < 0 ? -1 : fd;
	return fd;
}

static int faulty_nl_send(struct kernel *k, int fd, const void *msg, size_t len, enum effect effect)
{
	const struct fault *f = note(k, CALL_NL_SEND, effect);

	if (f)
		return -f->errnum;
	layer_of(k)->trial->sent += effect == EFFECT_CHANGE;
	memory_spare(true);
	int ret = kernel_nl_send(k->below, fd, msg, len, effect);
	memory_spare(false);
	return ret;
}

/* Puts the answer of another conversation in the place of this one. */
static void make_foreign(uint8_t *datagram, ssize_t len)
{
	struct nlmsghdr *h = (struct nlmsghdr *)(void *)datagram;

	for (uint32_t rest = (uint32_t)len; NLMSG_OK(h, rest); h = NLMSG_NEXT(h, rest))
		h->nlmsg_seq--;
}

/* An acknowledgement or the end of a dump, for the request whose answer `datagram` was. */
static ssize_t make_verdict(uint8_t *datagram, uint16_t type, int errnum)
{
	struct nlmsghdr *h = (struct nlmsghdr *)(void *)datagram;
	const struct nlmsgerr verdict = {.error = -errnum, .msg = *h};
	const size_t len = type == NLMSG_ERROR ? sizeof(verdict) : sizeof(verdict.error);

	h->nlmsg_type = type;
	h->nlmsg_flags = type == NLMSG_DONE ? NLM_F_MULTI : 0;
	h->nlmsg_len = (uint32_t)NLMSG_LENGTH(len);
	memcpy(NLMSG_DATA(h), &verdict, len);
	return (ssize_t)h->nlmsg_len;
}

static ssize_t spoil(struct layer *l, const struct fault *f, uint8_t *datagram, ssize_t len)
{
	switch (f->way) {
	case WAY_HALF:
		return len / 2;
	case WAY_HEAD:
		return len < HEAD ? len : HEAD;
	case WAY_STALE:
		memcpy(l->hold, datagram, (size_t)len);
		l->held = len;
		make_foreign(datagram, len);
		return len;
	case WAY_FOREIGN:
		make_foreign(datagram, len);
		return len;
	case WAY_PORT:
		((struct nlmsghdr *)(void *)datagram)->nlmsg_pid++;
		return len;
	case WAY_CHANGED:
		((struct nlmsghdr *)(void *)datagram)->nlmsg_flags |= NLM_F_DUMP_INTR;
		return len;
	case WAY_ERROR:
		return make_verdict(datagram, NLMSG_ERROR, f->errnum);
	case WAY_END:
		return make_verdict(datagram, NLMSG_DONE, f->errnum);
	default:
		return -f->errnum;
	}
}

static ssize_t release_held(struct layer *l, void *buf, size_t cap)
{
	ssize_t len = l->held;

	if ((size_t)len > cap)
		return -EMSGSIZE;
	memcpy(buf, l->hold, (size_t)len);
	l->held = 0;
	return len;
}

/* No request has the number 0. */
static ssize_t put_stray(void *buf, size_t cap)
{
	const struct nlmsghdr stray = {
		.nlmsg_len = sizeof(stray), .nlmsg_type = NLMSG_DONE, .nlmsg_flags = NLM_F_MULTI};

	if (cap < sizeof(stray))
		return -EMSGSIZE;
	memcpy(buf, &stray, sizeof(stray));
	return sizeof(stray);
}

static ssize_t faulty_nl_recv(struct kernel *k, int fd, void *buf, size_t cap, int timeout_ms)
{
	struct layer *l = layer_of(k);
	bool waits = fd < 0 || fd == l->uevents;
	const struct fault *f;
	ssize_t len;

	if (l->held)
		return release_held(l, buf, cap);
	f = note(k, waits ? CALL_UEVENT_RECV : CALL_NL_RECV, EFFECT_READ);
	if (f && f->way == WAY_REFUSED)
		return -f->errnum;
	if (f && f->way == WAY_STRAY)
		return put_stray(buf, cap);
	memory_spare(true);
	len = kernel_nl_recv(k->below, fd, buf, cap, timeout_ms);
	memory_spare(false);
	if (!f || len < (ssize_t)sizeof(struct nlmsghdr) || len > DATAGRAM_MAX)
		return len;
	return spoil(l, f, buf, len);
}

/* The same for each run, so that runs can be compared. */
static int faulty_random(struct kernel *k, void *buf, size_t len)
{
	const struct fault *f = note(k, CALL_RANDOM, EFFECT_READ);

	memset(buf, 0x5a, len);
	return f ? -f->errnum : 0;
}

/* What is open apart from the descriptor that every process of the simulation inherits. */
static size_t count_open(struct kernel *bottom)
{
	struct sim *s = (struct sim *)bottom;
	size_t count = 0;

	if (strcmp(kernel_backend(bottom), "sim"))
		return 0;
	for (size_t fd = 0; fd < s->file_count; fd++)
		count += s->file[fd].ops && fd != SIM_VMM_IOMMUFD;
	return count;
}

static void faulty_free(struct kernel *k)
{
	struct layer *l = layer_of(k);

	l->trial->left_open += count_open(k->below);
	kernel_free(k->below);
	free(l->hold);
	free(l);
}

static const struct kernel_ops faulty_ops = {
	.open = faulty_open,
	.close = faulty_close,
	.ioctl = faulty_ioctl,
	.read_file = faulty_read_file,
	.read_link = faulty_read_link,
	.list_dir = faulty_list_dir,
	.pidfd_getfd = faulty_pidfd_getfd,
	.nl_open = faulty_nl_open,
	.uevent_open = faulty_uevent_open,
	.nl_send = faulty_nl_send,
	.nl_recv = faulty_nl_recv,
	.random = faulty_random,
	.free = faulty_free,
};

struct kernel *layer_lay(struct kernel *below, void *ctx)
{
	struct layer *l = calloc(1, sizeof(*l));

	if (!l)
		return NULL;
	l->kernel = (struct kernel){&faulty_ops, below};
	l->trial = ctx;
	l->uevents = -1;
	l->hold = malloc(DATAGRAM_MAX);
	if (l->hold)
		return &l->kernel;
	free(l);
	return NULL;
}
