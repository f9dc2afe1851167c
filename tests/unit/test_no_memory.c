// SPDX-License-Identifier: GPL-2.0-or-later
/* What src/abi and src/decode say when memory is out; they allocate by calloc() and realloc(), which come here. */
#include "decode_build.h"

#include "abi/fingerprint.h"
#include "abi/request.h"

void *__real_calloc(size_t count, size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__real_realloc(void *block, size_t size);
void *__wrap_realloc(void *block, size_t size);

static bool is_out;

void *__wrap_calloc(size_t count, size_t size)
{
	return is_out ? NULL : __real_calloc(count, size);
}

void *__wrap_realloc(void *block, size_t size)
{
	return is_out ? NULL : __real_realloc(block, size);
}

static int setup(void **state)
{
	(void)state;
	is_out = false;
	return 0;
}

static void test_no_abi(void **state)
{
	static const struct fp_answers answers;

	(void)state;
	is_out = true;
	assert_null(abi_from_answers(&answers));
	assert_null(abi_assume(profile_find("op48-2026-09"), NULL));
}

static void test_no_request(void **state)
{
	struct abi *abi = abi_assume(profile_find("op48-2026-09"), NULL);
	const struct op_args args = {.state = TDI_RUN};
	struct err e = {0};

	(void)state;
	assert_non_null(abi);
	is_out = true;
	assert_null(request_build(abi_grant(abi, OP_SET_TDI_STATE, ARCH_CCA), 1, &args, &e));
	assert_string_equal(e.code, "ENOMEM");
	abi_free(abi);
}

/* No half of a list. */
static void test_no_parts(void **state)
{
	struct evidence_parts p;
	struct buf b = {0};

	(void)state;
	put_report(&b);
	is_out = true;
	assert_int_equal(evidence_parts(EV_REPORT, built(&b), &p), -1);
	assert_null(p.part);
	assert_int_equal(p.count, 0);
	is_out = false;
	buf_free(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_no_abi, setup),
		cmocka_unit_test_setup(test_no_request, setup),
		cmocka_unit_test_setup(test_no_parts, setup),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
