/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Libraries and modules that only some commands need. */
#ifndef TSMCTL_UTIL_MODULE_H
#define TSMCTL_UTIL_MODULE_H

#include <dlfcn.h>
#include <stddef.h>

/*
 * As dlopen(3) with RTLD_NOW | RTLD_LOCAL; closed with dlclose(). A static binary has no modules (NULL): what it would
 * load brings a second C library.
 */
static inline void *module_open(const char *path)
{
#if TSMCTL_STATIC
	(void)path;
	return NULL;
#else
	return dlopen(path, RTLD_NOW | RTLD_LOCAL);
#endif
}

#endif
