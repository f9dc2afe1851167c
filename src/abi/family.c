// SPDX-License-Identifier: GPL-2.0-or-later
#include "abi/family.h"

#include <errno.h>
#include <limits.h>
#include <linux/genetlink.h>
#include <netlink/attr.h>
#include <netlink/genl/ctrl.h>
#include <netlink/genl/genl.h>
#include <netlink/msg.h>
#include <string.h>

const struct evidence_family evidence_families[] = {
	{
		.name = "device-evidence",
		.version = 1,
		.cmd_read = 1,
		.cmd_validate = 2,
		.type = 1,
		.type_mask = 2,
		.flags = 3,
		.subsys = 4,
		.dev_name = 5,
		.nonce = 6,
		.generation = 7,
		.length = 9,
		.val = 10,
		.refreshes = true,
	},
	{
		.name = "pci-tsm",
		.version = 1,
		.cmd_read = 1,
		.type = 1,
		.type_mask = 2,
		.flags = 3,
		.dev_name = 4,
		.nonce = 5,
		.val = 6,
	},
};

const size_t evidence_family_count = sizeof(evidence_families) / sizeof(evidence_families[0]);

/* NULL if a part could not be put into it, or if it was NULL before. */
static struct nl_msg *finish(struct nl_msg *m, int failed)
{
	if (!failed)
		return m;
	nlmsg_free(m);
	return NULL;
}

/* The sequence number is the sender's to fill; a port of 0 and a sequence of 0 are libnl's "automatic". */
static struct nl_msg *message_new(uint16_t id, int flags, uint8_t cmd, uint8_t version)
{
	struct nl_msg *m = nlmsg_alloc();

	return finish(m, !m || !genlmsg_put(m, NL_AUTO_PORT, NL_AUTO_SEQ, id, 0, flags, cmd, version));
}

static int put_target(struct nl_msg *m, const struct evidence_family *f, const char *device)
{
	int err = f->subsys ? nla_put_string(m, f->subsys, "pci") : 0;

	return err ? err : nla_put_string(m, f->dev_name, device);
}

struct nl_msg *family_read_message(const struct evidence_family *f, uint16_t id, const struct evidence_query *q)
{
	struct nl_msg *m = message_new(id, NLM_F_REQUEST | NLM_F_DUMP, f->cmd_read, f->version);

	int err = m ? nla_put_u32(m, f->type_mask, q->mask) : -NLE_NOMEM;

	if (!err && q->digest)
		err = nla_put_u32(m, f->flags, EVIDENCE_FLAG_DIGEST);
	if (!err)
		err = put_target(m, f, q->device);
	if (!err && q->nonce)
		err = nla_put(m, f->nonce, (int)q->nonce_len, q->nonce);
	return finish(m, err);
}

struct nl_msg *family_validate_message(const struct evidence_family *f, uint16_t id, const char *device,
				       uint32_t generation)
{
	struct nl_msg *m = message_new(id, NLM_F_REQUEST | NLM_F_ACK, f->cmd_validate, f->version);

	int err = m ? put_target(m, f, device) : -NLE_NOMEM;

	if (!err)
		err = nla_put_u32(m, f->generation, generation);
	return finish(m, err);
}

struct nl_msg *family_resolve_message(const char *name)
{
	struct nl_msg *m = message_new(GENL_ID_CTRL, NLM_F_REQUEST, CTRL_CMD_GETFAMILY, 1);

	return finish(m, !m || nla_put_string(m, CTRL_ATTR_FAMILY_NAME, name));
}

int family_resolve_reply(const struct nlmsghdr *h, uint16_t *id)
{
	struct nlmsghdr *hdr = (struct nlmsghdr *)(uintptr_t)h;

	if (h->nlmsg_type != GENL_ID_CTRL || !genlmsg_valid_hdr(hdr, 0))
		return -1;

	struct genlmsghdr *g = genlmsg_hdr(hdr);
	struct nlattr *a = nla_find(genlmsg_attrdata(g, 0), genlmsg_attrlen(g, 0), CTRL_ATTR_FAMILY_ID);

	if (!a || nla_len(a) != sizeof(uint16_t))
		return -1;
	*id = nla_get_u16(a);
	return 0;
}

void stream_start(struct evidence_stream *s, const struct evidence_family *f, uint32_t mask,
		  const struct evidence_sink *sink)
{
	*s = (struct evidence_stream){.family = f, .sink = sink, .wanted = mask};
}

static int broken(struct err *e, const char *what, enum evidence_type type)
{
	err_set(e, ERR_EVIDENCE, "BADDUMP", "the kernel's answer is not evidence: %s of %s", what,
		evidence_type_name(type));
	return -1;
}

static int object_close(struct evidence_stream *s, struct err *e)
{
	struct evidence_object *o = &s->object;

	if (!s->open)
		return 0;
	s->open = false;
	if (o->has_length && o->received != o->length)
		return broken(e, "the data end before the announced length", o->type);
	return s->sink->end(s->sink->ctx, o, e);
}

static int check_generation(struct evidence_stream *s, const struct evidence_object *o, struct err *e)
{
	if (!o->has_generation)
		return s->family->generation ? broken(e, "no generation comes with the first message", o->type) : 0;
	if (s->has_generation && s->generation != o->generation)
		return broken(e, "the generation changes with the data", o->type);
	s->has_generation = true;
	s->generation = o->generation;
	return 0;
}

static int check_order(const struct evidence_stream *s, uint32_t type, struct err *e)
{
	if (type >= EV_COUNT)
		return err_set(e, ERR_EVIDENCE, "BADDUMP", "the kernel sent an object of unknown type %u", type);
	if (!(s->wanted & 1u << type))
		return broken(e, "nobody asked for data", (enum evidence_type)type);
	if (s->seen >> type)
		return broken(e, "the objects are repeated or out of order at the data", (enum evidence_type)type);
	return 0;
}

/* What the attributes of one message say; val is visited apart, since it may stand several times. */
struct message_facts {
	bool has_type, has_generation, has_length;
	uint32_t type, generation, length;
};

static bool take_u32(const struct nlattr *a, bool *has, uint32_t *value)
{
	if (nla_len(a) != sizeof(uint32_t))
		return false;
	*has = true;
	*value = nla_get_u32(a);
	return true;
}

static bool read_fact(const struct evidence_family *f, const struct nlattr *a, struct message_facts *m)
{
	int id = nla_type(a);

	if (id == f->type)
		return take_u32(a, &m->has_type, &m->type);
	if (f->generation && id == f->generation)
		return take_u32(a, &m->has_generation, &m->generation);
	if (f->length && id == f->length)
		return take_u32(a, &m->has_length, &m->length);
	return true; /* unknown attributes are the future's */
}

static int object_open(struct evidence_stream *s, const struct message_facts *m, struct err *e)
{
	if (object_close(s, e) || check_order(s, m->type, e))
		return -1;
	s->object = (struct evidence_object){
		.type = (enum evidence_type)m->type,
		.has_generation = m->has_generation,
		.generation = m->generation,
		.has_length = m->has_length,
		.length = m->length,
	};
	if (s->family->length && !m->has_length)
		return broken(e, "no length comes with the first message", s->object.type);
	if (m->length > EV_MAX_OBJECT_SIZE)
		return broken(e, "more than 16 MiB are announced", s->object.type);
	if (check_generation(s, &s->object, e))
		return -1;
	s->seen |= 1u << m->type;
	s->open = true;
	return s->sink->begin(s->sink->ctx, &s->object, e);
}

static int take_chunk(struct evidence_stream *s, const struct nlattr *a, struct err *e)
{
	struct bytes chunk = {nla_data(a), (size_t)nla_len(a)};
	size_t limit = s->object.has_length ? s->object.length : EV_MAX_OBJECT_SIZE;

	if (!s->open)
		return err_set(e, ERR_EVIDENCE, "BADDUMP", "the kernel sent data before it said of which object");
	if (chunk.len > limit - s->object.received)
		return broken(e, "the data are longer than announced", s->object.type);
	s->object.received += chunk.len;
	return chunk.len ? s->sink->chunk(s->sink->ctx, &s->object, chunk, e) : 0;
}

static int read_facts(const struct evidence_family *f, struct nlattr *head, int len, struct message_facts *m,
		      struct err *e)
{
	struct nlattr *a = head;

	for (; nla_ok(a, len); a = nla_next(a, &len))
		if (!read_fact(f, a, m))
			return err_set(e, ERR_EVIDENCE, "BADDUMP", "attribute %d has %d bytes", nla_type(a),
				       nla_len(a));
	return len > 0 ? err_set(e, ERR_EVIDENCE, "BADDUMP", "the kernel sent %d bytes that are no attribute", len) : 0;
}

static int take_chunks(struct evidence_stream *s, struct nlattr *head, int len, struct err *e)
{
	struct nlattr *a = head;

	for (; nla_ok(a, len); a = nla_next(a, &len))
		if (nla_type(a) == s->family->val && take_chunk(s, a, e))
			return -1;
	return 0;
}

int stream_message(struct evidence_stream *s, const struct nlmsghdr *h, struct err *e)
{
	struct nlmsghdr *hdr = (struct nlmsghdr *)(uintptr_t)h;

	if (!genlmsg_valid_hdr(hdr, 0))
		return err_set(e, ERR_EVIDENCE, "BADDUMP", "the kernel sent a message that is too short");

	struct genlmsghdr *g = genlmsg_hdr(hdr);
	struct nlattr *head = genlmsg_attrdata(g, 0);
	int len = genlmsg_attrlen(g, 0);
	struct message_facts m = {0};

	if (read_facts(s->family, head, len, &m, e))
		return -1;
	if (m.has_type && object_open(s, &m, e))
		return -1;
	if (!m.has_type && m.has_generation && m.generation != s->generation)
		return broken(e, "the generation changes within the data", s->object.type);
	return take_chunks(s, head, len, e);
}

int stream_finish(struct evidence_stream *s, struct err *e)
{
	if (object_close(s, e))
		return -1;
	for (int type = 0; type < EV_COUNT; type++)
		if ((s->wanted & ~s->seen) & 1u << type)
			return broken(e, "the dump ends without the data", (enum evidence_type)type);
	return 0;
}

/* Extended acknowledgements stand behind the errno of DONE, and behind the echoed header or message of ERROR. */
static size_t ack_tlv_offset(const struct nlmsghdr *h, size_t len)
{
	const struct nlmsgerr *err = nlmsg_data(h);

	if (h->nlmsg_type == NLMSG_DONE)
		return sizeof(int);
	if (len < sizeof(*err))
		return len;
	return sizeof(int) + (h->nlmsg_flags & NLM_F_CAPPED ? sizeof(err->msg) : NLMSG_ALIGN(err->msg.nlmsg_len));
}

static void copy_sentence(const struct nlmsghdr *h, size_t len, char *text, size_t cap)
{
	size_t off = ack_tlv_offset(h, len);
	const struct nlattr *a = NULL;

	if (off < len)
		a = nla_find((struct nlattr *)((char *)nlmsg_data(h) + off), (int)(len - off), NLMSGERR_ATTR_MSG);
	if (!a)
		return;

	size_t n = strnlen(nla_data(a), (size_t)nla_len(a));

	if (n >= cap)
		n = cap - 1;
	memcpy(text, nla_data(a), n);
	text[n] = '\0';
}

int netlink_errno(const struct nlmsghdr *h, char *text, size_t cap)
{
	size_t len = (size_t)nlmsg_datalen(h);
	int code;

	text[0] = '\0';
	if (len < sizeof(code))
		return EBADMSG;
	memcpy(&code, nlmsg_data(h), sizeof(code));
	if (h->nlmsg_flags & NLM_F_ACK_TLVS)
		copy_sentence(h, len, text, cap);
	if (code == INT_MIN)
		return EBADMSG;
	return code < 0 ? -code : 0;
}
