// SPDX-License-Identifier: GPL-2.0-or-later
#include "util/environment.h"

#include <stddef.h>
#include <stdlib.h>
#include <sys/auxv.h>

bool environment_is_foreign(void)
{
	return getauxval(AT_SECURE) != 0;
}

const char *environment(const char *name)
{
	const char *value = secure_getenv(name);

	return value && *value ? value : NULL;
}
