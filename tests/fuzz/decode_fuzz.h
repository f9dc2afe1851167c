/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What every target of a decoder does with its bytes: shape, parts, record, and both sinks of the record. */
#ifndef TSMCTL_TESTS_DECODE_FUZZ_H
#define TSMCTL_TESTS_DECODE_FUZZ_H

#include <stdlib.h>
#include <string.h>

#include "decode/evidence.h"
#include "fmt/sink.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The parts of an object are all of it, in order. */
static inline void fuzz_parts(enum evidence_type type, struct bytes in)
{
	struct evidence_parts p;
	size_t i, end = 0;

	if (evidence_parts(type, in, &p))
		return;
	for (i = 0; i < p.count; i++) {
		if (p.part[i].offset != end || !p.part[i].len)
			abort();
		end += p.part[i].len;
	}
	if (end != in.len)
		abort();
	evidence_parts_free(&p);
}

static inline void fuzz_sinks(const struct record *r)
{
	static const struct text_options text = {.width = 80, .headings = true};
	static const struct envelope envelope = {"read-object", "kernel"};
	struct err e = {0};
	struct buf out = {0};

	if (text_render(r, &text, &out, &e) || json_render(r, &envelope, false, &out, &e))
		abort();
	buf_free(&out);
}

/* What has a shape is decoded; what has none is refused. */
static inline void fuzz_object(enum evidence_type type, struct bytes in, const struct evidence_context *context)
{
	const char *shape = evidence_shape(type, in);
	bool known = strcmp(shape, "unknown") && strcmp(shape, "empty");
	struct record *r = record_new();
	struct err e = {0};

	if (!r)
		return;
	if (known == (evidence_describe_in(type, in, context, record_root(r), &e) != 0))
		abort();
	if (known)
		fuzz_sinks(r);
	record_free(r);
	fuzz_parts(type, in);
}

#endif
