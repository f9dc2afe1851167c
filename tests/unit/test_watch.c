// SPDX-License-Identifier: GPL-2.0-or-later
/* Two looks at a platform, and what is told of the difference; what the kernel announces. */
#include "sim_kernel.h"

#include <errno.h>

#include "tdi/uevent.h"
#include "tdi/watch.h"
#include "util/text.h"

enum { MOST = 4 };

/* A platform as a test describes it. */
struct scene {
	const char *tsm[MOST];
	struct {
		const char *bdf, *connected, *bound;
		struct watched_evidence evidence;
	} function[MOST];
	struct {
		pid_t pid;
		const char *bdf;
	} holder[MOST];
	bool no_evidence;
};

struct stage {
	struct tsm tsm[MOST];
	struct pci_function function[MOST];
	struct holder holder[MOST];
	struct watched_evidence evidence[MOST];
	struct snapshot s;
};

static const struct snapshot *put_up(struct stage *t, const struct scene *c)
{
	*t = (struct stage){0};
	t->s = (struct snapshot){{t->tsm, 0}, {t->function, 0}, {t->holder, 0, 0}, c->no_evidence ? NULL : t->evidence};
	for (size_t i = 0; i < MOST && c->tsm[i]; i++)
		text_copy(t->tsm[t->s.tsms.count++].name, NAME_CAP, c->tsm[i]);
	for (size_t i = 0; i < MOST && c->function[i].bdf; i++) {
		struct pci_function *f = &t->function[t->s.functions.count++];

		text_copy(f->bdf, BDF_CAP, c->function[i].bdf);
		text_copy(f->connected, NAME_CAP, c->function[i].connected ? c->function[i].connected : "");
		text_copy(f->bound, NAME_CAP, c->function[i].bound ? c->function[i].bound : "");
		t->evidence[i] = c->function[i].evidence;
	}
	for (size_t i = 0; i < MOST && c->holder[i].pid; i++) {
		struct holder *h = &t->holder[t->s.holders.count++];

		h->pid = c->holder[i].pid;
		text_copy(h->comm, sizeof(h->comm), "vmm");
		text_copy(h->bdf, BDF_CAP, c->holder[i].bdf);
	}
	return &t->s;
}

static void write_events(const struct watch_events *l, char *out, size_t cap)
{
	size_t len = 0;

	out[0] = '\0';
	for (size_t i = 0; i < l->count; i++) {
		const struct watch_event *v = &l->event[i];

		len += (size_t)snprintf(out + len, cap - len, "%s%s", i ? ", " : "", watch_kind_name(v->kind));
		if (v->device[0])
			len += (size_t)snprintf(out + len, cap - len, " %s", v->device);
		if (v->tsm[0])
			len += (size_t)snprintf(out + len, cap - len, " %s", v->tsm);
		if (v->pid)
			len += (size_t)snprintf(out + len, cap - len, " %s[%d]", v->comm, (int)v->pid);
		if (v->has_generation)
			len += (size_t)snprintf(out + len, cap - len, " %u>%u", v->generation_before,
						v->generation_after);
		if (v->objects)
			len += (size_t)snprintf(out + len, cap - len, " 0x%x", v->objects);
		assert_true(len < cap);
	}
}

static void assert_diff(const struct scene *before, const struct scene *after, const char *expected)
{
	struct watch_events events = {0};
	struct stage a, b;
	struct err e = {0};
	char text[1024];

	assert_int_equal(snapshot_diff(put_up(&a, before), put_up(&b, after), &events, &e), 0);
	write_events(&events, text, sizeof(text));
	assert_string_equal(text, expected);
	watch_events_free(&events);
	assert_null(events.event);
}

static void nothing_changed(void **state)
{
	const struct scene c = {
		.tsm = {"tsm0"},
		.function = {{"0000:01:00.0", "tsm0", "tsm0", {.known = true, .has_generation = true, .generation = 3}},
			     {"0000:02:00.0", NULL, NULL, {0}}},
		.holder = {{7, "0000:01:00.0"}, {7, ""}},
	};

	(void)state;
	assert_diff(&c, &c, "");
	assert_diff(&(struct scene){0}, &(struct scene){0}, "");
}

static void each_function_is_told_by_itself(void **state)
{
	const struct scene idle = {.function = {{.bdf = "a"}, {.bdf = "b"}, {.bdf = "c"}}};
	const struct scene used = {
		.function = {{"a", "tsm0", NULL, {0}}, {"b", "tsm0", "tsm0", {0}}, {.bdf = "c"}},
		.holder = {{7, "b"}, {8, "b"}, {7, "c"}},
	};

	(void)state;
	assert_diff(&idle, &used,
		    "connect a tsm0, connect b tsm0, held b vmm[7], held b vmm[8], bind b tsm0, held c vmm[7]");
	assert_diff(&used, &idle,
		    "disconnect a tsm0, released b vmm[7], released b vmm[8], unbind b tsm0, disconnect b tsm0, "
		    "released c vmm[7]");
}

static void functions_come_and_go_anywhere_in_the_list(void **state)
{
	const struct scene some = {.function = {{.bdf = "b"}, {"c", "tsm0", NULL, {0}}}};
	const struct scene others = {.function = {{.bdf = "a"}, {.bdf = "b"}, {"d", "tsm0", "tsm0", {0}}}};

	(void)state;
	assert_diff(&some, &others,
		    "function-added a, disconnect c tsm0, function-removed c, function-added d, connect d tsm0, bind d "
		    "tsm0");
	assert_diff(&others, &some,
		    "function-removed a, function-added c, connect c tsm0, unbind d tsm0, disconnect d tsm0, "
		    "function-removed d");
	assert_diff(&some, &(struct scene){0}, "function-removed b, disconnect c tsm0, function-removed c");
}

/* Without a TSM a function shows nothing, but the VMM that has it open still has. */
static void a_function_out_of_sight_is_not_released(void **state)
{
	const struct scene seen = {.tsm = {"tsm0"}, .function = {{.bdf = "a"}}, .holder = {{7, "a"}}};
	const struct scene unseen = {.holder = {{7, "a"}}};

	(void)state;
	assert_diff(&seen, &unseen, "tsm-removed tsm0, function-removed a");
	assert_diff(&unseen, &seen, "tsm-added tsm0, function-added a");
}

static void another_tsm_and_another_process_are_two_events_each(void **state)
{
	const struct scene before = {.tsm = {"tsm0"}, .function = {{"a", "tsm0", "tsm0", {0}}}, .holder = {{7, "a"}}};
	const struct scene after = {.tsm = {"tsm1"}, .function = {{"a", "tsm1", "tsm1", {0}}}, .holder = {{8, "a"}}};

	(void)state;
	assert_diff(&before, &after,
		    "tsm-removed tsm0, tsm-added tsm1, released a vmm[7], unbind a tsm0, disconnect a tsm0, "
		    "connect a tsm1, held a vmm[8], bind a tsm1");
}

static struct scene with_evidence(const char *tsm, struct watched_evidence w)
{
	return (struct scene){.function = {{"a", tsm, NULL, w}}};
}

static void evidence_differs_by_generation_length_or_bytes(void **state)
{
	const struct watched_evidence base = {true, true, 3, {{10, 0x111}, {20, 0x222}}};
	struct watched_evidence other = base;
	struct scene before = with_evidence("tsm0", base), after;

	(void)state;
	other.generation = 4;
	after = with_evidence("tsm0", other);
	assert_diff(&before, &after, "regenerated a tsm0 3>4");
	other.object[0].hash++;
	after = with_evidence("tsm0", other);
	assert_diff(&before, &after, "regenerated a tsm0 3>4 0x200");
	assert_diff(&after, &before, "regenerated a tsm0 4>3 0x200");
	other = base;
	other.object[1].len++;
	after = with_evidence("tsm0", other);
	assert_diff(&before, &after, "regenerated a tsm0 3>3 0x400");
	before.no_evidence = after.no_evidence = true;
	assert_diff(&before, &after, "");
}

static void evidence_without_generation_is_compared_by_its_bytes(void **state)
{
	struct watched_evidence base = {true, false, 0, {{10, 0x111}, {20, 0x222}}};
	struct watched_evidence other = {true, false, 9, {{10, 0x111}, {20, 0x222}}};
	struct scene before = with_evidence("tsm0", base), after = with_evidence("tsm0", other);

	(void)state;
	assert_diff(&before, &after, "");
	other.object[0].hash = 0;
	other.object[1].hash = 0;
	after = with_evidence("tsm0", other);
	assert_diff(&before, &after, "regenerated a tsm0 0x600");
}

static void evidence_of_another_connection_is_not_regenerated(void **state)
{
	const struct watched_evidence a = {true, true, 3, {{10, 0x111}, {20, 0x222}}};
	const struct watched_evidence b = {true, true, 1, {{10, 0x333}, {20, 0x444}}};
	const struct scene before = with_evidence("tsm0", a), after = with_evidence("tsm1", b);
	const struct scene gone = with_evidence(NULL, (struct watched_evidence){0});

	(void)state;
	assert_diff(&before, &after, "disconnect a tsm0, connect a tsm1");
	assert_diff(&before, &gone, "disconnect a tsm0");
	assert_diff(&gone, &before, "connect a tsm0");
}

static void evidence_that_could_not_be_read_stays_as_it_was(void **state)
{
	const struct watched_evidence known = {true, true, 3, {{10, 0x111}, {20, 0x222}}};
	const struct scene before = {
		.function = {{.bdf = "a"}, {"b", "tsm0", NULL, known}, {"c", "tsm0", NULL, known}}};
	const struct scene after = {.function = {{"b", "tsm0", NULL, {0}}, {"c", "tsm1", NULL, {0}}, {.bdf = "d"}}};
	struct stage a, b;

	(void)state;
	assert_diff(&before, &after, "function-removed a, disconnect c tsm0, connect c tsm1, function-added d");
	put_up(&a, &before);
	put_up(&b, &after);
	snapshot_keep_evidence(&a.s, &b.s);
	assert_true(b.evidence[0].known);
	assert_int_equal(b.evidence[0].generation, 3);
	assert_false(b.evidence[1].known);
	assert_false(b.evidence[2].known);
}

static void the_simulated_platform_is_seen(void **state)
{
	struct sim_kernel k = sim_kernel_start("cca");
	struct kernel *kernel = &k.sim->kernel;
	struct evidence_source source;
	struct watch_wish w = {.evidence = &source};
	struct snapshot s;
	struct err e = {0};

	(void)state;
	assert_int_equal(evidence_open(&source, kernel, &e), 0);
	assert_int_equal(snapshot_take(&s, kernel, &w, &e), 0);
	assert_int_equal(s.tsms.count, 1);
	assert_int_equal(s.functions.count, 3);
	assert_int_equal(s.holders.count, 1);
	assert_true(s.evidence[0].known && s.evidence[1].known && !s.evidence[2].known);
	assert_int_equal(s.evidence[0].generation, 1);
	assert_int_equal(s.evidence[0].object[0].len, sim_kernel_device(&k, HELD_BDF)->object[EV_MEASUREMENTS].len);
	snapshot_free(&s);
	w = (struct watch_wish){.bdf = FREE_BDF};
	assert_int_equal(snapshot_take(&s, kernel, &w, &e), 0);
	assert_int_equal(s.tsms.count, 0);
	assert_int_equal(s.functions.count, 1);
	assert_string_equal(s.functions.function[0].bdf, FREE_BDF);
	assert_null(s.evidence);
	snapshot_free(&s);
	w.bdf = "0000:77:00.0";
	assert_int_equal(snapshot_take(&s, kernel, &w, &e), 0);
	assert_int_equal(s.functions.count, 0);
	snapshot_free(&s);
	evidence_close(&source);
	sim_kernel_stop(&k);
}

static void what_cannot_be_read_fails_or_is_unknown(void **state)
{
	static const struct {
		int error;
		bool fails;
	} cases[] = {{EPERM, true}, {EINTR, true}, {EIO, false}, {ENXIO, false}};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct sim_kernel k = sim_kernel_start("cca");
		struct evidence_source source;
		const struct watch_wish w = {.evidence = &source};
		struct snapshot s;
		struct err e = {0};

		sim_kernel_fault(
			&k, (struct sim_fault){.kind = FAULT_NL_DONE, .error = cases[i].error, .nth = 0, .type = -1});
		assert_int_equal(evidence_open(&source, &k.sim->kernel, &e), 0);
		assert_int_equal(snapshot_take(&s, &k.sim->kernel, &w, &e), cases[i].fails ? -1 : 0);
		if (cases[i].fails)
			assert_null(s.functions.function);
		else
			assert_false(s.evidence[0].known);
		snapshot_free(&s);
		evidence_close(&source);
		sim_kernel_stop(&k);
	}
}

static void who_released_and_lives_is_not_gone(void **state)
{
	struct sim_kernel k = sim_kernel_start("cca");
	struct watch_event event[] = {{.kind = WATCH_RELEASED, .pid = SIM_VMM_PID},
				      {.kind = WATCH_RELEASED, .pid = 99},
				      {.kind = WATCH_HELD, .pid = 99}};
	struct watch_events l = {event, 3};

	(void)state;
	watch_settle(&l, &k.sim->kernel);
	assert_int_equal(event[0].kind, WATCH_RELEASED);
	assert_int_equal(event[1].kind, WATCH_VMM_GONE);
	assert_int_equal(event[2].kind, WATCH_HELD);
	sim_kernel_stop(&k);
}

#define UEVENT(text)                                                 \
	(struct bytes)                                               \
	{                                                            \
		(const uint8_t *)(text), sizeof(text) /* with NUL */ \
	}

static void announcements_of_our_subsystems_concern_us(void **state)
{
	static const char subsystem[] = "add@/d\0ACTION=add\0SUBSYSTEM=tsm\0SEQNUM=1";

	(void)state;
	assert_true(uevent_concerns_tdis(UEVENT("add@/d\0SUBSYSTEM=tsm")));
	assert_true(uevent_concerns_tdis(UEVENT("bind@/d\0DRIVER=x\0SUBSYSTEM=pci\0SEQNUM=9")));
	assert_true(uevent_concerns_tdis(UEVENT("remove@/d\0SUBSYSTEM=vfio-dev")));
	assert_false(uevent_concerns_tdis(UEVENT("add@/d\0SUBSYSTEM=tsmx")));
	assert_false(uevent_concerns_tdis(UEVENT("add@/d\0SUBSYSTEM=ts")));
	assert_false(uevent_concerns_tdis(UEVENT("add@/d\0XSUBSYSTEM=tsm")));
	assert_false(uevent_concerns_tdis(UEVENT("add@/d\0SUBSYSTEM=net")));
	assert_false(uevent_concerns_tdis(UEVENT("SUBSYSTEM=tsm\0SUBSYSTEM=tsm")));
	assert_false(uevent_concerns_tdis((struct bytes){(const uint8_t *)"", 0}));
	/* Cut anywhere: what is not there is not read, which valgrind and ASan see. */
	for (size_t len = 0; len <= sizeof(subsystem); len++) {
		uint8_t *copy = malloc(len + 1);

		assert_non_null(copy);
		memcpy(copy, subsystem, len);
		copy[len] = 'x';
		assert_int_equal(uevent_concerns_tdis((struct bytes){copy, len}), len >= sizeof(subsystem) - 10);
		free(copy);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_changed),
		cmocka_unit_test(each_function_is_told_by_itself),
		cmocka_unit_test(functions_come_and_go_anywhere_in_the_list),
		cmocka_unit_test(a_function_out_of_sight_is_not_released),
		cmocka_unit_test(another_tsm_and_another_process_are_two_events_each),
		cmocka_unit_test(evidence_differs_by_generation_length_or_bytes),
		cmocka_unit_test(evidence_without_generation_is_compared_by_its_bytes),
		cmocka_unit_test(evidence_of_another_connection_is_not_regenerated),
		cmocka_unit_test(evidence_that_could_not_be_read_stays_as_it_was),
		cmocka_unit_test(the_simulated_platform_is_seen),
		cmocka_unit_test(what_cannot_be_read_fails_or_is_unknown),
		cmocka_unit_test(who_released_and_lives_is_not_gone),
		cmocka_unit_test(announcements_of_our_subsystems_concern_us),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
