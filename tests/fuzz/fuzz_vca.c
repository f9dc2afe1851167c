// SPDX-License-Identifier: GPL-2.0-or-later
#include "decode_fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	fuzz_object(EV_VCA, (struct bytes){data, size}, NULL);
	return 0;
}
