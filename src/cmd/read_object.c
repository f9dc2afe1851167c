// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "cmd/target.h"
#include "decode/evidence.h"
#include "util/outfile.h"

/* An object that is streamed to a file is decoded too, if it is not larger than this. */
enum { DECODED_LIMIT = 1024 * 1024 };

/* Where the object's bytes go: to memory to be shown, and to a file or a spool for standard output. */
struct receiver {
	const char *path; /* --output; NULL: none */
	bool force;
	struct outfile *file;
	int spool; /* --raw: unnamed file whose bytes go to stdout when all is well; -1: none */
	bool streamed;
	struct evidence_object object;
	uint8_t *data; /* NULL once it grew beyond DECODED_LIMIT while being streamed */
	size_t len;
	size_t cap;
	bool dropped;
};

static int receiver_begin(void *ctx, const struct evidence_object *o, struct err *e)
{
	struct receiver *r = ctx;

	r->object = *o;
	r->len = 0;
	r->dropped = false;
	/* A repeated dump starts over. */
	if (r->spool >= 0 && (ftruncate(r->spool, 0) < 0 || lseek(r->spool, 0, SEEK_SET) < 0))
		return err_errno(e, errno, "the spool file cannot be emptied");
	if (!r->path)
		return 0;
	outfile_abort(r->file);
	r->file = outfile_open(r->path, r->force, e);
	return r->file ? 0 : -1;
}

static int keep(struct receiver *r, struct bytes chunk, struct err *e)
{
	if (r->dropped)
		return 0;
	if (r->streamed && r->len + chunk.len > DECODED_LIMIT) {
		free(r->data);
		r->data = NULL;
		r->cap = 0;
		r->dropped = true;
		return 0;
	}
	if (r->len + chunk.len > r->cap) {
		size_t cap = (r->len + chunk.len) * 2;
		uint8_t *bigger = realloc(r->data, cap);

		if (!bigger)
			return err_oom(e);
		r->data = bigger;
		r->cap = cap;
	}
	memcpy(r->data + r->len, chunk.data, chunk.len);
	return 0;
}

static int spool(int fd, struct bytes chunk, struct err *e)
{
	while (chunk.len) {
		ssize_t n = write(fd, chunk.data, chunk.len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return err_errno(e, errno, "the spool file cannot be written");
		chunk.data += n;
		chunk.len -= (size_t)n;
	}
	return 0;
}

static int receiver_chunk(void *ctx, const struct evidence_object *o, struct bytes chunk, struct err *e)
{
	struct receiver *r = ctx;

	(void)o;
	if (r->file && outfile_write(r->file, chunk.data, chunk.len, e))
		return -1;
	if (r->spool >= 0 && spool(r->spool, chunk, e))
		return -1;
	if (keep(r, chunk, e))
		return -1;
	r->len += chunk.len;
	return 0;
}

static int receiver_end(void *ctx, const struct evidence_object *o, struct err *e)
{
	(void)ctx;
	(void)o;
	(void)e;
	return 0;
}

/* A file without a name in the temporary directory; memory where there is none. */
static int spool_open(struct err *e)
{
	const char *dir = getenv("TMPDIR");
	int fd = open(dir && *dir ? dir : "/tmp", O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);

	if (fd < 0)
		fd = memfd_create("tsmctl", MFD_CLOEXEC);
	if (fd < 0)
		err_errno(e, errno, "no temporary file can be made");
	return fd;
}

static int receiver_open(struct receiver *r, const struct options *o, struct err *e)
{
	*r = (struct receiver){.path = o->output, .force = o->force, .spool = -1};
	r->streamed = o->output || o->raw;
	if (o->raw && !o->output && !o->json) {
		r->spool = spool_open(e);
		return r->spool < 0 ? -1 : 0;
	}
	return 0;
}

static void receiver_close(struct receiver *r)
{
	outfile_abort(r->file);
	if (r->spool >= 0)
		close(r->spool);
	free(r->data);
}

/* Bytes that cannot be decoded are shown all the same: an operator wants to see what the device sent. */
static void decode(struct node *root, enum evidence_type type, const struct receiver *r, bool show)
{
	struct bytes b = {r->data, r->len};
	struct node *decoded;
	struct err local = {0};

	node_text(root, "shape", NULL, r->dropped ? NULL : evidence_shape(type, b));
	if (r->dropped || r->len == 0) {
		node_null(root, "decoded", NULL);
		return;
	}
	decoded = node_object(root, "decoded", NULL);
	if (!show)
		node_only(decoded, NODE_JSON_ONLY);
	if (evidence_describe(type, b, decoded, &local))
		node_text(decoded, "error", "Not decoded", local.message);
}

static const char *object_title(enum evidence_type type)
{
	static const char *const titles[] = {"Certificate chain", "VCA", "Measurements", "TDISP interface report"};

	return titles[type <= EV_CERT7 ? 0 : type - EV_VCA + 1];
}

static void set_title(struct context *c, const struct pci_function *f, enum evidence_type type,
		      const struct receiver *r)
{
	char slot[16] = "";
	char generation[40] = "";

	if (type <= EV_CERT7)
		snprintf(slot, sizeof(slot), " of slot %d", type);
	if (r->object.has_generation)
		snprintf(generation, sizeof(generation), ", generation %u", r->object.generation);
	record_title(c->record, "%s%s of %s, %s%zu bytes%s%s%s", object_title(type), slot, f->bdf,
		     c->opt->digest ? "digest of " : "", r->len, generation, r->path ? ", written to " : "",
		     r->path ? r->path : "");
}

static void describe(struct context *c, const struct access *a, const struct pci_function *f, enum evidence_type type,
		     const struct receiver *r)
{
	struct node *root = record_root(c->record);
	bool shows_text = !r->path && !c->opt->hex && !c->opt->digest;

	set_title(c, f, type, r);
	node_text(root, "device", NULL, f->bdf);
	node_text(root, "object", NULL, evidence_object_name(type));
	node_count(root, "slot", NULL, type <= EV_CERT7 ? (uint64_t)type : 0);
	node_text(root, "source", NULL, access_name(a));
	if (r->object.has_generation)
		node_count(root, "generation", NULL, r->object.generation);
	else
		node_null(root, "generation", NULL);
	node_size(root, "size", NULL, r->len);
	node_bool(root, "digest", NULL, c->opt->digest);
	if (r->len == 0)
		node_note(root, "The object is empty: the TSM has not filled it, or does not offer it.");
	if (!r->path && !r->dropped)
		node_bytes(root, "bytes", c->opt->hex || c->opt->digest ? "Bytes" : NULL, r->data, r->len);
	if (r->path)
		node_text(root, "file", NULL, r->path);
	if (!c->opt->digest) {
		decode(root, type, r, shows_text);
		return;
	}
	node_null(root, "shape", NULL);
	node_null(root, "decoded", NULL);
}

static int read_and_describe(struct context *c, struct access *a, const struct pci_function *f, enum evidence_type type)
{
	struct evidence_query q = {.device = f->bdf, .mask = 1u << type, .digest = c->opt->digest};
	struct receiver r;
	struct evidence_sink sink = {receiver_begin, receiver_chunk, receiver_end, &r};
	int ret = receiver_open(&r, c->opt, c->err);

	if (ret == 0)
		ret = access_read(a, &q, &sink, c->err);
	if (ret == 0)
		describe(c, a, f, type, &r);
	if (ret == 0 && r.file) {
		ret = outfile_commit(r.file, c->err);
		r.file = NULL;
	}
	if (ret == 0) {
		c->raw_fd = r.spool;
		r.spool = -1;
	}
	receiver_close(&r);
	return ret;
}

static int check_options(struct context *c)
{
	const struct options *o = c->opt;

	if (o->output && strcmp(o->output, "-") == 0)
		return err_set(c->err, ERR_USAGE, "USAGE", "--output wants a file; --raw writes to standard output");
	if (o->hex && (o->raw || o->output))
		return err_set(c->err, ERR_USAGE, "USAGE", "--hex is for reading; --raw and --output give the bytes");
	return 0;
}

int cmd_read_object(struct context *c)
{
	int type = evidence_argument(c->arg[0], c->err);
	struct access_wish wish = {.channel = channel_from_options(c->opt)};
	struct pci_function f;
	struct access a;
	struct target t;
	int ret;

	if (type < 0 || check_options(c) || target_from_options(c->opt, &t, c->err) || target_function(c, &t, &f) ||
	    access_open(&a, c->kernel, &t, &wish, c->err))
		return -1;
	ret = read_and_describe(c, &a, &f, (enum evidence_type)type);
	access_close(&a);
	return ret;
}
