// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * QEMU's AMD IOMMU lacks three features without which the driver makes no nest parents. Nothing is ever translated
 * through them here, so saying that they are there is enough.
 */
#include <linux/bits.h>
#include <linux/module.h>

#include "tsmlab.h"

#define EFR_GT           BIT_ULL(4)
#define EFR_GIOSUP       BIT_ULL(48)
#define EFR2_GCR3TRPMODE BIT_ULL(3)

static int __init nest_init(void)
{
	u64 *efr = (u64 *)lab_symbol("amd_iommu_efr");
	u64 *efr2 = (u64 *)lab_symbol("amd_iommu_efr2");

	if (!efr || !efr2)
		return -ENOENT;
	*efr |= EFR_GT | EFR_GIOSUP;
	*efr2 |= EFR2_GCR3TRPMODE;
	return 0;
}

module_init(nest_init);
MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("Makes nest parents possible on QEMU's AMD IOMMU");
