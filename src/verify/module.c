// SPDX-License-Identifier: GPL-2.0-or-later
#include "verify/module.h"

#include <stdio.h>
#include <string.h>

#include "util/err.h"
#include "util/module.h"

#define MODULE "tsmctl-verify.so"

void module_open(struct module *m)
{
	struct err e = {0};

	*m = (struct module){0};
	if (!TSMCTL_CRYPTO) {
		snprintf(m->why, sizeof(m->why), "this tsmctl was built without libcrypto");
		return;
	}
	m->crypto = module_load(MODULE, CRYPTO_SYMBOL, &e);
	if (m->crypto && !m->crypto->begin()) {
		m->crypto = NULL;
		err_oom(&e);
	}
	m->starved = strcmp(e.code, "ENOMEM") == 0;
	if (!m->crypto)
		snprintf(m->why, sizeof(m->why), "%s: %s", MODULE, e.message);
}

bool module_starved(const struct module *m)
{
	return m->starved || (m->crypto && m->crypto->starved());
}
