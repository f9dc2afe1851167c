// SPDX-License-Identifier: GPL-2.0-or-later
#include "kernel/sim/json.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "util/json_text.h"
#include "util/num.h"

enum { MAX_VALUES = 1 << 19 };

int sim_json_text(int fd, size_t limit, struct buf *out, struct err *e)
{
	char chunk[16384];

	for (;;) {
		ssize_t len = read(fd, chunk, sizeof(chunk));

		if (len < 0 && errno == EINTR)
			continue;
		if (len < 0)
			return err_errno(e, errno, "the file cannot be read");
		if (len == 0)
			break;
		buf_add(out, chunk, (size_t)len);
		if (out->len > limit)
			return err_set(e, ERR_FAILED, "TOOBIG", "the file has more than %zu bytes", limit);
	}
	return out->failed ? err_oom(e) : 0;
}

/* A value can be 2 bytes of text, of which the parser makes some hundred: no file that is meant well has so many. */
static bool too_many_values(const char *text, size_t len)
{
	size_t count = 0;

	for (size_t i = 0; i < len; i++)
		count += text[i] == ',' || text[i] == '[' || text[i] == '{';
	return count > MAX_VALUES;
}

struct json_object *sim_json_parse(const char *text, size_t len, size_t at, struct err *e)
{
	struct json_object *o;
	struct json_fault f;

	if (too_many_values(text, len)) {
		err_set(e, ERR_FAILED, "TOOBIG", "the file has more than %d values", MAX_VALUES);
		return NULL;
	}
	o = json_text_parse(text, len, &f);
	if (o)
		return o;
	if (f.starved)
		err_oom(e);
	else
		err_set(e, ERR_FAILED, "JSON", "the file does not hold a JSON object: %s, at byte %zu", f.why,
			at + f.at);
	return NULL;
}

struct json_object *sim_json_read(int fd, const char *path, size_t limit, struct err *e)
{
	struct buf text = {0};
	struct json_object *o = NULL;

	if (!sim_json_text(fd, limit, &text, e))
		o = sim_json_parse(text.data ? text.data : "", text.len, 0, e);
	if (!o)
		err_object(e, "%s", path);
	buf_free(&text);
	return o;
}

static bool number(struct json_object *v, uint64_t max, uint64_t *out)
{
	if (json_object_is_type(v, json_type_string))
		return num_parse(json_object_get_string(v), max, out);
	if (!json_object_is_type(v, json_type_int) || json_object_get_int64(v) < 0)
		return false;
	*out = json_object_get_uint64(v);
	return *out <= max;
}

static bool store_flag(struct json_object *v, const struct json_key *k, void *to)
{
	bool flag = json_object_get_boolean(v);

	(void)k;
	memcpy(to, &flag, sizeof(flag));
	return json_object_is_type(v, json_type_boolean);
}

static bool store_u32(struct json_object *v, const struct json_key *k, void *to)
{
	uint64_t wide;

	(void)k;
	if (!number(v, UINT32_MAX, &wide))
		return false;
	memcpy(to, &(uint32_t){(uint32_t)wide}, sizeof(uint32_t));
	return true;
}

static bool store_u64(struct json_object *v, const struct json_key *k, void *to)
{
	uint64_t wide;

	(void)k;
	if (!number(v, UINT64_MAX, &wide))
		return false;
	memcpy(to, &wide, sizeof(wide));
	return true;
}

static bool store_size(struct json_object *v, const struct json_key *k, void *to)
{
	uint64_t wide;

	(void)k;
	if (!number(v, SIZE_MAX, &wide))
		return false;
	memcpy(to, &(size_t){(size_t)wide}, sizeof(size_t));
	return true;
}

static bool store_string(struct json_object *v, const struct json_key *k, void *to)
{
	size_t len = (size_t)json_object_get_string_len(v);

	if (!json_object_is_type(v, json_type_string) || len >= k->size)
		return false;
	memcpy(to, json_object_get_string(v), len + 1);
	return true;
}

static bool store_word(struct json_object *v, const struct json_key *k, void *to)
{
	int value = json_object_is_type(v, json_type_string) ? k->parse(json_object_get_string(v)) : -1;

	if (value < 0)
		return false;
	memcpy(to, &value, sizeof(value));
	return true;
}

static bool store_nothing(struct json_object *v, const struct json_key *k, void *to)
{
	(void)v;
	(void)k;
	(void)to;
	return true;
}

static const struct {
	bool (*store)(struct json_object *v, const struct json_key *k, void *to);
	const char *wanted;
} kinds[] = {
	[JSON_FLAG] = {store_flag, "true or false"},
	[JSON_U32] = {store_u32, "a number of 32 bits"},
	[JSON_U64] = {store_u64, "a number of 64 bits"},
	[JSON_SIZE] = {store_size, "a size"},
	[JSON_STRING] = {store_string, "a string that is not too long"},
	[JSON_WORD] = {store_word, "one of the words for it"},
	[JSON_OTHER] = {store_nothing, ""},
};

static const struct json_key *key_find(const struct json_key *key, size_t count, const char *name)
{
	for (size_t i = 0; i < count; i++)
		if (strcmp(key[i].name, name) == 0)
			return &key[i];
	return NULL;
}

static int unknown_key(const struct json_key *key, size_t count, const char *name, const char *what, struct err *e)
{
	struct buf known = {0};

	for (size_t i = 0; i < count; i++)
		buf_printf(&known, "%s%s", i ? ", " : "", key[i].name);
	err_set(e, ERR_FAILED, "JSON", "%s has an unknown key \"%.60s\"", what, name);
	err_hint(e, "Keys there: %s.", known.data ? known.data : "none");
	buf_free(&known);
	return -1;
}

static int wrong_value(struct json_object *v, const struct json_key *k, const char *what, struct err *e)
{
	const char *text = json_text(v, JSON_C_TO_STRING_SPACED, &(size_t){0});

	return text ? err_set(e, ERR_FAILED, "JSON", "\"%s\" of %s must be %s, not %.80s", k->name, what,
			      kinds[k->kind].wanted, text)
		    : err_oom(e);
}

int sim_json_fill(struct json_object *o, const struct json_key *key, size_t count, void *target, const char *what,
		  struct err *e)
{
	json_object_object_foreach(o, name, v)
	{
		const struct json_key *k = key_find(key, count, name);

		if (!k)
			return unknown_key(key, count, name, what, e);
		if (!kinds[k->kind].store(v, k, (char *)target + k->offset))
			return wrong_value(v, k, what, e);
	}
	return 0;
}

int sim_json_get(struct json_object *o, const char *name, enum json_type type, struct json_object **out, struct err *e)
{
	if (!json_object_object_get_ex(o, name, out)) {
		*out = NULL;
		return 0;
	}
	if (json_object_is_type(*out, type))
		return 0;
	return err_set(e, ERR_FAILED, "JSON", "\"%s\" must be of the type \"%s\"", name, json_type_to_name(type));
}
