/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a command gets and what it gives: options and arguments in, one record (or raw bytes) out. A command knows no
 * format, no terminal but for the question of confirm(), and no kernel but the seam.
 */
#ifndef TSMCTL_CMD_COMMAND_H
#define TSMCTL_CMD_COMMAND_H

#include <stdbool.h>
#include <stddef.h>

#include "fmt/record.h"
#include "kernel/kernel.h"
#include "tdi/workspace.h"
#include "util/buf.h"
#include "util/err.h"

/* Every option of every command, as given; NULL or false where it was not. src/cli/options.c says which is stored
 * where. */
struct options {
	/* target */
	const char *device;
	const char *attach;
	const char *iommufd;
	const char *vdevice;
	const char *arch;
	const char *abi;
	const char *source;
	const char *sim; /* "" for a bare --sim */
	const char *replay;
	/* own session */
	const char *kvm_fd;
	const char *viommu_type;
	const char *virt_id;
	/* output and safety */
	bool json;
	bool pretty;
	const char *columns;
	bool no_headings;
	const char *color;
	bool quiet;
	bool verbose;
	bool trace;
	const char *record;
	bool dry_run;
	bool yes;
	bool force;
	const char *batch;
	bool keep_going;
	bool help;
	bool version;
	/* of single commands */
	bool hex;
	bool raw;
	const char *output;
	bool digest;
	const char *from;
	bool pem;
	const char *split;
	const char *nonce;
	const char *nonce_file;
	bool raw_blocks;
	const char *payload;
	bool tree;
	const char *interval;
	bool evidence;
	const char *count;
	const char *timeout;
	const char *root;
	const char *certs;
	const char *measurements;
	const char *vca;
	const char *request;
	const char *policy;
	const char *at;
	bool explain;
};

struct context;

/* How a command with COMMAND_STREAM gives its results while it runs. Each returns 0, or -1 with c->err set. */
struct stream {
	/* Fails if `record`, an example, could not be shown as the user wants it; empties it. */
	int (*check)(struct context *c);
	/* Writes `record` as a document of its own, at once, and empties it; notes come before it. */
	int (*emit)(struct context *c);
	/* To be called now and then without a result: writes the notes, and fails once nobody reads any more. */
	int (*idle)(struct context *c);
};

struct context {
	const struct options *opt;
	char **arg; /* the command's arguments, without its name */
	size_t arg_count;
	struct workspace *ws;  /* what is open, and what the command opens; of no use with COMMAND_NO_KERNEL */
	struct kernel *kernel; /* of the workspace */
	struct record *record; /* the command fills it */
	struct buf notes;      /* lines for people, on stderr unless --quiet, also when the command fails */
	const struct stream *stream;
	bool changed;         /* a change was made: whatever fails from here on, it may stand */
	unsigned asked_width; /* columns of the terminal where confirm() asks */
	int raw_fd;           /* -1, or a file whose bytes go to stdout instead of the record; the caller closes it */
	int status;           /* exit status of a success that bears bad news: what was judged or compared */
	struct err *err;      /* the one to pass down */
};

/* Each returns 0, or -1 with c->err set. */
int cmd_list(struct context *c);
int cmd_info(struct context *c);
int cmd_read_object(struct context *c);
int cmd_regen(struct context *c);
int cmd_validate_mmio(struct context *c);
int cmd_set_state(struct context *c);
int cmd_sev_dma(struct context *c);
int cmd_accept_generation(struct context *c);
int cmd_verify(struct context *c);
int cmd_save(struct context *c);
int cmd_diff(struct context *c);
int cmd_doctor(struct context *c);
int cmd_monitor(struct context *c);
int cmd_sim(struct context *c);
/* cmd_help and cmd_completion are in src/cli: they are about the tables. */

#endif
