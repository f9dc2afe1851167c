/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What helps to read an object beside its bytes: the function's own numbers, and other evidence of the connection. */
#ifndef TSMCTL_CMD_SURROUNDINGS_H
#define TSMCTL_CMD_SURROUNDINGS_H

#include "cmd/command.h"
#include "decode/evidence.h"
#include "tdi/access.h"
#include "verify/module.h"

struct surroundings {
	struct evidence_context context; /* for evidence_describe_in(); points into the rest */
	struct evidence_fingerprinter fingerprinter;
	struct module module;
	struct evidence_function function;
	struct evidence_set peers; /* read from the kernel */
	uint8_t *vca;              /* read from files */
	uint8_t *chain;
};

/* Of a live object. What cannot be read is left out. Zeroed before; freed with surroundings_free(). */
void surroundings_read(struct surroundings *s, struct context *c, struct access *a, const char *bdf,
		       enum evidence_type type, struct bytes object);

/* Makes fingerprints of certificates possible: loads libcrypto, or notes why it is not there. */
void surroundings_fingerprint(struct surroundings *s);

/* Of an object from a file: --vca and --certs. -1 with c->err set. */
int surroundings_load(struct surroundings *s, struct context *c);

void surroundings_free(struct surroundings *s);

#endif
