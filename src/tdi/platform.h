/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What sysfs says: the platform's TSMs and the PCI functions under them. Source of the files: Linux 7.3,
 * Documentation/ABI/testing/ sysfs-class-tsm, sysfs-bus-pci, sysfs-devices-pci-host-bridge. `tsm/bound` says that a TDI
 * is bound, not which TDISP state it has.
 */
#ifndef TSMCTL_TDI_PLATFORM_H
#define TSMCTL_TDI_PLATFORM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "abi/terms.h"
#include "kernel/kernel.h"
#include "tdi/bdf.h"
#include "util/err.h"

enum { NAME_CAP = 40 };

struct tsm {
	char name[NAME_CAP];
	char driver[NAME_CAP]; /* "" if sysfs does not say */
	enum tsm_arch arch;    /* ARCH_NONE if the driver is not one that tsmctl knows */
};

struct tsm_list {
	struct tsm *tsm; /* owned */
	size_t count;
};

struct pci_function {
	char bdf[BDF_CAP];
	char driver[NAME_CAP];    /* "" for none */
	bool capable;             /* has a tsm/ directory */
	char connected[NAME_CAP]; /* the TSM, "" when not connected */
	char bound[NAME_CAP];
	char dsm[BDF_CAP];
};

struct function_list {
	struct pci_function *function; /* owned; in the order of their names */
	size_t count;
};

/* No TSM class at all is an empty list. */
int platform_tsms(struct kernel *k, struct tsm_list *out, struct err *e);
void platform_tsms_free(struct tsm_list *l);
const struct tsm *platform_tsm_find(const struct tsm_list *l, const char *name);

/* The functions that have a tsm/ directory. */
int platform_functions(struct kernel *k, struct function_list *out, struct err *e);
void platform_functions_free(struct function_list *l);
const struct pci_function *platform_function_find(const struct function_list *l, const char *bdf);

/* One function, TSM-capable or not. ERR_NOT_FOUND if there is none of that name. */
int platform_function(struct kernel *k, const char *bdf, struct pci_function *out, struct err *e);

/* The IDE streams that end at `bdf`, and how many more its host bridge has to give (-1: sysfs does not say). */
struct ide_streams {
	char name[8][NAME_CAP]; /* "0.0.0" */
	size_t count;           /* all of them; only the first eight are named */
	int64_t free;
};

int platform_streams(struct kernel *k, const char *bdf, struct ide_streams *out, struct err *e);

/* "vfio0": the function's VFIO character device under /dev/vfio/devices. 0, or a negative errno: -ENOENT if it has
 * none.
 */
int platform_vfio_name(struct kernel *k, const char *bdf, char out[NAME_CAP]);

/* Reads one attribute without its newline; 0, or a negative errno: -EIO for one that is cut short. */
int platform_attribute(struct kernel *k, const char *path, char *out, size_t cap);

#endif
