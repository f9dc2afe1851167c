// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * libFuzzer target: verification of evidence from files. The input is four objects (chain, VCA, request, measurements),
 * each behind its length in three little-endian bytes. Nothing that the fuzzer makes may pass: it has no key of ours.
 */
#include <stdlib.h>

#include "verify/verify.h"

static struct bytes take(const uint8_t **data, size_t *len)
{
	struct bytes b = {NULL, 0};

	if (*len < 3)
		return b;
	b.len = le24(*data);
	*data += 3;
	*len -= 3;
	if (b.len > *len)
		b.len = *len;
	b.data = *data;
	*data += b.len;
	*len -= b.len;
	return b;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct verify_input in = {.crypto = &tsmctl_crypto, .slot = -1, .replayed = true};
	struct verification v;
	struct err e = {0};

	in.certificates = take(&data, &len);
	in.vca = take(&data, &len);
	in.request = take(&data, &len);
	in.measurements = take(&data, &len);
	if (verify_evidence(&in, &v, &e) == 0 && checks_verdict(&v.checks) == RESULT_PASS)
		abort();
	verification_free(&v);
	return 0;
}
