/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A kernel for tests of the layers: answers as told, and counts what reaches it. */
#ifndef TSMCTL_TESTS_FAKE_KERNEL_H
#define TSMCTL_TESTS_FAKE_KERNEL_H

#include <stdlib.h>
#include <string.h>

#include "kernel/kernel.h"

struct fake_kernel {
	struct kernel kernel;
	int calls;         /* of every function but free */
	int ret;           /* what the next calls return */
	const void *bytes; /* what reading calls deliver, with length `ret` */
	enum effect effect;
	int fd;
	bool *freed;
	void (*on_ioctl)(struct ioctl_call *call); /* changes the struct as a kernel would */
};

static inline struct fake_kernel *fake_of(struct kernel *k)
{
	struct fake_kernel *f = (struct fake_kernel *)k;

	f->calls++;
	return f;
}

static inline ssize_t fake_deliver(struct fake_kernel *f, void *buf, size_t cap)
{
	if (f->ret > 0 && (size_t)f->ret <= cap)
		memcpy(buf, f->bytes, (size_t)f->ret);
	return f->ret;
}

static inline int fake_open(struct kernel *k, const char *path, int flags, enum effect effect)
{
	struct fake_kernel *f = fake_of(k);

	(void)path;
	(void)flags;
	f->effect = effect;
	return f->ret;
}

static inline int fake_close(struct kernel *k, int fd)
{
	struct fake_kernel *f = fake_of(k);

	f->fd = fd;
	return f->ret;
}

static inline int fake_ioctl(struct kernel *k, int fd, struct ioctl_call *call)
{
	struct fake_kernel *f = fake_of(k);

	f->fd = fd;
	f->effect = call->effect;
	if (f->on_ioctl)
		f->on_ioctl(call);
	return f->ret;
}

static inline ssize_t fake_read_file(struct kernel *k, const char *path, void *buf, size_t cap)
{
	(void)path;
	return fake_deliver(fake_of(k), buf, cap);
}

static inline ssize_t fake_read_link(struct kernel *k, const char *path, char *buf, size_t cap)
{
	ssize_t len = fake_deliver(fake_of(k), buf, cap);

	(void)path;
	if (len >= 0)
		buf[len] = '\0';
	return len;
}

static inline int fake_list_dir(struct kernel *k, const char *path, struct names *out)
{
	(void)path;
	*out = (struct names){0};
	return fake_of(k)->ret;
}

static inline int fake_pidfd_getfd(struct kernel *k, pid_t pid, int target)
{
	(void)pid;
	(void)target;
	return fake_of(k)->ret;
}

static inline int fake_nl_open(struct kernel *k)
{
	return fake_of(k)->ret;
}

static inline int fake_uevent_open(struct kernel *k)
{
	return fake_of(k)->ret;
}

static inline int fake_nl_send(struct kernel *k, int fd, const void *msg, size_t len, enum effect effect)
{
	struct fake_kernel *f = fake_of(k);

	(void)msg;
	(void)len;
	f->fd = fd;
	f->effect = effect;
	return f->ret;
}

static inline ssize_t fake_nl_recv(struct kernel *k, int fd, void *buf, size_t cap, int timeout_ms)
{
	(void)fd;
	(void)timeout_ms;
	return fake_deliver(fake_of(k), buf, cap);
}

static inline int fake_random(struct kernel *k, void *buf, size_t len)
{
	struct fake_kernel *f = fake_of(k);

	if (f->ret == 0)
		memcpy(buf, f->bytes, len);
	return f->ret;
}

static inline void fake_free(struct kernel *k)
{
	struct fake_kernel *f = (struct fake_kernel *)k;

	if (f->freed)
		*f->freed = true;
	free(f);
}

static inline struct fake_kernel *fake_kernel_new(void)
{
	static const struct kernel_ops ops = {
		.backend = "fake",
		.open = fake_open,
		.close = fake_close,
		.ioctl = fake_ioctl,
		.read_file = fake_read_file,
		.read_link = fake_read_link,
		.list_dir = fake_list_dir,
		.pidfd_getfd = fake_pidfd_getfd,
		.nl_open = fake_nl_open,
		.uevent_open = fake_uevent_open,
		.nl_send = fake_nl_send,
		.nl_recv = fake_nl_recv,
		.random = fake_random,
		.free = fake_free,
	};
	struct fake_kernel *f = calloc(1, sizeof(*f));

	if (f)
		f->kernel.ops = &ops;
	return f;
}

#endif
