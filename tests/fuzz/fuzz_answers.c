// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A kernel that answers what it likes: each answer of the simulated one passes as it is, or with other bytes, or gives
 * way to an errno, as the script says. Its first byte is the command.
 */
#include <errno.h>
#include <string.h>

#include "cli/run.h"
#include "confined.h"
#include "script.h"

struct liar {
	struct kernel kernel;
	struct bytes script;
	size_t changes;
};

/* Before a call. 0: it is made. */
static int instead(struct liar *l)
{
	uint8_t lie = script_byte(&l->script);

	return lie & 0x80 ? -1 - (lie & 0x7f) : 0;
}

/* After a call: other bytes from some offset on. */
static void falsify(struct liar *l, void *bytes, size_t len)
{
	size_t offset = script_byte(&l->script);
	struct bytes other = script_bytes(&l->script, script_byte(&l->script));

	if (offset >= len)
		return;
	if (other.len > len - offset)
		other.len = len - offset;
	if (other.len)
		memcpy((uint8_t *)bytes + offset, other.data, other.len);
}

static struct liar *liar_of(struct kernel *k)
{
	return (struct liar *)k;
}

static int liar_open(struct kernel *k, const char *path, int flags, enum effect effect)
{
	int ret = instead(liar_of(k));

	return ret ? ret : kernel_open(k->below, path, flags, effect);
}

static int liar_close(struct kernel *k, int fd)
{
	return kernel_close(k->below, fd);
}

static int liar_ioctl(struct kernel *k, int fd, struct ioctl_call *call)
{
	struct liar *l = liar_of(k);
	int ret = instead(l);

	l->changes += call->effect == EFFECT_CHANGE;
	if (!ret)
		ret = kernel_ioctl(k->below, fd, call);
	if (call->arg)
		falsify(l, call->arg, call->size);
	if (call->response)
		falsify(l, call->response, call->response_len);
	return ret ? ret : script_byte(&l->script);
}

static ssize_t liar_read_file(struct kernel *k, const char *path, void *buf, size_t cap)
{
	struct liar *l = liar_of(k);
	ssize_t ret = instead(l);

	if (!ret)
		ret = kernel_read_file(k->below, path, buf, cap);
	if (ret > 0)
		falsify(l, buf, (size_t)ret);
	return ret;
}

static ssize_t liar_read_link(struct kernel *k, const char *path, char *buf, size_t cap)
{
	struct liar *l = liar_of(k);
	ssize_t ret = instead(l);

	if (!ret)
		ret = kernel_read_link(k->below, path, buf, cap);
	if (ret > 0)
		falsify(l, buf, (size_t)ret);
	return ret;
}

static int liar_list_dir(struct kernel *k, const char *path, struct names *out)
{
	struct liar *l = liar_of(k);
	int ret = instead(l);

	*out = (struct names){0};
	if (!ret)
		ret = kernel_list_dir(k->below, path, out);
	/* A name has no NUL and no slash, but anything else. */
	for (size_t i = 0; i < out->count; i++)
		falsify(l, out->name[i], strlen(out->name[i]));
	return ret;
}

static int liar_pidfd_getfd(struct kernel *k, pid_t pid, int target)
{
	int ret = instead(liar_of(k));

	return ret ? ret : kernel_pidfd_getfd(k->below, pid, target);
}

static int liar_nl_open(struct kernel *k)
{
	int ret = instead(liar_of(k));

	return ret ? ret : kernel_nl_open(k->below);
}

static int liar_nl_send(struct kernel *k, int fd, const void *msg, size_t len, enum effect effect)
{
	struct liar *l = liar_of(k);
	int ret = instead(l);

	l->changes += effect == EFFECT_CHANGE;
	return ret ? ret : kernel_nl_send(k->below, fd, msg, len, effect);
}

static ssize_t liar_nl_recv(struct kernel *k, int fd, void *buf, size_t cap, int timeout_ms)
{
	struct liar *l = liar_of(k);
	ssize_t ret = instead(l);

	if (!ret)
		ret = kernel_nl_recv(k->below, fd, buf, cap, timeout_ms);
	if (ret > 0)
		falsify(l, buf, (size_t)ret);
	return ret;
}

static int liar_uevent_open(struct kernel *k)
{
	int ret = instead(liar_of(k));

	return ret ? ret : kernel_uevent_open(k->below);
}

static int liar_random(struct kernel *k, void *buf, size_t len)
{
	int ret = instead(liar_of(k));

	return ret ? ret : kernel_random(k->below, buf, len);
}

/* It stands on the stack of the run. */
static void liar_free(struct kernel *k)
{
	kernel_free(k->below);
	k->below = NULL;
}

static const struct kernel_ops ops = {
	.open = liar_open,
	.close = liar_close,
	.ioctl = liar_ioctl,
	.read_file = liar_read_file,
	.read_link = liar_read_link,
	.list_dir = liar_list_dir,
	.pidfd_getfd = liar_pidfd_getfd,
	.nl_open = liar_nl_open,
	.nl_send = liar_nl_send,
	.nl_recv = liar_nl_recv,
	.uevent_open = liar_uevent_open,
	.random = liar_random,
	.free = liar_free,
};

#define HELD "--sim=cca", "-qjd", "0000:01:00.0"
#define FREE "--sim=cca", "-qjd", "0000:01:00.1"

static char *const commands[][CONFINED_WORDS] = {
	{"--sim=cca", "-q", "doctor"},
	{"--sim=cca", "-q", "list"},
	{HELD, "info"},
	{FREE, "info", "--source", "ioctl"},
	{HELD, "read-object", "measurements"},
	{FREE, "read-object", "report", "--source=ioctl"},
	{HELD, "-y", "regen", "measurements"},
	{FREE, "-y", "regen", "report", "--source=ioctl"},
	{HELD, "-y", "set-state", "run"},
	{FREE, "-y", "set-state", "locked"},
	{HELD, "-y", "validate-mmio", "0x80000000", "+0x4000", "0x8000000"},
	{HELD, "-y", "--arch=sev", "sev-dma", "enable"},
	{HELD, "-y", "accept-generation", "1"},
	{HELD, "-n", "set-state", "run"},
	{"--sim=cca", "-qj", "monitor", "--evidence"},
	{"--sim=cca", "-qj", "--attach=4242", "--vdevice=1", "info"},
};

enum { COMMANDS = sizeof(commands) / sizeof(commands[0]) };

/* What confined_run() has no room for. */
static struct liar *liar;

static int run(int argc, char **argv)
{
	struct series s = {.ws.keeps = true};
	struct invocation inv;
	struct err e = {0};
	int status;

	liar->kernel.below = kernel_sim("cca", &e);
	if (!liar->kernel.below)
		abort();
	if (workspace_settle(&s.ws, &liar->kernel, "sim:cca", &e) || cli_parse(argc, argv, &inv, &e))
		abort();
	status = run_invocation(&s, &inv, &e);
	series_free(&s);
	return status;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct liar l = {.kernel.ops = &ops, .script = {data, size}};
	size_t command = script_byte(&l.script) % COMMANDS;
	char *argv[CONFINED_WORDS + 1] = {"tsmctl"};
	int argc = 1;

	for (char *const *word = commands[command]; *word; word++)
		argv[argc++] = *word;
	confined_reset();
	liar = &l;
	confined_run(run, argc, argv);
	/* One at most, however the kernel answered. */
	if (l.changes > 1)
		abort();
	return 0;
}
