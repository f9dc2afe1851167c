// SPDX-License-Identifier: GPL-2.0-or-later
/* The lines of --trace, byte for byte. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <linux/netlink.h>
#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

#include "abi/ioctl.h"
#include "fake_kernel.h"

struct fixture {
	struct kernel *trace;
	struct fake_kernel *fake;
	int saved_stderr;
	int capture;
	char text[4096];
};

static int setup(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));

	assert_non_null(f);
	f->fake = fake_kernel_new();
	assert_non_null(f->fake);
	f->trace = kernel_trace(&f->fake->kernel);
	assert_non_null(f->trace);
	*state = f;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *f = *state;

	kernel_free(f->trace);
	free(f);
	return 0;
}

/* Between these two, stderr goes to memory. */
static void capture_begin(struct fixture *f)
{
	f->capture = memfd_create("stderr", MFD_CLOEXEC);
	f->saved_stderr = dup(STDERR_FILENO);
	if (f->capture < 0 || f->saved_stderr < 0 || dup2(f->capture, STDERR_FILENO) < 0)
		abort();
}

static const char *capture_end(struct fixture *f)
{
	dup2(f->saved_stderr, STDERR_FILENO);
	close(f->saved_stderr);
	ssize_t len = pread(f->capture, f->text, sizeof(f->text) - 1, 0);
	close(f->capture);
	f->text[len > 0 ? len : 0] = '\0';
	return f->text;
}

static void test_backend_is_the_one_below(void **state)
{
	struct fixture *f = *state;

	assert_string_equal(kernel_backend(f->trace), "fake");
}

static void test_free_reaches_below(void **state)
{
	(void)state;
	bool freed = false;
	struct fake_kernel *fake = fake_kernel_new();
	assert_non_null(fake);
	fake->freed = &freed;
	kernel_free(kernel_trace(&fake->kernel));
	assert_true(freed);
}

static void test_request(void **state)
{
	struct fixture *f = *state;
	struct tsm_req48 arg = {.size = sizeof(arg), .vdevice_id = 1, .op = 2, .tvm_arch = 1, .req_len = 4};
	const uint8_t request[] = {1, 0, 0, 0};
	struct ioctl_call call = {
		.layout = &layout_tsm_req48,
		.nr = 0x3b96,
		.effect = EFFECT_CHANGE,
		.arg = &arg,
		.size = sizeof(arg),
		.request = request,
		.request_len = sizeof(request),
		.op_name = "SET_TDI_STATE",
		.arch_name = "cca",
	};

	capture_begin(f);
	int ret = kernel_ioctl(f->trace, 5, &call);
	const char *line = capture_end(f);
	assert_int_equal(ret, 0);
	assert_int_equal(f->fake->fd, 5);
	assert_string_equal(line, "ioctl nr=0x3b96 size=48 vdevice=1 op=2 name=SET_TDI_STATE arch=cca req=01000000"
				  " resp_len=0 tsm_code=0x0 ret=0\n");
}

/* The kernel's size of the struct may differ from ours, and it may write into it: shown is what we sent. */
static void scribble(struct ioctl_call *call)
{
	struct tsm_req48 *arg = call->arg;

	arg->vdevice_id = 99;
	arg->tsm_code = 0x1234;
}

static void test_out_fields_after_the_call(void **state)
{
	struct fixture *f = *state;
	struct tsm_req48 arg = {.size = sizeof(arg), .vdevice_id = 7, .op = 1};
	struct ioctl_call call = {
		.layout = &layout_tsm_req48,
		.nr = 0x3b97,
		.arg = &arg,
		.size = sizeof(arg),
		.response_len = 16,
		.op_name = "VALIDATE_MMIO",
		.arch_name = "sev",
	};

	f->fake->on_ioctl = scribble;
	f->fake->ret = -EIO;
	capture_begin(f);
	int ret = kernel_ioctl(f->trace, 3, &call);
	const char *line = capture_end(f);
	assert_int_equal(ret, -EIO);
	assert_string_equal(line, "ioctl nr=0x3b97 size=48 vdevice=7 op=1 name=VALIDATE_MMIO arch=sev resp_len=16"
				  " tsm_code=0x1234 ret=-1 errno=EIO\n");
}

static void test_ioctl_by_value(void **state)
{
	struct fixture *f = *state;
	struct ioctl_call call = {.layout = &layout_kvm_create_vm, .nr = 0xae01, .effect = EFFECT_SETUP, .value = 16};

	f->fake->ret = 9;
	capture_begin(f);
	kernel_ioctl(f->trace, 3, &call);
	assert_string_equal(capture_end(f), "ioctl nr=0xae01 value=0x10 name=KVM_CREATE_VM ret=9\n");
}

/* Fields that do not lie inside the struct as passed are not read. */
static void test_field_beyond_struct(void **state)
{
	static const struct ioctl_field fields[] = {
		{"a", 0, 1, false, false}, {"b", 2, 2, false, true}, {"c", 4, 8, false, false}};
	static const struct ioctl_layout layout = {"ODD", fields, 3};
	struct fixture *f = *state;
	const struct {
		uint8_t a[2];
		uint16_t b;
		uint8_t c[4];
	} arg = {{200}, 0x1234, {1, 2, 3, 4}};
	struct ioctl_call call = {.layout = &layout, .nr = 1, .arg = (void *)(uintptr_t)&arg, .size = sizeof(arg)};

	capture_begin(f);
	kernel_ioctl(f->trace, 3, &call);
	assert_string_equal(capture_end(f), "ioctl nr=0x1 size=8 a=200 b=0x1234 name=ODD ret=0\n");
}

static void test_long_request_is_cut(void **state)
{
	struct fixture *f = *state;
	uint8_t request[65] = {0};
	struct tsm_req48 arg = {.size = sizeof(arg)};
	struct ioctl_call call = {
		.layout = &layout_tsm_req48,
		.arg = &arg,
		.size = sizeof(arg),
		.request = request,
		.request_len = sizeof(request),
	};

	capture_begin(f);
	kernel_ioctl(f->trace, 3, &call);
	const char *req = strstr(capture_end(f), " req=");
	assert_non_null(req);
	assert_int_equal(strspn(req + 5, "0"), 128);
	assert_memory_equal(req + 5 + 128, "... ", 4);
}

static void test_open_escapes_its_path(void **state)
{
	static const struct {
		const char *path, *shown;
	} rows[] = {
		{"/dev/iommu", "/dev/iommu"},
		{"", "\"\""},
		{"/a b", "\"/a b\""},
		{"/a\"\\", "\"/a\\\"\\\\\""},
		{"/\x1b[2J\n\xc3\xa9", "\"/\\x1b[2J\\x0a\\xc3\\xa9\""},
	};
	struct fixture *f = *state;
	char expected[256];

	f->fake->ret = 4;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		capture_begin(f);
		int ret = kernel_open(f->trace, rows[i].path, O_RDWR, EFFECT_PROBE);
		const char *line = capture_end(f);
		assert_int_equal(ret, 4);
		assert_int_equal(f->fake->effect, EFFECT_PROBE);
		snprintf(expected, sizeof(expected), "open path=%s flags=0x2 ret=4\n", rows[i].shown);
		assert_string_equal(line, expected);
	}
}

static void test_reads(void **state)
{
	struct fixture *f = *state;
	char buf[16];
	struct names names;

	f->fake->bytes = "tsm0\n";
	f->fake->ret = 5;
	capture_begin(f);
	kernel_read_file(f->trace, "/sys/x", buf, sizeof(buf));
	kernel_read_link(f->trace, "/sys/y", buf, sizeof(buf));
	f->fake->ret = -ENOENT;
	kernel_read_link(f->trace, "/sys/y", buf, sizeof(buf));
	kernel_list_dir(f->trace, "/sys/z", &names);
	f->fake->ret = 0;
	kernel_list_dir(f->trace, "/sys/z", &names);
	kernel_close(f->trace, 8);
	f->fake->ret = 11;
	kernel_pidfd_getfd(f->trace, 4242, 17);
	f->fake->ret = 0;
	kernel_random(f->trace, buf, 4);
	assert_string_equal(capture_end(f), "read_file path=/sys/x ret=5\n"
					    "read_link path=/sys/y target=\"tsm0\\x0a\" ret=5\n"
					    "read_link path=/sys/y ret=-1 errno=ENOENT\n"
					    "list_dir path=/sys/z ret=-1 errno=ENOENT\n"
					    "list_dir path=/sys/z count=0 ret=0\n"
					    "close fd=8 ret=0\n"
					    "pidfd_getfd pid=4242 target=17 ret=11\n"
					    "random len=4 ret=0\n");
}

static void test_netlink(void **state)
{
	const struct nlmsghdr header = {.nlmsg_len = 20, .nlmsg_type = 0x1f, .nlmsg_flags = 0x301, .nlmsg_seq = 1};
	struct fixture *f = *state;
	uint8_t msg[20] = {0}, buf[64];

	memcpy(msg, &header, sizeof(header));
	msg[16] = 1;
	f->fake->bytes = msg;
	f->fake->ret = 20;
	capture_begin(f);
	kernel_nl_send(f->trace, 3, msg, sizeof(msg), EFFECT_CHANGE);
	kernel_nl_recv(f->trace, 3, buf, sizeof(buf), 1000);
	f->fake->ret = 3;
	kernel_nl_recv(f->trace, 3, buf, sizeof(buf), 1000);
	f->fake->ret = -ETIMEDOUT;
	kernel_nl_recv(f->trace, 3, buf, sizeof(buf), 1000);
	f->fake->ret = 6;
	kernel_nl_open(f->trace);
	assert_string_equal(capture_end(f), "netlink_send len=20 type=0x1f flags=0x301 cmd=1 seq=1"
					    " bytes=140000001f000103010000000000000001000000 ret=20\n"
					    "netlink_recv len=20 type=0x1f flags=0x301 cmd=1 seq=1 ret=20\n"
					    "netlink_recv len=3 ret=3\n"
					    "netlink_recv ret=-1 errno=ETIMEDOUT\n"
					    "netlink_open ret=6\n");
	assert_int_equal(f->fake->effect, EFFECT_CHANGE);
}

/* A line goes out whole, in one write: a packet pipe keeps the boundaries. */
static void test_one_write_for_each_line(void **state)
{
	struct fixture *f = *state;
	int end[2];
	char packet[256];

	assert_int_equal(pipe2(end, O_DIRECT | O_CLOEXEC), 0);
	int saved = dup(STDERR_FILENO);
	dup2(end[1], STDERR_FILENO);
	kernel_close(f->trace, 1000);
	kernel_nl_open(f->trace);
	dup2(saved, STDERR_FILENO);
	close(saved);
	ssize_t len = read(end[0], packet, sizeof(packet));
	assert_int_equal(len, strlen("close fd=1000 ret=0\n"));
	assert_memory_equal(packet, "close fd=1000 ret=0\n", (size_t)len);
	close(end[0]);
	close(end[1]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_backend_is_the_one_below, setup, teardown),
		cmocka_unit_test(test_free_reaches_below),
		cmocka_unit_test_setup_teardown(test_request, setup, teardown),
		cmocka_unit_test_setup_teardown(test_out_fields_after_the_call, setup, teardown),
		cmocka_unit_test_setup_teardown(test_ioctl_by_value, setup, teardown),
		cmocka_unit_test_setup_teardown(test_field_beyond_struct, setup, teardown),
		cmocka_unit_test_setup_teardown(test_long_request_is_cut, setup, teardown),
		cmocka_unit_test_setup_teardown(test_open_escapes_its_path, setup, teardown),
		cmocka_unit_test_setup_teardown(test_reads, setup, teardown),
		cmocka_unit_test_setup_teardown(test_netlink, setup, teardown),
		cmocka_unit_test_setup_teardown(test_one_write_for_each_line, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
