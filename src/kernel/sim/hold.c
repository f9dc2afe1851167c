// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Which functions other simulated processes have opened for themselves: a lock on one byte of a file beside the
 * state. It ends with the process, however that ends.
 */
#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "kernel/sim/internal.h"

/* FNV-1a, cut to what an offset can be. */
static uint64_t mix(uint64_t hash, const char *text)
{
	for (; *text; text++)
		hash = (hash ^ (uint8_t)*text) * 0x100000001b3;
	return hash;
}

static off_t place_of(const struct sim *s, const struct sim_device *d)
{
	return (off_t)(mix(mix(0xcbf29ce484222325, s->key), d->bdf) >> 2);
}

static struct flock lock_of(const struct sim *s, const struct sim_device *d)
{
	return (struct flock){.l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = place_of(s, d), .l_len = 1};
}

bool sim_is_held(const struct sim *s, const struct sim_device *d)
{
	struct flock lock = lock_of(s, d);
	int fd = sim_state_open_holds();
	bool held;

	if (fd < 0)
		return false;
	held = fcntl(fd, F_OFD_GETLK, &lock) == 0 && lock.l_type != F_UNLCK;
	close(fd);
	return held;
}

int sim_hold(const struct sim *s, const struct sim_device *d)
{
	struct flock lock = lock_of(s, d);
	int fd = sim_state_open_holds();
	int error;

	if (fd < 0)
		return -ENOENT;
	if (fcntl(fd, F_OFD_SETLK, &lock) == 0)
		return fd;
	error = errno;
	close(fd);
	return error == EAGAIN || error == EACCES ? -EBUSY : -ENOENT;
}
