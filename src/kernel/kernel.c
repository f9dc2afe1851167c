// SPDX-License-Identifier: GPL-2.0-or-later
#include "kernel/kernel.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

struct kernel *kernel_peel(struct kernel *k)
{
	struct kernel *below = k->below;

	k->below = NULL;
	k->ops->free(k);
	return below;
}

void kernel_free(struct kernel *k)
{
	if (k)
		k->ops->free(k);
}

int kernel_finish(struct kernel *k, struct err *e)
{
	int ret = 0;

	for (; k; k = k->below)
		if (k->ops->finish && k->ops->finish(k, e) < 0)
			ret = -1;
	return ret;
}

static const struct kernel *bottom(const struct kernel *k)
{
	while (k->below)
		k = k->below;
	return k;
}

const char *kernel_backend(const struct kernel *k)
{
	return bottom(k)->ops->backend;
}

bool kernel_is_real(const struct kernel *k)
{
	k = bottom(k);
	return strcmp(k->ops->recorded ? k->ops->recorded(k) : k->ops->backend, "kernel") == 0;
}

int names_add(struct names *n, const char *name)
{
	/* The array doubles when its count is a power of two. */
	if ((n->count & (n->count - 1)) == 0) {
		char **list = reallocarray(n->name, n->count ? n->count * 2 : 1, sizeof(*list));

		if (!list)
			return -ENOMEM;
		n->name = list;
	}
	n->name[n->count] = strdup(name);
	if (!n->name[n->count])
		return -ENOMEM;
	n->count++;
	return 0;
}

static int compare_names(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

void names_sort(struct names *n)
{
	if (n->count)
		qsort(n->name, n->count, sizeof(*n->name), compare_names);
}

void names_free(struct names *n)
{
	for (size_t i = 0; i < n->count; i++)
		free(n->name[i]);
	free(n->name);
	*n = (struct names){0};
}
