// SPDX-License-Identifier: GPL-2.0-or-later
#include "abi/ioctl.h"

#include <stddef.h>

#define WIDTH(type, member) ((uint8_t)sizeof(((type *)0)->member))
#define IN(type, member, label)                                                  \
	{                                                                        \
		label, offsetof(type, member), WIDTH(type, member), false, false \
	}
#define IN_HEX(type, member, label)                                             \
	{                                                                       \
		label, offsetof(type, member), WIDTH(type, member), false, true \
	}
#define OUT(type, member, label)                                                \
	{                                                                       \
		label, offsetof(type, member), WIDTH(type, member), true, false \
	}
#define OUT_HEX(type, member, label)                                           \
	{                                                                      \
		label, offsetof(type, member), WIDTH(type, member), true, true \
	}

#define LAYOUT(symbol, ioctl_name, table) \
	const struct ioctl_layout symbol = {ioctl_name, table, sizeof(table) / sizeof((table)[0])}

static const struct ioctl_field destroy_fields[] = {IN(struct iommu_destroy, id, "id")};
LAYOUT(layout_iommu_destroy, "IOMMU_DESTROY", destroy_fields);

static const struct ioctl_field ioas_fields[] = {OUT(struct iommu_ioas_alloc, out_ioas_id, "ioas")};
LAYOUT(layout_iommu_ioas_alloc, "IOMMU_IOAS_ALLOC", ioas_fields);

static const struct ioctl_field hwpt_fields[] = {
	IN_HEX(struct iommu_hwpt_alloc, flags, "flags"),
	IN(struct iommu_hwpt_alloc, dev_id, "dev"),
	IN(struct iommu_hwpt_alloc, pt_id, "pt"),
	OUT(struct iommu_hwpt_alloc, out_hwpt_id, "hwpt"),
};
LAYOUT(layout_iommu_hwpt_alloc, "IOMMU_HWPT_ALLOC", hwpt_fields);

static const struct ioctl_field viommu_fields[] = {
	IN_HEX(struct iommu_viommu_alloc, type, "type"),
	IN(struct iommu_viommu_alloc, dev_id, "dev"),
	IN(struct iommu_viommu_alloc, hwpt_id, "hwpt"),
	OUT(struct iommu_viommu_alloc, out_viommu_id, "viommu"),
};
LAYOUT(layout_iommu_viommu_alloc, "IOMMU_VIOMMU_ALLOC", viommu_fields);

static const struct ioctl_field vdevice_fields[] = {
	IN(struct iommu_vdevice_alloc, viommu_id, "viommu"),
	IN(struct iommu_vdevice_alloc, dev_id, "dev"),
	IN_HEX(struct iommu_vdevice_alloc, virt_id, "virt_id"),
	OUT(struct iommu_vdevice_alloc, out_vdevice_id, "vdevice"),
};
LAYOUT(layout_iommu_vdevice_alloc, "IOMMU_VDEVICE_ALLOC", vdevice_fields);

static const struct ioctl_field vfio_bind_fields[] = {
	IN(struct vfio_bind_iommufd, iommufd, "iommufd"),
	OUT(struct vfio_bind_iommufd, out_devid, "dev"),
};
LAYOUT(layout_vfio_bind_iommufd, "VFIO_DEVICE_BIND_IOMMUFD", vfio_bind_fields);

const struct ioctl_layout layout_kvm_create_vm = {"KVM_CREATE_VM", NULL, 0};

static const struct ioctl_field kvm_device_fields[] = {
	IN(struct kvm_create_device_arg, type, "type"),
	OUT(struct kvm_create_device_arg, fd, "fd"),
};
LAYOUT(layout_kvm_create_device, "KVM_CREATE_DEVICE", kvm_device_fields);

static const struct ioctl_field kvm_attr_fields[] = {
	IN(struct kvm_device_attr_arg, group, "group"),
	IN(struct kvm_device_attr_arg, attr, "attr"),
};
LAYOUT(layout_kvm_set_device_attr, "KVM_SET_DEVICE_ATTR", kvm_attr_fields);

static const struct ioctl_field tsm_op_fields[] = {
	IN(struct tsm_op_arg, vdevice_id, "vdevice"),
	IN(struct tsm_op_arg, type, "type"),
};
LAYOUT(layout_tsm_op, "IOMMU_VDEVICE_TSM_OP", tsm_op_fields);

static const struct ioctl_field req40_fields[] = {
	IN(struct tsm_req40, vdevice_id, "vdevice"),
	IN(struct tsm_req40, scope, "scope"),
};
LAYOUT(layout_tsm_req40, "IOMMU_VDEVICE_TSM_REQ", req40_fields);

static const struct ioctl_field req48_fields[] = {
	IN(struct tsm_req48, vdevice_id, "vdevice"),
	IN(struct tsm_req48, op, "op"),
	OUT_HEX(struct tsm_req48, tsm_code, "tsm_code"),
};
LAYOUT(layout_tsm_req48, "IOMMU_VDEVICE_TSM_REQ", req48_fields);

static const struct ioctl_field probe_fields[] = {
	IN(struct tsm_req48, vdevice_id, "vdevice"),
	IN(struct tsm_req48, op, "op"),
	IN(struct tsm_req48, tvm_arch, "arch"),
};
LAYOUT(layout_tsm_probe, "FINGERPRINT", probe_fields);
