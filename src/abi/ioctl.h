/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Own definitions of every ioctl that tsmctl issues: numbers, structs, and their layouts for --trace.
 *
 * Sources: Linux 7.3 uapi headers (iommufd.h, vfio.h, kvm.h) for what is merged. For IOMMU_VDEVICE_TSM_OP and the
 * 40-byte request: the series "iommufd: vdevice TSM requests" v5 of 2026-05-25. For the 48-byte request: the June 2026
 * proposal and the CCA integration kernel of 2026-09. tests/unit/test_layout.c pins every size and offset.
 */
#ifndef TSMCTL_ABI_IOCTL_H
#define TSMCTL_ABI_IOCTL_H

#include <stdint.h>

#include "abi/call.h"

/* iommufd: type ';', no direction and size bits. */
enum iommufd_nr {
	NR_IOMMU_DESTROY = 0x3b80,
	NR_IOMMU_IOAS_ALLOC = 0x3b81,
	NR_IOMMU_HWPT_ALLOC = 0x3b89,
	NR_IOMMU_VIOMMU_ALLOC = 0x3b90,
	NR_IOMMU_VDEVICE_ALLOC = 0x3b91,
	NR_VFIO_DEVICE_BIND_IOMMUFD = 0x3b76,
};

enum kvm_nr {
	NR_KVM_CREATE_VM = 0xae01,
	NR_KVM_CREATE_DEVICE = 0xc00caee0,
	NR_KVM_SET_DEVICE_ATTR = 0x4018aee1,
};

enum { IOMMU_HWPT_NEST_PARENT = 1 };
enum { KVM_DEVICE_TYPE_VFIO = 4, KVM_VFIO_GROUP_FILE = 1, KVM_VFIO_FILE_ADD = 1 };
enum tsm_op_bind_type { TSM_OP_BIND = 1, TSM_OP_UNBIND = 2 };

struct iommu_destroy {
	uint32_t size;
	uint32_t id;
};

struct iommu_ioas_alloc {
	uint32_t size;
	uint32_t flags;
	uint32_t out_ioas_id;
};

struct iommu_hwpt_alloc {
	uint32_t size;
	uint32_t flags;
	uint32_t dev_id;
	uint32_t pt_id;
	uint32_t out_hwpt_id;
	uint32_t reserved;
	uint32_t data_type;
	uint32_t data_len;
	uint64_t data_uptr;
	uint32_t fault_id;
	uint32_t reserved2;
};

struct iommu_viommu_alloc {
	uint32_t size;
	uint32_t flags;
	uint32_t type;
	uint32_t dev_id;
	uint32_t hwpt_id;
	uint32_t out_viommu_id;
	uint32_t data_len;
	uint32_t reserved;
	uint64_t data_uptr;
};

struct iommu_vdevice_alloc {
	uint32_t size;
	uint32_t viommu_id;
	uint32_t dev_id;
	uint32_t out_vdevice_id;
	uint64_t virt_id;
};

struct vfio_bind_iommufd {
	uint32_t argsz;
	uint32_t flags;
	int32_t iommufd;
	uint32_t out_devid;
	uint64_t token_uuid_ptr;
};

struct kvm_create_device_arg {
	uint32_t type;
	uint32_t fd;
	uint32_t flags;
};

struct kvm_device_attr_arg {
	uint32_t flags;
	uint32_t group;
	uint64_t attr;
	uint64_t addr;
};

/* IOMMU_VDEVICE_TSM_OP: 0x3b95 up to v5, 0x3b96 in the interim tree, gone since RFC v6. */
struct tsm_op_arg {
	uint32_t size;
	uint32_t type; /* enum tsm_op_bind_type */
	uint32_t flags;
	uint32_t vdevice_id;
};

/* IOMMU_VDEVICE_TSM_REQ of v5, 40 bytes. */
struct tsm_req40 {
	uint32_t size;
	uint32_t vdevice_id;
	uint32_t scope;
	uint32_t req_len;
	uint32_t resp_len;
	uint32_t reserved;
	uint64_t req_uptr;
	uint64_t resp_uptr;
};

/* IOMMU_VDEVICE_TSM_REQ since June 2026, 48 bytes. */
struct tsm_req48 {
	uint32_t size;
	uint32_t vdevice_id;
	uint32_t op;
	uint32_t tvm_arch;
	uint32_t req_len;
	uint32_t resp_len;
	uint64_t req_uptr;
	uint64_t resp_uptr;
	uint64_t tsm_code; /* out */
};

extern const struct ioctl_layout layout_iommu_destroy;
extern const struct ioctl_layout layout_iommu_ioas_alloc;
extern const struct ioctl_layout layout_iommu_hwpt_alloc;
extern const struct ioctl_layout layout_iommu_viommu_alloc;
extern const struct ioctl_layout layout_iommu_vdevice_alloc;
extern const struct ioctl_layout layout_vfio_bind_iommufd;
extern const struct ioctl_layout layout_kvm_create_vm;
extern const struct ioctl_layout layout_kvm_create_device;
extern const struct ioctl_layout layout_kvm_set_device_attr;
extern const struct ioctl_layout layout_tsm_op;
extern const struct ioctl_layout layout_tsm_req40;
extern const struct ioctl_layout layout_tsm_req48;
extern const struct ioctl_layout layout_tsm_probe; /* the fingerprint's 48-byte probe */

#endif
