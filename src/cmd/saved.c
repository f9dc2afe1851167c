// SPDX-License-Identifier: GPL-2.0-or-later
#include "cmd/saved.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cmd/file.h"
#include "cmd/gather.h"
#include "util/json_text.h"

enum { MANIFEST_MAX = 1024 * 1024 };

/* A directory while it is read. */
struct reader {
	struct context *c;
	const char *directory;
	const struct module *module;
	struct json_object *manifest;
	const char **unchecked;
};

static int path_of(const struct reader *r, const char *file, char path[PATH_MAX])
{
	if (snprintf(path, PATH_MAX, "%s/%s", r->directory, file) < PATH_MAX)
		return 0;
	return err_errno(r->c->err, ENAMETOOLONG, "the directory's name is too long");
}

static int parse_manifest(struct reader *r, const char *path, const char *text, size_t len)
{
	struct json_fault f;

	r->manifest = json_text_parse(text, len, &f);
	if (r->manifest)
		return 0;
	if (f.starved)
		return err_oom(r->c->err);
	err_set(r->c->err, ERR_EVIDENCE, "MANIFEST", "the manifest is no JSON object: %s", f.why);
	err_object(r->c->err, "%s", path);
	return -1;
}

static int read_manifest(struct reader *r)
{
	char path[PATH_MAX];
	uint8_t *text;
	size_t len;
	int ret;

	if (path_of(r, MANIFEST_FILE, path))
		return -1;
	if (access(path, R_OK) != 0) {
		err_object(r->c->err, "%s", r->directory);
		err_set(r->c->err, ERR_USAGE, "USAGE", "this is no saved evidence: it has no " MANIFEST_FILE);
		err_hint(r->c->err, "'tsmctl -d BDF save DIR' writes what diff reads.");
		return -1;
	}
	if (file_read(path, MANIFEST_MAX, &text, &len, r->c->err))
		return -1;
	ret = parse_manifest(r, path, (const char *)text, len);
	free(text);
	return ret;
}

/* What the manifest says about a file; NULL: nothing. */
static struct json_object *entry_of(const struct reader *r, const char *file)
{
	struct json_object *list = json_object_object_get(r->manifest, "objects");
	size_t count = json_object_is_type(list, json_type_array) ? json_object_array_length(list) : 0;

	for (size_t i = 0; i < count; i++) {
		struct json_object *entry = json_object_array_get_idx(list, i);
		struct json_object *name = NULL;

		if (json_object_is_type(entry, json_type_object) && json_object_object_get_ex(entry, "file", &name) &&
		    json_object_is_type(name, json_type_string) && strcmp(json_object_get_string(name), file) == 0)
			return entry;
	}
	return NULL;
}

static int differs(const struct reader *r, const char *file, const char *what)
{
	err_object(r->c->err, "%s/%s", r->directory, file);
	err_set(r->c->err, ERR_EVIDENCE, "MANIFEST", "the file is not what " MANIFEST_FILE " says: %s", what);
	err_hint(r->c->err,
		 "It was changed after 'tsmctl save' wrote it: nothing in this directory is to be relied on.");
	return -1;
}

static int check_digest(const struct reader *r, const char *file, const char *wanted, struct bytes bytes)
{
	uint8_t digest[HASH_MAX], own[HASH_MAX];
	long len = hex_decode(wanted, digest, sizeof(digest));

	size_t own_len = r->module->crypto->digest(HASH_SHA256, &bytes, 1, own);

	if (module_starved(r->module))
		return err_oom(r->c->err);
	if (len != (long)own_len || memcmp(digest, own, own_len) != 0)
		return differs(r, file, "its SHA-256 is another one");
	return 0;
}

static int check_file(const struct reader *r, const char *file, const struct evidence_copy *o)
{
	struct json_object *entry = entry_of(r, file);
	struct json_object *size, *digest;
	char what[80];

	if (!entry)
		return differs(r, file, "it has no such object");
	size = json_object_object_get(entry, "size");
	digest = json_object_object_get(entry, "sha256");
	if (!json_object_is_type(size, json_type_int) || json_object_get_uint64(size) != o->len) {
		snprintf(what, sizeof(what), "it has %zu bytes", o->len);
		return differs(r, file, what);
	}
	if (!r->module->crypto)
		*r->unchecked = r->module->why;
	else if (!json_object_is_type(digest, json_type_string))
		*r->unchecked = "it was saved by a tsmctl without libcrypto";
	else
		return check_digest(r, file, json_object_get_string(digest), (struct bytes){o->data, o->len});
	return 0;
}

static int read_object(const struct reader *r, enum evidence_type type, struct evidence_copy *o)
{
	char file[GATHER_FILE_CAP];
	char path[PATH_MAX];

	gather_file_name(type, file);
	if (path_of(r, file, path))
		return -1;
	if (access(path, F_OK) != 0 && errno == ENOENT)
		return entry_of(r, file) ? differs(r, file, "it is not there") : 0;
	if (file_read(path, EV_MAX_OBJECT_SIZE, &o->data, &o->len, r->c->err))
		return -1;
	o->present = true;
	return check_file(r, file, o);
}

int saved_read(struct context *c, const char *directory, const struct module *m, struct evidence_set *set,
	       const char **unchecked)
{
	struct reader r = {.c = c, .directory = directory, .module = m, .unchecked = unchecked};
	int ret = read_manifest(&r);

	for (int type = 0; ret == 0 && type < EV_COUNT; type++)
		ret = read_object(&r, (enum evidence_type)type, &set->object[type]);
	json_object_put(r.manifest);
	return ret;
}
