// SPDX-License-Identifier: GPL-2.0-or-later
/* Recordings: what is written, what a replay gives back, and what it refuses. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <json-c/json.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "abi/ioctl.h"
#include "fake_kernel.h"
#include "kernel/tape.h"
#include "util/buf.h"

struct fixture {
	char dir[32];
	char path[48];
	struct fake_kernel *fake;
	struct kernel *k; /* the recorder, then the replay */
	struct err e;
};

static int setup(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));

	if (!f)
		return -1;
	strcpy(f->dir, "/tmp/tsmctl-test-XXXXXX");
	if (!mkdtemp(f->dir))
		return -1;
	snprintf(f->path, sizeof(f->path), "%s/tape.json", f->dir);
	*state = f;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *f = *state;

	kernel_free(f->k);
	unlink(f->path);
	rmdir(f->dir);
	free(f);
	return 0;
}

static void record(struct fixture *f)
{
	f->fake = fake_kernel_new();
	assert_non_null(f->fake);
	f->k = kernel_record(&f->fake->kernel, f->path, false, &f->e);
	assert_non_null(f->k);
}

/* Ends the recording and turns to its replay. */
static void replay(struct fixture *f)
{
	assert_int_equal(kernel_finish(f->k, &f->e), 0);
	kernel_free(f->k);
	f->k = kernel_replay(f->path, &f->e);
	if (!f->k)
		fail_msg("no replay: %s", f->e.message);
}

static void assert_diverged(struct fixture *f, const char *message)
{
	assert_int_equal(kernel_finish(f->k, &f->e), -1);
	assert_string_equal(f->e.code, "REPLAY");
	assert_int_equal(f->e.class, ERR_FAILED);
	assert_string_equal(f->e.message, message);
}

static struct json_object *read_tape(const struct fixture *f)
{
	struct json_object *root = json_object_from_file(f->path);

	assert_non_null(root);
	return root;
}

/* The reading functions, each once; `data` has 5 bytes that no text has, or some that one has. */
static void all_reads(struct fixture *f, const char *data, int ret)
{
	char buf[16] = "";
	struct names names;

	if (f->fake)
		f->fake->bytes = data, f->fake->ret = ret;
	assert_int_equal(kernel_read_file(f->k, "/sys/a\xff", buf, sizeof(buf)), ret);
	if (ret > 0)
		assert_memory_equal(buf, data, (size_t)ret);
	memset(buf, 'x', sizeof(buf));
	assert_int_equal(kernel_read_link(f->k, "/sys/b \"\\\n", buf, sizeof(buf)), ret);
	if (ret > 0)
		assert_memory_equal(buf, data, (size_t)ret + 1);
	assert_int_equal(kernel_nl_recv(f->k, 7, buf, sizeof(buf), 30), ret);
	if (ret > 0)
		assert_memory_equal(buf, data, (size_t)ret);
	assert_int_equal(kernel_list_dir(f->k, "/proc", &names), ret);
	assert_int_equal(names.count, 0);
	names_free(&names);
}

static void all_numbers(struct fixture *f, int ret)
{
	const uint8_t msg[] = {0, 1, 2, 255};

	if (f->fake)
		f->fake->ret = ret;
	assert_int_equal(kernel_open(f->k, "/dev/iommu", O_RDWR, EFFECT_PROBE), ret);
	assert_int_equal(kernel_close(f->k, 3), ret);
	assert_int_equal(kernel_pidfd_getfd(f->k, 4242, 17), ret);
	assert_int_equal(kernel_nl_open(f->k), ret);
	assert_int_equal(kernel_nl_send(f->k, 7, msg, sizeof(msg), EFFECT_READ), ret);
}

static void converse(struct fixture *f)
{
	static const char odd[] = "\0\xff\x1b\"\\";
	static const char plain[] = "a\tb\n\"";
	uint8_t nonce[4] = {0};

	all_reads(f, odd, 5);
	all_reads(f, plain, 5);
	all_reads(f, NULL, -ENOENT);
	all_numbers(f, 9);
	all_numbers(f, -EBUSY);
	all_numbers(f, -524); /* ENOTSUPP, which libc does not name */
	if (f->fake)
		f->fake->bytes = "\1\2\3\4", f->fake->ret = 0;
	assert_int_equal(kernel_random(f->k, nonce, sizeof(nonce)), 0);
	assert_memory_equal(nonce, "\1\2\3\4", 4);
}

static void test_every_call_comes_back(void **state)
{
	struct fixture *f = *state;

	record(f);
	converse(f);
	replay(f);
	f->fake = NULL;
	converse(f);
	assert_int_equal(kernel_finish(f->k, &f->e), 0);
}

static void test_names_come_back(void **state)
{
	struct fixture *f = *state;
	struct kernel *k = kernel_record(kernel_linux(), f->path, false, &f->e);
	struct names then, now;
	char odd[64];

	assert_non_null(k);
	snprintf(odd, sizeof(odd), "%s/\xc3\n\"", f->dir);
	assert_int_equal(mkdir(odd, 0700), 0);
	assert_int_equal(kernel_list_dir(k, f->dir, &then), 0);
	rmdir(odd);
	assert_int_equal(then.count, 1);
	f->k = k;
	replay(f);
	assert_int_equal(kernel_list_dir(f->k, f->dir, &now), 0);
	assert_int_equal(now.count, 1);
	assert_string_equal(now.name[0], "\xc3\n\"");
	assert_string_equal(now.name[0], then.name[0]);
	names_free(&now);
	names_free(&then);
}

/* Refusals for want of a specification are those of the kernel that was recorded. */
static void test_real_as_recorded(void **state)
{
	struct fixture *f = *state;

	f->k = kernel_record(kernel_linux(), f->path, false, &f->e);
	assert_non_null(f->k);
	assert_true(kernel_is_real(f->k));
	replay(f);
	assert_true(kernel_is_real(f->k));
	assert_string_equal(kernel_backend(f->k), "replay");
	kernel_free(f->k);
	unlink(f->path);
	record(f);
	replay(f);
	assert_false(kernel_is_real(f->k));
}

/* A request with an answer in all three places, in buffers of its own. */
struct request {
	struct tsm_req48 arg;
	uint8_t payload[16], nonce[4], response[8];
	struct ioctl_address address[3];
	struct ioctl_call call;
};

static void request_make(struct request *r)
{
	const uint64_t at = (uint64_t)(uintptr_t)r->nonce;

	*r = (struct request){.payload = "12345678", .nonce = {1, 2, 3, 4}};
	memcpy(r->payload + 8, &at, sizeof(at));
	r->arg = (struct tsm_req48){.size = sizeof(r->arg),
				    .vdevice_id = 1,
				    .op = 6,
				    .req_uptr = (uint64_t)(uintptr_t)r->payload,
				    .resp_uptr = (uint64_t)(uintptr_t)r->response};
	r->address[0] = (struct ioctl_address){8, true, r->nonce, sizeof(r->nonce)};
	r->address[1] = (struct ioctl_address){.offset = offsetof(struct tsm_req48, req_uptr)};
	r->address[2] = (struct ioctl_address){.offset = offsetof(struct tsm_req48, resp_uptr)};
	r->call = (struct ioctl_call){
		.layout = &layout_tsm_req48,
		.nr = 0x3b96,
		.effect = EFFECT_CHANGE,
		.arg = &r->arg,
		.size = sizeof(r->arg),
		.request = r->payload,
		.request_len = sizeof(r->payload),
		.response = r->response,
		.response_len = sizeof(r->response),
		.address = r->address,
		.address_count = 3,
	};
}

static void answer_request(struct ioctl_call *call)
{
	((struct tsm_req48 *)call->arg)->tsm_code = 0x8000000000000001;
	memcpy(call->response, "response", 8);
}

static void record_request(struct fixture *f, int ret)
{
	struct request r;

	record(f);
	request_make(&r);
	f->fake->on_ioctl = answer_request;
	f->fake->ret = ret;
	assert_int_equal(kernel_ioctl(f->k, 5, &r.call), ret);
	replay(f);
}

static void test_request_from_other_addresses(void **state)
{
	const int rets[] = {3, -EIO};
	struct fixture *f = *state;
	struct request *r = malloc(sizeof(*r));

	assert_non_null(r);
	for (size_t i = 0; i < 2; i++) {
		record_request(f, rets[i]);
		request_make(r);
		assert_int_equal(kernel_ioctl(f->k, 5, &r->call), rets[i]);
		assert_true(r->arg.tsm_code == 0x8000000000000001);
		assert_true(r->arg.req_uptr == (uint64_t)(uintptr_t)r->payload);
		assert_true(r->arg.resp_uptr == (uint64_t)(uintptr_t)r->response);
		assert_memory_equal(r->response, "response", 8);
		assert_int_equal(kernel_finish(f->k, &f->e), 0);
		kernel_free(f->k);
		f->k = NULL;
		unlink(f->path);
	}
	free(r);
}

static void test_addresses_are_not_written(void **state)
{
	struct fixture *f = *state;
	struct json_object *root, *ask;

	record_request(f, 0);
	root = read_tape(f);
	ask = json_object_object_get(json_object_array_get_idx(json_object_object_get(root, "calls"), 0), "ask");
	assert_string_equal(json_object_to_json_string_ext(ask, JSON_C_TO_STRING_PLAIN),
			    "{\"call\":\"ioctl\",\"fd\":5,\"nr\":\"0x3b96\",\"name\":\"IOMMU_VDEVICE_TSM_REQ\","
			    "\"effect\":\"change\","
			    "\"arg\":\"300000000100000006000000000000000000000000000000"
			    "000000000000000000000000000000000000000000000000\","
			    "\"request\":\"31323334353637380000000000000000\",\"pointed\":[\"01020304\"],"
			    "\"response_len\":8}");
	json_object_put(root);
}

static void change_op(struct request *r)
{
	r->arg.op = 5;
}

static void change_payload(struct request *r)
{
	r->payload[0] = '0';
}

static void change_nonce(struct request *r)
{
	r->nonce[3] = 5;
}

static void change_capacity(struct request *r)
{
	r->call.response_len--;
}

static void change_number(struct request *r)
{
	r->call.nr++;
}

static void test_another_request(void **state)
{
	static const struct {
		void (*change)(struct request *r);
		const char *message;
	} rows[] = {
		{change_op,
		 "call 1, ioctl: \"arg\" is \"30000000010000000500000000000000000000000000000000000000000... and was "
		 "\"30000000010000000600000000000000000000000000000000000000000... when recorded"},
		{change_payload, "call 1, ioctl: \"request\" is \"30323334353637380000000000000000\" and was "
				 "\"31323334353637380000000000000000\" when recorded"},
		{change_nonce, "call 1, ioctl: \"pointed\" is [\"01020305\"] and was [\"01020304\"] when recorded"},
		{change_capacity, "call 1, ioctl: \"response_len\" is 7 and was 8 when recorded"},
		{change_number, "call 1, ioctl: \"nr\" is \"0x3b97\" and was \"0x3b96\" when recorded"},
	};
	struct fixture *f = *state;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct request r;

		record_request(f, 0);
		request_make(&r);
		rows[i].change(&r);
		assert_int_equal(kernel_ioctl(f->k, 5, &r.call), -EIO);
		assert_true(r.arg.tsm_code == 0);
		assert_diverged(f, rows[i].message);
		err_clear(&f->e);
		kernel_free(f->k);
		f->k = NULL;
		unlink(f->path);
	}
}

/* After the first difference nothing is answered, not even what was recorded; the first one is told. */
static void test_another_call(void **state)
{
	struct fixture *f = *state;

	record(f);
	assert_int_equal(kernel_close(f->k, 0), 0);
	assert_int_equal(kernel_nl_open(f->k), 0);
	replay(f);
	assert_int_equal(kernel_nl_open(f->k), -EIO);
	assert_int_equal(kernel_close(f->k, 0), -EIO);
	assert_diverged(f, "call 1 is nl_open and was close when recorded");
}

static void test_one_call_too_many(void **state)
{
	struct fixture *f = *state;

	record(f);
	assert_int_equal(kernel_nl_open(f->k), 0);
	replay(f);
	assert_int_equal(kernel_nl_open(f->k), 0);
	assert_int_equal(kernel_close(f->k, 0), -EIO);
	assert_diverged(f, "call 2, close, was not recorded: the recording ends before it");
}

static void test_calls_left_over(void **state)
{
	struct fixture *f = *state;

	record(f);
	assert_int_equal(kernel_nl_open(f->k), 0);
	replay(f);
	assert_int_equal(kernel_finish(f->k, &f->e), 0);
	kernel_free(f->k);
	unlink(f->path);

	record(f);
	assert_int_equal(kernel_nl_open(f->k), 0);
	assert_int_equal(kernel_nl_send(f->k, 0, "x", 1, EFFECT_CHANGE), 0);
	replay(f);
	assert_diverged(f, "call 2, nl_send, was recorded and is not made: a change");
}

static struct buf read_file(const char *path)
{
	struct buf b = {0};
	char chunk[1024];
	size_t len;
	FILE *in = fopen(path, "r");

	assert_non_null(in);
	while ((len = fread(chunk, 1, sizeof(chunk), in)) > 0)
		buf_add(&b, chunk, len);
	fclose(in);
	return b;
}

static void write_file(const char *path, const char *text, size_t len)
{
	FILE *out = fopen(path, "w");

	assert_non_null(out);
	assert_int_equal(fwrite(text, 1, len, out), len);
	fclose(out);
}

static void test_each_byte_counts(void **state)
{
	struct fixture *f = *state;
	struct buf tape;

	record(f);
	f->fake->bytes = "text\n";
	f->fake->ret = 5;
	all_reads(f, "a\tb\n\"", 5);
	replay(f);
	tape = read_file(f->path);
	for (size_t i = 0; i < tape.len - 1; i++) {
		struct err e = {0};

		tape.data[i] ^= 1;
		write_file(f->path, tape.data, tape.len);
		tape.data[i] ^= 1;

		struct kernel *k = kernel_replay(f->path, &e);

		if (k)
			fail_msg("byte %zu ('%c') may change", i, tape.data[i]);
		assert_int_equal(e.class, ERR_FAILED);
		assert_true(e.message[0]);
	}
	buf_free(&tape);
}

/* How a file is laid out means nothing. */
static void test_indented(void **state)
{
	struct fixture *f = *state;
	struct json_object *root;

	record(f);
	f->fake->bytes = "/x";
	f->fake->ret = 2;
	assert_int_equal(kernel_read_file(f->k, "/sys/a/b", (char[4]){0}, 4), 2);
	replay(f);
	root = read_tape(f);
	assert_int_equal(json_object_to_file_ext(f->path, root, JSON_C_TO_STRING_PRETTY), 0);
	json_object_put(root);
	kernel_free(f->k);
	f->k = kernel_replay(f->path, &f->e);
	assert_non_null(f->k);
	assert_int_equal(kernel_read_file(f->k, "/sys/a/b", (char[4]){0}, 4), 2);
}

/* A recording by hand, of one call and with the right sum. */
static void forge(struct fixture *f, const char *ask, const char *answer)
{
	struct buf b = {0};

	buf_printf(&b, "{\"schema\":\"%s\",\"tsmctl\":\"1\",\"backend\":\"sim\",\"calls\":[", TAPE_SCHEMA);
	buf_printf(&b, "{\"ask\":%s,\"answer\":%s,\"us\":0,\"sum\":\"0x%" PRIx64 "\"}]}", ask, answer,
		   tape_sum_call(tape_sum_start("1", "sim"), ask, answer, 0));
	write_file(f->path, b.data, b.len);
	buf_free(&b);
	kernel_free(f->k);
	err_clear(&f->e);
	f->k = kernel_replay(f->path, &f->e);
	if (!f->k)
		fail_msg("%s", f->e.message);
}

static void test_answers_that_make_no_sense(void **state)
{
	static const char ask[] = "{\"call\":\"read_link\",\"path\":\"/x\",\"cap\":4}";
	static const char *const answers[] = {
		"{}",
		"{\"ret\":3}",
		"{\"ret\":-1,\"data\":\"abc\"}",
		"{\"ret\":4294967299,\"data\":\"abc\"}",
		"{\"ret\":\"3\",\"data\":\"abc\"}",
		"{\"ret\":3,\"errno\":\"EIO\",\"data\":\"abc\"}",
		"{\"ret\":3,\"data\":\"ab\"}",
		"{\"ret\":4,\"data\":\"abcd\"}",
		"{\"ret\":1000,\"data\":\"abc\"}",
		"{\"ret\":3,\"data\":[\"abc\"]}",
		"{\"ret\":3,\"data\":{\"hex\":\"6162\"}}",
		"{\"ret\":3,\"data\":{\"hex\":\"61626g\"}}",
		"{\"ret\":3,\"data\":{\"text\":\"616263\"}}",
		"{\"errno\":\"ENOSUCH\"}",
		"{\"errno\":5}",
	};
	struct fixture *f = *state;
	char buf[4];

	for (size_t i = 0; i < sizeof(answers) / sizeof(answers[0]); i++) {
		forge(f, ask, answers[i]);
		assert_int_equal(kernel_read_link(f->k, "/x", buf, sizeof(buf)), -EIO);
		assert_diverged(f, "the recorded answer to call 1 makes no sense");
	}
	forge(f, ask, "{\"ret\":3,\"data\":{\"hex\":\"616263\"}}");
	assert_int_equal(kernel_read_link(f->k, "/x", buf, sizeof(buf)), 3);
	assert_string_equal(buf, "abc");
}

static void test_names_that_make_no_sense(void **state)
{
	static const char *const answers[] = {
		"{\"ret\":0}",
		"{\"ret\":0,\"names\":{}}",
		"{\"ret\":0,\"names\":[1]}",
		"{\"ret\":0,\"names\":[\"ok\",null]}",
		"{\"ret\":0,\"names\":[\"a\\u0000b\"]}",
		"{\"ret\":0,\"names\":[{\"hex\":\"610062\"}]}",
		"{\"ret\":0,\"names\":[{\"hex\":\"6\"}]}",
		"{\"ret\":0,\"names\":[{\"hex\":12}]}",
		"{\"ret\":0,\"names\":[{}]}",
	};
	struct fixture *f = *state;
	struct names names;

	for (size_t i = 0; i < sizeof(answers) / sizeof(answers[0]); i++) {
		forge(f, "{\"call\":\"list_dir\",\"path\":\"/x\"}", answers[i]);
		assert_int_equal(kernel_list_dir(f->k, "/x", &names), -EIO);
		assert_int_equal(names.count, 0);
		assert_diverged(f, "the recorded answer to call 1 makes no sense");
	}
}

/* The same of each call that brings back more than a number. */
static void test_answers_that_do_not_fit(void **state)
{
	static const char *const asks[] = {
		"{\"call\":\"read_file\",\"path\":\"/x\",\"cap\":4}",
		"{\"call\":\"nl_recv\",\"fd\":7,\"cap\":4,\"timeout_ms\":30}",
		"{\"call\":\"random\",\"len\":4}",
	};
	static const struct {
		size_t ask;
		const char *answer;
		int ret; /* what becomes of it; 1: it makes no sense */
	} rows[] = {
		{0, "{\"ret\":5,\"data\":\"abcde\"}", 1},   {0, "{\"ret\":4,\"data\":\"abc\"}", 1},
		{0, "{\"ret\":4,\"data\":\"abcd\"}", 4},    {1, "{\"ret\":5,\"bytes\":\"6162636465\"}", 1},
		{1, "{\"ret\":4,\"bytes\":\"616263\"}", 1}, {1, "{\"ret\":4,\"bytes\":\"61626364\"}", 4},
		{2, "{\"ret\":0,\"bytes\":\"616263\"}", 1}, {2, "{\"ret\":0}", 1},
		{2, "{\"errno\":\"EIO\"}", -EIO},           {2, "{\"ret\":0,\"bytes\":\"61626364\"}", 0},
	};
	struct fixture *f = *state;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char buf[5] = "";
		ssize_t ret;

		forge(f, asks[rows[i].ask], rows[i].answer);
		if (rows[i].ask == 0)
			ret = kernel_read_file(f->k, "/x", buf, 4);
		else if (rows[i].ask == 1)
			ret = kernel_nl_recv(f->k, 7, buf, 4, 30);
		else
			ret = kernel_random(f->k, buf, 4);
		if (rows[i].ret == 1) {
			assert_int_equal(ret, -EIO);
			assert_diverged(f, "the recorded answer to call 1 makes no sense");
			continue;
		}
		assert_int_equal(ret, rows[i].ret);
		assert_string_equal(buf, ret < 0 ? "" : "abcd");
		assert_int_equal(kernel_finish(f->k, &f->e), 0);
	}
}

/* An answer that does not fill both struct and response is none. */
static void test_requests_without_an_answer(void **state)
{
#define ARG "\"arg\":\"0102\""
	static const char ask[] = "{\"call\":\"ioctl\",\"fd\":5,\"nr\":\"0x3b96\",\"name\":\"IOMMU_VDEVICE_TSM_REQ\","
				  "\"effect\":\"read\",\"arg\":\"0000\",\"response_len\":2}";
	static const char *const answers[] = {
		"{}",
		"{\"ret\":0}",
		"{\"ret\":0,\"arg\":\"01\",\"response\":\"6162\"}",
		"{\"ret\":0," ARG "}",
		"{\"ret\":0," ARG ",\"response\":\"61\"}",
		"{\"ret\":-2," ARG ",\"response\":\"6162\"}",
	};
	struct fixture *f = *state;
	uint8_t arg[2] = {0};
	char response[3] = "";
	struct ioctl_call call = {
		.layout = &layout_tsm_req48,
		.nr = 0x3b96,
		.effect = EFFECT_READ,
		.arg = arg,
		.size = sizeof(arg),
		.response = response,
		.response_len = 2,
	};

	for (size_t i = 0; i < sizeof(answers) / sizeof(answers[0]); i++) {
		forge(f, ask, answers[i]);
		assert_int_equal(kernel_ioctl(f->k, 5, &call), -EIO);
		assert_diverged(f, "the recorded answer to call 1 makes no sense");
		assert_string_equal(response, "");
		memset(arg, 0, sizeof(arg));
	}
	forge(f, ask, "{\"ret\":0," ARG ",\"response\":\"6162\"}");
	assert_int_equal(kernel_ioctl(f->k, 5, &call), 0);
	assert_memory_equal(arg, "\1\2", 2);
	assert_string_equal(response, "ab");
#undef ARG
}

/* A later tsmctl may ask with more words, or in another order: what this one asks is not what was answered then. */
static void test_calls_of_another_version(void **state)
{
	static const struct {
		const char *ask, *message;
	} rows[] = {
		{"{\"call\":\"close\",\"fd\":3,\"flags\":1}",
		 "call 1, close: \"flags\" is absent and was 1 when recorded"},
		{"{\"call\":\"close\"}", "call 1, close: \"fd\" is 3 and was absent when recorded"},
		{"{\"fd\":3,\"call\":\"close\"}", "call 1, close: the arguments have another order than recorded"},
		{"{\"fd\":3}", "call 1 is close and was nothing when recorded"},
		{"{}", "call 1 is close and was nothing when recorded"},
	};
	struct fixture *f = *state;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		forge(f, rows[i].ask, "{\"ret\":0}");
		assert_int_equal(kernel_close(f->k, 3), -EIO);
		assert_diverged(f, rows[i].message);
		assert_non_null(strstr(f->e.hint, "by tsmctl 1."));
	}
}

/* What the command itself failed of is the error, not that it therefore left its course. */
static void test_an_error_before_stands(void **state)
{
	struct fixture *f = *state;

	forge(f, "{\"call\":\"close\",\"fd\":3}", "{\"ret\":0}");
	assert_int_equal(kernel_close(f->k, 4), -EIO);
	err_set(&f->e, ERR_EVIDENCE, "SHORT", "too short");
	assert_int_equal(kernel_finish(f->k, &f->e), -1);
	assert_string_equal(f->e.code, "SHORT");
}

static void test_no_recording(void **state)
{
#define HEAD "{\"schema\":\"tsmctl-recording/1\",\"tsmctl\":\"1\",\"backend\":\"sim\","
	static const struct {
		const char *text, *part;
	} rows[] = {
		{"", "byte 0"},
		{"{\"schema\":", "byte 10"},
		{"[]", "does not hold a JSON object"},
		{"{}", "\"schema\" is not"},
		{"{\"schema\":\"tsmctl-recording/2\",\"calls\":[]}", "another format"},
		{"{\"schema\":\"tsmctl\",\"calls\":[]}", "\"schema\" is not"},
		{"{\"schema\":1}", "\"schema\" must be"},
		{"{\"schema\":\"tsmctl-recording/1\"}", "has no \"calls\""},
		{HEAD "\"calls\":{}}", "\"calls\" must be"},
		{HEAD "\"more\":1,\"calls\":[]}", "unknown key \"more\""},
		{HEAD "\"calls\":[1]}", "a call of"},
		{HEAD "\"calls\":[[]]}", "it is no object, at byte 69"},
		{HEAD "\"calls\":[{\"ask\":]}]}", "byte 77"},
		{HEAD "\"calls\":[{\"ask\":{}", "it ends too early, at byte 78"},
		{HEAD "\"calls\":[{}]}}", "byte 73"},
		{HEAD "\"calls\":[{}],\"x\":[[{}]]}", "unknown key \"x\""},
		{HEAD "\"calls\":[{}{}]}", "byte 71"},
		{HEAD "\"calls\":[{}]}", "lacks \"ask\" or \"answer\""},
		{HEAD "\"calls\":[{\"ask\":[],\"answer\":{}}]}", "no objects"},
		{HEAD "\"calls\":[{\"ask\":{},\"answer\":{},\"us\":-1}]}", "\"us\" of call 1"},
		{HEAD "\"calls\":[{\"ask\":{},\"answer\":{},\"us\":1}]}", "its sum is wrong"},
		{HEAD "\"calls\":[{\"x\":{}}]}", "unknown key \"x\""},
	};
#undef HEAD
	struct fixture *f = *state;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct err e = {0};

		write_file(f->path, rows[i].text, strlen(rows[i].text));
		assert_null(kernel_replay(f->path, &e));
		assert_int_equal(e.class, ERR_FAILED);
		if (!strstr(e.message, rows[i].part))
			fail_msg("%s: %s", rows[i].text, e.message);
	}
	unlink(f->path);
	assert_null(kernel_replay(f->path, &f->e));
	assert_string_equal(f->e.code, "ENOENT");
}

/* Five million values in ten megabytes: refused before anything is made of them. */
static void test_too_many_values(void **state)
{
	struct fixture *f = *state;
	struct buf b = {0};

	buf_text(&b, "{\"calls\":[0");
	for (size_t i = 0; i < 5000000; i++)
		buf_text(&b, ",0");
	buf_text(&b, "]}");
	write_file(f->path, b.data, b.len);
	buf_free(&b);
	assert_null(kernel_replay(f->path, &f->e));
	assert_string_equal(f->e.code, "TOOBIG");
}

static void test_file_is_new_and_private(void **state)
{
	struct fixture *f = *state;
	struct stat st;
	bool freed = false;

	record(f);
	assert_int_equal(kernel_nl_open(f->k), 0);
	assert_int_equal(access(f->path, F_OK), -1);
	assert_int_equal(kernel_finish(f->k, &f->e), 0);
	assert_int_equal(stat(f->path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	kernel_free(f->k);

	f->fake = fake_kernel_new();
	assert_non_null(f->fake);
	f->fake->freed = &freed;
	f->k = kernel_record(&f->fake->kernel, f->path, false, &f->e);
	assert_null(f->k);
	assert_string_equal(f->e.code, "EEXIST");
	assert_true(freed);
}

static void test_unfinished_is_absent(void **state)
{
	struct fixture *f = *state;

	record(f);
	assert_int_equal(kernel_nl_open(f->k), 0);
	kernel_free(f->k);
	f->k = NULL;
	assert_int_equal(access(f->path, F_OK), -1);
	assert_int_equal(rmdir(f->dir), 0);
}

/* A full disk does not disturb the calls; it is told at the end, and nothing is left. */
static void test_write_error(void **state)
{
	struct fixture *f = *state;
	struct rlimit before, none = {0};

	record(f);
	signal(SIGXFSZ, SIG_IGN);
	getrlimit(RLIMIT_FSIZE, &before);
	none.rlim_max = before.rlim_max;
	setrlimit(RLIMIT_FSIZE, &none);
	f->fake->ret = 3;

	int fd = kernel_nl_open(f->k);
	int finished = kernel_finish(f->k, &f->e);

	setrlimit(RLIMIT_FSIZE, &before);
	assert_int_equal(fd, 3);
	assert_int_equal(finished, -1);
	assert_string_equal(f->e.code, "EFBIG");
	assert_int_equal(access(f->path, F_OK), -1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_every_call_comes_back, setup, teardown),
		cmocka_unit_test_setup_teardown(test_names_come_back, setup, teardown),
		cmocka_unit_test_setup_teardown(test_real_as_recorded, setup, teardown),
		cmocka_unit_test_setup_teardown(test_request_from_other_addresses, setup, teardown),
		cmocka_unit_test_setup_teardown(test_addresses_are_not_written, setup, teardown),
		cmocka_unit_test_setup_teardown(test_another_request, setup, teardown),
		cmocka_unit_test_setup_teardown(test_another_call, setup, teardown),
		cmocka_unit_test_setup_teardown(test_one_call_too_many, setup, teardown),
		cmocka_unit_test_setup_teardown(test_calls_left_over, setup, teardown),
		cmocka_unit_test_setup_teardown(test_each_byte_counts, setup, teardown),
		cmocka_unit_test_setup_teardown(test_indented, setup, teardown),
		cmocka_unit_test_setup_teardown(test_answers_that_make_no_sense, setup, teardown),
		cmocka_unit_test_setup_teardown(test_names_that_make_no_sense, setup, teardown),
		cmocka_unit_test_setup_teardown(test_answers_that_do_not_fit, setup, teardown),
		cmocka_unit_test_setup_teardown(test_requests_without_an_answer, setup, teardown),
		cmocka_unit_test_setup_teardown(test_calls_of_another_version, setup, teardown),
		cmocka_unit_test_setup_teardown(test_an_error_before_stands, setup, teardown),
		cmocka_unit_test_setup_teardown(test_no_recording, setup, teardown),
		cmocka_unit_test_setup_teardown(test_too_many_values, setup, teardown),
		cmocka_unit_test_setup_teardown(test_file_is_new_and_private, setup, teardown),
		cmocka_unit_test_setup_teardown(test_unfinished_is_absent, setup, teardown),
		cmocka_unit_test_setup_teardown(test_write_error, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
