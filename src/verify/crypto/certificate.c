// SPDX-License-Identifier: GPL-2.0-or-later
/* What a certificate says. */
#include <string.h>
#include <time.h>

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include "verify/crypto/internal.h"

#define OID_DEVICE_INFO "1.3.6.1.4.1.412.274.1"
#define OID_PCI_CMA     "2.23.147"

X509 *certificate_parse(struct bytes der)
{
	const unsigned char *p = der.data;
	X509 *x = der.len <= INT32_MAX ? d2i_X509(NULL, &p, (long)der.len) : NULL;

	ERR_clear_error();
	if (x && p != der.data + der.len) {
		X509_free(x);
		x = NULL;
	}
	return x;
}

static void read_name(const X509_NAME *name, char out[CRYPTO_NAME])
{
	BIO *bio = BIO_new(BIO_s_mem());
	const char *text;
	long len;

	out[0] = '\0';
	if (!bio)
		return;
	X509_NAME_print_ex(bio, name, 0, XN_FLAG_RFC2253 & ~(unsigned long)ASN1_STRFLGS_ESC_MSB);
	len = BIO_get_mem_data(bio, (char **)&text);
	if (len >= CRYPTO_NAME)
		len = CRYPTO_NAME - 1;
	if (len > 0) {
		memcpy(out, text, (size_t)len);
		out[len] = '\0';
	}
	BIO_free(bio);
}

static bool read_time(const ASN1_TIME *from, int64_t *to)
{
	struct tm tm;

	if (ASN1_TIME_to_tm(from, &tm) != 1)
		return false;
	*to = timegm(&tm);
	return true;
}

static void read_key(X509 *x, struct certificate *out)
{
	static const struct {
		const char *type;
		const char *group; /* NULL: any */
		const char *text;
		enum key_kind kind;
	} keys[] = {
		{"RSA", NULL, "RSA", KEY_RSA},
		{"RSA-PSS", NULL, "RSA-PSS", KEY_RSA},
		{"EC", "prime256v1", "ECDSA P-256", KEY_EC},
		{"EC", "secp384r1", "ECDSA P-384", KEY_EC},
		{"EC", "secp521r1", "ECDSA P-521", KEY_EC},
		{"EC", NULL, "elliptic curve", KEY_OTHER},
		{"SM2", NULL, "SM2", KEY_OTHER},
		{"ED25519", NULL, "Ed25519", KEY_ED25519},
		{"ED448", NULL, "Ed448", KEY_ED448},
	};
	EVP_PKEY *key = X509_get0_pubkey(x);
	char group[64] = "";

	strcpy(out->key, "key of unknown type");
	if (!key)
		return;
	out->key_bits = (unsigned)EVP_PKEY_get_bits(key);
	EVP_PKEY_get_group_name(key, group, sizeof(group), NULL);
	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		if (!EVP_PKEY_is_a(key, keys[i].type) || (keys[i].group && strcmp(group, keys[i].group) != 0))
			continue;
		out->kind = keys[i].kind;
		snprintf(out->key, sizeof(out->key), keys[i].kind == KEY_RSA ? "%s %u" : "%s", keys[i].text,
			 out->key_bits);
		return;
	}
}

/* Text with a NUL in it, or too long, is as good as none: nothing is to be compared with half of a name. */
static void read_other_name(const OTHERNAME *name, const char *oid, char out[CRYPTO_NAME])
{
	char text[64];
	const ASN1_STRING *value;
	size_t len;

	if (out[0] || OBJ_obj2txt(text, sizeof(text), name->type_id, 1) < 0 || strcmp(text, oid) != 0)
		return;
	if (!name->value || name->value->type != V_ASN1_UTF8STRING)
		return;
	value = name->value->value.utf8string;
	len = (size_t)ASN1_STRING_length(value);
	if (len >= CRYPTO_NAME || memchr(ASN1_STRING_get0_data(value), 0, len))
		return;
	memcpy(out, ASN1_STRING_get0_data(value), len);
	out[len] = '\0';
}

static void read_alternative_names(X509 *x, struct certificate *out)
{
	GENERAL_NAMES *names = X509_get_ext_d2i(x, NID_subject_alt_name, NULL, NULL);

	for (int i = 0; i < sk_GENERAL_NAME_num(names); i++) {
		const GENERAL_NAME *name = sk_GENERAL_NAME_value(names, i);

		if (name->type != GEN_OTHERNAME)
			continue;
		read_other_name(name->d.otherName, OID_DEVICE_INFO, out->device_info);
		read_other_name(name->d.otherName, OID_PCI_CMA, out->cma_name);
	}
	GENERAL_NAMES_free(names);
}

bool crypto_certificate(struct bytes der, struct certificate *out, char *why)
{
	X509 *x = certificate_parse(der);
	uint32_t usage;
	bool ok;

	*out = (struct certificate){.kind = KEY_OTHER};
	if (!x) {
		why_set(why, "it is no X.509 certificate");
		return false;
	}
	read_name(X509_get_subject_name(x), out->subject);
	read_name(X509_get_issuer_name(x), out->issuer);
	read_key(x, out);
	read_alternative_names(x, out);
	usage = X509_get_key_usage(x);
	out->has_usage = usage != UINT32_MAX;
	out->may_sign = usage & KU_DIGITAL_SIGNATURE;
	out->is_ca = X509_check_ca(x) == 1;
	ok = read_time(X509_get0_notBefore(x), &out->not_before) && read_time(X509_get0_notAfter(x), &out->not_after);
	if (!ok)
		why_set(why, "its dates cannot be read");
	X509_free(x);
	ERR_clear_error();
	return ok;
}

size_t crypto_key_der(struct bytes certificate, uint8_t out[CRYPTO_KEY_DER])
{
	X509 *x = certificate_parse(certificate);
	int len = x ? i2d_X509_PUBKEY(X509_get_X509_PUBKEY(x), NULL) : 0;
	unsigned char *p = out;

	if (len < 0 || len > CRYPTO_KEY_DER)
		len = 0;
	if (len)
		i2d_X509_PUBKEY(X509_get_X509_PUBKEY(x), &p);
	X509_free(x);
	ERR_clear_error();
	return (size_t)len;
}

/* Hands over one certificate as DER. */
static int give(X509 *x, int (*take)(void *ctx, struct bytes der), void *ctx)
{
	unsigned char *der = NULL;
	int len = i2d_X509(x, &der);
	int ret = len > 0 ? take(ctx, (struct bytes){der, (size_t)len}) : -1;

	OPENSSL_free(der);
	return ret;
}

int crypto_certificates(struct bytes file, int (*take)(void *ctx, struct bytes der), void *ctx)
{
	X509 *x = certificate_parse(file);
	BIO *bio;
	int ret = 0;

	if (x) {
		ret = give(x, take, ctx);
		X509_free(x);
		return ret;
	}
	bio = file.len <= INT32_MAX ? BIO_new_mem_buf(file.data, (int)file.len) : NULL;
	if (!bio)
		return -1;
	while (ret == 0 && (x = PEM_read_bio_X509(bio, NULL, NULL, NULL))) {
		ret = give(x, take, ctx);
		X509_free(x);
	}
	BIO_free(bio);
	ERR_clear_error();
	return ret;
}
