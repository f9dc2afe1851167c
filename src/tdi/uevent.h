/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the kernel announces of its devices: "ACTION@DEVPATH", a NUL, and KEY=VALUE strings with a NUL behind each.
 * Source of the format: Linux 7.3, lib/kobject_uevent.c.
 */
#ifndef TSMCTL_TDI_UEVENT_H
#define TSMCTL_TDI_UEVENT_H

#include <stdbool.h>

#include "util/bytes.h"

enum { UEVENT_CAP = 8192 }; /* the kernel's own limit is 2048 bytes of strings behind a path */

/* Whether something may have happened to a TSM, a PCI function or its VFIO device; false for what is no uevent. */
bool uevent_concerns_tdis(struct bytes message);

#endif
