// SPDX-License-Identifier: GPL-2.0-or-later
/* Which rows are sent where: to a context without objects, and to one that grows from nothing to a bound vdevice. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ioctl.h"

enum { FIRST_NR = 0x3b95, NUMBERS = 3, OPS = 9, ARCHS = 4 };

static _Noreturn void give_up(const struct side *s, const char *what, int result)
{
	printf("not ok - the %s: %s: %s\n", kernel_backend(s->k), what, strerrorname_np(-result));
	exit(EXIT_FAILURE);
}

static void open_file(struct side *s, enum file file, const char *path)
{
	s->file[file] = kernel_open(s->k, path, O_RDWR, EFFECT_SETUP);
	if (s->file[file] < 0)
		give_up(s, path, s->file[file]);
}

static void open_iommus(struct calls *c)
{
	for (size_t i = 0; i < COUNT(c->side); i++)
		open_file(&c->side[i], FILE_IOMMU, "/dev/iommu");
}

static void close_files(struct side *s)
{
	for (size_t i = 0; i < FILES; i++) {
		if (s->file[i] >= 0)
			kernel_close(s->k, s->file[i]);
		s->file[i] = -1;
	}
}

static void close_all(struct calls *c)
{
	for (size_t i = 0; i < COUNT(c->side); i++)
		close_files(&c->side[i]);
}

/* Each op and architecture, as the fingerprint asks, on both numbers and one more of each. */
void calls_probes(struct calls *c)
{
	open_iommus(c);
	for (uint32_t nr = FIRST_NR + 1; nr < FIRST_NR + NUMBERS; nr++)
		for (uint32_t op = 0; op < OPS; op++)
			for (uint32_t arch = 0; arch <= ARCHS; arch++) {
				struct word_row row = {
					.want = UNKNOWABLE, .nr = nr, .size = 48, .word = {48, 0, op, arch}};
				char name[64];

				snprintf(name, sizeof(name), "probe 0x%x op %u architecture %u", nr, op, arch);
				compare(c, name, UNKNOWABLE, perform_words, &row);
			}
	close_all(c);
}

/* Sizes, flags and tails at the three numbers that are something else in each kernel. */
void calls_numbers(struct calls *c)
{
	static const uint8_t sizes[] = {12, 15, 16, 24, 40, 47, 48, 64};

	open_iommus(c);
	for (uint32_t nr = FIRST_NR; nr < FIRST_NR + NUMBERS; nr++)
		for (size_t i = 0; i < 2 * COUNT(sizes); i++) {
			uint8_t size = sizes[i / 2];
			struct word_row row = {.nr = nr, .size = size, .word = {size}};
			char name[64];

			row.word[size / sizeof(uint32_t) - 1] |= i % 2;
			snprintf(name, sizeof(name), "0x%x with %u bytes%s", nr, size,
				 i % 2 ? ", the last word not 0" : "");
			compare(c, name, UNKNOWABLE, perform_words, &row);
		}
	close_all(c);
}

static void open_vfio(struct side *s, enum file file, const char *function)
{
	char path[300];
	struct names names;
	int ret;

	snprintf(path, sizeof(path), "/sys/bus/pci/devices/%s/vfio-dev", function);
	ret = kernel_list_dir(s->k, path, &names);
	if (ret < 0 || names.count == 0)
		give_up(s, path, ret < 0 ? ret : -ENOENT);
	snprintf(path, sizeof(path), "/dev/vfio/devices/%s", names.name[0]);
	names_free(&names);
	open_file(s, file, path);
}

static void open_vm(struct side *s)
{
	struct ioctl_call vm = {.nr = NR_KVM_CREATE_VM};
	struct kvm_create_device_arg arg = {.type = KVM_DEVICE_TYPE_VFIO};
	struct ioctl_call device = {.nr = NR_KVM_CREATE_DEVICE, .arg = &arg, .size = sizeof(arg)};
	int ret;

	open_file(s, FILE_KVM, "/dev/kvm");
	s->file[FILE_VM] = kernel_ioctl(s->k, s->file[FILE_KVM], &vm);
	if (s->file[FILE_VM] < 0)
		give_up(s, "KVM_CREATE_VM", s->file[FILE_VM]);
	ret = kernel_ioctl(s->k, s->file[FILE_VM], &device);
	if (ret < 0)
		give_up(s, "KVM_CREATE_DEVICE", ret);
	s->file[FILE_VM_DEVICE] = (int)arg.fd;
}

static void compare_requests(struct calls *c, const struct request_rows *rows)
{
	unsigned form = c->side[0].profile->form == FORM_OP48 ? ON_OP48 : ON_SCOPE40;

	if (c->side[0].profile->form == FORM_NONE)
		return;
	for (size_t i = 0; i < rows->count; i++)
		if (rows->row[i].on & form)
			compare(c, rows->row[i].name, rows->row[i].want, perform_request, &rows->row[i]);
}

void calls_session(struct calls *c)
{
	open_iommus(c);
	for (size_t i = 0; i < COUNT(c->side); i++) {
		open_vfio(&c->side[i], FILE_VFIO, FUNCTION);
		open_vfio(&c->side[i], FILE_OTHER_VFIO, OTHER);
		open_vm(&c->side[i]);
	}
	compare_words(c, &rows_setup);
	if (strcmp(c->side[0].profile->name, "amd-packed48") == 0)
		compare_words(c, &rows_packed);
	if (c->side[0].profile->bind_nr)
		compare_requests(c, &rows_unbound);
	compare_words(c, &rows_bind);
	compare_requests(c, &rows_bound);
	compare_words(c, &rows_teardown);
	compare_requests(c, &rows_gone);
	close_all(c);
}
