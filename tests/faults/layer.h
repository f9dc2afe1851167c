/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A layer of the seam that lets one call fail, and notes what the command did before and after. */
#ifndef TSMCTL_TESTS_FAULTS_LAYER_H
#define TSMCTL_TESTS_FAULTS_LAYER_H

#include "kernel/kernel.h"

/* The functions of the seam; a wait for an announcement is another call than one for an answer. */
enum call {
	CALL_OPEN,
	CALL_CLOSE,
	CALL_IOCTL,
	CALL_READ_FILE,
	CALL_READ_LINK,
	CALL_LIST_DIR,
	CALL_PIDFD_GETFD,
	CALL_NL_OPEN,
	CALL_NL_SEND,
	CALL_NL_RECV,
	CALL_UEVENT_OPEN,
	CALL_UEVENT_RECV,
	CALL_RANDOM,
	CALL_COUNT,
};

/* How a call fails. */
enum way {
	WAY_REFUSED, /* it is not carried out */
	WAY_DONE,    /* it is carried out, and fails nevertheless */
	WAY_HALF,    /* half of the bytes are missing */
	WAY_HEAD,    /* only eight bytes of a datagram come */
	WAY_FOREIGN, /* the answer is one to another request */
	WAY_STALE,   /* an answer to another request comes first */
	WAY_PORT,    /* the answer names another port */
	WAY_ERROR,   /* the answer is NLMSG_ERROR */
	WAY_END,     /* the answer is NLMSG_DONE, with an errno */
	WAY_CHANGED, /* the answer says that what it tells has changed meanwhile (NLM_F_DUMP_INTR) */
	WAY_STRAY,   /* an answer to nothing comes before it */
	WAY_SIGNAL,  /* of any call: the signal `errnum` comes before it */
};

struct fault {
	enum call call;
	enum way way;
	int errnum;        /* positive; 0 where the way has none */
	bool changes_only; /* fits only calls that change something */
};

enum { MAX_CALLS = 1 << 16, STROKES = 2 };

/* One fault, when it comes, and for how long. */
struct stroke {
	const struct fault *fault;
	size_t nth;   /* the call that fails, from 1; 0: none */
	bool lasting; /* and all later ones of its kind */
	bool dark;    /* and all other later ones, with EIO */
};

/* What shall happen to a command line, and what happened. */
struct trial {
	struct stroke stroke[STROKES]; /* in the order of `nth` */

	uint8_t call[MAX_CALLS];   /* enum call */
	uint8_t effect[MAX_CALLS]; /* enum effect */
	size_t count;
	bool hit;                      /* a fault has happened */
	const struct fault *on_change; /* what the last change met; NULL: nothing */
	const struct fault *on_answer; /* what the answer to it met */
	bool answered;
	size_t asked;      /* changes that the command wanted to send */
	size_t sent;       /* those that arrived */
	size_t asked_late; /* those after the fault */
	size_t left_open;  /* descriptors of the kernel when the command had ended */
};

/* For cli_main(); `ctx` is the struct trial. */
struct kernel *layer_lay(struct kernel *below, void *ctx);

const char *call_name(enum call call);
const char *way_name(enum way way);

/* Every fault that the kernel's interfaces are known to have. */
extern const struct fault faults[];
extern const size_t fault_count;

#endif
