/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Who a device says it is: the two texts that a leaf certificate can have for that, taken apart. */
#ifndef TSMCTL_DECODE_IDENTITY_H
#define TSMCTL_DECODE_IDENTITY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "util/bytes.h"

/* DSP0274, device info: "Manufacturer:Product:Serial". Pieces of the text that was given. */
struct device_info {
	struct bytes manufacturer;
	struct bytes product;
	struct bytes serial; /* all that follows the second colon */
};

/* False if there are no three parts. */
bool device_info_parse(struct bytes text, struct device_info *out);

/* Fields of PCIe configuration space that name a function. */
enum pci_field {
	PCI_VENDOR,
	PCI_DEVICE,
	PCI_CLASS, /* base class, subclass, interface */
	PCI_REVISION,
	PCI_SUBSYSTEM_VENDOR,
	PCI_SUBSYSTEM,
	PCI_FIELDS,
};

struct pci_identity {
	bool has[PCI_FIELDS];
	uint32_t value[PCI_FIELDS];
	bool has_serial;
	uint64_t serial; /* Device Serial Number capability */
};

/* Hex digits of a field, and its key in documents: "vendor". */
unsigned pci_field_digits(enum pci_field field);
const char *pci_field_key(enum pci_field field);

/*
 * PCIe 6.1, 6.31.3: "Vendor=1B36:Device=00C0:CC=010802:REV=01[:SSVID=1AF4:SSID=1100][:<16 hex digits>]", in this or
 * another order. False if a part is none of these; what was understood is in `out` all the same.
 */
bool pci_identity_parse(struct bytes text, struct pci_identity *out);

#endif
