/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The seam: every effect on the machine that tsmctl examines goes through these few functions. Implementations: the
 * real kernel (linux.c), the simulated one (sim/), a recording (replay.c), and layers around another kernel: --record
 * (record.c), --trace (trace.c), --dry-run (dryrun.c). No command knows which of them it talks to.
 *
 * Every function returns a value >= 0, or a negative errno. Descriptors are the implementation's own numbers.
 */
#ifndef TSMCTL_KERNEL_KERNEL_H
#define TSMCTL_KERNEL_KERNEL_H

#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "abi/call.h"
#include "util/err.h"
#include "util/interrupt.h"

struct names {
	char **name; /* sorted by strcmp; owned */
	size_t count;
};

struct kernel;

struct kernel_ops {
	const char *backend; /* "kernel", "sim", "replay"; layers pass on what is below: NULL */
	/* With O_EXCL: -EBUSY while another tsmctl has it open so. What else has it open is not seen. */
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
	/* A netlink socket that gets what the kernel announces of its devices (NETLINK_KOBJECT_UEVENT). NULL: a
	 * recording, in which time does not pass. */
	int (*uevent_open)(struct kernel *k);
	/* One datagram; returns its length, 0 never; -EMSGSIZE if it did not fit into `cap`, -ETIMEDOUT after
	 * `timeout_ms`, -ENOBUFS where the kernel had to drop some. Without a socket (-1) only the time passes. No
	 * signal is blocked while it waits: who blocks one elsewhere gets it here, as -EINTR. */
	ssize_t (*nl_recv)(struct kernel *k, int fd, void *buf, size_t cap, int timeout_ms);
	/* Random bytes, at most 256. Returns 0. Part of the seam so that a nonce can be replayed. */
	int (*random)(struct kernel *k, void *buf, size_t len);
	/* Of a replay: the back end that was recorded. NULL: it is none. */
	const char *(*recorded)(const struct kernel *k);
	/* The command has ended: -1 with `e` set for what no call could return. NULL: there is nothing to say. */
	int (*finish)(struct kernel *k, struct err *e);
	void (*free)(struct kernel *k); /* closes what is open, frees `k` and what it wraps */
};

struct kernel {
	const struct kernel_ops *ops;
	struct kernel *below; /* of a layer; NULL at the bottom */
};

/*
 * What may wait, or makes a device wait, does not begin any more once the user has interrupted the command: -EINTR.
 * What only tidies up still does, so that nothing is left behind.
 */
static inline int kernel_open(struct kernel *k, const char *path, int flags, enum effect effect)
{
	return interrupt_noted() ? -EINTR : k->ops->open(k, path, flags, effect);
}

static inline int kernel_close(struct kernel *k, int fd)
{
	return k->ops->close(k, fd);
}

static inline int kernel_ioctl(struct kernel *k, int fd, struct ioctl_call *call)
{
	return interrupt_noted() && call->effect != EFFECT_SETUP ? -EINTR : k->ops->ioctl(k, fd, call);
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
	return interrupt_noted() ? -EINTR : k->ops->pidfd_getfd(k, pid, target);
}

static inline int kernel_nl_open(struct kernel *k)
{
	return k->ops->nl_open(k);
}

static inline int kernel_uevent_open(struct kernel *k)
{
	return k->ops->uevent_open ? k->ops->uevent_open(k) : -EOPNOTSUPP;
}

static inline int kernel_nl_send(struct kernel *k, int fd, const void *msg, size_t len, enum effect effect)
{
	return interrupt_noted() ? -EINTR : k->ops->nl_send(k, fd, msg, len, effect);
}

static inline ssize_t kernel_nl_recv(struct kernel *k, int fd, void *buf, size_t cap, int timeout_ms)
{
	return interrupt_noted() ? -EINTR : k->ops->nl_recv(k, fd, buf, cap, timeout_ms);
}

static inline int kernel_random(struct kernel *k, void *buf, size_t len)
{
	return k->ops->random(k, buf, len);
}

/*
 * Ends the conversation, after the last call: a recording gets its name, a replay says where tsmctl took another
 * course. -1 with `e` set on failure. Without it a recording is thrown away.
 */
int kernel_finish(struct kernel *k, struct err *e);

/* Frees the layer `k` alone and returns what it was laid around. */
struct kernel *kernel_peel(struct kernel *k);

/* NULL is allowed. */
void kernel_free(struct kernel *k);

/* The bottom's name: "kernel", "sim", "replay". */
const char *kernel_backend(const struct kernel *k);

/* Appends a copy of `name`; 0 or -ENOMEM. names_sort() puts the list into its order afterwards. */
int names_add(struct names *n, const char *name);
void names_sort(struct names *n);

/* True if requests reach a device, or did so when they were recorded: what nobody has specified is not sent without the
 * user's word. */
bool kernel_is_real(const struct kernel *k);

void names_free(struct names *n);

/* This machine. NULL: out of memory. */
struct kernel *kernel_linux(void);

/* Prints each call as one line of key=value pairs on stderr. Owns `below`, but not on failure (NULL: out of memory). */
struct kernel *kernel_trace(struct kernel *below);

/*
 * --dry-run. EFFECT_SETUP calls are noted, not made, and succeed (descriptors and ids that a kernel would give are
 * stand-ins: ids read 0); an EFFECT_CHANGE call, and any look at a stand-in, is noted, not made, and returns
 * -ECANCELED, which ends the command. Owns `below`, but not on failure (NULL: out of memory).
 */
struct kernel *kernel_dryrun(struct kernel *below);

/*
 * --record. Writes each call and its answer to the file `path`, which gets its name in kernel_finish(); an existing one
 * is refused without `force`. Its errors are reported there; the calls themselves are not disturbed. Stands directly
 * around a bottom. NULL with `e` set: the file cannot be made. Owns `below`, also on failure.
 */
struct kernel *kernel_record(struct kernel *below, const char *path, bool force, struct err *e);

/*
 * --replay. Answers from the recording `path`. Calls must be the recorded ones, in their order; from the first other
 * one on every call fails, and kernel_finish() says which it was and how it differed (ERR_FAILED, "REPLAY"). Recorded
 * calls that are not made at the end are an error only if one of them changed something. NULL with `e` set: the file
 * cannot be read, or is no recording.
 */
struct kernel *kernel_replay(const char *path, struct err *e);

/* One call that a dry run did not make. */
struct noted_call {
	const char *kind; /* "ioctl", "netlink", "open" */
	const char *name; /* ioctl layout name, path, or "device-evidence" */
	const char *op_name;
	uint32_t nr;
	uint8_t *bytes; /* the struct, or the netlink message; addresses read 0; owned */
	size_t len;
	uint8_t *payload; /* what the struct points to; owned */
	size_t payload_len;
	bool payload_assumed;
};

/* A layer from outside, laid around every bottom that a command line chooses; for tests. */
struct kernel_layer {
	/* Owns `below`, but not on failure (NULL: out of memory). */
	struct kernel *(*lay)(struct kernel *below, void *ctx);
	void *ctx;
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
