// SPDX-License-Identifier: GPL-2.0-or-later
/* The registers that an interface report repeats, bit by bit: MSI-X Message Control, LNR and TPH Requester Control. */
#include "decode/kind.h"
#include "decode/report.h"

#define COUNT(array) (sizeof(array) / sizeof(*(array)))

/* PCIe 6.x 7.7.2.2, 7.9.13.3; PCIe 4.0 7.9.10.3 (lightweight notification has left the specification since). */
enum {
	MSIX_TABLE_SIZE = 0x07ff, /* less 1 */
	MSIX_FUNCTION_MASK = 1 << 14,
	MSIX_ENABLE = 1 << 15,
	TPH_ST_MODE = 7,
	TPH_ENABLE_SHIFT = 8,
	TPH_ENABLE = 3,
	LNR_ENABLE = 1 << 0,
	LNR_128 = 1 << 1, /* cache lines of 128 bytes, not 64 */
	LNR_LIMIT_SHIFT = 8,
	LNR_LIMIT = 0x1f,
};

static void describe_msix(struct node *decoded, uint16_t control)
{
	unsigned vectors = (control & MSIX_TABLE_SIZE) + 1u;
	struct node *o;

	json_only(node_hex(decoded, "msix_message_control", NULL, control, 4));
	if (!control) {
		node_null(decoded, "msix", NULL);
		text_only(node_hex(decoded, NULL, "MSI-X control", 0, 4));
		return;
	}
	o = node_only(node_object(decoded, "msix", NULL), NODE_JSON_ONLY);
	node_bool(o, "enabled", NULL, control & MSIX_ENABLE);
	node_bool(o, "masked", NULL, control & MSIX_FUNCTION_MASK);
	node_count(o, "vectors", NULL, vectors);
	text_only(node_textf(decoded, NULL, "MSI-X control", "0x%04x: %s, %u vectors%s", control,
			     control & MSIX_ENABLE ? "enabled" : "disabled", vectors,
			     control & MSIX_FUNCTION_MASK ? ", all masked" : ""));
}

static void describe_lnr(struct node *decoded, uint16_t control)
{
	unsigned line = control & LNR_128 ? 128 : 64, limit = control >> LNR_LIMIT_SHIFT & LNR_LIMIT;
	struct node *o;

	json_only(node_hex(decoded, "lnr_control", NULL, control, 4));
	if (!control) {
		node_null(decoded, "lnr", NULL);
		text_only(node_hex(decoded, NULL, "LNR control", 0, 4));
		return;
	}
	o = node_only(node_object(decoded, "lnr", NULL), NODE_JSON_ONLY);
	node_bool(o, "enabled", NULL, control & LNR_ENABLE);
	node_size(o, "cache_line", NULL, line);
	node_count(o, "registration_limit", NULL, limit);
	text_only(node_textf(decoded, NULL, "LNR control", "0x%04x: %s, cache line %u B, registration limit %u",
			     control, control & LNR_ENABLE ? "enabled" : "disabled", line, limit));
}

static void describe_tph(struct node *decoded, uint32_t control)
{
	static const char *const modes[] = {"no ST", "interrupt vector", "device specific"};
	static const char *const requesters[] = {"disabled", "TPH", NULL, "TPH and extended TPH"};
	unsigned mode = control & TPH_ST_MODE, enable = control >> TPH_ENABLE_SHIFT & TPH_ENABLE;
	const char *mode_name = mode < COUNT(modes) ? modes[mode] : NULL;
	struct node *o;

	json_only(node_hex(decoded, "tph_control", NULL, control, 8));
	if (!control) {
		node_null(decoded, "tph", NULL);
		text_only(node_hex(decoded, NULL, "TPH control", 0, 8));
		return;
	}
	o = node_only(node_object(decoded, "tph", NULL), NODE_JSON_ONLY);
	node_count(o, "st_mode", NULL, mode);
	node_text(o, "st_mode_name", NULL, mode_name);
	node_count(o, "requester_enable", NULL, enable);
	node_text(o, "requester_enable_name", NULL, requesters[enable]);
	text_only(node_textf(decoded, NULL, "TPH control", "0x%08x: requester enable %u (%s), ST mode %u (%s)", control,
			     enable, requesters[enable] ? requesters[enable] : "reserved", mode,
			     mode_name ? mode_name : "reserved"));
}

void controls_describe(struct node *decoded, const struct tdisp_report *r)
{
	describe_msix(decoded, r->msix_message_control);
	describe_lnr(decoded, r->lnr_control);
	describe_tph(decoded, r->tph_control);
	node_only(node_hex(decoded, "reserved", "Reserved word", r->reserved, 4), r->reserved ? 0 : NODE_JSON_ONLY);
}
