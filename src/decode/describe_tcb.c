// SPDX-License-Identifier: GPL-2.0-or-later
/* TcbInfo of TCG's DICE Attestation Architecture: what a layer of firmware says about the one that it started. */
#include <inttypes.h>

#include "decode/certificate.h"
#include "decode/oid.h"

#define COUNT(array) (sizeof(array) / sizeof(*(array)))

/* Numbers of the context tags. */
enum {
	TCB_VENDOR,
	TCB_MODEL,
	TCB_VERSION,
	TCB_SVN,
	TCB_LAYER,
	TCB_INDEX,
	TCB_FWIDS,
	TCB_FLAGS,
	TCB_VENDOR_INFO,
	TCB_TYPE,
	TCB_FIELDS
};

static const struct {
	const char *key;
	const char *label;
} texts[] = {{"vendor", "TCB vendor"}, {"model", "TCB model"}, {"version", "TCB version"}},
  numbers[] = {{"svn", "TCB SVN"}, {"layer", "TCB layer"}, {"index", "TCB index"}};

static const struct {
	const char *name;
	bool warn;
} flags[] = {
	{"not configured", true},
	{"not secure", true},
	{"recovery", true},
	{"debug", true},
	{"not replay protected", false},
	{"not integrity protected", false},
	{"not runtime measured", false},
	{"not immutable", false},
	{"not TCB", false},
	{"fixed width", false},
};

/* Finds the fields of one TcbInfo; those that are absent have an empty `whole`. */
static void find_fields(struct bytes in, struct span rest, struct der found[TCB_FIELDS])
{
	struct der item;
	unsigned number;

	while (der_next(in, &rest, &item)) {
		number = item.tag & 0x1f;
		if ((item.tag & 0xc0) == DER_CONTEXT && number < TCB_FIELDS && !found[number].whole.len)
			found[number] = item;
	}
}

static void describe_texts(const struct certificate *c, struct node *o, struct der found[TCB_FIELDS])
{
	size_t i;

	for (i = 0; i < COUNT(texts); i++) {
		struct der text = found[TCB_VENDOR + i];

		text.tag = text.whole.len ? DER_UTF8_STRING : 0;
		string_describe(o, texts[i].key, texts[i].label, c->in, &text);
	}
}

static void describe_numbers(const struct certificate *c, struct node *o, struct der found[TCB_FIELDS])
{
	uint64_t value;
	size_t i;

	for (i = 0; i < COUNT(numbers); i++) {
		if (der_number(c->in, found[TCB_SVN + i].content, &value))
			node_count(o, numbers[i].key, numbers[i].label, value);
		else
			node_null(o, numbers[i].key, NULL);
	}
}

static void describe_fwid(const struct certificate *c, struct node *list, struct span content)
{
	struct node *row = node_object(list, NULL, NULL);
	char dotted[OID_TEXT];
	struct der oid, digest;
	const char *name;
	struct buf text = {0};

	if (!der_take(c->in, &content, DER_OID, &oid) || !der_take(c->in, &content, DER_OCTET_STRING, &digest)) {
		anomaly_add(&c->findings->anomalies, content.offset, "a FWID is not an algorithm and a digest");
		return;
	}
	der_oid_text(c->in, oid.content, dotted);
	name = oid_name(OID_HASH, dotted);
	json_only(node_text(row, "algorithm", NULL, name ? name : dotted));
	json_only(node_bytes(row, "digest", NULL, c->in.data + digest.content.offset, digest.content.len));
	buf_printf(&text, "%s ", name ? name : dotted);
	hex_words(&text, c->in, digest.content, HEX_FIELD_WORD);
	text_only(node_text_buf(row, NULL, "FWID", &text));
}

static void describe_fwids(const struct certificate *c, struct node *o, struct span rest)
{
	struct node *list = node_list(o, "fwids", NULL);
	struct der item;
	size_t count;

	for (count = 0; der_take(c->in, &rest, DER_SEQUENCE, &item); count++) {
		if (!element_fits(c, count, item.whole.offset, "FWIDs"))
			break;
		describe_fwid(c, list, item.content);
	}
}

static void describe_flags(const struct certificate *c, struct node *o, const struct der *item)
{
	uint32_t set = der_bits(c->in, item->content);
	struct node *list;
	size_t i;

	if (!item->whole.len) {
		node_null(o, "flags", NULL);
		return;
	}
	list = node_list(o, "flags", "TCB flags");
	for (i = 0; i < 32; i++) {
		if (!(set & UINT32_C(1) << i))
			continue;
		if (i < COUNT(flags))
			node_text(list, NULL, NULL, flags[i].name);
		else
			node_textf(list, NULL, NULL, "bit %zu", i);
		if (i < COUNT(flags) && flags[i].warn)
			anomaly_add(&c->findings->warnings, item->whole.offset, "DICE TCB: %s", flags[i].name);
	}
}

static void describe_rest(const struct certificate *c, struct node *o, struct der found[TCB_FIELDS])
{
	static const char *const keys[] = {"vendor_info", "type"};
	size_t i;

	for (i = 0; i < COUNT(keys); i++) {
		struct span s = found[TCB_VENDOR_INFO + i].content;

		if (s.len)
			node_bytes(o, keys[i], NULL, c->in.data + s.offset, s.len);
		else
			node_null(o, keys[i], NULL);
	}
}

static void describe_tcb(const struct certificate *c, struct node *list, struct span content)
{
	struct der found[TCB_FIELDS] = {0};
	struct node *o = node_object(list, NULL, NULL);

	find_fields(c->in, content, found);
	describe_texts(c, o, found);
	describe_numbers(c, o, found);
	describe_fwids(c, o, found[TCB_FWIDS].content);
	describe_flags(c, o, &found[TCB_FLAGS]);
	describe_rest(c, o, found);
}

void tcb_info_describe(const struct certificate *c)
{
	struct node *list = node_list(c->out, "tcb_info", NULL);
	struct span one = c->x509->known[X509_TCB_INFO].value, many = c->x509->known[X509_TCB_INFO_LIST].value;
	struct der item, entry;
	size_t count;

	if (der_take(c->in, &one, DER_SEQUENCE, &item))
		describe_tcb(c, list, item.content);
	if (!der_take(c->in, &many, DER_SEQUENCE, &item))
		return;
	for (count = 0; der_take(c->in, &item.content, DER_SEQUENCE, &entry); count++) {
		if (!element_fits(c, count, entry.whole.offset, "TCBs"))
			break;
		describe_tcb(c, list, entry.content);
	}
}
