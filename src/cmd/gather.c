// SPDX-License-Identifier: GPL-2.0-or-later
#include "cmd/gather.h"

#include <stdio.h>

/* Slot 0 and the three others are all that object requests can name. */
enum { MASK_IOCTL = 1u << EV_CERT0 | 1u << EV_VCA | 1u << EV_MEASUREMENTS | 1u << EV_REPORT };

int gather(struct context *c, const struct options *o, struct target *t, struct evidence_set *set, const char **source)
{
	struct access_wish wish = {.channel = channel_from_options(o)};
	struct evidence_sink sink = evidence_set_sink(set);
	struct evidence_query q = {0};
	struct access a;
	int ret;

	if (target_from_options(o, t, c->err) || target_check(c, t) || access_open(&a, c->ws, t, &wish, c->err))
		return -1;
	q.device = t->bdf;
	q.mask = a.channel == CHANNEL_NETLINK ? EV_MASK_ALL : MASK_IOCTL;
	ret = access_read(&a, &q, &sink, c->err);
	*source = access_name(&a);
	return ret;
}

void gather_file_name(enum evidence_type type, char out[GATHER_FILE_CAP])
{
	if (type <= EV_CERT7)
		snprintf(out, GATHER_FILE_CAP, "cert%u.bin", (unsigned)type);
	else
		snprintf(out, GATHER_FILE_CAP, "%s.bin", evidence_object_name(type));
}
