// SPDX-License-Identifier: GPL-2.0-or-later
/* The real kernel, against this machine: only what every machine has, and nothing that needs a right. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <linux/genetlink.h>
#include <linux/netlink.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

#include "kernel/kernel.h"
#include "tdi/uevent.h"

static const struct ioctl_layout no_layout = {"TEST", NULL, 0};

static int setup(void **state)
{
	*state = kernel_linux();
	return *state ? 0 : -1;
}

static int teardown(void **state)
{
	kernel_free(*state);
	return 0;
}

static int64_t now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static void test_backend(void **state)
{
	assert_string_equal(kernel_backend(*state), "kernel");
	kernel_free(NULL);
}

static void test_open_and_close(void **state)
{
	struct kernel *k = *state;

	int fd = kernel_open(k, "/dev/null", O_RDWR, EFFECT_SETUP);
	assert_true(fd >= 0);
	assert_int_equal(fcntl(fd, F_GETFD), FD_CLOEXEC);
	assert_int_equal(fcntl(fd, F_GETFL) & O_ACCMODE, O_RDWR);
	assert_int_equal(kernel_close(k, fd), 0);
	assert_int_equal(kernel_close(k, fd), -EBADF);
	assert_int_equal(kernel_open(k, "/dev/no-such-device", O_RDWR, EFFECT_READ), -ENOENT);
}

/* A node that one has open for itself; who does not ask for that is not kept out. */
static void test_open_alone(void **state)
{
	struct kernel *k = *state;
	int fd = kernel_open(k, "/dev/null", O_RDWR | O_EXCL, EFFECT_SETUP);

	assert_true(fd >= 0);
	assert_int_equal(kernel_open(k, "/dev/null", O_RDWR | O_EXCL, EFFECT_SETUP), -EBUSY);
	assert_int_equal(kernel_close(k, kernel_open(k, "/dev/null", O_RDWR, EFFECT_SETUP)), 0);
	assert_int_equal(kernel_close(k, fd), 0);
	fd = kernel_open(k, "/dev/null", O_RDWR | O_EXCL, EFFECT_SETUP);
	assert_true(fd >= 0);
	kernel_close(k, fd);
}

static void test_read_file(void **state)
{
	struct kernel *k = *state;
	char buf[64];

	assert_int_equal(kernel_read_file(k, "/proc/sys/kernel/ostype", buf, sizeof(buf)), 6);
	assert_memory_equal(buf, "Linux\n", 6);
	assert_int_equal(kernel_read_file(k, "/proc/sys/kernel/ostype", buf, 3), 3);
	assert_int_equal(kernel_read_file(k, "/dev/null", buf, sizeof(buf)), 0);
	assert_int_equal(kernel_read_file(k, "/proc/no-such-file", buf, sizeof(buf)), -ENOENT);
	assert_int_equal(kernel_read_file(k, "/proc", buf, sizeof(buf)), -EISDIR);
}

static void write_in_parts(const char *path, const char *const *parts, size_t count)
{
	int fd = open(path, O_WRONLY);

	for (size_t i = 0; i < count; i++) {
		if (write(fd, parts[i], strlen(parts[i])) < 0)
			_exit(1);
		usleep(50 * 1000);
	}
	_exit(0);
}

/* As a signal or a slow file system may cut a read short. */
static void test_read_file_in_parts(void **state)
{
	static const char *const parts[] = {"ts", "m0", "\n"};
	struct kernel *k = *state;
	char dir[] = "/tmp/tsmctl-test-XXXXXX", path[64], buf[64];

	assert_non_null(mkdtemp(dir));
	snprintf(path, sizeof(path), "%s/fifo", dir);
	for (size_t count = 2; count <= 3; count++) {
		assert_int_equal(mkfifo(path, 0600), 0);
		if (fork() == 0)
			write_in_parts(path, parts, count);
		assert_int_equal(kernel_read_file(k, path, buf, sizeof(buf)), count + 2);
		assert_memory_equal(buf, "tsm0\n", count + 2);
		wait(NULL);
		unlink(path);
	}
	rmdir(dir);
}

static void test_read_link(void **state)
{
	struct kernel *k = *state;
	char dir[] = "/tmp/tsmctl-test-XXXXXX", link[64], buf[64];

	assert_non_null(mkdtemp(dir));
	snprintf(link, sizeof(link), "%s/link", dir);
	assert_int_equal(symlink("/dev/iommu", link), 0);
	memset(buf, 'x', sizeof(buf));
	assert_int_equal(kernel_read_link(k, link, buf, sizeof(buf)), 10);
	assert_string_equal(buf, "/dev/iommu");
	assert_int_equal(kernel_read_link(k, link, buf, 11), 10);
	assert_int_equal(kernel_read_link(k, link, buf, 10), -ENAMETOOLONG);
	assert_int_equal(kernel_read_link(k, dir, buf, sizeof(buf)), -EINVAL);
	unlink(link);
	rmdir(dir);
}

/* More names than the first allocation holds, made in reverse order. */
static void test_list_dir(void **state)
{
	enum { COUNT = 40 };
	struct kernel *k = *state;
	char dir[] = "/tmp/tsmctl-test-XXXXXX", path[64], expected[8];
	struct names names;

	assert_non_null(mkdtemp(dir));
	assert_int_equal(kernel_list_dir(k, dir, &names), 0);
	assert_int_equal(names.count, 0);
	for (int i = COUNT; i-- > 0;) {
		snprintf(path, sizeof(path), "%s/n%02d", dir, i);
		assert_int_equal(mkdir(path, 0700), 0);
	}
	assert_int_equal(kernel_list_dir(k, dir, &names), 0);
	assert_int_equal(names.count, COUNT);
	for (int i = 0; i < COUNT; i++) {
		snprintf(expected, sizeof(expected), "n%02d", i);
		assert_string_equal(names.name[i], expected);
		snprintf(path, sizeof(path), "%s/n%02d", dir, i);
		rmdir(path);
	}
	names_free(&names);
	assert_int_equal(names.count, 0);
	rmdir(dir);
	assert_int_equal(kernel_list_dir(k, dir, &names), -ENOENT);
	assert_int_equal(kernel_list_dir(k, "/dev/null", &names), -ENOTDIR);
	assert_null(names.name);
}

static void test_ioctl_argument(void **state)
{
	struct kernel *k = *state;
	int end[2], waiting = -1;
	struct ioctl_call call = {.layout = &no_layout, .nr = FIONREAD, .arg = &waiting, .size = sizeof(waiting)};

	assert_int_equal(pipe2(end, O_CLOEXEC), 0);
	assert_int_equal(write(end[1], "seven..", 7), 7);
	assert_int_equal(kernel_ioctl(k, end[0], &call), 0);
	assert_int_equal(waiting, 7);
	call.nr = 0x3b96;
	/* qemu's user emulation passes on only the requests that it knows. */
	assert_int_equal(kernel_ioctl(k, end[0], &call), getenv("TSMCTL_EMULATED") ? -ENOSYS : -ENOTTY);
	call.nr = FIONREAD;
	close(end[0]);
	close(end[1]);
	assert_int_equal(kernel_ioctl(k, end[0], &call), -EBADF);
}

/* Without a struct the value itself is the argument: a terminal accepts one kind of flush and refuses another. */
static void test_ioctl_value(void **state)
{
	struct kernel *k = *state;
	struct ioctl_call call = {.layout = &no_layout, .nr = TCFLSH, .value = TCIFLUSH};
	int tty = posix_openpt(O_RDWR | O_NOCTTY);

	if (tty < 0)
		skip();
	assert_int_equal(kernel_ioctl(k, tty, &call), 0);
	call.value = 99;
	assert_int_equal(kernel_ioctl(k, tty, &call), -EINVAL);
	close(tty);
}

static void test_pidfd_getfd(void **state)
{
	struct kernel *k = *state;
	int end[2];
	char c = 0;

	assert_int_equal(pipe2(end, O_CLOEXEC), 0);
	int copy = kernel_pidfd_getfd(k, getpid(), end[1]);
	if (copy == -ENOSYS || copy == -EPERM)
		skip();
	assert_true(copy >= 0);
	assert_int_not_equal(copy, end[1]);
	assert_int_equal(fcntl(copy, F_GETFD), FD_CLOEXEC);
	assert_int_equal(write(copy, "!", 1), 1);
	assert_int_equal(read(end[0], &c, 1), 1);
	assert_int_equal(c, '!');
	close(copy);
	close(end[0]);
	close(end[1]);
	assert_int_equal(kernel_pidfd_getfd(k, getpid(), end[1]), -EBADF);
	assert_int_equal(kernel_pidfd_getfd(k, 0x7ffffff0, 0), -ESRCH);
}

/* CTRL_CMD_GETFAMILY for `name`; returns its length. */
static size_t family_request(const char *name, uint8_t buf[64])
{
	size_t attr_len = sizeof(struct nlattr) + strlen(name) + 1;
	size_t len = NLMSG_HDRLEN + GENL_HDRLEN + ((attr_len + 3) & ~(size_t)3);
	const struct nlmsghdr header = {
		.nlmsg_len = (uint32_t)len,
		.nlmsg_type = GENL_ID_CTRL,
		.nlmsg_flags = NLM_F_REQUEST,
		.nlmsg_seq = 77,
	};
	const struct genlmsghdr genl = {.cmd = CTRL_CMD_GETFAMILY, .version = 2};
	const struct nlattr attr = {.nla_len = (uint16_t)attr_len, .nla_type = CTRL_ATTR_FAMILY_NAME};

	memset(buf, 0, 64);
	memcpy(buf, &header, sizeof(header));
	memcpy(buf + NLMSG_HDRLEN, &genl, sizeof(genl));
	memcpy(buf + NLMSG_HDRLEN + GENL_HDRLEN, &attr, sizeof(attr));
	memcpy(buf + NLMSG_HDRLEN + GENL_HDRLEN + sizeof(attr), name, strlen(name));
	return len;
}

static void test_uevent_socket(void **state)
{
	struct kernel *k = *state;
	char message[UEVENT_CAP];
	struct sockaddr_nl name = {0};
	socklen_t len = sizeof(name);
	int protocol = -1;
	socklen_t protocol_len = sizeof(protocol);
	int fd = kernel_uevent_open(k);

	if (fd == -EPROTONOSUPPORT || fd == -EAFNOSUPPORT || fd == -EPERM)
		skip();
	assert_true(fd >= 0);
	assert_int_equal(getsockname(fd, (struct sockaddr *)&name, &len), 0);
	assert_int_equal(name.nl_groups, 1);
	assert_int_equal(getsockopt(fd, SOL_SOCKET, SO_PROTOCOL, &protocol, &protocol_len), 0);
	assert_int_equal(protocol, NETLINK_KOBJECT_UEVENT);
	ssize_t got = kernel_nl_recv(k, fd, message, sizeof(message), 0);
	assert_true(got == -ETIMEDOUT || got > 0);
	assert_int_equal(kernel_close(k, fd), 0);
}

static void test_wait_without_socket(void **state)
{
	struct kernel *k = *state;
	struct timespec before, after;
	char message[16];

	clock_gettime(CLOCK_MONOTONIC, &before);
	assert_int_equal(kernel_nl_recv(k, -1, message, sizeof(message), 30), -ETIMEDOUT);
	clock_gettime(CLOCK_MONOTONIC, &after);
	assert_true((after.tv_sec - before.tv_sec) * 1000 + (after.tv_nsec - before.tv_nsec) / 1000000 >= 29);
}

static int open_netlink(struct kernel *k)
{
	int fd = kernel_nl_open(k);

	if (fd == -EPROTONOSUPPORT || fd == -EAFNOSUPPORT)
		skip();
	assert_true(fd >= 0);
	return fd;
}

static void ask(struct kernel *k, int fd, const char *name)
{
	uint8_t msg[64];
	size_t len = family_request(name, msg);

	assert_int_equal(kernel_nl_send(k, fd, msg, len, EFFECT_READ), len);
}

static void test_netlink_answer(void **state)
{
	struct kernel *k = *state;
	_Alignas(8) uint8_t buf[8192];
	struct nlmsghdr *header = (struct nlmsghdr *)buf;
	int fd = open_netlink(k);

	ask(k, fd, "nlctrl");
	ssize_t len = kernel_nl_recv(k, fd, buf, sizeof(buf), 5000);
	assert_true(len > NLMSG_HDRLEN);
	assert_int_equal(header->nlmsg_type, GENL_ID_CTRL);
	assert_int_equal(header->nlmsg_seq, 77);
	assert_int_equal(buf[NLMSG_HDRLEN], CTRL_CMD_NEWFAMILY);

	ask(k, fd, "no-such-family");
	len = kernel_nl_recv(k, fd, buf, sizeof(buf), 5000);
	assert_true(len >= (ssize_t)(NLMSG_HDRLEN + sizeof(struct nlmsgerr)));
	assert_int_equal(header->nlmsg_type, NLMSG_ERROR);
	assert_int_equal(((const struct nlmsgerr *)NLMSG_DATA(header))->error, -ENOENT);
	assert_true(header->nlmsg_flags & NLM_F_CAPPED);
	kernel_close(k, fd);
}

static void test_netlink_options(void **state)
{
	struct kernel *k = *state;
	int fd = open_netlink(k), on = 0;
	socklen_t len = sizeof(on);

	assert_int_equal(fcntl(fd, F_GETFD), FD_CLOEXEC);
	assert_int_equal(getsockopt(fd, SOL_NETLINK, NETLINK_EXT_ACK, &on, &len), 0);
	assert_int_equal(on, 1);
	on = 0;
	assert_int_equal(getsockopt(fd, SOL_NETLINK, NETLINK_CAP_ACK, &on, &len), 0);
	assert_int_equal(on, 1);
	kernel_close(k, fd);
}

static void test_netlink_too_long(void **state)
{
	struct kernel *k = *state;
	uint8_t buf[24];
	int fd = open_netlink(k);

	ask(k, fd, "nlctrl");
	assert_int_equal(kernel_nl_recv(k, fd, buf, sizeof(buf), 5000), -EMSGSIZE);
	kernel_close(k, fd);
}

static void test_netlink_timeout(void **state)
{
	struct kernel *k = *state;
	uint8_t buf[64];
	int fd = open_netlink(k);
	int64_t begun = now_ms();

	assert_int_equal(kernel_nl_recv(k, fd, buf, sizeof(buf), 50), -ETIMEDOUT);
	assert_in_range(now_ms() - begun, 49, 5000);
	kernel_close(k, fd);
}

/* A message of another process is no answer, also when it looks like one. */
static void test_netlink_foreign_sender(void **state)
{
	struct kernel *k = *state;
	struct sockaddr_nl address;
	socklen_t address_len = sizeof(address);
	_Alignas(8) uint8_t buf[8192];
	uint8_t msg[64];
	int fd = open_netlink(k), other = open_netlink(k);

	assert_int_equal(getsockname(fd, (struct sockaddr *)&address, &address_len), 0);
	size_t len = family_request("nlctrl", msg);
	if (sendto(other, msg, len, 0, (struct sockaddr *)&address, address_len) < 0) {
		close(fd);
		close(other);
		skip(); /* needs CAP_NET_ADMIN */
	}
	assert_int_equal(kernel_nl_recv(k, fd, buf, sizeof(buf), 20), -ETIMEDOUT);
	sendto(other, msg, len, 0, (struct sockaddr *)&address, address_len);
	ask(k, fd, "nlctrl");
	assert_true(kernel_nl_recv(k, fd, buf, sizeof(buf), 5000) > 0);
	assert_int_equal(buf[NLMSG_HDRLEN], CTRL_CMD_NEWFAMILY);
	kernel_close(k, fd);
	kernel_close(k, other);
}

static void ignore_signal(int number)
{
	(void)number;
}

static void test_netlink_interrupted(void **state)
{
	struct kernel *k = *state;
	const struct sigaction action = {.sa_handler = ignore_signal};
	const struct itimerval soon = {.it_value = {.tv_usec = 20000}};
	uint8_t buf[64];
	int fd = open_netlink(k);

	assert_int_equal(sigaction(SIGALRM, &action, NULL), 0);
	assert_int_equal(setitimer(ITIMER_REAL, &soon, NULL), 0);
	assert_int_equal(kernel_nl_recv(k, fd, buf, sizeof(buf), 5000), -EINTR);
	kernel_close(k, fd);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_backend),
		cmocka_unit_test(test_uevent_socket),
		cmocka_unit_test(test_wait_without_socket),
		cmocka_unit_test(test_open_and_close),
		cmocka_unit_test(test_open_alone),
		cmocka_unit_test(test_read_file),
		cmocka_unit_test(test_read_file_in_parts),
		cmocka_unit_test(test_read_link),
		cmocka_unit_test(test_list_dir),
		cmocka_unit_test(test_ioctl_argument),
		cmocka_unit_test(test_ioctl_value),
		cmocka_unit_test(test_pidfd_getfd),
		cmocka_unit_test(test_netlink_answer),
		cmocka_unit_test(test_netlink_options),
		cmocka_unit_test(test_netlink_too_long),
		cmocka_unit_test(test_netlink_timeout),
		cmocka_unit_test(test_netlink_foreign_sender),
		cmocka_unit_test(test_netlink_interrupted),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
