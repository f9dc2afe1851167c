/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Libraries, and parts of tsmctl that need a large one, are loaded by the commands that use them. */
#ifndef TSMCTL_UTIL_MODULE_H
#define TSMCTL_UTIL_MODULE_H

struct err;

/*
 * As dlopen(3) with RTLD_NOW | RTLD_LOCAL; closed with dlclose(). NULL with errno ENOMEM where there is no memory, else
 * with ELIBACC. A static binary loads nothing: what it would load brings a second C library.
 */
void *module_library(const char *path);

/*
 * Loads `file` ("tsmctl-shell.so") from beside the executable (not with rights that its caller does not have: where
 * that is, the caller may have chosen), else from the installation's directory, and finds
 * `symbol` in it: a struct whose first member is the version, as `const char *`. NULL with `e` set if there is none
 * (ERR_UNSUPPORTED), one of another version of tsmctl, or no memory (ENOMEM). The module stays until the process ends:
 * a library may keep memory that only it can reach.
 */
const void *module_load(const char *file, const char *symbol, struct err *e);

#endif
