// SPDX-License-Identifier: GPL-2.0-or-later
#include "cli/dryrun.h"

#include "util/buf.h"

static void optional_bytes(struct node *n, const char *key, const uint8_t *bytes, size_t len)
{
	if (len)
		node_bytes(n, key, NULL, bytes, len);
	else
		node_null(n, key, NULL);
}

static void describe_for_programs(struct node *list, const struct noted_call *call)
{
	struct node *n = node_object(list, NULL, NULL);

	node_text(n, "kind", NULL, call->kind);
	node_text(n, "name", NULL, call->name);
	if (call->nr)
		node_hex(n, "nr", NULL, call->nr, 4);
	else
		node_null(n, "nr", NULL);
	node_text(n, "op", NULL, call->op_name);
	optional_bytes(n, "bytes", call->bytes, call->len);
	optional_bytes(n, "payload", call->payload, call->payload_len);
	node_bool(n, "payload_assumed", NULL, call->payload_assumed);
}

/* "2. ioctl 0x3b96 IOMMU_VDEVICE_TSM_REQ, SET_TDI_STATE" */
static void add_heading(struct buf *out, const struct noted_call *call, size_t number)
{
	buf_printf(out, "%zu. %s", number, call->kind);
	if (call->nr)
		buf_printf(out, " 0x%04x", call->nr);
	buf_printf(out, " %s", call->name);
	if (call->op_name)
		buf_printf(out, ", %s", call->op_name);
}

static void describe_for_people(struct record *r, const struct noted_call *call, size_t number)
{
	struct node *root = record_root(r);
	struct buf heading = {0};

	add_heading(&heading, call, number);
	if (heading.failed)
		record_fail(r);
	else if (call->len)
		node_only(node_bytes(root, NULL, heading.data, call->bytes, call->len), NODE_TEXT_ONLY);
	else
		node_note(root, "%s", heading.data);
	if (call->payload_len)
		node_only(node_bytes(root, NULL, call->payload_assumed ? "Request (assumed layout)" : "Request",
				     call->payload, call->payload_len),
			  NODE_TEXT_ONLY);
	buf_free(&heading);
}

void dryrun_describe(struct record *r, const struct noted_call *calls, size_t count)
{
	struct node *root = record_root(r);
	struct node *list;

	record_title(r, "Dry run: nothing was sent. %zu call%s would have been made:", count, count == 1 ? "" : "s");
	node_bool(root, "dry_run", NULL, true);
	list = node_list(root, "calls", NULL);
	for (size_t i = 0; i < count; i++) {
		describe_for_programs(list, &calls[i]);
		describe_for_people(r, &calls[i], i + 1);
	}
}
