// SPDX-License-Identifier: GPL-2.0-or-later
/* Policies, held against measurements: a length of 16 bits, the policy, then a transcript. */
#include <stdlib.h>
#include <string.h>

#include "verify/policy.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void hold(const struct policy *p, struct bytes transcript)
{
	struct verify_input in = {.measurements = transcript, .slot = -1, .no_crypto = "none", .replayed = true};
	struct verification v;
	struct err e = {0};

	if (verify_evidence(&in, &v, &e) == 0) {
		size_t before = v.checks.count;

		/* As if the signature held: values that nobody vouches for are not looked at. */
		v.checks.authenticated = true;
		policy_check(p, &tsmctl_crypto, &v);
		if (v.checks.count - before < (size_t)p->has_minimum_svn + p->has_modes + p->no_debug)
			abort();
	}
	verification_free(&v);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	size_t len = size < 2 ? 0 : le16(data);
	struct policy p;
	struct err e = {0};

	if (size < 2)
		return 0;
	data += 2;
	size -= 2;
	if (len > size)
		len = size;
	if (policy_parse((const char *)data, len, &p, &e) == 0)
		hold(&p, (struct bytes){data + len, size - len});
	else if (e.class != ERR_USAGE || !e.message[0])
		abort();
	policy_free(&p);
	return 0;
}
