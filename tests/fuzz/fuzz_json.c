// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Records of hostile names and values, as JSON: two parsers that know nothing of each other take the document apart,
 * and both find what was put in. The script is a list of fields: a byte that says what, a name and a value, each behind
 * a length of one byte.
 */
#include <cjson/cJSON.h>
#include <json-c/json.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fmt/sink.h"
#include "script.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { FIELDS = 32, NAME = 300 };

struct field {
	enum node_type type;
	char name[NAME]; /* its number, so that none is there twice, and what the script says */
	struct bytes value;
	uint64_t number;
};

struct script {
	struct field field[FIELDS];
	size_t count;
};

/* A name is C text of ASCII that needs no escape of ours: it comes from our own tables. */
static void read_name(struct bytes in, size_t number, char out[NAME])
{
	int len = snprintf(out, NAME, "%zu ", number);

	for (size_t i = 0; i < in.len && len < NAME - 1; i++)
		if (in.data[i] && in.data[i] < 0x7f)
			out[len++] = (char)in.data[i];
	out[len] = '\0';
}

static void read_script(struct bytes in, struct script *s)
{
	static const enum node_type types[] = {NODE_TEXT, NODE_BYTES, NODE_COUNT, NODE_HEX, NODE_BOOL, NODE_NULL};

	while (in.len && s->count < FIELDS) {
		struct field *f = &s->field[s->count];

		f->type = types[script_byte(&in) % (sizeof(types) / sizeof(types[0]))];
		read_name(script_bytes(&in, script_byte(&in)), s->count++, f->name);
		f->value = script_bytes(&in, script_byte(&in));
		for (size_t i = 0; i < f->value.len && i < 8; i++)
			f->number = f->number << 8 | f->value.data[i];
		/* Counts are below that by nature: many a parser reads them as doubles. */
		f->number &= (UINT64_C(1) << 53) - 1;
	}
}

static void put(struct node *parent, const struct field *f)
{
	if (f->type == NODE_TEXT)
		node_textn(parent, f->name, NULL, f->value.data, f->value.len);
	else if (f->type == NODE_BYTES)
		node_bytes(parent, f->name, NULL, f->value.data, f->value.len);
	else if (f->type == NODE_COUNT)
		node_count(parent, f->name, NULL, f->number);
	else if (f->type == NODE_HEX)
		node_hex(parent, f->name, NULL, f->number, 1);
	else if (f->type == NODE_BOOL)
		node_bool(parent, f->name, NULL, f->number & 1);
	else
		node_null(parent, f->name, NULL);
}

static void expect(bool holds)
{
	if (!holds)
		abort();
}

/* Whether nothing in `text` would have to be escaped, so that it stands in the document as it is. */
static bool is_plain(struct bytes text)
{
	for (size_t i = 0; i < text.len; i++)
		if (text.data[i] < 0x20 || text.data[i] > 0x7e)
			return false;
	return true;
}

/* What a string of the document must be; "" where only the parsers' agreement is known. */
static void expected_text(const struct field *f, struct buf *out)
{
	if (f->type == NODE_BYTES)
		buf_hex(out, f->value.data, f->value.len);
	else if (f->type == NODE_HEX)
		buf_printf(out, "0x%llx", (unsigned long long)f->number);
	else if (is_plain(f->value))
		buf_add(out, f->value.data, f->value.len);
}

static void check_text(const struct field *f, struct json_object *ours, const cJSON *theirs)
{
	struct buf expected = {0};
	const char *text = json_object_get_string(ours);
	size_t len = (size_t)json_object_get_string_len(ours);

	expect(json_object_is_type(ours, json_type_string) && cJSON_IsString(theirs));
	/* No NUL and no other control but those of texts of several lines. */
	for (size_t i = 0; i < len; i++)
		expect(text[i] && text[i] != 0x7f);
	expect(strcmp(theirs->valuestring, text) == 0);
	expected_text(f, &expected);
	if (expected.len)
		expect(len == expected.len && !memcmp(text, expected.data, len));
	buf_free(&expected);
}

static void check_field(const struct field *f, struct json_object *ours, const cJSON *theirs)
{
	bool odd = f->number & 1;

	if (f->type == NODE_NULL)
		expect(!ours && cJSON_IsNull(theirs));
	else if (f->type == NODE_BOOL)
		expect(json_object_get_boolean(ours) == odd && (odd ? cJSON_IsTrue(theirs) : cJSON_IsFalse(theirs)));
	else if (f->type == NODE_COUNT)
		expect(json_object_get_uint64(ours) == f->number && cJSON_IsNumber(theirs) &&
		       (uint64_t)theirs->valuedouble == f->number);
	else
		check_text(f, ours, theirs);
}

static void check_list(const struct script *s, struct json_object *ours, const cJSON *theirs)
{
	const cJSON *next = theirs ? theirs->child : NULL;

	expect(json_object_array_length(ours) == s->count && cJSON_GetArraySize(theirs) == (int)s->count);
	for (size_t i = 0; i < s->count; i++, next = next->next)
		check_field(&s->field[i], json_object_array_get_idx(ours, i), next);
}

static void check_data(const struct script *s, struct json_object *ours, const cJSON *theirs)
{
	struct json_object *value;

	expect(json_object_object_length(ours) == (int)s->count + 1 && cJSON_GetArraySize(theirs) == (int)s->count + 1);
	for (size_t i = 0; i < s->count; i++) {
		expect(json_object_object_get_ex(ours, s->field[i].name, &value));
		check_field(&s->field[i], value, cJSON_GetObjectItemCaseSensitive(theirs, s->field[i].name));
	}
	check_list(s, json_object_object_get(ours, "list"), cJSON_GetObjectItemCaseSensitive(theirs, "list"));
}

static struct json_object *parse(const struct buf *text)
{
	struct json_tokener *t = json_tokener_new();
	struct json_object *o;

	json_tokener_set_flags(t, JSON_TOKENER_STRICT | JSON_TOKENER_VALIDATE_UTF8);
	o = json_tokener_parse_ex(t, text->data, (int)text->len);
	json_tokener_free(t);
	expect(o);
	return o;
}

static cJSON *parse_again(const struct buf *text)
{
	cJSON *o = cJSON_ParseWithOpts(text->data, NULL, true);

	expect(o);
	return o;
}

static void try_record(const struct script *s, bool pretty)
{
	static const struct envelope envelope = {.command = "info", .backend = "sim"};
	struct record *r = record_new();
	struct node *list = node_list(record_root(r), "list", NULL);
	struct json_object *ours;
	struct buf out = {0};
	struct err e = {0};
	cJSON *theirs;

	for (size_t i = 0; i < s->count; i++) {
		put(record_root(r), &s->field[i]);
		put(list, &s->field[i]);
	}
	expect(json_render(r, &envelope, pretty, &out, &e) == 0);
	ours = parse(&out);
	theirs = parse_again(&out);
	check_data(s, json_object_object_get(ours, "data"), cJSON_GetObjectItemCaseSensitive(theirs, "data"));
	json_object_put(ours);
	cJSON_Delete(theirs);
	buf_free(&out);
	record_free(r);
}

/* An error that quotes what it was given. */
static void try_error(const struct script *s)
{
	static const struct envelope envelope = {.command = "info", .backend = "sim"};
	const struct bytes text = s->field[0].value;
	struct err what = {0}, e = {0};
	struct buf out = {0};
	cJSON *document;

	err_set(&what, ERR_FAILED, "EIO", "'%.*s'", (int)text.len, (const char *)text.data);
	err_object(&what, "%s", s->field[0].name);
	err_kernel(&what, s->field[s->count - 1].name);
	expect(json_render_error(&what, &envelope, false, &out, &e) == 0);
	json_object_put(parse(&out));
	document = parse_again(&out);
	expect(cJSON_IsObject(cJSON_GetObjectItemCaseSensitive(document, "error")));
	cJSON_Delete(document);
	buf_free(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct script s = {0};

	read_script((struct bytes){data, size}, &s);
	if (!s.count)
		return 0;
	try_record(&s, false);
	try_record(&s, true);
	try_error(&s);
	return 0;
}
