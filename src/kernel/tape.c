// SPDX-License-Identifier: GPL-2.0-or-later
#include "kernel/tape.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static const char *const effect_names[] = {
	[EFFECT_READ] = "read",
	[EFFECT_PROBE] = "probe",
	[EFFECT_SETUP] = "setup",
	[EFFECT_CHANGE] = "change",
};

/* The escapes that JSON writers agree on. */
static char escape_of(char c)
{
	switch (c) {
	case '\n':
		return 'n';
	case '\t':
		return 't';
	case '"':
	case '\\':
		return c;
	default:
		return 0;
	}
}

static bool is_plain(const char *text, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if ((text[i] < ' ' || text[i] > '~') && !escape_of(text[i]))
			return false;
	return true;
}

static void put_string(struct buf *b, const void *bytes, size_t len)
{
	const char *text = bytes;

	if (!is_plain(text, len)) {
		buf_text(b, "{\"hex\":\"");
		buf_hex(b, text, len);
		buf_text(b, "\"}");
		return;
	}
	buf_char(b, '"');
	for (size_t i = 0; i < len; i++) {
		char escape = escape_of(text[i]);

		if (escape)
			buf_char(b, '\\');
		buf_char(b, escape ? escape : text[i]);
	}
	buf_char(b, '"');
}

void tape_put_text(struct buf *b, const char *key, const void *text, size_t len)
{
	buf_printf(b, ",\"%s\":", key);
	put_string(b, text, len);
}

void tape_put_hex(struct buf *b, const char *key, const void *bytes, size_t len)
{
	buf_printf(b, ",\"%s\":\"", key);
	buf_hex(b, bytes, len);
	buf_char(b, '"');
}

static void put_number(struct buf *b, const char *key, int64_t value)
{
	buf_printf(b, ",\"%s\":%" PRId64, key, value);
}

static void put_word(struct buf *b, const char *key, const char *word)
{
	buf_printf(b, ",\"%s\":\"%s\"", key, word);
}

/* The struct (or the request) with zeros where addresses are. */
static void put_without_addresses(struct buf *b, const char *key, const struct ioctl_call *call, bool request)
{
	size_t len = request ? call->request_len : call->size;

	tape_put_hex(b, key, request ? call->request : call->arg, len);
	if (b->failed)
		return;

	char *digits = b->data + b->len - 1 - 2 * len;

	for (size_t i = 0; i < call->address_count; i++) {
		const struct ioctl_address *a = &call->address[i];

		if (ioctl_address_in(a, request, len))
			memset(digits + 2 * a->offset, '0', (size_t)2 * IOCTL_ADDRESS_SIZE);
	}
}

void tape_put_arg(struct buf *b, const struct ioctl_call *call)
{
	put_without_addresses(b, "arg", call, false);
}

void tape_put_names(struct buf *b, const struct names *names)
{
	buf_text(b, ",\"names\":[");
	for (size_t i = 0; i < names->count; i++) {
		if (i)
			buf_char(b, ',');
		put_string(b, names->name[i], strlen(names->name[i]));
	}
	buf_char(b, ']');
}

static void begin(struct buf *b, const char *call)
{
	buf_printf(b, "{\"call\":\"%s\"", call);
}

static void end(struct buf *b)
{
	buf_char(b, '}');
}

void tape_ask_open(struct buf *b, const char *path, int flags, enum effect effect)
{
	begin(b, "open");
	tape_put_text(b, "path", path, strlen(path));
	put_number(b, "flags", flags);
	put_word(b, "effect", effect_names[effect]);
	end(b);
}

void tape_ask_close(struct buf *b, int fd)
{
	begin(b, "close");
	put_number(b, "fd", fd);
	end(b);
}

/* What only an address in the struct or in the request leads to. */
static void put_pointed(struct buf *b, const struct ioctl_call *call)
{
	const char *before = ",\"pointed\":[\"";

	for (size_t i = 0; i < call->address_count; i++) {
		if (!call->address[i].bytes)
			continue;
		buf_text(b, before);
		buf_hex(b, call->address[i].bytes, call->address[i].len);
		before = "\",\"";
	}
	if (*before == '"')
		buf_text(b, "\"]");
}

void tape_ask_ioctl(struct buf *b, int fd, const struct ioctl_call *call)
{
	begin(b, "ioctl");
	put_number(b, "fd", fd);
	buf_printf(b, ",\"nr\":\"0x%" PRIx32 "\"", call->nr);
	put_word(b, "name", call->op_name ? call->op_name : call->layout->name);
	put_word(b, "effect", effect_names[call->effect]);
	if (call->arg)
		tape_put_arg(b, call);
	else
		buf_printf(b, ",\"value\":\"0x%lx\"", call->value);
	if (call->request_len)
		put_without_addresses(b, "request", call, true);
	put_pointed(b, call);
	put_number(b, "response_len", (int64_t)call->response_len);
	end(b);
}

void tape_ask_path(struct buf *b, const char *call, const char *path, size_t cap)
{
	begin(b, call);
	tape_put_text(b, "path", path, strlen(path));
	put_number(b, "cap", (int64_t)cap);
	end(b);
}

void tape_ask_list_dir(struct buf *b, const char *path)
{
	begin(b, "list_dir");
	tape_put_text(b, "path", path, strlen(path));
	end(b);
}

void tape_ask_pidfd_getfd(struct buf *b, pid_t pid, int target)
{
	begin(b, "pidfd_getfd");
	put_number(b, "pid", pid);
	put_number(b, "target", target);
	end(b);
}

void tape_ask_nl_open(struct buf *b)
{
	begin(b, "nl_open");
	end(b);
}

void tape_ask_nl_send(struct buf *b, int fd, const void *msg, size_t len, enum effect effect)
{
	begin(b, "nl_send");
	put_number(b, "fd", fd);
	put_word(b, "effect", effect_names[effect]);
	tape_put_hex(b, "message", msg, len);
	end(b);
}

void tape_ask_nl_recv(struct buf *b, int fd, size_t cap, int timeout_ms)
{
	begin(b, "nl_recv");
	put_number(b, "fd", fd);
	put_number(b, "cap", (int64_t)cap);
	put_number(b, "timeout_ms", timeout_ms);
	end(b);
}

void tape_ask_random(struct buf *b, size_t len)
{
	begin(b, "random");
	put_number(b, "len", (int64_t)len);
	end(b);
}

/* FNV-1a with 64 bits. The NUL goes in, too, so that texts cannot borrow from each other. */
static uint64_t add_text(uint64_t sum, const char *text)
{
	do {
		sum ^= (uint8_t)*text;
		sum *= 0x100000001b3;
	} while (*text++);
	return sum;
}

uint64_t tape_sum_start(const char *version, const char *backend)
{
	return add_text(add_text(0xcbf29ce484222325, version), backend);
}

uint64_t tape_sum_call(uint64_t sum, const char *ask, const char *answer, uint64_t us)
{
	char number[24];

	snprintf(number, sizeof(number), "%" PRIu64, us);
	return add_text(add_text(add_text(sum, ask), answer), number);
}
