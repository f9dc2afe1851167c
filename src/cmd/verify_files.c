// SPDX-License-Identifier: GPL-2.0-or-later
/* Evidence that somebody saved. */
#include <stdlib.h>
#include <string.h>

#include "cmd/file.h"
#include "cmd/nonce.h"
#include "cmd/verify.h"
#include "decode/chain.h"

/* Of a chain in PEM: base64, and text around it. */
enum { PEM_MAX = 2 * CRYPTO_CERTIFICATES_MAX };

/* Certificates of a PEM file, joined as DER. */
struct joined {
	uint8_t *data;
	size_t len;
};

static int join(void *ctx, struct bytes der)
{
	struct joined *j = ctx;
	uint8_t *bigger = realloc(j->data, j->len + der.len);

	if (!bigger)
		return -1;
	memcpy(bigger + j->len, der.data, der.len);
	j->data = bigger;
	j->len += der.len;
	return 0;
}

/* Files in PEM mostly begin with the leaf, SPDM chains with the root. */
static bool begins_with_leaf(const struct crypto *crypto, struct bytes chain)
{
	struct span rest = {0, chain.len};
	struct span first, second;
	char why[CRYPTO_WHY];

	if (!chain_next(chain, &rest, &first) || !chain_next(chain, &rest, &second))
		return false;
	return crypto->issued((struct bytes){chain.data + second.offset, second.len},
			      (struct bytes){chain.data + first.offset, first.len}, why) == ANSWER_YES;
}

static int reverse(struct joined *j)
{
	const struct bytes chain = {j->data, j->len};
	struct span rest = {0, j->len}, certificate;
	uint8_t *reversed = malloc(j->len);
	size_t at = j->len;

	if (!reversed)
		return -1;
	while (chain_next(chain, &rest, &certificate)) {
		at -= certificate.len;
		memcpy(reversed + at, j->data + certificate.offset, certificate.len);
	}
	free(j->data);
	j->data = reversed;
	return 0;
}

static int join_all(const struct crypto *crypto, const struct evidence_copy *o, struct joined *j)
{
	if (crypto->certificates((struct bytes){o->data, o->len}, join, j))
		return -1;
	return begins_with_leaf(crypto, (struct bytes){j->data, j->len}) ? reverse(j) : 0;
}

static bool is_pem(const struct evidence_copy *o)
{
	static const char pem[] = "-----BEGIN";

	return o->len && o->data[0] != 0x30 && memmem(o->data, o->len, pem, sizeof(pem) - 1);
}

/* A chain in PEM becomes plain DER certificates; anything else stays what it is. */
static int convert_pem(struct context *c, const struct subject *s, struct evidence_copy *o)
{
	struct joined j = {0};

	if (!s->module.crypto || !is_pem(o))
		return 0;
	if (o->len > PEM_MAX) {
		err_object(c->err, "%s", c->opt->certs);
		return err_set(c->err, ERR_EVIDENCE, "SIZE", "a chain in PEM has at most %d KiB", PEM_MAX / 1024);
	}
	if (join_all(s->module.crypto, o, &j)) {
		free(j.data);
		return err_oom(c->err);
	}
	free(o->data);
	o->data = j.data;
	o->len = j.len;
	return 0;
}

static int read_object(struct context *c, const char *path, struct evidence_copy *o)
{
	if (!path)
		return 0;
	o->present = true;
	return file_read(path, EV_MAX_OBJECT_SIZE, &o->data, &o->len, c->err);
}

static int read_nonce(struct context *c, struct subject *s)
{
	s->in.replayed = !c->opt->nonce && !c->opt->nonce_file;
	if (s->in.replayed)
		return 0;
	s->in.nonce = s->nonce;
	return nonce_choose(c, s->nonce);
}

int verify_read_files(struct context *c, struct subject *s)
{
	const struct options *o = c->opt;
	struct evidence_copy *object = s->set.object;

	if (read_object(c, o->certs, &object[EV_CERT0]) || convert_pem(c, s, &object[EV_CERT0]) ||
	    read_object(c, o->vca, &object[EV_VCA]) || read_object(c, o->measurements, &object[EV_MEASUREMENTS]))
		return -1;
	if (o->request && file_read(o->request, EV_MAX_OBJECT_SIZE, &s->request, &s->in.request.len, c->err))
		return -1;
	s->in.request.data = s->request;
	s->in.slot = -1;
	return read_nonce(c, s);
}
