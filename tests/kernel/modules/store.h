/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The evidence that the mock TSM keeps, and the log of what it was asked: both files in debugfs, directory tsmlab. */
#ifndef TSMLAB_STORE_H
#define TSMLAB_STORE_H

#include <linux/fs.h>
#include <linux/rwsem.h>

#include "tsmlab.h"

struct lab_object {
	bool present; /* loaded, if only with 0 bytes */
	u8 *data;     /* LAB_OBJECT_MAX bytes, or NULL */
	size_t len;
};

/* Held for reading while an object or the generation is looked at. */
extern struct rw_semaphore lab_store_lock;

/* NULL: no such type. The caller holds lab_store_lock. */
const struct lab_object *lab_object(u32 type);
u32 lab_generation(void);

/* What a TSM does with fresh evidence here: the nonce goes where `nonce_offset` says, the generation rises. */
int lab_refresh(const u8 *nonce, size_t len);

/* Raises the generation, as if somebody else had refreshed. */
void lab_bump_generation(void);

/* An object that has been loaded is there, or is not. */
void lab_set_present(u32 type, bool present);

/* Appends a line to the log, which a write to its file empties. */
__printf(1, 2) void lab_log(const char *fmt, ...);

struct dentry *lab_directory(void);

int lab_store_init(void);
void lab_store_exit(void);

#endif
