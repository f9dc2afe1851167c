# SPDX-License-Identifier: GPL-2.0-or-later
"""The program that is measured, and the work that it is given."""
import contextlib
import functools
import json
import os
import shutil
import tempfile
import threading

import lab
import sysfs
from measure import HERE, Failed, compiled, instructions, peak_memory, run, system_calls

TDI = "0000:01:00.0"
MIB = 1 << 20
RESTLESS = 256

# In data/measurements.bin: where the blocks begin, behind their number and length; the first, a digest; all of them.
BLOCKS, BLOCK, RECORD = 37 + 8, 55, 460
# In data/spdm-chain.bin: behind the header and the root's hash.
CERTIFICATES = 4 + 48


def evidence(name):
    """What the simulated TSM hands out."""
    with open(f"{HERE}/../../data/{name}.bin", "rb") as f:
        return f.read()


def _check_listing(document, kind, count):
    """What is measured has seen what is there."""
    devices = document["data"]["devices"]
    if len(devices) != (0 if kind == sysfs.NONE else count):
        raise Failed(f"list shows {len(devices)} of {count} functions with {kind}")
    for device in devices:
        if device["tsm"] != "tsm0" or bool(device["holders"]) != (kind == sysfs.HELD):
            raise Failed(f"list shows {device} as a function with {kind}")


class Subject:
    """The program under test, and what several rows need of it."""

    def __init__(self, tsmctl, build, quick):
        self.tsmctl, self.build, self.quick = tsmctl, build, quick
        self.scratch = tempfile.mkdtemp(prefix="tsmctl-bench.")
        os.environ["TSMCTL_SIM_STATE"] = f"{self.scratch}/state"
        self.race = compiled("race", self.scratch)

    def close(self):
        shutil.rmtree(self.scratch)

    def sim(self, *words, scenario="cca"):
        """The command line that runs on the simulated kernel, quietly."""
        return [self.tsmctl, f"--sim={scenario}", "--quiet", *words]

    def file(self, name, content=""):
        path = f"{self.scratch}/{name}"
        with open(path, "wb") as f:
            f.write(content if isinstance(content, bytes) else content.encode("ascii"))
        return path

    def scenario(self, size):
        """A simulated machine whose certificate chain has that many bytes."""
        text = json.dumps({"devices": [{"device": TDI, "evidence": {"cert:0": {"size": size}}}]})
        return self.file(f"size-{size}.json", text)

    def batch(self, count):
        return self.file(f"batch-{count}", f"-d {TDI} info\n" * count)

    def tree(self, kind, count):
        """A /sys with so many functions of one kind."""
        root = f"{self.scratch}/sysfs-{sysfs.KINDS.index(kind)}-{count}"
        if not os.path.exists(root):
            sysfs.make(root, count, kind)
        return root

    @functools.lru_cache(maxsize=None)
    def listing(self, kind, count):
        """Instructions, system calls and KiB of `list -j` with so many functions of one kind in /sys."""
        argv, around = [self.tsmctl, "list", "-j"], sysfs.instead(self.tree(kind, count))
        _check_listing(json.loads(run([*around, *argv])), kind, count)
        return instructions(argv, around), system_calls(argv, around), peak_memory(argv, around)

    def for_each(self, kind):
        """Instructions and system calls that one more function costs, from 256 to 4096; growth against 16 to 256."""
        small, middle, large = (self.listing(kind, n) for n in (16, 256, 4096))
        early = [(b - a) / (256 - 16) for a, b in zip(small, middle)]
        late = [(b - a) / (4096 - 256) for a, b in zip(middle, large)]
        return late[0], late[1], late[0] / early[0]

    def watching_losses(self, events):
        """The command line of a monitor whose kernel says so often that it dropped announcements."""
        scenario = self.file(f"losses-{events}.json",
                             json.dumps({"events": [{"after_ms": 0, "event": "lost"}] * events}))
        return self.sim("monitor", "-j", "--count", str(events), scenario=scenario)

    @functools.lru_cache(maxsize=None)
    def watching(self, events):
        """KiB of a monitor that sees so many events in a /sys that does not keep still."""
        root = sysfs.make(f"{self.scratch}/restless-{events}", RESTLESS, sysfs.OWN)
        argv = [self.tsmctl, "--quiet", "monitor", "-j", "--interval", "0.01", "--count", str(events)]
        with _restless(root):
            return peak_memory(argv, sysfs.instead(root))

    def measurements(self, blocks):
        """A response with so many digests, made from the simulator's."""
        whole = evidence("measurements")
        record = b"".join(bytes([1 + n]) + whole[BLOCKS + 1:BLOCKS + BLOCK] for n in range(blocks))
        head = whole[:BLOCKS - 4] + bytes([blocks]) + len(record).to_bytes(3, "little")
        return self.file(f"measurements-{blocks}", head + record + whole[BLOCKS + RECORD:])

    def certificates(self, count):
        """A chain of so many certificates, made from the simulator's first."""
        whole = evidence("spdm-chain")
        first = whole[CERTIFICATES:CERTIFICATES + 4 + int.from_bytes(whole[CERTIFICATES + 2:CERTIFICATES + 4], "big")]
        chain = whole[4:CERTIFICATES] + first * count
        return self.file(f"chain-{count}", (4 + len(chain)).to_bytes(4, "little") + chain)

    @functools.lru_cache(maxsize=None)
    def evidence(self):
        return lab.evidence(self.build, self.tsmctl)


@contextlib.contextmanager
def _restless(root):
    """Meanwhile the functions are unbound and bound, all the time."""
    stop = threading.Event()
    thread = threading.Thread(target=sysfs.rebind, args=(root, stop))
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()
