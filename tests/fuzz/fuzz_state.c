// SPDX-License-Identifier: GPL-2.0-or-later
/* The simulator's state file, and a change of what it says. */
#include "confined.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *info[] = {"tsmctl", "-qj", "--sim", "-d", "0000:01:00.0", "info", NULL};
	char *change[] = {"tsmctl", "-qjy", "--sim", "-d", "0000:01:00.0", "regen", "report", NULL};
	char *read[] = {"tsmctl", "-q", "--sim", "-d", "0000:01:00.0", "read-object", "measurements", NULL};

	confined_reset();
	confined_file("state", (struct bytes){data, size});
	if (confined_run(confined_tool, 6, info) == 0) {
		confined_run(confined_tool, 7, change);
		confined_run(confined_tool, 7, read);
	}
	return 0;
}
