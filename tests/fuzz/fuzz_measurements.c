// SPDX-License-Identifier: GPL-2.0-or-later
/* Measurements alone, and with a VCA and a chain in front: two lengths of 16 bits, then VCA, chain, measurements. */
#include "decode_fuzz.h"

static struct bytes take(struct bytes *rest, size_t want)
{
	struct bytes taken = {rest->data, want < rest->len ? want : rest->len};

	rest->data += taken.len;
	rest->len -= taken.len;
	return taken;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct bytes rest = {data, size}, lengths = take(&rest, 4);
	struct evidence_context context = {0};

	fuzz_object(EV_MEASUREMENTS, (struct bytes){data, size}, NULL);
	if (lengths.len < 4)
		return 0;
	context.vca = take(&rest, le16(lengths.data));
	context.chain = take(&rest, le16(lengths.data + 2));
	fuzz_object(EV_MEASUREMENTS, rest, &context);
	return 0;
}
