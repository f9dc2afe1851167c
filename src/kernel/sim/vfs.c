// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * /sys, /proc and /dev as the simulated machine shows them. A row is a path pattern and what is there; in a pattern
 * %d is a function, %v its VFIO device, %h a host bridge, %s an IDE stream, %p the VMM, %f one of its descriptors.
 */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kernel/sim/internal.h"
#include "util/text.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

enum { SECURE_STREAMS = 4, NAME_SIZE = 64, CONTENT_SIZE = 512 };

enum node_kind { NODE_DIR, NODE_FILE, NODE_LINK };

/* What the placeholders of a pattern stand for. */
struct match {
	const struct sim_device *device;
	int fd;
};

struct node {
	const char *pattern;
	enum node_kind kind;
	/* Contents or target into `out`; its length, or -errno. NULL: `text`. */
	int (*show)(const struct sim *s, const struct match *m, char *out);
	const char *text;
	bool (*exists)(const struct sim *s, const struct match *m); /* NULL: always */
};

static __attribute__((format(printf, 2, 3))) int show(char *out, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	int len = vsnprintf(out, CONTENT_SIZE, fmt, ap);
	va_end(ap);
	return len < CONTENT_SIZE ? len : -ENAMETOOLONG;
}

bool sim_has_vfio(const struct sim_device *d)
{
	return strcmp(d->driver, "vfio-pci") == 0;
}

size_t sim_vfio_number(const struct sim *s, const struct sim_device *d)
{
	size_t number = 0;

	for (const struct sim_device *other = s->device; other < d; other++)
		number += sim_has_vfio(other);
	return number;
}

static int domain_length(const struct sim_device *d)
{
	return (int)strcspn(d->bdf, ":");
}

/* "pci0000:00": every function sits behind a root port of bus 0 of its domain. */
static int host_bridge(const struct sim_device *d, char *out, size_t cap)
{
	return snprintf(out, cap, "pci%.*s:00", domain_length(d), d->bdf);
}

/* "pci0000:00/0000:00:01.0/0000:01:00.0": the root port has the number of the bus behind it. */
static int device_path(const struct sim_device *d, char *out, size_t cap)
{
	int domain = domain_length(d);
	unsigned long long bus = strtoull(d->bdf + domain + 1, NULL, 16);

	return snprintf(out, cap, "pci%.*s:00/%.*s:00:%02llx.0/%s", domain, d->bdf, domain, d->bdf, bus % 32, d->bdf);
}

static bool is_pf0(const struct sim_device *d)
{
	return d->bdf[strlen(d->bdf) - 1] == '0';
}

static bool has_stream(const struct sim_device *d)
{
	return d->connected && is_pf0(d);
}

static bool same_bridge(const struct sim_device *a, const struct sim_device *b)
{
	return domain_length(a) == domain_length(b) && strncmp(a->bdf, b->bdf, (size_t)domain_length(a)) == 0;
}

/* How many streams of its host bridge come before that of `d`; with `all`, how many there are. */
static unsigned streams(const struct sim *s, const struct sim_device *d, bool all)
{
	unsigned count = 0;

	for (size_t i = 0; i < s->device_count && (all || &s->device[i] != d); i++)
		count += has_stream(&s->device[i]) && same_bridge(&s->device[i], d);
	return count;
}

static bool exists_tsm(const struct sim *s, const struct match *m)
{
	return m->device->tee && !s->tsm_gone;
}

static bool exists_pf0(const struct sim *s, const struct match *m)
{
	return exists_tsm(s, m) && is_pf0(m->device);
}

static bool exists_class(const struct sim *s, const struct match *m)
{
	(void)m;
	return !s->tsm_gone;
}

static bool exists_vfio(const struct sim *s, const struct match *m)
{
	(void)s;
	return sim_has_vfio(m->device);
}

static bool exists_driver(const struct sim *s, const struct match *m)
{
	(void)s;
	return m->device->driver[0];
}

static int show_device_link(const struct sim *s, const struct match *m, char *out)
{
	char path[NAME_SIZE];

	(void)s;
	device_path(m->device, path, sizeof(path));
	return show(out, "../../../devices/%s", path);
}

static int show_driver(const struct sim *s, const struct match *m, char *out)
{
	(void)s;
	return show(out, "../../../../bus/pci/drivers/%s", m->device->driver);
}

/* Files of a function's config space. The default is what the certificate of the evidence names. */
struct identity {
	const char *vendor;
	const char *device;
	const char *class;
	const char *revision;
};

static const struct identity *identity(const struct match *m)
{
	static const struct identity network = {"0x8086", "0x10d3", "0x020000", "0x00"};
	static const struct identity storage = {"0x1b36", "0x00c0", "0x010802", "0x01"};

	return strcmp(m->device->driver, "e1000e") == 0 ? &network : &storage;
}

static int show_vendor(const struct sim *s, const struct match *m, char *out)
{
	(void)s;
	return show(out, "%s\n", identity(m)->vendor);
}

static int show_device_id(const struct sim *s, const struct match *m, char *out)
{
	(void)s;
	return show(out, "%s\n", identity(m)->device);
}

static int show_class(const struct sim *s, const struct match *m, char *out)
{
	(void)s;
	return show(out, "%s\n", identity(m)->class);
}

static int show_revision(const struct sim *s, const struct match *m, char *out)
{
	(void)s;
	return show(out, "%s\n", identity(m)->revision);
}

/* The ranges of the interface report lie in BARs 0, 2 and 4; the latter two have 64 bits, so that 3 and 5 are none. */
static int show_resource(const struct sim *s, const struct match *m, char *out)
{
	static const char none[] = "0x0000000000000000 0x0000000000000000 0x0000000000000000\n";
	unsigned long long base = 0x380000000000 + 0x10000000ull * (unsigned long long)(m->device - s->device);

	return show(out,
		    "0x%016llx 0x%016llx 0x0000000000040200\n%s0x%016llx 0x%016llx 0x000000000014220c\n%s"
		    "0x%016llx 0x%016llx 0x000000000014220c\n%s",
		    0xe0000000 + (base & 0xffffffff), 0xe0001fff + (base & 0xffffffff), none, base + 0x100000,
		    base + 0x103fff, none, base + 0x200000, base + 0x2fffff, none);
}

static int show_connect(const struct sim *s, const struct match *m, char *out)
{
	(void)s;
	return show(out, "%s\n", m->device->connected ? "tsm0" : "");
}

static int show_bound(const struct sim *s, const struct match *m, char *out)
{
	(void)s;
	return show(out, "%s\n", m->device->bound ? "tsm0" : "");
}

static int show_dsm(const struct sim *s, const struct match *m, char *out)
{
	(void)s;
	return show(out, "%s\n", m->device->dsm);
}

static int show_write_only(const struct sim *s, const struct match *m, char *out)
{
	(void)s;
	(void)m;
	(void)out;
	return -EACCES;
}

static int show_vfio_dev(const struct sim *s, const struct match *m, char *out)
{
	return show(out, "511:%zu\n", sim_vfio_number(s, m->device));
}

static int show_streams_left(const struct sim *s, const struct match *m, char *out)
{
	unsigned used = streams(s, m->device, true);

	return show(out, "%u\n", used < SECURE_STREAMS ? SECURE_STREAMS - used : 0);
}

static int show_stream(const struct sim *s, const struct match *m, char *out)
{
	char path[NAME_SIZE];

	(void)s;
	device_path(m->device, path, sizeof(path));
	return show(out, "%s", strchr(path, '/') + 1);
}

/* A TSM is a child of the device that its driver runs. */
static const struct {
	const char *parent;
	const char *driver;
} tsm_devices[] = {
	[ARCH_CCA] = {"platform/arm-cca-host", "../../../bus/platform/drivers/arm-cca-host"},
	[ARCH_SEV] = {"pci0000:00/0000:00:08.1/0000:04:00.5", "../../../../bus/pci/drivers/ccp"},
	[ARCH_TDX] = {"platform/tdx-host", "../../../bus/platform/drivers/tdx-host"},
};

static int show_tsm(const struct sim *s, const struct match *m, char *out)
{
	(void)m;
	return show(out, "../../devices/%s/tsm/tsm0", tsm_devices[s->arch].parent);
}

void sim_vfs_devpath(const struct sim *s, const struct sim_device *d, char *out, size_t cap)
{
	char path[NAME_SIZE];

	if (!d) {
		snprintf(out, cap, "/devices/%s/tsm/tsm0", tsm_devices[s->arch].parent);
		return;
	}
	device_path(d, path, sizeof(path));
	snprintf(out, cap, "/devices/%s", path);
}

static int show_tsm_device(const struct sim *s, const struct match *m, char *out)
{
	(void)m;
	return show(out, "../../../%s", strrchr(tsm_devices[s->arch].parent, '/') + 1);
}

static int show_tsm_driver(const struct sim *s, const struct match *m, char *out)
{
	(void)m;
	return show(out, "%s", tsm_devices[s->arch].driver);
}

static int show_fd(const struct sim *s, const struct match *m, char *out)
{
	if (m->fd == SIM_VMM_IOMMUFD)
		return show(out, "/dev/iommu");
	return show(out, "/dev/vfio/devices/vfio%zu", sim_vfio_number(s, m->device));
}

static int show_fdinfo(const struct sim *s, const struct match *m, char *out)
{
	char path[NAME_SIZE];

	(void)s;
	if (m->fd == SIM_VMM_IOMMUFD)
		return show(out, "pos:\t0\nflags:\t02000002\nmnt_id:\t5\nino:\t204\n");
	device_path(m->device, path, sizeof(path));
	return show(out, "pos:\t0\nflags:\t02000002\nmnt_id:\t5\nino:\t205\nvfio-device-syspath: /sys/devices/%s\n",
		    path);
}

static const struct node nodes[] = {
	{"/dev", NODE_DIR, NULL, NULL, NULL},
	{"/dev/iommu", NODE_FILE, show_write_only, NULL, NULL},
	{"/dev/kvm", NODE_FILE, show_write_only, NULL, NULL},
	{"/dev/vfio", NODE_DIR, NULL, NULL, NULL},
	{"/dev/vfio/devices", NODE_DIR, NULL, NULL, NULL},
	{"/dev/vfio/devices/%v", NODE_FILE, show_write_only, NULL, NULL},
	{"/proc", NODE_DIR, NULL, NULL, NULL},
	{"/proc/%p", NODE_DIR, NULL, NULL, NULL},
	{"/proc/%p/comm", NODE_FILE, NULL, "qemu\n", NULL},
	{"/proc/%p/status", NODE_FILE, NULL, "Name:\tqemu\nState:\tS (sleeping)\nPid:\t4242\nUid:\t0\t0\t0\t0\n", NULL},
	{"/proc/%p/fd", NODE_DIR, NULL, NULL, NULL},
	{"/proc/%p/fd/%f", NODE_LINK, show_fd, NULL, NULL},
	{"/proc/%p/fdinfo", NODE_DIR, NULL, NULL, NULL},
	{"/proc/%p/fdinfo/%f", NODE_FILE, show_fdinfo, NULL, NULL},
	{"/proc/self", NODE_DIR, NULL, NULL, NULL},
	{"/proc/self/status", NODE_FILE, NULL, "Name:\ttsmctl\nUid:\t0\t0\t0\t0\nCapEff:\t000001ffffffffff\n", NULL},
	{"/proc/self/uid_map", NODE_FILE, NULL, "         0          0 4294967295\n", NULL},
	{"/proc/sys", NODE_DIR, NULL, NULL, NULL},
	{"/proc/sys/kernel", NODE_DIR, NULL, NULL, NULL},
	{"/proc/sys/kernel/osrelease", NODE_FILE, NULL, "7.3.4-sim\n", NULL},
	{"/proc/sys/kernel/yama", NODE_DIR, NULL, NULL, NULL},
	{"/proc/sys/kernel/yama/ptrace_scope", NODE_FILE, NULL, "0\n", NULL},
	{"/sys/bus/pci/devices", NODE_DIR, NULL, NULL, NULL},
	{"/sys/bus/pci/devices/%d", NODE_LINK, show_device_link, NULL, NULL},
	{"/sys/bus/pci/devices/%d/authenticated", NODE_FILE, show_connect, NULL, exists_tsm},
	{"/sys/bus/pci/devices/%d/class", NODE_FILE, show_class, NULL, NULL},
	{"/sys/bus/pci/devices/%d/device", NODE_FILE, show_device_id, NULL, NULL},
	{"/sys/bus/pci/devices/%d/driver", NODE_LINK, show_driver, NULL, exists_driver},
	{"/sys/bus/pci/devices/%d/resource", NODE_FILE, show_resource, NULL, NULL},
	{"/sys/bus/pci/devices/%d/revision", NODE_FILE, show_revision, NULL, NULL},
	{"/sys/bus/pci/devices/%d/tsm", NODE_DIR, NULL, NULL, exists_tsm},
	{"/sys/bus/pci/devices/%d/tsm/bound", NODE_FILE, show_bound, NULL, exists_tsm},
	{"/sys/bus/pci/devices/%d/tsm/connect", NODE_FILE, show_connect, NULL, exists_pf0},
	{"/sys/bus/pci/devices/%d/tsm/disconnect", NODE_FILE, show_write_only, NULL, exists_pf0},
	{"/sys/bus/pci/devices/%d/tsm/dsm", NODE_FILE, show_dsm, NULL, exists_tsm},
	{"/sys/bus/pci/devices/%d/vendor", NODE_FILE, show_vendor, NULL, NULL},
	{"/sys/bus/pci/devices/%d/vfio-dev", NODE_DIR, NULL, NULL, exists_vfio},
	{"/sys/bus/pci/devices/%d/vfio-dev/%v", NODE_DIR, NULL, NULL, NULL},
	{"/sys/bus/pci/devices/%d/vfio-dev/%v/dev", NODE_FILE, show_vfio_dev, NULL, NULL},
	{"/sys/class/tsm", NODE_DIR, NULL, NULL, NULL},
	{"/sys/class/tsm/tsm0", NODE_LINK, show_tsm, NULL, exists_class},
	{"/sys/class/tsm/tsm0/device", NODE_LINK, show_tsm_device, NULL, exists_class},
	{"/sys/class/tsm/tsm0/device/driver", NODE_LINK, show_tsm_driver, NULL, exists_class},
	{"/sys/devices", NODE_DIR, NULL, NULL, NULL},
	{"/sys/devices/%h", NODE_DIR, NULL, NULL, NULL},
	{"/sys/devices/%h/available_secure_streams", NODE_FILE, show_streams_left, NULL, NULL},
	{"/sys/devices/%h/%s", NODE_LINK, show_stream, NULL, NULL},
};

/*
 * The i-th name that a placeholder can stand for: into `name`, with `m` completed; "" for a function that is not there,
 * or has not got what is named. False behind the last.
 */
static bool device_names(const struct sim *s, size_t i, struct match *m, char *name)
{
	if (i >= s->device_count)
		return false;
	m->device = &s->device[i];
	name[0] = '\0';
	if (!m->device->absent)
		text_copy(name, sizeof(m->device->bdf), m->device->bdf);
	return true;
}

static bool vfio_names(const struct sim *s, size_t i, struct match *m, char *name)
{
	const struct sim_device *parent = m->device;

	if (i >= s->device_count)
		return false;
	name[0] = '\0';
	if ((parent && parent != &s->device[i]) || !sim_has_vfio(&s->device[i]) || s->device[i].absent)
		return true;
	m->device = &s->device[i];
	snprintf(name, NAME_SIZE, "vfio%zu", sim_vfio_number(s, m->device));
	return true;
}

static bool bridge_names(const struct sim *s, size_t i, struct match *m, char *name)
{
	if (i >= s->device_count)
		return false;
	m->device = &s->device[i];
	name[0] = '\0';
	for (size_t before = 0; before < i; before++)
		if (same_bridge(&s->device[before], m->device))
			return true;
	host_bridge(m->device, name, NAME_SIZE);
	return true;
}

static bool stream_names(const struct sim *s, size_t i, struct match *m, char *name)
{
	if (i >= s->device_count)
		return false;
	name[0] = '\0';
	if (!has_stream(&s->device[i]) || !same_bridge(&s->device[i], m->device))
		return true;
	m->device = &s->device[i];
	snprintf(name, NAME_SIZE, "stream%u.0.0", streams(s, m->device, false));
	return true;
}

static bool process_names(const struct sim *s, size_t i, struct match *m, char *name)
{
	(void)m;
	snprintf(name, NAME_SIZE, "%d", SIM_VMM_PID);
	return s->vmm && i == 0;
}

/* The iommufd, then a VFIO descriptor for each function that the VMM holds. */
static bool fd_names(const struct sim *s, size_t i, struct match *m, char *name)
{
	int fd = SIM_VMM_VFIO_FD;

	if (i > s->device_count)
		return false;
	name[0] = '\0';
	m->fd = SIM_VMM_IOMMUFD;
	if (i > 0) {
		if (!s->device[i - 1].held)
			return true;
		for (size_t before = 0; before < i - 1; before++)
			fd += s->device[before].held;
		m->device = &s->device[i - 1];
		m->fd = fd;
	}
	snprintf(name, NAME_SIZE, "%d", m->fd);
	return true;
}

typedef bool (*name_source)(const struct sim *s, size_t i, struct match *m, char *name);

static const struct {
	char letter;
	name_source names;
} placeholders[] = {
	{'d', device_names}, {'v', vfio_names},    {'h', bridge_names},
	{'s', stream_names}, {'p', process_names}, {'f', fd_names},
};

static name_source source_of(char letter)
{
	for (size_t i = 0; i < COUNT(placeholders); i++)
		if (placeholders[i].letter == letter)
			return placeholders[i].names;
	return NULL;
}

/* Whether a placeholder can stand for the `len` bytes at `component`. */
static bool match_name(const struct sim *s, name_source names, const char *component, size_t len, struct match *m)
{
	char name[NAME_SIZE];
	struct match tried = *m;

	for (size_t i = 0; names(s, i, &tried, name); i++) {
		if (len && strlen(name) == len && memcmp(name, component, len) == 0) {
			*m = tried;
			return true;
		}
		tried = *m;
	}
	return false;
}

/* Whether `path` is what the first `len` bytes of a pattern describe. */
static bool match_pattern(const struct sim *s, const char *pattern, size_t len, const char *path, struct match *m)
{
	const char *end = pattern + len;

	*m = (struct match){0};
	while (pattern < end) {
		if (*pattern != '%') {
			if (*pattern++ != *path++)
				return false;
			continue;
		}

		size_t component = strcspn(path, "/");

		if (!match_name(s, source_of(pattern[1]), path, component, m))
			return false;
		pattern += 2;
		path += component;
	}
	return *path == '\0';
}

/* A path below a function's own directory is the same below /sys/bus/pci/devices. */
static const char *canonical(const struct sim *s, const char *path, char *out, size_t cap)
{
	static const char devices[] = "/sys/devices/";

	if (strncmp(path, devices, sizeof(devices) - 1) != 0)
		return path;
	for (size_t i = 0; i < s->device_count; i++) {
		char own[NAME_SIZE];
		size_t len = (size_t)device_path(&s->device[i], own, sizeof(own));
		const char *rest = path + sizeof(devices) - 1;

		if (strncmp(rest, own, len) != 0 || (rest[len] && rest[len] != '/'))
			continue;
		snprintf(out, cap, "/sys/bus/pci/devices/%s%s", s->device[i].bdf, rest + len);
		return out;
	}
	return path;
}

/* Most rows differ from a path in its last component already, before any name is made. */
static bool may_end(const char *pattern, const char *last)
{
	const char *wanted = strrchr(pattern, '/');

	return wanted[1] == '%' || strcmp(wanted, last) == 0;
}

static const struct node *find(const struct sim *s, const char *path, struct match *m)
{
	const char *last = strrchr(path, '/');

	for (size_t i = 0; last && i < COUNT(nodes); i++)
		if (may_end(nodes[i].pattern, last) &&
		    match_pattern(s, nodes[i].pattern, strlen(nodes[i].pattern), path, m) &&
		    (!nodes[i].exists || nodes[i].exists(s, m)))
			return &nodes[i];
	return NULL;
}

/* Contents of a file or target of a link. */
static int contents(struct sim *s, const char *path, enum node_kind kind, char *out)
{
	char longer[CONTENT_SIZE];
	struct match m;
	const struct node *n = find(s, canonical(s, path, longer, sizeof(longer)), &m);

	if (!n)
		return -ENOENT;
	if (n->kind != kind)
		return kind == NODE_LINK ? -EINVAL : -EISDIR;
	return n->show ? n->show(s, &m, out) : show(out, "%s", n->text);
}

ssize_t sim_vfs_read(struct sim *s, const char *path, void *buf, size_t cap)
{
	char out[CONTENT_SIZE];
	int len = contents(s, path, NODE_FILE, out);

	if (len < 0)
		return len;
	if ((size_t)len > cap)
		len = (int)cap;
	memcpy(buf, out, (size_t)len);
	return len;
}

ssize_t sim_vfs_link(struct sim *s, const char *path, char *buf, size_t cap)
{
	char out[CONTENT_SIZE];
	int len = contents(s, path, NODE_LINK, out);

	if (len < 0)
		return len;
	if ((size_t)len >= cap)
		return -ENAMETOOLONG;
	memcpy(buf, out, (size_t)len + 1);
	return len;
}

/* Adds what a row contributes to the directory that its last component is in. */
static int add_children(const struct sim *s, const struct node *n, const char *last, const struct match *dir,
			struct names *out)
{
	char name[NAME_SIZE];
	struct match m = *dir;
	int ret = 0;

	if (*last != '%')
		return n->exists && !n->exists(s, &m) ? 0 : names_add(out, last);

	name_source names = source_of(last[1]);

	for (size_t i = 0; !ret && names(s, i, &m, name); i++) {
		if (name[0] && (!n->exists || n->exists(s, &m)))
			ret = names_add(out, name);
		m = *dir;
	}
	return ret;
}

int sim_vfs_list(struct sim *s, const char *path, struct names *out)
{
	char longer[CONTENT_SIZE];
	struct match m;
	const char *dir = canonical(s, path, longer, sizeof(longer));
	const struct node *self = find(s, dir, &m);
	int ret = 0;

	*out = (struct names){0};
	if (!self)
		return -ENOENT;
	if (self->kind == NODE_FILE)
		return -ENOTDIR;
	for (size_t i = 0; i < COUNT(nodes) && !ret; i++) {
		const char *slash = strrchr(nodes[i].pattern, '/');

		if (match_pattern(s, nodes[i].pattern, (size_t)(slash - nodes[i].pattern), dir, &m))
			ret = add_children(s, &nodes[i], slash + 1, &m, out);
	}
	if (ret)
		names_free(out);
	else
		names_sort(out);
	return ret;
}
