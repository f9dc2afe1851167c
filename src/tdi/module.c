// SPDX-License-Identifier: GPL-2.0-or-later
#include "tdi/module.h"

#include <dlfcn.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define MODULE "tsmctl-verify.so"

static void *load(const char *directory, struct module *m)
{
	char path[PATH_MAX];
	void *handle;

	if (snprintf(path, sizeof(path), "%s/" MODULE, directory) >= (int)sizeof(path))
		return NULL;
	if (access(path, F_OK) != 0)
		return NULL;
	handle = dlopen(path, RTLD_NOW | RTLD_LOCAL);
	if (!handle)
		snprintf(m->why, sizeof(m->why), "%s", dlerror());
	return handle;
}

static void *load_beside_executable(struct module *m)
{
	char path[PATH_MAX];
	ssize_t len = readlink("/proc/self/exe", path, sizeof(path) - 1);
	char *slash;

	if (len < 0)
		return NULL;
	path[len] = '\0';
	slash = strrchr(path, '/');
	if (!slash)
		return NULL;
	*slash = '\0';
	return load(path, m);
}

void module_open(struct module *m)
{
	const struct crypto *crypto;

	*m = (struct module){0};
	if (!TSMCTL_CRYPTO) {
		snprintf(m->why, sizeof(m->why), "this tsmctl was built without libcrypto");
		return;
	}
	snprintf(m->why, sizeof(m->why), "there is no " MODULE ", neither beside tsmctl nor in " TSMCTL_MODULE_DIR);
	m->handle = load_beside_executable(m);
	if (!m->handle)
		m->handle = load(TSMCTL_MODULE_DIR, m);
	if (!m->handle)
		return;
	crypto = dlsym(m->handle, CRYPTO_SYMBOL);
	if (crypto && strcmp(crypto->version, TSMCTL_VERSION) == 0)
		m->crypto = crypto;
	else
		snprintf(m->why, sizeof(m->why), MODULE " belongs to another version of tsmctl");
}

void module_close(struct module *m)
{
	if (m->handle)
		dlclose(m->handle);
	*m = (struct module){0};
}
