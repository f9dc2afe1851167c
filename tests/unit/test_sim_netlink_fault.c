// SPDX-License-Identifier: GPL-2.0-or-later
/* What a scenario's faults do to a dump. */
#include "sim_client.h"

/* Reads 100 bytes of cert:0 in messages of 40, 40 and 20, with one fault. */
static struct answer ask_faulty(struct sim_kernel *k, struct sim_fault f)
{
	const struct request r = read_request(HELD_BDF, MASK_CERT0);

	*k = sim_kernel_start("cca");
	sim_kernel_object(sim_kernel_device(k, HELD_BDF), EV_CERT0, 100);
	k->sim->chunk = 40;
	sim_kernel_fault(k, f);
	return ask(k->sim, &r);
}

static void fault_done(struct sim_kernel *k, struct answer *a)
{
	free(a->bytes);
	sim_kernel_stop(k);
}

static void fault_drop_loses_one_message(void **state)
{
	struct sim_kernel k;
	struct answer a = ask_faulty(&k, (struct sim_fault){.kind = FAULT_NL_DROP, .nth = 2});

	(void)state;
	assert_done(&a, 0, "");
	assert_int_equal(a.length[0], 100);
	assert_int_equal(a.len, 60);
	assert_int_equal(a.bytes[40], 80);
	fault_done(&k, &a);
	a = ask_faulty(&k, (struct sim_fault){.kind = FAULT_NL_DROP, .nth = 3});
	assert_done(&a, 0, "");
	assert_int_equal(a.len, 80);
	fault_done(&k, &a);
}

static void fault_swap_exchanges_two_messages(void **state)
{
	struct sim_kernel k;
	struct answer a = ask_faulty(&k, (struct sim_fault){.kind = FAULT_NL_SWAP, .nth = 1});

	(void)state;
	assert_done(&a, 0, "");
	assert_int_equal(a.len, 100);
	assert_int_equal(a.type[0], UINT32_MAX);
	assert_int_equal(a.type[1], EV_CERT0);
	assert_int_equal(a.bytes[0], 40);
	assert_int_equal(a.bytes[40], 0);
	fault_done(&k, &a);
	a = ask_faulty(&k, (struct sim_fault){.kind = FAULT_NL_SWAP, .nth = 2});
	assert_done(&a, 0, "");
	assert_int_equal(a.val[1], 20);
	assert_int_equal(a.val[2], 40);
	fault_done(&k, &a);
}

static void fault_truncate_ends_early_without_error(void **state)
{
	struct sim_kernel k;
	struct answer a = ask_faulty(&k, (struct sim_fault){.kind = FAULT_NL_TRUNCATE, .nth = 2});

	(void)state;
	assert_done(&a, 0, "");
	assert_int_equal(a.len, 80);
	fault_done(&k, &a);
}

static void fault_extra_exceeds_the_length(void **state)
{
	struct sim_kernel k;
	struct answer a = ask_faulty(&k, (struct sim_fault){.kind = FAULT_NL_EXTRA, .nth = 3});

	(void)state;
	assert_done(&a, 0, "");
	assert_int_equal(a.length[0], 100);
	assert_int_equal(a.len, 104);
	assert_int_equal(a.val[3], 4);
	fault_done(&k, &a);
}

static void fault_in_done_carries_errno_and_text(void **state)
{
	struct sim_kernel k;
	struct sim_fault f = {.kind = FAULT_NL_DONE, .nth = 1, .error = ENXIO, .text = "device fell asleep"};
	struct answer a = ask_faulty(&k, f);

	(void)state;
	assert_done(&a, ENXIO, "device fell asleep");
	assert_int_equal(a.len, 40);
	fault_done(&k, &a);
	f.nth = 0;
	a = ask_faulty(&k, f);
	assert_done(&a, ENXIO, "device fell asleep");
	assert_int_equal(a.len, 100);
	fault_done(&k, &a);
}

static void fault_generation_happens_once(void **state)
{
	struct sim_kernel k;
	const struct request r = read_request(HELD_BDF, MASK_CERT0);
	struct answer a = ask_faulty(&k, (struct sim_fault){.kind = FAULT_NL_GENERATION, .nth = 2});

	(void)state;
	assert_done(&a, EAGAIN, "evidence updated during read");
	assert_int_equal(a.len, 80);
	free(a.bytes);
	a = ask(k.sim, &r);
	assert_done(&a, 0, "");
	assert_int_equal(a.len, 100);
	assert_int_equal(a.generation, 2);
	fault_done(&k, &a);
}

static void faults_name_their_device(void **state)
{
	struct sim_kernel k;
	struct sim_fault f = {.kind = FAULT_NL_TRUNCATE, .nth = 1, .device = FREE_BDF};
	struct answer a = ask_faulty(&k, f);

	(void)state;
	assert_int_equal(a.len, 100);
	fault_done(&k, &a);
	snprintf(f.device, sizeof(f.device), "%s", HELD_BDF);
	a = ask_faulty(&k, f);
	assert_int_equal(a.len, 40);
	fault_done(&k, &a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(fault_drop_loses_one_message),
		cmocka_unit_test(fault_swap_exchanges_two_messages),
		cmocka_unit_test(fault_truncate_ends_early_without_error),
		cmocka_unit_test(fault_extra_exceeds_the_length),
		cmocka_unit_test(fault_in_done_carries_errno_and_text),
		cmocka_unit_test(fault_generation_happens_once),
		cmocka_unit_test(faults_name_their_device),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
