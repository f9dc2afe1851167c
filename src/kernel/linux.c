// SPDX-License-Identifier: GPL-2.0-or-later
/* The kernel of this machine: each function of the seam is one system call, or the few that belong together. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/netlink.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "kernel/kernel.h"
#include "util/clock.h"

/* A dump of large evidence arrives in messages of up to 32 KiB; the default buffer holds few of them. */
enum { NL_RECEIVE_BUFFER = 1 << 20 };

/* The group of the kernel's own uevents; udev's follow in the second. */
enum { UEVENTS_OF_KERNEL = 1 };

/* A kernel without file locks (CONFIG_FILE_LOCKING) tells nobody of others. */
static bool is_taken(int fd)
{
	return flock(fd, LOCK_EX | LOCK_NB) && errno == EWOULDBLOCK;
}

static int linux_open(struct kernel *k, const char *path, int flags, enum effect effect)
{
	(void)k;
	(void)effect;
	int fd = open(path, (flags & ~O_EXCL) | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	if (!(flags & O_EXCL) || !is_taken(fd))
		return fd;
	close(fd);
	return -EBUSY;
}

static int linux_close(struct kernel *k, int fd)
{
	(void)k;
	return close(fd) < 0 ? -errno : 0;
}

static int linux_ioctl(struct kernel *k, int fd, struct ioctl_call *call)
{
	(void)k;
	unsigned long arg = call->arg ? (unsigned long)(uintptr_t)call->arg : call->value;
	int ret = ioctl(fd, (unsigned long)call->nr, arg);
	return ret < 0 ? -errno : ret;
}

/* A read may give less than there is. Behind a whole line there is no need to ask for the end, which costs a call. */
static ssize_t read_whole(int fd, char *buf, size_t cap)
{
	size_t len = 0;
	ssize_t n;

	while (len < cap && (len == 0 || buf[len - 1] != '\n')) {
		n = read(fd, buf + len, cap - len);
		if (n < 0)
			return -errno;
		if (n == 0)
			break;
		len += (size_t)n;
	}
	return (ssize_t)len;
}

static ssize_t linux_read_file(struct kernel *k, const char *path, void *buf, size_t cap)
{
	int fd = linux_open(k, path, O_RDONLY, EFFECT_READ);
	ssize_t len;

	if (fd < 0)
		return fd;
	len = read_whole(fd, buf, cap);
	close(fd);
	return len;
}

static ssize_t linux_read_link(struct kernel *k, const char *path, char *buf, size_t cap)
{
	(void)k;
	ssize_t len = readlink(path, buf, cap);
	if (len < 0)
		return -errno;
	if ((size_t)len >= cap)
		return -ENAMETOOLONG;
	buf[len] = '\0';
	return len;
}

static int names_read(DIR *dir, struct names *n)
{
	for (;;) {
		errno = 0;
		const struct dirent *entry = readdir(dir);
		if (!entry)
			return -errno;
		if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
			continue;
		int ret = names_add(n, entry->d_name);
		if (ret < 0)
			return ret;
	}
}

static int linux_list_dir(struct kernel *k, const char *path, struct names *out)
{
	(void)k;
	*out = (struct names){0};
	DIR *dir = opendir(path);
	if (!dir)
		return -errno;
	int ret = names_read(dir, out);
	closedir(dir);
	if (ret < 0)
		names_free(out);
	else
		names_sort(out);
	return ret;
}

/* By number: glibc knows neither call before 2.36. The copy has close-on-exec set. */
static int linux_pidfd_getfd(struct kernel *k, pid_t pid, int target)
{
	(void)k;
	int pidfd = (int)syscall(SYS_pidfd_open, pid, 0);
	if (pidfd < 0)
		return -errno;
	int fd = (int)syscall(SYS_pidfd_getfd, pidfd, target, 0);
	if (fd < 0)
		fd = -errno;
	close(pidfd);
	return fd;
}

static int nl_configure(int fd)
{
	const int on = 1;

	if (setsockopt(fd, SOL_NETLINK, NETLINK_EXT_ACK, &on, sizeof(on)) < 0 ||
	    setsockopt(fd, SOL_NETLINK, NETLINK_CAP_ACK, &on, sizeof(on)) < 0)
		return -errno;
	return 0;
}

static int nl_bind(int fd, uint32_t groups)
{
	const struct sockaddr_nl any = {.nl_family = AF_NETLINK, .nl_groups = groups};
	const int size = NL_RECEIVE_BUFFER;

	if (bind(fd, (const struct sockaddr *)&any, sizeof(any)) < 0)
		return -errno;
	/* A smaller buffer still works: an overrun is reported as ENOBUFS. */
	(void)setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof(size));
	return 0;
}

static int nl_socket(int protocol, uint32_t groups)
{
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, protocol);
	if (fd < 0)
		return -errno;
	int ret = protocol == NETLINK_GENERIC ? nl_configure(fd) : 0;
	if (ret == 0)
		ret = nl_bind(fd, groups);
	if (ret < 0) {
		close(fd);
		return ret;
	}
	return fd;
}

static int linux_nl_open(struct kernel *k)
{
	(void)k;
	return nl_socket(NETLINK_GENERIC, 0);
}

static int linux_uevent_open(struct kernel *k)
{
	(void)k;
	return nl_socket(NETLINK_KOBJECT_UEVENT, UEVENTS_OF_KERNEL);
}

static int linux_nl_send(struct kernel *k, int fd, const void *msg, size_t len, enum effect effect)
{
	(void)k;
	(void)effect;
	const struct sockaddr_nl kernel = {.nl_family = AF_NETLINK};
	if (len > INT_MAX)
		return -EMSGSIZE;
	ssize_t sent = sendto(fd, msg, len, 0, (const struct sockaddr *)&kernel, sizeof(kernel));
	return sent < 0 ? -errno : (int)sent;
}

/* Without a descriptor (-1) this sleeps. What comes too late was not waited for, however much of it there is. */
static int wait_readable(int fd, int64_t deadline_ms)
{
	struct pollfd p = {.fd = fd, .events = POLLIN};
	int64_t left = deadline_ms - clock_ms();
	struct timespec t = {0};
	sigset_t none;

	if (left > 0)
		t = (struct timespec){left / 1000, left % 1000 * 1000000};
	sigemptyset(&none);
	int ready = ppoll(&p, 1, &t, &none);
	if (ready < 0)
		return -errno;
	return ready && left >= 0 ? 0 : -ETIMEDOUT;
}

/* Returns 0 for nothing, and for what is not the kernel's: privileged processes can send to this socket, too. */
static ssize_t receive_from_kernel(int fd, void *buf, size_t cap)
{
	struct sockaddr_nl from = {0};
	struct iovec iov = {.iov_base = buf, .iov_len = cap};
	struct msghdr msg = {
		.msg_name = &from,
		.msg_namelen = sizeof(from),
		.msg_iov = &iov,
		.msg_iovlen = 1,
	};
	ssize_t len = recvmsg(fd, &msg, MSG_DONTWAIT);
	if (len < 0)
		return errno == EAGAIN ? 0 : -errno;
	if (msg.msg_namelen != sizeof(from) || from.nl_pid != 0)
		return 0;
	return msg.msg_flags & MSG_TRUNC ? -EMSGSIZE : len;
}

/* A dump's next message is there as soon as the last was taken: who asks first and waits then makes half the calls. */
static ssize_t linux_nl_recv(struct kernel *k, int fd, void *buf, size_t cap, int timeout_ms)
{
	(void)k;
	int64_t deadline_ms = 0;

	for (;;) {
		ssize_t len = fd < 0 ? 0 : receive_from_kernel(fd, buf, cap);
		if (len != 0)
			return len;
		if (!deadline_ms)
			deadline_ms = clock_ms() + timeout_ms;
		int ret = wait_readable(fd, deadline_ms);
		if (ret < 0)
			return ret;
	}
}

static int linux_random(struct kernel *k, void *buf, size_t len)
{
	(void)k;
	return getrandom(buf, len, 0) == (ssize_t)len ? 0 : -errno;
}

/* Callers close what they opened; the rest ends with the process. */
static void linux_free(struct kernel *k)
{
	free(k);
}

static const struct kernel_ops linux_ops = {
	.backend = "kernel",
	.open = linux_open,
	.close = linux_close,
	.ioctl = linux_ioctl,
	.read_file = linux_read_file,
	.read_link = linux_read_link,
	.list_dir = linux_list_dir,
	.pidfd_getfd = linux_pidfd_getfd,
	.nl_open = linux_nl_open,
	.uevent_open = linux_uevent_open,
	.nl_send = linux_nl_send,
	.nl_recv = linux_nl_recv,
	.random = linux_random,
	.free = linux_free,
};

struct kernel *kernel_linux(void)
{
	struct kernel *k = calloc(1, sizeof(*k));
	if (k)
		k->ops = &linux_ops;
	return k;
}
