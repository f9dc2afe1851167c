// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * race ROUNDS [NAME FILE COMMAND]...
 *
 * Runs the commands in turn, so that what disturbs one disturbs all, each time without the file that it makes, and with
 * nobody to read what it says. Prints of each, as "# NAME_us N" and "# NAME_kib N": the least wall time, and the
 * largest resident memory.
 */
#include <err.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { MAX_RUNNERS = 8, MAX_WORDS = 16 };

struct runner {
	const char *name;
	const char *file;
	char *word[MAX_WORDS];
	int64_t best_us;
	long peak_kib;
};

static int64_t now_us(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

static void split(struct runner *r, char *command)
{
	size_t n = 0;

	for (char *w = strtok(command, " "); w && n < MAX_WORDS - 1; w = strtok(NULL, " "))
		r->word[n++] = w;
}

static void run_once(struct runner *r, int nobody)
{
	struct rusage usage;
	int64_t begun;
	int status;
	pid_t pid;

	unlink(r->file);
	begun = now_us();
	pid = vfork();
	if (pid == 0) {
		dup2(nobody, STDOUT_FILENO);
		execvp(r->word[0], r->word);
		_exit(127);
	}
	if (pid < 0 || wait4(pid, &status, 0, &usage) < 0 || status)
		errx(1, "%s failed", r->word[0]);
	begun = now_us() - begun;
	if (!r->best_us || begun < r->best_us)
		r->best_us = begun;
	if (usage.ru_maxrss > r->peak_kib)
		r->peak_kib = usage.ru_maxrss;
}

int main(int argc, char **argv)
{
	struct runner runner[MAX_RUNNERS] = {0};
	int count = (argc - 2) / 3;
	int nobody = open("/dev/null", O_WRONLY | O_CLOEXEC);

	if (nobody < 0 || count < 1 || count > MAX_RUNNERS)
		errx(2, "usage: race ROUNDS [NAME FILE COMMAND]...");
	for (int i = 0; i < count; i++) {
		runner[i].name = argv[2 + 3 * i];
		runner[i].file = argv[3 + 3 * i];
		split(&runner[i], argv[4 + 3 * i]);
	}
	for (int round = atoi(argv[1]); round > 0; round--)
		for (int i = 0; i < count; i++)
			run_once(&runner[i], nobody);
	for (int i = 0; i < count; i++)
		printf("# %s_us %lld\n# %s_kib %ld\n", runner[i].name, (long long)runner[i].best_us, runner[i].name,
		       runner[i].peak_kib);
	return 0;
}
