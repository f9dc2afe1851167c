/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What sysfs says about a function's configuration space: its numbers, and where its BARs are. */
#ifndef TSMCTL_TDI_CONFIG_H
#define TSMCTL_TDI_CONFIG_H

#include <stdbool.h>
#include <stdint.h>

#include "kernel/kernel.h"

enum { PCI_BARS = 6 };

struct pci_bar {
	uint64_t start; /* physical address, bytes */
	uint64_t size;  /* 0: the function has no memory BAR of this number, or the kernel does not show it */
};

/* The number in one attribute of a function: "vendor", "class"; false if it cannot be read. */
bool config_number(struct kernel *k, const char *bdf, const char *attribute, uint32_t *value);

/* Reads the memory BARs from the attribute "resource"; without it all are empty. The upper half of a 64-bit BAR is
 * none. */
void config_bars(struct kernel *k, const char *bdf, struct pci_bar bars[PCI_BARS]);

#endif
