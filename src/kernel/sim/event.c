// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What happens by itself, as a scenario says, and what is announced of it. As kernels do, only TSMs and functions that
 * come and go are; connections, bindings, evidence and processes show to who looks.
 */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "kernel/sim/internal.h"
#include "util/buf.h"
#include "util/clock.h"

static int connect_function(struct sim *s, struct sim_device *d, const struct sim_event *v)
{
	(void)v;
	return d->connected ? 0 : sim_device_connect(s, d);
}

static int disconnect(struct sim *s, struct sim_device *d, const struct sim_event *v)
{
	(void)v;
	sim_tsm_unbind(s, d);
	d->connected = false;
	d->dsm[0] = '\0';
	for (int type = 0; type < EV_COUNT; type++) {
		free(d->object[type].data);
		d->object[type] = (struct sim_blob){0};
	}
	return 0;
}

static int bind_function(struct sim *s, struct sim_device *d, const struct sim_event *v)
{
	(void)s;
	(void)v;
	d->bound = d->connected;
	return 0;
}

static int unbind(struct sim *s, struct sim_device *d, const struct sim_event *v)
{
	(void)v;
	sim_tsm_unbind(s, d);
	return 0;
}

static int hold(struct sim *s, struct sim_device *d, const struct sim_event *v)
{
	(void)v;
	d->held = s->vmm;
	return 0;
}

static int release(struct sim *s, struct sim_device *d, const struct sim_event *v)
{
	(void)v;
	sim_tsm_unbind(s, d);
	d->held = false;
	return 0;
}

static int vmm_exit(struct sim *s, struct sim_device *d, const struct sim_event *v)
{
	(void)d;
	for (size_t i = 0; i < s->device_count; i++)
		if (s->device[i].held)
			release(s, &s->device[i], v);
	sim_context_put(s, s->vmm);
	s->vmm = NULL;
	return 0;
}

static int regenerate(struct sim *s, struct sim_device *d, const struct sim_event *v)
{
	static const uint8_t nonce[EV_NONCE_SIZE];

	return sim_evidence_regen(s, d, (enum evidence_type)v->type, nonce, sizeof(nonce), false);
}

static int tsm_remove(struct sim *s, struct sim_device *d, const struct sim_event *v)
{
	(void)d;
	for (size_t i = 0; i < s->device_count; i++)
		disconnect(s, &s->device[i], v);
	s->tsm_gone = true;
	return 0;
}

static int tsm_add(struct sim *s, struct sim_device *d, const struct sim_event *v)
{
	(void)d;
	(void)v;
	s->tsm_gone = false;
	return 0;
}

static int function_remove(struct sim *s, struct sim_device *d, const struct sim_event *v)
{
	release(s, d, v);
	disconnect(s, d, v);
	d->absent = true;
	return 0;
}

static int function_add(struct sim *s, struct sim_device *d, const struct sim_event *v)
{
	(void)s;
	(void)v;
	d->absent = false;
	return 0;
}

static int lose(struct sim *s, struct sim_device *d, const struct sim_event *v)
{
	(void)s;
	(void)d;
	(void)v;
	return -ENOBUFS;
}

static const struct {
	int (*happen)(struct sim *s, struct sim_device *d, const struct sim_event *v); /* 0 or -errno */
	bool has_device;
	const char *action; /* of the uevent; NULL: there is none */
} kinds[] = {
	[EVENT_CONNECT] = {connect_function, true, NULL},
	[EVENT_DISCONNECT] = {disconnect, true, NULL},
	[EVENT_BIND] = {bind_function, true, NULL},
	[EVENT_UNBIND] = {unbind, true, NULL},
	[EVENT_HOLD] = {hold, true, NULL},
	[EVENT_RELEASE] = {release, true, NULL},
	[EVENT_VMM_EXIT] = {vmm_exit, false, NULL},
	[EVENT_REGENERATE] = {regenerate, true, NULL},
	[EVENT_TSM_REMOVE] = {tsm_remove, false, "remove"},
	[EVENT_TSM_ADD] = {tsm_add, false, "add"},
	[EVENT_FUNCTION_REMOVE] = {function_remove, true, "remove"},
	[EVENT_FUNCTION_ADD] = {function_add, true, "add"},
	[EVENT_LOST] = {lose, false, NULL},
};

bool sim_event_has_device(enum sim_event_kind kind)
{
	return kinds[kind].has_device;
}

/* 0, or -EINTR; signals are let through. */
static int pause_until(int64_t ms)
{
	int64_t left;
	sigset_t none;

	sigemptyset(&none);
	while ((left = ms - clock_ms()) > 0) {
		const struct timespec t = {left / 1000, left % 1000 * 1000000};

		if (ppoll(NULL, 0, &t, &none) < 0)
			return -errno;
	}
	return 0;
}

/* A uevent as the kernel writes it. */
static ssize_t announce(struct sim *s, const struct sim_device *d, const char *action, void *out, size_t cap)
{
	struct buf b = {0};
	char path[128];
	ssize_t len;

	sim_vfs_devpath(s, d, path, sizeof(path));
	buf_printf(&b, "%s@%s%cACTION=%s%cDEVPATH=%s%cSUBSYSTEM=%s%cSEQNUM=%llu%c", action, path, 0, action, 0, path, 0,
		   d ? "pci" : "tsm", 0, (unsigned long long)++s->uevents, 0);
	len = b.failed ? -ENOBUFS : b.len > cap ? -EMSGSIZE : (ssize_t)b.len;
	if (len > 0)
		memcpy(out, b.data, b.len);
	buf_free(&b);
	return len;
}

/* Lets an event happen: the length of its uevent, 0 for none, or -errno. */
static ssize_t happen(struct sim *s, const struct sim_event *v, void *out, size_t cap)
{
	struct sim_device *d = kinds[v->kind].has_device ? sim_device_find(s, v->device) : NULL;
	int ret = kinds[v->kind].happen(s, d, v);

	if (ret || !kinds[v->kind].action)
		return ret;
	return announce(s, d, kinds[v->kind].action, out, cap);
}

ssize_t sim_event_wait(struct sim *s, bool listening, void *buf, size_t cap, int timeout_ms)
{
	int64_t end = clock_ms() + timeout_ms;
	const struct sim_event *next = s->event_next < s->event_count ? &s->event[s->event_next] : NULL;
	ssize_t len = 0;
	int ret;

	if (!s->waited_since)
		s->waited_since = clock_ms();
	if (timeout_ms > 0 && next && s->waited_since + next->after_ms <= end) {
		ret = pause_until(s->waited_since + next->after_ms);
		if (ret)
			return ret;
		s->event_next++;
		len = happen(s, next, buf, cap);
	}
	if (len && listening)
		return len;
	ret = pause_until(end);
	if (!ret)
		ret = sim_state_refresh(s);
	return ret ? ret : -ETIMEDOUT;
}
