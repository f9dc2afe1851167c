// SPDX-License-Identifier: GPL-2.0-or-later
#include "cli/batch.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "cli/lines.h"
#include "cli/reader.h"

/* Carries out the lines until one fails, unless `on`; returns the first exit status that is not 0. */
static int run_all(struct lines *l, struct reader *r, bool on)
{
	struct buf text = {0};
	int first = 0;

	while (!l->ended) {
		struct err e = {0};
		int got = reader_next(r, &text, &l->series.line, &e);
		int status = 0;

		if (got == 0)
			break;
		if (got < 0)
			status = lines_fail(l, &e);
		else
			status = lines_run(l, text.data ? text.data : "", text.len);
		if (!first)
			first = status;
		if (status && !on)
			break;
	}
	buf_free(&text);
	return first;
}

int batch_run(const struct options *o, const struct kernel_layer *layer, int fd, const char *name)
{
	struct reader reader = {.fd = fd};
	struct lines l;
	int status, ended, last;

	lines_open(&l, o, layer);
	l.series.source = name;
	l.series.array = o->json;
	status = run_all(&l, &reader, o->keep_going);
	ended = series_end_array(&l.series);
	last = lines_close(&l);
	return status ? status : ended ? ended : last;
}

static int cannot_open(const struct options *o)
{
	struct series s = {0};
	struct invocation inv = {.opt = *o};
	struct err e = {0};

	err_object(&e, "%s", o->batch);
	err_errno(&e, errno, "cannot be opened");
	return run_invocation(&s, &inv, &e);
}

int batch_main(const struct options *o, const struct kernel_layer *layer)
{
	int fd, status;

	if (strcmp(o->batch, "-") == 0)
		return batch_run(o, layer, STDIN_FILENO, "stdin");
	fd = open(o->batch, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return cannot_open(o);
	status = batch_run(o, layer, fd, o->batch);
	close(fd);
	return status;
}
