#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""bench.py BUILD [--quick] [--only ROW,...] [--write DIRECTORY]: see `run`."""
import argparse
import os
import platform
import re
import sys

import growth
import plot
import rows
from measure import run

PEERS = ("bpftool -j version", "devlink -V", "ethtool --version", "lsblk --json", "nvme version", "cxl list")
PACKAGES = ("bpftool", "iproute2", "ethtool", "util-linux", "nvme-cli", "ndctl", "libc6", "valgrind")
COLUMNS = ("what", "bar", "measured", "")
VERDICTS = {True: "pass", False: "**missed**", None: ""}


def table(lines, columns):
    out = ["| " + " | ".join(columns) + " |", "|" + "---|" * len(columns)]
    out += ["| " + " | ".join(line) + " |" for line in lines]
    return "\n".join(out) + "\n"


def bars(b, only):
    """Every row of the bars, as soon as it is measured; the lines of the table, and whether all passed."""
    lines, passed = [], True
    for measure in rows.ROWS:
        if only and measure.__name__ not in only:
            continue
        for row in measure(b):
            lines.append((row.what, row.bar, row.measured, VERDICTS[row.passed]))
            passed &= row.passed is not False
            print(" | ".join(lines[-1]), flush=True)
    return lines, passed


def peers(b):
    """What other tools of this kind need to say their version or to list, by the same measure."""
    mine = rows.instructions([b.tsmctl, "--version"])
    for command in ("tsmctl --version", *PEERS):
        argv = [b.tsmctl, "--version"] if command.startswith("tsmctl") else command.split()
        count = rows.instructions(argv)
        yield (f"`{command}`", rows.thousands(count), f"{count / mine:.2f} x", str(rows.system_calls(argv)),
               f"{rows.peak_memory(argv) / 1024:.1f} MiB")


def machine(b):
    """What the numbers depend on."""
    with open("/proc/cpuinfo", encoding="ascii") as f:
        cpu = re.search(r"model name\s*: (.*)", f.read())[1]
    with open("/etc/os-release", encoding="utf-8") as f:
        system = re.search(r'PRETTY_NAME="(.*)"', f.read())[1]
    kernel = ".".join(platform.release().split(".")[:2])
    shown = run(["dpkg-query", "--show", "--showformat=${Package} ${Version}\n", *PACKAGES]).decode()
    versions = ", ".join(sorted(set(shown.splitlines())))  # libraries may be there for several architectures
    compiler = run(["gcc", "--version"]).decode().splitlines()[0]
    revision = run([b.tsmctl, "--version"]).decode().strip()
    return (f"{revision}, {compiler}, on {os.cpu_count()} x {cpu} under Linux {kernel}, {system}.\n\n"
            f"Packages: {versions}.\n")


def fill_in(path, name, text):
    """Replaces what stands between the two comments of that name."""
    with open(path, encoding="utf-8") as f:
        page = f.read()
    begin, end = f"<!-- {name} -->\n", f"<!-- end of {name} -->"
    head, rest = page.split(begin)
    with open(path, "w", encoding="utf-8") as f:
        f.write(head + begin + text + end + rest.split(end)[1])


def write(b, lines, directory):
    page = f"{directory}/performance.md"
    drawn = plot.svg(growth.panels(b))
    fill_in(page, "bars", table(lines, COLUMNS))
    fill_in(page, "peers", table(peers(b), ("command", "instructions", "", "system calls", "memory")))
    fill_in(page, "machine", machine(b))
    with open(f"{directory}/performance.svg", "w", encoding="utf-8") as f:
        f.write(drawn)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("build")
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--only", default="")
    parser.add_argument("--write")
    arguments = parser.parse_args()
    build = os.path.abspath(arguments.build)
    b = rows.Bench(f"{build}/tsmctl", build, arguments.quick)
    try:
        lines, passed = bars(b, [name for name in arguments.only.split(",") if name])
        if arguments.write:
            write(b, lines, arguments.write)
    finally:
        b.close()
    return 0 if passed else 1


if __name__ == "__main__":
    sys.exit(main())
