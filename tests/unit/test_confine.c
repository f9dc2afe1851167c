// SPDX-License-Identifier: GPL-2.0-or-later
/* Each case confines a child process, which then tries one thing: the kernel itself says whether it may. */
#include <errno.h>
#include <fcntl.h>
#include <linux/kvm.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "util/confine.h"

/* Each returns 0, or the errno of what was tried. */
static int errno_of(long ret)
{
	return ret < 0 ? errno : 0;
}

static int start_program(void)
{
	char *const argv[] = {"/bin/true", NULL};

	return errno_of(execv(argv[0], argv));
}

static int make_process(void)
{
	return errno_of(fork());
}

static int read_file(void)
{
	char byte;
	int fd = open("/proc/self/status", O_RDONLY | O_CLOEXEC);

	return errno_of(fd < 0 ? fd : read(fd, &byte, 1));
}

static int write_file(void)
{
	return errno_of(open("/dev/null", O_WRONLY | O_CLOEXEC));
}

static int make_file(void)
{
	return errno_of(open("/tmp", O_TMPFILE | O_RDWR | O_CLOEXEC, 0600));
}

static int open_device(void)
{
	return errno_of(open("/dev/zero", O_RDWR | O_CLOEXEC));
}

static int remove_file(void)
{
	int ret = errno_of(unlink("/nonexistent/file"));

	return ret == ENOENT ? 0 : ret;
}

static int change_mode(void)
{
	int ret = errno_of(chmod("/nonexistent/file", 0777));

	return ret == ENOENT ? 0 : ret;
}

static int ask_netlink(void)
{
	return errno_of(socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, 0));
}

static int ask_network(void)
{
	return errno_of(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
}

static int run_data(void)
{
	const void *p = mmap(NULL, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	return p == MAP_FAILED ? errno : 0;
}

static int make_data_run(void)
{
	void *p = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	return p == MAP_FAILED ? -1 : errno_of(mprotect(p, 4096, PROT_READ | PROT_EXEC));
}

static int signal_parent(void)
{
	return errno_of(kill(getppid(), 0));
}

static int signal_itself(void)
{
	return errno_of(kill(getpid(), 0));
}

static int take_process(void)
{
	return errno_of(syscall(SYS_pidfd_open, getpid(), 0));
}

/* The kernel finds no such request here, if it is asked at all. */
static int ask_device(void)
{
	int ret = errno_of(ioctl(STDIN_FILENO, KVM_GET_API_VERSION, 0));

	return ret == ENOTTY ? 0 : ret;
}

static int type_into_terminal(void)
{
	int ret = errno_of(ioctl(STDIN_FILENO, TIOCSTI, "x"));

	return ret == ENOSYS ? ENOSYS : 0;
}

/* `allowed_by`: the one need that lets it pass; ALWAYS, NEVER. */
enum { ALWAYS = -1, NEVER = -2 };

static const struct {
	const char *name;
	int (*attempt)(void);
	int allowed_by;
} cases[] = {
	{"start a program", start_program, NEVER},
	{"make a process", make_process, NEVER},
	{"read a file", read_file, ALWAYS},
	{"write to a file", write_file, NEED_FILES},
	{"make a file", make_file, NEED_FILES},
	{"remove a file", remove_file, NEED_FILES},
	{"change a mode", change_mode, NEVER},
	{"ask netlink", ask_netlink, NEED_NETLINK},
	{"ask the network", ask_network, NEVER},
	{"run data", run_data, NEED_LIBRARIES},
	{"make data run", make_data_run, NEED_LIBRARIES},
	{"signal another process", signal_parent, NEVER},
	{"signal itself", signal_itself, ALWAYS},
	{"take a process in hand", take_process, NEED_DEVICES},
	{"ask a device", ask_device, NEED_DEVICES},
	{"type into the terminal", type_into_terminal, NEVER},
};

static const unsigned needs[] = {0, NEED_DEVICES, NEED_NETLINK, NEED_FILES, NEED_LIBRARIES, NEED_TERMINAL};

/* The errno of an attempt in a child that was confined to `what`. */
static int try_confined(int (*attempt)(void), unsigned what)
{
	pid_t child = fork();
	int status;

	assert_true(child >= 0);
	if (child == 0) {
		confine(what);
		_exit(attempt());
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

/* Not under an emulator, whose host has other calls, nor under valgrind, which preloads a library. */
static bool expected_here(void)
{
#if defined(__x86_64__) || defined(__AARCH64EL__)
	return TSMCTL_SECCOMP && !getenv("TSMCTL_EMULATED") && !getenv("LD_PRELOAD");
#else
	return false;
#endif
}

static void test_each_call_needs_its_reason(void **state)
{
	(void)state;
	if (!expected_here())
		skip();
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		for (size_t n = 0; n < sizeof(needs) / sizeof(needs[0]); n++) {
			bool allowed = cases[i].allowed_by == ALWAYS || cases[i].allowed_by == (int)needs[n];
			int ret = try_confined(cases[i].attempt, needs[n]);

			if ((ret == 0) != allowed || (ret && ret != ENOSYS))
				fail_msg("%s with need %u: errno %d", cases[i].name, needs[n], ret);
		}
	}
}

/* A device is opened for reading and writing, but is there already. */
static void test_devices_are_opened_not_made(void **state)
{
	(void)state;
	if (!expected_here())
		skip();
	assert_int_equal(try_confined(open_device, NEED_DEVICES), 0);
	assert_int_equal(try_confined(open_device, NEED_FILES), 0);
	assert_int_equal(try_confined(open_device, NEED_NETLINK), ENOSYS);
	assert_int_equal(try_confined(make_file, NEED_DEVICES), ENOSYS);
}

static int regain(void)
{
	confine(NEED_OF_LINES);
	return write_file();
}

static void test_what_was_given_up_stays_so(void **state)
{
	(void)state;
	if (!expected_here())
		skip();
	assert_int_equal(try_confined(regain, 0), ENOSYS);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_each_call_needs_its_reason),
		cmocka_unit_test(test_devices_are_opened_not_made),
		cmocka_unit_test(test_what_was_given_up_stays_so),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
