// SPDX-License-Identifier: GPL-2.0-or-later
#include "cli/reader.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "cli/words.h"

static int refill(struct reader *r, struct err *e)
{
	ssize_t len;

	do
		len = read(r->fd, r->chunk, sizeof(r->chunk));
	while (len < 0 && errno == EINTR);
	r->ended = len <= 0;
	r->at = 0;
	r->len = len > 0 ? (size_t)len : 0;
	return len < 0 ? err_errno(e, errno, "the commands cannot be read") : 0;
}

/* Appends up to the newline, as far as `text` may grow; the rest of a longer line is skipped. Returns 1 if there was
 * anything, 0 at the end. */
static int read_physical(struct reader *r, struct buf *text, bool *too_long, struct err *e)
{
	bool any = false, whole = false;

	r->backslash = false;
	while (!whole) {
		if (r->at == r->len && !r->ended && refill(r, e))
			return -1;
		if (r->at == r->len)
			break;

		const char *from = r->chunk + r->at;
		const char *newline = memchr(from, '\n', r->len - r->at);
		size_t len = newline ? (size_t)(newline - from) : r->len - r->at;

		any = true;
		if (len)
			r->backslash = from[len - 1] == '\\';
		whole = newline != NULL;
		r->at += len + whole;
		*too_long |= len > READER_MAX_LINE - text->len;
		if (!*too_long)
			buf_add(text, from, len);
	}
	r->lines += any;
	return any;
}

int reader_next(struct reader *r, struct buf *text, unsigned long *number, struct err *e)
{
	bool too_long = false;
	bool joined = false;
	int got;

	/* A line for which there was no memory is no reason to lose the next. */
	if (text->failed)
		buf_free(text);
	buf_reset(text);
	*number = r->lines + 1;
	do {
		got = read_physical(r, text, &too_long, e);
		if (got < 0)
			return -1;
		if (got == 0)
			break;
		joined = too_long ? r->backslash : text->len && words_continue(text->data, text->len);
		if (joined && !too_long)
			text->data[--text->len] = '\0';
	} while (joined);
	if (text->failed)
		return err_oom(e);
	if (too_long)
		return err_set(e, ERR_USAGE, "USAGE", "the line is longer than %d bytes", READER_MAX_LINE);
	/* A backslash before the end joins nothing: words_split() complains of it. */
	if (got == 0 && joined)
		buf_char(text, '\\');
	return got || r->lines + 1 != *number;
}
