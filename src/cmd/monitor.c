// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Looks at the platform, waits for the kernel to announce something or for the interval to pass, looks again, and tells
 * the difference.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "cmd/target.h"
#include "tdi/uevent.h"
#include "tdi/watch.h"
#include "util/clock.h"
#include "util/interrupt.h"
#include "util/num.h"

enum {
	DEFAULT_INTERVAL_MS = 1000,
	LEAST_INTERVAL_MS = 10,
	MOST_SECONDS = 365 * 86400,
	IDLE_MS = 1000, /* how long it takes to notice that nobody reads any more */
	BURST = 4096,   /* announcements that are taken at once */
	TIME_SIZE = 40,
};

struct monitor {
	struct context *c;
	struct target target;
	struct watch_wish wish;
	int uevents; /* -1: this kernel lets us have none */
	uint64_t interval_ms;
	int64_t look_at; /* when the interval ends; on the monotonic clock, in ms */
	int64_t end_at;  /* --timeout; INT64_MAX: never */
	uint64_t left;   /* events until the end; 0: any number */
	struct snapshot now;
};

enum wake { WAKE_FAILED, WAKE_LOOK, WAKE_LOST, WAKE_END };

/* Blanks in the headings are the least widths of the columns. */
static const struct column columns[] = {
	{"time", "TIME                    ", false, false},
	{"device", "DEVICE      ", false, false},
	{"event", "EVENT           ", false, false},
	{"detail", "DETAIL", false, false},
};

/* RFC 3339 in UTC, to the millisecond. */
static void time_text(char out[TIME_SIZE])
{
	struct timespec t;
	struct tm utc = {0};
	char seconds[TIME_SIZE / 2];

	clock_gettime(CLOCK_REALTIME, &t);
	gmtime_r(&t.tv_sec, &utc);
	strftime(seconds, sizeof(seconds), "%Y-%m-%dT%H:%M:%S", &utc);
	snprintf(out, TIME_SIZE, "%s.%03dZ", seconds, (int)(t.tv_nsec / 1000000));
}

static void detail_holder(struct node *row, const struct watch_event *v)
{
	node_textf(row, "detail", NULL, "%s[%d]", v->comm, (int)v->pid);
}

static void detail_tsm(struct node *row, const struct watch_event *v)
{
	node_text(row, "detail", NULL, v->tsm);
}

static void detail_evidence(struct node *row, const struct watch_event *v)
{
	struct buf text = {0};

	for (int i = 0; i < EV_COUNT; i++)
		if (v->objects & 1u << i)
			buf_printf(&text, "%s%s", text.len ? ", " : "", evidence_type_name((enum evidence_type)i));
	if (v->has_generation)
		buf_printf(&text, "%sgeneration %" PRIu32 " -> %" PRIu32, text.len ? "; " : "", v->generation_before,
			   v->generation_after);
	if (text.len || text.failed)
		node_text_buf(row, "detail", NULL, &text);
	else
		node_null(row, "detail", NULL);
}

static void detail_lost(struct node *row, const struct watch_event *v)
{
	(void)v;
	node_text(row, "detail", NULL, "the kernel dropped announcements; what changed follows");
}

/* What text adds to each kind of event; NULL: nothing. */
static void (*const details[WATCH_KINDS])(struct node *row, const struct watch_event *v) = {
	[WATCH_TSM_REMOVED] = detail_tsm,
	[WATCH_TSM_ADDED] = detail_tsm,
	[WATCH_CONNECT] = detail_tsm,
	[WATCH_DISCONNECT] = detail_tsm,
	[WATCH_BIND] = detail_tsm,
	[WATCH_UNBIND] = detail_tsm,
	[WATCH_HELD] = detail_holder,
	[WATCH_RELEASED] = detail_holder,
	[WATCH_VMM_GONE] = detail_holder,
	[WATCH_LOST] = detail_lost,
	[WATCH_REGENERATED] = detail_evidence,
};

static void node_generation(struct node *parent, const char *key, const struct watch_event *v, uint32_t generation)
{
	if (v->has_generation)
		node_count(parent, key, NULL, generation);
	else
		node_null(parent, key, NULL);
}

static void describe(struct node *root, const struct watch_event *v, const char *time)
{
	struct node *objects;

	node_text(root, "time", NULL, time);
	node_text(root, "event", NULL, watch_kind_name(v->kind));
	node_text(root, "device", NULL, v->device[0] ? v->device : NULL);
	node_text(root, "tsm", NULL, v->tsm[0] ? v->tsm : NULL);
	if (v->pid)
		node_count(root, "pid", NULL, (uint64_t)v->pid);
	else
		node_null(root, "pid", NULL);
	node_text(root, "comm", NULL, v->pid ? v->comm : NULL);
	node_generation(root, "generation_before", v, v->generation_before);
	node_generation(root, "generation_after", v, v->generation_after);
	objects = node_list(root, "objects", NULL);
	for (int i = 0; i < EV_COUNT; i++)
		if (v->objects & 1u << i)
			node_text(objects, NULL, NULL, evidence_type_name((enum evidence_type)i));
}

static void describe_line(struct node *root, const struct watch_event *v, const char *time)
{
	struct node *table = node_table(root, "line", NULL, columns, sizeof(columns) / sizeof(columns[0]));
	struct node *row = node_object(node_only(table, NODE_TEXT_ONLY), NULL, NULL);

	node_text(row, "time", NULL, time);
	node_text(row, "device", NULL, v->device[0] ? v->device : "-");
	node_text(row, "event", NULL, watch_kind_name(v->kind));
	if (details[v->kind])
		details[v->kind](row, v);
}

/* 1: that was the last of --count. */
static int tell(struct monitor *m, const struct watch_event *v)
{
	char time[TIME_SIZE];

	time_text(time);
	describe(record_root(m->c->record), v, time);
	describe_line(record_root(m->c->record), v, time);
	if (m->c->stream->emit(m->c))
		return -1;
	return m->left && --m->left == 0;
}

static int tell_all(struct monitor *m, const struct watch_events *l)
{
	int ret = 0;

	for (size_t i = 0; i < l->count && !ret; i++)
		ret = tell(m, &l->event[i]);
	return ret;
}

/* Ctrl-C in the middle of a look: 1, an end like others. */
static int look_failed(struct err *e)
{
	if (strcmp(e->code, "EINTR") != 0)
		return -1;
	err_clear(e);
	return 1;
}

/* As tell(). */
static int look(struct monitor *m)
{
	struct watch_events events = {0};
	struct snapshot next;
	int ret;

	if (snapshot_take(&next, m->c->kernel, &m->wish, m->c->err))
		return look_failed(m->c->err);
	snapshot_keep_evidence(&m->now, &next);
	ret = snapshot_diff(&m->now, &next, &events, m->c->err);
	snapshot_free(&m->now);
	m->now = next;
	if (!ret) {
		watch_settle(&events, m->c->kernel);
		ret = tell_all(m, &events);
	}
	watch_events_free(&events);
	m->look_at = clock_ms() + (int64_t)m->interval_ms;
	return ret;
}

/* Takes what else has arrived: a device that comes announces itself in many messages. */
static enum wake drain(struct monitor *m)
{
	char message[UEVENT_CAP];
	ssize_t len = 1;

	for (int i = 0; i < BURST && len > 0; i++)
		len = kernel_nl_recv(m->c->kernel, m->uevents, message, sizeof(message), 0);
	return len == -ENOBUFS ? WAKE_LOST : WAKE_LOOK;
}

/* What the end of one wait means; WAKE_END as long as it means nothing. */
static enum wake wake_of(struct monitor *m, ssize_t len, const char *message)
{
	if (len == -ENOBUFS)
		return WAKE_LOST;
	if (len == -EMSGSIZE || (len > 0 && uevent_concerns_tdis((struct bytes){(const void *)message, (size_t)len})))
		return drain(m);
	if (len >= 0 || len == -ETIMEDOUT)
		return clock_ms() >= m->look_at ? WAKE_LOOK : WAKE_END;
	err_errno(m->c->err, (int)-len, "the kernel's announcements cannot be received");
	return WAKE_FAILED;
}

static enum wake wait_for_change(struct monitor *m)
{
	char message[UEVENT_CAP];

	for (;;) {
		int64_t now = clock_ms();
		int64_t until = m->look_at < m->end_at ? m->look_at : m->end_at;
		int64_t left = until > now ? until - now : 1;
		enum wake wake;
		ssize_t len;

		if (now >= m->end_at || interrupt_pending())
			return WAKE_END;
		if (m->c->stream->idle(m->c))
			return WAKE_FAILED;
		len = kernel_nl_recv(m->c->kernel, m->uevents, message, sizeof(message),
				     left < IDLE_MS ? (int)left : IDLE_MS);
		if (len == -EINTR)
			return WAKE_END;
		wake = wake_of(m, len, message);
		if (wake != WAKE_END)
			return wake;
	}
}

static int run(struct monitor *m)
{
	const struct watch_event lost = {.kind = WATCH_LOST};
	int ret = 0;

	while (!ret) {
		enum wake wake = wait_for_change(m);

		if (wake == WAKE_FAILED || wake == WAKE_END)
			return wake == WAKE_END ? 0 : -1;
		if (wake == WAKE_LOST)
			ret = tell(m, &lost);
		if (!ret)
			ret = look(m);
	}
	return ret;
}

static int bad_value(const char *option, const char *value, const char *want, struct err *e)
{
	err_object(e, "--%s", option);
	err_set(e, ERR_USAGE, "USAGE", "'%s' is not %s", value, want);
	err_hint(e, "'tsmctl help monitor' explains --%s.", option);
	return -1;
}

/* Calls are replayed in their order alone, and what monitor asks depends on the time. */
static int check_no_recording(const struct options *o, struct err *e)
{
	if (!o->record && !o->replay)
		return 0;
	err_set(e, ERR_USAGE, "USAGE", "monitor can be neither recorded nor replayed");
	err_hint(e, "Time is no part of a recording. '--record FILE list' keeps what there is at one moment.");
	return -1;
}

static int read_options(struct monitor *m)
{
	const struct options *o = m->c->opt;
	struct err *e = m->c->err;
	uint64_t timeout;

	if (check_no_recording(o, e) || target_from_options(o, &m->target, e))
		return -1;
	m->wish.bdf = m->target.bdf[0] ? m->target.bdf : NULL;
	m->interval_ms = DEFAULT_INTERVAL_MS;
	m->end_at = INT64_MAX;
	if (o->interval &&
	    (!num_parse_seconds(o->interval, MOST_SECONDS, &m->interval_ms) || m->interval_ms < LEAST_INTERVAL_MS))
		return bad_value("interval", o->interval, "a time in seconds, 0.01 or more", e);
	if (o->count && (!num_parse(o->count, UINT64_MAX, &m->left) || !m->left))
		return bad_value("count", o->count, "a number of events, 1 or more", e);
	if (!o->timeout)
		return 0;
	if (!num_parse_seconds(o->timeout, MOST_SECONDS, &timeout))
		return bad_value("timeout", o->timeout, "a time in seconds", e);
	m->end_at = clock_ms() + (int64_t)timeout;
	return 0;
}

/* A name that nothing has is a mistake, not a function to wait for. */
static int check_function(struct monitor *m)
{
	struct pci_function f;

	return m->wish.bdf ? platform_function(m->c->kernel, m->wish.bdf, &f, m->c->err) : 0;
}

static int open_evidence(struct monitor *m)
{
	struct err *e = m->c->err;

	if (!m->c->opt->evidence)
		return 0;
	m->wish.evidence = workspace_evidence(m->c->ws, e);
	if (!m->wish.evidence)
		return -1;
	if (m->wish.evidence->family)
		return 0;
	err_set(e, ERR_UNSUPPORTED, "ENOENT", "this kernel has no evidence family, which --evidence reads");
	err_hint(e, "Without --evidence everything else is watched. 'tsmctl doctor' shows what this kernel has.");
	return -1;
}

/* Listens before it looks, so that nothing falls in between. As tell(). */
static int start(struct monitor *m)
{
	struct context *c = m->c;

	if (check_function(m) || open_evidence(m))
		return -1;
	m->uevents = kernel_uevent_open(c->kernel);
	if (m->uevents < 0) {
		char name[24];

		buf_printf(&c->notes,
			   "tsmctl: the kernel's announcements cannot be had (%s); changes show at the interval\n",
			   err_errno_name(-m->uevents, name));
		m->uevents = -1;
	}
	if (snapshot_take(&m->now, c->kernel, &m->wish, c->err))
		return look_failed(c->err);
	holders_note_hidden(&m->now.holders, &c->notes);
	m->look_at = clock_ms() + (int64_t)m->interval_ms;
	return 0;
}

static void stop(struct monitor *m)
{
	snapshot_free(&m->now);
	if (m->uevents >= 0)
		kernel_close(m->c->kernel, m->uevents);
}

int cmd_monitor(struct context *c)
{
	struct monitor m = {.c = c, .uevents = -1};
	struct interrupt interrupt;
	int ret;

	describe_line(record_root(c->record), &(struct watch_event){.kind = WATCH_LOST}, "");
	if (read_options(&m) || c->stream->check(c))
		return -1;
	interrupt_begin(&interrupt);
	ret = start(&m);
	if (!ret)
		ret = run(&m);
	stop(&m);
	interrupt_end(&interrupt);
	return ret < 0 ? -1 : 0;
}
