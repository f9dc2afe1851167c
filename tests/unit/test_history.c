// SPDX-License-Identifier: GPL-2.0-or-later
/* The shell's history file: where it is, who may read it, how long it gets, and what is not taken for one. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/history.h"
#include "util/buf.h"

enum { MAX_SIZE = 128 * 1024 };

static struct buf remembered;
static size_t lines;

static void remember(const char *line)
{
	buf_printf(&remembered, "%s\n", line);
	lines++;
}

/* What the history holds; a line each. */
static const char *loaded(void)
{
	buf_reset(&remembered);
	lines = 0;
	history_load(remember);
	return remembered.len ? remembered.data : "";
}

static int setup(void **state)
{
	char *dir = strdup("/tmp/tsmctl-history-XXXXXX");

	*state = mkdtemp(dir);
	assert_non_null(*state);
	assert_int_equal(setenv("XDG_STATE_HOME", dir, 1), 0);
	unsetenv("HOME");
	return 0;
}

static int teardown(void **state)
{
	char command[80];

	snprintf(command, sizeof(command), "rm -r '%s'", (char *)*state);
	assert_int_equal(system(command), 0);
	free(*state);
	buf_free(&remembered);
	return 0;
}

static char *path_of(void **state, const char *name, char path[PATH_MAX])
{
	snprintf(path, PATH_MAX, "%s/%s", (char *)*state, name);
	return path;
}

static void test_what_is_added_is_loaded(void **state)
{
	char path[PATH_MAX];
	struct stat st;

	assert_string_equal(loaded(), "");
	history_add("info");
	history_add("set-state run");
	assert_string_equal(loaded(), "info\nset-state run\n");
	assert_int_equal(stat(path_of(state, "tsmctl/history", path), &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	assert_int_equal(stat(path_of(state, "tsmctl", path), &st), 0);
	assert_int_equal(st.st_mode & 0777, 0700);
}

/* What others could read before is read by nobody else any more. */
static void test_the_mode_is_mended(void **state)
{
	char path[PATH_MAX];
	struct stat st;

	history_add("info");
	chmod(path_of(state, "tsmctl/history", path), 0644);
	history_add("list");
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
}

static void test_where_it_is(void **state)
{
	char path[PATH_MAX];

	unsetenv("XDG_STATE_HOME");
	history_add("nowhere");
	setenv("HOME", "not/absolute", 1);
	history_add("nowhere");
	assert_string_equal(loaded(), "");
	setenv("HOME", path_of(state, "home", path), 1);
	setenv("XDG_STATE_HOME", "not/absolute", 1);
	history_add("at home");
	assert_int_equal(access(path_of(state, "home/.local/state/tsmctl/history", path), R_OK), 0);
	assert_string_equal(loaded(), "at home\n");
}

static void test_a_path_that_is_too_long(void **state)
{
	static char path[2 * PATH_MAX];

	(void)state;
	memset(path, '/', sizeof(path) - 1);
	setenv("XDG_STATE_HOME", path, 1);
	history_add("nowhere");
	assert_string_equal(loaded(), "");
}

/* A link could lead to somebody else's file; a directory or a FIFO is no history either. */
static void test_what_is_no_history(void **state)
{
	char link[PATH_MAX], file[PATH_MAX];
	struct stat st;

	history_add("info");
	path_of(state, "tsmctl/history", link);
	path_of(state, "other", file);
	assert_int_equal(rename(link, file), 0);
	assert_int_equal(symlink(file, link), 0);
	history_add("followed");
	assert_string_equal(loaded(), "");
	assert_int_equal(stat(file, &st), 0);
	assert_int_equal(st.st_size, strlen("info\n"));

	assert_int_equal(unlink(link), 0);
	assert_int_equal(mkfifo(link, 0600), 0);
	history_add("into the pipe");
	assert_string_equal(loaded(), "");
}

static void test_a_long_history_keeps_its_later_half(void **state)
{
	char path[PATH_MAX], line[128];
	struct stat st;

	memset(line, 'x', sizeof(line));
	line[sizeof(line) - 1] = '\0';
	for (size_t i = 0; i <= MAX_SIZE / sizeof(line); i++)
		history_add(line);
	assert_int_equal(stat(path_of(state, "tsmctl/history", path), &st), 0);
	assert_true(st.st_size > MAX_SIZE);
	history_add("last");
	assert_int_equal(stat(path, &st), 0);
	assert_in_range(st.st_size, MAX_SIZE / 2 - sizeof(line), MAX_SIZE / 2 + sizeof(line));
	loaded();
	assert_int_equal(lines, st.st_size / (off_t)sizeof(line) + 1);
	assert_memory_equal(remembered.data, line, sizeof(line) - 1);
	assert_string_equal(remembered.data + remembered.len - 5, "last\n");
}

/* One line longer than all that is kept: nothing to begin with. */
static void test_a_history_of_one_line(void **state)
{
	static char line[2 * MAX_SIZE];

	(void)state;
	memset(line, 'x', sizeof(line) - 1);
	history_add(line);
	history_add("next");
	assert_string_equal(loaded(), "next\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_what_is_added_is_loaded, setup, teardown),
		cmocka_unit_test_setup_teardown(test_the_mode_is_mended, setup, teardown),
		cmocka_unit_test_setup_teardown(test_where_it_is, setup, teardown),
		cmocka_unit_test_setup_teardown(test_a_path_that_is_too_long, setup, teardown),
		cmocka_unit_test_setup_teardown(test_what_is_no_history, setup, teardown),
		cmocka_unit_test_setup_teardown(test_a_long_history_keeps_its_later_half, setup, teardown),
		cmocka_unit_test_setup_teardown(test_a_history_of_one_line, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
