// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdio.h>
#include <string.h>

#include "cmd/abi.h"
#include "cmd/target.h"
#include "tdi/evidence.h"
#include "tdi/function.h"
#include "tdi/holders.h"
#include "util/buf.h"

static const struct column object_columns[] = {
	{"name", "OBJECT", false, false},
	{"size", "SIZE", true, false},
	{"generation", "GENERATION", true, false},
};

/* Everything that is found out before anything is said. */
struct facts {
	struct target target;
	struct pci_function function;
	struct tsm_list tsms;
	const struct tsm *tsm;
	struct holder_list holders;
	struct ide_streams streams;
	struct abi *abi; /* NULL: could not be established; abi_err says why */
	struct err abi_err;
	uint32_t mask; /* the types that were asked for */
	const struct evidence_family *family;
	bool over_ioctl;
	struct evidence_set objects;
	struct err evidence_err; /* why there are no objects */
};

static int read_types(struct context *c, uint32_t *mask)
{
	*mask = c->arg_count ? 0 : EV_MASK_ALL;
	for (size_t i = 0; i < c->arg_count; i++) {
		int type = evidence_argument(c->arg[i], c->err);

		if (type < 0)
			return -1;
		*mask |= 1u << type;
	}
	return 0;
}

static void gather_objects_by_netlink(struct workspace *ws, struct facts *f)
{
	struct evidence_query q = {.device = f->function.bdf, .mask = f->mask};
	struct evidence_sink sink = evidence_size_sink(&f->objects);
	struct evidence_source *s = workspace_evidence(ws, &f->evidence_err);

	if (!s)
		return;
	f->family = s->family;
	if (!f->function.connected[0])
		return; /* there is nothing to dump, and the kernel's ENODEV would say less */
	if (s->family && evidence_dump(s, &q, &sink, true, &f->evidence_err))
		evidence_set_free(&f->objects); /* sizes of a broken dump are not to be believed */
	else if (!s->family)
		err_set(&f->evidence_err, ERR_UNSUPPORTED, "ENOENT", "this kernel has no evidence family");
}

/* Slot 0 and the three others are all that object requests can name. */
static void gather_objects_by_ioctl(struct workspace *ws, struct facts *f)
{
	struct evidence_query q = {.device = f->function.bdf,
				   .mask = f->mask &
					   (1u << EV_CERT0 | 1u << EV_VCA | 1u << EV_MEASUREMENTS | 1u << EV_REPORT)};
	struct evidence_sink sink = evidence_size_sink(&f->objects);
	struct access_wish wish = {.channel = CHANNEL_IOCTL};
	struct access a;

	err_clear(&f->evidence_err);
	if (access_open(&a, ws, &f->target, &wish, &f->evidence_err))
		return;
	f->over_ioctl = access_read(&a, &q, &sink, &f->evidence_err) == 0;
	if (!f->over_ioctl)
		evidence_set_free(&f->objects);
}

/*
 * Where there is no evidence over netlink; a failure to find that out is reported instead. Looking must not open an own
 * session: only a running VMM's vdevice is asked.
 */
static bool ioctl_serves(const struct facts *f)
{
	return f->evidence_err.class == ERR_UNSUPPORTED && !f->family && f->abi && abi_verdict(f->abi) == ABI_KNOWN &&
	       (f->target.pid || holders_find(&f->holders, f->function.bdf, 0) >= 0);
}

static void gather_objects(struct context *c, struct facts *f)
{
	enum channel channel = channel_from_options(c->opt);

	if (channel != CHANNEL_IOCTL)
		gather_objects_by_netlink(c->ws, f);
	if (f->function.connected[0] && (channel == CHANNEL_IOCTL || (channel == CHANNEL_AUTO && ioctl_serves(f))))
		gather_objects_by_ioctl(c->ws, f);
	err_hint_usual(&f->evidence_err);
}

/* With --attach alone: the function that the process holds. */
static int find_function(struct context *c, struct target *t)
{
	if (t->bdf[0])
		return 0;
	if (t->pid)
		return holders_function(c->kernel, t->pid, t->bdf, c->err);
	err_set(c->err, ERR_USAGE, "USAGE", "info is about a PCI function");
	err_hint(c->err, "Pass -d BDF; 'tsmctl list' shows the functions.");
	return -1;
}

static int gather(struct context *c, struct facts *f)
{
	struct kernel *k = c->kernel;

	if (target_from_options(c->opt, &f->target, c->err) || read_types(c, &f->mask))
		return -1;
	if (find_function(c, &f->target))
		return -1;
	if (function_capable(k, f->target.bdf, &f->function, c->err) || platform_tsms(k, &f->tsms, c->err) ||
	    holders_scan(k, 0, &f->holders, c->err) ||
	    platform_streams(k, f->function.dsm[0] ? f->function.dsm : f->function.bdf, &f->streams, c->err))
		return -1;
	if (holders_find(&f->holders, f->function.bdf, 0) < 0)
		holders_note_hidden(&f->holders, &c->notes);
	f->tsm = platform_tsm_find(&f->tsms, f->function.connected);
	f->abi = workspace_abi(c->ws, &f->target.abi, &f->abi_err);
	gather_objects(c, f);
	return 0;
}

static void release(struct facts *f)
{
	platform_tsms_free(&f->tsms);
	holders_free(&f->holders);
	abi_free(f->abi);
	evidence_set_free(&f->objects);
}

static void set_title(struct context *c, const struct facts *f)
{
	const char *bdf = f->function.bdf;
	long i = holders_find(&f->holders, bdf, 0);
	char holder[80] = "";

	if (i >= 0)
		snprintf(holder, sizeof(holder), ", held by %s[%d]", f->holders.holder[i].comm,
			 (int)f->holders.holder[i].pid);
	if (f->tsm)
		record_title(c->record, "%s: TDI under %s (%s)%s", bdf, f->tsm->name,
			     f->tsm->arch ? arch_title(f->tsm->arch) : "architecture unknown", holder);
	else
		record_title(c->record, "%s: function with a TSM, not connected%s", bdf, holder);
}

static void add_streams(struct node *root, const struct ide_streams *s)
{
	struct node *list = node_list(root, "ide_streams", NULL);

	for (size_t i = 0; i < s->count && i < sizeof(s->name) / sizeof(s->name[0]); i++)
		node_text(list, NULL, NULL, s->name[i]);
	if (s->free >= 0)
		node_count(root, "ide_streams_free", NULL, (uint64_t)s->free);
	else
		node_null(root, "ide_streams_free", NULL);
}

/* "yes, DSM 0000:01:00.0, IDE stream 0.0.0 (3 streams free)" */
static void add_connected_line(struct node *root, const struct facts *f)
{
	const struct ide_streams *s = &f->streams;
	struct buf b = {0};

	buf_text(&b, f->function.connected[0] ? "yes" : "no");
	if (f->function.dsm[0])
		buf_printf(&b, ", DSM %s", f->function.dsm);
	for (size_t i = 0; i < s->count && i < sizeof(s->name) / sizeof(s->name[0]); i++)
		buf_printf(&b, ", IDE stream %s", s->name[i]);
	if (s->free >= 0)
		buf_printf(&b, " (%lld stream%s free)", (long long)s->free, s->free == 1 ? "" : "s");
	node_only(node_text_buf(root, "connected_text", "Connected", &b), NODE_TEXT_ONLY);
}

static void add_connection(struct node *root, const struct facts *f)
{
	const struct pci_function *fn = &f->function;

	node_text(root, "device", NULL, fn->bdf);
	node_text(root, "tsm", NULL, fn->connected[0] ? fn->connected : NULL);
	node_text(root, "arch", NULL, f->tsm && f->tsm->arch ? arch_name(f->tsm->arch) : NULL);
	node_bool(root, "connected", NULL, fn->connected[0]);
	node_bool(root, "bound", NULL, fn->bound[0]);
	node_text(root, "dsm", NULL, fn->dsm[0] ? fn->dsm : NULL);
	node_text(root, "driver", NULL, fn->driver[0] ? fn->driver : NULL);
	add_streams(root, &f->streams);
	add_connected_line(root, f);
	node_only(node_text(root, "bound_text", "Bound", fn->bound[0] ? "yes" : "no"), NODE_TEXT_ONLY);
}

/* A report is made when the interface is locked; it stays in the cache after that. */
static void add_state(struct node *root, const struct facts *f)
{
	static const char because[] = "there is an interface report, which a TSM gets from a locked interface; "
				      "a cached one may outlive an unlock";
	struct node *n;

	node_null(root, "tdi_state", NULL);
	if (!f->objects.object[EV_REPORT].len) {
		node_null(root, "tdi_state_inferred", NULL);
		node_only(node_text(root, "state_text", "TDI state", "not reported by this kernel"), NODE_TEXT_ONLY);
		return;
	}
	n = node_object(root, "tdi_state_inferred", NULL);
	node_text(n, "state", NULL, "locked or run");
	node_text(n, "because", NULL, because);
	node_only(node_textf(root, "state_text", "TDI state",
			     "not reported by this kernel; LOCKED or RUN is likely: %s", because),
		  NODE_TEXT_ONLY);
}

/* "set-state: the TSM refused (ENXIO); kernel: ..."; most messages begin with the command as it is. */
static void add_refusal_line(struct node *root, const struct refusal *r)
{
	const struct err *e = &r->why;
	bool named = strncmp(e->message, r->command, strlen(r->command)) == 0;
	struct buf b = {0};

	buf_printf(&b, "%s%s%s", named ? "" : r->command, named ? "" : ": ", e->message);
	if (err_errno_parse(e->code) >= 0)
		buf_printf(&b, " (%s)", e->code);
	if (e->kernel[0])
		buf_printf(&b, "; kernel: %s", e->kernel);
	node_only(node_text(root, "refusal_text", "Last refusal", b.data), NODE_TEXT_ONLY);
	buf_free(&b);
}

/* Of this batch or shell: no kernel keeps one. */
static void add_refusal(struct node *root, const struct refusal *r)
{
	const struct err *e;
	struct node *n;

	if (!r) {
		node_null(root, "last_refusal", NULL);
		return;
	}
	e = &r->why;
	n = node_object(root, "last_refusal", NULL);
	node_text(n, "command", NULL, r->command);
	node_text(n, "code", NULL, e->code);
	node_text(n, "class", NULL, err_class_name(e->class));
	node_text(n, "message", NULL, e->message);
	node_text(n, "kernel", NULL, e->kernel[0] ? e->kernel : NULL);
	if (e->has_tsm_code)
		node_hex(n, "tsm_code", NULL, e->tsm_code, 1);
	else
		node_null(n, "tsm_code", NULL);
	add_refusal_line(root, r);
}

static const char *family_words(const struct facts *f)
{
	if (f->family)
		return f->family->name;
	return f->over_ioctl ? "object requests of the vdevice" : NULL;
}

static void add_evidence_line(struct node *root, const struct facts *f)
{
	const char *words = family_words(f);

	if (f->evidence_err.class != ERR_NONE)
		node_only(node_textf(root, "evidence_text", "Evidence", "%s%s%s (%s)", words ? words : "",
				     words ? ": " : "", f->evidence_err.message, f->evidence_err.code),
			  NODE_TEXT_ONLY);
	else if (words)
		node_only(
			node_textf(root, "evidence_text", "Evidence", "%s%s", words, f->family ? " over netlink" : ""),
			NODE_TEXT_ONLY);
}

static void add_object(struct node *list, const struct facts *f, int type)
{
	const struct evidence_copy *o = &f->objects.object[type];
	struct node *row = node_object(list, NULL, NULL);

	node_only(node_text(row, "name", NULL, evidence_type_name((enum evidence_type)type)), NODE_TEXT_ONLY);
	node_text(row, "object", NULL, evidence_object_name((enum evidence_type)type));
	node_count(row, "slot", NULL, type <= EV_CERT7 ? (uint64_t)type : 0);
	node_size(row, "size", NULL, o->len);
	if (o->has_generation)
		node_count(row, "generation", NULL, o->generation);
	else
		node_null(row, "generation", NULL);
	node_text(row, "source", NULL, f->over_ioctl ? "ioctl" : "netlink");
}

/* Empty objects are left out unless they were asked for by name: a kernel offers eleven and most TSMs fill four. */
static void add_objects(struct context *c, const struct facts *f)
{
	struct node *root = record_root(c->record);
	struct node *list =
		node_table(root, "objects", NULL, object_columns, sizeof(object_columns) / sizeof(object_columns[0]));

	for (int type = 0; type < EV_COUNT; type++) {
		const struct evidence_copy *o = &f->objects.object[type];

		if (o->present && (o->len || c->arg_count))
			add_object(list, f, type);
	}
	if (f->evidence_err.class != ERR_NONE) {
		struct node *n = node_object(root, "evidence_error", NULL);

		node_text(n, "code", NULL, f->evidence_err.code);
		node_text(n, "message", NULL, f->evidence_err.message);
		node_text(n, "hint", NULL, f->evidence_err.hint[0] ? f->evidence_err.hint : NULL);
		node_note(root, "%s", f->evidence_err.hint);
	} else {
		node_null(root, "evidence_error", NULL);
	}
}

/* All objects of a function have the same one. */
static void tell_generation(struct workspace *ws, const struct facts *f)
{
	for (int type = 0; type < EV_COUNT; type++) {
		const struct evidence_copy *o = &f->objects.object[type];

		if (o->present && o->has_generation) {
			workspace_saw_generation(ws, f->function.bdf, o->generation, false);
			return;
		}
	}
}

/* An inference does not replace what was set. */
static void tell_state(struct workspace *ws, const struct facts *f)
{
	const char *bdf = f->function.bdf;

	if (ws->seen_state && strcmp(ws->seen_device, bdf) == 0)
		return;
	if (f->objects.object[EV_REPORT].len)
		workspace_saw(ws, bdf, "locked or run?");
}

int cmd_info(struct context *c)
{
	struct node *root = record_root(c->record);
	struct facts f = {0};
	int ret = gather(c, &f);

	if (ret == 0) {
		set_title(c, &f);
		add_connection(root, &f);
		add_state(root, &f);
		add_refusal(root, workspace_refusal(c->ws, f.function.bdf));
		abi_describe(root, f.abi, &f.abi_err, f.tsm ? f.tsm->arch : f.target.arch,
			     f.family ? f.family->name : NULL);
		add_evidence_line(root, &f);
		add_objects(c, &f);
		tell_state(c->ws, &f);
		tell_generation(c->ws, &f);
	}
	release(&f);
	return ret;
}
