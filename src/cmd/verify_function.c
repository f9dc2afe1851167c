// SPDX-License-Identifier: GPL-2.0-or-later
/* Whether the device that a certificate names is the PCI function at hand. */
#include <stdio.h>

#include "cmd/verify.h"
#include "util/num.h"

/* One attribute of a function as a number. */
static bool read_attribute(struct kernel *k, const char *bdf, const char *name, uint64_t max, uint64_t *out)
{
	char path[96], text[32];

	snprintf(path, sizeof(path), "/sys/bus/pci/devices/%s/%s", bdf, name);
	return platform_attribute(k, path, text, sizeof(text)) == 0 && num_parse(text, max, out);
}

static bool read_identity(struct kernel *k, const char *bdf, struct function_identity *id)
{
	uint64_t vendor, device, class, revision, subsystem_vendor, subsystem_device;

	if (!read_attribute(k, bdf, "vendor", UINT16_MAX, &vendor) ||
	    !read_attribute(k, bdf, "device", UINT16_MAX, &device) ||
	    !read_attribute(k, bdf, "class", 0xffffff, &class) ||
	    !read_attribute(k, bdf, "revision", UINT8_MAX, &revision))
		return false;
	*id = (struct function_identity){
		(uint16_t)vendor, (uint16_t)device, (uint32_t) class, (uint8_t)revision, false, 0, 0};
	id->has_subsystem = read_attribute(k, bdf, "subsystem_vendor", UINT16_MAX, &subsystem_vendor) &&
			    read_attribute(k, bdf, "subsystem_device", UINT16_MAX, &subsystem_device);
	if (id->has_subsystem) {
		id->subsystem_vendor = (uint16_t)subsystem_vendor;
		id->subsystem_device = (uint16_t)subsystem_device;
	}
	return true;
}

int verify_function(struct context *c, const struct subject *s, struct verification *v)
{
	struct function_identity id;
	struct pci_function f;
	const char *bdf;

	if (!s->target.bdf[0])
		return 0;
	if (platform_function(c->kernel, s->target.bdf, &f, c->err))
		return -1;
	bdf = f.dsm[0] ? f.dsm : f.bdf;
	if (read_identity(c->kernel, bdf, &id))
		verify_identity(v, &id);
	else
		checks_add(&v->checks, "identity", RESULT_INCOMPLETE, "the identity of %s cannot be read from sysfs",
			   bdf);
	return 0;
}
