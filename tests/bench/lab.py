# SPDX-License-Identifier: GPL-2.0-or-later
"""16 MiB of evidence over the netlink of a real kernel: boots the kernel lab of tests/kernel with bench.sh for its test."""
import os
import re
import shutil
import subprocess

from measure import run

HERE = os.path.dirname(os.path.abspath(__file__))
KERNEL = os.path.join(HERE, "..", "kernel")
PROGRAMS = ("lean-reader", "race")
# The guest's clock advances by one nanosecond with each instruction: what else the host has to do is not measured.
CLOCK = ("-icount", "shift=0,sleep=off")
VALGRIND = "/usr/libexec/valgrind/callgrind-amd64-linux"


def _add_to_guest(lab):
    """A second archive behind the lab's own: the kernel unpacks both."""
    root = f"{lab}/bench-root"
    shutil.rmtree(root, ignore_errors=True)
    os.makedirs(f"{root}/bin")
    os.makedirs(f"{root}/guest")
    for program in PROGRAMS:
        run(["gcc", "-std=gnu11", "-O2", "-Wall", "-Wextra", "-Werror", "-o", f"{root}/bin/{program}",
             f"{HERE}/{program}.c"])
    shutil.copy(VALGRIND, f"{root}/bin/callgrind")
    shutil.copy(f"{HERE}/bench.sh", f"{root}/guest/bench.sh")
    os.makedirs(f"{root}/etc")
    run(["ldconfig", "-r", f"{lab}/root", "-C", "/etc/ld.so.cache"])  # as every installed system has
    shutil.move(f"{lab}/root/etc/ld.so.cache", f"{root}/etc/ld.so.cache")
    files = run(["find", ".", "-print"], cwd=root)
    archive = subprocess.run(["cpio", "--quiet", "-o", "-H", "newc", "-R", "0:0"], cwd=root, input=files,
                             stdout=subprocess.PIPE, check=True).stdout
    with open(f"{lab}/bench.cpio", "wb") as out, open(f"{lab}/initramfs.cpio", "rb") as first:
        shutil.copyfileobj(first, out)
        out.write(archive)


def evidence(build, tsmctl):
    """What bench.sh found out: numbers by their names."""
    lab = f"{build}/lab"
    environment = dict(os.environ, TSMCTL_BUILD=build, TSMCTL_BIN=tsmctl)
    run([f"{KERNEL}/prepare"], env=environment)
    _add_to_guest(lab)
    said = run([f"{KERNEL}/run-lab", "bench", "-initrd", f"{lab}/bench.cpio", *CLOCK], env=environment).decode()
    return {name: int(number) for name, number in re.findall(r"^# (\w+) (\d+)$", said, re.M)}
