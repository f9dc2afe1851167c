// SPDX-License-Identifier: GPL-2.0-or-later
/* Scenario files, and commands of each kind on the kernels that they describe. */
#include "confined.h"

#define DEVICE "0000:01:00.0"

static int run(char **argv)
{
	int argc = 0;

	while (argv[argc])
		argc++;
	return confined_run(confined_tool, argc, argv);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *doctor[] = {"tsmctl", "-qj", "--sim=./scenario", "doctor", NULL};
	char *lists[] = {"tsmctl", "-q", "--sim=./scenario", "list", NULL};
	char *info[] = {"tsmctl", "-q", "--sim=./scenario", "-d", DEVICE, "info", NULL};
	char *read[] = {"tsmctl", "-qj", "--sim=./scenario", "-d", DEVICE, "read-object", "report", NULL};
	char *regen[] = {"tsmctl", "-qjy", "--sim=./scenario", "-d", DEVICE, "regen", "measurements", NULL};
	char *state[] = {"tsmctl", "-qjy", "--sim=./scenario", "-d", DEVICE, "set-state", "unlocked", NULL};
	char *monitor[] = {"tsmctl", "-q", "--sim=./scenario", "monitor", "--evidence", NULL};
	char **more[] = {lists, info, read, regen, state, monitor};

	confined_reset();
	confined_file("scenario", (struct bytes){data, size});
	/* It fails only where the file is no scenario. */
	if (run(doctor))
		return 0;
	for (size_t i = 0; i < sizeof(more) / sizeof(more[0]); i++)
		run(more[i]);
	return 0;
}
