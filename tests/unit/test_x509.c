// SPDX-License-Identifier: GPL-2.0-or-later
/* Certificates that no CA would make: strings of every type, extensions twice, cut off, without end. */
#include "decode_build.h"

#include <stdio.h>

enum {
	INTEGER = 0x02,
	BITS = 0x03,
	OCTETS = 0x04,
	OID = 0x06,
	UTF8 = 0x0c,
	SEQUENCE = 0x30,
	SET = 0x31,
	T61 = 0x14,
	UTC = 0x17,
	UNIVERSAL = 0x1c,
	BMP = 0x1e,
	CONTEXT = 0x80,
	STRUCTURE = 0xa0,
};

/* Numbers as DER has them. */
#define COMMON_NAME    "\x55\x04\x03"
#define ODD_ATTRIBUTE  "\x55\x04\x7f"
#define EC_KEY         "\x2a\x86\x48\xce\x3d\x02\x01"
#define RSA_KEY        "\x2a\x86\x48\x86\xf7\x0d\x01\x01\x01"
#define RSA_PSS        "\x2a\x86\x48\x86\xf7\x0d\x01\x01\x0a"
#define KEY_USAGE      "\x55\x1d\x0f"
#define ALT_NAME       "\x55\x1d\x11"
#define EXTENDED_USAGE "\x55\x1d\x25"
#define DEVICE_INFO    "\x2b\x06\x01\x04\x01\x83\x1c\x82\x12\x01"
#define DMTF_SPDM      "\x2b\x06\x01\x04\x01\x83\x1c\x82\x12\x06"
#define PCI_CMA        "\x67\x81\x13"
#define TCB_INFO       "\x67\x81\x05\x05\x04\x01"
#define TCB_INFO_LIST  "\x67\x81\x05\x05\x04\x05"

/* Makes what `b` holds from `start` on the contents of an item. */
static void wrap(struct buf *b, size_t start, unsigned tag)
{
	size_t len = b->len - start;
	char *content = malloc(len + 1);

	assert_non_null(content);
	if (len)
		memcpy(content, b->data + start, len);
	b->len = start;
	put(b, tag, 1);
	put(b, 0x82, 1);
	put(b, len >> 8, 1);
	put(b, len & 0xff, 1);
	buf_add(b, content, len);
	free(content);
}

static void put_item(struct buf *b, unsigned tag, const void *bytes, size_t len)
{
	size_t start = b->len;

	buf_add(b, bytes, len);
	wrap(b, start, tag);
}

#define PUT(b, tag, literal) put_item(b, tag, literal, sizeof(literal) - 1)

/* A name of one attribute. */
static void put_name(struct buf *b, const char *oid, unsigned tag, const void *text, size_t len)
{
	size_t start = b->len;

	put_item(b, OID, oid, 3);
	put_item(b, tag, text, len);
	wrap(b, start, SEQUENCE);
	wrap(b, start, SET);
}

/* An extension; its number may be longer than a name's. */
static void put_extension(struct buf *b, const void *oid, size_t oid_len, const struct buf *value)
{
	size_t start = b->len;

	put_item(b, OID, oid, oid_len);
	put_item(b, OCTETS, value->data, value->len);
	wrap(b, start, SEQUENCE);
}

#define EXTENSION(b, literal, value) put_extension(b, literal, sizeof(literal) - 1, value)

/* What the certificate of a test consists of; empty parts get the usual. */
struct parts_of {
	struct buf serial, subject, key, bits, extensions, signature;
};

static void put_part(struct buf *b, struct buf *part, unsigned tag)
{
	size_t start = b->len;

	buf_add(b, part->data, part->len);
	wrap(b, start, tag);
	buf_free(part);
}

static void usual(struct parts_of *p)
{
	if (!p->serial.len)
		buf_text(&p->serial, "\x07");
	if (!p->subject.len)
		put_name(&p->subject, COMMON_NAME, UTF8, "device", 6);
	if (!p->key.len) {
		PUT(&p->key, OID, EC_KEY);
		PUT(&p->key, OID, "\x2b\x81\x04\x00\x22");
	}
	if (!p->bits.len)
		buf_add(&p->bits, "\0\x04", 2);
	if (!p->signature.len)
		PUT(&p->signature, OID, "\x2a\x86\x48\xce\x3d\x04\x03\x03");
}

static void put_validity(struct buf *b)
{
	size_t start = b->len;

	PUT(b, UTC, "260102030405Z");
	PUT(b, UTC, "500102030405Z");
	wrap(b, start, SEQUENCE);
}

/* The certificate, alone in a chain without header; frees the parts. */
static void put_x509(struct buf *b, struct parts_of *p)
{
	struct buf again = {0};
	size_t start;

	usual(p);
	buf_add(&again, p->signature.data, p->signature.len);
	put_part(b, &p->serial, INTEGER);
	put_part(b, &again, SEQUENCE);
	PUT(b, SEQUENCE, "");
	put_validity(b);
	put_part(b, &p->subject, SEQUENCE);
	start = b->len;
	put_part(b, &p->key, SEQUENCE);
	put_part(b, &p->bits, BITS);
	wrap(b, start, SEQUENCE);
	if (p->extensions.len) {
		start = b->len;
		put_part(b, &p->extensions, SEQUENCE);
		wrap(b, start, STRUCTURE + 3);
	}
	wrap(b, 0, SEQUENCE);
	put_part(b, &p->signature, SEQUENCE);
	PUT(b, BITS, "\0\x01");
	wrap(b, 0, SEQUENCE);
}

static struct json_object *described(struct parts_of *p)
{
	struct buf b = {0};
	struct json_object *d;

	put_x509(&b, p);
	d = decode(EV_CERT0, &b);
	buf_free(&b);
	return d;
}

#define X509 "/certificates/0/x509"

static void assert_subject(const char *oid, unsigned tag, const char *text, size_t len, const char *expected)
{
	struct parts_of p = {0};
	struct json_object *d;

	put_name(&p.subject, oid, tag, text, len);
	d = described(&p);
	assert_string_equal(at(d, X509 "/subject"), expected);
	json_object_put(d);
}

/* What openssl prints with -nameopt RFC2253,utf8,-esc_msb. */
static void test_strings_of_every_type(void **state)
{
	(void)state;
	assert_subject(COMMON_NAME, T61,
		       "Pr\xfc"
		       "f",
		       4, "CN=Pr\u00fcf");
	assert_subject(COMMON_NAME, BMP, "\0P\0\xfc\x65\xe5", 6, "CN=P\u00fc\u65e5");
	assert_subject(COMMON_NAME, UTF8, "a\0b", 3, "CN=a\\00b");
	/* Neither a string of a type that is told, nor an attribute that has a name: the whole item in hex. */
	assert_subject(COMMON_NAME, UNIVERSAL, "\0\0\0a", 4, "CN=#1c82000400000061");
	assert_subject(ODD_ATTRIBUTE, UTF8, "a", 1, "2.5.4.127=#0c82000161");
}

static void test_long_values_are_cut(void **state)
{
	char text[1100], expected[1100];
	struct json_object *d;
	struct parts_of p = {0};

	(void)state;
	memset(text, 'x', sizeof(text));
	snprintf(expected, sizeof(expected), "CN=%.1024s...", text);
	assert_subject(COMMON_NAME, UTF8, text, sizeof(text), expected);

	put_name(&p.subject, COMMON_NAME, UNIVERSAL, text, sizeof(text));
	d = described(&p);
	assert_int_equal(strlen(at(d, X509 "/subject")), strlen("CN=#") + 2 * 1024 + strlen("..."));
	json_object_put(d);
}

static void test_names_that_are_none(void **state)
{
	struct parts_of p = {0};
	struct json_object *d;
	const char *subject;
	char text[1000];
	size_t i;

	(void)state;
	PUT(&p.subject, SET, "\x30\x00");
	d = described(&p);
	assert_string_equal(at(d, X509 "/subject"), "?");
	json_object_put(d);

	memset(text, 'x', sizeof(text));
	for (i = 0; i < 20; i++)
		put_name(&p.subject, COMMON_NAME, UTF8, text, sizeof(text));
	d = described(&p);
	subject = at(d, X509 "/subject");
	assert_in_range(strlen(subject), sizeof(text), 20 * sizeof(text) - 1);
	assert_string_equal(subject + strlen(subject) - 3, "...");
	json_object_put(d);

	for (i = 0; i < 65; i++)
		put_name(&p.subject, COMMON_NAME, UTF8, "a", 1);
	d = described(&p);
	assert_memory_equal(at(d, X509 "/subject"), "...,CN=a,CN=a", 13);
	json_object_put(d);
}

/* No unused bits in front of what `b` holds. */
static void wrap_bits(struct buf *b)
{
	struct buf content = *b;

	*b = (struct buf){0};
	put(b, 0, 1);
	buf_add(b, content.data, content.len);
	buf_free(&content);
}

static void test_key_and_signature_names(void **state)
{
	struct parts_of p = {0};
	struct json_object *d;

	(void)state;
	PUT(&p.key, OID, EC_KEY);
	PUT(&p.signature, OID, RSA_PSS);
	d = described(&p);
	assert_string_equal(at(d, X509 "/key"), "EC of an unnamed curve");
	assert_string_equal(at(d, X509 "/signature_algorithm"), "rsassaPss with SHA-1");
	json_object_put(d);

	/* The key of these certificates is the one byte 04, which is no RSA key. */
	PUT(&p.key, OID, RSA_KEY);
	d = described(&p);
	assert_string_equal(at(d, X509 "/key"), "RSA 0");
	json_object_put(d);

	/* A modulus of 8 + 5 bits, behind the octet that keeps it positive. */
	PUT(&p.key, OID, RSA_KEY);
	PUT(&p.bits, INTEGER, "\0\x1f\xff");
	wrap(&p.bits, 0, SEQUENCE);
	wrap_bits(&p.bits);
	d = described(&p);
	assert_string_equal(at(d, X509 "/key"), "RSA 13");
	json_object_put(d);
}

static void assert_anomaly(struct parts_of *p, const char *what)
{
	struct json_object *d = described(p);

	assert_string_equal(at(d, "/anomalies/0/what"), what);
	json_object_put(d);
}

static void test_long_serial(void **state)
{
	struct parts_of p = {0};

	(void)state;
	buf_repeat(&p.serial, 1, 100);
	assert_anomaly(&p, "the serial number has 100 bytes");
}

static void test_odd_extensions(void **state)
{
	struct parts_of p = {0};
	struct buf bits = {0};

	(void)state;
	PUT(&bits, BITS, "\x07\x80");
	EXTENSION(&p.extensions, KEY_USAGE, &bits);
	EXTENSION(&p.extensions, KEY_USAGE, &bits);
	assert_anomaly(&p, "the extension 2.5.29.15 stands twice; the first counts");

	EXTENSION(&p.extensions, KEY_USAGE, &bits);
	buf_text(&p.extensions, "tail");
	assert_anomaly(&p, "no whole extension in 4 bytes");

	/* A number, and no value. */
	PUT(&p.extensions, SEQUENCE, "\x06\x03" KEY_USAGE);
	assert_anomaly(&p, "no whole extension in 9 bytes");
	buf_free(&bits);
}

static void test_extensions_that_are_no_list(void **state)
{
	struct parts_of p = {0};
	struct buf b = {0}, value = {0};
	struct json_object *d;
	char *list;

	(void)state;
	PUT(&value, BITS, "\x07\x80");
	EXTENSION(&p.extensions, KEY_USAGE, &value);
	put_x509(&b, &p);
	list = memmem(b.data, b.len, "\xa3\x82", 2);
	assert_non_null(list);
	list[4] = OCTETS;
	d = decode(EV_CERT0, &b);
	assert_string_equal(at(d, "/anomalies/0/what"), "the list of extensions is missing");
	json_object_put(d);
	buf_free(&value);
	buf_free(&b);
}

/* Bits that RFC 5280 does not name are told by number. */
static void test_unnamed_key_usage(void **state)
{
	struct parts_of p = {0};
	struct buf bits = {0};
	struct json_object *d;

	(void)state;
	PUT(&bits, BITS, "\0\x80\x40");
	EXTENSION(&p.extensions, KEY_USAGE, &bits);
	d = described(&p);
	assert_string_equal(at(d, X509 "/key_usage/0"), "digital signature");
	assert_string_equal(at(d, X509 "/key_usage/1"), "bits 0x00000200");
	json_object_put(d);
	buf_free(&bits);
}

/* Puts `count` copies of `element` into a SEQUENCE. */
static void put_many(struct buf *b, const struct buf *element, size_t count)
{
	size_t start = b->len;

	while (count--)
		buf_add(b, element->data, element->len);
	wrap(b, start, SEQUENCE);
}

/* A list inside a certificate, of which 64 elements are told. */
static void assert_limited(const char *oid, size_t oid_len, const struct buf *element, const char *list,
			   const char *what)
{
	struct parts_of p = {0};
	struct buf value = {0};
	struct json_object *d;

	put_many(&value, element, 65);
	put_extension(&p.extensions, oid, oid_len, &value);
	d = described(&p);
	assert_int_equal(count_at(d, list), 64);
	assert_string_equal(at(d, "/anomalies/0/what"), what);
	json_object_put(d);
	buf_free(&value);
}

#define LIMITED(oid, element, list, what) assert_limited(oid, sizeof(oid) - 1, element, list, what)

static void test_long_lists(void **state)
{
	struct buf oid = {0}, entry = {0}, name = {0};

	(void)state;
	PUT(&oid, OID, KEY_USAGE);
	LIMITED(EXTENDED_USAGE, &oid, X509 "/extended_key_usage", "only the first 64 extended key usages are listed");
	PUT(&entry, SEQUENCE, "\x06\x03" KEY_USAGE);
	LIMITED(DMTF_SPDM, &entry, X509 "/dmtf_extensions", "only the first 64 DMTF extensions are listed");
	LIMITED(TCB_INFO_LIST, &entry, X509 "/tcb_info", "only the first 64 TCBs are listed");
	PUT(&name, CONTEXT + 2, "host");
	LIMITED(ALT_NAME, &name, X509 "/alternative_names", "only the first 64 alternative names are listed");
	buf_free(&oid);
	buf_free(&entry);
	buf_free(&name);
}

/* More than one document tells, though no list by itself is too long. */
static void test_many_lists(void **state)
{
	static const char fwid[] = "\x30\x05\x06\x01\x2a\x04\x00";
	struct parts_of p = {0};
	struct buf tcb = {0}, list = {0};
	struct json_object *d;

	(void)state;
	for (size_t i = 0; i < 64; i++)
		buf_add(&tcb, fwid, sizeof(fwid) - 1);
	wrap(&tcb, 0, STRUCTURE + 6);
	wrap(&tcb, 0, SEQUENCE);
	put_many(&list, &tcb, 64);
	EXTENSION(&p.extensions, TCB_INFO_LIST, &list);
	d = described(&p);
	assert_string_equal(at(d, "/anomalies/0/what"),
			    "FWIDs from here on are not listed: 4096 elements of extensions are");
	json_object_put(d);
	buf_free(&tcb);
	buf_free(&list);
}

static void test_many_extensions(void **state)
{
	struct parts_of p = {0};
	struct buf empty = {0};
	struct json_object *d;
	size_t i;

	(void)state;
	for (i = 0; i < 65; i++)
		EXTENSION(&p.extensions, "\x55\x1d\x7f", &empty);
	d = described(&p);
	assert_int_equal(count_at(d, X509 "/extensions"), 64);
	assert_string_equal(at(d, "/anomalies/0/what"), "only the first 64 extensions are listed");
	json_object_put(d);
}

/* The alternative names, in a certificate of their own. */
static struct json_object *with_names(struct buf *names)
{
	struct parts_of p = {0};
	struct json_object *d;

	wrap(names, 0, SEQUENCE);
	EXTENSION(&p.extensions, ALT_NAME, names);
	d = described(&p);
	buf_free(names);
	return d;
}

static void put_other_name(struct buf *b, const void *oid, size_t oid_len, const void *text, size_t len)
{
	size_t start = b->len, value;

	put_item(b, OID, oid, oid_len);
	value = b->len;
	put_item(b, UTF8, text, len);
	wrap(b, value, STRUCTURE);
	wrap(b, start, STRUCTURE);
}

static void test_odd_names(void **state)
{
	struct buf names = {0};
	struct json_object *d;

	(void)state;
	PUT(&names, UTF8, "no general name");
	PUT(&names, STRUCTURE, "no other name");
	PUT(&names, CONTEXT + 7, "\x7f\0\0\1");
	d = with_names(&names);
	assert_string_equal(at(d, X509 "/alternative_names/0/type"), "0x0c");
	assert_string_equal(at(d, X509 "/alternative_names/0/value"), "null");
	assert_string_equal(at(d, X509 "/alternative_names/1/type"), "otherName");
	assert_string_equal(at(d, X509 "/alternative_names/1/oid"), "null");
	assert_string_equal(at(d, X509 "/alternative_names/2/type"), "IP");
	assert_string_equal(at(d, X509 "/alternative_names/2/bytes"), "7f000001");
	json_object_put(d);
}

static void test_odd_identities(void **state)
{
	struct buf names = {0};
	struct json_object *d;

	(void)state;
	put_other_name(&names, DEVICE_INFO, sizeof(DEVICE_INFO) - 1, "only one part", 13);
	put_other_name(&names, PCI_CMA, sizeof(PCI_CMA) - 1, "Vendor=1B36:Device=zz", 21);
	d = with_names(&names);
	assert_string_equal(at(d, "/anomalies/0/what"), "the device info is not Manufacturer:Product:Serial");
	assert_string_equal(at(d, X509 "/device_info/text"), "only one part");
	assert_string_equal(at(d, X509 "/device_info/product"), "");
	assert_string_equal(at(d, "/anomalies/1/what"), "a part of the PCI identity is not understood");
	assert_string_equal(at(d, X509 "/pci_identity/vendor"), "0x1b36");
	assert_string_equal(at(d, X509 "/pci_identity/device"), "null");
	json_object_put(d);
}

static void test_long_identity(void **state)
{
	struct buf names = {0};
	struct json_object *d;
	char text[1100];

	(void)state;
	memset(text, 'x', sizeof(text));
	text[10] = text[20] = ':';
	put_other_name(&names, DEVICE_INFO, sizeof(DEVICE_INFO) - 1, text, sizeof(text));
	d = with_names(&names);
	assert_string_equal(at(d, "/anomalies/0/what"), "an identity of 1100 bytes, of which 1024 are read");
	assert_int_equal(strlen(at(d, X509 "/device_info/text")), 1024);
	assert_string_equal(at(d, X509 "/alternative_names/0/bytes"), "null");
	json_object_put(d);
}

static void put_pss(struct buf *b, const char *hash, size_t len)
{
	size_t start;

	PUT(b, OID, RSA_PSS);
	start = b->len;
	put_item(b, OID, hash, len);
	wrap(b, start, SEQUENCE);
	wrap(b, start, STRUCTURE);
	wrap(b, start, SEQUENCE);
}

/* The hash of RSA-PSS is told by its name, or by its number; where none can be read, RFC 4055 has SHA-1 there. */
static void test_hashes_of_pss(void **state)
{
	struct parts_of p = {0};
	struct json_object *d;

	(void)state;
	put_pss(&p.signature, "\x60\x86\x48\x01\x65\x03\x04\x02\x02", 9);
	d = described(&p);
	assert_string_equal(at(d, X509 "/signature_algorithm"), "rsassaPss with SHA-384");
	json_object_put(d);
	put_pss(&p.signature, "\x2a\x03", 2);
	d = described(&p);
	assert_string_equal(at(d, X509 "/signature_algorithm"), "rsassaPss with 1.2.3");
	json_object_put(d);
	for (size_t tag = 0; tag < 4; tag++) {
		put_pss(&p.signature, "\x2a\x03", 2);
		p.signature.data[sizeof(RSA_PSS) + 3 + 4 * tag] = UTF8;
		d = described(&p);
		assert_string_equal(at(d, X509 "/signature_algorithm"), "rsassaPss with SHA-1");
		json_object_put(d);
	}
}

/* The chain of data/, which openssl made; freed with buf_free(). */
static struct buf real_chain(void)
{
	const char *source = getenv("TSMCTL_SOURCE");
	struct buf b = {0};
	char path[512], block[4096];
	FILE *in;

	snprintf(path, sizeof(path), "%s/data/spdm-chain.bin", source ? source : ".");
	in = fopen(path, "r");
	if (!in)
		fail_msg("%s: set TSMCTL_SOURCE", path);
	buf_add(&b, block, fread(block, 1, sizeof(block), in));
	fclose(in);
	return b;
}

static const char *shown(const struct buf *b, struct err *e)
{
	static char text[1 << 17];
	struct json_object *d = decoded_json(EV_CERT0, built(b), e);

	snprintf(text, sizeof(text), "%s", d ? json_object_to_json_string(d) : "");
	json_object_put(d);
	return text;
}

/* Whether anything of what is shown, the raw bytes apart, tells that the byte at `at` is another one. */
static void try_tag(struct buf *b, size_t offset, const char *whole, size_t *unseen)
{
	char was = b->data[offset];
	struct err e = {0};
	const char *now;

	b->data[offset] = 0x05; /* NULL, which stands nowhere in these certificates */
	now = shown(b, &e);
	if (e.class == ERR_NONE && strcmp(now, whole) == 0) {
		print_error("the tag 0x%02x at byte %zu\n", (uint8_t)was, offset);
		++*unseen;
	}
	b->data[offset] = was;
}

/* The items from `offset` to `end`, and those within them: the lengths of openssl have one or two octets more. */
static void try_tags(struct buf *b, size_t offset, size_t end, const char *whole, size_t *unseen)
{
	const uint8_t *p = (const uint8_t *)b->data;

	while (offset + 2 <= end) {
		size_t header = 2, len = p[offset + 1];

		if (len >= 0x80) {
			header += len & 0x7f;
			len = header == 3 ? p[offset + 2] : (size_t)p[offset + 2] << 8 | p[offset + 3];
		}
		try_tag(b, offset, whole, unseen);
		if (p[offset] & 0x20)
			try_tags(b, offset + header, offset + header + len, whole, unseen);
		offset += header + len;
	}
	assert_int_equal(offset, end);
}

/* A certificate whose structure is another one never looks like the one that it was. */
static void test_no_tag_changes_unseen(void **state)
{
	struct buf b = real_chain();
	struct err e = {0};
	char *whole = strdup(shown(&b, &e));
	size_t unseen = 0;

	(void)state;
	assert_int_equal(e.class, ERR_NONE);
	try_tags(&b, 4 + 48, b.len, whole, &unseen); /* behind the header and the root's hash */
	assert_int_equal(unseen, 0);
	free(whole);
	buf_free(&b);
}

static void test_odd_tcb(void **state)
{
	struct parts_of p = {0};
	struct buf value = {0};
	struct json_object *d;
	size_t start;

	(void)state;
	PUT(&value, SEQUENCE, "no FWID");
	wrap(&value, 0, STRUCTURE + 6);
	PUT(&value, CONTEXT + 7, "\x04\x10\x00\x10");
	wrap(&value, 0, SEQUENCE);
	EXTENSION(&p.extensions, TCB_INFO, &value);
	d = described(&p);
	assert_string_equal(at(d, "/anomalies/0/what"), "a FWID is not an algorithm and a digest");
	assert_string_equal(at(d, "/warnings/0/what"), "DICE TCB: debug");
	assert_string_equal(at(d, X509 "/tcb_info/0/flags/0"), "debug");
	assert_string_equal(at(d, X509 "/tcb_info/0/flags/1"), "bit 19");
	json_object_put(d);

	buf_reset(&value);
	for (start = 0; start < 65; start++)
		PUT(&value, SEQUENCE, "\x06\x03" KEY_USAGE "\x04\x01\xaa");
	wrap(&value, 0, STRUCTURE + 6);
	wrap(&value, 0, SEQUENCE);
	EXTENSION(&p.extensions, TCB_INFO, &value);
	d = described(&p);
	assert_int_equal(count_at(d, X509 "/tcb_info/0/fwids"), 64);
	assert_string_equal(at(d, X509 "/tcb_info/0/flags"), "null");
	assert_string_equal(at(d, "/anomalies/0/what"), "only the first 64 FWIDs are listed");
	json_object_put(d);
	buf_free(&value);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_strings_of_every_type),
		cmocka_unit_test(test_long_values_are_cut),
		cmocka_unit_test(test_names_that_are_none),
		cmocka_unit_test(test_key_and_signature_names),
		cmocka_unit_test(test_long_serial),
		cmocka_unit_test(test_odd_extensions),
		cmocka_unit_test(test_extensions_that_are_no_list),
		cmocka_unit_test(test_unnamed_key_usage),
		cmocka_unit_test(test_long_lists),
		cmocka_unit_test(test_many_lists),
		cmocka_unit_test(test_many_extensions),
		cmocka_unit_test(test_odd_names),
		cmocka_unit_test(test_odd_identities),
		cmocka_unit_test(test_long_identity),
		cmocka_unit_test(test_hashes_of_pss),
		cmocka_unit_test(test_no_tag_changes_unseen),
		cmocka_unit_test(test_odd_tcb),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
