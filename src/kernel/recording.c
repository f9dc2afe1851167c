// SPDX-License-Identifier: GPL-2.0-or-later
#include "kernel/recording.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "kernel/sim/json.h"
#include "kernel/tape.h"
#include "util/bytes.h"
#include "util/json_text.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

size_t recording_count(const struct recording *r)
{
	return r->calls.count;
}

const char *recording_text(struct json_object *o)
{
	return json_text(o, JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE, &(size_t){0});
}

/* One call is a tree at a time. */
static struct json_object *call_tree(struct recording *r, size_t n, struct err *e)
{
	if (!r->call || r->at != n) {
		json_object_put(r->call);
		r->call = calls_parse(&r->calls, n, e);
		r->at = n;
	}
	return r->call;
}

/* The call was parsed before: nothing but memory can be wrong. */
static struct json_object *half(struct recording *r, size_t n, const char *name)
{
	struct err unseen = {0};

	return json_object_object_get(call_tree(r, n, &unseen), name);
}

struct json_object *recording_ask(struct recording *r, size_t n)
{
	return half(r, n, "ask");
}

struct json_object *recording_answer(struct recording *r, size_t n)
{
	return half(r, n, "answer");
}

static int read_calls(struct calls *c, const char *path, struct err *e)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	int ret;

	if (fd < 0)
		return err_errno(e, errno, "cannot open the recording %s", path);
	ret = calls_read(c, fd, e);
	close(fd);
	if (ret)
		err_object(e, "%s", path);
	return ret;
}

/* The file is not for this tsmctl; `schema` is what it claims to be, or NULL. */
static int refuse_schema(const char *schema, const char *path, struct err *e)
{
	if (schema && strncmp(schema, TAPE_SCHEMA, strlen(TAPE_FAMILY)) == 0) {
		err_set(e, ERR_FAILED, "JSON", "%s is a recording of another format, %.40s", path, schema);
		err_hint(e, "This tsmctl reads " TAPE_SCHEMA ": replay the file with the tsmctl that wrote it.");
	} else {
		err_set(e, ERR_FAILED, "JSON", "%s is no recording: its \"schema\" is not \"%s\"", path, TAPE_SCHEMA);
		err_hint(e, "--record FILE makes a recording.");
	}
	return -1;
}

static int take_header(struct recording *r, const char *path, struct err *e)
{
	struct header {
		char schema[32];
		char version[sizeof(r->version)];
		char backend[sizeof(r->backend)];
	} h = {0};
	static const struct json_key keys[] = {
		{"schema", JSON_STRING, offsetof(struct header, schema), sizeof(h.schema), NULL},
		{"tsmctl", JSON_STRING, offsetof(struct header, version), sizeof(h.version), NULL},
		{"backend", JSON_STRING, offsetof(struct header, backend), sizeof(h.backend), NULL},
		{"calls", JSON_OTHER, 0, 0, NULL},
	};
	struct json_object *root = r->calls.rest, *schema, *calls;

	if (sim_json_get(root, "schema", json_type_string, &schema, e))
		return -1;
	if (!schema || strcmp(json_object_get_string(schema), TAPE_SCHEMA) != 0)
		return refuse_schema(json_object_get_string(schema), path, e);
	if (sim_json_fill(root, keys, COUNT(keys), &h, "the recording", e) ||
	    sim_json_get(root, "calls", json_type_array, &calls, e))
		return -1;
	if (!calls)
		return err_set(e, ERR_FAILED, "JSON", "%s has no \"calls\"", path);
	if (json_object_array_length(calls) != r->calls.count)
		return err_set(e, ERR_FAILED, "JSON", "a call of %s is no object", path);
	memcpy(r->version, h.version, sizeof(r->version));
	memcpy(r->backend, h.backend, sizeof(r->backend));
	return 0;
}

struct call {
	uint64_t us, sum;
};

static int take_call(struct json_object *o, const char *what, struct call *c, struct err *e)
{
	static const struct json_key keys[] = {
		{"ask", JSON_OTHER, 0, 0, NULL},
		{"answer", JSON_OTHER, 0, 0, NULL},
		{"us", JSON_U64, offsetof(struct call, us), 0, NULL},
		{"sum", JSON_U64, offsetof(struct call, sum), 0, NULL},
	};

	if (sim_json_fill(o, keys, COUNT(keys), c, what, e))
		return -1;
	if (json_object_is_type(json_object_object_get(o, "ask"), json_type_object) &&
	    json_object_is_type(json_object_object_get(o, "answer"), json_type_object))
		return 0;
	return err_set(e, ERR_FAILED, "JSON", "%s lacks \"ask\" or \"answer\", or they are no objects", what);
}

static int check_call(struct recording *r, size_t n, const char *path, uint64_t *sum, struct err *e)
{
	struct call c = {0};
	char what[200];

	snprintf(what, sizeof(what), "call %zu of %s", n + 1, path);
	if (!call_tree(r, n, e)) {
		err_object(e, "%s", path);
		return -1;
	}
	if (take_call(r->call, what, &c, e))
		return -1;

	const char *ask = recording_text(recording_ask(r, n));
	const char *answer = recording_text(recording_answer(r, n));

	if (!ask || !answer)
		return err_oom(e);
	*sum = tape_sum_call(*sum, ask, answer, c.us);
	if (*sum == c.sum)
		return 0;
	err_set(e, ERR_FAILED, "REPLAY", "%s is not as it was recorded: its sum is wrong", what);
	err_hint(e, "The file was changed or damaged; a recording serves only as --record wrote it.");
	return -1;
}

static int check_calls(struct recording *r, const char *path, struct err *e)
{
	uint64_t sum = tape_sum_start(r->version, r->backend);

	for (size_t n = 0; n < r->calls.count; n++)
		if (check_call(r, n, path, &sum, e))
			return -1;
	return 0;
}

int recording_load(struct recording *r, const char *path, struct err *e)
{
	*r = (struct recording){0};
	if (!read_calls(&r->calls, path, e) && !take_header(r, path, e) && !check_calls(r, path, e))
		return 0;
	if (e->class == ERR_FAILED && !e->hint[0] && err_errno_parse(e->code) < 0)
		err_hint(e, "A recording serves only as --record wrote it.");
	recording_free(r);
	return -1;
}

void recording_free(struct recording *r)
{
	json_object_put(r->call);
	calls_free(&r->calls);
	*r = (struct recording){0};
}

bool answer_ret(struct json_object *answer, int *ret)
{
	struct json_object *value = json_object_object_get(answer, "ret");
	struct json_object *error = json_object_object_get(answer, "errno");

	if (json_object_is_type(value, json_type_int) && !error) {
		int64_t wide = json_object_get_int64(value);

		*ret = (int)wide;
		return wide >= 0 && wide <= INT_MAX;
	}
	if (value || !json_object_is_type(error, json_type_string))
		return false;

	int errnum = err_errno_parse(json_object_get_string(error));

	*ret = -errnum;
	return errnum > 0;
}

static bool take_hex(struct json_object *value, void *out, size_t len)
{
	return json_object_is_type(value, json_type_string) && (size_t)json_object_get_string_len(value) == 2 * len &&
	       hex_decode(json_object_get_string(value), out, len) == (long)len;
}

bool answer_hex(struct json_object *answer, const char *key, void *out, size_t len)
{
	return take_hex(json_object_object_get(answer, key), out, len);
}

bool answer_text(struct json_object *answer, const char *key, void *out, size_t len)
{
	struct json_object *value = json_object_object_get(answer, key);

	if (json_object_is_type(value, json_type_object))
		return answer_hex(value, "hex", out, len);
	if (!json_object_is_type(value, json_type_string) || (size_t)json_object_get_string_len(value) != len)
		return false;
	memcpy(out, json_object_get_string(value), len);
	return true;
}

/* A name; longer ones than NAME_MAX are in no directory. NULL: it is none, or out of memory. */
static char *take_name(struct json_object *value)
{
	char name[NAME_MAX + 1] = {0};
	struct json_object *hex = json_object_object_get(value, "hex");
	size_t len = (size_t)json_object_get_string_len(hex ? hex : value) / (hex ? 2 : 1);
	bool plain = json_object_is_type(value, json_type_string);

	if (len > NAME_MAX)
		return NULL;
	if (plain)
		memcpy(name, json_object_get_string(value), len);
	else if (!take_hex(hex, name, len))
		return NULL;
	return strlen(name) == len ? strdup(name) : NULL;
}

int answer_names(struct json_object *answer, const char *key, struct names *out)
{
	struct json_object *list = json_object_object_get(answer, key);

	*out = (struct names){0};
	if (!json_object_is_type(list, json_type_array))
		return -EINVAL;

	size_t count = json_object_array_length(list);

	out->name = calloc(count ? count : 1, sizeof(*out->name));
	if (!out->name)
		return -ENOMEM;
	for (; out->count < count; out->count++) {
		out->name[out->count] = take_name(json_object_array_get_idx(list, out->count));
		if (!out->name[out->count]) {
			names_free(out);
			return -EINVAL;
		}
	}
	return 0;
}
