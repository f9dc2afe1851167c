// SPDX-License-Identifier: GPL-2.0-or-later
/* --dry-run: what is made, what is only noted, and that the notes hold every byte. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <linux/genetlink.h>
#include <linux/netlink.h>

#include "abi/ioctl.h"
#include "fake_kernel.h"

enum { FIRST_STAND_IN = 1 << 20 };

struct fixture {
	struct kernel *dry;
	struct fake_kernel *fake;
};

static int setup(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));

	assert_non_null(f);
	f->fake = fake_kernel_new();
	assert_non_null(f->fake);
	f->dry = kernel_dryrun(&f->fake->kernel);
	assert_non_null(f->dry);
	*state = f;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *f = *state;

	kernel_free(f->dry);
	free(f);
	return 0;
}

static void assert_note_count(struct fixture *f, size_t expected)
{
	size_t count;

	kernel_dryrun_calls(f->dry, &count);
	assert_int_equal(count, expected);
}

static const struct noted_call *last_note(struct fixture *f)
{
	size_t count;
	const struct noted_call *note = kernel_dryrun_calls(f->dry, &count);

	assert_true(count > 0);
	return &note[count - 1];
}

static void test_free_reaches_below(void **state)
{
	(void)state;
	bool freed = false;
	struct fake_kernel *fake = fake_kernel_new();
	assert_non_null(fake);
	fake->freed = &freed;
	kernel_free(kernel_dryrun(&fake->kernel));
	assert_true(freed);
}

/* Everything that only looks is made as it is. */
static void test_reads_pass(void **state)
{
	struct fixture *f = *state;
	struct tsm_req48 arg = {.size = sizeof(arg)};
	struct ioctl_call call = {
		.layout = &layout_tsm_probe, .nr = 0x3b96, .effect = EFFECT_PROBE, .arg = &arg, .size = sizeof(arg)};
	struct names names;
	char buf[8];

	f->fake->ret = 4;
	f->fake->bytes = "abcd";
	assert_int_equal(kernel_open(f->dry, "/dev/iommu", O_RDWR, EFFECT_PROBE), 4);
	assert_int_equal(kernel_open(f->dry, "/dev/iommu", O_RDWR, EFFECT_READ), 4);
	assert_int_equal(kernel_ioctl(f->dry, 4, &call), 4);
	call.effect = EFFECT_READ;
	assert_int_equal(kernel_ioctl(f->dry, 4, &call), 4);
	assert_int_equal(kernel_read_file(f->dry, "/sys/x", buf, sizeof(buf)), 4);
	assert_int_equal(kernel_read_link(f->dry, "/sys/x", buf, sizeof(buf)), 4);
	assert_string_equal(buf, "abcd");
	assert_int_equal(kernel_list_dir(f->dry, "/sys", &names), 4);
	assert_int_equal(kernel_pidfd_getfd(f->dry, 1, 2), 4);
	assert_int_equal(kernel_nl_open(f->dry), 4);
	assert_int_equal(kernel_nl_send(f->dry, 4, "x", 1, EFFECT_READ), 4);
	assert_int_equal(kernel_close(f->dry, 4), 4);
	assert_int_equal(f->fake->calls, 11);
	assert_note_count(f, 0);
}

static void test_setup_open_gives_stand_ins(void **state)
{
	struct fixture *f = *state;
	char path[] = "/dev/vfio/devices/vfio0";

	int a = kernel_open(f->dry, path, O_RDWR, EFFECT_SETUP);
	memset(path, 'X', sizeof(path) - 1); /* the note must not point to the caller's memory */
	int b = kernel_open(f->dry, "/dev/iommu", O_RDWR, EFFECT_SETUP);
	assert_true(a >= FIRST_STAND_IN);
	assert_true(b >= FIRST_STAND_IN);
	assert_int_not_equal(a, b);
	assert_note_count(f, 2);
	assert_string_equal(last_note(f)->kind, "open");
	assert_string_equal(last_note(f)->name, "/dev/iommu");
	assert_string_equal(last_note(f)[-1].name, "/dev/vfio/devices/vfio0");
	assert_int_equal(kernel_close(f->dry, a), 0);
	assert_int_equal(kernel_close(f->dry, b), 0);
	assert_int_equal(f->fake->calls, 0);
}

static void test_setup_ioctl_succeeds_unmade(void **state)
{
	struct fixture *f = *state;
	struct iommu_ioas_alloc arg = {.size = sizeof(arg)};
	struct ioctl_call call = {
		.layout = &layout_iommu_ioas_alloc,
		.nr = NR_IOMMU_IOAS_ALLOC,
		.effect = EFFECT_SETUP,
		.arg = &arg,
		.size = sizeof(arg),
	};

	f->fake->ret = -EPERM;
	assert_int_equal(kernel_ioctl(f->dry, 5, &call), 0);
	assert_int_equal(arg.out_ioas_id, 0);
	assert_int_equal(f->fake->calls, 0);
	assert_string_equal(last_note(f)->name, "IOMMU_IOAS_ALLOC");
	assert_int_equal(last_note(f)->len, sizeof(arg));
}

static void test_kvm_descriptors_are_stand_ins(void **state)
{
	struct fixture *f = *state;
	struct ioctl_call vm = {.layout = &layout_kvm_create_vm, .nr = NR_KVM_CREATE_VM, .effect = EFFECT_SETUP};
	struct kvm_create_device_arg arg = {.type = KVM_DEVICE_TYPE_VFIO};
	struct ioctl_call device = {
		.layout = &layout_kvm_create_device,
		.nr = NR_KVM_CREATE_DEVICE,
		.effect = EFFECT_SETUP,
		.arg = &arg,
		.size = sizeof(arg),
	};

	int fd = kernel_ioctl(f->dry, 5, &vm);
	assert_true(fd >= FIRST_STAND_IN);
	assert_null(last_note(f)->bytes);
	assert_int_equal(kernel_ioctl(f->dry, fd, &device), 0);
	assert_true(arg.fd >= FIRST_STAND_IN);
	assert_int_not_equal(arg.fd, fd);
	assert_int_equal(kernel_close(f->dry, (int)arg.fd), 0);
	assert_int_equal(f->fake->calls, 0);
}

static void test_looking_at_a_stand_in(void **state)
{
	struct fixture *f = *state;
	struct tsm_req48 arg = {.size = sizeof(arg)};
	struct ioctl_call call = {
		.layout = &layout_tsm_req48, .nr = 0x3b96, .effect = EFFECT_READ, .arg = &arg, .size = sizeof(arg)};
	int fd = kernel_open(f->dry, "/dev/iommu", O_RDWR, EFFECT_SETUP);

	assert_int_equal(kernel_ioctl(f->dry, fd, &call), -ECANCELED);
	assert_int_equal(f->fake->calls, 0);
	assert_note_count(f, 2);
}

/* What differs from run to run reads 0, in the struct and in the request; the caller's own bytes stay. */
static void test_addresses_are_not_noted(void **state)
{
	struct fixture *f = *state;
	struct tsm_req48 arg = {.size = sizeof(arg), .op = 6, .req_uptr = ~0ull, .resp_uptr = ~0ull, .tsm_code = ~0ull};
	uint8_t request[20];
	const struct ioctl_address address[] = {
		{.offset = 8, .in_request = true},
		{.offset = 13, .in_request = true}, /* does not fit */
		{.offset = offsetof(struct tsm_req48, req_uptr)},
		{.offset = offsetof(struct tsm_req48, resp_uptr)},
		{.offset = SIZE_MAX},
	};
	struct ioctl_call call = {
		.layout = &layout_tsm_req48,
		.effect = EFFECT_CHANGE,
		.arg = &arg,
		.size = sizeof(arg),
		.request = request,
		.request_len = sizeof(request),
		.address = address,
		.address_count = sizeof(address) / sizeof(address[0]),
	};

	memset(request, 0xff, sizeof(request));
	assert_int_equal(kernel_ioctl(f->dry, 5, &call), -ECANCELED);

	const struct noted_call *n = last_note(f);
	const struct tsm_req48 noted = {.size = sizeof(noted), .op = 6, .tsm_code = ~0ull};

	assert_memory_equal(n->bytes, &noted, sizeof(noted));
	assert_memory_equal(n->payload, "\xff\xff\xff\xff\xff\xff\xff\xff\0\0\0\0\0\0\0\0\xff\xff\xff\xff", 20);
	assert_true(arg.req_uptr == ~0ull);
	assert_int_equal(request[8], 0xff);
}

static void test_change_is_noted_with_every_byte(void **state)
{
	struct fixture *f = *state;
	struct tsm_req48 arg = {.size = sizeof(arg), .vdevice_id = 1, .op = 2, .tvm_arch = 2, .req_len = 4};
	const struct tsm_req48 sent = arg;
	uint8_t request[] = {1, 2, 3, 4};
	struct ioctl_call call = {
		.layout = &layout_tsm_req48,
		.nr = 0x3b96,
		.effect = EFFECT_CHANGE,
		.arg = &arg,
		.size = sizeof(arg),
		.request = request,
		.request_len = sizeof(request),
		.op_name = "SET_TDI_STATE",
		.arch_name = "sev",
		.payload_assumed = true,
	};

	assert_int_equal(kernel_ioctl(f->dry, 5, &call), -ECANCELED);
	assert_int_equal(f->fake->calls, 0);
	memset(&arg, 0xff, sizeof(arg));
	memset(request, 0xff, sizeof(request));
	const struct noted_call *n = last_note(f);
	assert_string_equal(n->kind, "ioctl");
	assert_string_equal(n->name, "IOMMU_VDEVICE_TSM_REQ");
	assert_string_equal(n->op_name, "SET_TDI_STATE");
	assert_int_equal(n->nr, 0x3b96);
	assert_int_equal(n->len, sizeof(sent));
	assert_memory_equal(n->bytes, &sent, sizeof(sent));
	assert_int_equal(n->payload_len, 4);
	assert_memory_equal(n->payload, "\x01\x02\x03\x04", 4);
	assert_true(n->payload_assumed);
}

static void test_change_open_is_refused(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(kernel_open(f->dry, "/sys/x", O_WRONLY, EFFECT_CHANGE), -ECANCELED);
	assert_int_equal(f->fake->calls, 0);
	assert_note_count(f, 1);
}

/* A CTRL_CMD_NEWFAMILY answer as nlctrl sends it: id 0x21, name "device-evidence", then one more attribute. */
static const uint8_t new_family[] = {
	0x38, 0, 0, 0, 0x10, 0,   0,   0,   1,   0,   0,   0,   9,   0,   0,   0, /* nlmsghdr: 56 bytes, nlctrl, seq 1,
										     port 9 */
	1,    2, 0, 0,                                                            /* NEWFAMILY, version 2 */
	0x14, 0, 2, 0, 'd',  'e', 'v', 'i', 'c', 'e', '-', 'e', 'v', 'i', 'd', 'e', 'n', 'c', 'e', 0, /* NAME */
	6,    0, 1, 0, 0x21, 0,   0,   0,                                                             /* FAMILY_ID */
	8,    0, 3, 0, 1,    0,   0,   0,                                                             /* VERSION */
};

static void send_change(struct fixture *f, uint16_t family, struct nlmsghdr *msg)
{
	*msg = (struct nlmsghdr){.nlmsg_len = sizeof(*msg), .nlmsg_type = family};
	assert_int_equal(kernel_nl_send(f->dry, 3, msg, sizeof(*msg), EFFECT_CHANGE), -ECANCELED);
}

static void test_netlink_change_names_the_family(void **state)
{
	struct fixture *f = *state;
	_Alignas(struct nlmsghdr) uint8_t buf[256];
	struct nlmsghdr msg;

	f->fake->bytes = new_family;
	f->fake->ret = (int)sizeof(new_family);
	assert_int_equal(kernel_nl_recv(f->dry, 3, buf, sizeof(buf), 100), sizeof(new_family));
	send_change(f, 0x21, &msg);
	assert_string_equal(last_note(f)->kind, "netlink");
	assert_string_equal(last_note(f)->name, "device-evidence");
	assert_int_equal(last_note(f)->len, sizeof(msg));
	assert_memory_equal(last_note(f)->bytes, &msg, sizeof(msg));
	send_change(f, 0x22, &msg);
	assert_string_equal(last_note(f)->name, "netlink");
	assert_int_equal(f->fake->calls, 1);
}

/* Damaged answers of the controller teach nothing and harm nothing: each length from 0 on, and each byte altered. */
static void test_damaged_answers(void **state)
{
	struct fixture *f = *state;
	uint8_t damaged[sizeof(new_family)];
	_Alignas(struct nlmsghdr) uint8_t buf[sizeof(new_family)];

	for (int len = 0; len < (int)sizeof(new_family); len++) {
		f->fake->bytes = new_family;
		f->fake->ret = len;
		assert_int_equal(kernel_nl_recv(f->dry, 3, buf, sizeof(buf), 100), len);
	}
	struct nlmsghdr msg;
	send_change(f, 0x21, &msg);
	assert_string_equal(last_note(f)->name, "netlink");

	for (size_t i = 0; i < sizeof(new_family); i++) {
		memcpy(damaged, new_family, sizeof(damaged));
		damaged[i] ^= 0xff;
		f->fake->bytes = damaged;
		f->fake->ret = (int)sizeof(damaged);
		assert_int_equal(kernel_nl_recv(f->dry, 3, buf, sizeof(buf), 100), sizeof(damaged));
	}
}

static void test_receive_errors_pass(void **state)
{
	struct fixture *f = *state;
	uint8_t buf[16];

	f->fake->ret = -ENOBUFS;
	assert_int_equal(kernel_nl_recv(f->dry, 3, buf, sizeof(buf), 100), -ENOBUFS);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_free_reaches_below),
		cmocka_unit_test_setup_teardown(test_reads_pass, setup, teardown),
		cmocka_unit_test_setup_teardown(test_setup_open_gives_stand_ins, setup, teardown),
		cmocka_unit_test_setup_teardown(test_setup_ioctl_succeeds_unmade, setup, teardown),
		cmocka_unit_test_setup_teardown(test_kvm_descriptors_are_stand_ins, setup, teardown),
		cmocka_unit_test_setup_teardown(test_looking_at_a_stand_in, setup, teardown),
		cmocka_unit_test_setup_teardown(test_addresses_are_not_noted, setup, teardown),
		cmocka_unit_test_setup_teardown(test_change_is_noted_with_every_byte, setup, teardown),
		cmocka_unit_test_setup_teardown(test_change_open_is_refused, setup, teardown),
		cmocka_unit_test_setup_teardown(test_netlink_change_names_the_family, setup, teardown),
		cmocka_unit_test_setup_teardown(test_damaged_answers, setup, teardown),
		cmocka_unit_test_setup_teardown(test_receive_errors_pass, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
