/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Where the evidence of `verify` comes from: a function, or files. */
#ifndef TSMCTL_CMD_VERIFY_H
#define TSMCTL_CMD_VERIFY_H

#include "cmd/target.h"
#include "verify/module.h"
#include "verify/policy.h"
#include "verify/verify.h"

struct subject {
	struct target target;
	char name[80]; /* for people */
	bool live;
	struct module module;
	struct anchors anchors;
	bool has_policy;
	struct policy policy;
	uint8_t nonce[EV_NONCE_SIZE];
	struct evidence_set set; /* what was read, from either */
	uint8_t *request;        /* owned; of --request */
	char no_nonce[480];
	struct evidence_set digests; /* the kernel's; live only */
	struct evidence_set last;    /* sizes and generations of a last look; live only */
	struct verify_input in;
};

/* Each fills s->in and what it borrows from. -1 with c->err set. */
int verify_read_files(struct context *c, struct subject *s);
int verify_read_live(struct context *c, struct subject *s);

/* The checks that only a live function allows: generation and digests. */
void verify_live_checks(const struct subject *s, struct checks *checks);

/* Compares the leaf's name with the configuration space of the function of -d, or of the DSM that speaks for it. */
int verify_function(struct context *c, const struct subject *s, struct verification *v);

/* Adds how the signature was checked to the record, which then owns the transcript: the bytes of each part. */
void verify_explain(struct record *record, const struct crypto *crypto, struct verification *v);

#endif
