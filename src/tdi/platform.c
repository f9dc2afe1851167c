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

/* Not there, or gone while it was looked at. Of what could not be seen for another reason nothing is known. */
static bool is_absent(int ret)
{
	return ret == -ENOENT || ret == -ENODEV;
}

static int unreadable(const char *object, int errnum, struct err *e)
{
	err_object(e, "%s", object);
	return err_errno(e, errnum, "sysfs cannot be read");
}

int platform_attribute(struct kernel *k, const char *path, char *out, size_t cap)
{
	ssize_t len = kernel_read_file(k, path, out, cap - 1);

	out[len < 0 ? 0 : len] = '\0';
	out[strcspn(out, "\n")] = '\0';
	return len < 0 ? (int)len : 0;
}

/* The last component of the link at `path`; "" where there is none. 0, or a negative errno. */
static int link_name(struct kernel *k, const char *path, char *out, size_t cap)
{
	char target[PATH_CAP];
	int ret = (int)kernel_read_link(k, path, target, sizeof(target));
	const char *slash;

	out[0] = '\0';
	if (ret < 0)
		return is_absent(ret) ? 0 : ret;
	slash = strrchr(target, '/');
	text_copy(out, cap, slash ? slash + 1 : target);
	return 0;
}

static enum tsm_arch driver_arch(const char *driver)
{
	for (size_t i = 0; i < sizeof(tsm_drivers) / sizeof(tsm_drivers[0]); i++)
		if (strcmp(driver, tsm_drivers[i].driver) == 0)
			return tsm_drivers[i].arch;
	return ARCH_NONE;
}

static int tsm_fill(struct kernel *k, const char *name, struct tsm *t, struct err *e)
{
	char path[PATH_CAP];
	int ret;

	text_copy(t->name, sizeof(t->name), name);
	snprintf(path, sizeof(path), TSM_CLASS "/%s/device/driver", name);
	ret = link_name(k, path, t->driver, sizeof(t->driver));
	t->arch = driver_arch(t->driver);
	return ret ? unreadable(path, -ret, e) : 0;
}

static int tsms_fill(struct kernel *k, const struct names *names, struct tsm_list *l, struct err *e)
{
	l->tsm = calloc(names->count + 1, sizeof(*l->tsm));
	if (!l->tsm)
		return err_oom(e);
	for (; l->count < names->count; l->count++)
		if (tsm_fill(k, names->name[l->count], &l->tsm[l->count], e))
			return -1;
	return 0;
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
	ret = tsms_fill(k, &names, out, e);
	names_free(&names);
	if (ret)
		platform_tsms_free(out);
	return ret;
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

/* "" where it is absent. */
static int optional_attribute(struct kernel *k, const char *bdf, const char *name, char *out, size_t cap)
{
	int ret = function_attribute(k, bdf, name, out, cap);

	return is_absent(ret) ? 0 : ret;
}

/* A function that is not a PF0 has `bound` and `dsm` but no `connect`: it is connected through its DSM. */
static int read_tsm_directory(struct kernel *k, struct pci_function *f)
{
	int connect = function_attribute(k, f->bdf, "tsm/connect", f->connected, sizeof(f->connected));
	int dsm = function_attribute(k, f->bdf, "tsm/dsm", f->dsm, sizeof(f->dsm));
	int ret;

	f->capable = !is_absent(connect) || !is_absent(dsm);
	if (!f->capable)
		return 0;
	if (connect < 0 && !is_absent(connect))
		return connect;
	if (dsm < 0 && !is_absent(dsm))
		return dsm;
	ret = optional_attribute(k, f->bdf, "tsm/bound", f->bound, sizeof(f->bound));
	if (ret == 0 && connect < 0)
		ret = optional_attribute(k, f->bdf, "authenticated", f->connected, sizeof(f->connected));
	if (ret == 0 && f->connected[0] == '\0' && f->dsm[0] && strcmp(f->dsm, f->bdf) != 0)
		ret = optional_attribute(k, f->dsm, "tsm/connect", f->connected, sizeof(f->connected));
	return ret;
}

static int read_driver(struct kernel *k, struct pci_function *f)
{
	char path[PATH_CAP];

	snprintf(path, sizeof(path), PCI_DEVICES "/%s/driver", f->bdf);
	return link_name(k, path, f->driver, sizeof(f->driver));
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

/* Adds the function if it has a TSM. */
static int add_function(struct kernel *k, const char *name, struct function_list *l, struct err *e)
{
	struct pci_function f = {0};
	int ret;

	text_copy(f.bdf, sizeof(f.bdf), name);
	ret = read_tsm_directory(k, &f);
	if (ret == 0 && !f.capable)
		return 0;
	if (ret == 0)
		ret = read_driver(k, &f);
	if (ret)
		return unreadable(name, -ret, e);
	return append(l, &f) ? err_oom(e) : 0;
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
	for (size_t i = 0; i < names.count && ret == 0; i++)
		ret = add_function(k, names.name[i], out, e);
	names_free(&names);
	if (ret)
		platform_functions_free(out);
	return ret;
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
	int ret;

	*out = (struct pci_function){0};
	text_copy(out->bdf, sizeof(out->bdf), bdf);
	snprintf(path, sizeof(path), PCI_DEVICES "/%s", bdf);
	ret = (int)kernel_read_link(k, path, target, sizeof(target));
	if (ret == -ENOENT) {
		err_object(e, "%s", bdf);
		err_set(e, ERR_NOT_FOUND, "ENODEV", "there is no such PCI function");
		err_hint(e, "'tsmctl list' shows the functions that have a TSM, lspci all of them.");
		return -1;
	}
	if (ret > 0)
		ret = read_tsm_directory(k, out);
	if (ret == 0)
		ret = read_driver(k, out);
	return ret ? unreadable(bdf, -ret, e) : 0;
}

/*
 * The directory of the function's host bridge: the last "pciDDDD:BB" of its place in the device tree, which need not
 * stand at the top of /sys/devices.
 */
static int host_bridge(struct kernel *k, const char *bdf, char out[PATH_CAP])
{
	char path[PATH_CAP];
	char target[PATH_CAP];
	const char *bridge = NULL;
	int ret;

	snprintf(path, sizeof(path), PCI_DEVICES "/%s", bdf);
	ret = (int)kernel_read_link(k, path, target, sizeof(target));
	if (ret < 0)
		return ret;

	const char *place = strstr(target, "/devices/");

	for (const char *p = place; p && (p = strstr(p, "/pci")); p++)
		bridge = p + 1;
	if (!bridge)
		return -ENOENT;
	snprintf(out, PATH_CAP, "/sys%.*s", (int)(bridge - place) + (int)strcspn(bridge, "/"), place);
	return 0;
}

static int add_stream(struct kernel *k, const char *bridge, const char *entry, const char *bdf, struct ide_streams *out)
{
	char path[2 * PATH_CAP];
	char endpoint[BDF_CAP];
	int ret;

	snprintf(path, sizeof(path), "%s/%s", bridge, entry);
	ret = link_name(k, path, endpoint, sizeof(endpoint));
	if (ret || strcmp(endpoint, bdf) != 0)
		return ret;
	if (out->count < sizeof(out->name) / sizeof(out->name[0]))
		text_copy(out->name[out->count], NAME_CAP, entry + strlen("stream"));
	out->count++;
	return 0;
}

static int read_free_streams(struct kernel *k, const char *bridge, int64_t *count)
{
	char path[2 * PATH_CAP];
	char value[ATTRIBUTE_CAP];
	uint64_t available;
	int ret;

	snprintf(path, sizeof(path), "%s/available_secure_streams", bridge);
	ret = platform_attribute(k, path, value, sizeof(value));
	if (ret == 0 && num_parse(value, INT64_MAX, &available))
		*count = (int64_t)available;
	return ret;
}

static int find_streams(struct kernel *k, const char *bridge, const char *bdf, struct ide_streams *out)
{
	struct names names = {0};
	int ret = kernel_list_dir(k, bridge, &names);

	for (size_t i = 0; i < names.count && ret >= 0; i++)
		if (strncmp(names.name[i], "stream", strlen("stream")) == 0)
			ret = add_stream(k, bridge, names.name[i], bdf, out);
	names_free(&names);
	return ret < 0 ? ret : 0;
}

int platform_streams(struct kernel *k, const char *bdf, struct ide_streams *out, struct err *e)
{
	char bridge[PATH_CAP];
	int ret;

	*out = (struct ide_streams){.free = -1};
	ret = host_bridge(k, bdf, bridge);
	if (is_absent(ret))
		return 0;
	if (ret == 0)
		ret = read_free_streams(k, bridge, &out->free);
	if (ret == 0 || is_absent(ret))
		ret = find_streams(k, bridge, bdf, out);
	return ret == 0 || is_absent(ret) ? 0 : unreadable(bdf, -ret, e);
}

int platform_vfio_name(struct kernel *k, const char *bdf, char out[NAME_CAP])
{
	char path[PATH_CAP];
	struct names names = {0};
	int ret;

	snprintf(path, sizeof(path), PCI_DEVICES "/%s/vfio-dev", bdf);
	ret = kernel_list_dir(k, path, &names);
	if (ret < 0)
		return is_absent(ret) ? -ENOENT : ret;
	if (names.count)
		text_copy(out, NAME_CAP, names.name[0]);
	ret = names.count ? 0 : -ENOENT;
	names_free(&names);
	return ret;
}
