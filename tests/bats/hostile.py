#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Objects of 16 MiB that are as bad for a decoder as their kind allows, and what reading one costs.

usage: hostile.py list                        the names: TYPE.WHAT
       hostile.py make NAME FILE              writes that object
       hostile.py cost PROGRAM ARGUMENTS...   prints KiB of resident memory and milliseconds of processor time at most
"""

import os
import random
import struct
import sys

SIZE = 16 * 1024 * 1024
ROOM = SIZE - 4096  # for what is in a certificate or message besides the list that grows


def fill(unit, size=ROOM):
    return unit * (size // len(unit))


# --- DER ------------------------------------------------------------------------------------------------------------


def der(tag, body):
    length = len(body)
    if length < 0x80:
        return bytes([tag, length]) + body
    size = length.to_bytes((length.bit_length() + 7) // 8, "big")
    return bytes([tag, 0x80 | len(size)]) + size + body


def sequence(*parts):
    return der(0x30, b"".join(parts))


def oid(digits):
    return der(6, bytes.fromhex(digits))


def extension(digits, *value):
    return sequence(oid(digits), der(4, b"".join(value)))


def attribute(tag, text):
    return der(0x31, sequence(oid("550403"), der(tag, text)))


ALT_NAMES, USAGES = "551d11", "551d25"
TCB_INFO, DMTF = "678105050401", "2b0601040183128212" + "06"
ODD = extension("5501")
FWID = sequence(oid("608648016503040202"), der(4, b"d" * 48))


def certificate(name=attribute(12, b"x"), extensions=b"", serial=b"\1"):
    algorithm = sequence(oid("2a8648ce3d040302"))
    key = sequence(sequence(oid("2a8648ce3d0201"), oid("2a8648ce3d030107")), der(3, b"\0\4" + b"k" * 64))
    validity = sequence(der(23, b"200101000000Z"), der(24, b"99991231235959Z"))
    body = sequence(
        der(0xA0, der(2, b"\2")), der(2, serial), algorithm, sequence(name), validity, sequence(name), key,
        der(0xA3, der(0x30, extensions)),
    )
    return sequence(body, algorithm, der(3, b"\0" + b"s" * 70))


def of_everything():
    few = 3000
    return certificate(
        extensions=extension(ALT_NAMES, der(0x30, fill(der(0x82, b"x"), few)))
        + extension(USAGES, der(0x30, fill(oid("2b06"), few)))
        + extension(TCB_INFO, sequence(der(0xA6, fill(FWID, few))))
        + fill(ODD, few)
    )


def nested():
    headers = (b"\x30\x83" + (SIZE - at - 5).to_bytes(3, "big") for at in range(5, SIZE - 5, 5))
    return b"\x30\x84\x00\xff\xff\xfb" + b"".join(headers)


# --- SPDM -----------------------------------------------------------------------------------------------------------


def response(record, opaque=b"", version=0x12):
    head = bytes([version, 0x60, 0, 0, 255]) + len(record).to_bytes(3, "little")
    return head + record + b"n" * 32 + struct.pack("<H", len(opaque)) + opaque


def block(index, kind, value):
    return bytes([index, 1]) + struct.pack("<HBH", len(value) + 3, kind, len(value)) + value


def capabilities():
    block_of_algorithms = b"\x12\x00" + struct.pack("<H", 0xFFFF) + b"\xff" * 0xFFFB
    return b"\x13\x61\x01\x00" + b"\0" * 16 + block_of_algorithms


# --- the objects ----------------------------------------------------------------------------------------------------

ANY = {
    "zeros": lambda: b"\0" * SIZE,
    "ones": lambda: b"\xff" * SIZE,
    "random": lambda: random.Random(1).randbytes(SIZE),
    "letters": lambda: b"A" * SIZE,
    "controls": lambda: b"\1" * SIZE,
    "quotes": lambda: b'"' * SIZE,
}

OBJECTS = {
    "cert.nested": nested,
    "cert.cut": lambda: fill(b"\x30\x82\xff\xff", SIZE),
    "cert.tiny": lambda: fill(b"\x30\x00", SIZE),
    "cert.header": lambda: struct.pack("<I", SIZE) + b"h" * 48 + fill(b"\x30\x00", SIZE - 52),
    "cert.many": lambda: fill(certificate(), SIZE),
    "cert.everything": lambda: fill(of_everything(), SIZE),
    "cert.extensions": lambda: certificate(extensions=fill(ODD)),
    "cert.names": lambda: certificate(extensions=extension(ALT_NAMES, der(0x30, fill(der(0x82, b""))))),
    "cert.controls": lambda: certificate(extensions=extension(ALT_NAMES, der(0x30, fill(der(0x82, b"\1" * 1000))))),
    "cert.usages": lambda: certificate(extensions=extension(USAGES, der(0x30, fill(oid("55"))))),
    "cert.dmtf": lambda: certificate(extensions=extension(DMTF, der(0x30, fill(sequence(oid("55")))))),
    "cert.fwids": lambda: certificate(extensions=extension(TCB_INFO, sequence(der(0xA6, fill(FWID))))),
    "cert.attributes": lambda: certificate(name=fill(attribute(12, b"\1"), ROOM // 2)),
    "cert.subject": lambda: certificate(name=attribute(12, b"\1" * (ROOM // 2))),
    "cert.zero_names": lambda: fill(certificate(name=attribute(12, b"\0" * 120) * 60), SIZE),
    "cert.latin_names": lambda: fill(certificate(name=attribute(20, b"\xff" * 1000) * 8), SIZE),
    "cert.serial": lambda: certificate(serial=b"\1" * ROOM),
    "vca.requests": lambda: fill(b"\x10\x84\0\0", SIZE),
    "vca.versions": lambda: b"\x10\x84\0\0" + fill(b"\x10\x04\0\0\0\xff" + b"\0\x12" * 255),
    "vca.capabilities": lambda: b"\x10\x84\0\0\x10\x04\0\0\0\1\0\x13\x13\xe1\0\0" + b"\0" * 16 + fill(capabilities()),
    "measurements.requests": lambda: fill(b"\x11\xe0\0\xff", SIZE),
    "measurements.responses": lambda: fill(response(b"", version=0x11), SIZE),
    "measurements.blocks": lambda: response(fill(b"\1\1\0\0")),
    "measurements.record": lambda: fill(b"\1\1\0\0", SIZE),
    "measurements.modes": lambda: response(fill(block(0xFE, 0x85, b"\xff" * 16))),
    "measurements.bytes": lambda: response(fill(block(1, 0x81, b"\xfe" * 60000))),
    "measurements.texts": lambda: response(fill(block(1, 0x81, b"\n" * 60000))),
    "measurements.lines": lambda: response(fill(block(1, 0x81, b"\n" * 250))),
    "measurements.manifests": lambda: response(fill(block(0xFD, 0x8A, b"\x0a\xff" + b"\1" * 255))),
    "measurements.opaque": lambda: fill(b"\x12\xe0\0\xff" + response(b"", b"\xff\0\0\0" + b"\0" * 1020), SIZE),
    "measurements.elements": lambda: fill(b"\x11\xe0\0\xff" + response(b"", fill(b"\3\0\0\0", 65532), 0x11), SIZE),
    "report.ranges": lambda: struct.pack("<HHHHII", 0xFFFF, 0, 0, 0, 0, ROOM // 16) + b"\xff" * ROOM + b"\0" * 4,
    "report.info": lambda: struct.pack("<HHHHIII", 3, 0, 0, 0, 0, 0, SIZE - 20) + b"\1" * (SIZE - 20),
    "report.trailing": lambda: b"\0" * 20 + b"\1" * (SIZE - 20),
} | {f"{kind}.{name}": make for kind in ("cert", "vca", "measurements", "report") for name, make in ANY.items()}


def cost(command):
    with open(os.devnull, "wb") as nowhere:
        pid = os.posix_spawn(command[0], command, os.environ, file_actions=[(os.POSIX_SPAWN_DUP2, nowhere.fileno(), 1)])
        _, status, usage = os.wait4(pid, 0)
    code = os.waitstatus_to_exitcode(status)
    if code not in (0, 1, 8):
        sys.exit(f"{' '.join(command)}: exit status {code}")
    print(usage.ru_maxrss, int((usage.ru_utime + usage.ru_stime) * 1000))


def main(words):
    if words == ["list"]:
        print(*OBJECTS)
    elif len(words) == 3 and words[0] == "make":
        with open(words[2], "wb") as f:
            f.write(OBJECTS[words[1]]()[:SIZE])
    elif len(words) > 1 and words[0] == "cost":
        cost(words[1:])
    else:
        sys.exit(__doc__)


main(sys.argv[1:])
