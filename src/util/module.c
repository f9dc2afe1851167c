// SPDX-License-Identifier: GPL-2.0-or-later
#include "util/module.h"

#include <dlfcn.h>
#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "util/environment.h"
#include "util/err.h"

enum { ROOM = 16 << 20 }; /* more than any of the libraries takes */

/* The dynamic linker does not tell why it could not map a library. */
static bool has_room(void)
{
	void *room = mmap(NULL, ROOM, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	return room != MAP_FAILED && munmap(room, ROOM) == 0;
}

void *module_library(const char *path)
{
	void *handle = NULL;

	errno = 0;
#if TSMCTL_STATIC
	(void)path;
#else
	handle = dlopen(path, RTLD_NOW | RTLD_LOCAL);
#endif
	if (!handle)
		errno = errno == ENOMEM || !has_room() ? ENOMEM : ELIBACC;
	return handle;
}

/* NULL if there is no such file; an error is recorded if there is one that cannot be loaded. */
static void *load_from(const char *directory, const char *file, struct err *e)
{
	char path[PATH_MAX];
	void *handle;

	if (snprintf(path, sizeof(path), "%s/%s", directory, file) >= (int)sizeof(path) || access(path, F_OK))
		return NULL;
	handle = module_library(path);
	if (!handle && errno == ENOMEM)
		err_oom(e);
	else if (!handle)
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
