// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A link TSM without a platform: it registers with the kernel's own PCI/TSM core, so that the files in sysfs are the
 * kernel's, gives functions the TEE capability that QEMU does not emulate, and keeps a TDISP state for each bound one.
 */
#include <linux/err.h>
#include <linux/module.h>
#include <linux/pci-tsm.h>
#include <linux/pci.h>
#include <linux/platform_device.h>
#include <linux/slab.h>
#include <linux/tsm.h>

#include "request.h"
#include "store.h"

enum { MAX_FUNCTIONS = 8 };

/* What /sys/class/tsm/tsm0/device/driver is called on each platform. */
static const char *const platform_drivers[] = {
	[LAB_CCA] = "arm-cca-host",
	[LAB_SEV] = "ccp",
	[LAB_TDX] = "tdx-host",
};

static uint arch = LAB_CCA;
module_param(arch, uint, 0400);
MODULE_PARM_DESC(arch, "1 CCA, 2 SEV, 3 TDX");

static char *driver;
module_param(driver, charp, 0400);
MODULE_PARM_DESC(driver, "name of the platform driver; by default the architecture's");

static char *functions[MAX_FUNCTIONS];
static int function_count;
module_param_array(functions, charp, &function_count, 0400);
MODULE_PARM_DESC(functions, "PCI functions that are TEE-capable: 0000:01:00.0,...");

struct lab_tdi {
	struct pci_tdi base;
	enum lab_state state;
};

static struct pci_tsm *lab_probe_pf0(struct tsm_dev *tsm_dev, struct pci_dev *pdev)
{
	struct pci_tsm_pf0 *tsm = kzalloc(sizeof(*tsm), GFP_KERNEL);

	if (!tsm)
		return NULL;
	/* Not pci_tsm_pf0_constructor(): the device has no DOE mailbox. */
	mutex_init(&tsm->lock);
	if (!pci_tsm_link_constructor(pdev, &tsm->base_tsm, tsm_dev))
		return &tsm->base_tsm;
	kfree(tsm);
	return NULL;
}

static struct pci_tsm *lab_probe(struct tsm_dev *tsm_dev, struct pci_dev *pdev)
{
	struct pci_tsm *tsm;

	if (is_pci_tsm_pf0(pdev))
		return lab_probe_pf0(tsm_dev, pdev);
	tsm = kzalloc(sizeof(*tsm), GFP_KERNEL);
	if (tsm && pci_tsm_link_constructor(pdev, tsm, tsm_dev)) {
		kfree(tsm);
		return NULL;
	}
	return tsm;
}

static void lab_remove(struct pci_tsm *tsm)
{
	if (is_pci_tsm_pf0(tsm->pdev))
		kfree(container_of(tsm, struct pci_tsm_pf0, base_tsm));
	else
		kfree(tsm);
}

static int lab_connect(struct pci_dev *pdev)
{
	lab_log("%s connect", pci_name(pdev));
	return 0;
}

static void lab_disconnect(struct pci_dev *pdev)
{
	lab_log("%s disconnect", pci_name(pdev));
}

static struct pci_tdi *lab_bind(struct pci_dev *pdev, struct kvm *kvm, u32 tdi_id)
{
	struct lab_tdi *tdi = kzalloc(sizeof(*tdi), GFP_KERNEL);

	if (!tdi)
		return ERR_PTR(-ENOMEM);
	pci_tsm_tdi_constructor(pdev, &tdi->base, kvm, tdi_id);
	lab_log("%s bind 0x%x", pci_name(pdev), tdi_id);
	return &tdi->base;
}

static void lab_unbind(struct pci_tdi *base)
{
	lab_log("%s unbind", pci_name(base->pdev));
	kfree(container_of(base, struct lab_tdi, base));
}

static ssize_t lab_guest_req(struct pci_tdi *base, enum pci_tsm_req_scope scope, sockptr_t req_in, size_t in_len,
			     sockptr_t req_out, size_t out_len, u64 *tsm_code)
{
	struct lab_tdi *tdi = container_of(base, struct lab_tdi, base);
	const struct lab_request *r = req_in.kernel;

	if (!req_in.is_kernel || in_len != sizeof(*r))
		return -EINVAL;
	return lab_request_run(r, pci_name(base->pdev), arch, &tdi->state, tsm_code);
}

static struct pci_tsm_ops lab_ops = {
	.link_ops =
		{
			.probe = lab_probe,
			.remove = lab_remove,
			.connect = lab_connect,
			.disconnect = lab_disconnect,
			.bind = lab_bind,
			.unbind = lab_unbind,
			.guest_req = lab_guest_req,
		},
};

static int lab_platform_probe(struct platform_device *platform)
{
	struct tsm_dev *tsm = tsm_register(&platform->dev, &lab_ops);

	platform_set_drvdata(platform, tsm);
	return PTR_ERR_OR_ZERO(tsm);
}

static void lab_platform_remove(struct platform_device *platform)
{
	tsm_unregister(platform_get_drvdata(platform));
}

static struct platform_driver lab_driver = {
	.probe = lab_platform_probe,
	.remove = lab_platform_remove,
};

static struct platform_device *lab_device;

static int set_capability(const char *name, bool tee)
{
	unsigned int domain, bus, slot, function;
	struct pci_dev *pdev;

	if (sscanf(name, "%x:%x:%x.%x", &domain, &bus, &slot, &function) != 4)
		return -EINVAL;
	pdev = pci_get_domain_bus_and_slot(domain, bus, PCI_DEVFN(slot, function));
	if (!pdev)
		return -ENODEV;
	if (tee)
		pdev->devcap |= PCI_EXP_DEVCAP_TEE;
	else
		pdev->devcap &= ~PCI_EXP_DEVCAP_TEE;
	pci_dev_put(pdev);
	return 0;
}

static int set_capabilities(bool tee)
{
	int rc = 0;

	for (int i = 0; i < function_count && !rc; i++)
		rc = set_capability(functions[i], tee);
	return rc;
}

static int register_platform(void)
{
	int rc;

	lab_driver.driver.name = driver ?: platform_drivers[arch];
	rc = platform_driver_register(&lab_driver);
	if (rc)
		return rc;
	lab_device = platform_device_register_simple(lab_driver.driver.name, PLATFORM_DEVID_NONE, NULL, 0);
	if (!IS_ERR(lab_device))
		return 0;
	platform_driver_unregister(&lab_driver);
	return PTR_ERR(lab_device);
}

static int __init lab_init(void)
{
	int rc;

	if (arch < LAB_CCA || arch > LAB_TDX)
		return -EINVAL;
	rc = lab_store_init();
	if (rc)
		return rc;
	rc = set_capabilities(true) ?: register_platform();
	if (rc) {
		set_capabilities(false);
		lab_store_exit();
	}
	return rc;
}

static void __exit lab_exit(void)
{
	platform_device_unregister(lab_device);
	platform_driver_unregister(&lab_driver);
	set_capabilities(false);
	lab_store_exit();
}

module_init(lab_init);
module_exit(lab_exit);
MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("Mock link TSM for tests");
