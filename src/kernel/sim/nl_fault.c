// SPDX-License-Identifier: GPL-2.0-or-later
#include <string.h>

#include "kernel/sim/nl.h"

/* What a fault may change about the message just written. */
struct moment {
	struct sim *sim;
	const struct nl_dump *dump;
	struct nl_tamper tamper;
	int *rc;
	struct extack *extack;
};

static void fault_drop(struct moment *m, struct sim_fault *f)
{
	(void)f;
	m->tamper.drop = true;
}

static void fault_swap(struct moment *m, struct sim_fault *f)
{
	(void)f;
	m->tamper.swap = true;
}

static void fault_truncate(struct moment *m, struct sim_fault *f)
{
	(void)f;
	*m->rc = 0;
}

static void fault_extra(struct moment *m, struct sim_fault *f)
{
	(void)f;
	m->tamper.extra = true;
}

static void fault_done(struct moment *m, struct sim_fault *f)
{
	*m->rc = f->text[0] ? nl_fail(m->extack, f->error, "%s", f->text) : -f->error;
}

/* Happens once, as such a race does: a reader that tries again gets through. */
static void fault_generation(struct moment *m, struct sim_fault *f)
{
	struct sim_device *d = sim_device_find(m->sim, m->dump->bdf);

	if (d && !f->seen++)
		d->generation++;
}

typedef void (*fault_apply)(struct moment *m, struct sim_fault *f);

static const fault_apply applies[] = {
	[FAULT_NL_DROP] = fault_drop,   [FAULT_NL_SWAP] = fault_swap, [FAULT_NL_TRUNCATE] = fault_truncate,
	[FAULT_NL_EXTRA] = fault_extra, [FAULT_NL_DONE] = fault_done, [FAULT_NL_GENERATION] = fault_generation,
};

static bool hits(const struct sim_fault *f, const struct nl_dump *dump, bool at_end)
{
	if ((size_t)f->kind >= sizeof(applies) / sizeof(applies[0]) || !applies[f->kind])
		return false;
	if (f->device[0] && strcmp(f->device, dump->bdf))
		return false;
	return f->nth == dump->messages || (at_end && f->kind == FAULT_NL_DONE && f->nth == 0);
}

struct nl_tamper nl_fault(struct sim *s, struct nl_dump *dump, int *rc, struct extack *x)
{
	struct moment m = {.sim = s, .dump = dump, .rc = rc, .extack = x};

	for (size_t i = 0; i < s->fault_count; i++) {
		if (hits(&s->fault[i], dump, *rc == 0))
			applies[s->fault[i].kind](&m, &s->fault[i]);
	}
	return m.tamper;
}
