// SPDX-License-Identifier: GPL-2.0-or-later
/* Subject alternative names, and the identities of a device among them. */
#include <inttypes.h>
#include <string.h>

#include "decode/certificate.h"
#include "decode/oid.h"

#define COUNT(array) (sizeof(array) / sizeof(*(array)))

/* Bytes of one name that are told; real ones have less than a hundred. */
enum { NAME_MAX_TOLD = 1024 };

/* GeneralName (RFC 5280, 4.2.1.6) by the number of its context tag. */
static const struct {
	const char *type;
	uint8_t string; /* the string type that it stands for; 0: none, its bytes are told */
} general_names[] = {
	{"otherName", 0},    {"email", DER_IA5_STRING}, {"DNS", DER_IA5_STRING}, {"x400", 0},
	{"directory", 0},    {"ediParty", 0},           {"URI", DER_IA5_STRING}, {"IP", 0},
	{"registeredID", 0},
};

/* The identities found among the names; contents of their strings. */
struct identities {
	struct span device_info;
	struct span pci;
};

void string_describe(struct node *parent, const char *key, const char *label, struct bytes in, const struct der *item)
{
	struct buf text = {0};

	if (x509_string(in, item, &text))
		node_text_buf(parent, key, label, &text);
	else
		node_null(parent, key, label);
	buf_free(&text);
}

static void note_identity(struct identities *i, const char *dotted, const struct der *value)
{
	if (!strcmp(dotted, OID_DEVICE_INFO) && !i->device_info.len)
		i->device_info = value->content;
	if (!strcmp(dotted, OID_PCI_CMA) && !i->pci.len)
		i->pci = value->content;
}

/* otherName: SEQUENCE { OID, [0] EXPLICIT value } under an implicit tag. */
static void describe_other_name(const struct certificate *c, struct node *row, struct span content,
				struct identities *found)
{
	struct der oid, tagged, value = {0};
	char dotted[OID_TEXT];

	if (!der_take(c->in, &content, DER_OID, &oid) || !der_take(c->in, &content, DER_CONTEXT_STRUCTURE, &tagged) ||
	    !der_next(c->in, &tagged.content, &value)) {
		node_null(row, "oid", NULL);
		node_null(row, "value", NULL);
		return;
	}
	der_oid_text(c->in, oid.content, dotted);
	note_identity(found, dotted, &value);
	node_text(row, "oid", NULL, dotted);
	string_describe(row, "value", NULL, c->in, &value);
}

static void describe_name(const struct certificate *c, struct node *row, const struct der *item,
			  struct identities *found)
{
	unsigned number = item->tag & 0x1f;
	bool known = (item->tag & 0xc0) == DER_CONTEXT && number < COUNT(general_names);
	struct der text = *item;

	if (known)
		node_text(row, "type", NULL, general_names[number].type);
	else
		node_textf(row, "type", NULL, "0x%02x", item->tag);
	if (item->tag == DER_CONTEXT_STRUCTURE) {
		describe_other_name(c, row, item->content, found);
	} else {
		text.tag = known ? general_names[number].string : 0;
		node_null(row, "oid", NULL);
		string_describe(row, "value", NULL, c->in, &text);
	}
	if (item->content.len <= NAME_MAX_TOLD)
		node_bytes(row, "bytes", NULL, c->in.data + item->content.offset, item->content.len);
	else
		node_null(row, "bytes", NULL);
}

/* The text of an identity, not more of it than anybody would read. */
static struct bytes identity_text(const struct certificate *c, struct span s)
{
	if (s.len > NAME_MAX_TOLD) {
		anomaly_add(&c->findings->anomalies, s.offset, "an identity of %zu bytes, of which %u are read", s.len,
			    NAME_MAX_TOLD);
		s.len = NAME_MAX_TOLD;
	}
	return (struct bytes){c->in.data + s.offset, s.len};
}

static void add_part(struct node *o, const char *key, struct bytes part)
{
	node_textn(o, key, NULL, part.data, part.len);
}

static void describe_device_info(const struct certificate *c, struct span s)
{
	struct bytes text = identity_text(c, s);
	struct device_info info;
	struct node *o;

	if (!s.len) {
		node_null(c->out, "device_info", NULL);
		return;
	}
	text_only(node_textn(c->out, NULL, "Device", text.data, text.len));
	o = node_only(node_object(c->out, "device_info", NULL), NODE_JSON_ONLY);
	node_textn(o, "text", NULL, text.data, text.len);
	if (!device_info_parse(text, &info)) {
		anomaly_add(&c->findings->anomalies, s.offset, "the device info is not Manufacturer:Product:Serial");
		info = (struct device_info){0};
	}
	add_part(o, "manufacturer", info.manufacturer);
	add_part(o, "product", info.product);
	add_part(o, "serial", info.serial);
}

/* Whether the function has, in each field that both know, what the certificate says. */
static bool same_function(const struct pci_identity *a, const struct pci_identity *b)
{
	size_t i;

	for (i = 0; i < PCI_FIELDS; i++)
		if (a->has[i] && b->has[i] && a->value[i] != b->value[i])
			return false;
	return true;
}

static void describe_match(const struct certificate *c, struct node *o, const struct pci_identity *id, size_t offset)
{
	bool same;

	if (!c->function) {
		node_null(o, "matches_function", NULL);
		return;
	}
	same = same_function(id, c->function);
	node_bool(o, "matches_function", NULL, same);
	text_only(node_text(c->out, NULL, "PCI function",
			    same ? "the same identity in its config space" : "another identity in its config space"));
	if (!same)
		anomaly_add(&c->findings->warnings, offset,
			    "the certificate is for another PCI function than the one that it came from");
}

static void describe_pci(const struct certificate *c, struct span s)
{
	struct bytes text = identity_text(c, s);
	struct pci_identity id;
	struct node *o;
	enum pci_field i;

	if (!s.len) {
		node_null(c->out, "pci_identity", NULL);
		return;
	}
	text_only(node_textn(c->out, NULL, "PCI identity", text.data, text.len));
	o = node_only(node_object(c->out, "pci_identity", NULL), NODE_JSON_ONLY);
	node_textn(o, "text", NULL, text.data, text.len);
	if (!pci_identity_parse(text, &id))
		anomaly_add(&c->findings->anomalies, s.offset, "a part of the PCI identity is not understood");
	for (i = 0; i < PCI_FIELDS; i++) {
		if (id.has[i])
			node_hex(o, pci_field_key(i), NULL, id.value[i], pci_field_digits(i));
		else
			node_null(o, pci_field_key(i), NULL);
	}
	if (id.has_serial)
		node_hex(o, "serial", NULL, id.serial, 16);
	else
		node_null(o, "serial", NULL);
	describe_match(c, o, &id, s.offset);
}

void alt_names_describe(const struct certificate *c)
{
	struct node *list = node_only(node_list(c->out, "alternative_names", NULL), NODE_JSON_ONLY);
	struct span value = c->x509->known[X509_ALT_NAME].value;
	struct identities found = {0};
	struct der sequence, item;
	size_t count;

	if (der_take(c->in, &value, DER_SEQUENCE, &sequence)) {
		for (count = 0; der_next(c->in, &sequence.content, &item); count++) {
			if (!element_fits(c, count, item.whole.offset, "alternative names"))
				break;
			describe_name(c, node_object(list, NULL, NULL), &item, &found);
		}
	}
	describe_device_info(c, found.device_info);
	describe_pci(c, found.pci);
}
