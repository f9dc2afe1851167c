// SPDX-License-Identifier: GPL-2.0-or-later
/* Files of root certificates, PEM or DER. */
#include <stdlib.h>

#include "decode/der.h"
#include "verify/crypto.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* What is handed out is one item of DER, to its end; whether its dates make sense is asked later. */
static int take(void *ctx, struct bytes der)
{
	struct certificate info;
	char why[CRYPTO_WHY];

	(void)ctx;
	if (der_size(der.data, der.len) != der.len)
		abort();
	tsmctl_crypto.certificate(der, &info, why);
	return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (tsmctl_crypto.certificates((struct bytes){data, size}, take, NULL))
		abort();
	return 0;
}
