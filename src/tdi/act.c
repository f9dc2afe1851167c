// SPDX-License-Identifier: GPL-2.0-or-later
/* One request of a session: built from its grant, sent once, and its answer read with suspicion. */
#include <errno.h>
#include <stdio.h>

#include "tdi/platform.h"
#include "tdi/session.h"

bool session_can(const struct session *s, enum tsm_op op)
{
	return abi_grant(s->abi, op, s->arch) != NULL;
}

/* Under a profile that the kernel did not confirm any number may be a change. */
static bool changes(const struct session *s, enum tsm_op op)
{
	return abi_assumed(s->abi) || (op != OP_READ_OBJECT && op != OP_OBJECT_INFO);
}

static void name_object(const struct session *s, struct err *e)
{
	char what[80];

	session_describe(s, what, sizeof(what));
	err_object(e, "%s", s->bdf[0] ? s->bdf : what);
}

static int not_established(const struct session *s, enum tsm_op op, struct err *e)
{
	name_object(s, e);
	err_set(e, ERR_UNSUPPORTED, "EOPNOTSUPP", "this kernel (%s) does not accept %s for %s", abi_name(s->abi),
		tsm_op_name(op), arch_title(s->arch));
	err_hint(e, "'tsmctl info' lists the requests that it accepts.");
	return -1;
}

static int assumed_payload(const struct session *s, enum tsm_op op, struct err *e)
{
	name_object(s, e);
	err_set(e, ERR_USAGE, "USAGE", "the payload of %s is not published for %s", tsm_op_name(op),
		arch_title(s->arch));
	err_hint(e,
		 "--dry-run shows the bytes that tsmctl assumes; --force sends them, --payload FILE sends your own.");
	return -1;
}

/*
 * Errors that a kernel gives before the TSM is reached: nothing can have changed. Of VALIDATE_MMIO the errno may be
 * that of mapping one page after others, except for the first few.
 */
static bool before_the_tsm(enum tsm_op op, int errnum)
{
	static const int early[] = {ENOENT, ENOTTY, EOPNOTSUPP, EBADF, EINVAL, E2BIG, EPERM, EACCES, EBUSY, ENODEV};
	enum { NEVER_OF_A_MAPPING = 4 };
	size_t count = op == OP_VALIDATE_MMIO ? NEVER_OF_A_MAPPING : sizeof(early) / sizeof(early[0]);

	for (size_t i = 0; i < count; i++)
		if (errnum == early[i])
			return true;
	return false;
}

static bool is_bound(const struct session *s)
{
	struct pci_function f;
	struct err ignored = {0};

	return !s->bdf[0] || platform_function(s->kernel, s->bdf, &f, &ignored) || f.bound[0];
}

static int refused_by_tsm(const struct session *s, enum tsm_op op, struct err *e)
{
	if (!is_bound(s)) {
		err_set(e, ERR_STATE, "ENXIO", "%s: the TDI is not bound to a TVM", tsm_op_word(op));
		err_hint(e, "Its VMM has to make a vdevice for it first.");
		return -1;
	}
	err_set(e, ERR_STATE, "ENXIO", "%s: the TSM refused, or could not reach the device", tsm_op_word(op));
	if (op == OP_SET_TDI_STATE || op == OP_VALIDATE_MMIO)
		err_hint(e, "TDISP goes unlocked, locked, run, and back to unlocked; MMIO is validated while locked or "
			    "running.");
	return -1;
}

/* Why the errno came, as far as the check order of known kernels tells. */
static const struct {
	int errnum;
	const char *message; /* %s: op */
	const char *hint;
} reasons[] = {
	{EINVAL, "%s: the kernel or the TSM's driver does not accept the request",
	 "The architecture, the payload or an object that is not cached may be the cause; '--dry-run' shows the "
	 "bytes."},
	{EFAULT, "%s: the kernel could not copy the answer", "Look at the TDI's state before anything else."},
	{EBUSY, "%s: the TDI is busy", "Another request is under way, or it is bound to another VM."},
	{EINTR, "%s: interrupted", "Look at the TDI's state before anything else."},
	{EBADF, "%s: the descriptor is not an iommufd", "Check --iommufd or --attach PID:FD."},
	{ENOTTY, "%s: the descriptor is not an iommufd of a kernel with TSM requests",
	 "Check --iommufd or --attach PID:FD."},
	{EOPNOTSUPP, "%s: the TSM or its driver does not offer this", "'tsmctl info' lists what the kernel accepts."},
};

static int refused(struct session *s, enum tsm_op op, int errnum, struct err *e)
{
	name_object(s, e);
	s->lost = errnum == ENOENT || errnum == EBADF;
	e->uncertain = changes(s, op) && !s->dry_run && !before_the_tsm(op, errnum);
	if (errnum == ENXIO) {
		e->uncertain = e->uncertain && is_bound(s);
		return refused_by_tsm(s, op, e);
	}
	if (errnum == ENOENT) {
		err_errno(e, errnum, "%s: vdevice %u does not exist", tsm_op_word(op), s->vdevice);
		err_hint(e, "The VMM may have destroyed it. 'tsmctl list' shows who holds the function.");
		return -1;
	}
	for (size_t i = 0; i < sizeof(reasons) / sizeof(reasons[0]); i++) {
		if (errnum != reasons[i].errnum)
			continue;
		err_errno(e, errnum, reasons[i].message, tsm_op_word(op));
		err_hint(e, "%s", reasons[i].hint);
		return -1;
	}
	err_errno(e, errnum, "%s failed", tsm_op_word(op));
	err_hint(e, "The kernel's log may say more.");
	return -1;
}

/* `errnum` 0: the kernel's path worked, and the code alone tells of the failure. */
static int failed_by_tsm(const struct session *s, enum tsm_op op, int errnum, uint64_t code, struct err *e)
{
	char name[24] = "";

	name_object(s, e);
	e->has_tsm_code = true;
	e->tsm_code = code;
	e->uncertain = errnum && changes(s, op) && !before_the_tsm(op, errnum);
	err_set(e, ERR_TSM, "TSM", "%s: the TSM reported the error 0x%llx%s%s", tsm_op_word(op),
		(unsigned long long)code, errnum ? ", the kernel " : "", errnum ? err_errno_name(errnum, name) : "");
	err_hint(e, "The meaning of the code is the TSM's own; a wrong TDISP state is the usual cause.");
	return -1;
}

static int check_answer(const struct session *s, enum tsm_op op, int ret, const struct request *r, struct outcome *out,
			struct err *e)
{
	out->offered = request_offered(r);
	if ((uint32_t)ret > out->offered) {
		name_object(s, e);
		e->uncertain = changes(s, op);
		err_set(e, ERR_FAILED, "BADRESIDUE",
			"%s: the kernel speaks of %d unused bytes, of %u that were offered", tsm_op_word(op), ret,
			out->offered);
		err_hint(e, "The kernel and tsmctl disagree on the ABI; '--trace' shows each request.");
		return -1;
	}
	out->residue = (uint32_t)ret;
	return 0;
}

static int not_sent(const struct session *s, enum tsm_op op, struct err *e)
{
	name_object(s, e);
	err_errno(e, EINTR, "%s: interrupted before it was sent", tsm_op_word(op));
	return -1;
}

static int send_request(struct session *s, enum tsm_op op, struct request *r, struct outcome *out, struct err *e)
{
	int ret;

	if (interrupt_noted())
		return not_sent(s, op, e);
	ret = kernel_ioctl(s->kernel, s->iommufd, request_call(r));
	if (ret == -ECANCELED && s->dry_run) {
		e->dry_run = true;
		return err_set(e, ERR_FAILED, "DRYRUN", "nothing was sent");
	}
	/* The code is given back with an error too. */
	out->tsm_code = request_tsm_code(r);
	if (out->tsm_code)
		return failed_by_tsm(s, op, ret < 0 ? -ret : 0, out->tsm_code, e);
	return ret < 0 ? refused(s, op, -ret, e) : check_answer(s, op, ret, r, out, e);
}

int session_request(struct session *s, enum tsm_op op, const struct op_args *args, struct outcome *out, struct err *e)
{
	const struct op_grant *g = abi_grant(s->abi, op, s->arch);
	struct request *r;
	int ret;

	*out = (struct outcome){0};
	if (!g)
		return not_established(s, op, e);
	r = request_build(g, s->vdevice, args, e);
	if (!r)
		return -1;
	out->payload_assumed = request_assumed(r);
	if (changes(s, op) && out->payload_assumed && !s->force && !s->dry_run && kernel_is_real(s->kernel))
		ret = assumed_payload(s, op, e);
	else
		ret = send_request(s, op, r, out, e);
	s->changed |= changes(s, op) && !s->dry_run && (ret == 0 || e->uncertain);
	request_free(r);
	return ret;
}
