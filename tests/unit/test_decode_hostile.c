// SPDX-License-Identifier: GPL-2.0-or-later
/* Whatever the bytes: no crash, parts without gaps, a document that parses, bounded rows, little time. */
#include <time.h>

#include "decode_build.h"

enum { ROWS = 4096, LARGE = 16 * 1024 * 1024 };

/* A copy of exactly its size, so that a sanitizer sees every byte read too much. */
static struct bytes exact(const void *data, size_t len)
{
	uint8_t *copy = malloc(len ? len : 1);

	assert_non_null(copy);
	memcpy(copy, data, len);
	return (struct bytes){copy, len};
}

static void assert_no_gaps(enum evidence_type type, struct bytes in)
{
	struct evidence_parts p;
	size_t i, end = 0;

	assert_int_equal(evidence_parts(type, in, &p), 0);
	assert_true(p.count <= ROWS + 1);
	for (i = 0; i < p.count; i++) {
		assert_int_equal(p.part[i].offset, end);
		assert_true(p.part[i].len > 0);
		assert_true(p.part[i].name[0]);
		end += p.part[i].len;
	}
	assert_int_equal(end, in.len);
	evidence_parts_free(&p);
}

/* Returns the number of anomalies; -1 if nothing was decoded, which must be said as an error. */
static int survive(enum evidence_type type, const void *data, size_t len)
{
	struct bytes in = exact(data, len);
	struct err e = {0};
	struct json_object *d = decoded_json(type, in, &e);
	bool shapeless = !strcmp(evidence_shape(type, in), "unknown") || !strcmp(evidence_shape(type, in), "empty");
	int anomalies = -1;

	assert_int_equal(d == NULL, shapeless);
	if (d)
		anomalies = (int)count_at(d, "/anomalies");
	else
		assert_int_equal(e.class, ERR_EVIDENCE);
	assert_no_gaps(type, in);
	json_object_put(d);
	free((void *)in.data);
	return anomalies;
}

static void build_chain(struct buf *b)
{
	put_chain(b, 48);
}

static void build_der(struct buf *b)
{
	put_certificate(b, 200);
	put_certificate(b, 150);
}

static void build_vca(struct buf *b)
{
	put_vca(b, 0x12, 0x80);
}

static void build_response(struct buf *b)
{
	put_response(b, 0x13, 96);
}

static void build_pair(struct buf *b)
{
	put_request(b, 0x12, true, 0xff);
	put_response(b, 0x12, 96);
}

static void build_transcript(struct buf *b)
{
	put_vca(b, 0x13, 0x80);
	put_request(b, 0x13, true, 0xff);
	put_response(b, 0x13, 96);
}

static void build_message(struct buf *b)
{
	put_message(b, 0x10, 0x04, 0, 0);
	put(b, 0, 8);
	put(b, 0, 4);
	put(b, 57, 4);
	put_report(b);
}

/* One valid object of every shape. */
static const struct {
	enum evidence_type type;
	const char *shape;
	void (*build)(struct buf *b);
	bool says_its_end; /* no prefix of it is a whole object of the same shape */
} shapes[] = {
	{EV_CERT0, "spdm-chain", build_chain, true},
	{EV_CERT0, "raw-der", build_der, false},
	{EV_VCA, "vca", build_vca, true},
	{EV_MEASUREMENTS, "response", build_response, false},     /* of 96 bytes of signature, 64 are one, too */
	{EV_MEASUREMENTS, "request-response", build_pair, false}, /* the same */
	{EV_MEASUREMENTS, "transcript", build_transcript, true},  /* ALGORITHMS tells the size of the signature */
	{EV_MEASUREMENTS, "record", put_record, false},
	{EV_REPORT, "report", put_report, true},
	{EV_REPORT, "tdisp-message", build_message, true},
};

static void test_valid_objects_have_no_anomaly(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(shapes) / sizeof(*shapes); i++) {
		struct buf b = {0};

		shapes[i].build(&b);
		assert_string_equal(evidence_shape(shapes[i].type, built(&b)), shapes[i].shape);
		assert_int_equal(survive(shapes[i].type, b.data, b.len), 0);
		buf_free(&b);
	}
}

static void test_every_prefix(void **state)
{
	size_t i, len;

	(void)state;
	for (i = 0; i < sizeof(shapes) / sizeof(*shapes); i++) {
		struct buf b = {0};

		shapes[i].build(&b);
		for (len = 0; len < b.len; len++)
			if (survive(shapes[i].type, b.data, len) == 0 && shapes[i].says_its_end)
				fail_msg("%s: %zu of %zu bytes pass for the whole", shapes[i].shape, len, b.len);
		buf_free(&b);
	}
}

static void test_every_byte_changed(void **state)
{
	static const uint8_t values[] = {0x00, 0x01, 0x30, 0x60, 0x7f, 0x80, 0xe0, 0xff};
	size_t i, at_byte, v;

	(void)state;
	for (i = 0; i < sizeof(shapes) / sizeof(*shapes); i++) {
		struct buf b = {0};

		shapes[i].build(&b);
		for (at_byte = 0; at_byte < b.len; at_byte++) {
			char was = b.data[at_byte];

			for (v = 0; v < sizeof(values); v++) {
				b.data[at_byte] = (char)values[v];
				survive(shapes[i].type, b.data, b.len);
			}
			b.data[at_byte] = was;
		}
		buf_free(&b);
	}
}

/* Any object may be asked for as any type. */
static void test_every_type_for_every_object(void **state)
{
	size_t i;
	int type;

	(void)state;
	for (i = 0; i < sizeof(shapes) / sizeof(*shapes); i++) {
		struct buf b = {0};

		shapes[i].build(&b);
		for (type = EV_CERT0; type < EV_COUNT; type++)
			survive((enum evidence_type)type, b.data, b.len);
		buf_free(&b);
	}
}

/* Noise that starts like each shape, from a fixed seed. */
static void test_noise(void **state)
{
	static const uint8_t starts[][2] = {{0x12, 0xe0}, {0x13, 0x60}, {0x10, 0x84}, {0x30, 0x82},
					    {0x01, 0x01}, {0x10, 0x04}, {0x14, 0x63}};
	uint32_t seed = 12345;
	uint8_t noise[400];
	size_t round, i;
	int type;

	(void)state;
	for (round = 0; round < 1000; round++) {
		for (i = 0; i < sizeof(noise); i++) {
			seed = seed * 1664525 + 1013904223;
			noise[i] = seed >> 31 ? 0 : (uint8_t)(seed >> 20);
		}
		memcpy(noise, starts[round % 7], 2);
		for (type = EV_CERT7; type < EV_COUNT; type++)
			survive((enum evidence_type)type, noise, sizeof(noise));
	}
}

static double seconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

/* The smallest unit of each kind: what is listed is bounded, the rest is counted. */
static const struct unit {
	enum evidence_type type;
	const char *list;
	uint8_t bytes[16];
	size_t size;
	const char *limit; /* of LARGE bytes */
} units[] = {
	{EV_MEASUREMENTS, "/blocks", {1, 1, 0, 0}, 4, "blocks not listed: 4190208 of 4194304"},
	{EV_CERT0, "/certificates", {0x30, 0}, 2, "certificates not listed: 8384512 of 8388608"},
	{EV_VCA, "/messages", {0x10, 0x84, 0, 0}, 4, "messages not listed: 4190208 of 4194304"},
	{EV_REPORT,
	 "/ranges",
	 {0xff, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0xff, 0xff, 0x0f, 0},
	 16,
	 "ranges not listed: 1044479 of 1048575"},
};

/* Decodes `len` bytes of units. Returns the document; `*cost` becomes the seconds that it took. */
static struct json_object *decode_units(const struct unit *u, size_t len, double *cost)
{
	uint8_t *object = malloc(len);
	struct json_object *d;
	struct err e = {0};
	size_t i;

	assert_non_null(object);
	for (i = 0; i < len; i += u->size)
		memcpy(object + i, u->bytes, u->size);
	*cost = -seconds();
	d = decoded_json(u->type, (struct bytes){object, len}, &e);
	assert_no_gaps(u->type, (struct bytes){object, len});
	*cost += seconds();
	assert_non_null(d);
	free(object);
	return d;
}

/* Eight times the bytes must not take 64 times the time. */
static void test_large_objects(void **state)
{
	double small_cost, cost;
	struct json_object *d;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(units) / sizeof(*units); i++) {
		json_object_put(decode_units(&units[i], LARGE / 8, &small_cost));
		d = decode_units(&units[i], LARGE, &cost);
		assert_int_equal(count_at(d, units[i].list), ROWS);
		assert_true(count_at(d, "/anomalies") <= 70);
		if (!strstr(at(d, "/anomalies"), units[i].limit))
			fail_msg("no '%s' in %s", units[i].limit, at(d, "/anomalies"));
		if (cost > 32 * small_cost + 0.1)
			fail_msg("%s: %f s, an eighth of it %f s", units[i].list, cost, small_cost);
		json_object_put(d);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_valid_objects_have_no_anomaly),
		cmocka_unit_test(test_every_prefix),
		cmocka_unit_test(test_every_byte_changed),
		cmocka_unit_test(test_every_type_for_every_object),
		cmocka_unit_test(test_noise),
		cmocka_unit_test(test_large_objects),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
