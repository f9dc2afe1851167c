/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Evidence of one function, from the kernel's netlink cache or, where the profile has object ops, through the vdevice's
 * request ioctl.
 */
#ifndef TSMCTL_TDI_EVIDENCE_H
#define TSMCTL_TDI_EVIDENCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "abi/family.h"
#include "kernel/kernel.h"
#include "tdi/link.h"
#include "util/bytes.h"
#include "util/err.h"

/* The kernel's evidence family, resolved. */
struct evidence_source {
	struct link link;
	const struct evidence_family *family; /* NULL: this kernel has none */
	uint16_t id;
};

/* Opens a socket and looks both families up, the newest first. Finding none is no error: `family` stays NULL. */
int evidence_open(struct evidence_source *s, struct kernel *k, struct err *e);
void evidence_close(struct evidence_source *s);

/*
 * One dump into `sink`. Retried at most twice on EAGAIN where no nonce was sent and nothing has reached the sink's end
 * that it cannot take back: only if `may_retry`. With a nonce it is a change: sent once, and a late failure is marked
 * uncertain.
 */
int evidence_dump(struct evidence_source *s, const struct evidence_query *q, const struct evidence_sink *sink,
		  bool may_retry, struct err *e);

/* The `validate` command, sent once. ERR_UNSUPPORTED if the family has none; `uncertain` if the answer was lost. */
int evidence_validate(struct evidence_source *s, const char *device, uint32_t generation, struct err *e);

/* Objects kept in memory, at most 16 MiB each. */
struct evidence_copy {
	bool present;
	bool has_generation;
	uint32_t generation;
	uint8_t *data; /* owned; NULL for an empty object */
	size_t len;
};

struct evidence_set {
	struct evidence_copy object[EV_COUNT];
};

/* A sink that fills `set`, which must be zeroed before; a repeated dump starts over. */
struct evidence_sink evidence_set_sink(struct evidence_set *set);
void evidence_set_free(struct evidence_set *set);

/* A sink that notes sizes and generations in `set` and throws the bytes away: `len` is set, `data` stays NULL. */
struct evidence_sink evidence_size_sink(struct evidence_set *set);

#endif
