// SPDX-License-Identifier: GPL-2.0-or-later
#include "run.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>

#include <cmocka.h>

#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/cli.h"
#include "memory.h"

enum { MAX_WORDS = 32, MAX_LINE = 400, STREAMS = 3 };

static const char event_scenario[] =
	"{\"events\": [{\"event\": \"release\", \"after_ms\": 1, \"device\": \"0000:01:00.0\"}]}";
static const char *const own_names[] = {".",     "..",  "root.pem", "event.json", "recorded",
					"lines", "sim", "sim.lock", "sim.holds",  "held"};

static char home[] = "/dev/shm/tsmctl-faults-XXXXXX";
static int kept[STREAMS];  /* the streams of the test itself */
static int place[STREAMS]; /* those of the command line */
static struct buf state;   /* of the simulated VMM, as the command line finds it */

static void put_file(const char *name, const void *bytes, size_t len)
{
	int fd = open(name, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	assert_true(fd >= 0 && write(fd, bytes, len) == (ssize_t)len);
	close(fd);
}

static void read_whole(int fd, struct buf *out)
{
	char block[16384];
	off_t at = 0;
	ssize_t len;

	buf_reset(out);
	while ((len = pread(fd, block, sizeof(block), at)) > 0) {
		buf_add(out, block, (size_t)len);
		at += len;
	}
	assert_false(out->failed);
}

static int open_root(void)
{
	const char *source = getenv("TSMCTL_SOURCE");
	char path[512];

	snprintf(path, sizeof(path), "%s/data/root.pem", source ? source : ".");
	return open(path, O_RDONLY | O_CLOEXEC);
}

static void copy_root(int fd)
{
	struct buf text = {0};

	assert_true(fd >= 0);
	read_whole(fd, &text);
	close(fd);
	put_file("root.pem", text.data, text.len);
	buf_free(&text);
}

static int start(void **unused)
{
	int root;

	(void)unused;
	/* The tests' alarms are for what hangs; valgrind is only slow. */
	if (getenv("TSMCTL_MEMCHECK"))
		assert_true(signal(SIGALRM, SIG_IGN) != SIG_ERR);
	if (!mkdtemp(home)) {
		strcpy(home, "/tmp/tsmctl-flt-XXXXXX");
		assert_non_null(mkdtemp(home));
	}
	root = open_root();
	assert_int_equal(chdir(home), 0);
	copy_root(root);
	assert_int_equal(setenv("TSMCTL_SIM_STATE", "sim", 1), 0);
	put_file("event.json", event_scenario, sizeof(event_scenario) - 1);
	for (int i = 0; i < STREAMS; i++) {
		kept[i] = fcntl(i, F_DUPFD_CLOEXEC, 100);
		place[i] = memfd_create("stream", MFD_CLOEXEC);
		assert_true(kept[i] >= 0 && place[i] >= 0);
	}
	return 0;
}

static int stop(void **unused)
{
	char command[80];

	(void)unused;
	snprintf(command, sizeof(command), "rm -r '%s'", home);
	assert_int_equal(chdir("/"), 0);
	assert_int_equal(system(command), 0);
	buf_free(&state);
	return 0;
}

int run_program(const struct CMUnitTest *tests, size_t count, const char *told, const size_t *cases)
{
	int failed = _cmocka_run_group_tests(told, tests, count, start, stop);

	print_message("%zu cases of %s\n", *cases, told);
	return failed;
}

static void redirect(const char *input)
{
	for (int i = 0; i < STREAMS; i++) {
		assert_int_equal(ftruncate(place[i], 0), 0);
		assert_int_equal(lseek(place[i], 0, SEEK_SET), 0);
	}
	if (input)
		assert_true(pwrite(place[0], input, strlen(input), 0) == (ssize_t)strlen(input));
	fflush(stdout);
	for (int i = 0; i < STREAMS; i++)
		assert_true(dup2(place[i], i) == i);
}

static void bring_back(void)
{
	for (int i = 0; i < STREAMS; i++)
		assert_true(dup2(kept[i], i) == i);
}

static int split(char *text, char **word)
{
	int count = 0;

	for (char *at = strtok(text, " "); at; at = strtok(NULL, " "))
		word[count++] = at;
	return count;
}

static int run_words(const struct command_line *l, const char *words, bool json, struct trial *t)
{
	const struct kernel_layer layer = {layer_lay, t};
	char text[MAX_LINE];
	char *word[MAX_WORDS];
	int count;

	snprintf(text, sizeof(text), "tsmctl %s%s%s %s", l->sim && !*l->sim ? "" : "--sim=", l->sim ? l->sim : "cca",
		 json ? " -j" : "", words);
	count = split(text, word);
	word[count] = NULL;
	return cli_main(count, word, &layer);
}

static void clean(const char *directory)
{
	char path[512];
	DIR *d = opendir(directory);
	const struct dirent *entry;

	while (d && (entry = readdir(d))) {
		bool own = false;

		for (size_t i = 0; i < sizeof(own_names) / sizeof(*own_names); i++)
			own |= strcmp(entry->d_name, own_names[i]) == 0;
		if (own)
			continue;
		snprintf(path, sizeof(path), "%s/%s", directory, entry->d_name);
		if (unlink(path) && rmdir(path)) {
			clean(path);
			rmdir(path);
		}
	}
	if (d)
		closedir(d);
}

/* What the simulated VMM has become, or nothing, from here on. */
static void keep_state(void)
{
	int fd = open("sim", O_RDONLY | O_CLOEXEC);

	buf_reset(&state);
	if (fd < 0)
		return;
	read_whole(fd, &state);
	close(fd);
}

void run_prepare(const struct command_line *l)
{
	struct trial *t = calloc(1, sizeof(*t));
	int status = 0;

	assert_non_null(t);
	unlink("sim");
	unlink("recorded");
	clean("held");
	rmdir("held");
	clean(".");
	if (l->input)
		put_file("lines", l->input, strlen(l->input));
	if (l->first) {
		redirect(NULL);
		status = run_words(l->first[0] == '@' ? &(const struct command_line){.words = ""} : l,
				   l->first + (l->first[0] == '@'), false, t);
		bring_back();
	}
	free(t);
	if (status) {
		struct buf said = {0};

		read_whole(place[2], &said);
		fail_msg("%s: status %d: %s", l->first, status, said.data ? said.data : "");
	}
	keep_state();
}

void run_restore(void)
{
	clean(".");
	if (state.len)
		put_file("sim", state.data, state.len);
	else
		unlink("sim");
}

static void run_kept(const struct command_line *l, bool json, size_t nth, bool lasting, struct trial *t,
		     struct result *r)
{
	size_t asked;

	redirect(l->input);
	memory_fail(nth, lasting);
	r->status = run_words(l, l->words, json, t);
	asked = memory_asked();
	memory_fail(0, false);
	memory_spare(true);
	bring_back();
	read_whole(place[1], &r->out);
	read_whole(place[2], &r->err);
	memory_spare(false);
	r->allocations = asked;
}

void run_line(const struct command_line *l, bool json, struct trial *t, struct result *r)
{
	run_line_starved(l, json, 0, false, t, r);
}

void run_line_starved(const struct command_line *l, bool json, size_t nth, bool lasting, struct trial *t,
		      struct result *r)
{
	run_restore();
	run_kept(l, json, nth, lasting, t, r);
}

void run_restored(const struct command_line *l, bool json, struct trial *t, struct result *r)
{
	run_kept(l, json, 0, false, t, r);
}

void result_free(struct result *r)
{
	buf_free(&r->out);
	buf_free(&r->err);
}

static bool is_own(const char *name)
{
	for (size_t i = 0; i < sizeof(own_names) / sizeof(*own_names); i++)
		if (strcmp(name, own_names[i]) == 0)
			return true;
	return false;
}

bool run_changed(void)
{
	int fd = open("sim", O_RDONLY | O_CLOEXEC);
	struct buf now = {0};
	bool same;

	if (fd >= 0) {
		read_whole(fd, &now);
		close(fd);
	}
	same = now.len == state.len && (!now.len || memcmp(now.data, state.data, now.len) == 0);
	buf_free(&now);
	return !same;
}

size_t run_descriptors(void)
{
	DIR *d = opendir("/proc/self/fd");
	size_t count = 0;

	assert_non_null(d);
	while (readdir(d))
		count++;
	closedir(d);
	return count;
}

static void list(const char *directory, struct buf *names)
{
	struct dirent **entry;
	char path[512];
	struct stat st;
	int count = scandir(directory, &entry, NULL, alphasort);

	assert_true(count >= 0);
	for (int i = 0; i < count; i++) {
		snprintf(path, sizeof(path), "%s/%s", directory, entry[i]->d_name);
		if (!is_own(entry[i]->d_name) && lstat(path, &st) == 0) {
			/* The manifest names the kernel where it is known: its size says nothing. */
			bool sized = S_ISREG(st.st_mode) && !strstr(path, ".json");

			buf_printf(names, "%s:%lld ", path, sized ? (long long)st.st_size : 0LL);
			if (S_ISDIR(st.st_mode))
				list(path, names);
		}
		free(entry[i]);
	}
	free(entry);
}

void run_left(struct buf *names)
{
	buf_reset(names);
	list(".", names);
}
