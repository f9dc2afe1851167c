// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The TSM ioctls on the kernel's own /dev/iommu, under the ABI that the parameters describe: numbers, struct, op map,
 * order of the checks. Everything else goes to the real handler. Requests reach the TSM through the kernel's own
 * pci_tsm_bind(), pci_tsm_unbind() and pci_tsm_guest_req(). The parameters can be changed while the module is loaded.
 */
#include <linux/file.h>
#include <linux/iommufd.h>
#include <linux/module.h>
#include <linux/pci-tsm.h>
#include <linux/pci.h>
#include <linux/uaccess.h>
#include <linux/vfio_pci_core.h>

#include "hook.h"
#include "iommufd_private.h"
#include "tsmlab.h"

enum { SIZE_OP48 = 48, SIZE_SCOPE40 = 40, SIZE_TSM_OP = 16, SIZE_PACKED_BIND = 24 };

static uint request_nr = 0x3b96;
module_param(request_nr, uint, 0600);
MODULE_PARM_DESC(request_nr, "ioctl of the request; 0: none");

static uint bind_nr;
module_param(bind_nr, uint, 0600);
MODULE_PARM_DESC(bind_nr, "ioctl of TSM_OP; 0: allocating a vdevice binds");

static char form[16] = "op48";
module_param_string(form, form, sizeof(form), 0600);
MODULE_PARM_DESC(form, "op48, scope40, or packed (AMD's)");

/* By enum lab_op. */
static uint ops[LAB_OPS] = {1, 2, 3, 4, 5, 6, 7};
module_param_array(ops, uint, NULL, 0600);
MODULE_PARM_DESC(ops, "numbers of VALIDATE_MMIO, SET_TDI_STATE, SEV_ENABLE_DMA, SEV_DISABLE_DMA, READ_OBJECT, "
		      "REGEN_OBJECT, OBJECT_INFO; 0: not accepted");

static char order[8] = "aoi";
module_param_string(order, order, sizeof(order), 0600);
MODULE_PARM_DESC(order, "in which order the 48-byte request is checked: a architecture, o op, i vdevice id");

static uint bind_viommu = 3;
module_param(bind_viommu, uint, 0600);
MODULE_PARM_DESC(bind_viommu, "without TSM_OP: the vIOMMU type whose vdevices are bound when they are allocated");

struct tsm_op {
	u32 size;
	u32 type;
	u32 flags;
	u32 vdevice_id;
};

enum { TSM_OP_BIND = 1, TSM_OP_UNBIND = 2 };

struct tsm_req48 {
	u32 size;
	u32 vdevice_id;
	u32 op;
	u32 tvm_arch;
	u32 req_len;
	u32 resp_len;
	__aligned_u64 req_uptr;
	__aligned_u64 resp_uptr;
	__aligned_u64 tsm_code;
};

struct tsm_req40 {
	u32 size;
	u32 vdevice_id;
	u32 scope;
	u32 req_len;
	u32 resp_len;
	u32 reserved;
	__aligned_u64 req_uptr;
	__aligned_u64 resp_uptr;
};

static_assert(sizeof(struct tsm_op) == SIZE_TSM_OP);
static_assert(sizeof(struct tsm_req48) == SIZE_OP48);
static_assert(sizeof(struct tsm_req40) == SIZE_SCOPE40);

static struct iommufd_object *(*get_object)(struct iommufd_ctx *ictx, u32 id, enum iommufd_object_type type);
static int (*remove_object)(struct iommufd_ctx *ictx, struct iommufd_object *to_destroy, u32 id, unsigned int flags);

static struct iommufd_vdevice *get_vdevice(struct iommufd_ctx *ictx, u32 id)
{
	struct iommufd_object *o = get_object(ictx, id, IOMMUFD_OBJ_VDEVICE);

	return IS_ERR(o) ? ERR_PTR(-ENOENT) : container_of(o, struct iommufd_vdevice, obj);
}

static void put_vdevice(struct iommufd_ctx *ictx, struct iommufd_vdevice *v)
{
	iommufd_put_object(ictx, &v->obj);
}

/* The VM that user space has associated with the function's VFIO device; NULL: none. */
static struct kvm *vdevice_kvm(const struct iommufd_vdevice *v)
{
	struct device *dev = v->idev->dev;
	struct vfio_pci_core_device *vfio;

	if (!dev_is_pci(dev) || !dev->driver || strcmp(dev->driver->name, "vfio-pci"))
		return NULL;
	vfio = dev_get_drvdata(dev);
	return vfio->vdev.kvm;
}

/* The kernel calls this when a vdevice goes, also by the end of its context. */
static void unbind_destroyed(struct iommufd_vdevice *v)
{
	pci_tsm_unbind(to_pci_dev(v->idev->dev));
}

static int bind_vdevice(struct iommufd_vdevice *v, struct kvm *kvm)
{
	int rc;

	if (!dev_is_pci(v->idev->dev))
		return -EINVAL;
	if (v->destroy && v->destroy != unbind_destroyed)
		return -EOPNOTSUPP;
	rc = pci_tsm_bind(to_pci_dev(v->idev->dev), kvm, v->virt_id);
	if (!rc)
		v->destroy = unbind_destroyed;
	return rc;
}

static int unbind_vdevice(struct iommufd_vdevice *v)
{
	if (!dev_is_pci(v->idev->dev))
		return -EINVAL;
	pci_tsm_unbind(to_pci_dev(v->idev->dev));
	return 0;
}

/* As the kernel's dispatcher: the size word, the least size, and zeros behind what is known. */
static int copy_argument(void *to, size_t size, void __user *from)
{
	u32 user_size;

	if (get_user(user_size, (u32 __user *)from))
		return -EFAULT;
	if (user_size < size)
		return -EINVAL;
	return copy_struct_from_user(to, size, from, user_size);
}

/* AMD's requests name vIOMMU, device and vdevice, in this order, behind their size. */
static struct iommufd_vdevice *get_packed(struct iommufd_ctx *ictx, const u32 *words)
{
	static const enum iommufd_object_type types[] = {IOMMUFD_OBJ_VIOMMU, IOMMUFD_OBJ_DEVICE};

	for (size_t i = 0; i < ARRAY_SIZE(types); i++) {
		struct iommufd_object *o = get_object(ictx, words[i + 1], types[i]);

		if (IS_ERR(o))
			return ERR_PTR(-ENOENT);
		iommufd_put_object(ictx, o);
	}
	return get_vdevice(ictx, words[3]);
}

/* A VM's descriptor binds, any negative one unbinds. */
static long bind_packed(struct iommufd_ctx *ictx, void __user *arg)
{
	u32 words[SIZE_PACKED_BIND / sizeof(u32)];
	struct iommufd_vdevice *v;
	struct file *file;
	long rc = copy_argument(words, sizeof(words), arg);

	if (rc)
		return rc;
	v = get_packed(ictx, words);
	if (IS_ERR(v))
		return PTR_ERR(v);
	file = fget(words[4]);
	if ((int)words[4] < 0)
		rc = unbind_vdevice(v);
	else
		rc = file ? bind_vdevice(v, vdevice_kvm(v)) : -EBADF;
	if (file)
		fput(file);
	put_vdevice(ictx, v);
	return rc;
}

static long tsm_op(struct iommufd_ctx *ictx, void __user *arg)
{
	struct iommufd_vdevice *v;
	struct tsm_op op;
	struct kvm *kvm;
	long rc = copy_argument(&op, sizeof(op), arg);

	if (rc)
		return rc;
	if (op.flags)
		return -EOPNOTSUPP;
	v = get_vdevice(ictx, op.vdevice_id);
	if (IS_ERR(v))
		return PTR_ERR(v);
	kvm = vdevice_kvm(v);
	if (!kvm)
		rc = -ENODEV;
	else if (op.type == TSM_OP_BIND)
		rc = bind_vdevice(v, kvm);
	else
		rc = op.type == TSM_OP_UNBIND ? unbind_vdevice(v) : -EINVAL;
	put_vdevice(ictx, v);
	return rc;
}

static enum lab_op op_by_number(u32 number)
{
	enum lab_op op = 0;

	while (op < LAB_OPS && (!number || ops[op] != number))
		op++;
	return op;
}

static int check_arch(const struct tsm_req48 *req)
{
	return req->tvm_arch < LAB_CCA || req->tvm_arch > LAB_TDX ? -EINVAL : 0;
}

static int check_op(const struct tsm_req48 *req)
{
	enum lab_op op = op_by_number(req->op);

	if (op == LAB_OPS)
		return -EINVAL;
	if (op == LAB_SEV_ENABLE_DMA || op == LAB_SEV_DISABLE_DMA)
		return req->tvm_arch == LAB_SEV ? 0 : -EINVAL;
	return 0;
}

/* On success, *v is the request's vdevice. */
static int check_request(struct iommufd_ctx *ictx, const struct tsm_req48 *req, struct iommufd_vdevice **v)
{
	int rc = 0;

	*v = NULL;
	for (const char *check = order; *check && !rc; check++) {
		if (*check == 'a')
			rc = check_arch(req);
		else if (*check == 'o')
			rc = check_op(req);
		else if (*check == 'i' && !*v)
			*v = get_vdevice(ictx, req->vdevice_id);
		rc = rc ?: PTR_ERR_OR_ZERO(*v);
	}
	if (!rc)
		return *v ? 0 : -ENOENT;
	if (!IS_ERR_OR_NULL(*v))
		put_vdevice(ictx, *v);
	return rc;
}

static ssize_t ask_tsm(struct iommufd_vdevice *v, struct lab_request *r, u32 scope, u64 *tsm_code)
{
	struct device *dev = v->idev->dev;

	if (!dev_is_pci(dev))
		return -EINVAL;
	return pci_tsm_guest_req(to_pci_dev(dev), scope, KERNEL_SOCKPTR(r), sizeof(*r), r->out, r->out_len, tsm_code);
}

/* The code is given back whatever came of the request, and a fault there hides it. */
static long request48(struct iommufd_ctx *ictx, void __user *arg)
{
	struct iommufd_vdevice *v;
	struct lab_request r;
	struct tsm_req48 req;
	long rc = copy_argument(&req, sizeof(req), arg) ?: check_request(ictx, &req, &v);

	if (rc)
		return rc;
	r = (struct lab_request){
		.op = op_by_number(req.op),
		.arch = req.tvm_arch,
		.in = USER_SOCKPTR(u64_to_user_ptr(req.req_uptr)),
		.in_len = req.req_len,
		.out = USER_SOCKPTR(u64_to_user_ptr(req.resp_uptr)),
		.out_len = req.resp_uptr ? req.resp_len : 0,
	};
	req.tsm_code = 0;
	rc = ask_tsm(v, &r, PCI_TSM_REQ_STATE_CHANGE, &req.tsm_code);
	put_vdevice(ictx, v);
	return copy_to_user(arg, &req, sizeof(req)) ? -EFAULT : rc;
}

static long request40(struct iommufd_ctx *ictx, void __user *arg)
{
	struct iommufd_vdevice *v;
	struct lab_request r;
	struct tsm_req40 req;
	u64 unseen_code;
	long rc = copy_argument(&req, sizeof(req), arg);

	if (rc)
		return rc;
	if (req.reserved)
		return -EOPNOTSUPP;
	if (req.scope > PCI_TSM_REQ_DEBUG_WRITE)
		return -EINVAL;
	v = get_vdevice(ictx, req.vdevice_id);
	if (IS_ERR(v))
		return PTR_ERR(v);
	r = (struct lab_request){
		.op = LAB_BY_PAYLOAD,
		.scope = req.scope,
		.in = USER_SOCKPTR(u64_to_user_ptr(req.req_uptr)),
		.in_len = req.req_len,
		.out = USER_SOCKPTR(u64_to_user_ptr(req.resp_uptr)),
		.out_len = req.resp_uptr ? req.resp_len : 0,
	};
	rc = ask_tsm(v, &r, req.scope, &unseen_code);
	put_vdevice(ictx, v);
	return rc;
}

/* The message is sealed between guest and PSP: none that comes from here is genuine. */
static long request_packed(struct iommufd_ctx *ictx, void __user *arg)
{
	u32 words[SIZE_OP48 / sizeof(u32)];
	struct iommufd_vdevice *v;
	long rc = copy_argument(words, sizeof(words), arg);

	if (rc)
		return rc;
	v = get_packed(ictx, words);
	if (IS_ERR(v))
		return PTR_ERR(v);
	put_vdevice(ictx, v);
	return -EINVAL;
}

static long request(struct iommufd_ctx *ictx, void __user *arg)
{
	if (sysfs_streq(form, "scope40"))
		return request40(ictx, arg);
	return sysfs_streq(form, "packed") ? request_packed(ictx, arg) : request48(ictx, arg);
}

static long bind(struct iommufd_ctx *ictx, void __user *arg)
{
	return sysfs_streq(form, "packed") ? bind_packed(ictx, arg) : tsm_op(ictx, arg);
}

static long lab_ioctl(struct file *file, unsigned int cmd, unsigned long arg);
static int lab_vdevice_alloc(struct iommufd_ucmd *ucmd);

static struct hook ioctl_hook = {.symbol = "iommufd_fops_ioctl", .replacement = lab_ioctl};
static struct hook alloc_hook = {.symbol = "iommufd_vdevice_alloc_ioctl", .replacement = lab_vdevice_alloc};

static long lab_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	long (*original)(struct file *, unsigned int, unsigned long) = (void *)ioctl_hook.original;
	long rc;

	if (request_nr && cmd == request_nr)
		return request(file->private_data, (void __user *)arg);
	if (bind_nr && cmd == bind_nr)
		return bind(file->private_data, (void __user *)arg);
	rc = original(file, cmd, arg);
	barrier(); /* no tail call */
	return rc;
}

/* Where binding is part of the allocation, a refusal of the TSM's is the allocation's, and no id is given out. */
static int bind_allocated(struct iommufd_ucmd *ucmd, u32 sent_id)
{
	struct iommu_vdevice_alloc *cmd = ucmd->cmd;
	struct iommufd_ctx *ictx = ucmd->ictx;
	struct iommufd_vdevice *v = get_vdevice(ictx, cmd->out_vdevice_id);
	int rc = 0;

	if (IS_ERR(v))
		return PTR_ERR(v);
	if (v->viommu->type == bind_viommu)
		rc = bind_vdevice(v, vdevice_kvm(v));
	put_vdevice(ictx, v);
	if (!rc)
		return 0;
	remove_object(ictx, NULL, cmd->out_vdevice_id, 0);
	cmd->out_vdevice_id = sent_id;
	return iommufd_ucmd_respond(ucmd, sizeof(*cmd)) ?: rc;
}

static int lab_vdevice_alloc(struct iommufd_ucmd *ucmd)
{
	int (*original)(struct iommufd_ucmd *) = (void *)alloc_hook.original;
	struct iommu_vdevice_alloc *cmd = ucmd->cmd;
	u32 sent_id = cmd->out_vdevice_id;
	int rc = original(ucmd);

	barrier(); /* no tail call */
	if (rc || bind_nr || !request_nr)
		return rc;
	return bind_allocated(ucmd, sent_id);
}

static int __init lab_init(void)
{
	get_object = (void *)lab_symbol("iommufd_get_object");
	remove_object = (void *)lab_symbol("iommufd_object_remove");
	if (!get_object || !remove_object)
		return -ENOENT;
	return hook_install(&alloc_hook) ?: hook_install(&ioctl_hook);
}

module_init(lab_init);
MODULE_IMPORT_NS("IOMMUFD");
MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("TSM requests on iommufd for tests, under a chosen ABI");
