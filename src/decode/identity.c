// SPDX-License-Identifier: GPL-2.0-or-later
#include "decode/identity.h"

#include <string.h>

enum { SERIAL_DIGITS = 16 };

static const struct {
	const char *name; /* in the certificate */
	const char *key;  /* in documents */
	unsigned digits;
} fields[PCI_FIELDS] = {
	[PCI_VENDOR] = {"Vendor", "vendor", 4},
	[PCI_DEVICE] = {"Device", "device", 4},
	[PCI_CLASS] = {"CC", "class", 6},
	[PCI_REVISION] = {"REV", "revision", 2},
	[PCI_SUBSYSTEM_VENDOR] = {"SSVID", "subsystem_vendor", 4},
	[PCI_SUBSYSTEM] = {"SSID", "subsystem", 4},
};

unsigned pci_field_digits(enum pci_field field)
{
	return fields[field].digits;
}

const char *pci_field_key(enum pci_field field)
{
	return fields[field].key;
}

/* Takes what stands before the next colon, or all of it, off the front of `rest`. */
static struct bytes take_part(struct bytes *rest)
{
	const uint8_t *colon = rest->len ? memchr(rest->data, ':', rest->len) : NULL;
	struct bytes part = {rest->data, colon ? (size_t)(colon - rest->data) : rest->len};
	size_t used = part.len + (colon != NULL);

	rest->data += used;
	rest->len -= used;
	return part;
}

bool device_info_parse(struct bytes text, struct device_info *out)
{
	struct bytes rest = text;

	out->manufacturer = take_part(&rest);
	out->product = take_part(&rest);
	out->serial = rest;
	return out->manufacturer.len + out->product.len + 2 <= text.len;
}

static int digit_value(uint8_t c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static bool hex_number(struct bytes text, size_t digits, uint64_t *value)
{
	size_t i;

	*value = 0;
	for (i = 0; i < text.len; i++) {
		int digit = digit_value(text.data[i]);

		if (digit < 0)
			return false;
		*value = *value << 4 | (uint64_t)digit;
	}
	return text.len == digits;
}

static bool parse_field(struct bytes part, struct pci_identity *out)
{
	uint64_t value;
	size_t i, len;

	for (i = 0; i < PCI_FIELDS; i++) {
		len = strlen(fields[i].name);
		if (part.len <= len || memcmp(part.data, fields[i].name, len) || part.data[len] != '=')
			continue;
		part.data += len + 1;
		part.len -= len + 1;
		if (out->has[i] || !hex_number(part, fields[i].digits, &value))
			return false;
		out->has[i] = true;
		out->value[i] = (uint32_t)value;
		return true;
	}
	return false;
}

static bool parse_part(struct bytes part, struct pci_identity *out)
{
	if (parse_field(part, out))
		return true;
	if (out->has_serial || part.len != SERIAL_DIGITS || !hex_number(part, SERIAL_DIGITS, &out->serial))
		return false;
	out->has_serial = true;
	return true;
}

bool pci_identity_parse(struct bytes text, struct pci_identity *out)
{
	bool all = text.len;

	memset(out, 0, sizeof(*out));
	while (text.len)
		all &= parse_part(take_part(&text), out);
	return all;
}
