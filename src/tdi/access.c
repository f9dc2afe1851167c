// SPDX-License-Identifier: GPL-2.0-or-later
#include "tdi/access.h"

#include <stdlib.h>
#include <string.h>

/* OBJECT_INFO leaves the answer alone for an empty object; a size is never negative. */
enum { SIZE_UNTOUCHED = -1 };

static int no_family(const struct target *t, const struct access_wish *w, bool have_family, struct err *e)
{
	err_object(e, "%s", t->bdf);
	if (w->raw_blocks)
		err_set(e, ERR_USAGE, "USAGE", "raw blocks cannot be asked for over netlink");
	else if (have_family)
		err_set(e, ERR_UNSUPPORTED, "EOPNOTSUPP", "this kernel's evidence family cannot regenerate");
	else
		err_set(e, ERR_UNSUPPORTED, "ENOENT",
			"this kernel has no evidence family: neither device-evidence nor "
			"pci-tsm");
	err_hint(e, "'tsmctl doctor' shows what this kernel can do; --source ioctl reads through a vdevice where the "
		    "kernel has object requests.");
	return -1;
}

static bool netlink_serves(const struct access *a, const struct access_wish *w)
{
	return a->netlink->family && !w->raw_blocks && (a->netlink->family->refreshes || !w->refresh);
}

static int open_ioctl(struct access *a, struct workspace *ws, const struct target *t, const struct access_wish *w,
		      struct err *e)
{
	a->channel = CHANNEL_IOCTL;
	a->session = workspace_session(ws, t, e);
	if (!a->session)
		return -1;
	if (session_can(a->session, w->refresh ? OP_REGEN_OBJECT : OP_READ_OBJECT))
		return 0;
	err_object(e, "%s", t->bdf);
	err_set(e, ERR_UNSUPPORTED, "EOPNOTSUPP", "this kernel (%s) has no object request that could %s evidence",
		abi_name(a->session->abi), w->refresh ? "regenerate" : "read");
	err_hint(e, "'tsmctl doctor' shows what this kernel can do.");
	return -1;
}

int access_open(struct access *a, struct workspace *ws, const struct target *t, const struct access_wish *w,
		struct err *e)
{
	*a = (struct access){.channel = CHANNEL_NETLINK};
	if (w->channel == CHANNEL_NETLINK && !t->bdf[0]) {
		err_set(e, ERR_USAGE, "USAGE", "netlink names evidence by its PCI function");
		err_hint(e, "Pass -d BDF, or read through the vdevice: --source ioctl.");
		return -1;
	}
	if (w->channel == CHANNEL_IOCTL || !t->bdf[0])
		return open_ioctl(a, ws, t, w, e);
	a->netlink = workspace_evidence(ws, e);
	if (!a->netlink)
		return -1;
	if (netlink_serves(a, w))
		return 0;
	if (w->channel == CHANNEL_NETLINK)
		return no_family(t, w, a->netlink->family != NULL, e);
	return open_ioctl(a, ws, t, w, e);
}

const char *access_name(const struct access *a)
{
	return a->channel == CHANNEL_NETLINK ? "netlink" : "ioctl";
}

static int object_size(struct session *s, enum evidence_type type, uint32_t *size, struct err *e)
{
	int32_t answer = SIZE_UNTOUCHED;
	struct op_args args = {.type = type, .response = &answer, .response_len = sizeof(answer)};
	struct outcome out;

	if (session_request(s, OP_OBJECT_INFO, &args, &out, e))
		return -1;
	if (answer > (int32_t)EV_MAX_OBJECT_SIZE || answer < SIZE_UNTOUCHED) {
		err_set(e, ERR_EVIDENCE, "BADSIZE", "the kernel announces %d bytes of %s", answer,
			evidence_type_name(type));
		err_hint(e, "An object has 16 MiB at most; '--trace' shows each request.");
		return -1;
	}
	*size = answer == SIZE_UNTOUCHED ? 0 : (uint32_t)answer;
	return 0;
}

static int read_whole(struct session *s, enum evidence_type type, uint8_t *buf, uint32_t size, uint32_t *got,
		      struct err *e)
{
	struct op_args args = {.type = type, .response = buf, .response_len = size};
	struct outcome out;

	if (session_request(s, OP_READ_OBJECT, &args, &out, e))
		return -1;
	*got = size - out.residue;
	return 0;
}

static int give(const struct evidence_sink *sink, const struct evidence_object *o, struct bytes b, struct err *e)
{
	if (sink->begin(sink->ctx, o, e))
		return -1;
	if (b.len && sink->chunk(sink->ctx, o, b, e))
		return -1;
	return sink->end(sink->ctx, o, e);
}

static int read_object(struct session *s, enum evidence_type type, const struct evidence_sink *sink, struct err *e)
{
	struct evidence_object o = {.type = type, .has_length = true};
	uint32_t got = 0;
	uint8_t *buf = NULL;
	int ret = -1;

	if (object_size(s, type, &o.length, e))
		return -1;
	if (o.length) {
		buf = calloc(1, o.length);
		if (!buf)
			return err_oom(e);
		if (read_whole(s, type, buf, o.length, &got, e))
			goto out;
	}
	if (got != o.length) {
		err_set(e, ERR_EVIDENCE, "SHORT", "%s: %u bytes were announced and %u came", evidence_type_name(type),
			o.length, got);
		err_hint(e, "Somebody may have regenerated it meanwhile; run the command again.");
		goto out;
	}
	ret = give(sink, &o, (struct bytes){buf, got}, e);
out:
	free(buf);
	return ret;
}

/* CCA refuses an object that is not cached (EINVAL); `lenient` takes it for one that is empty. */
static int read_one_of(struct session *s, enum evidence_type type, bool lenient, const struct evidence_sink *sink,
		       struct err *e)
{
	const struct evidence_object empty = {.type = type};
	struct err local = {0};

	if (read_object(s, type, sink, &local) == 0)
		return 0;
	if (lenient && strcmp(local.code, "EINVAL") == 0)
		return give(sink, &empty, (struct bytes){NULL, 0}, e);
	*e = local;
	return -1;
}

static int read_objects(struct session *s, const struct evidence_query *q, bool lenient,
			const struct evidence_sink *sink, struct err *e)
{
	if (q->digest) {
		err_set(e, ERR_UNSUPPORTED, "EOPNOTSUPP", "digests are given over netlink only");
		return -1;
	}
	for (int type = 0; type < EV_COUNT; type++)
		if (q->mask & 1u << type && read_one_of(s, (enum evidence_type)type, lenient, sink, e))
			return -1;
	return 0;
}

int access_read(struct access *a, const struct evidence_query *q, const struct evidence_sink *sink, struct err *e)
{
	if (a->channel == CHANNEL_NETLINK)
		return evidence_dump(a->netlink, q, sink, true, e);
	return read_objects(a->session, q, __builtin_popcount(q->mask) > 1, sink, e);
}

int access_read_before(struct access *a, const struct evidence_query *q, const struct evidence_sink *sink,
		       struct err *e)
{
	if (a->channel == CHANNEL_NETLINK)
		return access_read(a, q, sink, e);
	return read_objects(a->session, q, true, sink, e);
}

static enum evidence_type only_type(uint32_t mask)
{
	return (enum evidence_type)__builtin_ctz(mask);
}

int access_regenerate(struct access *a, const struct evidence_query *q, bool raw_blocks,
		      const struct evidence_sink *sink, struct err *e)
{
	struct op_args args = {.type = only_type(q->mask), .raw_blocks = raw_blocks};
	struct evidence_query again = *q;
	struct outcome out;

	if (a->channel == CHANNEL_NETLINK)
		return evidence_dump(a->netlink, q, sink, false, e);
	memcpy(args.nonce, q->nonce, q->nonce_len);
	if (session_request(a->session, OP_REGEN_OBJECT, &args, &out, e))
		return -1;
	again.nonce = NULL;
	if (read_objects(a->session, &again, false, sink, e) == 0)
		return 0;
	e->uncertain = true; /* it was regenerated; what came of it is not known */
	return -1;
}
