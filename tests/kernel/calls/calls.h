/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The same calls on two kernels, the one that this program runs on and the simulated one, and what came of each: return
 * value or errno, what was written back, what arrived. Tables of calls are const (requests.c, objects.c, messages.c),
 * performers carry a row out on one side (ioctl.c, netlink.c), and a difference is a failed test.
 *
 * Each row also says which errno the interface's description asks for, so that both sides cannot be wrong together.
 */
#ifndef TSMCTL_TESTS_KERNEL_CALLS_H
#define TSMCTL_TESTS_KERNEL_CALLS_H

#include "abi/family.h"
#include "abi/ioctl.h"
#include "abi/profile.h"
#include "kernel/kernel.h"
#include "util/buf.h"

/* The functions that the lab's machine has: the first is connected to the TSM, the second is not. */
#define FUNCTION "0000:01:00.0"
#define OTHER    "0000:02:00.0"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

enum { UNKNOWABLE = -1 }; /* the errno that is wanted: none is described */

/* Descriptors that a row can be sent to. */
enum file { FILE_IOMMU, FILE_VFIO, FILE_OTHER_VFIO, FILE_KVM, FILE_VM, FILE_VM_DEVICE, FILES };

/*
 * Numbers of a row that differ between the sides, or from run to run: object ids, which come from the allocations
 * before, and descriptors. A word of a row that is one of these is replaced when the row is sent.
 */
enum ref {
	REF_FIRST = 0x7e000000,
	REF_DEVICE = REF_FIRST,
	REF_OTHER_DEVICE,
	REF_IOAS,
	REF_PLAIN_HWPT,
	REF_HWPT,
	REF_VIOMMU,
	REF_VDEVICE,
	REF_OTHER_VDEVICE,
	REF_SPARE, /* what is made to be destroyed */
	REF_OBJECTS,
	REF_FD_IOMMU = REF_OBJECTS,
	REF_FD_VFIO,
	REF_FD_VM,
	REF_AT_VFIO,       /* two words: the address of the VFIO descriptor */
	REF_AT_OTHER_VFIO, /* the same, of the other function */
	REF_AT_IOMMU,
	REF_END,
};

/* Memory that a call points to: a page of it, and behind it one that cannot be touched. */
enum area { AREA_ARG, AREA_REQUEST, AREA_RESPONSE, AREAS };
enum { AREA_SIZE = 4096 };

/* One of the two kernels. */
struct side {
	struct kernel *k; /* owned */
	const struct profile *profile;
	int file[FILES];
	uint32_t id[REF_OBJECTS - REF_FIRST];
	uint8_t *area[AREAS];
};

/* What a row came to. */
struct outcome {
	int result;      /* >= 0 or -errno */
	struct buf text; /* all that can be seen of it, in one line */
};

struct calls {
	struct side side[2];
	unsigned failed;
};

typedef void (*performer)(struct side *s, const void *row, struct outcome *o);

/*
 * Carries `row` out on both sides and prints a line of TAP: "ok" if both came to the same, and to the errno `want` (0:
 * success), which is not looked at if it is UNKNOWABLE.
 */
void compare(struct calls *c, const char *name, int want, performer perform, const void *row);

uint32_t side_resolve(const struct side *s, uint32_t word);

/* Where exactly `reach` bytes of the area can be touched: its end, less so many. */
uint8_t *area_end(const struct side *s, enum area area, size_t reach);

uint32_t checksum(const void *bytes, size_t len);

/* The sections, each a test of its own. */
void calls_probes(struct calls *c);
void calls_numbers(struct calls *c);
void calls_session(struct calls *c);
void calls_netlink(struct calls *c);
void calls_large(struct calls *c);

/* An ioctl word by word. */
struct word_row {
	const char *name;
	int want;
	enum file file;
	uint32_t nr;
	uint8_t size;  /* bytes of the struct */
	uint8_t reach; /* so many of them can be touched; 0: all */
	uint8_t out;   /* the word that an object's id comes back in */
	uint32_t keep; /* enum ref that gets it; 0: none */
	uint32_t word[16];
};

/* Numbers that stand for something else. */
enum { NR_TSM_OP = 1, /* the profile's; the row is left out where there is none */ NR_CLOSE /* of the file */ };

/* objects.c: sets of rows, in the order in which they are sent. */
struct word_rows {
	const struct word_row *row;
	size_t count;
};

extern const struct word_rows rows_setup;    /* until a vdevice stands, bound where allocation binds */
extern const struct word_rows rows_packed;   /* AMD's ABI */
extern const struct word_rows rows_bind;     /* TSM_OP */
extern const struct word_rows rows_teardown; /* and back to nothing */

/* What a request of requests.c does otherwise than a good one. */
enum field {
	FIELD_NONE,
	FIELD_SIZE,
	FIELD_TAIL, /* bytes behind the struct, the last of which is 1 */
	FIELD_VDEVICE,
	FIELD_OP, /* op, or scope */
	FIELD_ARCH,
	FIELD_REQ_LEN,
	FIELD_RESP_LEN,
	FIELD_RESERVED,
	FIELD_PAYLOAD,     /* a 32-bit word of it; as the 48-byte request has it */
	FIELD_ARG_REACH,   /* how much of the struct can be touched */
	FIELD_REQ_REACH,   /* the same of the request, ... */
	FIELD_RESP_REACH,  /* the response, ... */
	FIELD_NONCE_REACH, /* and the nonce */
	FIELD_REQ_NULL,    /* the pointer is 0 */
	FIELD_RESP_NULL,
};

struct change {
	uint8_t field;
	uint8_t word;
	uint32_t value;
};

/* When a request can be sent. */
enum {
	ON_OP48 = 1,
	ON_SCOPE40 = 2,
	ON_ANY = ON_OP48 | ON_SCOPE40,
};

struct request_row {
	const char *name;
	int want;
	uint8_t on;
	uint8_t op;      /* enum tsm_op */
	uint32_t object; /* enum evidence_type, or the state */
	bool varies;     /* the bytes that come back are other ones each time */
	struct change change[3];
};

struct request_rows {
	const struct request_row *row;
	size_t count;
};

extern const struct request_rows rows_unbound; /* vdevice without a TDI */
extern const struct request_rows rows_bound;   /* the TDI is bound, and unlocked */
extern const struct request_rows rows_gone;    /* the vdevice is destroyed */

void perform_words(struct side *s, const void *row, struct outcome *o);
void perform_request(struct side *s, const void *row, struct outcome *o);

/* Attributes by meaning; ids differ between families. */
enum attr {
	ATTR_END,
	ATTR_TYPE,
	ATTR_MASK,
	ATTR_FLAGS,
	ATTR_SUBSYS,
	ATTR_DEV_NAME,
	ATTR_NONCE,
	ATTR_GENERATION,
	ATTR_LENGTH,
	ATTR_VAL,
	ATTR_RAW, /* `number` is the id */
};

struct attr_row {
	uint8_t attr;
	uint8_t len; /* of the payload; 0 with `text`: its own and the NUL */
	uint16_t number;
	uint32_t value;
	const char *text;
	uint16_t nla_len;  /* what the header says instead; 0: the truth */
	uint16_t nla_bits; /* added to the type */
};

enum { IN_DEVICE_EVIDENCE = 1, IN_PCI_TSM = 2, IN_ANY = 3 };

struct message_row {
	const char *name;
	int want;
	uint8_t in;
	uint8_t cmd;
	uint16_t flags; /* besides NLM_F_REQUEST */
	struct attr_row attr[7];
	uint16_t type;     /* of the message; 0: the family's */
	uint16_t reserved; /* genlmsghdr.reserved */
	uint16_t cut;      /* bytes that are missing at the end */
	uint32_t buffer;   /* what is received with; 0: 64 KiB */
	bool twice;        /* sent again before anything is read */
	bool varies;       /* the bytes of VAL are other ones each time */
	bool of_core;      /* the sentence is the kernel's core's: that there is one is all that counts */
};

struct message_rows {
	const struct message_row *row;
	size_t count;
};

extern const struct message_rows rows_messages;
extern const struct message_rows rows_large; /* of dumps that do not fit into one message */

#endif
