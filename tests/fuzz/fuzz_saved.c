// SPDX-License-Identifier: GPL-2.0-or-later
/* Manifests of saved evidence, beside files that tsmctl has saved; compared with themselves. */
#include "confined.h"
#include "util/err.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *save[] = {"tsmctl", "-q", "--sim", "-d", "0000:01:00.0", "save", "saved", NULL};
	char *diff[] = {"tsmctl", "-qj", "diff", "saved", "saved", NULL};

	confined_reset();
	if (confined_run(confined_tool, 7, save))
		abort();
	confined_file("saved/manifest.json", (struct bytes){data, size});
	/* The same evidence, or none that is to be relied on. */
	if (confined_run(confined_tool, 5, diff) == ERR_FAILED)
		abort();
	return 0;
}
