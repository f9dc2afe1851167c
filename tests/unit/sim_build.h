/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the tests of the simulated kernel share: a simulation, requests written by hand, and a directory for files. */
#ifndef TEST_SIM_BUILD_H
#define TEST_SIM_BUILD_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "abi/ioctl.h"
#include "kernel/kernel.h"

enum { VMM = 4242, VMM_IOMMUFD = 17, CCA = 1, SEV = 2, TDX = 3 };

/* A TSM request of 48 bytes as user space writes it. */
struct req {
	uint32_t nr;
	uint32_t vdevice;
	uint32_t op;
	uint32_t arch;
	const void *request;
	uint32_t request_len;
	void *response;
	uint32_t response_len;
	uint64_t tsm_code; /* in and out */
};

static inline struct kernel *sim(const char *spec)
{
	struct err e = {0};
	struct kernel *k = kernel_sim(spec, &e);

	if (!k)
		fail_msg("--sim=%s: %s", spec, e.message);
	return k;
}

static inline int call(struct kernel *k, int fd, uint32_t nr, void *arg, size_t size)
{
	struct ioctl_call c = {.nr = nr, .arg = arg, .size = size};

	return kernel_ioctl(k, fd, &c);
}

static inline int send_req(struct kernel *k, int fd, struct req *r)
{
	struct tsm_req48 a = {.size = sizeof(a),
			      .vdevice_id = r->vdevice,
			      .op = r->op,
			      .tvm_arch = r->arch,
			      .req_len = r->request_len,
			      .resp_len = r->response_len,
			      .req_uptr = (uint64_t)(uintptr_t)r->request,
			      .resp_uptr = (uint64_t)(uintptr_t)r->response,
			      .tsm_code = r->tsm_code};
	struct ioctl_call c = {.nr = r->nr,
			       .arg = &a,
			       .size = sizeof(a),
			       .request = r->request,
			       .request_len = r->request_len,
			       .response = r->response,
			       .response_len = r->response_len};
	int ret = kernel_ioctl(k, fd, &c);

	r->tsm_code = a.tsm_code;
	return ret;
}

/* The newest kernel's SET_TDI_STATE on the VMM's vdevice 1. */
static inline int set_state(struct kernel *k, int fd, uint32_t arch, uint32_t state, uint64_t *tsm_code)
{
	struct req r = {0x3b96, 1, 2, arch, &state, sizeof(state), NULL, 0, 0};
	int ret = send_req(k, fd, &r);

	*tsm_code = r.tsm_code;
	return ret;
}

static inline int validate_mmio(struct kernel *k, int fd, uint64_t base, uint64_t top, uint64_t pa)
{
	uint64_t range[3] = {base, top, pa};
	struct req r = {0x3b96, 1, 1, CCA, range, sizeof(range), NULL, 0, 0};

	return send_req(k, fd, &r);
}

/* The size of an object by OBJECT_INFO, or -errno; -1000 where the kernel writes nothing. */
static inline int object_size(struct kernel *k, int fd, uint32_t type)
{
	int32_t size = -1000;
	struct req r = {0x3b96, 1, 7, CCA, &type, sizeof(type), &size, sizeof(size), 0};
	int ret = send_req(k, fd, &r);

	return ret ? ret : size;
}

/* READ_OBJECT; the residue, or -errno. */
static inline int read_object(struct kernel *k, int fd, uint32_t type, uint64_t offset, void *out, uint32_t cap)
{
	struct {
		uint32_t type;
		uint32_t reserved;
		uint64_t offset;
	} payload = {type, 0, offset};
	struct req r = {0x3b96, 1, 5, CCA, &payload, sizeof(payload), out, cap, 0};

	return send_req(k, fd, &r);
}

static inline const char *read_text(struct kernel *k, const char *path, char text[256])
{
	ssize_t len = kernel_read_file(k, path, text, 255);

	assert_true(len >= 0);
	text[len] = '\0';
	return text;
}

/* An empty directory of this test, which the simulation's state goes to. */
static inline char *state_dir(void)
{
	static char dir[64];
	char path[80];

	snprintf(dir, sizeof(dir), "/tmp/tsmctl-test-XXXXXX");
	assert_non_null(mkdtemp(dir));
	snprintf(path, sizeof(path), "%s/state", dir);
	assert_int_equal(setenv("TSMCTL_SIM_STATE", path, 1), 0);
	return dir;
}

static inline void remove_dir(const char *dir)
{
	char command[128];

	snprintf(command, sizeof(command), "rm -rf '%s'", dir);
	assert_int_equal(system(command), 0);
}

#endif
