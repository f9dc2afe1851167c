// SPDX-License-Identifier: GPL-2.0-or-later
#include "tdi/evidence.h"

#include <stdlib.h>
#include <string.h>

enum { MAX_RETRIES = 2 };

int evidence_open(struct evidence_source *s, struct kernel *k, struct err *e)
{
	*s = (struct evidence_source){.link.fd = -1};
	if (link_open(&s->link, k, e))
		return -1;
	for (size_t i = 0; i < evidence_family_count && !s->family; i++) {
		int found = link_resolve(&s->link, evidence_families[i].name, &s->id, e);

		if (found < 0) {
			evidence_close(s);
			return -1;
		}
		if (found)
			s->family = &evidence_families[i];
	}
	return 0;
}

void evidence_close(struct evidence_source *s)
{
	link_close(&s->link);
}

/* A socket carries one dump; after a failure it is closed, which ends the kernel's side, and a new one takes its place.
 */
static int reconnect(struct evidence_source *s, struct err *e)
{
	struct kernel *k = s->link.kernel;

	link_close(&s->link);
	return link_open(&s->link, k, e);
}

static int take_data(void *ctx, const struct nlmsghdr *h, struct err *e)
{
	return stream_message(ctx, h, e);
}

/* How far a dump that failed had come. */
struct course {
	bool late;  /* a refresh may have happened */
	bool begun; /* and objects came after it */
};

static int dump_once(struct evidence_source *s, const struct evidence_query *q, const struct evidence_sink *sink,
		     struct course *course, struct err *e)
{
	struct evidence_stream stream;
	enum effect effect = q->nonce ? EFFECT_CHANGE : EFFECT_READ;
	struct nl_msg *m = family_read_message(s->family, s->id, q);

	stream_start(&stream, s->family, q->mask, sink);
	if (link_exchange(&s->link, m, effect, take_data, &stream, &course->late, e)) {
		course->begun = stream.seen;
		return -1;
	}
	return stream_finish(&stream, e);
}

static const struct {
	const char *code;
	const char *hint;
} dump_hints[] = {
	{"EPERM", "Reading evidence needs CAP_NET_ADMIN in the initial user namespace; run it as root of the host."},
	{"ENODEV", "The TSM keeps no evidence of this function: is it connected? 'tsmctl list' shows it."},
	{"EAGAIN", "Somebody regenerated the evidence meanwhile; run the command again."},
	{"ENXIO", "The function was disconnected or unlocked meanwhile; 'tsmctl list' shows its state."},
	{"EOPNOTSUPP", "This function's TSM cannot do that."},
	{"EBUSY", "Another dump is running; try again."},
	{"EINTR", "The wait for the evidence's lock was interrupted; run the command again."},
	{"BADDUMP", "Nothing of it was kept. Run the command again; if it stays, the kernel and tsmctl disagree on the "
		    "ABI: '--trace' shows each message."},
};

static void explain(const struct evidence_query *q, const struct course *course, struct err *e)
{
	if (!e->object[0])
		err_object(e, "%s", q->device);
	/* A refresh that the TSM does not have has not happened; anything else may have. */
	e->uncertain = q->nonce && course->late && !e->dry_run && (course->begun || strcmp(e->code, "EOPNOTSUPP") != 0);
	for (size_t i = 0; i < sizeof(dump_hints) / sizeof(dump_hints[0]) && !e->hint[0]; i++)
		if (strcmp(e->code, dump_hints[i].code) == 0)
			err_hint(e, "%s", dump_hints[i].hint);
	if (!e->hint[0])
		err_hint(e, "The kernel's log may say more; '--trace' shows each message.");
}

int evidence_dump(struct evidence_source *s, const struct evidence_query *q, const struct evidence_sink *sink,
		  bool may_retry, struct err *e)
{
	int tries = may_retry && !q->nonce ? 1 + MAX_RETRIES : 1;
	struct err last = {0};

	while (tries-- > 0) {
		struct course course = {0};

		err_clear(&last);
		if (dump_once(s, q, sink, &course, &last) == 0)
			return 0;
		explain(q, &course, &last);
		if (strcmp(last.code, "EAGAIN") != 0 || reconnect(s, &last))
			break;
	}
	*e = last;
	return -1;
}

int evidence_validate(struct evidence_source *s, const char *device, uint32_t generation, struct err *e)
{
	bool late = false;

	err_object(e, "%s", device);
	if (!s->family->cmd_validate) {
		err_set(e, ERR_UNSUPPORTED, "EOPNOTSUPP", "the family %s has no command to accept a generation",
			s->family->name);
		err_hint(e, "Newer kernels have it in the family device-evidence.");
		return -1;
	}
	if (link_exchange(&s->link, family_validate_message(s->family, s->id, device, generation), EFFECT_CHANGE, NULL,
			  NULL, &late, e) == 0)
		return 0;
	e->uncertain = late;
	if (strcmp(e->code, "ESTALE") == 0)
		err_hint(e, "The evidence has another generation now: read and judge it again. 'tsmctl info' shows "
			    "the generation.");
	if (strcmp(e->code, "EPERM") == 0)
		err_hint(e, "This needs CAP_NET_ADMIN in the initial user namespace; run it as root of the host.");
	return -1;
}

static int size_begin(void *ctx, const struct evidence_object *o, struct err *e)
{
	struct evidence_set *set = ctx;

	(void)e;
	free(set->object[o->type].data);
	set->object[o->type] = (struct evidence_copy){
		.present = true,
		.has_generation = o->has_generation,
		.generation = o->generation,
	};
	return 0;
}

static int size_chunk(void *ctx, const struct evidence_object *o, struct bytes chunk, struct err *e)
{
	struct evidence_set *set = ctx;

	(void)e;
	set->object[o->type].len += chunk.len;
	return 0;
}

static int no_end(void *ctx, const struct evidence_object *o, struct err *e)
{
	(void)ctx;
	(void)o;
	(void)e;
	return 0;
}

/* Grows with what has arrived, not with what was announced. */
static int copy_chunk(void *ctx, const struct evidence_object *o, struct bytes chunk, struct err *e)
{
	struct evidence_set *set = ctx;
	struct evidence_copy *c = &set->object[o->type];
	uint8_t *bigger = realloc(c->data, c->len + chunk.len);

	if (!bigger)
		return err_oom(e);
	memcpy(bigger + c->len, chunk.data, chunk.len);
	c->data = bigger;
	c->len += chunk.len;
	return 0;
}

struct evidence_sink evidence_set_sink(struct evidence_set *set)
{
	return (struct evidence_sink){size_begin, copy_chunk, no_end, set};
}

struct evidence_sink evidence_size_sink(struct evidence_set *set)
{
	return (struct evidence_sink){size_begin, size_chunk, no_end, set};
}

void evidence_set_free(struct evidence_set *set)
{
	for (int i = 0; i < EV_COUNT; i++)
		free(set->object[i].data);
	*set = (struct evidence_set){0};
}
