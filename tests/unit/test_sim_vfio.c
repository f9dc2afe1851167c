// SPDX-License-Identifier: GPL-2.0-or-later
/* What VFIO and KVM refuse, with the errnos of Linux: a tool that asks wrongly must find out on the simulator. */
#include "sim_build.h"

#include <errno.h>
#include <fcntl.h>

enum {
	BIND = 0x3b76,
	CREATE_VM = 0xae01,
	CREATE_DEVICE = 0xc00caee0,
	SET_DEVICE_ATTR = 0x4018aee1,
	VFIO_DEVICE = 4, /* KVM_DEV_TYPE_VFIO */
};

struct machine {
	struct kernel *k;
	char *dir;
	int iommufd, vfio, vm, device;
};

static int create_device(const struct machine *m, struct kvm_create_device_arg *a)
{
	return call(m->k, m->vm, CREATE_DEVICE, a, sizeof(*a));
}

static int setup(void **state)
{
	struct machine *m = calloc(1, sizeof(*m));
	struct ioctl_call create = {.nr = CREATE_VM};
	struct kvm_create_device_arg device = {.type = VFIO_DEVICE};

	assert_non_null(m);
	m->dir = state_dir();
	m->k = sim("cca");
	m->iommufd = kernel_open(m->k, "/dev/iommu", O_RDWR, EFFECT_SETUP);
	m->vfio = kernel_open(m->k, "/dev/vfio/devices/vfio1", O_RDWR, EFFECT_SETUP);
	m->vm = kernel_ioctl(m->k, kernel_open(m->k, "/dev/kvm", O_RDWR, EFFECT_SETUP), &create);
	assert_int_equal(create_device(m, &device), 0);
	m->device = (int)device.fd;
	*state = m;
	return 0;
}

static int teardown(void **state)
{
	struct machine *m = *state;

	kernel_free(m->k);
	remove_dir(m->dir);
	free(m);
	return 0;
}

static int bind_with(const struct machine *m, uint32_t argsz, uint32_t flags)
{
	struct vfio_bind_iommufd a = {.argsz = argsz, .flags = flags, .iommufd = m->iommufd};

	return call(m->k, m->vfio, BIND, &a, sizeof(a));
}

static void test_bind(void **state)
{
	struct machine *m = *state, other = *m;

	assert_int_equal(call(m->k, m->vfio, BIND, NULL, 0), -EFAULT);
	assert_int_equal(call(m->k, m->vfio, BIND, &(uint32_t){8}, 4), -EINVAL);
	assert_int_equal(bind_with(m, 8, 0), -EINVAL);
	assert_int_equal(bind_with(m, 16, 2), -EINVAL);
	assert_int_equal(bind_with(m, 24, 1), -EFAULT); /* a token at address 0 */
	assert_int_equal(call(m->k, m->vfio, CREATE_VM, NULL, 0), -ENOTTY);
	assert_int_equal(bind_with(m, 16, 0), 0);
	/* Another descriptor of the same function. */
	other.vfio = kernel_open(m->k, "/dev/vfio/devices/vfio1", O_RDWR, EFFECT_SETUP);
	assert_int_equal(bind_with(&other, 16, 0), -EINVAL);
}

static void test_devices_of_a_vm(void **state)
{
	struct machine *m = *state;
	struct kvm_create_device_arg only_test = {.type = VFIO_DEVICE, .flags = 1}, unknown = {.type = 99};

	assert_int_equal(create_device(m, &only_test), 0);
	assert_int_equal(only_test.fd, 0);
	assert_int_equal(create_device(m, &unknown), -ENODEV);
	assert_int_equal(call(m->k, m->vm, CREATE_DEVICE, NULL, 0), -EFAULT);
	assert_int_equal(call(m->k, m->vm, CREATE_DEVICE, &unknown, 4), -EFAULT);
	assert_int_equal(call(m->k, m->vm, BIND, NULL, 0), -ENOTTY);
	assert_int_equal(call(m->k, m->device, BIND, NULL, 0), -ENOTTY);
}

static int set_attr(const struct machine *m, struct kvm_device_attr_arg a)
{
	return call(m->k, m->device, SET_DEVICE_ATTR, &a, sizeof(a));
}

static int add_file(const struct machine *m, int32_t fd)
{
	return set_attr(m, (struct kvm_device_attr_arg){0, 1, 1, (uintptr_t)&fd});
}

static void test_files_of_a_vm(void **state)
{
	struct machine *m = *state;

	assert_int_equal(set_attr(m, (struct kvm_device_attr_arg){.flags = 1, .group = 1, .attr = 1}), -EINVAL);
	assert_int_equal(set_attr(m, (struct kvm_device_attr_arg){.group = 2, .attr = 1}), -ENXIO);
	assert_int_equal(set_attr(m, (struct kvm_device_attr_arg){.group = 1, .attr = 3}), -ENXIO);
	assert_int_equal(set_attr(m, (struct kvm_device_attr_arg){.group = 1, .attr = 1, .addr = 8}), -EFAULT);
	assert_int_equal(call(m->k, m->device, SET_DEVICE_ATTR, NULL, 0), -EFAULT);
	assert_int_equal(call(m->k, m->device, SET_DEVICE_ATTR, &(uint32_t){0}, 4), -EFAULT);
	assert_int_equal(add_file(m, -1), -EBADF);
	assert_int_equal(add_file(m, 4000), -EBADF);
	assert_int_equal(add_file(m, m->vm), -EINVAL);
	assert_int_equal(add_file(m, m->vfio), 0);
	assert_int_equal(add_file(m, m->vfio), -EEXIST);
}

/* What is no descriptor, or one of another kind. */
static void test_descriptors(void **state)
{
	struct machine *m = *state;
	char byte;

	assert_int_equal(kernel_close(m->k, -1), -EBADF);
	assert_int_equal(kernel_close(m->k, 4000), -EBADF);
	assert_int_equal(call(m->k, 4000, BIND, NULL, 0), -EBADF);
	assert_int_equal(kernel_nl_send(m->k, m->vfio, "", 0, EFFECT_READ), -EBADF);
	assert_int_equal(kernel_nl_recv(m->k, m->vfio, &byte, 1, 0), -EBADF);
	assert_int_equal(kernel_open(m->k, "/dev/vfio/devices/vfio99", O_RDWR, EFFECT_SETUP), -ENOENT);
	assert_int_equal(kernel_open(m->k, "/dev/vfio/devices/vfio1x", O_RDWR, EFFECT_SETUP), -ENOENT);
	assert_int_equal(kernel_open(m->k, "/dev/null", O_RDWR, EFFECT_SETUP), -ENOENT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_bind, setup, teardown),
		cmocka_unit_test_setup_teardown(test_devices_of_a_vm, setup, teardown),
		cmocka_unit_test_setup_teardown(test_files_of_a_vm, setup, teardown),
		cmocka_unit_test_setup_teardown(test_descriptors, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
