/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Little-endian reads of untrusted bytes, and hex. The caller has checked the bounds of reads. */
#ifndef TSMCTL_UTIL_BYTES_H
#define TSMCTL_UTIL_BYTES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct bytes {
	const uint8_t *data; /* borrowed */
	size_t len;
};

static inline uint16_t le16(const uint8_t *p)
{
	return (uint16_t)(p[0] | p[1] << 8);
}

static inline uint32_t le24(const uint8_t *p)
{
	return (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16;
}

static inline uint32_t le32(const uint8_t *p)
{
	return le24(p) | (uint32_t)p[3] << 24;
}

static inline uint64_t le64(const uint8_t *p)
{
	return (uint64_t)le32(p) | (uint64_t)le32(p + 4) << 32;
}

/* True if [off, off + len) lies inside `b`; safe for every value. */
static inline bool bytes_has(struct bytes b, size_t off, size_t len)
{
	return off <= b.len && len <= b.len - off;
}

/*
 * Decodes `text` (an even number of hex digits of either case, nothing else) into `out`.
 * Returns the number of bytes, or -1 if the text is not hex or needs more than `cap` bytes.
 */
long hex_decode(const char *text, uint8_t *out, size_t cap);

#endif
