# SPDX-License-Identifier: GPL-2.0-or-later
"""The bars that tsmctl is held to, each with how it is measured. A row gives what was measured, and whether that passes."""
import collections
import functools
import json
import os
import shutil
import tempfile

import lab
import sysfs
from measure import Failed, instructions, instructions_by_object, peak_memory, run, seconds, system_calls

Row = collections.namedtuple("Row", "what bar measured passed")

TDI = "0000:01:00.0"
SIZES = (16, 64, 256, 1024, 4096)
LINES = 10000
MIB = 1 << 20


def thousands(number):
    """56789 as 57 k."""
    return f"{number / 1000:.1f} k" if number < 100000 else f"{number / 1e6:.2f} M"


def _check_listing(document, kind, count):
    """What is measured has seen what is there."""
    devices = document["data"]["devices"]
    if len(devices) != (0 if kind == sysfs.NONE else count):
        raise Failed(f"list shows {len(devices)} of {count} functions with {kind}")
    for device in devices:
        if device["tsm"] != "tsm0" or bool(device["holders"]) != (kind == sysfs.HELD):
            raise Failed(f"list shows {device} as a function with {kind}")


class Bench:
    """The program under test, and what several rows need of it."""

    def __init__(self, tsmctl, build, quick):
        self.tsmctl, self.build, self.quick = tsmctl, build, quick
        self.scratch = tempfile.mkdtemp(prefix="tsmctl-bench.")
        os.environ["TSMCTL_SIM_STATE"] = f"{self.scratch}/state"

    def close(self):
        shutil.rmtree(self.scratch)

    def sim(self, *words, scenario="cca"):
        """The command line that runs on the simulated kernel, quietly."""
        return [self.tsmctl, f"--sim={scenario}", "--quiet", *words]

    def file(self, name, text=""):
        path = f"{self.scratch}/{name}"
        with open(path, "w", encoding="ascii") as f:
            f.write(text)
        return path

    def scenario(self, size):
        """A simulated machine whose certificate chain has that many bytes."""
        text = json.dumps({"devices": [{"device": TDI, "evidence": {"cert:0": {"size": size}}}]})
        return self.file(f"size-{size}.json", text)

    def batch(self, count):
        return self.file(f"batch-{count}", f"-d {TDI} info\n" * count)

    @functools.lru_cache(maxsize=None)
    def listing(self, kind, count, words=("list", "-j")):
        """Instructions, system calls and KiB of a command with so many functions of one kind in /sys."""
        root = f"{self.scratch}/sysfs-{sysfs.KINDS.index(kind)}-{count}"
        if not os.path.exists(root):
            sysfs.make(root, count, kind)
        argv, around = [self.tsmctl, *words], sysfs.instead(root)
        _check_listing(json.loads(run([*around, self.tsmctl, "list", "-j"])), kind, count)
        return instructions(argv, around), system_calls(argv, around), peak_memory(argv, around)

    def for_each(self, kind, words=("list", "-j")):
        """Instructions and system calls that one more function costs, from 256 to 4096; growth against 16 to 256."""
        small, middle, large = (self.listing(kind, n, words) for n in (16, 256, 4096))
        early = [(b - a) / (256 - 16) for a, b in zip(small, middle)]
        late = [(b - a) / (4096 - 256) for a, b in zip(middle, large)]
        return late[0], late[1], late[0] / early[0]

    @functools.lru_cache(maxsize=None)
    def evidence(self):
        return lab.evidence(self.build, self.tsmctl)


def ratio_row(what, mine, peer, limit, peer_name):
    ratio = mine / peer
    bar = f"at most {limit} x {peer_name}" if limit != 1 else f"below {peer_name}"
    return Row(what, bar, f"{ratio:.2f} x ({thousands(mine)} of {thousands(peer)} instructions)",
               ratio <= limit if limit != 1 else ratio < 1)


def version(b):
    yield ratio_row("`--version`", instructions([b.tsmctl, "--version"]), instructions(["bpftool", "-j", "version"]), 1.1,
                    "`bpftool -j version`")


def info(b):
    yield ratio_row("`info -j`, one device, simulator", instructions(b.sim("-d", TDI, "info", "-j")),
                    instructions(["lsblk", "--json"]), 1, "`lsblk --json`")


def _list_row(b, kind, calls_limit, instructions_limit):
    cost, calls, growth = b.for_each(kind)
    return Row(f"`list -j`, for each function with {kind}",
               f"linear; {calls_limit} system calls, {instructions_limit} k instructions",
               f"{calls:.1f} system calls, {thousands(cost)} instructions; growth {growth:.2f}",
               calls <= calls_limit + 0.05 and cost <= instructions_limit * 1000 and growth < 1.2)


def listing(b):
    yield _list_row(b, sysfs.OWN, 16, 40)
    yield _list_row(b, sysfs.THROUGH_DSM, 16, 40)
    yield _list_row(b, sysfs.HELD, 16, 40)
    yield _list_row(b, sysfs.NONE, 2, 4)


def evidence_memory(b):
    out = f"{b.scratch}/object"
    start = peak_memory([b.tsmctl, "--version"])
    peak = peak_memory(b.sim("-d", TDI, "read-object", "cert", "-o", out, scenario=b.scenario(16 * MIB)))
    yield Row("16 MiB of evidence to a file, simulator", "6 MiB of memory above start",
              f"{(peak - start) / 1024:.1f} MiB", peak - start < 6 * 1024)


def evidence_lab(b):
    e = b.evidence()
    above = (e["tsmctl_kib"] - e["start_kib"]) / 1024
    ratio = e["tsmctl_us"] / e["lean_us"]
    what = "16 MiB of evidence to a file, Linux 7.3 over netlink"
    yield Row(what, "6 MiB of memory above start", f"{above:.1f} MiB", above < 6)
    yield Row(what, "1.1 x the time of the leanest reader",
              f"{ratio:.2f} x ({e['tsmctl_us'] / 1000:.1f} of {e['lean_us'] / 1000:.1f} ms)", ratio <= 1.1)
    yield Row(what, "10 M instructions", thousands(e["instructions"]), e["instructions"] < 10e6)


def _dumps(argv):
    """How many evidence requests the trace shows: netlink dumps."""
    out = run(["sh", "-c", 'exec "$@" 2>&1 >/dev/null', "sh", *argv]).decode()
    return sum("netlink_send" in line and "flags=0x301" in line for line in out.splitlines())


def dumps(b):
    count = _dumps(b.sim("-d", TDI, "--trace", "save", f"{b.scratch}/saved"))
    yield Row("all eleven objects of one device (`save`)", "one dump", f"{count}", count == 1)
    count = _dumps(b.sim("-d", TDI, "--trace", "info"))
    yield Row("sizes and generations of all objects (`info`)", "one dump", f"{count}", count == 1)


def batch(b):
    lines = LINES // 20 if b.quick else LINES
    wall, used = seconds(b.sim(f"--batch={b.batch(lines)}"))
    walls, useds = seconds(b.sim("-d", TDI, "info"), lines)
    yield Row(f"batch of {lines:,} `info`", f"1/20 of {lines:,} processes",
              f"1/{useds / used:.0f} of their processor time ({used:.1f} of {useds:.1f} s), "
              f"1/{walls / wall:.0f} of the wall clock's", used / useds <= 1 / 20)
    first, last = (instructions(b.sim(f"--batch={b.batch(n)}")) for n in (10, 110))
    one = instructions(b.sim("-d", TDI, "info"))
    yield Row("one line of it, in user space alone", "",
              f"1/{one / ((last - first) / 100):.1f} of a process ({thousands((last - first) / 100)} of {thousands(one)} "
              "instructions)", None)


def endurance(b):
    """A batch that goes on: what a line leaves behind would add up."""
    long = LINES if b.quick else 10 * LINES
    first, last = (peak_memory(b.sim(f"--batch={b.batch(n)}")) for n in (100, long))
    yield Row(f"batch of {long:,} `info`: memory", "256 KiB above one of 100", f"{last - first:+d} KiB",
              last - first < 256)


def fingerprint(b):
    out = run(["sh", "-c", 'exec "$@" 2>&1 >/dev/null', "sh", *b.sim("--trace", f"--batch={b.batch(10)}")]).decode()
    count = out.count("name=FINGERPRINT")
    yield Row("fingerprint, a batch of 10 `info`", "once a process, 40 ioctls", f"{count} ioctls", 0 < count <= 40)


def verification(b):
    files = [f"--{option}=data/{name}.bin" for option, name in
             (("certs", "spdm-chain"), ("vca", "vca"), ("measurements", "measurements"))]
    costs = instructions_by_object([b.tsmctl, "verify", "--root=data/root.pem", *files])
    total = sum(costs.values())
    own = sum(n for name, n in costs.items() if name.startswith("tsmctl"))
    crypto = costs["libcrypto.so.3"]
    yield Row("decode and verify, transcript of SPDM 1.2", "own share 5 %, libcrypto the most",
              f"own {100 * own / total:.1f} %, libcrypto {100 * crypto / total:.0f} % of {thousands(total)} instructions",
              own / total < 0.05 and crypto / total > 0.5)


ROWS = (version, info, listing, evidence_memory, evidence_lab, dumps, batch, endurance, fingerprint, verification)
