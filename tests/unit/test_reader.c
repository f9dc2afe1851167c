// SPDX-License-Identifier: GPL-2.0-or-later
/* Lines of a batch, wherever the blocks in which they arrive end; and the word that a mistyped one was meant to be. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "cli/reader.h"
#include "cli/suggest.h"

/* A reader of these bytes. */
static struct reader reader_of(const char *bytes, size_t len)
{
	FILE *f = tmpfile();
	struct reader r = {0};

	assert_non_null(f);
	assert_int_equal(fwrite(bytes, 1, len, f), len);
	assert_int_equal(fflush(f), 0);
	r.fd = dup(fileno(f));
	assert_true(r.fd >= 0);
	assert_int_equal(lseek(r.fd, 0, SEEK_SET), 0);
	fclose(f);
	return r;
}

/* The next line must be this one, and begin at that line of the file. */
static void expect_line(struct reader *r, const char *line, unsigned long at)
{
	struct buf text = {0};
	struct err e = {0};
	unsigned long number;

	assert_int_equal(reader_next(r, &text, &number, &e), 1);
	assert_string_equal(text.len ? text.data : "", line);
	assert_int_equal(number, at);
	buf_free(&text);
}

static void expect_end(struct reader *r)
{
	struct buf text = {0};
	struct err e = {0};
	unsigned long number;

	assert_int_equal(reader_next(r, &text, &number, &e), 0);
	assert_int_equal(e.class, ERR_NONE);
	buf_free(&text);
	close(r->fd);
}

static void lines_are_counted_and_joined(void **state)
{
	static const char file[] = "list\n\ninfo \\\n -j \\\n -q\n# why \\\nlast";
	struct reader r = reader_of(file, sizeof(file) - 1);

	(void)state;
	expect_line(&r, "list", 1);
	expect_line(&r, "", 2);
	expect_line(&r, "info  -j  -q", 3);
	expect_line(&r, "# why \\", 6); /* a comment does not continue */
	expect_line(&r, "last", 7);
	expect_end(&r);
}

static void nothing_is_no_line(void **state)
{
	struct reader r = reader_of("", 0);

	(void)state;
	expect_end(&r);
}

/* The reader's block has 4096 bytes: newline and backslash fall before, on and behind its end. */
static void the_end_of_a_block_is_not_seen(void **state)
{
	char file[4300], line[4200];

	(void)state;
	for (size_t len = 4090; len < 4100; len++) {
		memset(line, 'x', len);
		line[len] = '\0';
		snprintf(file, sizeof(file), "%s\nend\n", line);
		struct reader r = reader_of(file, strlen(file));

		expect_line(&r, line, 1);
		expect_line(&r, "end", 2);
		expect_end(&r);

		snprintf(file, sizeof(file), "%s\\\nend\n", line);
		r = reader_of(file, strlen(file));
		snprintf(line + len, sizeof(line) - len, "end");
		expect_line(&r, line, 1);
		expect_end(&r);
	}
}

static void a_line_that_is_too_long_is_refused_and_skipped(void **state)
{
	char *file = malloc(READER_MAX_LINE + 16);
	struct buf text = {0};
	struct err e = {0};
	unsigned long number;

	(void)state;
	assert_non_null(file);
	memset(file, 'x', READER_MAX_LINE + 1);
	memcpy(file + READER_MAX_LINE + 1, "\nend\n", 5);
	struct reader r = reader_of(file, READER_MAX_LINE + 6);

	assert_int_equal(reader_next(&r, &text, &number, &e), -1);
	assert_int_equal(e.class, ERR_USAGE);
	assert_int_equal(number, 1);
	expect_line(&r, "end", 2);
	expect_end(&r);

	r = reader_of(file + 1, READER_MAX_LINE + 5);
	file[READER_MAX_LINE + 1] = '\0';
	expect_line(&r, file + 1, 1); /* the longest that fits */
	expect_line(&r, "end", 2);
	expect_end(&r);
	buf_free(&text);
	free(file);
}

static void a_descriptor_that_cannot_be_read_ends_it(void **state)
{
	struct reader r = {.fd = -1};
	struct buf text = {0};
	struct err e = {0};
	unsigned long number;

	(void)state;
	assert_int_equal(reader_next(&r, &text, &number, &e), -1);
	assert_true(r.ended);
	assert_string_equal(e.code, "EBADF");
	buf_free(&text);
}

static void the_nearest_word_is_offered(void **state)
{
	static const char *const words[] = {"list", "info", "save", "set-state", "read-object"};
	static const struct {
		const char *typed, *meant;
	} cases[] = {
		{"lsit", "list"},
		{"ilst", "list"},
		{"lits", "list"},
		{"lst", "list"},
		{"listt", "list"},
		{"ifno", "info"},
		{"sav", "save"},
		{"va", NULL},
		{"se", NULL},
		{"set", "set-state"},
		{"tes-state", "set-state"},
		{"", NULL},
		{"xyz", NULL},
		{"set-staet", "set-state"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct suggestion s = {.typed = cases[i].typed, .typed_len = strlen(cases[i].typed)};

		for (size_t w = 0; w < sizeof(words) / sizeof(words[0]); w++)
			suggest_offer(&s, words[w]);
		assert_string_equal(s.best ? s.best : "", cases[i].meant ? cases[i].meant : "");
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lines_are_counted_and_joined),
		cmocka_unit_test(nothing_is_no_line),
		cmocka_unit_test(the_end_of_a_block_is_not_seen),
		cmocka_unit_test(a_line_that_is_too_long_is_refused_and_skipped),
		cmocka_unit_test(a_descriptor_that_cannot_be_read_ends_it),
		cmocka_unit_test(the_nearest_word_is_offered),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
