// SPDX-License-Identifier: GPL-2.0-or-later
/* Policies: what is none is refused with the reason, and each rule judges what the device measured. */
#include "decode_build.h"

#include "verify/policy.h"

/* No rule here needs it. */
static const struct crypto *const crypto = TSMCTL_CRYPTO ? &tsmctl_crypto : NULL;

static void assert_refused(const char *text, size_t len, const char *message)
{
	struct policy p;
	struct err e = {0};

	if (policy_parse(text, len, &p, &e) == 0)
		fail_msg("%s is a policy", text);
	assert_int_equal(e.class, ERR_USAGE);
	assert_string_equal(e.code, "POLICY");
	assert_string_equal(e.message, message);
	policy_free(&p);
}

static void test_what_is_no_policy(void **state)
{
	static const struct {
		const char *text, *message;
	} none[] = {
		{"", "the policy is no JSON object: it ends too early"},
		{"{\"root\": \"a\"", "the policy is no JSON object: it ends too early"},
		{"null", "the policy is no JSON object: it is no object"},
		{"12", "the policy is no JSON object: it is no object"},
		{"[]", "the policy is no JSON object: it is no object"},
		{"{} x", "the policy is no JSON object: unexpected character"},
		{"{\"root\": 1}", "root: the path of a file or directory is wanted"},
		{"{\"minimum_svn\": -1}", "minimum_svn: a number that is not negative is wanted"},
		{"{\"minimum_svn\": \"7\"}", "minimum_svn: a number that is not negative is wanted"},
		{"{\"no_debug\": 1}", "no_debug: true or false is wanted"},
		{"{\"device_modes\": \"normal\"}", "device_modes: a list of modes is wanted"},
		{"{\"device_modes\": [1]}",
		 "device_modes: the modes are manufacturing, validation, normal, recovery, rma "
		 "and decommissioned"},
		{"{\"digests\": []}", "digests: an object from index to digest is wanted"},
		{"{\"digests\": {\"0\": \"\"}}", "digests: an index is a number from 1 to 254"},
		{"{\"digests\": {\"255\": \"\"}}", "digests: an index is a number from 1 to 254"},
		{"{\"digests\": {\"x\": \"\"}}", "digests: an index is a number from 1 to 254"},
		{"{\"digests\": {\"1\": \"00\"}}", "digests: a digest is 64, 96 or 128 hex digits"},
		{"{\"digests\": {\"1\": [7]}}", "digests: a digest is 64, 96 or 128 hex digits"},
		{"{\"digests\": {\"1\": []}}", "digests: a list has at least one digest"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(none) / sizeof(none[0]); i++)
		assert_refused(none[i].text, strlen(none[i].text), none[i].message);
	/* What json-c does not see. */
	assert_refused("{}\0{}", 5, "the policy is no JSON object: unexpected character");
}

static void test_white_space_may_follow(void **state)
{
	static const char text[] = "{\"no_debug\": true} \t\r\n";
	struct policy p;
	struct err e = {0};

	(void)state;
	assert_int_equal(policy_parse(text, sizeof(text) - 1, &p, &e), 0);
	assert_true(p.no_debug);
	policy_free(&p);
}

/* A raw block of DMTF's specification. */
static void put_value(struct buf *b, unsigned index, unsigned type, const uint64_t *value, size_t words)
{
	put(b, index, 1);
	put(b, 1, 1);
	put(b, 8 * words + 3, 2);
	put(b, type, 1);
	put(b, 8 * words, 2);
	while (words--)
		put(b, *value++, 8);
}

/* A transcript with the blocks in `record`, signed by nobody; frees it. */
static void put_transcript(struct buf *b, struct buf *record)
{
	put_vca(b, 0x12, 0x80);
	put_request(b, 0x12, true, 0xff);
	put_message(b, 0x12, 0x60, 0, 0);
	put(b, 4, 1);
	put(b, record->len, 3);
	buf_add(b, record->data, record->len);
	buf_repeat(b, 'r', 32);
	put(b, 0, 2);
	buf_repeat(b, 's', 96);
	buf_free(record);
}

/* What the one rule in `text` says about the blocks, as if the signature held; frees them. */
static void assert_judged(const char *text, struct buf *record, bool signed_well, enum result result,
			  const char *detail)
{
	struct buf b = {0};
	struct verify_input in = {.crypto = crypto, .slot = -1, .replayed = true};
	struct verification v;
	const struct check *last;
	struct policy p;
	struct err e = {0};

	put_transcript(&b, record);
	in.measurements = built(&b);
	assert_int_equal(policy_parse(text, strlen(text), &p, &e), 0);
	assert_int_equal(verify_evidence(&in, &v, &e), 0);
	v.checks.authenticated = signed_well;
	policy_check(&p, crypto, &v);
	last = &v.checks.at[v.checks.count - 1];
	assert_string_equal(last->name, "policy");
	assert_string_equal(last->detail, detail);
	assert_int_equal(last->result, result);
	verification_free(&v);
	policy_free(&p);
	buf_free(&b);
}

static void put_svn(struct buf *b, uint64_t svn)
{
	put_value(b, 2, 0x87, &svn, 1);
}

/* The lowest counts, of all that were measured. */
static void test_minimum_svn(void **state)
{
	struct buf b = {0};

	(void)state;
	put_svn(&b, 7);
	put_svn(&b, 5);
	assert_judged("{\"minimum_svn\": 5}", &b, true, RESULT_PASS, "minimum_svn: 5, at least 5 is wanted");
	put_svn(&b, 7);
	put_svn(&b, 5);
	assert_judged("{\"minimum_svn\": 6}", &b, true, RESULT_FAIL, "minimum_svn: 5, at least 6 is wanted");
	put_value(&b, 2, 0x07, &(uint64_t){7}, 1);
	assert_judged("{\"minimum_svn\": 5}", &b, true, RESULT_INCOMPLETE,
		      "minimum_svn: no security version number was measured");
	put_svn(&b, 7);
	assert_judged("{\"minimum_svn\": 5}", &b, false, RESULT_INCOMPLETE,
		      "the values are not proven to be the device's");
}

/* DSP0274's device mode: capabilities of the states, the operational state, capabilities of debugging, its state. */
static void put_mode(struct buf *b, uint32_t operational, uint32_t debug)
{
	const uint64_t words[] = {0x3f | (uint64_t)operational << 32, 0x1f | (uint64_t)debug << 32};

	put_value(b, 0xfe, 0x85, words, 2);
}

static void test_device_modes(void **state)
{
	struct buf b = {0};

	(void)state;
	put_mode(&b, 4, 0);
	assert_judged("{\"device_modes\": [\"normal\", \"rma\"]}", &b, true, RESULT_PASS,
		      "device_modes: operational state 0x4 is allowed");
	put_mode(&b, 8, 0);
	assert_judged("{\"device_modes\": [\"normal\"]}", &b, true, RESULT_FAIL,
		      "device_modes: operational state 0x8, allowed are the bits 0x4");
	put_mode(&b, 0, 0);
	assert_judged("{\"device_modes\": [\"normal\"]}", &b, true, RESULT_FAIL,
		      "device_modes: operational state 0x0, allowed are the bits 0x4");
	put_svn(&b, 1);
	assert_judged("{\"device_modes\": [\"normal\"]}", &b, true, RESULT_INCOMPLETE,
		      "device_modes: the device mode was not measured");
}

/* One block that says so is enough. */
static void test_no_debug(void **state)
{
	struct buf b = {0};

	(void)state;
	put_mode(&b, 4, 0);
	assert_judged("{\"no_debug\": true}", &b, true, RESULT_PASS, "no_debug: no debug mode is or was active");
	put_mode(&b, 4, 0);
	put_mode(&b, 4, 2);
	assert_judged("{\"no_debug\": true}", &b, true, RESULT_FAIL,
		      "no_debug: a debug mode is or was active (device mode state 0x2)");
	put_value(&b, 0xfe, 0x85, &(uint64_t){0}, 1);
	assert_judged("{\"no_debug\": true}", &b, true, RESULT_INCOMPLETE,
		      "no_debug: the device mode was not measured");
}

/* Found by fuzz_policy: rules about what has no bytes at all. */
static void test_nothing_was_measured(void **state)
{
	struct verify_input in = {.crypto = crypto, .slot = -1, .replayed = true};
	struct policy p = {.no_debug = true};
	struct verification v;
	struct err e = {0};

	(void)state;
	assert_int_equal(verify_evidence(&in, &v, &e), 0);
	v.checks.authenticated = true;
	policy_check(&p, crypto, &v);
	assert_int_equal(v.checks.at[v.checks.count - 1].result, RESULT_INCOMPLETE);
	verification_free(&v);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_what_is_no_policy), cmocka_unit_test(test_white_space_may_follow),
		cmocka_unit_test(test_minimum_svn),       cmocka_unit_test(test_device_modes),
		cmocka_unit_test(test_no_debug),          cmocka_unit_test(test_nothing_was_measured),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
