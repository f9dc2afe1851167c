// SPDX-License-Identifier: GPL-2.0-or-later
/* Evidence inside AMD's data objects. */
#include "decode_build.h"

static void build_chain(struct buf *b)
{
	put_chain(b, 48);
}

static void build_transcript(struct buf *b)
{
	put_vca(b, 0x12, 0x80);
	put_request(b, 0x12, true, 0xff);
	put_response(b, 0x12, 96);
}

static const struct {
	enum evidence_type type;
	unsigned id;
	void (*build)(struct buf *b);
	const char *shape;
	const char *first; /* part of the payload */
} objects[] = {
	{EV_CERT0, 4, build_chain, "sev-object:spdm-chain", "header"},
	{EV_MEASUREMENTS, 5, build_transcript, "sev-object:transcript", "GET_VERSION"},
	{EV_MEASUREMENTS, 5, put_record, "sev-object:record", "block 0x01"},
	{EV_REPORT, 6, put_report, "sev-object:report", "interface info"},
};

static void wrap(size_t i, struct buf *out)
{
	struct buf payload = {0};

	objects[i].build(&payload);
	put_wrapper(out, objects[i].id, payload.len);
	buf_add(out, payload.data, payload.len);
	buf_free(&payload);
}

static void test_shapes_and_payload(void **state)
{
	struct json_object *d;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(objects) / sizeof(*objects); i++) {
		struct buf b = {0};

		wrap(i, &b);
		assert_string_equal(evidence_shape(objects[i].type, built(&b)), objects[i].shape);
		assert_int_equal(evidence_payload(objects[i].type, built(&b)).len, b.len - 32);
		d = decode(objects[i].type, &b);
		assert_string_equal(at(d, "/wrapper/version"), "1.2");
		assert_string_equal(at(d, "/wrapper/device_id"), "0x0100");
		assert_int_equal(number_at(d, "/wrapper/length"), b.len);
		assert_int_equal(count_at(d, "/anomalies"), 0);
		json_object_put(d);
		buf_free(&b);
	}
}

static void test_parts(void **state)
{
	struct evidence_parts p;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(objects) / sizeof(*objects); i++) {
		struct buf b = {0};

		wrap(i, &b);
		buf_text(&b, "tail");
		assert_int_equal(evidence_parts(objects[i].type, built(&b), &p), 0);
		assert_part(&p, 0, "wrapper", 0, 32);
		assert_string_equal(p.part[1].name, objects[i].first);
		assert_int_equal(p.part[1].offset, 32);
		assert_part(&p, p.count - 1, "after the wrapper", b.len - 4, 4);
		evidence_parts_free(&p);
		buf_free(&b);
	}
}

/* Of another type, with a length beyond the object or a reserved byte that is set, it is no wrapper. */
static void test_no_wrapper(void **state)
{
	struct buf b = {0};

	(void)state;
	wrap(0, &b);
	assert_string_equal(evidence_shape(EV_MEASUREMENTS, built(&b)), "unknown");
	b.len--;
	assert_string_equal(evidence_shape(EV_CERT0, built(&b)), "unknown");
	b.len++;
	b.data[31] = 1;
	assert_string_equal(evidence_shape(EV_CERT0, built(&b)), "unknown");
	buf_free(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_shapes_and_payload),
		cmocka_unit_test(test_parts),
		cmocka_unit_test(test_no_wrapper),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
