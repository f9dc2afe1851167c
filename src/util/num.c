// SPDX-License-Identifier: GPL-2.0-or-later
#include "util/num.h"

#include <string.h>

/* The value of a digit in bases up to 16; a value no base has for anything else. */
static unsigned digit_value(char c)
{
	if (c >= '0' && c <= '9')
		return (unsigned)(c - '0');
	if (c >= 'a' && c <= 'f')
		return (unsigned)(c - 'a') + 10;
	if (c >= 'A' && c <= 'F')
		return (unsigned)(c - 'A') + 10;
	return 16;
}

bool num_parse(const char *text, uint64_t max, uint64_t *out)
{
	unsigned base = 10;
	uint64_t value = 0;

	if (text[0] == '0' && (text[1] == 'x' || text[1] == 'X')) {
		base = 16;
		text += 2;
	}
	if (!*text)
		return false;
	for (; *text; text++) {
		unsigned digit = digit_value(*text);

		if (digit >= base || digit > max || value > (max - digit) / base)
			return false;
		value = value * base + digit;
	}
	*out = value;
	return true;
}

bool num_parse_seconds(const char *text, uint32_t max_seconds, uint64_t *ms)
{
	static const char digits[] = "0123456789";
	size_t whole = strspn(text, digits);
	const char *fraction = text[whole] == '.' ? text + whole + 1 : "0";
	uint64_t value = 0;

	if (!whole || !*fraction || fraction[strspn(fraction, digits)] || (text[whole] && text[whole] != '.'))
		return false;
	for (size_t i = 0; i < whole; i++) {
		value = value * 10 + (uint64_t)(text[i] - '0');
		if (value > max_seconds)
			return false;
	}
	for (int i = 0; i < 3; i++)
		value = value * 10 + (*fraction ? (uint64_t)(*fraction++ - '0') : 0);
	if (value > (uint64_t)max_seconds * 1000)
		return false;
	*ms = value;
	return true;
}
