// SPDX-License-Identifier: GPL-2.0-or-later
#include "abi/terms.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

static const struct {
	const char *name;
	const char *title;
} archs[] = {
	[ARCH_NONE] = {"none", "unknown architecture"},
	[ARCH_CCA] = {"cca", "Arm CCA"},
	[ARCH_SEV] = {"sev", "AMD SEV"},
	[ARCH_TDX] = {"tdx", "Intel TDX"},
};

static const char *const states[] = {
	[TDI_UNLOCKED] = "unlocked",
	[TDI_LOCKED] = "locked",
	[TDI_RUN] = "run",
	[TDI_ERROR] = "error",
};

static const struct {
	const char *name;
	const char *word;
} ops[OP_COUNT] = {
	[OP_READ_OBJECT] = {"READ_OBJECT", "read"},
	[OP_REGEN_OBJECT] = {"REGEN_OBJECT", "regen"},
	[OP_OBJECT_INFO] = {"OBJECT_INFO", "info"},
	[OP_VALIDATE_MMIO] = {"VALIDATE_MMIO", "validate-mmio"},
	[OP_SET_TDI_STATE] = {"SET_TDI_STATE", "set-state"},
	[OP_SEV_ENABLE_DMA] = {"SEV_ENABLE_DMA", "sev-dma-enable"},
	[OP_SEV_DISABLE_DMA] = {"SEV_DISABLE_DMA", "sev-dma-disable"},
};

static const struct {
	const char *name;
	const char *object;
} types[EV_COUNT] = {
	[EV_CERT0] = {"cert:0", "cert"},    [1] = {"cert:1", "cert"},
	[2] = {"cert:2", "cert"},           [3] = {"cert:3", "cert"},
	[4] = {"cert:4", "cert"},           [5] = {"cert:5", "cert"},
	[6] = {"cert:6", "cert"},           [EV_CERT7] = {"cert:7", "cert"},
	[EV_VCA] = {"vca", "vca"},          [EV_MEASUREMENTS] = {"measurements", "measurements"},
	[EV_REPORT] = {"report", "report"},
};

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

const char *arch_name(enum tsm_arch arch)
{
	return (size_t)arch < COUNT(archs) ? archs[arch].name : "?";
}

const char *arch_title(enum tsm_arch arch)
{
	return (size_t)arch < COUNT(archs) ? archs[arch].title : "?";
}

int arch_parse(const char *name)
{
	for (int i = ARCH_CCA; i < (int)COUNT(archs); i++)
		if (strcmp(name, archs[i].name) == 0)
			return i;
	return -1;
}

const char *tdi_state_name(enum tdi_state state)
{
	return (size_t)state < COUNT(states) ? states[state] : "?";
}

int tdi_state_parse(const char *name)
{
	for (int i = TDI_UNLOCKED; i <= TDI_RUN; i++)
		if (strcmp(name, states[i]) == 0)
			return i;
	return -1;
}

const char *tsm_op_name(enum tsm_op op)
{
	return (size_t)op < COUNT(ops) ? ops[op].name : "?";
}

const char *tsm_op_word(enum tsm_op op)
{
	return (size_t)op < COUNT(ops) ? ops[op].word : "?";
}

const char *evidence_type_name(enum evidence_type type)
{
	return (size_t)type < COUNT(types) ? types[type].name : "?";
}

const char *evidence_object_name(enum evidence_type type)
{
	return (size_t)type < COUNT(types) ? types[type].object : "?";
}

int evidence_type_parse(const char *text)
{
	if (strcmp(text, "cert") == 0)
		return EV_CERT0;
	for (int i = 0; i < EV_COUNT; i++)
		if (strcmp(text, types[i].name) == 0)
			return i;
	for (int i = 0; i < EV_COUNT; i++) {
		size_t len = strlen(types[i].object);

		if (strncmp(text, types[i].object, len) == 0 && text[len] == ':')
			return -2;
	}
	return -1;
}
