# SPDX-License-Identifier: GPL-2.0-or-later
"""16 MiB of evidence over the netlink of a real kernel: boots the kernel lab of tests/kernel with bench.sh for its test."""
import os
import shutil
import subprocess

from measure import HERE, Failed, compiled, numbers, run

KERNEL = os.path.join(HERE, "..", "kernel")
VALGRIND = "/usr/libexec/valgrind/callgrind-amd64-linux"

# The guest's clock. By instructions it advances by a nanosecond with each: what else the host has to do is not measured.
# By time it is the host's, and what takes time is the emulation.
CLOCKS = {"instructions": ("-icount", "shift=0,sleep=off"), "time": ()}

# What bench.sh finds out.
NAMES = {"instructions", *(f"{who}_{unit}" for who in ("tsmctl", "lean", "tsmctl_empty", "lean_empty", "start")
                           for unit in ("us", "kib"))}


def _add_to_guest(lab):
    """A second archive behind the lab's own: the kernel unpacks both."""
    root = f"{lab}/bench-root"
    shutil.rmtree(root, ignore_errors=True)
    for directory in ("bin", "guest", "etc"):
        os.makedirs(f"{root}/{directory}")
    for program in ("lean-reader", "race"):
        compiled(program, f"{root}/bin")
    shutil.copy(VALGRIND, f"{root}/bin/callgrind")
    shutil.copy(f"{HERE}/bench.sh", f"{root}/guest/bench.sh")
    run(["ldconfig", "-r", f"{lab}/root", "-C", "/etc/ld.so.cache"])  # as every installed system has
    shutil.move(f"{lab}/root/etc/ld.so.cache", f"{root}/etc/ld.so.cache")
    files = run(["find", ".", "-print"], cwd=root)
    archive = subprocess.run(["cpio", "--quiet", "-o", "-H", "newc", "-R", "0:0"], cwd=root, input=files,
                             stdout=subprocess.PIPE, check=True).stdout
    with open(f"{lab}/bench.cpio", "wb") as out, open(f"{lab}/initramfs.cpio", "rb") as first:
        shutil.copyfileobj(first, out)
        out.write(archive)


def _boot(lab, clock, environment):
    said = run([f"{KERNEL}/run-lab", "bench", "-initrd", f"{lab}/bench.cpio", *CLOCKS[clock]], env=environment)
    found = numbers(said.decode())
    if NAMES - found.keys():
        raise Failed(f"the lab's bench.sh did not find out: {', '.join(sorted(NAMES - found.keys()))}")
    return found


def evidence(build, tsmctl):
    """What bench.sh found out, by each of the CLOCKS: numbers by their names."""
    lab = f"{build}/lab"
    environment = dict(os.environ, TSMCTL_BUILD=build, TSMCTL_BIN=tsmctl)
    run([f"{KERNEL}/prepare"], env=environment)
    _add_to_guest(lab)
    return {clock: _boot(lab, clock, environment) for clock in CLOCKS}
