// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Payloads: the CCA ones of the 48-byte request (rmi-da.h of the CCA integration kernel) and of the scope era (CCA RFC
 * v4), whose first word says what is asked. Both are read into the same arguments.
 */
#include "request.h"

#include <linux/delay.h>
#include <linux/errno.h>
#include <linux/module.h>
#include <linux/pci-tsm.h>
#include <linux/sched/signal.h>
#include <linux/string.h>
#include <linux/unaligned.h>

#include "store.h"

enum { PAYLOAD_MAX = 64, NONCE_SIZE = 32 };

static int fail_errno;
module_param(fail_errno, int, 0600);
MODULE_PARM_DESC(fail_errno, "every request fails with this errno after it was carried out; 0: none");

static ullong fail_code;
module_param(fail_code, ullong, 0600);
MODULE_PARM_DESC(fail_code, "tsm_code of every request");

static uint delay_ms;
module_param(delay_ms, uint, 0600);
MODULE_PARM_DESC(delay_ms, "how long every request takes; a signal ends it with EINTR");

static bool strict;
module_param(strict, bool, 0600);
MODULE_PARM_DESC(strict,
		 "there is a report only while the interface is locked, and what is unlocked cannot be unlocked");

static uint pending;
module_param(pending, uint, 0400);
MODULE_PARM_DESC(pending, "how many requests take their time at this moment");

struct args {
	enum lab_op op;
	u32 type; /* enum lab_type */
	u32 state;
	u64 base, top, pa;
	u64 offset, flags, nonce;
};

static const char *const op_names[] = {
	"VALIDATE_MMIO", "SET_TDI_STATE", "SEV_ENABLE_DMA", "SEV_DISABLE_DMA",
	"READ_OBJECT",   "REGEN_OBJECT",  "OBJECT_INFO",    "BY_PAYLOAD",
};

/* Object numbers of the wire: RHI 1.0, and those of the scope era. */
static const u8 rhi_types[] = {LAB_VCA, LAB_CERT0, LAB_MEASUREMENTS, LAB_REPORT};
static const u8 scope_types[] = {LAB_TYPES, LAB_CERT0, LAB_MEASUREMENTS, LAB_REPORT, LAB_VCA};

static u32 object_type(const u8 *table, size_t count, u32 number)
{
	return number < count ? table[number] : LAB_TYPES;
}

/* Sizes must match exactly, and are looked at before the bytes are. */
static int copy_payload(u8 *to, const struct lab_request *r, size_t size)
{
	if (r->in_len != size)
		return -EINVAL;
	return size && copy_from_sockptr(to, r->in, size) ? -EFAULT : 0;
}

/* Where each value of the 48-byte request's payloads stands. */
static int read_op_payload(u8 *p, const struct lab_request *r, struct args *a)
{
	static const u8 sizes[LAB_OPS] = {
		[LAB_VALIDATE_MMIO] = 24, [LAB_SET_TDI_STATE] = 4, [LAB_READ_OBJECT] = 16,
		[LAB_REGEN_OBJECT] = 24,  [LAB_OBJECT_INFO] = 4,
	};
	size_t len = sizes[a->op];
	int rc = copy_payload(p, r, len);

	if (rc || len == 0)
		return rc;
	a->state = get_unaligned_le32(p);
	a->type = object_type(rhi_types, ARRAY_SIZE(rhi_types), a->state);
	if (len == 16)
		a->offset = get_unaligned_le64(p + 8);
	if (len == 24) {
		a->base = get_unaligned_le64(p);
		a->top = a->flags = get_unaligned_le64(p + 8);
		a->pa = a->nonce = get_unaligned_le64(p + 16);
	}
	if (a->op == LAB_READ_OBJECT || a->op == LAB_REGEN_OBJECT)
		return get_unaligned_le32(p + 4) ? -EINVAL : 0;
	return 0;
}

static const struct {
	u8 size;
	u8 scope;
	enum lab_op op;
} scope_requests[] = {
	[1] = {8, PCI_TSM_REQ_INFO, LAB_OBJECT_INFO},
	[2] = {16, PCI_TSM_REQ_INFO, LAB_READ_OBJECT},
	[3] = {8, PCI_TSM_REQ_INFO, LAB_REGEN_OBJECT},
	[4] = {24, PCI_TSM_REQ_INFO, LAB_REGEN_OBJECT},
	[5] = {32, PCI_TSM_REQ_STATE_CHANGE, LAB_VALIDATE_MMIO},
	[6] = {8, PCI_TSM_REQ_STATE_CHANGE, LAB_SET_TDI_STATE},
};

static int read_scope_payload(u8 *p, const struct lab_request *r, struct args *a)
{
	u32 request;
	size_t len;
	int rc;

	if (r->in_len < sizeof(request))
		return -EINVAL;
	if (copy_from_sockptr(&request, r->in, sizeof(request)))
		return -EFAULT;
	if (request == 0 || request >= ARRAY_SIZE(scope_requests) || r->scope != scope_requests[request].scope)
		return -EINVAL;
	len = scope_requests[request].size;
	rc = copy_payload(p, r, len);
	if (rc)
		return rc;
	a->op = scope_requests[request].op;
	a->state = get_unaligned_le32(p + 4);
	a->type = object_type(scope_types, ARRAY_SIZE(scope_types), a->state);
	if (a->op == LAB_REGEN_OBJECT)
		a->type = request == 3 ? LAB_REPORT : LAB_MEASUREMENTS;
	if (len >= 16)
		a->offset = a->flags = a->base = get_unaligned_le64(p + 8);
	if (len >= 24)
		a->nonce = a->top = get_unaligned_le64(p + 16);
	if (len >= 32)
		a->pa = get_unaligned_le64(p + 24);
	return 0;
}

static ssize_t set_state(const struct args *a, enum lab_state *state)
{
	bool allowed = a->state == LAB_UNLOCKED ? !strict || *state != LAB_UNLOCKED : *state + 1 == a->state;

	if (a->state > LAB_RUN)
		return -EINVAL;
	if (!allowed)
		return -ENXIO;
	*state = a->state;
	if (strict)
		lab_set_present(LAB_REPORT, a->state != LAB_UNLOCKED);
	return 0;
}

static ssize_t validate_mmio(const struct args *a, enum lab_state state)
{
	if (a->base >= a->top || !PAGE_ALIGNED(a->base | a->top | a->pa))
		return -EINVAL;
	return state == LAB_UNLOCKED ? -ENXIO : 0;
}

static ssize_t regenerate_report(const struct args *a, enum lab_state state)
{
	if (a->flags || a->nonce)
		return -EINVAL;
	return strict && state == LAB_UNLOCKED ? -ENXIO : lab_refresh(NULL, 0);
}

static ssize_t regenerate(const struct args *a, enum lab_state state)
{
	u8 nonce[NONCE_SIZE];

	if (a->type == LAB_REPORT)
		return regenerate_report(a, state);
	if (a->type != LAB_MEASUREMENTS || a->flags > 1)
		return -EINVAL;
	if (copy_from_user(nonce, u64_to_user_ptr(a->nonce), sizeof(nonce)))
		return -EFAULT;
	return lab_refresh(nonce, sizeof(nonce));
}

/* Nothing is written for an object of 0 bytes. */
static ssize_t object_info(const struct lab_object *o, const struct lab_request *r)
{
	s32 size = o->len;

	if (r->out_len < sizeof(size))
		return -EINVAL;
	if (!size)
		return 0;
	return copy_to_sockptr(r->out, &size, sizeof(size)) ? -EFAULT : r->out_len - sizeof(size);
}

/* As many bytes as the object has, wherever they begin: behind its end are zeros. */
static ssize_t read_object(const struct lab_object *o, const struct args *a, const struct lab_request *r)
{
	size_t rest;

	if (a->offset > o->len)
		return -EINVAL;
	if (o->len > r->out_len)
		return -E2BIG;
	rest = o->len - a->offset;
	if (copy_to_sockptr(r->out, o->data + a->offset, rest) || clear_user(r->out.user + rest, o->len - rest))
		return -EIO;
	return r->out_len - o->len;
}

static ssize_t with_object(const struct args *a, const struct lab_request *r)
{
	const struct lab_object *o;
	ssize_t rc = -EINVAL;

	down_read(&lab_store_lock);
	o = lab_object(a->type);
	if (o && o->present)
		rc = a->op == LAB_OBJECT_INFO ? object_info(o, r) : read_object(o, a, r);
	up_read(&lab_store_lock);
	return rc;
}

static ssize_t perform(const struct args *a, const struct lab_request *r, enum lab_state *state)
{
	switch (a->op) {
	case LAB_SET_TDI_STATE:
		return set_state(a, state);
	case LAB_VALIDATE_MMIO:
		return validate_mmio(a, *state);
	case LAB_REGEN_OBJECT:
		return regenerate(a, *state);
	case LAB_READ_OBJECT:
	case LAB_OBJECT_INFO:
		return with_object(a, r);
	default: /* SEV's DMA: the op says all */
		return 0;
	}
}

static int take_time(void)
{
	unsigned long left;

	pending++;
	left = msleep_interruptible(delay_ms);
	pending--;
	return left ? -EINTR : 0;
}

static ssize_t run(const struct lab_request *r, struct args *a, u8 *payload, u32 arch, enum lab_state *state)
{
	ssize_t rc;

	if (r->arch && r->arch != arch)
		return -EINVAL;
	rc = r->op == LAB_BY_PAYLOAD ? read_scope_payload(payload, r, a) : read_op_payload(payload, r, a);
	if (!rc && delay_ms)
		rc = take_time();
	return rc ?: perform(a, r, state);
}

ssize_t lab_request_run(const struct lab_request *r, const char *name, u32 arch, enum lab_state *state, u64 *tsm_code)
{
	u8 payload[PAYLOAD_MAX] = {};
	struct args a = {.op = r->op};
	ssize_t rc;

	rc = run(r, &a, payload, arch, state);
	if (fail_errno)
		rc = -fail_errno;
	*tsm_code = fail_code;
	lab_log("%s %s arch %u payload %*phN response %zu = %zd", name, op_names[a.op], r->arch,
		(int)min(r->in_len, sizeof(payload)), payload, r->out_len, rc);
	return rc;
}
