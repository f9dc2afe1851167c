// SPDX-License-Identifier: GPL-2.0-or-later
/* With memory.c a library for LD_PRELOAD: allocation TSMCTL_NO_MEMORY of the real binary and its libraries fails. */
#include <stdlib.h>

#include "memory.h"

__attribute__((constructor)) static void start(void)
{
	const char *nth = getenv("TSMCTL_NO_MEMORY");

	memory_fail(nth ? strtoul(nth, NULL, 10) : 0, false);
}
