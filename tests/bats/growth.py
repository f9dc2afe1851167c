#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""
What a batch grows by while lines are repeated: prints KiB of memory and number of descriptors.
Usage: growth.py FEW MANY LINES COMMAND...
COMMAND reads a batch from its standard input. Between the first FEW rounds and the next MANY it is at rest.
"""
import os
import subprocess
import sys
import threading

MARK = "-V"


def sizes(pid):
    with open(f"/proc/{pid}/status", encoding="ascii", errors="replace") as status:
        memory = next(int(line.split()[1]) for line in status if line.startswith("VmRSS:"))
    return memory, len(os.listdir(f"/proc/{pid}/fd"))


def rounds(process, lines, count):
    """Returns when the mark behind the lines is answered: the next read of a line finds none yet."""
    def feed():
        process.stdin.write(f"{lines}\n" * count + MARK + "\n")
        process.stdin.flush()

    feeder = threading.Thread(target=feed)
    feeder.start()
    while not (said := process.stdout.readline()).startswith("tsmctl "):
        if not said:
            sys.exit("it ended early")
    feeder.join()


def main():
    few, many, lines, *command = sys.argv[1:]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, errors="replace") as process:
        rounds(process, lines, int(few))
        before = sizes(process.pid)
        rounds(process, lines, int(many))
        after = sizes(process.pid)
        process.stdin.close()
        process.stdout.read()
    print(*(b - a for a, b in zip(before, after)))


main()
