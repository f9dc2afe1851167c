# SPDX-License-Identifier: GPL-2.0-or-later
"""What one run of a program costs: instructions of user space, system calls, memory, time."""
import collections
import os
import re
import subprocess
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))


class Failed(Exception):
    """A program that is measured has to do its work."""


def run(argv, **how):
    """Runs it to its end and returns what it printed."""
    done = subprocess.run(argv, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                          check=False, **how)
    if done.returncode:
        raise Failed(f"{' '.join(argv)}: status {done.returncode}: {done.stderr.decode(errors='replace')}")
    return done.stdout


def _report(tool, argv, around):
    """Runs the command under a tool whose last option names the file of its report, and returns that."""
    with tempfile.NamedTemporaryFile(mode="r", prefix="tsmctl-bench.", encoding="utf-8", errors="replace") as f:
        run([*around, *tool[:-1], f"{tool[-1]}={f.name}", *argv])
        return f.read()


def _callgrind(argv, around):
    return _report(["valgrind", "--quiet", "--tool=callgrind", "--callgrind-out-file"], argv, around)


def instructions(argv, around=()):
    """In user space; `around` is a command that runs another, and is not counted."""
    return int(re.search(r"^(?:summary|totals): (\d+)", _callgrind(argv, around), re.M)[1])


def instructions_by_object(argv):
    """The instructions of the program and of each library, by the names of their files."""
    names, costs, here = {}, collections.Counter(), None
    lines = iter(_callgrind(argv, ()).splitlines())
    for line in lines:
        if line.startswith("ob="):
            number, _, name = line[3:].partition(" ")
            names.setdefault(number, os.path.basename(name))
            here = names[number]
        elif line.startswith("cob="):
            number, _, name = line[4:].partition(" ")
            names.setdefault(number, os.path.basename(name))
        elif line.startswith("calls="):
            next(lines)  # what the callee cost stands with the callee
        elif re.match(r"[+*-]?\d* ?\d+$", line):
            costs[here] += int(line.split()[-1])
    return costs


def system_calls(argv, around=()):
    """Of it and what it starts, after it was started itself."""
    tool = ["strace", "--follow-forks", "--summary-only", "--summary-columns=calls,name", "--output"]
    return int(re.search(r"^\s*(\d+)\s+total$", _report(tool, argv, around), re.M)[1])


def peak_memory(argv, around=()):
    """The largest resident memory in KiB. GNU time is smaller than what it starts: the maximum is not its own."""
    return int(_report(["/usr/bin/time", "--quiet", "--format=%M", "--output"], argv, around))


def compiled(program, directory):
    """Builds one of the C programs here; the path of what came of it."""
    out = f"{directory}/{program}"
    run(["gcc", "-std=gnu11", "-O2", "-Wall", "-Wextra", "-Werror", "-o", out, f"{HERE}/{program}.c"])
    return out


def numbers(text):
    """What the lines "# NAME NUMBER" say."""
    return {name: int(number) for name, number in re.findall(r"^# (\w+) (\d+)$", text, re.M)}


def shortest(race, rounds, commands):
    """The least wall time in us of each command, which take turns: what disturbs one disturbs all."""
    words = [word for n, argv in enumerate(commands) for word in (f"n{n}", "/nonexistent", " ".join(argv))]
    told = numbers(run([race, str(rounds), *words]).decode(errors="replace"))
    return [told[f"n{n}_us"] for n in range(len(commands))]


def seconds(race, argv, times=1):
    """Of the wall clock, and of processor time with the kernel's share, for that many runs one after another."""
    wall, used = time.monotonic(), os.times()
    run([race, str(times), "it", "/nonexistent", " ".join(argv)])
    wall, now = time.monotonic() - wall, os.times()
    return wall, now.children_user + now.children_system - used.children_user - used.children_system
