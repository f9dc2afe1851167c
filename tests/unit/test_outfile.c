// SPDX-License-Identifier: GPL-2.0-or-later
/* An output file is complete or absent, and never takes the place of something else unasked. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "util/outfile.h"

/* What the file system of the moment cannot do; openat() and renameat2() below stand before those of libc. */
static bool no_tmpfile;
static bool no_noreplace;

int openat(int dir, const char *path, int flags, ...)
{
	mode_t mode = 0;
	va_list ap;

	if (flags & (O_CREAT | O_TMPFILE)) {
		va_start(ap, flags);
		mode = va_arg(ap, mode_t);
		va_end(ap);
	}
	if (no_tmpfile && (flags & O_TMPFILE) == O_TMPFILE) {
		errno = EOPNOTSUPP;
		return -1;
	}
	return (int)syscall(SYS_openat, dir, path, flags, mode);
}

int renameat2(int from_dir, const char *from, int to_dir, const char *to, unsigned flags)
{
	if (no_noreplace && flags) {
		errno = EINVAL;
		return -1;
	}
	return (int)syscall(SYS_renameat2, from_dir, from, to_dir, to, flags);
}

struct place {
	char dir[64];
	char target[96];
};

static int setup(void **state)
{
	struct place *p = calloc(1, sizeof(*p));

	assert_non_null(p);
	strcpy(p->dir, "/tmp/tsmctl-outfile-XXXXXX");
	assert_non_null(mkdtemp(p->dir));
	snprintf(p->target, sizeof(p->target), "%s/report.bin", p->dir);
	*state = p;
	return 0;
}

/* Removes what is left and returns how many entries that were. */
static int sweep(const struct place *p)
{
	DIR *d = opendir(p->dir);
	struct dirent *entry;
	int count = 0;

	assert_non_null(d);
	while ((entry = readdir(d)) != NULL) {
		if (!strcmp(entry->d_name, ".") || !strcmp(entry->d_name, ".."))
			continue;
		if (unlinkat(dirfd(d), entry->d_name, 0))
			assert_int_equal(unlinkat(dirfd(d), entry->d_name, AT_REMOVEDIR), 0);
		count++;
	}
	closedir(d);
	return count;
}

static int teardown(void **state)
{
	struct place *p = *state;

	sweep(p);
	assert_int_equal(rmdir(p->dir), 0);
	free(p);
	return 0;
}

static void assert_content(const char *path, const char *text)
{
	char bytes[64] = {0};
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	assert_true(fd >= 0);
	assert_int_equal(read(fd, bytes, sizeof(bytes) - 1), strlen(text));
	close(fd);
	assert_string_equal(bytes, text);
}

static void put_file(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, strlen(text)), strlen(text));
	close(fd);
}

static void a_file_appears_when_it_is_complete(void **state)
{
	struct place *p = *state;
	struct err e = {0};
	struct outfile *f = outfile_open(p->target, false, &e);
	struct stat st;

	assert_non_null(f);
	assert_int_equal(outfile_write(f, "first ", 6, &e), 0);
	assert_int_equal(outfile_write(f, "second", 6, &e), 0);
	assert_int_equal(access(p->target, F_OK), -1);
	assert_int_equal(outfile_commit(f, &e), 0);
	assert_content(p->target, "first second");
	assert_int_equal(stat(p->target, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0600);
	assert_int_equal(st.st_nlink, 1);
	assert_int_equal(sweep(p), 1);
}

/* A kernel or file system without unnamed files shows a hidden one meanwhile, and only then. */
static void the_bytes_wait_unnamed_where_that_is_possible(void **state)
{
	struct place *p = *state;
	struct err e = {0};
	struct outfile *f = outfile_open(p->target, false, &e);

	assert_non_null(f);
	assert_int_equal(sweep(p), no_tmpfile ? 1 : 0);
	outfile_abort(f);
}

static void an_abandoned_file_leaves_nothing(void **state)
{
	struct place *p = *state;
	struct err e = {0};
	struct outfile *f = outfile_open(p->target, false, &e);

	assert_non_null(f);
	assert_int_equal(outfile_write(f, "x", 1, &e), 0);
	outfile_abort(f);
	outfile_abort(NULL);
	assert_int_equal(sweep(p), 0);
}

static void an_existing_file_is_refused_at_once(void **state)
{
	struct place *p = *state;
	struct err e = {0};

	put_file(p->target, "old");
	assert_null(outfile_open(p->target, false, &e));
	assert_string_equal(e.code, "EEXIST");
	assert_int_equal(e.class, ERR_STATE);
	assert_string_equal(e.object, p->target);
	assert_non_null(strstr(e.hint, "--force"));
	assert_content(p->target, "old");
	assert_int_equal(sweep(p), 1);
}

static void a_file_that_appears_meanwhile_is_not_overwritten(void **state)
{
	struct place *p = *state;
	struct err e = {0};
	struct outfile *f = outfile_open(p->target, false, &e);

	assert_non_null(f);
	assert_int_equal(outfile_write(f, "new", 3, &e), 0);
	put_file(p->target, "theirs");
	assert_int_equal(outfile_commit(f, &e), -1);
	assert_string_equal(e.code, "EEXIST");
	assert_content(p->target, "theirs");
	assert_int_equal(sweep(p), 1);
}

static void force_replaces_a_file_as_a_whole(void **state)
{
	struct place *p = *state;
	struct err e = {0};
	struct outfile *f;
	struct stat st;

	put_file(p->target, "a longer old content");
	f = outfile_open(p->target, true, &e);
	assert_non_null(f);
	assert_int_equal(outfile_write(f, "new", 3, &e), 0);
	assert_content(p->target, "a longer old content");
	assert_int_equal(outfile_commit(f, &e), 0);
	assert_content(p->target, "new");
	assert_int_equal(stat(p->target, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0600);
	assert_int_equal(sweep(p), 1);
}

static void force_makes_a_new_file_too(void **state)
{
	struct place *p = *state;
	struct err e = {0};
	struct outfile *f = outfile_open(p->target, true, &e);

	assert_non_null(f);
	assert_int_equal(outfile_commit(f, &e), 0);
	assert_content(p->target, "");
	assert_int_equal(sweep(p), 1);
}

static void assert_refused(const char *path, bool force)
{
	struct err e = {0};

	assert_null(outfile_open(path, force, &e));
	assert_int_not_equal(e.class, ERR_NONE);
	assert_int_equal(strncmp(e.object, path, sizeof(e.object) - 1), 0);
}

static void only_regular_files_are_replaced(void **state)
{
	struct place *p = *state;
	char link[128];

	snprintf(link, sizeof(link), "%s/dangling", p->dir);
	assert_int_equal(mkdir(p->target, 0700), 0);
	assert_int_equal(symlink("nowhere", link), 0);
	for (int force = 0; force < 2; force++) {
		assert_refused(p->target, force);
		assert_refused(link, force);
		assert_refused("/dev/full", force);
		assert_refused("/dev/null", force);
		assert_refused("/", force);
		assert_refused(".", force);
		assert_refused("..", force);
		assert_refused("/tmp/", force);
		assert_refused("", force);
		assert_refused("/nonexistent/directory/file", force);
	}
	assert_int_equal(sweep(p), 2);
}

static void a_relative_name_is_in_the_working_directory(void **state)
{
	struct place *p = *state;
	struct err e = {0};
	int before = open(".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	struct outfile *f;

	assert_true(before >= 0);
	assert_int_equal(chdir(p->dir), 0);
	f = outfile_open("report.bin", false, &e);
	assert_int_equal(fchdir(before), 0);
	close(before);
	assert_non_null(f);
	assert_int_equal(outfile_write(f, "x", 1, &e), 0);
	assert_int_equal(outfile_commit(f, &e), 0);
	assert_content(p->target, "x");
}

/* A limit on the file size stands for a full disk. */
static void what_cannot_be_written_never_gets_the_name(void **state)
{
	struct place *p = *state;
	struct rlimit old;
	struct rlimit small;
	struct err e = {0};
	struct err later = {0};
	struct outfile *f;
	char bytes[1000] = {0};

	signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &old), 0);
	small = (struct rlimit){1500, old.rlim_max};
	put_file(p->target, "old");
	f = outfile_open(p->target, true, &e);
	assert_non_null(f);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
	assert_int_equal(outfile_write(f, bytes, sizeof(bytes), &e), 0);
	assert_int_equal(outfile_write(f, bytes, sizeof(bytes), &e), -1);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &old), 0);
	assert_string_equal(e.code, "EFBIG");
	assert_string_equal(e.object, p->target);
	assert_int_equal(outfile_commit(f, &later), -1);
	assert_content(p->target, "old");
	assert_int_equal(sweep(p), 1);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(a_file_appears_when_it_is_complete),
		CASE(the_bytes_wait_unnamed_where_that_is_possible),
		CASE(an_abandoned_file_leaves_nothing),
		CASE(an_existing_file_is_refused_at_once),
		CASE(a_file_that_appears_meanwhile_is_not_overwritten),
		CASE(force_replaces_a_file_as_a_whole),
		CASE(force_makes_a_new_file_too),
		CASE(only_regular_files_are_replaced),
		CASE(a_relative_name_is_in_the_working_directory),
		CASE(what_cannot_be_written_never_gets_the_name),
	};

	int failed = cmocka_run_group_tests_name("unnamed files", tests, NULL, NULL);

	no_tmpfile = true;
	failed += cmocka_run_group_tests_name("hidden names", tests, NULL, NULL);
	no_noreplace = true;
	failed += cmocka_run_group_tests_name("hidden names, links", tests, NULL, NULL);
	return failed;
}
