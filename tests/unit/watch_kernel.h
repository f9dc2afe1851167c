/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Stands before the simulated kernel: counts the descriptors and objects that are open and the requests that change
 * something, and answers in its place where a test wants it.
 */
#ifndef TSMCTL_TESTS_WATCH_KERNEL_H
#define TSMCTL_TESTS_WATCH_KERNEL_H

#include "sim_kernel.h"

#include <errno.h>

#include "abi/ioctl.h"

struct watch {
	struct kernel kernel; /* `below` stays NULL, so that it can pass for the real kernel */
	struct kernel_ops ops;
	struct sim_kernel sim;
	int descriptors; /* opened and not closed */
	int objects;     /* allocated and not destroyed */
	int setups;      /* calls that make something, so far */
	int fail_setup;  /* this one of them, counted from 1, fails with `setup_error` */
	int setup_error;
	int changes;           /* requests that reach a TSM */
	int probes;            /* requests of the fingerprint */
	int interrupted_probe; /* this one of them, counted from 1, fails with EINTR */
	bool answers;          /* requests get `answer` and `tsm_code`, and do not reach it */
	int answer;
	uint64_t tsm_code;
	int getfd_error;
	uint32_t second_vdevice; /* an id that is one, too */
	const char *without;     /* a path that does not exist */
	const char *unbound;     /* a file that is empty but for its newline */
	const char *twin;        /* a name more in `twin_dir`, which is as `original` */
	const char *twin_dir, *original;
};

static inline struct watch *watch_of(struct kernel *k)
{
	return (struct watch *)k;
}

static inline struct kernel *watched(struct kernel *k)
{
	return &watch_of(k)->sim.sim->kernel;
}

/* The errno of a call that makes something, or 0. */
static inline int watch_setup(struct watch *w, enum effect effect)
{
	if (effect != EFFECT_SETUP)
		return 0;
	return ++w->setups == w->fail_setup ? -w->setup_error : 0;
}

static inline int watch_descriptor(struct watch *w, int fd)
{
	w->descriptors += fd >= 0;
	return fd;
}

static inline int watch_open(struct kernel *k, const char *path, int flags, enum effect effect)
{
	int ret = watch_setup(watch_of(k), effect);

	return ret ? ret : watch_descriptor(watch_of(k), kernel_open(watched(k), path, flags, effect));
}

static inline int watch_close(struct kernel *k, int fd)
{
	watch_of(k)->descriptors--;
	assert_int_equal(kernel_close(watched(k), fd), 0);
	return 0;
}

static inline void watch_count(struct watch *w, const struct ioctl_call *call, int ret)
{
	switch (call->nr) {
	case NR_IOMMU_IOAS_ALLOC:
	case NR_IOMMU_HWPT_ALLOC:
	case NR_IOMMU_VIOMMU_ALLOC:
	case NR_IOMMU_VDEVICE_ALLOC:
		w->objects += ret >= 0;
		break;
	case NR_IOMMU_DESTROY:
		assert_int_equal(ret, 0);
		w->objects--;
		break;
	case NR_KVM_CREATE_VM:
		watch_descriptor(w, ret);
		break;
	case NR_KVM_CREATE_DEVICE:
		watch_descriptor(w, ret);
		break;
	}
}

/* A request in the 48-byte struct: the vdevice at 4, the TSM's code at 40. */
static inline int watch_request(struct watch *w, int fd, struct ioctl_call *call)
{
	uint32_t vdevice;

	memcpy(&vdevice, (const char *)call->arg + 4, sizeof(vdevice));
	w->changes += call->effect == EFFECT_CHANGE;
	if (call->effect == EFFECT_READ && w->second_vdevice && vdevice == w->second_vdevice)
		return -EINVAL;
	if (!w->answers)
		return kernel_ioctl(&w->sim.sim->kernel, fd, call);
	memcpy((char *)call->arg + 40, &w->tsm_code, sizeof(w->tsm_code));
	return w->answer;
}

static inline int watch_ioctl(struct kernel *k, int fd, struct ioctl_call *call)
{
	struct watch *w = watch_of(k);
	int ret = watch_setup(w, call->effect);

	if (ret)
		return ret;
	if (call->effect == EFFECT_PROBE && ++w->probes == w->interrupted_probe)
		return -EINTR;
	if (call->op_name && (call->effect == EFFECT_CHANGE || call->effect == EFFECT_READ))
		return watch_request(w, fd, call);
	ret = kernel_ioctl(watched(k), fd, call);
	watch_count(w, call, ret);
	return ret;
}

/* Paths of the twin are those of its original. */
static inline const char *watch_path(const struct watch *w, const char *path, char out[256])
{
	size_t len = w->twin ? strlen(w->twin_dir) + 1 + strlen(w->twin) : 0;
	char prefix[128];

	if (!w->twin)
		return path;
	snprintf(prefix, sizeof(prefix), "%s/%s", w->twin_dir, w->twin);
	if (strncmp(path, prefix, len) != 0)
		return path;
	snprintf(out, 256, "%s/%s%s", w->twin_dir, w->original, path + len);
	return out;
}

static inline ssize_t watch_read_file(struct kernel *k, const char *path, void *buf, size_t cap)
{
	struct watch *w = watch_of(k);
	char other[256];

	if (w->unbound && strcmp(path, w->unbound) == 0) {
		memcpy(buf, "\n", 1);
		return 1;
	}
	return kernel_read_file(watched(k), watch_path(w, path, other), buf, cap);
}

static inline ssize_t watch_read_link(struct kernel *k, const char *path, char *buf, size_t cap)
{
	struct watch *w = watch_of(k);
	char other[256];

	if (w->without && strcmp(path, w->without) == 0)
		return -ENOENT;
	return kernel_read_link(watched(k), watch_path(w, path, other), buf, cap);
}

static inline int watch_list_dir(struct kernel *k, const char *path, struct names *out)
{
	struct watch *w = watch_of(k);
	char other[256];
	int ret = kernel_list_dir(watched(k), watch_path(w, path, other), out);

	if (ret < 0 || !w->twin || strcmp(path, w->twin_dir) != 0)
		return ret;
	out->name = reallocarray(out->name, out->count + 1, sizeof(*out->name));
	assert_non_null(out->name);
	out->name[out->count++] = strdup(w->twin);
	return ret;
}

static inline int watch_pidfd_getfd(struct kernel *k, pid_t pid, int target)
{
	struct watch *w = watch_of(k);

	if (w->getfd_error)
		return -w->getfd_error;
	return watch_descriptor(w, kernel_pidfd_getfd(watched(k), pid, target));
}

/* Starts in place: the layer's operations live in `w`, since a test may let it pass for another back end. */
static inline void watch_start(struct watch *w, const char *spec)
{
	*w = (struct watch){.sim = sim_kernel_start(spec)};
	w->ops = (struct kernel_ops){
		.backend = "sim",
		.open = watch_open,
		.close = watch_close,
		.ioctl = watch_ioctl,
		.read_file = watch_read_file,
		.read_link = watch_read_link,
		.list_dir = watch_list_dir,
		.pidfd_getfd = watch_pidfd_getfd,
	};
	w->kernel.ops = &w->ops;
}

/* Nothing may be left open. */
static inline void watch_stop(struct watch *w)
{
	assert_int_equal(w->descriptors, 0);
	assert_int_equal(w->objects, 0);
	sim_kernel_stop(&w->sim);
}

#endif
