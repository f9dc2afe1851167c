// SPDX-License-Identifier: GPL-2.0-or-later
#include "tdi/platform.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "util/num.h"
#include "util/text.h"

#define TSM_CLASS   "/sys/class/tsm"
#define PCI_DEVICES "/sys/bus/pci/devices"

enum { PATH_CAP = 256, ATTRIBUTE_CAP = 64 };

/* Drivers that register a TSM, and the architecture behind each. */
static const struct {
	const char *driver;
	enum tsm_arch arch;
} tsm_drivers[] = {
	{"arm-cca-host", ARCH_CCA}, {"arm-cca-guest", ARCH_CCA}, {"arm-rmi-dev", ARCH_CCA}, {"ccp", ARCH_SEV},
	{"sev-guest", ARCH_SEV},    {"sev_guest", ARCH_SEV},     {"tdx-host", ARCH_TDX},    {"tdx_host", ARCH_TDX},
	{"tdx-guest", ARCH_TDX},    {"tdx_guest", ARCH_TDX},
};

int platform_attribute(struct kernel *k, const char *path, char *out, size_t cap)
{
	ssize_t len = kernel_read_file(k, path, out, cap - 1);

	if (len < 0) {
		out[0] = '\0';
		return (int)len;
	}
	out[len] = '\0';
	out[strcspn(out, "\n")] = '\0';
	return 0;
}

/* The last component of the link at `path`. */
static bool link_name(struct kernel *k, const char *path, char *out, size_t cap)
{
	char target[PATH_CAP];

	out[0] = '\0';
	if (kernel_read_link(k, path, target, sizeof(target)) < 0)
		return false;

	const char *slash = strrchr(target, '/');

	text_copy(out, cap, slash ? slash + 1 : target);
	return true;
}

static enum tsm_arch driver_arch(const char *driver)
{
	for (size_t i = 0; i < sizeof(tsm_drivers) / sizeof(tsm_drivers[0]); i++)
		if (strcmp(driver, tsm_drivers[i].driver) == 0)
			return tsm_drivers[i].arch;
	return ARCH_NONE;
}

static void tsm_fill(struct kernel *k, const char *name, struct tsm *t)
{
	char path[PATH_CAP];

	text_copy(t->name, sizeof(t->name), name);
	snprintf(path, sizeof(path), TSM_CLASS "/%s/device/driver", name);
	link_name(k, path, t->driver, sizeof(t->driver));
	t->arch = driver_arch(t->driver);
}

int platform_tsms(struct kernel *k, struct tsm_list *out, struct err *e)
{
	struct names names = {0};
	int ret = kernel_list_dir(k, TSM_CLASS, &names);

	*out = (struct tsm_list){0};
	if (ret == -ENOENT)
		return 0;
	if (ret < 0) {
		err_object(e, TSM_CLASS);
		return err_errno(e, -ret, "cannot be listed");
	}
	out->tsm = calloc(names.count + 1, sizeof(*out->tsm));
	if (out->tsm) {
		for (size_t i = 0; i < names.count; i++)
			tsm_fill(k, names.name[i], &out->tsm[i]);
		out->count = names.count;
	}
	names_free(&names);
	return out->tsm ? 0 : err_oom(e);
}

void platform_tsms_free(struct tsm_list *l)
{
	free(l->tsm);
	*l = (struct tsm_list){0};
}

const struct tsm *platform_tsm_find(const struct tsm_list *l, const char *name)
{
	for (size_t i = 0; i < l->count; i++)
		if (strcmp(name, l->tsm[i].name) == 0)
			return &l->tsm[i];
	return NULL;
}

static int function_attribute(struct kernel *k, const char *bdf, const char *name, char *out, size_t cap)
{
	char path[PATH_CAP];
	char value[ATTRIBUTE_CAP];
	int ret;

	snprintf(path, sizeof(path), PCI_DEVICES "/%s/%s", bdf, name);
	ret = platform_attribute(k, path, value, sizeof(value));
	text_copy(out, cap, value);
	return ret;
}

/* A function that is not a PF0 has `bound` and `dsm` but no `connect`: it is connected through its DSM. */
static void read_tsm_directory(struct kernel *k, struct pci_function *f)
{
	int connect = function_attribute(k, f->bdf, "tsm/connect", f->connected, sizeof(f->connected));
	int dsm = function_attribute(k, f->bdf, "tsm/dsm", f->dsm, sizeof(f->dsm));

	f->capable = connect != -ENOENT || dsm != -ENOENT;
	if (!f->capable)
		return;
	function_attribute(k, f->bdf, "tsm/bound", f->bound, sizeof(f->bound));
	if (connect < 0)
		function_attribute(k, f->bdf, "authenticated", f->connected, sizeof(f->connected));
	if (f->connected[0] == '\0' && f->dsm[0] && strcmp(f->dsm, f->bdf) != 0)
		function_attribute(k, f->dsm, "tsm/connect", f->connected, sizeof(f->connected));
}

static void read_driver(struct kernel *k, struct pci_function *f)
{
	char path[PATH_CAP];

	snprintf(path, sizeof(path), PCI_DEVICES "/%s/driver", f->bdf);
	link_name(k, path, f->driver, sizeof(f->driver));
}

static int append(struct function_list *l, const struct pci_function *f)
{
	/* The array doubles when its count is a power of two. */
	if ((l->count & (l->count - 1)) == 0) {
		size_t cap = l->count ? l->count * 2 : 1;
		struct pci_function *bigger = reallocarray(l->function, cap, sizeof(*bigger));

		if (!bigger)
			return -1;
		l->function = bigger;
	}
	l->function[l->count++] = *f;
	return 0;
}

int platform_functions(struct kernel *k, struct function_list *out, struct err *e)
{
	struct names names = {0};
	int ret = kernel_list_dir(k, PCI_DEVICES, &names);

	*out = (struct function_list){0};
	if (ret == -ENOENT)
		return 0;
	if (ret < 0) {
		err_object(e, PCI_DEVICES);
		return err_errno(e, -ret, "cannot be listed");
	}
	ret = 0;
	for (size_t i = 0; i < names.count && ret == 0; i++) {
		struct pci_function f = {0};

		text_copy(f.bdf, sizeof(f.bdf), names.name[i]);
		read_tsm_directory(k, &f);
		if (!f.capable)
			continue;
		read_driver(k, &f);
		ret = append(out, &f);
	}
	names_free(&names);
	if (ret) {
		platform_functions_free(out);
		return err_oom(e);
	}
	return 0;
}

void platform_functions_free(struct function_list *l)
{
	free(l->function);
	*l = (struct function_list){0};
}

static int compare_bdf(const void *bdf, const void *function)
{
	return strcmp(bdf, ((const struct pci_function *)function)->bdf);
}

const struct pci_function *platform_function_find(const struct function_list *l, const char *bdf)
{
	return l->count ? bsearch(bdf, l->function, l->count, sizeof(*l->function), compare_bdf) : NULL;
}

int platform_function(struct kernel *k, const char *bdf, struct pci_function *out, struct err *e)
{
	char path[PATH_CAP];
	char target[PATH_CAP];
	ssize_t ret;

	*out = (struct pci_function){0};
	text_copy(out->bdf, sizeof(out->bdf), bdf);
	snprintf(path, sizeof(path), PCI_DEVICES "/%s", bdf);
	ret = kernel_read_link(k, path, target, sizeof(target));
	if (ret < 0) {
		err_object(e, "%s", bdf);
		if (ret != -ENOENT)
			return err_errno(e, (int)-ret, "sysfs cannot be read");
		err_set(e, ERR_NOT_FOUND, "ENODEV", "there is no such PCI function");
		err_hint(e, "'tsmctl list' shows the functions that have a TSM, lspci all of them.");
		return -1;
	}
	read_tsm_directory(k, out);
	read_driver(k, out);
	return 0;
}

/*
 * The directory of the function's host bridge: the last "pciDDDD:BB" of its place in the device tree, which need not
 * stand at the top of /sys/devices.
 */
static bool host_bridge(struct kernel *k, const char *bdf, char out[PATH_CAP])
{
	char path[PATH_CAP];
	char target[PATH_CAP];
	const char *bridge = NULL;

	snprintf(path, sizeof(path), PCI_DEVICES "/%s", bdf);
	if (kernel_read_link(k, path, target, sizeof(target)) < 0)
		return false;

	const char *place = strstr(target, "/devices/");

	for (const char *p = place; p && (p = strstr(p, "/pci")); p++)
		bridge = p + 1;
	if (!bridge)
		return false;
	snprintf(out, PATH_CAP, "/sys%.*s", (int)(bridge - place) + (int)strcspn(bridge, "/"), place);
	return true;
}

static void add_stream(struct kernel *k, const char *bridge, const char *entry, const char *bdf,
		       struct ide_streams *out)
{
	char path[2 * PATH_CAP];
	char endpoint[BDF_CAP];

	snprintf(path, sizeof(path), "%s/%s", bridge, entry);
	if (!link_name(k, path, endpoint, sizeof(endpoint)) || strcmp(endpoint, bdf) != 0)
		return;
	if (out->count < sizeof(out->name) / sizeof(out->name[0]))
		text_copy(out->name[out->count], NAME_CAP, entry + strlen("stream"));
	out->count++;
}

void platform_streams(struct kernel *k, const char *bdf, struct ide_streams *out)
{
	char bridge[PATH_CAP];
	char path[2 * PATH_CAP];
	char value[ATTRIBUTE_CAP];
	struct names names = {0};
	uint64_t available;

	*out = (struct ide_streams){.free = -1};
	if (!host_bridge(k, bdf, bridge))
		return;
	snprintf(path, sizeof(path), "%s/available_secure_streams", bridge);
	if (platform_attribute(k, path, value, sizeof(value)) == 0 && num_parse(value, INT64_MAX, &available))
		out->free = (int64_t)available;
	if (kernel_list_dir(k, bridge, &names) < 0)
		return;
	for (size_t i = 0; i < names.count; i++)
		if (strncmp(names.name[i], "stream", strlen("stream")) == 0)
			add_stream(k, bridge, names.name[i], bdf, out);
	names_free(&names);
}

bool platform_vfio_name(struct kernel *k, const char *bdf, char out[NAME_CAP])
{
	char path[PATH_CAP];
	struct names names = {0};
	bool found;

	snprintf(path, sizeof(path), PCI_DEVICES "/%s/vfio-dev", bdf);
	if (kernel_list_dir(k, path, &names) < 0)
		return false;
	found = names.count > 0;
	if (found)
		text_copy(out, NAME_CAP, names.name[0]);
	names_free(&names);
	return found;
}
