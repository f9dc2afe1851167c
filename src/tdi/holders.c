// SPDX-License-Identifier: GPL-2.0-or-later
#include "tdi/holders.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tdi/platform.h"
#include "util/num.h"
#include "util/text.h"

#define VFIO_DIRECTORY "/dev/vfio/devices/"
#define SYSPATH_KEY    "vfio-device-syspath:"

enum { PATH_CAP = 256, FDINFO_CAP = 1024 };

static int append(struct holder_list *l, const struct holder *h)
{
	/* The array doubles when its count is a power of two. */
	if ((l->count & (l->count - 1)) == 0) {
		struct holder *bigger = reallocarray(l->holder, l->count ? l->count * 2 : 1, sizeof(*bigger));

		if (!bigger)
			return -ENOMEM;
		l->holder = bigger;
	}
	l->holder[l->count++] = *h;
	return 0;
}

/*
 * The function behind descriptor `fd`, from the path that VFIO prints; `out` stays "" for what is no PCI function.
 * -ENODATA: no whole path is printed, by an older kernel, or of a process that is just ending.
 */
static int fd_function(struct kernel *k, pid_t pid, const char *fd, char out[BDF_CAP])
{
	char path[PATH_CAP];
	char info[FDINFO_CAP];
	ssize_t len;

	snprintf(path, sizeof(path), "/proc/%d/fdinfo/%s", (int)pid, fd);
	len = kernel_read_file(k, path, info, sizeof(info) - 1);
	if (len < 0)
		return (int)len;
	info[len] = '\0';

	char *line = strstr(info, SYSPATH_KEY);
	char *end = line ? strchr(line, '\n') : NULL;

	if (!end)
		return -ENODATA;
	*end = '\0';

	const char *name = strrchr(line, '/');

	if (name && bdf_is_name(name + 1))
		text_copy(out, BDF_CAP, name + 1);
	return 0;
}

/* The same without a path: the function is the parent of this VFIO device. */
static int vfio_function(struct kernel *k, const char *vfio, char out[BDF_CAP])
{
	char path[2 * PATH_CAP];
	char target[PATH_CAP];
	const char *name;
	int ret;

	snprintf(path, sizeof(path), "/sys/class/vfio-dev/%s/device", vfio);
	ret = (int)kernel_read_link(k, path, target, sizeof(target));
	if (ret < 0)
		return ret;
	name = strrchr(target, '/');
	if (name && bdf_is_name(name + 1))
		text_copy(out, BDF_CAP, name + 1);
	return 0;
}

static int note_vfio(struct kernel *k, struct holder_list *l, struct holder *proto, const char *fd, const char *target)
{
	struct holder h = *proto;
	int ret = fd_function(k, h.pid, fd, h.bdf);

	if (ret == -ENODATA && vfio_function(k, target + strlen(VFIO_DIRECTORY), h.bdf) == 0)
		ret = 0;
	if (ret)
		return ret;
	return h.bdf[0] ? append(l, &h) : 0;
}

static void note_iommufd(struct holder *proto, const char *fd)
{
	uint64_t number;

	if (!num_parse(fd, INT32_MAX, &number))
		return;
	if (proto->iommufd < 0 || (int)number < proto->iommufd)
		proto->iommufd = (int)number;
	proto->iommufds++;
}

static int note_descriptor(struct kernel *k, struct holder_list *l, struct holder *proto, const char *fd)
{
	char path[PATH_CAP];
	char target[PATH_CAP];
	int ret;

	snprintf(path, sizeof(path), "/proc/%d/fd/%s", (int)proto->pid, fd);
	ret = (int)kernel_read_link(k, path, target, sizeof(target));
	if (ret < 0)
		return ret == -ENAMETOOLONG ? 0 : ret; /* a long path is neither of those */
	if (strcmp(target, "/dev/iommu") == 0)
		note_iommufd(proto, fd);
	if (strncmp(target, VFIO_DIRECTORY, strlen(VFIO_DIRECTORY)) == 0)
		return note_vfio(k, l, proto, fd, target);
	return 0;
}

static int read_comm(struct kernel *k, struct holder *h)
{
	char path[PATH_CAP];
	int ret;

	snprintf(path, sizeof(path), "/proc/%d/comm", (int)h->pid);
	ret = platform_attribute(k, path, h->comm, sizeof(h->comm));
	return ret == -ENOENT || ret == -ESRCH ? 0 : ret;
}

/* Fills in what is known of the process once all its descriptors were seen. */
static int finish_process(struct kernel *k, struct holder_list *l, size_t first, struct holder *proto)
{
	int ret;

	if (l->count == first && proto->iommufd < 0)
		return 0;
	ret = read_comm(k, proto);
	if (ret)
		return ret;
	if (l->count == first)
		return append(l, proto);
	for (size_t i = first; i < l->count; i++) {
		memcpy(l->holder[i].comm, proto->comm, sizeof(proto->comm));
		l->holder[i].iommufd = proto->iommufd;
		l->holder[i].iommufds = proto->iommufds;
	}
	return 0;
}

/* Processes end, and close descriptors, while they are looked at; and not all may be looked into: `*hidden`. */
static int forgive(int ret, bool *hidden)
{
	bool unseen = ret == -EACCES || ret == -EPERM || ret == -ENODATA;

	*hidden |= unseen;
	return ret >= 0 || unseen || ret == -ENOENT || ret == -ESRCH ? 0 : ret;
}

static int scan_process(struct kernel *k, pid_t pid, struct holder_list *l)
{
	struct holder proto = {.pid = pid, .iommufd = -1};
	struct names fds = {0};
	char path[PATH_CAP];
	size_t first = l->count;
	bool hidden = false;
	int ret;

	snprintf(path, sizeof(path), "/proc/%d/fd", (int)pid);
	ret = forgive(kernel_list_dir(k, path, &fds), &hidden);
	for (size_t i = 0; i < fds.count && ret == 0; i++)
		ret = forgive(note_descriptor(k, l, &proto, fds.name[i]), &hidden);
	names_free(&fds);
	l->hidden += hidden;
	return ret ? ret : finish_process(k, l, first, &proto);
}

static int scan_all(struct kernel *k, struct holder_list *l)
{
	struct names names = {0};
	uint64_t pid;
	int ret = kernel_list_dir(k, "/proc", &names);

	for (size_t i = 0; i < names.count && ret >= 0; i++)
		if (num_parse(names.name[i], INT32_MAX, &pid))
			ret = scan_process(k, (pid_t)pid, l);
	names_free(&names);
	return ret < 0 ? ret : 0;
}

static int compare_holders(const void *a, const void *b)
{
	const struct holder *one = a;
	const struct holder *other = b;
	int order = strcmp(one->bdf, other->bdf);

	return order ? order : (one->pid > other->pid) - (one->pid < other->pid);
}

/* A process can have a function open several times; it is one entry. */
static void sort(struct holder_list *l)
{
	size_t kept = 0;

	if (!l->count)
		return;
	qsort(l->holder, l->count, sizeof(*l->holder), compare_holders);
	for (size_t i = 1; i < l->count; i++)
		if (compare_holders(&l->holder[kept], &l->holder[i]) != 0)
			l->holder[++kept] = l->holder[i];
	l->count = kept + 1;
}

int holders_scan(struct kernel *k, pid_t pid, struct holder_list *out, struct err *e)
{
	int ret;

	*out = (struct holder_list){0};
	ret = pid ? scan_process(k, pid, out) : scan_all(k, out);
	sort(out);
	if (ret == 0)
		return 0;
	holders_free(out);
	err_object(e, "/proc");
	return err_errno(e, -ret, "the processes cannot be listed");
}

void holders_free(struct holder_list *l)
{
	free(l->holder);
	*l = (struct holder_list){0};
}

static int only_function(const struct holder_list *l, char bdf[BDF_CAP], struct err *e)
{
	for (size_t i = 0; i < l->count; i++) {
		if (bdf[0] && strcmp(bdf, l->holder[i].bdf) != 0) {
			err_set(e, ERR_USAGE, "USAGE", "the process holds several functions");
			err_hint(e, "Choose one with -d: %s, %s ...", bdf, l->holder[i].bdf);
			return -1;
		}
		text_copy(bdf, BDF_CAP, l->holder[i].bdf);
	}
	if (bdf[0])
		return 0;
	err_set(e, l->hidden ? ERR_PERMISSION : ERR_NOT_FOUND, l->hidden ? "EPERM" : "ENOENT",
		l->hidden ? "its descriptors cannot be listed" : "no such process holds a PCI function");
	err_hint(e, l->hidden ? "Run as root with CAP_SYS_PTRACE." : "'tsmctl list' shows who holds which function.");
	return -1;
}

int holders_function(struct kernel *k, pid_t pid, char bdf[BDF_CAP], struct err *e)
{
	struct holder_list l;
	int ret;

	if (holders_scan(k, pid, &l, e))
		return -1;
	err_object(e, "process %d", (int)pid);
	bdf[0] = '\0';
	ret = only_function(&l, bdf, e);
	if (ret == 0)
		e->object[0] = '\0';
	holders_free(&l);
	return ret;
}

long holders_find(const struct holder_list *l, const char *bdf, size_t from)
{
	size_t end = l->count;

	while (from < end) {
		size_t middle = from + (end - from) / 2;

		if (strcmp(l->holder[middle].bdf, bdf) < 0)
			from = middle + 1;
		else
			end = middle;
	}
	return from < l->count && strcmp(l->holder[from].bdf, bdf) == 0 ? (long)from : -1;
}

void holders_note_hidden(const struct holder_list *l, struct buf *notes)
{
	if (l->hidden)
		buf_printf(notes, "tsmctl: the descriptors of %zu process%s cannot be seen; root sees all\n", l->hidden,
			   l->hidden == 1 ? "" : "es");
}
