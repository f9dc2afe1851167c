// SPDX-License-Identifier: GPL-2.0-or-later
/* A conversation over netlink, with a kernel that answers in datagrams prepared by the test. */
#include "nl_build.h"

#include <errno.h>
#include <stdbool.h>

#include "abi/family.h"
#include "tdi/evidence.h"
#include "tdi/link.h"

enum { ANSWERS = 24, SOCKET = 7 };

/* One datagram, or an error of nl_recv(). */
struct answer {
	struct nlb datagram;
	int error;
};

struct peer {
	struct kernel kernel;
	struct answer answer[ANSWERS];
	size_t count, next;
	int open_error, send_error;
	int opened, closed, sent;
	uint8_t last[256]; /* what was sent last */
	size_t last_len;
	enum effect effect;
	int timeout_ms;
	struct nlb refrain; /* what it says for ever, once the answers are used up; empty: nothing */
	int64_t refrain_ms; /* how long that takes each time */
	size_t repeated;
};

static struct peer *peer_of(struct kernel *k)
{
	return (struct peer *)k;
}

static int peer_open(struct kernel *k)
{
	struct peer *p = peer_of(k);

	if (p->open_error)
		return -p->open_error;
	p->opened++;
	return SOCKET;
}

static int peer_close(struct kernel *k, int fd)
{
	assert_int_equal(fd, SOCKET);
	peer_of(k)->closed++;
	return 0;
}

static int peer_send(struct kernel *k, int fd, const void *msg, size_t len, enum effect effect)
{
	struct peer *p = peer_of(k);

	assert_int_equal(fd, SOCKET);
	p->sent++;
	p->effect = effect;
	assert_in_range(len, HEADER, sizeof(p->last));
	memcpy(p->last, msg, len);
	p->last_len = len;
	return p->send_error ? -p->send_error : (int)len;
}

/* Time that passes in a test passes at once. */
int64_t __wrap_clock_ms(void);
static int64_t time_ms;

int64_t __wrap_clock_ms(void)
{
	return time_ms;
}

static ssize_t give(const struct nlb *datagram, void *buf, size_t cap)
{
	assert_in_range(datagram->len, 1, cap);
	memcpy(buf, datagram->data, datagram->len);
	return (ssize_t)datagram->len;
}

static ssize_t repeat(struct peer *p, void *buf, size_t cap, int timeout_ms)
{
	int64_t takes = p->refrain.len ? p->refrain_ms : INT64_MAX;

	if (takes > timeout_ms) {
		time_ms += timeout_ms;
		return -ETIMEDOUT;
	}
	time_ms += takes;
	p->repeated++;
	return give(&p->refrain, buf, cap);
}

static ssize_t peer_recv(struct kernel *k, int fd, void *buf, size_t cap, int timeout_ms)
{
	struct peer *p = peer_of(k);
	struct answer *a = &p->answer[p->next];

	assert_int_equal(fd, SOCKET);
	p->timeout_ms = timeout_ms;
	if (p->next == p->count)
		return repeat(p, buf, cap, timeout_ms);
	p->next++;
	if (a->error)
		return -a->error;
	return give(&a->datagram, buf, cap);
}

static const struct kernel_ops peer_ops = {
	.backend = "peer", .close = peer_close, .nl_open = peer_open, .nl_send = peer_send, .nl_recv = peer_recv};

static void peer_stop(struct peer *p)
{
	assert_int_equal(p->opened, p->closed);
	for (size_t i = 0; i < p->count; i++)
		nlb_free(&p->answer[i].datagram);
	nlb_free(&p->refrain);
}

/* The next answer is this message, which goes with it. */
static void says(struct peer *p, struct nlb m)
{
	assert_in_range(p->count, 0, ANSWERS - 1);
	p->answer[p->count++].datagram = m;
}

/* The message comes in the datagram of the last one. */
static void says_too(struct peer *p, struct nlb m)
{
	struct nlb *d = &p->answer[p->count - 1].datagram;
	uint32_t first;

	memcpy(&first, d->data, sizeof(first));
	nlb_raw(d, m.data, m.len);
	memcpy(d->data, &first, sizeof(first)); /* nlb_raw() made one message of it */
	nlb_free(&m);
}

/* An object in one message. */
static struct nlb object(uint32_t seq, uint32_t type, uint32_t generation, const char *text)
{
	struct nlb m = nlb_genl(FAMILY_ID, NLM_F_MULTI, seq);

	nlb_attr_u32(&m, 1, type);
	nlb_attr_u32(&m, 7, generation);
	nlb_attr_u32(&m, 9, (uint32_t)strlen(text));
	nlb_attr(&m, 10, text, strlen(text));
	return m;
}

static struct nlb done(uint32_t seq, uint16_t flags, int code, const char *sentence)
{
	struct nlb m = nlb_new(NLMSG_DONE, (uint16_t)(NLM_F_MULTI | flags | (sentence ? NLM_F_ACK_TLVS : 0)), seq);

	nlb_u32(&m, (uint32_t)code);
	if (sentence)
		nlb_attr(&m, NLMSGERR_ATTR_MSG, sentence, strlen(sentence) + 1);
	return m;
}

static struct nlb error(uint32_t seq, int code, const char *sentence)
{
	static const uint8_t echoed[HEADER] = {HEADER};
	struct nlb m = nlb_new(NLMSG_ERROR, (uint16_t)(NLM_F_CAPPED | (sentence ? NLM_F_ACK_TLVS : 0)), seq);

	nlb_u32(&m, (uint32_t)code);
	nlb_raw(&m, echoed, sizeof(echoed));
	if (sentence)
		nlb_attr(&m, NLMSGERR_ATTR_MSG, sentence, strlen(sentence) + 1);
	return m;
}

static struct nlb family_reply(uint32_t seq, uint16_t attribute, uint16_t id)
{
	struct nlb m = nlb_genl(0x10, 0, seq);

	nlb_attr(&m, attribute, &id, sizeof(id));
	return m;
}

/* A source whose socket is open and whose family is known, as after evidence_open(). */
static struct evidence_source source(struct peer *p, size_t family)
{
	struct evidence_source s = {.family = &evidence_families[family], .id = FAMILY_ID};
	struct err e = {0};

	*p = (struct peer){.kernel.ops = &peer_ops};
	assert_int_equal(link_open(&s.link, &p->kernel, &e), 0);
	return s;
}

enum { NEWEST, OLD };

struct result {
	int ret;
	struct err e;
	char got[32];
};

/* Dumps the measurements, and closes everything. */
static struct result dump(struct peer *p, struct evidence_source *s, bool refresh, bool may_retry)
{
	static const uint8_t nonce[32] = {1};
	struct result r = {0};
	struct evidence_set set = {0};
	struct evidence_sink sink = evidence_set_sink(&set);
	struct evidence_query q = {
		.device = "0000:01:00.0", .mask = 0x200, .nonce = refresh ? nonce : NULL, .nonce_len = sizeof(nonce)};
	const struct evidence_copy *c = &set.object[EV_MEASUREMENTS];

	r.ret = evidence_dump(s, &q, &sink, may_retry, &r.e);
	assert_in_range(c->len, 0, sizeof(r.got) - 1);
	if (c->data)
		memcpy(r.got, c->data, c->len);
	evidence_set_free(&set);
	evidence_close(s);
	peer_stop(p);
	return r;
}

static void an_answer_comes_whole(void **state)
{
	struct peer p;
	struct evidence_source s = source(&p, NEWEST);

	(void)state;
	says(&p, object(1, 9, 1, "abc"));
	says_too(&p, done(1, 0, 0, NULL));
	struct result r = dump(&p, &s, false, true);

	assert_int_equal(r.ret, 0);
	assert_string_equal(r.got, "abc");
	assert_int_equal(p.sent, 1);
	assert_int_equal(p.effect, EFFECT_READ);
	assert_int_equal(p.timeout_ms, 30000);
}

static void a_nonce_makes_it_a_change(void **state)
{
	struct peer p;
	struct evidence_source s = source(&p, NEWEST);

	(void)state;
	says(&p, object(1, 9, 2, "abc"));
	says(&p, done(1, 0, 0, NULL));
	assert_int_equal(dump(&p, &s, true, false).ret, 0);
	assert_int_equal(p.effect, EFFECT_CHANGE);
}

/* The sequence number counts up from 1, the port is the kernel's to fill, the length is that of the bytes. */
static void requests_are_numbered(void **state)
{
	struct peer p;
	struct evidence_source s = source(&p, NEWEST);
	struct err e = {0};

	(void)state;
	for (uint32_t seq = 1; seq <= 3; seq++) {
		uint32_t words[4];

		says(&p, error(seq, 0, NULL));
		assert_int_equal(evidence_validate(&s, "0000:01:00.0", 5, &e), 0);
		memcpy(words, p.last, sizeof(words));
		assert_int_equal(words[0], p.last_len);
		assert_int_equal(words[2], seq);
		assert_int_equal(words[3], 0);
		assert_int_equal(p.effect, EFFECT_CHANGE);
	}
	evidence_close(&s);
	peer_stop(&p);
}

static void answers_to_something_older_are_skipped(void **state)
{
	struct peer p;
	struct evidence_source s = source(&p, NEWEST);

	(void)state;
	says(&p, object(77, 9, 1, "old"));
	says(&p, error(0, -EPERM, "old"));
	says(&p, done(77, 0, -EIO, "old"));
	says_too(&p, object(1, 9, 1, "new"));
	says(&p, nlb_new(NLMSG_NOOP, 0, 1));
	says(&p, done(1, 0, 0, NULL));
	struct result r = dump(&p, &s, false, true);

	assert_int_equal(r.ret, 0);
	assert_string_equal(r.got, "new");
}

/* Only DONE ends a dump: neither a message without the flag MULTI nor an acknowledgement does. */
static void a_dump_ends_with_done_alone(void **state)
{
	struct peer p;
	struct evidence_source s = source(&p, OLD);
	struct nlb first = nlb_genl(FAMILY_ID, 0, 1);
	struct nlb next = nlb_genl(FAMILY_ID, NLM_F_MULTI, 1);

	(void)state;
	nlb_attr_u32(&first, 1, 9);
	nlb_attr(&first, 6, "abc", 3);
	nlb_attr(&next, 6, "def", 3);
	says(&p, first);
	says(&p, error(1, 0, NULL));
	says(&p, next);
	says(&p, done(1, 0, 0, NULL));
	struct result r = dump(&p, &s, false, true);

	assert_int_equal(r.ret, 0);
	assert_string_equal(r.got, "abcdef");
}

/* Ways for a dump to fail. */
static void no_right(struct peer *p)
{
	says(p, error(1, -EPERM, NULL));
}

static void no_evidence(struct peer *p)
{
	says(p, error(1, -ENODEV, "device 'pci:0000:01:00.0' evidence not found"));
}

static void gone_before_data(struct peer *p)
{
	says(p, done(1, 0, -ENXIO, "failed to acquire evidence context"));
}

static void no_refresh(struct peer *p)
{
	says(p, done(1, 0, -EOPNOTSUPP, "evidence refresh failed: -EOPNOTSUPP"));
}

static void no_more_refresh(struct peer *p)
{
	says(p, object(1, 9, 1, "abc"));
	says(p, done(1, 0, -EOPNOTSUPP, NULL));
}

static void silence(struct peer *p)
{
	(void)p;
}

static void silence_after_data(struct peer *p)
{
	says(p, object(1, 9, 1, "abc"));
}

static void overflow(struct peer *p)
{
	p->answer[p->count++].error = ENOBUFS;
}

static void too_large(struct peer *p)
{
	p->answer[p->count++].error = EMSGSIZE;
}

static void nothing_but_noise(struct peer *p)
{
	struct nlb noise = {0};

	nlb_raw(&noise, "hello", 5);
	says(p, noise);
}

static void noise_behind_data(struct peer *p)
{
	struct nlb noise = {0};

	says(p, object(1, 9, 1, "abc"));
	nlb_raw(&noise, "hello", 5);
	says_too(p, noise);
}

static void message_longer_than_its_datagram(struct peer *p)
{
	struct nlb m = object(1, 9, 1, "abc");

	m.data[0]++;
	says(p, m);
}

static void done_without_errno(struct peer *p)
{
	says(p, object(1, 9, 1, "abc"));
	says(p, nlb_new(NLMSG_DONE, NLM_F_MULTI, 1));
}

static void done_without_data(struct peer *p)
{
	says(p, done(1, 0, 0, NULL));
}

static void error_behind_data(struct peer *p)
{
	says(p, object(1, 9, 1, "abc"));
	says_too(p, done(1, 0, -EINTR, "failed to acquire evidence context"));
}

static const struct {
	void (*answer)(struct peer *p);
	enum err_class class;
	const char *code;
	const char *kernel;
	bool late; /* a refresh may have happened */
} failures[] = {
	{no_right, ERR_PERMISSION, "EPERM", "", false},
	{no_evidence, ERR_NOT_FOUND, "ENODEV", "device 'pci:0000:01:00.0' evidence not found", false},
	{gone_before_data, ERR_STATE, "ENXIO", "failed to acquire evidence context", true},
	{no_refresh, ERR_UNSUPPORTED, "EOPNOTSUPP", "evidence refresh failed: -EOPNOTSUPP", false},
	{no_more_refresh, ERR_UNSUPPORTED, "EOPNOTSUPP", "", true},
	{silence, ERR_FAILED, "ETIMEDOUT", "", true},
	{silence_after_data, ERR_FAILED, "ETIMEDOUT", "", true},
	{overflow, ERR_FAILED, "ENOBUFS", "", true},
	{too_large, ERR_FAILED, "EMSGSIZE", "", true},
	{nothing_but_noise, ERR_EVIDENCE, "BADDUMP", "", true},
	{noise_behind_data, ERR_EVIDENCE, "BADDUMP", "", true},
	{message_longer_than_its_datagram, ERR_EVIDENCE, "BADDUMP", "", true},
	{done_without_errno, ERR_FAILED, "EBADMSG", "", true},
	{done_without_data, ERR_EVIDENCE, "BADDUMP", "", true},
	{error_behind_data, ERR_FAILED, "EINTR", "failed to acquire evidence context", true},
};

static void failed_dumps_say_what_is_known(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(failures) / sizeof(failures[0]); i++) {
		for (int refresh = 0; refresh < 2; refresh++) {
			struct peer p;
			struct evidence_source s = source(&p, NEWEST);

			failures[i].answer(&p);
			struct result r = dump(&p, &s, refresh, true);

			assert_int_equal(r.ret, -1);
			assert_string_equal(r.e.code, failures[i].code);
			assert_int_equal(r.e.class, failures[i].class);
			assert_string_equal(r.e.kernel, failures[i].kernel);
			assert_string_equal(r.e.object, "0000:01:00.0");
			assert_int_equal(r.e.uncertain, refresh && failures[i].late);
			assert_int_equal(p.sent, 1);
		}
	}
}

/* What is no answer, said for ever: at once, or whenever the patience has nearly run out. */
static struct nlb answer_to_another(void)
{
	return object(77, 9, 1, "old");
}

static struct nlb nothing_at_all(void)
{
	return nlb_new(NLMSG_NOOP, 0, 1);
}

static struct nlb fine_so_far(void)
{
	return error(1, 0, NULL);
}

static void patience_ends(void **state)
{
	static struct nlb (*const refrains[])(void) = {answer_to_another, nothing_at_all, fine_so_far};
	static const int64_t takes_ms[] = {0, 1000, LINK_TIMEOUT_MS - 1};

	(void)state;
	for (size_t i = 0; i < 9; i++) {
		struct peer p;
		struct evidence_source s = source(&p, NEWEST);
		int64_t begun = time_ms;

		p.refrain = refrains[i / 3]();
		p.refrain_ms = takes_ms[i % 3];
		struct result r = dump(&p, &s, true, true);

		assert_int_equal(r.ret, -1);
		assert_string_equal(r.e.code, "ETIMEDOUT");
		assert_true(r.e.uncertain);
		assert_int_equal(p.sent, 1);
		assert_in_range(time_ms - begun, 0, LINK_TIMEOUT_MS);
		assert_in_range(p.repeated, 1, 10000);
	}
}

/* A message that brings nothing is no error, as unknown attributes are the future's; but it has to end. */
static void an_answer_without_end_is_none(void **state)
{
	struct peer p;
	struct evidence_source s = source(&p, NEWEST);

	(void)state;
	says(&p, object(1, 9, 1, "abc"));
	p.refrain = nlb_genl(FAMILY_ID, NLM_F_MULTI, 1);
	struct result r = dump(&p, &s, false, true);

	assert_int_equal(r.ret, -1);
	assert_string_equal(r.e.code, "BADDUMP");
	assert_int_equal(p.sent, 1);
}

static void what_is_not_sent_changes_nothing(void **state)
{
	static const int errors[] = {EPERM, ENOBUFS, ECANCELED};

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		struct peer p;
		struct evidence_source s = source(&p, NEWEST);

		p.send_error = errors[i];
		struct result r = dump(&p, &s, true, true);

		assert_int_equal(r.ret, -1);
		assert_false(r.e.uncertain);
		assert_int_equal(r.e.dry_run, errors[i] == ECANCELED);
		assert_int_equal(p.next, 0);
	}
}

/* Ways for the kernel to say that the evidence changed while it was read. */
static void changed_in_done(struct peer *p)
{
	says(p, object(1, 9, 1, "abc"));
	says(p, done(1, 0, -EAGAIN, "evidence updated during read"));
}

static void interrupted_data(struct peer *p)
{
	struct nlb m = object(1, 9, 1, "abc");

	m.data[6] |= NLM_F_DUMP_INTR;
	says(p, m);
}

static void interrupted_done(struct peer *p)
{
	says(p, object(1, 9, 1, "abc"));
	says(p, done(1, NLM_F_DUMP_INTR, 0, NULL));
}

static void (*const changes[])(struct peer *p) = {changed_in_done, interrupted_data, interrupted_done};

enum { CHANGES = sizeof(changes) / sizeof(changes[0]) };

/* A new socket each time, so that nothing of the old dump is left in it. */
static void changed_evidence_is_read_again(void **state)
{
	(void)state;
	for (size_t i = 0; i < CHANGES; i++) {
		struct peer p;
		struct evidence_source s = source(&p, NEWEST);

		changes[i](&p);
		changes[i](&p);
		says(&p, object(1, 9, 2, "defghi"));
		says(&p, done(1, 0, 0, NULL));
		struct result r = dump(&p, &s, false, true);

		assert_int_equal(r.ret, 0);
		assert_string_equal(r.got, "defghi");
		assert_int_equal(p.sent, 3);
		assert_int_equal(p.opened, 3);
	}
}

static void rereading_ends(void **state)
{
	(void)state;
	for (size_t i = 0; i < CHANGES; i++) {
		struct peer p;
		struct evidence_source s = source(&p, NEWEST);

		for (int times = 0; times < 5; times++)
			changes[i](&p);
		struct result r = dump(&p, &s, false, true);

		assert_int_equal(r.ret, -1);
		assert_string_equal(r.e.code, "EAGAIN");
		assert_false(r.e.uncertain);
		assert_int_equal(p.sent, 3);
	}
}

/* A nonce would refresh once more; a sink that cannot take back would get the bytes twice. */
static void neither_a_nonce_nor_a_stream_is_sent_again(void **state)
{
	(void)state;
	for (size_t i = 0; i < CHANGES; i++) {
		for (int refresh = 0; refresh < 2; refresh++) {
			struct peer p;
			struct evidence_source s = source(&p, NEWEST);

			changes[i](&p);
			changes[i](&p);
			struct result r = dump(&p, &s, refresh, refresh);

			assert_int_equal(r.ret, -1);
			assert_string_equal(r.e.code, "EAGAIN");
			assert_int_equal(r.e.uncertain, refresh);
			assert_int_equal(p.sent, 1);
		}
	}
}

static void a_lost_socket_ends_rereading(void **state)
{
	struct peer p;
	struct evidence_source s = source(&p, NEWEST);

	(void)state;
	changed_in_done(&p);
	p.open_error = EMFILE;
	struct result r = dump(&p, &s, false, true);

	assert_int_equal(r.ret, -1);
	assert_string_equal(r.e.code, "EAGAIN");
	assert_int_equal(p.sent, 1);
}

static void a_lost_socket_takes_no_more_requests(void **state)
{
	struct peer p;
	struct evidence_source s = source(&p, NEWEST);
	struct evidence_set set = {0};
	struct evidence_sink sink = evidence_set_sink(&set);
	const struct evidence_query q = {.device = "0000:01:00.0", .mask = 0x200};
	struct err e = {0};

	(void)state;
	changed_in_done(&p);
	p.open_error = EMFILE;
	assert_int_equal(evidence_dump(&s, &q, &sink, true, &e), -1);
	err_clear(&e);
	assert_int_equal(evidence_dump(&s, &q, &sink, true, &e), -1);
	assert_string_equal(e.code, "ENOTCONN");
	assert_int_equal(p.sent, 1);
	evidence_set_free(&set);
	evidence_close(&s);
	peer_stop(&p);
}

static void families_are_looked_up_newest_first(void **state)
{
	static const struct {
		int newest, old; /* errno of the controller, or 0: the id follows */
		int ret;
		const char *family;
		int sent;
	} cases[] = {
		{0, 0, 0, "device-evidence", 1}, {ENOENT, 0, 0, "pci-tsm", 2},  {ENOENT, ENOENT, 0, NULL, 2},
		{EPERM, 0, -1, NULL, 1},         {ENOENT, EINVAL, -1, NULL, 2},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct peer p = {.kernel.ops = &peer_ops};
		struct evidence_source s;
		struct err e = {0};

		says(&p, cases[i].newest ? error(1, -cases[i].newest, NULL) : family_reply(1, 1, 0x2a));
		says(&p, cases[i].old ? error(2, -cases[i].old, NULL) : family_reply(2, 1, 0x2a));
		assert_int_equal(evidence_open(&s, &p.kernel, &e), cases[i].ret);
		assert_int_equal(p.sent, cases[i].sent);
		assert_int_equal(p.effect, EFFECT_READ);
		if (cases[i].ret)
			assert_string_not_equal(e.object, "");
		else if (cases[i].family)
			assert_string_equal(s.family->name, cases[i].family);
		else
			assert_null(s.family);
		if (cases[i].family)
			assert_int_equal(s.id, 0x2a);
		evidence_close(&s);
		peer_stop(&p);
	}
}

static void nonsense_about_a_family_is_an_error(void **state)
{
	struct peer p = {.kernel.ops = &peer_ops};
	struct evidence_source s;
	struct err e = {0};

	(void)state;
	says(&p, family_reply(1, 2, 0x2a));
	assert_int_equal(evidence_open(&s, &p.kernel, &e), -1);
	assert_string_equal(e.code, "BADREPLY");
	peer_stop(&p);
}

static void sockets_that_do_not_open_are_an_error(void **state)
{
	struct peer p = {.kernel.ops = &peer_ops, .open_error = EPROTONOSUPPORT};
	struct evidence_source s;
	struct err e = {0};

	(void)state;
	assert_int_equal(evidence_open(&s, &p.kernel, &e), -1);
	assert_int_equal(e.class, ERR_UNSUPPORTED);
	assert_string_equal(e.object, "netlink");
	assert_int_equal(p.closed, 0);
}

static void acceptance_is_acknowledged_or_refused(void **state)
{
	struct peer p;
	struct evidence_source s = source(&p, NEWEST);
	struct err e = {0};

	(void)state;
	says(&p, error(1, -ESTALE, "evidence generation is stale"));
	assert_int_equal(evidence_validate(&s, "0000:01:00.0", 5, &e), -1);
	assert_int_equal(e.class, ERR_STATE);
	assert_string_equal(e.kernel, "evidence generation is stale");
	evidence_close(&s);
	peer_stop(&p);

	s = source(&p, OLD);
	err_clear(&e);
	assert_int_equal(evidence_validate(&s, "0000:01:00.0", 5, &e), -1);
	assert_int_equal(e.class, ERR_UNSUPPORTED);
	assert_int_equal(p.sent, 0);
	evidence_close(&s);
	peer_stop(&p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_answer_comes_whole),
		cmocka_unit_test(a_nonce_makes_it_a_change),
		cmocka_unit_test(requests_are_numbered),
		cmocka_unit_test(answers_to_something_older_are_skipped),
		cmocka_unit_test(a_dump_ends_with_done_alone),
		cmocka_unit_test(failed_dumps_say_what_is_known),
		cmocka_unit_test(patience_ends),
		cmocka_unit_test(an_answer_without_end_is_none),
		cmocka_unit_test(what_is_not_sent_changes_nothing),
		cmocka_unit_test(changed_evidence_is_read_again),
		cmocka_unit_test(rereading_ends),
		cmocka_unit_test(neither_a_nonce_nor_a_stream_is_sent_again),
		cmocka_unit_test(a_lost_socket_ends_rereading),
		cmocka_unit_test(a_lost_socket_takes_no_more_requests),
		cmocka_unit_test(families_are_looked_up_newest_first),
		cmocka_unit_test(nonsense_about_a_family_is_an_error),
		cmocka_unit_test(sockets_that_do_not_open_are_an_error),
		cmocka_unit_test(acceptance_is_acknowledged_or_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
