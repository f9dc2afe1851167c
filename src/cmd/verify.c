// SPDX-License-Identifier: GPL-2.0-or-later
#include "cmd/verify.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "cmd/file.h"
#include "cmd/roots.h"

static const struct column columns[] = {
	{"result", NULL, false, false},
	{"check", NULL, false, false},
	{"detail", NULL, false, true},
};

static const struct column certificate_columns[] = {
	{"certificate", "CERTIFICATE", true, false},
	{"fingerprint", "SHA-256 FINGERPRINT", false, false},
};

enum { POLICY_MAX = 1024 * 1024 };

static bool from_files(const struct options *o)
{
	return o->certs || o->measurements || o->vca || o->request;
}

static int bad_date(struct context *c)
{
	err_object(c->err, "--at");
	err_set(c->err, ERR_USAGE, "USAGE", "'%s' is not a date", c->opt->at);
	err_hint(c->err, "Write it as YYYY-MM-DD; noon of that day in UTC is meant.");
	return -1;
}

static int choose_time(struct context *c, int64_t *at)
{
	struct tm tm = {.tm_hour = 12};
	const char *end;

	if (!c->opt->at) {
		*at = time(NULL);
		return 0;
	}
	end = strptime(c->opt->at, "%Y-%m-%d", &tm);
	if (!end || *end)
		return bad_date(c);
	*at = timegm(&tm);
	return 0;
}

/* A path in a policy starts where the policy is. */
static char *beside(const char *policy, const char *path)
{
	const char *slash = strrchr(policy, '/');
	char *joined;

	if (path[0] == '/' || !slash)
		return strdup(path);
	return asprintf(&joined, "%.*s%s", (int)(slash + 1 - policy), policy, path) < 0 ? NULL : joined;
}

static int load_policy(struct context *c, struct subject *s)
{
	struct bytes file;
	uint8_t *data;
	int ret;

	if (!c->opt->policy)
		return 0;
	if (file_read(c->opt->policy, POLICY_MAX, &data, &file.len, c->err))
		return -1;
	ret = policy_parse((const char *)data, file.len, &s->policy, c->err);
	free(data);
	if (ret)
		err_object(c->err, "%s", c->opt->policy);
	s->has_policy = true;
	return ret;
}

static int load_policy_root(struct context *c, struct subject *s)
{
	char *path;
	int ret;

	if (c->opt->root) {
		err_set(c->err, ERR_USAGE, "USAGE", "--root and the policy both name the root");
		err_hint(c->err, "Leave --root out: the policy's root is the one that is required.");
		return -1;
	}
	path = beside(c->opt->policy, s->policy.root);
	ret = path ? roots_load(path, s->module.crypto, &s->anchors, c->err) : err_oom(c->err);
	free(path);
	return ret;
}

/* Without libcrypto no root can be read, and no path checked: the anchor is then what is missing. */
static int load_roots(struct context *c, struct subject *s)
{
	if ((!c->opt->root && !s->policy.root) || !s->module.crypto)
		return 0;
	if (s->policy.root ? load_policy_root(c, s) : roots_load(c->opt->root, s->module.crypto, &s->anchors, c->err))
		return -1;
	s->in.anchors = &s->anchors;
	return 0;
}

static struct bytes copy_bytes(const struct evidence_copy *o)
{
	return (struct bytes){o->data, o->len};
}

static int prepare(struct context *c, struct subject *s)
{
	s->live = !from_files(c->opt);
	if (target_from_options(c->opt, &s->target, c->err) || choose_time(c, &s->in.at))
		return -1;
	module_open(&s->module);
	s->in.crypto = s->module.crypto;
	s->in.no_crypto = s->module.why;
	if (s->live || s->target.bdf[0])
		target_name(&s->target, s->name, sizeof(s->name));
	return load_policy(c, s) || load_roots(c, s) ? -1 : 0;
}

static int read_evidence(struct context *c, struct subject *s)
{
	if (s->live ? verify_read_live(c, s) : verify_read_files(c, s))
		return -1;
	s->in.certificates = copy_bytes(&s->set.object[EV_CERT0 + (s->in.slot > 0 ? s->in.slot : 0)]);
	s->in.vca = copy_bytes(&s->set.object[EV_VCA]);
	s->in.measurements = copy_bytes(&s->set.object[EV_MEASUREMENTS]);
	return 0;
}

/* What the verdict means. Only what was proven is claimed. */
static void conclude(struct context *c, const struct subject *s, const struct verification *v, enum result verdict)
{
	struct node *root = record_root(c->record);
	const char *who = s->name[0] ? s->name : "the device";
	const struct check *missing = checks_missing(&v->checks);

	if (verdict == RESULT_PASS && s->in.nonce)
		node_note(root, "pass: what %s said is its own, fresh and unaltered", who);
	else if (verdict == RESULT_PASS)
		node_note(root, "pass: what %s said is its own and unaltered; when it said so is not known", who);
	else if (verdict == RESULT_FAIL)
		node_note(root, "fail: do not rely on what %s said", who);
	else
		node_note(root, "incomplete: not proven, because of %s", missing ? missing->name : "missing evidence");
}

static void add_checks(struct node *root, const struct checks *checks)
{
	struct node *table = node_table(root, "checks", NULL, columns, sizeof(columns) / sizeof(columns[0]));

	for (size_t i = 0; i < checks->count; i++) {
		struct node *row = node_object(table, NULL, NULL);

		node_state(row, "result", NULL, result_name(checks->at[i].result));
		node_text(row, "check", NULL, checks->at[i].name);
		node_text(row, "detail", NULL, checks->at[i].detail);
	}
}

/* The chain that was judged, by name: for programs always, for people with --explain. */
static void add_certificates(struct context *c, const struct crypto *crypto, const struct verification *v)
{
	struct node *table = node_table(record_root(c->record), "certificates", NULL, certificate_columns,
					sizeof(certificate_columns) / sizeof(certificate_columns[0]));
	uint8_t digest[HASH_MAX];

	for (size_t i = 0; i < v->chain.count; i++) {
		struct node *row = node_object(table, NULL, NULL);
		size_t len = crypto->digest(HASH_SHA256, &v->chain.der[i], 1, digest);

		node_count(row, "certificate", NULL, i + 1);
		node_text(row, "subject", NULL, v->chain.info[i].subject);
		node_text(row, "key", NULL, v->chain.info[i].key);
		if (len)
			node_bytes(row, "fingerprint", NULL, digest, len);
		else
			node_null(row, "fingerprint", NULL);
	}
	if (!c->opt->explain)
		node_only(table, NODE_JSON_ONLY);
}

static void describe(struct context *c, const struct subject *s, struct verification *v)
{
	struct node *root = record_root(c->record);
	enum result verdict = checks_verdict(&v->checks);
	const struct check *missing = checks_missing(&v->checks);

	target_device(root, &s->target);
	node_text(root, "verdict", NULL, result_name(verdict));
	node_text(root, "missing", NULL, missing ? missing->detail : NULL);
	if (s->in.nonce)
		node_only(node_bytes(root, "nonce", NULL, s->nonce, sizeof(s->nonce)), NODE_JSON_ONLY);
	else
		node_null(root, "nonce", NULL);
	add_checks(root, &v->checks);
	add_certificates(c, s->module.crypto, v);
	if (c->opt->explain)
		verify_explain(c->record, s->module.crypto, v);
	conclude(c, s, v, verdict);
	c->status = verdict == RESULT_PASS ? 0 : ERR_EVIDENCE;
}

static void judge_values(const struct subject *s, struct verification *v)
{
	if (s->has_policy)
		policy_check(&s->policy, s->module.crypto, v);
	else
		checks_add(&v->checks, "policy", RESULT_NOTE, "none given: the values are not judged");
}

static int judge(struct context *c, const struct subject *s)
{
	struct verification v;
	int ret = verify_evidence(&s->in, &v, c->err);

	if (ret == 0)
		ret = verify_function(c, s, &v);
	if (ret == 0) {
		if (s->live)
			verify_live_checks(s, &v.checks);
		judge_values(s, &v);
		describe(c, s, &v);
	}
	verification_free(&v);
	return ret;
}

static void release(struct subject *s)
{
	policy_free(&s->policy);
	roots_free(&s->anchors);
	evidence_set_free(&s->set);
	evidence_set_free(&s->digests);
	free(s->request);
}

int cmd_verify(struct context *c)
{
	struct subject s = {0};
	int ret = prepare(c, &s);

	if (ret == 0)
		ret = read_evidence(c, &s);
	if (ret == 0)
		ret = judge(c, &s);
	/* What libcrypto said without memory is no verdict. */
	if (module_starved(&s.module) && !c->err->uncertain) {
		err_clear(c->err);
		ret = err_oom(c->err);
	}
	release(&s);
	return ret;
}
