// SPDX-License-Identifier: GPL-2.0-or-later
/* TSM requests: a row's meaning in the bytes of the profile, with what the row does wrong. */
#include <string.h>

#include "ioctl.h"

enum { PAYLOAD_MAX = 64, RESPONSE_MAX = AREA_SIZE, FILL = 0x5a, NONCE_AT = 1024 };

/* Types that lead the payloads of the scope era. */
enum { SCOPE_INFO_OBJECT = 1, SCOPE_READ, SCOPE_REGEN_REPORT, SCOPE_REGEN_MEASUREMENTS, SCOPE_MMIO, SCOPE_STATE };

static const uint64_t mmio_range[3] = {0x80000000, 0x80004000, 0xfe400000};

/* A request before it becomes a struct of either form. */
struct wire {
	uint32_t size, tail, vdevice, op, arch;
	uint32_t req_len, resp_len, reserved;
	uint8_t payload[PAYLOAD_MAX];
	uint8_t *nonce;
	size_t arg_reach, req_reach, resp_reach;
	bool req_null, resp_null;
};

static void put(struct wire *w, const void *bytes, size_t len)
{
	memcpy(w->payload + w->req_len, bytes, len);
	w->req_len += (uint32_t)len;
}

static void put_u32(struct wire *w, uint32_t value)
{
	put(w, &value, sizeof(value));
}

static void put_u64(struct wire *w, uint64_t value)
{
	put(w, &value, sizeof(value));
}

static uint32_t object_number(const struct side *s, uint32_t type)
{
	return s->profile->object_id[profile_object_index((enum evidence_type)type)];
}

static uint64_t nonce_address(const struct request_row *row, const struct wire *w)
{
	return row->object == EV_MEASUREMENTS ? (uint64_t)(uintptr_t)w->nonce : 0;
}

static void put_op48_payload(const struct side *s, const struct request_row *row, struct wire *w)
{
	switch ((enum tsm_op)row->op) {
	case OP_SET_TDI_STATE:
		put_u32(w, row->object);
		break;
	case OP_VALIDATE_MMIO:
		put(w, mmio_range, sizeof(mmio_range));
		break;
	case OP_READ_OBJECT:
	case OP_REGEN_OBJECT:
	case OP_OBJECT_INFO:
		put_u32(w, object_number(s, row->object));
		if (row->op != OP_OBJECT_INFO)
			put_u32(w, 0);
		if (row->op != OP_OBJECT_INFO)
			put_u64(w, 0);
		if (row->op == OP_REGEN_OBJECT)
			put_u64(w, nonce_address(row, w));
		break;
	default:
		break;
	}
}

static void put_scope40_payload(const struct side *s, const struct request_row *row, struct wire *w)
{
	static const uint8_t types[OP_COUNT] = {
		[OP_SET_TDI_STATE] = SCOPE_STATE,       [OP_VALIDATE_MMIO] = SCOPE_MMIO,
		[OP_OBJECT_INFO] = SCOPE_INFO_OBJECT,   [OP_READ_OBJECT] = SCOPE_READ,
		[OP_REGEN_OBJECT] = SCOPE_REGEN_REPORT,
	};
	bool measured = row->op == OP_REGEN_OBJECT && row->object == EV_MEASUREMENTS;

	put_u32(w, measured ? SCOPE_REGEN_MEASUREMENTS : types[row->op]);
	if (row->op == OP_SET_TDI_STATE)
		put_u32(w, row->object);
	else if (row->op == OP_OBJECT_INFO || row->op == OP_READ_OBJECT)
		put_u32(w, object_number(s, row->object));
	else
		put_u32(w, 0);
	if (row->op == OP_READ_OBJECT || measured)
		put_u64(w, 0);
	if (measured)
		put_u64(w, nonce_address(row, w));
	if (row->op == OP_VALIDATE_MMIO)
		put(w, mmio_range, sizeof(mmio_range));
}

static void start(const struct side *s, const struct request_row *row, struct wire *w)
{
	bool op48 = s->profile->form == FORM_OP48;
	bool sev = row->op == OP_SEV_ENABLE_DMA || row->op == OP_SEV_DISABLE_DMA;

	*w = (struct wire){
		.size = op48 ? sizeof(struct tsm_req48) : sizeof(struct tsm_req40),
		.vdevice = REF_VDEVICE,
		.op = op48 ? s->profile->number[row->op] : s->profile->number[row->op] - 1,
		.arch = sev ? ARCH_SEV : ARCH_CCA,
		.nonce = s->area[AREA_REQUEST] + NONCE_AT,
		.req_reach = AREA_SIZE,
		.resp_reach = AREA_SIZE,
	};
	if (row->op == OP_OBJECT_INFO)
		w->resp_len = sizeof(int32_t);
	else if (row->op == OP_READ_OBJECT)
		w->resp_len = RESPONSE_MAX;
	w->resp_null = !w->resp_len;
	if (op48)
		put_op48_payload(s, row, w);
	else
		put_scope40_payload(s, row, w);
}

static void apply(const struct side *s, const struct change *c, struct wire *w)
{
	uint64_t nonce = (uint64_t)(uintptr_t)area_end(s, AREA_REQUEST, c->value);
	uint32_t *const plain[] = {
		[FIELD_SIZE] = &w->size,         [FIELD_TAIL] = &w->tail,
		[FIELD_VDEVICE] = &w->vdevice,   [FIELD_OP] = &w->op,
		[FIELD_ARCH] = &w->arch,         [FIELD_REQ_LEN] = &w->req_len,
		[FIELD_RESP_LEN] = &w->resp_len, [FIELD_RESERVED] = &w->reserved,
	};

	if (c->field < COUNT(plain) && plain[c->field])
		*plain[c->field] = c->value;
	else if (c->field == FIELD_PAYLOAD)
		memcpy(w->payload + c->word * sizeof(c->value), &c->value, sizeof(c->value));
	else if (c->field == FIELD_NONCE_REACH)
		memcpy(w->payload + 16, &nonce, sizeof(nonce));
	else if (c->field == FIELD_ARG_REACH)
		w->arg_reach = c->value;
	else if (c->field == FIELD_REQ_REACH)
		w->req_reach = c->value;
	else if (c->field == FIELD_RESP_REACH)
		w->resp_reach = c->value;
	w->req_null |= c->field == FIELD_REQ_NULL;
	w->resp_null &= c->field != FIELD_RESP_LEN && c->field != FIELD_RESP_REACH;
	w->resp_null |= c->field == FIELD_RESP_NULL;
}

static void encode(const struct side *s, const struct wire *w, uint8_t *to)
{
	uint64_t request = w->req_null ? 0 : (uint64_t)(uintptr_t)area_end(s, AREA_REQUEST, w->req_reach);
	uint64_t response = w->resp_null ? 0 : (uint64_t)(uintptr_t)area_end(s, AREA_RESPONSE, w->resp_reach);
	struct tsm_req48 op48 = {
		w->size, side_resolve(s, w->vdevice), w->op, w->arch, w->req_len, w->resp_len, request, response, 0};
	struct tsm_req40 scope40 = {
		w->size, side_resolve(s, w->vdevice), w->op, w->req_len, w->resp_len, w->reserved, request, response};

	memset(&op48.tsm_code, FILL, sizeof(op48.tsm_code));
	if (s->profile->form == FORM_OP48)
		memcpy(to, &op48, sizeof(op48));
	else
		memcpy(to, &scope40, sizeof(scope40));
	if (w->tail)
		to[w->size - 1] = 1;
}

static void fill_areas(const struct side *s, const struct wire *w)
{
	size_t len = w->req_reach < sizeof(w->payload) ? w->req_reach : sizeof(w->payload);

	memset(s->area[AREA_REQUEST], FILL, AREA_SIZE);
	memcpy(area_end(s, AREA_REQUEST, w->req_reach), w->payload, len);
	memset(s->area[AREA_RESPONSE], FILL, AREA_SIZE);
}

/* How much came back, and what; nothing is said of what a copy that faulted has left. */
static void show_response(const struct side *s, const struct request_row *row, const struct wire *w, struct outcome *o)
{
	static const uint8_t untouched[AREA_SIZE] = {[0 ... AREA_SIZE - 1] = FILL};
	const uint8_t *at = area_end(s, AREA_RESPONSE, w->resp_reach);
	size_t used = o->result < 0 || w->resp_null || w->resp_len < (uint32_t)o->result
			      ? 0
			      : w->resp_len - (uint32_t)o->result;

	if (used > w->resp_reach)
		used = w->resp_reach;
	if (used)
		buf_printf(&o->text, " response %zu", used);
	if (used && !row->varies)
		buf_printf(&o->text, ":%08x", checksum(at, used));
	if (o->result != -EFAULT && o->result != -EIO && memcmp(at + used, untouched, w->resp_reach - used) != 0)
		buf_text(&o->text, " and more");
}

void perform_request(struct side *s, const void *of, struct outcome *o)
{
	const struct request_row *row = of;
	uint8_t bytes[AREA_SIZE] = {0};
	struct ioctl_call call = {.nr = s->profile->request_nr};
	struct wire w;

	start(s, row, &w);
	for (size_t i = 0; i < COUNT(row->change); i++)
		apply(s, &row->change[i], &w);
	fill_areas(s, &w);
	encode(s, &w, bytes);
	call.size = w.arg_reach ? w.arg_reach : w.size;
	call.arg = memcpy(area_end(s, AREA_ARG, call.size), bytes, call.size);
	call.request = area_end(s, AREA_REQUEST, w.req_reach);
	call.request_len = w.req_reach;
	call.response = area_end(s, AREA_RESPONSE, w.resp_reach);
	call.response_len = w.resp_reach;
	show_result(o, kernel_ioctl(s->k, s->file[FILE_IOMMU], &call));
	show_changes(o, bytes, call.arg, call.size);
	show_response(s, row, &w, o);
}
