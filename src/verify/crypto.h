/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What only libcrypto can answer, as one table of functions. The table lives in the module tsmctl-verify, which
 * module_load() brings in for the commands that need it; nothing else of tsmctl links libcrypto. Every function is
 * stateless, takes untrusted bytes, and writes a reason of at most CRYPTO_WHY bytes into `why` where it says no.
 */
#ifndef TSMCTL_VERIFY_CRYPTO_H
#define TSMCTL_VERIFY_CRYPTO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "util/bytes.h"

enum { CRYPTO_WHY = 200, CRYPTO_NAME = 240, CRYPTO_KEY_DER = 1200, CRYPTO_SIGNATURE_DER = 160 };

/*
 * Bytes of certificates that may be given to these functions at a time: hostile ones take libcrypto a hundred times the
 * memory. A chain has at most 64 KiB before SPDM 1.4, whose longest signatures make it three times that.
 */
enum { CRYPTO_CERTIFICATES_MAX = 256 * 1024 };

/* The hashes of BaseHashSel and MeasurementHashAlgo (DSP0274). */
enum hash {
	HASH_NONE,
	HASH_SHA256,
	HASH_SHA384,
	HASH_SHA512,
	HASH_SHA3_256,
	HASH_SHA3_384,
	HASH_SHA3_512,
	HASH_SM3,
	HASH_COUNT,
};

enum { HASH_MAX = 64 };

enum key_kind { KEY_OTHER, KEY_RSA, KEY_EC, KEY_ED25519, KEY_ED448 };

enum scheme { SCHEME_OTHER, SCHEME_RSASSA, SCHEME_RSAPSS, SCHEME_ECDSA, SCHEME_ED25519, SCHEME_ED448 };

/* "Cannot say" is never a yes. */
enum answer { ANSWER_NO, ANSWER_YES, ANSWER_UNKNOWN };

/* What the checks need to know of one certificate. Names come from the device: escaped where they are shown. */
struct certificate {
	char subject[CRYPTO_NAME]; /* RFC 2253; cut where longer */
	char issuer[CRYPTO_NAME];
	char key[40]; /* "ECDSA P-384", "RSA 3072", "Ed25519" */
	enum key_kind kind;
	unsigned key_bits;
	int64_t not_before; /* seconds since 1970, UTC */
	int64_t not_after;
	bool has_usage; /* a keyUsage extension is there; without one every use is allowed */
	bool may_sign;  /* digitalSignature */
	bool is_ca;
	char device_info[CRYPTO_NAME]; /* otherName 1.3.6.1.4.1.412.274.1 (DSP0274), "" without one */
	char cma_name[CRYPTO_NAME];    /* otherName 2.23.147 (PCIe 6.1, 6.31.3), "" without one */
};

struct signature_query {
	enum scheme scheme;
	enum hash hash;         /* of hash-and-sign; EdDSA takes none */
	struct bytes message;   /* what was signed, before that hash */
	struct bytes signature; /* as SPDM carries it: ECDSA as r || s */
	struct bytes context;   /* Ed448 only: the string that RFC 8032 calls so */
};

struct path {
	size_t anchor; /* index of the anchor that it ends at */
	char why[CRYPTO_WHY];
};

struct crypto {
	const char *version;          /* TSMCTL_VERSION of the module: another one is refused */
	const char *(*library)(void); /* "OpenSSL 3.0.22" */

	/* Comes before all others: makes the library ready, and forgets what it lacked. False: out of memory. */
	bool (*begin)(void);

	/* Whether the library ran out of memory since this was last asked: then its noes prove nothing. */
	bool (*starved)(void);

	/* The hash of the parts, one after the other. Its length, or 0 where the library does not have it. */
	size_t (*digest)(enum hash h, const struct bytes *part, size_t count, uint8_t out[HASH_MAX]);

	/* Parses one DER certificate that fills `der` to its end. */
	bool (*certificate)(struct bytes der, struct certificate *out, char *why);

	/* Whether `issuer` names and signs `subject`; the same certificate twice: whether it is self-signed. */
	enum answer (*issued)(struct bytes issuer, struct bytes subject, char *why);

	/*
	 * Builds the path from the last certificate of the chain to an anchor, by RFC 5280 but for the dates, with the
	 * others as untrusted helpers.
	 */
	enum answer (*path)(const struct bytes *chain, size_t count, const struct bytes *anchor, size_t anchor_count,
			    struct path *out);

	/* Whether the key of `certificate` made the signature. */
	enum answer (*signature)(struct bytes certificate, const struct signature_query *q, char *why);

	/* The certificate's SubjectPublicKeyInfo, and r || s as DER: what openssl(1) takes. Lengths; 0: none. */
	size_t (*key_der)(struct bytes certificate, uint8_t out[CRYPTO_KEY_DER]);
	size_t (*signature_der)(struct bytes raw, uint8_t out[CRYPTO_SIGNATURE_DER]);

	/* Hands each certificate of a PEM file, or the one of a DER file, to `take`, as DER. -1 where `take` fails. */
	int (*certificates)(struct bytes file, int (*take)(void *ctx, struct bytes der), void *ctx);
};

/* The symbol that the module exports. */
#define CRYPTO_SYMBOL "tsmctl_crypto"
extern const struct crypto tsmctl_crypto;

#endif
