// SPDX-License-Identifier: GPL-2.0-or-later
#include "cmd/nonce.h"

#include <stdlib.h>
#include <string.h>

#include "cmd/file.h"
#include "util/bytes.h"

static int bad_nonce(struct context *c, const char *why)
{
	err_object(c->err, "nonce");
	err_set(c->err, ERR_USAGE, "USAGE", "%s", why);
	err_hint(c->err,
		 "A nonce is 32 bytes: 64 hex digits, or a file of 32 bytes. Without one tsmctl makes a random one.");
	return -1;
}

static int nonce_from_file(struct context *c, uint8_t nonce[EV_NONCE_SIZE])
{
	uint8_t *data;
	size_t len;

	if (file_read(c->opt->nonce_file, EV_NONCE_SIZE, &data, &len, c->err))
		return -1;
	if (len == EV_NONCE_SIZE)
		memcpy(nonce, data, len);
	free(data);
	return len == EV_NONCE_SIZE ? 0 : bad_nonce(c, "the nonce's file has fewer than 32 bytes");
}

static int random_nonce(struct context *c, uint8_t nonce[EV_NONCE_SIZE])
{
	int ret = kernel_random(c->kernel, nonce, EV_NONCE_SIZE);

	return ret < 0 ? err_errno(c->err, -ret, "no random nonce can be made") : 0;
}

int nonce_choose(struct context *c, uint8_t nonce[EV_NONCE_SIZE])
{
	if (c->opt->nonce && c->opt->nonce_file)
		return bad_nonce(c, "--nonce and --nonce-file exclude each other");
	if (c->opt->nonce_file)
		return nonce_from_file(c, nonce);
	if (!c->opt->nonce)
		return random_nonce(c, nonce);
	if (strlen(c->opt->nonce) != 2 * EV_NONCE_SIZE)
		return bad_nonce(c, "the nonce has the wrong length");
	if (hex_decode(c->opt->nonce, nonce, EV_NONCE_SIZE) != EV_NONCE_SIZE)
		return bad_nonce(c, "the nonce is not hexadecimal");
	return 0;
}
