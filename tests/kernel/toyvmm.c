// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A VMM as far as iommufd sees one: it makes a vdevice, holds it, and does as it is told.
 *
 *	toyvmm mock | BDF	a vdevice for iommufd's mock device, or for a function that is bound to vfio-pci
 *
 * It prints "ready vdevice ID iommufd FD" and then obeys one order a line: destroy, make, ioas, swap, bind NR (hex),
 * quit. Each is answered by a line: what was done, and the errno's name or 0. Built with the headers of the kernel that
 * it runs on, so that nothing here comes from tsmctl.
 */
#include <dirent.h>
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/iommufd.h>
#include <linux/kvm.h>
#include <linux/vfio.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "iommufd_test.h"

enum { CONFIDENTIAL_VIOMMU = 3, VIRT_ID = 0x100 };

struct vmm {
	int iommufd;
	int vfio;
	int kvm_device;
	__u32 device, ioas, hwpt, viommu, vdevice;
	__u32 viommu_type;
};

static void must(int ret, const char *what)
{
	if (ret < 0)
		err(1, "%s", what);
}

static void make_ioas(struct vmm *v)
{
	struct iommu_ioas_alloc arg = {.size = sizeof(arg)};

	must(ioctl(v->iommufd, IOMMU_IOAS_ALLOC, &arg), "IOMMU_IOAS_ALLOC");
	v->ioas = arg.out_ioas_id;
}

static void take_mock(struct vmm *v)
{
	struct iommu_test_cmd arg = {.size = sizeof(arg), .op = IOMMU_TEST_OP_MOCK_DOMAIN, .id = v->ioas};

	must(ioctl(v->iommufd, IOMMU_TEST_CMD, &arg), "IOMMU_TEST_CMD");
	v->device = arg.mock_domain.out_idev_id;
	v->viommu_type = IOMMU_VIOMMU_TYPE_SELFTEST;
}

/* The VM comes first: VFIO takes it up when the device is bound to the iommufd. */
static void give_vm(struct vmm *v)
{
	struct kvm_create_device device = {.type = KVM_DEV_TYPE_VFIO};
	struct kvm_device_attr attr = {
		.group = KVM_DEV_VFIO_FILE, .attr = KVM_DEV_VFIO_FILE_ADD, .addr = (unsigned long)&v->vfio};
	int kvm = open("/dev/kvm", O_RDWR);

	if (kvm < 0 && errno == ENOENT)
		return;
	must(kvm, "/dev/kvm");

	int vm = ioctl(kvm, KVM_CREATE_VM, 0);

	must(vm, "KVM_CREATE_VM");
	must(ioctl(vm, KVM_CREATE_DEVICE, &device), "KVM_CREATE_DEVICE");
	v->kvm_device = (int)device.fd;
	must(ioctl(v->kvm_device, KVM_SET_DEVICE_ATTR, &attr), "KVM_DEV_VFIO_FILE_ADD");
}

static int open_vfio(const char *bdf)
{
	char path[300];
	struct dirent *entry;
	DIR *dir;
	int fd = -1;

	snprintf(path, sizeof(path), "/sys/bus/pci/devices/%s/vfio-dev", bdf);
	dir = opendir(path);
	if (!dir)
		err(1, "%s", path);
	while (fd < 0 && (entry = readdir(dir)))
		if (entry->d_name[0] != '.') {
			snprintf(path, sizeof(path), "/dev/vfio/devices/%s", entry->d_name);
			fd = open(path, O_RDWR);
		}
	closedir(dir);
	must(fd, path);
	return fd;
}

static void take_function(struct vmm *v, const char *bdf)
{
	struct vfio_device_bind_iommufd arg = {.argsz = sizeof(arg), .iommufd = v->iommufd};

	v->vfio = open_vfio(bdf);
	give_vm(v);
	must(ioctl(v->vfio, VFIO_DEVICE_BIND_IOMMUFD, &arg), "VFIO_DEVICE_BIND_IOMMUFD");
	v->device = arg.out_devid;
	v->viommu_type = CONFIDENTIAL_VIOMMU;
}

static void make_viommu(struct vmm *v)
{
	struct iommu_hwpt_alloc hwpt = {
		.size = sizeof(hwpt), .flags = IOMMU_HWPT_ALLOC_NEST_PARENT, .dev_id = v->device, .pt_id = v->ioas};

	must(ioctl(v->iommufd, IOMMU_HWPT_ALLOC, &hwpt), "IOMMU_HWPT_ALLOC");
	v->hwpt = hwpt.out_hwpt_id;

	struct iommu_viommu_alloc viommu = {
		.size = sizeof(viommu), .type = v->viommu_type, .dev_id = v->device, .hwpt_id = v->hwpt};

	must(ioctl(v->iommufd, IOMMU_VIOMMU_ALLOC, &viommu), "IOMMU_VIOMMU_ALLOC");
	v->viommu = viommu.out_viommu_id;
}

static int make_vdevice(struct vmm *v, unsigned long unused)
{
	(void)unused;
	struct iommu_vdevice_alloc arg = {
		.size = sizeof(arg), .viommu_id = v->viommu, .dev_id = v->device, .virt_id = VIRT_ID};
	int ret = ioctl(v->iommufd, IOMMU_VDEVICE_ALLOC, &arg);

	v->vdevice = arg.out_vdevice_id;
	return ret;
}

static int destroy_vdevice(struct vmm *v, unsigned long unused)
{
	(void)unused;
	struct iommu_destroy arg = {.size = sizeof(arg), .id = v->vdevice};

	return ioctl(v->iommufd, IOMMU_DESTROY, &arg);
}

/* Shows the lowest free object id of the context, and leaves it free. */
static int show_next_id(struct vmm *v, unsigned long unused)
{
	(void)unused;
	struct iommu_ioas_alloc arg = {.size = sizeof(arg)};

	must(ioctl(v->iommufd, IOMMU_IOAS_ALLOC, &arg), "IOMMU_IOAS_ALLOC");
	printf("id %u ", arg.out_ioas_id);

	struct iommu_destroy gone = {.size = sizeof(gone), .id = arg.out_ioas_id};

	return ioctl(v->iommufd, IOMMU_DESTROY, &gone);
}

/* The iommufd's number becomes another file's. */
static int swap(struct vmm *v, unsigned long unused)
{
	(void)unused;

	int other = open("/dev/null", O_RDWR);

	return dup2(other, v->iommufd);
}

/* IOMMU_VDEVICE_TSM_OP of the series v1 to v5, whatever number it has: size, type 1, flags, vdevice. */
static int bind_tsm(struct vmm *v, unsigned long nr)
{
	__u32 arg[4] = {sizeof(arg), 1, 0, v->vdevice};

	return ioctl(v->iommufd, nr, arg);
}

static const struct {
	const char *word;
	int (*run)(struct vmm *v, unsigned long argument);
} orders[] = {
	{"bind", bind_tsm}, {"destroy", destroy_vdevice}, {"make", make_vdevice}, {"ioas", show_next_id},
	{"swap", swap},
};

static void obey(struct vmm *v, const char *line)
{
	unsigned long argument = 0;
	char word[16] = "";

	sscanf(line, "%15s %lx", word, &argument);
	for (size_t i = 0; i < sizeof(orders) / sizeof(orders[0]); i++) {
		if (strcmp(word, orders[i].word) != 0)
			continue;

		int ret = orders[i].run(v, argument);

		printf("%s %s\n", word, ret < 0 ? strerrorname_np(errno) : "0");
		return;
	}
	printf("%s ?\n", word);
}

int main(int argc, char **argv)
{
	struct vmm v = {.iommufd = open("/dev/iommu", O_RDWR)};
	char line[64];

	if (argc != 2)
		errx(2, "usage: toyvmm mock|BDF");
	setvbuf(stdout, NULL, _IOLBF, 0);
	must(v.iommufd, "/dev/iommu");
	if (strcmp(argv[1], "mock") != 0)
		take_function(&v, argv[1]);
	make_ioas(&v);
	if (strcmp(argv[1], "mock") == 0)
		take_mock(&v);
	make_viommu(&v);
	must(make_vdevice(&v, 0), "IOMMU_VDEVICE_ALLOC");
	printf("ready vdevice %u iommufd %d\n", v.vdevice, v.iommufd);
	while (fgets(line, sizeof(line), stdin)) {
		line[strcspn(line, "\n")] = '\0';
		if (strcmp(line, "quit") == 0)
			break;
		obey(&v, line);
	}
	return 0;
}
