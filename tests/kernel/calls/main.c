// SPDX-License-Identifier: GPL-2.0-or-later
/*
 *	kernel_calls SCENARIO PROFILE SECTION...
 *
 * SCENARIO is a simulated kernel that is the same as this machine's: profile, functions, evidence. SECTION is one of
 * `probes`, `numbers`, `session`, `netlink`, `large`. Prints TAP without a plan; fails if a test did.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "calls.h"

static const struct {
	const char *name;
	void (*run)(struct calls *c);
} sections[] = {
	{"probes", calls_probes},   {"numbers", calls_numbers}, {"session", calls_session},
	{"netlink", calls_netlink}, {"large", calls_large},
};

static _Noreturn void die(const char *what)
{
	fprintf(stderr, "kernel_calls: %s\n", what);
	exit(2);
}

static void print_shown(const char *who, const struct outcome *o)
{
	printf("# %s: %s\n", who, o->text.data ? o->text.data : "");
}

void compare(struct calls *c, const char *name, int want, performer perform, const void *row)
{
	struct outcome o[2] = {0};
	bool same;

	for (size_t i = 0; i < COUNT(o); i++)
		perform(&c->side[i], row, &o[i]);
	if (o[0].text.failed || o[1].text.failed)
		die("out of memory");
	same = o[0].result == o[1].result && o[0].text.len == o[1].text.len &&
	       (!o[0].text.len || strcmp(o[0].text.data, o[1].text.data) == 0);
	if (same && (want == UNKNOWABLE || (want ? o[0].result == -want : o[0].result >= 0))) {
		printf("ok - %s: %s\n", c->side[0].profile->name, name);
	} else {
		printf("not ok - %s: %s\n", c->side[0].profile->name, name);
		print_shown("kernel", &o[0]);
		print_shown("simulator", &o[1]);
		if (same)
			printf("# described: %s\n", want ? strerrorname_np(want) : "success");
		c->failed++;
	}
	for (size_t i = 0; i < COUNT(o); i++)
		buf_free(&o[i].text);
}

uint32_t checksum(const void *bytes, size_t len)
{
	const uint8_t *p = bytes;
	uint32_t sum = 2166136261u; /* FNV-1a */

	while (len--)
		sum = (sum ^ *p++) * 16777619u;
	return sum;
}

static void side_start(struct side *s, struct kernel *k, const struct profile *profile)
{
	*s = (struct side){.k = k, .profile = profile};
	for (size_t i = 0; i < FILES; i++)
		s->file[i] = -1;
	for (size_t i = 0; i < AREAS; i++) {
		s->area[i] = mmap(NULL, 2 * AREA_SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
		if (s->area[i] == MAP_FAILED || mprotect(s->area[i] + AREA_SIZE, AREA_SIZE, PROT_NONE))
			die("no memory to point to");
	}
}

static void side_end(struct side *s)
{
	for (size_t i = 0; i < AREAS; i++)
		munmap(s->area[i], 2 * AREA_SIZE);
	kernel_free(s->k);
}

uint8_t *area_end(const struct side *s, enum area area, size_t reach)
{
	return s->area[area] + AREA_SIZE - reach;
}

uint32_t side_resolve(const struct side *s, uint32_t word)
{
	static const enum file fds[] = {FILE_IOMMU, FILE_VFIO, FILE_VM};

	if (word >= REF_FIRST && word < REF_OBJECTS)
		return s->id[word - REF_FIRST];
	if (word >= REF_FD_IOMMU && word < REF_AT_VFIO)
		return (uint32_t)s->file[fds[word - REF_FD_IOMMU]];
	return word;
}

static void run_section(struct calls *c, const char *name)
{
	for (size_t i = 0; i < COUNT(sections); i++) {
		if (strcmp(sections[i].name, name) != 0)
			continue;
		sections[i].run(c);
		return;
	}
	die("no such section");
}

int main(int argc, char **argv)
{
	const struct profile *profile = argc > 3 ? profile_find(argv[2]) : NULL;
	struct calls c = {0};
	struct err e = {0};
	struct kernel *real, *simulated;

	if (!profile)
		die("usage: kernel_calls SCENARIO PROFILE SECTION...");
	real = kernel_linux();
	simulated = kernel_sim(argv[1], &e);
	if (!real || !simulated)
		die(e.message);
	side_start(&c.side[0], real, profile);
	side_start(&c.side[1], simulated, profile);
	for (int i = 3; i < argc; i++)
		run_section(&c, argv[i]);
	side_end(&c.side[0]);
	side_end(&c.side[1]);
	return c.failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
