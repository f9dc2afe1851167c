# SPDX-License-Identifier: GPL-2.0-or-later
"""The bars that tsmctl is held to, each with how it is measured. A row gives what was measured, and whether that passes."""
import collections

import sysfs
from measure import instructions, instructions_by_object, peak_memory, run, seconds, system_calls
from subject import MIB, TDI

Row = collections.namedtuple("Row", "what bar measured passed")

LINES = 10000


def thousands(number):
    """56789 as 57 k."""
    return f"{number / 1000:.1f} k" if number < 100000 else f"{number / 1e6:.2f} M"


def ratio_row(what, mine, peer, limit, peer_name):
    ratio = mine / peer
    bar = f"at most {limit} x {peer_name}" if limit != 1 else f"below {peer_name}"
    return Row(what, bar, f"{ratio:.2f} x ({thousands(mine)} of {thousands(peer)} instructions)",
               ratio <= limit if limit != 1 else ratio < 1)


def version(b):
    yield ratio_row("`--version`", instructions([b.tsmctl, "--version"]), instructions(["bpftool", "-j", "version"]), 1.1,
                    "`bpftool -j version`")


def info(b):
    argv, peer = b.sim("-d", TDI, "info", "-j"), ["lsblk", "--json"]
    what = "`info -j`, one device, simulator"
    yield ratio_row(what, instructions(argv), instructions(peer), 1, "`lsblk --json`")
    calls, memory = ((cost(argv), cost(peer)) for cost in (system_calls, peak_memory))
    yield Row(what, "below `lsblk --json`",
              f"{calls[0]} of {calls[1]} system calls, {memory[0] / 1024:.1f} of {memory[1] / 1024:.1f} MiB",
              calls[0] < calls[1] and memory[0] < memory[1])


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


def _against_lean(e):
    """The ratio of the times and those in words; what lies above an empty object is the transfer without the start."""
    mine, lean = e["tsmctl_us"], e["lean_us"]
    transfer = (mine - e["tsmctl_empty_us"]) / (lean - e["lean_empty_us"])
    return mine / lean, (f"{mine / lean:.2f} x ({mine / 1000:.1f} of {lean / 1000:.1f} ms); "
                         f"without the start {transfer:.2f} x")


def evidence_lab(b):
    found = b.evidence()
    e = found["instructions"]
    above = (e["tsmctl_kib"] - e["start_kib"]) / 1024
    what = "16 MiB of evidence to a file, Linux 7.3 over netlink"
    yield Row(what, "6 MiB of memory above start", f"{above:.1f} MiB", above < 6)
    yield Row(what, "10 M instructions", thousands(e["instructions"]), e["instructions"] < 10e6)
    ratio, measured = _against_lean(e)
    yield Row(f"{what}, on the clock of instructions", "1.1 x the time of the leanest reader", measured, ratio <= 1.1)
    yield Row(f"{what}, on the host's clock, emulated", "", _against_lean(found["time"])[1], None)


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
    wall, used = seconds(b.race, b.sim(f"--batch={b.batch(lines)}"))
    walls, useds = seconds(b.race, b.sim("-d", TDI, "info"), lines)
    yield Row(f"batch of {lines:,} `info`", f"1/20 of {lines:,} processes",
              f"1/{walls / wall:.0f} of their wall time ({wall:.1f} of {walls:.1f} s), "
              f"1/{useds / used:.0f} of their processor time", walls >= 20 * wall and useds >= 20 * used)
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


def monitor(b):
    """Each of these events makes monitor look at everything anew."""
    few, some, many = (instructions(b.watching_losses(n)) for n in (10, 100, 1000))
    early, late = (some - few) / 90, (many - some) / 900
    yield Row("`monitor -j`, for each event with a look, simulator", "linear",
              f"{thousands(late)} instructions; growth {late / early:.2f}", late / early < 1.2)
    events = LINES if b.quick else 10 * LINES
    first, last = (b.watching(n) for n in (1000, events))
    yield Row(f"`monitor -j` of {events:,} events: memory", "512 KiB above one of 1,000", f"{last - first:+d} KiB",
              last - first < 512)


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


ROWS = (version, info, listing, evidence_memory, evidence_lab, dumps, batch, endurance, monitor, fingerprint,
        verification)
