/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Netlink messages written by hand, without libnl, each in a heap block of exactly its size, so that the address
 * sanitizer sees every byte read beyond it.
 */
#ifndef TSMCTL_TESTS_NL_BUILD_H
#define TSMCTL_TESTS_NL_BUILD_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <linux/netlink.h>
#include <stdlib.h>
#include <string.h>

enum { FAMILY_ID = 0x1f, HEADER = 16 };

struct nlb {
	uint8_t *data; /* owned; the header is at its start */
	size_t len;
};

static inline void nlb_raw(struct nlb *m, const void *bytes, size_t len)
{
	uint8_t *bigger = malloc(m->len + len);
	uint32_t total = (uint32_t)(m->len + len);

	assert_non_null(bigger);
	if (m->len)
		memcpy(bigger, m->data, m->len);
	if (len)
		memcpy(bigger + m->len, bytes, len);
	free(m->data);
	m->data = bigger;
	m->len = total;
	if (m->len >= HEADER)
		memcpy(m->data, &total, sizeof(total));
}

static inline void nlb_u32(struct nlb *m, uint32_t value)
{
	nlb_raw(m, &value, sizeof(value));
}

/* A header alone; its length follows what is added. */
static inline struct nlb nlb_new(uint16_t type, uint16_t flags, uint32_t seq)
{
	struct nlb m = {0};
	uint16_t kind[2] = {type, flags};
	uint32_t rest[2] = {seq, 0};

	nlb_u32(&m, 0);
	nlb_raw(&m, kind, sizeof(kind));
	nlb_raw(&m, rest, sizeof(rest));
	return m;
}

/* A message of a generic family: header, then command, version and two bytes. */
static inline struct nlb nlb_genl(uint16_t type, uint16_t flags, uint32_t seq)
{
	const uint8_t generic[4] = {1, 1, 0, 0};
	struct nlb m = nlb_new(type, flags, seq);

	nlb_raw(&m, generic, sizeof(generic));
	return m;
}

static inline void nlb_attr(struct nlb *m, uint16_t id, const void *bytes, size_t len)
{
	const uint8_t padding[4] = {0};
	uint16_t head[2] = {(uint16_t)(4 + len), id};

	nlb_raw(m, head, sizeof(head));
	nlb_raw(m, bytes, len);
	nlb_raw(m, padding, (4 - len % 4) % 4);
}

static inline void nlb_attr_u32(struct nlb *m, uint16_t id, uint32_t value)
{
	nlb_attr(m, id, &value, sizeof(value));
}

static inline const struct nlmsghdr *nlb_header(const struct nlb *m)
{
	return (const struct nlmsghdr *)(const void *)m->data;
}

static inline void nlb_free(struct nlb *m)
{
	free(m->data);
	*m = (struct nlb){0};
}

#endif
