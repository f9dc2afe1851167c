// SPDX-License-Identifier: GPL-2.0-or-later
#include "util/module.h"

#include <dlfcn.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "util/environment.h"
#include "util/err.h"

void *module_library(const char *path)
{
#if TSMCTL_STATIC
	(void)path;
	return NULL;
#else
	return dlopen(path, RTLD_NOW | RTLD_LOCAL);
#endif
}

/* NULL if there is no such file; an error is recorded if there is one that cannot be loaded. */
static void *load_from(const char *directory, const char *file, struct err *e)
{
	char path[PATH_MAX];
	void *handle;

	if (snprintf(path, sizeof(path), "%s/%s", directory, file) >= (int)sizeof(path) || access(path, F_OK))
		return NULL;
	handle = module_library(path);
	if (!handle)
		err_set(e, ERR_UNSUPPORTED, "MODULE", "it cannot be loaded: %s", dlerror());
	return handle;
}

static void *load_beside_executable(const char *file, struct err *e)
{
	char path[PATH_MAX];
	ssize_t len = environment_is_foreign() ? -1 : readlink("/proc/self/exe", path, sizeof(path) - 1);
	char *slash;

	if (len < 0)
		return NULL;
	path[len] = '\0';
	slash = strrchr(path, '/');
	if (!slash)
		return NULL;
	*slash = '\0';
	return load_from(path, file, e);
}

const void *module_load(const char *file, const char *symbol, struct err *e)
{
	const void *found;
	void *handle;

	err_object(e, "%s", file);
	if (TSMCTL_STATIC) {
		err_set(e, ERR_UNSUPPORTED, "MODULE", "a static tsmctl loads no modules");
		return NULL;
	}
	handle = load_beside_executable(file, e);
	if (!handle && e->class == ERR_NONE)
		handle = load_from(TSMCTL_MODULE_DIR, file, e);
	if (!handle && e->class != ERR_NONE)
		return NULL;
	if (!handle) {
		err_set(e, ERR_UNSUPPORTED, "MODULE", "it is neither beside tsmctl nor in " TSMCTL_MODULE_DIR);
		return NULL;
	}
	found = dlsym(handle, symbol);
	if (found && strcmp(*(const char *const *)found, TSMCTL_VERSION) == 0) {
		e->object[0] = '\0';
		return found;
	}
	dlclose(handle);
	err_set(e, ERR_UNSUPPORTED, "MODULE", "it belongs to another version of tsmctl");
	return NULL;
}
