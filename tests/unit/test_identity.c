// SPDX-License-Identifier: GPL-2.0-or-later
#include "decode_build.h"

#include "decode/identity.h"

static struct bytes text_of(const char *text)
{
	return (struct bytes){(const uint8_t *)text, strlen(text)};
}

static void assert_bytes(struct bytes b, const char *text)
{
	assert_int_equal(b.len, strlen(text));
	assert_memory_equal(b.data, text, b.len);
}

static void test_device_info(void **state)
{
	struct device_info info;

	(void)state;
	assert_true(device_info_parse(text_of("NVIDIA:GH100:48B02D92494BADF4"), &info));
	assert_bytes(info.manufacturer, "NVIDIA");
	assert_bytes(info.product, "GH100");
	assert_bytes(info.serial, "48B02D92494BADF4");
	assert_true(device_info_parse(text_of("::"), &info));
	assert_true(device_info_parse(text_of("A:B:C:D"), &info));
	assert_bytes(info.serial, "C:D");
	assert_false(device_info_parse(text_of("A:B"), &info));
	assert_false(device_info_parse(text_of("A"), &info));
	assert_false(device_info_parse(text_of(""), &info));
}

static void test_pci_identity(void **state)
{
	struct pci_identity id;

	(void)state;
	assert_true(pci_identity_parse(
		text_of("Vendor=1B36:Device=00c0:CC=010802:REV=01:SSVID=1AF4:SSID=1100:0123456789abcDEF"), &id));
	assert_int_equal(id.value[PCI_VENDOR], 0x1b36);
	assert_int_equal(id.value[PCI_DEVICE], 0xc0);
	assert_int_equal(id.value[PCI_CLASS], 0x010802);
	assert_int_equal(id.value[PCI_REVISION], 1);
	assert_int_equal(id.value[PCI_SUBSYSTEM_VENDOR], 0x1af4);
	assert_int_equal(id.value[PCI_SUBSYSTEM], 0x1100);
	assert_true(id.has_serial && id.serial == 0x0123456789abcdef);
	assert_true(pci_identity_parse(text_of("Vendor=1B36:Device=00C0:CC=010802:REV=01"), &id));
	assert_false(id.has[PCI_SUBSYSTEM] || id.has_serial);
}

/* What is understood stands; the rest is told. */
static void test_pci_identity_with_odd_parts(void **state)
{
	static const char *const odd[] = {
		"Vendor=1B36:Device=00C",  "Vendor=1B36:Device=00C0F",
		"Vendor=1B36:Devic=00C0",  "Vendor=1B36:Device=00G0",
		"Vendor=1B36:Vendor=1B36", "Vendor=1B36::",
		"Vendor=1B36:0123456789",  "Vendor=1B36:Device=\x10\x11\x12\x13",
	};
	struct pci_identity id;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(odd) / sizeof(*odd); i++) {
		if (pci_identity_parse(text_of(odd[i]), &id))
			fail_msg("'%s' passes", odd[i]);
		assert_true(id.has[PCI_VENDOR] && id.value[PCI_VENDOR] == 0x1b36);
		assert_false(id.has[PCI_DEVICE] || id.has_serial);
	}
	assert_false(pci_identity_parse(text_of(""), &id));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_device_info),
		cmocka_unit_test(test_pci_identity),
		cmocka_unit_test(test_pci_identity_with_odd_parts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
