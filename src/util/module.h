/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Parts of tsmctl that need a large library are modules, loaded by the one command that uses them. */
#ifndef TSMCTL_UTIL_MODULE_H
#define TSMCTL_UTIL_MODULE_H

#include "util/err.h"

struct loaded_module {
	void *handle;
	const void *symbol; /* a struct whose first member is the version, as `const char *` */
};

/*
 * Loads `file` ("tsmctl-shell.so") from beside the executable, else from the installation's directory, and finds
 * `symbol` in it. ERR_UNSUPPORTED if there is none, or one of another version of tsmctl.
 */
int module_load(struct loaded_module *m, const char *file, const char *symbol, struct err *e);
void module_unload(struct loaded_module *m);

#endif
