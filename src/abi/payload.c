// SPDX-License-Identifier: GPL-2.0-or-later
#include "abi/payload.h"

/* CCA, 48-byte request: rmi-da.h. SEV and TDX are assumed to use the same. */
static const struct payload_layout op48_layouts[OP_COUNT] = {
	[OP_VALIDATE_MMIO] = {24, false, {{0, 8, FROM_GPA_BASE, 0}, {8, 8, FROM_GPA_TOP, 0}, {16, 8, FROM_PA_BASE, 0}}},
	[OP_SET_TDI_STATE] = {4, false, {{0, 4, FROM_STATE, 0}}},
	[OP_OBJECT_INFO] = {4, false, {{0, 4, FROM_OBJECT, 0}}},
	[OP_READ_OBJECT] = {16, false, {{0, 4, FROM_OBJECT, 0}}},
	[OP_REGEN_OBJECT] = {24,
			     false,
			     {{0, 4, FROM_OBJECT, 0}, {8, 8, FROM_REGEN_FLAGS, 0}, {16, 8, FROM_NONCE_PTR, 0}}},
};

/* CCA RFC v4, scope request: the payload begins with a request type. 3 and 4 regenerate the report and the
 * measurements. */
static const struct payload_layout scope40_layouts[OP_COUNT] = {
	[OP_OBJECT_INFO] = {8, false, {{0, 4, FROM_CONSTANT, 1}, {4, 4, FROM_OBJECT, 0}}},
	[OP_READ_OBJECT] = {16, false, {{0, 4, FROM_CONSTANT, 2}, {4, 4, FROM_OBJECT, 0}}},
	[OP_REGEN_OBJECT] = {24,
			     false,
			     {{0, 4, FROM_CONSTANT, 4}, {8, 8, FROM_REGEN_FLAGS, 0}, {16, 8, FROM_NONCE_PTR, 0}}},
	[OP_VALIDATE_MMIO] = {32,
			      false,
			      {{0, 4, FROM_CONSTANT, 5},
			       {8, 8, FROM_GPA_BASE, 0},
			       {16, 8, FROM_GPA_TOP, 0},
			       {24, 8, FROM_PA_BASE, 0}}},
	[OP_SET_TDI_STATE] = {8, false, {{0, 4, FROM_CONSTANT, 6}, {4, 4, FROM_STATE, 0}}},
};

/* The report's regeneration in the scope form: only its type number, 3, is published. */
static const struct payload_layout scope40_report_regen = {8, true, {{0, 4, FROM_CONSTANT, 3}}};

const struct payload_layout *payload_find(enum request_form form, enum tsm_op op, enum evidence_type type)
{
	if (form == FORM_SCOPE40 && op == OP_REGEN_OBJECT && type == EV_REPORT)
		return &scope40_report_regen;

	const struct payload_layout *l = form == FORM_SCOPE40 ? &scope40_layouts[op] : &op48_layouts[op];

	return l->size ? l : NULL;
}

bool payload_published(enum tsm_arch arch)
{
	return arch == ARCH_CCA;
}
