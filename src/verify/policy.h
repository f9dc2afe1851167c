/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a user expects of measurements, as a JSON object. All keys are optional, an unknown one is an error:
 *
 *   root          file or directory of the root certificates that the chain must end at
 *   minimum_svn   the lowest security version number (value type 7) that is accepted
 *   digests       object: index of a block ("1", "0xfd") -> digest in hex, or a list of those that are accepted
 *   device_modes  list of the operational states that the device mode block may report
 *   no_debug      true: the device mode block must not report any debug mode, past or present
 */
#ifndef TSMCTL_VERIFY_POLICY_H
#define TSMCTL_VERIFY_POLICY_H

#include "verify/verify.h"

struct policy_digest {
	uint8_t index;
	uint8_t value[HASH_MAX];
	size_t len;
};

struct policy {
	char *root; /* owned; NULL: none */
	bool has_minimum_svn;
	uint64_t minimum_svn;
	struct policy_digest *digest; /* owned; sorted by nothing: several of one index are alternatives */
	size_t digest_count;
	bool has_modes;
	uint32_t modes; /* bits of operational states */
	bool no_debug;
};

/* -1 with `e` set (ERR_USAGE) where the text is no policy. Freed with policy_free() in any case. */
int policy_parse(const char *text, size_t len, struct policy *p, struct err *e);
void policy_free(struct policy *p);

/* Adds one check for each rule, about the measurements of `v`. `crypto` may be NULL: raw blocks have no digest then. */
void policy_check(const struct policy *p, const struct crypto *crypto, struct verification *v);

#endif
