// SPDX-License-Identifier: GPL-2.0-or-later
/* Buffers, hex, numbers, the locale and signals. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "util/buf.h"
#include "util/bytes.h"
#include "util/interrupt.h"
#include "util/locale.h"
#include "util/num.h"

static void a_buffer_grows_and_stays_terminated(void **state)
{
	struct buf b = {0};

	(void)state;
	assert_null(b.data);
	for (int i = 0; i < 1000; i++) {
		buf_printf(&b, "%03d", i);
		assert_int_equal(b.len, 3 * (i + 1));
		assert_int_equal(strlen(b.data), b.len);
	}
	assert_memory_equal(b.data + 3 * 512, "512513", 6);
	buf_reset(&b);
	assert_string_equal(b.data, "");
	buf_text(&b, "ab");
	buf_char(&b, 'c');
	buf_repeat(&b, '-', 3);
	buf_add(&b, "\0z", 2);
	buf_hex(&b, "\x00\xff\x7a", 3);
	assert_int_equal(b.len, 14);
	assert_memory_equal(b.data, "abc---\0z00ff7a", 15);
	buf_free(&b);
	assert_null(b.data);
}

/* One formatted piece that is larger than everything before it. */
static void formatting_needs_no_guess_of_the_size(void **state)
{
	struct buf b = {0};

	(void)state;
	buf_printf(&b, "%s%9999d|", "x", 7);
	assert_int_equal(b.len, 10001);
	assert_string_equal(b.data + 9998, " 7|");
	buf_free(&b);
}

static void nothing_may_be_added(void **state)
{
	struct buf b = {0};

	(void)state;
	buf_add(&b, NULL, 0);
	buf_text(&b, "");
	assert_false(b.failed);
	assert_int_equal(b.len, 0);
	assert_string_equal(b.data, "");
	buf_free(&b);
}

static void a_failed_buffer_stays_failed(void **state)
{
	struct buf b = {0};

	(void)state;
	buf_text(&b, "kept");
	buf_repeat(&b, 'x', SIZE_MAX);
	assert_true(b.failed);
	buf_text(&b, "lost");
	buf_printf(&b, "%d", 1);
	buf_hex(&b, "x", 1);
	assert_true(b.failed);
	assert_string_equal(b.data, "kept");
	buf_free(&b);
	buf_hex(&b, "x", SIZE_MAX / 2 + 2);
	assert_true(b.failed);
	buf_free(&b);
}

static void hex_is_decoded_or_refused(void **state)
{
	static const char *const bad[] = {"0", "abc", "0x00", "zz", "0g", "g0", " 00", "00 ", "00\n", "0-", "+1"};
	uint8_t out[4] = {0};

	(void)state;
	assert_int_equal(hex_decode("00fFa5", out, sizeof(out)), 3);
	assert_memory_equal(out, "\x00\xff\xa5", 3);
	assert_int_equal(hex_decode("", out, 0), 0);
	assert_int_equal(hex_decode("01020304", out, 4), 4);
	assert_int_equal(hex_decode("0102030405", out, 4), -1);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_int_equal(hex_decode(bad[i], out, sizeof(out)), -1);
}

/* What hex_decode() takes for each pair of characters is what isxdigit() and strtoul() of libc say. */
static void hex_digits_are_those_of_libc(void **state)
{
	(void)state;
	for (int high = 1; high < 256; high++) {
		for (int low = 1; low < 256; low++) {
			char text[3] = {(char)high, (char)low, '\0'};
			char *end = text;
			unsigned long value = 0;
			uint8_t out = 0;

			if (strspn(text, "0123456789abcdefABCDEF") == 2)
				value = strtoul(text, &end, 16);
			assert_int_equal(hex_decode(text, &out, 1), *end ? -1 : 1);
			assert_int_equal(out, value);
		}
	}
}

static void numbers_are_strict(void **state)
{
	static const struct {
		const char *text;
		uint64_t max;
		uint64_t value;
	} good[] = {
		{"0", 0, 0},
		{"007", 7, 7},
		{"0x0", 0, 0},
		{"0XfF", 255, 255},
		{"18446744073709551615", UINT64_MAX, UINT64_MAX},
		{"0xffffffffffffffff", UINT64_MAX, UINT64_MAX},
		{"0x00000000000000000010", 16, 16},
	};
	static const struct {
		const char *text;
		uint64_t max;
	} bad[] = {
		{"", 9},
		{"0x", 9},
		{"x1", 9},
		{"-1", UINT64_MAX},
		{"+1", 9},
		{" 1", 9},
		{"1 ", 9},
		{"1\n", 9},
		{"1a", 999},
		{"0x1g", 999},
		{"1.0", 999},
		{"10", 9},
		{"0x100", 255},
		{"1", 0},
		{"0x0x1", 99},
		{"18446744073709551616", UINT64_MAX},
		{"0x10000000000000000", UINT64_MAX},
		{"99999999999999999999999", UINT64_MAX},
	};
	uint64_t value;

	(void)state;
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		value = 12345;
		assert_true(num_parse(good[i].text, good[i].max, &value));
		assert_true(value == good[i].value);
	}
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		value = 12345;
		assert_false(num_parse(bad[i].text, bad[i].max, &value));
		assert_int_equal(value, 12345);
	}
}

static void seconds_have_fractions(void **state)
{
	static const struct {
		const char *text;
		uint64_t ms;
	} good[] = {{"0", 0},      {"1", 1000},     {"0.25", 250}, {"1.5", 1500},     {"10.0", 10000},
		    {"0.0019", 1}, {"007.1", 7100}, {"60", 60000}, {"60.0009", 60000}};
	static const char *const bad[] = {"",      ".",   "1.", ".5",     "-1",
					  "+1",    " 1",  "1 ", "1e3",    "0x1",
					  "1.2.3", "1,5", "61", "60.001", "99999999999999999999999"};
	uint64_t ms;

	(void)state;
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		ms = 12345;
		assert_true(num_parse_seconds(good[i].text, 60, &ms));
		assert_true(ms == good[i].ms);
	}
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		ms = 12345;
		if (num_parse_seconds(bad[i], 60, &ms))
			fail_msg("\"%s\" was taken", bad[i]);
		assert_int_equal(ms, 12345);
	}
}

static void set_locale(const char *all, const char *ctype, const char *lang)
{
	assert_int_equal(all ? setenv("LC_ALL", all, 1) : unsetenv("LC_ALL"), 0);
	assert_int_equal(ctype ? setenv("LC_CTYPE", ctype, 1) : unsetenv("LC_CTYPE"), 0);
	assert_int_equal(lang ? setenv("LANG", lang, 1) : unsetenv("LANG"), 0);
}

static void the_first_variable_that_is_set_names_the_locale(void **state)
{
	(void)state;
	set_locale(NULL, NULL, NULL);
	assert_false(locale_is_utf8());
	set_locale("C", "C.UTF-8", "en_GB.UTF-8");
	assert_false(locale_is_utf8());
	set_locale("", "", "en_GB.UTF-8");
	assert_true(locale_is_utf8());
	set_locale(NULL, "POSIX", "en_GB.UTF-8");
	assert_false(locale_is_utf8());
	set_locale("de_DE.utf8", "C", "C");
	assert_true(locale_is_utf8());
	set_locale("de_DE.ISO-8859-1", NULL, "C.UTF-8");
	assert_false(locale_is_utf8());
}

static void a_signal_is_held_back_and_then_forgotten(void **state)
{
	const struct timespec no_time = {0};
	struct interrupt i;
	sigset_t none;
	sigset_t before;
	sigset_t after;

	(void)state;
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, NULL, &before);
	interrupt_begin(&i);
	assert_false(interrupt_pending());
	raise(SIGTERM);
	assert_true(interrupt_pending());
	assert_int_equal(ppoll(NULL, 0, &no_time, &none), -1);
	assert_int_equal(errno, EINTR);
	assert_false(interrupt_pending());
	raise(SIGINT);
	interrupt_end(&i); /* or the test would end here */
	sigprocmask(SIG_SETMASK, NULL, &after);
	assert_int_equal(sigismember(&after, SIGINT), sigismember(&before, SIGINT));
	assert_int_equal(sigismember(&after, SIGTERM), sigismember(&before, SIGTERM));
}

static void an_ignored_signal_stays_ignored(void **state)
{
	const struct timespec no_time = {0};
	struct interrupt i;
	sigset_t none;

	(void)state;
	sigemptyset(&none);
	assert_true(signal(SIGINT, SIG_IGN) != SIG_ERR);
	interrupt_begin(&i);
	raise(SIGINT);
	assert_int_equal(ppoll(NULL, 0, &no_time, &none), 0);
	interrupt_end(&i);
	assert_true(signal(SIGINT, SIG_DFL) == SIG_IGN);
}

static void reads_are_little_endian_and_bounded(void **state)
{
	static const uint8_t data[] = {0xf1, 0xf2, 0xf3, 0xf4, 0xf5, 0xf6, 0xf7, 0xf8};
	struct bytes b = {data, sizeof(data)};

	(void)state;
	assert_int_equal(le16(data), 0xf2f1);
	assert_int_equal(le24(data), 0xf3f2f1);
	assert_true(le32(data) == 0xf4f3f2f1);
	assert_true(le64(data) == 0xf8f7f6f5f4f3f2f1);
	assert_true(bytes_has(b, 0, 8));
	assert_true(bytes_has(b, 8, 0));
	assert_false(bytes_has(b, 8, 1));
	assert_false(bytes_has(b, 9, 0));
	assert_false(bytes_has(b, 1, SIZE_MAX));
	assert_false(bytes_has(b, SIZE_MAX, 2));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_buffer_grows_and_stays_terminated),
		cmocka_unit_test(formatting_needs_no_guess_of_the_size),
		cmocka_unit_test(nothing_may_be_added),
		cmocka_unit_test(a_failed_buffer_stays_failed),
		cmocka_unit_test(hex_is_decoded_or_refused),
		cmocka_unit_test(hex_digits_are_those_of_libc),
		cmocka_unit_test(numbers_are_strict),
		cmocka_unit_test(seconds_have_fractions),
		cmocka_unit_test(the_first_variable_that_is_set_names_the_locale),
		cmocka_unit_test(a_signal_is_held_back_and_then_forgotten),
		cmocka_unit_test(an_ignored_signal_stays_ignored),
		cmocka_unit_test(reads_are_little_endian_and_bounded),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
