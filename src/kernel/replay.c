// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * --replay: a bottom that answers from a recording. Each call is written as record.c would write it and held against
 * the recorded one; after the first difference nothing is answered any more.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kernel/kernel.h"
#include "kernel/recording.h"
#include "kernel/tape.h"
#include "util/buf.h"
#include "util/json_text.h"

enum { SHOWN_LEN = 60 }; /* of a value in an error */

struct replay {
	struct kernel kernel; /* first member: a struct kernel * is a struct replay * */
	struct recording tape;
	size_t next; /* call */
	struct buf ask;
	struct err err; /* the first difference */
};

static struct replay *replay_of(struct kernel *k)
{
	struct replay *p = (struct replay *)k;

	buf_reset(&p->ask);
	return p;
}

static const char *call_name(struct json_object *ask)
{
	const char *name = json_object_get_string(json_object_object_get(ask, "call"));

	return name ? name : "nothing";
}

/* Where the part of two long texts begins that an error shows: a little before they differ. */
static size_t shown_from(const char *a, const char *b)
{
	size_t at = 0;

	if (strlen(a) <= SHOWN_LEN && strlen(b) <= SHOWN_LEN)
		return 0;
	while (a[at] && a[at] == b[at])
		at++;
	return at > SHOWN_LEN / 2 ? at - SHOWN_LEN / 2 : 0;
}

static void shorten(char out[SHOWN_LEN + 8], const char *text, size_t from)
{
	snprintf(out, SHOWN_LEN + 8, "%s%.*s%s", from ? "..." : "", SHOWN_LEN, text + from,
		 strlen(text + from) > SHOWN_LEN ? "..." : "");
}

static int differs(struct replay *p, const char *call, const char *key, struct json_object *now,
		   struct json_object *then)
{
	const char *a = now ? recording_text(now) : "absent";
	const char *b = then ? recording_text(then) : "absent";
	char is[SHOWN_LEN + 8], was[SHOWN_LEN + 8];

	if (!a || !b)
		return err_oom(&p->err);

	size_t from = shown_from(a, b);

	shorten(is, a, from);
	shorten(was, b, from);
	return err_set(&p->err, ERR_FAILED, "REPLAY", "call %zu, %s: \"%s\" is %s and was %s when recorded",
		       p->next + 1, call, key, is, was);
}

/* The first argument that is not the recorded one; members of the recorded call that are too many come last. */
static int name_difference(struct replay *p, struct json_object *now, struct json_object *then)
{
	const char *call = call_name(now);

	if (strcmp(call, call_name(then)) != 0)
		return err_set(&p->err, ERR_FAILED, "REPLAY", "call %zu is %s and was %.40s when recorded", p->next + 1,
			       call, call_name(then));
	json_object_object_foreach(now, key, value)
	{
		struct json_object *recorded = json_object_object_get(then, key);

		if (!json_object_equal(value, recorded))
			return differs(p, call, key, value, recorded);
	}
	json_object_object_foreach(then, other, recorded)
	{
		if (!json_object_object_get_ex(now, other, NULL))
			return differs(p, call, other, NULL, recorded);
	}
	return err_set(&p->err, ERR_FAILED, "REPLAY", "call %zu, %s: the arguments have another order than recorded",
		       p->next + 1, call);
}

static int took_another_course(struct replay *p, struct json_object *then)
{
	struct json_object *now = json_text_parse(p->ask.data, p->ask.len, &(struct json_fault){0});

	if (!now)
		return err_oom(&p->err);
	if (then)
		name_difference(p, now, then);
	else
		err_set(&p->err, ERR_FAILED, "REPLAY", "call %zu, %s, was not recorded: the recording ends before it",
			p->next + 1, call_name(now));
	json_object_put(now);
	err_hint(&p->err, "A recording answers the command line that it was made with, by tsmctl %s.", p->tape.version);
	return -1;
}

/* The answer to what p->ask says. NULL, with p->err set, if that is not the next recorded call. */
static struct json_object *answer(struct replay *p)
{
	bool more = p->next < recording_count(&p->tape);
	struct json_object *then;
	const char *text;

	if (p->err.class != ERR_NONE)
		return NULL;
	then = more ? recording_ask(&p->tape, p->next) : NULL;
	text = then ? recording_text(then) : NULL;
	if (p->ask.failed || (more && !text)) {
		err_oom(&p->err);
		return NULL;
	}
	if (!more || strcmp(text, p->ask.data) != 0) {
		took_another_course(p, then);
		return NULL;
	}
	return recording_answer(&p->tape, p->next++);
}

/* The recorded call just asked for has an answer that it cannot have had. */
static int no_answer(struct replay *p)
{
	err_set(&p->err, ERR_FAILED, "REPLAY", "the recorded answer to call %zu makes no sense", p->next);
	err_hint(&p->err, "No --record wrote this: the recording comes from elsewhere.");
	return -EIO;
}

/* What the call returns; `*a` becomes its answer where it went well, to read the rest from, else NULL. */
static int result(struct replay *p, struct json_object **a)
{
	struct json_object *found = answer(p);
	int ret = -EIO;

	*a = NULL;
	if (!found)
		return -EIO;
	if (!answer_ret(found, &ret))
		return no_answer(p);
	if (ret >= 0)
		*a = found;
	return ret;
}

/* For the calls that only return a number. */
static int number(struct replay *p)
{
	struct json_object *a;

	return result(p, &a);
}

static int replay_open(struct kernel *k, const char *path, int flags, enum effect effect)
{
	struct replay *p = replay_of(k);

	tape_ask_open(&p->ask, path, flags, effect);
	return number(p);
}

static int replay_close(struct kernel *k, int fd)
{
	struct replay *p = replay_of(k);

	tape_ask_close(&p->ask, fd);
	return number(p);
}

/* The struct comes back as recorded, but for the addresses, which are this process's. */
static bool give_arg(const struct ioctl_call *call, struct json_object *a)
{
	uint8_t *bytes = malloc(call->size);
	bool good = bytes && answer_hex(a, "arg", bytes, call->size);

	for (size_t i = 0; good && i < call->address_count; i++) {
		const struct ioctl_address *at = &call->address[i];

		if (ioctl_address_in(at, false, call->size))
			memcpy(bytes + at->offset, (const uint8_t *)call->arg + at->offset, IOCTL_ADDRESS_SIZE);
	}
	if (good)
		memcpy(call->arg, bytes, call->size);
	free(bytes);
	return good;
}

static int replay_ioctl(struct kernel *k, int fd, struct ioctl_call *call)
{
	struct replay *p = replay_of(k);
	struct json_object *a;
	int ret;

	tape_ask_ioctl(&p->ask, fd, call);
	a = answer(p);
	if (!a)
		return -EIO;
	if (!answer_ret(a, &ret) || (call->arg && !give_arg(call, a)) ||
	    (call->response_len && !answer_hex(a, "response", call->response, call->response_len)))
		return no_answer(p);
	return ret;
}

static ssize_t replay_read_file(struct kernel *k, const char *path, void *buf, size_t cap)
{
	struct replay *p = replay_of(k);
	struct json_object *a;

	tape_ask_path(&p->ask, "read_file", path, cap);

	int ret = result(p, &a);

	if (!a)
		return ret;
	return (size_t)ret <= cap && answer_text(a, "data", buf, (size_t)ret) ? ret : no_answer(p);
}

static ssize_t replay_read_link(struct kernel *k, const char *path, char *buf, size_t cap)
{
	struct replay *p = replay_of(k);
	struct json_object *a;

	tape_ask_path(&p->ask, "read_link", path, cap);

	int ret = result(p, &a);

	if (!a)
		return ret;
	if ((size_t)ret >= cap || !answer_text(a, "data", buf, (size_t)ret))
		return no_answer(p);
	buf[ret] = '\0';
	return ret;
}

static int replay_list_dir(struct kernel *k, const char *path, struct names *out)
{
	struct replay *p = replay_of(k);
	struct json_object *a;

	*out = (struct names){0};
	tape_ask_list_dir(&p->ask, path);

	int ret = result(p, &a);
	int names = a ? answer_names(a, "names", out) : 0;

	if (names == -EINVAL)
		return no_answer(p);
	return names < 0 ? names : ret;
}

static int replay_pidfd_getfd(struct kernel *k, pid_t pid, int target)
{
	struct replay *p = replay_of(k);

	tape_ask_pidfd_getfd(&p->ask, pid, target);
	return number(p);
}

static int replay_nl_open(struct kernel *k)
{
	struct replay *p = replay_of(k);

	tape_ask_nl_open(&p->ask);
	return number(p);
}

static int replay_nl_send(struct kernel *k, int fd, const void *msg, size_t len, enum effect effect)
{
	struct replay *p = replay_of(k);

	tape_ask_nl_send(&p->ask, fd, msg, len, effect);
	return number(p);
}

/* The time that the kernel took is not waited for. */
static ssize_t replay_nl_recv(struct kernel *k, int fd, void *buf, size_t cap, int timeout_ms)
{
	struct replay *p = replay_of(k);
	struct json_object *a;

	tape_ask_nl_recv(&p->ask, fd, cap, timeout_ms);

	int ret = result(p, &a);

	if (!a)
		return ret;
	return (size_t)ret <= cap && answer_hex(a, "bytes", buf, (size_t)ret) ? ret : no_answer(p);
}

static int replay_random(struct kernel *k, void *buf, size_t len)
{
	struct replay *p = replay_of(k);
	struct json_object *a;

	tape_ask_random(&p->ask, len);

	int ret = result(p, &a);

	if (!a)
		return ret;
	return answer_hex(a, "bytes", buf, len) ? ret : no_answer(p);
}

static const char *replay_recorded(const struct kernel *k)
{
	return ((const struct replay *)k)->tape.backend;
}

static bool is_change(struct json_object *ask)
{
	const char *effect = json_object_get_string(json_object_object_get(ask, "effect"));

	return effect && strcmp(effect, "change") == 0;
}

static int replay_finish(struct kernel *k, struct err *e)
{
	struct replay *p = replay_of(k);

	for (size_t n = p->next; n < recording_count(&p->tape) && p->err.class == ERR_NONE; n++)
		if (is_change(recording_ask(&p->tape, n)))
			err_set(&p->err, ERR_FAILED, "REPLAY",
				"call %zu, %.40s, was recorded and is not made: a change", n + 1,
				call_name(recording_ask(&p->tape, n)));
	if (p->err.class == ERR_NONE)
		return 0;
	if (e->class == ERR_NONE)
		*e = p->err;
	return -1;
}

static void replay_free(struct kernel *k)
{
	struct replay *p = replay_of(k);

	recording_free(&p->tape);
	buf_free(&p->ask);
	free(p);
}

static const struct kernel_ops replay_ops = {
	.backend = "replay",
	.open = replay_open,
	.close = replay_close,
	.ioctl = replay_ioctl,
	.read_file = replay_read_file,
	.read_link = replay_read_link,
	.list_dir = replay_list_dir,
	.pidfd_getfd = replay_pidfd_getfd,
	.nl_open = replay_nl_open,
	.nl_send = replay_nl_send,
	.nl_recv = replay_nl_recv,
	.random = replay_random,
	.recorded = replay_recorded,
	.finish = replay_finish,
	.free = replay_free,
};

struct kernel *kernel_replay(const char *path, struct err *e)
{
	struct replay *p = calloc(1, sizeof(*p));

	if (!p) {
		err_oom(e);
		return NULL;
	}
	p->kernel.ops = &replay_ops;
	if (recording_load(&p->tape, path, e)) {
		replay_free(&p->kernel);
		return NULL;
	}
	return &p->kernel;
}
