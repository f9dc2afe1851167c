// SPDX-License-Identifier: GPL-2.0-or-later
/* The pages that people read, byte for byte. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "fmt/sink.h"

struct fixture {
	struct record *r;
	struct node *root;
	struct text_options options;
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
	f->options = (struct text_options){.width = 80, .headings = true};
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

static void assert_page(struct fixture *f, const char *expected)
{
	buf_reset(&f->out);
	assert_int_equal(text_render(f->r, &f->options, &f->out, &f->e), 0);
	assert_string_equal(f->out.data ? f->out.data : "", expected);
}

/* Rows for tests of tables: the third column has no value anywhere. */
static const struct column object_columns[] = {
	{.key = "object", .heading = "OBJECT"},
	{.key = "size", .heading = "SIZE", .right = true},
	{.key = "nothing", .heading = "NOTHING"},
	{.key = "note", .heading = "NOTE", .wrap = true},
};

static struct node *add_table(struct node *parent, const char *label)
{
	return node_table(parent, "objects", label, object_columns, 4);
}

static void add_row(struct node *table, const char *object, uint64_t size, const char *note)
{
	struct node *row = node_object(table, NULL, NULL);

	node_text(row, "object", NULL, object);
	node_size(row, "size", NULL, size);
	node_null(row, "nothing", NULL);
	node_text(row, "note", NULL, note);
}

static void an_empty_record_prints_nothing(void **state)
{
	struct fixture *f = *state;

	node_text(f->root, "json", NULL, "only");
	node_null(f->root, "absent", "Absent");
	add_table(f->root, "Nothing in it");
	node_text(node_list(node_object(f->root, "o", "Holds nothing"), "l", NULL), NULL, NULL, "x");
	assert_page(f, "");
}

static void a_title_alone_is_one_line(void **state)
{
	struct fixture *f = *state;

	record_title(f->r, "0000:01:00.0: %s", "TDI under tsm0");
	assert_page(f, "0000:01:00.0: TDI under tsm0\n");
}

static void fields_are_aligned_and_folded(void **state)
{
	struct fixture *f = *state;
	struct node *list;

	record_title(f->r, "0000:01:00.0: TDI under tsm0 (Arm CCA)");
	node_bool(f->root, "bound", "Bound", true);
	node_text(f->root, "json", NULL, "not shown");
	node_text(f->root, "tdi_state", "TDI state",
		  "not reported by this kernel; LOCKED or RUN is likely: there is an interface report");
	list = node_list(f->root, "ops", "Requests");
	node_text(list, NULL, NULL, "read");
	node_text(list, NULL, NULL, "info");
	node_list(f->root, "none", "Streams");
	node_null(f->root, "absent", "Absent");
	node_count(f->root, "count", "Generation", 3);
	node_hex(f->root, "control", "MSI-X control", 0, 4);
	assert_page(f, "0000:01:00.0: TDI under tsm0 (Arm CCA)\n"
		       "\n"
		       "  Bound          yes\n"
		       "  TDI state      not reported by this kernel; LOCKED or RUN is likely: there is\n"
		       "                 an interface report\n"
		       "  Requests       read, info\n"
		       "  Streams        none\n"
		       "  Generation     3\n"
		       "  MSI-X control  0x0000\n");
}

static void a_line_that_fits_exactly_is_not_folded(void **state)
{
	struct fixture *f = *state;

	f->options.width = 30;
	node_text(f->root, "a", "A", "1234567890 1234567890 123");
	node_text(f->root, "b", "B", "1234567890 1234567890 1234");
	node_text(f->root, "c", "C", "one_word_that_is_longer_than_the_line_is_kept_whole x");
	node_text(f->root, "d", "D", "blanks at the end    ");
	assert_page(f, "  A  1234567890 1234567890 123\n"
		       "  B  1234567890 1234567890\n"
		       "     1234\n"
		       "  C  one_word_that_is_longer_than_the_line_is_kept_whole\n"
		       "     x\n"
		       "  D  blanks at the end\n");
}

static void sizes_have_the_largest_exact_unit(void **state)
{
	static const struct {
		uint64_t size;
		const char *text;
	} cases[] = {
		{0, "  S  0 B\n"},
		{1023, "  S  1023 B\n"},
		{1024, "  S  1 KiB\n"},
		{0x1000, "  S  4 KiB\n"},
		{1536, "  S  1536 B\n"},
		{16 << 20, "  S  16 MiB\n"},
		{(16 << 20) + 1024, "  S  16385 KiB\n"},
		{1ull << 40, "  S  1 TiB\n"},
		{1ull << 63, "  S  8388608 TiB\n"},
		{UINT64_MAX, "  S  18446744073709551615 B\n"},
	};
	struct fixture *f = *state;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		record_free(f->r);
		f->r = record_new();
		assert_non_null(f->r);
		node_size(record_root(f->r), "s", "S", cases[i].size);
		assert_page(f, cases[i].text);
	}
}

static void blocks_stand_apart(void **state)
{
	struct fixture *f = *state;
	struct node *table;

	record_title(f->r, "Title");
	node_text(f->root, "a", "Field", "1");
	table = add_table(f->root, NULL);
	add_row(table, "cert:0", 1591, NULL);
	add_row(table, "report", 4096, NULL);
	node_text(f->root, "b", "Longer field", "2");
	node_text(node_object(f->root, "o", NULL), "c", "Same run", "3");
	node_note(f->root, "Addresses carry the TSM's reporting offset; they are not %s ones, said the kernel.",
		  "physical");
	node_bytes(f->root, "d", "Device specific information", "tdisp_dev_emu\0\0\0", 16);
	node_bytes(f->root, "e", "One", "A", 1);
	assert_page(f, "Title\n"
		       "\n"
		       "  Field  1\n"
		       "\n"
		       "  OBJECT    SIZE\n"
		       "  cert:0  1591 B\n"
		       "  report   4 KiB\n"
		       "\n"
		       "  Longer field  2\n"
		       "  Same run      3\n"
		       "\n"
		       "  Addresses carry the TSM's reporting offset; they are not physical ones, said\n"
		       "  the kernel.\n"
		       "\n"
		       "  Device specific information: 16 bytes\n"
		       "  00000000  74 64 69 73 70 5f 64 65  76 5f 65 6d 75 00 00 00  |tdisp_dev_emu...|\n"
		       "\n"
		       "  One: 1 byte\n"
		       "  00000000  41                                                |A|\n");
}

static void captions_indent_what_they_hold(void **state)
{
	struct fixture *f = *state;
	struct node *chain = node_object(f->root, "chain", "Chain");
	struct node *list;

	node_text(chain, "leaf", "Leaf", "ACME");
	list = node_list(chain, "certificates", "Certificates");
	node_count(node_object(list, NULL, NULL), "offset", "Offset", 0);
	node_count(node_object(list, NULL, NULL), "offset", "Offset", 500);
	add_row(add_table(chain, "Objects"), "vca", 152, NULL);
	node_text(f->root, "after", "After", "it");
	assert_page(f, "  Chain\n"
		       "    Leaf  ACME\n"
		       "\n"
		       "    Certificates\n"
		       "      Offset  0\n"
		       "\n"
		       "      Offset  500\n"
		       "\n"
		       "    Objects\n"
		       "      OBJECT   SIZE\n"
		       "      vca     152 B\n"
		       "\n"
		       "  After  it\n");
}

/* A list that text does not show must not part the fields around it. */
static void hidden_lists_leave_no_gap(void **state)
{
	struct fixture *f = *state;
	struct node *holders;

	node_text(f->root, "a", "A", "1");
	holders = node_list(f->root, "holders", NULL);
	node_count(node_object(holders, NULL, NULL), "pid", NULL, 42);
	node_text(f->root, "bb", "Bb", "2");
	assert_page(f, "  A   1\n"
		       "  Bb  2\n");
}

static void a_table_alone_stands_at_the_margin(void **state)
{
	struct fixture *f = *state;
	struct node *table = add_table(f->root, NULL);

	add_row(table, "cert:0", 1591, "first");
	add_row(table, NULL, 0, "");
	add_row(table, "", 12, "a note that is so long that it has to be folded below the column in which it begins");
	node_note(f->root, "The end.");
	assert_page(f, "OBJECT    SIZE  NOTE\n"
		       "cert:0  1591 B  first\n"
		       "-          0 B\n"
		       "          12 B  a note that is so long that it has to be folded below the column\n"
		       "                in which it begins\n"
		       "\n"
		       "The end.\n");
	f->options.headings = false;
	buf_reset(&f->out);
	assert_int_equal(text_render(f->r, &f->options, &f->out, &f->e), 0);
	assert_memory_equal(f->out.data, "cert:0  1591 B  first\n", 22);
}

static void cells_hold_lists_and_wide_characters(void **state)
{
	static const struct column columns[] = {
		{.key = "who", .heading = "WHO"},
		{.key = "list", .heading = "LIST"},
		{.key = "bytes", .heading = "BYTES"},
	};
	struct fixture *f = *state;
	struct node *table = node_table(f->root, "t", NULL, columns, 3);
	struct node *row = node_object(table, NULL, NULL);
	struct node *list;

	node_text(row, "who", NULL, "中文");
	list = node_list(row, "list", NULL);
	node_count(list, NULL, NULL, 1);
	node_bool(list, NULL, NULL, false);
	node_bytes(row, "bytes", NULL, "\xab\xcd", 2);
	row = node_object(table, NULL, NULL);
	node_text(row, "who", NULL, "\x1b[0m");
	node_list(row, "list", NULL);
	node_only(node_text(row, "bytes", NULL, "not for text"), NODE_JSON_ONLY);
	assert_page(f, "WHO      LIST   BYTES\n"
		       "中文     1, no  abcd\n"
		       "\\x1b[0m  -\n");
}

static void columns_can_be_chosen_and_ordered(void **state)
{
	struct fixture *f = *state;

	add_row(add_table(f->root, NULL), "vca", 152, NULL);
	f->options.columns = "Size, object,NOTHING";
	assert_page(f, " SIZE  OBJECT  NOTHING\n"
		       "152 B  vca     -\n");
	f->options.headings = false;
	f->options.columns = "object";
	assert_page(f, "vca\n");
}

/* A table that has none of the chosen columns stays as it is. */
static void columns_are_of_some_table_of_the_record(void **state)
{
	static const struct column others[] = {{.key = "tsm", .heading = "TSM"}, {.key = "arch", .heading = NULL}};
	struct fixture *f = *state;
	struct node *row;

	add_row(add_table(f->root, NULL), "vca", 152, NULL);
	row = node_object(node_table(node_object(f->root, "o", NULL), "tsms", NULL, others, 2), NULL, NULL);
	node_text(row, "tsm", NULL, "tsm0");
	node_text(row, "arch", NULL, "cca");
	f->options.columns = "arch";
	assert_page(f, "OBJECT   SIZE\n"
		       "vca     152 B\n"
		       "\n"
		       "  cca\n");
}

static void assert_unknown_column(struct fixture *f, const char *columns, const char *message, const char *hint)
{
	struct err e = {0};

	f->options.columns = columns;
	assert_int_equal(text_render(f->r, &f->options, &f->out, &e), -1);
	assert_int_equal(e.class, ERR_USAGE);
	assert_string_equal(e.message, message);
	assert_string_equal(e.hint, hint);
	assert_int_equal(f->out.len, 0);
}

static void an_unknown_column_is_a_usage_error(void **state)
{
	struct fixture *f = *state;

	assert_unknown_column(f, "size", "unknown column 'size'", "This command prints no table; leave --columns out.");
	add_table(f->root, NULL);
	assert_unknown_column(f, "size,siz", "unknown column 'siz'", "The columns are object, size, nothing, note.");
	assert_unknown_column(f, "", "unknown column ''", "The columns are object, size, nothing, note.");
	assert_unknown_column(f, "size,", "unknown column ''", "The columns are object, size, nothing, note.");
}

static const struct column check_columns[] = {
	{.key = "result"},
	{.key = "check"},
	{.key = "detail", .wrap = true},
};

static void add_check(struct node *table, const char *result, const char *check, const char *detail)
{
	struct node *row = node_object(table, NULL, NULL);

	node_state(row, "result", NULL, result);
	node_text(row, "check", NULL, check);
	node_text(row, "detail", NULL, detail);
}

static void a_table_without_headings_stands_like_fields(void **state)
{
	struct fixture *f = *state;
	struct node *table = node_table(f->root, "checks", NULL, check_columns, 3);

	add_check(table, "ok", "/dev/iommu", "open for reading and writing");
	add_check(table, "missing", "TSM requests",
		  "ioctl 0x3b96: ENOTTY. This kernel (7.3.4) has no IOMMU_VDEVICE_TSM_REQ; patches: iommufd v7");
	assert_page(f, "  ok       /dev/iommu    open for reading and writing\n"
		       "  missing  TSM requests  ioctl 0x3b96: ENOTTY. This kernel (7.3.4) has no\n"
		       "                         IOMMU_VDEVICE_TSM_REQ; patches: iommufd v7\n");
}

/* Sequences stand around states only and take no columns. */
static void colour_is_for_states(void **state)
{
	struct fixture *f = *state;
	struct node *table = node_table(f->root, "checks", NULL, check_columns, 3);

	add_check(table, "ok", "ok", "x");
	add_check(table, "missing", "missing", NULL);
	add_check(table, "locked", "locked", NULL);
	add_check(table, "elsewhere", "x", NULL);
	node_state(f->root, "state", "State", "run");
	f->options.color = true;
	assert_page(f, "  \033[32mok\033[0m         ok       x\n"
		       "  \033[31mmissing\033[0m    missing  -\n"
		       "  \033[33mlocked\033[0m     locked   -\n"
		       "  elsewhere  x        -\n"
		       "\n"
		       "  State  \033[32mrun\033[0m\n");
	f->options.color = false;
	buf_reset(&f->out);
	assert_int_equal(text_render(f->r, &f->options, &f->out, &f->e), 0);
	assert_null(strchr(f->out.data, '\033'));
}

/* Nothing that a device says reaches the terminal as a control, wherever it stands. */
static void hostile_text_is_escaped_everywhere(void **state)
{
	static const char title[] = "a\\x1b]0;x\\x07\\x0a\\u{202e}\\xff\\x9b\n\n";
	static const char evil[] = "a\x1b]0;x\x07\n\xe2\x80\xae\xff\x9b";
	struct fixture *f = *state;
	struct node *o;

	record_title(f->r, "%s", evil);
	node_text(f->root, "t", evil, evil);
	node_state(f->root, "s", "State", evil);
	node_note(f->root, "%s", evil);
	o = node_object(f->root, "o", evil);
	node_bytes(o, "b", evil, evil, sizeof(evil));
	add_row(add_table(o, evil), evil, 1, evil);
	f->options.width = 0;
	assert_int_equal(text_render(f->r, &f->options, &f->out, &f->e), 0);
	for (size_t i = 0; i < f->out.len; i++)
		assert_true(f->out.data[i] == '\n' || (f->out.data[i] >= 0x20 && f->out.data[i] < 0x7f));
	assert_int_equal(strncmp(f->out.data, title, strlen(title)), 0);
}

static void an_error_is_a_sentence_and_a_way_out(void **state)
{
	struct fixture *f = *state;
	struct err e = {.uncertain = true, .has_tsm_code = true, .tsm_code = 0x2a};

	err_errno(&e, ENOENT, "set-state run: vdevice 1 does not exist");
	err_object(&e, "0000:01:00.0");
	err_kernel(&e, "no such vdevice\n");
	err_hint(&e, "The VMM may have destroyed it. 'tsmctl list' shows who holds the function at this moment.");
	text_render_error(&e, &(struct error_options){.width = 80}, &f->out);
	assert_string_equal(f->out.data,
			    "tsmctl: 0000:01:00.0: set-state run: vdevice 1 does not exist (ENOENT)\n"
			    "  kernel: no such vdevice\\x0a\n"
			    "  TSM code 0x2a\n"
			    "  The change may have taken effect; do not repeat it blindly.\n"
			    "  The VMM may have destroyed it. 'tsmctl list' shows who holds the function at\n"
			    "  this moment.\n");
}

static void a_symbol_of_our_own_is_not_shown(void **state)
{
	struct fixture *f = *state;
	struct err e = {0};

	err_set(&e, ERR_USAGE, "USAGE", "no command");
	text_render_error(&e, &(struct error_options){.width = 80}, &f->out);
	assert_string_equal(f->out.data, "tsmctl: no command\n");
}

static void a_message_is_folded_unless_it_must_stay_whole(void **state)
{
	struct fixture *f = *state;
	struct err e = {0};

	err_set(&e, ERR_FAILED, "EIO", "the device says nothing at all");
	err_hint(&e, "Its log may say more.");
	text_render_error(&e, &(struct error_options){.place = "file:3", .width = 30}, &f->out);
	assert_string_equal(f->out.data, "tsmctl: file:3: the device\n"
					 "    says nothing at all (EIO)\n"
					 "  Its log may say more.\n");
	buf_reset(&f->out);
	text_render_error(&e, &(struct error_options){.width = 20, .whole = true}, &f->out);
	assert_string_equal(f->out.data, "tsmctl: the device says nothing at all (EIO)\n"
					 "  Its log may say\n"
					 "  more.\n");
	buf_reset(&f->out);
	text_paragraph("This moves\033 it to a state.", 20, &f->out);
	assert_string_equal(f->out.data, "This moves\\x1b it to\n"
					 "a state.\n");
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(a_message_is_folded_unless_it_must_stay_whole),
		CASE(an_empty_record_prints_nothing),
		CASE(a_title_alone_is_one_line),
		CASE(fields_are_aligned_and_folded),
		CASE(a_line_that_fits_exactly_is_not_folded),
		CASE(sizes_have_the_largest_exact_unit),
		CASE(blocks_stand_apart),
		CASE(captions_indent_what_they_hold),
		CASE(hidden_lists_leave_no_gap),
		CASE(a_table_alone_stands_at_the_margin),
		CASE(cells_hold_lists_and_wide_characters),
		CASE(columns_can_be_chosen_and_ordered),
		CASE(columns_are_of_some_table_of_the_record),
		CASE(an_unknown_column_is_a_usage_error),
		CASE(a_table_without_headings_stands_like_fields),
		CASE(colour_is_for_states),
		CASE(hostile_text_is_escaped_everywhere),
		CASE(an_error_is_a_sentence_and_a_way_out),
		CASE(a_symbol_of_our_own_is_not_shown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
