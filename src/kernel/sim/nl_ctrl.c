// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "kernel/sim/nl.h"

enum { REPLY_SIZE = 1024 };

static bool put_op(struct skb *skb, struct nlmsghdr *msg, size_t i, const struct nl_op *op)
{
	void *nest = skb_put_attr(skb, msg, (int)i + 1, NULL, 0);

	if (!nest || !skb_put_u32(skb, msg, CTRL_ATTR_OP_ID, op->cmd) ||
	    !skb_put_u32(skb, msg, CTRL_ATTR_OP_FLAGS, op->flags))
		return false;
	skb_end_nest(skb, nest);
	return true;
}

static bool put_ops(struct skb *skb, struct nlmsghdr *msg, const struct nl_family *f)
{
	void *nest = skb_put_attr(skb, msg, CTRL_ATTR_OPS, NULL, 0);

	if (!nest)
		return false;
	for (size_t i = 0; i < f->op_count; i++) {
		if (!put_op(skb, msg, i, &f->op[i]))
			return false;
	}
	skb_end_nest(skb, nest);
	return true;
}

static bool put_family(struct skb *skb, const struct nlmsghdr *request, uint16_t flags, const struct nl_family *f)
{
	struct nlmsghdr *msg = skb_put_genl(skb, request, flags, CTRL_CMD_NEWFAMILY, nl_ctrl.version);

	return msg && skb_put_text(skb, msg, CTRL_ATTR_FAMILY_NAME, f->name) &&
	       skb_put_attr(skb, msg, CTRL_ATTR_FAMILY_ID, &f->id, sizeof(f->id)) &&
	       skb_put_u32(skb, msg, CTRL_ATTR_VERSION, f->version) && skb_put_u32(skb, msg, CTRL_ATTR_HDRSIZE, 0) &&
	       /* A family whose operations have policies of their own reports 0. */
	       skb_put_u32(skb, msg, CTRL_ATTR_MAXATTR, 0) && put_ops(skb, msg, f);
}

static const struct nl_family *find_family(const struct nl_call *c)
{
	const struct nlattr *id = c->attr[CTRL_ATTR_FAMILY_ID];
	const struct nlattr *name = c->attr[CTRL_ATTR_FAMILY_NAME];
	const struct nl_family *f = NULL;

	for (size_t i = 0; (f = nl_family_at(c->sim, i)); i++) {
		if (name ? !strcmp(nl_data(name), f->name) : !memcmp(nl_data(id), &f->id, sizeof(f->id)))
			break;
	}
	return f;
}

static int ctrl_getfamily(struct nl_call *c)
{
	const struct nl_family *f;
	struct skb *skb;

	if (!c->attr[CTRL_ATTR_FAMILY_ID] && !c->attr[CTRL_ATTR_FAMILY_NAME])
		return -EINVAL;
	f = find_family(c);
	if (!f)
		return -ENOENT;
	skb = skb_new(REPLY_SIZE);
	if (!skb)
		return -ENOBUFS;
	if (!put_family(skb, c->request, 0, f)) {
		free(skb);
		return -EMSGSIZE;
	}
	nl_queue(c->socket, skb);
	return 0;
}

static int ctrl_start(struct nl_call *c, struct nl_dump *dump)
{
	(void)c;
	(void)dump;
	return 0;
}

static int ctrl_step(struct sim *s, struct nl_dump *dump, struct skb *skb, struct extack *x)
{
	const struct nl_family *f;

	(void)x;
	for (size_t i = 0; (f = nl_family_at(s, i)); i++) {
		if (!put_family(skb, &dump->request, NLM_F_MULTI, f))
			return -EMSGSIZE;
	}
	return 0;
}

static const struct nl_policy getfamily_policy[] = {
	[CTRL_ATTR_FAMILY_ID] = {.kind = NL_U16},
	[CTRL_ATTR_FAMILY_NAME] = {.kind = NL_NUL_STRING, .max = GENL_NAMSIZ - 1},
};

static const struct nl_op ops[] = {
	{.cmd = CTRL_CMD_GETFAMILY,
	 .flags = GENL_CMD_CAP_DO | GENL_CMD_CAP_DUMP | GENL_CMD_CAP_HASPOL,
	 .liberal = true,
	 .policy = getfamily_policy,
	 .max_attr = CTRL_ATTR_FAMILY_NAME,
	 .doit = ctrl_getfamily,
	 .start = ctrl_start,
	 .step = ctrl_step},
};

const struct nl_family nl_ctrl = {GENL_ID_CTRL, 2, "nlctrl", ops, sizeof(ops) / sizeof(ops[0])};
