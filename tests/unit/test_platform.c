// SPDX-License-Identifier: GPL-2.0-or-later
/* What is read from /sys and /proc, of machines that the test describes path by path. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tdi/function.h"
#include "tdi/holders.h"
#include "tdi/platform.h"
#include "util/text.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))
#define PCI          "/sys/bus/pci/devices"

enum kind { NODE_FILE, NODE_LINK, NODE_DIR, NODE_ERROR };

struct node {
	const char *path;
	enum kind kind;
	const char *content; /* of a directory: its names, separated by blanks */
	int error;
};

/* A machine: what is not listed does not exist. */
struct tree {
	struct kernel kernel;
	const struct node *node;
	size_t count;
};

static int tree_find(struct kernel *k, const char *path, enum kind kind, const char **content)
{
	const struct tree *t = (const struct tree *)k;

	for (size_t i = 0; i < t->count; i++) {
		const struct node *n = &t->node[i];

		if (strcmp(n->path, path) != 0)
			continue;
		if (n->kind == NODE_ERROR)
			return -n->error;
		*content = n->content;
		return n->kind == kind ? 0 : -EINVAL;
	}
	return -ENOENT;
}

static ssize_t tree_read_file(struct kernel *k, const char *path, void *buf, size_t cap)
{
	const char *content;
	int ret = tree_find(k, path, NODE_FILE, &content);

	if (ret)
		return ret;
	assert_in_range(strlen(content), 0, cap);
	memcpy(buf, content, strlen(content));
	return (ssize_t)strlen(content);
}

static ssize_t tree_read_link(struct kernel *k, const char *path, char *buf, size_t cap)
{
	const char *content;
	int ret = tree_find(k, path, NODE_LINK, &content);

	if (ret)
		return ret;
	text_copy(buf, cap, content);
	return (ssize_t)strlen(buf);
}

static int tree_list_dir(struct kernel *k, const char *path, struct names *out)
{
	const char *content;
	int ret = tree_find(k, path, NODE_DIR, &content);
	char *save;

	*out = (struct names){0};
	if (ret)
		return ret;

	char *copy = strdup(content);

	for (char *name = strtok_r(copy, " ", &save); name; name = strtok_r(NULL, " ", &save)) {
		out->name = reallocarray(out->name, out->count + 1, sizeof(*out->name));
		assert_non_null(out->name);
		out->name[out->count++] = strdup(name);
	}
	free(copy);
	return 0;
}

static const struct kernel_ops tree_ops = {
	.backend = "tree", .read_file = tree_read_file, .read_link = tree_read_link, .list_dir = tree_list_dir};

#define TREE(nodes)                                    \
	{                                              \
		{&tree_ops, NULL}, nodes, COUNT(nodes) \
	}

static void a_machine_without_tsms_has_empty_lists(void **state)
{
	struct tree t = {{&tree_ops, NULL}, NULL, 0};
	struct tsm_list tsms;
	struct function_list functions;
	struct err e = {0};

	(void)state;
	assert_int_equal(platform_tsms(&t.kernel, &tsms, &e), 0);
	assert_int_equal(tsms.count, 0);
	assert_int_equal(platform_functions(&t.kernel, &functions, &e), 0);
	assert_int_equal(functions.count, 0);
	platform_tsms_free(&tsms);
	platform_functions_free(&functions);
}

static const struct node tsms[] = {
	{"/sys/class/tsm", NODE_DIR, "tsm0 tsm1 tsm2 tsm3 tsm4", 0},
	{"/sys/class/tsm/tsm0/device/driver", NODE_LINK, "../../../bus/auxiliary/drivers/arm-cca-host", 0},
	{"/sys/class/tsm/tsm1/device/driver", NODE_LINK, "../../../bus/pci/drivers/ccp", 0},
	{"/sys/class/tsm/tsm2/device/driver", NODE_LINK, "tdx-host", 0},
	{"/sys/class/tsm/tsm3/device/driver", NODE_LINK, "../../../bus/faux/drivers/faux_driver", 0},
};

static void tsms_have_the_architecture_of_their_driver(void **state)
{
	static const struct tsm expected[] = {
		{"tsm0", "arm-cca-host", ARCH_CCA}, {"tsm1", "ccp", ARCH_SEV}, {"tsm2", "tdx-host", ARCH_TDX},
		{"tsm3", "faux_driver", ARCH_NONE}, {"tsm4", "", ARCH_NONE}, /* sysfs does not say */
	};
	struct tree t = TREE(tsms);
	struct tsm_list l;
	struct err e = {0};

	(void)state;
	assert_int_equal(platform_tsms(&t.kernel, &l, &e), 0);
	assert_int_equal(l.count, COUNT(expected));
	for (size_t i = 0; i < l.count; i++) {
		assert_string_equal(l.tsm[i].name, expected[i].name);
		assert_string_equal(l.tsm[i].driver, expected[i].driver);
		assert_int_equal(l.tsm[i].arch, expected[i].arch);
		assert_ptr_equal(platform_tsm_find(&l, expected[i].name), &l.tsm[i]);
	}
	assert_null(platform_tsm_find(&l, ""));
	assert_null(platform_tsm_find(&l, "tsm"));
	platform_tsms_free(&l);
}

static void directories_that_cannot_be_read_are_errors(void **state)
{
	static const struct node closed[] = {
		{"/sys/class/tsm", NODE_ERROR, NULL, EACCES},
		{PCI, NODE_ERROR, NULL, EIO},
		{PCI "/0000:01:00.0", NODE_ERROR, NULL, EACCES},
		{"/proc", NODE_ERROR, NULL, EACCES},
	};
	struct tree t = TREE(closed);
	struct tsm_list tsm_list;
	struct function_list functions;
	struct holder_list holders;
	struct pci_function f;
	struct err e = {0};

	(void)state;
	assert_int_equal(platform_tsms(&t.kernel, &tsm_list, &e), -1);
	assert_int_equal(e.class, ERR_PERMISSION);
	assert_string_equal(e.object, "/sys/class/tsm");
	err_clear(&e);
	assert_int_equal(platform_functions(&t.kernel, &functions, &e), -1);
	assert_string_equal(e.object, PCI);
	err_clear(&e);
	assert_int_equal(platform_function(&t.kernel, "0000:01:00.0", &f, &e), -1);
	assert_int_equal(e.class, ERR_PERMISSION);
	err_clear(&e);
	assert_int_equal(holders_scan(&t.kernel, 0, &holders, &e), -1);
	assert_int_equal(e.class, ERR_PERMISSION);
}

#define PLACE(bdf)                                                                         \
	{                                                                                  \
		PCI "/" bdf, NODE_LINK, "../../../devices/pci0000:00/0000:00:01.0/" bdf, 0 \
	}

static const struct node functions[] = {
	{PCI, NODE_DIR, "0000:00:01.0 0000:01:00.0 0000:01:00.1 0000:01:00.2 0000:02:00.0", 0},
	/* a root port, without TSM */
	{PCI "/0000:00:01.0", NODE_LINK, "../../../devices/pci0000:00/0000:00:01.0", 0},
	/* PF0, connected and bound */
	PLACE("0000:01:00.0"),
	{PCI "/0000:01:00.0/driver", NODE_LINK, "../../../../bus/pci/drivers/vfio-pci", 0},
	{PCI "/0000:01:00.0/tsm/connect", NODE_FILE, "tsm0\n", 0},
	{PCI "/0000:01:00.0/tsm/bound", NODE_FILE, "tsm0\n", 0},
	{PCI "/0000:01:00.0/tsm/dsm", NODE_FILE, "0000:01:00.0\n", 0},
	{PCI "/0000:01:00.0/vfio-dev", NODE_DIR, "vfio3", 0},
	/* functions of the same device: no `connect`; one with `authenticated`, one connected through its DSM alone */
	PLACE("0000:01:00.1"),
	{PCI "/0000:01:00.1/tsm/bound", NODE_FILE, "\n", 0},
	{PCI "/0000:01:00.1/tsm/dsm", NODE_FILE, "0000:01:00.0\n", 0},
	{PCI "/0000:01:00.1/authenticated", NODE_FILE, "tsm0\n", 0},
	PLACE("0000:01:00.2"),
	{PCI "/0000:01:00.2/tsm/bound", NODE_FILE, "tsm0\n", 0},
	{PCI "/0000:01:00.2/tsm/dsm", NODE_FILE, "0000:01:00.0\n", 0},
	/* not connected */
	PLACE("0000:02:00.0"),
	{PCI "/0000:02:00.0/driver", NODE_LINK, "../../../../bus/pci/drivers/nvme", 0},
	{PCI "/0000:02:00.0/tsm/connect", NODE_FILE, "\n", 0},
	{PCI "/0000:02:00.0/tsm/bound", NODE_FILE, "\n", 0},
	{PCI "/0000:02:00.0/tsm/dsm", NODE_FILE, "\n", 0},
	{PCI "/0000:02:00.0/vfio-dev", NODE_DIR, "", 0},
};

/* Nothing is said to be unconnected that could not be looked at. */
static void a_function_that_cannot_be_read_is_an_error(void **state)
{
	static const struct node nodes[] = {
		{PCI, NODE_DIR, "0000:03:00.0", 0},
		PLACE("0000:03:00.0"),
		{PCI "/0000:03:00.0/tsm/connect", NODE_ERROR, NULL, EACCES},
	};
	struct tree t = TREE(nodes);
	struct function_list l;
	struct pci_function f;
	struct err e = {0}, of_one = {0};

	(void)state;
	assert_int_equal(platform_functions(&t.kernel, &l, &e), -1);
	assert_int_equal(e.class, ERR_PERMISSION);
	assert_string_equal(e.object, "0000:03:00.0");
	assert_int_equal(platform_function(&t.kernel, "0000:03:00.0", &f, &of_one), -1);
	assert_int_equal(of_one.class, ERR_PERMISSION);
}

static void functions_are_connected_themselves_or_through_their_dsm(void **state)
{
	static const struct pci_function expected[] = {
		{"0000:01:00.0", "vfio-pci", true, "tsm0", "tsm0", "0000:01:00.0"},
		{"0000:01:00.1", "", true, "tsm0", "", "0000:01:00.0"},
		{"0000:01:00.2", "", true, "tsm0", "tsm0", "0000:01:00.0"},
		{"0000:02:00.0", "nvme", true, "", "", ""},
	};
	struct tree t = TREE(functions);
	struct function_list l;
	struct err e = {0};

	(void)state;
	assert_int_equal(platform_functions(&t.kernel, &l, &e), 0);
	assert_int_equal(l.count, COUNT(expected));
	for (size_t i = 0; i < l.count; i++) {
		const struct pci_function *f = &l.function[i];

		assert_string_equal(f->bdf, expected[i].bdf);
		assert_string_equal(f->driver, expected[i].driver);
		assert_true(f->capable);
		assert_string_equal(f->connected, expected[i].connected);
		assert_string_equal(f->bound, expected[i].bound);
		assert_string_equal(f->dsm, expected[i].dsm);
	}
	platform_functions_free(&l);
}

static void unusable_functions_say_why(void **state)
{
	static const struct {
		const char *bdf;
		enum err_class capable, connected;
	} cases[] = {
		{"0000:01:00.0", ERR_NONE, ERR_NONE},           {"0000:01:00.2", ERR_NONE, ERR_NONE},
		{"0000:02:00.0", ERR_NONE, ERR_STATE},          {"0000:00:01.0", ERR_UNSUPPORTED, ERR_UNSUPPORTED},
		{"0000:09:00.0", ERR_NOT_FOUND, ERR_NOT_FOUND},
	};
	struct tree t = TREE(functions);

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct pci_function f;
		struct err e = {0};

		assert_int_equal(function_capable(&t.kernel, cases[i].bdf, &f, &e), cases[i].capable ? -1 : 0);
		assert_int_equal(e.class, cases[i].capable);
		err_clear(&e);
		assert_int_equal(function_connected(&t.kernel, cases[i].bdf, &f, &e), cases[i].connected ? -1 : 0);
		assert_int_equal(e.class, cases[i].connected);
		if (e.class) {
			assert_string_equal(e.object, cases[i].bdf);
			assert_string_not_equal(e.hint, "");
		}
	}
}

static void vfio_devices_have_a_name_or_none(void **state)
{
	struct tree t = TREE(functions);
	char name[NAME_CAP];

	(void)state;
	assert_int_equal(platform_vfio_name(&t.kernel, "0000:01:00.0", name), 0);
	assert_string_equal(name, "vfio3");
	assert_int_equal(platform_vfio_name(&t.kernel, "0000:02:00.0", name), -ENOENT);
	assert_int_equal(platform_vfio_name(&t.kernel, "0000:01:00.1", name), -ENOENT);
}

#define DT  "/sys/devices/platform/soc/40000000.pcie/pci0000:00"
#define VMD "/sys/devices/pci0000:00/0000:00:0e.0/pci10000:e0"

static const struct node bridges[] = {
	{PCI "/0000:01:00.0", NODE_LINK, "../../../devices/pci0000:00/0000:00:01.0/0000:01:00.0", 0},
	{"/sys/devices/pci0000:00", NODE_DIR,
	 "0000:00:01.0 available_secure_streams stream0.0.0 stream1.1.0 stream2.0.0 streams", 0},
	{"/sys/devices/pci0000:00/available_secure_streams", NODE_FILE, "3\n", 0},
	{"/sys/devices/pci0000:00/stream0.0.0", NODE_LINK, "0000:00:01.0/0000:01:00.0", 0},
	{"/sys/devices/pci0000:00/stream1.1.0", NODE_LINK, "0000:00:02.0/0000:02:00.0", 0},
	{"/sys/devices/pci0000:00/stream2.0.0", NODE_LINK, "0000:00:01.0/0000:01:00.0", 0},
	/* a bridge of a device tree's */
	{PCI "/0001:01:00.0", NODE_LINK,
	 "../../../devices/platform/soc/40000000.pcie/pci0000:00/0001:00:00.0/0001:01:00.0", 0},
	{DT, NODE_DIR, "stream4.0.0", 0},
	{DT "/available_secure_streams", NODE_FILE, "many\n", 0},
	{DT "/stream4.0.0", NODE_LINK, "0001:00:00.0/0001:01:00.0", 0},
	/* a bridge behind another bridge's device */
	{PCI "/10000:e1:00.0", NODE_LINK,
	 "../../../devices/pci0000:00/0000:00:0e.0/pci10000:e0/10000:e0:06.0/10000:e1:00.0", 0},
	{VMD, NODE_DIR,
	 "stream0.0.0 stream0.0.1 stream0.0.2 stream0.0.3 stream0.0.4 stream0.0.5 stream0.0.6 stream0.0.7 stream0.0.8",
	 0},
	{VMD "/stream0.0.0", NODE_LINK, "a/10000:e1:00.0", 0},
	{VMD "/stream0.0.1", NODE_LINK, "a/10000:e1:00.0", 0},
	{VMD "/stream0.0.2", NODE_LINK, "a/10000:e1:00.0", 0},
	{VMD "/stream0.0.3", NODE_LINK, "a/10000:e1:00.0", 0},
	{VMD "/stream0.0.4", NODE_LINK, "a/10000:e1:00.0", 0},
	{VMD "/stream0.0.5", NODE_LINK, "a/10000:e1:00.0", 0},
	{VMD "/stream0.0.6", NODE_LINK, "a/10000:e1:00.0", 0},
	{VMD "/stream0.0.7", NODE_LINK, "a/10000:e1:00.0", 0},
	{VMD "/stream0.0.8", NODE_LINK, "a/10000:e1:00.0", 0},
	/* not behind a host bridge */
	{PCI "/0002:00:00.0", NODE_LINK, "../../../devices/faux/0002:00:00.0", 0},
};

static void streams_are_those_of_the_function_s_own_bridge(void **state)
{
	static const struct {
		const char *bdf;
		size_t count;
		int64_t free;
		const char *first, *last;
	} cases[] = {
		{"0000:01:00.0", 2, 3, "0.0.0", "2.0.0"}, {"0001:01:00.0", 1, -1, "4.0.0", "4.0.0"},
		{"10000:e1:00.0", 9, -1, "0.0.0", NULL},  {"0002:00:00.0", 0, -1, NULL, NULL},
		{"0009:00:00.0", 0, -1, NULL, NULL},
	};
	struct tree t = TREE(bridges);

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct ide_streams s;

		struct err e = {0};

		assert_int_equal(platform_streams(&t.kernel, cases[i].bdf, &s, &e), 0);
		assert_int_equal(s.count, cases[i].count);
		assert_int_equal(s.free, cases[i].free);
		if (cases[i].first)
			assert_string_equal(s.name[0], cases[i].first);
		if (cases[i].last)
			assert_string_equal(s.name[s.count - 1], cases[i].last);
	}
}

static const struct node processes[] = {
	{"/proc", NODE_DIR, "1 10 20 30 40 50 60 70 80 90 99999999999 self sys", 0},
	/* a VMM: two iommufds, a function by its path, the same once more, another by its VFIO device */
	{"/proc/10/comm", NODE_FILE, "qemu\n", 0},
	{"/proc/10/fd", NODE_DIR, "0 100 17 18 19 20", 0},
	{"/proc/10/fd/0", NODE_LINK, "/dev/null", 0},
	{"/proc/10/fd/100", NODE_LINK, "/dev/iommu", 0},
	{"/proc/10/fd/17", NODE_LINK, "/dev/iommu", 0},
	{"/proc/10/fd/18", NODE_LINK, "/dev/vfio/devices/vfio3", 0},
	{"/proc/10/fdinfo/18", NODE_FILE,
	 "pos:\t0\nvfio-device-syspath: /sys/devices/pci0000:00/0000:01:00.0\nflags: 2\n", 0},
	{"/proc/10/fd/19", NODE_LINK, "/dev/vfio/devices/vfio3", 0},
	{"/proc/10/fdinfo/19", NODE_FILE, "vfio-device-syspath: /sys/devices/pci0000:00/0000:01:00.0\n", 0},
	{"/proc/10/fd/20", NODE_LINK, "/dev/vfio/devices/vfio4", 0},
	{"/proc/10/fdinfo/20", NODE_FILE, "pos:\t0\n", 0},
	{"/sys/class/vfio-dev/vfio4/device", NODE_LINK, "../../../0000:02:00.0", 0},
	/* a process of somebody else, one that has ended, one with an iommufd alone, one with a group's VFIO */
	{"/proc/20/fd", NODE_ERROR, NULL, EACCES},
	{"/proc/30/fd", NODE_ERROR, NULL, ESRCH},
	{"/proc/40/fd", NODE_DIR, "3", 0},
	{"/proc/40/fd/3", NODE_LINK, "/dev/iommu", 0},
	{"/proc/50/fd", NODE_DIR, "3 4 5", 0},
	{"/proc/50/fd/3", NODE_LINK, "/dev/vfio/12", 0},
	{"/proc/50/fd/4", NODE_LINK, "/dev/iommu-other", 0},
	{"/proc/50/fd/5", NODE_LINK, "/dev/vfio/devices/vfio9", 0},
	{"/proc/50/fdinfo/5", NODE_FILE, "vfio-device-syspath: /sys/devices/nonsense\n", 0},
	/* one that is just ending: nothing is printed of its descriptors any more, or a path whose end is missing */
	{"/proc/70/comm", NODE_FILE, "ending\n", 0},
	{"/proc/70/fd", NODE_DIR, "3 4 5", 0},
	{"/proc/70/fd/3", NODE_LINK, "/dev/vfio/devices/vfio5", 0},
	{"/proc/70/fdinfo/3", NODE_FILE, "", 0},
	{"/sys/class/vfio-dev/vfio5/device", NODE_LINK, "../../../0000:05:00.0", 0},
	{"/proc/70/fd/4", NODE_LINK, "/dev/vfio/devices/vfio6", 0},
	{"/proc/70/fdinfo/4", NODE_FILE, "vfio-device-syspath: /sys/devices/pci0000:00/0000:00:01.0", 0},
	{"/sys/class/vfio-dev/vfio6/device", NODE_LINK, "../../../0000:06:00.0", 0},
	{"/proc/70/fd/5", NODE_ERROR, NULL, ENOENT},
	/* one whose function nobody can tell any more, and one of whose descriptors several are kept from us */
	{"/proc/80/fd", NODE_DIR, "3", 0},
	{"/proc/80/fd/3", NODE_LINK, "/dev/vfio/devices/vfio7", 0},
	{"/proc/80/fdinfo/3", NODE_FILE, "", 0},
	{"/proc/90/fd", NODE_DIR, "3 4", 0},
	{"/proc/90/fd/3", NODE_ERROR, NULL, EACCES},
	{"/proc/90/fd/4", NODE_ERROR, NULL, EACCES},
	/* one that holds one function, and other things by VFIO */
	{"/proc/60/comm", NODE_ERROR, NULL, ESRCH},
	{"/proc/60/fd", NODE_DIR, "3 4 5 x", 0},
	{"/proc/60/fd/3", NODE_LINK, "/dev/vfio/devices/vfio8", 0},
	{"/proc/60/fdinfo/3", NODE_FILE, "vfio-device-syspath: 0000:07:00.0\n", 0},
	{"/proc/60/fd/4", NODE_LINK, "/dev/vfio/devices/vfio10", 0},
	{"/proc/60/fdinfo/4", NODE_FILE, "", 0},
	{"/sys/class/vfio-dev/vfio10/device", NODE_LINK, "../../../mdev0", 0},
	{"/proc/60/fd/5", NODE_LINK, "/dev/vfio/devices/vfio5", 0},
	{"/proc/60/fdinfo/5", NODE_FILE, "vfio-device-syspath: /sys/devices/pci0000:00/0000:05:00.0\n", 0},
	{"/proc/60/fd/x", NODE_LINK, "/dev/iommu", 0},
};

static const struct holder holders[] = {
	{40, "", "", 3, 1},
	{10, "qemu", "0000:01:00.0", 17, 2},
	{10, "qemu", "0000:02:00.0", 17, 2},
	{60, "", "0000:05:00.0", -1, 0},
	{70, "ending", "0000:05:00.0", -1, 0},
	{70, "ending", "0000:06:00.0", -1, 0},
};

static void holders_are_listed_once_a_process_and_function(void **state)
{
	struct tree t = TREE(processes);
	struct holder_list l;
	struct err e = {0};

	(void)state;
	assert_int_equal(holders_scan(&t.kernel, 0, &l, &e), 0);
	assert_int_equal(l.count, COUNT(holders));
	assert_int_equal(l.hidden, 3);
	for (size_t i = 0; i < l.count; i++) {
		assert_int_equal(l.holder[i].pid, holders[i].pid);
		assert_string_equal(l.holder[i].comm, holders[i].comm);
		assert_string_equal(l.holder[i].bdf, holders[i].bdf);
		assert_int_equal(l.holder[i].iommufd, holders[i].iommufd);
		assert_int_equal(l.holder[i].iommufds, holders[i].iommufds);
	}
	assert_int_equal(holders_find(&l, "0000:02:00.0", 0), 2);
	assert_int_equal(holders_find(&l, "0000:02:00.0", 3), -1);
	assert_int_equal(holders_find(&l, "0000:03:00.0", 0), -1);
	holders_free(&l);
}

static void one_process_is_looked_at_alone(void **state)
{
	static const struct {
		pid_t pid;
		size_t count, hidden;
		const char *function; /* the only one; NULL: an error says why there is none */
		enum err_class class;
	} cases[] = {
		{10, 2, 0, NULL, ERR_USAGE},     {20, 0, 1, NULL, ERR_PERMISSION}, {30, 0, 0, NULL, ERR_NOT_FOUND},
		{40, 1, 0, NULL, ERR_NOT_FOUND}, {50, 0, 0, NULL, ERR_NOT_FOUND},  {60, 1, 0, "0000:05:00.0", ERR_NONE},
		{70, 2, 0, NULL, ERR_USAGE},     {80, 0, 1, NULL, ERR_PERMISSION}, {90, 0, 1, NULL, ERR_PERMISSION},
		{95, 0, 0, NULL, ERR_NOT_FOUND},
	};
	struct tree t = TREE(processes);

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct holder_list l;
		struct err e = {0};
		char bdf[BDF_CAP];

		assert_int_equal(holders_scan(&t.kernel, cases[i].pid, &l, &e), 0);
		assert_int_equal(l.count, cases[i].count);
		assert_int_equal(l.hidden, cases[i].hidden);
		holders_free(&l);
		assert_int_equal(holders_function(&t.kernel, cases[i].pid, bdf, &e), cases[i].function ? 0 : -1);
		assert_int_equal(e.class, cases[i].class);
		assert_string_equal(cases[i].function ? bdf : "", cases[i].function ? cases[i].function : "");
		assert_true(cases[i].function || (e.hint[0] && strstr(e.object, "process ")));
	}
}

static void processes_that_cannot_be_read_are_an_error(void **state)
{
	static const struct node broken[][4] = {
		{{"/proc", NODE_ERROR, NULL, EIO}},
		{{"/proc", NODE_DIR, "1", 0}, {"/proc/1/fd", NODE_ERROR, NULL, EIO}},
		{{"/proc", NODE_DIR, "1", 0},
		 {"/proc/1/fd", NODE_DIR, "3", 0},
		 {"/proc/1/fd/3", NODE_ERROR, NULL, EIO}},
		{{"/proc", NODE_DIR, "1", 0},
		 {"/proc/1/fd", NODE_DIR, "3", 0},
		 {"/proc/1/fd/3", NODE_LINK, "/dev/iommu", 0},
		 {"/proc/1/comm", NODE_ERROR, NULL, EIO}},
		{{"/proc", NODE_DIR, "1", 0},
		 {"/proc/1/fd", NODE_DIR, "3", 0},
		 {"/proc/1/fd/3", NODE_LINK, "/dev/vfio/devices/vfio0", 0},
		 {"/proc/1/fdinfo/3", NODE_ERROR, NULL, EIO}},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(broken); i++) {
		struct tree t = {{&tree_ops, NULL}, broken[i], 0};
		struct holder_list l;
		struct err e = {0};
		char bdf[BDF_CAP];

		while (t.count < COUNT(broken[i]) && broken[i][t.count].path)
			t.count++;
		assert_int_equal(holders_scan(&t.kernel, 0, &l, &e), -1);
		assert_string_equal(e.code, "EIO");
		assert_string_equal(e.object, "/proc");
		assert_int_equal(l.count, 0);
		e = (struct err){0};
		assert_int_equal(holders_function(&t.kernel, 1, bdf, &e), -1);
		assert_int_equal(e.class, i == 0 ? ERR_NOT_FOUND : ERR_FAILED);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_machine_without_tsms_has_empty_lists),
		cmocka_unit_test(tsms_have_the_architecture_of_their_driver),
		cmocka_unit_test(directories_that_cannot_be_read_are_errors),
		cmocka_unit_test(functions_are_connected_themselves_or_through_their_dsm),
		cmocka_unit_test(a_function_that_cannot_be_read_is_an_error),
		cmocka_unit_test(unusable_functions_say_why),
		cmocka_unit_test(vfio_devices_have_a_name_or_none),
		cmocka_unit_test(streams_are_those_of_the_function_s_own_bridge),
		cmocka_unit_test(holders_are_listed_once_a_process_and_function),
		cmocka_unit_test(one_process_is_looked_at_alone),
		cmocka_unit_test(processes_that_cannot_be_read_are_an_error),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
