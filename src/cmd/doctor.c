// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cmd/abi.h"
#include "cmd/command.h"
#include "tdi/evidence.h"
#include "tdi/platform.h"
#include "tdi/probe.h"
#include "util/num.h"
#include "verify/module.h"

static const struct column columns[] = {
	{"result", NULL, false, false},
	{"check", NULL, false, false},
	{"text", NULL, false, true},
};

/* Capabilities by their numbers in linux/capability.h. */
enum { CAP_NET_ADMIN_BIT = 12, CAP_SYS_PTRACE_BIT = 19 };
enum { STATUS_CAP = 4096, MAP_CAP = 128, YAMA_NEVER = 3 };

enum result { RESULT_OK, RESULT_MISSING, RESULT_DENIED, RESULT_UNKNOWN };

static const char *const result_words[] = {"ok", "missing", "denied", "unknown"};

struct examination {
	struct workspace *ws;
	struct kernel *kernel;
	struct node *table;
	struct tsm_list tsms;
	bool caps_known;
	uint64_t caps; /* effective capabilities of this process, over the host */
};

/* `remedy` NULL where nothing is wrong. */
static void add(struct examination *x, const char *check, enum result result, const char *detail, const char *remedy)
{
	struct node *row = node_object(x->table, NULL, NULL);

	node_text(row, "check", NULL, check);
	node_state(row, "result", NULL, result_words[result]);
	node_text(row, "detail", NULL, detail);
	node_text(row, "remedy", NULL, remedy);
	if (remedy)
		node_only(node_textf(row, "text", NULL, "%s. %s", detail, remedy), NODE_TEXT_ONLY);
	else
		node_only(node_text(row, "text", NULL, detail), NODE_TEXT_ONLY);
}

/* What could not be found out, and why. */
static void add_unknown(struct examination *x, const char *check, const struct err *e, const char *remedy)
{
	char detail[sizeof(e->message) + 2 + sizeof(e->code)];

	snprintf(detail, sizeof(detail), "%s: %s", e->message, e->code);
	add(x, check, RESULT_UNKNOWN, detail, remedy);
}

static enum result result_of(int errnum)
{
	return errnum == EACCES || errnum == EPERM ? RESULT_DENIED : RESULT_MISSING;
}

/* Whether the capabilities are those over the machine: root of a user namespace has all of them over that namespace.
 * The first namespace alone maps every id to itself. */
static bool in_first_namespace(struct kernel *k)
{
	char map[MAP_CAP];
	ssize_t len = kernel_read_file(k, "/proc/self/uid_map", map, sizeof(map) - 1);
	unsigned long long value[3];
	char *at = map;

	if (len < 0)
		return true;
	map[len] = '\0';
	for (size_t i = 0; i < 3; i++)
		value[i] = strtoull(at, &at, 10);
	return value[0] == 0 && value[1] == 0 && value[2] == UINT32_MAX;
}

static void read_capabilities(struct examination *x)
{
	char status[STATUS_CAP];
	ssize_t len = kernel_read_file(x->kernel, "/proc/self/status", status, sizeof(status) - 1);
	const char *line;

	if (len < 0)
		return;
	status[len] = '\0';
	line = strstr(status, "CapEff:");
	if (!line)
		return;
	if (in_first_namespace(x->kernel))
		x->caps = strtoull(line + strlen("CapEff:"), NULL, 16);
	x->caps_known = true;
}

static bool has_cap(const struct examination *x, int bit)
{
	return x->caps >> bit & 1;
}

static void check_node(struct examination *x, const char *check, const char *path, const char *missing,
		       const char *denied)
{
	char detail[120];
	int fd = kernel_open(x->kernel, path, O_RDWR, EFFECT_READ);

	if (fd >= 0) {
		kernel_close(x->kernel, fd);
		add(x, check, RESULT_OK, "open for reading and writing", NULL);
		return;
	}

	char name[24];

	snprintf(detail, sizeof(detail), "cannot be opened: %s", err_errno_name(-fd, name));
	add(x, check, result_of(-fd), detail, result_of(-fd) == RESULT_DENIED ? denied : missing);
}

static void check_iommufd(struct examination *x)
{
	check_node(x, IOMMU_NODE, IOMMU_NODE, "The kernel needs CONFIG_IOMMUFD; load the module iommufd.",
		   "Run as root, or give yourself write access to the node.");
}

static void check_kvm(struct examination *x)
{
	check_node(x, "/dev/kvm", "/dev/kvm", "An own session needs KVM: load its module, or pass --kvm-fd.",
		   "Run as root or join the group kvm; only own sessions need it.");
}

/* What the kernel answered to the empty request; of the two numbers the one that it knows, if any. */
static void describe_no_requests(const struct abi *abi, char *detail, size_t cap)
{
	const struct fp_answers *a = abi_answers(abi);
	uint32_t i = a->answer[0][0][0] == ENOTTY && a->answer[1][0][0] != ENOTTY;
	char name[24];

	snprintf(detail, cap, "ioctl 0x%x: %s: %s", FP_FIRST_NR + i, err_errno_name(a->answer[i][0][0], name),
		 abi_reason(abi));
}

static void describe_abi(struct examination *x, const struct abi *abi)
{
	struct buf ops = {0};
	char detail[300];

	if (abi_verdict(abi) == ABI_KNOWN)
		abi_list_ops(abi, ARCH_NONE, &ops);
	if (ops.data)
		snprintf(detail, sizeof(detail), "%s on ioctl 0x%x: %s", abi_name(abi), abi_request_nr(abi), ops.data);
	else if (abi_verdict(abi) == ABI_NONE && abi_answers(abi))
		describe_no_requests(abi, detail, sizeof(detail));
	else
		snprintf(detail, sizeof(detail), "%s: %s", abi_name(abi), abi_reason(abi));
	buf_free(&ops);
	switch (abi_verdict(abi)) {
	case ABI_KNOWN:
		add(x, "TSM requests", RESULT_OK, detail, NULL);
		break;
	case ABI_NONE:
		add(x, "TSM requests", RESULT_MISSING, detail,
		    "They are unmerged patches: iommufd v7 or a CCA integration kernel.");
		break;
	case ABI_REFUSED:
		add(x, "TSM requests", RESULT_UNKNOWN, detail, "tsmctl sends nothing to this kernel.");
		break;
	case ABI_UNKNOWN:
		add(x, "TSM requests", RESULT_UNKNOWN, detail,
		    "tsmctl sends nothing; please report the map of 'tsmctl info'.");
		break;
	}
}

static void check_requests(struct examination *x)
{
	struct abi_choice choice = {0};
	struct err e = {0};
	struct abi *abi = workspace_abi(x->ws, &choice, &e);

	if (!abi) {
		add(x, "TSM requests", RESULT_UNKNOWN, "the kernel cannot be asked without " IOMMU_NODE,
		    "See the line above.");
		return;
	}
	describe_abi(x, abi);
	abi_free(abi);
}

static void check_family(struct examination *x)
{
	struct err e = {0};
	const struct evidence_source *s = workspace_evidence(x->ws, &e);
	char detail[80];

	if (!s) {
		add_unknown(x, "evidence over netlink", &e, "Generic netlink is needed: CONFIG_NET.");
		return;
	}
	if (!s->family) {
		add(x, "evidence over netlink", RESULT_MISSING, "no family device-evidence or pci-tsm",
		    "They are unmerged patches: the TEE I/O series, CONFIG_PCI_TSM with NET.");
	} else {
		snprintf(detail, sizeof(detail), "family %s, version %u%s", s->family->name, s->family->version,
			 s->family->cmd_validate ? "" : "; it can neither regenerate nor accept a generation");
		add(x, "evidence over netlink", RESULT_OK, detail, NULL);
	}
}

static void check_capability(struct examination *x)
{
	if (!x->caps_known)
		add(x, "CAP_NET_ADMIN", RESULT_UNKNOWN, "the capabilities of this process are not to be seen",
		    "Reading evidence over netlink needs it.");
	else if (has_cap(x, CAP_NET_ADMIN_BIT))
		add(x, "CAP_NET_ADMIN", RESULT_OK, "evidence may be read over netlink", NULL);
	else
		add(x, "CAP_NET_ADMIN", RESULT_DENIED, "evidence may not be read over netlink",
		    "Run as root of the host, or with this capability in the initial user namespace.");
}

static void check_tsms(struct examination *x)
{
	struct buf b = {0};
	struct err e = {0};

	if (platform_tsms(x->kernel, &x->tsms, &e)) {
		add_unknown(x, "TSM class", &e, "sysfs must be readable at /sys/class/tsm.");
		return;
	}
	for (size_t i = 0; i < x->tsms.count; i++)
		buf_printf(&b, "%s%s (%s)", i ? ", " : "", x->tsms.tsm[i].name,
			   x->tsms.tsm[i].driver[0] ? x->tsms.tsm[i].driver : "driver not named");
	if (x->tsms.count)
		add(x, "TSM class", RESULT_OK, b.data, NULL);
	else
		add(x, "TSM class", RESULT_MISSING, "no TSM is registered",
		    "Load the platform's TSM driver (ccp, tdx-host, arm-cca-host) on a kernel with CONFIG_PCI_TSM.");
	buf_free(&b);
}

static void check_functions(struct examination *x)
{
	struct function_list l;
	struct err e = {0};
	size_t connected = 0;
	char detail[80];

	if (platform_functions(x->kernel, &l, &e)) {
		add_unknown(x, "TSM-capable functions", &e, "sysfs must be readable at /sys/bus/pci.");
		return;
	}
	for (size_t i = 0; i < l.count; i++)
		connected += l.function[i].connected[0] != '\0';
	snprintf(detail, sizeof(detail), "%zu, of which %zu connected", l.count, connected);
	if (l.count)
		add(x, "TSM-capable functions", RESULT_OK, detail, NULL);
	else
		add(x, "TSM-capable functions", RESULT_MISSING, "none",
		    "A PCIe function needs an IDE or TEE capability, and a TSM must be registered.");
	platform_functions_free(&l);
}

static void check_vfio(struct examination *x)
{
	struct names names = {0};
	int ret = kernel_list_dir(x->kernel, "/dev/vfio/devices", &names);
	char detail[60];

	if (ret < 0) {
		add(x, "VFIO devices", result_of(-ret), "no /dev/vfio/devices",
		    "Bind a function to vfio-pci on a kernel with CONFIG_VFIO_DEVICE_CDEV; only own sessions need it.");
		return;
	}
	snprintf(detail, sizeof(detail), "%zu in /dev/vfio/devices", names.count);
	add(x, "VFIO devices", RESULT_OK, detail, NULL);
	names_free(&names);
}

static int yama_scope(struct kernel *k)
{
	char value[16];
	uint64_t scope;

	if (platform_attribute(k, "/proc/sys/kernel/yama/ptrace_scope", value, sizeof(value)) < 0)
		return 0;
	return num_parse(value, YAMA_NEVER, &scope) ? (int)scope : 0;
}

static void check_attach(struct examination *x)
{
	int scope = yama_scope(x->kernel);
	bool ptrace = has_cap(x, CAP_SYS_PTRACE_BIT);
	char detail[80];

	snprintf(detail, sizeof(detail), "kernel.yama.ptrace_scope = %d", scope);
	if (scope >= YAMA_NEVER)
		add(x, "attach to a VMM", RESULT_DENIED, detail, "No process may be attached to until the next boot.");
	else if (!x->caps_known)
		add(x, "attach to a VMM", RESULT_UNKNOWN, detail,
		    "It needs ptrace rights over the VMM: CAP_SYS_PTRACE.");
	else if (ptrace)
		add(x, "attach to a VMM", RESULT_OK, "with CAP_SYS_PTRACE to any process", NULL);
	else if (scope >= 1)
		add(x, "attach to a VMM", RESULT_DENIED, detail, "Run as root with CAP_SYS_PTRACE.");
	else
		add(x, "attach to a VMM", RESULT_OK, "to processes of your own; others need CAP_SYS_PTRACE", NULL);
}

/* The tool's own part that may be missing. */
static void check_module(struct examination *x)
{
	struct module m;

	module_open(&m);
	if (m.crypto)
		add(x, "verification", RESULT_OK, m.crypto->library(), NULL);
	else if (m.starved)
		add(x, "verification", RESULT_UNKNOWN, m.why, "Free some memory and run the command again.");
	else
		add(x, "verification", RESULT_MISSING, m.why,
		    "Evidence is decoded but not verified, certificates have no fingerprints, and saved evidence no "
		    "SHA-256: install all of tsmctl, built with libcrypto.");
}

static void (*const checks[])(struct examination *x) = {
	check_iommufd,   check_requests, check_family, check_capability, check_tsms,
	check_functions, check_vfio,     check_kvm,    check_attach,     check_module,
};

int cmd_doctor(struct context *c)
{
	struct examination x = {.ws = c->ws, .kernel = c->kernel};

	x.table = node_table(record_root(c->record), "checks", NULL, columns, sizeof(columns) / sizeof(columns[0]));
	read_capabilities(&x);
	for (size_t i = 0; i < sizeof(checks) / sizeof(checks[0]); i++)
		checks[i](&x);
	platform_tsms_free(&x.tsms);
	return 0;
}
