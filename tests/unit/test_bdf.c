// SPDX-License-Identifier: GPL-2.0-or-later
/* Names of PCI functions: what is taken, how it is written, and what is not taken. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "tdi/bdf.h"

static const struct {
	const char *text;
	const char *name; /* as sysfs has it */
	uint64_t virt_id;
} good[] = {
	{"0000:01:00.0", "0000:01:00.0", 0x100},
	{"01:00.0", "0000:01:00.0", 0x100},
	{"0000:00:00.0", "0000:00:00.0", 0},
	{"ff:1f.7", "0000:ff:1f.7", 0xffff},
	{"FF:1F.7", "0000:ff:1f.7", 0xffff},
	{"0001:01:00.1", "0001:01:00.1", 0x10101},
	{"ABCD:0a:02.3", "abcd:0a:02.3", 0xabcd0a13},
	{"10000:01:00.0", "10000:01:00.0", 0x100000100},
	{"0010000:e1:00.0", "10000:e1:00.0", 0x10000e100},
	{"00000001:02:03.4", "0001:02:03.4", 0x1021c},
	{"ffffffff:ff:1f.7", "ffffffff:ff:1f.7", 0xffffffffffff},
};

static const char *const bad[] = {
	"",
	"0",
	":",
	".",
	"0000",
	"0000:",
	"0000:01",
	"0000:01:00",
	"0000:01:00.",
	"0000:01:00.8",
	"0000:01:20.0",
	"0000:1:00.0",
	"0000:01:0.0",
	"0000:001:00.0",
	"0000:01:000.0",
	"0000:01:00.00",
	"000:01:00.0",
	"0:01:00.0",
	"1:00.0",
	"000000001:01:00.0",
	"100000000:01:00.0",
	":01:00.0",
	"0000::00.0",
	"0000:01:00:0",
	"0000.01.00.0",
	"0000:01-00.0",
	"000g:01:00.0",
	"0000:0g:00.0",
	"0000:01:0g.0",
	"0000:01:00.g",
	" 0000:01:00.0",
	"0000:01:00.0 ",
	"0000:01:00.0\n",
	"0x0000:01:00.0",
	"+000:01:00.0",
	"-1:00.0",
	"0000:01:00.0/driver",
	"../0000:01:00.0",
	"pci:01:00.0",
	"0000:01:00.\xef\xbc\x90",
};

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

static void names_become_those_of_sysfs(void **state)
{
	char out[BDF_CAP];

	(void)state;
	for (size_t i = 0; i < COUNT(good); i++) {
		if (!bdf_parse(good[i].text, out))
			fail_msg("'%s' is refused", good[i].text);
		assert_string_equal(out, good[i].name);
		assert_true(bdf_virt_id(out) == good[i].virt_id);
	}
}

static void other_text_is_refused(void **state)
{
	char out[BDF_CAP];

	(void)state;
	for (size_t i = 0; i < COUNT(bad); i++) {
		if (bdf_parse(bad[i], out))
			fail_msg("'%s' is taken for %s", bad[i], out);
		assert_false(bdf_is_name(bad[i]));
	}
}

static void only_the_sysfs_spelling_is_a_name(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(good); i++) {
		assert_int_equal(bdf_is_name(good[i].text), strcmp(good[i].text, good[i].name) == 0);
		assert_true(bdf_is_name(good[i].name));
	}
}

/* Every bus, device and function: the name as printf() writes it, the number as PCI counts. */
static void all_functions_of_a_domain_are_told_apart(void **state)
{
	char text[BDF_CAP];
	char out[BDF_CAP];

	(void)state;
	for (unsigned bus = 0; bus < 256; bus++) {
		for (unsigned devfn = 0; devfn < 256; devfn++) {
			snprintf(text, sizeof(text), "0002:%02x:%02x.%u", bus, devfn / 8, devfn % 8);
			assert_true(bdf_parse(text, out));
			assert_string_equal(out, text);
			assert_true(bdf_virt_id(out) == 2 * 65536 + bus * 256 + devfn);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_become_those_of_sysfs),
		cmocka_unit_test(other_text_is_refused),
		cmocka_unit_test(only_the_sysfs_spelling_is_a_name),
		cmocka_unit_test(all_functions_of_a_domain_are_told_apart),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
