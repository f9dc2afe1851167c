# SPDX-License-Identifier: GPL-2.0-or-later
"""
A /sys and /dev on disk with any number of PCI functions, in the layout that Linux 7.3 has, and a command that runs another
with them in place of the machine's and with no processes but its own: what is measured is the program as it is installed.
"""
import glob
import itertools
import os

# How a function comes to its TSM. A function that is not a PF0 has no `connect`: its DSM has.
OWN, THROUGH_DSM, HELD, NONE = ("a TSM connection", "a TSM through its DSM", "a TSM connection, held by a VMM", "no TSM")
KINDS = (OWN, THROUGH_DSM, HELD, NONE)

FUNCTIONS_OF_A_BUS = 256
DEVICE_NODES = ("null", "zero", "urandom")


def _file(path, text=""):
    with open(path, "w", encoding="ascii") as f:
        f.write(text)


def _link(path, target):
    """As sysfs makes it: the target's name is part of it, also where ".." alone would lead there."""
    place, (above, last) = os.path.dirname(path), os.path.split(target)
    os.makedirs(place, exist_ok=True)
    os.symlink(os.path.join(os.path.relpath(above, place), last), path)


def name(index):
    """The function of that number: buses from 1 on, each full."""
    bus, rest = divmod(index, FUNCTIONS_OF_A_BUS)
    return f"0000:{bus + 1:02x}:{rest >> 3:02x}.{rest & 7}"


def _tsm(sys):
    device = f"{sys}/devices/platform/arm-cca-host"
    os.makedirs(f"{device}/tsm/tsm0")
    _link(f"{device}/driver", f"{sys}/bus/platform/drivers/arm-cca-host")
    _link(f"{device}/tsm/tsm0/device", device)
    _link(f"{sys}/class/tsm/tsm0", f"{device}/tsm/tsm0")


def _vfio(root, device, index):
    vfio = f"{device}/vfio-dev/vfio{index}"
    os.makedirs(vfio)
    _link(f"{vfio}/device", device)
    _link(f"{root}/sys/class/vfio-dev/vfio{index}", vfio)
    _file(f"{root}/dev/vfio/devices/vfio{index}")


def _function(root, index, kind):
    bdf = name(index)
    device = f"{root}/sys/devices/pci0000:00/0000:00:01.0/{bdf}"
    os.makedirs(device)
    for attribute, text in (("vendor", "0x1af4"), ("device", "0x1041"), ("class", "0x020000"), ("enable", "1")):
        _file(f"{device}/{attribute}", text + "\n")
    _link(f"{device}/driver", f"{root}/sys/bus/pci/drivers/vfio-pci")
    _link(f"{root}/sys/bus/pci/devices/{bdf}", device)
    if kind == NONE:
        return
    os.mkdir(f"{device}/tsm")
    _file(f"{device}/authenticated", "tsm0\n")
    _file(f"{device}/tsm/bound", "tsm0\n")
    _file(f"{device}/tsm/dsm", (name(index - index % FUNCTIONS_OF_A_BUS) if kind == THROUGH_DSM else bdf) + "\n")
    if kind != THROUGH_DSM:
        _file(f"{device}/tsm/connect", "tsm0\n")
    if kind == HELD:
        _vfio(root, device, index)


def make(root, count, kind):
    """Fills a new directory, which it returns, with that many functions of one kind."""
    for directory in ("bus/pci/drivers/vfio-pci", "bus/pci/devices", "bus/platform/drivers/arm-cca-host"):
        os.makedirs(f"{root}/sys/{directory}")
    os.makedirs(f"{root}/dev/vfio/devices")
    for node in DEVICE_NODES:
        _file(f"{root}/dev/{node}")
    _tsm(f"{root}/sys")
    for index in range(count):
        _function(root, index, kind)
    return root


def rebind(root, stop):
    """Unbinds and binds all functions in turn, until the event `stop`."""
    files = glob.glob(f"{root}/sys/devices/pci*/*/*/tsm/bound")
    for text in itertools.cycle((b"\n\n\n\n\n", b"tsm0\n")):
        if stop.wait(0.005):
            return
        for path in files:
            with open(path, "r+b", buffering=0) as f:
                f.write(text)


# A VMM as far as /proc tells: it has every VFIO device open. It closes its output when that is so.
VMM = """
import os, resource, time
resource.setrlimit(resource.RLIMIT_NOFILE, [resource.getrlimit(resource.RLIMIT_NOFILE)[1]] * 2)
for name in os.listdir("/dev/vfio/devices"):
    os.open(f"/dev/vfio/devices/{name}", os.O_RDONLY)
os.close(1)
time.sleep(3600)
"""

# $0: the directory, $1: the VMM's program, then the command. The shell is the first process of its namespace, with which the
# VMM ends.
INSTEAD = f"""
root=$0 vmm=$1
shift
mount --bind "$root/sys" /sys
for node in {' '.join(DEVICE_NODES)}; do mount --bind "/dev/$node" "$root/dev/$node"; done
mount --rbind "$root/dev" /dev
[ ! -e /sys/class/vfio-dev ] || ready=$(python3 -c "$vmm" &)
"$@"
"""


def instead(root):
    """The command that runs another with `root` for /sys and /dev, and a VMM that holds what has a VFIO device there."""
    user = [] if os.geteuid() == 0 else ["--map-root-user"]
    return ["unshare", *user, "--mount", "--pid", "--fork", "--mount-proc", "sh", "-ec", INSTEAD, root, VMM]
