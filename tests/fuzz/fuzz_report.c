// SPDX-License-Identifier: GPL-2.0-or-later
/* Interface reports, with BARs that the ranges may fall into. */
#include "decode_fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct evidence_function function = {
		.bar = {{0, 0x4000}, {UINT64_MAX - 0xfff, 0x1000}, {0x8000000, 0x4000}, {0, UINT64_MAX}},
	};
	static const struct evidence_context context = {.function = &function};

	fuzz_object(EV_REPORT, (struct bytes){data, size}, &context);
	return 0;
}
