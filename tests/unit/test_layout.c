// SPDX-License-Identifier: GPL-2.0-or-later
/* The structs and numbers of abi/ioctl.h, against offsets typed from the ABI's description and the system's headers. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

/* The merged headers name their structs as we do. */
#define iommu_destroy       system_iommu_destroy
#define iommu_ioas_alloc    system_iommu_ioas_alloc
#define iommu_hwpt_alloc    system_iommu_hwpt_alloc
#define iommu_viommu_alloc  system_iommu_viommu_alloc
#define iommu_vdevice_alloc system_iommu_vdevice_alloc
#if __has_include(<linux/iommufd.h>)
#include <linux/iommufd.h>
#endif
#if __has_include(<linux/vfio.h>)
#include <linux/vfio.h>
#endif
#if __has_include(<linux/kvm.h>)
#include <linux/kvm.h>
#endif
#undef iommu_destroy
#undef iommu_ioas_alloc
#undef iommu_hwpt_alloc
#undef iommu_viommu_alloc
#undef iommu_vdevice_alloc

#include "abi/ioctl.h"
#include "util/buf.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

struct member {
	const char *name;
	size_t offset, width;           /* as compiled */
	size_t want_offset, want_width; /* as described */
};

#define AT(type, member, offset, width)                                                                             \
	{                                                                                                           \
#type "." #member, offsetof(struct type, member), sizeof(((struct type *)0)->member), offset, width \
	}

static const struct member members[] = {
	AT(iommu_destroy, size, 0, 4),
	AT(iommu_destroy, id, 4, 4),
	AT(iommu_ioas_alloc, size, 0, 4),
	AT(iommu_ioas_alloc, flags, 4, 4),
	AT(iommu_ioas_alloc, out_ioas_id, 8, 4),
	AT(iommu_hwpt_alloc, size, 0, 4),
	AT(iommu_hwpt_alloc, flags, 4, 4),
	AT(iommu_hwpt_alloc, dev_id, 8, 4),
	AT(iommu_hwpt_alloc, pt_id, 12, 4),
	AT(iommu_hwpt_alloc, out_hwpt_id, 16, 4),
	AT(iommu_hwpt_alloc, reserved, 20, 4),
	AT(iommu_hwpt_alloc, data_type, 24, 4),
	AT(iommu_hwpt_alloc, data_len, 28, 4),
	AT(iommu_hwpt_alloc, data_uptr, 32, 8),
	AT(iommu_hwpt_alloc, fault_id, 40, 4),
	AT(iommu_hwpt_alloc, reserved2, 44, 4),
	AT(iommu_viommu_alloc, size, 0, 4),
	AT(iommu_viommu_alloc, flags, 4, 4),
	AT(iommu_viommu_alloc, type, 8, 4),
	AT(iommu_viommu_alloc, dev_id, 12, 4),
	AT(iommu_viommu_alloc, hwpt_id, 16, 4),
	AT(iommu_viommu_alloc, out_viommu_id, 20, 4),
	AT(iommu_viommu_alloc, data_len, 24, 4),
	AT(iommu_viommu_alloc, reserved, 28, 4),
	AT(iommu_viommu_alloc, data_uptr, 32, 8),
	AT(iommu_vdevice_alloc, size, 0, 4),
	AT(iommu_vdevice_alloc, viommu_id, 4, 4),
	AT(iommu_vdevice_alloc, dev_id, 8, 4),
	AT(iommu_vdevice_alloc, out_vdevice_id, 12, 4),
	AT(iommu_vdevice_alloc, virt_id, 16, 8),
	AT(vfio_bind_iommufd, argsz, 0, 4),
	AT(vfio_bind_iommufd, flags, 4, 4),
	AT(vfio_bind_iommufd, iommufd, 8, 4),
	AT(vfio_bind_iommufd, out_devid, 12, 4),
	AT(vfio_bind_iommufd, token_uuid_ptr, 16, 8),
	AT(kvm_create_device_arg, type, 0, 4),
	AT(kvm_create_device_arg, fd, 4, 4),
	AT(kvm_create_device_arg, flags, 8, 4),
	AT(kvm_device_attr_arg, flags, 0, 4),
	AT(kvm_device_attr_arg, group, 4, 4),
	AT(kvm_device_attr_arg, attr, 8, 8),
	AT(kvm_device_attr_arg, addr, 16, 8),
	AT(tsm_op_arg, size, 0, 4),
	AT(tsm_op_arg, type, 4, 4),
	AT(tsm_op_arg, flags, 8, 4),
	AT(tsm_op_arg, vdevice_id, 12, 4),
	AT(tsm_req40, size, 0, 4),
	AT(tsm_req40, vdevice_id, 4, 4),
	AT(tsm_req40, scope, 8, 4),
	AT(tsm_req40, req_len, 12, 4),
	AT(tsm_req40, resp_len, 16, 4),
	AT(tsm_req40, reserved, 20, 4),
	AT(tsm_req40, req_uptr, 24, 8),
	AT(tsm_req40, resp_uptr, 32, 8),
	AT(tsm_req48, size, 0, 4),
	AT(tsm_req48, vdevice_id, 4, 4),
	AT(tsm_req48, op, 8, 4),
	AT(tsm_req48, tvm_arch, 12, 4),
	AT(tsm_req48, req_len, 16, 4),
	AT(tsm_req48, resp_len, 20, 4),
	AT(tsm_req48, req_uptr, 24, 8),
	AT(tsm_req48, resp_uptr, 32, 8),
	AT(tsm_req48, tsm_code, 40, 8),
};

static void members_stand_where_the_abi_has_them(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(members); i++) {
		const struct member *m = &members[i];

		if (m->offset != m->want_offset || m->width != m->want_width)
			fail_msg("%s: %zu bytes at %zu, not %zu at %zu", m->name, m->width, m->offset, m->want_width,
				 m->want_offset);
	}
}

static void structs_have_the_size_of_the_abi(void **state)
{
	(void)state;
	assert_int_equal(sizeof(struct iommu_destroy), 8);
	assert_int_equal(sizeof(struct iommu_ioas_alloc), 12);
	assert_int_equal(sizeof(struct iommu_hwpt_alloc), 48);
	assert_int_equal(sizeof(struct iommu_viommu_alloc), 40);
	assert_int_equal(sizeof(struct iommu_vdevice_alloc), 24);
	assert_int_equal(sizeof(struct vfio_bind_iommufd), 24);
	assert_int_equal(sizeof(struct kvm_create_device_arg), 12);
	assert_int_equal(sizeof(struct kvm_device_attr_arg), 24);
	assert_int_equal(sizeof(struct tsm_op_arg), 16);
	assert_int_equal(sizeof(struct tsm_req40), 40);
	assert_int_equal(sizeof(struct tsm_req48), 48);
}

static void numbers_are_those_of_the_abi(void **state)
{
	(void)state;
	assert_int_equal(NR_IOMMU_DESTROY, 0x3b80);
	assert_int_equal(NR_IOMMU_IOAS_ALLOC, 0x3b81);
	assert_int_equal(NR_IOMMU_HWPT_ALLOC, 0x3b89);
	assert_int_equal(NR_IOMMU_VIOMMU_ALLOC, 0x3b90);
	assert_int_equal(NR_IOMMU_VDEVICE_ALLOC, 0x3b91);
	assert_int_equal(NR_VFIO_DEVICE_BIND_IOMMUFD, 0x3b76);
	assert_int_equal(NR_KVM_CREATE_VM, 0xae01);
	assert_int_equal(NR_KVM_CREATE_DEVICE, 0xc00caee0);
	assert_int_equal(NR_KVM_SET_DEVICE_ATTR, 0x4018aee1);
	assert_int_equal(IOMMU_HWPT_NEST_PARENT, 1);
	assert_int_equal(KVM_VFIO_GROUP_FILE, 1);
	assert_int_equal(KVM_VFIO_FILE_ADD, 1);
	assert_int_equal(TSM_OP_BIND, 1);
	assert_int_equal(TSM_OP_UNBIND, 2);
}

/* What --trace shows of each struct, as "label@offset:width", with ">" for what the kernel gives back. */
static const struct {
	const struct ioctl_layout *layout;
	const char *name;
	size_t size;
	const char *fields;
} layouts[] = {
	{&layout_iommu_destroy, "IOMMU_DESTROY", 8, "id@4:4 "},
	{&layout_iommu_ioas_alloc, "IOMMU_IOAS_ALLOC", 12, "ioas@8:4> "},
	{&layout_iommu_hwpt_alloc, "IOMMU_HWPT_ALLOC", 48, "flags@4:4 dev@8:4 pt@12:4 hwpt@16:4> "},
	{&layout_iommu_viommu_alloc, "IOMMU_VIOMMU_ALLOC", 40, "type@8:4 dev@12:4 hwpt@16:4 viommu@20:4> "},
	{&layout_iommu_vdevice_alloc, "IOMMU_VDEVICE_ALLOC", 24, "viommu@4:4 dev@8:4 virt_id@16:8 vdevice@12:4> "},
	{&layout_vfio_bind_iommufd, "VFIO_DEVICE_BIND_IOMMUFD", 24, "iommufd@8:4 dev@12:4> "},
	{&layout_kvm_create_vm, "KVM_CREATE_VM", 0, ""},
	{&layout_kvm_create_device, "KVM_CREATE_DEVICE", 12, "type@0:4 fd@4:4> "},
	{&layout_kvm_set_device_attr, "KVM_SET_DEVICE_ATTR", 24, "group@4:4 attr@8:8 "},
	{&layout_tsm_op, "IOMMU_VDEVICE_TSM_OP", 16, "vdevice@12:4 type@4:4 "},
	{&layout_tsm_req40, "IOMMU_VDEVICE_TSM_REQ", 40, "vdevice@4:4 scope@8:4 "},
	{&layout_tsm_req48, "IOMMU_VDEVICE_TSM_REQ", 48, "vdevice@4:4 op@8:4 tsm_code@40:8> "},
	{&layout_tsm_probe, "FINGERPRINT", 48, "vdevice@4:4 op@8:4 arch@12:4 "},
};

static void layouts_name_the_right_bytes(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(layouts); i++) {
		const struct ioctl_layout *l = layouts[i].layout;
		struct buf b = {0};

		assert_string_equal(l->name, layouts[i].name);
		buf_text(&b, "");
		for (size_t f = 0; f < l->field_count; f++)
			buf_printf(&b, "%s@%u:%u%s ", l->fields[f].name, l->fields[f].offset, l->fields[f].width,
				   l->fields[f].out ? ">" : "");
		assert_string_equal(b.data, layouts[i].fields);
		buf_free(&b);
	}
}

static void layouts_stay_inside_and_do_not_overlap(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(layouts); i++) {
		const struct ioctl_layout *l = layouts[i].layout;
		char taken[64] = {0};

		for (size_t f = 0; f < l->field_count; f++) {
			const struct ioctl_field *field = &l->fields[f];

			assert_in_range(field->offset + field->width, 1, layouts[i].size);
			assert_null(memchr(taken + field->offset, 1, field->width));
			memset(taken + field->offset, 1, field->width);
		}
	}
}

#define SAME_MEMBER(ours, our_member, theirs, their_member)                                                           \
	do {                                                                                                          \
		assert_int_equal(offsetof(struct ours, our_member), offsetof(struct theirs, their_member));           \
		assert_int_equal(sizeof(((struct ours *)0)->our_member), sizeof(((struct theirs *)0)->their_member)); \
	} while (0)

#ifdef IOMMU_IOAS_ALLOC
static void iommufd_is_that_of_the_system(void **state)
{
	(void)state;
	assert_int_equal(NR_IOMMU_DESTROY, IOMMU_DESTROY);
	assert_int_equal(NR_IOMMU_IOAS_ALLOC, IOMMU_IOAS_ALLOC);
	assert_int_equal(sizeof(struct iommu_destroy), sizeof(struct system_iommu_destroy));
	SAME_MEMBER(iommu_destroy, id, system_iommu_destroy, id);
	assert_int_equal(sizeof(struct iommu_ioas_alloc), sizeof(struct system_iommu_ioas_alloc));
	SAME_MEMBER(iommu_ioas_alloc, out_ioas_id, system_iommu_ioas_alloc, out_ioas_id);
#ifdef IOMMU_HWPT_ALLOC
	assert_int_equal(NR_IOMMU_HWPT_ALLOC, IOMMU_HWPT_ALLOC);
	SAME_MEMBER(iommu_hwpt_alloc, flags, system_iommu_hwpt_alloc, flags);
	SAME_MEMBER(iommu_hwpt_alloc, pt_id, system_iommu_hwpt_alloc, pt_id);
	SAME_MEMBER(iommu_hwpt_alloc, out_hwpt_id, system_iommu_hwpt_alloc, out_hwpt_id);
#endif
#ifdef IOMMU_VDEVICE_ALLOC
	assert_int_equal(NR_IOMMU_VIOMMU_ALLOC, IOMMU_VIOMMU_ALLOC);
	assert_int_equal(sizeof(struct iommu_viommu_alloc), sizeof(struct system_iommu_viommu_alloc));
	SAME_MEMBER(iommu_viommu_alloc, type, system_iommu_viommu_alloc, type);
	SAME_MEMBER(iommu_viommu_alloc, hwpt_id, system_iommu_viommu_alloc, hwpt_id);
	SAME_MEMBER(iommu_viommu_alloc, out_viommu_id, system_iommu_viommu_alloc, out_viommu_id);
	assert_int_equal(NR_IOMMU_VDEVICE_ALLOC, IOMMU_VDEVICE_ALLOC);
	assert_int_equal(sizeof(struct iommu_vdevice_alloc), sizeof(struct system_iommu_vdevice_alloc));
	SAME_MEMBER(iommu_vdevice_alloc, out_vdevice_id, system_iommu_vdevice_alloc, out_vdevice_id);
	SAME_MEMBER(iommu_vdevice_alloc, virt_id, system_iommu_vdevice_alloc, virt_id);
#endif
}
#endif

#ifdef VFIO_DEVICE_BIND_IOMMUFD
static void vfio_is_that_of_the_system(void **state)
{
	(void)state;
	assert_int_equal(NR_VFIO_DEVICE_BIND_IOMMUFD, VFIO_DEVICE_BIND_IOMMUFD);
	SAME_MEMBER(vfio_bind_iommufd, iommufd, vfio_device_bind_iommufd, iommufd);
	SAME_MEMBER(vfio_bind_iommufd, out_devid, vfio_device_bind_iommufd, out_devid);
}
#endif

#ifdef KVM_CREATE_DEVICE
static void kvm_is_that_of_the_system(void **state)
{
	(void)state;
	assert_int_equal(NR_KVM_CREATE_VM, KVM_CREATE_VM);
	assert_int_equal(NR_KVM_CREATE_DEVICE, KVM_CREATE_DEVICE);
	assert_int_equal(NR_KVM_SET_DEVICE_ATTR, KVM_SET_DEVICE_ATTR);
	assert_int_equal(KVM_DEVICE_TYPE_VFIO, KVM_DEV_TYPE_VFIO);
	assert_int_equal(KVM_VFIO_GROUP_FILE, KVM_DEV_VFIO_GROUP);
	assert_int_equal(KVM_VFIO_FILE_ADD, KVM_DEV_VFIO_GROUP_ADD);
	assert_int_equal(sizeof(struct kvm_create_device_arg), sizeof(struct kvm_create_device));
	SAME_MEMBER(kvm_create_device_arg, type, kvm_create_device, type);
	SAME_MEMBER(kvm_create_device_arg, fd, kvm_create_device, fd);
	SAME_MEMBER(kvm_create_device_arg, flags, kvm_create_device, flags);
	assert_int_equal(sizeof(struct kvm_device_attr_arg), sizeof(struct kvm_device_attr));
	SAME_MEMBER(kvm_device_attr_arg, flags, kvm_device_attr, flags);
	SAME_MEMBER(kvm_device_attr_arg, group, kvm_device_attr, group);
	SAME_MEMBER(kvm_device_attr_arg, attr, kvm_device_attr, attr);
	SAME_MEMBER(kvm_device_attr_arg, addr, kvm_device_attr, addr);
}
#endif

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(members_stand_where_the_abi_has_them),
		cmocka_unit_test(structs_have_the_size_of_the_abi),
		cmocka_unit_test(numbers_are_those_of_the_abi),
		cmocka_unit_test(layouts_name_the_right_bytes),
		cmocka_unit_test(layouts_stay_inside_and_do_not_overlap),
#ifdef IOMMU_IOAS_ALLOC
		cmocka_unit_test(iommufd_is_that_of_the_system),
#endif
#ifdef VFIO_DEVICE_BIND_IOMMUFD
		cmocka_unit_test(vfio_is_that_of_the_system),
#endif
#ifdef KVM_CREATE_DEVICE
		cmocka_unit_test(kvm_is_that_of_the_system),
#endif
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
