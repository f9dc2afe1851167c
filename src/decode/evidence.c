// SPDX-License-Identifier: GPL-2.0-or-later
#include "decode/evidence.h"

#include <stdlib.h>

#include "decode/kind.h"

#define UNKNOWN "unknown"
#define EMPTY   "empty"

static const struct evidence_kind kinds[EV_COUNT] = {
	[EV_CERT0... EV_CERT7] = {chain_shape, chain_describe, chain_split, "no DER certificate"},
	[EV_VCA] = {vca_shape, vca_describe, spdm_split, "no GET_VERSION message"},
	[EV_MEASUREMENTS] = {measurements_shape, measurements_describe, spdm_split,
			     "neither SPDM messages nor a measurement record"},
	[EV_REPORT] = {report_shape, report_describe, report_split, "no whole header of a TDISP interface report"},
};

/* NULL: nothing fits. */
static const char *known_shape(enum evidence_type type, struct bytes in)
{
	return in.len && (unsigned)type < EV_COUNT ? kinds[type].shape(in) : NULL;
}

const char *evidence_shape(enum evidence_type type, struct bytes in)
{
	const char *shape = known_shape(type, in);

	if (shape)
		return shape;
	return in.len ? UNKNOWN : EMPTY;
}

int evidence_describe(enum evidence_type type, struct bytes in, struct node *decoded, struct err *e)
{
	if (!in.len)
		return err_set(e, ERR_EVIDENCE, "EMPTY", "the object is empty");
	if ((unsigned)type >= EV_COUNT)
		return err_set(e, ERR_EVIDENCE, "UNKNOWN", "evidence type %u is not known", (unsigned)type);
	if (!known_shape(type, in))
		return err_set(e, ERR_EVIDENCE, "UNKNOWN", "at offset 0 of %zu bytes: %s", in.len, kinds[type].missing);
	kinds[type].describe(in, decoded);
	return 0;
}

int evidence_parts(enum evidence_type type, struct bytes in, struct evidence_parts *out)
{
	struct parts p = {.out = out};

	*out = (struct evidence_parts){0};
	if (known_shape(type, in))
		kinds[type].split(in, &p);
	else
		parts_add(&p, (struct span){0, in.len}, "bytes");
	if (p.failed)
		evidence_parts_free(out);
	return p.failed ? -1 : 0;
}

void evidence_parts_free(struct evidence_parts *p)
{
	free(p->part);
	*p = (struct evidence_parts){0};
}
