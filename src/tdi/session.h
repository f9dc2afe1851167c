/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A way to the TDI's requests: an iommufd context with a vdevice in it. Either a running VMM's (its descriptor is
 * copied with pidfd_getfd and closed again at once after use, since the copy keeps the VMM's context alive), an
 * inherited one, or an own session, whose objects and whatever they changed end with this process.
 */
#ifndef TSMCTL_TDI_SESSION_H
#define TSMCTL_TDI_SESSION_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "abi/request.h"
#include "kernel/kernel.h"
#include "tdi/bdf.h"
#include "tdi/probe.h"
#include "util/err.h"

/* What the user said about the target. */
struct target {
	char bdf[BDF_CAP]; /* "": none given */
	pid_t pid;         /* --attach; 0: none */
	int pid_fd;        /* -1: to be found */
	int iommufd;       /* inherited; -1: none */
	bool has_vdevice;
	uint32_t vdevice;
	enum tsm_arch arch; /* ARCH_NONE: from the TSM's driver */
	struct abi_choice abi;
	int kvm_fd; /* -1: a VM is made for the purpose */
	bool has_viommu_type;
	uint32_t viommu_type;
	bool has_virt_id;
	uint64_t virt_id;
};

/* The objects of an own session; 0 or -1 where not made. */
struct own_objects {
	int vfio_fd;
	int kvm_fd;
	int vm_fd;
	int kvm_vfio_fd;
	bool kvm_inherited;
	uint32_t device, ioas, hwpt, viommu;
};

struct session {
	struct kernel *kernel;
	struct abi *abi; /* owned */
	enum tsm_arch arch;
	int iommufd;    /* -1: none */
	bool inherited; /* not ours to close */
	uint32_t vdevice;
	bool own;
	struct own_objects objects;
	bool bound;       /* the function, when the session was opened */
	pid_t pid;        /* the VMM; 0: none */
	size_t functions; /* that the VMM holds, as far as that is seen */
	char comm[32];
	char bdf[BDF_CAP];
	bool force;
	bool dry_run;
	bool changed; /* a change was sent, and may have been carried out */
	bool lost;    /* the kernel no longer knows the vdevice, or the descriptor: no further request makes sense */
};

/* Finds or makes the session. -1 with `e` set; nothing is left open then. */
int session_open(struct session *s, struct kernel *k, const struct target *t, struct err *e);
void session_close(struct session *s);

/* The same with an ABI settled earlier, which it takes over in any case; NULL: not settled, `e` says why. */
int session_open_as(struct session *s, struct kernel *k, struct abi *abi, const struct target *t, struct err *e);

/* Gives an open session the ABI (taken over, as above) and the options of another command for the same target. */
int session_resume(struct session *s, struct abi *abi, const struct target *t, struct err *e);

/* "vdevice 1 of qemu[4242]", "vdevice 4 of an own session". */
void session_describe(const struct session *s, char *out, size_t cap);

/* Own sessions only (own.c): the sequence up to a bound vdevice, and its undoing. */
int own_session_open(struct session *s, const struct target *t, struct err *e);
void own_session_close(struct session *s);

struct outcome {
	uint32_t residue; /* bytes of the response not filled, or of the request not read */
	uint32_t offered; /* what the residue is counted against */
	uint64_t tsm_code;
	bool payload_assumed;
};

/*
 * Sends one request, once. ERR_UNSUPPORTED if the fingerprint did not establish the op for this architecture; ERR_TSM
 * with the code if the TSM reported one; `uncertain` is set where a change may have happened in spite of the error.
 */
int session_request(struct session *s, enum tsm_op op, const struct op_args *args, struct outcome *out, struct err *e);

/* Whether `op` could be sent. */
bool session_can(const struct session *s, enum tsm_op op);

#endif
