// SPDX-License-Identifier: GPL-2.0-or-later
#include "cmd/roots.h"

#include <dirent.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "cmd/file.h"
#include "util/text.h"

enum { ROOT_FILE_MAX = 4 * 1024 * 1024, ROOTS_MAX = 4096 };

/* Where the certificates of one file go. */
struct collector {
	struct anchors *anchors;
	const char *name; /* of the file, without its directory */
};

static int take(void *ctx, struct bytes der)
{
	const struct collector *c = ctx;
	struct anchors *a = c->anchors;
	struct bytes *certificates = realloc(a->der, (a->count + 1) * sizeof(*a->der));
	void *names, *copy;

	if (!certificates)
		return -1;
	a->der = certificates;
	names = realloc(a->file, (a->count + 1) * sizeof(*a->file));
	if (!names)
		return -1;
	a->file = names;
	copy = a->count < ROOTS_MAX ? malloc(der.len) : NULL;
	if (!copy)
		return -1;
	memcpy(copy, der.data, der.len);
	a->der[a->count] = (struct bytes){copy, der.len};
	text_copy(a->file[a->count], sizeof(a->file[0]), c->name);
	a->count++;
	return 0;
}

static int load_file(const char *path, const struct crypto *crypto, struct anchors *a, struct err *e)
{
	const char *slash = strrchr(path, '/');
	struct collector c = {a, slash ? slash + 1 : path};
	struct bytes file;
	uint8_t *data;
	int ret;

	if (file_read(path, ROOT_FILE_MAX, &data, &file.len, e))
		return -1;
	file.data = data;
	ret = crypto->certificates(file, take, &c);
	free(data);
	return ret ? err_set(e, ERR_FAILED, "ENOMEM", "too many root certificates") : 0;
}

static int load_directory(const char *path, DIR *dir, const struct crypto *crypto, struct anchors *a, struct err *e)
{
	char name[PATH_MAX];
	struct dirent *entry;
	struct stat st;

	while ((entry = readdir(dir))) {
		if (snprintf(name, sizeof(name), "%s/%s", path, entry->d_name) >= (int)sizeof(name))
			continue;
		if (stat(name, &st) != 0 || !S_ISREG(st.st_mode))
			continue;
		if (load_file(name, crypto, a, e))
			return -1;
	}
	return 0;
}

int roots_load(const char *path, const struct crypto *crypto, struct anchors *a, struct err *e)
{
	size_t before = a->count;
	DIR *dir = opendir(path);
	int ret;

	if (dir) {
		ret = load_directory(path, dir, crypto, a, e);
		closedir(dir);
	} else {
		ret = load_file(path, crypto, a, e);
	}
	if (ret || a->count > before)
		return ret;
	err_object(e, "%s", path);
	err_set(e, ERR_USAGE, "USAGE", "there is no certificate in it");
	err_hint(e, "A root is a certificate in PEM or DER, or a directory of such files.");
	return -1;
}

void roots_free(struct anchors *a)
{
	for (size_t i = 0; i < a->count; i++)
		free((void *)a->der[i].data);
	free(a->der);
	free(a->file);
	*a = (struct anchors){0};
}
