// SPDX-License-Identifier: GPL-2.0-or-later
#include "kernel/kernel.h"

#include <stdlib.h>

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

const char *kernel_backend(const struct kernel *k)
{
	while (k->below)
		k = k->below;
	return k->ops->backend;
}

void names_free(struct names *n)
{
	for (size_t i = 0; i < n->count; i++)
		free(n->name[i]);
	free(n->name);
	*n = (struct names){0};
}
