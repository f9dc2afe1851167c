// SPDX-License-Identifier: GPL-2.0-or-later
#include "util/json_build.h"

/* What an incomplete object has as its user data: it goes up from parent to parent, and needs no memory. */
static const char incomplete;

/* json-c's parser calls these, by the linker's --wrap; see CMakeLists.txt. */
int parser_adds(struct json_object *o, const char *name,
		struct json_object *value) __asm__("__wrap_json_object_object_add");
int parser_appends(struct json_object *list, struct json_object *value) __asm__("__wrap_json_object_array_add");

bool json_incomplete(struct json_object *o)
{
	return json_object_get_userdata(o) == &incomplete;
}

static int refuse(struct json_object *parent, struct json_object *value)
{
	json_object_put(value);
	json_object_set_userdata(parent, (void *)(uintptr_t)&incomplete, NULL);
	return -1;
}

/* When json-c finds that the table cannot grow it has copied the name already, and loses it. */
static bool has_room(struct json_object *o)
{
	struct lh_table *t = json_object_get_object(o);

	return t->count < t->size * LH_LOAD_FACTOR || lh_table_resize(t, 2 * t->size) == 0;
}

int json_add(struct json_object *o, const char *name, struct json_object *value)
{
	if (name && !json_incomplete(value) && has_room(o) && json_object_object_add_ex(o, name, value, 0) == 0)
		return 0;
	return refuse(o, value);
}

int json_append(struct json_object *list, struct json_object *value)
{
	if (!json_incomplete(value) && json_object_array_put_idx(list, json_object_array_length(list), value) == 0)
		return 0;
	return refuse(list, value);
}

int parser_adds(struct json_object *o, const char *name, struct json_object *value)
{
	return json_add(o, name, value);
}

int parser_appends(struct json_object *list, struct json_object *value)
{
	return json_append(list, value);
}
