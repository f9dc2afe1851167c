// SPDX-License-Identifier: GPL-2.0-or-later
#include "cli/words.h"

#include <stdlib.h>
#include <string.h>

/* The line that is read and the text that is written; a word is never longer than what it was made of. */
struct splitter {
	const char *at;
	const char *end;
	char *to;
	struct words *out;
	struct err *err;
};

static int bad_line(struct splitter *s, const char *what)
{
	err_set(s->err, ERR_USAGE, "USAGE", "%s", what);
	err_hint(s->err, "Words are separated by blanks; quotes and backslash keep what would separate or end them.");
	return -1;
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static void skip_blanks(struct splitter *s)
{
	while (s->at < s->end && is_blank(*s->at))
		s->at++;
}

static int take_single_quoted(struct splitter *s)
{
	while (s->at < s->end && *s->at != '\'')
		*s->to++ = *s->at++;
	if (s->at == s->end)
		return bad_line(s, "a single quote is not closed");
	s->at++;
	return 0;
}

static int take_double_quoted(struct splitter *s)
{
	while (s->at < s->end && *s->at != '"') {
		if (*s->at == '\\' && s->at + 1 < s->end && (s->at[1] == '"' || s->at[1] == '\\'))
			s->at++;
		*s->to++ = *s->at++;
	}
	if (s->at == s->end)
		return bad_line(s, "a double quote is not closed");
	s->at++;
	return 0;
}

static int take_escaped(struct splitter *s)
{
	if (s->at == s->end)
		return bad_line(s, "the line ends with a backslash, and no line follows");
	*s->to++ = *s->at++;
	return 0;
}

static int take_part(struct splitter *s)
{
	char c = *s->at++;

	if (c == '\'')
		return take_single_quoted(s);
	if (c == '"')
		return take_double_quoted(s);
	if (c == '\\')
		return take_escaped(s);
	*s->to++ = c;
	return 0;
}

/* Returns the word that begins here, or NULL with the error set. */
static char *take_word(struct splitter *s)
{
	char *word = s->to;

	while (s->at < s->end && !is_blank(*s->at) && *s->at != '>') {
		if (take_part(s))
			return NULL;
	}
	*s->to++ = '\0';
	return word;
}

static int take_redirection(struct splitter *s)
{
	struct words *out = s->out;

	if (out->redirect)
		return bad_line(s, "the output can go to one file only");
	s->at++;
	out->append = s->at < s->end && *s->at == '>';
	s->at += out->append;
	skip_blanks(s);
	if (s->at == s->end || *s->at == '>' || *s->at == '#')
		return bad_line(s, "'>' needs a file");
	out->redirect = take_word(s);
	return out->redirect ? 0 : -1;
}

static int take_all(struct splitter *s)
{
	struct words *out = s->out;

	for (skip_blanks(s); s->at < s->end && *s->at != '#'; skip_blanks(s)) {
		if (*s->at == '>') {
			if (take_redirection(s))
				return -1;
			continue;
		}
		out->word[out->count] = take_word(s);
		if (!out->word[out->count])
			return -1;
		out->count++;
	}
	return 0;
}

int words_split(const char *line, size_t len, struct words *out, struct err *e)
{
	static char name[] = "tsmctl";
	struct splitter s = {.at = line, .end = line + len, .out = out, .err = e};

	*out = (struct words){0};
	if (memchr(line, '\0', len))
		return bad_line(&s, "the line holds a NUL byte");
	/* Each word is followed by a NUL where a separator stood, the last one excepted; each takes a byte of the line.
	 */
	out->text = malloc(2 * len + 2);
	out->word = calloc(len + 2, sizeof(*out->word));
	if (!out->text || !out->word)
		return err_oom(e);
	s.to = out->text;
	out->word[out->count++] = name;
	return take_all(&s);
}

void words_free(struct words *w)
{
	free(w->word);
	free(w->text);
	*w = (struct words){0};
}

bool words_continue(const char *line, size_t len)
{
	size_t backslashes = 0, begin = 0;

	while (begin < len && is_blank(line[begin]))
		begin++;
	if (begin < len && line[begin] == '#')
		return false;
	while (backslashes < len && line[len - 1 - backslashes] == '\\')
		backslashes++;
	return backslashes % 2;
}
