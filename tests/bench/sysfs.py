# SPDX-License-Identifier: GPL-2.0-or-later
"""
A /sys on disk with any number of PCI functions, in the layout that Linux 7.3 has, and a command that runs another with it
in place of the machine's and with no processes but its own: the program that is measured is the one that is installed.
"""
import os

# How a function comes to its TSM. A function that is not a PF0 has no `connect`: its DSM has.
OWN, THROUGH_DSM, NONE = "its own TSM connection", "a TSM through its DSM", "no TSM"
KINDS = (OWN, THROUGH_DSM, NONE)

FUNCTIONS_OF_A_BUS = 256


def _file(path, text):
    with open(path, "w", encoding="ascii") as f:
        f.write(text)


def _link(path, target):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    os.symlink(os.path.relpath(target, os.path.dirname(path)), path)


def name(index):
    """The function of that number: buses from 1 on, each full."""
    bus, rest = divmod(index, FUNCTIONS_OF_A_BUS)
    return f"0000:{bus + 1:02x}:{rest >> 3:02x}.{rest & 7}"


def _tsm(root):
    device = f"{root}/devices/platform/arm-cca-host"
    os.makedirs(f"{device}/tsm/tsm0")
    _link(f"{device}/driver", f"{root}/bus/platform/drivers/arm-cca-host")
    _link(f"{device}/tsm/tsm0/device", device)
    _link(f"{root}/class/tsm/tsm0", f"{device}/tsm/tsm0")


def _function(root, index, kind):
    bdf = name(index)
    device = f"{root}/devices/pci0000:00/0000:00:01.0/{bdf}"
    os.makedirs(device)
    for attribute, text in (("vendor", "0x1af4"), ("device", "0x1041"), ("class", "0x020000"), ("enable", "1")):
        _file(f"{device}/{attribute}", text + "\n")
    _link(f"{device}/driver", f"{root}/bus/pci/drivers/vfio-pci")
    _link(f"{root}/bus/pci/devices/{bdf}", device)
    if kind == NONE:
        return
    os.mkdir(f"{device}/tsm")
    _file(f"{device}/authenticated", "tsm0\n")
    _file(f"{device}/tsm/bound", "tsm0\n")
    _file(f"{device}/tsm/dsm", name(index - index % FUNCTIONS_OF_A_BUS) + "\n" if kind == THROUGH_DSM else bdf + "\n")
    if kind == OWN:
        _file(f"{device}/tsm/connect", "tsm0\n")


def make(root, count, kind):
    """A new directory with that many functions of one kind."""
    for directory in ("bus/pci/drivers/vfio-pci", "bus/pci/devices", "bus/platform/drivers/arm-cca-host"):
        os.makedirs(f"{root}/{directory}")
    _tsm(root)
    for index in range(count):
        _function(root, index, kind)
    return root


def instead(root):
    """The command that runs another with `root` for /sys."""
    user = [] if os.geteuid() == 0 else ["--map-root-user"]
    return ["unshare", *user, "--mount", "--pid", "--fork", "--mount-proc",
            "sh", "-c", 'mount --bind "$0" /sys && exec "$@"', root]
