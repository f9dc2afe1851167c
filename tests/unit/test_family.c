// SPDX-License-Identifier: GPL-2.0-or-later
/* The netlink families: requests byte for byte, dumps that hold and dumps that break the rules, errnos and sentences.
 */
#include "nl_build.h"

#include <errno.h>
#include <netlink/msg.h>
#include <stdbool.h>
#include <stdio.h>

#include "abi/family.h"
#include "util/buf.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))
#define DEVICE       "0000:01:00.0"

static const struct evidence_family *family(const char *name)
{
	for (size_t i = 0; i < evidence_family_count; i++)
		if (strcmp(evidence_families[i].name, name) == 0)
			return &evidence_families[i];
	fail_msg("no family %s", name);
	return NULL;
}

/* The sequence number is filled in by the sender: 1 in the expected bytes. Frees `m`. */
static void check_message(struct nl_msg *m, const char *expected)
{
	struct buf hex = {0};

	assert_non_null(m);
	assert_int_equal(nlmsg_hdr(m)->nlmsg_seq, 0);
	assert_int_equal(nlmsg_hdr(m)->nlmsg_pid, 0);
	if (__BYTE_ORDER__ == __ORDER_BIG_ENDIAN__) {
		nlmsg_free(m);
		skip(); /* the expected bytes are those of a little-endian kernel */
	}
	buf_hex(&hex, nlmsg_hdr(m), nlmsg_hdr(m)->nlmsg_len);
	assert_string_equal(hex.data, expected);
	buf_free(&hex);
	nlmsg_free(m);
}

#define NONCE32 "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"
#define NAME    "303030303a30313a30302e3000000000" /* "0000:01:00.0" with its NUL and padding */

static void reads_are_the_bytes_of_the_family(void **state)
{
	uint8_t nonce[32];
	struct evidence_query q = {.device = DEVICE, .mask = 0x201, .nonce = nonce, .nonce_len = 32};

	(void)state;
	for (uint8_t i = 0; i < 32; i++)
		nonce[i] = i;
	check_message(family_read_message(family("device-evidence"), FAMILY_ID, &q),
		      "5c0000001f0001030000000000000000"
		      "01010000"
		      "0800020001020000"
		      "0800040070636900"
		      "11000500" NAME "24000600" NONCE32);
	check_message(family_read_message(family("pci-tsm"), FAMILY_ID, &q), "540000001f0001030000000000000000"
									     "01010000"
									     "0800020001020000"
									     "11000400" NAME "24000500" NONCE32);
	q = (struct evidence_query){.device = DEVICE, .mask = 0x400, .digest = true};
	check_message(family_read_message(family("device-evidence"), FAMILY_ID, &q), "400000001f0001030000000000000000"
										     "01010000"
										     "0800020000040000"
										     "0800030001000000"
										     "0800040070636900"
										     "11000500" NAME);
}

static void other_requests_are_the_bytes_of_the_family(void **state)
{
	(void)state;
	check_message(family_validate_message(family("device-evidence"), FAMILY_ID, DEVICE, 2),
		      "380000001f0005000000000000000000"
		      "02010000"
		      "0800040070636900"
		      "11000500" NAME "0800070002000000");
	check_message(family_resolve_message("device-evidence"), "28000000100001000000000000000000"
								 "03010000"
								 "140002006465766963652d65766964656e636500");
	check_message(family_resolve_message("pci-tsm"), "20000000100001000000000000000000"
							 "03010000"
							 "0c0002007063692d74736d00");
}

/* The ids of the published headers, for what no request shows. */
/* No message of half a request leaves, whoever calls. */
static void what_fits_no_message_is_none(void **state)
{
	static char name[8192];
	const struct evidence_query q = {.device = name, .mask = 1};

	(void)state;
	memset(name, '0', sizeof(name) - 1);
	assert_null(family_read_message(family("device-evidence"), FAMILY_ID, &q));
	assert_null(family_validate_message(family("device-evidence"), FAMILY_ID, name, 1));
	assert_null(family_resolve_message(name));
}

static void families_are_two_and_the_newest_is_first(void **state)
{
	const struct evidence_family *newest = &evidence_families[0];
	const struct evidence_family *old = &evidence_families[1];

	(void)state;
	assert_int_equal(evidence_family_count, 2);
	assert_string_equal(newest->name, "device-evidence");
	assert_string_equal(old->name, "pci-tsm");
	assert_int_equal(newest->cmd_validate, 2);
	assert_int_equal(old->cmd_validate, 0);
	assert_true(newest->refreshes);
	assert_false(old->refreshes);
}

static void resolve_replies_give_the_id(void **state)
{
	static const struct {
		uint16_t type;
		uint16_t attr;
		size_t width;
		int ret;
	} cases[] = {
		{0x10, 1, 2, 0},  {0x11, 1, 2, -1}, {0x10, 2, 2, -1},
		{0x10, 1, 4, -1}, {0x10, 1, 1, -1}, {0x10, 1, 0, -1},
	};

	static const uint16_t value[2] = {0x123, 0};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct nlb m = nlb_genl(cases[i].type, 0, 1);
		uint16_t id = 0;

		nlb_attr(&m, 7, "before", 6);
		nlb_attr(&m, cases[i].attr, value, cases[i].width);
		assert_int_equal(family_resolve_reply(nlb_header(&m), &id), cases[i].ret);
		assert_int_equal(id, cases[i].ret ? 0 : 0x123);
		nlb_free(&m);
	}
	struct nlb bare = nlb_new(0x10, 0, 1);
	uint16_t id;

	assert_int_equal(family_resolve_reply(nlb_header(&bare), &id), -1);
	nlb_free(&bare);
}

/* Attribute ids, typed anew; 0: the family has no such attribute. */
struct ids {
	const char *family;
	uint16_t type, generation, length, val;
};

static const struct ids newest_ids = {"device-evidence", 1, 7, 9, 10};
static const struct ids old_ids = {"pci-tsm", 1, 0, 0, 6};

/*
 * Adds the attribute that `word` describes: t, g and l with a number are TYPE, GENERATION and LENGTH (in capitals, of
 * two bytes), v with text is VAL, n with a number an attribute of that id with eight bytes, x one that says to be
 * longer than the message.
 */
static void add_attribute(struct nlb *m, const struct ids *ids, const char *word)
{
	static const uint8_t longer[6] = {200, 0, 10, 0, 'a', 'b'};
	const struct {
		char letter;
		uint16_t id;
	} numbers[] = {{'t', ids->type}, {'g', ids->generation}, {'l', ids->length}};
	uint32_t number = (uint32_t)strtoul(word + 1, NULL, 10);

	for (size_t i = 0; i < COUNT(numbers); i++) {
		if (word[0] == numbers[i].letter)
			nlb_attr_u32(m, numbers[i].id, number);
		else if (word[0] == numbers[i].letter - 'a' + 'A')
			nlb_attr(m, numbers[i].id, &number, 2);
	}
	if (word[0] == 'v')
		nlb_attr(m, ids->val, word + 1, strlen(word + 1));
	if (word[0] == 'n')
		nlb_attr(m, (uint16_t)number, "12345678", 8);
	if (word[0] == 'x')
		nlb_raw(m, longer, sizeof(longer));
}

/* Writes down what the sink gets: "9:bytes;" an object. */
static int note_begin(void *ctx, const struct evidence_object *o, struct err *e)
{
	(void)e;
	buf_printf(ctx, "%d:", (int)o->type);
	return 0;
}

static int note_chunk(void *ctx, const struct evidence_object *o, struct bytes chunk, struct err *e)
{
	(void)o;
	(void)e;
	assert_true(chunk.len > 0);
	buf_add(ctx, chunk.data, chunk.len);
	return 0;
}

static int note_end(void *ctx, const struct evidence_object *o, struct err *e)
{
	(void)e;
	if (o->has_length)
		assert_int_equal(o->received, o->length);
	buf_char(ctx, ';');
	return 0;
}

static int feed(struct evidence_stream *s, const struct ids *ids, char *message, struct err *e)
{
	struct nlb m = nlb_genl(FAMILY_ID, NLM_F_MULTI, 1);
	char *save;
	int ret;

	for (char *word = strtok_r(message, " ", &save); word; word = strtok_r(NULL, " ", &save))
		add_attribute(&m, ids, word);
	ret = stream_message(s, nlb_header(&m), e);
	nlb_free(&m);
	return ret;
}

/* Plays a dump, whose messages `script` separates by '|', and its end. */
static int play(const struct ids *ids, uint32_t mask, const char *script, struct buf *got, struct err *e)
{
	struct evidence_sink sink = {note_begin, note_chunk, note_end, got};
	struct evidence_stream s;
	char *copy = strdup(script);
	char *save;
	int ret = 0;

	assert_non_null(copy);
	buf_text(got, "");
	stream_start(&s, family(ids->family), mask, &sink);
	for (char *m = strtok_r(copy, "|", &save); m && ret == 0; m = strtok_r(NULL, "|", &save))
		ret = feed(&s, ids, m, e);
	free(copy);
	return ret ? ret : stream_finish(&s, e);
}

static const struct {
	const struct ids *ids;
	uint32_t mask;
	const char *script;
	const char *got;
} good_dumps[] = {
	{&newest_ids, 0x200, "t9 g2 l6 vABCD|vEF", "9:ABCDEF;"},
	{&newest_ids, 0x601, "t0 g1 l2 vab|t9 g1 l0 v|t10 g1 l3 vx|vy|vz", "0:ab;9:;10:xyz;"},
	{&newest_ids, 0x200, "t9 g1 l4 vab vcd", "9:abcd;"},
	{&newest_ids, 0x200, "t9 g1 l4|vab|vcd", "9:abcd;"},
	{&newest_ids, 0x200, "t9 g1 l4 v vabcd v", "9:abcd;"},
	{&newest_ids, 0x100, "t8 g1 l0", "8:;"},
	{&newest_ids, 0x200, "n8 t9 n99 g1 l2 n11 vab", "9:ab;"},
	{&newest_ids, 0x200, "vab l2 g1 t9", "9:ab;"},
	{&newest_ids, 0x200, "t9 g1 l4 vab|g1 vcd", "9:abcd;"},
	{&newest_ids, 0x200, "t9 g0 l2 vab", "9:ab;"},
	{&newest_ids, 0x200, "t9 g4294967295 l2 vab|n8", "9:ab;"},
	{&newest_ids, 0x7ff,
	 "t0 g1 l0|t1 g1 l0|t2 g1 l0|t3 g1 l0|t4 g1 l0|t5 g1 l0|t6 g1 l0|t7 g1 l1 vc|t8 g1 l0|t9 g1 l0|t10 g1 l0",
	 "0:;1:;2:;3:;4:;5:;6:;7:c;8:;9:;10:;"},
	{&old_ids, 0x200, "t9 vABCD|vEF", "9:ABCDEF;"},
	{&old_ids, 0x601, "t0 vab|t9 v|t10 vx vy|vz", "0:ab;9:;10:xyz;"},
	{&old_ids, 0x200, "t9 n7 n9 n10 vab", "9:ab;"},
};

static void good_dumps_reach_the_sink(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(good_dumps); i++) {
		struct buf got = {0};
		struct err e = {0};

		if (play(good_dumps[i].ids, good_dumps[i].mask, good_dumps[i].script, &got, &e))
			fail_msg("%s: %s", good_dumps[i].script, e.message);
		assert_string_equal(got.data, good_dumps[i].got);
		buf_free(&got);
	}
}

static const struct {
	const struct ids *ids;
	uint32_t mask;
	const char *script;
	const char *why; /* a part of the sentence */
	const char *got; /* what has reached the sink: no object that ends */
} bad_dumps[] = {
	{&newest_ids, 0x200, "vab", "before it said of which object", ""},
	{&newest_ids, 0x200, "v", "before it said of which object", ""},
	{&newest_ids, 0x200, "g1 l2 vab", "generation changes", ""},
	{&newest_ids, 0x200, "t9 g1 l3 vabcd", "longer than announced", "9:"},
	{&newest_ids, 0x200, "t9 g1 l3 vab|vcd", "longer than announced", "9:ab"},
	{&newest_ids, 0x200, "t9 g1 l2 vab|vc", "longer than announced", "9:ab"},
	{&newest_ids, 0x200, "t9 g1 l2 vab vc", "longer than announced", "9:ab"},
	{&newest_ids, 0x200, "t9 g1 l0 va", "longer than announced", "9:"},
	{&newest_ids, 0x200, "t9 g1 l16777217", "16 MiB", ""},
	{&newest_ids, 0x200, "t9 g1 l4294967295 vab", "16 MiB", ""},
	{&newest_ids, 0x200, "t9 g1 l0|t9 g1 l0", "repeated or out of order", "9:;"},
	{&newest_ids, 0x600, "t10 g1 l0|t9 g1 l0", "repeated or out of order", "10:;"},
	{&newest_ids, 0x200, "t8 g1 l0", "nobody asked", ""},
	{&newest_ids, 0x200, "t11 g1 l0", "unknown type 11", ""},
	{&newest_ids, 0xffffffff, "t31 g1 l0", "unknown type 31", ""},
	{&newest_ids, 0x200, "t4294967295 g1 l0", "unknown type", ""},
	{&newest_ids, 0x600, "t9 g1 l0|t10 g2 l0", "generation changes", "9:;"},
	{&newest_ids, 0x200, "t9 g1 l4 vab|g2 vcd", "generation changes", "9:ab"},
	{&newest_ids, 0x200, "t9 g1 vab", "no length", ""},
	{&newest_ids, 0x200, "t9 l2 vab", "no generation", ""},
	{&newest_ids, 0x600, "t9 g1 l4 vab|t10 g1 l0", "before the announced length", "9:ab"},
	{&newest_ids, 0x200, "t9 g1 l4 vab", "before the announced length", "9:ab"},
	{&newest_ids, 0x200, "t9 g1 l4", "before the announced length", "9:"},
	{&newest_ids, 0x600, "t9 g1 l0", "without the data of report", "9:;"},
	{&newest_ids, 0x600, "t10 g1 l0", "without the data of measurements", "10:;"},
	{&newest_ids, 0x200, "", "without the data of measurements", ""},
	{&newest_ids, 0x200, "n8", "without the data of measurements", ""},
	{&newest_ids, 0x200, "T9 g1 l0", "attribute 1 has 2 bytes", ""},
	{&newest_ids, 0x200, "t9 G1 l0", "attribute 7 has 2 bytes", ""},
	{&newest_ids, 0x200, "t9 g1 L0", "attribute 9 has 2 bytes", ""},
	{&newest_ids, 0x200, "n1 g1 l0", "attribute 1 has 8 bytes", ""},
	{&newest_ids, 0x200, "t9 g1 l2 vab x", "no attribute", ""},
	{&old_ids, 0x200, "vab", "before it said of which object", ""},
	{&old_ids, 0x200, "t9 vab|t9 vcd", "repeated or out of order", "9:ab;"},
	{&old_ids, 0x600, "t9 vab", "without the data of report", "9:ab;"},
	{&old_ids, 0x200, "t9 vab|x", "no attribute", "9:ab"},
	{&old_ids, 0x200, "T9 vab", "attribute 1 has 2 bytes", ""},
};

static void broken_dumps_are_evidence_of_nothing(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(bad_dumps); i++) {
		struct buf got = {0};
		struct err e = {0};

		if (!play(bad_dumps[i].ids, bad_dumps[i].mask, bad_dumps[i].script, &got, &e))
			fail_msg("%s: taken", bad_dumps[i].script);
		assert_int_equal(e.class, ERR_EVIDENCE);
		if (!strstr(e.message, bad_dumps[i].why))
			fail_msg("%s: %s", bad_dumps[i].script, e.message);
		assert_string_equal(got.data, bad_dumps[i].got);
		buf_free(&got);
	}
}

static void messages_without_a_generic_header_are_refused(void **state)
{
	static const uint8_t some[4];
	struct buf got = {0};
	struct evidence_sink sink = {note_begin, note_chunk, note_end, &got};

	(void)state;
	for (size_t len = 0; len < sizeof(some); len++) {
		struct nlb m = nlb_new(FAMILY_ID, NLM_F_MULTI, 1);
		struct evidence_stream s;
		struct err e = {0};

		nlb_raw(&m, some, len);
		stream_start(&s, &evidence_families[0], 0x200, &sink);
		assert_int_equal(stream_message(&s, nlb_header(&m), &e), -1);
		assert_int_equal(e.class, ERR_EVIDENCE);
		nlb_free(&m);
	}
	buf_free(&got);
}

/* Cut anywhere, a message is refused or holds fewer attributes, and is not read beyond its end. */
static void cut_messages_are_not_read_beyond_their_end(void **state)
{
	struct nlb whole = nlb_genl(FAMILY_ID, NLM_F_MULTI, 1);

	(void)state;
	nlb_attr_u32(&whole, 1, 9);
	nlb_attr_u32(&whole, 7, 1);
	nlb_attr_u32(&whole, 9, 8);
	nlb_attr(&whole, 10, "abcdefgh", 8);
	for (size_t len = HEADER; len < whole.len; len++) {
		struct nlb m = nlb_new(FAMILY_ID, NLM_F_MULTI, 1);
		struct buf got = {0};
		struct evidence_sink sink = {note_begin, note_chunk, note_end, &got};
		struct evidence_stream s;
		struct err e = {0};

		nlb_raw(&m, whole.data + HEADER, len - HEADER);
		stream_start(&s, &evidence_families[0], 0x200, &sink);
		if (stream_message(&s, nlb_header(&m), &e) == 0)
			assert_int_equal(stream_finish(&s, &e), -1);
		assert_int_equal(e.class, ERR_EVIDENCE);
		nlb_free(&m);
		buf_free(&got);
	}
	nlb_free(&whole);
}

static int count_chunk(void *ctx, const struct evidence_object *o, struct bytes chunk, struct err *e)
{
	(void)o;
	(void)e;
	*(size_t *)ctx += chunk.len;
	return 0;
}

static int ignore(void *ctx, const struct evidence_object *o, struct err *e)
{
	(void)ctx;
	(void)o;
	(void)e;
	return 0;
}

/* The family that announces no length has the same limit. */
static void no_object_exceeds_16_mib(void **state)
{
	static const uint8_t chunk[32768];
	struct nlb first = nlb_genl(FAMILY_ID, NLM_F_MULTI, 1);
	struct nlb next = nlb_genl(FAMILY_ID, NLM_F_MULTI, 1);
	size_t received = 0;
	struct evidence_sink sink = {ignore, count_chunk, ignore, &received};
	struct evidence_stream s;
	struct err e = {0};

	(void)state;
	nlb_attr_u32(&first, 1, 9);
	nlb_attr(&next, 6, chunk, sizeof(chunk));
	stream_start(&s, family("pci-tsm"), 0x200, &sink);
	assert_int_equal(stream_message(&s, nlb_header(&first), &e), 0);
	for (int i = 0; i < 512; i++)
		assert_int_equal(stream_message(&s, nlb_header(&next), &e), 0);
	assert_int_equal(received, 16 * 1024 * 1024);
	assert_int_equal(stream_message(&s, nlb_header(&next), &e), -1);
	assert_int_equal(e.class, ERR_EVIDENCE);
	assert_int_equal(received, 16 * 1024 * 1024);
	nlb_free(&first);
	nlb_free(&next);
}

static int refuse_object(void *ctx, const struct evidence_object *o, struct err *e)
{
	(void)ctx;
	(void)o;
	return err_set(e, ERR_FAILED, "ENOSPC", "the disk is full");
}

static void the_sink_can_end_the_dump(void **state)
{
	static const struct evidence_sink sinks[] = {
		{refuse_object, note_chunk, note_end, NULL},
		{ignore, count_chunk, refuse_object, NULL},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(sinks); i++) {
		size_t received = 0;
		struct evidence_sink sink = sinks[i];
		struct evidence_stream s;
		struct err e = {0};
		char message[] = "t9 g1 l2 vab";
		int ret;

		sink.ctx = &received;
		stream_start(&s, &evidence_families[0], 0x200, &sink);
		ret = feed(&s, &newest_ids, message, &e);
		assert_int_equal(ret ? ret : stream_finish(&s, &e), -1);
		assert_string_equal(e.code, "ENOSPC");
	}
}

/* ERROR and DONE: the errno, what is echoed of the request, then the extended acknowledgement. */
static struct nlb ack(uint16_t type, uint16_t flags, int code, size_t echoed)
{
	static const uint8_t zeros[64];
	struct nlb m = nlb_new(type, flags, 1);
	uint32_t echoed_len = (uint32_t)echoed;

	nlb_raw(&m, &code, sizeof(code));
	if (echoed) {
		nlb_raw(&m, &echoed_len, sizeof(echoed_len));
		nlb_raw(&m, zeros, (flags & NLM_F_CAPPED ? HEADER : (echoed + 3) / 4 * 4) - sizeof(echoed_len));
	}
	return m;
}

enum { CAPPED = NLM_F_CAPPED, TLVS = NLM_F_ACK_TLVS };

static const struct {
	uint16_t type, flags;
	int code;
	size_t echoed;
	const char *sentence; /* NULL: no attribute */
	int errnum;
	const char *text;
} acks[] = {
	{NLMSG_ERROR, 0, 0, 16, NULL, 0, ""},
	{NLMSG_ERROR, CAPPED, 0, 60, NULL, 0, ""},
	{NLMSG_ERROR, 0, -ENODEV, 56, NULL, ENODEV, ""},
	{NLMSG_ERROR, CAPPED, -ENODEV, 56, NULL, ENODEV, ""},
	{NLMSG_ERROR, TLVS, -ENODEV, 56, "no such device", ENODEV, "no such device"},
	{NLMSG_ERROR, TLVS, -ENODEV, 53, "echoed and padded", ENODEV, "echoed and padded"},
	{NLMSG_ERROR, CAPPED | TLVS, -ENODEV, 56, "no such device", ENODEV, "no such device"},
	{NLMSG_ERROR, CAPPED | TLVS, 0, 56, "a warning", 0, "a warning"},
	{NLMSG_ERROR, CAPPED, -ENODEV, 56, "without the flag", ENODEV, ""},
	{NLMSG_ERROR, CAPPED | TLVS, -ENODEV, 56, NULL, ENODEV, ""},
	{NLMSG_DONE, 0, 0, 0, NULL, 0, ""},
	{NLMSG_DONE, 0, -EAGAIN, 0, NULL, EAGAIN, ""},
	{NLMSG_DONE, TLVS, -EAGAIN, 0, "evidence updated during read", EAGAIN, "evidence updated during read"},
	{NLMSG_DONE, 0, -EAGAIN, 0, "without the flag", EAGAIN, ""},
	{NLMSG_DONE, TLVS, -ENXIO, 0, "", ENXIO, ""},
	{NLMSG_DONE, TLVS, -ENXIO, 0, "exactly fourteen and more", ENXIO, "exactly fourteen and more"},
	{NLMSG_DONE, 0, 512, 0, NULL, 0, ""},
	{NLMSG_DONE, 0, INT32_MIN, 0, NULL, EBADMSG, ""},
	{NLMSG_ERROR, 0, INT32_MIN, 16, NULL, EBADMSG, ""},
};

static void errnos_come_with_their_sentence(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(acks); i++) {
		struct nlb m = ack(acks[i].type, acks[i].flags, acks[i].code, acks[i].echoed);
		char text[64] = "stale";

		if (acks[i].sentence) {
			nlb_attr_u32(&m, NLMSGERR_ATTR_OFFS, 20);
			nlb_attr(&m, NLMSGERR_ATTR_MSG, acks[i].sentence, strlen(acks[i].sentence) + 1);
		}
		assert_int_equal(netlink_errno(nlb_header(&m), text, sizeof(text)), acks[i].errnum);
		assert_string_equal(text, acks[i].text);
		nlb_free(&m);
	}
}

static void long_sentences_are_cut_and_terminated(void **state)
{
	struct nlb m = ack(NLMSG_DONE, NLM_F_ACK_TLVS, -EAGAIN, 0);
	char text[5];

	(void)state;
	nlb_attr(&m, NLMSGERR_ATTR_MSG, "12345678", 8); /* without a NUL */
	assert_int_equal(netlink_errno(nlb_header(&m), text, sizeof(text)), EAGAIN);
	assert_string_equal(text, "1234");
	nlb_free(&m);
}

/* A damaged acknowledgement is never a success, and nothing behind it is read. */
static void cut_acknowledgements_are_no_success(void **state)
{
	static const struct {
		uint16_t type;
		size_t echoed;
	} kinds[] = {{NLMSG_ERROR, 28}, {NLMSG_DONE, 0}};

	(void)state;
	for (size_t i = 0; i < COUNT(kinds); i++) {
		struct nlb whole = ack(kinds[i].type, NLM_F_ACK_TLVS, -ESTALE, kinds[i].echoed);

		nlb_attr(&whole, NLMSGERR_ATTR_MSG, "evidence generation is stale", 29);
		for (size_t len = HEADER; len < whole.len; len++) {
			struct nlb m = nlb_new(kinds[i].type, NLM_F_ACK_TLVS, 1);
			char text[64];

			nlb_raw(&m, whole.data + HEADER, len - HEADER);
			assert_int_equal(netlink_errno(nlb_header(&m), text, sizeof(text)),
					 len < HEADER + 4 ? EBADMSG : ESTALE);
			assert_string_equal(text, len < whole.len - 3 ? "" : "evidence generation is stale");
			nlb_free(&m);
		}
		nlb_free(&whole);
	}
}

/* The length of the echoed request is the sender's word: it may lead anywhere. */
static void echoed_lengths_are_not_believed(void **state)
{
	static const uint32_t lengths[] = {0, 1, 15, 17, 37, 1000, 0x7fffffff, 0xfffffffc, 0xffffffff};

	(void)state;
	for (size_t i = 0; i < COUNT(lengths); i++) {
		struct nlb m = ack(NLMSG_ERROR, NLM_F_ACK_TLVS, -EINVAL, 16);
		char text[64];

		nlb_attr(&m, NLMSGERR_ATTR_MSG, "sentence", 9);
		memcpy(m.data + HEADER + 4, &lengths[i], sizeof(lengths[i]));
		assert_int_equal(netlink_errno(nlb_header(&m), text, sizeof(text)), EINVAL);
		assert_true(text[0] == '\0' || strcmp(text, "sentence") == 0);
		nlb_free(&m);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_are_the_bytes_of_the_family),
		cmocka_unit_test(other_requests_are_the_bytes_of_the_family),
		cmocka_unit_test(what_fits_no_message_is_none),
		cmocka_unit_test(families_are_two_and_the_newest_is_first),
		cmocka_unit_test(resolve_replies_give_the_id),
		cmocka_unit_test(good_dumps_reach_the_sink),
		cmocka_unit_test(broken_dumps_are_evidence_of_nothing),
		cmocka_unit_test(messages_without_a_generic_header_are_refused),
		cmocka_unit_test(cut_messages_are_not_read_beyond_their_end),
		cmocka_unit_test(no_object_exceeds_16_mib),
		cmocka_unit_test(the_sink_can_end_the_dump),
		cmocka_unit_test(errnos_come_with_their_sentence),
		cmocka_unit_test(long_sentences_are_cut_and_terminated),
		cmocka_unit_test(cut_acknowledgements_are_no_success),
		cmocka_unit_test(echoed_lengths_are_not_believed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
