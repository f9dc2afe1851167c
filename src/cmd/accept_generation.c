// SPDX-License-Identifier: GPL-2.0-or-later
#include <inttypes.h>
#include <stdio.h>

#include "cmd/confirm.h"
#include "cmd/target.h"
#include "tdi/evidence.h"
#include "util/num.h"

static int read_generation(struct context *c, uint64_t *generation)
{
	if (num_parse(c->arg[0], UINT32_MAX, generation))
		return 0;
	err_object(c->err, "%s", c->arg[0]);
	err_set(c->err, ERR_USAGE, "USAGE", "this is no generation: a number of 32 bits is wanted");
	err_hint(c->err, "'tsmctl info' shows the generation of the evidence.");
	return -1;
}

static int ask(struct context *c, const char *bdf, uint64_t generation)
{
	char what[160];

	snprintf(what, sizeof(what),
		 "This records generation %" PRIu64 " of %s as the one that a relying party approved.", generation,
		 bdf);
	return confirm_change(c, what, "Record it?");
}

static int accept(struct context *c, struct evidence_source *s, const char *bdf, uint64_t generation)
{
	if (!s->family) {
		err_object(c->err, "%s", bdf);
		err_set(c->err, ERR_UNSUPPORTED, "ENOENT",
			"this kernel has no evidence family: neither device-evidence nor pci-tsm");
		err_hint(c->err, "'tsmctl doctor' shows what this kernel can do.");
		return -1;
	}
	if (ask(c, bdf, generation))
		return -1;
	if (evidence_validate(s, bdf, (uint32_t)generation, c->err))
		return -1;
	c->changed = true;
	return 0;
}

static int need_function(struct context *c, const struct target *t)
{
	if (t->bdf[0])
		return 0;
	err_set(c->err, ERR_USAGE, "USAGE", "generations are kept for each PCI function");
	err_hint(c->err, "Pass -d BDF; 'tsmctl list' shows the functions.");
	return -1;
}

int cmd_accept_generation(struct context *c)
{
	struct node *root = record_root(c->record);
	struct evidence_source *s;
	struct target t;
	uint64_t generation;

	if (read_generation(c, &generation) || target_from_options(c->opt, &t, c->err) || need_function(c, &t) ||
	    confirm_possible(c) || target_check(c, &t))
		return -1;
	s = workspace_evidence(c->ws, c->err);
	if (!s || accept(c, s, t.bdf, generation))
		return -1;
	record_title(c->record, "%s: generation %" PRIu64 " is recorded as approved", t.bdf, generation);
	node_text(root, "device", NULL, t.bdf);
	node_count(root, "generation", NULL, generation);
	node_text(root, "evidence_family", NULL, s->family->name);
	return 0;
}
