// SPDX-License-Identifier: GPL-2.0-or-later
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "cmd/change.h"
#include "cmd/target.h"
#include "util/num.h"

enum { PAGE = 4096 };

static int bad_address(struct context *c, const char *name, const char *text, const char *why)
{
	err_object(c->err, "%s", name);
	err_set(c->err, ERR_USAGE, "USAGE", "'%s' %s", text, why);
	err_hint(c->err,
		 "All three are multiples of 0x1000; GPA_TOP is exclusive, or +LENGTH: validate-mmio 0x80000000 "
		 "+0x4000 0xe0000000.");
	return -1;
}

static int read_address(struct context *c, const char *name, const char *text, uint64_t *out)
{
	if (!num_parse(text, UINT64_MAX, out))
		return bad_address(c, name, text, "is not an address (decimal, or hexadecimal after 0x)");
	if (*out % PAGE)
		return bad_address(c, name, text, "is not aligned to 4 KiB");
	return 0;
}

/* GPA_TOP, or +LEN from GPA_BASE. */
static int read_top(struct context *c, const char *text, uint64_t base, uint64_t *top)
{
	uint64_t len;

	if (text[0] != '+')
		return read_address(c, "GPA_TOP", text, top);
	if (read_address(c, "GPA_TOP", text + 1, &len))
		return -1;
	if (len > UINT64_MAX - base)
		return bad_address(c, "GPA_TOP", text, "goes beyond the end of the address space");
	*top = base + len;
	return 0;
}

static int read_range(struct context *c, struct op_args *a)
{
	if (read_address(c, "GPA_BASE", c->arg[0], &a->gpa_base) || read_top(c, c->arg[1], a->gpa_base, &a->gpa_top) ||
	    read_address(c, "PA_BASE", c->arg[2], &a->pa_base))
		return -1;
	if (a->gpa_top <= a->gpa_base)
		return bad_address(c, "GPA_TOP", c->arg[1],
				   "leaves an empty range: it is exclusive and must be above GPA_BASE");
	if (a->gpa_top - a->gpa_base > UINT64_MAX - a->pa_base)
		return bad_address(c, "PA_BASE", c->arg[2],
				   "goes beyond the end of the address space with this length");
	return 0;
}

int cmd_validate_mmio(struct context *c)
{
	struct change ch = {.op = OP_VALIDATE_MMIO, .request = "VALIDATE_MMIO"};
	struct node *root = record_root(c->record);
	char what[200];

	if (read_range(c, &ch.args))
		return -1;
	snprintf(what, sizeof(what),
		 "This lets the guest of %%s see device memory 0x%" PRIx64 " at 0x%" PRIx64 " to 0x%" PRIx64 ".",
		 ch.args.pa_base, ch.args.gpa_base, ch.args.gpa_top);
	ch.what = what;
	if (change_send(c, &ch))
		return -1;
	snprintf(what, sizeof(what), "the mapping of 0x%" PRIx64 " to 0x%" PRIx64, ch.args.gpa_base, ch.args.gpa_top);
	change_title(c, &ch, what);
	target_device(root, &ch.target);
	node_hex(root, "gpa_base", NULL, ch.args.gpa_base, 16);
	node_hex(root, "gpa_top", NULL, ch.args.gpa_top, 16);
	node_hex(root, "pa_base", NULL, ch.args.pa_base, 16);
	change_describe(root, c, &ch);
	return 0;
}
