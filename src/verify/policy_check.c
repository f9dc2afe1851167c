// SPDX-License-Identifier: GPL-2.0-or-later
/* The rules of a policy, applied to the blocks that the signature covers. */
#include <inttypes.h>
#include <string.h>

#include "verify/policy.h"

#define CHECK "policy"

/* DSP0274: value types, and the device mode value of four 32-bit fields. */
enum {
	TYPE_DEVICE_MODE = 5,
	TYPE_SVN = 7,
	MODE_SIZE = 16,
	MODE_OPERATIONAL_STATE = 4,
	MODE_DEBUG_STATE = 12,
};

/* A walk over the blocks of every response under the signature. */
struct blocks {
	struct spdm_walk walk;
	struct bytes in;
	struct span record;
};

static struct blocks blocks_start(const struct transcript *t)
{
	struct bytes in = {t->data, t->exchange.offset + t->exchange.len};
	struct blocks b = {.walk = spdm_walk_start(in), .in = in};

	span_take(&b.walk.rest, t->exchange.offset);
	return b;
}

static bool next_record(struct blocks *b)
{
	struct measurement_response r;
	struct spdm_message m;

	while (spdm_next(&b->walk, &m, NULL)) {
		if (m.code != SPDM_MEASUREMENTS)
			continue;
		measurement_response_parse(b->in, &m, &r);
		b->record = r.record;
		return true;
	}
	return false;
}

static bool blocks_next(struct blocks *b, struct measurement_block *block)
{
	do {
		if (measurement_block_next(b->in, &b->record, block))
			return true;
	} while (next_record(b));
	return false;
}

static struct bytes value_of(const struct blocks *b, const struct measurement_block *block)
{
	return (struct bytes){b->in.data + block->value.offset, block->value.len};
}

static void check_svn(const struct policy *p, struct verification *v)
{
	struct blocks b = blocks_start(&v->transcript);
	struct measurement_block block;
	uint64_t lowest = UINT64_MAX;
	size_t seen = 0;

	while (blocks_next(&b, &block)) {
		if (!block.dmtf || block.type != TYPE_SVN || !block.raw || block.value.len != sizeof(uint64_t))
			continue;
		if (le64(value_of(&b, &block).data) < lowest)
			lowest = le64(value_of(&b, &block).data);
		seen++;
	}
	if (!seen)
		checks_add(&v->checks, CHECK, RESULT_INCOMPLETE,
			   "minimum_svn: no security version number was measured");
	else
		checks_add(&v->checks, CHECK, lowest < p->minimum_svn ? RESULT_FAIL : RESULT_PASS,
			   "minimum_svn: %" PRIu64 ", at least %" PRIu64 " is wanted", lowest, p->minimum_svn);
}

/* A raw bit stream has the digest that the device would have given for it. */
static bool digest_is(const struct crypto *crypto, const struct measurement_block *block, struct bytes value,
		      const struct policy_digest *d)
{
	uint8_t own[HASH_MAX];

	if (!block->raw)
		return value.len == d->len && memcmp(value.data, d->value, d->len) == 0;
	for (int h = HASH_NONE + 1; crypto && h < HASH_COUNT; h++)
		if (hash_size((enum hash)h) == d->len && crypto->digest((enum hash)h, &value, 1, own) == d->len &&
		    memcmp(own, d->value, d->len) == 0)
			return true;
	return false;
}

static bool is_expected(const struct policy *p, const struct crypto *crypto, const struct measurement_block *block,
			struct bytes value)
{
	for (size_t i = 0; i < p->digest_count; i++)
		if (p->digest[i].index == block->index && digest_is(crypto, block, value, &p->digest[i]))
			return true;
	return false;
}

static void check_index(const struct policy *p, const struct crypto *crypto, uint8_t index, struct verification *v)
{
	struct blocks b = blocks_start(&v->transcript);
	struct measurement_block block;
	size_t seen = 0, good = 0;

	while (blocks_next(&b, &block)) {
		if (block.index != index)
			continue;
		seen++;
		good += is_expected(p, crypto, &block, value_of(&b, &block));
	}
	if (!seen)
		checks_add(&v->checks, CHECK, RESULT_INCOMPLETE, "digests: block 0x%02x was not measured", index);
	else
		checks_add(&v->checks, CHECK, good == seen ? RESULT_PASS : RESULT_FAIL, "digests: block 0x%02x is %s",
			   index, good == seen ? "as expected" : "another one");
}

static void check_digests(const struct policy *p, const struct crypto *crypto, struct verification *v)
{
	bool done[UINT8_MAX + 1] = {false};

	for (size_t i = 0; i < p->digest_count; i++) {
		if (!done[p->digest[i].index])
			check_index(p, crypto, p->digest[i].index, v);
		done[p->digest[i].index] = true;
	}
}

/* The bits that any device mode block reports. False where there is no such block. */
static bool device_mode(const struct transcript *t, size_t offset, uint32_t *bits)
{
	struct blocks b = blocks_start(t);
	struct measurement_block block;
	bool seen = false;

	*bits = 0;
	while (blocks_next(&b, &block)) {
		if (!block.dmtf || block.type != TYPE_DEVICE_MODE || !block.raw || block.value.len < MODE_SIZE)
			continue;
		*bits |= le32(value_of(&b, &block).data + offset);
		seen = true;
	}
	return seen;
}

static void check_modes(const struct policy *p, struct verification *v)
{
	uint32_t state;

	if (!device_mode(&v->transcript, MODE_OPERATIONAL_STATE, &state))
		checks_add(&v->checks, CHECK, RESULT_INCOMPLETE, "device_modes: the device mode was not measured");
	else if (!state || state & ~p->modes)
		checks_add(&v->checks, CHECK, RESULT_FAIL,
			   "device_modes: operational state 0x%" PRIx32 ", allowed are the bits 0x%" PRIx32, state,
			   p->modes);
	else
		checks_add(&v->checks, CHECK, RESULT_PASS, "device_modes: operational state 0x%" PRIx32 " is allowed",
			   state);
}

static void check_debug(struct verification *v)
{
	uint32_t state;

	if (!device_mode(&v->transcript, MODE_DEBUG_STATE, &state))
		checks_add(&v->checks, CHECK, RESULT_INCOMPLETE, "no_debug: the device mode was not measured");
	else if (state)
		checks_add(&v->checks, CHECK, RESULT_FAIL,
			   "no_debug: a debug mode is or was active (device mode state 0x%" PRIx32 ")", state);
	else
		checks_add(&v->checks, CHECK, RESULT_PASS, "no_debug: no debug mode is or was active");
}

void policy_check(const struct policy *p, const struct crypto *crypto, struct verification *v)
{
	if (!v->checks.authenticated) {
		checks_add(&v->checks, CHECK, RESULT_INCOMPLETE, "the values are not proven to be the device's");
		return;
	}
	if (p->has_minimum_svn)
		check_svn(p, v);
	check_digests(p, crypto, v);
	if (p->has_modes)
		check_modes(p, v);
	if (p->no_debug)
		check_debug(v);
}
