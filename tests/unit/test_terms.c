// SPDX-License-Identifier: GPL-2.0-or-later
/* The field's terms: names, the numbers that stand behind them, and text that is no name. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "abi/terms.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

struct term {
	const char *text;
	int value;
};

static void check_parser(int (*parse)(const char *), const struct term *terms, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (parse(terms[i].text) != terms[i].value)
			fail_msg("'%s' gives %d, not %d", terms[i].text, parse(terms[i].text), terms[i].value);
}

static void architectures(void **state)
{
	static const struct term terms[] = {
		{"cca", 1},  {"sev", 2},   {"tdx", 3},   {"none", -1}, {"", -1},
		{"CCA", -1}, {"auto", -1}, {"cca ", -1}, {"cc", -1},   {"ccax", -1},
	};

	(void)state;
	check_parser(arch_parse, terms, COUNT(terms));
	assert_string_equal(arch_name(ARCH_NONE), "none");
	assert_string_equal(arch_name(ARCH_CCA), "cca");
	assert_string_equal(arch_name(ARCH_SEV), "sev");
	assert_string_equal(arch_name(ARCH_TDX), "tdx");
	assert_string_equal(arch_title(ARCH_CCA), "Arm CCA");
	assert_string_equal(arch_title(ARCH_SEV), "AMD SEV");
	assert_string_equal(arch_title(ARCH_TDX), "Intel TDX");
}

/* The state ERROR is the device's to enter: nobody asks for it. */
static void states(void **state)
{
	static const struct term terms[] = {
		{"unlocked", 0}, {"locked", 1}, {"run", 2},   {"error", -1},
		{"", -1},        {"RUN", -1},   {"lock", -1}, {"2", -1},
	};

	(void)state;
	check_parser(tdi_state_parse, terms, COUNT(terms));
	assert_string_equal(tdi_state_name(TDI_UNLOCKED), "unlocked");
	assert_string_equal(tdi_state_name(TDI_LOCKED), "locked");
	assert_string_equal(tdi_state_name(TDI_RUN), "run");
	assert_string_equal(tdi_state_name(TDI_ERROR), "error");
}

/* The numbers are the netlink families': slot n is type n. */
static void evidence_types(void **state)
{
	static const struct term terms[] = {
		{"cert", 0},
		{"cert:0", 0},
		{"cert:1", 1},
		{"cert:2", 2},
		{"cert:3", 3},
		{"cert:4", 4},
		{"cert:5", 5},
		{"cert:6", 6},
		{"cert:7", 7},
		{"vca", 8},
		{"measurements", 9},
		{"report", 10},
		{"cert:8", -2},
		{"cert:", -2},
		{"cert:00", -2},
		{"cert:-1", -2},
		{"cert:x", -2},
		{"vca:0", -2},
		{"report:1", -2},
		{"measurements:0", -2},
		{"cert: 0", -2},
		{"cert:0 ", -2},
		{"", -1},
		{"certs", -1},
		{"CERT", -1},
		{"0", -1},
		{"reports", -1},
		{"measurement", -1},
		{":", -1},
		{":0", -1},
	};

	(void)state;
	check_parser(evidence_type_parse, terms, COUNT(terms));
	for (int i = 0; i < EV_COUNT; i++)
		assert_int_equal(evidence_type_parse(evidence_type_name((enum evidence_type)i)), i);
	for (int slot = 0; slot <= 7; slot++)
		assert_string_equal(evidence_object_name((enum evidence_type)slot), "cert");
	assert_string_equal(evidence_object_name(EV_VCA), "vca");
	assert_string_equal(evidence_object_name(EV_MEASUREMENTS), "measurements");
	assert_string_equal(evidence_object_name(EV_REPORT), "report");
	assert_int_equal(EV_MASK_ALL, 0x7ff);
	assert_int_equal(EV_MAX_OBJECT_SIZE, 0x01000000);
	assert_int_equal(EV_NONCE_SIZE, 32);
}

static void operations(void **state)
{
	static const struct {
		enum tsm_op op;
		const char *name, *word;
	} ops[OP_COUNT] = {
		{OP_READ_OBJECT, "READ_OBJECT", "read"},
		{OP_REGEN_OBJECT, "REGEN_OBJECT", "regen"},
		{OP_OBJECT_INFO, "OBJECT_INFO", "info"},
		{OP_VALIDATE_MMIO, "VALIDATE_MMIO", "validate-mmio"},
		{OP_SET_TDI_STATE, "SET_TDI_STATE", "set-state"},
		{OP_SEV_ENABLE_DMA, "SEV_ENABLE_DMA", "sev-dma-enable"},
		{OP_SEV_DISABLE_DMA, "SEV_DISABLE_DMA", "sev-dma-disable"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(ops); i++) {
		assert_string_equal(tsm_op_name(ops[i].op), ops[i].name);
		assert_string_equal(tsm_op_word(ops[i].op), ops[i].word);
	}
}

/* Numbers from outside never lead out of a table. */
static void values_out_of_range_have_a_name(void **state)
{
	static const int values[] = {-1, 11, 4096, INT32_MAX, INT32_MIN};

	(void)state;
	for (size_t i = 0; i < COUNT(values); i++) {
		assert_string_equal(arch_name((enum tsm_arch)values[i]), "?");
		assert_string_equal(arch_title((enum tsm_arch)values[i]), "?");
		assert_string_equal(tdi_state_name((enum tdi_state)values[i]), "?");
		assert_string_equal(tsm_op_name((enum tsm_op)values[i]), "?");
		assert_string_equal(tsm_op_word((enum tsm_op)values[i]), "?");
		assert_string_equal(evidence_type_name((enum evidence_type)values[i]), "?");
		assert_string_equal(evidence_object_name((enum evidence_type)values[i]), "?");
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(architectures),
		cmocka_unit_test(states),
		cmocka_unit_test(evidence_types),
		cmocka_unit_test(operations),
		cmocka_unit_test(values_out_of_range_have_a_name),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
