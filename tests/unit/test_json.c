// SPDX-License-Identifier: GPL-2.0-or-later
/* The JSON documents: exact bytes, and what jq makes of them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "fmt/sink.h"

#define HEAD "{\"schema\":\"tsmctl/1\",\"command\":\"info\",\"backend\":\"kernel\","

static const struct envelope who = {.command = "info", .backend = "kernel"};

struct fixture {
	struct record *r;
	struct node *root;
	struct buf out;
	struct err e;
};

static int setup(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));

	assert_non_null(f);
	f->r = record_new();
	assert_non_null(f->r);
	f->root = record_root(f->r);
	*state = f;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *f = *state;

	record_free(f->r);
	buf_free(&f->out);
	free(f);
	return 0;
}

static void assert_json(struct fixture *f, bool pretty, const char *expected)
{
	assert_int_equal(json_render(f->r, &who, pretty, &f->out, &f->e), 0);
	assert_string_equal(f->out.data, expected);
}

/* What `jq -j FILTER` prints for the document in f->out. */
static void run_jq(struct fixture *f, const char *filter, struct buf *answer)
{
	char path[] = "/tmp/tsmctl-json-XXXXXX";
	int fd = mkstemp(path);
	char chunk[256];
	char command[256];
	size_t n;
	FILE *p;

	assert_true(fd >= 0);
	assert_int_equal(write(fd, f->out.data, f->out.len), f->out.len);
	close(fd);
	snprintf(command, sizeof(command), "jq -j '%s' %s", filter, path);
	p = popen(command, "re");
	assert_non_null(p);
	while ((n = fread(chunk, 1, sizeof(chunk), p)) > 0)
		buf_add(answer, chunk, n);
	assert_int_equal(pclose(p), 0);
	unlink(path);
}

static void each_type_has_its_form(void **state)
{
	struct fixture *f = *state;
	struct node *list;

	node_null(f->root, "null", NULL);
	node_bool(f->root, "yes", NULL, true);
	node_bool(f->root, "no", NULL, false);
	node_count(f->root, "count", NULL, 9007199254740993);
	node_size(f->root, "size", NULL, 4096);
	node_hex(f->root, "address", NULL, UINT64_MAX, 16);
	node_hex(f->root, "short", NULL, 0xab, 4);
	node_hex(f->root, "minimal", NULL, 0, 0);
	node_text(f->root, "text", NULL, "a/b \"c\" \\");
	node_state(f->root, "state", NULL, "ok");
	node_bytes(f->root, "bytes", NULL, "\x00\xfe", 2);
	node_bytes(f->root, "none", NULL, "", 0);
	node_object(f->root, "object", NULL);
	node_list(f->root, "empty", NULL);
	list = node_list(f->root, "one", NULL);
	node_text(list, NULL, NULL, "x");
	node_null(list, NULL, NULL);
	node_note(f->root, "only for people");
	assert_json(f, false,
		    HEAD "\"data\":{\"null\":null,\"yes\":true,\"no\":false,\"count\":9007199254740993,"
			 "\"size\":4096,\"address\":\"0xffffffffffffffff\",\"short\":\"0x00ab\",\"minimal\":\"0x0\","
			 "\"text\":\"a/b \\\"c\\\" \\\\\",\"state\":\"ok\",\"bytes\":\"00fe\",\"none\":\"\","
			 "\"object\":{},\"empty\":[],\"one\":[\"x\",null]}}\n");
}

static void an_empty_record_is_an_empty_object(void **state)
{
	assert_json(*state, false, HEAD "\"data\":{}}\n");
}

static void pretty_documents_are_indented_by_two(void **state)
{
	struct fixture *f = *state;

	node_text(node_list(f->root, "list", NULL), NULL, NULL, "a");
	assert_json(f, true,
		    "{\n"
		    "  \"schema\": \"tsmctl/1\",\n"
		    "  \"command\": \"info\",\n"
		    "  \"backend\": \"kernel\",\n"
		    "  \"data\": {\n"
		    "    \"list\": [\n"
		    "      \"a\"\n"
		    "    ]\n"
		    "  }\n"
		    "}\n");
}

static void nobody_has_spoken_before_a_command_is_known(void **state)
{
	struct fixture *f = *state;
	const struct envelope nobody = {.backend = "kernel"};

	assert_int_equal(json_render(f->r, &nobody, false, &f->out, &f->e), 0);
	assert_string_equal(f->out.data,
			    "{\"schema\":\"tsmctl/1\",\"command\":null,\"backend\":\"kernel\",\"data\":{}}\n");
}

/* jq decodes what we encoded: valid characters come back, the rest is spelt out, nothing is lost or cut. */
static void hostile_text_survives_a_parser(void **state)
{
	static const char hostile[] = "q\" b\\ \x1b[31m\n\0é€🔒\xff\xc2\x85\xe2\x80\xae\x7f end";
	struct fixture *f = *state;
	struct buf answer = {0};

	node_textn(f->root, "text", NULL, hostile, sizeof(hostile) - 1);
	assert_int_equal(json_render(f->r, &who, false, &f->out, &f->e), 0);
	for (size_t i = 0; i + 1 < f->out.len; i++)
		assert_false((unsigned char)f->out.data[i] < 0x20 || f->out.data[i] == 0x7f);
	run_jq(f, ".data.text", &answer);
	assert_string_equal(answer.data, "q\" b\\ \x1b[31m\n\\x00é€🔒\\xff\\u{0085}\\u{202e}\\x7f end");
	buf_free(&answer);
}

static void every_byte_makes_a_valid_document(void **state)
{
	struct fixture *f = *state;
	struct node *list = node_list(f->root, "bytes", NULL);
	struct buf answer = {0};

	for (int c = 0; c < 256; c++)
		node_textn(list, NULL, NULL, (char[]){(char)c, 'x'}, 2);
	assert_int_equal(json_render(f->r, &who, false, &f->out, &f->e), 0);
	run_jq(f, "[.data.bytes[] | select(endswith(\"x\"))] | length", &answer);
	assert_string_equal(answer.data, "256");
	buf_free(&answer);
}

static void an_error_says_everything_that_is_known(void **state)
{
	struct fixture *f = *state;
	struct err what = {.uncertain = true, .has_tsm_code = true, .tsm_code = 0x8000000000000001};

	err_set(&what, ERR_TSM, "TSM", "set-state run: refused");
	err_hint(&what, "Look at the log.");
	err_object(&what, "0000:01:00.0");
	err_kernel(&what, "bad\x1bstate");
	assert_int_equal(json_render_error(&what, &who, false, &f->out, &f->e), 0);
	assert_string_equal(f->out.data, HEAD "\"error\":{\"code\":\"TSM\",\"class\":\"tsm\",\"exit\":7,"
					      "\"message\":\"set-state run: refused\",\"hint\":\"Look at the log.\","
					      "\"object\":\"0000:01:00.0\",\"kernel\":\"bad\\u001bstate\","
					      "\"tsm_code\":\"0x8000000000000001\",\"uncertain\":true}}\n");
}

static void an_error_says_null_for_what_is_not_known(void **state)
{
	struct fixture *f = *state;
	struct err what = {0};

	err_set(&what, ERR_USAGE, "USAGE", "no command");
	assert_int_equal(json_render_error(&what, &who, false, &f->out, &f->e), 0);
	assert_string_equal(f->out.data,
			    HEAD "\"error\":{\"code\":\"USAGE\",\"class\":\"usage\",\"exit\":2,"
				 "\"message\":\"no command\",\"hint\":null,\"object\":null,\"kernel\":null,"
				 "\"tsm_code\":null,\"uncertain\":false}}\n");
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(each_type_has_its_form),
		CASE(an_empty_record_is_an_empty_object),
		CASE(pretty_documents_are_indented_by_two),
		CASE(nobody_has_spoken_before_a_command_is_known),
		CASE(hostile_text_survives_a_parser),
		CASE(every_byte_makes_a_valid_document),
		CASE(an_error_says_everything_that_is_known),
		CASE(an_error_says_null_for_what_is_not_known),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
