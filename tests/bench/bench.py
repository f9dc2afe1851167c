#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""bench.py BUILD [--quick] [--only ROW,...] [--write DIRECTORY]: see `run`."""
import argparse
import os
import platform
import re
import subprocess
import sys
import time

import growth
import plot
import rows
from measure import Failed, instructions, peak_memory, run, shortest, system_calls
from subject import TDI, Subject

PEERS = ("bpftool -j version", "devlink -V", "ethtool --version", "lsblk --json", "nvme version", "cxl list")
PACKAGES = ("bpftool", "iproute2", "ethtool", "util-linux", "nvme-cli", "ndctl", "libc6", "valgrind")
PEER_ROUNDS = 100
COLUMNS = ("what", "bar", "measured", "")
VERDICTS = {True: "pass", False: "**missed**", None: ""}


def table(lines, columns):
    out = ["| " + " | ".join(columns) + " |", "|" + "---|" * len(columns)]
    out += ["| " + " | ".join(line) + " |" for line in lines]
    return "\n".join(out) + "\n"


def rows_of(measure, b):
    """The rows of one function; if it fails, one that says so: the others are measured all the same."""
    try:
        yield from measure(b)
    except (Failed, KeyError, OSError, subprocess.CalledProcessError) as e:
        yield rows.Row(f"`{measure.__name__}`", "", f"not measured: {e}", False)


def bars(b, only):
    """The table of all rows, each shown as soon as it is measured; and those that missed their bar."""
    lines, missed = [], []
    for measure in rows.ROWS:
        if only and measure.__name__ not in only:
            continue
        for row in rows_of(measure, b):
            lines.append((row.what, row.bar, row.measured, VERDICTS[row.passed]))
            print(" | ".join(lines[-1]), flush=True)
            if row.passed is False:
                missed.append(f"{row.what}: {row.measured}; the bar is: {row.bar}")
    return table(lines, COLUMNS), missed


def peers(b):
    """What other tools of this kind need to say their version or to list, by the same measure."""
    commands = {"tsmctl --version": [b.tsmctl, "--version"],
                "tsmctl --sim --device DEVICE info --json": b.sim("-d", TDI, "info", "-j"),
                **{name: name.split() for name in PEERS}}
    counts = [instructions(argv) for argv in commands.values()]
    times = shortest(b.race, PEER_ROUNDS, commands.values())
    for (name, argv), count, time_us in zip(commands.items(), counts, times):
        yield (f"`{name}`", rows.thousands(count), f"{count / counts[0]:.2f} x", str(system_calls(argv)),
               f"{peak_memory(argv) / 1024:.1f} MiB", f"{time_us / 1000:.2f} ms")


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


def write(b, bars_table, directory):
    page = f"{directory}/performance.md"
    fill_in(page, "bars", bars_table)
    fill_in(page, "peers", table(peers(b), ("command", "instructions", "", "system calls", "memory", "time")))
    fill_in(page, "machine", machine(b))
    drawn = plot.svg(growth.panels(b))
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
    begun = time.monotonic()
    b = Subject(f"{build}/tsmctl", build, arguments.quick)
    try:
        bars_table, missed = bars(b, [name for name in arguments.only.split(",") if name])
        if arguments.write:
            write(b, bars_table, arguments.write)
    finally:
        b.close()
    print("measured in {:.0f} min {:.0f} s".format(*divmod(time.monotonic() - begun, 60)))
    for row in missed:
        print(f"missed: {row}", file=sys.stderr)
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
