// SPDX-License-Identifier: GPL-2.0-or-later
/* Each profile's row against the numbers of the published trees, typed anew. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "abi/fingerprint.h"
#include "abi/payload.h"
#include "abi/profile.h"

enum { REFUSED = 1 };

struct expected {
	const char *name;
	uint32_t request_nr, bind_nr;
	int refused;
	uint32_t read, regen, info, validate, state, enable, disable;
	uint32_t cert, vca, measurements, report;
	const char *map; /* ops 0..8, each for architectures 0..3 */
	const char *object_ops;
};

/* For scope40-v5 a number is the scope plus 1: 1 PCI_INFO, 2 PCI_STATE_CHANGE. */
static const struct expected profiles[] = {
	{"op48-2026-09", 0x3b96, 0, 0, 5, 6, 7, 1, 2, 3, 4, 1, 0, 2, 3, "EEEE ENNN ENNN EENE EENE ENNN ENNN ENNN EEEE",
	 "567"},
	{"op48-interim", 0x3b97, 0x3b96, 0, 5, 6, 7, 1, 2, 3, 4, 1, 0, 2, 3,
	 "EEEE ENNN ENNN EENE EENE ENNN ENNN ENNN EEEE", "567"},
	{"op48-2026-06", 0x3b96, 0x3b95, 0, 1, 2, 3, 4, 5, 6, 7, 1, 0, 2, 3,
	 "EEEE ENNN ENNN ENNN ENNN ENNN EENE EENE EEEE", ""},
	{"scope40-v5", 0x3b96, 0x3b95, 0, 1, 1, 1, 2, 2, 0, 0, 1, 4, 2, 3,
	 "NNNN NNNN NNNN NNNN EEEE EEEE EEEE EEEE EEEE", ""},
	{"amd-packed48", 0x3b96, 0, REFUSED, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
	 "NNNN NNNN NNNN NNNN NNNN NNNN NNNN NNNN NNNN", ""},
	{"none", 0, 0, REFUSED, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, "", ""},
};

enum { COUNT = sizeof(profiles) / sizeof(profiles[0]) };

static void profiles_are_the_six(void **state)
{
	(void)state;
	assert_int_equal(abi_profile_count, COUNT);
	for (size_t i = 0; i < COUNT; i++) {
		const struct profile *p = profile_find(profiles[i].name);

		assert_non_null(p);
		assert_string_equal(p->name, profiles[i].name);
		assert_string_not_equal(p->source, "");
	}
	assert_null(profile_find("op48"));
	assert_null(profile_find(""));
	assert_null(profile_find("OP48-2026-09"));
}

static void ioctl_numbers_are_those_of_the_trees(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT; i++) {
		const struct profile *p = profile_find(profiles[i].name);

		assert_int_equal(p->request_nr, profiles[i].request_nr);
		assert_int_equal(p->bind_nr, profiles[i].bind_nr);
		assert_int_equal(p->refusal != NULL, profiles[i].refused);
		/* A refused kernel has no form, so that nothing could be encoded for it. */
		assert_int_equal(p->form == FORM_NONE, profiles[i].refused);
		assert_int_equal(p->form == FORM_SCOPE40, strcmp(p->name, "scope40-v5") == 0);
	}
}

static void op_numbers_are_those_of_the_trees(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT; i++) {
		const struct expected *x = &profiles[i];
		const uint32_t *number = profile_find(x->name)->number;

		assert_int_equal(number[OP_READ_OBJECT], x->read);
		assert_int_equal(number[OP_REGEN_OBJECT], x->regen);
		assert_int_equal(number[OP_OBJECT_INFO], x->info);
		assert_int_equal(number[OP_VALIDATE_MMIO], x->validate);
		assert_int_equal(number[OP_SET_TDI_STATE], x->state);
		assert_int_equal(number[OP_SEV_ENABLE_DMA], x->enable);
		assert_int_equal(number[OP_SEV_DISABLE_DMA], x->disable);
	}
}

static uint32_t object_id(const struct profile *p, enum evidence_type type)
{
	int index = profile_object_index(type);

	assert_in_range(index, 0, 3);
	return p->object_id[index];
}

static void object_ids_are_those_of_the_trees(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT; i++) {
		const struct expected *x = &profiles[i];
		const struct profile *p = profile_find(x->name);

		assert_int_equal(object_id(p, EV_CERT0), x->cert);
		assert_int_equal(object_id(p, EV_VCA), x->vca);
		assert_int_equal(object_id(p, EV_MEASUREMENTS), x->measurements);
		assert_int_equal(object_id(p, EV_REPORT), x->report);
	}
	for (int slot = 1; slot <= 7; slot++)
		assert_int_equal(profile_object_index((enum evidence_type)(EV_CERT0 + slot)), -1);
	assert_int_equal(profile_object_index(EV_COUNT), -1);
}

static void rows_are_the_observed_maps(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT; i++) {
		const struct profile *p = profile_find(profiles[i].name);

		for (size_t op = 0; op < PROFILE_OPS && p->request_nr; op++) {
			assert_memory_equal(p->row[op].answer, profiles[i].map + 5 * op, 4);
			assert_int_equal(p->row[op].object_op, strchr(profiles[i].object_ops, (int)('0' + op)) != NULL);
		}
	}
}

/* TSM_OP {size 16, type BIND, flags 0, vdevice} where the vdevice's allocation does not bind. */
static void binding_is_an_ioctl_only_where_the_tree_has_one(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT; i++) {
		const uint32_t bytes[4] = {16, 1, 0, 0x01020304};
		struct abi *abi = abi_assume(profile_find(profiles[i].name), NULL);
		struct tsm_op_arg arg;
		struct ioctl_call call;

		assert_non_null(abi);
		assert_int_equal(abi_bind_call(abi, 0x01020304, &arg, &call), profiles[i].bind_nr != 0);
		if (profiles[i].bind_nr) {
			assert_int_equal(call.nr, profiles[i].bind_nr);
			assert_int_equal(call.effect, EFFECT_SETUP);
			assert_ptr_equal(call.arg, &arg);
			assert_int_equal(call.size, 16);
			assert_memory_equal(&arg, bytes, 16);
		}
		abi_free(abi);
	}
}

/* Values stand inside the payload, apart from each other, and a form has a payload for what it has a number for. */
static void payloads_hold_their_values(void **state)
{
	(void)state;
	for (int op = 0; op < OP_COUNT; op++) {
		for (int form = FORM_OP48; form <= FORM_SCOPE40; form++) {
			const struct payload_layout *l =
				payload_find((enum request_form)form, (enum tsm_op)op, EV_MEASUREMENTS);
			uint8_t taken[PAYLOAD_MAX] = {0};

			if (!l) {
				assert_true(op == OP_SEV_ENABLE_DMA || op == OP_SEV_DISABLE_DMA);
				continue;
			}
			assert_in_range(l->size, 1, PAYLOAD_MAX);
			for (size_t v = 0; v < PAYLOAD_VALUES && l->value[v].width; v++) {
				const struct payload_value *value = &l->value[v];

				assert_true(value->width == 4 || value->width == 8);
				assert_in_range(value->offset + value->width, 1, l->size);
				assert_null(memchr(taken + value->offset, 1, value->width));
				memset(taken + value->offset, 1, value->width);
			}
		}
	}
}

static void only_cca_has_published_payloads(void **state)
{
	(void)state;
	assert_true(payload_published(ARCH_CCA));
	assert_false(payload_published(ARCH_SEV));
	assert_false(payload_published(ARCH_TDX));
	assert_false(payload_published(ARCH_NONE));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(profiles_are_the_six),
		cmocka_unit_test(ioctl_numbers_are_those_of_the_trees),
		cmocka_unit_test(op_numbers_are_those_of_the_trees),
		cmocka_unit_test(object_ids_are_those_of_the_trees),
		cmocka_unit_test(rows_are_the_observed_maps),
		cmocka_unit_test(binding_is_an_ioctl_only_where_the_tree_has_one),
		cmocka_unit_test(payloads_hold_their_values),
		cmocka_unit_test(only_cca_has_published_payloads),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
