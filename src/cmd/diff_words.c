// SPDX-License-Identifier: GPL-2.0-or-later
#include "cmd/diff_words.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "decode/measurements.h"
#include "decode/report.h"
#include "util/buf.h"

/* Digests are told in words, where a line may be folded. */
enum { SHOWN = 8, ONE_SIDE = 400, WORD = 8 };

/* The first bytes in hex. */
static void write_bytes(struct bytes b, struct buf *out)
{
	buf_hex(out, b.data, b.len < SHOWN ? b.len : SHOWN);
	if (b.len > SHOWN)
		buf_printf(out, "... (%zu bytes)", b.len);
}

static void write_block(struct bytes b, const struct crypto *crypto, struct buf *out)
{
	struct span record = {0, b.len};
	struct measurement_block block;
	const char *type = NULL;
	struct bytes value;

	(void)crypto;
	if (!measurement_block_next(b, &record, &block)) {
		write_bytes(b, out);
		return;
	}
	value = (struct bytes){b.data + block.value.offset, block.value.len};
	if (block.dmtf)
		type = measurement_type_name(block.type, 0);
	if (type)
		buf_printf(out, "%s, ", type);
	if (block.raw && value.len == sizeof(uint64_t))
		buf_printf(out, "%" PRIu64, le64(value.data));
	else
		write_bytes(value, out);
}

static void write_certificate(struct bytes b, const struct crypto *crypto, struct buf *out)
{
	uint8_t digest[HASH_MAX];
	struct certificate c;
	char why[CRYPTO_WHY];
	size_t len = crypto ? crypto->digest(HASH_SHA256, &b, 1, digest) : 0;

	if (crypto && b.len <= CRYPTO_CERTIFICATES_MAX && crypto->certificate(b, &c, why))
		buf_printf(out, "\"%s\" (%s), ", c.device_info[0] ? c.device_info : c.subject, c.key);
	buf_printf(out, "%zu bytes", b.len);
	if (len)
		buf_text(out, ", SHA-256");
	for (size_t i = 0; i < len; i += WORD) {
		buf_char(out, ' ');
		buf_hex(out, digest + i, WORD);
	}
}

static void write_range(struct bytes b, const struct crypto *crypto, struct buf *out)
{
	const struct tdisp_report r = {.ranges = {0, b.len}};
	struct report_range range;
	uint64_t address;

	(void)crypto;
	if (b.len != REPORT_RANGE_SIZE) {
		write_bytes(b, out);
		return;
	}
	range = report_range_at(b, &r, 0);
	if (report_range_address(&range, &address))
		buf_printf(out, "0x%016" PRIx64, address);
	else
		buf_printf(out, "page 0x%" PRIx64, range.first_page);
	buf_printf(out, ", %" PRIu32 " pages of 4 KiB, attributes 0x%04x, id %u", range.pages, range.attributes,
		   range.id);
}

/* Parts that have words of their own, by the beginning of their name. */
static const struct {
	const char *part;
	void (*write)(struct bytes b, const struct crypto *crypto, struct buf *out);
} writers[] = {
	{"block ", write_block},
	{"certificate ", write_certificate},
	{"range ", write_range},
};

static void write_part(const char *part, struct bytes b, const struct crypto *crypto, struct buf *out)
{
	for (size_t i = 0; i < sizeof(writers) / sizeof(writers[0]); i++) {
		if (strncmp(part, writers[i].part, strlen(writers[i].part)) != 0)
			continue;
		writers[i].write(b, crypto, out);
		return;
	}
	write_bytes(b, out);
}

void diff_words(const struct part_change *change, const struct crypto *crypto, char out[DIFF_WORDS])
{
	struct buf was = {0}, is = {0};

	buf_text(&was, "");
	buf_text(&is, "");
	if (change->kind != CHANGE_NEW)
		write_part(change->part, change->was, crypto, &was);
	if (change->kind != CHANGE_GONE)
		write_part(change->part, change->is, crypto, &is);
	if (was.failed || is.failed)
		snprintf(out, DIFF_WORDS, "out of memory");
	else
		snprintf(out, DIFF_WORDS, "%.*s%s%.*s", ONE_SIDE, was.data,
			 change->kind == CHANGE_CHANGED ? " -> " : "", ONE_SIDE, is.data);
	buf_free(&was);
	buf_free(&is);
}
