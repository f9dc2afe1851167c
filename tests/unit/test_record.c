// SPDX-License-Identifier: GPL-2.0-or-later
/* Records own what they are given, keep its order, and survive a failed allocation. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "fmt/sink.h"

static const struct envelope who = {.command = "info", .backend = "sim"};
static const struct text_options plain = {.width = 80, .headings = true};

/* Renders the data of a record as JSON and compares it. */
static void assert_data(const struct record *r, const char *expected)
{
	struct buf b = {0};
	struct buf whole = {0};
	struct err e = {0};

	buf_printf(&whole, "{\"schema\":\"tsmctl/1\",\"command\":\"info\",\"backend\":\"sim\",\"data\":%s}\n",
		   expected);
	assert_int_equal(json_render(r, &who, false, &b, &e), 0);
	assert_string_equal(b.data, whole.data);
	buf_free(&b);
	buf_free(&whole);
}

static void strings_are_copied(void **state)
{
	struct record *r = record_new();
	char key[] = "key";
	char value[] = "value";
	char bytes[] = "AB";

	(void)state;
	assert_non_null(r);
	node_text(record_root(r), key, NULL, value);
	node_bytes(record_root(r), "bytes", NULL, bytes, 2);
	memset(key, 'x', 3);
	memset(value, 'x', 5);
	memset(bytes, 'x', 2);
	assert_data(r, "{\"key\":\"value\",\"bytes\":\"4142\"}");
	record_free(r);
	record_free(NULL);
}

/* Bytes inside such memory are the record's without a copy; others, also right behind it, are copied. */
static void adopted_memory_is_not_copied(void **state)
{
	struct record *r = record_new();
	struct node *root = record_root(r);
	char *memory = strdup("abcd");

	(void)state;
	assert_non_null(memory);
	assert_true(record_adopt(r, memory, 3));
	node_textn(root, "inside", NULL, memory + 1, 2);
	node_bytes(root, "whole", NULL, memory, 3);
	node_textn(root, "beyond", NULL, memory + 1, 3);
	memcpy(memory, "wxyz", 4);
	assert_data(r, "{\"inside\":\"xy\",\"whole\":\"777879\",\"beyond\":\"bcd\"}");
	record_free(r);
}

struct collector {
	struct buf out;
	struct buf all;
	size_t largest;
};

static bool collect(struct buf *out)
{
	struct collector *c = (struct collector *)((char *)out - offsetof(struct collector, out));

	buf_add(&c->all, out->data, out->len);
	c->largest = out->len > c->largest ? out->len : c->largest;
	buf_reset(out);
	return true;
}

static bool refuse(struct buf *out)
{
	(void)out;
	return false;
}

static struct record *large_record(void)
{
	struct record *r = record_new();
	struct node *list = node_list(record_root(r), "list", "List");
	struct buf bytes = {0};

	assert_non_null(r);
	buf_repeat(&bytes, '\x01', 2000000);
	node_bytes(node_object(list, NULL, NULL), "bytes", "Bytes", bytes.data, bytes.len);
	node_textn(node_object(list, NULL, NULL), "text", NULL, bytes.data, bytes.len);
	buf_free(&bytes);
	return r;
}

/* A large document leaves in pieces that make the same as the whole. */
static void large_documents_leave_in_pieces(void **state)
{
	struct record *r = large_record();

	(void)state;
	for (int form = 0; form < 3; form++) {
		struct collector c = {.out = {.drain = collect}};
		struct buf whole = {0};
		struct err e = {0};

		assert_int_equal(
			form ? json_render(r, &who, form == 2, &c.out, &e) : text_render(r, &plain, &c.out, &e), 0);
		assert_int_equal(
			form ? json_render(r, &who, form == 2, &whole, &e) : text_render(r, &plain, &whole, &e), 0);
		assert_true(collect(&c.out));
		assert_int_equal(c.all.len, whole.len);
		assert_memory_equal(c.all.data, whole.data, whole.len);
		assert_true(c.largest < 1024 * 1024);
		buf_free(&whole);
		buf_free(&c.all);
		buf_free(&c.out);
	}
	record_free(r);
}

static void a_piece_that_cannot_leave_fails_the_document(void **state)
{
	struct record *r = large_record();

	(void)state;
	for (int form = 0; form < 2; form++) {
		struct buf out = {.drain = refuse};
		struct err e = {0};

		err_set(&e, ERR_FAILED, "ENOSPC", "full");
		assert_int_equal(form ? json_render(r, &who, false, &out, &e) : text_render(r, &plain, &out, &e), -1);
		assert_string_equal(e.code, "ENOSPC");
		buf_free(&out);
	}
	record_free(r);
}

/* Far more than one piece of the arena, and single strings larger than a piece. */
static void records_may_be_large(void **state)
{
	struct record *r = record_new();
	struct buf expected = {0};
	struct buf large = {0};
	struct node *list;

	(void)state;
	assert_non_null(r);
	buf_repeat(&large, 'y', 100000);
	list = node_list(record_root(r), "list", NULL);
	buf_text(&expected, "{\"list\":[");
	for (int i = 0; i < 2000; i++) {
		node_textf(list, NULL, NULL, "element %d", i);
		buf_printf(&expected, "\"element %d\",", i);
	}
	node_text(list, NULL, NULL, large.data);
	buf_printf(&expected, "\"%s\"]}", large.data);
	assert_data(r, expected.data);
	record_free(r);
	buf_free(&expected);
	buf_free(&large);
}

static void absent_values_are_null(void **state)
{
	struct record *r = record_new();
	struct node *root = record_root(r);

	(void)state;
	node_null(root, "a", "A");
	node_text(root, "b", "B", NULL);
	node_state(root, "c", "C", NULL);
	assert_data(r, "{\"a\":null,\"b\":null,\"c\":null}");
	record_free(r);
}

static void restrictions_hold_for_what_is_below(void **state)
{
	struct record *r = record_new();
	struct node *root = record_root(r);
	struct buf b = {0};
	struct err e = {0};

	(void)state;
	node_only(node_text(root, "shown", "Shown", "in text"), NODE_TEXT_ONLY);
	node_text(node_only(node_object(root, "kept", NULL), NODE_JSON_ONLY), "raw", "Raw", "in JSON");
	assert_data(r, "{\"kept\":{\"raw\":\"in JSON\"}}");
	assert_int_equal(text_render(r, &plain, &b, &e), 0);
	assert_string_equal(b.data, "  Shown  in text\n");
	buf_free(&b);
	record_free(r);
}

/* A length that no memory can hold fails like an allocation. Every call after it must be harmless. */
static void a_failed_allocation_is_remembered(void **state)
{
	static const struct column columns[] = {{.key = "a", .heading = "A"}};
	struct record *r = record_new();
	struct node *root = record_root(r);
	struct node *dummy = node_bytes(root, "huge", NULL, "x", SIZE_MAX);
	struct buf b = {0};
	struct err e = {0};

	(void)state;
	node_text(node_object(dummy, "o", NULL), "t", NULL, "x");
	node_count(node_list(root, "l", NULL), NULL, NULL, 1);
	node_hex(node_table(dummy, "t", NULL, columns, 1), "a", NULL, 1, 8);
	node_bool(node_only(node_textf(root, "f", NULL, "%d", 1), NODE_JSON_ONLY), "b", NULL, true);
	node_state(node_size(root, "s", NULL, 1), "x", NULL, "ok");
	node_note(dummy, "note");
	record_title(r, "title");
	assert_int_equal(json_render(r, &who, false, &b, &e), -1);
	assert_string_equal(e.code, "ENOMEM");
	err_clear(&e);
	assert_int_equal(text_render(r, &plain, &b, &e), -1);
	assert_string_equal(e.code, "ENOMEM");
	assert_int_equal(b.len, 0);
	buf_free(&b);
	record_free(r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(strings_are_copied),
		cmocka_unit_test(adopted_memory_is_not_copied),
		cmocka_unit_test(large_documents_leave_in_pieces),
		cmocka_unit_test(a_piece_that_cannot_leave_fails_the_document),
		cmocka_unit_test(records_may_be_large),
		cmocka_unit_test(absent_values_are_null),
		cmocka_unit_test(restrictions_hold_for_what_is_below),
		cmocka_unit_test(a_failed_allocation_is_remembered),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
