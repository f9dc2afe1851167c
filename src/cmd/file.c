// SPDX-License-Identifier: GPL-2.0-or-later
#include "cmd/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

/* Reads until the end or until `cap` bytes; the length, or a negative errno. */
static ssize_t read_all(int fd, uint8_t *buf, size_t cap)
{
	size_t len = 0;

	while (len < cap) {
		ssize_t n = read(fd, buf + len, cap - len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		if (n == 0)
			break;
		len += (size_t)n;
	}
	return (ssize_t)len;
}

int file_read(const char *path, size_t max, uint8_t **data, size_t *len, struct err *e)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	uint8_t *buf;
	ssize_t n;

	err_object(e, "%s", path);
	if (fd < 0) {
		err_errno(e, errno, "the file cannot be opened");
		err_hint(e, "Name a file that this user can read.");
		return -1;
	}
	buf = malloc(max + 1);
	n = buf ? read_all(fd, buf, max + 1) : -ENOMEM;
	close(fd);
	if (n < 0) {
		free(buf);
		return err_errno(e, (int)-n, "the file cannot be read");
	}
	if ((size_t)n > max) {
		free(buf);
		err_set(e, ERR_USAGE, "USAGE", "the file has more than %zu bytes", max);
		err_hint(e, "'tsmctl help COMMAND' says what the file is to hold.");
		return -1;
	}
	e->object[0] = '\0';
	*data = buf;
	*len = (size_t)n;
	return 0;
}
