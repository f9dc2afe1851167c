/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A difference in words. */
#ifndef TSMCTL_CMD_DIFF_WORDS_H
#define TSMCTL_CMD_DIFF_WORDS_H

#include "cmd/changes.h"
#include "verify/crypto.h"

enum { DIFF_WORDS = 840 };

/*
 * What the part was and what it is: "mutable firmware, digest 3a5e... -> mutable firmware, digest 77b1...". `crypto`
 * names certificates; NULL: they are told by their sizes.
 */
void diff_words(const struct part_change *change, const struct crypto *crypto, char out[DIFF_WORDS]);

#endif
