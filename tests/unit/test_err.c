// SPDX-License-Identifier: GPL-2.0-or-later
/* Errors: the first one stands, classes are exit statuses, text is cut between characters. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <string.h>

#include "util/err.h"

static void the_first_error_stands(void **state)
{
	struct err e = {0};

	(void)state;
	assert_int_equal(err_set(&e, ERR_USAGE, "USAGE", "unknown state '%s'", "flying"), -1);
	assert_int_equal(err_set(&e, ERR_TSM, "TSM", "later"), -1);
	assert_int_equal(err_errno(&e, ENOENT, "later still"), -1);
	assert_int_equal(err_oom(&e), -1);
	assert_int_equal(e.class, ERR_USAGE);
	assert_string_equal(e.code, "USAGE");
	assert_string_equal(e.message, "unknown state 'flying'");
	err_clear(&e);
	err_oom(&e);
	assert_int_equal(e.class, ERR_FAILED);
	assert_string_equal(e.code, "ENOMEM");
}

static void classes_are_the_documented_exit_statuses(void **state)
{
	static const struct {
		int errnum;
		int exit;
		const char *code;
		const char *class;
	} cases[] = {
		{EPERM, 3, "EPERM", "permission"},
		{EACCES, 3, "EACCES", "permission"},
		{ENOENT, 4, "ENOENT", "not_found"},
		{ENODEV, 4, "ENODEV", "not_found"},
		{ESRCH, 4, "ESRCH", "not_found"},
		{ENOTTY, 5, "ENOTTY", "unsupported"},
		{ENOTSUP, 5, "EOPNOTSUPP", "unsupported"},
		{ENOSYS, 5, "ENOSYS", "unsupported"},
		{ENOPROTOOPT, 5, "ENOPROTOOPT", "unsupported"},
		{EPROTONOSUPPORT, 5, "EPROTONOSUPPORT", "unsupported"},
		{EBUSY, 6, "EBUSY", "state"},
		{EWOULDBLOCK, 6, "EAGAIN", "state"},
		{ENXIO, 6, "ENXIO", "state"},
		{ESTALE, 6, "ESTALE", "state"},
		{EEXIST, 6, "EEXIST", "state"},
		{EINTR, 1, "EINTR", "failed"},
		{EFAULT, 1, "EFAULT", "failed"},
		{EIO, 1, "EIO", "failed"},
		{9999, 1, "E9999", "failed"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct err e = {0};

		err_errno(&e, cases[i].errnum, "set-state run: %s", "no");
		assert_int_equal(e.class, cases[i].exit);
		assert_string_equal(e.code, cases[i].code);
		assert_string_equal(err_class_name(e.class), cases[i].class);
		assert_string_equal(e.message, "set-state run: no");
	}
	assert_string_equal(err_class_name(ERR_USAGE), "usage");
	assert_string_equal(err_class_name(ERR_TSM), "tsm");
	assert_string_equal(err_class_name(ERR_EVIDENCE), "evidence");
}

/* However long the lead, a cut never leaves a piece of the three bytes of U+20AC behind. */
static void long_text_is_cut_between_characters(void **state)
{
	char text[700];

	(void)state;
	for (size_t lead = 0; lead < 3; lead++) {
		struct err e = {0};
		size_t len = lead;

		memset(text, 'x', lead);
		for (; len + 3 < sizeof(text); len += 3)
			memcpy(text + len, "\xe2\x82\xac", 3);
		text[len] = '\0';
		err_set(&e, ERR_FAILED, "X", "%s", text);
		err_hint(&e, "%s", text);
		err_object(&e, "%s", text);
		err_kernel(&e, text);
		assert_int_equal((strlen(e.message) - lead) % 3, 0);
		assert_in_range(strlen(e.message), sizeof(e.message) - 3, sizeof(e.message) - 1);
		assert_int_equal((strlen(e.hint) - lead) % 3, 0);
		assert_in_range(strlen(e.hint), sizeof(e.hint) - 3, sizeof(e.hint) - 1);
		assert_int_equal((strlen(e.object) - lead) % 3, 0);
		assert_in_range(strlen(e.object), sizeof(e.object) - 3, sizeof(e.object) - 1);
		assert_int_equal((strlen(e.kernel) - lead) % 3, 0);
		assert_in_range(strlen(e.kernel), sizeof(e.kernel) - 3, sizeof(e.kernel) - 1);
	}
}

static void text_that_fits_is_kept_whole(void **state)
{
	struct err e = {0};
	char text[sizeof(e.kernel)];

	(void)state;
	memset(text, 'k', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	err_kernel(&e, text);
	assert_string_equal(e.kernel, text);
	err_kernel(&e, "");
	assert_string_equal(e.kernel, "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_first_error_stands),
		cmocka_unit_test(classes_are_the_documented_exit_statuses),
		cmocka_unit_test(long_text_is_cut_between_characters),
		cmocka_unit_test(text_that_fits_is_kept_whole),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
