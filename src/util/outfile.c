// SPDX-License-Identifier: GPL-2.0-or-later
#include "util/outfile.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include "util/interrupt.h"
#include "util/io.h"

struct outfile {
	char *path;
	const char *base; /* the last component of `path` */
	int dir;
	int fd;
	bool force;
	bool broken;     /* a write failed: never give it a name */
	char hidden[40]; /* its name for the time being, relative to `dir`; empty while it has none */
};

static int fail(struct outfile *f, struct err *e, int errnum, const char *what)
{
	err_errno(e, errnum, "%s: %s", what, strerror(errnum));
	err_object(e, "%s", f->path);
	return -1;
}

static void cannot_create(struct outfile *f, struct err *e)
{
	fail(f, e, errno, "cannot create the output file");
	err_hint(e, "Its directory must exist, and this user must be able to write there.");
}

/* Refuses what may not be replaced. A target that is not there is fine. */
static int check_target(struct outfile *f, struct err *e)
{
	struct stat st;

	if (fstatat(f->dir, f->base, &st, AT_SYMLINK_NOFOLLOW))
		return errno == ENOENT ? 0 : fail(f, e, errno, "cannot look at the output file");
	if (!f->force) {
		fail(f, e, EEXIST, "not overwritten");
		err_hint(e, "Give --force to replace it.");
		return -1;
	}
	if (S_ISREG(st.st_mode))
		return 0;
	fail(f, e, S_ISDIR(st.st_mode) ? EISDIR : EEXIST, "not overwritten");
	err_hint(e, "--force replaces regular files only, no directory, device or symbolic link.");
	return -1;
}

static int choose_hidden_name(struct outfile *f)
{
	uint64_t unique;

	if (getrandom(&unique, sizeof(unique), 0) != sizeof(unique))
		return -1;
	snprintf(f->hidden, sizeof(f->hidden), ".tsmctl-%016llx", (unsigned long long)unique);
	return 0;
}

static int open_hidden(struct outfile *f)
{
	if (choose_hidden_name(f))
		return -1;
	f->fd = openat(f->dir, f->hidden, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (f->fd < 0)
		f->hidden[0] = '\0';
	return f->fd < 0 ? -1 : 0;
}

static int open_data(struct outfile *f)
{
	f->fd = openat(f->dir, ".", O_TMPFILE | O_WRONLY | O_CLOEXEC, 0600);
	if (f->fd >= 0)
		return 0;
	if (errno != EOPNOTSUPP && errno != EISDIR && errno != ENOENT)
		return -1;
	return open_hidden(f);
}

static int open_directory(struct outfile *f)
{
	char *slash = strrchr(f->path, '/');

	f->base = slash ? slash + 1 : f->path;
	if (!*f->base || !strcmp(f->base, ".") || !strcmp(f->base, "..")) {
		errno = *f->path ? EISDIR : ENOENT;
		return -1;
	}
	if (!slash) {
		f->dir = open(".", O_PATH | O_DIRECTORY | O_CLOEXEC);
	} else if (slash == f->path) {
		f->dir = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);
	} else {
		*slash = '\0';
		f->dir = open(f->path, O_PATH | O_DIRECTORY | O_CLOEXEC);
		*slash = '/';
	}
	return f->dir < 0 ? -1 : 0;
}

struct outfile *outfile_open(const char *path, bool force, struct err *e)
{
	struct outfile *f = calloc(1, sizeof(*f));

	if (!f) {
		err_oom(e);
		return NULL;
	}
	f->dir = f->fd = -1;
	f->force = force;
	f->path = strdup(path);
	if (!f->path) {
		err_oom(e);
		goto fail;
	}
	if (open_directory(f)) {
		cannot_create(f, e);
		goto fail;
	}
	if (check_target(f, e))
		goto fail;
	if (open_data(f)) {
		cannot_create(f, e);
		goto fail;
	}
	return f;
fail:
	outfile_abort(f);
	return NULL;
}

int outfile_write(struct outfile *f, const void *bytes, size_t len, struct err *e)
{
	if (io_write_all(f->fd, bytes, len) == 0)
		return 0;
	f->broken = true;
	fail(f, e, errno, "cannot write the output file");
	err_hint_usual(e);
	return -1;
}

static int link_unnamed(struct outfile *f, const char *name)
{
	char self[32];

	snprintf(self, sizeof(self), "/proc/self/fd/%d", f->fd);
	return linkat(AT_FDCWD, self, f->dir, name, AT_SYMLINK_FOLLOW);
}

static int rename_hidden(struct outfile *f)
{
	if (f->force)
		return renameat(f->dir, f->hidden, f->dir, f->base);
	if (renameat2(f->dir, f->hidden, f->dir, f->base, RENAME_NOREPLACE) == 0)
		return 0;
	if (errno != EINVAL && errno != ENOSYS)
		return -1;
	/* Some file systems cannot rename without replacing; a link never replaces. */
	if (linkat(f->dir, f->hidden, f->dir, f->base, 0))
		return -1;
	unlinkat(f->dir, f->hidden, 0);
	return 0;
}

static int give_name(struct outfile *f)
{
	if (!f->hidden[0] && !f->force)
		return link_unnamed(f, f->base);
	if (!f->hidden[0]) {
		if (choose_hidden_name(f))
			return -1;
		if (link_unnamed(f, f->hidden)) {
			f->hidden[0] = '\0';
			return -1;
		}
	}
	if (rename_hidden(f))
		return -1;
	f->hidden[0] = '\0';
	return 0;
}

int outfile_commit(struct outfile *f, struct err *e)
{
	sigset_t before;
	int ret;

	if (f->broken)
		ret = fail(f, e, EIO, "incomplete output file thrown away");
	else if (fsync(f->fd))
		ret = fail(f, e, errno, "cannot write the output file");
	else
		ret = check_target(f, e);
	interrupt_hold(&before);
	if (ret == 0 && give_name(f))
		ret = fail(f, e, errno, "cannot name the output file");
	outfile_abort(f);
	interrupt_release(&before);
	return ret;
}

int outfile_whole(const char *path, bool force, const void *bytes, size_t len, struct err *e)
{
	struct outfile *f = outfile_open(path, force, e);

	if (!f)
		return -1;
	if (outfile_write(f, bytes, len, e)) {
		outfile_abort(f);
		return -1;
	}
	return outfile_commit(f, e);
}

void outfile_abort(struct outfile *f)
{
	if (!f)
		return;
	if (f->hidden[0])
		unlinkat(f->dir, f->hidden, 0);
	if (f->fd >= 0)
		close(f->fd);
	if (f->dir >= 0)
		close(f->dir);
	free(f->path);
	free(f);
}
