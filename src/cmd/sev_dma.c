// SPDX-License-Identifier: GPL-2.0-or-later
#include <string.h>

#include "cmd/change.h"
#include "cmd/target.h"
#include "tdi/function.h"

static const struct {
	const char *action;
	enum tsm_op op;
	const char *what;
	const char *request;
} actions[] = {
	{"enable", OP_SEV_ENABLE_DMA, "This lets %s do DMA into private memory of its VM.", "SEV_ENABLE_DMA"},
	{"disable", OP_SEV_DISABLE_DMA, "This ends DMA of %s into private memory of its VM.", "SEV_DISABLE_DMA"},
};

static int not_sev(struct context *c)
{
	err_hint(c->err, "'tsmctl info' lists the requests that this kernel accepts for the TDI.");
	return -1;
}

/* Said before anything is opened: the TSM's driver names the architecture. */
static int check_arch(struct context *c, const struct target *t)
{
	struct tsm_list tsms;
	struct pci_function f;
	const struct tsm *tsm;

	if (t->arch != ARCH_NONE && t->arch != ARCH_SEV) {
		err_set(c->err, ERR_UNSUPPORTED, "EOPNOTSUPP", "sev-dma is for AMD SEV, not for %s",
			arch_title(t->arch));
		return not_sev(c);
	}
	if (!t->bdf[0] || (t->arch == ARCH_SEV && c->opt->dry_run))
		return 0;
	if (function_connected(c->kernel, t->bdf, &f, c->err) || platform_tsms(c->kernel, &tsms, c->err))
		return -1;
	tsm = platform_tsm_find(&tsms, f.connected);
	if (tsm && tsm->arch != ARCH_SEV && tsm->arch != ARCH_NONE) {
		err_object(c->err, "%s", t->bdf);
		err_set(c->err, ERR_UNSUPPORTED, "EOPNOTSUPP", "sev-dma is for AMD SEV; this TDI is under %s (%s)",
			tsm->name, arch_title(tsm->arch));
		not_sev(c);
	}
	platform_tsms_free(&tsms);
	return c->err->class == ERR_NONE ? 0 : -1;
}

int cmd_sev_dma(struct context *c)
{
	struct node *root = record_root(c->record);
	struct change ch = {0};
	size_t i = strcmp(c->arg[0], actions[0].action) == 0 ? 0 : 1;

	if (strcmp(c->arg[0], actions[i].action) != 0) {
		err_object(c->err, "%s", c->arg[0]);
		err_set(c->err, ERR_USAGE, "USAGE", "this is no action on DMA");
		err_hint(c->err, "The actions are enable and disable.");
		return -1;
	}
	ch.op = actions[i].op;
	ch.what = actions[i].what;
	ch.request = actions[i].request;
	if (target_from_options(c->opt, &ch.target, c->err) || check_arch(c, &ch.target) || change_send(c, &ch))
		return -1;
	change_title(c, &ch, ch.request);
	target_device(root, &ch.target);
	node_text(root, "action", NULL, actions[i].action);
	change_describe(root, c, &ch);
	return 0;
}
