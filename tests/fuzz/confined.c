// SPDX-License-Identifier: GPL-2.0-or-later
#include "confined.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <json-c/json.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "cli/cli.h"

static char room[] = "/dev/shm/tsmctl-fuzz-XXXXXX";
static bool confined; /* while the tool runs; the fuzzer itself may do as it likes */

/* --- the file system: calls of the tool come here, by the linker's --wrap ------------------------------------------
 */

static bool inside(const char *path)
{
	size_t len = strlen(room);

	if (!confined)
		return true;
	return !strstr(path, "..") && (*path != '/' || (!strncmp(path, room, len) && strchr("/", path[len])));
}

static bool inside_at(int dir, const char *path)
{
	char link[40], target[256];
	ssize_t len;

	if (!inside(path))
		return false;
	if (!confined || dir == AT_FDCWD || *path == '/')
		return true;
	snprintf(link, sizeof(link), "/proc/self/fd/%d", dir);
	len = readlink(link, target, sizeof(target) - 1);
	target[len > 0 ? len : 0] = '\0';
	return inside(target);
}

static int refuse(void)
{
	errno = EACCES;
	return -1;
}

#define WRAP(name, allowed, parameters, ...)                            \
	int __real_##name parameters;                                   \
	int __wrap_##name parameters;                                   \
	int __wrap_##name parameters                                    \
	{                                                               \
		return allowed ? __real_##name(__VA_ARGS__) : refuse(); \
	}

WRAP(mkdir, inside(path), (const char *path, mode_t mode), path, mode)
WRAP(rmdir, inside(path), (const char *path), path)
WRAP(unlink, inside(path), (const char *path), path)
WRAP(unlinkat, inside_at(dir, path), (int dir, const char *path, int flags), dir, path, flags)
WRAP(rename, inside(from) && inside(to), (const char *from, const char *to), from, to)
WRAP(renameat, inside_at(dir, from) && inside_at(into, to), (int dir, const char *from, int into, const char *to), dir,
     from, into, to)
WRAP(renameat2, inside_at(dir, from) && inside_at(into, to),
     (int dir, const char *from, int into, const char *to, unsigned flags), dir, from, into, to, flags)
/* What it links is a file of the tool's own, which has no name yet. */
WRAP(linkat, inside_at(into, to), (int dir, const char *from, int into, const char *to, int flags), dir, from, into, to,
     flags)

char *__real_mkdtemp(char *path);
char *__wrap_mkdtemp(char *path);
char *__wrap_mkdtemp(char *path)
{
	if (inside(path))
		return __real_mkdtemp(path);
	refuse();
	return NULL;
}

DIR *__real_opendir(const char *path);
DIR *__wrap_opendir(const char *path);
DIR *__wrap_opendir(const char *path)
{
	if (inside(path))
		return __real_opendir(path);
	refuse();
	return NULL;
}

int __wrap_open(const char *path, int flags, ...);
int __wrap_open(const char *path, int flags, ...)
{
	va_list arguments;
	mode_t mode;

	va_start(arguments, flags);
	mode = flags & (O_CREAT | O_TMPFILE) ? va_arg(arguments, mode_t) : 0;
	va_end(arguments);
	return inside(path) ? openat(AT_FDCWD, path, flags, mode) : refuse();
}

int __real_openat(int dir, const char *path, int flags, ...);
int __wrap_openat(int dir, const char *path, int flags, ...);
int __wrap_openat(int dir, const char *path, int flags, ...)
{
	va_list arguments;
	mode_t mode;

	va_start(arguments, flags);
	mode = flags & (O_CREAT | O_TMPFILE) ? va_arg(arguments, mode_t) : 0;
	va_end(arguments);
	return inside_at(dir, path) ? __real_openat(dir, path, flags, mode) : refuse();
}

/* --- time: a delay is over at once, and a wait without an end is ended by a signal ---------------------------------
 */

int __wrap_nanosleep(const struct timespec *time, struct timespec *left);
int __wrap_nanosleep(const struct timespec *time, struct timespec *left)
{
	(void)time;
	(void)left;
	return 0;
}

int __wrap_ppoll(struct pollfd *fds, nfds_t count, const struct timespec *timeout, const sigset_t *mask);
int __wrap_ppoll(struct pollfd *fds, nfds_t count, const struct timespec *timeout, const sigset_t *mask)
{
	(void)fds;
	(void)count;
	(void)timeout;
	(void)mask;
	errno = EINTR;
	return -1;
}

/* --- the room ------------------------------------------------------------------------------------------------------
 */

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *at)
{
	(void)st;
	(void)type;
	return at->level ? remove(path) : 0;
}

void confined_reset(void)
{
	if (nftw(room, remove_one, 8, FTW_DEPTH | FTW_PHYS))
		abort();
}

static void leave(void)
{
	confined_reset();
	rmdir(room);
}

static void keep(const char *variable, const char *value)
{
	if (setenv(variable, value, 1))
		abort();
}

/* Standard input is empty, standard output is kept, and the only kernel is the simulated one. */
int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	int empty = open("/dev/null", O_RDONLY);
	int output = memfd_create("output", 0);

	(void)argc;
	(void)argv;
	if (!mkdtemp(room) || chdir(room) || dup2(empty, STDIN_FILENO) < 0 || dup2(output, STDOUT_FILENO) < 0)
		abort();
	close(empty);
	close(output);
	atexit(leave);
	keep("TSMCTL_SIM", "cca");
	keep("TSMCTL_SIM_STATE", "state");
	keep("TMPDIR", room);
	keep("HOME", room);
	keep("XDG_STATE_HOME", room);
	return 0;
}

void confined_file(const char *name, struct bytes content)
{
	int fd = open(name, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	if (fd < 0 || write(fd, content.data, content.len) != (ssize_t)content.len || close(fd))
		abort();
}

/* --- what a run promises -------------------------------------------------------------------------------------------
 */

struct promise {
	bool json;
	bool one;  /* exactly one document */
	bool text; /* nothing that a terminal obeys */
};

static bool has_flag(const struct invocation *inv, unsigned flags)
{
	return inv->command && inv->command->flags & flags;
}

/* `argv` is reordered by the parser, so that it looks at a copy. */
static struct promise promised(int argc, char *const *argv)
{
	char *copy[CONFINED_WORDS + 2];
	struct invocation inv;
	struct err e = {0};
	bool lines;

	memcpy(copy, argv, ((size_t)argc + 1) * sizeof(*copy));
	cli_parse(argc, copy, &inv, &e);
	lines = e.class == ERR_NONE && (inv.opt.batch || has_flag(&inv, COMMAND_SHELL));
	return (struct promise){
		.json = inv.opt.json,
		.one = !lines && !has_flag(&inv, COMMAND_STREAM),
		.text = !lines && !inv.opt.json && !inv.opt.raw && !inv.opt.color,
	};
}

/* The documents of which `text` consists; aborts if it consists of anything else. */
static size_t count_documents(const char *text, size_t len)
{
	struct json_tokener *t = json_tokener_new();
	size_t count = 0, at = 0;

	json_tokener_set_flags(t, JSON_TOKENER_STRICT | JSON_TOKENER_VALIDATE_UTF8 | JSON_TOKENER_ALLOW_TRAILING_CHARS);
	while (at < len && text[len - 1] == '\n') {
		json_tokener_reset(t);
		json_object_put(json_tokener_parse_ex(t, text + at, (int)(len - at)));
		if (json_tokener_get_error(t) != json_tokener_success)
			abort();
		at += json_tokener_get_parse_end(t);
		at += strspn(text + at, "\n");
		count++;
	}
	json_tokener_free(t);
	if (at != len)
		abort();
	return count;
}

static bool is_obeyed(char c)
{
	return ((unsigned char)c < 0x20 && c != '\n' && c != '\t') || c == 0x7f;
}

static void check(const struct promise *p, const char *text, size_t len)
{
	size_t count = p->json ? count_documents(text, len) : 0;

	if (p->json && p->one && count != 1)
		abort();
	for (size_t i = 0; p->text && i < len; i++)
		if (is_obeyed(text[i]))
			abort();
}

/* What was written to standard output; NUL-terminated, to be freed. */
static char *take_output(size_t *len)
{
	off_t end = lseek(STDOUT_FILENO, 0, SEEK_END);
	char *text = calloc(1, (size_t)end + 1);

	if (!text || pread(STDOUT_FILENO, text, (size_t)end, 0) != end || ftruncate(STDOUT_FILENO, 0))
		abort();
	lseek(STDOUT_FILENO, 0, SEEK_SET);
	*len = (size_t)end;
	return text;
}

static int next_descriptor(void)
{
	int fd = dup(STDOUT_FILENO);

	close(fd);
	return fd;
}

int confined_tool(int argc, char **argv)
{
	return cli_main(argc, argv, NULL);
}

int confined_run(confined_fn *tool, int argc, char **argv)
{
	struct promise promise = promised(argc, argv);
	int before = next_descriptor();
	char *output;
	size_t len;
	int status;

	confined = true;
	status = tool(argc, argv);
	confined = false;
	output = take_output(&len);
	if (status < 0 || status > ERR_EVIDENCE || next_descriptor() != before)
		abort();
	check(&promise, output, len);
	free(output);
	return status;
}

char *confined_words(struct bytes text, char separator, int *argc, char *argv[CONFINED_WORDS + 2])
{
	char *copy = calloc(1, text.len + 1);
	char *rest = copy;

	if (!copy)
		abort();
	for (size_t i = 0; i < text.len; i++)
		copy[i] = text.data[i] ? (char)text.data[i] : '\n';
	argv[0] = (char[]){"tsmctl"};
	*argc = 1;
	while (rest && text.len && *argc <= CONFINED_WORDS) {
		argv[(*argc)++] = rest;
		rest = strchr(rest, separator);
		if (rest)
			*rest++ = '\0';
	}
	argv[*argc] = NULL;
	return copy;
}
