/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Runs command lines within this process, in a directory of their own, with their output kept. */
#ifndef TSMCTL_TESTS_FAULTS_RUN_H
#define TSMCTL_TESTS_FAULTS_RUN_H

#include <stdbool.h>
#include <stddef.h>

#include "layer.h"
#include "util/buf.h"

enum form {
	FORM_DOCUMENT,  /* with -j one document */
	FORM_DOCUMENTS, /* one a line */
	FORM_ARRAY,     /* one array of them */
	FORM_BYTES,     /* raw bytes, with no other form */
};

/* A command line, and what may be said about it. */
struct command_line {
	const char *words; /* without "tsmctl", --sim and -j */
	const char *sim;   /* NULL: "cca" */
	const char *first; /* done once before, without faults: what it did to the simulated VMM stays; NULL */
	const char *input; /* standard input; NULL: empty */
	const char *file;  /* that it writes; NULL */
	enum form form;
	unsigned verdicts; /* bits of the exit statuses beside 0 that are no failures */
	bool varies;       /* what it says depends on time and chance, or tells of faults itself */
	bool reports;      /* its result tells what could not be had of the ABI and of the evidence */
	bool untouched;    /* asks no kernel */
};

extern const struct command_line command_lines[];
extern const size_t command_line_count;

struct result {
	int status;
	size_t allocations;
	struct buf out, err;
};

struct CMUnitTest;

/*
 * Runs the tests of a program in the directory, and says how many `*cases` of what is `told` they had. Returns how many
 * tests failed.
 */
int run_program(const struct CMUnitTest *tests, size_t count, const char *told, const size_t *cases);

/* Puts the directory and the simulated VMM into the state that the command line starts from. */
void run_prepare(const struct command_line *l);

/* The two halves of run_line(): between them a test may add files. */
void run_restore(void);
void run_restored(const struct command_line *l, bool json, struct trial *t, struct result *r);

/* Restores what run_prepare() left, and runs. The result is freed by result_free(). */
void run_line(const struct command_line *l, bool json, struct trial *t, struct result *r);
/* The same without memory for allocation `nth`, and with `lasting` for all that follow; see memory.h. */
void run_line_starved(const struct command_line *l, bool json, size_t nth, bool lasting, struct trial *t,
		      struct result *r);
void result_free(struct result *r);

/* Whether the simulated VMM is another one than run_prepare() left. */
bool run_changed(void);

/* How many descriptors this process has open. */
size_t run_descriptors(void);

/* What is in the directory beside what the run itself put there: "out dir/manifest.json ", each with its size. */
void run_left(struct buf *names);

#endif
