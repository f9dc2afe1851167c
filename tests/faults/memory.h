/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The memory of this process: counted, and refused when a test says so. */
#ifndef TSMCTL_TESTS_FAULTS_MEMORY_H
#define TSMCTL_TESTS_FAULTS_MEMORY_H

#include <stdbool.h>
#include <stddef.h>

/* Blocks that are allocated and not freed. */
size_t memory_live(void);

/* From now on the n-th allocation fails, from 1, and with `lasting` all later ones; 0: none does. Counts anew. */
void memory_fail(size_t nth, bool lasting);

/* Between true and false nothing is refused and nothing counted. */
void memory_spare(bool on);

/* Allocations since memory_fail(). */
size_t memory_asked(void);

#endif
