// SPDX-License-Identifier: GPL-2.0-or-later
#include "util/environment.h"

#include <errno.h>
#include <stddef.h>
#include <stdlib.h>
#include <sys/auxv.h>
#include <sys/stat.h>
#include <unistd.h>

bool environment_is_foreign(void)
{
	return getauxval(AT_SECURE) != 0;
}

const char *environment(const char *name)
{
	const char *value = secure_getenv(name);

	return value && *value ? value : NULL;
}

const char *environment_directory(const char *name)
{
	const char *path = environment(name);
	struct stat st;

	if (!path || *path != '/')
		return NULL;
	if (stat(path, &st))
		return errno == ENOENT ? path : NULL;
	return S_ISDIR(st.st_mode) && st.st_uid == geteuid() ? path : NULL;
}
