// SPDX-License-Identifier: GPL-2.0-or-later
#include "decode/wrapper.h"

#include <string.h>

enum { ID_CERTIFICATES = 4, ID_MEASUREMENTS = 5, ID_REPORT = 6 };

static uint32_t id_of(enum evidence_type type)
{
	if (type <= EV_CERT7)
		return ID_CERTIFICATES;
	return type == EV_REPORT ? ID_REPORT : ID_MEASUREMENTS;
}

static bool all_zero(const uint8_t *p, size_t len)
{
	while (len && !*p) {
		p++;
		len--;
	}
	return !len;
}

bool wrapper_parse(enum evidence_type type, struct bytes in, struct wrapper *w)
{
	const uint8_t *p = in.data;

	if (in.len < WRAPPER_SIZE || le32(p) != id_of(type) || le32(p + 4) < WRAPPER_SIZE || le32(p + 4) > in.len ||
	    !all_zero(p + 10, 6) || !all_zero(p + 20, 12))
		return false;
	*w = (struct wrapper){
		.id = le32(p),
		.length = le32(p + 4),
		.minor = p[8],
		.major = p[9],
		.device_id = le16(p + 16),
		.segment = p[18],
		.type = p[19],
	};
	w->payload = (struct span){WRAPPER_SIZE, w->length - WRAPPER_SIZE};
	w->rest = (struct span){w->length, in.len - w->length};
	return true;
}
