// SPDX-License-Identifier: GPL-2.0-or-later
#include "tdi/config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tdi/platform.h"
#include "util/num.h"

enum { PATH_CAP = 256, RESOURCE_CAP = 4096, RESOURCE_MEMORY = 0x200 /* IORESOURCE_MEM of Linux */ };

static void attribute_path(char out[PATH_CAP], const char *bdf, const char *attribute)
{
	snprintf(out, PATH_CAP, "/sys/bus/pci/devices/%s/%s", bdf, attribute);
}

bool config_number(struct kernel *k, const char *bdf, const char *attribute, uint32_t *value)
{
	char path[PATH_CAP], text[32];
	uint64_t number;

	attribute_path(path, bdf, attribute);
	if (platform_attribute(k, path, text, sizeof(text)) || !num_parse(text, UINT32_MAX, &number))
		return false;
	*value = (uint32_t)number;
	return true;
}

/* A line of three numbers: first and last address, flags. */
static void parse_line(const char *line, struct pci_bar *bar)
{
	char *rest;
	uint64_t start = strtoull(line, &rest, 16);
	uint64_t end = strtoull(rest, &rest, 16);
	uint64_t flags = strtoull(rest, &rest, 16);

	if (!(flags & RESOURCE_MEMORY) || end < start || end - start == UINT64_MAX)
		return;
	*bar = (struct pci_bar){.start = start, .size = end - start + 1};
}

void config_bars(struct kernel *k, const char *bdf, struct pci_bar bars[PCI_BARS])
{
	char path[PATH_CAP], text[RESOURCE_CAP];
	const char *line = text;
	ssize_t len;
	int i;

	memset(bars, 0, PCI_BARS * sizeof(*bars));
	attribute_path(path, bdf, "resource");
	len = kernel_read_file(k, path, text, sizeof(text) - 1);
	if (len < 0)
		return;
	text[len] = '\0';
	/* A line without its end may have lost digits. */
	for (i = 0; i < PCI_BARS && strchr(line, '\n'); i++) {
		parse_line(line, &bars[i]);
		line = strchr(line, '\n') + 1;
	}
}
