// SPDX-License-Identifier: GPL-2.0-or-later
/* VFIO device descriptors, and as much of KVM as makes VFIO know a VM. */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "kernel/sim/internal.h"

enum { BIND_MIN_SIZE = 16, BIND_FLAG_TOKEN = 1, TOKEN_SIZE = 16, CREATE_DEVICE_TEST = 1 };

/* The iommufd that VFIO_DEVICE_BIND_IOMMUFD names. */
static int bind_target(struct sim *s, int fd, struct sim_context **out)
{
	const struct sim_file *iommufd = sim_file_get(s, fd);

	if (!iommufd)
		return -EBADF;
	if (iommufd->ops != &sim_iommu_ops)
		return -EBADFD;
	*out = iommufd->context;
	return 0;
}

static bool device_taken(struct sim *s, const struct sim_device *d)
{
	if (d->held)
		return true;
	for (size_t i = 0; i < s->file_count; i++)
		if (s->file[i].ops == &sim_vfio_ops && s->file[i].device == d && s->file[i].context)
			return true;
	return false;
}

/* Only virtual functions of a driver with tokens take one. */
static int check_token(const struct ioctl_call *call, const struct vfio_bind_iommufd *a)
{
	uint8_t token[TOKEN_SIZE];

	if (!(a->flags & BIND_FLAG_TOKEN))
		return 0;
	return sim_copy_from_user(call, token, a->token_uuid_ptr, sizeof(token)) ? -EFAULT : -EINVAL;
}

static long bind_iommufd(struct sim *s, struct sim_file *f, struct ioctl_call *call)
{
	struct vfio_bind_iommufd a;
	struct sim_context *c = NULL;
	int ret = sim_copy_struct(call, &a, sizeof(a), BIND_MIN_SIZE);

	if (ret < 0)
		return ret;
	if (a.iommufd < 0 || a.flags & ~(uint32_t)BIND_FLAG_TOKEN || f->context)
		return -EINVAL;
	ret = check_token(call, &a);
	if (!ret)
		ret = bind_target(s, a.iommufd, &c);
	if (ret)
		return ret;
	if (device_taken(s, f->device))
		return -EINVAL;
	ret = sim_object_add(c, (struct sim_object){.kind = OBJ_DEVICE, .device = f->device, .kvm = f->vm_device != 0});
	if (ret < 0)
		return ret;
	f->context = sim_context_get(c);
	a.out_devid = (uint32_t)ret;
	memcpy(call->arg, &a, BIND_MIN_SIZE);
	return 0;
}

static long vfio_ioctl(struct sim *s, int fd, struct ioctl_call *call)
{
	return call->nr == NR_VFIO_DEVICE_BIND_IOMMUFD ? bind_iommufd(s, sim_file_get(s, fd), call) : -ENOTTY;
}

static void vfio_release(struct sim *s, struct sim_file *f)
{
	if (f->hold >= 0)
		close(f->hold);
	if (!f->context)
		return;
	sim_object_drop_device(s, f->context, f->device);
	sim_context_put(s, f->context);
}

const struct sim_file_ops sim_vfio_ops = {vfio_ioctl, vfio_release};

static void kvm_release(struct sim *s, struct sim_file *f)
{
	(void)s;
	(void)f;
}

static long file_add(struct sim *s, int vm_device, const struct ioctl_call *call, uint64_t address)
{
	int32_t fd = -1;
	int ret = sim_copy_from_user(call, &fd, address, sizeof(fd));
	struct sim_file *vfio = ret || fd < 0 ? NULL : sim_file_get(s, fd);

	if (ret)
		return ret;
	if (!vfio)
		return -EBADF;
	if (vfio->ops != &sim_vfio_ops)
		return -EINVAL;
	if (vfio->vm_device)
		return -EEXIST;
	vfio->vm_device = vm_device;
	return 0;
}

static long kvm_device_ioctl(struct sim *s, int fd, struct ioctl_call *call)
{
	struct kvm_device_attr_arg a;

	if (call->nr != NR_KVM_SET_DEVICE_ATTR)
		return -ENOTTY;
	if (!call->arg || call->size < sizeof(a))
		return -EFAULT;
	memcpy(&a, call->arg, sizeof(a));
	if (a.flags)
		return -EINVAL;
	if (a.group != KVM_VFIO_GROUP_FILE || a.attr != KVM_VFIO_FILE_ADD)
		return -ENXIO;
	return file_add(s, fd, call, a.addr);
}

/* With it goes what only the VM kept open. */
static void kvm_device_release(struct sim *s, struct sim_file *device)
{
	for (size_t i = 0; i < s->file_count; i++) {
		struct sim_file *f = &s->file[i];

		if (!f->ops || f->vm_device != device - s->file)
			continue;
		f->vm_device = 0;
		if (f->closed)
			sim_file_release(s, f);
	}
}

static const struct sim_file_ops kvm_device_ops = {kvm_device_ioctl, kvm_device_release};

static long kvm_vm_ioctl(struct sim *s, int fd, struct ioctl_call *call)
{
	struct kvm_create_device_arg a;

	(void)fd;
	if (call->nr != NR_KVM_CREATE_DEVICE)
		return -ENOTTY;
	if (!call->arg || call->size < sizeof(a))
		return -EFAULT;
	memcpy(&a, call->arg, sizeof(a));
	if (a.type != KVM_DEVICE_TYPE_VFIO)
		return -ENODEV;
	if (a.flags & CREATE_DEVICE_TEST)
		return 0;

	int device = sim_file_new(s, &kvm_device_ops);

	if (device < 0)
		return device;
	a.fd = (uint32_t)device;
	memcpy(call->arg, &a, sizeof(a));
	return 0;
}

static const struct sim_file_ops kvm_vm_ops = {kvm_vm_ioctl, kvm_release};

static long kvm_ioctl(struct sim *s, int fd, struct ioctl_call *call)
{
	(void)fd;
	return call->nr == NR_KVM_CREATE_VM ? sim_file_new(s, &kvm_vm_ops) : -ENOTTY;
}

const struct sim_file_ops sim_kvm_ops = {kvm_ioctl, kvm_release};
