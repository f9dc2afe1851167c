// SPDX-License-Identifier: GPL-2.0-or-later
#include "verify/policy.h"

#include <stdlib.h>
#include <string.h>

#include "util/json_text.h"
#include "util/num.h"

enum { INDEX_MIN = 1, INDEX_MAX = 0xfe };

/* DSP0274: bits of the operational state. */
static const char *const modes[] = {"manufacturing", "validation", "normal", "recovery", "rma", "decommissioned"};

static int bad(struct err *e, const char *key, const char *want)
{
	return err_set(e, ERR_USAGE, "POLICY", "%s: %s", key, want);
}

static int read_root(struct policy *p, struct json_object *value, struct err *e)
{
	if (!json_object_is_type(value, json_type_string))
		return bad(e, "root", "the path of a file or directory is wanted");
	p->root = strdup(json_object_get_string(value));
	return p->root ? 0 : err_oom(e);
}

static int read_minimum_svn(struct policy *p, struct json_object *value, struct err *e)
{
	if (!json_object_is_type(value, json_type_int) || json_object_get_int64(value) < 0)
		return bad(e, "minimum_svn", "a number that is not negative is wanted");
	p->has_minimum_svn = true;
	p->minimum_svn = json_object_get_uint64(value);
	return 0;
}

static int add_digest(struct policy *p, uint8_t index, struct json_object *value, struct err *e)
{
	struct policy_digest *bigger = realloc(p->digest, (p->digest_count + 1) * sizeof(*bigger));
	struct policy_digest *d;
	long len;

	if (!bigger)
		return err_oom(e);
	p->digest = bigger;
	d = &p->digest[p->digest_count];
	len = json_object_is_type(value, json_type_string)
		      ? hex_decode(json_object_get_string(value), d->value, sizeof(d->value))
		      : -1;
	if (len != 32 && len != 48 && len != 64)
		return bad(e, "digests", "a digest is 64, 96 or 128 hex digits");
	d->index = index;
	d->len = (size_t)len;
	p->digest_count++;
	return 0;
}

static int read_index(struct policy *p, const char *name, struct json_object *value, struct err *e)
{
	uint64_t index;

	if (!num_parse(name, INDEX_MAX, &index) || index < INDEX_MIN)
		return bad(e, "digests", "an index is a number from 1 to 254");
	if (!json_object_is_type(value, json_type_array))
		return add_digest(p, (uint8_t)index, value, e);
	if (!json_object_array_length(value))
		return bad(e, "digests", "a list has at least one digest");
	for (size_t i = 0; i < json_object_array_length(value); i++)
		if (add_digest(p, (uint8_t)index, json_object_array_get_idx(value, i), e))
			return -1;
	return 0;
}

static int read_digests(struct policy *p, struct json_object *value, struct err *e)
{
	if (!json_object_is_type(value, json_type_object))
		return bad(e, "digests", "an object from index to digest is wanted");
	json_object_object_foreach(value, name, digest) if (read_index(p, name, digest, e)) return -1;
	return 0;
}

static int read_mode(struct policy *p, struct json_object *value, struct err *e)
{
	const char *name = json_object_is_type(value, json_type_string) ? json_object_get_string(value) : "";

	for (size_t i = 0; i < sizeof(modes) / sizeof(modes[0]); i++) {
		if (strcmp(name, modes[i]) != 0)
			continue;
		p->modes |= 1u << i;
		return 0;
	}
	return bad(e, "device_modes",
		   "the modes are manufacturing, validation, normal, recovery, rma and decommissioned");
}

static int read_modes(struct policy *p, struct json_object *value, struct err *e)
{
	if (!json_object_is_type(value, json_type_array))
		return bad(e, "device_modes", "a list of modes is wanted");
	p->has_modes = true;
	for (size_t i = 0; i < json_object_array_length(value); i++)
		if (read_mode(p, json_object_array_get_idx(value, i), e))
			return -1;
	return 0;
}

static int read_no_debug(struct policy *p, struct json_object *value, struct err *e)
{
	if (!json_object_is_type(value, json_type_boolean))
		return bad(e, "no_debug", "true or false is wanted");
	p->no_debug = json_object_get_boolean(value);
	return 0;
}

static int read_key(struct policy *p, const char *key, struct json_object *value, struct err *e)
{
	static const struct {
		const char *key;
		int (*read)(struct policy *p, struct json_object *value, struct err *e);
	} keys[] = {
		{"root", read_root},          {"minimum_svn", read_minimum_svn}, {"digests", read_digests},
		{"device_modes", read_modes}, {"no_debug", read_no_debug},
	};

	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
		if (strcmp(key, keys[i].key) == 0)
			return keys[i].read(p, value, e);
	bad(e, key, "there is no such rule");
	err_hint(e, "The rules are root, minimum_svn, digests, device_modes and no_debug.");
	return -1;
}

static int read_rules(struct policy *p, struct json_object *rules, struct err *e)
{
	json_object_object_foreach(rules, key, value) if (read_key(p, key, value, e)) return -1;
	return 0;
}

int policy_parse(const char *text, size_t len, struct policy *p, struct err *e)
{
	struct json_object *rules;
	struct json_fault f;
	int ret;

	*p = (struct policy){0};
	rules = json_text_parse(text, len, &f);
	if (!rules)
		return f.starved ? err_oom(e)
				 : err_set(e, ERR_USAGE, "POLICY", "the policy is no JSON object: %s", f.why);
	ret = read_rules(p, rules, e);
	json_object_put(rules);
	return ret;
}

void policy_free(struct policy *p)
{
	free(p->root);
	free(p->digest);
	*p = (struct policy){0};
}
