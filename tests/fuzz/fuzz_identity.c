// SPDX-License-Identifier: GPL-2.0-or-later
/* The two texts of a leaf certificate. */
#include "decode_fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct bytes text = {data, size};
	struct pci_identity pci;
	struct device_info info;

	pci_identity_parse(text, &pci);
	if (device_info_parse(text, &info) && info.manufacturer.len + info.product.len + info.serial.len + 2 != size)
		abort();
	return 0;
}
