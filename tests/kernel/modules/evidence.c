// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * "device-evidence" (TEE I/O series of 2026-07-05) and its predecessor "pci-tsm" (v2 of 2026-03-02): what a request may
 * carry, and the command that accepts a generation. The dump is in dump.c.
 */
#include "evidence.h"

#include <linux/module.h>
#include <linux/pci-tsm.h>

#include "store.h"

static char *family = "device-evidence";
module_param(family, charp, 0400);
MODULE_PARM_DESC(family, "device-evidence, pci-tsm, or both");

static bool read_only;
module_param(read_only, bool, 0400);
MODULE_PARM_DESC(read_only, "device-evidence without its command `validate`");

static int evidence_validate(struct sk_buff *skb, struct genl_info *info);

static const struct nla_policy device_evidence_read_policy[] = {
	[2] = {.type = NLA_U32},        [3] = {.type = NLA_U32},      [4] = {.type = NLA_NUL_STRING},
	[5] = {.type = NLA_NUL_STRING}, [6] = NLA_POLICY_MAX_LEN(32),
};

static const struct nla_policy device_evidence_validate_policy[] = {
	[4] = {.type = NLA_NUL_STRING},
	[5] = {.type = NLA_NUL_STRING},
	[7] = {.type = NLA_U32},
};

static const struct nla_policy pci_tsm_read_policy[] = {
	[2] = {.type = NLA_U32},
	[3] = {.type = NLA_U32},
	[4] = {.type = NLA_NUL_STRING},
	[5] = NLA_POLICY_MAX_LEN(256),
};

static const struct genl_split_ops device_evidence_ops[] = {
	{
		.cmd = CMD_READ,
		.start = device_evidence_start,
		.dumpit = evidence_dumpit,
		.done = evidence_done,
		.policy = device_evidence_read_policy,
		.maxattr = ARRAY_SIZE(device_evidence_read_policy) - 1,
		.flags = GENL_ADMIN_PERM | GENL_CMD_CAP_DUMP,
	},
	{
		.cmd = CMD_VALIDATE,
		.doit = evidence_validate,
		.policy = device_evidence_validate_policy,
		.maxattr = ARRAY_SIZE(device_evidence_validate_policy) - 1,
		.flags = GENL_ADMIN_PERM | GENL_CMD_CAP_DO,
	},
};

static const struct genl_split_ops pci_tsm_ops[] = {
	{
		.cmd = CMD_READ,
		.start = pci_tsm_start,
		.dumpit = evidence_dumpit,
		.done = evidence_done,
		.policy = pci_tsm_read_policy,
		.maxattr = ARRAY_SIZE(pci_tsm_read_policy) - 1,
		.flags = GENL_ADMIN_PERM | GENL_CMD_CAP_DUMP,
	},
};

static struct genl_family device_evidence_genl = {
	.name = "device-evidence",
	.version = 1,
	.netnsok = true,
	.parallel_ops = true,
	.module = THIS_MODULE,
	.split_ops = device_evidence_ops,
	.n_split_ops = ARRAY_SIZE(device_evidence_ops),
};

static struct genl_family pci_tsm_genl = {
	.name = "pci-tsm",
	.version = 1,
	.netnsok = true,
	.parallel_ops = true,
	.module = THIS_MODULE,
	.split_ops = pci_tsm_ops,
	.n_split_ops = ARRAY_SIZE(pci_tsm_ops),
};

const struct evidence_family device_evidence = {
	.genl = &device_evidence_genl,
	.ids = {.type = 1,
		.mask = 2,
		.flags = 3,
		.subsys = 4,
		.dev_name = 5,
		.nonce = 6,
		.generation = 7,
		.length = 9,
		.val = 10},
	.refreshes = true,
};

const struct evidence_family pci_tsm = {
	.genl = &pci_tsm_genl,
	.ids = {.type = 1, .mask = 2, .flags = 3, .dev_name = 4, .nonce = 5, .val = 6},
};

/* The attribute `id`, which some families do not have (0), is there. */
static bool has_name(const struct genl_info *info, u16 id, const char *missing)
{
	if (!id || info->attrs[id])
		return true;
	NL_SET_ERR_ATTR_MISS(info->extack, NULL, id);
	NL_SET_ERR_MSG_FMT(info->extack, "%s", missing);
	return false;
}

static const char *name_of(const struct genl_info *info, u16 id)
{
	const struct nlattr *a = info->attrs[id];

	if (nla_len(a) <= NAME_MAX_LEN + 1)
		return nla_data(a);
	NL_SET_BAD_ATTR(info->extack, a);
	return NULL;
}

static struct pci_dev *function_by_name(const char *name)
{
	struct device *dev = bus_find_device_by_name(&pci_bus_type, NULL, name);

	return dev ? to_pci_dev(dev) : NULL;
}

/* A link TSM has evidence of its DSM functions, once they are connected. */
static struct pci_dev *connected_function(const struct evidence_family *f, const char *name,
					  const struct genl_info *info)
{
	struct pci_dev *pdev = function_by_name(name);

	if (pdev && READ_ONCE(pdev->tsm) && is_pci_tsm_pf0(pdev))
		return pdev;
	pci_dev_put(pdev);
	if (!f->ids.subsys) {
		NL_SET_ERR_MSG(info->extack, "no TSM context");
		return ERR_PTR(-ENXIO);
	}
	NL_SET_ERR_MSG_FMT(info->extack, "device 'pci:%s' evidence not found", name);
	return ERR_PTR(-ENODEV);
}

struct pci_dev *evidence_function(const struct evidence_family *f, const struct genl_info *info)
{
	const char *subsys = "pci", *name;

	if (!has_name(info, f->ids.subsys, "missing subsys name") ||
	    !has_name(info, f->ids.dev_name, "missing device name"))
		return ERR_PTR(-EINVAL);
	if (f->ids.subsys)
		subsys = name_of(info, f->ids.subsys);
	name = name_of(info, f->ids.dev_name);
	if (!subsys || !name)
		return ERR_PTR(-EINVAL);
	if (!strcmp(subsys, "pci"))
		return connected_function(f, name, info);
	NL_SET_ERR_MSG_FMT(info->extack, "no evidence provider for subsys '%s'", subsys);
	return ERR_PTR(-EOPNOTSUPP);
}

static int evidence_validate(struct sk_buff *skb, struct genl_info *info)
{
	const struct nlattr *a = info->attrs[device_evidence.ids.generation];
	struct pci_dev *pdev;
	int rc = 0;

	if (!a) {
		NL_SET_ERR_MSG(info->extack, "missing evidence generation");
		return -EINVAL;
	}
	pdev = evidence_function(&device_evidence, info);
	if (IS_ERR(pdev))
		return PTR_ERR(pdev);
	down_read(&lab_store_lock);
	if (nla_get_u32(a) != lab_generation()) {
		NL_SET_ERR_MSG(info->extack, "evidence generation is stale");
		rc = -ESTALE;
	}
	up_read(&lab_store_lock);
	lab_log("%s validate generation %u = %d", pci_name(pdev), nla_get_u32(a), rc);
	pci_dev_put(pdev);
	return rc;
}

static bool chosen(const char *name)
{
	return !strcmp(family, name) || !strcmp(family, "both");
}

static int __init lab_init(void)
{
	int rc = 0;

	if (read_only)
		device_evidence_genl.n_split_ops = 1;
	if (chosen("device-evidence"))
		rc = genl_register_family(&device_evidence_genl);
	if (!rc && chosen("pci-tsm")) {
		rc = genl_register_family(&pci_tsm_genl);
		if (rc && chosen("device-evidence"))
			genl_unregister_family(&device_evidence_genl);
	}
	return rc;
}

static void __exit lab_exit(void)
{
	if (chosen("device-evidence"))
		genl_unregister_family(&device_evidence_genl);
	if (chosen("pci-tsm"))
		genl_unregister_family(&pci_tsm_genl);
}

module_init(lab_init);
module_exit(lab_exit);
MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("Evidence over generic netlink, for tests");
