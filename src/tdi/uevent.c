// SPDX-License-Identifier: GPL-2.0-or-later
#include "tdi/uevent.h"

#include <string.h>

/* vfio-dev comes and goes with the driver that lets a VMM have the function. */
static const char *const subsystems[] = {"tsm", "pci", "vfio-dev"};

/* Whether `text`, of `len` bytes, is SUBSYSTEM= with one of ours. */
static bool names_subsystem(const char *text, size_t len)
{
	static const char key[] = "SUBSYSTEM=";
	const size_t skip = sizeof(key) - 1;

	if (len < skip || memcmp(text, key, skip) != 0)
		return false;
	for (size_t i = 0; i < sizeof(subsystems) / sizeof(subsystems[0]); i++)
		if (strlen(subsystems[i]) == len - skip && memcmp(text + skip, subsystems[i], len - skip) == 0)
			return true;
	return false;
}

bool uevent_concerns_tdis(struct bytes message)
{
	const char *text = (const char *)message.data;
	size_t left = message.len;
	size_t len = strnlen(text, left);

	if (len == left || !memchr(text, '@', len))
		return false;
	while (len < left) {
		text += len + 1;
		left -= len + 1;
		len = strnlen(text, left);
		if (names_subsystem(text, len))
			return true;
	}
	return false;
}
