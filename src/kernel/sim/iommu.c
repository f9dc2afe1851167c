// SPDX-License-Identifier: GPL-2.0-or-later
/* iommufd: the ioctl front end, the kernel models, and the objects that Linux 7.3 knows already. */
#include <errno.h>
#include <string.h>

#include "kernel/sim/internal.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

enum { VIOMMU_DEFAULT = 0, VIOMMU_ARM_REALM_SMMUV3 = 3 };

/* Numbers of 0x3b95..0x3b97: the reference, 2.9. */
static const struct sim_ioctl ioctls_integration[] = {
	{0x3b95, 40, 40, sim_noiommu_get_pa},
	{0x3b96, 48, 48, sim_tsm_req48},
};

static const struct sim_ioctl ioctls_interim[] = {
	{0x3b95, 40, 40, sim_noiommu_get_pa},
	{0x3b96, 16, 16, sim_tsm_op},
	{0x3b97, 48, 48, sim_tsm_req48},
};

static const struct sim_ioctl ioctls_june[] = {
	{0x3b95, 16, 16, sim_tsm_op},
	{0x3b96, 48, 48, sim_tsm_req48},
};

static const struct sim_ioctl ioctls_v5[] = {
	{0x3b95, 16, 16, sim_tsm_op},
	{0x3b96, 40, 40, sim_tsm_req40},
};

static const struct sim_ioctl ioctls_amd[] = {
	{0x3b95, 24, 24, sim_amd_bind},
	{0x3b96, 48, 48, sim_amd_guest_request},
};

static const struct sim_ioctl ioctls_stock[] = {
	{0x3b95, 40, 40, sim_noiommu_get_pa},
};

static const struct sim_op_row ops_newest[] = {
	{1, OP_VALIDATE_MMIO}, {2, OP_SET_TDI_STATE}, {3, OP_SEV_ENABLE_DMA}, {4, OP_SEV_DISABLE_DMA},
	{5, OP_READ_OBJECT},   {6, OP_REGEN_OBJECT},  {7, OP_OBJECT_INFO},
};

static const struct sim_op_row ops_june[] = {
	{1, OP_READ_OBJECT},   {2, OP_REGEN_OBJECT},   {3, OP_OBJECT_INFO},     {4, OP_VALIDATE_MMIO},
	{5, OP_SET_TDI_STATE}, {6, OP_SEV_ENABLE_DMA}, {7, OP_SEV_DISABLE_DMA},
};

static const struct sim_op_row ops_shifted[] = {
	{2, OP_VALIDATE_MMIO}, {3, OP_SET_TDI_STATE}, {4, OP_SEV_ENABLE_DMA}, {5, OP_SEV_DISABLE_DMA},
	{6, OP_READ_OBJECT},   {7, OP_REGEN_OBJECT},  {8, OP_OBJECT_INFO},
};

#define IOCTLS(table) .tsm = (table), .tsm_count = COUNT(table)
#define OPS(table)    .op = (table), .op_count = COUNT(table)

static const struct sim_model models[] = {
	{.name = "op48-2026-09",
	 IOCTLS(ioctls_integration),
	 OPS(ops_newest),
	 .objects_optional = true,
	 .binds_in_alloc = true,
	 .has_tsm = true,
	 .has_tsm_code = true},
	{.name = "op48-interim",
	 IOCTLS(ioctls_interim),
	 OPS(ops_newest),
	 .objects_optional = true,
	 .has_tsm = true,
	 .has_tsm_code = true},
	{.name = "op48-2026-06", IOCTLS(ioctls_june), OPS(ops_june), .has_tsm = true, .has_tsm_code = true},
	{.name = "scope40-v5", IOCTLS(ioctls_v5), .has_tsm = true},
	{.name = "amd-packed48", IOCTLS(ioctls_amd), .has_tsm = true, .has_tsm_code = true},
	{.name = "none", IOCTLS(ioctls_stock)},
	{.name = "unknown",
	 IOCTLS(ioctls_integration),
	 OPS(ops_shifted),
	 .binds_in_alloc = true,
	 .has_tsm = true,
	 .has_tsm_code = true},
};

const struct sim_model *sim_model_find(const char *profile)
{
	for (size_t i = 0; i < COUNT(models); i++)
		if (strcmp(models[i].name, profile) == 0)
			return &models[i];
	return NULL;
}

const char *sim_model_name(size_t i)
{
	return i < COUNT(models) ? models[i].name : NULL;
}

long sim_respond(struct sim_command *c)
{
	memcpy(c->call->arg, c->arg.bytes, c->size);
	return 0;
}

static long destroy(struct sim_command *c)
{
	return sim_object_destroy(c->sim, c->context, c->arg.destroy.id);
}

/* Adds what an ALLOC makes and gives its id back. */
static long alloc(struct sim_command *c, struct sim_object o, uint32_t *out_id)
{
	int id = sim_object_add(c->context, o);

	if (id < 0)
		return id;
	*out_id = (uint32_t)id;
	return sim_respond(c);
}

static long ioas_alloc(struct sim_command *c)
{
	if (c->arg.ioas.flags)
		return -EOPNOTSUPP;
	return alloc(c, (struct sim_object){.kind = OBJ_IOAS}, &c->arg.ioas.out_ioas_id);
}

static long hwpt_alloc(struct sim_command *c)
{
	struct iommu_hwpt_alloc *a = &c->arg.hwpt;

	if (a->reserved)
		return -EOPNOTSUPP;
	if (!a->data_type != !a->data_len)
		return -EINVAL;
	if (!sim_object_find(c->context, a->dev_id, OBJ_DEVICE))
		return -ENOENT;
	if (!sim_object_find(c->context, a->pt_id, OBJ_IOAS))
		return -EINVAL;
	if (a->flags & ~(uint32_t)IOMMU_HWPT_NEST_PARENT || a->data_type)
		return -EOPNOTSUPP;
	return alloc(c,
		     (struct sim_object){
			     .kind = OBJ_HWPT, .uses = a->pt_id, .nest_parent = a->flags & IOMMU_HWPT_NEST_PARENT},
		     &a->out_hwpt_id);
}

/* Realm SMMUs are type 3; AMD's driver does not look at the type; for TDX the TSM back end supplies the vIOMMU. */
static bool viommu_type_supported(const struct sim *s, uint32_t type)
{
	return s->arch == ARCH_CCA ? type == VIOMMU_ARM_REALM_SMMUV3 : type != VIOMMU_DEFAULT;
}

static long viommu_alloc(struct sim_command *c)
{
	struct iommu_viommu_alloc *a = &c->arg.viommu;

	if (a->flags || a->type == VIOMMU_DEFAULT)
		return -EOPNOTSUPP;

	const struct sim_object *device = sim_object_find(c->context, a->dev_id, OBJ_DEVICE);

	if (!device)
		return -ENOENT;
	if (!viommu_type_supported(c->sim, a->type))
		return -EOPNOTSUPP;

	const struct sim_object *hwpt = sim_object_find(c->context, a->hwpt_id, OBJ_HWPT);

	if (!hwpt)
		return -ENOENT;
	if (!hwpt->nest_parent)
		return -EINVAL;
	if (c->sim->arch == ARCH_CCA && !device->kvm)
		return -EINVAL;
	return alloc(c, (struct sim_object){.kind = OBJ_VIOMMU, .uses = a->hwpt_id, .kvm = device->kvm},
		     &a->out_viommu_id);
}

static long vdevice_alloc(struct sim_command *c)
{
	struct iommu_vdevice_alloc *a = &c->arg.vdevice;
	const struct sim_object *viommu = sim_object_find(c->context, a->viommu_id, OBJ_VIOMMU);
	const struct sim_object *device = sim_object_find(c->context, a->dev_id, OBJ_DEVICE);

	if (!viommu || !device)
		return -ENOENT;

	struct sim_object o = {.kind = OBJ_VDEVICE,
			       .uses = a->viommu_id,
			       .device = device->device,
			       .virt_id = a->virt_id,
			       .kvm = viommu->kvm};

	if (sim_object_of_device(c->context, OBJ_VDEVICE, o.device) ||
	    sim_object_of_virt_id(c->context, a->viommu_id, a->virt_id))
		return -EEXIST;
	if (c->sim->model->binds_in_alloc) {
		int ret = sim_tsm_bind(o.device, o.kvm);

		if (ret)
			return ret;
	}

	long ret = alloc(c, o, &a->out_vdevice_id);

	if (ret < 0)
		sim_tsm_unbind(c->sim, o.device);
	return ret;
}

static const struct sim_ioctl ioctls_common[] = {
	{0x3b80, 8, 8, destroy},        {0x3b81, 12, 12, ioas_alloc},    {0x3b89, 48, 24, hwpt_alloc},
	{0x3b90, 40, 24, viommu_alloc}, {0x3b91, 24, 24, vdevice_alloc},
};

static const struct sim_ioctl *ioctl_find(const struct sim_ioctl *table, size_t count, uint32_t nr)
{
	for (size_t i = 0; i < count; i++)
		if (table[i].nr == nr)
			return &table[i];
	return NULL;
}

static long iommu_ioctl(struct sim *s, int fd, struct ioctl_call *call)
{
	const struct sim_ioctl *row = ioctl_find(s->model->tsm, s->model->tsm_count, call->nr);
	struct sim_command c = {.sim = s, .context = sim_file_get(s, fd)->context, .call = call};

	if (!row)
		row = ioctl_find(ioctls_common, COUNT(ioctls_common), call->nr);
	if (!row)
		return -ENOTTY;

	int ret = sim_copy_struct(call, c.arg.bytes, row->size, row->min_size);

	if (ret < 0)
		return ret;
	c.size = (size_t)ret;
	return row->run(&c);
}

static void iommu_release(struct sim *s, struct sim_file *f)
{
	sim_context_put(s, f->context);
}

const struct sim_file_ops sim_iommu_ops = {iommu_ioctl, iommu_release};
