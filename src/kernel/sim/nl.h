/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The simulated kernel's generic netlink, from the inside: message construction and attribute policies (nl_msg.c),
 * sockets and dumps (netlink.c), the controller (nl_ctrl.c), the evidence families (nl_evidence.c), a scenario's faults
 * (nl_fault.c).
 */
#ifndef TSMCTL_KERNEL_SIM_NL_H
#define TSMCTL_KERNEL_SIM_NL_H

#include <linux/genetlink.h>
#include <linux/netlink.h>

#include "kernel/sim/sign.h"
#include "kernel/sim/sim.h"

/* One datagram: being written, or waiting in a socket. */
struct skb {
	struct skb *next;
	size_t len;
	size_t cap;
	uint8_t data[];
};

struct skb *skb_new(size_t cap); /* NULL: out of memory; released with free() */
size_t skb_tailroom(const struct skb *skb);

/* Starts a message that answers `request`; `flags` as they are. NULL: no room. */
struct nlmsghdr *skb_put_message(struct skb *skb, const struct nlmsghdr *request, uint16_t type, uint16_t flags,
				 size_t payload);
struct nlmsghdr *skb_put_genl(struct skb *skb, const struct nlmsghdr *request, uint16_t flags, uint8_t cmd,
			      uint8_t version);

/* Gives the attribute around `payload`, which was begun with no bytes, all that was appended since. */
void skb_end_nest(const struct skb *skb, void *payload);

/* Appends an attribute to `msg`, the last message. Returns its payload, zeroed where `data` is NULL; NULL: no room. */
void *skb_put_attr(struct skb *skb, struct nlmsghdr *msg, int type, const void *data, size_t len);
void *skb_put_u32(struct skb *skb, struct nlmsghdr *msg, int type, uint32_t value);
void *skb_put_text(struct skb *skb, struct nlmsghdr *msg, int type, const char *text);

enum nl_kind { NL_UNSUPPORTED, NL_U16, NL_U32, NL_NUL_STRING, NL_BINARY };

struct nl_policy {
	enum nl_kind kind;
	uint16_t max; /* bytes of a string without NUL, or of a binary; 0: any */
};

/* An extended acknowledgement. */
struct extack {
	char text[160];                 /* "": none */
	uint32_t bad;                   /* offset of the offending attribute in the request; 0: none */
	const struct nl_policy *policy; /* what it was held to; NULL: it is not known at all */
	uint16_t missing;               /* the attribute that is not there; 0: none */
};

/* Records the sentence and returns -error. */
int nl_fail(struct extack *x, int error, const char *fmt, ...) __attribute__((format(printf, 3, 4)));
void skb_put_extack(struct skb *skb, struct nlmsghdr *msg, const struct extack *x);

enum { NL_MAX_ATTR = 8, NL_ATTR_HEADER = sizeof(struct nlattr), NL_TYPE_BITS = 0x3fff };

struct nl_op;

/* A request while it is handled. */
struct nl_call {
	struct sim *sim;
	struct sim_socket *socket;
	const struct nlmsghdr *request;
	const struct nl_op *op;
	const struct nlattr *attr[NL_MAX_ATTR + 1]; /* by type; NULL: absent */
	struct extack extack;
};

/* Sorts the attributes of a request by type, as the kernel's strict (or liberal) validation does. 0 or -errno. */
int nl_parse(struct nl_call *c);

static inline const void *nl_data(const struct nlattr *attr)
{
	return (const uint8_t *)attr + NL_ATTR_HEADER;
}

static inline size_t nl_len(const struct nlattr *attr)
{
	return (size_t)attr->nla_len - NL_ATTR_HEADER;
}

uint32_t nl_u32(const struct nlattr *attr);
uint32_t nl_offset(const struct nl_call *c, const struct nlattr *attr);

/* A dump in progress. */
struct nl_dump {
	const struct nl_op *op; /* NULL: no dump */
	struct nlmsghdr request;
	uint32_t messages; /* written so far */

	/* of an evidence family */
	char bdf[32];
	uint32_t todo; /* types not yet sent completely, as a mask */
	size_t offset; /* in the lowest of them */
	bool started;  /* the lowest of them has its first message */
	bool as_digest;
	uint8_t digest[SIM_DIGEST_SIZE];
	size_t size; /* of what is sent for the lowest type: object or digest */
	bool refresh;
	uint8_t nonce[EV_NONCE_SIZE];
	size_t nonce_len;
	uint32_t generation; /* when the dump began */
};

struct evidence_ids;

struct nl_op {
	uint8_t cmd;
	uint8_t flags; /* GENL_CMD_CAP_DO, GENL_CMD_CAP_DUMP, ... as the controller reports them */
	bool liberal;  /* unknown attributes and trailing bytes are ignored */
	uint8_t max_attr;
	const struct nl_policy *policy;
	const struct evidence_ids *ids; /* of an evidence family */
	int (*doit)(struct nl_call *c); /* 0 or -errno */
	int (*start)(struct nl_call *c, struct nl_dump *dump);
	/* Writes at most one datagram's part; 1: there is more, 0: the end, or -errno for DONE. */
	int (*step)(struct sim *s, struct nl_dump *dump, struct skb *skb, struct extack *x);
};

struct nl_family {
	uint16_t id;
	uint8_t version;
	const char *name;
	const struct nl_op *op;
	size_t op_count;
};

extern const struct nl_family nl_ctrl;
extern const struct nl_family nl_device_evidence;
extern const struct nl_family nl_pci_tsm;

const struct nl_family *nl_family_at(const struct sim *s, size_t i); /* NULL behind the last */
void nl_queue(struct sim_socket *k, struct skb *skb);                /* takes `skb` */

/* What a scenario does to the message that was just written. */
struct nl_tamper {
	bool drop;
	bool swap;
	bool extra;
};

/* Applies what needs no datagram of its own; `rc` is step()'s result and what becomes of it. */
struct nl_tamper nl_fault(struct sim *s, struct nl_dump *dump, int *rc, struct extack *x);

/* The message of FAULT_NL_EXTRA. NULL: out of memory. */
struct skb *nl_evidence_extra(const struct nl_dump *dump);

#endif
