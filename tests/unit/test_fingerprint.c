// SPDX-License-Identifier: GPL-2.0-or-later
/* The fingerprint against models of the kernels, and against every kernel that differs from one in a single answer. */
#include "abi_models.h"

#include "abi/request.h"

enum { QUESTIONS_MAX = 38 };

/* What a kernel answers to each question, as errno; 0: it carried the request out. */
struct map {
	int answer[2][PROFILE_OPS][PROFILE_ARCHS];
};

static struct map map_of(const struct model *m)
{
	struct map map;

	for (uint32_t op = 0; op < PROFILE_OPS; op++) {
		for (uint32_t arch = 0; arch < PROFILE_ARCHS; arch++) {
			struct tsm_req48 r = {.size = 48, .op = op, .tvm_arch = arch};

			map.answer[0][op][arch] = m->at96(&r);
			map.answer[1][op][arch] = m->at97(&r);
		}
	}
	return map;
}

static void check_question(const struct fp_probe *p)
{
	const struct tsm_req48 harmless = {.size = 48, .op = p->op, .tvm_arch = p->arch};
	const struct ioctl_call *c = &p->call;

	assert_true(p->nr == 0x3b96 || p->nr == 0x3b97);
	assert_in_range(p->op, 0, PROFILE_OPS - 1);
	assert_in_range(p->arch, 0, PROFILE_ARCHS - 1);
	assert_memory_equal(&p->arg, &harmless, sizeof(harmless));
	assert_ptr_equal(c->arg, &p->arg);
	assert_int_equal(c->size, 48);
	assert_int_equal(c->nr, p->nr);
	assert_int_equal(c->effect, EFFECT_PROBE);
	assert_null(c->request);
	assert_null(c->response);
	assert_int_equal(c->request_len + c->response_len, 0);
	assert_non_null(c->layout);
}

/* Asks until the fingerprint knows enough; every question is harmless and asked once. */
static struct abi *ask(const struct map *map, struct fp_answers *a)
{
	struct fp_probe p;
	struct abi *abi;
	int questions = 0;

	fp_start(a);
	while (fp_next(a, &p)) {
		check_question(&p);
		assert_in_range(++questions, 1, QUESTIONS_MAX);
		assert_int_equal(a->answer[p.nr - 0x3b96][p.op][p.arch], FP_UNASKED);
		fp_record(a, &p, -map->answer[p.nr - 0x3b96][p.op][p.arch]);
	}
	abi = abi_from_answers(a);
	assert_non_null(abi);
	return abi;
}

static bool grants_nothing(const struct abi *abi)
{
	for (int op = 0; op < OP_COUNT; op++)
		for (int arch = 0; arch < PROFILE_ARCHS; arch++)
			if (abi_grant(abi, (enum tsm_op)op, (enum tsm_arch)arch))
				return false;
	return true;
}

static void check_grants(const struct abi *abi, const struct model *m)
{
	for (int op = 0; op < OP_COUNT; op++) {
		const char *archs = m->granted[op] ? m->granted[op] : "";

		for (int arch = 0; arch < PROFILE_ARCHS; arch++) {
			bool wanted = strstr(archs, arch_name((enum tsm_arch)arch)) != NULL;
			bool granted = abi_grant(abi, (enum tsm_op)op, (enum tsm_arch)arch) != NULL;

			if (granted != wanted)
				fail_msg("%s: %s for %s is %s", m->kernel, tsm_op_name((enum tsm_op)op),
					 arch_name((enum tsm_arch)arch), granted ? "granted" : "not granted");
		}
	}
}

static void models_are_recognised(void **state)
{
	(void)state;
	for (size_t i = 0; i < MODELS; i++) {
		struct map map = map_of(&models[i]);
		struct fp_answers a;
		struct abi *abi = ask(&map, &a);

		assert_string_equal(abi_name(abi), models[i].profile);
		assert_false(abi_assumed(abi));
		assert_memory_equal(abi_answers(abi), &a, sizeof(a));
		check_grants(abi, &models[i]);
		abi_free(abi);
	}
}

/* Of the observed kernels the map itself is known, not only the check order. */
static void models_answer_as_observed(void **state)
{
	static const char *const newest_bare[] = {"EEEE", "ENNN", "ENNN", "EENE", "EENE",
						  "EEEE", "EEEE", "EEEE", "EEEE"};
	static const char *const june[] = {"EEEE", "ENNN", "ENNN", "ENNN", "ENNN", "ENNN", "EENE", "EENE", "EEEE"};
	struct fp_answers a;
	struct map map;
	char line[5];

	(void)state;
	map = map_of(&models[1]);
	abi_free(ask(&map, &a));
	for (uint32_t op = 0; op < PROFILE_OPS; op++) {
		fp_map_line(&a, 0x3b96, op, line);
		assert_string_equal(line, newest_bare[op]);
		fp_map_line(&a, 0x3b97, op, line);
		assert_string_equal(line, op ? "...." : "T...");
	}
	map = map_of(model_of_profile("op48-2026-06"));
	abi_free(ask(&map, &a));
	for (uint32_t op = 0; op < PROFILE_OPS; op++) {
		fp_map_line(&a, 0x3b96, op, line);
		assert_string_equal(line, june[op]);
	}
}

static void map_lines_have_a_letter_for_each_answer(void **state)
{
	static const int answers[PROFILE_ARCHS] = {-EINVAL, -EOPNOTSUPP, -EFAULT, 7};
	struct fp_probe p = {.nr = 0x3b97, .op = 8};
	struct fp_answers a;
	char line[5];

	(void)state;
	fp_start(&a);
	fp_map_line(&a, 0x3b97, 8, line);
	assert_string_equal(line, "....");
	for (p.arch = 0; p.arch < PROFILE_ARCHS; p.arch++)
		fp_record(&a, &p, answers[p.arch]);
	fp_map_line(&a, 0x3b97, 8, line);
	assert_string_equal(line, "ESXX");
	assert_int_equal(a.answer[1][8][3], FP_ACCEPTED_WHOLE);
}

static void verdicts_say_why(void **state)
{
	static const struct {
		size_t model;
		enum abi_verdict verdict;
		uint32_t nr;
		const char *reason; /* a part of it */
	} cases[] = {
		{0, ABI_KNOWN, 0x3b96, NULL},       {2, ABI_KNOWN, 0x3b97, NULL},
		{4, ABI_KNOWN, 0x3b96, NULL},       {5, ABI_KNOWN, 0x3b96, NULL},
		{6, ABI_REFUSED, 0x3b96, "packed"}, {7, ABI_NONE, 0, "IOMMU_VDEVICE_TSM_REQ"},
		{8, ABI_NONE, 0, "CONFIG_TSM"},     {9, ABI_NONE, 0, "CONFIG_TSM"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct abi *abi = model_abi(&models[cases[i].model]);

		assert_int_equal(abi_verdict(abi), cases[i].verdict);
		assert_int_equal(abi_request_nr(abi), cases[i].nr);
		if (cases[i].reason)
			assert_non_null(strstr(abi_reason(abi), cases[i].reason));
		else
			assert_string_equal(abi_reason(abi), "");
		abi_free(abi);
	}
}

static void assert_unknown(struct abi *abi)
{
	assert_int_equal(abi_verdict(abi), ABI_UNKNOWN);
	assert_string_equal(abi_name(abi), "unknown");
	assert_int_equal(abi_request_nr(abi), 0);
	assert_string_not_equal(abi_reason(abi), "");
	assert_true(grants_nothing(abi));
	abi_free(abi);
}

static void strangers_are_unknown(void **state)
{
	static const struct {
		int (*at96)(const void *arg);
		int (*at97)(const void *arg);
	} strangers[] = {
		{model_newest, model_newest}, /* both answer EINVAL */
		{model_newest, model_june},   {model_june, model_newest},   {model_absent, model_newest},
		{model_off, model_newest},    {model_tsm_op, model_june},   {model_tsm_op, model_absent},
		{model_packed, model_newest}, {model_absent, model_packed},
	};
	struct fp_answers a;

	(void)state;
	for (size_t i = 0; i < sizeof(strangers) / sizeof(strangers[0]); i++) {
		struct model m = {.at96 = strangers[i].at96, .at97 = strangers[i].at97};
		struct map map = map_of(&m);

		assert_unknown(ask(&map, &a));
	}
}

/* A later kernel's numbers, moved by one, are close to ours and not ours. */
static void shifted_numbers_are_unknown(void **state)
{
	struct map map = map_of(&models[0]);
	struct map shifted = map;
	struct fp_answers a;

	(void)state;
	memcpy(shifted.answer[0][2], map.answer[0][1], sizeof(map.answer[0][0]) * 7);
	memcpy(shifted.answer[0][1], map.answer[0][0], sizeof(map.answer[0][0]));
	assert_unknown(ask(&shifted, &a));
}

static void object_ops_come_together_or_not_at_all(void **state)
{
	struct map with = map_of(&models[0]);
	struct map without = map_of(&models[1]);
	struct fp_answers a;

	(void)state;
	for (unsigned some = 1; some < 7; some++) {
		struct map map = without;

		for (unsigned bit = 0; bit < 3; bit++)
			if (some & 1u << bit)
				memcpy(map.answer[0][5 + bit], with.answer[0][5 + bit], sizeof(map.answer[0][0]));
		assert_unknown(ask(&map, &a));
	}
}

/* What 0x3b97 says of a kernel whose requests are at 0x3b96 decides nothing, unless it could be a request, too. */
static bool may_stay(const struct model *m, int n, int answer)
{
	return n == 1 && m->at97 == model_absent && answer != EINVAL && answer != 0;
}

static bool is_absent(int answer)
{
	return answer == ENOTTY || answer == EOPNOTSUPP;
}

/* Without a request at either number there is none, whatever else the map would say. */
static bool is_none(const struct map *map)
{
	return is_absent(map->answer[0][0][0]) && is_absent(map->answer[1][0][0]);
}

/* Each granted request, built, carries an op that this kernel said ENOENT to. */
static void check_accepted(const struct abi *abi, const struct map *map)
{
	for (int i = 0; i < OP_COUNT * PROFILE_ARCHS; i++) {
		enum tsm_op op = (enum tsm_op)(i / PROFILE_ARCHS);
		enum tsm_arch arch = (enum tsm_arch)(i % PROFILE_ARCHS);
		const struct op_grant *g = abi_grant(abi, op, arch);
		struct op_args args = {.type = EV_REPORT};
		struct err e = {0};

		if (!g)
			continue;
		struct request *r = request_build(g, 1, &args, &e);

		assert_non_null(r);
		const struct ioctl_call *c = request_call(r);

		assert_int_equal(map->answer[c->nr - 0x3b96][model_word(c->arg, 8)][arch], ENOENT);
		request_free(r);
	}
}

static void check_mutant(const struct model *m, const struct map *original, int n, int cell, int answer)
{
	int op = cell / PROFILE_ARCHS;
	int arch = cell % PROFILE_ARCHS;
	struct map map = *original;
	struct fp_answers a;
	struct abi *abi;

	if (map.answer[n][op][arch] == answer)
		return;
	map.answer[n][op][arch] = answer;
	abi = ask(&map, &a);
	if (abi_verdict(abi) == ABI_UNKNOWN) {
		assert_unknown(abi);
		return;
	}
	if (is_none(&map)) {
		assert_string_equal(abi_name(abi), "none");
		assert_true(grants_nothing(abi));
	} else {
		if (strcmp(abi_name(abi), m->profile) != 0)
			fail_msg("%s: errno %d to op %d, arch %d: %s", m->kernel, answer, op, arch, abi_name(abi));
		if (a.answer[n][op][arch] != FP_UNASKED && !may_stay(m, n, answer))
			fail_msg("%s: errno %d to op %d, arch %d is overlooked", m->kernel, answer, op, arch);
		check_accepted(abi, &map);
		check_grants(abi, m);
	}
	abi_free(abi);
}

static void one_other_answer_never_grants_what_was_not_accepted(void **state)
{
	static const int answers[] = {EINVAL, ENOENT, EIO, ENOTTY, EOPNOTSUPP, 0};

	(void)state;
	for (size_t i = 0; i < MODELS; i++) {
		struct map map = map_of(&models[i]);

		for (int n = 0; n < 2; n++)
			for (int cell = 0; cell < PROFILE_OPS * PROFILE_ARCHS; cell++)
				for (size_t k = 0; k < sizeof(answers) / sizeof(answers[0]); k++)
					check_mutant(&models[i], &map, n, cell, answers[k]);
	}
}

static void a_word_for_a_profile_grants_its_rows(void **state)
{
	static const char *const names[] = {"op48-2026-09", "op48-interim", "op48-2026-06", "scope40-v5"};
	struct fp_answers a;

	(void)state;
	fp_start(&a);
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		struct abi *abi = abi_assume(profile_find(names[i]), &a);

		assert_non_null(abi);
		assert_true(abi_assumed(abi));
		assert_int_equal(abi_verdict(abi), ABI_KNOWN);
		assert_memory_equal(abi_answers(abi), &a, sizeof(a));
		check_grants(abi, model_of_profile(names[i]));
		abi_free(abi);
	}
}

static void a_word_for_a_refused_profile_grants_nothing(void **state)
{
	static const struct {
		const char *name;
		enum abi_verdict verdict;
	} cases[] = {{"amd-packed48", ABI_REFUSED}, {"none", ABI_NONE}};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct abi *abi = abi_assume(profile_find(cases[i].name), NULL);

		assert_non_null(abi);
		assert_int_equal(abi_verdict(abi), cases[i].verdict);
		assert_string_not_equal(abi_reason(abi), "");
		assert_null(abi_answers(abi));
		assert_true(grants_nothing(abi));
		abi_free(abi);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(models_are_recognised),
		cmocka_unit_test(models_answer_as_observed),
		cmocka_unit_test(map_lines_have_a_letter_for_each_answer),
		cmocka_unit_test(verdicts_say_why),
		cmocka_unit_test(strangers_are_unknown),
		cmocka_unit_test(shifted_numbers_are_unknown),
		cmocka_unit_test(object_ops_come_together_or_not_at_all),
		cmocka_unit_test(one_other_answer_never_grants_what_was_not_accepted),
		cmocka_unit_test(a_word_for_a_profile_grants_its_rows),
		cmocka_unit_test(a_word_for_a_refused_profile_grants_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
