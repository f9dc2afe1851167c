// SPDX-License-Identifier: GPL-2.0-or-later
/* Evidence made for the purpose: a nonce of ours, one regeneration, everything read under its generation. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "cmd/confirm.h"
#include "cmd/nonce.h"
#include "cmd/verify.h"
#include "decode/measurements.h"

enum {
	MASK_CERTS = (1u << (EV_CERT7 + 1)) - 1,
	MASK_JUDGED = MASK_CERTS | 1u << EV_VCA | 1u << EV_MEASUREMENTS,
	MASK_IOCTL = 1u << EV_CERT0 | 1u << EV_VCA, /* object requests know slot 0 only */
};

static int ask(struct context *c, const struct subject *s)
{
	char what[200];

	snprintf(what, sizeof(what),
		 "This makes the TSM of %s regenerate its measurements; others may be reading them.", s->name);
	return confirm_change(c, what, "Regenerate?");
}

/* Regenerates with our nonce, and reads. Netlink does both in one dump. */
static int regenerate(struct context *c, struct access *a, struct subject *s)
{
	struct evidence_sink sink = evidence_set_sink(&s->set);
	struct evidence_query q = {
		.device = s->target.bdf,
		.mask = a->channel == CHANNEL_NETLINK ? MASK_JUDGED : 1u << EV_MEASUREMENTS,
		.nonce = s->nonce,
		.nonce_len = sizeof(s->nonce),
	};

	if (access_regenerate(a, &q, false, &sink, c->err))
		return -1;
	c->changed = true;
	if (a->channel == CHANNEL_NETLINK)
		return 0;
	q = (struct evidence_query){.device = s->target.bdf, .mask = MASK_IOCTL};
	return access_read(a, &q, &sink, c->err);
}

static int read_as_cached(struct context *c, struct access *a, struct subject *s)
{
	struct evidence_sink sink = evidence_set_sink(&s->set);
	struct evidence_query q = {
		.device = s->target.bdf,
		.mask = a->channel == CHANNEL_NETLINK ? MASK_JUDGED : MASK_IOCTL | 1u << EV_MEASUREMENTS,
	};

	evidence_set_free(&s->set);
	return access_read(a, &q, &sink, c->err);
}

/* What the kernel says of the digests of the objects, and a last look at the generation. No error of theirs matters. */
static void look_again(struct access *a, struct subject *s)
{
	struct evidence_query q = {.device = s->target.bdf, .mask = MASK_JUDGED, .digest = true};
	struct evidence_sink digests = evidence_set_sink(&s->digests);
	struct evidence_sink sizes = evidence_size_sink(&s->last);
	struct err ignored = {0};

	if (a->channel != CHANNEL_NETLINK)
		return;
	if (access_read(a, &q, &digests, &ignored))
		evidence_set_free(&s->digests);
	q.digest = false;
	err_clear(&ignored);
	if (access_read(a, &q, &sizes, &ignored))
		evidence_set_free(&s->last);
}

/* True for the errors of kernels and TSMs that have no regeneration: nothing has happened then. */
static bool cannot_regenerate(const struct err *e)
{
	return e->class == ERR_UNSUPPORTED && !e->uncertain && !e->dry_run;
}

static void explain_no_nonce(struct subject *s, struct err *e)
{
	snprintf(s->no_nonce, sizeof(s->no_nonce), "this TSM or kernel cannot regenerate: %s",
		 e->kernel[0] ? e->kernel : e->message);
	s->in.nonce = NULL;
	s->in.no_nonce = s->no_nonce;
	err_clear(e);
}

static int open_for(struct context *c, struct access *a, const struct subject *s, bool refresh)
{
	struct access_wish wish = {.channel = channel_from_options(c->opt), .refresh = refresh};

	return access_open(a, c->ws, &s->target, &wish, c->err);
}

static int read_fresh(struct context *c, struct subject *s)
{
	struct access a;
	int ret;

	if (open_for(c, &a, s, true))
		return -1;
	ret = ask(c, s);
	if (ret == 0)
		ret = regenerate(c, &a, s);
	if (ret == 0)
		look_again(&a, s);
	return ret;
}

static int read_old(struct context *c, struct subject *s)
{
	struct access a;
	int ret;

	if (open_for(c, &a, s, false))
		return -1;
	ret = read_as_cached(c, &a, s);
	if (ret == 0)
		look_again(&a, s);
	return ret;
}

/* The chain of the slot that signed. */
static void choose_slot(struct subject *s)
{
	const struct evidence_copy *m = &s->set.object[EV_MEASUREMENTS];
	int slot = measurements_slot((struct bytes){m->data, m->len});

	s->in.slot = slot < EV_CERT0 || slot > EV_CERT7 ? 0 : slot;
}

int verify_read_live(struct context *c, struct subject *s)
{
	int ret;

	if (nonce_choose(c, s->nonce) || target_check(c, &s->target))
		return -1;
	s->in.nonce = s->nonce;
	ret = read_fresh(c, s);
	if (ret && cannot_regenerate(c->err)) {
		explain_no_nonce(s, c->err);
		ret = read_old(c, s);
	}
	if (ret == 0)
		choose_slot(s);
	return ret;
}

static void check_generation(const struct subject *s, struct checks *checks)
{
	const struct evidence_copy *first = &s->set.object[EV_MEASUREMENTS];
	const struct evidence_copy *last = &s->last.object[EV_MEASUREMENTS];

	if (!first->has_generation)
		checks_add(checks, "generation", RESULT_NOTE, "this kernel interface reports none");
	else if (!last->has_generation)
		checks_add(checks, "generation", RESULT_INCOMPLETE, "%" PRIu32 ", and it could not be read again",
			   first->generation);
	else if (first->generation != last->generation)
		checks_add(checks, "generation", RESULT_FAIL,
			   "%" PRIu32 " became %" PRIu32 ": somebody regenerated the evidence meanwhile",
			   first->generation, last->generation);
	else
		checks_add(checks, "generation", RESULT_PASS, "%" PRIu32 " from first to last byte", first->generation);
}

/* The hash by which `object` has this digest; the kernel does not say which one its TSM uses. */
static enum hash match_digest(const struct crypto *crypto, const struct evidence_copy *object,
			      const struct evidence_copy *digest)
{
	struct bytes b = {object->data, object->len};
	uint8_t own[HASH_MAX];

	for (int h = HASH_NONE + 1; h < HASH_COUNT; h++)
		if (hash_size((enum hash)h) == digest->len && crypto->digest((enum hash)h, &b, 1, own) == digest->len &&
		    memcmp(own, digest->data, digest->len) == 0)
			return (enum hash)h;
	return HASH_NONE;
}

static void check_digest(const struct subject *s, enum evidence_type type, struct checks *checks, size_t *good)
{
	const struct evidence_copy *object = &s->set.object[type];
	const struct evidence_copy *digest = &s->digests.object[type];

	if (!object->len || !digest->len)
		return;
	if (!s->module.crypto)
		checks_add(checks, "digest", RESULT_INCOMPLETE, "%s: cannot be checked: %s", evidence_type_name(type),
			   s->module.why);
	else if (match_digest(s->module.crypto, object, digest))
		(*good)++;
	else
		checks_add(checks, "digest", RESULT_FAIL,
			   "%s: the digest that the kernel gives is not that of the bytes", evidence_type_name(type));
}

static void check_digests(const struct subject *s, struct checks *checks)
{
	size_t good = 0, given = 0;

	for (int type = 0; type < EV_COUNT; type++) {
		given += s->digests.object[type].len > 0;
		check_digest(s, (enum evidence_type)type, checks, &good);
	}
	if (good)
		checks_add(checks, "digest", RESULT_PASS, "the kernel's digests are those of the bytes, %zu object%s",
			   good, good == 1 ? "" : "s");
	else if (!given)
		checks_add(checks, "digest", RESULT_NOTE, "the TSM gives no digests to compare with");
}

void verify_live_checks(const struct subject *s, struct checks *checks)
{
	check_generation(s, checks);
	check_digests(s, checks);
}
