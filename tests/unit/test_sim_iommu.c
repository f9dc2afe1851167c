// SPDX-License-Identifier: GPL-2.0-or-later
/* The simulated kernels against the tables of what real ones answer: check order, errnos, objects, TDISP states. */
#include <errno.h>
#include <fcntl.h>

#include "sim_build.h"

enum { REPORT = 3, MEASUREMENTS = 2, CERT = 1, VCA = 0 };

static char *dir;

static int setup(void **state)
{
	(void)state;
	dir = state_dir();
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	remove_dir(dir);
	return 0;
}

/* E EINVAL, N ENOENT, T ENOTTY, O EOPNOTSUPP; nine ops of four architectures, as observed on kernels. */
static const struct {
	const char *spec;
	uint32_t nr;
	const char *map;
} maps[] = {
	{"cca", 0x3b96, "EEEE ENNN ENNN EENE EENE ENNN ENNN ENNN EEEE"},
	{"cca", 0x3b97, "TTTT TTTT TTTT TTTT TTTT TTTT TTTT TTTT TTTT"},
	{"sev,abi=op48-2026-09", 0x3b96, "EEEE ENNN ENNN EENE EENE ENNN ENNN ENNN EEEE"},
	{"abi=op48-2026-06", 0x3b96, "EEEE ENNN ENNN ENNN ENNN ENNN EENE EENE EEEE"},
	{"abi=op48-interim", 0x3b97, "EEEE ENNN ENNN EENE EENE ENNN ENNN ENNN EEEE"},
	{"abi=op48-interim", 0x3b96, "NNNN OOOO OOOO OOOO OOOO OOOO OOOO OOOO OOOO"},
	{"abi=scope40-v5", 0x3b96, "NNNN NNNN NNNN NNNN EEEE EEEE EEEE EEEE EEEE"},
	{"abi=scope40-v5", 0x3b97, "TTTT TTTT TTTT TTTT TTTT TTTT TTTT TTTT TTTT"},
	{"abi=amd-packed48", 0x3b96, "NNNN NNNN NNNN NNNN NNNN NNNN NNNN NNNN NNNN"},
	{"abi=none", 0x3b96, "TTTT TTTT TTTT TTTT TTTT TTTT TTTT TTTT TTTT"},
	{"abi=none", 0x3b97, "TTTT TTTT TTTT TTTT TTTT TTTT TTTT TTTT TTTT"},
	{"abi=unknown", 0x3b96, "EEEE EEEE ENNN ENNN EENE EENE ENNN ENNN ENNN"},
};

static char letter(int ret)
{
	switch (-ret) {
	case EINVAL:
		return 'E';
	case ENOENT:
		return 'N';
	case ENOTTY:
		return 'T';
	case EOPNOTSUPP:
		return 'O';
	default:
		return '?';
	}
}

static void ask_map(struct kernel *k, uint32_t nr, char map[64])
{
	int fd = kernel_open(k, "/dev/iommu", O_RDWR, EFFECT_PROBE);

	assert_true(fd >= 0);
	for (uint32_t op = 0; op <= 8; op++) {
		for (uint32_t arch = 0; arch <= 3; arch++) {
			struct req r = {nr, 0, op, arch, NULL, 0, NULL, 0, 0};

			*map++ = letter(send_req(k, fd, &r));
		}
		*map++ = op < 8 ? ' ' : '\0';
	}
	assert_int_equal(kernel_close(k, fd), 0);
}

static void test_maps(void **state)
{
	char map[64];

	(void)state;
	for (size_t i = 0; i < sizeof(maps) / sizeof(maps[0]); i++) {
		struct kernel *k = sim(maps[i].spec);

		ask_map(k, maps[i].nr, map);
		kernel_free(k);
		if (strcmp(map, maps[i].map) != 0)
			fail_msg("%s at %#x: %s", maps[i].spec, maps[i].nr, map);
	}
}

/* The kernel's view of a struct's size: its first word, against the size that it knows. */
static void test_struct_sizes(void **state)
{
	static const struct {
		const char *abi;
		uint32_t nr;
		uint32_t size;
		uint8_t tail; /* the last byte */
		int want;
	} cases[] = {
		{"abi=op48-2026-09", 0x3b96, 40, 0, -EINVAL}, {"abi=op48-2026-09", 0x3b96, 47, 0, -EINVAL},
		{"abi=op48-2026-09", 0x3b96, 56, 1, -E2BIG},  {"abi=op48-2026-09", 0x3b96, 56, 0, -ENOENT},
		{"abi=op48-2026-09", 0x3b96, 72, 0, -EFAULT}, {"abi=op48-2026-09", 0x3b95, 40, 0, -EOPNOTSUPP},
		{"abi=op48-2026-09", 0x3b95, 16, 0, -EINVAL}, {"abi=none", 0x3b95, 40, 0, -EOPNOTSUPP},
		{"abi=scope40-v5", 0x3b96, 39, 0, -EINVAL},   {"abi=scope40-v5", 0x3b96, 48, 1, -E2BIG},
		{"abi=op48-interim", 0x3b96, 48, 1, -E2BIG},  {"abi=op48-2026-06", 0x3b95, 12, 0, -EINVAL},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct kernel *k = sim(cases[i].abi);
		int fd = kernel_open(k, "/dev/iommu", O_RDWR, EFFECT_PROBE);
		uint8_t arg[64] = {0};
		/* VALIDATE_MMIO for CCA, where op and architecture matter */
		const uint32_t words[4] = {cases[i].size, 0, cases[i].nr == 0x3b96 && !strstr(cases[i].abi, "interim"),
					   strstr(cases[i].abi, "2026-09") != NULL};

		memcpy(arg, words, sizeof(words));
		if (cases[i].size <= sizeof(arg) && cases[i].tail)
			arg[cases[i].size - 1] = cases[i].tail;
		assert_int_equal(call(k, fd, cases[i].nr, arg, sizeof(arg)), cases[i].want);
		assert_int_equal(call(k, fd, cases[i].nr, NULL, 0), -EFAULT);
		kernel_free(k);
	}
}

/* A request is checked as the kernel does: vdevice, then binding, then the back end, which alone writes tsm_code. */
static void test_check_order(void **state)
{
	struct kernel *k = sim("cca");
	int fd = kernel_pidfd_getfd(k, VMM, VMM_IOMMUFD);
	uint32_t run = 2;

	(void)state;
	assert_true(fd >= 0);
	for (uint32_t id = 2; id <= 8; id++) {
		struct req r = {0x3b96, id, 2, CCA, &run, sizeof(run), NULL, 0, 77};

		assert_int_equal(send_req(k, fd, &r), -ENOENT);
		assert_int_equal(r.tsm_code, 77);
	}

	struct req bad_op = {0x3b96, 1, 8, CCA, NULL, 0, NULL, 0, 77};

	assert_int_equal(send_req(k, fd, &bad_op), -EINVAL);
	assert_int_equal(bad_op.tsm_code, 77); /* an early error copies nothing back */

	struct req other_arch = {0x3b96, 1, 2, SEV, &run, sizeof(run), NULL, 0, 77};

	assert_int_equal(send_req(k, fd, &other_arch), -EINVAL);
	assert_int_equal(other_arch.tsm_code, 0);

	struct req long_payload = {0x3b96, 1, 2, CCA, "12345678", 8, NULL, 0, 77};

	assert_int_equal(send_req(k, fd, &long_payload), -EINVAL);
	assert_int_equal(long_payload.tsm_code, 0);

	struct tsm_req48 bad_pointer = {48, 1, 2, CCA, 4, 0, 8, 0, 77};

	assert_int_equal(call(k, fd, 0x3b96, &bad_pointer, sizeof(bad_pointer)), -EFAULT);
	assert_int_equal(bad_pointer.tsm_code, 0);
	kernel_free(k);
}

static void test_attach_errors(void **state)
{
	struct kernel *k = sim("cca");

	(void)state;
	assert_int_equal(kernel_pidfd_getfd(k, 1, VMM_IOMMUFD), -ESRCH);
	assert_int_equal(kernel_pidfd_getfd(k, VMM, 3), -EBADF);
	assert_int_equal(kernel_open(k, "/dev/vfio/devices/vfio9", O_RDWR, EFFECT_SETUP), -ENOENT);
	assert_int_equal(kernel_close(k, 900), -EBADF);
	assert_int_equal(call(k, -1, 0x3b96, NULL, 0), -EBADF);
	kernel_free(k);
}

/* Steps of the TDISP state machine; for each architecture the way it says no. */
static void test_state_machine(void **state)
{
	static const struct {
		uint32_t to;
		bool allowed;
	} steps[] = {{0, false}, {2, false}, {1, true}, {1, false}, {2, true}, {2, false},
		     {1, false}, {0, true},  {1, true}, {0, true},  {2, false}};
	static const struct {
		const char *spec;
		uint32_t arch;
		int refusal;
		uint64_t code;
	} archs[] = {{"cca", CCA, -ENXIO, 0}, {"sev", SEV, 0, 0x2}, {"tdx", TDX, 0, 0xc000030000000000}};

	(void)state;
	for (size_t a = 0; a < 3; a++) {
		struct kernel *k = sim(archs[a].spec);
		int fd = kernel_pidfd_getfd(k, VMM, VMM_IOMMUFD);
		uint64_t code;

		for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
			int want = steps[i].allowed ? 0 : archs[a].refusal;

			assert_int_equal(set_state(k, fd, archs[a].arch, steps[i].to, &code), want);
			assert_true(code == (steps[i].allowed ? 0 : archs[a].code));
		}
		assert_int_equal(set_state(k, fd, archs[a].arch, 3, &code), -EINVAL);
		kernel_free(k);
	}
}

static void test_validate_mmio(void **state)
{
	struct kernel *k = sim("cca");
	int fd = kernel_pidfd_getfd(k, VMM, VMM_IOMMUFD);
	uint64_t code;

	(void)state;
	assert_int_equal(validate_mmio(k, fd, 0x1000, 0x2000, 0x3000), -ENXIO);
	assert_int_equal(set_state(k, fd, CCA, 1, &code), 0);
	assert_int_equal(validate_mmio(k, fd, 0x1000, 0x2000, 0x3000), 0);
	assert_int_equal(validate_mmio(k, fd, 0x1000, 0x1000, 0x3000), -EINVAL);
	assert_int_equal(validate_mmio(k, fd, 0x2000, 0x1000, 0x3000), -EINVAL);
	assert_int_equal(validate_mmio(k, fd, 0x1000, 0x2800, 0x3000), -EINVAL);
	assert_int_equal(validate_mmio(k, fd, 0x1000, 0x2000, 0x3008), -EINVAL);
	assert_int_equal(set_state(k, fd, CCA, 2, &code), 0);
	assert_int_equal(validate_mmio(k, fd, 0x1000, 0x2000, 0x3000), 0);
	kernel_free(k);
}

static void test_sev_dma(void **state)
{
	struct kernel *k = sim("sev");
	int fd = kernel_pidfd_getfd(k, VMM, VMM_IOMMUFD);
	struct req enable = {0x3b96, 1, 3, SEV, NULL, 0, NULL, 0, 0};
	uint64_t code;

	(void)state;
	assert_int_equal(send_req(k, fd, &enable), 0);
	assert_int_not_equal(enable.tsm_code, 0);
	assert_int_equal(set_state(k, fd, SEV, 1, &code), 0);
	assert_int_equal(set_state(k, fd, SEV, 2, &code), 0);
	assert_int_equal(send_req(k, fd, &enable), 0);
	assert_int_equal(enable.tsm_code, 0);
	enable.request = "x";
	enable.request_len = 1;
	assert_int_equal(send_req(k, fd, &enable), -EINVAL);
	kernel_free(k);
}

static void test_read_object(void **state)
{
	struct kernel *k = sim("cca");
	int fd = kernel_pidfd_getfd(k, VMM, VMM_IOMMUFD);
	int size = object_size(k, fd, CERT);
	uint8_t *bytes = malloc(1 << 16);

	(void)state;
	assert_non_null(bytes);
	assert_in_range(size, 500, 8000);
	memset(bytes, 0xee, 1 << 16);
	assert_int_equal(read_object(k, fd, CERT, 0, bytes, 1 << 16), (1 << 16) - size);
	assert_int_equal(bytes[0], 0x30); /* DER: a SEQUENCE */
	assert_int_equal(bytes[size], 0xee);
	assert_int_equal(read_object(k, fd, CERT, 0, bytes, (uint32_t)size), 0);
	assert_int_equal(read_object(k, fd, CERT, 0, bytes, (uint32_t)size - 1), -E2BIG);
	assert_int_equal(read_object(k, fd, CERT, 1u << 30, bytes, 1 << 16), -EINVAL);
	assert_int_equal(read_object(k, fd, 9, 0, bytes, 1 << 16), -EINVAL);

	struct {
		uint32_t type, reserved;
		uint64_t offset;
	} payload = {CERT, 0, 0};
	struct tsm_req48 a = {48, 1, 5, CCA, 16, 1 << 16, (uintptr_t)&payload, 8, 0};
	struct ioctl_call c = {.nr = 0x3b96, .arg = &a, .size = sizeof(a), .request = &payload, .request_len = 16};

	assert_int_equal(kernel_ioctl(k, fd, &c), -EIO);
	free(bytes);
	kernel_free(k);
}

/* After an unlock there is no report. */
static void test_info_of_no_object(void **state)
{
	struct kernel *k = sim("cca");
	int fd = kernel_pidfd_getfd(k, VMM, VMM_IOMMUFD);
	uint32_t type = CERT;
	uint8_t small[3];
	uint64_t code;

	(void)state;
	assert_int_equal(set_state(k, fd, CCA, 1, &code), 0);
	assert_true(object_size(k, fd, REPORT) > 0);
	assert_int_equal(set_state(k, fd, CCA, 0, &code), 0);
	assert_int_equal(object_size(k, fd, REPORT), -EINVAL);

	struct req r = {0x3b96, 1, 7, CCA, &type, sizeof(type), small, sizeof(small), 0};

	assert_int_equal(send_req(k, fd, &r), -EINVAL);
	kernel_free(k);
}

static int regen(struct kernel *k, int fd, uint32_t type, uint64_t flags, uint64_t nonce)
{
	struct {
		uint32_t type, reserved;
		uint64_t flags, nonce;
	} payload = {type, 0, flags, nonce};
	struct req r = {0x3b96, 1, 6, CCA, &payload, sizeof(payload), NULL, 0, 0};

	return send_req(k, fd, &r);
}

/* The nonce, which the payload points to, is in the measurements that are read back. */
static void test_regen(void **state)
{
	struct kernel *k = sim("cca");
	int fd = kernel_pidfd_getfd(k, VMM, VMM_IOMMUFD);
	uint8_t nonce[32];
	uint8_t bytes[8192];
	uint64_t code;

	(void)state;
	for (size_t i = 0; i < sizeof(nonce); i++)
		nonce[i] = (uint8_t)(0xa0 + i);
	assert_int_equal(regen(k, fd, MEASUREMENTS, 0, (uintptr_t)nonce), 0);

	int residue = read_object(k, fd, MEASUREMENTS, 0, bytes, sizeof(bytes));

	assert_in_range(residue, 0, sizeof(bytes) - 100);
	assert_non_null(memmem(bytes, sizeof(bytes) - (size_t)residue, nonce, sizeof(nonce)));
	assert_int_equal(regen(k, fd, REPORT, 0, 0), -ENXIO); /* of a locked interface only */
	assert_int_equal(regen(k, fd, CERT, 0, 0), -EINVAL);
	assert_int_equal(regen(k, fd, MEASUREMENTS, 2, (uintptr_t)nonce), -EINVAL);
	assert_int_equal(regen(k, fd, MEASUREMENTS, 1, 8), -EFAULT);
	assert_int_equal(set_state(k, fd, CCA, 1, &code), 0);
	assert_int_equal(regen(k, fd, REPORT, 0, 0), 0);
	kernel_free(k);
}

/* The scope ABI: the request type leads the payload and says the scope; VCA is 4 there. */
static void test_scope_requests(void **state)
{
	static const struct {
		uint32_t scope;
		uint32_t payload[8];
		uint32_t len;
		int want;
	} cases[] = {
		{1, {6, 2}, 8, -ENXIO},                              /* run while unlocked */
		{0, {6, 1}, 8, -EINVAL},                             /* a state change in the scope for information */
		{1, {6, 1}, 4, -EINVAL},                             /* short */
		{1, {6, 1}, 8, 0},                                   /* lock */
		{1, {5, 0, 0x1000, 0, 0x3000, 0, 0x5000, 0}, 32, 0}, /* map */
		{1, {5, 0, 0x1000, 0, 0x1000, 0, 0x5000, 0}, 32, -EINVAL},
		{1, {6, 2}, 8, 0}, /* run */
		{0, {3, 0}, 8, 0}, /* report anew */
		{0, {7, 0}, 8, -EINVAL},
		{2, {1, 1}, 8, -EINVAL},
	};
	struct kernel *k = sim("abi=scope40-v5");
	int fd = kernel_pidfd_getfd(k, VMM, VMM_IOMMUFD);

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct tsm_req40 a = {40, 1, cases[i].scope, cases[i].len, 0, 0, (uintptr_t)cases[i].payload, 0};
		struct ioctl_call c = {.nr = 0x3b96,
				       .arg = &a,
				       .size = sizeof(a),
				       .request = cases[i].payload,
				       .request_len = cases[i].len};

		if (kernel_ioctl(k, fd, &c) != cases[i].want)
			fail_msg("case %zu", i);
	}
	kernel_free(k);
}

static int scope_object_size(struct kernel *k, int fd, uint32_t type)
{
	uint32_t payload[2] = {1, type};
	int32_t size = -1000;
	struct tsm_req40 a = {40, 1, 0, 8, 4, 0, (uintptr_t)payload, (uintptr_t)&size};
	struct ioctl_call c = {.nr = 0x3b96,
			       .arg = &a,
			       .size = sizeof(a),
			       .request = payload,
			       .request_len = 8,
			       .response = &size,
			       .response_len = 4};
	int ret = kernel_ioctl(k, fd, &c);

	return ret ? ret : size;
}

static void test_scope_object_numbers(void **state)
{
	struct kernel *newest = sim("cca");
	struct kernel *old = sim("abi=scope40-v5");
	int newest_fd = kernel_pidfd_getfd(newest, VMM, VMM_IOMMUFD);
	int old_fd = kernel_pidfd_getfd(old, VMM, VMM_IOMMUFD);

	(void)state;
	assert_int_equal(scope_object_size(old, old_fd, 0), -EINVAL);
	assert_int_equal(scope_object_size(old, old_fd, 4), object_size(newest, newest_fd, VCA));
	assert_int_equal(scope_object_size(old, old_fd, 1), object_size(newest, newest_fd, CERT));
	assert_int_equal(object_size(newest, newest_fd, 4), -EINVAL);
	kernel_free(newest);
	kernel_free(old);
}

/* An own session, as user space opens one. */
struct own {
	struct kernel *k;
	int iommufd;
	int vfio;
	int vm_device; /* 0: none */
	uint32_t device, ioas, hwpt, viommu, vdevice;
};

static void kvm_associate(struct own *o)
{
	struct ioctl_call create = {.nr = 0xae01, .value = 0};
	int kvm = kernel_open(o->k, "/dev/kvm", O_RDWR, EFFECT_SETUP);
	int vm = kernel_ioctl(o->k, kvm, &create);
	struct kvm_create_device_arg device = {.type = 4};
	int32_t fd = o->vfio;
	struct kvm_device_attr_arg attr = {0, 1, 1, (uintptr_t)&fd};

	assert_int_equal(call(o->k, vm, 0xc00caee0, &device, sizeof(device)), 0);
	assert_int_equal(call(o->k, (int)device.fd, 0x4018aee1, &attr, sizeof(attr)), 0);
	assert_int_equal(call(o->k, (int)device.fd, 0x4018aee1, &attr, sizeof(attr)), -EEXIST);
	o->vm_device = (int)device.fd;
}

static int bind_vfio(struct own *o)
{
	struct vfio_bind_iommufd a = {.argsz = sizeof(a), .iommufd = o->iommufd};
	int ret = call(o->k, o->vfio, 0x3b76, &a, sizeof(a));

	if (ret == 0)
		o->device = a.out_devid;
	return ret;
}

static void address_space(struct own *o)
{
	struct iommu_ioas_alloc ioas = {.size = sizeof(ioas)};

	assert_int_equal(call(o->k, o->iommufd, 0x3b81, &ioas, sizeof(ioas)), 0);
	o->ioas = ioas.out_ioas_id;

	struct iommu_hwpt_alloc hwpt = {.size = sizeof(hwpt), .flags = 1, .dev_id = o->device, .pt_id = o->ioas};

	assert_int_equal(call(o->k, o->iommufd, 0x3b89, &hwpt, sizeof(hwpt)), 0);
	o->hwpt = hwpt.out_hwpt_id;
}

static int alloc_viommu(struct own *o, uint32_t type)
{
	struct iommu_viommu_alloc a = {.size = sizeof(a), .type = type, .dev_id = o->device, .hwpt_id = o->hwpt};
	int ret = call(o->k, o->iommufd, 0x3b90, &a, sizeof(a));

	o->viommu = a.out_viommu_id;
	return ret;
}

static int alloc_vdevice(struct own *o, uint64_t virt_id)
{
	struct iommu_vdevice_alloc a = {sizeof(a), o->viommu, o->device, 0, virt_id};
	int ret = call(o->k, o->iommufd, 0x3b91, &a, sizeof(a));

	if (ret == 0)
		o->vdevice = a.out_vdevice_id;
	return ret;
}

/* 0000:01:00.1, up to its address space. */
static void own_function(struct own *o, const char *spec, bool kvm)
{
	o->k = sim(spec);
	o->iommufd = kernel_open(o->k, "/dev/iommu", O_RDWR, EFFECT_SETUP);
	o->vfio = kernel_open(o->k, "/dev/vfio/devices/vfio1", O_RDWR, EFFECT_SETUP);
	assert_true(o->iommufd >= 0 && o->vfio >= 0);
	if (kvm)
		kvm_associate(o);
	assert_int_equal(bind_vfio(o), 0);
	assert_int_equal(bind_vfio(o), -EINVAL);
	address_space(o);
}

static void own_session(struct own *o, const char *spec, uint32_t type, bool kvm)
{
	own_function(o, spec, kvm);
	assert_int_equal(alloc_viommu(o, type), 0);
}

static int destroy(struct own *o, uint32_t id)
{
	struct iommu_destroy a = {sizeof(a), id};

	return call(o->k, o->iommufd, 0x3b80, &a, sizeof(a));
}

static const char bound_path[] = "/sys/bus/pci/devices/0000:01:00.1/tsm/bound";

static void test_own_session(void **state)
{
	struct own o;
	char text[256];
	uint64_t code;

	(void)state;
	own_session(&o, "cca", 3, true);
	assert_string_equal(read_text(o.k, bound_path, text), "\n");
	assert_int_equal(alloc_vdevice(&o, 0x100), 0);
	assert_string_equal(read_text(o.k, bound_path, text), "tsm0\n");
	assert_int_equal(alloc_vdevice(&o, 0x200), -EEXIST);

	struct req r = {0x3b96, o.vdevice, 2, CCA, &(uint32_t){1}, 4, NULL, 0, 0};

	assert_int_equal(send_req(o.k, o.iommufd, &r), 0);
	assert_int_equal(destroy(&o, o.viommu), -EBUSY);
	assert_int_equal(destroy(&o, o.hwpt), -EBUSY);
	assert_int_equal(destroy(&o, o.ioas), -EBUSY);
	assert_int_equal(destroy(&o, o.device), -EBUSY);
	assert_int_equal(destroy(&o, o.vdevice), 0);
	assert_int_equal(destroy(&o, o.vdevice), -ENOENT);
	assert_string_equal(read_text(o.k, bound_path, text), "\n");
	assert_int_equal(alloc_vdevice(&o, 0x100), 0);
	assert_int_equal(set_state(o.k, o.iommufd, CCA, 2, &code), -ENOENT); /* id 1 is the device here */
	r.request = &(uint32_t){2};
	assert_int_equal(send_req(o.k, o.iommufd, &r), -ENXIO); /* unlocked again */

	/* The VM keeps the VFIO descriptor; when both are gone, the TDI is unbound, and the vdevice's id stays
	 * reserved. */
	assert_int_equal(kernel_close(o.k, o.vfio), 0);
	assert_string_equal(read_text(o.k, bound_path, text), "tsm0\n");
	assert_int_equal(destroy(&o, o.viommu), -EBUSY);
	assert_int_equal(kernel_close(o.k, o.vm_device), 0);
	assert_string_equal(read_text(o.k, bound_path, text), "\n");
	assert_int_equal(destroy(&o, o.vdevice), -ENOENT);
	assert_int_equal(destroy(&o, o.viommu), 0);
	assert_int_equal(destroy(&o, o.hwpt), 0);
	assert_int_equal(destroy(&o, o.ioas), 0);
	kernel_free(o.k);
}

static void test_session_refusals(void **state)
{
	struct own o;

	(void)state;
	own_session(&o, "cca", 3, true);
	assert_int_equal(alloc_viommu(&o, 0), -EOPNOTSUPP);
	assert_int_equal(alloc_viommu(&o, 1), -EOPNOTSUPP);

	struct iommu_hwpt_alloc plain = {.size = sizeof(plain), .dev_id = o.device, .pt_id = o.ioas};

	assert_int_equal(call(o.k, o.iommufd, 0x3b89, &plain, sizeof(plain)), 0);
	o.hwpt = plain.out_hwpt_id; /* not a nest parent */
	assert_int_equal(alloc_viommu(&o, 3), -EINVAL);
	o.hwpt = o.ioas;
	assert_int_equal(alloc_viommu(&o, 3), -ENOENT);
	o.viommu = 99;
	assert_int_equal(alloc_vdevice(&o, 1), -ENOENT);
	assert_int_equal(kernel_close(o.k, o.vfio), 0);

	/* held by the VMM */
	o.vfio = kernel_open(o.k, "/dev/vfio/devices/vfio0", O_RDWR, EFFECT_SETUP);
	assert_int_equal(bind_vfio(&o), -EBUSY);
	o.iommufd = -1;
	assert_int_equal(bind_vfio(&o), -EINVAL);
	o.iommufd = 90;
	assert_int_equal(bind_vfio(&o), -EBADF);
	o.iommufd = o.vfio;
	assert_int_equal(bind_vfio(&o), -EBADFD);
	kernel_free(o.k);
}

/* A Realm's vIOMMU needs the VM, which VFIO learns before the function is bound. */
static void test_realm_without_vm(void **state)
{
	struct own o;

	(void)state;
	own_function(&o, "cca", false);
	assert_int_equal(alloc_viommu(&o, 3), -EINVAL);
	kernel_free(o.k);
}

/* Kernels with TSM_OP bind there, and only with a VM. */
static void test_tsm_op(void **state)
{
	static const struct {
		const char *spec;
		uint32_t nr;
		uint32_t req_nr;
		uint32_t state_op;
	} kernels[] = {{"abi=op48-2026-06", 0x3b95, 0x3b96, 5}, {"abi=op48-interim", 0x3b96, 0x3b97, 2}};

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		struct own o;
		uint32_t lock = 1;

		own_session(&o, kernels[i].spec, 3, true);
		assert_int_equal(alloc_vdevice(&o, 0x100), 0);

		struct req r = {kernels[i].req_nr, o.vdevice, kernels[i].state_op, CCA, &lock, 4, NULL, 0, 77};
		struct tsm_op_arg a = {16, 3, 1, o.vdevice};

		assert_int_equal(send_req(o.k, o.iommufd, &r), -ENXIO);
		assert_int_equal(r.tsm_code, 0);
		assert_int_equal(call(o.k, o.iommufd, kernels[i].nr, &a, sizeof(a)), -EOPNOTSUPP);
		a.flags = 0;
		assert_int_equal(call(o.k, o.iommufd, kernels[i].nr, &a, sizeof(a)), -EINVAL);
		a.type = 1;
		a.vdevice_id = 99;
		assert_int_equal(call(o.k, o.iommufd, kernels[i].nr, &a, sizeof(a)), -ENOENT);
		a.vdevice_id = o.vdevice;
		assert_int_equal(call(o.k, o.iommufd, kernels[i].nr, &a, sizeof(a)), 0);
		assert_int_equal(send_req(o.k, o.iommufd, &r), 0);
		a.type = 2;
		assert_int_equal(call(o.k, o.iommufd, kernels[i].nr, &a, sizeof(a)), 0);
		assert_int_equal(send_req(o.k, o.iommufd, &r), -ENXIO);
		kernel_free(o.k);
	}
}

static void test_tsm_op_without_vm(void **state)
{
	struct own o;

	(void)state;
	own_session(&o, "sev,abi=op48-2026-06", 1, false);
	assert_int_equal(alloc_vdevice(&o, 0x100), 0);

	struct tsm_op_arg a = {16, 3, 0, o.vdevice};

	assert_int_equal(call(o.k, o.iommufd, 0x3b95, &a, sizeof(a)), -ENODEV);
	kernel_free(o.k);
}

/* Words that must be 0, ids that name nothing, and a pair of words of which one is not given. */
static void test_session_words(void **state)
{
	struct own o;

	(void)state;
	own_session(&o, "cca", 3, true);

	struct iommu_ioas_alloc ioas = {.size = sizeof(ioas), .flags = 1};
	struct iommu_hwpt_alloc hwpt[] = {
		{.dev_id = o.device, .pt_id = o.ioas, .reserved = 1},
		{.dev_id = o.device, .pt_id = o.ioas, .flags = 2},
		{.dev_id = o.device, .pt_id = o.ioas, .data_type = 1, .data_len = 16},
		{.dev_id = o.device, .pt_id = o.ioas, .data_type = 1},
		{.dev_id = o.device, .pt_id = o.ioas, .data_len = 16},
		{.dev_id = o.device, .pt_id = o.device},
		{.dev_id = o.ioas, .pt_id = o.ioas},
	};
	static const int hwpt_errors[] = {EOPNOTSUPP, EOPNOTSUPP, EOPNOTSUPP, EINVAL, EINVAL, EINVAL, ENOENT};
	struct iommu_viommu_alloc viommu = {
		.size = sizeof(viommu), .flags = 1, .type = 3, .dev_id = o.device, .hwpt_id = o.hwpt};

	assert_int_equal(call(o.k, o.iommufd, 0x3b81, &ioas, sizeof(ioas)), -EOPNOTSUPP);
	for (size_t i = 0; i < sizeof(hwpt) / sizeof(hwpt[0]); i++) {
		hwpt[i].size = sizeof(hwpt[i]);
		assert_int_equal(call(o.k, o.iommufd, 0x3b89, &hwpt[i], sizeof(hwpt[i])), -hwpt_errors[i]);
	}
	assert_int_equal(call(o.k, o.iommufd, 0x3b90, &viommu, sizeof(viommu)), -EOPNOTSUPP);
	viommu.flags = 0;
	viommu.dev_id = o.ioas;
	assert_int_equal(call(o.k, o.iommufd, 0x3b90, &viommu, sizeof(viommu)), -ENOENT);
	o.device = o.ioas;
	assert_int_equal(alloc_vdevice(&o, 1), -ENOENT);
	kernel_free(o.k);
}

/* Within a vIOMMU each virtual id is one function's; a TSM that is not connected to a function does not bind it. */
static void test_second_function(void **state)
{
	struct own o;
	char path[80];
	FILE *scenario;

	(void)state;
	snprintf(path, sizeof(path), "%s/scenario", dir);
	scenario = fopen(path, "w");
	assert_non_null(scenario);
	fputs("{\"devices\":[{\"device\":\"0000:02:00.0\",\"driver\":\"vfio-pci\"}]}", scenario);
	fclose(scenario);
	own_session(&o, path, 3, true);
	assert_int_equal(alloc_vdevice(&o, 0x100), 0);
	o.vfio = kernel_open(o.k, "/dev/vfio/devices/vfio2", O_RDWR, EFFECT_SETUP);
	assert_true(o.vfio >= 0);
	assert_int_equal(bind_vfio(&o), 0);
	assert_int_equal(alloc_vdevice(&o, 0x100), -EEXIST);
	assert_int_equal(alloc_vdevice(&o, 0x200), -EINVAL);
	kernel_free(o.k);
}

struct amd_ids {
	uint32_t size, viommu, device, vdevice;
};

static int amd_bind(struct own *o, struct amd_ids ids, int32_t kvm)
{
	struct {
		struct amd_ids ids;
		int32_t kvm;
		uint32_t pad;
	} a = {ids, kvm, 0};

	a.ids.size = sizeof(a);
	return call(o->k, o->iommufd, 0x3b95, &a, sizeof(a));
}

/* AMD's tree binds with a request of its own, names three objects in each, and takes only what the guest has sealed. */
static void test_amd(void **state)
{
	struct own o;
	char text[256];
	uint32_t request[12] = {sizeof(request)};

	(void)state;
	own_session(&o, "sev,abi=amd-packed48", 1, false);
	assert_int_equal(alloc_vdevice(&o, 0x100), 0);

	const struct amd_ids ids = {0, o.viommu, o.device, o.vdevice};
	const struct amd_ids wrong[] = {{0, o.device, o.device, o.vdevice},
					{0, o.viommu, o.vdevice, o.vdevice},
					{0, o.viommu, o.device, o.viommu},
					{0, o.viommu, o.device, 99}};
	int kvm = kernel_open(o.k, "/dev/kvm", O_RDWR, EFFECT_SETUP);

	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		assert_int_equal(amd_bind(&o, wrong[i], kvm), -ENOENT);
	assert_int_equal(amd_bind(&o, ids, 9999), -EBADF);
	assert_string_equal(read_text(o.k, bound_path, text), "\n");
	assert_int_equal(amd_bind(&o, ids, kvm), 0);
	assert_string_equal(read_text(o.k, bound_path, text), "tsm0\n");
	assert_int_equal(call(o.k, o.iommufd, 0x3b96, request, sizeof(request)), -ENOENT);
	memcpy(request + 1, &ids.viommu, sizeof(ids) - sizeof(ids.size));
	assert_int_equal(call(o.k, o.iommufd, 0x3b96, request, sizeof(request)), -EINVAL);
	assert_int_equal(amd_bind(&o, ids, -1), 0);
	assert_string_equal(read_text(o.k, bound_path, text), "\n");
	kernel_free(o.k);
}

/* What an inherited descriptor and one taken from the VMM show is the same context, and not a fresh one. */
static void test_contexts(void **state)
{
	struct kernel *k = sim("cca");
	int taken = kernel_pidfd_getfd(k, VMM, VMM_IOMMUFD);
	int fresh = kernel_open(k, "/dev/iommu", O_RDWR, EFFECT_PROBE);
	uint64_t code;

	(void)state;
	assert_int_equal(set_state(k, VMM_IOMMUFD, CCA, 1, &code), 0);
	assert_int_equal(set_state(k, taken, CCA, 1, &code), -ENXIO);
	assert_int_equal(set_state(k, fresh, CCA, 1, &code), -ENOENT);
	assert_int_equal(kernel_close(k, taken), 0);
	assert_int_equal(set_state(k, VMM_IOMMUFD, CCA, 0, &code), 0);
	kernel_free(k);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_maps, setup, teardown),
		cmocka_unit_test_setup_teardown(test_struct_sizes, setup, teardown),
		cmocka_unit_test_setup_teardown(test_check_order, setup, teardown),
		cmocka_unit_test_setup_teardown(test_attach_errors, setup, teardown),
		cmocka_unit_test_setup_teardown(test_state_machine, setup, teardown),
		cmocka_unit_test_setup_teardown(test_validate_mmio, setup, teardown),
		cmocka_unit_test_setup_teardown(test_sev_dma, setup, teardown),
		cmocka_unit_test_setup_teardown(test_read_object, setup, teardown),
		cmocka_unit_test_setup_teardown(test_info_of_no_object, setup, teardown),
		cmocka_unit_test_setup_teardown(test_regen, setup, teardown),
		cmocka_unit_test_setup_teardown(test_scope_requests, setup, teardown),
		cmocka_unit_test_setup_teardown(test_scope_object_numbers, setup, teardown),
		cmocka_unit_test_setup_teardown(test_own_session, setup, teardown),
		cmocka_unit_test_setup_teardown(test_session_refusals, setup, teardown),
		cmocka_unit_test_setup_teardown(test_realm_without_vm, setup, teardown),
		cmocka_unit_test_setup_teardown(test_tsm_op, setup, teardown),
		cmocka_unit_test_setup_teardown(test_tsm_op_without_vm, setup, teardown),
		cmocka_unit_test_setup_teardown(test_session_words, setup, teardown),
		cmocka_unit_test_setup_teardown(test_second_function, setup, teardown),
		cmocka_unit_test_setup_teardown(test_amd, setup, teardown),
		cmocka_unit_test_setup_teardown(test_contexts, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
