// SPDX-License-Identifier: GPL-2.0-or-later
#include "util/bytes.h"

#include <string.h>

static int nibble(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

long hex_decode(const char *text, uint8_t *out, size_t cap)
{
	size_t digits = strlen(text);

	if (digits % 2 != 0 || digits / 2 > cap)
		return -1;
	for (size_t i = 0; i < digits; i += 2) {
		int high = nibble(text[i]);
		int low = nibble(text[i + 1]);

		if (high < 0 || low < 0)
			return -1;
		out[i / 2] = (uint8_t)(high << 4 | low);
	}
	return (long)(digits / 2);
}
