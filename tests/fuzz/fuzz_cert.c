// SPDX-License-Identifier: GPL-2.0-or-later
/* Certificate chains, with a PCI function to compare with. */
#include "decode_fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct evidence_function function = {
		.identity = {.has = {true, true, true, true}, .value = {0x1b36, 0xc0, 0x010802, 1}},
	};
	static const struct evidence_context context = {.function = &function};

	fuzz_object(EV_CERT0, (struct bytes){data, size}, &context);
	return 0;
}
