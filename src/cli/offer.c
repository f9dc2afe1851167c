// SPDX-License-Identifier: GPL-2.0-or-later
#include "cli/offer.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/cli.h"
#include "cli/words.h"

/* The line up to the word at the cursor, understood as far as it goes. */
struct scene {
	const struct offer_source *source;
	bool named;                         /* the command's word stands before the cursor */
	const struct command_spec *command; /* NULL: it is to come, or unknown */
	size_t args;                        /* of the command, before the cursor */
	const struct option_spec *waiting;  /* an option whose value is to come */
	const char *word;                   /* at the cursor, `len` bytes */
	size_t len;
	struct words before;
	struct offers *out;
};

static bool make_room(struct offers *o)
{
	char **list = reallocarray(o->word, o->count + 1, sizeof(*list));

	if (list)
		o->word = list;
	return list != NULL;
}

/* Without memory there is one offer less. */
static void add(struct scene *s, const char *prefix, const char *word, size_t len)
{
	char *copy = NULL;

	if (asprintf(&copy, "%s%.*s", prefix, (int)len, word) < 0)
		return;
	if (strncmp(copy, s->word, s->len) == 0 && make_room(s->out))
		s->out->word[s->out->count++] = copy;
	else
		free(copy);
}

static void add_list(struct scene *s, const char *words, const char *separator)
{
	for (size_t n; words && *words; words += n + (words[n] != '\0')) {
		n = strcspn(words, separator);
		if (n)
			add(s, "", words, n);
	}
}

static void add_commands(struct scene *s)
{
	for (size_t i = 0; i < cli_command_count; i++) {
		if (!(cli_commands[i].flags & COMMAND_SHELL))
			add(s, "", cli_commands[i].name, strlen(cli_commands[i].name));
	}
	for (size_t i = 0; i < cli_line_command_count; i++)
		add(s, "", cli_line_commands[i].name, strlen(cli_line_commands[i].name));
}

static void add_names(struct scene *s, void (*names)(void *ctx, struct buf *out))
{
	struct buf list = {0};

	names(s->source->ctx, &list);
	if (!list.failed)
		add_list(s, list.data, "\n");
	buf_free(&list);
}

static void add_values(struct scene *s, enum complete complete, const char *words)
{
	if (complete == COMPLETE_DEVICE)
		add_names(s, s->source->devices);
	else if (complete == COMPLETE_PID)
		add_names(s, s->source->pids);
	else if (complete == COMPLETE_COMMAND)
		add_commands(s);
	else
		add_list(s, words, " ");
	s->out->files |= complete == COMPLETE_FILE;
}

static bool was_given(const struct scene *s, const struct option_spec *o)
{
	for (size_t i = 1; i < s->before.count; i++) {
		const char *w = s->before.word[i];
		size_t len = strcspn(w, "=");

		if (o->letter && w[0] == '-' && w[1] == o->letter && !w[2])
			return true;
		if (strncmp(w, "--", 2) == 0 && len == strlen(o->name) + 2 && !memcmp(w + 2, o->name, len - 2))
			return true;
	}
	return false;
}

static void add_options(struct scene *s, const struct option_spec *spec, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (!was_given(s, &spec[i]))
			add(s, "--", spec[i].name, strlen(spec[i].name));
	}
}

static const struct option_spec *find_in(const struct option_spec *spec, size_t count, const char *word, size_t len)
{
	for (size_t i = 0; i < count; i++) {
		if (len == 2 && spec[i].letter && word[0] == '-' && word[1] == spec[i].letter)
			return &spec[i];
		if (len > 2 && strncmp(word, "--", 2) == 0 && strlen(spec[i].name) == len - 2 &&
		    memcmp(spec[i].name, word + 2, len - 2) == 0)
			return &spec[i];
	}
	return NULL;
}

static const struct option_spec *find_option(const struct scene *s, const char *word, size_t len)
{
	const struct option_spec *o = find_in(cli_global_options, cli_global_option_count, word, len);

	if (!o && s->command)
		o = find_in(s->command->options, s->command->option_count, word, len);
	return o;
}

static void pass(struct scene *s, const char *word)
{
	const struct option_spec *o;

	if (s->waiting) {
		s->waiting = NULL;
	} else if (word[0] == '-' && word[1]) {
		o = find_option(s, word, strlen(word));
		s->waiting = o && o->kind == OPTION_VALUE ? o : NULL;
	} else if (s->named) {
		s->args++;
	} else {
		s->named = true;
		s->command = cli_find_command(word);
		if (!s->command)
			s->command = cli_find_line_command(word);
	}
}

static void add_argument(struct scene *s)
{
	const struct command_spec *c = s->command;
	size_t i = s->args;

	if (c->arg_count && i >= c->arg_count && c->args[c->arg_count - 1].repeat)
		i = c->arg_count - 1;
	if (i < c->arg_count)
		add_values(s, c->args[i].complete, c->args[i].words);
}

/* "--name=VALUE": readline replaces only what stands behind the "=". */
static bool add_joined_value(struct scene *s)
{
	const char *equals = strncmp(s->word, "--", 2) == 0 ? memchr(s->word, '=', s->len) : NULL;
	const struct option_spec *o;

	if (!equals)
		return false;
	o = find_option(s, s->word, (size_t)(equals - s->word));
	s->len -= (size_t)(equals + 1 - s->word);
	s->word = equals + 1;
	if (o && o->kind != OPTION_FLAG)
		add_values(s, o->complete, o->words);
	return true;
}

static void add_what_fits(struct scene *s)
{
	if (s->waiting) {
		add_values(s, s->waiting->complete, s->waiting->words);
	} else if (s->len && s->word[0] == '-') {
		if (add_joined_value(s))
			return;
		add_options(s, cli_global_options, cli_global_option_count);
		if (s->command)
			add_options(s, s->command->options, s->command->option_count);
	} else if (s->command) {
		add_argument(s);
	} else if (!s->named) {
		add_commands(s);
	}
}

/* The word at the cursor begins behind the last blank or ">". */
static size_t word_start(const char *line, size_t point)
{
	while (point && !strchr(" \t>", line[point - 1]))
		point--;
	return point;
}

static bool ends_with_redirection(const char *line, size_t len)
{
	while (len && (line[len - 1] == ' ' || line[len - 1] == '\t'))
		len--;
	return len && line[len - 1] == '>';
}

void offer(const char *line, size_t point, const struct offer_source *source, struct offers *out)
{
	size_t start = word_start(line, point);
	struct scene s = {.source = source, .word = line + start, .len = point - start, .out = out};
	struct err ignored = {0};

	*out = (struct offers){0};
	if (ends_with_redirection(line, start)) {
		out->files = true;
		return;
	}
	if (words_split(line, start, &s.before, &ignored) == 0) {
		for (size_t i = 1; i < s.before.count; i++)
			pass(&s, s.before.word[i]);
		add_what_fits(&s);
	}
	words_free(&s.before);
}

void offers_free(struct offers *o)
{
	for (size_t i = 0; i < o->count; i++)
		free(o->word[i]);
	free(o->word);
	*o = (struct offers){0};
}
