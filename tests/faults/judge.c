// SPDX-License-Identifier: GPL-2.0-or-later
#include "judge.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <json-c/json.h>

static const char *const classes[] = {
	NULL, "failed", "usage", "permission", "not_found", "unsupported", "state", "tsm", "evidence",
};

enum { CLASS_COUNT = sizeof(classes) / sizeof(classes[0]) };

bool judge_succeeded(const struct command_line *l, const struct result *r)
{
	return r->status == 0 || (l->verdicts >> r->status & 1 && r->out.len && !strstr(r->out.data, "\"error\":"));
}

static struct json_object *get(struct json_object *o, const char *key)
{
	struct json_object *v = NULL;

	return json_object_object_get_ex(o, key, &v) ? v : NULL;
}

static const char *get_text(struct json_object *o, const char *key)
{
	struct json_object *v = get(o, key);

	return json_object_is_type(v, json_type_string) ? json_object_get_string(v) : "";
}

static const char *check_error(struct json_object *e)
{
	int status = json_object_get_int(get(e, "exit"));

	if (status < 1 || status >= CLASS_COUNT || strcmp(get_text(e, "class"), classes[status]))
		return "the error's class is not that of its exit status";
	if (!*get_text(e, "message") || !*get_text(e, "code"))
		return "the error has no message or no code";
	if (!*get_text(e, "hint"))
		return "the error has no hint";
	return json_object_is_type(get(e, "uncertain"), json_type_boolean) ? NULL : "\"uncertain\" is missing";
}

static const char *check_document(struct json_object *d)
{
	struct json_object *error = get(d, "error");

	if (!json_object_is_type(d, json_type_object) || strcmp(get_text(d, "schema"), "tsmctl/1"))
		return "this is no document of tsmctl/1";
	if (!error == !get(d, "data"))
		return "a document has data, or an error";
	return error ? check_error(error) : NULL;
}

/* The next value of the text; `*at` moves behind it and behind the newline. */
static struct json_object *next_value(const char *text, size_t len, size_t *at)
{
	struct json_tokener *t = json_tokener_new_ex(64);
	struct json_object *v;

	json_tokener_set_flags(t, JSON_TOKENER_STRICT | JSON_TOKENER_ALLOW_TRAILING_CHARS);
	v = json_tokener_parse_ex(t, text + *at, (int)(len - *at));
	*at += json_tokener_get_parse_end(t);
	json_tokener_free(t);
	/* json-c may or may not have taken the newline. */
	*at += *at < len && text[*at] == '\n';
	if (text[*at - 1] == '\n')
		return v;
	json_object_put(v);
	return NULL;
}

/* All documents of the output in one array; NULL: it is not what it should be. */
static struct json_object *documents(const struct judged *j)
{
	const struct buf *out = &j->result->out;
	struct json_object *all = json_object_new_array();
	struct json_object *v;

	for (size_t at = 0; at < out->len;) {
		v = next_value(out->data, out->len, &at);
		if (!v) {
			json_object_put(all);
			return NULL;
		}
		json_object_array_add(all, v);
	}
	if (j->line->form != FORM_ARRAY || json_object_array_length(all) != 1)
		return all;
	v = json_object_get(json_object_array_get_idx(all, 0));
	json_object_put(all);
	return v;
}

static struct json_object *last_error(struct json_object *all)
{
	struct json_object *found = NULL;

	for (size_t i = 0; i < json_object_array_length(all); i++) {
		struct json_object *e = get(json_object_array_get_idx(all, i), "error");

		found = found ? found : e;
	}
	return found;
}

/*
 * What the errno of a request says of the change that it was to make: these come before the TSM is asked. Of
 * VALIDATE_MMIO only some, because the errno of mapping one page after others is handed on.
 */
static bool comes_before_change(int errnum, bool mapping)
{
	static const int early[] = {ENOENT, ENOTTY, EOPNOTSUPP, EBADF, EINVAL, E2BIG, EPERM, EACCES, EBUSY, ENODEV};
	const size_t count = mapping ? 4 : sizeof(early) / sizeof(early[0]);

	for (size_t i = 0; i < count; i++)
		if (errnum == early[i])
			return true;
	return false;
}

/* Whether a change may have happened, as far as the kernel's answers tell. */
static bool may_have_changed(const struct judged *j)
{
	const struct trial *t = j->trial;
	const struct fault *f = t->fault;
	bool is_change = f && t->nth <= t->count && t->effect[t->nth - 1] == EFFECT_CHANGE;

	if (!t->asked || !f)
		return t->sent > 0 || run_changed();
	if (is_change && f->call == CALL_IOCTL)
		return !comes_before_change(f->errnum, strstr(j->line->words, "validate-mmio") != NULL);
	/* sendmsg() fails before the kernel has looked at the message. */
	if (is_change)
		return false;
	if (!t->sent)
		return false;
	/* The kernel's own word that it did not begin, or that the TSM has no such thing. */
	if (f->call == CALL_NL_RECV && f->way == WAY_ERROR)
		return !(t->nth >= 2 && t->effect[t->nth - 2] == EFFECT_CHANGE);
	return !(f->call == CALL_NL_RECV && f->way == WAY_END && f->errnum == EOPNOTSUPP);
}

static const char *check_certainty(const struct judged *j, struct json_object *all)
{
	bool said = json_object_get_boolean(get(last_error(all), "uncertain"));

	if (j->line->form == FORM_ARRAY)
		return said && !j->trial->asked ? "uncertain, though no change was asked for" : NULL;
	/* Nothing that is not a dump ends with DONE. */
	if (j->trial->sent && j->trial->fault && j->trial->fault->way == WAY_END)
		return NULL;
	if (said && !may_have_changed(j))
		return "uncertain, though nothing can have changed";
	return !said && may_have_changed(j) ? "not uncertain, though something may have changed" : NULL;
}

/* Exit statuses by errno, as the contract has them. */
static const struct {
	int errnum;
	int status;
} statuses[] = {
	{EPERM, 3}, {EACCES, 3}, {ENOENT, 4},     {ENODEV, 4}, {ESRCH, 4},
	{EBADF, 4}, {ENOTTY, 5}, {EOPNOTSUPP, 5}, {ENOSYS, 5}, {EPROTONOSUPPORT, 5},
	{EBUSY, 6}, {EAGAIN, 6}, {ENXIO, 6},      {ESTALE, 6}, {EEXIST, 6},
};

static int status_of(int errnum)
{
	for (size_t i = 0; i < sizeof(statuses) / sizeof(statuses[0]); i++)
		if (statuses[i].errnum == errnum)
			return statuses[i].status;
	return 1;
}

/*
 * Where another class than that of the errno is right.
 */
static const struct {
	enum call call;
	unsigned ways;    /* bits; 0: all */
	int errnum;       /* 0: all */
	unsigned classes; /* bits of exit statuses */
} other_classes[] = {
	/* The fingerprint cannot be taken, or is one that nobody knows. */
	{CALL_IOCTL, 0, 0, 1u << 5},
	/* There is no iommufd. */
	{CALL_OPEN, 0, ENOENT, 1u << 5},
	/* The function has no TSM, is not connected, or the TSM's architecture is not known. */
	{CALL_READ_FILE, 0, ENOENT, 1u << 5 | 1u << 6},
	{CALL_READ_FILE, 0, ENODEV, 1u << 5 | 1u << 6},
	{CALL_READ_LINK, 0, ENOENT, 1u << 2 | 1u << 6},
	{CALL_READ_LINK, 0, ENODEV, 1u << 2},
	{CALL_LIST_DIR, 0, ENOENT, 1u << 2 | 1u << 6},
	/* Nobody is seen who holds the function, so that an own session is tried. */
	{CALL_READ_LINK, 0, ENAMETOOLONG, 1u << 4 | 1u << 6},
	{CALL_READ_LINK, 0, ESRCH, 1u << 6},
	{CALL_READ_LINK, 0, EACCES, 1u << 4 | 1u << 6},
	{CALL_READ_FILE, 0, ESRCH, 1u << 6},
	{CALL_READ_FILE, 0, EACCES, 1u << 6},
	{CALL_LIST_DIR, 0, ESRCH, 1u << 6},
	{CALL_LIST_DIR, 0, EACCES, 1u << 6},
	/* The kernel has no evidence family. */
	{CALL_NL_RECV, 1u << WAY_ERROR, ENOENT, 1u << 5},
};

static bool class_fits(const struct judged *j)
{
	const struct fault *f = j->trial->fault;
	int status = j->result->status;

	if (status == status_of(f ? f->errnum : ENOMEM))
		return true;
	if (!f)
		return false;
	/* A recording has no answers for another course. */
	if (strncmp(j->line->words, "--replay", strlen("--replay")) == 0 && status == 1)
		return true;
	if (!f->errnum && f->call == CALL_NL_RECV)
		return status == 8 || status == 1;
	for (size_t i = 0; i < sizeof(other_classes) / sizeof(other_classes[0]); i++) {
		if (other_classes[i].call == f->call &&
		    (!other_classes[i].errnum || other_classes[i].errnum == f->errnum) &&
		    (!other_classes[i].ways || other_classes[i].ways >> f->way & 1) &&
		    other_classes[i].classes >> status & 1)
			return true;
	}
	return false;
}

static const char *check_json(const struct judged *j)
{
	struct json_object *all = documents(j);
	const char *wrong = NULL;
	size_t count;

	if (!all)
		return "the output is no document";
	count = json_object_array_length(all);
	if (j->line->form == FORM_DOCUMENT && count != 1)
		wrong = "there is not one document";
	for (size_t i = 0; i < count && !wrong; i++)
		wrong = check_document(json_object_array_get_idx(all, i));
	if (!wrong && !judge_succeeded(j->line, j->result)) {
		struct json_object *e = last_error(all);

		if (!e || json_object_get_int(get(e, "exit")) != j->result->status)
			wrong = "the exit status is not that of the document";
		else
			wrong = check_certainty(j, all);
	} else if (!wrong && last_error(all)) {
		wrong = "an error, but the command succeeded";
	}
	json_object_put(all);
	return wrong;
}

static const char *check_text(const struct judged *j)
{
	const struct buf *err = &j->result->err;
	bool certain = err->len && !strstr(err->data, "may have taken effect");

	if (judge_succeeded(j->line, j->result))
		return NULL;
	if (j->result->out.len && (j->line->form == FORM_DOCUMENT || j->line->form == FORM_BYTES))
		return "output, though the command failed";
	if (!err->len || !strstr(err->data, "tsmctl: "))
		return "the command fails and says nothing";
	if (j->line->form == FORM_ARRAY || (j->trial->sent && j->trial->fault && j->trial->fault->way == WAY_END))
		return NULL;
	if (certain == may_have_changed(j))
		return "the text says something else than is known of the change";
	return NULL;
}

static bool same(const struct buf *a, const struct buf *b)
{
	return a->len == b->len && (!a->len || !memcmp(a->data, b->data, a->len));
}

/* What these faults say is a fact: it is not there, or not any more. So says EINVAL of an object of CCA. */
static bool tells_absence(const struct fault *f)
{
	return (f->call == CALL_IOCTL && f->errnum == EINVAL) || f->errnum == ENOENT || f->errnum == ENODEV ||
	       f->errnum == ESRCH || f->errnum == ENAMETOOLONG;
}

/* Files are whole where the command worked, absent where it did not. */
static const char *check_files(const struct judged *j)
{
	/* A recording of what went wrong is whole, too. */
	if (strstr(j->line->words, "--record"))
		return NULL;
	if (judge_succeeded(j->line, j->result) && !j->line->varies &&
	    !(j->trial->fault && tells_absence(j->trial->fault)))
		return j->line->file && !same(j->left, j->sound_left) ? "the files are not those of a sound run" : NULL;
	/* Certificates are given file by file. */
	if (j->line->file && strcmp(j->line->file, ".") == 0)
		return NULL;
	/* Where there is no memory to tell of it the file may stand, and is whole. */
	if (!j->left->len || judge_succeeded(j->line, j->result) || (!j->trial->fault && same(j->left, j->sound_left)))
		return NULL;
	return "something was left behind";
}

static bool reports(const struct judged *j)
{
	const struct trial *t = j->trial;
	bool asks = t->fault->call == CALL_NL_OPEN || t->fault->call == CALL_NL_SEND || t->fault->call == CALL_NL_RECV;

	/* What it looks up in sysfs comes before. */
	for (size_t i = 0; i < t->nth && i < t->count; i++)
		asks |= t->call[i] == CALL_OPEN;
	return j->line->reports && asks;
}

/* Of the ABI a document says no more than that it is not known. */
static bool names_memory(const struct buf *out)
{
	return !out->len || strstr(out->data, "ENOMEM") || strstr(out->data, "ENOBUFS") ||
	       strstr(out->data, "\"verdict\":null");
}

/* A command that works in spite of the fault says the same as without it, or says what is missing. */
static bool conceals(const struct judged *j)
{
	const struct fault *f = j->trial->fault;

	if (!f && j->line->reports && names_memory(&j->result->out))
		return false;
	return !(f && (tells_absence(f) || reports(j))) && judge_succeeded(j->line, j->result) && !j->line->varies &&
	       j->line->form != FORM_ARRAY && !same(&j->result->out, &j->sound->out) &&
	       same(&j->result->err, &j->sound->err);
}

const char *judge(const struct judged *j)
{
	const char *wrong = NULL;

	if (conceals(j))
		return "it worked, but says something else and not why";

	if (j->result->status < 0 || j->result->status >= CLASS_COUNT)
		return "an exit status that is none";
	if (j->trial->count > MAX_CALLS)
		return "too many calls";
	if (j->trial->asked > j->sound_trial->asked)
		return "a change was asked for again";
	if (j->trial->left_open)
		return "a descriptor of the kernel was left open";
	if (!judge_succeeded(j->line, j->result) && !class_fits(j))
		return "the class is not that of the errno";
	if (!j->trial->fault && j->result->out.len && strstr(j->result->out.data, "\"verdict\":\"fail\""))
		return "without memory a verdict is no failure";
	wrong = j->json ? check_json(j) : check_text(j);
	return wrong ? wrong : check_files(j);
}
