// SPDX-License-Identifier: GPL-2.0-or-later
#include "cmd/pem.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "decode/chain.h"
#include "util/outfile.h"

/* More certificates than any chain has; as PEM, millions of empty ones would be half a gigabyte. */
enum { LINE_BYTES = 48 /* 64 characters */, CERTIFICATES_MAX = 4096 };

static void add_base64(struct buf *out, const uint8_t *p, size_t len)
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	size_t i;

	for (i = 0; i < len; i += 3) {
		size_t n = len - i < 3 ? len - i : 3;
		uint32_t group = (uint32_t)p[i] << 16 | (n > 1 ? (uint32_t)p[i + 1] << 8 : 0) | (n > 2 ? p[i + 2] : 0u);
		char four[] = {digits[group >> 18], digits[group >> 12 & 63], n > 1 ? digits[group >> 6 & 63] : '=',
			       n > 2 ? digits[group & 63] : '='};

		buf_add(out, four, sizeof(four));
		if ((i + n) % LINE_BYTES == 0 || i + n == len)
			buf_char(out, '\n');
	}
}

static int find_chain(struct bytes in, struct chain *c, struct err *e)
{
	struct span certificate, rest;
	size_t count;

	if (!in.len || chain_parse(in, c, NULL))
		return err_set(e, ERR_EVIDENCE, "UNKNOWN", "there is no certificate in the %zu bytes", in.len);
	rest = c->certificates;
	for (count = 0; chain_next(in, &rest, &certificate); count++)
		if (count == CERTIFICATES_MAX)
			return err_set(e, ERR_EVIDENCE, "SIZE", "the chain has more than %d certificates",
				       CERTIFICATES_MAX);
	return 0;
}

int pem_write(struct bytes in, struct buf *out, struct err *e)
{
	struct span certificate, rest;
	struct chain c;

	if (find_chain(in, &c, e))
		return -1;
	for (rest = c.certificates; chain_next(in, &rest, &certificate);) {
		buf_text(out, "-----BEGIN CERTIFICATE-----\n");
		add_base64(out, in.data + certificate.offset, certificate.len);
		buf_text(out, "-----END CERTIFICATE-----\n");
	}
	return out->failed ? err_oom(e) : 0;
}

static bool name_file(const char *dir, size_t number, char path[PATH_MAX])
{
	return snprintf(path, PATH_MAX, "%s/certificate-%zu.der", dir, number) < PATH_MAX;
}

/* Counts the files that it wrote. */
static int split_to(const char *dir, struct bytes in, const struct chain *c, bool force, struct node *files,
		    size_t *count, struct err *e)
{
	struct span certificate, rest = c->certificates;
	char path[PATH_MAX];

	for (*count = 0; chain_next(in, &rest, &certificate); ++*count) {
		if (!name_file(dir, *count + 1, path))
			return err_errno(e, ENAMETOOLONG, "the name of the directory is too long");
		if (outfile_whole(path, force, in.data + certificate.offset, certificate.len, e))
			return -1;
		node_text(files, NULL, NULL, path);
	}
	return 0;
}

/* A part of a chain is no chain. What --force may have replaced stays as it is now. */
static void take_back(const char *dir, size_t count, bool force, bool made)
{
	char path[PATH_MAX];

	for (size_t number = 1; number <= count && (made || !force) && name_file(dir, number, path); number++)
		(void)unlink(path);
	if (made)
		(void)rmdir(dir);
}

int pem_split(struct bytes in, const char *dir, bool force, struct node *files, struct err *e)
{
	bool made = false;
	size_t count;
	struct chain c;

	if (find_chain(in, &c, e))
		return -1;
	made = mkdir(dir, 0777) == 0;
	if (!made && errno != EEXIST) {
		err_object(e, "%s", dir);
		return err_errno(e, errno, "the directory cannot be made");
	}
	if (split_to(dir, in, &c, force, files, &count, e) == 0)
		return 0;
	take_back(dir, count, force, made);
	return -1;
}
