// SPDX-License-Identifier: GPL-2.0-or-later
/* Command lines, one word a line, carried out on the simulated kernel. */
#include "confined.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *argv[CONFINED_WORDS + 2];
	int argc;
	char *text = confined_words((struct bytes){data, size}, '\n', &argc, argv);

	confined_reset();
	confined_run(confined_tool, argc, argv);
	free(text);
	return 0;
}
