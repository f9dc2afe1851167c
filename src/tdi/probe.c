// SPDX-License-Identifier: GPL-2.0-or-later
#include "tdi/probe.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>

static int open_failed(int errnum, struct err *e)
{
	err_object(e, IOMMU_NODE);
	if (errnum == ENOENT) {
		err_set(e, ERR_UNSUPPORTED, "ENOENT", "this kernel has no iommufd");
		err_hint(e, "The kernel needs CONFIG_IOMMUFD, and its module iommufd must be loaded.");
		return -1;
	}
	err_errno(e, errnum, "cannot be opened");
	if (errnum == EACCES || errnum == EPERM)
		err_hint(e, "Opening it needs write access to the device node: run as root, or as a member of the "
			    "group that owns it.");
	return -1;
}

/* No answer of the kernel: a fingerprint that took it for one would last as long as the shell. */
static int interrupted(struct err *e)
{
	err_object(e, IOMMU_NODE);
	return err_errno(e, EINTR, "the fingerprint was interrupted");
}

int probe_kernel(struct kernel *k, struct fp_answers *a, struct err *e)
{
	struct fp_probe p;
	int ret = 0;
	int fd = kernel_open(k, IOMMU_NODE, O_RDWR, EFFECT_PROBE);

	if (fd < 0)
		return open_failed(-fd, e);
	fp_start(a);
	while (ret != -EINTR && fp_next(a, &p)) {
		ret = kernel_ioctl(k, fd, &p.call);
		fp_record(a, &p, ret);
	}
	kernel_close(k, fd);
	return ret == -EINTR ? interrupted(e) : 0;
}

static struct abi *checked(struct abi *abi, struct err *e)
{
	if (!abi)
		err_oom(e);
	return abi;
}

static struct abi *contradicted(struct abi *abi, const struct profile *named, struct err *e)
{
	err_set(e, ERR_UNSUPPORTED, "BADABI", "--abi %s contradicts the kernel, whose answers are those of %s",
		named->name, abi_name(abi));
	err_hint(e, "Leave --abi out. Only if you know this kernel better than its answers: --force.");
	abi_free(abi);
	return NULL;
}

struct abi *probe_settle(const struct fp_answers *a, const struct err *why, const struct abi_choice *c, struct err *e)
{
	bool believed = c->named && (c->force || c->dry_run);

	if (!a) {
		if (believed)
			return checked(abi_assume(c->named, NULL), e);
		*e = *why;
		return NULL;
	}

	struct abi *abi = checked(abi_from_answers(a), e);

	if (!abi || !c->named || strcmp(abi_name(abi), c->named->name) == 0)
		return abi;
	if (!believed)
		return contradicted(abi, c->named, e);
	abi_free(abi);
	return checked(abi_assume(c->named, a), e);
}

struct abi *probe_abi(struct kernel *k, const struct abi_choice *c, struct err *e)
{
	struct fp_answers answers;
	struct err failure = {0};
	bool asked = probe_kernel(k, &answers, &failure) == 0;

	return probe_settle(asked ? &answers : NULL, &failure, c, e);
}
