// SPDX-License-Identifier: GPL-2.0-or-later
#include "cmd/surroundings.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "cmd/file.h"
#include "decode/measurements.h"
#include "tdi/config.h"

_Static_assert((int)EVIDENCE_BARS == (int)PCI_BARS, "a BAR is a BAR");

static void read_identity(struct pci_identity *id, struct kernel *k, const char *bdf)
{
	static const char *const attributes[PCI_FIELDS] = {
		[PCI_VENDOR] = "vendor",
		[PCI_DEVICE] = "device",
		[PCI_CLASS] = "class",
		[PCI_REVISION] = "revision",
		[PCI_SUBSYSTEM_VENDOR] = "subsystem_vendor",
		[PCI_SUBSYSTEM] = "subsystem_device",
	};
	size_t i;

	for (i = 0; i < PCI_FIELDS; i++)
		id->has[i] = config_number(k, bdf, attributes[i], &id->value[i]);
}

static void read_bars(struct evidence_bar out[EVIDENCE_BARS], struct kernel *k, const char *bdf)
{
	struct pci_bar bars[PCI_BARS];
	size_t i;

	config_bars(k, bdf, bars);
	for (i = 0; i < PCI_BARS; i++)
		out[i] = (struct evidence_bar){.start = bars[i].start, .size = bars[i].size};
}

static struct bytes copy_of(const struct evidence_set *set, int type)
{
	return (struct bytes){set->object[type].data, set->object[type].len};
}

/* What was negotiated, and the chain of the slot that signed, unless the measurements have it in them. */
static void read_peers(struct surroundings *s, struct access *a, const char *bdf, struct bytes object)
{
	int slot = measurements_slot(evidence_payload(EV_MEASUREMENTS, object));
	int chain = EV_CERT0 + (slot >= 0 && slot <= EV_CERT7 ? slot : 0);
	struct evidence_query q = {.device = bdf, .mask = 1u << EV_VCA | 1u << chain};
	struct evidence_sink sink = evidence_set_sink(&s->peers);
	struct err ignored = {0};

	/* The cache answers for nothing; each request of the ioctl would go to the TSM, and nobody asked for it. */
	if (slot < 0 || a->channel != CHANNEL_NETLINK || access_read(a, &q, &sink, &ignored))
		return;
	s->context.vca = copy_of(&s->peers, EV_VCA);
	s->context.chain = copy_of(&s->peers, chain);
}

void surroundings_read(struct surroundings *s, struct context *c, struct access *a, const char *bdf,
		       enum evidence_type type, struct bytes object)
{
	if (type == EV_MEASUREMENTS)
		read_peers(s, a, bdf, object);
	if (!bdf[0])
		return;
	if (type == EV_REPORT)
		read_bars(s->function.bar, c->kernel, bdf);
	else if (type <= EV_CERT7)
		read_identity(&s->function.identity, c->kernel, bdf);
	s->context.function = &s->function;
}

static int load(const char *path, uint8_t **data, struct bytes *out, struct err *e)
{
	if (!path)
		return 0;
	if (file_read(path, EV_MAX_OBJECT_SIZE, data, &out->len, e))
		return -1;
	out->data = *data;
	return 0;
}

int surroundings_load(struct surroundings *s, struct context *c)
{
	if (load(c->opt->vca, &s->vca, &s->context.vca, c->err) ||
	    load(c->opt->certs, &s->chain, &s->context.chain, c->err))
		return -1;
	s->context.vca = evidence_payload(EV_VCA, s->context.vca);
	s->context.chain = evidence_payload(EV_CERT0, s->context.chain);
	return 0;
}

static bool make_fingerprint(const struct evidence_fingerprinter *f, struct bytes der, uint8_t out[FINGERPRINT_SIZE])
{
	const struct surroundings *s = (const void *)((const char *)f - offsetof(struct surroundings, fingerprinter));
	uint8_t digest[HASH_MAX];

	if (!s->module.crypto || s->module.crypto->digest(HASH_SHA256, &der, 1, digest) != FINGERPRINT_SIZE)
		return false;
	memcpy(out, digest, FINGERPRINT_SIZE);
	return true;
}

void surroundings_fingerprint(struct surroundings *s)
{
	module_open(&s->module);
	s->fingerprinter = (struct evidence_fingerprinter){
		.make = make_fingerprint,
		.missing = s->module.crypto ? NULL : s->module.why,
	};
	s->context.fingerprinter = &s->fingerprinter;
}

void surroundings_free(struct surroundings *s)
{
	evidence_set_free(&s->peers);
	free(s->vca);
	free(s->chain);
}
