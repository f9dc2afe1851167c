// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * From nothing to a bound vdevice and back, with all that can be wrong on the way. Except for TSM_OP all of it is the
 * kernel's own code on the one side.
 */
#include <errno.h>

#include "calls.h"

#define ROWS(table)                   \
	{                             \
		(table), COUNT(table) \
	}

enum { NOWHERE = 999, DATA_TYPE_UNKNOWN = 0x99, VIOMMU_TYPE = 3, VIRT_ID = 0x100 };

/* clang-format off */
static const struct word_row setup[] = {
	{"VM: no such kind of device", ENODEV, FILE_VM, NR_KVM_CREATE_DEVICE, 12, .word = {99}},
	{"VM: device struct cut", EFAULT, FILE_VM, NR_KVM_CREATE_DEVICE, 12, 8, .word = {KVM_DEVICE_TYPE_VFIO}},
	{"VM device: no such group", ENXIO, FILE_VM_DEVICE, NR_KVM_SET_DEVICE_ATTR, 24, .word = {0, 7, 1, 0, REF_AT_VFIO}},
	{"VM device: no such attribute", ENXIO, FILE_VM_DEVICE, NR_KVM_SET_DEVICE_ATTR, 24,
	 .word = {0, 1, 9, 0, REF_AT_VFIO}},
	{"VM device: no descriptor there", EFAULT, FILE_VM_DEVICE, NR_KVM_SET_DEVICE_ATTR, 24, .word = {0, 1, 1, 0, 0, 0}},
	{"VM device: not a VFIO descriptor", EINVAL, FILE_VM_DEVICE, NR_KVM_SET_DEVICE_ATTR, 24,
	 .word = {0, 1, 1, 0, REF_AT_IOMMU}},
	{"VM device: struct cut", EFAULT, FILE_VM_DEVICE, NR_KVM_SET_DEVICE_ATTR, 24, 16, .word = {0, 1, 1, 0}},
	{"VM device: the function is added", 0, FILE_VM_DEVICE, NR_KVM_SET_DEVICE_ATTR, 24, .word = {0, 1, 1, 0, REF_AT_VFIO}},
	{"VM device: not twice", EEXIST, FILE_VM_DEVICE, NR_KVM_SET_DEVICE_ATTR, 24, .word = {0, 1, 1, 0, REF_AT_VFIO}},
	{"VM device: the other function is added", 0, FILE_VM_DEVICE, NR_KVM_SET_DEVICE_ATTR, 24,
	 .word = {0, 1, 1, 0, REF_AT_OTHER_VFIO}},
	{"VM device: an iommufd's ioctl", UNKNOWABLE, FILE_VM_DEVICE, NR_IOMMU_IOAS_ALLOC, 12, .word = {12}},

	{"VFIO: struct too small", EINVAL, FILE_VFIO, NR_VFIO_DEVICE_BIND_IOMMUFD, 24, .word = {8, 0, REF_FD_IOMMU}},
	{"VFIO: struct cut", EFAULT, FILE_VFIO, NR_VFIO_DEVICE_BIND_IOMMUFD, 24, 8, .word = {24, 0}},
	{"VFIO: unknown flag", EINVAL, FILE_VFIO, NR_VFIO_DEVICE_BIND_IOMMUFD, 24, .word = {24, 2, REF_FD_IOMMU}},
	{"VFIO: a token that is nowhere", EFAULT, FILE_VFIO, NR_VFIO_DEVICE_BIND_IOMMUFD, 24,
	 .word = {24, 1, REF_FD_IOMMU}},
	{"VFIO: a token that is none", EINVAL, FILE_VFIO, NR_VFIO_DEVICE_BIND_IOMMUFD, 24,
	 .word = {24, 1, REF_FD_IOMMU, 0, REF_AT_VFIO}},
	{"VFIO: a token, and no iommufd", EINVAL, FILE_VFIO, NR_VFIO_DEVICE_BIND_IOMMUFD, 24,
	 .word = {24, 1, NOWHERE, 0, REF_AT_VFIO}},
	{"VFIO: larger, and something behind", E2BIG, FILE_VFIO, NR_VFIO_DEVICE_BIND_IOMMUFD, 28,
	 .word = {28, 0, REF_FD_IOMMU, 0, 0, 0, 1}},
	{"VFIO: no descriptor", EINVAL, FILE_VFIO, NR_VFIO_DEVICE_BIND_IOMMUFD, 24, .word = {24, 0, (uint32_t)-1}},
	{"VFIO: a closed descriptor", EBADF, FILE_VFIO, NR_VFIO_DEVICE_BIND_IOMMUFD, 24, .word = {24, 0, NOWHERE}},
	{"VFIO: not an iommufd", EBADFD, FILE_VFIO, NR_VFIO_DEVICE_BIND_IOMMUFD, 24, .word = {24, 0, REF_FD_VM}},
	{"VFIO: unknown flag, and no iommufd", EINVAL, FILE_VFIO, NR_VFIO_DEVICE_BIND_IOMMUFD, 24,
	 .word = {24, 2, REF_FD_VM}},
	{"VFIO: bound", 0, FILE_VFIO, NR_VFIO_DEVICE_BIND_IOMMUFD, 24, 0, 3, REF_DEVICE, {24, 0, REF_FD_IOMMU}},
	{"VFIO: not twice", EINVAL, FILE_VFIO, NR_VFIO_DEVICE_BIND_IOMMUFD, 24, .word = {24, 0, REF_FD_IOMMU}},

	{"IOAS: struct too small", EINVAL, FILE_IOMMU, NR_IOMMU_IOAS_ALLOC, 12, .word = {8}},
	{"IOAS: no struct", EFAULT, FILE_IOMMU, NR_IOMMU_IOAS_ALLOC, 0, .word = {12}},
	{"IOAS: struct cut", EFAULT, FILE_IOMMU, NR_IOMMU_IOAS_ALLOC, 12, 8, .word = {12}},
	{"IOAS: unknown flag", EOPNOTSUPP, FILE_IOMMU, NR_IOMMU_IOAS_ALLOC, 12, .word = {12, 1}},
	{"IOAS: larger, and something behind", E2BIG, FILE_IOMMU, NR_IOMMU_IOAS_ALLOC, 16, .word = {16, 0, 0, 1}},
	{"IOAS: larger, and a flag", E2BIG, FILE_IOMMU, NR_IOMMU_IOAS_ALLOC, 16, .word = {16, 1, 0, 1}},
	{"IOAS: larger than memory", EFAULT, FILE_IOMMU, NR_IOMMU_IOAS_ALLOC, 24, 16, .word = {24}},
	{"IOAS: made", 0, FILE_IOMMU, NR_IOMMU_IOAS_ALLOC, 12, 0, 2, REF_IOAS, {12}},
	{"IOAS: made with a larger struct", 0, FILE_IOMMU, NR_IOMMU_IOAS_ALLOC, 24, 0, 2, REF_SPARE, {24}},
	{"DESTROY: struct too small", EINVAL, FILE_IOMMU, NR_IOMMU_DESTROY, 8, .word = {4, REF_SPARE}},
	{"DESTROY: nothing", ENOENT, FILE_IOMMU, NR_IOMMU_DESTROY, 8, .word = {8, 0}},
	{"DESTROY: no such object", ENOENT, FILE_IOMMU, NR_IOMMU_DESTROY, 8, .word = {8, NOWHERE}},
	{"DESTROY: the device", EBUSY, FILE_IOMMU, NR_IOMMU_DESTROY, 8, .word = {8, REF_DEVICE}},
	{"DESTROY: done", 0, FILE_IOMMU, NR_IOMMU_DESTROY, 8, .word = {8, REF_SPARE}},
	{"DESTROY: not twice", ENOENT, FILE_IOMMU, NR_IOMMU_DESTROY, 8, .word = {8, REF_SPARE}},

	{"HWPT: struct too small", EINVAL, FILE_IOMMU, NR_IOMMU_HWPT_ALLOC, 48, .word = {20, 1, REF_DEVICE, REF_IOAS}},
	{"HWPT: unknown flag", EOPNOTSUPP, FILE_IOMMU, NR_IOMMU_HWPT_ALLOC, 48, .word = {48, 1u << 31, REF_DEVICE, REF_IOAS}},
	{"HWPT: unknown flag, no device", ENOENT, FILE_IOMMU, NR_IOMMU_HWPT_ALLOC, 48,
	 .word = {48, 1u << 31, NOWHERE, REF_IOAS}},
	{"HWPT: reserved", EOPNOTSUPP, FILE_IOMMU, NR_IOMMU_HWPT_ALLOC, 48, .word = {48, 1, REF_DEVICE, REF_IOAS, 0, 1}},
	{"HWPT: reserved, no device", EOPNOTSUPP, FILE_IOMMU, NR_IOMMU_HWPT_ALLOC, 48, .word = {48, 1, NOWHERE, REF_IOAS, 0, 1}},
	{"HWPT: the last word", UNKNOWABLE, FILE_IOMMU, NR_IOMMU_HWPT_ALLOC, 48,
	 .word = {48, 1, NOWHERE, REF_IOAS, 0, 0, 0, 0, 0, 0, 0, 1}},
	{"HWPT: no device", ENOENT, FILE_IOMMU, NR_IOMMU_HWPT_ALLOC, 48, .word = {48, 1, NOWHERE, REF_IOAS}},
	{"HWPT: the device is an IOAS", ENOENT, FILE_IOMMU, NR_IOMMU_HWPT_ALLOC, 48, .word = {48, 1, REF_IOAS, REF_IOAS}},
	{"HWPT: no IOAS", UNKNOWABLE, FILE_IOMMU, NR_IOMMU_HWPT_ALLOC, 48, .word = {48, 1, REF_DEVICE, NOWHERE}},
	{"HWPT: no IOAS, no flags", UNKNOWABLE, FILE_IOMMU, NR_IOMMU_HWPT_ALLOC, 48, .word = {48, 0, REF_DEVICE, 0}},
	{"HWPT: the IOAS is a device", EINVAL, FILE_IOMMU, NR_IOMMU_HWPT_ALLOC, 48, .word = {48, 1, REF_DEVICE, REF_DEVICE}},
	{"HWPT: data without type", EINVAL, FILE_IOMMU, NR_IOMMU_HWPT_ALLOC, 48,
	 .word = {48, 1, REF_DEVICE, REF_IOAS, 0, 0, 0, 8}},
	{"HWPT: type without data", EINVAL, FILE_IOMMU, NR_IOMMU_HWPT_ALLOC, 48,
	 .word = {48, 1, REF_DEVICE, REF_IOAS, 0, 0, DATA_TYPE_UNKNOWN}},
	{"HWPT: type without data, no device", EINVAL, FILE_IOMMU, NR_IOMMU_HWPT_ALLOC, 48,
	 .word = {48, 1, NOWHERE, REF_IOAS, 0, 0, DATA_TYPE_UNKNOWN}},
	{"HWPT: data of a type that nobody knows", EOPNOTSUPP, FILE_IOMMU, NR_IOMMU_HWPT_ALLOC, 48,
	 .word = {48, 1, REF_DEVICE, REF_IOAS, 0, 0, DATA_TYPE_UNKNOWN, 8}},
	{"HWPT: unknown flag, no IOAS", UNKNOWABLE, FILE_IOMMU, NR_IOMMU_HWPT_ALLOC, 48,
	 .word = {48, 1u << 31, REF_DEVICE, NOWHERE}},
	{"HWPT: made by the oldest struct", 0, FILE_IOMMU, NR_IOMMU_HWPT_ALLOC, 24, 0, 4, REF_PLAIN_HWPT,
	 {24, 0, REF_DEVICE, REF_IOAS}},
	{"HWPT: made as a nest parent", 0, FILE_IOMMU, NR_IOMMU_HWPT_ALLOC, 48, 0, 4, REF_HWPT, {48, 1, REF_DEVICE, REF_IOAS}},

	{"vIOMMU: struct too small", EINVAL, FILE_IOMMU, NR_IOMMU_VIOMMU_ALLOC, 40,
	 .word = {20, 0, VIOMMU_TYPE, REF_DEVICE, REF_HWPT}},
	{"vIOMMU: unknown flag", EOPNOTSUPP, FILE_IOMMU, NR_IOMMU_VIOMMU_ALLOC, 40,
	 .word = {40, 1, VIOMMU_TYPE, REF_DEVICE, REF_HWPT}},
	{"vIOMMU: type 0", EOPNOTSUPP, FILE_IOMMU, NR_IOMMU_VIOMMU_ALLOC, 40, .word = {40, 0, 0, REF_DEVICE, REF_HWPT}},
	{"vIOMMU: type 0, no device", EOPNOTSUPP, FILE_IOMMU, NR_IOMMU_VIOMMU_ALLOC, 40, .word = {40, 0, 0, NOWHERE, REF_HWPT}},
	{"vIOMMU: no device", ENOENT, FILE_IOMMU, NR_IOMMU_VIOMMU_ALLOC, 40, .word = {40, 0, VIOMMU_TYPE, NOWHERE, REF_HWPT}},
	{"vIOMMU: no HWPT", ENOENT, FILE_IOMMU, NR_IOMMU_VIOMMU_ALLOC, 40, .word = {40, 0, VIOMMU_TYPE, REF_DEVICE, NOWHERE}},
	{"vIOMMU: the HWPT is an IOAS", ENOENT, FILE_IOMMU, NR_IOMMU_VIOMMU_ALLOC, 40,
	 .word = {40, 0, VIOMMU_TYPE, REF_DEVICE, REF_IOAS}},
	{"vIOMMU: not a nest parent", EINVAL, FILE_IOMMU, NR_IOMMU_VIOMMU_ALLOC, 40,
	 .word = {40, 0, VIOMMU_TYPE, REF_DEVICE, REF_PLAIN_HWPT}},
	{"vIOMMU: reserved, no device", UNKNOWABLE, FILE_IOMMU, NR_IOMMU_VIOMMU_ALLOC, 40,
	 .word = {40, 0, VIOMMU_TYPE, NOWHERE, REF_HWPT, 0, 0, 1}},
	{"vIOMMU: made by the oldest struct", 0, FILE_IOMMU, NR_IOMMU_VIOMMU_ALLOC, 24, 0, 5, REF_SPARE,
	 {24, 0, VIOMMU_TYPE, REF_DEVICE, REF_HWPT}},
	{"vIOMMU: destroyed", 0, FILE_IOMMU, NR_IOMMU_DESTROY, 8, .word = {8, REF_SPARE}},
	{"vIOMMU: made", 0, FILE_IOMMU, NR_IOMMU_VIOMMU_ALLOC, 40, 0, 5, REF_VIOMMU, {40, 0, VIOMMU_TYPE, REF_DEVICE, REF_HWPT}},

	{"vdevice: struct too small", EINVAL, FILE_IOMMU, NR_IOMMU_VDEVICE_ALLOC, 24, .word = {16, REF_VIOMMU, REF_DEVICE}},
	{"vdevice: no vIOMMU", ENOENT, FILE_IOMMU, NR_IOMMU_VDEVICE_ALLOC, 24, .word = {24, NOWHERE, REF_DEVICE, 0, VIRT_ID}},
	{"vdevice: the vIOMMU is an HWPT", ENOENT, FILE_IOMMU, NR_IOMMU_VDEVICE_ALLOC, 24,
	 .word = {24, REF_HWPT, REF_DEVICE, 0, VIRT_ID}},
	{"vdevice: no device", ENOENT, FILE_IOMMU, NR_IOMMU_VDEVICE_ALLOC, 24, .word = {24, REF_VIOMMU, NOWHERE, 0, VIRT_ID}},
	{"vdevice: made", 0, FILE_IOMMU, NR_IOMMU_VDEVICE_ALLOC, 24, 0, 3, REF_VDEVICE, {24, REF_VIOMMU, REF_DEVICE, 0, VIRT_ID}},
	{"vdevice: one for each device", EEXIST, FILE_IOMMU, NR_IOMMU_VDEVICE_ALLOC, 24,
	 .word = {24, REF_VIOMMU, REF_DEVICE, 0, VIRT_ID + 1}},
	{"vdevice: a second, no vIOMMU", ENOENT, FILE_IOMMU, NR_IOMMU_VDEVICE_ALLOC, 24,
	 .word = {24, NOWHERE, REF_DEVICE, 0, VIRT_ID}},

	{"VFIO: the other function, bound", 0, FILE_OTHER_VFIO, NR_VFIO_DEVICE_BIND_IOMMUFD, 24, 0, 3, REF_OTHER_DEVICE,
	 {24, 0, REF_FD_IOMMU}},
	{"vdevice: a virtual id that is taken", EEXIST, FILE_IOMMU, NR_IOMMU_VDEVICE_ALLOC, 24,
	 .word = {24, REF_VIOMMU, REF_OTHER_DEVICE, 0, VIRT_ID}},
	{"vdevice: of a function that is not connected", UNKNOWABLE, FILE_IOMMU, NR_IOMMU_VDEVICE_ALLOC, 24, 0, 3,
	 REF_OTHER_VDEVICE, {24, REF_VIOMMU, REF_OTHER_DEVICE, 0, VIRT_ID + 1}},
	{"IOAS: the next id", 0, FILE_IOMMU, NR_IOMMU_IOAS_ALLOC, 12, 0, 2, REF_SPARE, {12}},
	{"DESTROY: the next id", 0, FILE_IOMMU, NR_IOMMU_DESTROY, 8, .word = {8, REF_SPARE}},
};

static const struct word_row packed[] = {
	{"request: struct too small", EINVAL, FILE_IOMMU, 0x3b96, 48, .word = {40, REF_VIOMMU, REF_DEVICE, REF_VDEVICE}},
	{"request: no vIOMMU", ENOENT, FILE_IOMMU, 0x3b96, 48, .word = {48, 0, REF_DEVICE, REF_VDEVICE}},
	{"request: the vIOMMU is an IOAS", ENOENT, FILE_IOMMU, 0x3b96, 48, .word = {48, REF_IOAS, REF_DEVICE, REF_VDEVICE}},
	{"request: no device", ENOENT, FILE_IOMMU, 0x3b96, 48, .word = {48, REF_VIOMMU, NOWHERE, REF_VDEVICE}},
	{"request: no vdevice", ENOENT, FILE_IOMMU, 0x3b96, 48, .word = {48, REF_VIOMMU, REF_DEVICE, 0}},
	{"request: the vdevice is a device", ENOENT, FILE_IOMMU, 0x3b96, 48, .word = {48, REF_VIOMMU, REF_DEVICE, REF_DEVICE}},
	{"request: all ids, no genuine message", EINVAL, FILE_IOMMU, 0x3b96, 48, .word = {48, REF_VIOMMU, REF_DEVICE, REF_VDEVICE}},
	{"bind: struct too small", EINVAL, FILE_IOMMU, 0x3b95, 24, .word = {20, REF_VIOMMU, REF_DEVICE, REF_VDEVICE, REF_FD_VM}},
	{"bind: no vIOMMU", ENOENT, FILE_IOMMU, 0x3b95, 24, .word = {24, 0, REF_DEVICE, REF_VDEVICE, REF_FD_VM}},
	{"bind: no device", ENOENT, FILE_IOMMU, 0x3b95, 24, .word = {24, REF_VIOMMU, 0, REF_VDEVICE, REF_FD_VM}},
	{"bind: no vdevice", ENOENT, FILE_IOMMU, 0x3b95, 24, .word = {24, REF_VIOMMU, REF_DEVICE, 0, REF_FD_VM}},
	{"bind: no vdevice, no VM", ENOENT, FILE_IOMMU, 0x3b95, 24, .word = {24, REF_VIOMMU, REF_DEVICE, 0, NOWHERE}},
	{"bind: no VM", EBADF, FILE_IOMMU, 0x3b95, 24, .word = {24, REF_VIOMMU, REF_DEVICE, REF_VDEVICE, NOWHERE}},
	{"bind: unbind what is not bound", 0, FILE_IOMMU, 0x3b95, 24,
	 .word = {24, REF_VIOMMU, REF_DEVICE, REF_VDEVICE, (uint32_t)-1}},
	{"bind", 0, FILE_IOMMU, 0x3b95, 24, .word = {24, REF_VIOMMU, REF_DEVICE, REF_VDEVICE, REF_FD_VM}},
	{"bind: what is bound", 0, FILE_IOMMU, 0x3b95, 24, .word = {24, REF_VIOMMU, REF_DEVICE, REF_VDEVICE, REF_FD_VM}},
	{"bind: another function, not connected", EINVAL, FILE_IOMMU, 0x3b95, 24,
	 .word = {24, REF_VIOMMU, REF_OTHER_DEVICE, REF_OTHER_VDEVICE, REF_FD_VM}},
};

static const struct word_row bind[] = {
	{"TSM_OP: struct too small", EINVAL, FILE_IOMMU, NR_TSM_OP, 16, .word = {12, 1, 0, REF_VDEVICE}},
	{"TSM_OP: struct cut", EFAULT, FILE_IOMMU, NR_TSM_OP, 16, 12, .word = {16, 1, 0}},
	{"TSM_OP: larger, and something behind", E2BIG, FILE_IOMMU, NR_TSM_OP, 20, .word = {20, 1, 0, REF_VDEVICE, 1}},
	{"TSM_OP: unknown flag", EOPNOTSUPP, FILE_IOMMU, NR_TSM_OP, 16, .word = {16, 1, 1, REF_VDEVICE}},
	{"TSM_OP: unknown flag, no vdevice", EOPNOTSUPP, FILE_IOMMU, NR_TSM_OP, 16, .word = {16, 1, 1, 0}},
	{"TSM_OP: no vdevice", ENOENT, FILE_IOMMU, NR_TSM_OP, 16, .word = {16, 1, 0, 0}},
	{"TSM_OP: no vdevice, no such type", ENOENT, FILE_IOMMU, NR_TSM_OP, 16, .word = {16, 3, 0, NOWHERE}},
	{"TSM_OP: the vdevice is a vIOMMU", ENOENT, FILE_IOMMU, NR_TSM_OP, 16, .word = {16, 1, 0, REF_VIOMMU}},
	{"TSM_OP: type 0", EINVAL, FILE_IOMMU, NR_TSM_OP, 16, .word = {16, 0, 0, REF_VDEVICE}},
	{"TSM_OP: type 3", EINVAL, FILE_IOMMU, NR_TSM_OP, 16, .word = {16, 3, 0, REF_VDEVICE}},
	{"TSM_OP: unbind what is not bound", 0, FILE_IOMMU, NR_TSM_OP, 16, .word = {16, 2, 0, REF_VDEVICE}},
	{"TSM_OP: bind a function that is not connected", EINVAL, FILE_IOMMU, NR_TSM_OP, 16,
	 .word = {16, 1, 0, REF_OTHER_VDEVICE}},
	{"TSM_OP: bind", 0, FILE_IOMMU, NR_TSM_OP, 16, .word = {16, 1, 0, REF_VDEVICE}},
	{"TSM_OP: bind what is bound", 0, FILE_IOMMU, NR_TSM_OP, 16, .word = {16, 1, 0, REF_VDEVICE}},
	{"TSM_OP: unbind", 0, FILE_IOMMU, NR_TSM_OP, 16, .word = {16, 2, 0, REF_VDEVICE}},
	{"TSM_OP: bind again, with a larger struct", 0, FILE_IOMMU, NR_TSM_OP, 24, .word = {24, 1, 0, REF_VDEVICE}},
};

static const struct word_row teardown[] = {
	{"DESTROY: an IOAS in use", EBUSY, FILE_IOMMU, NR_IOMMU_DESTROY, 8, .word = {8, REF_IOAS}},
	{"DESTROY: an HWPT in use", EBUSY, FILE_IOMMU, NR_IOMMU_DESTROY, 8, .word = {8, REF_HWPT}},
	{"DESTROY: a vIOMMU in use", EBUSY, FILE_IOMMU, NR_IOMMU_DESTROY, 8, .word = {8, REF_VIOMMU}},
	{"DESTROY: a device in use", EBUSY, FILE_IOMMU, NR_IOMMU_DESTROY, 8, .word = {8, REF_DEVICE}},
	{"DESTROY: the plain HWPT", 0, FILE_IOMMU, NR_IOMMU_DESTROY, 8, .word = {8, REF_PLAIN_HWPT}},
	{"DESTROY: the vdevice", 0, FILE_IOMMU, NR_IOMMU_DESTROY, 8, .word = {8, REF_VDEVICE}},
	{"DESTROY: the vdevice, not twice", ENOENT, FILE_IOMMU, NR_IOMMU_DESTROY, 8, .word = {8, REF_VDEVICE}},
	{"vdevice: made again, its id again", 0, FILE_IOMMU, NR_IOMMU_VDEVICE_ALLOC, 24, 0, 3, REF_VDEVICE,
	 {24, REF_VIOMMU, REF_DEVICE, 0, VIRT_ID}},
	{"VFIO: closed, and the VM device keeps it", 0, FILE_VFIO, NR_CLOSE, .word = {0}},
	{"DESTROY: the vIOMMU is still in use", EBUSY, FILE_IOMMU, NR_IOMMU_DESTROY, 8, .word = {8, REF_VIOMMU}},
	{"VM device: closed, and with it the vdevice", 0, FILE_VM_DEVICE, NR_CLOSE, .word = {0}},
	{"DESTROY: the vdevice, whose id stays reserved", ENOENT, FILE_IOMMU, NR_IOMMU_DESTROY, 8, .word = {8, REF_VDEVICE}},
	{"IOAS: of the free ids, not the reserved one", 0, FILE_IOMMU, NR_IOMMU_IOAS_ALLOC, 12, 0, 2, REF_SPARE, {12}},
	{"IOAS: and the next", 0, FILE_IOMMU, NR_IOMMU_IOAS_ALLOC, 12, 0, 2, REF_SPARE, {12}},
	{"IOAS: and one more", 0, FILE_IOMMU, NR_IOMMU_IOAS_ALLOC, 12, 0, 2, REF_SPARE, {12}},
};
/* clang-format on */

const struct word_rows rows_setup = ROWS(setup);
const struct word_rows rows_packed = ROWS(packed);
const struct word_rows rows_bind = ROWS(bind);
const struct word_rows rows_teardown = ROWS(teardown);
