/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The module with libcrypto, brought in by the commands that need it, so that the others do not pay for it. */
#ifndef TSMCTL_VERIFY_MODULE_H
#define TSMCTL_VERIFY_MODULE_H

#include <stdbool.h>

#include "verify/crypto.h"

struct module {
	const struct crypto *crypto; /* NULL: there is none, see `why` */
	bool starved;                /* there was no memory to load it */
	char why[512];
};

/*
 * As module_load(), and the module stays likewise. Finding none is no error: what could not be checked then is the
 * caller's to tell.
 */
void module_open(struct module *m);

/* Whether there is no libcrypto for want of memory, or it ran out of that since this was last asked: then what it did
 * not know is no answer. */
bool module_starved(const struct module *m);

#endif
