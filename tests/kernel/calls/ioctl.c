// SPDX-License-Identifier: GPL-2.0-or-later
/* Ioctls given word by word, and what can be seen of any ioctl. */
#include "ioctl.h"

#include <string.h>

void show_result(struct outcome *o, int result)
{
	o->result = result;
	if (result < 0)
		buf_text(&o->text, strerrorname_np(-result));
	else
		buf_printf(&o->text, "%d", result);
}

void show_changes(struct outcome *o, const uint8_t *before, const uint8_t *after, size_t len)
{
	for (size_t at = 0; at + sizeof(uint32_t) <= len; at += sizeof(uint32_t)) {
		uint32_t now;

		memcpy(&now, after + at, sizeof(now));
		if (memcmp(before + at, after + at, sizeof(now)) != 0)
			buf_printf(&o->text, " [%zu]=0x%x", at, now);
	}
}

/* Two words that are the address of a descriptor. */
static bool resolve_address(const struct side *s, uint32_t word, uint8_t *to)
{
	static const enum file files[] = {FILE_VFIO, FILE_OTHER_VFIO, FILE_IOMMU};
	uint64_t address;

	if (word < REF_AT_VFIO || word >= REF_END)
		return false;
	address = (uint64_t)(uintptr_t)&s->file[files[word - REF_AT_VFIO]];
	memcpy(to, &address, sizeof(address));
	return true;
}

static void resolve_words(const struct side *s, const struct word_row *row, uint8_t *to)
{
	for (size_t i = 0; i < COUNT(row->word); i++) {
		uint32_t word = side_resolve(s, row->word[i]);

		if (resolve_address(s, word, to + i * sizeof(word)))
			i++;
		else
			memcpy(to + i * sizeof(word), &word, sizeof(word));
	}
}

static void send_words(struct side *s, const struct word_row *row, struct outcome *o)
{
	uint8_t words[sizeof(row->word)];
	size_t reach = row->reach ? row->reach : row->size;
	struct ioctl_call call = {.nr = row->nr == NR_TSM_OP ? s->profile->bind_nr : row->nr,
				  .arg = reach ? area_end(s, AREA_ARG, reach) : NULL,
				  .size = reach};

	resolve_words(s, row, words);
	if (reach)
		memcpy(call.arg, words, reach);
	show_result(o, kernel_ioctl(s->k, s->file[row->file], &call));
	show_changes(o, words, call.arg, reach);
	if (o->result >= 0 && row->keep)
		memcpy(&s->id[row->keep - REF_FIRST], (uint8_t *)call.arg + row->out * sizeof(uint32_t),
		       sizeof(uint32_t));
}

static void close_file(struct side *s, enum file file, struct outcome *o)
{
	show_result(o, kernel_close(s->k, s->file[file]));
	s->file[file] = -1;
}

void perform_words(struct side *s, const void *of, struct outcome *o)
{
	const struct word_row *row = of;

	if (row->nr == NR_CLOSE)
		close_file(s, row->file, o);
	else
		send_words(s, row, o);
}

void compare_words(struct calls *c, const struct word_rows *rows)
{
	for (size_t i = 0; i < rows->count; i++)
		if (rows->row[i].nr != NR_TSM_OP || c->side[0].profile->bind_nr)
			compare(c, rows->row[i].name, rows->row[i].want, perform_words, &rows->row[i]);
}
