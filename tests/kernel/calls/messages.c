// SPDX-License-Identifier: GPL-2.0-or-later
/* Messages to the evidence families, good ones and all that can be wrong with one. */
#include <errno.h>
#include <linux/genetlink.h>

#include "calls.h"

enum { READ = 1, VALIDATE = 2 };
enum { CERT0 = 1 << 0, CERT1 = 1 << 1, CERT2 = 1 << 2, CERT3 = 1 << 3, CERT4 = 1 << 4, CERT7 = 1 << 7 };
enum { VCA = 1 << EV_VCA, MEASUREMENTS = 1 << EV_MEASUREMENTS, REPORT = 1 << EV_REPORT };

#define U32(of, number)                                   \
	{                                                 \
		.attr = (of), .len = 4, .value = (number) \
	}
#define TEXT(of, string)                       \
	{                                      \
		.attr = (of), .text = (string) \
	}
#define BYTES(of, count)                                          \
	{                                                         \
		.attr = (of), .len = (count), .value = 0x04030201 \
	}
#define OTHER_ID(id, count)                                      \
	{                                                        \
		.attr = ATTR_RAW, .number = (id), .len = (count) \
	}
#define CLAIMS(of, nla, count)                                 \
	{                                                      \
		.attr = (of), .len = (count), .nla_len = (nla) \
	}
#define PCI         TEXT(ATTR_SUBSYS, "pci")
#define NAMED       TEXT(ATTR_DEV_NAME, FUNCTION)
#define MASK(types) U32(ATTR_MASK, types)

#define DUMP NLM_F_DUMP
#define ACK  NLM_F_ACK
#define DE   IN_DEVICE_EVIDENCE
#define OLD  IN_PCI_TSM

/* clang-format off */
static const struct message_row messages[] = {
	{"report", 0, IN_ANY, READ, DUMP, .attr = {MASK(REPORT), PCI, NAMED}},
	{"vca", 0, IN_ANY, READ, DUMP, .attr = {MASK(VCA), PCI, NAMED}},
	{"measurements", 0, IN_ANY, READ, DUMP, .attr = {MASK(MEASUREMENTS), PCI, NAMED}},
	{"an object that is not there", 0, IN_ANY, READ, DUMP, .attr = {MASK(CERT7), PCI, NAMED}},
	{"an object of 0 bytes", 0, IN_ANY, READ, DUMP, .attr = {MASK(CERT1), PCI, NAMED}},
	{"an object of 1 byte", 0, IN_ANY, READ, DUMP, .attr = {MASK(CERT2), PCI, NAMED}},
	{"an object of 4 KiB", 0, IN_ANY, READ, DUMP, .attr = {MASK(CERT3), PCI, NAMED}},
	{"an object of 100 KB", 0, IN_ANY, READ, DUMP, .attr = {MASK(CERT4), PCI, NAMED}},
	{"100 KB, read by 32 KiB", 0, IN_ANY, READ, DUMP, .attr = {MASK(CERT4), PCI, NAMED}, .buffer = 32768},
	{"100 KB, read by 16 KiB", 0, IN_ANY, READ, DUMP, .attr = {MASK(CERT4), PCI, NAMED}, .buffer = 16384},
	{"100 KB, read by 4 KiB", 0, IN_ANY, READ, DUMP, .attr = {MASK(CERT4), PCI, NAMED}, .buffer = 4096},
	{"100 KB, read by too little", UNKNOWABLE, IN_ANY, READ, DUMP, .attr = {MASK(CERT4), PCI, NAMED}, .buffer = 1024},
	{"all types", 0, IN_ANY, READ, DUMP, .attr = {MASK(EV_MASK_ALL), PCI, NAMED}},
	{"two types", 0, IN_ANY, READ, DUMP, .attr = {MASK(VCA | REPORT), PCI, NAMED}},
	{"attributes in another order", 0, IN_ANY, READ, DUMP, .attr = {NAMED, PCI, MASK(REPORT)}},
	{"an attribute twice: the last counts", 0, IN_ANY, READ, DUMP, .attr = {MASK(VCA), PCI, NAMED, MASK(REPORT)}},
	{"acknowledgement asked for", 0, IN_ANY, READ, DUMP | ACK, .attr = {MASK(REPORT), PCI, NAMED}},
	{"echo asked for", 0, IN_ANY, READ, DUMP | NLM_F_ECHO, .attr = {MASK(REPORT), PCI, NAMED}},
	{"digest", 0, IN_ANY, READ, DUMP, .attr = {MASK(CERT7), U32(ATTR_FLAGS, 1), PCI, NAMED}},
	{"flags 0", 0, IN_ANY, READ, DUMP, .attr = {MASK(REPORT), U32(ATTR_FLAGS, 0), PCI, NAMED}},
	{"a second dump before the first is read", UNKNOWABLE, IN_ANY, READ, DUMP, .attr = {MASK(CERT4), PCI, NAMED}, .twice = true},

	{"no mask", EINVAL, IN_ANY, READ, DUMP, .attr = {PCI, NAMED}},
	{"mask 0", EINVAL, IN_ANY, READ, DUMP, .attr = {MASK(0), PCI, NAMED}},
	{"unknown type", EINVAL, IN_ANY, READ, DUMP, .attr = {MASK(1 << 11), PCI, NAMED}},
	{"unknown types beside known ones", EINVAL, IN_ANY, READ, DUMP, .attr = {MASK(0xf0000001), PCI, NAMED}},
	{"unknown flag", EINVAL, IN_ANY, READ, DUMP, .attr = {MASK(REPORT), U32(ATTR_FLAGS, 2), PCI, NAMED}},
	{"unknown flag, mask 0", EINVAL, IN_ANY, READ, DUMP, .attr = {MASK(0), U32(ATTR_FLAGS, 2), PCI, NAMED}},
	{"no subsystem", EINVAL, DE, READ, DUMP, .attr = {MASK(REPORT), NAMED}},
	{"no device", EINVAL, IN_ANY, READ, DUMP, .attr = {MASK(REPORT), PCI}},
	{"nothing", EINVAL, IN_ANY, READ, .flags = DUMP},
	{"no device, mask 0", EINVAL, IN_ANY, READ, DUMP, .attr = {MASK(0), PCI}},
	{"unknown subsystem", EOPNOTSUPP, DE, READ, DUMP, .attr = {MASK(REPORT), TEXT(ATTR_SUBSYS, "platform"), NAMED}},
	{"unknown subsystem, no such device", EOPNOTSUPP, DE, READ, DUMP,
	 .attr = {MASK(REPORT), TEXT(ATTR_SUBSYS, "platform"), TEXT(ATTR_DEV_NAME, "0000:07:00.0")}},
	{"unknown subsystem, mask 0", EOPNOTSUPP, DE, READ, DUMP, .attr = {MASK(0), TEXT(ATTR_SUBSYS, "platform"), NAMED}},
	{"empty subsystem", EOPNOTSUPP, DE, READ, DUMP, .attr = {MASK(REPORT), TEXT(ATTR_SUBSYS, ""), NAMED}},
	{"no such device", ENODEV, DE, READ, DUMP, .attr = {MASK(REPORT), PCI, TEXT(ATTR_DEV_NAME, "0000:07:00.0")}},
	{"no such device", UNKNOWABLE, OLD, READ, DUMP, .attr = {MASK(REPORT), TEXT(ATTR_DEV_NAME, "0000:07:00.0")}},
	{"no such device, mask 0", ENODEV, DE, READ, DUMP, .attr = {MASK(0), PCI, TEXT(ATTR_DEV_NAME, "0000:07:00.0")}},
	{"empty device name", ENODEV, DE, READ, DUMP, .attr = {MASK(REPORT), PCI, TEXT(ATTR_DEV_NAME, "")}},
	{"a device that is not connected", ENODEV, DE, READ, DUMP, .attr = {MASK(REPORT), PCI, TEXT(ATTR_DEV_NAME, OTHER)}},
	{"a device that is not connected", ENXIO, OLD, READ, DUMP, .attr = {MASK(REPORT), TEXT(ATTR_DEV_NAME, OTHER)}},
	{"device name of 31 characters", ENODEV, DE, READ, DUMP,
	 .attr = {MASK(REPORT), PCI, TEXT(ATTR_DEV_NAME, "0123456789012345678901234567890")}},
	{"device name of 32 characters", EINVAL, IN_ANY, READ, DUMP,
	 .attr = {MASK(REPORT), PCI, TEXT(ATTR_DEV_NAME, "01234567890123456789012345678901")}},
	{"subsystem of 32 characters", EINVAL, DE, READ, DUMP,
	 .attr = {MASK(REPORT), TEXT(ATTR_SUBSYS, "01234567890123456789012345678901"), NAMED}},
	{"subsystem of 32 characters, no device", EINVAL, DE, READ, DUMP,
	 .attr = {MASK(REPORT), TEXT(ATTR_SUBSYS, "01234567890123456789012345678901")}},

	{"mask of 3 bytes", EINVAL, IN_ANY, READ, DUMP, .attr = {BYTES(ATTR_MASK, 3), PCI, NAMED}, .of_core = true},
	{"mask of 8 bytes", EINVAL, IN_ANY, READ, DUMP, .attr = {BYTES(ATTR_MASK, 8), PCI, NAMED}, .of_core = true},
	{"mask of 0 bytes", EINVAL, IN_ANY, READ, DUMP, .attr = {BYTES(ATTR_MASK, 0), PCI, NAMED}, .of_core = true},
	{"flags of 2 bytes", EINVAL, IN_ANY, READ, DUMP, .attr = {MASK(REPORT), BYTES(ATTR_FLAGS, 2), PCI, NAMED}, .of_core = true},
	{"mask nested", EINVAL, IN_ANY, READ, DUMP,
	 .attr = {{.attr = ATTR_MASK, .len = 4, .value = REPORT, .nla_bits = NLA_F_NESTED}, PCI, NAMED}, .of_core = true},
	{"mask in network order", UNKNOWABLE, IN_ANY, READ, DUMP,
	 .attr = {{.attr = ATTR_MASK, .len = 4, .value = REPORT, .nla_bits = NLA_F_NET_BYTEORDER}, PCI, NAMED}, .of_core = true},
	{"device name without NUL", EINVAL, IN_ANY, READ, DUMP,
	 .attr = {MASK(REPORT), PCI, {.attr = ATTR_DEV_NAME, .len = 12, .text = FUNCTION}}, .of_core = true},
	{"device name of no bytes", EINVAL, IN_ANY, READ, DUMP, .attr = {MASK(REPORT), PCI, BYTES(ATTR_DEV_NAME, 0)}, .of_core = true},
	{"subsystem without NUL", EINVAL, DE, READ, DUMP,
	 .attr = {MASK(REPORT), {.attr = ATTR_SUBSYS, .len = 3, .text = "pci"}, NAMED}, .of_core = true},
	{"an attribute of replies: type", EINVAL, IN_ANY, READ, DUMP, .attr = {MASK(REPORT), PCI, NAMED, U32(ATTR_TYPE, 1)}, .of_core = true},
	{"an attribute of replies: generation", EINVAL, DE, READ, DUMP,
	 .attr = {MASK(REPORT), PCI, NAMED, U32(ATTR_GENERATION, 1)}, .of_core = true},
	{"an attribute of replies: value", EINVAL, IN_ANY, READ, DUMP, .attr = {MASK(REPORT), PCI, NAMED, BYTES(ATTR_VAL, 4)}, .of_core = true},
	{"attribute 0", EINVAL, IN_ANY, READ, DUMP, .attr = {MASK(REPORT), PCI, NAMED, OTHER_ID(0, 4)}, .of_core = true},
	{"attribute 11", EINVAL, IN_ANY, READ, DUMP, .attr = {MASK(REPORT), PCI, NAMED, OTHER_ID(11, 4)}, .of_core = true},
	{"the largest attribute", EINVAL, IN_ANY, READ, DUMP, .attr = {MASK(REPORT), PCI, NAMED, OTHER_ID(0x3fff, 4)}, .of_core = true},
	{"an unknown attribute first, then a bad one", EINVAL, IN_ANY, READ, DUMP,
	 .attr = {OTHER_ID(11, 4), BYTES(ATTR_MASK, 3), PCI, NAMED}, .of_core = true},
	{"a bad attribute first, then an unknown one", EINVAL, IN_ANY, READ, DUMP,
	 .attr = {BYTES(ATTR_MASK, 3), OTHER_ID(11, 4), PCI, NAMED}, .of_core = true},
	{"a bad attribute, and no device", EINVAL, IN_ANY, READ, DUMP, .attr = {BYTES(ATTR_MASK, 3), PCI}, .of_core = true},
	{"an attribute shorter than its header", EINVAL, IN_ANY, READ, DUMP,
	 .attr = {MASK(REPORT), PCI, NAMED, CLAIMS(ATTR_FLAGS, 3, 4)}, .of_core = true},
	{"an attribute longer than the message", EINVAL, IN_ANY, READ, DUMP,
	 .attr = {MASK(REPORT), PCI, NAMED, CLAIMS(ATTR_FLAGS, 100, 4)}, .of_core = true},
	{"a message cut in its last attribute", EINVAL, IN_ANY, READ, DUMP, .attr = {MASK(REPORT), PCI, NAMED}, .cut = 8, .of_core = true},
	{"a message cut in its last header", UNKNOWABLE, IN_ANY, READ, DUMP,
	 .attr = {MASK(REPORT), PCI, NAMED, U32(ATTR_FLAGS, 0)}, .cut = 6, .of_core = true},
	{"a message without its generic header", EINVAL, IN_ANY, READ, DUMP, .cut = 4, .of_core = true},
	{"half a generic header", EINVAL, IN_ANY, READ, DUMP, .cut = 2, .of_core = true},

	{"nonce of 33 bytes", ERANGE, DE, READ, DUMP, .attr = {MASK(REPORT), PCI, NAMED, BYTES(ATTR_NONCE, 33)}, .of_core = true},
	{"nonce of 33 bytes, mask 0", ERANGE, DE, READ, DUMP, .attr = {MASK(0), PCI, NAMED, BYTES(ATTR_NONCE, 33)}, .of_core = true},
	{"nonce of 200 bytes", ERANGE, DE, READ, DUMP, .attr = {MASK(REPORT), PCI, NAMED, BYTES(ATTR_NONCE, 200)}, .of_core = true},
	{"nonce of 200 bytes", 0, OLD, READ, DUMP, .attr = {MASK(REPORT), NAMED, BYTES(ATTR_NONCE, 200)}},
	{"nonce of 32 bytes: ignored", 0, OLD, READ, DUMP, .attr = {MASK(MEASUREMENTS), NAMED, BYTES(ATTR_NONCE, 32)}},
	{"nonce of 32 bytes", 0, DE, READ, DUMP, .attr = {MASK(MEASUREMENTS), PCI, NAMED, BYTES(ATTR_NONCE, 32)}, .varies = true},
	{"nonce of 1 byte", 0, DE, READ, DUMP, .attr = {MASK(MEASUREMENTS), PCI, NAMED, BYTES(ATTR_NONCE, 1)}, .varies = true},
	{"nonce of 0 bytes", 0, DE, READ, DUMP, .attr = {MASK(MEASUREMENTS), PCI, NAMED, BYTES(ATTR_NONCE, 0)}, .varies = true},
	{"nonce, and another object", 0, DE, READ, DUMP, .attr = {MASK(VCA), PCI, NAMED, BYTES(ATTR_NONCE, 32)}},
	{"nonce, and a flag that nobody knows", EINVAL, DE, READ, DUMP,
	 .attr = {MASK(VCA), U32(ATTR_FLAGS, 2), PCI, NAMED, BYTES(ATTR_NONCE, 32)}},
	{"generation after the nonces", 0, DE, READ, DUMP, .attr = {MASK(VCA), PCI, NAMED}},

	{"read as a do", EOPNOTSUPP, IN_ANY, READ, 0, .attr = {MASK(REPORT), PCI, NAMED}, .of_core = true},
	{"read as half a dump", EINVAL, IN_ANY, READ, NLM_F_ROOT, .attr = {MASK(REPORT), PCI, NAMED}, .of_core = true},
	{"read as a do, no such attribute", EOPNOTSUPP, IN_ANY, READ, 0, .attr = {OTHER_ID(11, 4)}, .of_core = true},
	{"command 0", EOPNOTSUPP, IN_ANY, 0, DUMP, .attr = {MASK(REPORT), PCI, NAMED}, .of_core = true},
	{"command 3", EOPNOTSUPP, IN_ANY, 3, ACK, .attr = {PCI, NAMED}, .of_core = true},
	{"command 255", EOPNOTSUPP, IN_ANY, 255, DUMP, .attr = {MASK(REPORT), PCI, NAMED}, .of_core = true},
	{"validate in a family without it", EOPNOTSUPP, OLD, VALIDATE, ACK, .attr = {NAMED}, .of_core = true},
	{"no such family", ENOENT, IN_ANY, READ, DUMP, .attr = {MASK(REPORT), PCI, NAMED}, .type = 0x3ff0, .of_core = true},
	{"the generic header's reserved word", EINVAL, IN_ANY, READ, DUMP, .attr = {MASK(REPORT), PCI, NAMED}, .reserved = 1, .of_core = true},
	{"an unknown bit of the header", EINVAL, IN_ANY, READ, DUMP | 0x800, .attr = {MASK(REPORT), PCI, NAMED}, .of_core = true},
	{"the header's bit for interrupted dumps", EINVAL, IN_ANY, READ, DUMP | NLM_F_DUMP_INTR, .attr = {MASK(REPORT), PCI, NAMED},
	 .of_core = true},
	{"an unknown bit and an unknown command", EINVAL, IN_ANY, 77, ACK | 0x800, .attr = {NAMED}, .of_core = true},

	{"validate: no generation", EINVAL, DE, VALIDATE, ACK, .attr = {PCI, NAMED}},
	{"validate: no generation, no device", EINVAL, DE, VALIDATE, ACK, .attr = {PCI}},
	{"validate: no subsystem", EINVAL, DE, VALIDATE, ACK, .attr = {NAMED, U32(ATTR_GENERATION, 1)}},
	{"validate: no device", EINVAL, DE, VALIDATE, ACK, .attr = {PCI, U32(ATTR_GENERATION, 1)}},
	{"validate: unknown subsystem", EOPNOTSUPP, DE, VALIDATE, ACK, .attr = {TEXT(ATTR_SUBSYS, "usb"), NAMED, U32(ATTR_GENERATION, 1)}},
	{"validate: not connected", ENODEV, DE, VALIDATE, ACK, .attr = {PCI, TEXT(ATTR_DEV_NAME, OTHER), U32(ATTR_GENERATION, 1)}},
	{"validate: an old generation", ESTALE, DE, VALIDATE, ACK, .attr = {PCI, NAMED, U32(ATTR_GENERATION, 1)}},
	{"validate: a generation to come", ESTALE, DE, VALIDATE, ACK, .attr = {PCI, NAMED, U32(ATTR_GENERATION, 99)}},
	{"validate: an old generation, no acknowledgement", ESTALE, DE, VALIDATE, 0, .attr = {PCI, NAMED, U32(ATTR_GENERATION, 1)}},
	{"validate", 0, DE, VALIDATE, ACK, .attr = {PCI, NAMED, U32(ATTR_GENERATION, 5)}},
	{"validate, no acknowledgement", 0, DE, VALIDATE, 0, .attr = {PCI, NAMED, U32(ATTR_GENERATION, 5)}},
	{"validate: echo", 0, DE, VALIDATE, ACK | NLM_F_ECHO, .attr = {PCI, NAMED, U32(ATTR_GENERATION, 5)}},
	{"validate: generation of 8 bytes", EINVAL, DE, VALIDATE, ACK, .attr = {PCI, NAMED, BYTES(ATTR_GENERATION, 8)}, .of_core = true},
	{"validate: with a mask", EINVAL, DE, VALIDATE, ACK, .attr = {MASK(REPORT), PCI, NAMED, U32(ATTR_GENERATION, 5)}, .of_core = true},
	{"validate: with a nonce", EINVAL, DE, VALIDATE, ACK, .attr = {PCI, NAMED, BYTES(ATTR_NONCE, 32), U32(ATTR_GENERATION, 5)},
	 .of_core = true},
	{"validate: attribute 8", EINVAL, DE, VALIDATE, ACK, .attr = {PCI, NAMED, U32(ATTR_GENERATION, 5), OTHER_ID(8, 8)}, .of_core = true},
	{"validate as a dump", EOPNOTSUPP, DE, VALIDATE, DUMP, .attr = {PCI, NAMED, U32(ATTR_GENERATION, 5)}, .of_core = true},
};
/* clang-format on */

/* clang-format off */
static const struct message_row large[] = {
	{"many messages", UNKNOWABLE, IN_ANY, READ, DUMP, .attr = {MASK(CERT4), PCI, NAMED}},
	{"many messages again", UNKNOWABLE, IN_ANY, READ, DUMP, .attr = {MASK(CERT4), PCI, NAMED}},
	{"many messages and objects", UNKNOWABLE, IN_ANY, READ, DUMP, .attr = {MASK(CERT3 | CERT4), PCI, NAMED}},
	{"many messages, read by 8 KiB", UNKNOWABLE, IN_ANY, READ, DUMP, .attr = {MASK(CERT4 | REPORT), PCI, NAMED}, .buffer = 8192},
	{"many messages after a nonce", UNKNOWABLE, DE, READ, DUMP, .attr = {MASK(CERT4), PCI, NAMED, BYTES(ATTR_NONCE, 32)}},
};
/* clang-format on */

const struct message_rows rows_large = {large, COUNT(large)};
const struct message_rows rows_messages = {messages, COUNT(messages)};
