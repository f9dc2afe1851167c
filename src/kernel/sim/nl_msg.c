// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kernel/sim/nl.h"

struct skb *skb_new(size_t cap)
{
	struct skb *skb = malloc(sizeof(*skb) + cap);

	if (skb) {
		skb->next = NULL;
		skb->len = 0;
		skb->cap = cap;
	}
	return skb;
}

size_t skb_tailroom(const struct skb *skb)
{
	return skb->cap - skb->len;
}

/* Room for `len` bytes and their padding, zeroed; NULL: not there. */
static void *reserve(struct skb *skb, size_t len)
{
	uint8_t *place = skb->data + skb->len;

	if (NLMSG_ALIGN(len) > skb_tailroom(skb))
		return NULL;
	memset(place, 0, NLMSG_ALIGN(len));
	skb->len += NLMSG_ALIGN(len);
	return place;
}

struct nlmsghdr *skb_put_message(struct skb *skb, const struct nlmsghdr *request, uint16_t type, uint16_t flags,
				 size_t payload)
{
	struct nlmsghdr *msg = reserve(skb, NLMSG_HDRLEN + payload);

	if (msg)
		*msg = (struct nlmsghdr){.nlmsg_len = (uint32_t)(NLMSG_HDRLEN + payload),
					 .nlmsg_type = type,
					 .nlmsg_flags = flags,
					 .nlmsg_seq = request->nlmsg_seq,
					 .nlmsg_pid = request->nlmsg_pid};
	return msg;
}

struct nlmsghdr *skb_put_genl(struct skb *skb, const struct nlmsghdr *request, uint16_t flags, uint8_t cmd,
			      uint8_t version)
{
	struct nlmsghdr *msg = skb_put_message(skb, request, request->nlmsg_type, flags, GENL_HDRLEN);

	if (msg)
		*(struct genlmsghdr *)NLMSG_DATA(msg) = (struct genlmsghdr){.cmd = cmd, .version = version};
	return msg;
}

void *skb_put_attr(struct skb *skb, struct nlmsghdr *msg, int type, const void *data, size_t len)
{
	struct nlattr *attr = reserve(skb, NL_ATTR_HEADER + len);

	if (!attr)
		return NULL;
	*attr = (struct nlattr){.nla_len = (uint16_t)(NL_ATTR_HEADER + len), .nla_type = (uint16_t)type};
	if (data)
		memcpy((uint8_t *)attr + NL_ATTR_HEADER, data, len);
	msg->nlmsg_len = (uint32_t)(skb->data + skb->len - (uint8_t *)msg);
	return (uint8_t *)attr + NL_ATTR_HEADER;
}

void *skb_put_u32(struct skb *skb, struct nlmsghdr *msg, int type, uint32_t value)
{
	return skb_put_attr(skb, msg, type, &value, sizeof(value));
}

void *skb_put_text(struct skb *skb, struct nlmsghdr *msg, int type, const char *text)
{
	return skb_put_attr(skb, msg, type, text, strlen(text) + 1);
}

void skb_end_nest(const struct skb *skb, void *payload)
{
	struct nlattr *nest = (struct nlattr *)((uint8_t *)payload - NL_ATTR_HEADER);

	nest->nla_len = (uint16_t)(skb->data + skb->len - (uint8_t *)nest);
}

int nl_fail(struct extack *x, int error, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(x->text, sizeof(x->text), fmt, ap);
	va_end(ap);
	return -error;
}

/* The policy that a request broke, as the kernel describes it: of a number its range, and the type. */
static void put_policy(struct skb *skb, struct nlmsghdr *msg, const struct nl_policy *p)
{
	static const struct {
		uint32_t type;
		uint64_t max;
	} kinds[] = {
		[NL_U16] = {NL_ATTR_TYPE_U16, UINT16_MAX},
		[NL_U32] = {NL_ATTR_TYPE_U32, UINT32_MAX},
		[NL_NUL_STRING] = {NL_ATTR_TYPE_NUL_STRING, 0},
		[NL_BINARY] = {NL_ATTR_TYPE_BINARY, 0},
	};
	static const uint64_t min;
	void *nest = skb_put_attr(skb, msg, NLMSGERR_ATTR_POLICY | NLA_F_NESTED, NULL, 0);

	if (!nest)
		return;
	if (kinds[p->kind].max) {
		skb_put_attr(skb, msg, NL_POLICY_TYPE_ATTR_MIN_VALUE_U, &min, sizeof(min));
		skb_put_attr(skb, msg, NL_POLICY_TYPE_ATTR_MAX_VALUE_U, &kinds[p->kind].max, sizeof(uint64_t));
	}
	skb_put_u32(skb, msg, NL_POLICY_TYPE_ATTR_TYPE, kinds[p->kind].type);
	skb_end_nest(skb, nest);
}

void skb_put_extack(struct skb *skb, struct nlmsghdr *msg, const struct extack *x)
{
	if (!x->text[0] && !x->bad && !x->missing)
		return;
	msg->nlmsg_flags |= NLM_F_ACK_TLVS;
	if (x->text[0])
		skb_put_text(skb, msg, NLMSGERR_ATTR_MSG, x->text);
	if (x->bad)
		skb_put_u32(skb, msg, NLMSGERR_ATTR_OFFS, x->bad);
	if (x->policy)
		put_policy(skb, msg, x->policy);
	if (x->missing)
		skb_put_u32(skb, msg, NLMSGERR_ATTR_MISS_TYPE, x->missing);
}

uint32_t nl_u32(const struct nlattr *attr)
{
	uint32_t value;

	memcpy(&value, nl_data(attr), sizeof(value));
	return value;
}

uint32_t nl_offset(const struct nl_call *c, const struct nlattr *attr)
{
	return (uint32_t)((const uint8_t *)attr - (const uint8_t *)c->request);
}

static int check_integer(const struct nlattr *attr, const struct nl_policy *p, struct extack *x)
{
	const size_t want = p->kind == NL_U16 ? 2 : 4;

	return nl_len(attr) == want ? 0 : nl_fail(x, EINVAL, "invalid attribute length");
}

static int check_string(const struct nlattr *attr, const struct nl_policy *p, struct extack *x)
{
	const size_t len = nl_len(attr);
	const size_t window = p->max && p->max + 1u < len ? p->max + 1u : len;

	if (!window || !memchr(nl_data(attr), '\0', window))
		return nl_fail(x, EINVAL, "attribute is too long or not terminated");
	return 0;
}

static int check_binary(const struct nlattr *attr, const struct nl_policy *p, struct extack *x)
{
	if (p->max && nl_len(attr) > p->max)
		return nl_fail(x, ERANGE, "binary attribute size out of range");
	return 0;
}

static int check_unsupported(const struct nlattr *attr, const struct nl_policy *p, struct extack *x)
{
	(void)attr;
	(void)p;
	return nl_fail(x, EINVAL, "attribute is not part of this request");
}

static int check_attr(const struct nl_call *c, const struct nlattr *attr, unsigned type, struct extack *x)
{
	static int (*const checks[])(const struct nlattr *attr, const struct nl_policy *p, struct extack *x) = {
		[NL_UNSUPPORTED] = check_unsupported, [NL_U16] = check_integer,   [NL_U32] = check_integer,
		[NL_NUL_STRING] = check_string,       [NL_BINARY] = check_binary,
	};
	const struct nl_policy *p;

	if (type == 0 || type > c->op->max_attr)
		return nl_fail(x, EINVAL, "attribute number is unknown");
	p = &c->op->policy[type];
	x->policy = p->kind == NL_UNSUPPORTED ? NULL : p;
	if (p->kind != NL_UNSUPPORTED && (attr->nla_type & NLA_F_NESTED))
		return nl_fail(x, EINVAL, "attribute must not be nested");
	return checks[p->kind](attr, p, x);
}

/* One attribute: remembered, ignored, or refused. */
static int parse_attr(struct nl_call *c, const struct nlattr *attr)
{
	const unsigned type = attr->nla_type & NL_TYPE_BITS;
	int rc;

	if (c->op->liberal && (type == 0 || type > c->op->max_attr))
		return 0;
	rc = check_attr(c, attr, type, &c->extack);
	if (rc) {
		c->extack.bad = nl_offset(c, attr);
		return rc;
	}
	c->extack.policy = NULL;
	c->attr[type] = attr;
	return 0;
}

int nl_parse(struct nl_call *c)
{
	const uint8_t *at = (const uint8_t *)c->request + NLMSG_LENGTH(GENL_HDRLEN);
	size_t rest = c->request->nlmsg_len - NLMSG_LENGTH(GENL_HDRLEN);

	while (rest >= NL_ATTR_HEADER) {
		const struct nlattr *attr = (const void *)at;
		const size_t step = NLMSG_ALIGN((size_t)attr->nla_len);
		int rc;

		if (attr->nla_len < NL_ATTR_HEADER || attr->nla_len > rest)
			break;
		rc = parse_attr(c, attr);
		if (rc)
			return rc;
		at += step;
		rest -= step < rest ? step : rest;
	}
	if (rest && !c->op->liberal)
		return nl_fail(&c->extack, EINVAL, "bytes behind the last attribute");
	return 0;
}
