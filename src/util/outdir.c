// SPDX-License-Identifier: GPL-2.0-or-later
#include "util/outdir.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "util/interrupt.h"
#include "util/outfile.h"

enum { FILES_MAX = 32 };

struct outdir {
	char *path;   /* the name that it shall have */
	char *hidden; /* the one that it has */
	char *file[FILES_MAX];
	size_t count;
	bool made;
	bool named;
	sigset_t before; /* signals wait while it has its hidden name */
};

static int fail(const struct outdir *d, struct err *e, int errnum, const char *what)
{
	err_object(e, "%s", d->path);
	return err_errno(e, errnum, "%s", what);
}

/* "dir/.evidence.XXXXXX" of "dir/evidence/": where the rename cannot cross file systems. */
static char *hidden_name(const char *path)
{
	const char *slash = strrchr(path, '/');
	const char *base = slash ? slash + 1 : path;
	char *name;

	if (asprintf(&name, "%.*s.%s.XXXXXX", (int)(base - path), path, base) < 0)
		return NULL;
	return name;
}

static void cut_slashes(char *path)
{
	size_t len = strlen(path);

	while (len > 1 && path[len - 1] == '/')
		path[--len] = '\0';
}

static int make(struct outdir *d, struct err *e)
{
	struct stat st;

	if (lstat(d->path, &st) == 0) {
		fail(d, e, EEXIST, "this exists already");
		err_hint(e, "A directory is never replaced: name one that does not exist.");
		return -1;
	}
	d->hidden = hidden_name(d->path);
	if (!d->hidden)
		return err_oom(e);
	interrupt_hold(&d->before);
	d->made = mkdtemp(d->hidden);
	if (d->made)
		return 0;
	fail(d, e, errno, "cannot create the directory");
	interrupt_release(&d->before);
	return -1;
}

struct outdir *outdir_open(const char *path, struct err *e)
{
	struct outdir *d = calloc(1, sizeof(*d));

	if (d)
		d->path = strdup(path);
	if (!d || !d->path) {
		err_oom(e);
	} else {
		cut_slashes(d->path);
		if (make(d, e) == 0)
			return d;
	}
	outdir_abort(d);
	return NULL;
}

/* Notes the name first, so that an abort finds the file. */
static const char *note_file(struct outdir *d, const char *name)
{
	char *path;

	if (d->count == FILES_MAX || asprintf(&path, "%s/%s", d->hidden, name) < 0)
		return NULL;
	d->file[d->count++] = path;
	return path;
}

int outdir_file(struct outdir *d, const char *name, const void *bytes, size_t len, struct err *e)
{
	const char *path = note_file(d, name);

	if (!path)
		return err_oom(e);
	if (outfile_whole(path, false, bytes, len, e) == 0)
		return 0;
	err_object(e, "%s/%s", d->path, name);
	return -1;
}

static int flush(const char *path)
{
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int ret = fd < 0 ? -1 : fsync(fd);

	if (fd >= 0)
		close(fd);
	return ret;
}

/* A plain rename() would take the place of an empty directory; only where the file system knows no better. */
static int give_name(const struct outdir *d)
{
	if (renameat2(AT_FDCWD, d->hidden, AT_FDCWD, d->path, RENAME_NOREPLACE) == 0)
		return 0;
	if (errno != EINVAL && errno != ENOSYS)
		return -1;
	return rename(d->hidden, d->path);
}

int outdir_commit(struct outdir *d, struct err *e)
{
	int ret = 0;

	if (flush(d->hidden) || give_name(d))
		ret = fail(d, e, errno, "cannot name the directory");
	else
		d->named = true;
	outdir_abort(d);
	return ret;
}

void outdir_abort(struct outdir *d)
{
	if (!d)
		return;
	for (size_t i = 0; i < d->count; i++) {
		if (d->made && !d->named)
			unlink(d->file[i]);
		free(d->file[i]);
	}
	if (d->made && !d->named)
		rmdir(d->hidden);
	if (d->made)
		interrupt_release(&d->before);
	free(d->hidden);
	free(d->path);
	free(d);
}
