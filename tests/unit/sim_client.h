/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A client of the simulated netlink that takes nothing for granted: requests byte by byte, answers attribute by
 * attribute. It shares no code with the tool's own client. */
#ifndef TSMCTL_TESTS_SIM_CLIENT_H
#define TSMCTL_TESTS_SIM_CLIENT_H

#include "sim_kernel.h"

#include <errno.h>

#include <linux/genetlink.h>
#include <linux/netlink.h>

enum { READ_BUFFER = 65536 };
enum { DEVICE_EVIDENCE = 0x1f, PCI_TSM = 0x20 };
enum { MASK_CERT0 = 1, MASK_VCA = 256, MASK_MEASUREMENTS = 512, MASK_REPORT = 1024 };

/* --- requests ---------------------------------------------------------------------------------------------------- */

struct request {
	_Alignas(4) uint8_t data[1024];
	size_t len;
};

static inline struct request request_new(uint16_t family, uint16_t flags, uint8_t cmd)
{
	struct request r = {.len = NLMSG_LENGTH(GENL_HDRLEN)};
	struct nlmsghdr *msg = (struct nlmsghdr *)r.data;

	*msg = (struct nlmsghdr){
		.nlmsg_len = (uint32_t)r.len, .nlmsg_type = family, .nlmsg_flags = flags, .nlmsg_seq = 7};
	r.data[NLMSG_HDRLEN] = cmd;
	r.data[NLMSG_HDRLEN + 1] = 1;
	return r;
}

static inline void put(struct request *r, uint16_t type, const void *data, size_t len)
{
	const struct nlattr attr = {.nla_len = (uint16_t)(sizeof(attr) + len), .nla_type = type};

	assert_true(r->len + sizeof(attr) + NLMSG_ALIGN(len) <= sizeof(r->data));
	memcpy(r->data + r->len, &attr, sizeof(attr));
	if (len)
		memcpy(r->data + r->len + sizeof(attr), data, len);
	r->len += sizeof(attr) + NLMSG_ALIGN(len);
	((struct nlmsghdr *)r->data)->nlmsg_len = (uint32_t)r->len;
}

static inline void put_u32(struct request *r, uint16_t type, uint32_t value)
{
	put(r, type, &value, sizeof(value));
}

static inline void put_text(struct request *r, uint16_t type, const char *text)
{
	put(r, type, text, strlen(text) + 1);
}

static inline struct request read_request(const char *bdf, uint32_t mask)
{
	struct request r = request_new(DEVICE_EVIDENCE, NLM_F_REQUEST | NLM_F_DUMP, 1);

	put_u32(&r, 2, mask);
	put_text(&r, 4, "pci");
	put_text(&r, 5, bdf);
	return r;
}

static inline struct request validate_request(const char *bdf, uint32_t generation)
{
	struct request r = request_new(DEVICE_EVIDENCE, NLM_F_REQUEST | NLM_F_ACK, 2);

	put_text(&r, 4, "pci");
	put_text(&r, 5, bdf);
	put_u32(&r, 7, generation);
	return r;
}

/* Bytes written as hex with blanks. */
static inline size_t unhex(const char *text, uint8_t *out, size_t cap)
{
	size_t len = 0;
	unsigned byte;
	int used;

	while (sscanf(text, " %2x%n", &byte, &used) == 1) {
		assert_true(len < cap);
		out[len++] = (uint8_t)byte;
		text += used;
	}
	return len;
}

/* --- answers ----------------------------------------------------------------------------------------------------- */

/* What a reader makes of everything that comes until DONE or an error. */
struct answer {
	uint8_t *bytes; /* of all VALs */
	size_t len;
	size_t datagrams;
	size_t messages;
	size_t val[64];      /* size of each message's VAL */
	uint32_t type[64];   /* of each message; UINT32_MAX: none */
	uint32_t length[64]; /* UINT32_MAX: none */
	uint32_t generation; /* the last one seen; UINT32_MAX: none */
	bool multi;          /* every message had NLM_F_MULTI */
	bool done;
	bool done_alone;
	bool error; /* NLMSG_ERROR came */
	int code;   /* of DONE or the error */
	char text[160];
	uint32_t offset;
	uint32_t missing;
	uint32_t policy; /* type of the attribute as the kernel wants it, enum netlink_attribute_type; 0: not said */
};

/* Numbers of the reply attributes: type, generation, length, val. */
struct reply_ids {
	uint16_t type, generation, length, val;
};

static const struct reply_ids new_ids = {1, 7, 9, 10};
static const struct reply_ids old_ids = {1, 0, 0, 6};

static inline uint32_t value_of(const struct nlattr *attr)
{
	uint32_t value;

	assert_int_equal(attr->nla_len, 8);
	memcpy(&value, attr + 1, sizeof(value));
	return value;
}

static inline void take_attr(struct answer *a, const struct nlattr *attr, const struct reply_ids *ids)
{
	const size_t len = attr->nla_len - sizeof(*attr);

	if (attr->nla_type == ids->type) {
		a->type[a->messages] = value_of(attr);
	} else if (attr->nla_type == ids->generation) {
		a->generation = value_of(attr);
	} else if (attr->nla_type == ids->length) {
		a->length[a->messages] = value_of(attr);
	} else {
		assert_int_equal(attr->nla_type, ids->val);
		a->val[a->messages] = len;
		a->bytes = realloc(a->bytes, a->len + len + 1);
		memcpy(a->bytes + a->len, attr + 1, len);
		a->len += len;
	}
}

/* Of a number's policy the range comes before the type. */
static inline void take_policy(struct answer *a, const struct nlattr *nest)
{
	const struct nlattr *last = (const void *)((const uint8_t *)nest + nest->nla_len - 8);

	assert_int_equal(last->nla_type, NL_POLICY_TYPE_ATTR_TYPE);
	a->policy = value_of(last);
	assert_int_equal(nest->nla_len, a->policy == NL_ATTR_TYPE_U32 ? 36 : 12);
}

static inline void take_tlv(struct answer *a, const struct nlattr *attr, const struct reply_ids *ids)
{
	(void)ids;
	if (attr->nla_type == NLMSGERR_ATTR_MSG)
		snprintf(a->text, sizeof(a->text), "%s", (const char *)(attr + 1));
	else if (attr->nla_type == NLMSGERR_ATTR_OFFS)
		a->offset = value_of(attr);
	else if (attr->nla_type == NLMSGERR_ATTR_MISS_TYPE)
		a->missing = value_of(attr);
	else if (attr->nla_type == (NLMSGERR_ATTR_POLICY | NLA_F_NESTED))
		take_policy(a, attr);
	else
		fail_msg("TLV %u", attr->nla_type);
}

static inline void each_attr(struct answer *a, const struct nlmsghdr *msg, size_t at, const struct reply_ids *ids,
			     void (*take)(struct answer *a, const struct nlattr *attr, const struct reply_ids *ids))
{
	while (at + sizeof(struct nlattr) <= msg->nlmsg_len) {
		const struct nlattr *attr = (const void *)((const uint8_t *)msg + at);

		assert_true(attr->nla_len >= sizeof(*attr) && at + attr->nla_len <= msg->nlmsg_len);
		take(a, attr, ids);
		at += NLMSG_ALIGN((size_t)attr->nla_len);
	}
	assert_int_equal(at, msg->nlmsg_len);
}

static inline void take_message(struct answer *a, const struct nlmsghdr *msg, bool first, const struct reply_ids *ids)
{
	assert_int_equal(msg->nlmsg_seq, 7);
	if (msg->nlmsg_type == NLMSG_DONE || msg->nlmsg_type == NLMSG_ERROR) {
		const bool done = msg->nlmsg_type == NLMSG_DONE;
		const size_t payload = done ? sizeof(int) : sizeof(struct nlmsgerr);

		a->done = done;
		a->done_alone = first;
		a->error = !done;
		memcpy(&a->code, NLMSG_DATA(msg), sizeof(a->code));
		if (!done)
			assert_true(msg->nlmsg_flags & NLM_F_CAPPED);
		if (msg->nlmsg_flags & NLM_F_ACK_TLVS)
			each_attr(a, msg, NLMSG_LENGTH(payload), ids, take_tlv);
		else
			assert_int_equal(msg->nlmsg_len, NLMSG_LENGTH(payload));
		return;
	}
	assert_true(first);
	assert_true(a->messages < 64);
	a->multi = a->multi && (msg->nlmsg_flags & NLM_F_MULTI);
	a->type[a->messages] = a->length[a->messages] = UINT32_MAX;
	each_attr(a, msg, NLMSG_LENGTH(GENL_HDRLEN), ids, take_attr);
	a->messages++;
}

static inline struct answer receive(struct sim *s, struct sim_socket *k, size_t cap, const struct reply_ids *ids)
{
	struct answer a = {.generation = UINT32_MAX, .multi = true};
	uint8_t *buffer = malloc(cap);

	while (!a.done && !a.error) {
		ssize_t len = sim_nl_recv(s, k, buffer, cap);

		assert_true(len > 0);
		a.datagrams++;
		for (ssize_t at = 0; at < len; at += NLMSG_ALIGN(((struct nlmsghdr *)(buffer + at))->nlmsg_len))
			take_message(&a, (struct nlmsghdr *)(buffer + at), at == 0, ids);
	}
	assert_int_equal(sim_nl_recv(s, k, buffer, cap), -ETIMEDOUT);
	free(buffer);
	return a;
}

static inline struct answer ask_as(struct sim *s, const struct request *r, const struct reply_ids *ids)
{
	struct sim_socket *k = sim_nl_open(s);
	struct answer a;

	assert_non_null(k);
	assert_int_equal(sim_nl_send(s, k, r->data, r->len), (int)r->len);
	a = receive(s, k, READ_BUFFER, ids);
	sim_nl_close(k);
	return a;
}

static inline struct answer ask(struct sim *s, const struct request *r)
{
	return ask_as(s, r, &new_ids);
}

static inline void assert_error(const struct answer *a, int error, const char *text)
{
	assert_true(a->error);
	assert_int_equal(a->code, -error);
	assert_string_equal(a->text, text);
}

static inline void assert_done(const struct answer *a, int error, const char *text)
{
	assert_true(a->done);
	assert_int_equal(a->code, -error);
	assert_string_equal(a->text, text);
}

static inline void assert_object(const struct answer *a, const struct sim_device *d, enum evidence_type type)
{
	assert_int_equal(a->len, d->object[type].len);
	assert_memory_equal(a->bytes, d->object[type].data, a->len);
}

#endif
