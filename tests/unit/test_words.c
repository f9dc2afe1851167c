// SPDX-License-Identifier: GPL-2.0-or-later
/* How a line of a batch or shell is taken apart, and how lines are read. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cli/reader.h"
#include "cli/words.h"

/* The words after the first one, in brackets. */
static void split(const char *line, char *out, size_t cap)
{
	struct words w;
	struct err e = {0};
	size_t at = 0;

	out[0] = '\0';
	if (words_split(line, strlen(line), &w, &e))
		fail_msg("%s: %s", line, e.message);
	assert_string_equal(w.word[0], "tsmctl");
	assert_null(w.word[w.count]);
	for (size_t i = 1; i < w.count; i++)
		at += (size_t)snprintf(out + at, cap - at, "[%s]", w.word[i]);
	if (w.redirect)
		snprintf(out + at, cap - at, "%s[%s]", w.append ? ">>" : ">", w.redirect);
	words_free(&w);
}

static void test_words(void **state)
{
	static const struct {
		const char *line, *words;
	} cases[] = {
		{"", ""},
		{" \t\r", ""},
		{"info", "[info]"},
		{"  info\tvca  report ", "[info][vca][report]"},
		{"a 'b c' \"d e\"f", "[a][b c][d ef]"},
		{"'' \"\" x''", "[][][x]"},
		{"a\\ b \\\\ \\' \\#c", "[a b][\\]['][#c]"},
		{"'a\\b' \"a\\b\\\"\\\\\"", "[a\\b][a\\b\"\\]"},
		{"# all of it", ""},
		{"info # 'unbalanced", "[info]"},
		{"a#b '#c'", "[a#b][#c]"},
		{"$HOME * | ; &", "[$HOME][*][|][;][&]"},
		{"list > out", "[list]>[out]"},
		{"list>out -j", "[list][-j]>[out]"},
		{"list >> 'o u t'", "[list]>>[o u t]"},
		{"a '>' \\> \">\"", "[a][>][>][>]"},
		{"info\r", "[info]"},
	};
	char out[256];

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		split(cases[i].line, out, sizeof(out));
		if (strcmp(out, cases[i].words))
			fail_msg("%s: %s, not %s", cases[i].line, out, cases[i].words);
	}
}

static void assert_bad(const char *line, size_t len, const char *message)
{
	struct words w;
	struct err e = {0};

	assert_int_equal(words_split(line, len, &w, &e), -1);
	assert_int_equal(e.class, ERR_USAGE);
	assert_non_null(strstr(e.message, message));
	words_free(&w);
}

static void test_bad_lines(void **state)
{
	(void)state;
	assert_bad("a 'b", 4, "single quote");
	assert_bad("a \"b\\\"", 6, "double quote");
	assert_bad("a \\", 3, "backslash");
	assert_bad("a\0b", 3, "NUL");
	assert_bad("list >", 6, "needs a file");
	assert_bad("list > # x", 10, "needs a file");
	assert_bad("list > a > b", 12, "one file");
	assert_bad("list > > b", 10, "needs a file");
}

/* What /bin/sh makes of the same text, in the same brackets; words without expansion, operators and comments only. */
static void ask_sh(const char *line, char *out, size_t cap)
{
	char command[512];
	size_t len;
	FILE *sh;

	snprintf(command, sizeof(command), "set -f; printf '[%%s]' %s", line);
	sh = popen(command, "r");
	assert_non_null(sh);
	len = fread(out, 1, cap - 1, sh);
	out[len] = '\0';
	assert_int_equal(pclose(sh), 0);
}

static void test_as_sh_does(void **state)
{
	static const char alphabet[] = "ab '\"\\#";
	unsigned seed = 7, compared = 0;
	char line[16], ours[256], theirs[256];
	struct words w;
	struct err e;

	(void)state;
	for (int round = 0; round < 1500 && compared < 150; round++) {
		size_t len = 3 + (size_t)rand_r(&seed) % 9;

		line[0] = 'x';
		for (size_t i = 1; i < len; i++)
			line[i] = alphabet[(size_t)rand_r(&seed) % (sizeof(alphabet) - 1)];
		line[len] = '\0';
		e = (struct err){0};
		if (words_split(line, len, &w, &e) == 0) {
			split(line, ours, sizeof(ours));
			ask_sh(line, theirs, sizeof(theirs));
			if (strcmp(ours, theirs))
				fail_msg("%s: %s, but sh: %s", line, ours, theirs);
			compared++;
		}
		words_free(&w);
	}
	assert_true(compared == 150);
}

static void test_continuation(void **state)
{
	(void)state;
	assert_true(words_continue("a \\", 3));
	assert_false(words_continue("a \\\\", 4));
	assert_true(words_continue("a \\\\\\", 5));
	assert_false(words_continue("# a \\", 5));
	assert_false(words_continue("  # a \\", 7));
	assert_false(words_continue("", 0));
}

/* A reader over `len` bytes, which are a pipe's. */
static void open_reader(struct reader *r, const char *bytes, size_t len)
{
	int fd[2];

	assert_int_equal(pipe(fd), 0);
	if (fork() == 0) {
		close(fd[0]);
		while (len) {
			ssize_t n = write(fd[1], bytes, len);

			if (n <= 0)
				break;
			bytes += n;
			len -= (size_t)n;
		}
		_exit(0);
	}
	close(fd[1]);
	*r = (struct reader){.fd = fd[0]};
}

static void close_reader(struct reader *r)
{
	close(r->fd);
	wait(NULL);
}

static void expect_line(struct reader *r, unsigned long number, const char *text)
{
	struct buf line = {0};
	struct err e = {0};
	unsigned long n;

	assert_int_equal(reader_next(r, &line, &n, &e), 1);
	assert_int_equal(n, number);
	assert_string_equal(line.data ? line.data : "", text);
	buf_free(&line);
}

static void expect_end(struct reader *r)
{
	struct buf line = {0};
	struct err e = {0};
	unsigned long n;

	assert_int_equal(reader_next(r, &line, &n, &e), 0);
	buf_free(&line);
}

static void test_reading(void **state)
{
	static const char text[] = "one\n\ntwo \\\nthree \\\nfour\n# five \\\nsix";
	struct reader r;

	(void)state;
	open_reader(&r, text, sizeof(text) - 1);
	expect_line(&r, 1, "one");
	expect_line(&r, 2, "");
	expect_line(&r, 3, "two three four");
	expect_line(&r, 6, "# five \\");
	expect_line(&r, 7, "six");
	expect_end(&r);
	expect_end(&r);
	close_reader(&r);
}

/* What is left of a line that is too long must not be taken for lines of their own. */
static void test_long_lines(void **state)
{
	size_t len = 3 * READER_MAX_LINE;
	char *text = malloc(len + 32);
	struct buf line = {0};
	struct err e = {0};
	struct reader r;
	unsigned long n;

	(void)state;
	assert_non_null(text);
	memset(text, 'x', len);
	memcpy(text + READER_MAX_LINE + 10, "\\\ny \\", 5);
	memcpy(text + 2 * READER_MAX_LINE, "\nend\n", 5);
	open_reader(&r, text, 2 * READER_MAX_LINE + 5);
	assert_int_equal(reader_next(&r, &line, &n, &e), -1);
	assert_int_equal(e.class, ERR_USAGE);
	assert_int_equal(n, 1);
	expect_line(&r, 3, "end");
	expect_end(&r);
	close_reader(&r);
	buf_free(&line);
	free(text);
}

static void test_longest_line(void **state)
{
	char *text = malloc(READER_MAX_LINE + 1);
	struct buf line = {0};
	struct err e = {0};
	struct reader r;
	unsigned long n;

	(void)state;
	assert_non_null(text);
	memset(text, 'x', READER_MAX_LINE);
	open_reader(&r, text, READER_MAX_LINE);
	assert_int_equal(reader_next(&r, &line, &n, &e), 1);
	assert_int_equal(line.len, READER_MAX_LINE);
	close_reader(&r);
	buf_free(&line);
	free(text);
}

static void test_unfinished_continuation(void **state)
{
	struct reader r;

	(void)state;
	open_reader(&r, "info \\\n", 7);
	expect_line(&r, 1, "info \\");
	expect_end(&r);
	close_reader(&r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_words),        cmocka_unit_test(test_bad_lines),
		cmocka_unit_test(test_as_sh_does),   cmocka_unit_test(test_continuation),
		cmocka_unit_test(test_reading),      cmocka_unit_test(test_long_lines),
		cmocka_unit_test(test_longest_line), cmocka_unit_test(test_unfinished_continuation),
	};

	return cmocka_run_group_tests_name("words", tests, NULL, NULL);
}
