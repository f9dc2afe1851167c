// SPDX-License-Identifier: GPL-2.0-or-later
#include "cmd/receiver.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "util/environment.h"
#include "util/io.h"

/* An object that is streamed is decoded too, if it is not larger than this. */
enum { DECODED_LIMIT = 1024 * 1024 };

/* Gives up keeping what is streamed anyway. */
static void drop(struct receiver *r)
{
	free(r->data);
	r->data = NULL;
	r->cap = 0;
	r->dropped = true;
}

static int receiver_begin(void *ctx, const struct evidence_object *o, struct err *e)
{
	struct receiver *r = ctx;

	r->object = *o;
	r->len = 0;
	r->dropped = false;
	if (r->streamed && o->length > DECODED_LIMIT)
		drop(r);
	/* A repeated dump starts over. */
	if (r->spool >= 0 && (ftruncate(r->spool, 0) < 0 || lseek(r->spool, 0, SEEK_SET) < 0))
		return err_errno(e, errno, "the temporary file cannot be emptied");
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
		drop(r);
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

static int receiver_chunk(void *ctx, const struct evidence_object *o, struct bytes chunk, struct err *e)
{
	struct receiver *r = ctx;

	(void)o;
	if (r->file && outfile_write(r->file, chunk.data, chunk.len, e))
		return -1;
	if (r->spool >= 0 && io_write_all(r->spool, chunk.data, chunk.len)) {
		err_errno(e, errno, "the temporary file cannot be written");
		err_hint(e, "TMPDIR names the directory for it; --output FILE needs none.");
		return -1;
	}
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
	const char *dir = environment("TMPDIR");
	int fd = open(dir ? dir : "/tmp", O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);

	if (fd < 0)
		fd = memfd_create("tsmctl", MFD_CLOEXEC);
	if (fd < 0)
		err_errno(e, errno, "no temporary file can be made");
	return fd;
}

struct evidence_sink receiver_sink(struct receiver *r)
{
	return (struct evidence_sink){receiver_begin, receiver_chunk, receiver_end, r};
}

int receiver_open(struct receiver *r, const struct options *o, struct err *e)
{
	*r = (struct receiver){.path = o->output, .force = o->force, .spool = -1};
	r->streamed = o->output || o->raw;
	if (o->raw && !o->output && !o->json) {
		r->spool = spool_open(e);
		return r->spool < 0 ? -1 : 0;
	}
	return 0;
}

int receiver_commit(struct receiver *r, int *raw_fd, struct err *e)
{
	struct outfile *file = r->file;

	r->file = NULL;
	if (file && outfile_commit(file, e))
		return -1;
	*raw_fd = r->spool;
	r->spool = -1;
	return 0;
}

void receiver_give(struct receiver *r, struct record *record)
{
	r->given = r->data && record_adopt(record, r->data, r->len);
}

void receiver_close(struct receiver *r)
{
	outfile_abort(r->file);
	if (r->spool >= 0)
		close(r->spool);
	if (!r->given)
		free(r->data);
}
