// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The TSM back end: the TDISP state machine and the payloads of a request. CCA's layouts are those of its back-end
 * driver; SEV and TDX have published none and take the same here.
 */
#include <errno.h>
#include <string.h>

#include "kernel/sim/internal.h"

enum { PAGE = 4096, REGEN_RAW_BLOCKS = 1 };

struct change {
	struct sim *sim;
	struct sim_device *device;
	const struct sim_tsm_request *r;
	uint64_t *tsm_code;
};

struct op_spec {
	size_t request_len; /* exactly */
	bool changes;
	long (*run)(const struct change *c);
};

int sim_tsm_bind(struct sim_device *d, bool kvm)
{
	if (!d->connected)
		return -EINVAL;
	if (!kvm)
		return -ENODEV;
	d->bound = true;
	return 0;
}

/* Back to CONFIG_UNLOCKED: nothing that was accepted holds any more. */
static void unlock(struct sim *s, struct sim_device *d)
{
	d->state = TDI_UNLOCKED;
	d->dma_enabled = false;
	d->mappings = 0;
	sim_evidence_unlock(s, d);
}

void sim_tsm_unbind(struct sim *s, struct sim_device *d)
{
	if (!d->bound)
		return;
	d->bound = false;
	unlock(s, d);
}

/*
 * The TSM says no. CCA's driver makes ENXIO of it and has no code for user space; the others hand their TSM's code
 * through, where the request has room for one.
 */
static long refuse(const struct change *c)
{
	static const uint64_t codes[] = {
		[ARCH_SEV] = 0x2,                /* INVALID_GUEST_STATE */
		[ARCH_TDX] = 0xc000030000000000, /* an error, not to be retried as it is */
	};

	if (c->sim->arch == ARCH_CCA || !c->sim->model->has_tsm_code)
		return -ENXIO;
	*c->tsm_code = codes[c->sim->arch];
	return 0;
}

static long validate_mmio(const struct change *c)
{
	uint64_t range[3]; /* gpa_base, gpa_top, pa_base */

	memcpy(range, c->r->request, sizeof(range));
	if (range[1] <= range[0] || (range[0] | range[1] | range[2]) % PAGE)
		return -EINVAL;
	if (c->device->state != TDI_LOCKED && c->device->state != TDI_RUN)
		return refuse(c);
	c->device->mappings++;
	return 0;
}

/*
 * What a TSM collects when it locks: the report, and on CCA the measurements; on SEV those wait for a nonce, TDX has
 * none. An object that it has not is no failure.
 */
static long collect(const struct change *c)
{
	static const uint8_t nonce[EV_NONCE_SIZE];
	int ret = 0;

	if (c->sim->arch == ARCH_CCA)
		ret = sim_evidence_regen(c->sim, c->device, EV_MEASUREMENTS, nonce, sizeof(nonce), false);
	if (!ret || ret == -EOPNOTSUPP || ret == -EINVAL)
		ret = sim_evidence_regen(c->sim, c->device, EV_REPORT, nonce, sizeof(nonce), false);
	return ret == -EOPNOTSUPP || ret == -EINVAL ? 0 : ret;
}

static long lock(const struct change *c)
{
	c->device->state = TDI_LOCKED;

	long ret = collect(c);

	if (ret)
		unlock(c->sim, c->device);
	return ret;
}

static long set_tdi_state(const struct change *c)
{
	enum tdi_state from = c->device->state;
	uint32_t to;

	memcpy(&to, c->r->request, sizeof(to));
	switch (to) {
	case TDI_UNLOCKED:
		if (from == TDI_UNLOCKED)
			return refuse(c);
		unlock(c->sim, c->device);
		return 0;
	case TDI_LOCKED:
		return from == TDI_UNLOCKED ? lock(c) : refuse(c);
	case TDI_RUN:
		if (from != TDI_LOCKED)
			return refuse(c);
		c->device->state = TDI_RUN;
		return 0;
	default:
		return -EINVAL;
	}
}

static long sev_enable_dma(const struct change *c)
{
	if (c->device->state != TDI_RUN)
		return refuse(c);
	c->device->dma_enabled = true;
	return 0;
}

static long sev_disable_dma(const struct change *c)
{
	c->device->dma_enabled = false;
	return 0;
}

/* The object that the payload begins with, or -EINVAL; in longer payloads a reserved word follows. */
static int object_type(const struct sim_tsm_request *r)
{
	static const enum evidence_type types[] = {EV_VCA, EV_CERT0, EV_MEASUREMENTS, EV_REPORT};
	uint32_t head[2] = {0}; /* number, reserved */

	memcpy(head, r->request, r->request_len < sizeof(head) ? r->request_len : sizeof(head));
	return head[0] < sizeof(types) / sizeof(types[0]) && !head[1] ? (int)types[head[0]] : -EINVAL;
}

/* What the cache has of it; NULL: it does not have it, or there is no such object. An object of 0 bytes is one. */
static const struct sim_blob *cached_object(const struct change *c)
{
	int type = object_type(c->r);

	return type >= 0 && c->device->object[type].data ? &c->device->object[type] : NULL;
}

static long object_info(const struct change *c)
{
	const struct sim_tsm_request *r = c->r;
	const struct sim_blob *o = cached_object(c);

	if (!o || r->response_len < sizeof(int32_t))
		return -EINVAL;

	int32_t size = (int32_t)o->len;

	if (size == 0)
		return 0; /* as the driver: the response is not written */
	if (r->response_reach < sizeof(size))
		return -EFAULT;
	memcpy(r->response, &size, sizeof(size));
	return (long)(r->response_len - sizeof(size));
}

/* The driver copies as many bytes as the object has from wherever the offset points to; behind the end are zeros. */
static long read_object(const struct change *c)
{
	const struct sim_tsm_request *r = c->r;
	const struct sim_blob *o = cached_object(c);
	uint64_t offset;

	memcpy(&offset, r->request + 8, sizeof(offset));
	if (!o || offset > o->len)
		return -EINVAL;
	if (o->len > r->response_len)
		return -E2BIG;
	if (r->response_reach < o->len)
		return -EIO;
	if (o->len) {
		memset(r->response, 0, o->len);
		memcpy(r->response, o->data + offset, o->len - offset);
	}
	return (long)(r->response_len - o->len);
}

static long regen_object(const struct change *c)
{
	uint8_t nonce[EV_NONCE_SIZE] = {0};
	int type = object_type(c->r);
	uint64_t flags;
	uint64_t address;

	if (type != EV_MEASUREMENTS && type != EV_REPORT)
		return -EINVAL;
	memcpy(&flags, c->r->request + 8, sizeof(flags));
	memcpy(&address, c->r->request + 16, sizeof(address));
	if (type == EV_REPORT ? flags || address : flags & ~(uint64_t)REGEN_RAW_BLOCKS)
		return -EINVAL;
	if (type == EV_MEASUREMENTS && sim_copy_from_user(NULL, nonce, address, sizeof(nonce)))
		return -EFAULT;
	/* TDISP gives the report of a locked interface only. */
	if (type == EV_REPORT && c->device->state == TDI_UNLOCKED)
		return refuse(c);
	return sim_evidence_regen(c->sim, c->device, (enum evidence_type)type, nonce, sizeof(nonce),
				  flags & REGEN_RAW_BLOCKS);
}

static const struct op_spec specs[OP_COUNT] = {
	[OP_READ_OBJECT] = {16, false, read_object},       [OP_REGEN_OBJECT] = {24, true, regen_object},
	[OP_OBJECT_INFO] = {4, false, object_info},        [OP_VALIDATE_MMIO] = {24, true, validate_mmio},
	[OP_SET_TDI_STATE] = {4, true, set_tdi_state},     [OP_SEV_ENABLE_DMA] = {0, true, sev_enable_dma},
	[OP_SEV_DISABLE_DMA] = {0, true, sev_disable_dma},
};

/* A change of the VMM's function outlives this process: it is made to the state as it is now. */
static long run_kept(const struct op_spec *spec, const struct change *c)
{
	long ret = sim_state_begin(c->sim);

	if (ret)
		return ret;
	ret = spec->run(c);
	if (ret < 0 || *c->tsm_code) {
		sim_state_abandon(c->sim);
		return ret;
	}

	int committed = sim_state_commit(c->sim);

	return committed ? committed : ret;
}

long sim_tsm_request(struct sim *s, struct sim_device *d, const struct sim_tsm_request *r, uint64_t *tsm_code)
{
	const struct op_spec *spec = &specs[r->op];
	const struct sim_fault *code = sim_fault_take(s, FAULT_TSM_CODE);
	const struct sim_fault *residue = sim_fault_take(s, FAULT_RESIDUE);
	const struct change c = {s, d, r, tsm_code};

	if (r->request_len != spec->request_len)
		return -EINVAL;
	if (r->request_len && !r->request)
		return -EFAULT;
	if (code) {
		*tsm_code = code->value;
		return residue ? (long)residue->value : (long)r->response_len;
	}

	long ret = spec->changes && d->held ? run_kept(spec, &c) : spec->run(&c);

	return ret >= 0 && residue ? (long)residue->value : ret;
}
