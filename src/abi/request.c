// SPDX-License-Identifier: GPL-2.0-or-later
#include "abi/request.h"

#include <stdlib.h>
#include <string.h>

#include "abi/grant.h"
#include "abi/payload.h"

enum { REGEN_RAW_BLOCKS = 1 };
enum { REQUEST_ADDRESSES = 3 }; /* of the nonce, the request, the response */

struct request {
	bool assumed;
	struct ioctl_call call;
	union {
		struct tsm_req40 req40;
		struct tsm_req48 req48;
	} arg;
	uint8_t nonce[EV_NONCE_SIZE];
	struct ioctl_address address[REQUEST_ADDRESSES];
	size_t address_count;
	size_t payload_len;
	uint8_t payload[];
};

static const enum effect op_effects[OP_COUNT] = {
	[OP_READ_OBJECT] = EFFECT_READ,       [OP_OBJECT_INFO] = EFFECT_READ,     [OP_REGEN_OBJECT] = EFFECT_CHANGE,
	[OP_VALIDATE_MMIO] = EFFECT_CHANGE,   [OP_SET_TDI_STATE] = EFFECT_CHANGE, [OP_SEV_ENABLE_DMA] = EFFECT_CHANGE,
	[OP_SEV_DISABLE_DMA] = EFFECT_CHANGE,
};

static bool is_object_op(enum tsm_op op)
{
	return op == OP_READ_OBJECT || op == OP_REGEN_OBJECT || op == OP_OBJECT_INFO;
}

/* Under an assumed profile the number of a read may be that of a change: nothing is known to be harmless. */
static enum effect effect_of(const struct op_grant *g)
{
	return g->assumed ? EFFECT_CHANGE : op_effects[g->op];
}

static uint64_t payload_value(const struct payload_value *v, const struct profile *p, const struct op_args *a,
			      const uint8_t *nonce)
{
	bool measurements = a->type == EV_MEASUREMENTS;

	switch (v->source) {
	case FROM_CONSTANT:
		return v->constant;
	case FROM_STATE:
		return (uint64_t)a->state;
	case FROM_GPA_BASE:
		return a->gpa_base;
	case FROM_GPA_TOP:
		return a->gpa_top;
	case FROM_PA_BASE:
		return a->pa_base;
	case FROM_OBJECT:
		return p->object_id[profile_object_index(a->type)];
	case FROM_REGEN_FLAGS:
		return measurements && a->raw_blocks ? REGEN_RAW_BLOCKS : 0;
	case FROM_NONCE_PTR:
		break;
	}
	return measurements ? (uint64_t)(uintptr_t)nonce : 0;
}

static void add_address(struct request *r, struct ioctl_address a)
{
	r->address[r->address_count++] = a;
}

/* Native byte order: the ioctl's structs are the kernel's own. */
static void payload_encode(struct request *r, const struct payload_layout *l, const struct profile *p,
			   const struct op_args *a)
{
	for (size_t i = 0; i < PAYLOAD_VALUES && l->value[i].width; i++) {
		const struct payload_value *v = &l->value[i];
		uint64_t wide = payload_value(v, p, a, r->nonce);
		uint32_t narrow = (uint32_t)wide;

		memcpy(r->payload + v->offset, v->width == 8 ? (const void *)&wide : (const void *)&narrow, v->width);
		if (v->source == FROM_NONCE_PTR && wide)
			add_address(r, (struct ioctl_address){v->offset, true, r->nonce, sizeof(r->nonce)});
	}
}

static void wrap_req48(struct request *r, const struct op_grant *g, uint32_t vdevice_id)
{
	struct ioctl_call *c = &r->call;

	r->arg.req48 = (struct tsm_req48){
		.size = sizeof(r->arg.req48),
		.vdevice_id = vdevice_id,
		.op = g->profile->number[g->op],
		.tvm_arch = (uint32_t)g->arch,
		.req_len = (uint32_t)c->request_len,
		.resp_len = (uint32_t)c->response_len,
		.req_uptr = (uint64_t)(uintptr_t)c->request,
		.resp_uptr = (uint64_t)(uintptr_t)c->response,
	};
	add_address(r, (struct ioctl_address){.offset = offsetof(struct tsm_req48, req_uptr)});
	add_address(r, (struct ioctl_address){.offset = offsetof(struct tsm_req48, resp_uptr)});
	c->layout = &layout_tsm_req48;
	c->size = sizeof(r->arg.req48);
}

static void wrap_req40(struct request *r, const struct op_grant *g, uint32_t vdevice_id)
{
	struct ioctl_call *c = &r->call;

	r->arg.req40 = (struct tsm_req40){
		.size = sizeof(r->arg.req40),
		.vdevice_id = vdevice_id,
		.scope = g->profile->number[g->op] - 1,
		.req_len = (uint32_t)c->request_len,
		.resp_len = (uint32_t)c->response_len,
		.req_uptr = (uint64_t)(uintptr_t)c->request,
		.resp_uptr = (uint64_t)(uintptr_t)c->response,
	};
	add_address(r, (struct ioctl_address){.offset = offsetof(struct tsm_req40, req_uptr)});
	add_address(r, (struct ioctl_address){.offset = offsetof(struct tsm_req40, resp_uptr)});
	c->layout = &layout_tsm_req40;
	c->size = sizeof(r->arg.req40);
}

static void wrap(struct request *r, const struct op_grant *g, uint32_t vdevice_id, const struct op_args *a)
{
	bool reads = op_effects[g->op] == EFFECT_READ;

	r->call = (struct ioctl_call){
		.nr = g->profile->request_nr,
		.effect = effect_of(g),
		.arg = &r->arg,
		.request = r->payload_len ? r->payload : NULL,
		.request_len = r->payload_len,
		.response = reads ? a->response : NULL,
		.response_len = reads ? a->response_len : 0,
		.op_name = tsm_op_name(g->op),
		.arch_name = arch_name(g->arch),
		.payload_assumed = r->assumed,
	};
	if (g->profile->form == FORM_SCOPE40)
		wrap_req40(r, g, vdevice_id);
	else
		wrap_req48(r, g, vdevice_id);
	r->call.address = r->address;
	r->call.address_count = r->address_count;
}

static int check_args(const struct op_grant *g, const struct op_args *a, struct err *e)
{
	if (is_object_op(g->op) && profile_object_index(a->type) < 0)
		return err_set(e, ERR_UNSUPPORTED, "NOOBJECT", "%s has no number for %s: only slot 0 can be asked for",
			       g->profile->name, evidence_type_name(a->type));
	if (g->op == OP_REGEN_OBJECT && a->type != EV_MEASUREMENTS && a->type != EV_REPORT)
		return err_set(e, ERR_UNSUPPORTED, "NOOBJECT", "%s cannot be regenerated: only measurements and report",
			       evidence_type_name(a->type));
	if (a->response_len > EV_MAX_OBJECT_SIZE)
		return err_set(e, ERR_FAILED, "TOOBIG", "a response of more than 16 MiB is not asked for");
	if (a->payload && a->payload->len > REQUEST_MAX_PAYLOAD)
		return err_set(e, ERR_USAGE, "USAGE", "the payload has %zu bytes; at most %d are sent", a->payload->len,
			       REQUEST_MAX_PAYLOAD);
	return 0;
}

struct request *request_build(const struct op_grant *g, uint32_t vdevice_id, const struct op_args *a, struct err *e)
{
	if (check_args(g, a, e))
		return NULL;

	const struct payload_layout *l = payload_find(g->profile->form, g->op, a->type);
	size_t len = a->payload ? a->payload->len : l ? l->size : 0;
	struct request *r = calloc(1, sizeof(*r) + len);

	if (!r) {
		err_oom(e);
		return NULL;
	}
	r->payload_len = len;
	r->assumed = !a->payload && (!payload_published(g->arch) || (l && l->assumed));
	memcpy(r->nonce, a->nonce, sizeof(r->nonce));
	if (a->payload && len)
		memcpy(r->payload, a->payload->data, len);
	else if (!a->payload && l)
		payload_encode(r, l, g->profile, a);
	wrap(r, g, vdevice_id, a);
	return r;
}

void request_free(struct request *r)
{
	free(r);
}

struct ioctl_call *request_call(struct request *r)
{
	return &r->call;
}

bool request_assumed(const struct request *r)
{
	return r->assumed;
}

uint64_t request_tsm_code(const struct request *r)
{
	return r->call.layout == &layout_tsm_req48 ? r->arg.req48.tsm_code : 0;
}

uint32_t request_offered(const struct request *r)
{
	return (uint32_t)(r->call.response ? r->call.response_len : r->call.request_len);
}
