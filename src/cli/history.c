// SPDX-License-Identifier: GPL-2.0-or-later
#include "cli/history.h"

#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "util/buf.h"
#include "util/environment.h"
#include "util/io.h"

/* A file beyond this many bytes starts anew with its later half. */
enum { MAX_SIZE = 128 * 1024 };

static bool join(char out[PATH_MAX], const char *a, const char *b)
{
	return snprintf(out, PATH_MAX, "%s%s", a, b) < PATH_MAX;
}

static void make_parents(char path[PATH_MAX])
{
	for (char *slash = strchr(path + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		(void)mkdir(path, 0700);
		*slash = '/';
	}
}

static bool locate(char path[PATH_MAX])
{
	const char *state = environment_directory("XDG_STATE_HOME");
	const char *home = environment_directory("HOME");

	if (state)
		return join(path, state, "/tsmctl/history");
	return home && join(path, home, "/.local/state/tsmctl/history");
}

/* A regular file of ours, which nobody else may read from now on; -1. */
static int open_history(int flags)
{
	char path[PATH_MAX];
	struct stat st;
	int fd;

	if (!locate(path))
		return -1;
	if (flags & O_CREAT)
		make_parents(path);
	fd = open(path, flags | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, 0600);
	if (fd < 0)
		return -1;
	if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && st.st_uid == geteuid() && fchmod(fd, 0600) == 0)
		return fd;
	close(fd);
	return -1;
}

static void read_tail(int fd, struct buf *out)
{
	char block[8192];
	struct stat st;
	ssize_t len;

	if (fstat(fd, &st) == 0 && st.st_size > MAX_SIZE)
		(void)lseek(fd, st.st_size - MAX_SIZE / 2, SEEK_SET);
	while (out->len < MAX_SIZE && (len = read(fd, block, sizeof(block))) > 0)
		buf_add(out, block, (size_t)len);
}

void history_load(void (*remember)(const char *line))
{
	struct buf text = {0};
	int fd = open_history(O_RDONLY);
	char *line, *rest;

	if (fd < 0)
		return;
	read_tail(fd, &text);
	if (text.data && !text.failed) {
		for (rest = text.data; (line = strsep(&rest, "\n"));)
			if (*line)
				remember(line);
	}
	buf_free(&text);
	close(fd);
}

static void shorten(int fd)
{
	struct buf tail = {0};
	struct stat st;
	const char *from;

	if (fstat(fd, &st) || st.st_size <= MAX_SIZE)
		return;
	read_tail(fd, &tail);
	from = tail.data && !tail.failed ? memchr(tail.data, '\n', tail.len) : NULL;
	if (from && ftruncate(fd, 0) == 0)
		(void)io_write_all(fd, from + 1, tail.len - (size_t)(from + 1 - tail.data));
	buf_free(&tail);
}

void history_add(const char *line)
{
	struct buf text = {0};
	int fd = open_history(O_RDWR | O_CREAT | O_APPEND);

	if (fd < 0)
		return;
	shorten(fd);
	buf_printf(&text, "%s\n", line);
	if (!text.failed)
		(void)io_write_all(fd, text.data, text.len);
	buf_free(&text);
	close(fd);
}
