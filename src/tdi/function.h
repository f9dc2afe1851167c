/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Whether a function can be worked with at all; saying it here is clearer than the kernel's ENXIO or ENODEV. */
#ifndef TSMCTL_TDI_FUNCTION_H
#define TSMCTL_TDI_FUNCTION_H

#include "tdi/platform.h"

/* The function has a TSM: ERR_NOT_FOUND if there is no such function, ERR_UNSUPPORTED if it has none. */
int function_capable(struct kernel *k, const char *bdf, struct pci_function *f, struct err *e);

/* And it is connected to it: else ERR_STATE. */
int function_connected(struct kernel *k, const char *bdf, struct pci_function *f, struct err *e);

#endif
