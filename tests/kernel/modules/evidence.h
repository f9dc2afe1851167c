/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The generic-netlink families that hand the mock TSM's evidence out. */
#ifndef TSMLAB_EVIDENCE_H
#define TSMLAB_EVIDENCE_H

#include <linux/pci.h>
#include <net/genetlink.h>

enum { CMD_READ = 1, CMD_VALIDATE = 2, NAME_MAX_LEN = 31 };

/* Attribute ids; 0: the family has no such attribute. */
struct evidence_ids {
	u16 type, mask, flags, subsys, dev_name, nonce, generation, length, val;
};

struct evidence_family {
	struct genl_family *genl;
	struct evidence_ids ids;
	bool refreshes;
};

extern const struct evidence_family device_evidence;
extern const struct evidence_family pci_tsm;

/* The function that the request names, referenced; or an error with the extended ack filled. */
struct pci_dev *evidence_function(const struct evidence_family *f, const struct genl_info *info);

int device_evidence_start(struct netlink_callback *cb);
int pci_tsm_start(struct netlink_callback *cb);
int evidence_dumpit(struct sk_buff *skb, struct netlink_callback *cb);
int evidence_done(struct netlink_callback *cb);

#endif
