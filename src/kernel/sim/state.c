// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What the simulated VMM's functions have become, between invocations: one JSON file for all simulations,
 * {"tsmctl-sim":1,"simulations":{KEY:{"devices":{BDF:{...}}}}}. Objects are kept only where they differ from those of
 * a fresh start. Readers need no lock, because a new file takes the old one's name at once.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "kernel/sim/internal.h"
#include "kernel/sim/json.h"
#include "util/buf.h"
#include "util/bytes.h"
#include "util/environment.h"
#include "util/interrupt.h"
#include "util/io.h"
#include "util/json_build.h"
#include "util/json_text.h"
#include "util/text.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

enum { STATE_VERSION = 1, STATE_LIMIT = 256 << 20, LOCK_SECONDS = 10, POLL_MS = 20 };

static const struct json_key device_keys[] = {
	{"state", JSON_WORD, offsetof(struct sim_device, state), 0, tdi_state_parse},
	{"dma_enabled", JSON_FLAG, offsetof(struct sim_device, dma_enabled), 0, NULL},
	{"mappings", JSON_U32, offsetof(struct sim_device, mappings), 0, NULL},
	{"generation", JSON_U32, offsetof(struct sim_device, generation), 0, NULL},
	{"validated", JSON_U32, offsetof(struct sim_device, validated), 0, NULL},
	{"objects", JSON_OTHER, 0, 0, NULL},
};

static int join(char *out, size_t cap, const char *first, const char *second)
{
	int len = snprintf(out, cap, "%s%s", first, second);

	return len >= 0 && (size_t)len < cap ? 0 : -ENAMETOOLONG;
}

/* The state file's path, and the directory that may have to be made for it: "" for a file that the user named. */
static int locate(char *path, size_t cap, char *dir, size_t dir_cap)
{
	const char *named = environment("TSMCTL_SIM_STATE");
	const char *runtime = environment_directory("XDG_RUNTIME_DIR");
	int ret;

	dir[0] = '\0';
	if (named)
		return join(path, cap, named, "");
	if (runtime) {
		ret = join(dir, dir_cap, runtime, "/tsmctl");
	} else {
		char number[24];

		snprintf(number, sizeof(number), "%u", geteuid());
		ret = join(dir, dir_cap, "/tmp/tsmctl-", number);
	}
	return ret ? ret : join(path, cap, dir, "/sim.json");
}

/* A directory below /tmp could be anybody's. 0, or -errno; -ENOENT where it is absent. */
static int check_dir(const char *dir)
{
	struct stat st;

	if (!*dir)
		return 0;
	if (lstat(dir, &st))
		return -errno;
	if (!S_ISDIR(st.st_mode))
		return -ENOTDIR;
	return st.st_uid == geteuid() && !(st.st_mode & (S_IWGRP | S_IWOTH)) ? 0 : -EPERM;
}

/* A descriptor of a file that is the caller's own and no link, or -errno. */
static int open_own(const char *path, int flags)
{
	struct stat st;
	int fd = open(path, flags | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0600);

	if (fd < 0)
		return -errno;
	if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && st.st_uid == geteuid())
		return fd;
	close(fd);
	return -EPERM;
}

static int refused(struct err *e, int error, const char *path)
{
	err_errno(e, error, "the simulator's state file cannot be used");
	err_object(e, "%s", path);
	err_hint(e, "It must be a regular file of this user, no link, in a directory that others cannot write. "
		    "TSMCTL_SIM_STATE names another one.");
	return -1;
}

/* Of a file that could not be read as it stands; the errno of what failed otherwise says all. */
static int damaged(struct err *e, const char *path)
{
	err_object(e, "%s", path);
	if (err_errno_parse(e->code) > 0)
		return -1;
	err_hint(e, "The file is damaged. \"tsmctl sim reset\" removes it: the simulated VMM starts afresh.");
	return -1;
}

/* A path of the user's own choice must lie in a directory; the default one is made when it is needed. */
static bool directory_exists(const char *path)
{
	char dir[PATH_MAX];
	const char *slash = strrchr(path, '/');

	if (!slash || slash == path)
		return true;
	snprintf(dir, sizeof(dir), "%.*s", (int)(slash - path), path);
	return access(dir, F_OK) == 0;
}

/* The file's contents; *out is NULL when there is no file. */
static int read_file(const char *path, const char *dir, struct json_object **out, struct err *e)
{
	int ret = check_dir(dir);
	int fd = ret ? ret : open_own(path, O_RDONLY);

	*out = NULL;
	if (fd == -ENOENT && (*dir || directory_exists(path)))
		return 0;
	if (fd < 0)
		return refused(e, -fd, path);
	*out = sim_json_read(fd, path, STATE_LIMIT, e);
	close(fd);
	return *out ? 0 : damaged(e, path);
}

/* The member of that name, an object; made if `make` says so. NULL: absent, or `e` is set. */
static struct json_object *member(struct json_object *o, const char *name, bool make, struct err *e)
{
	struct json_object *m = NULL;

	if (!o || sim_json_get(o, name, json_type_object, &m, e) || m || !make)
		return m;
	m = json_object_new_object();
	if (m && json_add(o, name, m) == 0)
		return m;
	err_oom(e);
	return NULL;
}

static int load_object(struct sim_device *d, const char *name, struct json_object *v, struct err *e)
{
	int type = evidence_type_parse(name);
	const char *hex = json_object_is_type(v, json_type_string) ? json_object_get_string(v) : NULL;
	size_t len = hex ? strlen(hex) / 2 : 0;

	if (type < 0 || !hex || len > EV_MAX_OBJECT_SIZE)
		return err_set(e, ERR_FAILED, "JSON", "\"objects\" of %s holds something else", d->bdf);

	uint8_t *data = len ? malloc(len) : NULL;

	if (len && !data)
		return err_oom(e);
	if (hex_decode(hex, data, len) < 0) {
		free(data);
		return err_set(e, ERR_FAILED, "JSON", "\"%s\" of %s is not hexadecimal", name, d->bdf);
	}
	free(d->object[type].data);
	d->object[type] = (struct sim_blob){data, len};
	return 0;
}

static int load_device(struct sim_device *d, struct json_object *o, struct err *e)
{
	struct json_object *objects = member(o, "objects", false, e);

	if (e->class != ERR_NONE || sim_json_fill(o, device_keys, COUNT(device_keys), d, d->bdf, e))
		return -1;
	if (!objects)
		return 0;
	json_object_object_foreach(objects, name, v)
	{
		if (load_object(d, name, v, e))
			return -1;
	}
	return 0;
}

/* Takes over what the file says about this simulation. */
static int load_root(struct sim *s, struct json_object *root, struct err *e)
{
	struct json_object *version;

	if (sim_json_get(root, "tsmctl-sim", json_type_int, &version, e))
		return -1;
	if (!version || json_object_get_int(version) != STATE_VERSION)
		return err_set(e, ERR_FAILED, "JSON", "it is no state of this simulator");

	struct json_object *simulations = member(root, "simulations", false, e);
	struct json_object *own = member(simulations, s->key, false, e);
	struct json_object *devices = member(own, "devices", false, e);

	for (size_t i = 0; i < s->device_count && e->class == ERR_NONE; i++) {
		struct json_object *o = member(devices, s->device[i].bdf, false, e);

		if (o && s->device[i].held && load_device(&s->device[i], o, e))
			return -1;
	}
	return e->class == ERR_NONE ? 0 : -1;
}

/* Whether the file is another one than when this was last asked. */
static bool file_changed(struct sim *s)
{
	struct stat st;
	bool there = stat(s->state_path, &st) == 0;
	ino_t inode = there ? st.st_ino : 0;
	struct timespec time = there ? st.st_mtim : (struct timespec){0};
	bool same =
		s->state_inode == inode && s->state_time.tv_sec == time.tv_sec && s->state_time.tv_nsec == time.tv_nsec;

	s->state_inode = inode;
	s->state_time = time;
	return !same;
}

int sim_state_load(struct sim *s, struct err *e)
{
	char dir[PATH_MAX];
	struct json_object *root = NULL;
	int ret = locate(s->state_path, sizeof(s->state_path), dir, sizeof(dir));

	if (ret)
		return refused(e, -ret, "TSMCTL_SIM_STATE");
	file_changed(s);
	if (read_file(s->state_path, dir, &root, e))
		return -1;
	if (root && load_root(s, root, e))
		ret = damaged(e, s->state_path);
	json_object_put(root);
	return ret;
}

/* Waits for the lock, and for a file of that name: a reset may have removed the one that was opened. */
static int lock_once(const char *path, bool *again)
{
	struct stat mine;
	struct stat named;
	int fd = open_own(path, O_RDWR | O_CREAT);

	*again = false;
	if (fd < 0)
		return fd;
	if (flock(fd, LOCK_EX | LOCK_NB)) {
		int error = errno;

		*again = error == EWOULDBLOCK || error == EINTR;
		close(fd);
		return *again ? -EBUSY : -error;
	}
	if (fstat(fd, &mine) == 0 && stat(path, &named) == 0 && mine.st_ino == named.st_ino)
		return fd;
	*again = true;
	close(fd);
	return -EBUSY;
}

static int lock_file(const char *path)
{
	const struct timespec pause = {0, POLL_MS * 1000000L};
	bool again = true;
	int fd = -EBUSY;

	for (int i = 0; i < LOCK_SECONDS * 1000 / POLL_MS && again; i++) {
		if (i)
			nanosleep(&pause, NULL);
		fd = lock_once(path, &again);
	}
	return fd;
}

/* The lock of `path`; makes the directory if that is ours to make. */
static int lock_state(const char *path, const char *dir)
{
	char lock[PATH_MAX];
	int ret = join(lock, sizeof(lock), path, ".lock");

	if (!ret && *dir && mkdir(dir, 0700) && errno != EEXIST)
		ret = -errno;
	if (!ret)
		ret = check_dir(dir);
	return ret ? ret : lock_file(lock);
}

/* A kernel has no more than an errno to answer with. */
static int errno_of(const struct err *e)
{
	int errnum = err_errno_parse(e->code);

	return errnum > 0 ? -errnum : -EIO;
}

/* The same simulation as it is without a state file; freed with sim_teardown(). */
static int fresh_start(const struct sim *s, struct sim *fresh)
{
	struct err e = {0};

	*fresh = (struct sim){.lock = -1};
	if (sim_configure(fresh, s->spec, &e) == 0 && fresh->device_count == s->device_count)
		return 0;
	sim_teardown(fresh);
	return errno_of(&e);
}

/* What a scenario's events did to a function is not in the file. */
static void swap_devices(struct sim *a, struct sim *b)
{
	for (size_t i = 0; i < a->device_count; i++) {
		struct sim_device kept = a->device[i];

		if (!kept.held || !kept.connected)
			continue;
		a->device[i] = b->device[i];
		a->device[i].bound = kept.bound;
		b->device[i] = kept;
	}
}

static int reload(struct sim *s)
{
	struct sim fresh;
	struct err e = {0};
	int ret = fresh_start(s, &fresh);

	if (ret)
		return ret;
	memcpy(fresh.key, s->key, sizeof(fresh.key));
	if (sim_state_load(&fresh, &e))
		ret = errno_of(&e);
	else
		swap_devices(s, &fresh);
	sim_teardown(&fresh);
	return ret;
}

/* A kernel answers with an errno alone, which here would seem to be the TSM's; its log is standard error. */
static int logged(const struct sim *s, int error)
{
	char path[sizeof(s->state_path)];
	char name[24];

	if (error >= 0)
		return error;
	text_copy(path, sizeof(path), s->state_path);
	for (char *c = path; *c; c++)
		if (*c < ' ' || *c > '~')
			*c = '?';
	dprintf(STDERR_FILENO, "tsmctl: simulator: the state file cannot be written (%s): %s\n",
		err_errno_name(-error, name), path);
	return error;
}

int sim_state_refresh(struct sim *s)
{
	return s->lock < 0 && file_changed(s) ? logged(s, reload(s)) : 0;
}

int sim_state_begin(struct sim *s)
{
	char dir[PATH_MAX];
	int ret = locate(s->state_path, sizeof(s->state_path), dir, sizeof(dir));
	int fd = ret ? ret : lock_state(s->state_path, dir);

	if (fd < 0)
		return logged(s, fd);
	s->lock = fd;
	ret = reload(s);
	if (ret)
		sim_state_abandon(s);
	return logged(s, ret);
}

void sim_state_abandon(struct sim *s)
{
	if (s->lock >= 0)
		close(s->lock);
	s->lock = -1;
}

static bool blob_same(const struct sim_blob *a, const struct sim_blob *b)
{
	return a->len == b->len && (!a->len || memcmp(a->data, b->data, a->len) == 0);
}

static void put(struct json_object *o, const char *name, struct json_object *value, struct err *e)
{
	if (!value || json_add(o, name, value))
		err_oom(e);
}

static void put_blob(struct json_object *o, const char *name, const struct sim_blob *b, struct err *e)
{
	struct buf hex = {0};

	buf_hex(&hex, b->data, b->len);
	put(o, name, hex.failed ? NULL : json_object_new_string_len(hex.data ? hex.data : "", (int)hex.len), e);
	buf_free(&hex);
}

static struct json_object *device_json(const struct sim_device *d, const struct sim_device *fresh, struct err *e)
{
	struct json_object *o = json_object_new_object();

	if (!o) {
		err_oom(e);
		return NULL;
	}
	put(o, "state", json_object_new_string(tdi_state_name(d->state)), e);
	put(o, "dma_enabled", json_object_new_boolean(d->dma_enabled), e);
	put(o, "mappings", json_object_new_int64(d->mappings), e);
	put(o, "generation", json_object_new_int64(d->generation), e);
	put(o, "validated", json_object_new_int64(d->validated), e);

	struct json_object *objects = member(o, "objects", true, e);

	for (int type = 0; objects && type < EV_COUNT; type++)
		if (!blob_same(&d->object[type], &fresh->object[type]))
			put_blob(objects, evidence_type_name((enum evidence_type)type), &d->object[type], e);
	return o;
}

/* Replaces this simulation's part of `root`. */
static int store_devices(const struct sim *s, const struct sim *fresh, struct json_object *root, struct err *e)
{
	struct json_object *own = json_object_new_object();
	struct json_object *devices = member(own, "devices", true, e);
	struct json_object *simulations = member(root, "simulations", true, e);

	if (!devices || !simulations) {
		json_object_put(own);
		return -1;
	}
	put(root, "tsmctl-sim", json_object_new_int(STATE_VERSION), e);
	put(simulations, s->key, own, e);
	for (size_t i = 0; i < s->device_count && e->class == ERR_NONE; i++)
		if (s->device[i].held)
			put(devices, s->device[i].bdf, device_json(&s->device[i], &fresh->device[i], e), e);
	return e->class == ERR_NONE ? 0 : -1;
}

static int replace_file(const char *path, const char *text, size_t len)
{
	char temporary[PATH_MAX];
	int ret = join(temporary, sizeof(temporary), path, ".new");
	int fd;

	/* What a killed process left behind, or another user laid there: it is not written to, whatever it is. */
	if (!ret && unlink(temporary) && errno != ENOENT)
		ret = -errno;
	fd = ret ? ret : open_own(temporary, O_WRONLY | O_CREAT | O_EXCL);
	if (fd < 0)
		return fd;
	ret = io_write_all(fd, text, len) ? -errno : 0;
	if (close(fd) && !ret)
		ret = -errno;
	if (!ret && rename(temporary, path))
		ret = -errno;
	if (ret)
		unlink(temporary);
	return ret;
}

/* What ends a process waits until nothing half done has a name. */
static int write_root(const char *path, struct json_object *root)
{
	size_t len = 0;
	const char *text = json_text(root, JSON_C_TO_STRING_PLAIN, &len);
	sigset_t before;
	int ret;

	if (!text)
		return -ENOMEM;
	interrupt_hold(&before);
	ret = replace_file(path, text, len);
	interrupt_release(&before);
	return ret;
}

int sim_state_commit(struct sim *s)
{
	char dir[PATH_MAX];
	struct json_object *root = NULL;
	struct err e = {0};
	struct sim fresh;
	int ret = fresh_start(s, &fresh);

	if (ret)
		goto out;
	ret = locate(s->state_path, sizeof(s->state_path), dir, sizeof(dir));
	if (!ret && read_file(s->state_path, dir, &root, &e))
		ret = errno_of(&e);
	if (!ret && !root)
		root = json_object_new_object();
	if (!ret)
		ret = store_devices(s, &fresh, root, &e) ? -ENOMEM : write_root(s->state_path, root);
	json_object_put(root);
	sim_teardown(&fresh);
out:
	sim_state_abandon(s);
	return logged(s, ret);
}

/* Removes the state file, but nothing that cannot be one: a link, or a file of another user. */
static int remove_own(const char *path, bool *removed)
{
	int fd = open_own(path, O_RDONLY);

	if (fd < 0)
		return fd == -ENOENT ? 0 : fd;
	close(fd);
	*removed = unlink(path) == 0;
	return *removed ? 0 : -errno;
}

int kernel_sim_reset(char *path, size_t cap, bool *removed, struct err *e)
{
	char dir[PATH_MAX];
	char lock[PATH_MAX];
	int ret = locate(path, cap, dir, sizeof(dir));

	*removed = false;
	if (!ret)
		ret = join(lock, sizeof(lock), path, ".lock");
	if (ret)
		return refused(e, -ret, "TSMCTL_SIM_STATE");
	ret = check_dir(dir);
	if (ret == -ENOENT || (!ret && access(path, F_OK) && access(lock, F_OK)))
		return 0;

	int fd = ret ? ret : lock_file(lock);

	if (fd < 0)
		return refused(e, -fd, path);
	ret = remove_own(path, removed);
	/* The lock file stays: another process may be waiting for this very file. */
	close(fd);
	return ret ? refused(e, -ret, path) : 0;
}
