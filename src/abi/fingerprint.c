// SPDX-License-Identifier: GPL-2.0-or-later
#include "abi/fingerprint.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "abi/grant.h"

struct abi {
	enum abi_verdict verdict;
	const struct profile *profile; /* NULL for ABI_UNKNOWN */
	bool assumed;
	bool asked;
	struct fp_answers answers;
	char reason[200];
	struct op_grant grant[OP_COUNT][PROFILE_ARCHS];
};

enum { AT_96 = 0, AT_97 = 1 };

void fp_start(struct fp_answers *a)
{
	for (int n = 0; n < FP_NUMBERS; n++)
		for (int op = 0; op < PROFILE_OPS; op++)
			for (int arch = 0; arch < PROFILE_ARCHS; arch++)
				a->answer[n][op][arch] = FP_UNASKED;
}

/* Which number's map is to be asked for, once both all-zero requests are answered: AT_96, AT_97, or -1 for none. */
static int map_wanted(const struct fp_answers *a)
{
	int zero96 = a->answer[AT_96][0][0];
	int zero97 = a->answer[AT_97][0][0];

	if (zero97 == FP_ACCEPTED_WHOLE)
		return -1; /* no TSM request succeeds there, so that kernel is none of ours */
	if (zero97 == EINVAL)
		return zero96 == ENOENT ? AT_97 : -1;
	return zero96 == EINVAL || zero96 == ENOENT ? AT_96 : -1;
}

static void probe_set(struct fp_probe *p, int n, int op, int arch)
{
	*p = (struct fp_probe){.nr = FP_FIRST_NR + (uint32_t)n, .op = (uint32_t)op, .arch = (uint32_t)arch};
	p->arg = (struct tsm_req48){.size = sizeof(p->arg), .op = p->op, .tvm_arch = p->arch};
	p->call = (struct ioctl_call){
		.layout = &layout_tsm_probe,
		.nr = p->nr,
		.effect = EFFECT_PROBE,
		.arg = &p->arg,
		.size = sizeof(p->arg),
	};
}

bool fp_next(const struct fp_answers *a, struct fp_probe *p)
{
	for (int n = 0; n < FP_NUMBERS; n++) {
		if (a->answer[n][0][0] == FP_UNASKED) {
			probe_set(p, n, 0, 0);
			return true;
		}
	}

	int n = map_wanted(a);

	if (n < 0)
		return false;
	/* A request at 0x3b97 is the interim tree's only if 0x3b96 is its TSM_OP, whose flags field is where op is. */
	if (n == AT_97 && a->answer[AT_96][1][0] == FP_UNASKED) {
		probe_set(p, AT_96, 1, 0);
		return true;
	}
	for (int i = 0; i < PROFILE_OPS * PROFILE_ARCHS; i++) {
		if (a->answer[n][i / PROFILE_ARCHS][i % PROFILE_ARCHS] == FP_UNASKED) {
			probe_set(p, n, i / PROFILE_ARCHS, i % PROFILE_ARCHS);
			return true;
		}
	}
	return false;
}

void fp_record(struct fp_answers *a, const struct fp_probe *p, int result)
{
	a->answer[p->nr - FP_FIRST_NR][p->op][p->arch] = result >= 0 ? FP_ACCEPTED_WHOLE : -result;
}

static char answer_letter(int answer)
{
	switch (answer) {
	case FP_UNASKED:
		return '.';
	case EINVAL:
		return 'E';
	case ENOENT:
		return 'N';
	case ENOTTY:
		return 'T';
	case EOPNOTSUPP:
		return 'S';
	default:
		return 'X';
	}
}

void fp_map_line(const struct fp_answers *a, uint32_t nr, uint32_t op, char out[PROFILE_ARCHS + 1])
{
	for (int arch = 0; arch < PROFILE_ARCHS; arch++)
		out[arch] = answer_letter(a->answer[nr - FP_FIRST_NR][op][arch]);
	out[PROFILE_ARCHS] = '\0';
}

/* The object ops of a profile are all there or all absent: `*objects` is -1 before the first, then 0 or 1. */
static bool row_matches(const struct profile_row *row, const char *line, int *objects)
{
	bool there = strcmp(line, row->answer) == 0;

	if (!row->object_op)
		return there;
	if (!there && strcmp(line, "EEEE") != 0)
		return false;
	if (*objects >= 0 && *objects != there)
		return false;
	*objects = there;
	return true;
}

static bool profile_matches(const struct profile *p, const struct fp_answers *a)
{
	char line[PROFILE_ARCHS + 1];
	int objects = -1;

	if (p->request_nr == 0 || map_wanted(a) != (int)(p->request_nr - FP_FIRST_NR))
		return false;
	if (p->bind_nr == FP_FIRST_NR && a->answer[AT_96][1][0] != EOPNOTSUPP)
		return false;
	for (uint32_t op = 0; op < PROFILE_OPS; op++) {
		fp_map_line(a, p->request_nr, op, line);
		if (!row_matches(&p->row[op], line, &objects))
			return false;
	}
	return true;
}

/* The kernel said ENOENT to this op and architecture, so it knows them. */
static bool op_accepted(const struct profile *p, const struct fp_answers *a, enum tsm_op op, enum tsm_arch arch)
{
	uint32_t number = p->number[op];

	if (number == 0)
		return false;
	if (p->form == FORM_SCOPE40)
		number--;
	return a->answer[p->request_nr - FP_FIRST_NR][number][arch] == ENOENT;
}

static void grant_op(struct abi *abi, enum tsm_op op, enum tsm_arch arch)
{
	abi->grant[op][arch] =
		(struct op_grant){.profile = abi->profile, .op = op, .arch = arch, .assumed = abi->assumed};
}

static void grant_all(struct abi *abi, const struct fp_answers *a)
{
	for (int op = 0; op < OP_COUNT; op++)
		for (int arch = ARCH_CCA; arch <= ARCH_TDX; arch++)
			if (op_accepted(abi->profile, a, (enum tsm_op)op, (enum tsm_arch)arch))
				grant_op(abi, (enum tsm_op)op, (enum tsm_arch)arch);
}

static void set_unknown(struct abi *abi)
{
	abi->verdict = ABI_UNKNOWN;
	snprintf(abi->reason, sizeof(abi->reason),
		 "something answers at 0x3b96 or 0x3b97, but not as any kernel that tsmctl knows");
}

static void set_profile(struct abi *abi, const struct profile *p, enum abi_verdict refused_as)
{
	abi->profile = p;
	abi->verdict = p->refusal ? refused_as : ABI_KNOWN;
	snprintf(abi->reason, sizeof(abi->reason), "%s", p->refusal ? p->refusal : "");
}

/* Neither number has a request to map: there is none, or it is there without CONFIG_TSM. */
static void classify_unmapped(struct abi *abi, const struct fp_answers *a)
{
	int zero96 = a->answer[AT_96][0][0];
	int zero97 = a->answer[AT_97][0][0];
	bool off96 = zero96 == EOPNOTSUPP;
	bool off97 = zero97 == EOPNOTSUPP;

	if ((zero96 != ENOTTY && !off96) || (zero97 != ENOTTY && !off97)) {
		set_unknown(abi);
		return;
	}
	set_profile(abi, profile_find("none"), ABI_NONE);
	if (off96 || off97)
		snprintf(abi->reason, sizeof(abi->reason),
			 "the kernel knows a TSM ioctl but was built without CONFIG_TSM (EOPNOTSUPP)");
}

struct abi *abi_from_answers(const struct fp_answers *a)
{
	struct abi *abi = calloc(1, sizeof(*abi));

	if (!abi)
		return NULL;
	abi->answers = *a;
	abi->asked = true;
	if (map_wanted(a) < 0) {
		classify_unmapped(abi, a);
		return abi;
	}
	set_unknown(abi);
	for (size_t i = 0; i < abi_profile_count; i++) {
		if (!profile_matches(&abi_profiles[i], a))
			continue;
		set_profile(abi, &abi_profiles[i], ABI_REFUSED);
		if (abi->verdict == ABI_KNOWN)
			grant_all(abi, a);
		break;
	}
	return abi;
}

/* What the profile would accept, by its own rows. */
static void grant_by_rows(struct abi *abi)
{
	const struct profile *p = abi->profile;

	for (int op = 0; op < OP_COUNT; op++) {
		uint32_t number = p->number[op];

		if (number == 0)
			continue;
		if (p->form == FORM_SCOPE40)
			number--;
		for (int arch = ARCH_CCA; arch <= ARCH_TDX; arch++)
			if (p->row[number].answer[arch] == 'N')
				grant_op(abi, (enum tsm_op)op, (enum tsm_arch)arch);
	}
}

struct abi *abi_assume(const struct profile *p, const struct fp_answers *a)
{
	struct abi *abi = calloc(1, sizeof(*abi));

	if (!abi)
		return NULL;
	abi->assumed = true;
	abi->asked = a != NULL;
	if (a)
		abi->answers = *a;
	set_profile(abi, p, p->request_nr ? ABI_REFUSED : ABI_NONE);
	if (abi->verdict == ABI_KNOWN)
		grant_by_rows(abi);
	return abi;
}

void abi_free(struct abi *abi)
{
	free(abi);
}

enum abi_verdict abi_verdict(const struct abi *abi)
{
	return abi->verdict;
}

bool abi_assumed(const struct abi *abi)
{
	return abi->assumed;
}

const char *abi_name(const struct abi *abi)
{
	return abi->profile ? abi->profile->name : "unknown";
}

const char *abi_source(const struct abi *abi)
{
	return abi->profile ? abi->profile->source : "no kernel that tsmctl knows";
}

const char *abi_reason(const struct abi *abi)
{
	return abi->reason;
}

uint32_t abi_request_nr(const struct abi *abi)
{
	return abi->profile ? abi->profile->request_nr : 0;
}

const struct fp_answers *abi_answers(const struct abi *abi)
{
	return abi->asked ? &abi->answers : NULL;
}

const struct op_grant *abi_grant(const struct abi *abi, enum tsm_op op, enum tsm_arch arch)
{
	const struct op_grant *g = &abi->grant[op][arch];

	return g->profile ? g : NULL;
}

bool abi_bind_call(const struct abi *abi, uint32_t vdevice_id, struct tsm_op_arg *arg, struct ioctl_call *call)
{
	if (abi->verdict != ABI_KNOWN || abi->profile->bind_nr == 0)
		return false;
	*arg = (struct tsm_op_arg){.size = sizeof(*arg), .type = TSM_OP_BIND, .vdevice_id = vdevice_id};
	*call = (struct ioctl_call){
		.layout = &layout_tsm_op,
		.nr = abi->profile->bind_nr,
		.effect = EFFECT_SETUP,
		.arg = arg,
		.size = sizeof(*arg),
		.op_name = "TSM_BIND",
	};
	return true;
}
