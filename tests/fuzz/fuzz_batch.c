// SPDX-License-Identifier: GPL-2.0-or-later
/* Batches of command lines, all carried out. */
#include "confined.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *argv[] = {"tsmctl", "-qjy", "--keep-going", "-b", "batch", NULL};

	confined_reset();
	confined_file("batch", (struct bytes){data, size});
	confined_run(confined_tool, 5, argv);
	return 0;
}
