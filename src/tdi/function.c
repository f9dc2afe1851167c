// SPDX-License-Identifier: GPL-2.0-or-later
#include "tdi/function.h"

int function_capable(struct kernel *k, const char *bdf, struct pci_function *f, struct err *e)
{
	if (platform_function(k, bdf, f, e))
		return -1;
	if (f->capable)
		return 0;
	err_object(e, "%s", bdf);
	err_set(e, ERR_UNSUPPORTED, "NOTSM",
		"the function has no TSM: it is not TEE-capable, or no TSM driver is loaded");
	err_hint(e, "'tsmctl list' shows the functions that have one, 'tsmctl doctor' what this kernel can do.");
	return -1;
}

int function_connected(struct kernel *k, const char *bdf, struct pci_function *f, struct err *e)
{
	if (function_capable(k, bdf, f, e))
		return -1;
	if (f->connected[0])
		return 0;
	err_object(e, "%s", bdf);
	err_set(e, ERR_STATE, "ENXIO", "the function is not connected to a TSM");
	err_hint(e, "Connect it: echo tsm0 > /sys/bus/pci/devices/%s/tsm/connect", f->dsm[0] ? f->dsm : bdf);
	return -1;
}
