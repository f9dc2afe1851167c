// SPDX-License-Identifier: GPL-2.0-or-later
#include <inttypes.h>
#include <string.h>

#include "decode/registry.h"
#include "decode/value.h"
#include "fmt/escape.h"

#define COUNT(array) (sizeof(array) / sizeof(*(array)))

enum {
	TYPE_MANIFEST = 4,
	TYPE_DEVICE_MODE = 5,
	TYPE_VERSION = 6,
	TYPE_SVN = 7,
	TYPE_STRUCTURED = 10,
	SVN_SIZE = 8,
	DEVICE_MODE_SIZE = 16,
	HEX_SHOWN = 64,            /* bytes of a raw value in text, of 65535 possible ones */
	TEXT_SHOWN = 1024,         /* the same for a value that is text */
	VALUES_TOLD = 1024 * 1024, /* bytes of values in one document */
	MODES_TOLD = 64,           /* device modes of one document that are told bit by bit */
};

static const struct column value_columns[] = {
	{"message", "MESSAGE", true, false},
	{"index", "INDEX", false, false},
	{"value", "VALUE", false, true},
};

static const char *const operational_bits[] = {"manufacturing", "validation", "normal",
					       "recovery",      "RMA",        "decommissioned"};
static const char *const mode_bits[] = {
	"non-invasive debug active",
	"invasive debug active",
	"non-invasive debug was active since reset",
	"invasive debug was active since reset",
	"invasive debug was active after manufacturing",
};

enum { OPERATIONAL_NORMAL = 1 << 2 };

/* The four words of a device mode. */
static const struct mode_word {
	const char *key;
	const char *const *bits;
	size_t count;
} mode_words[] = {
	{"operational_capabilities", operational_bits, COUNT(operational_bits)},
	{"operational_state", operational_bits, COUNT(operational_bits)},
	{"device_mode_capabilities", mode_bits, COUNT(mode_bits)},
	{"device_mode_state", mode_bits, COUNT(mode_bits)},
};

enum { WORD_OPERATIONAL_STATE = 1, WORD_MODE_STATE = 3 };

struct node *value_table(struct node *decoded)
{
	return node_only(node_table(decoded, "values", NULL, value_columns, COUNT(value_columns)), NODE_TEXT_ONLY);
}

static uint32_t mode_word(struct bytes in, const struct measurement_block *b, size_t i)
{
	return le32(in.data + b->value.offset + i * sizeof(uint32_t));
}

static void describe_word(struct node *mode, const struct mode_word *w, uint32_t value)
{
	struct node *o = node_object(mode, w->key, NULL), *list;
	unsigned bit;

	node_hex(o, "raw", NULL, value, 8);
	list = node_list(o, "names", NULL);
	for (bit = 0; bit < 32; bit++) {
		if (!(value >> bit & 1))
			continue;
		if (bit < w->count)
			node_text(list, NULL, NULL, w->bits[bit]);
		else
			node_textf(list, NULL, NULL, "bit %u", bit);
	}
}

static void mode_text(struct buf *out, const struct mode_word *w, uint32_t value)
{
	const char *separator = "";
	unsigned bit;

	for (bit = 0; bit < 32; bit++) {
		if (!(value >> bit & 1))
			continue;
		buf_text(out, separator);
		if (bit < w->count)
			buf_text(out, w->bits[bit]);
		else
			buf_printf(out, "bit %u", bit);
		separator = ", ";
	}
	if (!value)
		buf_text(out, "none");
}

static void warn_of_mode(struct value_sink *s, const struct measurement_block *b)
{
	uint32_t operational = mode_word(s->in, b, WORD_OPERATIONAL_STATE), mode = mode_word(s->in, b, WORD_MODE_STATE);
	struct anomalies *warnings = &s->findings->warnings;
	struct buf state = {0};
	unsigned bit;

	for (bit = 0; bit < 32; bit++) {
		if (!(mode >> bit & 1))
			continue;
		if (bit < COUNT(mode_bits))
			anomaly_add(warnings, b->value.offset, "device mode: %s", mode_bits[bit]);
		else
			anomaly_add(warnings, b->value.offset, "device mode: bit %u is set", bit);
	}
	if (operational == OPERATIONAL_NORMAL)
		return;
	mode_text(&state, &mode_words[WORD_OPERATIONAL_STATE], operational);
	anomaly_add(warnings, b->value.offset, "operational state: %s", state.failed ? "not normal" : state.data);
	buf_free(&state);
}

/* Whether the bits of one more device mode are told; it has a hundred fields. */
static bool mode_fits(struct value_sink *s, const struct measurement_block *b)
{
	struct findings *f = s->findings;

	if (f->modes == MODES_TOLD)
		anomaly_limit(&f->anomalies, b->value.offset, "device modes from here on are told as bytes: %u are not",
			      MODES_TOLD);
	return f->modes++ < MODES_TOLD;
}

static void describe_mode(struct value_sink *s, struct node *row, const struct measurement_block *b, struct buf *text)
{
	struct node *mode = node_object(row, "device_mode", NULL);
	size_t i;

	for (i = 0; i < COUNT(mode_words); i++)
		describe_word(mode, &mode_words[i], mode_word(s->in, b, i));
	buf_text(text, "state: ");
	mode_text(text, &mode_words[WORD_OPERATIONAL_STATE], mode_word(s->in, b, WORD_OPERATIONAL_STATE));
	buf_text(text, "; debug: ");
	mode_text(text, &mode_words[WORD_MODE_STATE], mode_word(s->in, b, WORD_MODE_STATE));
	buf_printf(text, "; possible are states 0x%02" PRIx32 ", debug 0x%02" PRIx32, mode_word(s->in, b, 0),
		   mode_word(s->in, b, 2));
	warn_of_mode(s, b);
}

/* Without the zeros at its end; empty if the value is no text. */
static struct span value_text_span(struct bytes in, const struct measurement_block *b)
{
	const struct span none = {b->value.offset, 0};
	struct span s = b->value, rest;
	uint32_t character;
	size_t len;

	while (s.len && !in.data[s.offset + s.len - 1])
		s.len--;
	for (rest = s; rest.len; span_take(&rest, len)) {
		len = utf8_decode(in.data + rest.offset, rest.len, &character);
		if (!len || (character < 0x20 && character != '\n' && character != '\t') || character == 0x7f)
			return none;
	}
	return s;
}

static void hex_text(struct buf *text, struct bytes in, struct span s)
{
	struct span shown = {s.offset, s.len < HEX_SHOWN ? s.len : HEX_SHOWN};

	hex_words(text, in, shown, HEX_TABLE_WORD);
	if (shown.len < s.len)
		buf_printf(text, " ... (%zu bytes)", s.len);
}

static void raw_text(struct buf *text, struct bytes in, const struct measurement_block *b)
{
	struct span s = value_text_span(in, b);

	if (!s.len) {
		hex_text(text, in, b->value);
		return;
	}
	buf_char(text, '"');
	buf_add(text, in.data + s.offset, s.len < TEXT_SHOWN ? s.len : TEXT_SHOWN);
	buf_text(text, s.len < TEXT_SHOWN ? "\"" : "\" ...");
}

/* False if there is no whole header; then it is told as bytes. */
static bool describe_manifest(struct value_sink *s, struct node *row, const struct measurement_block *b,
			      struct buf *text)
{
	struct span rest = b->value;
	struct vendor_id vendor;
	struct node *o;

	if (!vendor_id_take(s->in, &rest, &vendor)) {
		anomaly_add(&s->findings->anomalies, b->value.offset, "a structured manifest without its header");
		return false;
	}
	o = node_object(row, "manifest", NULL);
	vendor_id_describe(o, s->in, &vendor);
	node_count(o, "offset", NULL, rest.offset);
	node_size(o, "size", NULL, rest.len);
	vendor_id_text(s->in, &vendor, text);
	buf_printf(text, ", %zu bytes: ", rest.len);
	hex_text(text, s->in, rest);
	return true;
}

static void describe_svn(struct value_sink *s, struct node *row, const struct measurement_block *b, struct buf *text)
{
	uint64_t svn = le64(s->in.data + b->value.offset);

	node_count(row, "svn", NULL, svn);
	buf_printf(text, "%" PRIu64, svn);
}

/* The raw value of a type that this version names; what has the wrong size is told as bytes. */
static bool is_raw(const struct measurement_block *b, uint8_t version, uint8_t type)
{
	return b->dmtf && b->raw && b->type == type && measurement_type_name(type, version);
}

static void check_size(struct value_sink *s, const struct measurement_block *b, uint8_t type, size_t size)
{
	if (b->type == type && b->value.len != size)
		anomaly_add(&s->findings->anomalies, b->value.offset,
			    "block 0x%02x: %zu bytes, where it should have %zu", b->index, b->value.len, size);
}

static void describe_raw(struct value_sink *s, struct node *row, const struct measurement_block *b, uint8_t version,
			 struct buf *text)
{
	bool svn = is_raw(b, version, TYPE_SVN), mode = is_raw(b, version, TYPE_DEVICE_MODE);
	bool manifest = is_raw(b, version, TYPE_STRUCTURED);

	if (svn)
		check_size(s, b, TYPE_SVN, SVN_SIZE);
	if (mode)
		check_size(s, b, TYPE_DEVICE_MODE, DEVICE_MODE_SIZE);
	if (svn && b->value.len == SVN_SIZE)
		describe_svn(s, row, b, text);
	else
		node_null(row, "svn", NULL);
	if (mode && b->value.len == DEVICE_MODE_SIZE && mode_fits(s, b))
		describe_mode(s, row, b, text);
	else
		node_null(row, "device_mode", NULL);
	if (!manifest || !describe_manifest(s, row, b, text))
		node_null(row, "manifest", NULL);
	if (!text->len)
		raw_text(text, s->in, b);
}

/* Null where the algorithm is not known. A digest of another size than it has is an anomaly. */
static const char *digest_algorithm(struct value_sink *s, const struct measurement_block *b)
{
	const char *name = spdm_selected_name(s->algorithms, ALG_MEASUREMENT_HASH);
	size_t size = spdm_digest_size(s->algorithms, ALG_MEASUREMENT_HASH);

	if (!b->dmtf || b->raw || !size)
		return NULL;
	if (size == b->value.len)
		return name;
	anomaly_add(&s->findings->anomalies, b->value.offset, "block 0x%02x: a digest of %zu bytes, where %s has %zu",
		    b->index, b->value.len, name, size);
	return NULL;
}

static void describe_digest(struct value_sink *s, struct node *row, const struct measurement_block *b, struct buf *text)
{
	const char *name = digest_algorithm(s, b);

	json_only(node_text(row, "digest_algorithm", NULL, name));
	if (!b->dmtf || b->raw)
		return;
	if (name)
		buf_printf(text, "%s ", name);
	hex_text(text, s->in, b->value);
}

static void describe_bytes(struct value_sink *s, struct node *row, const struct measurement_block *b)
{
	struct span text = value_text_span(s->in, b);
	bool fits = b->value.len <= VALUES_TOLD - s->told;

	if (!fits)
		anomaly_limit(&s->findings->anomalies, b->value.offset, "values beyond %u bytes are left out",
			      VALUES_TOLD);
	/* Once one is left out, all later ones are. */
	s->told = fits ? s->told + b->value.len : VALUES_TOLD;
	if (fits)
		node_bytes(row, "value", NULL, s->in.data + b->value.offset, b->value.len);
	else
		node_null(row, "value", NULL);
	if (fits && text.len && b->dmtf && b->raw)
		node_textn(row, "text", NULL, s->in.data + text.offset, text.len);
	else
		node_null(row, "text", NULL);
}

void value_describe(struct value_sink *s, struct node *row, const struct measurement_block *b, uint8_t version)
{
	struct node *line = node_object(s->table, NULL, NULL);
	struct buf text = {0};

	describe_digest(s, row, b, &text);
	describe_bytes(s, row, b);
	describe_raw(s, row, b, version, &text);
	if (s->message)
		node_count(line, "message", NULL, s->message);
	node_hex(line, "index", NULL, b->index, 2);
	node_text_buf(line, "value", NULL, &text);
}
