// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * --dry-run: calls that only look are made; those that make objects are noted and seem to succeed; those that reach a
 * device, and looks at objects that were never made, are noted and end the command. Descriptors of such objects are
 * stand-ins, whose numbers no kernel gives out.
 */
#include <errno.h>
#include <linux/genetlink.h>
#include <stdlib.h>
#include <string.h>

#include <netlink/genl/genl.h>
#include <netlink/msg.h>

#include "abi/ioctl.h"
#include "kernel/kernel.h"

enum { FIRST_STAND_IN = 1 << 20 };

/* A generic-netlink family, learnt from the controller's answers: notes name it. */
struct family {
	uint16_t id;
	char name[GENL_NAMSIZ];
};

struct dryrun {
	struct kernel kernel; /* first member: a struct kernel * is a struct dryrun * */
	struct noted_call *note;
	char **name; /* name[i] is note[i].name, owned */
	size_t note_count;
	struct family *family;
	size_t family_count;
	int next_fd;
};

static struct dryrun *dryrun_of(struct kernel *k)
{
	return (struct dryrun *)k;
}

static bool is_stand_in(int fd)
{
	return fd >= FIRST_STAND_IN;
}

static void *copy(const void *bytes, size_t len)
{
	void *to = malloc(len);
	if (to)
		memcpy(to, bytes, len);
	return to;
}

static int grow(struct dryrun *d)
{
	size_t count = d->note_count + 1;

	struct noted_call *note = reallocarray(d->note, count, sizeof(*note));
	if (!note)
		return -ENOMEM;
	d->note = note;
	char **name = reallocarray(d->name, count, sizeof(*name));
	if (!name)
		return -ENOMEM;
	d->name = name;
	return 0;
}

/* Keeps a copy of `call` with what it points to; `name` is copied, too. */
static int note(struct dryrun *d, const struct noted_call *call, const void *bytes, const void *payload)
{
	struct noted_call n = *call;
	char *name = strdup(call->name);

	n.name = name;
	n.bytes = n.len ? copy(bytes, n.len) : NULL;
	n.payload = n.payload_len ? copy(payload, n.payload_len) : NULL;
	if (!name || (n.len && !n.bytes) || (n.payload_len && !n.payload) || grow(d) < 0) {
		free(name);
		free(n.bytes);
		free(n.payload);
		return -ENOMEM;
	}
	d->note[d->note_count] = n;
	d->name[d->note_count] = name;
	d->note_count++;
	return 0;
}

static int dryrun_open(struct kernel *k, const char *path, int flags, enum effect effect)
{
	struct dryrun *d = dryrun_of(k);
	const struct noted_call call = {.kind = "open", .name = path};

	if (effect == EFFECT_READ || effect == EFFECT_PROBE)
		return kernel_open(k->below, path, flags, effect);
	int ret = note(d, &call, NULL, NULL);
	if (ret < 0)
		return ret;
	return effect == EFFECT_SETUP ? d->next_fd++ : -ECANCELED;
}

static int dryrun_close(struct kernel *k, int fd)
{
	return is_stand_in(fd) ? 0 : kernel_close(k->below, fd);
}

/* What is shown is the same each time. */
static void clear_addresses(struct noted_call *n, const struct ioctl_call *call)
{
	for (size_t i = 0; i < call->address_count; i++) {
		const struct ioctl_address *a = &call->address[i];

		if (ioctl_address_in(a, true, n->payload_len))
			memset(n->payload + a->offset, 0, IOCTL_ADDRESS_SIZE);
		else if (ioctl_address_in(a, false, n->len))
			memset(n->bytes + a->offset, 0, IOCTL_ADDRESS_SIZE);
	}
}

static int note_ioctl(struct dryrun *d, const struct ioctl_call *call)
{
	const struct noted_call n = {
		.kind = "ioctl",
		.name = call->layout->name,
		.op_name = call->op_name,
		.nr = call->nr,
		.len = call->arg ? call->size : 0,
		.payload_len = call->request ? call->request_len : 0,
		.payload_assumed = call->payload_assumed,
	};

	if (note(d, &n, call->arg, call->request) < 0)
		return -ENOMEM;
	clear_addresses(&d->note[d->note_count - 1], call);
	return 0;
}

/* The two calls that make a descriptor; one returns it, the other stores it. */
static int stand_in_result(struct dryrun *d, struct ioctl_call *call)
{
	if (call->nr == NR_KVM_CREATE_VM)
		return d->next_fd++;
	if (call->nr == NR_KVM_CREATE_DEVICE && call->size == sizeof(struct kvm_create_device_arg))
		((struct kvm_create_device_arg *)call->arg)->fd = (uint32_t)d->next_fd++;
	return 0;
}

static int dryrun_ioctl(struct kernel *k, int fd, struct ioctl_call *call)
{
	struct dryrun *d = dryrun_of(k);

	if ((call->effect == EFFECT_READ || call->effect == EFFECT_PROBE) && !is_stand_in(fd))
		return kernel_ioctl(k->below, fd, call);
	int ret = note_ioctl(d, call);
	if (ret < 0)
		return ret;
	return call->effect == EFFECT_SETUP ? stand_in_result(d, call) : -ECANCELED;
}

static ssize_t dryrun_read_file(struct kernel *k, const char *path, void *buf, size_t cap)
{
	return kernel_read_file(k->below, path, buf, cap);
}

static ssize_t dryrun_read_link(struct kernel *k, const char *path, char *buf, size_t cap)
{
	return kernel_read_link(k->below, path, buf, cap);
}

static int dryrun_list_dir(struct kernel *k, const char *path, struct names *out)
{
	return kernel_list_dir(k->below, path, out);
}

static int dryrun_pidfd_getfd(struct kernel *k, pid_t pid, int target)
{
	return kernel_pidfd_getfd(k->below, pid, target);
}

static int dryrun_nl_open(struct kernel *k)
{
	return kernel_nl_open(k->below);
}

static int dryrun_uevent_open(struct kernel *k)
{
	return kernel_uevent_open(k->below);
}

static const char *family_name(const struct dryrun *d, const void *msg, size_t len)
{
	struct nlmsghdr header;

	if (len < sizeof(header))
		return "netlink";
	memcpy(&header, msg, sizeof(header));
	for (size_t i = 0; i < d->family_count; i++) {
		if (d->family[i].id == header.nlmsg_type)
			return d->family[i].name;
	}
	return "netlink";
}

static int dryrun_nl_send(struct kernel *k, int fd, const void *msg, size_t len, enum effect effect)
{
	struct dryrun *d = dryrun_of(k);
	const struct noted_call call = {.kind = "netlink", .name = family_name(d, msg, len), .len = len};

	if (effect != EFFECT_CHANGE)
		return kernel_nl_send(k->below, fd, msg, len, effect);
	int ret = note(d, &call, msg, NULL);
	return ret < 0 ? ret : -ECANCELED;
}

/* A family that cannot be kept is noted without its name: nothing worse. */
static void learn_family(struct dryrun *d, struct nlmsghdr *header)
{
	static const struct nla_policy policy[CTRL_ATTR_MAX + 1] = {
		[CTRL_ATTR_FAMILY_ID] = {.type = NLA_U16},
		[CTRL_ATTR_FAMILY_NAME] = {.type = NLA_NUL_STRING, .maxlen = GENL_NAMSIZ},
	};
	struct nlattr *tb[CTRL_ATTR_MAX + 1];

	if (header->nlmsg_type != GENL_ID_CTRL || !genlmsg_valid_hdr(header, 0) ||
	    genlmsg_parse(header, 0, tb, CTRL_ATTR_MAX, (struct nla_policy *)(uintptr_t)policy) < 0 ||
	    !tb[CTRL_ATTR_FAMILY_ID] || !tb[CTRL_ATTR_FAMILY_NAME])
		return;
	struct family *list = reallocarray(d->family, d->family_count + 1, sizeof(*list));
	if (!list)
		return;
	d->family = list;
	struct family *f = &list[d->family_count++];
	f->id = nla_get_u16(tb[CTRL_ATTR_FAMILY_ID]);
	nla_strlcpy(f->name, tb[CTRL_ATTR_FAMILY_NAME], sizeof(f->name));
}

static ssize_t dryrun_nl_recv(struct kernel *k, int fd, void *buf, size_t cap, int timeout_ms)
{
	ssize_t len = kernel_nl_recv(k->below, fd, buf, cap, timeout_ms);
	struct nlmsghdr *header = buf;

	for (int left = (int)len; left > 0 && nlmsg_ok(header, left); header = nlmsg_next(header, &left))
		learn_family(dryrun_of(k), header);
	return len;
}

static int dryrun_random(struct kernel *k, void *buf, size_t len)
{
	return kernel_random(k->below, buf, len);
}

static void dryrun_free(struct kernel *k)
{
	struct dryrun *d = dryrun_of(k);

	for (size_t i = 0; i < d->note_count; i++) {
		free(d->name[i]);
		free(d->note[i].bytes);
		free(d->note[i].payload);
	}
	free(d->name);
	free(d->note);
	free(d->family);
	kernel_free(k->below);
	free(d);
}

static const struct kernel_ops dryrun_ops = {
	.open = dryrun_open,
	.close = dryrun_close,
	.ioctl = dryrun_ioctl,
	.read_file = dryrun_read_file,
	.read_link = dryrun_read_link,
	.list_dir = dryrun_list_dir,
	.pidfd_getfd = dryrun_pidfd_getfd,
	.nl_open = dryrun_nl_open,
	.uevent_open = dryrun_uevent_open,
	.nl_send = dryrun_nl_send,
	.nl_recv = dryrun_nl_recv,
	.random = dryrun_random,
	.free = dryrun_free,
};

struct kernel *kernel_dryrun(struct kernel *below)
{
	struct dryrun *d = calloc(1, sizeof(*d));
	if (!d)
		return NULL;
	d->kernel.ops = &dryrun_ops;
	d->kernel.below = below;
	d->next_fd = FIRST_STAND_IN;
	return &d->kernel;
}

const struct noted_call *kernel_dryrun_calls(const struct kernel *k, size_t *count)
{
	const struct dryrun *d = (const struct dryrun *)k;

	*count = d->note_count;
	return d->note;
}
