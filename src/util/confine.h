/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What this process may still ask of the kernel: a seccomp filter that lets a command's own system calls pass and no
 * other, so that a defect which hostile evidence finds is worth little. A new system call needs a row in confine.c.
 */
#ifndef TSMCTL_UTIL_CONFINE_H
#define TSMCTL_UTIL_CONFINE_H

/* What a command does besides reading files and writing to descriptors that it has. */
enum need {
	NEED_DEVICES = 1,   /* opens iommufd, VFIO and KVM nodes, copies descriptors of other processes */
	NEED_NETLINK = 2,   /* asks the kernel over netlink */
	NEED_FILES = 4,     /* makes, replaces and removes files */
	NEED_LIBRARIES = 8, /* loads libraries while it runs */
	NEED_TERMINAL = 16, /* edits lines: changes the modes of the terminal */
	NEED_TSM = NEED_DEVICES | NEED_NETLINK,
	NEED_OF_LINES = NEED_TSM | NEED_FILES | NEED_LIBRARIES, /* of any command but the shell */
};

/*
 * Gives up, for good, all system calls but those of `needs` (enum need). A call held back fails with ENOSYS and is
 * noted in the kernel's audit log. Does nothing where it cannot: another architecture than x86-64 and arm64, a kernel
 * without seccomp, a library in LD_PRELOAD (valgrind's is one) whose calls nobody knows, -D TSMCTL_SECCOMP=OFF.
 */
void confine(unsigned needs);

#endif
