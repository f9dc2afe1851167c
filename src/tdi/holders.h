/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which processes hold PCI functions through VFIO, found in /proc: links to /dev/iommu and /dev/vfio/devices, and
 * fdinfo's vfio-device-syspath. Processes of others cannot be looked into without privileges; they are counted.
 */
#ifndef TSMCTL_TDI_HOLDERS_H
#define TSMCTL_TDI_HOLDERS_H

#include <stddef.h>
#include <sys/types.h>

#include "kernel/kernel.h"
#include "tdi/bdf.h"
#include "util/buf.h"
#include "util/err.h"

struct holder {
	pid_t pid;
	char comm[32];     /* chosen by the process: untrusted */
	char bdf[BDF_CAP]; /* the function; "" for a process that holds only an iommufd */
	int iommufd;       /* the lowest descriptor of /dev/iommu; -1: none */
	size_t iommufds;   /* how many descriptors of /dev/iommu it has */
};

struct holder_list {
	struct holder *holder; /* owned; one entry a process and function, in the order of the functions' names */
	size_t count;
	size_t hidden; /* processes of which it could not be seen what they hold, or not all of it */
};

/* All processes, or only `pid` if it is not 0. */
int holders_scan(struct kernel *k, pid_t pid, struct holder_list *out, struct err *e);
void holders_free(struct holder_list *l);

/* Adds a line for people if some could not be seen. */
void holders_note_hidden(const struct holder_list *l, struct buf *notes);

/* The one function that process `pid` holds. ERR_USAGE if it holds several, ERR_NOT_FOUND or ERR_PERMISSION if none is
 * seen. */
int holders_function(struct kernel *k, pid_t pid, char bdf[BDF_CAP], struct err *e);

/* The first holder of `bdf` at or after index `from`; its index, or -1. */
long holders_find(const struct holder_list *l, const char *bdf, size_t from);

#endif
