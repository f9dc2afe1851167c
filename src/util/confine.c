// SPDX-License-Identifier: GPL-2.0-or-later
#include "util/confine.h"

#if TSMCTL_SECCOMP && (defined(__x86_64__) || defined(__AARCH64EL__))

#include <asm/ioctls.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "util/environment.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

#ifdef __x86_64__
enum { ARCHITECTURE = AUDIT_ARCH_X86_64 };
#else
enum { ARCHITECTURE = AUDIT_ARCH_AARCH64 };
#endif

enum {
	EVERY = 0, /* instead of needs: any command makes this call */
	OPEN_KIND = O_ACCMODE | O_CREAT | O_TRUNC | (O_TMPFILE & ~O_DIRECTORY),
	IOCTL_TYPE = 0xff00, /* of the interface, in an ioctl's number */
	IOCTL_IOMMUFD_VFIO = ';' << 8,
	IOCTL_KVM = 0xae << 8,
};

/* Calls that pass only if `mask` of an argument is `value`, or is this process. */
static const struct limited_call {
	int nr;
	unsigned needs; /* one of them is enough */
	unsigned argument;
	uint32_t mask;
	uint32_t value;
	bool own; /* `value` is the process id */
} limited_calls[] = {
	{__NR_openat, EVERY, 2, OPEN_KIND, O_RDONLY, false},
	{__NR_openat, NEED_DEVICES, 2, OPEN_KIND, O_RDWR, false},
	{__NR_ioctl, EVERY, 1, UINT32_MAX, TCGETS, false},
	{__NR_ioctl, EVERY, 1, UINT32_MAX, TIOCGWINSZ, false},
	{__NR_ioctl, NEED_DEVICES, 1, IOCTL_TYPE, IOCTL_IOMMUFD_VFIO, false},
	{__NR_ioctl, NEED_DEVICES, 1, IOCTL_TYPE, IOCTL_KVM, false},
	{__NR_ioctl, NEED_TERMINAL, 1, UINT32_MAX, TCSETS, false},
	{__NR_ioctl, NEED_TERMINAL, 1, UINT32_MAX, TCSETSW, false},
	{__NR_ioctl, NEED_TERMINAL, 1, UINT32_MAX, TCSETSF, false},
	{__NR_ioctl, NEED_TERMINAL, 1, UINT32_MAX, TCXONC, false},
	{__NR_ioctl, NEED_TERMINAL, 1, UINT32_MAX, TIOCSWINSZ, false},
	{__NR_ioctl, NEED_TERMINAL, 1, UINT32_MAX, TIOCGPGRP, false},
	{__NR_ioctl, NEED_TERMINAL, 1, UINT32_MAX, FIONREAD, false},
	{__NR_mmap, EVERY, 2, PROT_EXEC, 0, false},
	{__NR_mprotect, EVERY, 2, PROT_EXEC, 0, false},
	{__NR_socket, NEED_NETLINK, 0, UINT32_MAX, AF_NETLINK, false},
	{__NR_kill, EVERY, 0, UINT32_MAX, 0, true},
	{__NR_tgkill, EVERY, 0, UINT32_MAX, 0, true},
	{__NR_process_vm_readv, EVERY, 0, UINT32_MAX, 0, true},
};

static const struct call {
	int nr;
	unsigned needs; /* one of them is enough */
} calls[] = {
	{__NR_read, EVERY},
	{__NR_pread64, EVERY},
	{__NR_readv, EVERY},
	{__NR_write, EVERY},
	{__NR_writev, EVERY},
	{__NR_close, EVERY},
	{__NR_lseek, EVERY},
	{__NR_fstat, EVERY},
	{__NR_newfstatat, EVERY},
	{__NR_statx, EVERY},
	{__NR_readlinkat, EVERY},
	{__NR_faccessat, EVERY},
	{__NR_faccessat2, EVERY},
	{__NR_getdents64, EVERY},
	{__NR_getcwd, EVERY},
	{__NR_fcntl, EVERY},
	{__NR_dup, EVERY},
	{__NR_dup3, EVERY},
	{__NR_memfd_create, EVERY},
	{__NR_ftruncate, EVERY},
	{__NR_ppoll, EVERY},
	{__NR_pselect6, EVERY},
	{__NR_munmap, EVERY},
	{__NR_mremap, EVERY},
	{__NR_madvise, EVERY},
	{__NR_brk, EVERY},
	{__NR_futex, EVERY},
	{__NR_getrandom, EVERY},
	{__NR_clock_gettime, EVERY},
	{__NR_clock_nanosleep, EVERY},
	{__NR_nanosleep, EVERY},
	{__NR_gettimeofday, EVERY},
	{__NR_rt_sigaction, EVERY},
	{__NR_rt_sigprocmask, EVERY},
	{__NR_rt_sigpending, EVERY},
	{__NR_rt_sigtimedwait, EVERY},
	{__NR_rt_sigreturn, EVERY},
	{__NR_restart_syscall, EVERY},
	{__NR_getpid, EVERY},
	{__NR_gettid, EVERY},
	{__NR_getuid, EVERY},
	{__NR_geteuid, EVERY},
	{__NR_getgid, EVERY},
	{__NR_getegid, EVERY},
	{__NR_uname, EVERY},
	{__NR_sysinfo, EVERY},
	{__NR_sched_yield, EVERY},
	{__NR_exit, EVERY},
	{__NR_exit_group, EVERY},
	{__NR_setitimer, NEED_TERMINAL},
	{__NR_pidfd_open, NEED_DEVICES},
	{__NR_pidfd_getfd, NEED_DEVICES},
	{__NR_bind, NEED_NETLINK},
	{__NR_setsockopt, NEED_NETLINK},
	{__NR_sendto, NEED_NETLINK},
	{__NR_recvmsg, NEED_NETLINK},
	{__NR_openat, NEED_FILES},
	{__NR_fsync, NEED_FILES},
	{__NR_fchmod, NEED_FILES},
	{__NR_flock, NEED_FILES},
	{__NR_mkdirat, NEED_FILES},
	{__NR_linkat, NEED_FILES},
	{__NR_renameat, NEED_FILES},
	{__NR_renameat2, NEED_FILES},
	{__NR_unlinkat, NEED_FILES},
	{__NR_mmap, NEED_LIBRARIES},
	{__NR_mprotect, NEED_LIBRARIES},
#ifdef __x86_64__ /* which has the older forms, too, and the C library uses them */
	{__NR_access, EVERY},
	{__NR_readlink, EVERY},
	{__NR_dup2, EVERY},
	{__NR_poll, EVERY},
	{__NR_select, EVERY},
	{__NR_time, EVERY},
	{__NR_alarm, NEED_TERMINAL},
	{__NR_mkdir, NEED_FILES},
	{__NR_rmdir, NEED_FILES},
	{__NR_rename, NEED_FILES},
	{__NR_unlink, NEED_FILES},
#endif
};

/*
 * The kernel runs a new filter for each number that there is, to learn which calls it need not ask about. So the
 * numbers come in blocks, of which all but one are skipped: one list of all calls would take longer than most commands'
 * work.
 */
enum { NUMBERS = 512, OF_BLOCK = 32, BLOCKS = NUMBERS / OF_BLOCK };

/* Instructions. */
enum { PROLOGUE = 4, BLOCK_HEAD = 1, OF_LIMITED = 6, OF_CALL = 2, REFUSAL = 1, FARTHEST_JUMP = UINT8_MAX };

_Static_assert(OF_LIMITED *COUNT(limited_calls) + OF_CALL * OF_BLOCK + REFUSAL <= FARTHEST_JUMP,
	       "a jump reaches over any block");

struct program {
	struct sock_filter op[PROLOGUE + BLOCKS * (BLOCK_HEAD + REFUSAL) + OF_LIMITED * COUNT(limited_calls) +
			      OF_CALL * COUNT(calls) + REFUSAL];
	unsigned short len;
};

static void emit(struct program *p, uint16_t code, size_t k)
{
	p->op[p->len++] = (struct sock_filter){.code = code, .k = (uint32_t)k};
}

/* Goes on with the next instruction if the accumulator is `k`, otherwise skips as many as told. */
static void emit_unless_skip(struct program *p, uint32_t k, uint8_t skip)
{
	p->op[p->len++] = (struct sock_filter){.code = BPF_JMP | BPF_JEQ | BPF_K, .jf = skip, .k = k};
}

static void load(struct program *p, size_t offset)
{
	emit(p, BPF_LD | BPF_W | BPF_ABS, offset);
}

static void decide(struct program *p, uint32_t action)
{
	emit(p, BPF_RET | BPF_K, action);
}

static void refuse(struct program *p)
{
	decide(p, SECCOMP_RET_ERRNO | ENOSYS);
}

static void add_limited(struct program *p, const struct limited_call *c)
{
	emit_unless_skip(p, (uint32_t)c->nr, OF_LIMITED - 1);
	load(p, offsetof(struct seccomp_data, args) + c->argument * sizeof(uint64_t));
	emit(p, BPF_ALU | BPF_AND | BPF_K, c->mask);
	emit_unless_skip(p, c->own ? (uint32_t)getpid() : c->value, 1);
	decide(p, SECCOMP_RET_ALLOW);
	load(p, offsetof(struct seccomp_data, nr));
}

static void add_call(struct program *p, const struct call *c)
{
	emit_unless_skip(p, (uint32_t)c->nr, 1);
	decide(p, SECCOMP_RET_ALLOW);
}

static bool wanted(int nr, int block, unsigned needs_one_of, unsigned needs)
{
	return nr / OF_BLOCK == block && (needs_one_of == EVERY || needs_one_of & needs);
}

static void add_block(struct program *p, int block, unsigned needs)
{
	struct sock_filter *head = &p->op[p->len];

	emit(p, BPF_JMP | BPF_JGE | BPF_K, (size_t)(block + 1) * OF_BLOCK);
	for (size_t i = 0; i < COUNT(limited_calls); i++) {
		if (wanted(limited_calls[i].nr, block, limited_calls[i].needs, needs))
			add_limited(p, &limited_calls[i]);
	}
	for (size_t i = 0; i < COUNT(calls); i++) {
		if (wanted(calls[i].nr, block, calls[i].needs, needs))
			add_call(p, &calls[i]);
	}
	refuse(p);
	head->jt = (uint8_t)(&p->op[p->len] - head - BLOCK_HEAD);
}

static void build(struct program *p, unsigned needs)
{
	load(p, offsetof(struct seccomp_data, arch));
	p->op[p->len++] = (struct sock_filter){.code = BPF_JMP | BPF_JEQ | BPF_K, .jt = 1, .k = ARCHITECTURE};
	refuse(p);
	load(p, offsetof(struct seccomp_data, nr));
	for (int block = 0; block < BLOCKS; block++)
		add_block(p, block, needs);
	refuse(p);
}

void confine(unsigned needs)
{
	struct program p;
	struct sock_fprog filter = {.filter = p.op};

	if (environment("LD_PRELOAD") || syscall(__NR_prctl, PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))
		return;
	p.len = 0;
	build(&p, needs);
	filter.len = p.len;
	(void)syscall(__NR_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_LOG, &filter);
}

#else

void confine(unsigned needs)
{
	(void)needs;
}

#endif
