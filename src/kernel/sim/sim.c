// SPDX-License-Identifier: GPL-2.0-or-later
/* The simulated kernel behind the seam: descriptors, faults, life and death. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

#include "kernel/sim/internal.h"

enum { FIRST_FD = 3, FIRST_FILES = 32 };

static struct sim *sim_of(struct kernel *k)
{
	return (struct sim *)k;
}

struct sim_device *sim_device_find(struct sim *s, const char *bdf)
{
	for (size_t i = 0; i < s->device_count; i++)
		if (strcmp(s->device[i].bdf, bdf) == 0)
			return &s->device[i];
	return NULL;
}

/* A signal that is handled ends it, as it ends a wait in a kernel. */
static int sleep_ms(uint32_t ms)
{
	const struct timespec time = {ms / 1000, (long)(ms % 1000) * 1000000};

	return nanosleep(&time, NULL) ? -errno : 0;
}

int sim_fault_check(struct sim *s, const char *call, uint32_t nr)
{
	int ret = 0;

	for (size_t i = 0; i < s->fault_count; i++) {
		struct sim_fault *f = &s->fault[i];

		if (f->kind != FAULT_ERRNO && f->kind != FAULT_DELAY)
			continue;
		if (strcmp(f->call, call) != 0 || (f->nr && f->nr != nr) || ++f->seen != f->nth)
			continue;
		int result = f->kind == FAULT_DELAY ? sleep_ms(f->delay_ms) : -f->error;

		ret = result ? result : ret;
	}
	return ret;
}

struct sim_fault *sim_fault_take(struct sim *s, enum sim_fault_kind kind)
{
	struct sim_fault *due = NULL;

	for (size_t i = 0; i < s->fault_count; i++)
		if (s->fault[i].kind == kind && ++s->fault[i].seen == s->fault[i].nth)
			due = &s->fault[i];
	return due;
}

void sim_fault_evidence(struct sim *s, struct sim_device *d, enum evidence_type type)
{
	for (size_t i = 0; i < s->fault_count; i++) {
		const struct sim_fault *f = &s->fault[i];

		if (f->kind == FAULT_EVIDENCE && f->type == (int)type && strcmp(f->device, d->bdf) == 0 &&
		    f->offset < d->object[type].len)
			d->object[type].data[f->offset] ^= (uint8_t)f->value;
	}
}

static bool files_grow(struct sim *s)
{
	size_t count = s->file_count ? 2 * s->file_count : FIRST_FILES;
	struct sim_file *grown = reallocarray(s->file, count, sizeof(*grown));

	if (!grown)
		return false;
	memset(grown + s->file_count, 0, (count - s->file_count) * sizeof(*grown));
	s->file = grown;
	s->file_count = count;
	return true;
}

static struct sim_file *file_slot(struct sim *s)
{
	for (size_t i = FIRST_FD; i < s->file_count; i++)
		if (!s->file[i].ops)
			return &s->file[i];

	size_t first = s->file_count ? s->file_count : FIRST_FD;

	return files_grow(s) ? &s->file[first] : NULL;
}

int sim_file_new(struct sim *s, const struct sim_file_ops *ops)
{
	struct sim_file *slot = file_slot(s);

	if (!slot)
		return -ENOMEM;
	*slot = (struct sim_file){.ops = ops};
	return (int)(slot - s->file);
}

struct sim_file *sim_file_get(struct sim *s, int fd)
{
	if (fd < 0 || (size_t)fd >= s->file_count || !s->file[fd].ops || s->file[fd].closed)
		return NULL;
	return &s->file[fd];
}

void sim_file_release(struct sim *s, struct sim_file *f)
{
	f->ops->release(s, f);
	*f = (struct sim_file){0};
}

static int open_iommufd(struct sim *s, struct sim_context *c)
{
	int fd = c ? sim_file_new(s, &sim_iommu_ops) : -ENOMEM;

	if (fd < 0)
		sim_context_put(s, c);
	else
		s->file[fd].context = c;
	return fd;
}

static int open_device(struct sim *s, struct sim_device *d, bool alone)
{
	int hold = alone ? sim_hold(s, d) : -ENOENT;
	int fd = hold == -EBUSY ? hold : sim_file_new(s, &sim_vfio_ops);

	if (fd >= 0) {
		s->file[fd].device = d;
		s->file[fd].hold = hold;
	} else if (hold >= 0) {
		close(hold);
	}
	return fd;
}

static int open_vfio(struct sim *s, const char *path, bool alone)
{
	static const char dir[] = "/dev/vfio/devices/vfio";
	char *end;

	if (strncmp(path, dir, sizeof(dir) - 1) != 0)
		return -ENOENT;

	unsigned long long number = strtoull(path + sizeof(dir) - 1, &end, 10);

	for (size_t i = 0; i < s->device_count && !*end; i++) {
		struct sim_device *d = &s->device[i];

		if (sim_has_vfio(d) && sim_vfio_number(s, d) == number)
			return open_device(s, d, alone);
	}
	return -ENOENT;
}

static int sim_open(struct kernel *k, const char *path, int flags, enum effect effect)
{
	struct sim *s = sim_of(k);
	int ret = sim_fault_check(s, "open", 0);

	(void)effect;
	if (ret)
		return ret;
	if (strcmp(path, "/dev/iommu") == 0)
		return open_iommufd(s, sim_context_new());
	if (strcmp(path, "/dev/kvm") == 0)
		return sim_file_new(s, &sim_kvm_ops);
	return open_vfio(s, path, flags & O_EXCL);
}

static int sim_close(struct kernel *k, int fd)
{
	struct sim *s = sim_of(k);
	struct sim_file *f = sim_file_get(s, fd);

	if (!f)
		return -EBADF;
	if (f->vm_device)
		f->closed = true;
	else
		sim_file_release(s, f);
	return 0;
}

static int sim_ioctl(struct kernel *k, int fd, struct ioctl_call *call)
{
	struct sim *s = sim_of(k);
	struct sim_file *f = sim_file_get(s, fd);
	int ret = sim_fault_check(s, "ioctl", call->nr);

	if (!ret)
		ret = sim_state_refresh(s);
	if (ret)
		return ret;
	if (!f)
		return -EBADF;
	return f->ops->ioctl ? (int)f->ops->ioctl(s, fd, call) : -ENOTTY;
}

static ssize_t sim_read_file(struct kernel *k, const char *path, void *buf, size_t cap)
{
	int ret = sim_fault_check(sim_of(k), "read_file", 0);

	return ret ? ret : sim_vfs_read(sim_of(k), path, buf, cap);
}

static ssize_t sim_read_link(struct kernel *k, const char *path, char *buf, size_t cap)
{
	int ret = sim_fault_check(sim_of(k), "read_link", 0);

	return ret ? ret : sim_vfs_link(sim_of(k), path, buf, cap);
}

static int sim_list_dir(struct kernel *k, const char *path, struct names *out)
{
	int ret = sim_fault_check(sim_of(k), "list_dir", 0);

	return ret ? ret : sim_vfs_list(sim_of(k), path, out);
}

static int sim_pidfd_getfd(struct kernel *k, pid_t pid, int target)
{
	struct sim *s = sim_of(k);
	int ret = sim_fault_check(s, "pidfd_getfd", 0);

	if (ret)
		return ret;
	if (!s->vmm || pid != SIM_VMM_PID)
		return -ESRCH;
	return target == SIM_VMM_IOMMUFD ? open_iommufd(s, sim_context_get(s->vmm)) : -EBADF;
}

static void socket_release(struct sim *s, struct sim_file *f)
{
	(void)s;
	sim_nl_close(f->socket);
}

const struct sim_file_ops sim_socket_ops = {NULL, socket_release};

static int nl_open(struct kernel *k)
{
	struct sim *s = sim_of(k);
	int ret = sim_fault_check(s, "nl_open", 0);

	if (ret)
		return ret;

	int fd = sim_file_new(s, &sim_socket_ops);

	if (fd < 0)
		return fd;

	struct sim_socket *sock = sim_nl_open(s);

	if (!sock) {
		s->file[fd] = (struct sim_file){0};
		return -ENOMEM;
	}
	s->file[fd].socket = sock;
	return fd;
}

static struct sim_socket *socket_of(struct sim *s, int fd)
{
	const struct sim_file *f = sim_file_get(s, fd);

	return f ? f->socket : NULL;
}

static int nl_send(struct kernel *k, int fd, const void *msg, size_t len, enum effect effect)
{
	struct sim *s = sim_of(k);
	struct sim_socket *sock = socket_of(s, fd);
	int ret = sim_fault_check(s, "nl_send", 0);

	(void)effect;
	if (!ret)
		ret = sim_state_refresh(s);
	if (ret)
		return ret;
	return sock ? sim_nl_send(s, sock, msg, len) : -EBADF;
}

static void nothing_to_release(struct sim *s, struct sim_file *f)
{
	(void)s;
	(void)f;
}

static const struct sim_file_ops uevent_ops = {NULL, nothing_to_release};

static int uevent_open(struct kernel *k)
{
	int ret = sim_fault_check(sim_of(k), "uevent_open", 0);

	return ret ? ret : sim_file_new(sim_of(k), &uevent_ops);
}

/* What is asked is answered at once; only announcements are waited for. */
static ssize_t nl_recv(struct kernel *k, int fd, void *buf, size_t cap, int timeout_ms)
{
	struct sim *s = sim_of(k);
	const struct sim_file *f = sim_file_get(s, fd);
	struct sim_socket *sock = socket_of(s, fd);
	int ret = sim_fault_check(s, "nl_recv", 0);

	if (ret)
		return ret;
	if (fd < 0 || (f && f->ops == &uevent_ops))
		return sim_event_wait(s, fd >= 0, buf, cap, timeout_ms);
	return sock ? sim_nl_recv(s, sock, buf, cap) : -EBADF;
}

static int sim_random(struct kernel *k, void *buf, size_t len)
{
	(void)k;
	return getrandom(buf, len, 0) == (ssize_t)len ? 0 : -errno;
}

static void sim_free(struct kernel *k)
{
	sim_teardown(sim_of(k));
	free(k);
}

static const struct kernel_ops sim_ops = {
	.backend = "sim",
	.open = sim_open,
	.close = sim_close,
	.ioctl = sim_ioctl,
	.read_file = sim_read_file,
	.read_link = sim_read_link,
	.list_dir = sim_list_dir,
	.pidfd_getfd = sim_pidfd_getfd,
	.nl_open = nl_open,
	.uevent_open = uevent_open,
	.nl_send = nl_send,
	.nl_recv = nl_recv,
	.random = sim_random,
	.free = sim_free,
};

void sim_teardown(struct sim *s)
{
	for (size_t i = 0; i < s->file_count; i++)
		if (s->file[i].ops)
			sim_file_release(s, &s->file[i]);
	sim_context_free(s->vmm);
	for (size_t i = 0; i < s->device_count; i++)
		for (size_t type = 0; type < EV_COUNT; type++)
			free(s->device[i].object[type].data);
	free(s->device);
	free(s->fault);
	free(s->event);
	free(s->file);
	free(s->spec);
}

/* The VMM's iommufd is inherited under its own number, as --iommufd expects it. */
static bool inherit_iommufd(struct sim *s)
{
	if (!s->vmm)
		return true;
	if (!files_grow(s))
		return false;
	s->file[SIM_VMM_IOMMUFD] = (struct sim_file){.ops = &sim_iommu_ops, .context = sim_context_get(s->vmm)};
	return true;
}

struct kernel *kernel_sim(const char *spec, struct err *e)
{
	struct sim *s = calloc(1, sizeof(*s));

	if (!s) {
		err_oom(e);
		return NULL;
	}
	s->kernel.ops = &sim_ops;
	s->lock = -1;
	if (sim_configure(s, spec, e) || sim_state_load(s, e)) {
		sim_free(&s->kernel);
		return NULL;
	}
	if (!inherit_iommufd(s)) {
		sim_free(&s->kernel);
		err_oom(e);
		return NULL;
	}
	return &s->kernel;
}

size_t sim_user_reach(const struct ioctl_call *call, uint64_t address, size_t len)
{
	const struct {
		const void *start;
		size_t len;
	} known[] = {{call->request, call->request_len}, {call->response, call->response_len}};

	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		uint64_t offset = address - (uint64_t)(uintptr_t)known[i].start;

		if (known[i].start && offset < known[i].len)
			return len < known[i].len - offset ? len : known[i].len - offset;
	}
	return 0;
}

uint8_t *sim_user_buffer(const struct ioctl_call *call, uint64_t address, size_t len)
{
	return len && sim_user_reach(call, address, len) == len ? (uint8_t *)(uintptr_t)address : NULL;
}

int sim_copy_struct(const struct ioctl_call *call, void *to, size_t size, size_t min_size)
{
	const uint8_t *user = call->arg;
	uint32_t user_size;

	if (!user || call->size < sizeof(user_size))
		return -EFAULT;
	memcpy(&user_size, user, sizeof(user_size));
	if (user_size < min_size)
		return -EINVAL;
	if (user_size > call->size)
		return -EFAULT;
	for (size_t i = size; i < user_size; i++)
		if (user[i])
			return -E2BIG;
	if (user_size > size)
		user_size = (uint32_t)size;
	memset(to, 0, size);
	memcpy(to, user, user_size);
	return (int)user_size;
}

/* process_vm_readv() looks at the address as copy_from_user() would. */
int sim_copy_from_user(const struct ioctl_call *call, void *dst, uint64_t address, size_t len)
{
	const void *known = call ? sim_user_buffer(call, address, len) : NULL;
	const struct iovec to = {dst, len};
	const struct iovec from = {(void *)(uintptr_t)address, len};

	if (known) {
		memcpy(dst, known, len);
		return 0;
	}

	ssize_t got = process_vm_readv(getpid(), &to, 1, &from, 1, 0);

	if (got < 0 && (errno == EPERM || errno == ENOSYS)) {
		/* A sandbox forbids it, or an emulator lacks it: the kernel also looks at what is to be written. */
		int fd = memfd_create("tsmctl-sim", MFD_CLOEXEC);

		got = write(fd, from.iov_base, len);
		got = got < 0 ? got : pread(fd, dst, len, 0);
		close(fd);
	}
	return got == (ssize_t)len ? 0 : -EFAULT;
}
