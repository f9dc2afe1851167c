/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The module with libcrypto, brought in by the commands that need it, so that the others do not pay for it. */
#ifndef TSMCTL_TDI_MODULE_H
#define TSMCTL_TDI_MODULE_H

#include "verify/crypto.h"

struct module {
	void *handle;
	const struct crypto *crypto; /* NULL: there is none, see `why` */
	char why[320];
};

/*
 * Looks beside the executable, then in the installation's directory. Finding none is no error: what could not be
 * checked then is the caller's to tell. A module of another version of tsmctl is refused.
 */
void module_open(struct module *m);
void module_close(struct module *m);

#endif
