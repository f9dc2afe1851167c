// SPDX-License-Identifier: GPL-2.0-or-later
#include "tdi/bdf.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

struct bdf {
	uint32_t domain;
	uint32_t bus;
	uint32_t device;
	uint32_t function;
};

/* Reads between `least` and `most` hex digits; NULL if there are fewer or more. */
static const char *read_hex(const char *p, size_t least, size_t most, uint32_t *out)
{
	size_t n = 0;

	*out = 0;
	for (; isxdigit((unsigned char)p[n]); n++) {
		int c = tolower((unsigned char)p[n]);

		if (n == most)
			return NULL;
		*out = *out << 4 | (uint32_t)(c <= '9' ? c - '0' : c - 'a' + 10);
	}
	return n >= least ? p + n : NULL;
}

static const char *read_slot(const char *p, struct bdf *b)
{
	p = read_hex(p, 2, 2, &b->bus);
	if (!p || *p != ':')
		return NULL;
	p = read_hex(p + 1, 2, 2, &b->device);
	if (!p || *p != '.' || b->device > 31)
		return NULL;
	p = read_hex(p + 1, 1, 1, &b->function);
	return p && *p == '\0' && b->function <= 7 ? p : NULL;
}

static bool read_bdf(const char *text, struct bdf *b)
{
	const char *p = read_hex(text, 4, 8, &b->domain);

	if (p && *p == ':')
		return read_slot(p + 1, b) != NULL;
	b->domain = 0;
	return read_slot(text, b) != NULL;
}

bool bdf_parse(const char *text, char out[BDF_CAP])
{
	struct bdf b;

	if (!read_bdf(text, &b))
		return false;
	snprintf(out, BDF_CAP, "%04x:%02x:%02x.%x", b.domain, b.bus, b.device, b.function);
	return true;
}

uint64_t bdf_virt_id(const char *bdf)
{
	struct bdf b;

	if (!read_bdf(bdf, &b))
		return 0;
	return (uint64_t)b.domain << 16 | b.bus << 8 | b.device << 3 | b.function;
}

bool bdf_is_name(const char *name)
{
	char canonical[BDF_CAP];

	return bdf_parse(name, canonical) && strcmp(name, canonical) == 0;
}
