// SPDX-License-Identifier: GPL-2.0-or-later
#include "util/locale.h"

#include <stddef.h>
#include <string.h>

#include "util/environment.h"

bool locale_is_utf8(void)
{
	static const char *const variables[] = {"LC_ALL", "LC_CTYPE", "LANG"};

	for (size_t i = 0; i < sizeof(variables) / sizeof(variables[0]); i++) {
		const char *value = environment(variables[i]);

		if (value)
			return strcasestr(value, ".utf-8") || strcasestr(value, ".utf8");
	}
	return false;
}
