// SPDX-License-Identifier: GPL-2.0-or-later
/* --record: every call is passed on, timed, and written down with its answer (tape.h says how). */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "kernel/kernel.h"
#include "kernel/tape.h"
#include "util/clock.h"
#include "util/outfile.h"

struct recorder {
	struct kernel kernel; /* first member: a struct kernel * is a struct recorder * */
	struct outfile *file;
	struct buf ask, answer, line;
	int64_t begun_us;
	int64_t took_us;
	uint64_t sum;
	size_t calls;
	size_t size;    /* of the file, bytes */
	struct err err; /* why nothing is written any more */
};

/* Forgets the call before. */
static struct recorder *recorder_of(struct kernel *k)
{
	struct recorder *r = (struct recorder *)k;

	buf_reset(&r->ask);
	buf_reset(&r->answer);
	return r;
}

/* Just before the call, and just after it: begins the answer. */
static void begin(struct recorder *r)
{
	r->begun_us = clock_us();
}

static void end(struct recorder *r, ssize_t ret)
{
	char name[24];

	r->took_us = clock_us() - r->begun_us;
	if (ret < 0)
		buf_printf(&r->answer, "{\"errno\":\"%s\"", err_errno_name((int)-ret, name));
	else
		buf_printf(&r->answer, "{\"ret\":%zd", ret);
}

static void write_text(struct recorder *r, const struct buf *text)
{
	if (r->err.class != ERR_NONE)
		return;
	r->size += text->len;
	if (text->failed)
		err_oom(&r->err);
	else if (r->size > TAPE_MAX_SIZE || r->calls > TAPE_MAX_CALLS)
		err_set(&r->err, ERR_FAILED, "TOOBIG",
			"the recording is too long: at most %d MiB and %d calls are written", TAPE_MAX_SIZE >> 20,
			TAPE_MAX_CALLS);
	else
		outfile_write(r->file, text->data, text->len, &r->err);
}

/* Ends the answer and writes the call. */
static void put_down(struct recorder *r)
{
	uint64_t us = r->took_us > 0 ? (uint64_t)r->took_us : 0;

	buf_char(&r->answer, '}');
	buf_reset(&r->line);
	if (r->ask.failed || r->answer.failed) {
		r->line.failed = true;
	} else {
		r->sum = tape_sum_call(r->sum, r->ask.data, r->answer.data, us);
		buf_text(&r->line, r->calls ? ",\n{\"ask\":" : "\n{\"ask\":");
		buf_add(&r->line, r->ask.data, r->ask.len);
		buf_text(&r->line, ",\"answer\":");
		buf_add(&r->line, r->answer.data, r->answer.len);
		buf_printf(&r->line, ",\"us\":%" PRIu64 ",\"sum\":\"0x%016" PRIx64 "\"}", us, r->sum);
	}
	r->calls++;
	write_text(r, &r->line);
}

static int recorder_open(struct kernel *k, const char *path, int flags, enum effect effect)
{
	struct recorder *r = recorder_of(k);

	tape_ask_open(&r->ask, path, flags, effect);
	begin(r);
	int ret = kernel_open(k->below, path, flags, effect);
	end(r, ret);
	put_down(r);
	return ret;
}

static int recorder_close(struct kernel *k, int fd)
{
	struct recorder *r = recorder_of(k);

	tape_ask_close(&r->ask, fd);
	begin(r);
	int ret = kernel_close(k->below, fd);
	end(r, ret);
	put_down(r);
	return ret;
}

/* Struct and response also after an error: kernels give back the TSM's code then. */
static int recorder_ioctl(struct kernel *k, int fd, struct ioctl_call *call)
{
	struct recorder *r = recorder_of(k);

	tape_ask_ioctl(&r->ask, fd, call);
	begin(r);
	int ret = kernel_ioctl(k->below, fd, call);
	end(r, ret);
	if (call->arg)
		tape_put_arg(&r->answer, call);
	if (call->response_len)
		tape_put_hex(&r->answer, "response", call->response, call->response_len);
	put_down(r);
	return ret;
}

static ssize_t recorder_read_file(struct kernel *k, const char *path, void *buf, size_t cap)
{
	struct recorder *r = recorder_of(k);

	tape_ask_path(&r->ask, "read_file", path, cap);
	begin(r);
	ssize_t ret = kernel_read_file(k->below, path, buf, cap);
	end(r, ret);
	if (ret >= 0)
		tape_put_text(&r->answer, "data", buf, (size_t)ret);
	put_down(r);
	return ret;
}

static ssize_t recorder_read_link(struct kernel *k, const char *path, char *buf, size_t cap)
{
	struct recorder *r = recorder_of(k);

	tape_ask_path(&r->ask, "read_link", path, cap);
	begin(r);
	ssize_t ret = kernel_read_link(k->below, path, buf, cap);
	end(r, ret);
	if (ret >= 0)
		tape_put_text(&r->answer, "data", buf, (size_t)ret);
	put_down(r);
	return ret;
}

static int recorder_list_dir(struct kernel *k, const char *path, struct names *out)
{
	struct recorder *r = recorder_of(k);

	tape_ask_list_dir(&r->ask, path);
	begin(r);
	int ret = kernel_list_dir(k->below, path, out);
	end(r, ret);
	if (ret >= 0)
		tape_put_names(&r->answer, out);
	put_down(r);
	return ret;
}

static int recorder_pidfd_getfd(struct kernel *k, pid_t pid, int target)
{
	struct recorder *r = recorder_of(k);

	tape_ask_pidfd_getfd(&r->ask, pid, target);
	begin(r);
	int ret = kernel_pidfd_getfd(k->below, pid, target);
	end(r, ret);
	put_down(r);
	return ret;
}

static int recorder_nl_open(struct kernel *k)
{
	struct recorder *r = recorder_of(k);

	tape_ask_nl_open(&r->ask);
	begin(r);
	int ret = kernel_nl_open(k->below);
	end(r, ret);
	put_down(r);
	return ret;
}

static int recorder_nl_send(struct kernel *k, int fd, const void *msg, size_t len, enum effect effect)
{
	struct recorder *r = recorder_of(k);

	tape_ask_nl_send(&r->ask, fd, msg, len, effect);
	begin(r);
	int ret = kernel_nl_send(k->below, fd, msg, len, effect);
	end(r, ret);
	put_down(r);
	return ret;
}

static ssize_t recorder_nl_recv(struct kernel *k, int fd, void *buf, size_t cap, int timeout_ms)
{
	struct recorder *r = recorder_of(k);

	tape_ask_nl_recv(&r->ask, fd, cap, timeout_ms);
	begin(r);
	ssize_t ret = kernel_nl_recv(k->below, fd, buf, cap, timeout_ms);
	end(r, ret);
	if (ret >= 0)
		tape_put_hex(&r->answer, "bytes", buf, (size_t)ret);
	put_down(r);
	return ret;
}

static int recorder_random(struct kernel *k, void *buf, size_t len)
{
	struct recorder *r = recorder_of(k);

	tape_ask_random(&r->ask, len);
	begin(r);
	int ret = kernel_random(k->below, buf, len);
	end(r, ret);
	if (ret >= 0)
		tape_put_hex(&r->answer, "bytes", buf, len);
	put_down(r);
	return ret;
}

static void write_start(struct recorder *r)
{
	const char *backend = kernel_backend(&r->kernel);

	r->sum = tape_sum_start(TSMCTL_VERSION, backend);
	buf_printf(&r->line, "{\"schema\":\"%s\",\"tsmctl\":\"%s\",\"backend\":\"%s\",\"calls\":[", TAPE_SCHEMA,
		   TSMCTL_VERSION, backend);
	write_text(r, &r->line);
}

static int recorder_finish(struct kernel *k, struct err *e)
{
	struct recorder *r = recorder_of(k);
	struct outfile *file = r->file;

	buf_reset(&r->line);
	buf_text(&r->line, "\n]}\n");
	write_text(r, &r->line);
	r->file = NULL;
	if (r->err.class == ERR_NONE)
		return outfile_commit(file, e);
	outfile_abort(file);
	if (e->class == ERR_NONE)
		*e = r->err;
	return -1;
}

static void recorder_free(struct kernel *k)
{
	struct recorder *r = recorder_of(k);

	outfile_abort(r->file);
	buf_free(&r->ask);
	buf_free(&r->answer);
	buf_free(&r->line);
	kernel_free(k->below);
	free(r);
}

static const struct kernel_ops recorder_ops = {
	.open = recorder_open,
	.close = recorder_close,
	.ioctl = recorder_ioctl,
	.read_file = recorder_read_file,
	.read_link = recorder_read_link,
	.list_dir = recorder_list_dir,
	.pidfd_getfd = recorder_pidfd_getfd,
	.nl_open = recorder_nl_open,
	.nl_send = recorder_nl_send,
	.nl_recv = recorder_nl_recv,
	.random = recorder_random,
	.finish = recorder_finish,
	.free = recorder_free,
};

struct kernel *kernel_record(struct kernel *below, const char *path, bool force, struct err *e)
{
	struct recorder *r = calloc(1, sizeof(*r));

	if (!r) {
		err_oom(e);
		kernel_free(below);
		return NULL;
	}
	r->kernel = (struct kernel){.ops = &recorder_ops, .below = below};
	r->file = outfile_open(path, force, e);
	if (!r->file) {
		recorder_free(&r->kernel);
		return NULL;
	}
	write_start(r);
	return &r->kernel;
}
