// SPDX-License-Identifier: GPL-2.0-or-later
#include "cmd/changes.h"

#include <string.h>

const char *change_name(enum change_kind k)
{
	static const char *const names[] = {"changed", "new", "gone"};

	return names[k];
}

/*
 * Parts mostly stand in the same place of both lists, so that the search, which begins there, ends there, too.
 */
static const struct evidence_part *find_part(const struct evidence_parts *l, const char *name, size_t hint)
{
	for (size_t i = 0; i < l->count; i++) {
		const struct evidence_part *p = &l->part[(hint + i) % l->count];

		if (strcmp(p->name, name) == 0)
			return p;
	}
	return NULL;
}

static struct bytes part_bytes(struct bytes object, const struct evidence_part *p)
{
	if (!p)
		return (struct bytes){NULL, 0};
	return (struct bytes){object.data + p->offset, p->len};
}

static bool same(struct bytes a, struct bytes b)
{
	return a.len == b.len && (!a.len || memcmp(a.data, b.data, a.len) == 0);
}

int changes_find(enum evidence_type type, struct bytes before, struct bytes after,
		 void (*take)(void *ctx, const struct part_change *c), void *ctx)
{
	struct evidence_parts old = {0}, new = {0};
	struct part_change c = {.type = type};
	int ret = -1;

	if (evidence_parts(type, before, &old) || evidence_parts(type, after, &new))
		goto out;
	for (size_t i = 0; i < new.count; i++) {
		const struct evidence_part *p = find_part(&old, new.part[i].name, i);

		c.part = new.part[i].name;
		c.kind = p ? CHANGE_CHANGED : CHANGE_NEW;
		c.was = part_bytes(before, p);
		c.is = part_bytes(after, &new.part[i]);
		if (!p || !same(c.was, c.is))
			take(ctx, &c);
	}
	for (size_t i = 0; i < old.count; i++) {
		if (find_part(&new, old.part[i].name, i))
			continue;
		c = (struct part_change){type, old.part[i].name, CHANGE_GONE, part_bytes(before, &old.part[i]), {0}};
		take(ctx, &c);
	}
	ret = 0;
out:
	evidence_parts_free(&old);
	evidence_parts_free(&new);
	return ret;
}
