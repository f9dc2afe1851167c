/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the user says through the environment. */
#ifndef TSMCTL_UTIL_ENVIRONMENT_H
#define TSMCTL_UTIL_ENVIRONMENT_H

#include <stdbool.h>

/*
 * The variable's value, or NULL where it is unset or empty. NULL also where the process has other rights than who
 * started it (set-user-ID, set-group-ID, file capabilities): their words are not its own then.
 */
const char *environment(const char *name);

/*
 * The same, if it is the path of a directory that belongs to this user, or of none yet. A root that kept the
 * environment of somebody else keeps no files of its own with them: they could lay links there.
 */
const char *environment_directory(const char *name);

/* Whether the process has other rights than who started it. */
bool environment_is_foreign(void);

#endif
