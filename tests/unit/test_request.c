// SPDX-License-Identifier: GPL-2.0-or-later
/* The bytes of each request, under each profile and architecture, against bytes typed from the ABI's tables. */
#include "abi_models.h"

#include <stdlib.h>

#include "abi/request.h"

/* A number of 64 bits as it lies in two words. */
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
#define HALVES(number) (uint32_t)((uint64_t)(number) >> 32), (uint32_t)(uint64_t)(number)
#else
#define HALVES(number) (uint32_t)(uint64_t)(number), (uint32_t)((uint64_t)(number) >> 32)
#endif

enum { MIB = 1024 * 1024, VDEVICE = 0x11223344 };

static const struct op_args example = {
	.state = TDI_RUN,
	.gpa_base = 0x0000000112233000,
	.gpa_top = 0x0000000112235000,
	.pa_base = 0xfedcba9876543000,
	.raw_blocks = true,
	.nonce = {0,  1,  2,  3,  4,  5,  6,  7,  8,  9,  10, 11, 12, 13, 14, 15,
		  16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31},
};

enum nonce { NO_NONCE, NONCE };

/* Payloads as 32-bit words; `nonce`: the last two are a pointer to the nonce. */
struct payload {
	enum tsm_op op;
	enum evidence_type type;
	uint32_t number; /* op48: newest op; scope40: scope */
	size_t len;
	uint32_t word[8];
	enum nonce nonce;
	bool assumed;
};

static const struct payload op48[] = {
	{OP_VALIDATE_MMIO,
	 EV_CERT0,
	 1,
	 24,
	 {HALVES(0x112233000), HALVES(0x112235000), HALVES(0xfedcba9876543000)},
	 NO_NONCE,
	 false},
	{OP_SET_TDI_STATE, EV_CERT0, 2, 4, {2}, NO_NONCE, false},
	{OP_SEV_ENABLE_DMA, EV_CERT0, 3, 0, {0}, NO_NONCE, false},
	{OP_SEV_DISABLE_DMA, EV_CERT0, 4, 0, {0}, NO_NONCE, false},
	{OP_READ_OBJECT, EV_CERT0, 5, 16, {1}, NO_NONCE, false},
	{OP_READ_OBJECT, EV_VCA, 5, 16, {0}, NO_NONCE, false},
	{OP_READ_OBJECT, EV_MEASUREMENTS, 5, 16, {2}, NO_NONCE, false},
	{OP_READ_OBJECT, EV_REPORT, 5, 16, {3}, NO_NONCE, false},
	{OP_REGEN_OBJECT, EV_MEASUREMENTS, 6, 24, {2, 0, HALVES(1)}, NONCE, false},
	{OP_REGEN_OBJECT, EV_REPORT, 6, 24, {3}, NO_NONCE, false},
	{OP_OBJECT_INFO, EV_CERT0, 7, 4, {1}, NO_NONCE, false},
	{OP_OBJECT_INFO, EV_VCA, 7, 4, {0}, NO_NONCE, false},
	{OP_OBJECT_INFO, EV_MEASUREMENTS, 7, 4, {2}, NO_NONCE, false},
	{OP_OBJECT_INFO, EV_REPORT, 7, 4, {3}, NO_NONCE, false},
};

static const struct payload scope40[] = {
	{OP_OBJECT_INFO, EV_CERT0, 0, 8, {1, 1}, NO_NONCE, false},
	{OP_OBJECT_INFO, EV_VCA, 0, 8, {1, 4}, NO_NONCE, false},
	{OP_OBJECT_INFO, EV_REPORT, 0, 8, {1, 3}, NO_NONCE, false},
	{OP_READ_OBJECT, EV_CERT0, 0, 16, {2, 1}, NO_NONCE, false},
	{OP_READ_OBJECT, EV_VCA, 0, 16, {2, 4}, NO_NONCE, false},
	{OP_READ_OBJECT, EV_MEASUREMENTS, 0, 16, {2, 2}, NO_NONCE, false},
	{OP_REGEN_OBJECT, EV_REPORT, 0, 8, {3}, NO_NONCE, true},
	{OP_REGEN_OBJECT, EV_MEASUREMENTS, 0, 24, {4, 0, HALVES(1)}, NONCE, false},
	{OP_VALIDATE_MMIO,
	 EV_CERT0,
	 1,
	 32,
	 {5, 0, HALVES(0x112233000), HALVES(0x112235000), HALVES(0xfedcba9876543000)},
	 NO_NONCE,
	 false},
	{OP_SET_TDI_STATE, EV_CERT0, 1, 8, {6, 2}, NO_NONCE, false},
};

/* June's numbers for the newest ones, by index. */
static const uint32_t june[] = {0, 4, 5, 6, 7, 1, 2, 3};

static const struct profile_case {
	const char *profile;
	uint32_t nr;
	bool is_scope40, is_june;
	const struct payload *payload;
	size_t count;
} profiles[] = {
	{"op48-2026-09", 0x3b96, false, false, op48, sizeof(op48) / sizeof(op48[0])},
	{"op48-interim", 0x3b97, false, false, op48, sizeof(op48) / sizeof(op48[0])},
	{"op48-2026-06", 0x3b96, false, true, op48, sizeof(op48) / sizeof(op48[0])},
	{"scope40-v5", 0x3b96, true, false, scope40, sizeof(scope40) / sizeof(scope40[0])},
};

enum { PROFILES = sizeof(profiles) / sizeof(profiles[0]) };

static struct request *build(const struct abi *abi, enum tsm_op op, enum tsm_arch arch, const struct op_args *args)
{
	const struct op_grant *g = abi_grant(abi, op, arch);
	struct err e = {0};
	struct request *r;

	assert_non_null(g);
	r = request_build(g, VDEVICE, args, &e);
	if (!r)
		fail_msg("%s: %s", tsm_op_name(op), e.message);
	return r;
}

static bool reads(enum tsm_op op)
{
	return op == OP_READ_OBJECT || op == OP_OBJECT_INFO;
}

static void check_struct(const struct profile_case *p, const struct payload *x, enum tsm_arch arch,
			 const struct ioctl_call *c, const struct op_args *args)
{
	uint64_t request = (uint64_t)(uintptr_t)c->request;
	uint64_t response = reads(x->op) ? (uint64_t)(uintptr_t)args->response : 0;
	uint32_t capacity = reads(x->op) ? args->response_len : 0;
	uint32_t number = p->is_june ? june[x->number] : x->number;
	const uint32_t words48[12] = {
		48, VDEVICE, number, (uint32_t)arch, (uint32_t)x->len, capacity, HALVES(request), HALVES(response),
		0,  0};
	const uint32_t words40[10] = {40,       VDEVICE, number,          (uint32_t)x->len,
				      capacity, 0,       HALVES(request), HALVES(response)};

	assert_int_equal(c->nr, p->nr);
	assert_int_equal(c->size, p->is_scope40 ? 40 : 48);
	assert_memory_equal(c->arg, p->is_scope40 ? words40 : words48, c->size);
	assert_int_equal(c->response_len, capacity);
	assert_ptr_equal(c->response, reads(x->op) ? args->response : NULL);
}

/* The nonce's pointer leads to its 32 bytes, which the request keeps itself. */
static void check_payload(const struct payload *x, const struct ioctl_call *c)
{
	uint8_t bytes[32];
	const uint8_t *nonce;

	assert_int_equal(c->request_len, x->len);
	if (x->len == 0) {
		assert_null(c->request);
		return;
	}
	memcpy(bytes, x->word, sizeof(bytes));
	if (x->nonce == NONCE) {
		memcpy(&nonce, (const char *)c->request + 16, sizeof(nonce));
		assert_non_null(nonce);
		assert_ptr_not_equal(nonce, example.nonce);
		assert_memory_equal(nonce, example.nonce, 32);
		memcpy(bytes + 16, &nonce, sizeof(nonce));
	}
	assert_memory_equal(c->request, bytes, x->len);
}

/* Two requests of the same kind differ in nothing but what is declared an address. */
static void check_addresses(const struct payload *x, const struct ioctl_call *c)
{
	uint8_t arg[64], payload[64];
	uint64_t address;

	assert_int_equal(c->address_count, x->nonce == NONCE ? 3 : 2);
	memcpy(arg, c->arg, c->size);
	if (c->request_len)
		memcpy(payload, c->request, c->request_len);
	for (size_t i = 0; i < c->address_count; i++) {
		const struct ioctl_address *a = &c->address[i];

		assert_true(ioctl_address_in(a, a->in_request, a->in_request ? c->request_len : c->size));
		memcpy(&address, (a->in_request ? payload : arg) + a->offset, sizeof(address));
		if (a->bytes)
			assert_memory_equal(a->bytes, example.nonce, a->len);
		assert_true(address == (uint64_t)(uintptr_t)(a->bytes          ? a->bytes
							     : a->offset == 24 ? c->request
									       : c->response));
	}
}

static void check_request(const struct profile_case *p, const struct abi *abi, const struct payload *x,
			  enum tsm_arch arch)
{
	uint8_t response[64];
	struct op_args args = example;
	struct request *r;
	const struct ioctl_call *c;

	args.type = x->type;
	args.response = response;
	args.response_len = sizeof(response);
	r = build(abi, x->op, arch, &args);
	c = request_call(r);
	check_struct(p, x, arch, c, &args);
	check_payload(x, c);
	check_addresses(x, c);
	assert_string_equal(c->op_name, tsm_op_name(x->op));
	assert_string_equal(c->arch_name, arch_name(arch));
	assert_int_equal(c->effect, reads(x->op) ? EFFECT_READ : EFFECT_CHANGE);
	/* Published for CCA alone. */
	assert_int_equal(request_assumed(r), arch != ARCH_CCA || x->assumed);
	assert_int_equal(c->payload_assumed, request_assumed(r));
	assert_int_equal(request_offered(r), reads(x->op) ? sizeof(response) : x->len);
	assert_int_equal(request_tsm_code(r), 0);
	request_free(r);
}

static void requests_are_the_bytes_of_the_abi(void **state)
{
	size_t checked = 0;

	(void)state;
	for (size_t i = 0; i < PROFILES; i++) {
		struct abi *abi = model_abi(model_of_profile(profiles[i].profile));

		for (size_t k = 0; k < profiles[i].count; k++) {
			const struct payload *x = &profiles[i].payload[k];

			for (int arch = ARCH_CCA; arch <= ARCH_TDX; arch++) {
				if (!abi_grant(abi, x->op, (enum tsm_arch)arch))
					continue;
				check_request(&profiles[i], abi, x, (enum tsm_arch)arch);
				checked++;
			}
		}
		abi_free(abi);
	}
	/* Twelve of the newest requests for three architectures and two for SEV, thrice; ten of v5 for three. */
	assert_int_equal(checked, 3 * (12 * 3 + 2) + 10 * 3);
}

static void regenerated_blocks_are_hashed_unless_raw_is_wished(void **state)
{
	(void)state;
	for (size_t i = 0; i < PROFILES; i++) {
		struct abi *abi = model_abi(model_of_profile(profiles[i].profile));
		struct op_args args = example;

		args.type = EV_MEASUREMENTS;
		args.raw_blocks = false;
		struct request *r = build(abi, OP_REGEN_OBJECT, ARCH_CCA, &args);

		assert_int_equal(model_word(request_call(r)->request, 8), 0);
		request_free(r);
		abi_free(abi);
	}
}

static void states_have_the_numbers_of_tdisp(void **state)
{
	static const enum tdi_state states[] = {TDI_UNLOCKED, TDI_LOCKED, TDI_RUN};
	struct abi *abi = model_abi(model_of_profile("op48-2026-09"));

	(void)state;
	for (uint32_t i = 0; i < 3; i++) {
		struct op_args args = {.state = states[i]};
		struct request *r = build(abi, OP_SET_TDI_STATE, ARCH_CCA, &args);

		assert_int_equal(model_word(request_call(r)->request, 0), i);
		request_free(r);
	}
	abi_free(abi);
}

static void own_payloads_replace_the_layout(void **state)
{
	static const uint8_t own[] = {0xde, 0xad, 0xbe, 0xef, 0x01};
	struct bytes some = {own, sizeof(own)};
	struct bytes none = {NULL, 0};
	struct op_args args = {.payload = &some};

	(void)state;
	for (size_t i = 0; i < PROFILES; i++) {
		struct abi *abi = model_abi(model_of_profile(profiles[i].profile));
		struct request *r;

		args.payload = &some;
		r = build(abi, OP_SET_TDI_STATE, ARCH_SEV, &args);
		assert_int_equal(request_call(r)->request_len, sizeof(own));
		assert_memory_equal(request_call(r)->request, own, sizeof(own));
		assert_ptr_not_equal(request_call(r)->request, own);
		assert_int_equal(request_offered(r), sizeof(own));
		assert_false(request_assumed(r)); /* the user's word, not ours */
		request_free(r);

		args.payload = &none;
		r = build(abi, OP_SET_TDI_STATE, ARCH_CCA, &args);
		assert_null(request_call(r)->request);
		assert_int_equal(request_call(r)->request_len, 0);
		assert_int_equal(request_offered(r), 0);
		request_free(r);
		abi_free(abi);
	}
}

static void refuse(const struct abi *abi, enum tsm_op op, const struct op_args *args, enum err_class class)
{
	struct err e = {0};

	assert_null(request_build(abi_grant(abi, op, ARCH_CCA), 1, args, &e));
	assert_int_equal(e.class, class);
	assert_string_not_equal(e.message, "");
}

static void slots_without_a_number_are_refused(void **state)
{
	static const enum tsm_op ops[] = {OP_READ_OBJECT, OP_REGEN_OBJECT, OP_OBJECT_INFO};

	(void)state;
	for (size_t i = 0; i < PROFILES; i++) {
		struct abi *abi = model_abi(model_of_profile(profiles[i].profile));

		for (size_t k = 0; k < 3; k++)
			for (int slot = 1; slot <= 7; slot++)
				refuse(abi, ops[k], &(struct op_args){.type = (enum evidence_type)slot},
				       ERR_UNSUPPORTED);
		abi_free(abi);
	}
}

/* A regeneration of the chain would, in the scope form, be one of the measurements. */
static void only_measurements_and_report_are_regenerated(void **state)
{
	(void)state;
	for (size_t i = 0; i < PROFILES; i++) {
		struct abi *abi = model_abi(model_of_profile(profiles[i].profile));

		refuse(abi, OP_REGEN_OBJECT, &(struct op_args){.type = EV_CERT0}, ERR_UNSUPPORTED);
		refuse(abi, OP_REGEN_OBJECT, &(struct op_args){.type = EV_VCA}, ERR_UNSUPPORTED);
		abi_free(abi);
	}
}

static void sizes_are_limited(void **state)
{
	struct abi *abi = model_abi(model_of_profile("op48-2026-09"));
	uint8_t *large = calloc(1, REQUEST_MAX_PAYLOAD + 1);
	struct bytes payload = {large, REQUEST_MAX_PAYLOAD};
	struct op_args args = {.type = EV_REPORT, .response = large, .response_len = 16 * MIB};

	(void)state;
	assert_non_null(large);
	request_free(build(abi, OP_READ_OBJECT, ARCH_CCA, &args));
	args.response_len++;
	refuse(abi, OP_READ_OBJECT, &args, ERR_FAILED);
	args.response_len = UINT32_MAX;
	refuse(abi, OP_READ_OBJECT, &args, ERR_FAILED);
	args = (struct op_args){.payload = &payload};
	request_free(build(abi, OP_SET_TDI_STATE, ARCH_CCA, &args));
	payload.len++;
	refuse(abi, OP_SET_TDI_STATE, &args, ERR_USAGE);
	free(large);
	abi_free(abi);
}

/* Written by the kernel at offset 40 of the 48-byte struct; the 40-byte one has no such field. */
static void the_code_of_the_tsm_is_read_where_there_is_one(void **state)
{
	struct abi *newest = model_abi(model_of_profile("op48-2026-09"));
	struct abi *v5 = model_abi(model_of_profile("scope40-v5"));
	struct op_args args = {.state = TDI_RUN};
	struct request *r = build(newest, OP_SET_TDI_STATE, ARCH_CCA, &args);
	uint64_t code = 0x8877665544332211;

	(void)state;
	memcpy((char *)request_call(r)->arg + 40, &code, sizeof(code));
	assert_true(request_tsm_code(r) == code);
	request_free(r);
	r = build(v5, OP_SET_TDI_STATE, ARCH_CCA, &args);
	memset(request_call(r)->arg, 0xff, 40);
	assert_true(request_tsm_code(r) == 0);
	request_free(r);
	abi_free(newest);
	abi_free(v5);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(requests_are_the_bytes_of_the_abi),
		cmocka_unit_test(regenerated_blocks_are_hashed_unless_raw_is_wished),
		cmocka_unit_test(states_have_the_numbers_of_tdisp),
		cmocka_unit_test(own_payloads_replace_the_layout),
		cmocka_unit_test(slots_without_a_number_are_refused),
		cmocka_unit_test(only_measurements_and_report_are_regenerated),
		cmocka_unit_test(sizes_are_limited),
		cmocka_unit_test(the_code_of_the_tsm_is_read_where_there_is_one),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
