/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The seam: every effect on the machine that tsmctl examines goes through these few functions. Implementations: the
 * real kernel (linux.c), the simulated one (sim/), and layers around another kernel: --trace (trace.c), --dry-run
 * (dryrun.c). No command knows which of them it talks to.
 *
 * Every function returns a value >= 0, or a negative errno. Descriptors are the implementation's own numbers.
 */
#ifndef TSMCTL_KERNEL_KERNEL_H
#define TSMCTL_KERNEL_KERNEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "util/err.h"

/* What a call does to the machine. The layers decide by it, never by numbers. */
enum effect {
	EFFECT_READ,   /* looks only */
	EFFECT_PROBE,  /* a request of the fingerprint: on an empty context, cannot touch anything */
	EFFECT_SETUP,  /* makes or frees objects that end with this process: IOAS, vIOMMU, vdevice, a VM */
	EFFECT_CHANGE, /* reaches a device or a TSM: state changes, regeneration, acceptance */
};

/* One field of an ioctl's struct, for --trace. */
struct ioctl_field {
	const char *name;
	uint16_t offset;
	uint8_t width; /* 1, 2, 4 or 8 bytes */
	bool out;      /* printed after the call */
	bool hex;
};

/* What an ioctl's argument looks like; static const data of src/abi. */
struct ioctl_layout {
	const char *name; /* "IOMMU_VDEVICE_ALLOC" */
	const struct ioctl_field *fields;
	size_t field_count;
};

struct ioctl_call {
	const struct ioctl_layout *layout;
	uint32_t nr; /* 0x3b96 */
	enum effect effect;
	void *arg;   /* the struct, in and out; NULL: `value` is passed */
	size_t size; /* of the struct */
	unsigned long value;
	/* What the struct points to, so that layers see and tests compare all bytes; NULL and 0 where it points to
	 * nothing. */
	const void *request;
	size_t request_len;
	void *response;
	size_t response_len; /* capacity */
	/* For a TSM request: names for people; NULL for others. */
	const char *op_name;   /* "SET_TDI_STATE" */
	const char *arch_name; /* "cca" */
	bool payload_assumed;  /* the request bytes follow no published layout */
};

struct names {
	char **name; /* sorted by strcmp; owned */
	size_t count;
};

struct kernel;

struct kernel_ops {
	const char *backend; /* "kernel", "sim"; layers pass on what is below: NULL */
	int (*open)(struct kernel *k, const char *path, int flags, enum effect effect);
	int (*close)(struct kernel *k, int fd);
	int (*ioctl)(struct kernel *k, int fd, struct ioctl_call *call);
	/* Reads a small file of /sys or /proc whole; returns the length, at most `cap`. */
	ssize_t (*read_file)(struct kernel *k, const char *path, void *buf, size_t cap);
	/* As readlink(2), but NUL-terminated; returns the length without the NUL. */
	ssize_t (*read_link)(struct kernel *k, const char *path, char *buf, size_t cap);
	/* Names in a directory without "." and "..". Freed with names_free(). */
	int (*list_dir)(struct kernel *k, const char *path, struct names *out);
	/* A copy of descriptor `target` of process `pid`. */
	int (*pidfd_getfd)(struct kernel *k, pid_t pid, int target);
	/* A generic-netlink socket with extended and capped acknowledgements on. */
	int (*nl_open)(struct kernel *k);
	int (*nl_send)(struct kernel *k, int fd, const void *msg, size_t len, enum effect effect);
	/* One datagram; returns its length, 0 never; -EMSGSIZE if it did not fit into `cap`, -ETIMEDOUT after
	 * `timeout_ms`. */
	ssize_t (*nl_recv)(struct kernel *k, int fd, void *buf, size_t cap, int timeout_ms);
	void (*free)(struct kernel *k); /* closes what is open, frees `k` and what it wraps */
};

struct kernel {
	const struct kernel_ops *ops;
	struct kernel *below; /* of a layer; NULL at the bottom */
};

static inline int kernel_open(struct kernel *k, const char *path, int flags, enum effect effect)
{
	return k->ops->open(k, path, flags, effect);
}

static inline int kernel_close(struct kernel *k, int fd)
{
	return k->ops->close(k, fd);
}

static inline int kernel_ioctl(struct kernel *k, int fd, struct ioctl_call *call)
{
	return k->ops->ioctl(k, fd, call);
}

static inline ssize_t kernel_read_file(struct kernel *k, const char *path, void *buf, size_t cap)
{
	return k->ops->read_file(k, path, buf, cap);
}

static inline ssize_t kernel_read_link(struct kernel *k, const char *path, char *buf, size_t cap)
{
	return k->ops->read_link(k, path, buf, cap);
}

static inline int kernel_list_dir(struct kernel *k, const char *path, struct names *out)
{
	return k->ops->list_dir(k, path, out);
}

static inline int kernel_pidfd_getfd(struct kernel *k, pid_t pid, int target)
{
	return k->ops->pidfd_getfd(k, pid, target);
}

static inline int kernel_nl_open(struct kernel *k)
{
	return k->ops->nl_open(k);
}

static inline int kernel_nl_send(struct kernel *k, int fd, const void *msg, size_t len, enum effect effect)
{
	return k->ops->nl_send(k, fd, msg, len, effect);
}

static inline ssize_t kernel_nl_recv(struct kernel *k, int fd, void *buf, size_t cap, int timeout_ms)
{
	return k->ops->nl_recv(k, fd, buf, cap, timeout_ms);
}

/* NULL is allowed. */
void kernel_free(struct kernel *k);

/* The bottom's name: "kernel", "sim". */
const char *kernel_backend(const struct kernel *k);

void names_free(struct names *n);

/* This machine. NULL: out of memory. */
struct kernel *kernel_linux(void);

/* Prints each call as one line of key=value pairs on stderr. Owns `below`, also on failure (NULL: out of memory). */
struct kernel *kernel_trace(struct kernel *below);

/*
 * --dry-run. EFFECT_SETUP calls are noted, not made, and succeed (descriptors and ids that a kernel would give are
 * stand-ins: ids read 0); an EFFECT_CHANGE call is noted, not made, and returns -ECANCELED, which ends the command.
 * Owns `below`.
 */
struct kernel *kernel_dryrun(struct kernel *below);

/* One call that a dry run did not make. */
struct noted_call {
	const char *kind; /* "ioctl", "netlink", "open" */
	const char *name; /* ioctl layout name, path, or "device-evidence" */
	const char *op_name;
	uint32_t nr;
	uint8_t *bytes; /* the struct, or the netlink message; owned */
	size_t len;
	uint8_t *payload; /* what the struct points to; owned */
	size_t payload_len;
	bool payload_assumed;
};

/* What `k` (the dry-run layer itself) has noted so far, in order; borrowed until kernel_free(). */
const struct noted_call *kernel_dryrun_calls(const struct kernel *k, size_t *count);

/*
 * The embedded simulated kernel (src/kernel/sim). `spec` is what stands behind --sim=: "cca" (also for NULL and ""),
 * "sev", "tdx", each with ",abi=PROFILE" and
 * ",family=NAME", or the path of a scenario file. NULL with `e` set on a bad spec, file or state file.
 */
struct kernel *kernel_sim(const char *spec, struct err *e);

/* Forgets the simulated VMM's state: removes the state file, if any; its path goes to `path`. */
int kernel_sim_reset(char *path, size_t cap, bool *removed, struct err *e);

#endif
