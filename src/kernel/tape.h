/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The text of a recording, which record.c writes and replay.c holds against what it is asked. One JSON object:
 *
 *   {"schema":"tsmctl-recording/1","tsmctl":VERSION,"backend":"kernel" or "sim","calls":[CALL,...]}
 *   CALL: {"ask":{"call":NAME, arguments},"answer":{"ret":N or "errno":NAME, what came back},"us":N,"sum":"0x..."}
 *
 * Binary data is a string of hex digits; text is a string, or {"hex":"..."} where it is more than printable ASCII. In
 * structs and requests, fields that hold addresses read 0. "us" is how long the call took, in microseconds. "sum" is
 * the FNV-1a hash of this call and, before it, of all that was said so far: it finds accidents, not forgers.
 */
#ifndef TSMCTL_KERNEL_TAPE_H
#define TSMCTL_KERNEL_TAPE_H

#include <stddef.h>
#include <stdint.h>

#include "kernel/kernel.h"
#include "util/buf.h"

#define TAPE_FAMILY "tsmctl-recording/" /* of formats */
#define TAPE_SCHEMA TAPE_FAMILY "1"

/* Two copies of the largest object as hex digits are 64 MiB. */
enum { TAPE_MAX_SIZE = 128 << 20, TAPE_MAX_CALLS = 1 << 18 };

/* Each appends the "ask" of one function of the seam. */
void tape_ask_open(struct buf *b, const char *path, int flags, enum effect effect);
void tape_ask_close(struct buf *b, int fd);
void tape_ask_ioctl(struct buf *b, int fd, const struct ioctl_call *call);
void tape_ask_path(struct buf *b, const char *call, const char *path, size_t cap); /* read_file, read_link */
void tape_ask_list_dir(struct buf *b, const char *path);
void tape_ask_pidfd_getfd(struct buf *b, pid_t pid, int target);
void tape_ask_nl_open(struct buf *b);
void tape_ask_nl_send(struct buf *b, int fd, const void *msg, size_t len, enum effect effect);
void tape_ask_nl_recv(struct buf *b, int fd, size_t cap, int timeout_ms);
void tape_ask_random(struct buf *b, size_t len);

/* Appends ,"key":value. */
void tape_put_hex(struct buf *b, const char *key, const void *bytes, size_t len);
void tape_put_text(struct buf *b, const char *key, const void *text, size_t len);
void tape_put_arg(struct buf *b, const struct ioctl_call *call); /* the struct, without its addresses */
void tape_put_names(struct buf *b, const struct names *names);

/* The sum before the first call, and the sum after a call from the one before it. Texts are compact JSON. */
uint64_t tape_sum_start(const char *version, const char *backend);
uint64_t tape_sum_call(uint64_t sum, const char *ask, const char *answer, uint64_t us);

#endif
