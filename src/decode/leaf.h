/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the last certificate of a chain tells about the signatures of its key. */
#ifndef TSMCTL_DECODE_LEAF_H
#define TSMCTL_DECODE_LEAF_H

#include <stddef.h>

#include "util/bytes.h"

/* Bytes of an SPDM signature by the key of the chain's leaf; 0 where the chain or the kind of key tells none. */
size_t leaf_signature_size(struct bytes chain);

#endif
