/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Judges evidence: certificate chain, measurements signature, nonce, slot. Each question becomes a line of checks with
 * its reason; what could not be asked is "incomplete", never a success. Pure but for the table of crypto functions.
 */
#ifndef TSMCTL_VERIFY_VERIFY_H
#define TSMCTL_VERIFY_VERIFY_H

#include "util/err.h"
#include "verify/algorithm.h"
#include "verify/check.h"
#include "verify/crypto.h"
#include "verify/transcript.h"

enum { CHAIN_MAX = 256, PREFIX_SIZE = 100, VERIFY_NONCE_SIZE = 32 };

/* Certificates that the user trusts, with the file that each came from. */
struct anchors {
	struct bytes *der;
	char (*file)[64];
	size_t count;
};

struct verify_input {
	const struct crypto *crypto; /* NULL: `no_crypto` says why there is none */
	const char *no_crypto;
	struct bytes certificates; /* objects; an empty one is not there */
	struct bytes vca;
	struct bytes request;
	struct bytes measurements;
	int slot;                      /* that the certificates came from; -1: not known */
	const struct anchors *anchors; /* NULL: none given */
	const uint8_t *nonce;          /* VERIFY_NONCE_SIZE bytes that we chose; NULL: not known */
	bool replayed;                 /* no nonce, and nobody expects one: recorded evidence */
	const char *no_nonce;          /* why there is none where one is expected; NULL with `nonce` or `replayed` */
	int64_t at;                    /* the time to judge validity by, seconds since 1970 */
};

/* The device's chain, split. */
struct certificates {
	struct bytes der[CHAIN_MAX]; /* borrowed, first to leaf */
	struct certificate *info;    /* owned; `count` of them */
	size_t count;                /* of those that could be read */
	bool complete;               /* the leaf is the last of them, and each is signed by the one before */
	bool has_root;               /* the first is self-signed */
	bool has_header;
	struct bytes root_hash;
	size_t anchor; /* index in the anchors; valid with checks.anchored */
};

/* How the signature was checked: enough to do it again. */
struct proof {
	const struct signature_algorithm *algorithm; /* NULL: not known */
	enum hash hash;
	bool has_prefix; /* SPDM 1.2 and later */
	uint8_t prefix[PREFIX_SIZE];
	uint8_t digest[HASH_MAX]; /* of L1/L2; valid with has_prefix */
	size_t digest_len;
};

struct verification {
	struct checks checks;
	struct certificates chain;
	struct transcript transcript;
	enum hash root_hash; /* that the chain's header was made with; HASH_NONE: not known */
	struct proof proof;
};

/*
 * Fills `v`, which borrows the objects of `in`. -1 with `e` set only if memory is out: everything else is a check.
 * Freed with verification_free() in either case.
 */
int verify_evidence(const struct verify_input *in, struct verification *v, struct err *e);
void verification_free(struct verification *v);

/* Further checks, for those who know more: whether the leaf's CMA name is that of a PCI function. */
struct function_identity {
	uint16_t vendor, device;
	uint32_t class;
	uint8_t revision;
	bool has_subsystem;
	uint16_t subsystem_vendor, subsystem_device;
};

void verify_identity(struct verification *v, const struct function_identity *id);

/* Parts of verify_evidence(), in their own files. */
int certificates_read(const struct verify_input *in, struct verification *v, struct err *e);
void certificates_check(const struct verify_input *in, struct verification *v);
void signature_check(const struct verify_input *in, struct verification *v);

/* The leaf; NULL where it could not be read. */
static inline const struct certificate *verification_leaf(const struct verification *v)
{
	return v->chain.count ? &v->chain.info[v->chain.count - 1] : NULL;
}

#endif
