// SPDX-License-Identifier: GPL-2.0-or-later
#include "tdi/workspace.h"

#include <stdlib.h>
#include <string.h>

#include "util/text.h"

static void note(struct workspace *ws, const struct session *s, const char *what)
{
	char name[96];

	session_describe(s, name, sizeof(name));
	buf_printf(&ws->notes, "tsmctl: %s%s%s: %s\n", s->bdf, s->bdf[0] ? ": " : "", name, what);
}

static void drop(struct workspace_session *w)
{
	if (w->open)
		session_close(&w->session);
	w->open = false;
}

static void disconnect(struct workspace *ws)
{
	if (ws->connected)
		evidence_close(&ws->evidence);
	ws->connected = false;
}

/* What is kept talks through the layers of the command in progress. */
static void relay(struct workspace *ws)
{
	ws->live.session.kernel = ws->kernel;
	ws->dry.session.kernel = ws->kernel;
	ws->evidence.link.kernel = ws->kernel;
}

bool workspace_is(const struct workspace *ws, const char *name)
{
	return ws->name && strcmp(ws->name, name) == 0;
}

int workspace_settle(struct workspace *ws, struct kernel *k, const char *name, struct err *e)
{
	if (workspace_changed(ws))
		note(ws, &ws->live.session, "the session ends for another kernel, and with it what was changed");
	if (workspace_close(ws, e)) {
		kernel_free(k);
		return -1;
	}
	ws->name = strdup(name);
	if (!ws->name) {
		kernel_free(k);
		return err_oom(e);
	}
	ws->kernel = k;
	return 0;
}

static int lay(struct workspace *ws, struct kernel *layer, struct err *e)
{
	if (!layer)
		return err_oom(e);
	ws->kernel = layer;
	return 0;
}

static int set_trace(struct workspace *ws, bool trace, struct err *e)
{
	if (trace == ws->traced)
		return 0;
	if (trace && lay(ws, kernel_trace(ws->kernel), e))
		return -1;
	if (!trace)
		ws->kernel = kernel_peel(ws->kernel);
	ws->traced = trace;
	return 0;
}

int workspace_begin(struct workspace *ws, bool trace, bool dry_run, struct err *e)
{
	int ret = set_trace(ws, trace, e);

	if (ret == 0 && dry_run) {
		disconnect(ws); /* the dry run learns the family's name as it is resolved */
		ret = lay(ws, kernel_dryrun(ws->kernel), e);
		ws->dry_run = ret == 0;
	}
	relay(ws);
	return ret;
}

struct kernel *workspace_untraced(const struct workspace *ws)
{
	return ws->traced ? ws->kernel->below : ws->kernel;
}

static void end_dry_run(struct workspace *ws)
{
	drop(&ws->dry);
	disconnect(ws);
	ws->kernel = kernel_peel(ws->kernel);
	ws->dry_run = false;
	ws->live.session.dry_run = false;
}

void workspace_end(struct workspace *ws)
{
	if (ws->connected && (ws->evidence.link.spent || !ws->evidence.family))
		disconnect(ws);
	if (ws->dry_run)
		end_dry_run(ws);
	relay(ws);
	/* A copy keeps the VMM's context alive, and an id found there may soon name another vdevice: not longer than a
	 * command. */
	if (ws->live.open && ws->live.session.pid && !ws->live.session.lost)
		drop(&ws->live);
	if (!ws->live.open || !ws->live.session.lost)
		return;
	if (ws->keeps)
		note(ws, &ws->live.session, "the session has ended; the next request opens a new one");
	workspace_saw(ws, ws->live.session.bdf, NULL);
	drop(&ws->live);
}

int workspace_close(struct workspace *ws, struct err *e)
{
	int ret;

	if (ws->dry_run)
		end_dry_run(ws);
	relay(ws);
	drop(&ws->live);
	disconnect(ws);
	ws->fingerprinted = false;
	ws->traced = false;
	ws->seen_state = NULL;
	ws->evidence_device[0] = '\0';
	ws->refusal.device[0] = '\0';
	ret = ws->kernel ? kernel_finish(ws->kernel, e) : 0;
	kernel_free(ws->kernel);
	ws->kernel = NULL;
	free(ws->name);
	ws->name = NULL;
	return ret;
}

struct abi *workspace_abi(struct workspace *ws, const struct abi_choice *choice, struct err *e)
{
	struct err why = {0};

	if (!ws->fingerprinted)
		ws->fingerprinted = probe_kernel(ws->kernel, &ws->answers, &why) == 0;
	return probe_settle(ws->fingerprinted ? &ws->answers : NULL, &why, choice, e);
}

struct evidence_source *workspace_evidence(struct workspace *ws, struct err *e)
{
	if (ws->connected && ws->evidence.link.spent)
		disconnect(ws);
	if (!ws->connected)
		ws->connected = evidence_open(&ws->evidence, ws->kernel, e) == 0;
	return ws->connected ? &ws->evidence : NULL;
}

static bool same_objects(const struct target *a, const struct target *b)
{
	return a->kvm_fd == b->kvm_fd && a->has_viommu_type == b->has_viommu_type && a->viommu_type == b->viommu_type &&
	       a->has_virt_id == b->has_virt_id && a->virt_id == b->virt_id;
}

static bool serves(const struct workspace_session *w, const struct target *t)
{
	const struct target *mine = &w->target;

	return w->open && strcmp(mine->bdf, t->bdf) == 0 && mine->pid == t->pid && mine->pid_fd == t->pid_fd &&
	       mine->iommufd == t->iommufd && mine->has_vdevice == t->has_vdevice && mine->vdevice == t->vdevice &&
	       same_objects(mine, t);
}

static struct session *resume(struct workspace *ws, struct workspace_session *w, const struct target *t, struct err *e)
{
	return session_resume(&w->session, workspace_abi(ws, &t->abi, e), t, e) ? NULL : &w->session;
}

static struct session *open_session(struct workspace *ws, struct workspace_session *w, const struct target *t,
				    struct err *e)
{
	struct abi *abi = workspace_abi(ws, &t->abi, e);

	w->open = session_open_as(&w->session, ws->kernel, abi, t, e) == 0;
	w->target = *t;
	return w->open ? &w->session : NULL;
}

void workspace_leave(struct workspace *ws, const struct target *t)
{
	if (serves(&ws->live, t))
		return;
	if (workspace_changed(ws)) {
		note(ws, &ws->live.session, "the session ends for another target, and with it what was changed");
		workspace_saw(ws, ws->live.session.bdf, NULL);
	}
	drop(&ws->live);
}

struct session *workspace_session(struct workspace *ws, const struct target *t, struct err *e)
{
	if (serves(&ws->live, t))
		return resume(ws, &ws->live, t, e);
	if (ws->dry_run)
		return serves(&ws->dry, t) ? resume(ws, &ws->dry, t, e) : open_session(ws, &ws->dry, t, e);
	workspace_leave(ws, t);
	return open_session(ws, &ws->live, t, e);
}

const struct session *workspace_changed(const struct workspace *ws)
{
	const struct session *s = &ws->live.session;

	return ws->live.open && s->own && s->changed ? s : NULL;
}

void workspace_saw(struct workspace *ws, const char *device, const char *state)
{
	text_copy(ws->seen_device, sizeof(ws->seen_device), device);
	ws->seen_state = state;
}

void workspace_saw_generation(struct workspace *ws, const char *device, uint32_t generation, bool own)
{
	bool known = strcmp(ws->evidence_device, device) == 0;

	if (ws->keeps && known && !own && generation != ws->generation)
		buf_printf(&ws->notes, "tsmctl: %s: the evidence has generation %u now; it was %u\n", device,
			   generation, ws->generation);
	text_copy(ws->evidence_device, sizeof(ws->evidence_device), device);
	ws->generation = generation;
}

void workspace_refused(struct workspace *ws, const char *device, const char *command, const struct err *why)
{
	if (why->class == ERR_USAGE)
		return;
	text_copy(ws->refusal.device, sizeof(ws->refusal.device), device);
	ws->refusal.command = command;
	ws->refusal.why = *why;
}

const struct refusal *workspace_refusal(const struct workspace *ws, const char *device)
{
	return ws->refusal.device[0] && strcmp(ws->refusal.device, device) == 0 ? &ws->refusal : NULL;
}
