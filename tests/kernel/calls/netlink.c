// SPDX-License-Identifier: GPL-2.0-or-later
/* Netlink messages from rows, and the shape of what answers them. */
#include <errno.h>
#include <linux/genetlink.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "calls.h"

enum { MESSAGE_MAX = 1024, RECEIVE_MAX = 65536, SEQUENCE = 7, ANSWERS_MAX = 10000 };
enum { ATTR_HEADER = sizeof(struct nlattr), TYPE_BITS = 0x3fff, UNKNOWN_FAMILY = 0x3ff0 };

struct message {
	_Alignas(8) uint8_t bytes[MESSAGE_MAX];
	size_t len;
};

/* One answering family: on both sides the same, but for the number. */
struct conversation {
	struct side *side;
	const struct message_row *row;
	const struct evidence_family *family; /* NULL: the controller */
	struct outcome *o;
	bool ended;
	bool message_known; /* the sentence is the family's own */
};

static uint16_t attr_id(const struct evidence_family *f, const struct attr_row *a)
{
	const uint16_t ids[] = {
		[ATTR_TYPE] = f->type,
		[ATTR_MASK] = f->type_mask,
		[ATTR_FLAGS] = f->flags,
		[ATTR_SUBSYS] = f->subsys,
		[ATTR_DEV_NAME] = f->dev_name,
		[ATTR_NONCE] = f->nonce,
		[ATTR_GENERATION] = f->generation,
		[ATTR_LENGTH] = f->length,
		[ATTR_VAL] = f->val,
		[ATTR_RAW] = a->number,
	};

	return ids[a->attr];
}

static void put_attr(struct message *m, const struct attr_row *a, uint16_t id)
{
	size_t len = a->text && !a->len ? strlen(a->text) + 1 : a->len;
	struct nlattr *attr = (struct nlattr *)(m->bytes + m->len);
	uint8_t *payload = (uint8_t *)attr + ATTR_HEADER;

	attr->nla_len = a->nla_len ? a->nla_len : (uint16_t)(ATTR_HEADER + len);
	attr->nla_type = id | a->nla_bits;
	for (size_t i = 0; i < len; i++)
		payload[i] = (uint8_t)(i + 1);
	if (a->text)
		memcpy(payload, a->text, len);
	else
		memcpy(payload, &a->value, len < sizeof(a->value) ? len : sizeof(a->value));
	m->len += NLMSG_ALIGN(ATTR_HEADER + len);
}

static void build(const struct conversation *c, uint16_t family_id, struct message *m)
{
	const struct message_row *row = c->row;
	struct nlmsghdr *h = (struct nlmsghdr *)m->bytes;
	struct genlmsghdr *g = NLMSG_DATA(h);

	*m = (struct message){.len = NLMSG_LENGTH(GENL_HDRLEN)};
	for (size_t i = 0; i < COUNT(row->attr) && row->attr[i].attr; i++) {
		uint16_t id = attr_id(c->family, &row->attr[i]);

		if (id || row->attr[i].attr == ATTR_RAW)
			put_attr(m, &row->attr[i], id);
	}
	m->len -= row->cut;
	*h = (struct nlmsghdr){.nlmsg_len = (uint32_t)m->len,
			       .nlmsg_type = row->type ? row->type : family_id,
			       .nlmsg_flags = NLM_F_REQUEST | row->flags,
			       .nlmsg_seq = SEQUENCE};
	*g = (struct genlmsghdr){.cmd = row->cmd, .version = c->family->version, .reserved = row->reserved};
}

/* Numbers as they are, everything else by length and sum; of the bytes that vary only the length. */
static void show_attr(const struct conversation *c, const struct nlattr *a)
{
	uint16_t id = a->nla_type & TYPE_BITS;
	size_t len = (size_t)a->nla_len - ATTR_HEADER;
	const uint8_t *payload = (const uint8_t *)a + ATTR_HEADER;
	uint32_t number;

	buf_printf(&c->o->text, " %u:%zu", a->nla_type, len);
	memcpy(&number, payload, len < sizeof(number) ? 0 : sizeof(number));
	if (id != c->family->val && len == sizeof(number))
		buf_printf(&c->o->text, "=%u", number);
	else if (!c->row->varies)
		buf_printf(&c->o->text, ":%08x", checksum(payload, len));
}

/* Of the core's sentences it counts only that there is one. */
static void show_ack_attr(const struct conversation *c, const struct nlattr *a)
{
	uint16_t id = a->nla_type & TYPE_BITS;
	uint32_t number = 0;

	if (id == NLMSGERR_ATTR_MSG && c->row->of_core) {
		buf_text(&c->o->text, " sentence");
	} else if (id == NLMSGERR_ATTR_MSG) {
		buf_printf(&c->o->text, " \"%.*s\"", (int)(a->nla_len - ATTR_HEADER), (const char *)(a + 1));
	} else if (id == NLMSGERR_ATTR_POLICY) {
		buf_printf(&c->o->text, " policy:%zu:%08x", (size_t)a->nla_len,
			   checksum(a + 1, (size_t)a->nla_len - ATTR_HEADER));
	} else {
		memcpy(&number, a + 1, sizeof(number));
		buf_printf(&c->o->text, " %s=%u", id == NLMSGERR_ATTR_OFFS ? "offset" : "missing", number);
	}
}

static void show_attrs(const struct conversation *c, const struct nlmsghdr *h, size_t at,
		       void (*show)(const struct conversation *c, const struct nlattr *a))
{
	while (at + ATTR_HEADER <= h->nlmsg_len) {
		const struct nlattr *a = (const struct nlattr *)((const uint8_t *)h + at);

		if (a->nla_len < ATTR_HEADER || a->nla_len > h->nlmsg_len - at) {
			buf_text(&c->o->text, " broken");
			return;
		}
		show(c, a);
		at += NLMSG_ALIGN((size_t)a->nla_len);
	}
}

/* DONE, or NLMSG_ERROR, which is also an acknowledgement: errno, header of the request, extended acknowledgement. */
static void show_end(struct conversation *c, const struct nlmsghdr *h)
{
	bool done = h->nlmsg_type == NLMSG_DONE;
	const struct nlmsgerr *e = NLMSG_DATA(h);

	c->o->result = e->error;
	c->ended = true;
	buf_printf(&c->o->text, " %s %s", done ? "DONE" : "ERROR", e->error ? strerrorname_np(-e->error) : "0");
	if (!done)
		buf_printf(&c->o->text, " of %u", e->msg.nlmsg_len);
	if (h->nlmsg_flags & NLM_F_ACK_TLVS)
		show_attrs(c, h, done ? NLMSG_LENGTH(sizeof(int)) : NLMSG_LENGTH(sizeof(*e)), show_ack_attr);
}

static void show_message(struct conversation *c, const struct nlmsghdr *h, uint16_t family_id)
{
	const struct genlmsghdr *g = NLMSG_DATA(h);

	bool ends = h->nlmsg_type == NLMSG_DONE || h->nlmsg_type == NLMSG_ERROR;

	buf_printf(&c->o->text, " | flags 0x%x%s", h->nlmsg_flags, h->nlmsg_seq == SEQUENCE ? "" : " other sequence");
	if (!ends || !c->row->of_core)
		buf_printf(&c->o->text, " length %u", h->nlmsg_len);
	if (ends) {
		show_end(c, h);
		return;
	}
	buf_printf(&c->o->text, "%s cmd %u/%u", h->nlmsg_type == family_id ? "" : " other family", g->cmd, g->version);
	show_attrs(c, h, NLMSG_LENGTH(GENL_HDRLEN), show_attr);
}

/* Everything is answered by the time that it was sent: nothing is waited for. */
static void receive(struct conversation *c, int fd, uint16_t family_id)
{
	size_t size = c->row->buffer ? c->row->buffer : RECEIVE_MAX;
	uint8_t *datagram = malloc(size);

	for (unsigned i = 0; datagram && i < ANSWERS_MAX; i++) {
		ssize_t len = kernel_nl_recv(c->side->k, fd, datagram, size, 0);

		if (len == -ETIMEDOUT)
			break;
		buf_text(&c->o->text, i ? " ||" : "");
		if (len < 0) {
			buf_printf(&c->o->text, " %s", strerrorname_np((int)-len));
			break;
		}
		for (size_t at = 0; at + NLMSG_HDRLEN <= (size_t)len;) {
			const struct nlmsghdr *h = (const struct nlmsghdr *)(datagram + at);

			show_message(c, h, family_id);
			at += NLMSG_ALIGN((size_t)h->nlmsg_len);
		}
	}
	free(datagram);
}

static void send_row(struct conversation *c, int fd, uint16_t family_id)
{
	struct message m;

	build(c, family_id, &m);
	for (int i = 0; i <= c->row->twice; i++)
		buf_printf(&c->o->text, "sent %d ", kernel_nl_send(c->side->k, fd, m.bytes, m.len, EFFECT_READ));
	receive(c, fd, family_id);
	if (!c->ended)
		buf_text(&c->o->text, "no end");
}

/* The family's number on this side; 0: it has none. A dump's datagrams are as large as its socket ever received, so
 * that this is none of its own. */
static uint16_t resolve(struct side *s, const char *name)
{
	int fd = kernel_nl_open(s->k);
	const struct attr_row family = {.attr = ATTR_RAW, .text = name};
	struct message m = {.len = NLMSG_LENGTH(GENL_HDRLEN)};
	struct nlmsghdr *h = (struct nlmsghdr *)m.bytes;
	uint8_t reply[RECEIVE_MAX];
	uint16_t id = 0;

	put_attr(&m, &family, CTRL_ATTR_FAMILY_NAME);
	*h = (struct nlmsghdr){.nlmsg_len = (uint32_t)m.len, .nlmsg_type = GENL_ID_CTRL, .nlmsg_flags = NLM_F_REQUEST};
	*(struct genlmsghdr *)NLMSG_DATA(h) = (struct genlmsghdr){.cmd = CTRL_CMD_GETFAMILY, .version = 1};
	if (fd < 0)
		return 0;
	if (kernel_nl_send(s->k, fd, m.bytes, m.len, EFFECT_READ) > 0 &&
	    kernel_nl_recv(s->k, fd, reply, sizeof(reply), 0) >= NLMSG_HDRLEN)
		(void)family_resolve_reply((const struct nlmsghdr *)reply, &id);
	kernel_close(s->k, fd);
	return id;
}

/* What a message row is performed with: the family is the section's. */
struct addressed {
	const struct evidence_family *family;
	const struct message_row *row;
};

static void perform_message(struct side *s, const void *of, struct outcome *o)
{
	const struct addressed *a = of;
	struct conversation c = {.side = s, .row = a->row, .family = a->family, .o = o};
	uint16_t id = resolve(s, a->family->name);
	int fd = kernel_nl_open(s->k);

	if (!id || fd < 0) {
		printf("not ok - the %s has no family %s\n", kernel_backend(s->k), a->family->name);
		exit(EXIT_FAILURE);
	}
	send_row(&c, fd, id);
	kernel_close(s->k, fd);
}

static bool both_have(struct calls *c, const char *family)
{
	return resolve(&c->side[0], family) && resolve(&c->side[1], family);
}

static void compare_family(struct calls *c, const struct evidence_family *family, const struct message_rows *rows)
{
	unsigned in = family->generation ? IN_DEVICE_EVIDENCE : IN_PCI_TSM;

	for (size_t i = 0; i < rows->count; i++) {
		const struct addressed a = {family, &rows->row[i]};
		char name[120];

		if (!(a.row->in & in))
			continue;
		snprintf(name, sizeof(name), "%s: %s", family->name, a.row->name);
		compare(c, name, a.row->want, perform_message, &a);
	}
}

static void compare_families(struct calls *c, const struct message_rows *rows)
{
	bool any = false;

	for (size_t f = 0; f < evidence_family_count; f++) {
		if (!both_have(c, evidence_families[f].name))
			continue;
		any = true;
		compare_family(c, &evidence_families[f], rows);
	}
	if (!any) {
		printf("not ok - no family is on both sides\n");
		exit(EXIT_FAILURE);
	}
}

void calls_netlink(struct calls *c)
{
	compare_families(c, &rows_messages);
}

void calls_large(struct calls *c)
{
	compare_families(c, &rows_large);
}
