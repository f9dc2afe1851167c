/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Names of PCI functions. */
#ifndef TSMCTL_TDI_BDF_H
#define TSMCTL_TDI_BDF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { BDF_CAP = 24 }; /* "100000:ff:1f.7" and more; the netlink families take 31 characters */

/*
 * "DDDD:BB:DD.F" (domain of 4 to 8 hex digits) or "BB:DD.F" (domain 0) to the name that sysfs uses: lower case, at
 * least four digits of domain. False for anything else.
 */
bool bdf_parse(const char *text, char out[BDF_CAP]);

/* (segment << 16) | bus << 8 | device << 3 | function, as virt_id of a vdevice; `bdf` comes from bdf_parse(). */
uint64_t bdf_virt_id(const char *bdf);

/* True if `name` is written as sysfs writes a function's name. */
bool bdf_is_name(const char *name);

#endif
