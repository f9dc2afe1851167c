// SPDX-License-Identifier: GPL-2.0-or-later
/* The device's certificates: chain, root hash, anchor, dates, usage. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "decode/chain.h"
#include "util/text.h"
#include "verify/verify.h"

/* RFC 5280: the year 9999 stands for no well-defined expiry. */
enum { NO_EXPIRY_YEAR = 9999, DAY_CAP = 32 };

/* A certificate's name for people: the DMTF device name where it has one. */
static const char *title(const struct certificate *c)
{
	return c->device_info[0] ? c->device_info : c->subject;
}

static struct bytes at_span(struct bytes in, struct span s)
{
	return (struct bytes){in.data + s.offset, s.len};
}

/* Splits the object; false with a line added where that is not possible. */
static bool split(struct bytes object, struct verification *v)
{
	struct anomalies odd = {0};
	struct span rest, certificate;
	struct chain c;

	if (!object.len || chain_parse(object, &c, &odd)) {
		checks_add(&v->checks, "chain", RESULT_INCOMPLETE, "no certificate chain");
		return false;
	}
	if (c.certificates.len > CRYPTO_CERTIFICATES_MAX) {
		checks_add(&v->checks, "chain", RESULT_INCOMPLETE, "more than %d KiB of certificates: not looked into",
			   CRYPTO_CERTIFICATES_MAX / 1024);
		return false;
	}
	v->chain.has_header = c.has_header;
	v->chain.root_hash = at_span(object, c.root_hash);
	rest = c.certificates;
	while (v->chain.count < CHAIN_MAX && chain_next(object, &rest, &certificate))
		v->chain.der[v->chain.count++] = at_span(object, certificate);
	if (odd.kept)
		checks_add(&v->checks, "chain", RESULT_FAIL, "at offset %zu: %s", odd.at[0].offset, odd.at[0].what);
	else if (rest.len)
		checks_add(&v->checks, "chain", RESULT_INCOMPLETE, "more than %d certificates", CHAIN_MAX);
	else
		v->chain.complete = true;
	return true;
}

/* Reads what each certificate says, up to the first that is none. */
static void read_each(const struct crypto *crypto, struct verification *v)
{
	size_t count = v->chain.count;
	char why[CRYPTO_WHY];
	size_t i;

	for (i = 0; i < count; i++)
		if (!crypto->certificate(v->chain.der[i], &v->chain.info[i], why))
			break;
	if (i == count)
		return;
	checks_add(&v->checks, "chain", RESULT_FAIL, "certificate %zu of %zu: %s", i + 1, count, why);
	v->chain.complete = false;
	v->chain.count = 0;
}

/* "No" and "cannot say" about a certificate, as the result of a check. */
static enum result result_of(enum answer answer)
{
	return answer == ANSWER_NO ? RESULT_FAIL : RESULT_INCOMPLETE;
}

/* The first certificate is the root, or comes from one that is not among them. */
static void check_first(const struct crypto *crypto, struct verification *v)
{
	struct certificates *c = &v->chain;
	char why[CRYPTO_WHY];
	enum answer answer = crypto->issued(c->der[0], c->der[0], why);

	c->has_root = answer == ANSWER_YES;
	if (c->has_root || strcmp(c->info[0].subject, c->info[0].issuer) != 0)
		return;
	checks_add(&v->checks, "chain", result_of(answer), "the root (\"%s\") does not sign itself: %s",
		   c->info[0].subject, why);
	c->complete = false;
}

/* Each certificate is signed by the one before it. */
static void check_order(const struct crypto *crypto, struct verification *v)
{
	struct certificates *c = &v->chain;
	enum answer answer = ANSWER_YES;
	char why[CRYPTO_WHY];
	size_t i;

	for (i = 1; i < c->count && answer == ANSWER_YES; i++)
		answer = crypto->issued(c->der[i - 1], c->der[i], why);
	if (answer == ANSWER_YES)
		return;
	checks_add(&v->checks, "chain", result_of(answer), "certificate %zu (\"%s\") does not follow from %zu: %s", i,
		   c->info[i - 1].subject, i - 1, why);
	c->complete = false;
}

static void tell_chain(struct verification *v)
{
	const struct certificates *c = &v->chain;

	checks_add(&v->checks, "chain", RESULT_PASS, "%zu certificate%s%s, leaf \"%s\" (%s)", c->count,
		   c->count == 1 ? "" : "s", c->has_root ? "" : " below a root that is not among them",
		   title(verification_leaf(v)), verification_leaf(v)->key);
}

int certificates_read(const struct verify_input *in, struct verification *v, struct err *e)
{
	struct certificates *c = &v->chain;

	if (!split(in->certificates, v))
		return 0;
	if (!in->crypto) {
		checks_add(&v->checks, "chain", RESULT_INCOMPLETE, "cannot be checked: %s", in->no_crypto);
		c->count = 0;
		return 0;
	}
	c->info = calloc(c->count, sizeof(*c->info));
	if (!c->info)
		return err_oom(e);
	read_each(in->crypto, v);
	if (c->count) {
		check_first(in->crypto, v);
		check_order(in->crypto, v);
	}
	if (c->complete)
		tell_chain(v);
	return 0;
}

/* The hash, among those of the right size, that makes the root hash of `root`; HASH_NONE for none. */
static enum hash match_root_hash(const struct verify_input *in, const struct verification *v, struct bytes root)
{
	enum hash selected = hash_of_selection(v->transcript.base_hash);
	uint8_t digest[HASH_MAX];

	for (int h = HASH_NONE + 1; h < HASH_COUNT; h++) {
		if (hash_size((enum hash)h) != v->chain.root_hash.len || (selected && (int)selected != h))
			continue;
		if (in->crypto->digest((enum hash)h, &root, 1, digest) == v->chain.root_hash.len &&
		    memcmp(digest, v->chain.root_hash.data, v->chain.root_hash.len) == 0)
			return (enum hash)h;
	}
	return HASH_NONE;
}

/* The root that the header's hash should be of; empty where it is not known. */
static struct bytes root_of(const struct verify_input *in, const struct verification *v)
{
	if (v->chain.has_root)
		return v->chain.der[0];
	if (v->checks.anchored)
		return in->anchors->der[v->chain.anchor];
	return (struct bytes){NULL, 0};
}

static void check_root_hash(const struct verify_input *in, struct verification *v)
{
	struct bytes root = root_of(in, v);

	if (!v->chain.has_header) {
		checks_add(&v->checks, "root hash", RESULT_NOTE, "none: the chain came without its SPDM header");
		return;
	}
	if (!root.len) {
		checks_add(&v->checks, "root hash", RESULT_INCOMPLETE,
			   "the root that the hash is of is not in the chain");
		return;
	}
	v->root_hash = match_root_hash(in, v, root);
	if (v->root_hash)
		checks_add(&v->checks, "root hash", RESULT_PASS, "%s of the root %s", hash_name(v->root_hash),
			   v->chain.has_root ? "in the chain" : "given");
	else
		checks_add(&v->checks, "root hash", RESULT_FAIL, "the hash in the header is not that of the root");
}

/* A chain without its root hangs on the anchor by its first certificate. */
static bool hangs_on_anchor(const struct verify_input *in, struct verification *v, struct bytes anchor)
{
	char why[CRYPTO_WHY];
	enum answer answer;

	if (v->chain.has_root)
		return true;
	answer = in->crypto->issued(anchor, v->chain.der[0], why);
	if (answer != ANSWER_YES)
		checks_add(&v->checks, "anchor", result_of(answer), "the first certificate is not the root's: %s", why);
	return answer == ANSWER_YES;
}

static void check_anchor(const struct verify_input *in, struct verification *v)
{
	const struct certificates *c = &v->chain;
	struct certificate root;
	struct path path;
	char why[CRYPTO_WHY];
	enum answer answer;

	answer = in->crypto->path(c->der, c->count, in->anchors->der, in->anchors->count, &path);
	if (answer != ANSWER_YES) {
		checks_add(&v->checks, "anchor", result_of(answer), "no valid path to a root given: %s", path.why);
		return;
	}
	if (!hangs_on_anchor(in, v, in->anchors->der[path.anchor]))
		return;
	if (!in->crypto->certificate(in->anchors->der[path.anchor], &root, why)) {
		checks_add(&v->checks, "anchor", RESULT_FAIL, "the root given cannot be read: %s", why);
		return;
	}
	v->checks.anchored = true;
	v->chain.anchor = path.anchor;
	checks_add(&v->checks, "anchor", RESULT_PASS, "ends at \"%s\" of %s", root.subject,
		   in->anchors->file[path.anchor]);
}

/* Writes the day. True if it means that there is no expiry. */
static bool write_day(int64_t when, char out[DAY_CAP])
{
	time_t t = (time_t)when;
	struct tm tm;

	if (!gmtime_r(&t, &tm)) {
		text_copy(out, DAY_CAP, "a date out of range");
		return false;
	}
	strftime(out, DAY_CAP, "%Y-%m-%d", &tm);
	return tm.tm_year + 1900 >= NO_EXPIRY_YEAR;
}

/* False with a line added if `at` is outside of the dates of one certificate. */
static bool check_date(struct verification *v, const struct certificate *c, int64_t at)
{
	char day[DAY_CAP];

	if (at < c->not_before) {
		write_day(c->not_before, day);
		checks_add(&v->checks, "validity", RESULT_FAIL, "\"%s\" is not valid before %s", c->subject, day);
		return false;
	}
	if (at > c->not_after) {
		write_day(c->not_after, day);
		checks_add(&v->checks, "validity", RESULT_FAIL, "\"%s\" expired on %s", c->subject, day);
		return false;
	}
	return true;
}

/* The anchor counts, too, where it is not in the chain itself. */
static bool check_anchor_date(const struct verify_input *in, struct verification *v, int64_t *first)
{
	struct certificate root;
	char why[CRYPTO_WHY];

	if (!v->checks.anchored || !in->crypto->certificate(in->anchors->der[v->chain.anchor], &root, why))
		return true;
	if (root.not_after < *first)
		*first = root.not_after;
	return check_date(v, &root, in->at);
}

static void check_dates(const struct verify_input *in, struct verification *v)
{
	int64_t first = INT64_MAX;
	bool ok = true;
	char today[DAY_CAP], day[DAY_CAP];

	for (size_t i = 0; i < v->chain.count; i++) {
		ok &= check_date(v, &v->chain.info[i], in->at);
		if (v->chain.info[i].not_after < first)
			first = v->chain.info[i].not_after;
	}
	ok &= check_anchor_date(in, v, &first);
	if (!ok)
		return;
	write_day(in->at, today);
	if (write_day(first, day))
		checks_add(&v->checks, "validity", RESULT_PASS, "valid on %s, and no certificate expires", today);
	else
		checks_add(&v->checks, "validity", RESULT_PASS, "valid on %s; the first certificate expires on %s",
			   today, day);
}

static void check_usage(struct verification *v)
{
	const struct certificate *leaf = verification_leaf(v);

	if (leaf->has_usage && !leaf->may_sign)
		checks_add(&v->checks, "usage", RESULT_NOTE, "keyUsage of the leaf lacks digitalSignature");
	else if (!leaf->has_usage)
		checks_add(&v->checks, "usage", RESULT_NOTE, "the leaf has no keyUsage: its key may do anything");
	if (leaf->is_ca)
		checks_add(&v->checks, "usage", RESULT_NOTE, "the leaf is a CA: its key may issue certificates");
}

/* Why no path can be looked for; NULL where one can. */
static const char *no_path(const struct verify_input *in, const struct verification *v)
{
	if (!in->crypto)
		return "not anchored: no certificate can be checked";
	if (!in->anchors)
		return "not anchored: without --root, whoever made the chain may be anybody";
	return v->chain.count ? NULL : "not anchored: there is no chain that could end at a root";
}

void certificates_check(const struct verify_input *in, struct verification *v)
{
	const char *why = no_path(in, v);

	if (why)
		checks_add(&v->checks, "anchor", RESULT_INCOMPLETE, "%s", why);
	else
		check_anchor(in, v);
	if (!v->chain.count)
		return;
	check_root_hash(in, v);
	check_dates(in, v);
	check_usage(v);
}
