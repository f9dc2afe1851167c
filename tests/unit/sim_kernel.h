/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A simulated kernel of a test's own, whose state file lives in a directory that goes away with it. */
#ifndef TSMCTL_TESTS_SIM_KERNEL_H
#define TSMCTL_TESTS_SIM_KERNEL_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "kernel/sim/sim.h"

#define HELD_BDF "0000:01:00.0"
#define FREE_BDF "0000:01:00.1"
#define COLD_BDF "0000:02:00.0" /* not connected */

struct sim_kernel {
	struct sim *sim;
	char dir[32];
};

static inline struct sim_kernel sim_kernel_start(const char *spec)
{
	struct sim_kernel k = {.dir = "/tmp/tsmctl-test-XXXXXX"};
	struct err e = {0};
	char path[64];

	assert_non_null(mkdtemp(k.dir));
	snprintf(path, sizeof(path), "%s/state", k.dir);
	assert_int_equal(setenv("TSMCTL_SIM_STATE", path, 1), 0);
	k.sim = (struct sim *)kernel_sim(spec, &e);
	if (!k.sim)
		fail_msg("--sim=%s: %s", spec, e.message);
	return k;
}

static inline void sim_kernel_stop(struct sim_kernel *k)
{
	char command[80];

	kernel_free(&k->sim->kernel);
	snprintf(command, sizeof(command), "rm -r '%s'", k->dir);
	assert_int_equal(system(command), 0);
}

static inline struct sim_device *sim_kernel_device(const struct sim_kernel *k, const char *bdf)
{
	struct sim_device *d = sim_device_find(k->sim, bdf);

	assert_non_null(d);
	return d;
}

/* Adds a fault; `f` is copied. */
static inline void sim_kernel_fault(const struct sim_kernel *k, struct sim_fault f)
{
	struct sim *s = k->sim;

	s->fault = reallocarray(s->fault, s->fault_count + 1, sizeof(f));
	assert_non_null(s->fault);
	s->fault[s->fault_count++] = f;
}

/* Replaces an object by `len` bytes that count up. */
static inline void sim_kernel_object(struct sim_device *d, enum evidence_type type, size_t len)
{
	struct sim_blob *object = &d->object[type];

	free(object->data);
	object->data = malloc(len);
	object->len = len;
	assert_non_null(object->data);
	for (size_t i = 0; i < len; i++)
		object->data[i] = (uint8_t)(i ^ i >> 8);
}

#endif
