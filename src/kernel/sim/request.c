// SPDX-License-Identifier: GPL-2.0-or-later
/* The TSM ioctls of iommufd: what the kernel models differ in. Check order as in the trees that have them. */
#include <errno.h>
#include <string.h>

#include "kernel/sim/internal.h"

enum { SCOPE_INFO = 0, SCOPE_STATE_CHANGE = 1, SCOPE_DEBUG_WRITE = 3 };
enum { SCOPE_PAYLOAD_MAX = 32, OBJECT_VCA = 0, SCOPE_OBJECT_VCA = 4 };

static bool is_object_op(enum tsm_op op)
{
	return op == OP_READ_OBJECT || op == OP_REGEN_OBJECT || op == OP_OBJECT_INFO;
}

static bool is_sev_op(enum tsm_op op)
{
	return op == OP_SEV_ENABLE_DMA || op == OP_SEV_DISABLE_DMA;
}

/* The op that `number` is to this kernel for this architecture, or -1. */
static int op_of(const struct sim *s, uint32_t number, uint32_t arch)
{
	if (arch < ARCH_CCA || arch > ARCH_TDX)
		return -1;
	for (size_t i = 0; i < s->model->op_count; i++) {
		enum tsm_op op = s->model->op[i].op;

		if (s->model->op[i].number != number)
			continue;
		if (is_object_op(op) && s->model->objects_optional && !s->object_ops)
			return -1;
		return is_sev_op(op) && arch != ARCH_SEV ? -1 : (int)op;
	}
	return -1;
}

/* The function behind a vdevice id. 0; -ENOENT: no such vdevice; -ENXIO: no TDI is bound to it. */
static int vdevice_device(struct sim_command *c, uint32_t id, struct sim_device **out)
{
	const struct sim_object *vdevice = sim_object_find(c->context, id, OBJ_VDEVICE);

	if (!vdevice)
		return -ENOENT;
	*out = vdevice->device;
	return vdevice->device->connected && vdevice->device->bound ? 0 : -ENXIO;
}

static struct sim_tsm_request request_of(const struct sim_command *c, enum tsm_op op, uint64_t request, uint32_t len,
					 uint64_t response, uint32_t capacity)
{
	return (struct sim_tsm_request){
		.op = op,
		.request = sim_user_buffer(c->call, request, len),
		.request_len = len,
		.response = (uint8_t *)(uintptr_t)response,
		.response_len = response ? capacity : 0,
		.response_reach = sim_user_reach(c->call, response, capacity),
	};
}

long sim_tsm_req48(struct sim_command *c)
{
	struct tsm_req48 *a = &c->arg.req48;
	int op = op_of(c->sim, a->op, a->tvm_arch);
	struct sim_device *d = NULL;

	if (op < 0)
		return -EINVAL;

	long ret = vdevice_device(c, a->vdevice_id, &d);

	if (ret == -ENOENT)
		return ret;
	a->tsm_code = 0;
	if (ret == 0 && a->tvm_arch != (uint32_t)c->sim->arch)
		ret = -EINVAL;
	if (ret == 0) {
		struct sim_tsm_request r =
			request_of(c, (enum tsm_op)op, a->req_uptr, a->req_len, a->resp_uptr, a->resp_len);

		ret = sim_tsm_request(c->sim, d, &r, &a->tsm_code);
	}
	/* Of the struct only the code goes back, after an error too. */
	memcpy((uint8_t *)c->call->arg + offsetof(struct tsm_req48, tsm_code), &a->tsm_code, sizeof(a->tsm_code));
	return ret;
}

/* Requests of the scope era, by the type that leads their payload. */
struct scope_request {
	uint32_t scope;
	uint32_t len;
	enum tsm_op op;
	uint8_t skip; /* bytes of the payload that the 48-byte layout has not */
	uint8_t pad;  /* zeros that it has after the object's type, where the scope layout has them not */
};

static const struct scope_request scope_requests[] = {
	[1] = {SCOPE_INFO, 8, OP_OBJECT_INFO, 4, 0},
	[2] = {SCOPE_INFO, 16, OP_READ_OBJECT, 4, 4},
	[3] = {SCOPE_INFO, 8, OP_REGEN_OBJECT, 0, 0},
	[4] = {SCOPE_INFO, 24, OP_REGEN_OBJECT, 0, 0},
	[5] = {SCOPE_STATE_CHANGE, 32, OP_VALIDATE_MMIO, 8, 0},
	[6] = {SCOPE_STATE_CHANGE, 8, OP_SET_TDI_STATE, 4, 0},
};

/* Scope layouts of regeneration name the object by the request's type. */
static const uint32_t scope_regen_object[] = {[3] = 3, [4] = 2};

/* Rewrites a scope payload in the layout of the 48-byte ABI; its length, or -EINVAL. */
static int scope_payload(const struct scope_request *row, uint32_t type, const uint8_t *in, uint8_t *out)
{
	uint32_t object;

	memset(out, 0, SCOPE_PAYLOAD_MAX);
	if (row->op == OP_REGEN_OBJECT) {
		memcpy(out, in, row->len);
		memcpy(out, &scope_regen_object[type], sizeof(object));
		return 24;
	}
	if (!is_object_op(row->op)) {
		memcpy(out, in + row->skip, row->len - row->skip);
		return (int)(row->len - row->skip);
	}
	memcpy(&object, in + row->skip, sizeof(object));
	if (object == OBJECT_VCA)
		return -EINVAL;
	object = object == SCOPE_OBJECT_VCA ? OBJECT_VCA : object;
	memcpy(out, &object, sizeof(object));
	memcpy(out + 4 + row->pad, in + 8, row->len - 8);
	return (int)(row->len - row->skip + row->pad);
}

/* The CCA back end of that time: decodes the payload, then does what it does today. */
static long scope_request(struct sim_command *c, struct sim_device *d)
{
	const struct tsm_req40 *a = &c->arg.req40;
	struct sim_tsm_request r = request_of(c, OP_OBJECT_INFO, a->req_uptr, a->req_len, a->resp_uptr, a->resp_len);
	uint8_t payload[SCOPE_PAYLOAD_MAX];
	uint64_t code = 0;
	uint32_t type;

	if (r.request_len < sizeof(type))
		return -EINVAL;
	if (!sim_user_buffer(c->call, a->req_uptr, sizeof(type)))
		return -EFAULT;
	memcpy(&type, (const void *)(uintptr_t)a->req_uptr, sizeof(type));
	if (!type || type >= sizeof(scope_requests) / sizeof(scope_requests[0]))
		return -EINVAL;

	const struct scope_request *row = &scope_requests[type];

	if (row->scope != a->scope || row->len != r.request_len)
		return -EINVAL;
	if (!r.request)
		return -EFAULT;

	int len = scope_payload(row, type, r.request, payload);

	if (len < 0)
		return len;
	r.op = row->op;
	r.request = payload;
	r.request_len = (size_t)len;
	return sim_tsm_request(c->sim, d, &r, &code);
}

long sim_tsm_req40(struct sim_command *c)
{
	const struct tsm_req40 *a = &c->arg.req40;
	struct sim_device *d = NULL;

	if (a->reserved)
		return -EOPNOTSUPP;
	if (a->scope > SCOPE_DEBUG_WRITE)
		return -EINVAL;

	int ret = vdevice_device(c, a->vdevice_id, &d);

	if (ret == -ENOENT)
		return ret;
	if (a->scope > SCOPE_STATE_CHANGE)
		return -EINVAL;
	return ret ? ret : scope_request(c, d);
}

long sim_tsm_op(struct sim_command *c)
{
	const struct tsm_op_arg *a = &c->arg.tsm_op;

	if (a->flags)
		return -EOPNOTSUPP;

	const struct sim_object *vdevice = sim_object_find(c->context, a->vdevice_id, OBJ_VDEVICE);

	if (!vdevice)
		return -ENOENT;
	if (!vdevice->kvm)
		return -ENODEV;
	switch (a->type) {
	case TSM_OP_BIND:
		return sim_tsm_bind(vdevice->device, true);
	case TSM_OP_UNBIND:
		sim_tsm_unbind(c->sim, vdevice->device);
		return 0;
	default:
		return -EINVAL;
	}
}

/* AMD's requests name vIOMMU, device and vdevice, in this order, at 4, 8 and 12. */
static int amd_check_ids(struct sim_command *c)
{
	static const enum sim_object_kind kinds[] = {OBJ_VIOMMU, OBJ_DEVICE, OBJ_VDEVICE};
	uint32_t id[3];

	memcpy(id, c->arg.bytes + 4, sizeof(id));
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (!sim_object_find(c->context, id[i], kinds[i]))
			return -ENOENT;
	return 0;
}

long sim_amd_bind(struct sim_command *c)
{
	int ret = amd_check_ids(c);
	uint32_t vdevice;
	int32_t kvm_fd;

	if (ret)
		return ret;
	memcpy(&vdevice, c->arg.bytes + 12, sizeof(vdevice));
	memcpy(&kvm_fd, c->arg.bytes + 16, sizeof(kvm_fd));

	struct sim_device *d = sim_object_find(c->context, vdevice, OBJ_VDEVICE)->device;

	if (kvm_fd < 0) {
		sim_tsm_unbind(c->sim, d);
		return 0;
	}
	return sim_file_get(c->sim, kvm_fd) ? sim_tsm_bind(d, true) : -EBADF;
}

/* The message is sealed between guest and PSP: what this machine could send does not open. */
long sim_amd_guest_request(struct sim_command *c)
{
	int ret = amd_check_ids(c);

	return ret ? ret : -EINVAL;
}

long sim_noiommu_get_pa(struct sim_command *c)
{
	(void)c;
	return -EOPNOTSUPP;
}
