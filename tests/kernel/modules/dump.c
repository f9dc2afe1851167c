// SPDX-License-Identifier: GPL-2.0-or-later
/* The dump: one message a call, the objects in the order of their types, each beginning with what it is. */
#include <linux/module.h>
#include <linux/slab.h>

#include "evidence.h"
#include "store.h"

enum { FLAG_DIGEST = 1, TYPES_MASK = (1 << LAB_TYPES) - 1, UNKNOWN_ATTRIBUTE = 60, VAL_ROOM = 8 };

static uint chunk;
module_param(chunk, uint, 0600);
MODULE_PARM_DESC(chunk, "most bytes of evidence in a message; 0: what fits");

static int done_errno;
module_param(done_errno, int, 0600);
MODULE_PARM_DESC(done_errno, "a dump ends with this errno once it has sent `done_after` bytes; 0: never");

static uint done_after;
module_param(done_after, uint, 0600);

static int changes;
module_param(changes, int, 0600);
MODULE_PARM_DESC(changes, "so many dumps see the generation change once they have sent `change_after` bytes");

static uint change_after;
module_param(change_after, uint, 0600);

static uint length_excess;
module_param(length_excess, uint, 0600);
MODULE_PARM_DESC(length_excess, "how much more LENGTH says than comes");

static bool unknown_attribute;
module_param(unknown_attribute, bool, 0600);
MODULE_PARM_DESC(unknown_attribute, "each object carries an attribute that nobody knows");

static int refresh_errno;
module_param(refresh_errno, int, 0600);
MODULE_PARM_DESC(refresh_errno, "a refresh fails with this errno; 0: works");

struct dump {
	const struct evidence_family *family;
	u32 mask; /* types that are still to come */
	bool digest;
	bool refresh;
	u8 nonce[32];
	size_t nonce_len;
	bool begun;
	u32 generation;
	size_t offset; /* into the object of the lowest type in `mask` */
	bool announced;
	size_t sent;
};

static int read_mask(struct dump *d, const struct genl_info *info)
{
	const struct nlattr *a = info->attrs[d->family->ids.mask];

	if (!a) {
		NL_SET_ERR_MSG(info->extack, "missing object request mask");
		return -EINVAL;
	}
	d->mask = nla_get_u32(a);
	if (d->mask & ~TYPES_MASK) {
		NL_SET_ERR_MSG_FMT(info->extack, "unsupported object request %#x", d->mask & ~TYPES_MASK);
		return -EINVAL;
	}
	if (d->mask)
		return 0;
	NL_SET_ERR_MSG(info->extack, "no evidence type requested");
	return -EINVAL;
}

static int read_flags(struct dump *d, const struct genl_info *info)
{
	const struct nlattr *a = info->attrs[d->family->ids.flags];
	u32 flags = a ? nla_get_u32(a) : 0;

	d->digest = flags & FLAG_DIGEST;
	if (!(flags & ~FLAG_DIGEST))
		return 0;
	NL_SET_BAD_ATTR(info->extack, a);
	return -EINVAL;
}

static void read_nonce(struct dump *d, const struct genl_info *info)
{
	const struct nlattr *a = info->attrs[d->family->ids.nonce];

	/* The older family takes a nonce and looks the other way. */
	if (!a || !d->family->refreshes)
		return;
	d->refresh = true;
	d->nonce_len = nla_len(a);
	memcpy(d->nonce, nla_data(a), d->nonce_len);
}

static int start(struct netlink_callback *cb, const struct evidence_family *f)
{
	const struct genl_info *info = genl_info_dump(cb);
	struct pci_dev *pdev = evidence_function(f, info);
	struct dump *d;
	int rc;

	if (IS_ERR(pdev))
		return PTR_ERR(pdev);
	d = kzalloc(sizeof(*d), GFP_KERNEL);
	if (d) {
		d->family = f;
		rc = read_mask(d, info) ?: read_flags(d, info);
	} else {
		rc = -ENOMEM;
	}
	if (!rc) {
		read_nonce(d, info);
		lab_log("%s read mask %#x flags %u nonce %zu", pci_name(pdev), d->mask, d->digest, d->nonce_len);
		cb->args[0] = (long)d;
	} else {
		kfree(d);
	}
	pci_dev_put(pdev);
	return rc;
}

int device_evidence_start(struct netlink_callback *cb)
{
	return start(cb, &device_evidence);
}

int pci_tsm_start(struct netlink_callback *cb)
{
	return start(cb, &pci_tsm);
}

int evidence_done(struct netlink_callback *cb)
{
	kfree((struct dump *)cb->args[0]);
	return 0;
}

static int begin(struct dump *d, struct netlink_ext_ack *extack)
{
	int rc = 0;

	if (d->begun)
		return 0;
	d->begun = true;
	if (d->refresh)
		rc = refresh_errno ? -refresh_errno : lab_refresh(d->nonce, d->nonce_len);
	d->generation = lab_generation();
	if (rc)
		NL_SET_ERR_MSG_FMT(extack, "evidence refresh failed: %pe", ERR_PTR(rc));
	return rc;
}

/* What goes wrong on purpose before the next message. */
static int interfere(struct dump *d, struct netlink_ext_ack *extack)
{
	if (changes > 0 && d->sent >= change_after) {
		changes--;
		lab_bump_generation();
	}
	if (!done_errno || d->sent < done_after)
		return 0;
	NL_SET_ERR_MSG(extack, "failed on purpose");
	return -done_errno;
}

static int put_head(struct sk_buff *skb, const struct dump *d, u32 type, size_t len)
{
	const struct evidence_ids *ids = &d->family->ids;
	int rc = nla_put_u32(skb, ids->type, type);

	if (!rc && ids->generation)
		rc = nla_put_u32(skb, ids->generation, d->generation);
	if (!rc && ids->length)
		rc = nla_put_u32(skb, ids->length, len + length_excess);
	if (!rc && unknown_attribute)
		rc = nla_put_u64_64bit(skb, UNKNOWN_ATTRIBUTE, U64_MAX, UNKNOWN_ATTRIBUTE + 1);
	return rc;
}

static size_t chunk_size(const struct sk_buff *skb, size_t rest)
{
	int room = skb_tailroom(skb) - VAL_ROOM;

	rest = min_t(size_t, rest, max(room, 0));
	return chunk ? min_t(size_t, rest, chunk) : rest;
}

static int put_object(struct sk_buff *skb, struct dump *d)
{
	u32 type = __ffs(d->mask);
	const struct lab_object *o = lab_object(type);
	size_t len = d->digest ? 0 : o->len;
	size_t size;
	int rc = d->announced ? 0 : put_head(skb, d, type, len);

	if (rc)
		return rc;
	size = chunk_size(skb, len - d->offset);
	rc = nla_put(skb, d->family->ids.val, size, o->data + d->offset);
	if (rc)
		return rc;
	d->offset += size;
	d->sent += size;
	d->announced = d->offset < len;
	if (!d->announced) {
		d->mask &= ~BIT(type);
		d->offset = 0;
	}
	return 0;
}

static int put_message(struct sk_buff *skb, struct netlink_callback *cb, struct dump *d)
{
	void *header = genlmsg_put(skb, NETLINK_CB(cb->skb).portid, cb->nlh->nlmsg_seq, d->family->genl, NLM_F_MULTI,
				   CMD_READ);
	int rc;

	if (!header)
		return -EMSGSIZE;
	rc = put_object(skb, d);
	if (rc) {
		genlmsg_cancel(skb, header);
		return rc;
	}
	genlmsg_end(skb, header);
	return d->mask ? skb->len : 0; /* the last one: DONE goes into the same datagram */
}

int evidence_dumpit(struct sk_buff *skb, struct netlink_callback *cb)
{
	struct dump *d = (struct dump *)cb->args[0];
	int rc = begin(d, cb->extack);

	if (rc)
		return rc;
	rc = interfere(d, cb->extack);
	if (rc)
		return rc;
	down_read(&lab_store_lock);
	if (d->generation == lab_generation()) {
		rc = put_message(skb, cb, d);
	} else {
		NL_SET_ERR_MSG(cb->extack, "evidence updated during read");
		rc = -EAGAIN;
	}
	up_read(&lab_store_lock);
	return rc;
}
