/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The inside of a grant, for fingerprint.c, which makes it, and request.c, which spends it. No other file includes
 * this. */
#ifndef TSMCTL_ABI_GRANT_H
#define TSMCTL_ABI_GRANT_H

#include "abi/profile.h"

struct op_grant {
	const struct profile *profile; /* NULL: not granted */
	enum tsm_op op;
	enum tsm_arch arch;
	bool assumed; /* by the user's word: what the kernel makes of the number is not known */
};

#endif
