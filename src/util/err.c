// SPDX-License-Identifier: GPL-2.0-or-later
#include "util/err.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define ARRAY_LEN(a) (sizeof(a) / sizeof((a)[0]))

/* No system call returns more: the kernel's own bound. */
enum { MAX_ERRNO = 4095 };

static const struct {
	int errnum;
	enum err_class class;
} errno_classes[] = {
	{EPERM, ERR_PERMISSION},
	{EACCES, ERR_PERMISSION},
	{ENOENT, ERR_NOT_FOUND},
	{ENODEV, ERR_NOT_FOUND},
	{ESRCH, ERR_NOT_FOUND},
	{EBADF, ERR_NOT_FOUND},
	{ENOTTY, ERR_UNSUPPORTED},
	{EOPNOTSUPP, ERR_UNSUPPORTED},
	{ENOSYS, ERR_UNSUPPORTED},
	{ENOPROTOOPT, ERR_UNSUPPORTED},
	{EPROTONOSUPPORT, ERR_UNSUPPORTED},
	{EBUSY, ERR_STATE},
	{EAGAIN, ERR_STATE},
	{ENXIO, ERR_STATE},
	{ESTALE, ERR_STATE},
	{EEXIST, ERR_STATE},
};

/* What usually helps, where nobody knew better. */
static const struct {
	const char *code;
	const char *hint;
} usual_hints[] = {
	{"CANCELLED", ""},
	{"EPERM", "Run it as root, or as a user who may do this."},
	{"EACCES", "Run it as root, or as a user who may do this."},
	{"ENOSPC", "Make room on the file system, or write elsewhere."},
	{"EDQUOT", "Make room on the file system, or write elsewhere."},
	{"EROFS", "Write to a file system that is not read-only."},
	{"EBADF", "Check that the descriptor is open, and of what."},
	{"ENOMEM", "Free some memory and run the command again."},
	{"EINTR", "Run the command again."},
	{"ENOSYS",
	 "This kernel lacks the call, or tsmctl's own filter held it back, which the kernel's audit log tells."},
	{"INTERNAL", "This is a defect of tsmctl; please report it."},
};

static const char usage_hint[] = "'tsmctl help' lists the commands, 'tsmctl help COMMAND' explains one.";
static const char other_hint[] =
	"'tsmctl doctor' shows what this kernel and this user can do, '--trace' each call to the kernel.";

static const char *const class_names[] = {
	[ERR_NONE] = "none",           [ERR_FAILED] = "failed",
	[ERR_USAGE] = "usage",         [ERR_PERMISSION] = "permission",
	[ERR_NOT_FOUND] = "not_found", [ERR_UNSUPPORTED] = "unsupported",
	[ERR_STATE] = "state",         [ERR_TSM] = "tsm",
	[ERR_EVIDENCE] = "evidence",
};

/* The length of `text` without a UTF-8 sequence that its end cuts in two. */
static size_t whole_characters(const char *text, size_t len)
{
	size_t lead = len;
	unsigned char c;
	size_t want;

	while (lead > 0 && len - lead < 3 && (text[lead - 1] & 0xc0) == 0x80)
		lead--;
	if (lead == 0)
		return len;
	c = (unsigned char)text[lead - 1];
	want = c >= 0xf0 ? 4 : c >= 0xe0 ? 3 : c >= 0xc0 ? 2 : 1;
	return want > len - lead + 1 ? lead - 1 : len;
}

__attribute__((format(printf, 3, 0))) static void fill(char *to, size_t size, const char *fmt, va_list ap)
{
	int n = vsnprintf(to, size, fmt, ap);

	if (n < 0)
		to[0] = '\0';
	else if ((size_t)n >= size)
		to[whole_characters(to, size - 1)] = '\0';
}

static void record(struct err *e, enum err_class class, const char *code)
{
	e->class = class;
	snprintf(e->code, sizeof(e->code), "%s", code);
}

int err_set(struct err *e, enum err_class class, const char *code, const char *fmt, ...)
{
	va_list ap;

	if (e->class != ERR_NONE)
		return -1;
	record(e, class, code);
	va_start(ap, fmt);
	fill(e->message, sizeof(e->message), fmt, ap);
	va_end(ap);
	return -1;
}

int err_errno(struct err *e, int errnum, const char *fmt, ...)
{
	char name[24];
	va_list ap;

	if (e->class != ERR_NONE)
		return -1;
	record(e, err_class_of_errno(errnum), err_errno_name(errnum, name));
	va_start(ap, fmt);
	fill(e->message, sizeof(e->message), fmt, ap);
	va_end(ap);
	return -1;
}

void err_hint(struct err *e, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	fill(e->hint, sizeof(e->hint), fmt, ap);
	va_end(ap);
}

void err_hint_usual(struct err *e)
{
	const char *hint = e->class == ERR_USAGE ? usage_hint : other_hint;

	if (e->hint[0] || e->class == ERR_NONE)
		return;
	for (size_t i = 0; i < ARRAY_LEN(usual_hints); i++)
		if (strcmp(e->code, usual_hints[i].code) == 0)
			hint = usual_hints[i].hint;
	err_hint(e, "%s", hint);
}

void err_object(struct err *e, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	fill(e->object, sizeof(e->object), fmt, ap);
	va_end(ap);
}

void err_kernel(struct err *e, const char *text)
{
	size_t len = strnlen(text, sizeof(e->kernel));

	if (len == sizeof(e->kernel))
		len = whole_characters(text, len - 1);
	memmove(e->kernel, text, len);
	e->kernel[len] = '\0';
}

int err_oom(struct err *e)
{
	return err_errno(e, ENOMEM, "out of memory");
}

void err_clear(struct err *e)
{
	memset(e, 0, sizeof(*e));
}

const char *err_errno_name(int errnum, char buf[24])
{
	/* libc may prefer ENOTSUP, which has the same number; the kernel's ABI documents speak of EOPNOTSUPP. */
	const char *name = errnum == EOPNOTSUPP ? "EOPNOTSUPP" : strerrorname_np(errnum);

	if (name && errnum != 0)
		return name;
	snprintf(buf, 24, "E%d", errnum);
	return buf;
}

int err_errno_parse(const char *name)
{
	char buf[24];

	for (int errnum = 1; errnum <= MAX_ERRNO; errnum++)
		if (!strcmp(err_errno_name(errnum, buf), name))
			return errnum;
	return -1;
}

enum err_class err_class_of_errno(int errnum)
{
	for (size_t i = 0; i < ARRAY_LEN(errno_classes); i++)
		if (errno_classes[i].errnum == errnum)
			return errno_classes[i].class;
	return ERR_FAILED;
}

const char *err_class_name(enum err_class class)
{
	return (size_t) class < ARRAY_LEN(class_names) ? class_names[class] : class_names[ERR_FAILED];
}
