// SPDX-License-Identifier: GPL-2.0-or-later
/* What the kernel announces of its devices. */
#include <string.h>

#include "tdi/uevent.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	bool concerns = uevent_concerns_tdis((struct bytes){data, size});

	/* Nothing is of interest that does not name a subsystem. */
	if (concerns && !memmem(data, size, "SUBSYSTEM=", 10))
		__builtin_trap();
	return 0;
}
