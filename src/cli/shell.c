// SPDX-License-Identifier: GPL-2.0-or-later
#include "cli/shell.h"
#include "cli/batch.h"
#include <unistd.h>
int shell_main(const struct options *o)
{
	return batch_run(o, STDIN_FILENO, "stdin");
}
