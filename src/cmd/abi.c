// SPDX-License-Identifier: GPL-2.0-or-later
#include "cmd/abi.h"

#include <stdio.h>

static const struct column map_columns[] = {
	{"nr", "IOCTL", false, false},
	{"op", "OP", true, false},
	{"answers", "ARCH 0..3", false, false},
};

/* In the order in which people think of them. */
static const enum tsm_op shown_ops[] = {OP_VALIDATE_MMIO, OP_SET_TDI_STATE, OP_SEV_ENABLE_DMA, OP_SEV_DISABLE_DMA,
					OP_READ_OBJECT,   OP_REGEN_OBJECT,  OP_OBJECT_INFO};

static bool granted(const struct abi *abi, enum tsm_op op, enum tsm_arch arch)
{
	if (arch != ARCH_NONE)
		return abi_grant(abi, op, arch) != NULL;
	return abi_grant(abi, op, ARCH_CCA) || abi_grant(abi, op, ARCH_SEV) || abi_grant(abi, op, ARCH_TDX);
}

void abi_list_ops(const struct abi *abi, enum tsm_arch arch, struct buf *out)
{
	const char *comma = "";

	for (size_t i = 0; i < sizeof(shown_ops) / sizeof(shown_ops[0]); i++) {
		if (!granted(abi, shown_ops[i], arch))
			continue;
		buf_printf(out, "%s%s", comma, tsm_op_word(shown_ops[i]));
		comma = ", ";
	}
}

static void add_ops(struct node *n, const struct abi *abi, enum tsm_arch arch)
{
	struct node *list = node_list(n, "ops", NULL);

	for (size_t i = 0; abi && i < sizeof(shown_ops) / sizeof(shown_ops[0]); i++)
		if (granted(abi, shown_ops[i], arch))
			node_text(list, NULL, NULL, tsm_op_word(shown_ops[i]));
}

static void add_map_row(struct node *table, const struct fp_answers *a, uint32_t nr, uint32_t op)
{
	char line[PROFILE_ARCHS + 1];
	struct node *row = node_object(table, NULL, NULL);

	fp_map_line(a, nr, op, line);
	node_hex(row, "nr", NULL, nr, 4);
	node_count(row, "op", NULL, op);
	node_text(row, "answers", NULL, line);
}

static void add_map(struct node *parent, const struct abi *abi, unsigned which)
{
	const struct fp_answers *a = abi ? abi_answers(abi) : NULL;
	struct node *table = node_table(parent, "map", NULL, map_columns, sizeof(map_columns) / sizeof(map_columns[0]));

	node_only(table, which);
	for (uint32_t n = 0; a && n < FP_NUMBERS; n++)
		for (uint32_t op = 0; op < PROFILE_OPS; op++)
			if (a->answer[n][op][0] != FP_UNASKED)
				add_map_row(table, a, FP_FIRST_NR + n, op);
}

static const char *verdict_word(const struct abi *abi)
{
	static const char *const words[] = {"known", "none", "refused", "unknown"};

	return abi ? words[abi_verdict(abi)] : NULL;
}

static void add_line(struct node *root, const struct abi *abi, const struct err *why, enum tsm_arch arch)
{
	struct buf b = {0};

	if (!abi) {
		buf_printf(&b, "%s%s%s (%s)", why->object, *why->object ? ": " : "", why->message, why->code);
	} else if (abi_verdict(abi) == ABI_KNOWN) {
		buf_printf(&b, "%s on ioctl 0x%x%s: ", abi_name(abi), abi_request_nr(abi),
			   abi_assumed(abi) ? " (by your word)" : "");
		abi_list_ops(abi, arch, &b);
	} else {
		buf_printf(&b, "%s: %s", abi_name(abi), abi_reason(abi));
	}
	node_only(node_text_buf(root, "requests_text", "Requests", &b), NODE_TEXT_ONLY);
}

void abi_describe(struct node *root, const struct abi *abi, const struct err *why, enum tsm_arch arch,
		  const char *evidence_family)
{
	bool unknown = abi && abi_verdict(abi) == ABI_UNKNOWN;
	const char *reason = abi ? abi_reason(abi) : why->message;
	struct node *n = node_object(root, "abi", NULL);

	node_text(n, "profile", NULL, abi && !unknown ? abi_name(abi) : NULL);
	if (abi && abi_request_nr(abi))
		node_hex(n, "req_ioctl", NULL, abi_request_nr(abi), 4);
	else
		node_null(n, "req_ioctl", NULL);
	node_text(n, "source", NULL, abi && !unknown ? abi_source(abi) : NULL);
	add_ops(n, abi, arch);
	node_text(n, "evidence_family", NULL, evidence_family);
	node_text(n, "verdict", NULL, verdict_word(abi));
	node_text(n, "reason", NULL, *reason ? reason : NULL);
	node_bool(n, "assumed", NULL, abi && abi_assumed(abi));
	add_map(n, abi, NODE_JSON_ONLY);
	add_line(root, abi, why, arch);
	if (unknown)
		add_map(root, abi, NODE_TEXT_ONLY);
}
