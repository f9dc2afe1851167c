// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Where the simulated kernel was found to be otherwise than a real one, or than the description (tests/kernel/calls).
 */
#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "sim_build.h"

enum { VCA = 0, MEASUREMENTS = 2, REPORT = 3, VCA_SIZE = 152 };

/* A session of its own on 0000:01:00.1, as far as its device object. */
struct session {
	struct kernel *k;
	int iommufd;
	int vfio;
	uint32_t device;
	uint32_t ioas;
};

static void open_session(struct session *o)
{
	struct iommu_ioas_alloc ioas = {.size = sizeof(ioas)};
	struct vfio_bind_iommufd bind = {.argsz = sizeof(bind)};

	o->k = sim("sev");
	o->iommufd = kernel_open(o->k, "/dev/iommu", O_RDWR, EFFECT_SETUP);
	o->vfio = kernel_open(o->k, "/dev/vfio/devices/vfio1", O_RDWR, EFFECT_SETUP);
	bind.iommufd = o->iommufd;
	assert_int_equal(call(o->k, o->vfio, 0x3b76, &bind, sizeof(bind)), 0);
	assert_int_equal(call(o->k, o->iommufd, 0x3b81, &ioas, sizeof(ioas)), 0);
	o->device = bind.out_devid;
	o->ioas = ioas.out_ioas_id;
}

static int hwpt(const struct session *o, struct iommu_hwpt_alloc *a)
{
	a->dev_id = a->dev_id ? a->dev_id : o->device;
	return call(o->k, o->iommufd, 0x3b89, a, a->size);
}

static void hwpts_are_checked_in_the_kernels_order(void **state)
{
	struct session o;

	(void)state;
	open_session(&o);
	assert_int_equal(hwpt(&o, &(struct iommu_hwpt_alloc){.size = 20, .pt_id = o.ioas}), -EINVAL);
	assert_int_equal(hwpt(&o, &(struct iommu_hwpt_alloc){.size = 24, .pt_id = o.ioas}), 0);
	assert_int_equal(hwpt(&o, &(struct iommu_hwpt_alloc){.size = 48, .pt_id = o.ioas, .reserved2 = 1}), 0);
	assert_int_equal(hwpt(&o, &(struct iommu_hwpt_alloc){.size = 48, .pt_id = 99}), -EINVAL);
	assert_int_equal(hwpt(&o, &(struct iommu_hwpt_alloc){.size = 48, .pt_id = o.device}), -EINVAL);
	assert_int_equal(hwpt(&o, &(struct iommu_hwpt_alloc){.size = 48, .flags = 1u << 31, .pt_id = 99}), -EINVAL);
	assert_int_equal(hwpt(&o, &(struct iommu_hwpt_alloc){.size = 48, .flags = 1u << 31, .dev_id = 99}), -ENOENT);
	assert_int_equal(hwpt(&o, &(struct iommu_hwpt_alloc){.size = 48, .flags = 1u << 31, .pt_id = o.ioas}),
			 -EOPNOTSUPP);
	kernel_free(o.k);
}

static void viommus_take_the_oldest_struct(void **state)
{
	struct iommu_hwpt_alloc parent = {.size = 48, .flags = 1};
	struct iommu_viommu_alloc a = {.size = 24, .type = 3};
	struct session o;

	(void)state;
	open_session(&o);
	parent.pt_id = o.ioas;
	assert_int_equal(hwpt(&o, &parent), 0);
	a.dev_id = o.device;
	a.hwpt_id = parent.out_hwpt_id;
	assert_int_equal(call(o.k, o.iommufd, 0x3b90, &a, a.size), 0);
	a.size = 40;
	a.reserved = 1;
	assert_int_equal(call(o.k, o.iommufd, 0x3b90, &a, a.size), 0);
	kernel_free(o.k);
}

static void tokens_are_read_before_they_are_refused(void **state)
{
	static const uint8_t token[16];
	struct kernel *k = sim("cca");
	int vfio = kernel_open(k, "/dev/vfio/devices/vfio1", O_RDWR, EFFECT_SETUP);
	struct {
		struct vfio_bind_iommufd bind;
		uint32_t behind;
	} a = {{.argsz = sizeof(a.bind), .flags = 1, .iommufd = 99}, 1};

	(void)state;
	assert_int_equal(call(k, vfio, 0x3b76, &a, sizeof(a)), -EFAULT);
	a.bind.token_uuid_ptr = (uintptr_t)token;
	assert_int_equal(call(k, vfio, 0x3b76, &a, sizeof(a)), -EINVAL);
	a.bind.flags = 0;
	assert_int_equal(call(k, vfio, 0x3b76, &a, sizeof(a)), -EBADF);
	a.bind.argsz = sizeof(a);
	assert_int_equal(call(k, vfio, 0x3b76, &a, sizeof(a)), -E2BIG);
	kernel_free(k);
}

/* Only the bytes that are there can be written, and only those that are written must be there. */
static void responses_may_be_larger_than_their_memory(void **state)
{
	struct kernel *k = sim("cca");
	int fd = kernel_pidfd_getfd(k, VMM, VMM_IOMMUFD);
	uint64_t payload[2] = {VCA};
	uint8_t bytes[VCA_SIZE];
	struct tsm_req48 a = {48, 1, 5, CCA, 16, 4096, (uintptr_t)payload, (uintptr_t)bytes, 0};
	struct ioctl_call c = {.nr = 0x3b96,
			       .arg = &a,
			       .size = sizeof(a),
			       .request = payload,
			       .request_len = sizeof(payload),
			       .response = bytes,
			       .response_len = sizeof(bytes)};

	(void)state;
	assert_int_equal(kernel_ioctl(k, fd, &c), 4096 - VCA_SIZE);
	c.response_len--;
	assert_int_equal(kernel_ioctl(k, fd, &c), -EIO);
	a.op = 7;
	a.req_len = 4;
	c.response_len = 4;
	assert_int_equal(kernel_ioctl(k, fd, &c), 4092);
	c.response_len = 3;
	assert_int_equal(kernel_ioctl(k, fd, &c), -EFAULT);
	kernel_free(k);
}

static int regen(struct kernel *k, int fd, uint32_t object, uint32_t reserved, const void *nonce)
{
	struct {
		uint32_t object, reserved;
		uint64_t flags, nonce;
	} payload = {object, reserved, 0, (uintptr_t)nonce};
	struct req r = {0x3b96, 1, 6, CCA, &payload, sizeof(payload), NULL, 0, 0};

	return send_req(k, fd, &r);
}

static void reserved_words_are_zero(void **state)
{
	static const uint8_t nonce[32];
	struct kernel *k = sim("cca");
	int fd = kernel_pidfd_getfd(k, VMM, VMM_IOMMUFD);
	uint8_t bytes[4096];
	uint32_t read[4] = {VCA, 1};
	struct req r = {0x3b96, 1, 5, CCA, read, sizeof(read), bytes, sizeof(bytes), 0};
	uint64_t code;

	(void)state;
	assert_int_equal(send_req(k, fd, &r), -EINVAL);
	assert_int_equal(set_state(k, fd, CCA, 1, &code), 0);
	assert_int_equal(regen(k, fd, MEASUREMENTS, 1, nonce), -EINVAL);
	assert_int_equal(regen(k, fd, MEASUREMENTS, 0, nonce), 0);
	assert_int_equal(regen(k, fd, REPORT, 0, nonce), -EINVAL);
	assert_int_equal(regen(k, fd, REPORT, 0, NULL), 0);
	kernel_free(k);
}

/* An object of 0 bytes is one; one that was never made is not. */
static void empty_objects_are_objects(void **state)
{
	static const char scenario[] = "{\"devices\": [{\"device\": \"0000:01:00.0\", \"evidence\": {\"vca\": \"\"}}]}";
	char path[] = "/tmp/tsmctl-test-XXXXXX.json";
	int file = mkstemps(path, 5);
	struct kernel *k;

	(void)state;
	assert_int_equal(write(file, scenario, sizeof(scenario) - 1), sizeof(scenario) - 1);
	close(file);
	k = sim(path);
	unlink(path);
	assert_int_equal(object_size(k, kernel_pidfd_getfd(k, VMM, VMM_IOMMUFD), VCA), -1000);
	kernel_free(k);

	k = sim("cca");
	assert_true(object_size(k, kernel_pidfd_getfd(k, VMM, VMM_IOMMUFD), VCA) == VCA_SIZE);
	kernel_free(k);
}

/* The length of a payload is wrong before its bytes are missing. */
static void scope_lengths_come_before_pointers(void **state)
{
	struct kernel *k = sim("abi=scope40-v5");
	int fd = kernel_pidfd_getfd(k, VMM, VMM_IOMMUFD);
	uint32_t payload[2] = {6, 1};
	struct tsm_req40 a = {40, 1, 1, 32, 0, 0, (uintptr_t)payload, 0};
	struct ioctl_call c = {
		.nr = 0x3b96, .arg = &a, .size = sizeof(a), .request = payload, .request_len = sizeof(payload)};

	(void)state;
	assert_int_equal(kernel_ioctl(k, fd, &c), -EINVAL);
	a.req_len = 8;
	c.request_len = 4;
	assert_int_equal(kernel_ioctl(k, fd, &c), -EFAULT);
	kernel_free(k);
}

static int setup(void **state)
{
	*state = state_dir();
	return 0;
}

static int teardown(void **state)
{
	remove_dir(*state);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(hwpts_are_checked_in_the_kernels_order),
		cmocka_unit_test(viommus_take_the_oldest_struct),
		cmocka_unit_test(tokens_are_read_before_they_are_refused),
		cmocka_unit_test_setup_teardown(responses_may_be_larger_than_their_memory, setup, teardown),
		cmocka_unit_test_setup_teardown(reserved_words_are_zero, setup, teardown),
		cmocka_unit_test_setup_teardown(empty_objects_are_objects, setup, teardown),
		cmocka_unit_test_setup_teardown(scope_lengths_come_before_pointers, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
