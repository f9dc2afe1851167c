// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <json-c/json.h>

#include "cmd/gather.h"
#include "decode/chain.h"
#include "decode/evidence.h"
#include "util/json_build.h"
#include "util/json_text.h"
#include "util/outdir.h"
#include "verify/module.h"
#include "verify/transcript.h"

#define MANIFEST_SCHEMA "tsmctl-evidence/1"

enum { SHA256_TEXT = 2 * 32 + 1, FINGERPRINTS_MAX = 256 };

static const struct column columns[] = {
	{"name", "OBJECT", false, false},
	{"size", "SIZE", true, false},
	{"file", "FILE", false, false},
};

/* What is saved, and what the manifest says about it. */
struct saved {
	struct target target;
	struct evidence_set set;
	struct module module;
	const char *source;
	char kernel[72]; /* "" where it is not known */
	char sha256[EV_COUNT][SHA256_TEXT];
	char nonce[2 * EV_NONCE_SIZE + 1]; /* in the last signed request; "" where there is none */
};

static struct bytes bytes_of(const struct evidence_copy *o)
{
	return (struct bytes){o->data, o->len};
}

static void write_hex(struct bytes b, char *out, size_t cap)
{
	for (size_t i = 0; i < b.len && 2 * i + 2 < cap; i++)
		snprintf(out + 2 * i, 3, "%02x", b.data[i]);
}

/* Writes the SHA-256 as hex; nothing for no bytes, or without libcrypto. */
static void hash(const struct saved *s, struct bytes b, char out[SHA256_TEXT])
{
	uint8_t digest[HASH_MAX] = {0};
	size_t len = b.len && s->module.crypto ? s->module.crypto->digest(HASH_SHA256, &b, 1, digest) : 0;

	if (len)
		write_hex((struct bytes){digest, len}, out, SHA256_TEXT);
}

static void hash_objects(struct saved *s)
{
	module_open(&s->module);
	for (int type = 0; type < EV_COUNT; type++)
		hash(s, bytes_of(&s->set.object[type]), s->sha256[type]);
}

static int find_nonce(struct saved *s, struct err *e)
{
	struct transcript_input in = {.measurements = bytes_of(&s->set.object[EV_MEASUREMENTS]),
				      .vca = bytes_of(&s->set.object[EV_VCA])};
	struct transcript t;

	if (transcript_build(&in, &t)) {
		transcript_free(&t);
		return err_oom(e);
	}
	if (t.request.nonce.len)
		write_hex(transcript_bytes(&t, t.request.nonce), s->nonce, sizeof(s->nonce));
	transcript_free(&t);
	return 0;
}

/* All objects came under one generation. NULL: this kernel interface reports none. */
static const struct evidence_copy *with_generation(const struct saved *s)
{
	for (int type = 0; type < EV_COUNT; type++)
		if (s->set.object[type].has_generation)
			return &s->set.object[type];
	return NULL;
}

/* The command's record; the manifest holds the same facts. */
static void describe_object(struct node *table, const struct saved *s, enum evidence_type type)
{
	struct node *row = node_object(table, NULL, NULL);
	char file[GATHER_FILE_CAP];

	gather_file_name(type, file);
	node_only(node_text(row, "name", NULL, evidence_type_name(type)), NODE_TEXT_ONLY);
	node_text(row, "object", NULL, evidence_object_name(type));
	node_count(row, "slot", NULL, type <= EV_CERT7 ? (uint64_t)type : 0);
	node_size(row, "size", NULL, s->set.object[type].len);
	node_text(row, "file", NULL, file);
	node_text(row, "sha256", NULL, s->sha256[type][0] ? s->sha256[type] : NULL);
}

static void describe(struct context *c, const struct saved *s)
{
	struct node *root = record_root(c->record);
	const struct evidence_copy *g = with_generation(s);
	char name[80];
	struct node *table;

	target_name(&s->target, name, sizeof(name));
	record_title(c->record, "Evidence of %s saved in %s", name, c->arg[0]);
	target_device(root, &s->target);
	node_text(root, "directory", NULL, c->arg[0]);
	node_text(root, "source", NULL, s->source);
	if (g)
		node_count(root, "generation", "Generation", g->generation);
	else
		node_null(root, "generation", NULL);
	node_text(root, "nonce", NULL, s->nonce[0] ? s->nonce : NULL);
	table = node_table(root, "objects", NULL, columns, sizeof(columns) / sizeof(columns[0]));
	for (int type = 0; type < EV_COUNT; type++)
		if (s->set.object[type].len)
			describe_object(table, s, (enum evidence_type)type);
}

/* Adds a member. NULL as value is no failure, but what `wanted` gives without memory. */
static int put(struct json_object *o, const char *key, struct json_object *value, bool wanted)
{
	return value || !wanted ? json_add(o, key, value) : -1;
}

static int put_text(struct json_object *o, const char *key, const char *text)
{
	bool wanted = text && *text;

	return put(o, key, wanted ? json_object_new_string(text) : NULL, wanted);
}

static int put_number(struct json_object *o, const char *key, uint64_t number)
{
	return put(o, key, json_object_new_uint64(number), true);
}

static int add_fingerprint(struct json_object *list, const struct saved *s, struct bytes certificate)
{
	char text[SHA256_TEXT] = "";
	struct json_object *value;

	hash(s, certificate, text);
	value = *text ? json_object_new_string(text) : NULL;
	return value || !*text ? json_append(list, value) : -1;
}

/* Of the certificates of a chain, in its order. */
static int put_fingerprints(struct json_object *o, const struct saved *s, struct bytes object)
{
	struct bytes in = evidence_payload(EV_CERT0, object);
	struct json_object *list = json_object_new_array();
	struct span certificate;
	struct chain c;

	if (put(o, "fingerprints", list, true))
		return -1;
	if (!in.len || chain_parse(in, &c, NULL))
		return 0;
	for (size_t i = 0; i < FINGERPRINTS_MAX && chain_next(in, &c.certificates, &certificate); i++)
		if (add_fingerprint(list, s, (struct bytes){in.data + certificate.offset, certificate.len}))
			return -1;
	return 0;
}

static int add_object(struct json_object *list, const struct saved *s, enum evidence_type type)
{
	struct bytes object = bytes_of(&s->set.object[type]);
	struct json_object *o = json_object_new_object();
	char file[GATHER_FILE_CAP];

	gather_file_name(type, file);
	if (o && !put_text(o, "object", evidence_object_name(type)) &&
	    !put_number(o, "slot", type <= EV_CERT7 ? (uint64_t)type : 0) && !put_text(o, "file", file) &&
	    !put_number(o, "size", object.len) && !put_text(o, "sha256", s->sha256[type]) &&
	    !put_text(o, "shape", evidence_shape(type, object)) && (type > EV_CERT7 || !put_fingerprints(o, s, object)))
		return json_append(list, o);
	json_object_put(o);
	return -1;
}

static int fill_manifest(struct json_object *m, const struct saved *s)
{
	const struct evidence_copy *g = with_generation(s);
	struct json_object *objects;

	if (put_text(m, "schema", MANIFEST_SCHEMA) || put_text(m, "tool", "tsmctl " TSMCTL_VERSION) ||
	    put_text(m, "kernel", s->kernel) || put_text(m, "device", s->target.bdf) ||
	    put_text(m, "source", s->source) ||
	    (g ? put_number(m, "generation", g->generation) : put(m, "generation", NULL, false)) ||
	    put_text(m, "nonce", s->nonce))
		return -1;
	objects = json_object_new_array();
	if (put(m, "objects", objects, true))
		return -1;
	for (int type = 0; type < EV_COUNT; type++)
		if (s->set.object[type].len && add_object(objects, s, (enum evidence_type)type))
			return -1;
	return 0;
}

static int write_manifest(struct outdir *d, const struct saved *s, struct err *e)
{
	const int flags = JSON_C_TO_STRING_PRETTY | JSON_C_TO_STRING_NOSLASHESCAPE;
	struct json_object *m = json_object_new_object();
	const char *text =
		m && fill_manifest(m, s) == 0 && !module_starved(&s->module) ? json_text(m, flags, &(size_t){0}) : NULL;
	int ret = text ? outdir_file(d, MANIFEST_FILE, text, strlen(text), e) : err_oom(e);

	json_object_put(m);
	return ret;
}

static int write_all(struct outdir *d, const struct saved *s, struct err *e)
{
	char file[GATHER_FILE_CAP];

	for (int type = 0; type < EV_COUNT; type++) {
		const struct evidence_copy *o = &s->set.object[type];

		gather_file_name((enum evidence_type)type, file);
		if (o->len && outdir_file(d, file, o->data, o->len, e))
			return -1;
	}
	return write_manifest(d, s, e);
}

static int write_directory(struct context *c, const struct saved *s)
{
	struct outdir *d = outdir_open(c->arg[0], c->err);

	if (!d)
		return -1;
	if (write_all(d, s, c->err)) {
		outdir_abort(d);
		return -1;
	}
	return outdir_commit(d, c->err);
}

int cmd_save(struct context *c)
{
	struct saved s = {0};
	int ret = gather(c, c->opt, &s.target, &s.set, &s.source);

	if (ret == 0)
		ret = find_nonce(&s, c->err);
	if (ret == 0) {
		platform_attribute(c->kernel, "/proc/sys/kernel/osrelease", s.kernel, sizeof(s.kernel));
		hash_objects(&s);
		ret = write_directory(c, &s);
	}
	if (ret == 0)
		describe(c, &s);
	evidence_set_free(&s.set);
	return ret;
}
