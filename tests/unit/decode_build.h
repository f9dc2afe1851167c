/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Builders for evidence bytes, and a decoded object as a JSON document, for the tests of src/decode/. */
#ifndef TSMCTL_TESTS_DECODE_BUILD_H
#define TSMCTL_TESTS_DECODE_BUILD_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <json-c/json.h>

#include "decode/anomaly.h"
#include "decode/evidence.h"
#include "fmt/record.h"
#include "fmt/sink.h"
#include "util/buf.h"
#include "util/bytes.h"

static inline struct bytes built(const struct buf *b)
{
	return (struct bytes){(const uint8_t *)b->data, b->len};
}

static inline void put(struct buf *b, uint64_t value, unsigned octets)
{
	for (; octets; octets--, value >>= 8)
		buf_char(b, (char)(value & 0xff));
}

static inline void put_message(struct buf *b, unsigned version, unsigned code, unsigned param1, unsigned param2)
{
	put(b, version, 1);
	put(b, code, 1);
	put(b, param1, 1);
	put(b, param2, 1);
}

static inline void put_range(struct buf *b, uint64_t page, uint32_t pages, uint16_t attributes, uint16_t id)
{
	put(b, page, 8);
	put(b, pages, 4);
	put(b, attributes, 2);
	put(b, id, 2);
}

/* The 16 bytes before the ranges. */
static inline void put_report_header(struct buf *b, uint16_t info, uint32_t ranges)
{
	put(b, info, 2);
	put(b, 0, 2);
	put(b, 0x8003, 2); /* MSI-X: enabled, 4 vectors */
	put(b, 0x0007, 2);
	put(b, 0x00000101, 4);
	put(b, ranges, 4);
}

static inline void put_report(struct buf *b)
{
	put_report_header(b, 0x0003, 2);
	put_range(b, 0x8000, 4, 0x0008, 2);
	put_range(b, 0x10000, 1, 0x0007, 0x0304);
	put(b, 5, 4);
	buf_text(b, "hello");
}

/* What a certificate signs: no more than X.509 demands, the names empty. */
static const uint8_t certificate_body[] = {
	0x30, 0x4b,                                                                           /* TBSCertificate */
	0x02, 0x01, 0x07,                                                                     /* serial number 7 */
	0x30, 0x0a, 0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 4,    3,    3,                  /* ecdsa-with-SHA384 */
	0x30, 0x00,                                                                           /* issuer */
	0x30, 0x1e,                                                                           /* validity */
	0x17, 0x0d, '2',  '6',  '0',  '1',  '0',  '2',  '0',  '3',  '0',  '4', '0', '5', 'Z', /* 2026 */
	0x17, 0x0d, '5',  '0',  '0',  '1',  '0',  '2',  '0',  '3',  '0',  '4', '0', '5', 'Z', /* 1950 */
	0x30, 0x00,                                                                           /* subject */
	0x30, 0x16, 0x30, 0x10, 0x06, 7,    0x2a, 0x86, 0x48, 0xce, 0x3d, 2,   1,             /* EC */
	0x06, 5,    0x2b, 0x81, 4,    0,    0x22, 0x03, 0x02, 0x00, 0x04, /* P-384, a key of one byte */
	0x30, 0x0a, 0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 4,    3,    3,
};

/* A certificate of four bytes more than `content`, most of it signature. */
static inline void put_certificate(struct buf *b, uint16_t content)
{
	uint16_t signature = (uint16_t)(content - sizeof(certificate_body) - 4);

	put(b, 0x8230, 2);
	put(b, content >> 8, 1);
	put(b, content & 0xff, 1);
	buf_add(b, certificate_body, sizeof(certificate_body));
	put(b, 0x8203, 2);
	put(b, signature >> 8, 1);
	put(b, signature & 0xff, 1);
	buf_repeat(b, 0, signature);
}

/* A chain with a header of its own length, a root hash and three certificates. */
static inline void put_chain(struct buf *b, unsigned hash_size)
{
	put(b, 4 + hash_size + 300 + 204 + 404, 4);
	buf_repeat(b, (char)0xab, hash_size);
	put_certificate(b, 296);
	put_certificate(b, 200);
	put_certificate(b, 400);
}

/* The six messages; `asym` is the bit of the signature algorithm. */
static inline void put_vca(struct buf *b, unsigned version, uint32_t asym)
{
	unsigned i, capabilities = version >= 0x12 ? 20 : 12;

	put_message(b, 0x10, 0x84, 0, 0);
	put_message(b, 0x10, 0x04, 0, 0);
	put(b, 0x0100, 2);
	put(b, version << 8, 2);
	for (i = 0; i < 2; i++) {
		put_message(b, version, i ? 0x61 : 0xe1, 0, 0);
		buf_repeat(b, 0, (i || version > 0x10 ? capabilities : 4) - 4);
	}
	for (i = 0; i < 2; i++) {
		put_message(b, version, i ? 0x63 : 0xe3, 0, 0);
		put(b, i ? 36 : 32, 2);
		put(b, 1, 2);
		put(b, 2, 4); /* SHA-256, as put_record() has it */
		put(b, asym, 4);
		buf_repeat(b, 0, i ? 20 : 16);
	}
}

static inline void put_request(struct buf *b, unsigned version, bool sign, unsigned operation)
{
	put_message(b, version, 0xe0, sign, operation);
	if (sign)
		buf_repeat(b, 'n', 32);
	if (sign && version >= 0x11)
		put(b, 2, 1);
	if (version >= 0x13)
		buf_text(b, "context!");
}

/* The header of a data object of AMD's firmware around `payload` bytes; `id` is 4, 5 or 6. */
static inline void put_wrapper(struct buf *b, unsigned id, size_t payload)
{
	put(b, id, 4);
	put(b, 32 + payload, 4);
	put(b, 0x0102, 2); /* version 1.2 */
	put(b, 0, 6);
	put(b, 0x0100, 2); /* 01:00.0 */
	put(b, 0, 1);
	put(b, 1, 1);
	put(b, 0, 8);
	put(b, 0, 4);
}

static inline void put_block(struct buf *b, unsigned index, unsigned type, unsigned value)
{
	put(b, index, 1);
	put(b, 1, 1);
	put(b, value + 3, 2);
	put(b, type, 1);
	put(b, value, 2);
	buf_repeat(b, 'v', value);
}

static inline void put_record(struct buf *b)
{
	put_block(b, 0x01, 0x00, 32);
	put_block(b, 0x10, 0x87, 8);
	put_block(b, 0xfd, 0x84, 20);
	put_block(b, 0xfe, 0x85, 16);
}

/* A response with the four blocks of put_record(), three bytes of opaque data and `signature` bytes of one. */
static inline void put_response(struct buf *b, unsigned version, unsigned signature)
{
	struct buf record = {0};

	put_record(&record);
	put_message(b, version, 0x60, 0, 0x22);
	put(b, 4, 1);
	put(b, record.len, 3);
	buf_add(b, record.data, record.len);
	buf_repeat(b, 'r', 32);
	put(b, 3, 2);
	buf_text(b, "opq");
	if (version >= 0x13)
		buf_text(b, "context!");
	buf_repeat(b, 's', signature);
	buf_free(&record);
}

/* The "decoded" object as JSON; NULL with `e` set where evidence_describe() fails. Owned by the caller. */
static inline struct json_object *decoded_json(enum evidence_type type, struct bytes in, struct err *e)
{
	struct envelope v = {.command = "test", .backend = "sim"};
	struct record *r = record_new();
	struct json_object *document, *data = NULL;
	struct buf out = {0};

	assert_non_null(r);
	if (!evidence_describe(type, in, record_root(r), e)) {
		assert_int_equal(json_render(r, &v, false, &out, e), 0);
		document = json_tokener_parse(out.data);
		assert_non_null(document);
		data = json_object_get(json_object_object_get(document, "data"));
		json_object_put(document);
	}
	buf_free(&out);
	record_free(r);
	return data;
}

/* The same for bytes that must be decoded. */
static inline struct json_object *decode(enum evidence_type type, const struct buf *b)
{
	struct err e = {0};
	struct json_object *data = decoded_json(type, built(b), &e);

	if (!data)
		fail_msg("%s", e.message);
	return data;
}

/* The text of the value at a JSON pointer: "/ranges/0/size". Fails the test where there is none. */
static inline const char *at(struct json_object *data, const char *pointer)
{
	struct json_object *value;

	if (json_pointer_get(data, pointer, &value))
		fail_msg("there is no %s in %s", pointer, json_object_to_json_string(data));
	return value ? json_object_get_string(value) : "null";
}

static inline int64_t number_at(struct json_object *data, const char *pointer)
{
	struct json_object *value;

	if (json_pointer_get(data, pointer, &value) || !json_object_is_type(value, json_type_int))
		fail_msg("there is no number %s in %s", pointer, json_object_to_json_string(data));
	return json_object_get_int64(value);
}

static inline size_t count_at(struct json_object *data, const char *pointer)
{
	struct json_object *value;

	assert_int_equal(json_pointer_get(data, pointer, &value), 0);
	return json_object_array_length(value);
}

/* The object as people see it, 80 columns wide. Owned by the caller. */
static inline char *decoded_text(enum evidence_type type, const struct buf *b)
{
	struct text_options o = {.width = 80, .headings = true};
	struct record *r = record_new();
	struct buf out = {0};
	struct err e = {0};

	assert_non_null(r);
	assert_int_equal(evidence_describe(type, built(b), record_root(r), &e), 0);
	assert_int_equal(text_render(r, &o, &out, &e), 0);
	record_free(r);
	return out.data;
}

static inline void assert_part(const struct evidence_parts *p, size_t i, const char *name, size_t offset, size_t len)
{
	assert_true(i < p->count);
	assert_string_equal(p->part[i].name, name);
	assert_int_equal(p->part[i].offset, offset);
	assert_int_equal(p->part[i].len, len);
}

#endif
