// SPDX-License-Identifier: GPL-2.0-or-later
/* An own session, from nothing to a bound vdevice (Linux 7.3 uapi; the order matters: KVM before the bind of VFIO). */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>

#include "abi/ioctl.h"
#include "tdi/platform.h"
#include "tdi/session.h"

/*
 * The confidential VM type of each architecture, and the vIOMMU type: ARM_REALM_SMMUV3 for CCA; AMD's IOMMU takes any
 * but 0, and for TDX the TSM back end decides, so 1 stands for both.
 */
static const struct {
	unsigned long vm_type;
	uint32_t viommu_type;
} arch_defaults[] = {
	[ARCH_NONE] = {0, 0},
	[ARCH_CCA] = {0x100, 3},
	[ARCH_SEV] = {4, 1},
	[ARCH_TDX] = {5, 1},
};

/* The user's wishes beside the session that grows. */
struct opening {
	struct session *s;
	const struct target *t;
};

static int call(struct session *s, int fd, const struct ioctl_layout *layout, uint32_t nr, void *arg, size_t size)
{
	struct ioctl_call c = {.layout = layout, .nr = nr, .effect = EFFECT_SETUP, .arg = arg, .size = size};

	return kernel_ioctl(s->kernel, fd, &c);
}

/*
 * vfio-pci enables a function while somebody has it open. A holder whose descriptors cannot be seen must be found out
 * before the attempt to bind, which fails, but takes the holder's VM away from the function: Linux 7.3,
 * drivers/vfio/device_cdev.c.
 */
static int check_unused(struct opening *o)
{
	char path[NAME_CAP + 32];
	char count[NAME_CAP];

	snprintf(path, sizeof(path), "/sys/bus/pci/devices/%s/enable", o->s->bdf);
	if (o->s->force || platform_attribute(o->s->kernel, path, count, sizeof(count)))
		return 0;
	return strcmp(count, "0") ? -EBUSY : 0;
}

static int open_iommufd(struct opening *o)
{
	o->s->iommufd = kernel_open(o->s->kernel, IOMMU_NODE, O_RDWR, EFFECT_SETUP);
	return o->s->iommufd;
}

static int open_vfio(struct opening *o)
{
	char name[NAME_CAP];
	char path[NAME_CAP + 32];

	int ret = platform_vfio_name(o->s->kernel, o->s->bdf, name);

	if (ret)
		return ret == -ENOENT ? -ENODEV : ret;
	snprintf(path, sizeof(path), "/dev/vfio/devices/%s", name);
	o->s->objects.vfio_fd = kernel_open(o->s->kernel, path, O_RDWR | O_EXCL, EFFECT_SETUP);
	return o->s->objects.vfio_fd;
}

static int create_vm(struct session *s, unsigned long type)
{
	struct ioctl_call c = {
		.layout = &layout_kvm_create_vm, .nr = NR_KVM_CREATE_VM, .effect = EFFECT_SETUP, .value = type};

	return kernel_ioctl(s->kernel, s->objects.kvm_fd, &c);
}

/* A host that cannot make the confidential type still has a VM to associate; whether the TSM takes it, the TSM says. */
static int make_vm(struct opening *o)
{
	struct own_objects *w = &o->s->objects;

	if (o->t->kvm_fd >= 0) {
		w->vm_fd = o->t->kvm_fd;
		w->kvm_inherited = true;
		return 0;
	}
	w->kvm_fd = kernel_open(o->s->kernel, "/dev/kvm", O_RDWR, EFFECT_SETUP);
	if (w->kvm_fd < 0)
		return w->kvm_fd;
	w->vm_fd = create_vm(o->s, arch_defaults[o->s->arch].vm_type);
	if (w->vm_fd == -EINVAL)
		w->vm_fd = create_vm(o->s, 0);
	return w->vm_fd;
}

static int associate_kvm(struct opening *o)
{
	struct own_objects *w = &o->s->objects;
	struct kvm_create_device_arg device = {.type = KVM_DEVICE_TYPE_VFIO};
	int32_t fd = w->vfio_fd;
	struct kvm_device_attr_arg attr = {
		.group = KVM_VFIO_GROUP_FILE, .attr = KVM_VFIO_FILE_ADD, .addr = (uint64_t)(uintptr_t)&fd};
	const struct ioctl_address of_fd = {offsetof(struct kvm_device_attr_arg, addr), false, &fd, sizeof(fd)};
	struct ioctl_call add = {
		.layout = &layout_kvm_set_device_attr,
		.nr = NR_KVM_SET_DEVICE_ATTR,
		.effect = EFFECT_SETUP,
		.arg = &attr,
		.size = sizeof(attr),
		.address = &of_fd,
		.address_count = 1,
	};
	int ret = call(o->s, w->vm_fd, &layout_kvm_create_device, NR_KVM_CREATE_DEVICE, &device, sizeof(device));

	if (ret < 0)
		return ret;
	w->kvm_vfio_fd = (int)device.fd;
	return kernel_ioctl(o->s->kernel, w->kvm_vfio_fd, &add);
}

static int bind_vfio(struct opening *o)
{
	struct vfio_bind_iommufd arg = {.argsz = sizeof(arg), .iommufd = o->s->iommufd};
	int ret = call(o->s, o->s->objects.vfio_fd, &layout_vfio_bind_iommufd, NR_VFIO_DEVICE_BIND_IOMMUFD, &arg,
		       sizeof(arg));

	o->s->objects.device = arg.out_devid;
	return ret;
}

static int alloc_ioas(struct opening *o)
{
	struct iommu_ioas_alloc arg = {.size = sizeof(arg)};
	int ret = call(o->s, o->s->iommufd, &layout_iommu_ioas_alloc, NR_IOMMU_IOAS_ALLOC, &arg, sizeof(arg));

	o->s->objects.ioas = ret < 0 ? 0 : arg.out_ioas_id;
	return ret;
}

static int alloc_hwpt(struct opening *o)
{
	struct iommu_hwpt_alloc arg = {.size = sizeof(arg),
				       .flags = IOMMU_HWPT_NEST_PARENT,
				       .dev_id = o->s->objects.device,
				       .pt_id = o->s->objects.ioas};
	int ret = call(o->s, o->s->iommufd, &layout_iommu_hwpt_alloc, NR_IOMMU_HWPT_ALLOC, &arg, sizeof(arg));

	o->s->objects.hwpt = ret < 0 ? 0 : arg.out_hwpt_id;
	return ret;
}

static int alloc_viommu(struct opening *o)
{
	struct iommu_viommu_alloc arg = {
		.size = sizeof(arg),
		.type = o->t->has_viommu_type ? o->t->viommu_type : arch_defaults[o->s->arch].viommu_type,
		.dev_id = o->s->objects.device,
		.hwpt_id = o->s->objects.hwpt,
	};
	int ret = call(o->s, o->s->iommufd, &layout_iommu_viommu_alloc, NR_IOMMU_VIOMMU_ALLOC, &arg, sizeof(arg));

	o->s->objects.viommu = ret < 0 ? 0 : arg.out_viommu_id;
	return ret;
}

static int alloc_vdevice(struct opening *o)
{
	struct iommu_vdevice_alloc arg = {
		.size = sizeof(arg),
		.viommu_id = o->s->objects.viommu,
		.dev_id = o->s->objects.device,
		.virt_id = o->t->has_virt_id ? o->t->virt_id : bdf_virt_id(o->s->bdf),
	};
	int ret = call(o->s, o->s->iommufd, &layout_iommu_vdevice_alloc, NR_IOMMU_VDEVICE_ALLOC, &arg, sizeof(arg));

	o->s->vdevice = ret < 0 ? 0 : arg.out_vdevice_id;
	return ret;
}

static int bind_tsm(struct opening *o)
{
	struct tsm_op_arg arg;
	struct ioctl_call c;

	if (!abi_bind_call(o->s->abi, o->s->vdevice, &arg, &c))
		return 0; /* the vdevice's allocation has bound it */
	return kernel_ioctl(o->s->kernel, o->s->iommufd, &c);
}

enum { ANY_ERRNO = 0, MAX_HINTS = 5 };

struct step {
	const char *name;
	int (*run)(struct opening *o);
	struct {
		int errnum; /* ANY_ERRNO ends the list */
		const char *text;
	} hint[MAX_HINTS];
};

static const struct step steps[] = {
	{"find the function free",
	 check_unused,
	 {{EBUSY, "It is enabled: a process has it open; 'tsmctl list' shows root which. If it is known that none has, "
		  "--force goes on."}}},
	{"open /dev/iommu", open_iommufd, {{EACCES, "It needs write access to /dev/iommu."}}},
	{"open the VFIO device",
	 open_vfio,
	 {{ENODEV, "Bind the function to vfio-pci, on a kernel with CONFIG_VFIO_DEVICE_CDEV."},
	  {EBUSY, "Another tsmctl has a session with it; 'tsmctl list' shows which. Try again when it has ended."},
	  {EACCES, "It needs write access to the node in /dev/vfio/devices."}}},
	{"make a VM",
	 make_vm,
	 {{ENOENT, "There is no /dev/kvm. Load the kvm module, or pass a VM's descriptor with --kvm-fd."},
	  {EACCES, "It needs access to /dev/kvm, or a VM's descriptor in --kvm-fd."}}},
	{"associate the VFIO device with the VM", associate_kvm, {{EEXIST, "The VM has it already."}}},
	{"bind the VFIO device to the iommufd",
	 bind_vfio,
	 {{EBUSY, "Its IOMMU group is in use by another process or driver."},
	  {EPERM, "The platform does not isolate MSIs; see iommufd.allow_unsafe_interrupts."},
	  {ENODEV, "The function has no IOMMU group: is an IOMMU enabled?"},
	  {EINVAL,
	   "Another process has it open; 'tsmctl list' shows root who that is. If nobody has, the platform has no "
	   "cache coherency for it."}}},
	{"allocate an address space (IOAS)", alloc_ioas, {{ANY_ERRNO, NULL}}},
	{"allocate a nest-parent page table (HWPT)",
	 alloc_hwpt,
	 {{EOPNOTSUPP, "This IOMMU cannot nest translations, so that no vIOMMU and no TDI can be made here."}}},
	{"allocate a vIOMMU",
	 alloc_viommu,
	 {{EOPNOTSUPP, "This IOMMU does not know the vIOMMU type; --viommu-type names another one."},
	  {EINVAL, "A confidential vIOMMU needs a confidential VM: pass its descriptor with --kvm-fd."}}},
	{"allocate the vdevice",
	 alloc_vdevice,
	 {{EEXIST, "The function has a vdevice, or the virt_id is taken; --virt-id names another one."},
	  {EINVAL, "Its binding to the TSM may have failed: is the function connected?"},
	  {ENXIO, "The function is not connected to a TSM."},
	  {EBUSY, "The TDI is bound to another VM."}}},
	{"bind the vdevice to the TSM",
	 bind_tsm,
	 {{EINVAL, "The function is not connected to a TSM."},
	  {ENODEV, "The vIOMMU has no VM: pass a confidential VM's descriptor with --kvm-fd."},
	  {EBUSY, "The TDI is bound to another VM."},
	  {ENXIO, "Its TSM is not one that binds TDIs."}}},
};

static int step_failed(const struct session *s, const struct step *step, int errnum, struct err *e)
{
	err_object(e, "%s", s->bdf);
	err_errno(e, errnum, "no own session: the step '%s' failed", step->name);
	for (size_t i = 0; i < MAX_HINTS && step->hint[i].text; i++)
		if (step->hint[i].errnum == errnum)
			err_hint(e, "%s", step->hint[i].text);
	if (step->run == bind_vfio && errnum == EINVAL)
		e->class = ERR_STATE;
	return -1;
}

int own_session_open(struct session *s, const struct target *t, struct err *e)
{
	struct opening o = {s, t};

	s->own = true;
	for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
		int ret = steps[i].run(&o);

		if (ret < 0)
			return step_failed(s, &steps[i], -ret, e);
	}
	return 0;
}

static void destroy(struct session *s, uint32_t id)
{
	struct iommu_destroy arg = {.size = sizeof(arg), .id = id};

	if (id && !s->dry_run)
		call(s, s->iommufd, &layout_iommu_destroy, NR_IOMMU_DESTROY, &arg, sizeof(arg));
}

static void close_fd(struct session *s, int fd)
{
	if (fd >= 0)
		kernel_close(s->kernel, fd);
}

void own_session_close(struct session *s)
{
	struct own_objects *w = &s->objects;

	destroy(s, s->vdevice);
	destroy(s, w->viommu);
	destroy(s, w->hwpt);
	close_fd(s, w->vfio_fd);
	destroy(s, w->ioas);
	close_fd(s, w->kvm_vfio_fd);
	if (!w->kvm_inherited)
		close_fd(s, w->vm_fd);
	close_fd(s, w->kvm_fd);
}
