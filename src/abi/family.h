/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The generic-netlink families that hand out evidence, as rows of ids, and the messages of both: requests are encoded,
 * a dump's messages are decoded one by one into chunks of objects. Pure: no socket, libnl only builds and walks the
 * bytes.
 *
 * Sources: "device-evidence" of the TEE I/O series of 2026-07-05 (device-evidence.yaml at dd9540ce); "pci-tsm" of its
 * v2 of 2026-03-02 (patch 08/19).
 */
#ifndef TSMCTL_ABI_FAMILY_H
#define TSMCTL_ABI_FAMILY_H

#include <linux/netlink.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "abi/terms.h"
#include "util/bytes.h"
#include "util/err.h"

struct nl_msg;

/* Attribute and command ids; 0: the family has no such thing. */
struct evidence_family {
	const char *name;
	uint8_t version;
	uint8_t cmd_read;
	uint8_t cmd_validate;
	uint16_t type, type_mask, flags, subsys, dev_name, nonce, generation, length, val;
	bool refreshes; /* a nonce makes the kernel regenerate; pci-tsm takes one and ignores it */
};

extern const struct evidence_family evidence_families[];
extern const size_t evidence_family_count;

enum { EVIDENCE_FLAG_DIGEST = 1 };

/* What a dump asks for. */
struct evidence_query {
	const char *device; /* "0000:01:00.0", at most 31 characters */
	uint32_t mask;      /* bit n: type n */
	bool digest;
	const uint8_t *nonce; /* NULL: do not regenerate */
	size_t nonce_len;     /* 1..32 */
};

/* NULL: out of memory. `id` is the family's number on this kernel. Freed with nlmsg_free(). */
struct nl_msg *family_read_message(const struct evidence_family *f, uint16_t id, const struct evidence_query *q);
struct nl_msg *family_validate_message(const struct evidence_family *f, uint16_t id, const char *device,
				       uint32_t generation);

/* CTRL_CMD_GETFAMILY for `name`, and its reply: 0 and the id, or -1 if it is no such reply. */
struct nl_msg *family_resolve_message(const char *name);
int family_resolve_reply(const struct nlmsghdr *h, uint16_t *id);

/* One object as it arrives. */
struct evidence_object {
	enum evidence_type type;
	bool has_generation;
	uint32_t generation;
	bool has_length; /* pci-tsm says no length */
	uint32_t length;
	size_t received;
};

/* Where chunks go. Each returns 0, or -1 with `e` set, which ends the dump. */
struct evidence_sink {
	int (*begin)(void *ctx, const struct evidence_object *o, struct err *e);
	int (*chunk)(void *ctx, const struct evidence_object *o, struct bytes chunk, struct err *e);
	int (*end)(void *ctx, const struct evidence_object *o, struct err *e);
	void *ctx;
};

/* The state of one dump: which object is open, what has been seen. */
struct evidence_stream {
	const struct evidence_family *family;
	const struct evidence_sink *sink;
	uint32_t wanted;
	uint32_t seen;
	bool open;
	struct evidence_object object;
	bool has_generation;
	uint32_t generation;
};

void stream_start(struct evidence_stream *s, const struct evidence_family *f, uint32_t mask,
		  const struct evidence_sink *sink);

/*
 * Takes one data message. ERR_EVIDENCE if it breaks the rules: a value before any type, a type that was not asked for,
 * repeated or descending, more bytes than LENGTH, a length above 16 MiB, an object cut short by the next, another
 * generation.
 */
int stream_message(struct evidence_stream *s, const struct nlmsghdr *h, struct err *e);

/* After a DONE without an error: the last object is complete and every requested type arrived. */
int stream_finish(struct evidence_stream *s, struct err *e);

/*
 * The errno (positive; 0: none) of NLMSG_ERROR and NLMSG_DONE, and the kernel's sentence from the extended
 * acknowledgement, escaped by nobody yet, into `text` ("" if none). EBADMSG: the message is too short to hold one.
 */
int netlink_errno(const struct nlmsghdr *h, char *text, size_t cap);

#endif
