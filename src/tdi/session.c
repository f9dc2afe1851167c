// SPDX-License-Identifier: GPL-2.0-or-later
#include "tdi/session.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "tdi/function.h"
#include "tdi/holders.h"
#include "tdi/platform.h"
#include "util/text.h"

/* Ids are handed out lowest first, so those of a VMM are small. */
enum { SEARCHED_IDS = 256 };

static int arch_unknown(const struct target *t, struct err *e)
{
	if (t->bdf[0])
		err_object(e, "%s", t->bdf);
	err_set(e, ERR_USAGE, "USAGE", "the architecture of the TVM is not known from the TSM's driver");
	err_hint(e, "Pass --arch cca, --arch sev or --arch tdx.");
	return -1;
}

static int arch_contradicted(const struct target *t, const struct tsm *tsm, struct err *e)
{
	if (t->bdf[0])
		err_object(e, "%s", t->bdf);
	err_set(e, ERR_UNSUPPORTED, "BADARCH", "--arch %s contradicts the driver of %s, which is one of %s",
		arch_name(t->arch), tsm->name, arch_title(tsm->arch));
	err_hint(e, "Leave --arch out. Only if you know this TSM better than its driver's name: --force.");
	return -1;
}

/* --arch, or what the TSM's driver says; both must agree unless the user insists or nothing is sent. */
static int settle_arch(struct session *s, const struct target *t, const struct tsm *tsm, struct err *e)
{
	enum tsm_arch driver = tsm ? tsm->arch : ARCH_NONE;

	s->arch = t->arch != ARCH_NONE ? t->arch : driver;
	if (s->arch == ARCH_NONE)
		return arch_unknown(t, e);
	if (driver != ARCH_NONE && driver != s->arch && !s->force && !s->dry_run)
		return arch_contradicted(t, tsm, e);
	return 0;
}

/* By the TSM that the function is connected to, or the only TSM there is. */
static int find_arch(struct session *s, const struct target *t, struct err *e)
{
	struct tsm_list tsms;
	struct pci_function f = {0};
	const struct tsm *tsm;
	int ret;

	if (t->bdf[0] && platform_function(s->kernel, t->bdf, &f, e))
		return -1;
	if (platform_tsms(s->kernel, &tsms, e))
		return -1;
	s->bound = f.bound[0];
	tsm = platform_tsm_find(&tsms, f.connected);
	if (!tsm && tsms.count == 1)
		tsm = &tsms.tsm[0];
	ret = settle_arch(s, t, tsm, e);
	platform_tsms_free(&tsms);
	return ret;
}

static int vmm_gone(pid_t pid, int errnum, struct err *e)
{
	err_object(e, "process %d", (int)pid);
	err_errno(e, errnum, "its iommufd cannot be copied");
	if (errnum == ESRCH)
		err_hint(e, "The process has ended. 'tsmctl list' shows who holds the function.");
	else if (errnum == EBADF)
		err_hint(e, "It has no such descriptor. 'tsmctl list' shows the descriptor of its iommufd.");
	else if (errnum == EPERM)
		err_hint(e, "Copying a descriptor needs ptrace rights over the process: run as root with "
			    "CAP_SYS_PTRACE; see also kernel.yama.ptrace_scope.");
	return -1;
}

/* Requests go to iommufds only: nobody knows what another driver makes of their numbers. */
static int check_descriptor(const struct session *s, const char *process, int fd, struct err *e)
{
	char path[64];
	char target[256];

	snprintf(path, sizeof(path), "/proc/%s/fd/%d", process, fd);
	if (s->force || s->dry_run || kernel_read_link(s->kernel, path, target, sizeof(target)) < 0 ||
	    strcmp(target, IOMMU_NODE) == 0)
		return 0;
	err_object(e, "process %s", process);
	err_set(e, ERR_USAGE, "USAGE", "descriptor %d is %s, not " IOMMU_NODE, fd, target);
	err_hint(e, "Check --iommufd or --attach PID:FD; 'ls -l /proc/%s/fd' shows the descriptors.", process);
	return -1;
}

static int attach(struct session *s, pid_t pid, int fd, struct err *e)
{
	char process[16];

	snprintf(process, sizeof(process), "%d", (int)pid);
	if (check_descriptor(s, process, fd, e))
		return -1;
	s->pid = pid;
	s->iommufd = kernel_pidfd_getfd(s->kernel, pid, fd);
	return s->iommufd < 0 ? vmm_gone(pid, -s->iommufd, e) : 0;
}

static int attach_holder(struct session *s, const struct holder *h, struct err *e)
{
	text_copy(s->comm, sizeof(s->comm), h->comm);
	err_object(e, "process %d", (int)h->pid);
	if (h->iommufds == 0) {
		err_set(e, ERR_NOT_FOUND, "ENOENT", "%s holds the function, but has no descriptor of /dev/iommu",
			h->comm);
		err_hint(e, "It uses VFIO without iommufd; such a process cannot have a TDI.");
		return -1;
	}
	if (h->iommufds > 1) {
		err_set(e, ERR_USAGE, "USAGE", "%s has %zu descriptors of /dev/iommu", h->comm, h->iommufds);
		err_hint(e, "Choose one: --attach %d:FD; 'ls -l /proc/%d/fd' shows them.", (int)h->pid, (int)h->pid);
		return -1;
	}
	e->object[0] = '\0';
	return attach(s, h->pid, h->iommufd, e);
}

static int none_seen(pid_t pid, bool hidden, struct err *e)
{
	err_object(e, "process %d", (int)pid);
	err_errno(e, hidden ? EPERM : ESRCH, "%s",
		  hidden ? "its descriptors cannot be listed" : "no such process holds an iommufd");
	err_hint(e, hidden ? "Run as root with CAP_SYS_PTRACE." : "'tsmctl list' shows who holds the function.");
	return -1;
}

static int not_its_function(const struct target *t, struct err *e)
{
	err_object(e, "process %d", (int)t->pid);
	err_set(e, ERR_NOT_FOUND, "ENOENT", "it does not hold %s, so that its vdevices are those of others", t->bdf);
	err_hint(e, "'tsmctl list' shows who holds the function; without -d the process's own one is meant. --force "
		    "goes on.");
	return -1;
}

/* What is known of --attach PID decides before its descriptor is copied; PID:FD may name one that is not seen. */
static int attach_process(struct session *s, const struct target *t, struct err *e)
{
	struct holder_list l;
	long i;
	int ret;

	if (holders_scan(s->kernel, t->pid, &l, e))
		return -1;
	s->functions = l.count;
	i = t->bdf[0] && !s->force ? holders_find(&l, t->bdf, 0) : 0;
	if (l.count && i < 0)
		ret = not_its_function(t, e);
	else if (t->pid_fd >= 0)
		ret = attach(s, t->pid, t->pid_fd, e);
	else if (l.count)
		ret = attach_holder(s, &l.holder[i], e);
	else
		ret = none_seen(t->pid, l.hidden, e);
	holders_free(&l);
	return ret;
}

static size_t count_functions(const struct holder_list *l, pid_t pid)
{
	size_t count = 0;

	for (size_t i = 0; i < l->count; i++)
		count += l->holder[i].pid == pid;
	return count;
}

static int several_holders(const struct holder_list *l, const char *bdf, struct err *e)
{
	const struct holder *a = &l->holder[holders_find(l, bdf, 0)];

	err_object(e, "%s", bdf);
	err_set(e, ERR_USAGE, "USAGE", "several processes hold the function");
	err_hint(e, "Choose one: --attach %d; 'tsmctl list' shows them all.", (int)a->pid);
	return -1;
}

/* What another tsmctl has opened for itself ends with its command: nothing to attach to. */
static int is_own_session(const struct holder *h, const char *bdf, struct err *e)
{
	if (strcmp(h->comm, "tsmctl") != 0)
		return 0;
	err_object(e, "%s", bdf);
	err_errno(e, EBUSY, "another tsmctl, process %d, has a session of its own with it", (int)h->pid);
	err_hint(e, "Try again when it has ended.");
	return -1;
}

/* With -d alone: the process that holds the function, else an own session. */
static int open_by_function(struct session *s, const struct target *t, struct err *e)
{
	struct pci_function f;
	struct holder_list l;
	long first;
	int ret;

	if (function_connected(s->kernel, t->bdf, &f, e) || holders_scan(s->kernel, 0, &l, e))
		return -1;
	first = holders_find(&l, t->bdf, 0);
	if (first >= 0)
		s->functions = count_functions(&l, l.holder[first].pid);
	if (first < 0)
		ret = own_session_open(s, t, e);
	else if (holders_find(&l, t->bdf, (size_t)first + 1) >= 0)
		ret = several_holders(&l, t->bdf, e);
	else if (is_own_session(&l.holder[first], t->bdf, e))
		ret = -1;
	else
		ret = attach_holder(s, &l.holder[first], e);
	holders_free(&l);
	return ret;
}

static int open_context(struct session *s, const struct target *t, struct err *e)
{
	if (t->iommufd >= 0) {
		s->iommufd = t->iommufd;
		s->inherited = true;
		return check_descriptor(s, "self", t->iommufd, e);
	}
	return t->pid ? attach_process(s, t, e) : open_by_function(s, t, e);
}

static int ask_for_vdevice(const struct session *s, const char *why, struct err *e)
{
	err_object(e, s->pid ? "process %d" : "descriptor %d", s->pid ? (int)s->pid : s->iommufd);
	err_set(e, ERR_USAGE, "USAGE", "%s", why);
	err_hint(e, "Pass --vdevice ID; the VMM knows it (its log, QMP, or strace -e ioctl).");
	return -1;
}

/*
 * OBJECT_INFO without a payload: the TSM's driver refuses it unread, but an id that is not a vdevice is ENOENT before
 * that. Returns whether `id` is one, or a negative errno that ends the search.
 */
static int is_vdevice(struct session *s, const struct op_grant *g, uint32_t id, struct err *e)
{
	struct op_args args = {.type = EV_REPORT, .payload = &(struct bytes){NULL, 0}};
	struct request *r = request_build(g, id, &args, e);
	int ret;

	if (!r)
		return -ENOMEM;
	ret = kernel_ioctl(s->kernel, s->iommufd, request_call(r));
	request_free(r);
	if (ret == -ENOTTY || ret == -EBADF || ret == -EPERM || ret == -EINTR) {
		err_errno(e, -ret, "the vdevice cannot be searched");
		return ret;
	}
	return ret != -ENOENT;
}

static int several_vdevices(const struct session *s, const uint32_t found[2], struct err *e)
{
	char why[120];

	snprintf(why, sizeof(why),
		 "the context has several vdevices (%u, %u ...) and the kernel cannot say whose they are", found[0],
		 found[1]);
	return ask_for_vdevice(s, why, e);
}

/*
 * Which function a vdevice belongs to cannot be asked. It is clear only in a context with exactly one, whose process
 * holds no other function, or has this one bound, which takes a vdevice.
 */
static int search_vdevice(struct session *s, struct err *e)
{
	const struct op_grant *g = abi_grant(s->abi, OP_OBJECT_INFO, s->arch);
	uint32_t found[2];
	size_t count = 0;

	if (abi_assumed(s->abi))
		return ask_for_vdevice(
			s, "a profile that the kernel does not confirm is not used to search the vdevice", e);
	if (!g)
		return ask_for_vdevice(s, "this kernel has no request that could search the vdevice", e);
	for (uint32_t id = 1; id <= SEARCHED_IDS && count < 2; id++) {
		int is = is_vdevice(s, g, id, e);

		if (is < 0)
			return -1;
		if (is)
			found[count++] = id;
	}
	if (count > 1)
		return several_vdevices(s, found, e);
	if (count == 0) {
		err_object(e, "process %d", (int)s->pid);
		err_set(e, ERR_NOT_FOUND, "ENOENT", "none of the ids 1 to %d in its context is a vdevice",
			SEARCHED_IDS);
		err_hint(e, "The VMM has not made one, or has destroyed it; if its id is larger, pass --vdevice ID.");
		return -1;
	}
	if (s->functions > 1 && !s->bound)
		return ask_for_vdevice(s, "it holds several functions, and the one vdevice may be another's", e);
	s->vdevice = found[0];
	return 0;
}

static int check_abi(const struct session *s, struct err *e)
{
	if (abi_verdict(s->abi) == ABI_KNOWN)
		return 0;
	err_object(e, IOMMU_NODE);
	err_set(e, ERR_UNSUPPORTED, abi_verdict(s->abi) == ABI_NONE ? "ENOTTY" : "UNKNOWNABI",
		"no TSM request can be sent: %s", abi_reason(s->abi));
	err_hint(e, "%s",
		 abi_verdict(s->abi) == ABI_UNKNOWN
			 ? "'tsmctl info' and 'tsmctl doctor' show the map of its answers; please report it."
			 : "'tsmctl doctor' shows what this kernel can do.");
	return -1;
}

int session_open_as(struct session *s, struct kernel *k, struct abi *abi, const struct target *t, struct err *e)
{
	*s = (struct session){.kernel = k, .iommufd = -1, .force = t->abi.force, .dry_run = t->abi.dry_run};
	s->objects = (struct own_objects){-1, -1, -1, -1, false, 0, 0, 0, 0};
	text_copy(s->bdf, sizeof(s->bdf), t->bdf);
	s->abi = abi;
	if (!abi || check_abi(s, e) || find_arch(s, t, e) || open_context(s, t, e))
		goto fail;
	if (t->has_vdevice && !s->own)
		s->vdevice = t->vdevice;
	else if (!s->own && search_vdevice(s, e))
		goto fail;
	return 0;
fail:
	session_close(s);
	return -1;
}

int session_open(struct session *s, struct kernel *k, const struct target *t, struct err *e)
{
	return session_open_as(s, k, probe_abi(k, &t->abi, e), t, e);
}

int session_resume(struct session *s, struct abi *abi, const struct target *t, struct err *e)
{
	enum tsm_arch mine = s->arch, wanted;

	if (!abi)
		return -1;
	abi_free(s->abi);
	s->abi = abi;
	s->force = t->abi.force;
	s->dry_run = t->abi.dry_run;
	if (check_abi(s, e))
		return -1;

	int ret = find_arch(s, t, e);

	wanted = s->arch;
	s->arch = mine;
	if (ret == 0 && wanted != mine)
		return err_set(e, ERR_STATE, "ARCH", "the open session is one of %s", arch_title(mine));
	return ret;
}

void session_close(struct session *s)
{
	if (s->own)
		own_session_close(s);
	if (s->iommufd >= 0 && !s->inherited)
		kernel_close(s->kernel, s->iommufd);
	s->iommufd = -1;
	abi_free(s->abi);
	s->abi = NULL;
}

void session_describe(const struct session *s, char *out, size_t cap)
{
	if (s->own)
		snprintf(out, cap, "vdevice %u of an own session", s->vdevice);
	else if (s->comm[0])
		snprintf(out, cap, "vdevice %u of %s[%d]", s->vdevice, s->comm, (int)s->pid);
	else if (s->pid)
		snprintf(out, cap, "vdevice %u of process %d", s->vdevice, (int)s->pid);
	else
		snprintf(out, cap, "vdevice %u of descriptor %d", s->vdevice, s->iommufd);
}
