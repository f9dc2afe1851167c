/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Kernels as functions from the fingerprint's question to an errno, in the order in which the published code checks:
 * size and tail, then what the handler looks at first, the vdevice last. No object exists, so that nothing can succeed.
 */
#ifndef TSMCTL_TESTS_ABI_MODELS_H
#define TSMCTL_TESTS_ABI_MODELS_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <string.h>

#include "abi/fingerprint.h"

/* The probe's 48 bytes, by offset: each kernel reads them as another struct. */
static inline uint32_t model_word(const void *arg, size_t offset)
{
	uint32_t word;

	memcpy(&word, (const char *)arg + offset, sizeof(word));
	return word;
}

static inline bool model_tail_is_zero(const void *arg, size_t from)
{
	for (size_t i = from; i < 48; i += 4)
		if (model_word(arg, i))
			return false;
	return true;
}

/* Stock kernels: the number is beyond the table, the argument is not read. */
static inline int model_absent(const void *arg)
{
	(void)arg;
	return ENOTTY;
}

/* A handler's stub without CONFIG_TSM. */
static inline int model_off(const void *arg)
{
	return model_word(arg, 0) < 16 ? EINVAL : EOPNOTSUPP;
}

/* TSM_OP, 16 bytes: type at 4, flags at 8, vdevice at 12. */
static inline int model_tsm_op(const void *arg)
{
	if (!model_tail_is_zero(arg, 16))
		return E2BIG;
	return model_word(arg, 8) ? EOPNOTSUPP : ENOENT;
}

/* v5, 40 bytes: scope at 8, reserved word at 20. */
static inline int model_scope40(const void *arg)
{
	if (!model_tail_is_zero(arg, 40))
		return E2BIG;
	if (model_word(arg, 20))
		return EOPNOTSUPP;
	return model_word(arg, 8) > 3 ? EINVAL : ENOENT;
}

/* AMD's packed struct: the first id at 4 is looked up before anything else. */
static inline int model_packed(const void *arg)
{
	(void)arg;
	return ENOENT;
}

/* The 48-byte requests: ops first..last for every architecture, two for SEV, objects behind them or not at all. */
static inline int model_op48(const void *arg, uint32_t common_last, uint32_t sev_last, uint32_t last)
{
	uint32_t op = model_word(arg, 8);
	uint32_t arch = model_word(arg, 12);

	if (arch < 1 || arch > 3 || op < 1 || op > last)
		return EINVAL;
	if (op > common_last && op <= sev_last && arch != 2)
		return EINVAL;
	return ENOENT;
}

static inline int model_newest(const void *arg)
{
	return model_op48(arg, 2, 4, 7);
}

static inline int model_newest_bare(const void *arg)
{
	return model_op48(arg, 2, 4, 4);
}

static inline int model_june(const void *arg)
{
	return model_op48(arg, 5, 7, 7);
}

struct model {
	const char *kernel;
	const char *profile;
	int (*at96)(const void *arg);
	int (*at97)(const void *arg);
	const char *granted[OP_COUNT]; /* architectures that may use the op */
};

#define GRANTS_BARE                                                                                          \
	[OP_VALIDATE_MMIO] = "cca sev tdx", [OP_SET_TDI_STATE] = "cca sev tdx", [OP_SEV_ENABLE_DMA] = "sev", \
	[OP_SEV_DISABLE_DMA] = "sev"
#define GRANTS_OBJECTS \
	[OP_READ_OBJECT] = "cca sev tdx", [OP_REGEN_OBJECT] = "cca sev tdx", [OP_OBJECT_INFO] = "cca sev tdx"

static const struct model models[] = {
	{"integration kernel", "op48-2026-09", model_newest, model_absent, {GRANTS_BARE, GRANTS_OBJECTS}},
	{"posted v7", "op48-2026-09", model_newest_bare, model_absent, {GRANTS_BARE}},
	{"interim tree", "op48-interim", model_tsm_op, model_newest, {GRANTS_BARE, GRANTS_OBJECTS}},
	{"interim, bare", "op48-interim", model_tsm_op, model_newest_bare, {GRANTS_BARE}},
	{"June proposal", "op48-2026-06", model_june, model_absent, {GRANTS_BARE, GRANTS_OBJECTS}},
	{"v5",
	 "scope40-v5",
	 model_scope40,
	 model_absent,
	 {GRANTS_OBJECTS, [OP_VALIDATE_MMIO] = "cca sev tdx", [OP_SET_TDI_STATE] = "cca sev tdx"}},
	{"AMD's tree", "amd-packed48", model_packed, model_absent, {NULL}},
	{"Linux 7.3", "none", model_absent, model_absent, {NULL}},
	{"newest without CONFIG_TSM", "none", model_off, model_absent, {NULL}},
	{"interim without CONFIG_TSM", "none", model_off, model_off, {NULL}},
};

enum { MODELS = sizeof(models) / sizeof(models[0]) };

static inline const struct model *model_of_profile(const char *profile)
{
	for (size_t i = 0; i < MODELS; i++)
		if (strcmp(models[i].profile, profile) == 0)
			return &models[i];
	fail_msg("no model of %s", profile);
	return NULL;
}

/* Asks the model every question of the fingerprint. */
static inline struct abi *model_abi(const struct model *m)
{
	struct fp_answers a;
	struct fp_probe p;
	struct abi *abi;

	fp_start(&a);
	while (fp_next(&a, &p))
		fp_record(&a, &p, -(p.nr == 0x3b96 ? m->at96 : m->at97)(&p.arg));
	abi = abi_from_answers(&a);
	assert_non_null(abi);
	return abi;
}

#endif
