// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Stands before libc's allocator, for the libraries too. A sanitizer has an allocator of its own: then only the calls
 * of tsmctl itself come here, by the linker's --wrap, and leaks are the sanitizer's to find.
 */
#include "memory.h"

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#if TSMCTL_SANITIZE
#define OURS(name)   __wrap_##name
#define THEIRS(name) __real_##name
#else
#define OURS(name)   name
#define THEIRS(name) __libc_##name
#endif

void *THEIRS(malloc)(size_t size);
void *THEIRS(calloc)(size_t count, size_t size);
void *THEIRS(realloc)(void *block, size_t size);
void THEIRS(free)(void *block);
#pragma GCC visibility push(default)
void *OURS(malloc)(size_t size);
void *OURS(calloc)(size_t count, size_t size);
void *OURS(realloc)(void *block, size_t size);
void OURS(free)(void *block);
#pragma GCC visibility pop

static size_t live, asked, fail_at;
static bool fail_on, spared;

size_t memory_live(void)
{
	return live;
}

void memory_fail(size_t nth, bool lasting)
{
	asked = 0;
	fail_at = nth;
	fail_on = lasting;
}

void memory_spare(bool on)
{
	spared = on;
}

size_t memory_asked(void)
{
	return asked;
}

static bool refused(void)
{
	asked += !spared;
	if (spared || !fail_at || asked < fail_at || (asked > fail_at && !fail_on))
		return false;
	errno = ENOMEM;
	return true;
}

static void *counted(void *block)
{
	live += block != NULL;
	return block;
}

void *OURS(malloc)(size_t size)
{
	return refused() ? NULL : counted(THEIRS(malloc)(size));
}

void *OURS(calloc)(size_t count, size_t size)
{
	return refused() ? NULL : counted(THEIRS(calloc)(count, size));
}

void *OURS(realloc)(void *block, size_t size)
{
	void *moved;

	if (refused())
		return NULL;
	moved = THEIRS(realloc)(block, size);
	live += moved && !block;
	live -= !moved && block && !size;
	return moved;
}

void OURS(free)(void *block)
{
	live -= block != NULL;
	THEIRS(free)(block);
}

#if TSMCTL_SANITIZE
void *__wrap_reallocarray(void *block, size_t count, size_t size);
char *__wrap_strdup(const char *text);

void *__wrap_reallocarray(void *block, size_t count, size_t size)
{
	if (size && count > SIZE_MAX / size) {
		errno = ENOMEM;
		return NULL;
	}
	return __wrap_realloc(block, count * size);
}

char *__wrap_strdup(const char *text)
{
	size_t len = strlen(text) + 1;
	char *copy = __wrap_malloc(len);

	return copy ? memcpy(copy, text, len) : NULL;
}
#endif
