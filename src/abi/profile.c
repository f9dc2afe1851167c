// SPDX-License-Identifier: GPL-2.0-or-later
#include "abi/profile.h"

#include <string.h>

/* Numbers of the newest line: the June proposal had the object ops first. */
#define NEWEST_NUMBERS                                                                                             \
	{                                                                                                          \
		[OP_VALIDATE_MMIO] = 1, [OP_SET_TDI_STATE] = 2, [OP_SEV_ENABLE_DMA] = 3, [OP_SEV_DISABLE_DMA] = 4, \
		[OP_READ_OBJECT] = 5, [OP_REGEN_OBJECT] = 6, [OP_OBJECT_INFO] = 7,                                 \
	}

#define NEWEST_ROWS                                                                                                  \
	{                                                                                                            \
		{"EEEE", false}, {"ENNN", false}, {"ENNN", false}, {"EENE", false}, {"EENE", false}, {"ENNN", true}, \
			{"ENNN", true}, {"ENNN", true}, {"EEEE", false},                                             \
	}

/*
 * RHI 1.0 numbers; the scope era had VCA at 4. For the proposal and the interim tree the VCA's number is not published;
 * 0 is taken, which older kernels refuse, while 4 would be another object on newer ones.
 */
#define OBJECTS_RHI        \
	{                  \
		1, 0, 2, 3 \
	}
#define OBJECTS_SCOPE      \
	{                  \
		1, 4, 2, 3 \
	}

const struct profile abi_profiles[] = {
	{
		.name = "op48-2026-09",
		.source = "CCA integration kernel, RFC v6/v7 line",
		.request_nr = 0x3b96,
		.form = FORM_OP48,
		.number = NEWEST_NUMBERS,
		.object_id = OBJECTS_RHI,
		.row = NEWEST_ROWS,
	},
	{
		.name = "op48-interim",
		.source = "interim tree of mid-2026",
		.request_nr = 0x3b97,
		.bind_nr = 0x3b96,
		.form = FORM_OP48,
		.number = NEWEST_NUMBERS,
		.object_id = OBJECTS_RHI,
		.row = NEWEST_ROWS,
	},
	{
		.name = "op48-2026-06",
		.source = "proposal of June 2026",
		.request_nr = 0x3b96,
		.bind_nr = 0x3b95,
		.form = FORM_OP48,
		.number = {[OP_READ_OBJECT] = 1,
			   [OP_REGEN_OBJECT] = 2,
			   [OP_OBJECT_INFO] = 3,
			   [OP_VALIDATE_MMIO] = 4,
			   [OP_SET_TDI_STATE] = 5,
			   [OP_SEV_ENABLE_DMA] = 6,
			   [OP_SEV_DISABLE_DMA] = 7},
		.object_id = OBJECTS_RHI,
		.row = {{"EEEE", false},
			{"ENNN", false},
			{"ENNN", false},
			{"ENNN", false},
			{"ENNN", false},
			{"ENNN", false},
			{"EENE", false},
			{"EENE", false},
			{"EEEE", false}},
	},
	{
		.name = "scope40-v5",
		.source = "series v5 of May 2026",
		.request_nr = 0x3b96,
		.bind_nr = 0x3b95,
		.form = FORM_SCOPE40,
		.number = {[OP_READ_OBJECT] = 1,
			   [OP_REGEN_OBJECT] = 1,
			   [OP_OBJECT_INFO] = 1,
			   [OP_VALIDATE_MMIO] = 2,
			   [OP_SET_TDI_STATE] = 2},
		.object_id = OBJECTS_SCOPE,
		.row = {{"NNNN", false},
			{"NNNN", false},
			{"NNNN", false},
			{"NNNN", false},
			{"EEEE", false},
			{"EEEE", false},
			{"EEEE", false},
			{"EEEE", false},
			{"EEEE", false}},
	},
	{
		.name = "amd-packed48",
		.source = "AMD's tree",
		.refusal = "its 48-byte request at 0x3b96 is packed otherwise and carries encrypted guest messages",
		.request_nr = 0x3b96,
		.row = {{"NNNN", false},
			{"NNNN", false},
			{"NNNN", false},
			{"NNNN", false},
			{"NNNN", false},
			{"NNNN", false},
			{"NNNN", false},
			{"NNNN", false},
			{"NNNN", false}},
	},
	{
		.name = "none",
		.source = "Linux 7.3 and older",
		.refusal = "the kernel has no IOMMU_VDEVICE_TSM_REQ",
	},
};

const size_t abi_profile_count = sizeof(abi_profiles) / sizeof(abi_profiles[0]);

const struct profile *profile_find(const char *name)
{
	for (size_t i = 0; i < abi_profile_count; i++)
		if (strcmp(name, abi_profiles[i].name) == 0)
			return &abi_profiles[i];
	return NULL;
}

int profile_object_index(enum evidence_type type)
{
	switch (type) {
	case EV_CERT0:
		return 0;
	case EV_VCA:
		return 1;
	case EV_MEASUREMENTS:
		return 2;
	case EV_REPORT:
		return 3;
	default:
		return -1;
	}
}
