/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The simulated kernel, from the inside: what its rooms share. spec.c and scenario.c fill it, state.c keeps the VMM's
 * part between processes, vfs.c shows it as /sys, /proc and /dev, iommu.c and vfio.c answer ioctls, tsm.c is the TSM
 * behind them, evidence.c its evidence cache, netlink.c the generic-netlink families.
 *
 * The kernel side is written from the reference tables on its own (number -> meaning), not from src/abi (meaning ->
 * number), so that a wrong constant there is found here. Struct definitions of abi/ioctl.h are shared; tests pin them.
 */
#ifndef TSMCTL_KERNEL_SIM_SIM_H
#define TSMCTL_KERNEL_SIM_SIM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>
#include <time.h>

#include "abi/terms.h"
#include "kernel/kernel.h"
#include "util/err.h"

enum { SIM_VMM_PID = 4242, SIM_VMM_IOMMUFD = 17, SIM_VMM_VFIO_FD = 18 /* one more per held function */ };

enum sim_family { SIM_FAMILY_NONE, SIM_FAMILY_DEVICE_EVIDENCE, SIM_FAMILY_PCI_TSM };

/* A kernel model: which ioctl numbers exist and what they are; rows in iommu.c. */
struct sim_model;

struct sim_blob {
	uint8_t *data; /* owned */
	size_t len;
};

struct sim_device {
	char bdf[24];
	char driver[24]; /* "vfio-pci", "nvme" */
	char dsm[24];    /* the DSM function; "" without TSM context */
	bool tee;        /* has the tsm/ directory */
	bool connected;
	bool bound;       /* a TDI is bound: a vdevice exists */
	bool held;        /* by the VMM; its state persists */
	bool absent;      /* not plugged in */
	uint32_t vdevice; /* id in the VMM's context; 0: none */
	enum tdi_state state;
	bool dma_enabled;  /* SEV */
	uint32_t mappings; /* accepted MMIO mappings since the last lock */
	uint32_t generation;
	uint32_t validated; /* generation accepted by the netlink command; 0: none */
	struct sim_blob object[EV_COUNT];
};

/* Faults of a scenario; see docs/tsmctl.1.md, SIMULATOR. */
enum sim_fault_kind {
	FAULT_ERRNO,       /* the n-th matching call fails with `error` */
	FAULT_DELAY,       /* the n-th matching call takes `delay_ms` */
	FAULT_TSM_CODE,    /* the n-th TSM request returns `value` as tsm_code */
	FAULT_RESIDUE,     /* the n-th TSM request returns `value` as residue */
	FAULT_NL_DROP,     /* netlink dump: message n is not sent */
	FAULT_NL_SWAP,     /* messages n and n+1 change places */
	FAULT_NL_TRUNCATE, /* the dump ends with DONE after message n */
	FAULT_NL_EXTRA,    /* after message n four more bytes of VAL follow: longer than LENGTH says */
	FAULT_NL_DONE, /* DONE carries `error` (positive errno) and `text` as extended acknowledgement, after message n
			  (0: at the end) */
	FAULT_NL_GENERATION, /* the generation changes after message n: the kernel's EAGAIN, "evidence updated during
				read" */
	FAULT_EVIDENCE,      /* byte `offset` of object `type` of `device` is XORed with `value` */
};

struct sim_fault {
	enum sim_fault_kind kind;
	char call[24]; /* FAULT_ERRNO/DELAY: "open", "ioctl", "read_file", "list_dir", "pidfd_getfd", "nl_open",
			  "nl_send", "nl_recv" */
	uint32_t nr;   /* with call "ioctl": only this number; 0: any */
	char device[24];
	uint32_t nth; /* 1 is the first */
	int error;    /* positive errno */
	uint32_t delay_ms;
	uint64_t value;
	int type; /* enum evidence_type */
	size_t offset;
	char text[120];
	uint32_t seen; /* matching calls so far */
};

/* What happens by itself while somebody waits; see docs/tsmctl.1.md, SIMULATOR. */
enum sim_event_kind {
	EVENT_CONNECT,
	EVENT_DISCONNECT,
	EVENT_BIND,
	EVENT_UNBIND,
	EVENT_HOLD,     /* the VMM opens the function */
	EVENT_RELEASE,  /* the VMM closes it */
	EVENT_VMM_EXIT, /* and with it everything that it held */
	EVENT_REGENERATE,
	EVENT_TSM_REMOVE,
	EVENT_TSM_ADD,
	EVENT_FUNCTION_REMOVE,
	EVENT_FUNCTION_ADD,
	EVENT_LOST, /* the kernel has to drop an announcement */
};

struct sim_event {
	enum sim_event_kind kind;
	uint32_t after_ms; /* since the first wait for an announcement */
	char device[24];
	int type; /* enum evidence_type: EVENT_REGENERATE */
};

struct sim_context; /* an open /dev/iommu: its object ids; iommu.c */
struct sim_socket;  /* an open generic-netlink socket; netlink.c */

struct sim {
	struct kernel kernel; /* first member: a struct kernel * is a struct sim * */
	char key[160]; /* under which state.c keeps this simulation: the normalised spec, or the scenario file's path */
	enum tsm_arch arch;
	const struct sim_model *model;
	enum sim_family family;
	uint32_t chunk;  /* bytes of VAL in a netlink message at most; 0: as the kernel fills 32 KiB buffers */
	bool object_ops; /* the model's request ioctl has READ, REGEN, INFO where they are optional; default true */
	struct sim_device *device;
	size_t device_count;
	struct sim_fault *fault;
	size_t fault_count;
	struct sim_event *event; /* in the order of their times */
	size_t event_count;
	size_t event_next;
	int64_t waited_since; /* monotonic ms of the first wait; 0: none yet */
	uint64_t uevents;     /* announced so far */
	bool tsm_gone;
	struct sim_file *file; /* open descriptors; sim.c */
	size_t file_count;
	struct sim_context *vmm; /* the VMM's; NULL: no VMM runs */
	char *spec;              /* what sim_configure() was given; owned */
	int lock;                /* state.c: descriptor of the lock while a change is open; -1 */
	char state_path[512];
	ino_t state_inode; /* of the state file when it was last looked at; 0: absent */
	struct timespec state_time;
};

/* spec.c: fills arch, model, family, devices of the default scenario, then what the spec or the scenario file says. */
int sim_configure(struct sim *s, const char *spec, struct err *e);
int sim_scenario_load(struct sim *s, const char *path, struct err *e);
const struct sim_model *sim_model_find(const char *profile); /* also "unknown": a kernel whose map is none of ours */

/* state.c: the VMM's functions between processes. A change is begun (lock, reload), made in `s`, and committed (write,
 * unlock). */
int sim_state_load(struct sim *s, struct err *e); /* creates nothing */
int sim_state_refresh(struct sim *s);             /* takes over what others have changed since; 0 or -EIO */
int sim_state_begin(struct sim *s);               /* 0 or -errno: EBUSY after 10 s, EIO for a damaged file */
int sim_state_commit(struct sim *s);              /* 0 or -errno; ends the change also on failure */
void sim_state_abandon(struct sim *s);
int sim_state_open_holds(void); /* the empty file beside it that hold.c locks; a descriptor or -errno */

/* sim.c */
struct sim_device *sim_device_find(struct sim *s, const char *bdf);
/* Counts the call and returns the fault's negative errno, or 0; sleeps for a delay. */
int sim_fault_check(struct sim *s, const char *call, uint32_t nr);
struct sim_fault *sim_fault_take(struct sim *s, enum sim_fault_kind kind); /* the one due now, counting; NULL */
/* FAULT_EVIDENCE: changes the bytes of an object that was just made; evidence.c calls it for each object it makes. */
void sim_fault_evidence(struct sim *s, struct sim_device *d, enum evidence_type type);

/* tsm.c: the TSM back end. -errno, or the residue; `*tsm_code` as the TSM gives it. Request bytes have the layouts of
 * the 48-byte ABI. */
struct sim_tsm_request {
	enum tsm_op op;
	const uint8_t *request; /* NULL with a length: user space gave a bad pointer */
	size_t request_len;
	uint8_t *response;
	size_t response_len;   /* as user space says it */
	size_t response_reach; /* so many bytes of it can be written */
};
long sim_tsm_request(struct sim *s, struct sim_device *d, const struct sim_tsm_request *r, uint64_t *tsm_code);

/*
 * evidence.c. The functions of the default scenario have config space 1b36:00c0, class 0x010802, revision 0x01: the
 * device certificate names these.
 */
int sim_evidence_init(struct sim *s,
		      struct sim_device *d); /* what is cached after connect, per architecture; 0 or -ENOMEM */
void sim_evidence_unlock(struct sim *s, struct sim_device *d); /* what an unlock does to the cache */
/* Regenerates measurements (`nonce` of `len` <= 32 bytes, padded with zeros; raw or hashed blocks) or the report (also
 * what a lock does to the cache). 0 or -errno as the TSM gives it. */
int sim_evidence_regen(struct sim *s, struct sim_device *d, enum evidence_type type, const uint8_t *nonce, size_t len,
		       bool raw);
bool sim_evidence_exists(const struct sim_device *d); /* there is a cache at all: a TSM context, connected */

/*
 * event.c: a wait for announcements of at most `timeout_ms`, in which at most one of a scenario's events happens. The
 * length of its uevent, if it has one and `listening`; -ETIMEDOUT, -EINTR, -ENOBUFS.
 */
ssize_t sim_event_wait(struct sim *s, bool listening, void *buf, size_t cap, int timeout_ms);
bool sim_event_has_device(enum sim_event_kind kind);

/* netlink.c: the nl_* calls of the seam; sockets are kept in sim.c's file table. */
struct sim_socket *sim_nl_open(struct sim *s);
int sim_nl_send(struct sim *s, struct sim_socket *sock, const void *msg, size_t len);
ssize_t sim_nl_recv(struct sim *s, struct sim_socket *sock, void *buf, size_t cap);
void sim_nl_close(struct sim_socket *sock);

#endif
