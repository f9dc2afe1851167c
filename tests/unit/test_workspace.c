// SPDX-License-Identifier: GPL-2.0-or-later
/* What a batch or shell keeps from command to command, and what it must not keep. */
#include "watch_kernel.h"

#include "tdi/workspace.h"

/* A workspace on a watched kernel, which the test owns. */
struct bench {
	struct watch w;
	struct workspace ws;
	struct err e;
};

static void not_freed(struct kernel *k)
{
	(void)k;
}

static void put_up(struct bench *b)
{
	*b = (struct bench){.ws.keeps = true};
	watch_start(&b->w, "cca");
	b->w.ops.free = not_freed;
	assert_int_equal(workspace_settle(&b->ws, &b->w.kernel, "test", &b->e), 0);
}

static void take_down(struct bench *b)
{
	assert_int_equal(workspace_close(&b->ws, &b->e), 0);
	buf_free(&b->ws.notes);
	watch_stop(&b->w);
}

static struct target target_of(const char *bdf)
{
	struct target t = {.pid_fd = -1, .iommufd = -1, .kvm_fd = -1};

	snprintf(t.bdf, sizeof(t.bdf), "%s", bdf);
	return t;
}

/* A command that needs a session, from its beginning to its end; `state` negative: it sends nothing. */
static int command(struct bench *b, const char *bdf, int state, bool dry_run)
{
	struct op_args args = {.state = (enum tdi_state)state};
	struct target t = target_of(bdf);
	struct outcome out = {0};
	struct session *s;
	int ret;

	t.abi.dry_run = dry_run;
	err_clear(&b->e);
	buf_reset(&b->ws.notes);
	assert_int_equal(workspace_begin(&b->ws, false, dry_run, &b->e), 0);
	s = workspace_session(&b->ws, &t, &b->e);
	ret = s ? 0 : -1;
	if (s && state >= 0)
		ret = session_request(s, OP_SET_TDI_STATE, &args, &out, &b->e);
	workspace_end(&b->ws);
	return ret;
}

static void an_own_session_lasts_and_is_made_once(void **state)
{
	struct bench b;
	int setups;

	(void)state;
	put_up(&b);
	assert_int_equal(command(&b, FREE_BDF, TDI_LOCKED, false), 0);
	setups = b.w.setups;
	assert_true(b.w.descriptors > 0);
	assert_int_equal(command(&b, FREE_BDF, TDI_RUN, false), 0);
	assert_int_equal(b.w.setups, setups);
	assert_int_equal(b.w.changes, 2);
	assert_non_null(workspace_changed(&b.ws));
	take_down(&b);
}

static void the_fingerprint_is_taken_once(void **state)
{
	struct bench b;
	int probes;

	(void)state;
	put_up(&b);
	assert_int_equal(command(&b, HELD_BDF, -1, false), 0);
	probes = b.w.probes;
	assert_true(probes > 0);
	assert_int_equal(command(&b, FREE_BDF, -1, false), 0);
	assert_int_equal(b.w.probes, probes);
	take_down(&b);
}

static void a_vmm_s_descriptor_is_gone_with_the_command(void **state)
{
	struct bench b;

	(void)state;
	put_up(&b);
	assert_int_equal(command(&b, HELD_BDF, TDI_LOCKED, false), 0);
	assert_int_equal(b.w.descriptors, 0);
	assert_null(workspace_changed(&b.ws)); /* that lasts without us */
	assert_int_equal(b.ws.notes.len, 0);
	take_down(&b);
}

static void another_target_ends_what_was_changed_and_says_so(void **state)
{
	struct bench b;

	(void)state;
	put_up(&b);
	assert_int_equal(command(&b, FREE_BDF, TDI_LOCKED, false), 0);
	workspace_saw(&b.ws, FREE_BDF, "locked");
	assert_int_equal(command(&b, HELD_BDF, -1, false), 0);
	assert_non_null(strstr(b.ws.notes.data, FREE_BDF));
	assert_non_null(strstr(b.ws.notes.data, "ends for another target"));
	assert_null(b.ws.seen_state);
	assert_int_equal(b.w.descriptors, 0);
	assert_int_equal(b.w.objects, 0);
	take_down(&b);
}

static void a_dry_run_leaves_the_session_alone_and_nothing_behind(void **state)
{
	struct bench b;
	int descriptors, changes;

	(void)state;
	put_up(&b);
	assert_int_equal(command(&b, FREE_BDF, TDI_LOCKED, false), 0);
	descriptors = b.w.descriptors;
	changes = b.w.changes;
	assert_int_equal(command(&b, FREE_BDF, TDI_RUN, true), -1);
	assert_true(b.e.dry_run);
	assert_int_equal(command(&b, HELD_BDF, TDI_RUN, true), -1);
	assert_true(b.e.dry_run);
	assert_int_equal(b.w.descriptors, descriptors);
	assert_int_equal(b.w.changes, changes);
	assert_ptr_equal(b.ws.kernel, &b.w.kernel);
	assert_int_equal(command(&b, FREE_BDF, TDI_RUN, false), 0);
	take_down(&b);
}

static void a_lost_session_is_dropped_with_a_note(void **state)
{
	struct bench b;

	(void)state;
	put_up(&b);
	assert_int_equal(command(&b, FREE_BDF, TDI_LOCKED, false), 0);
	b.w.answers = true;
	b.w.answer = -ENOENT;
	assert_int_equal(command(&b, FREE_BDF, TDI_RUN, false), -1);
	assert_non_null(strstr(b.ws.notes.data, "the session has ended"));
	assert_int_equal(b.w.descriptors, 0);
	b.w.answers = false;
	assert_int_equal(command(&b, FREE_BDF, TDI_LOCKED, false), 0);
	take_down(&b);
}

static void an_interrupted_fingerprint_is_not_kept(void **state)
{
	struct bench b;

	(void)state;
	put_up(&b);
	b.w.interrupted_probe = 7;
	assert_int_equal(command(&b, FREE_BDF, TDI_LOCKED, false), -1);
	assert_string_equal(b.e.code, "EINTR");
	assert_int_equal(b.w.probes, 7); /* none after it */
	assert_int_equal(b.w.descriptors, 0);
	assert_int_equal(command(&b, FREE_BDF, TDI_LOCKED, false), 0);
	take_down(&b);
}

static void another_kernel_takes_the_place_of_the_first(void **state)
{
	struct bench b;
	struct watch other;

	(void)state;
	put_up(&b);
	assert_true(workspace_is(&b.ws, "test"));
	assert_int_equal(command(&b, FREE_BDF, TDI_LOCKED, false), 0);
	watch_start(&other, "sev");
	other.ops.free = not_freed;
	assert_int_equal(workspace_settle(&b.ws, &other.kernel, "other", &b.e), 0);
	assert_true(workspace_is(&b.ws, "other"));
	assert_false(workspace_is(&b.ws, "test"));
	assert_non_null(strstr(b.ws.notes.data, "ends for another kernel"));
	assert_int_equal(b.w.descriptors, 0);
	assert_int_equal(command(&b, HELD_BDF, -1, false), 0);
	assert_int_equal(workspace_close(&b.ws, &b.e), 0);
	watch_stop(&other);
	take_down(&b);
}

static void another_generation_is_told_but_not_one_of_our_own(void **state)
{
	struct workspace ws = {.keeps = true};

	(void)state;
	workspace_saw_generation(&ws, HELD_BDF, 1, false);
	workspace_saw_generation(&ws, HELD_BDF, 1, false);
	workspace_saw_generation(&ws, HELD_BDF, 2, true);
	workspace_saw_generation(&ws, HELD_BDF, 2, false);
	workspace_saw_generation(&ws, FREE_BDF, 7, false);
	assert_int_equal(ws.notes.len, 0);
	workspace_saw_generation(&ws, FREE_BDF, 6, false);
	assert_non_null(strstr(ws.notes.data, FREE_BDF ": the evidence has generation 6 now; it was 7"));
	buf_reset(&ws.notes);
	ws.keeps = false;
	workspace_saw_generation(&ws, FREE_BDF, 9, false);
	assert_int_equal(ws.notes.len, 0);
	buf_free(&ws.notes);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_own_session_lasts_and_is_made_once),
		cmocka_unit_test(the_fingerprint_is_taken_once),
		cmocka_unit_test(a_vmm_s_descriptor_is_gone_with_the_command),
		cmocka_unit_test(another_target_ends_what_was_changed_and_says_so),
		cmocka_unit_test(a_dry_run_leaves_the_session_alone_and_nothing_behind),
		cmocka_unit_test(a_lost_session_is_dropped_with_a_note),
		cmocka_unit_test(an_interrupted_fingerprint_is_not_kept),
		cmocka_unit_test(another_kernel_takes_the_place_of_the_first),
		cmocka_unit_test(another_generation_is_told_but_not_one_of_our_own),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
