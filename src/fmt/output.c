// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <string.h>

#include "fmt/sink.h"
#include "util/io.h"

int output_failed(struct err *e)
{
	return e->class == ERR_NONE ? err_oom(e) : -1;
}

int output_write(int fd, const struct buf *b, struct err *e)
{
	int errnum;

	if (b->failed)
		return err_oom(e);
	if (io_write_all(fd, b->data, b->len) == 0)
		return 0;
	errnum = errno;
	/* Whatever the errno's own class is: an output that cannot be written is a failed command. */
	return err_set(e, ERR_FAILED, err_errno_name(errnum, (char[24]){0}), "cannot write the output: %s",
		       strerror(errnum));
}
