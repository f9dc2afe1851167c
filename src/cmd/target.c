// SPDX-License-Identifier: GPL-2.0-or-later
#include "cmd/target.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tdi/function.h"
#include "util/num.h"
#include "util/text.h"

static int bad_value(const char *option, const char *value, const char *want, struct err *e)
{
	err_object(e, "--%s", option);
	err_set(e, ERR_USAGE, "USAGE", "'%s' is not %s", value, want);
	err_hint(e, "'tsmctl --help' explains --%s.", option);
	return -1;
}

static int read_device(const struct options *o, struct target *t, struct err *e)
{
	if (!o->device || bdf_parse(o->device, t->bdf))
		return 0;
	bad_value("device", o->device, "a PCI function", e);
	err_hint(e, "Write it as DDDD:BB:DD.F or BB:DD.F in hexadecimal, as lspci -D does: 0000:01:00.0.");
	return -1;
}

/* PID or PID:FD. */
static int read_attach(const struct options *o, struct target *t, struct err *e)
{
	char pid[24];
	const char *colon;
	uint64_t value;

	if (!o->attach)
		return 0;
	colon = strchr(o->attach, ':');
	text_copy(pid, sizeof(pid), o->attach);
	if (colon && (size_t)(colon - o->attach) < sizeof(pid))
		pid[colon - o->attach] = '\0';
	if (!num_parse(pid, INT_MAX, &value) || value == 0)
		return bad_value("attach", o->attach, "a process id, or PID:FD", e);
	t->pid = (pid_t)value;
	if (!colon)
		return 0;
	if (!num_parse(colon + 1, INT_MAX, &value))
		return bad_value("attach", o->attach, "PID:FD with a descriptor number", e);
	t->pid_fd = (int)value;
	return 0;
}

static int read_descriptor(const char *option, const char *text, int *fd, struct err *e)
{
	uint64_t value;

	if (!text)
		return 0;
	if (!num_parse(text, INT_MAX, &value))
		return bad_value(option, text, "a descriptor number", e);
	*fd = (int)value;
	return 0;
}

static int read_number(const char *option, const char *text, uint64_t max, bool *has, uint64_t *out, struct err *e)
{
	if (!text)
		return 0;
	if (!num_parse(text, max, out))
		return bad_value(option, text, "a number that fits", e);
	*has = true;
	return 0;
}

static int read_ids(const struct options *o, struct target *t, struct err *e)
{
	uint64_t vdevice = 0;
	uint64_t type = 0;

	if (read_number("vdevice", o->vdevice, INT32_MAX, &t->has_vdevice, &vdevice, e) ||
	    read_number("viommu-type", o->viommu_type, UINT32_MAX, &t->has_viommu_type, &type, e) ||
	    read_number("virt-id", o->virt_id, UINT64_MAX, &t->has_virt_id, &t->virt_id, e))
		return -1;
	t->vdevice = (uint32_t)vdevice;
	t->viommu_type = (uint32_t)type;
	return 0;
}

static bool is_auto(const char *text)
{
	return !text || strcmp(text, "auto") == 0;
}

static int read_names(const struct options *o, struct target *t, struct err *e)
{
	int arch = is_auto(o->arch) ? ARCH_NONE : arch_parse(o->arch);

	if (arch < 0)
		return bad_value("arch", o->arch, "auto, cca, sev or tdx", e);
	t->arch = (enum tsm_arch)arch;
	t->abi.named = is_auto(o->abi) ? NULL : profile_find(o->abi);
	if (!is_auto(o->abi) && !t->abi.named)
		return bad_value("abi", o->abi, "an ABI profile that tsmctl knows", e);
	return 0;
}

int target_from_options(const struct options *o, struct target *t, struct err *e)
{
	*t = (struct target){.pid_fd = -1, .iommufd = -1, .kvm_fd = -1};
	t->abi.force = o->force;
	t->abi.dry_run = o->dry_run;
	if (read_device(o, t, e) || read_attach(o, t, e) || read_descriptor("iommufd", o->iommufd, &t->iommufd, e) ||
	    read_descriptor("kvm-fd", o->kvm_fd, &t->kvm_fd, e) || read_ids(o, t, e) || read_names(o, t, e))
		return -1;
	return 0;
}

enum channel channel_from_options(const struct options *o)
{
	if (is_auto(o->source))
		return CHANNEL_AUTO;
	return strcmp(o->source, "ioctl") == 0 ? CHANNEL_IOCTL : CHANNEL_NETLINK;
}

int target_check(struct context *c, const struct target *t)
{
	struct pci_function f;

	return t->bdf[0] ? function_connected(c->kernel, t->bdf, &f, c->err) : 0;
}

void target_device(struct node *root, const struct target *t)
{
	node_text(root, "device", NULL, t->bdf[0] ? t->bdf : NULL);
}

void target_name(const struct target *t, char *out, size_t cap)
{
	if (t->bdf[0])
		text_copy(out, cap, t->bdf);
	else if (t->pid)
		snprintf(out, cap, "the TDI of process %d", (int)t->pid);
	else
		snprintf(out, cap, "vdevice %u of descriptor %d", t->vdevice, t->iommufd);
}

int evidence_argument(const char *text, struct err *e)
{
	int type = evidence_type_parse(text);

	if (type >= 0)
		return type;
	err_object(e, "%s", text);
	if (type == -2) {
		err_set(e, ERR_USAGE, "USAGE", "there is no such slot");
		err_hint(e, "Certificates have the slots cert:0 to cert:7; the other objects have none.");
	} else {
		err_set(e, ERR_USAGE, "USAGE", "this is no evidence type");
		err_hint(e, "The types are cert[:0-7], vca, measurements and report.");
	}
	return -1;
}
