// SPDX-License-Identifier: GPL-2.0-or-later
#include "verify/verify.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "util/text.h"

/* Of the leaf's key, whatever its algorithm; 0 where the leaf is not known. */
static size_t signature_size(const struct verification *v)
{
	const struct certificate *leaf = verification_leaf(v);
	const struct signature_algorithm *a = leaf ? algorithm_of_key(leaf, 0) : NULL;

	return a ? a->size : 0;
}

int verify_evidence(const struct verify_input *in, struct verification *v, struct err *e)
{
	struct transcript_input objects = {
		.vca = in->vca,
		.request = in->request,
		.measurements = in->measurements,
	};

	*v = (struct verification){0};
	if (certificates_read(in, v, e))
		return -1;
	objects.signature_size = signature_size(v);
	if (transcript_build(&objects, &v->transcript))
		return err_oom(e);
	certificates_check(in, v);
	signature_check(in, v);
	return v->checks.failed ? err_oom(e) : 0;
}

void verification_free(struct verification *v)
{
	checks_free(&v->checks);
	transcript_free(&v->transcript);
	free(v->chain.info);
	v->chain.info = NULL;
	v->chain.count = 0;
}

/* "Vendor=1B36:Device=00C0:CC=010802:REV=01[:SSVID=1AF4:SSID=1100]", without the serial number that may follow. */
static void write_name(const struct function_identity *id, bool subsystem, char *out, size_t cap)
{
	int len = snprintf(out, cap, "Vendor=%04X:Device=%04X:CC=%06X:REV=%02X", id->vendor, id->device, id->class,
			   id->revision);

	if (subsystem)
		snprintf(out + len, cap - (size_t)len, ":SSVID=%04X:SSID=%04X", id->subsystem_vendor,
			 id->subsystem_device);
}

/* True if `name` is `want`, or goes on with another part behind a colon. */
static bool name_is(const char *name, const char *want, size_t len)
{
	return text_begins_alike(name, want, len) && (name[len] == '\0' || name[len] == ':');
}

static bool names_subsystem(const char *name)
{
	static const char key[] = ":SSVID=";

	while (*name && !text_begins_alike(name, key, sizeof(key) - 1))
		name++;
	return *name;
}

void verify_identity(struct verification *v, const struct function_identity *id)
{
	const struct certificate *leaf = verification_leaf(v);
	char want[96];
	bool subsystem;

	if (!leaf)
		return;
	if (!leaf->cma_name[0]) {
		checks_add(&v->checks, "identity", RESULT_NOTE, "the leaf names no PCI function (CMA, PCIe 6.1)");
		return;
	}
	subsystem = names_subsystem(leaf->cma_name);
	if (subsystem && !id->has_subsystem) {
		checks_add(&v->checks, "identity", RESULT_INCOMPLETE, "the function's subsystem ids cannot be read");
		return;
	}
	write_name(id, subsystem, want, sizeof(want));
	if (name_is(leaf->cma_name, want, strlen(want)))
		checks_add(&v->checks, "identity", RESULT_PASS, "the leaf names this PCI function: %s", leaf->cma_name);
	else
		checks_add(&v->checks, "identity", RESULT_FAIL, "the leaf names \"%s\", the function is \"%s\"",
			   leaf->cma_name, want);
}
