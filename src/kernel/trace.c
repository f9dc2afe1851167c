// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * --trace: one line of key=value pairs for each call, written when the call has returned, with a single write(2), so
 * that lines of several processes do not mix.
 */
#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <linux/genetlink.h>
#include <linux/netlink.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "kernel/kernel.h"
#include "util/buf.h"
#include "util/err.h"

/* Longer byte strings are cut here and end in "...". */
enum { SHOWN_BYTES = 64 };

static void end_line(struct buf *line)
{
	buf_char(line, '\n');
	/* There is nobody left to tell when stderr cannot be written. */
	if (!line->failed && write(STDERR_FILENO, line->data, line->len) < 0)
		errno = 0;
	buf_free(line);
}

static void put_ret(struct buf *line, ssize_t ret)
{
	char name[24];

	if (ret < 0)
		buf_printf(line, " ret=-1 errno=%s", err_errno_name((int)-ret, name));
	else
		buf_printf(line, " ret=%zd", ret);
}

static bool is_plain(const char *text)
{
	if (!*text)
		return false;
	for (; *text; text++) {
		if (!isascii(*text) || !isgraph((unsigned char)*text) || *text == '"' || *text == '\\')
			return false;
	}
	return true;
}

/* Paths and link targets may hold anything. */
static void put_text(struct buf *line, const char *key, const char *text)
{
	buf_printf(line, " %s=", key);
	if (is_plain(text)) {
		buf_text(line, text);
		return;
	}
	buf_char(line, '"');
	for (; *text; text++) {
		if (*text == '"' || *text == '\\')
			buf_printf(line, "\\%c", *text);
		else if (isascii(*text) && isprint((unsigned char)*text))
			buf_char(line, *text);
		else
			buf_printf(line, "\\x%02x", (unsigned char)*text);
	}
	buf_char(line, '"');
}

static void put_bytes(struct buf *line, const char *key, const void *bytes, size_t len)
{
	buf_printf(line, " %s=", key);
	buf_hex(line, bytes, len < SHOWN_BYTES ? len : SHOWN_BYTES);
	if (len > SHOWN_BYTES)
		buf_text(line, "...");
}

static uint64_t field_value(const struct ioctl_field *field, const uint8_t *at)
{
	uint16_t v16;
	uint32_t v32;
	uint64_t v64;

	switch (field->width) {
	case 2:
		memcpy(&v16, at, sizeof(v16));
		return v16;
	case 4:
		memcpy(&v32, at, sizeof(v32));
		return v32;
	case 8:
		memcpy(&v64, at, sizeof(v64));
		return v64;
	default:
		return *at;
	}
}

static void put_field(struct buf *line, const struct ioctl_call *call, const struct ioctl_field *field)
{
	if ((size_t)field->offset + field->width > call->size)
		return;
	uint64_t value = field_value(field, (const uint8_t *)call->arg + field->offset);
	buf_printf(line, field->hex ? " %s=0x%" PRIx64 : " %s=%" PRIu64, field->name, value);
}

static void put_fields(struct buf *line, const struct ioctl_call *call, bool out)
{
	if (!call->arg)
		return;
	for (size_t i = 0; i < call->layout->field_count; i++) {
		if (call->layout->fields[i].out == out)
			put_field(line, call, &call->layout->fields[i]);
	}
}

/* What is known before the call: `arg` is overwritten by it. */
static void put_call(struct buf *line, const struct ioctl_call *call)
{
	buf_printf(line, "ioctl nr=0x%" PRIx32, call->nr);
	if (call->arg)
		buf_printf(line, " size=%zu", call->size);
	else
		buf_printf(line, " value=0x%lx", call->value);
	put_fields(line, call, false);
	buf_printf(line, " name=%s", call->op_name ? call->op_name : call->layout->name);
	if (call->arch_name)
		buf_printf(line, " arch=%s", call->arch_name);
	if (call->request_len)
		put_bytes(line, "req", call->request, call->request_len);
	if (call->arch_name)
		buf_printf(line, " resp_len=%zu", call->response_len);
}

static int trace_open(struct kernel *k, const char *path, int flags, enum effect effect)
{
	struct buf line = {0};
	int ret = kernel_open(k->below, path, flags, effect);

	buf_text(&line, "open");
	put_text(&line, "path", path);
	buf_printf(&line, " flags=0x%x", (unsigned int)flags);
	put_ret(&line, ret);
	end_line(&line);
	return ret;
}

static int trace_close(struct kernel *k, int fd)
{
	struct buf line = {0};
	int ret = kernel_close(k->below, fd);

	buf_printf(&line, "close fd=%d", fd);
	put_ret(&line, ret);
	end_line(&line);
	return ret;
}

static int trace_ioctl(struct kernel *k, int fd, struct ioctl_call *call)
{
	struct buf line = {0};

	put_call(&line, call);
	int ret = kernel_ioctl(k->below, fd, call);
	put_fields(&line, call, true);
	put_ret(&line, ret);
	end_line(&line);
	return ret;
}

static ssize_t trace_read_file(struct kernel *k, const char *path, void *buf, size_t cap)
{
	struct buf line = {0};
	ssize_t ret = kernel_read_file(k->below, path, buf, cap);

	buf_text(&line, "read_file");
	put_text(&line, "path", path);
	put_ret(&line, ret);
	end_line(&line);
	return ret;
}

static ssize_t trace_read_link(struct kernel *k, const char *path, char *buf, size_t cap)
{
	struct buf line = {0};
	ssize_t ret = kernel_read_link(k->below, path, buf, cap);

	buf_text(&line, "read_link");
	put_text(&line, "path", path);
	if (ret >= 0)
		put_text(&line, "target", buf);
	put_ret(&line, ret);
	end_line(&line);
	return ret;
}

static int trace_list_dir(struct kernel *k, const char *path, struct names *out)
{
	struct buf line = {0};
	int ret = kernel_list_dir(k->below, path, out);

	buf_text(&line, "list_dir");
	put_text(&line, "path", path);
	if (ret >= 0)
		buf_printf(&line, " count=%zu", out->count);
	put_ret(&line, ret);
	end_line(&line);
	return ret;
}

static int trace_pidfd_getfd(struct kernel *k, pid_t pid, int target)
{
	struct buf line = {0};
	int ret = kernel_pidfd_getfd(k->below, pid, target);

	buf_printf(&line, "pidfd_getfd pid=%d target=%d", (int)pid, target);
	put_ret(&line, ret);
	end_line(&line);
	return ret;
}

static int trace_nl_open(struct kernel *k)
{
	struct buf line = {0};
	int ret = kernel_nl_open(k->below);

	buf_text(&line, "netlink_open");
	put_ret(&line, ret);
	end_line(&line);
	return ret;
}

static int trace_uevent_open(struct kernel *k)
{
	struct buf line = {0};
	int ret = kernel_uevent_open(k->below);

	buf_text(&line, "uevent_open");
	put_ret(&line, ret);
	end_line(&line);
	return ret;
}

/* Header fields of the first message in a datagram, as far as it is long enough to have them. */
static void put_nl_header(struct buf *line, const void *msg, size_t len)
{
	struct nlmsghdr header;
	struct genlmsghdr genl;

	if (len < sizeof(header))
		return;
	memcpy(&header, msg, sizeof(header));
	if (header.nlmsg_len > len && memchr(msg, '\0', len)) { /* a uevent has no header, but a text */
		put_text(line, "uevent", msg);
		return;
	}
	buf_printf(line, " type=0x%x flags=0x%x", header.nlmsg_type, header.nlmsg_flags);
	if (header.nlmsg_type >= NLMSG_MIN_TYPE && len >= NLMSG_HDRLEN + sizeof(genl)) {
		memcpy(&genl, (const uint8_t *)msg + NLMSG_HDRLEN, sizeof(genl));
		buf_printf(line, " cmd=%u", genl.cmd);
	}
	buf_printf(line, " seq=%" PRIu32, header.nlmsg_seq);
}

static int trace_nl_send(struct kernel *k, int fd, const void *msg, size_t len, enum effect effect)
{
	struct buf line = {0};
	int ret = kernel_nl_send(k->below, fd, msg, len, effect);

	buf_printf(&line, "netlink_send len=%zu", len);
	put_nl_header(&line, msg, len);
	put_bytes(&line, "bytes", msg, len);
	put_ret(&line, ret);
	end_line(&line);
	return ret;
}

static ssize_t trace_nl_recv(struct kernel *k, int fd, void *buf, size_t cap, int timeout_ms)
{
	struct buf line = {0};
	ssize_t ret = kernel_nl_recv(k->below, fd, buf, cap, timeout_ms);

	buf_text(&line, "netlink_recv");
	if (ret >= 0) {
		buf_printf(&line, " len=%zd", ret);
		put_nl_header(&line, buf, (size_t)ret);
	}
	put_ret(&line, ret);
	end_line(&line);
	return ret;
}

static int trace_random(struct kernel *k, void *buf, size_t len)
{
	struct buf line = {0};
	int ret = kernel_random(k->below, buf, len);

	buf_printf(&line, "random len=%zu", len);
	put_ret(&line, ret);
	end_line(&line);
	return ret;
}

static void trace_free(struct kernel *k)
{
	kernel_free(k->below);
	free(k);
}

static const struct kernel_ops trace_ops = {
	.open = trace_open,
	.close = trace_close,
	.ioctl = trace_ioctl,
	.read_file = trace_read_file,
	.read_link = trace_read_link,
	.list_dir = trace_list_dir,
	.pidfd_getfd = trace_pidfd_getfd,
	.nl_open = trace_nl_open,
	.uevent_open = trace_uevent_open,
	.nl_send = trace_nl_send,
	.nl_recv = trace_nl_recv,
	.random = trace_random,
	.free = trace_free,
};

struct kernel *kernel_trace(struct kernel *below)
{
	struct kernel *k = calloc(1, sizeof(*k));
	if (!k)
		return NULL;
	k->ops = &trace_ops;
	k->below = below;
	return k;
}
