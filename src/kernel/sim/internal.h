/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the kernel half of the simulation shares: descriptors (sim.c), iommufd objects (object.c), ioctls (iommu.c,
 * request.c, vfio.c), binding (tsm.c) and the file tree (vfs.c). */
#ifndef TSMCTL_KERNEL_SIM_INTERNAL_H
#define TSMCTL_KERNEL_SIM_INTERNAL_H

#include "abi/ioctl.h"
#include "kernel/sim/sim.h"

/* sim.c: open descriptors. A pointer to a file holds until the next sim_file_new(). */
struct sim_file;

struct sim_file_ops {
	long (*ioctl)(struct sim *s, int fd, struct ioctl_call *call);
	void (*release)(struct sim *s, struct sim_file *f);
};

struct sim_file {
	const struct sim_file_ops *ops; /* NULL: not open */
	struct sim_context *context;    /* an iommufd's; a VFIO descriptor's once it is bound; a reference */
	struct sim_device *device;      /* VFIO */
	struct sim_socket *socket;
	int hold;      /* VFIO: of sim_hold() */
	int vm_device; /* VFIO: the descriptor of the VM's that refers to it, too; 0: none */
	bool closed;   /* by user space; what refers to it keeps it open */
};

int sim_file_new(struct sim *s, const struct sim_file_ops *ops); /* the lowest free descriptor, or -errno */
struct sim_file *sim_file_get(struct sim *s, int fd);            /* NULL: not open */
void sim_file_release(struct sim *s, struct sim_file *f);        /* it is not open any more */
void sim_teardown(struct sim *s);                                /* frees what `s` holds, not `s` */

/*
 * copy_from_user: bytes at an address that a request names. What the call itself carries is checked against its
 * bounds; anything else is read so that a bad address is -EFAULT, not a crash. 0 or -EFAULT.
 */
int sim_copy_from_user(const struct ioctl_call *call, void *dst, uint64_t address, size_t len);

/* The part of the call's request or response buffer that starts at `address`; NULL if it is not all inside. */
uint8_t *sim_user_buffer(const struct ioctl_call *call, uint64_t address, size_t len);

/* How many of the `len` bytes at `address` lie in the call's buffers. */
size_t sim_user_reach(const struct ioctl_call *call, uint64_t address, size_t len);

/*
 * copy_struct_from_user() of the call's struct, whose size is its first word, to `size` bytes: a shorter one, down to
 * `min_size`, is padded with zeros, a longer one must end in zeros. Returns how many bytes both sides know, -EFAULT,
 * -EINVAL or -E2BIG.
 */
int sim_copy_struct(const struct ioctl_call *call, void *to, size_t size, size_t min_size);

/* object.c: the objects of one iommufd, in one id space from 1, lowest free first. */
enum sim_object_kind {
	OBJ_FREE,
	OBJ_TOMBSTONE, /* of a vdevice whose device went first: the id stays reserved */
	OBJ_DEVICE,
	OBJ_IOAS,
	OBJ_HWPT,
	OBJ_VIOMMU,
	OBJ_VDEVICE,
};

struct sim_object {
	enum sim_object_kind kind;
	uint32_t users;            /* what refers to it; then it cannot be destroyed */
	uint32_t uses;             /* id of the object that it refers to; 0: none */
	struct sim_device *device; /* DEVICE, VDEVICE */
	uint64_t virt_id;          /* VDEVICE */
	bool kvm;                  /* DEVICE, VIOMMU, VDEVICE: a VM is known */
	bool nest_parent;          /* HWPT */
};

struct sim_context *sim_context_new(void); /* with one reference; NULL: out of memory */
struct sim_context *sim_context_get(struct sim_context *c);
void sim_context_put(struct sim *s, struct sim_context *c); /* the last one destroys the objects, which unbinds */
struct sim_context *sim_context_vmm(struct sim *s);         /* of the running VMM, which holds `held` functions */
void sim_context_free(struct sim_context *c);               /* no unbinding: the VMM lives on */

/* Stores a copy of `o` and counts its use of another object. The new id, or -ENOMEM. */
int sim_object_add(struct sim_context *c, struct sim_object o);
struct sim_object *sim_object_find(struct sim_context *c, uint32_t id, enum sim_object_kind kind);
struct sim_object *sim_object_of_device(struct sim_context *c, enum sim_object_kind kind, const struct sim_device *d);
struct sim_object *sim_object_of_virt_id(struct sim_context *c, uint32_t viommu, uint64_t virt_id);
int sim_object_destroy(struct sim *s, struct sim_context *c, uint32_t id);                     /* 0 or -errno */
void sim_object_drop_device(struct sim *s, struct sim_context *c, const struct sim_device *d); /* VFIO was closed */

/* One ioctl of an iommufd after its struct was copied in. */
struct sim_command {
	struct sim *sim;
	struct sim_context *context;
	struct ioctl_call *call;
	size_t size; /* of the struct as this kernel knows it and the caller gave it: the smaller */
	union {
		uint8_t bytes[48];
		struct iommu_destroy destroy;
		struct iommu_ioas_alloc ioas;
		struct iommu_hwpt_alloc hwpt;
		struct iommu_viommu_alloc viommu;
		struct iommu_vdevice_alloc vdevice;
		struct tsm_op_arg tsm_op;
		struct tsm_req40 req40;
		struct tsm_req48 req48;
	} arg;
};

typedef long (*sim_handler)(struct sim_command *c);

struct sim_ioctl {
	uint32_t nr;
	uint8_t size;
	uint8_t min_size;
	sim_handler run;
};

/* A number of the 48-byte request. */
struct sim_op_row {
	uint32_t number;
	enum tsm_op op;
};

struct sim_model {
	const char *name;
	const struct sim_ioctl *tsm; /* the numbers 0x3b95 to 0x3b97; what is not here is ENOTTY */
	size_t tsm_count;
	const struct sim_op_row *op;
	size_t op_count;
	bool objects_optional; /* READ, REGEN and INFO exist only with sim.object_ops */
	bool binds_in_alloc;   /* IOMMU_VDEVICE_ALLOC binds the TDI */
	bool has_tsm;
	bool has_tsm_code; /* the request has a field for the TSM's own code */
};

const char *sim_model_name(size_t i); /* for messages; NULL behind the last */

/*
 * hold.c: a function that this process opens for itself alone, of all that simulate the same. A descriptor of this
 * machine's, -EBUSY, or -ENOENT where no file of the simulator's can be made: then nobody else is seen.
 */
int sim_hold(const struct sim *s, const struct sim_device *d);
bool sim_is_held(const struct sim *s, const struct sim_device *d); /* asks, and disturbs nobody */

extern const struct sim_file_ops sim_iommu_ops;
extern const struct sim_file_ops sim_kvm_ops;
extern const struct sim_file_ops sim_vfio_ops;
extern const struct sim_file_ops sim_socket_ops;

long sim_respond(struct sim_command *c); /* copies the struct back; 0 */

/* request.c: what the models differ in. */
long sim_tsm_req48(struct sim_command *c);
long sim_tsm_req40(struct sim_command *c);
long sim_tsm_op(struct sim_command *c);
long sim_amd_bind(struct sim_command *c);
long sim_amd_guest_request(struct sim_command *c);
long sim_noiommu_get_pa(struct sim_command *c);

/* tsm.c */
int sim_tsm_bind(struct sim_device *d, bool kvm); /* 0 or -errno */
void sim_tsm_unbind(struct sim *s, struct sim_device *d);

/* spec.c */
bool sim_bdf_valid(const char *text);
int sim_devices_default(struct sim *s);                            /* 0 or -ENOMEM */
struct sim_device *sim_device_add(struct sim *s, const char *bdf); /* NULL: out of memory */
int sim_device_connect(struct sim *s, struct sim_device *d);       /* what follows from a connection; 0 or -ENOMEM */
int sim_devices_ready(struct sim *s, bool vmm, struct err *e);     /* once all devices are known */
int sim_set_model(struct sim *s, const char *name, struct err *e);
int sim_set_family(struct sim *s, const char *name, struct err *e);
const char *sim_family_name(enum sim_family family);

/* vfs.c: reads of /sys, /proc and /dev; as the functions of the seam. */
ssize_t sim_vfs_read(struct sim *s, const char *path, void *buf, size_t cap);
ssize_t sim_vfs_link(struct sim *s, const char *path, char *buf, size_t cap);
int sim_vfs_list(struct sim *s, const char *path, struct names *out);
size_t sim_vfio_number(const struct sim *s, const struct sim_device *d); /* N of /dev/vfio/devices/vfioN */
void sim_vfs_devpath(const struct sim *s, const struct sim_device *d, char *out, size_t cap); /* NULL: the TSM */
bool sim_has_vfio(const struct sim_device *d);

#endif
