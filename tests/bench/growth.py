# SPDX-License-Identifier: GPL-2.0-or-later
"""How the cost grows with the work: the panels of the plot."""
import sysfs
from measure import instructions, peak_memory
from plot import Line, Panel
from subject import TDI

SIZES = (16, 64, 256, 1024, 4096)
OBJECT_SIZES = (1 << 14, 1 << 16, 1 << 18, 1 << 20, 1 << 22, 1 << 24)
BATCH_SIZES = (1, 4, 16, 64, 256, 1024)
LONG_BATCH_SIZES = (*BATCH_SIZES, 4096, 16384)
EVENTS = (1, 10, 100, 1000)
MANY_EVENTS = (1000, 10000, 100000)
CERTIFICATES = (1, 4, 16, 64)
BLOCKS = (1, 4, 16, 64, 238)


def _lists(b, which, scale=1):
    return [Line(kind, [(n, b.listing(kind, n)[which] / scale) for n in SIZES]) for kind in sysfs.KINDS]


def _limit(name, first, each):
    return Line(name, [(n, first + each * n) for n in (SIZES[0], SIZES[-1])], True)


def _object_memory(b, words):
    return [(size >> 10, peak_memory(b.sim("-d", TDI, "read-object", "cert", *words, scenario=b.scenario(size))) / 1024)
            for size in OBJECT_SIZES]


def panels(b):
    out = f"{b.scratch}/grown"
    read = [b.tsmctl, "-j", "read-object"]
    return [
        Panel("list -j: instructions", "functions",
              [*_lists(b, 0), _limit("40 k for each function", 0, 40000)]),
        Panel("list -j: system calls", "functions",
              [*_lists(b, 1), _limit("16 for each function", 0, 16)]),
        Panel("list -j: memory, MiB", "functions", _lists(b, 2, 1024)),
        Panel("One object: memory, MiB", "KiB of the object",
              [Line("to a file (-o)", _object_memory(b, ("--force", "-o", out))),
               Line("to a pipe (--raw)", _object_memory(b, ("--raw",))),
               Line("as JSON", _object_memory(b, ("-j",)))]),
        Panel("batch of info: instructions", "lines",
              [Line("batch", [(n, instructions(b.sim(f"--batch={b.batch(n)}"))) for n in BATCH_SIZES]),
               Line("a process for each line",
                    [(n, n * instructions(b.sim("-d", TDI, "info"))) for n in BATCH_SIZES], True)]),
        Panel("batch of info: memory, MiB", "lines",
              [Line("batch", [(n, peak_memory(b.sim(f"--batch={b.batch(n)}")) / 1024) for n in LONG_BATCH_SIZES])]),
        Panel("monitor -j: instructions", "events with a look each",
              [Line("simulator", [(n, instructions(b.watching_losses(n))) for n in EVENTS])]),
        Panel("monitor -j: memory, MiB", "events",
              [Line("256 functions", [(n, b.watching(n) / 1024) for n in MANY_EVENTS])]),
        Panel("Evidence from a file, decoded: instructions", "certificates or blocks",
              [Line("certificates of a chain",
                    [(n, instructions([*read, "cert", "--from", b.certificates(n)])) for n in CERTIFICATES]),
               Line("blocks of measurements",
                    [(n, instructions([*read, "measurements", "--from", b.measurements(n)])) for n in BLOCKS])]),
    ]
