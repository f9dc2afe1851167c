// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "kernel/sim/nl.h"

enum { CMD_READ = 1, CMD_VALIDATE = 2 };
enum { FLAG_DIGEST = 1 };
enum { NAME_SIZE = 32 }; /* into which subsystem and device names are copied */

/* Attribute numbers of a family; 0: it has none of this kind. */
struct evidence_ids {
	uint8_t type;
	uint8_t type_mask;
	uint8_t flags;
	uint8_t subsys;
	uint8_t dev_name;
	uint8_t nonce;
	uint8_t generation;
	uint8_t length;
	uint8_t val;
	uint16_t no_context; /* errno of a function without evidence */
	bool nonce_is_ignored;
};

static const struct evidence_ids device_evidence_ids = {
	.type = 1,
	.type_mask = 2,
	.flags = 3,
	.subsys = 4,
	.dev_name = 5,
	.nonce = 6,
	.generation = 7,
	.length = 9,
	.val = 10,
	.no_context = ENODEV,
};

static const struct evidence_ids pci_tsm_ids = {
	.type = 1,
	.type_mask = 2,
	.flags = 3,
	.dev_name = 4,
	.nonce = 5,
	.val = 6,
	.no_context = ENXIO,
	.nonce_is_ignored = true,
};

static int missing(struct nl_call *c, uint8_t type, const char *what)
{
	c->extack.missing = type;
	return nl_fail(&c->extack, EINVAL, "missing %s name", what);
}

static int check_names(struct nl_call *c)
{
	const struct evidence_ids *ids = c->op->ids;
	const uint8_t types[] = {ids->subsys, ids->dev_name};

	if (ids->subsys && !c->attr[ids->subsys])
		return missing(c, ids->subsys, "subsys");
	if (!c->attr[ids->dev_name])
		return missing(c, ids->dev_name, "device");
	for (size_t i = 0; i < sizeof(types); i++) {
		const struct nlattr *attr = types[i] ? c->attr[types[i]] : NULL;

		if (attr && strlen(nl_data(attr)) >= NAME_SIZE) {
			c->extack.bad = nl_offset(c, attr);
			return -EINVAL;
		}
	}
	return 0;
}

/* Subsystem and device of a request, checked in the kernel's order. */
static int find_device(struct nl_call *c, struct sim_device **out)
{
	const struct evidence_ids *ids = c->op->ids;
	const char *name;
	int rc = check_names(c);

	if (rc)
		return rc;
	if (ids->subsys && strcmp(nl_data(c->attr[ids->subsys]), "pci"))
		return nl_fail(&c->extack, EOPNOTSUPP, "no evidence provider for subsys '%s'",
			       (const char *)nl_data(c->attr[ids->subsys]));
	name = nl_data(c->attr[ids->dev_name]);
	*out = sim_device_find(c->sim, name);
	if (*out && sim_evidence_exists(*out))
		return 0;
	if (ids->no_context == ENODEV)
		return nl_fail(&c->extack, ENODEV, "device 'pci:%s' evidence not found", name);
	return nl_fail(&c->extack, ids->no_context, "no TSM context");
}

static int check_mask(struct nl_call *c, uint32_t *mask)
{
	const struct nlattr *attr = c->attr[c->op->ids->type_mask];

	if (!attr)
		return nl_fail(&c->extack, EINVAL, "missing object request mask");
	*mask = nl_u32(attr);
	if (*mask & ~EV_MASK_ALL)
		return nl_fail(&c->extack, EINVAL, "unsupported object request %#x", *mask & ~EV_MASK_ALL);
	if (!*mask)
		return nl_fail(&c->extack, EINVAL, "no evidence type requested");
	return 0;
}

static int check_flags(struct nl_call *c, bool *as_digest)
{
	const struct nlattr *attr = c->attr[c->op->ids->flags];
	const uint32_t flags = attr ? nl_u32(attr) : 0;

	if (flags & ~(uint32_t)FLAG_DIGEST) {
		c->extack.bad = nl_offset(c, attr);
		return -EINVAL;
	}
	*as_digest = flags & FLAG_DIGEST;
	return 0;
}

static int read_start(struct nl_call *c, struct nl_dump *dump)
{
	const struct evidence_ids *ids = c->op->ids;
	const struct nlattr *nonce = c->attr[ids->nonce];
	struct sim_device *d = NULL;
	int rc = find_device(c, &d);

	if (!rc)
		rc = check_mask(c, &dump->todo);
	if (!rc)
		rc = check_flags(c, &dump->as_digest);
	if (rc || !d)
		return rc;
	memcpy(dump->bdf, d->bdf, sizeof(d->bdf));
	if (nonce && !ids->nonce_is_ignored) {
		dump->refresh = true;
		dump->nonce_len = nl_len(nonce);
		memcpy(dump->nonce, nl_data(nonce), dump->nonce_len);
	}
	return 0;
}

/* Makes a change to a function; what the VMM holds is kept between processes. */
static int change_device(struct sim *s, const char *bdf,
			 int (*change)(struct sim *s, struct sim_device *d, const void *arg), const void *arg)
{
	struct sim_device *d = sim_device_find(s, bdf);
	const bool held = d && d->held;
	int rc = held ? sim_state_begin(s) : 0;

	if (rc)
		return rc;
	d = sim_device_find(s, bdf);
	rc = d ? change(s, d, arg) : -ENXIO;
	if (held && !rc)
		return sim_state_commit(s);
	if (held)
		sim_state_abandon(s);
	return rc;
}

static int refresh(struct sim *s, struct sim_device *d, const void *arg)
{
	const struct nl_dump *dump = arg;

	return sim_evidence_regen(s, d, EV_MEASUREMENTS, dump->nonce, dump->nonce_len, false);
}

static enum evidence_type current_type(const struct nl_dump *dump)
{
	return (enum evidence_type)__builtin_ctz(dump->todo);
}

static bool put_first(struct nl_dump *dump, struct skb *skb, struct nlmsghdr *msg)
{
	const struct evidence_ids *ids = dump->op->ids;

	dump->started = true;
	return skb_put_u32(skb, msg, ids->type, current_type(dump)) &&
	       (!ids->generation || skb_put_u32(skb, msg, ids->generation, dump->generation)) &&
	       (!ids->length || skb_put_u32(skb, msg, ids->length, (uint32_t)dump->size));
}

static size_t chunk_size(const struct sim *s, const struct nl_dump *dump, const struct skb *skb)
{
	const size_t room = skb_tailroom(skb) - 2 * NL_ATTR_HEADER;
	const size_t most = s->chunk && s->chunk < room ? s->chunk : room;
	const size_t rest = dump->size - dump->offset;

	return rest < most ? rest : most;
}

/* The simulated TSM gives digests on CCA; without libcrypto there are none, which is an empty object. */
static int begin_object(const struct sim *s, const struct sim_device *d, struct nl_dump *dump)
{
	const struct sim_blob *object = &d->object[current_type(dump)];
	int rc = -EOPNOTSUPP;

	dump->size = object->len;
	if (!dump->as_digest)
		return 0;
	if (s->arch == ARCH_CCA && object->len)
		rc = sim_sha384(object->data, object->len, dump->digest);
	dump->size = rc ? 0 : sizeof(dump->digest);
	return rc == -ENOMEM ? rc : 0;
}

static void end_object(struct nl_dump *dump)
{
	dump->todo &= dump->todo - 1;
	dump->offset = 0;
	dump->started = false;
}

static int put_object(const struct sim *s, const struct sim_device *d, struct nl_dump *dump, struct skb *skb)
{
	const uint8_t *from = dump->as_digest ? dump->digest : d->object[current_type(dump)].data;
	int rc = dump->started ? 0 : begin_object(s, d, dump);
	struct nlmsghdr *msg = skb_put_genl(skb, &dump->request, NLM_F_MULTI, dump->op->cmd, 1);
	size_t chunk;

	if (rc)
		return rc;
	if (!msg || (!dump->started && !put_first(dump, skb, msg)) || skb_tailroom(skb) < 2 * NL_ATTR_HEADER)
		return -EMSGSIZE;
	chunk = chunk_size(s, dump, skb);
	if (!skb_put_attr(skb, msg, dump->op->ids->val, chunk ? from + dump->offset : NULL, chunk))
		return -EMSGSIZE;
	dump->offset += chunk;
	if (dump->offset == dump->size)
		end_object(dump);
	return dump->todo != 0;
}

/* What precedes the first message: the regeneration that a nonce asks for. */
static int read_prepare(struct sim *s, struct nl_dump *dump, struct extack *x)
{
	const struct sim_device *d;
	int rc = dump->refresh ? change_device(s, dump->bdf, refresh, dump) : 0;

	if (rc)
		return nl_fail(x, -rc, "evidence refresh failed: -%s", strerrorname_np(-rc));
	d = sim_device_find(s, dump->bdf);
	dump->generation = d ? d->generation : 0;
	return 0;
}

static int read_step(struct sim *s, struct nl_dump *dump, struct skb *skb, struct extack *x)
{
	struct sim_device *d;
	int rc = dump->messages ? 0 : read_prepare(s, dump, x);

	if (rc)
		return rc;
	d = sim_device_find(s, dump->bdf);
	if (!d || !sim_evidence_exists(d))
		return nl_fail(x, ENXIO, "failed to acquire evidence context");
	if (dump->generation != d->generation)
		return nl_fail(x, EAGAIN, "evidence updated during read");
	return put_object(s, d, dump, skb);
}

static int accept_generation(struct sim *s, struct sim_device *d, const void *arg)
{
	const uint32_t *generation = arg;

	(void)s;
	if (d->generation != *generation)
		return -ESTALE;
	d->validated = *generation;
	return 0;
}

static int validate(struct nl_call *c)
{
	const struct nlattr *attr = c->attr[c->op->ids->generation];
	struct sim_device *d = NULL;
	uint32_t generation;
	int rc;

	if (!attr)
		return nl_fail(&c->extack, EINVAL, "missing evidence generation");
	rc = find_device(c, &d);
	if (rc)
		return rc;
	generation = nl_u32(attr);
	rc = change_device(c->sim, d->bdf, accept_generation, &generation);
	return rc == -ESTALE ? nl_fail(&c->extack, ESTALE, "evidence generation is stale") : rc;
}

struct skb *nl_evidence_extra(const struct nl_dump *dump)
{
	enum { VAL_SIZE = 4, SIZE = NLMSG_LENGTH(GENL_HDRLEN) + NL_ATTR_HEADER + VAL_SIZE };
	struct skb *skb = skb_new(SIZE);

	if (skb)
		skb_put_attr(skb, skb_put_genl(skb, &dump->request, NLM_F_MULTI, dump->op->cmd, 1), dump->op->ids->val,
			     NULL, VAL_SIZE);
	return skb;
}

static const struct nl_policy device_evidence_read[] = {
	[2] = {.kind = NL_U32},
	[3] = {.kind = NL_U32},
	[4] = {.kind = NL_NUL_STRING},
	[5] = {.kind = NL_NUL_STRING},
	[6] = {.kind = NL_BINARY, .max = 32},
};

static const struct nl_policy device_evidence_validate[] = {
	[4] = {.kind = NL_NUL_STRING},
	[5] = {.kind = NL_NUL_STRING},
	[7] = {.kind = NL_U32},
};

static const struct nl_policy pci_tsm_read[] = {
	[2] = {.kind = NL_U32},
	[3] = {.kind = NL_U32},
	[4] = {.kind = NL_NUL_STRING},
	[5] = {.kind = NL_BINARY, .max = 256},
};

static const struct nl_op device_evidence_ops[] = {
	{.cmd = CMD_READ,
	 .flags = GENL_ADMIN_PERM | GENL_CMD_CAP_DUMP | GENL_CMD_CAP_HASPOL,
	 .policy = device_evidence_read,
	 .max_attr = 6,
	 .ids = &device_evidence_ids,
	 .start = read_start,
	 .step = read_step},
	{.cmd = CMD_VALIDATE,
	 .flags = GENL_ADMIN_PERM | GENL_CMD_CAP_DO | GENL_CMD_CAP_HASPOL,
	 .policy = device_evidence_validate,
	 .max_attr = 7,
	 .ids = &device_evidence_ids,
	 .doit = validate},
};

static const struct nl_op pci_tsm_ops[] = {
	{.cmd = CMD_READ,
	 .flags = GENL_ADMIN_PERM | GENL_CMD_CAP_DUMP | GENL_CMD_CAP_HASPOL,
	 .policy = pci_tsm_read,
	 .max_attr = 5,
	 .ids = &pci_tsm_ids,
	 .start = read_start,
	 .step = read_step},
};

const struct nl_family nl_device_evidence = {0x1f, 1, "device-evidence", device_evidence_ops,
					     sizeof(device_evidence_ops) / sizeof(device_evidence_ops[0])};
const struct nl_family nl_pci_tsm = {0x20, 1, "pci-tsm", pci_tsm_ops, sizeof(pci_tsm_ops) / sizeof(pci_tsm_ops[0])};
