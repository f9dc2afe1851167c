// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Recordings, each behind a line with the command that it is of. Its sums are made right again where that is possible:
 * what they hold off is damage, and this is about lies.
 */
#include <string.h>

#include "confined.h"
#include "kernel/recording.h"
#include "kernel/tape.h"

static const char *text_of(struct json_object *o, const char *key)
{
	struct json_object *value = json_object_object_get(o, key);

	return json_object_is_type(value, json_type_string) ? json_object_get_string(value) : "";
}

static struct json_object *array_of(struct json_object *o, const char *key)
{
	struct json_object *value = json_object_object_get(o, key);

	return json_object_is_type(value, json_type_array) ? value : NULL;
}

static uint64_t sum_call(struct json_object *call, uint64_t sum)
{
	const char *ask = recording_text(json_object_object_get(call, "ask"));
	const char *answer = recording_text(json_object_object_get(call, "answer"));
	uint64_t us = json_object_get_uint64(json_object_object_get(call, "us"));

	sum = tape_sum_call(sum, ask, answer, us);
	json_object_object_add(call, "sum", json_object_new_uint64(sum));
	return sum;
}

static void mend(struct json_object *root)
{
	struct json_object *calls = array_of(root, "calls");
	uint64_t sum = tape_sum_start(text_of(root, "tsmctl"), text_of(root, "backend"));

	for (size_t i = 0; calls && i < json_object_array_length(calls); i++) {
		struct json_object *call = json_object_array_get_idx(calls, i);

		if (!json_object_is_type(call, json_type_object))
			return;
		sum = sum_call(call, sum);
	}
}

static void write_tape(struct bytes text)
{
	struct json_tokener *t = json_tokener_new();
	struct json_object *root = json_tokener_parse_ex(t, (const char *)text.data, (int)text.len);

	json_tokener_free(t);
	if (json_object_is_type(root, json_type_object)) {
		mend(root);
		text.data = (const void *)recording_text(root);
		text.len = strlen((const char *)text.data);
	}
	confined_file("tape", text);
	json_object_put(root);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const uint8_t *newline = size ? memchr(data, '\n', size) : NULL;
	char *argv[CONFINED_WORDS + 2];
	struct bytes line, tape;
	char *text;
	int argc;

	if (!newline)
		return 0;
	line = (struct bytes){data, (size_t)(newline - data)};
	tape = (struct bytes){newline + 1, size - line.len - 1};
	confined_reset();
	write_tape(tape);
	text = confined_words(line, ' ', &argc, argv);
	confined_run(confined_tool, argc, argv);
	free(text);
	return 0;
}
