// SPDX-License-Identifier: GPL-2.0-or-later
/* Hostile text and bytes: what reaches a terminal is printable, and hex dumps are those of hexdump(1). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <fcntl.h>
#include <iconv.h>
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include <wchar.h>

#include "fmt/escape.h"
#include "fmt/sink.h"

#define BYTES(literal) literal, sizeof(literal) - 1

static void assert_escaped(const char *bytes, size_t len, const char *expected)
{
	struct buf b = {0};

	text_escape(&b, bytes, len);
	assert_int_equal(b.len, strlen(expected));
	assert_string_equal(b.data, expected);
	buf_free(&b);
}

static void what_could_mislead_a_terminal_is_spelt_out(void **state)
{
	(void)state;
	assert_escaped(BYTES(""), "");
	assert_escaped(BYTES("plain ~\\\"'"), "plain ~\\\"'");
	assert_escaped(BYTES("\x1b[31mred\x07"), "\\x1b[31mred\\x07");
	assert_escaped(BYTES("a\0b\nc\td\x7f"), "a\\x00b\\x0ac\\x09d\\x7f");
	assert_escaped(BYTES("\xc2\x9b[31m"), "\\u{009b}[31m");
	assert_escaped(BYTES("\x9b[31m"), "\\x9b[31m");
	assert_escaped(BYTES("Straße € 🔒"), "Straße € 🔒");
	assert_escaped(BYTES("\xe2\x80\xaegnp"), "\\u{202e}gnp");
	/* overlong, surrogate, above the last character, cut short, stray lead */
	assert_escaped(BYTES("\xc0\x80"), "\\xc0\\x80");
	assert_escaped(BYTES("\xe0\x80\x8a"), "\\xe0\\x80\\x8a");
	assert_escaped(BYTES("\xed\xa0\x80"), "\\xed\\xa0\\x80");
	assert_escaped(BYTES("\xf4\x90\x80\x80"), "\\xf4\\x90\\x80\\x80");
	assert_escaped(BYTES("x\xe2\x82"), "x\\xe2\\x82");
	assert_escaped(BYTES("\xe2\x82y"), "\\xe2\\x82y");
}

/* Unicode's Bidi_Control property, from the Unicode Character Database's PropList.txt. */
static void all_bidirectional_controls_are_spelt_out(void **state)
{
	static const uint16_t controls[] = {0x061c, 0x200e, 0x200f, 0x202a, 0x202b, 0x202c,
					    0x202d, 0x202e, 0x2066, 0x2067, 0x2068, 0x2069};

	(void)state;
	for (size_t i = 0; i < sizeof(controls) / sizeof(controls[0]); i++) {
		uint16_t c = controls[i];
		char utf8[3] = {(char)(0xe0 | c >> 12), (char)(0x80 | (c >> 6 & 63)), (char)(0x80 | (c & 63))};
		char expected[16];

		snprintf(expected, sizeof(expected), "\\u{%04x}", c);
		if (c < 0x800)
			assert_escaped("\xd8\x9c", 2, expected);
		else
			assert_escaped(utf8, 3, expected);
	}
}

/* Asks iconv whether the bytes are one character of UTF-8, and which. */
static bool is_character(iconv_t cd, const uint8_t *bytes, size_t len, uint32_t *c)
{
	char copy[4];
	char *in = copy;
	char *out = (char *)c;
	size_t room = sizeof(*c);

	memcpy(copy, bytes, len);
	iconv(cd, NULL, NULL, NULL, NULL);
	return iconv(cd, &in, &len, &out, &room) == 0 && len == 0 && room == 0;
}

/* Every sequence of one to four bytes whose later bytes are at the edges of what may follow. */
static void decoding_agrees_with_iconv(void **state)
{
	static const uint8_t edges[] = {0x00, 0x41, 0x7f, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf, 0xc0, 0xc2, 0xff};
	const size_t n = sizeof(edges);
	iconv_t cd = iconv_open("UTF-32LE", "UTF-8");

	(void)state;
	assert_true(cd != (iconv_t)-1);
	for (size_t i = 0; i < 256 * n * n * n; i++) {
		uint8_t bytes[4] = {(uint8_t)(i & 255), edges[i / 256 % n], edges[i / 256 / n % n],
				    edges[i / 256 / n / n]};
		uint32_t got = 0;
		uint32_t expected = 0;
		size_t len = utf8_decode(bytes, sizeof(bytes), &got);

		if (len > 0) {
			assert_true(is_character(cd, bytes, len, &expected));
			assert_int_equal(got, expected);
			if (len > 1)
				assert_int_equal(utf8_decode(bytes, len - 1, &got), 0);
			continue;
		}
		for (len = 1; len <= sizeof(bytes); len++)
			assert_false(is_character(cd, bytes, len, &expected));
	}
	iconv_close(cd);
}

static void widths_are_those_of_the_c_library(void **state)
{
	static const char *const samples[] = {"a",  "ß",  "e\xcc\x81", "€", "Ж",  "中",
					      "한", "Ａ", "あ",        "🔒", "𠀀", "\xe2\x80\x8d"};

	(void)state;
	assert_non_null(setlocale(LC_CTYPE, "C.UTF-8"));
	for (size_t i = 0; i < sizeof(samples) / sizeof(samples[0]); i++) {
		wchar_t wide[4];
		size_t len = mbstowcs(wide, samples[i], 4);

		assert_true(len < 4);
		assert_int_equal(text_columns(samples[i], strlen(samples[i])), wcswidth(wide, len));
	}
	setlocale(LC_CTYPE, "C");
	assert_int_equal(text_columns("\xff\xfe", 2), 2);
}

static void a_dump_has_offset_bytes_and_characters(void **state)
{
	struct buf b = {0};

	(void)state;
	hex_dump(&b, "tdisp_dev_emu\0\x7f\xffxy", 18, 2);
	assert_string_equal(b.data, "  00000000  74 64 69 73 70 5f 64 65  76 5f 65 6d 75 00 7f ff  |tdisp_dev_emu...|\n"
				    "  00000010  78 79                                             |xy|\n");
	buf_reset(&b);
	hex_dump(&b, "", 0, 2);
	assert_int_equal(b.len, 0);
	buf_free(&b);
}

/* The output of hexdump(1) on `bytes`, without the line that holds only the final offset. */
static void run_hexdump(const uint8_t *bytes, size_t len, struct buf *out)
{
	char path[] = "/tmp/tsmctl-dump-XXXXXX";
	int fd = mkostemp(path, O_CLOEXEC);
	char command[80];
	char line[128];
	FILE *p;

	assert_true(fd >= 0);
	assert_int_equal(write(fd, bytes, len), len);
	close(fd);
	snprintf(command, sizeof(command), "hexdump -v -C %s", path);
	p = popen(command, "re");
	assert_non_null(p);
	while (fgets(line, sizeof(line), p))
		if (strlen(line) > 9)
			buf_text(out, line);
	assert_int_equal(pclose(p), 0);
	unlink(path);
}

static void dumps_are_those_of_hexdump(void **state)
{
	uint8_t bytes[600];

	(void)state;
	if (system("command -v hexdump >/dev/null"))
		skip();
	for (size_t i = 0; i < sizeof(bytes); i++)
		bytes[i] = (uint8_t)(i < 64 ? 'A' : i);
	for (size_t len = sizeof(bytes) - 17; len <= sizeof(bytes); len++) {
		struct buf ours = {0};
		struct buf theirs = {0};

		hex_dump(&ours, bytes, len, 0);
		run_hexdump(bytes, len, &theirs);
		assert_string_equal(ours.data, theirs.data);
		buf_free(&ours);
		buf_free(&theirs);
	}
}

static void a_document_is_written_whole(void **state)
{
	char path[] = "/tmp/tsmctl-output-XXXXXX";
	int fd = mkostemp(path, O_CLOEXEC);
	struct buf b = {0};
	struct buf empty = {0};
	struct err e = {0};

	(void)state;
	assert_true(fd >= 0);
	buf_repeat(&b, 'x', 300000);
	assert_int_equal(output_write(fd, &b, &e), 0);
	assert_int_equal(output_write(fd, &empty, &e), 0);
	assert_int_equal(lseek(fd, 0, SEEK_CUR), 300000);
	close(fd);
	unlink(path);
	buf_free(&b);
}

static void a_full_disk_fails_the_command(void **state)
{
	struct buf b = {0};
	struct err e = {0};
	int fd = open("/dev/full", O_WRONLY | O_CLOEXEC);

	(void)state;
	assert_true(fd >= 0);
	buf_text(&b, "x");
	assert_int_equal(output_write(fd, &b, &e), -1);
	assert_string_equal(e.code, "ENOSPC");
	assert_int_equal(e.class, ERR_FAILED);
	close(fd);
	err_clear(&e);
	assert_int_equal(output_write(-1, &b, &e), -1);
	assert_string_equal(e.code, "EBADF");
	buf_free(&b);
}

static void a_closed_pipe_is_told_apart(void **state)
{
	struct buf b = {0};
	struct err e = {0};
	int ends[2];

	(void)state;
	signal(SIGPIPE, SIG_IGN);
	assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
	close(ends[0]);
	buf_text(&b, "x");
	assert_int_equal(output_write(ends[1], &b, &e), -1);
	assert_string_equal(e.code, "EPIPE");
	assert_int_equal(e.class, ERR_FAILED);
	close(ends[1]);
	buf_free(&b);
}

/* A pipe that does not block and is smaller than the document, drained by a slow reader. */
static void a_slow_reader_gets_everything(void **state)
{
	struct buf b = {0};
	struct err e = {0};
	char chunk[4096];
	size_t got = 0;
	int ends[2];
	int status;
	ssize_t n;
	pid_t pid;

	(void)state;
	assert_int_equal(pipe2(ends, O_CLOEXEC | O_NONBLOCK), 0);
	buf_repeat(&b, 'x', 300000);
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		close(ends[0]);
		_exit(output_write(ends[1], &b, &e) ? 1 : 0);
	}
	close(ends[1]);
	fcntl(ends[0], F_SETFL, 0);
	while ((n = read(ends[0], chunk, sizeof(chunk))) > 0)
		got += (size_t)n;
	assert_int_equal(got, 300000);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
	close(ends[0]);
	buf_free(&b);
}

static void an_incomplete_document_is_not_written(void **state)
{
	struct buf b = {.failed = true};
	struct err e = {0};

	(void)state;
	assert_int_equal(output_write(STDOUT_FILENO, &b, &e), -1);
	assert_string_equal(e.code, "ENOMEM");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_could_mislead_a_terminal_is_spelt_out),
		cmocka_unit_test(all_bidirectional_controls_are_spelt_out),
		cmocka_unit_test(decoding_agrees_with_iconv),
		cmocka_unit_test(widths_are_those_of_the_c_library),
		cmocka_unit_test(a_dump_has_offset_bytes_and_characters),
		cmocka_unit_test(dumps_are_those_of_hexdump),
		cmocka_unit_test(a_document_is_written_whole),
		cmocka_unit_test(a_full_disk_fails_the_command),
		cmocka_unit_test(a_closed_pipe_is_told_apart),
		cmocka_unit_test(a_slow_reader_gets_everything),
		cmocka_unit_test(an_incomplete_document_is_not_written),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
