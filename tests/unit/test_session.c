// SPDX-License-Identifier: GPL-2.0-or-later
/* Sessions: how a vdevice is reached, what is left when that fails, and that a change is sent once. */
#include "watch_kernel.h"

#include <fcntl.h>
#include <signal.h>

#include "tdi/session.h"
#include "util/interrupt.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

static struct target target_of(const char *bdf)
{
	struct target t = {.pid_fd = -1, .iommufd = -1, .kvm_fd = -1};

	snprintf(t.bdf, sizeof(t.bdf), "%s", bdf);
	return t;
}

/* Opening must fail, and leave nothing. */
static struct err refused(struct watch *w, const struct target *t)
{
	struct session s;
	struct err e = {0};

	assert_int_equal(session_open(&s, &w->kernel, t, &e), -1);
	assert_string_not_equal(e.message, "");
	assert_int_equal(w->descriptors, 0);
	assert_int_equal(w->objects, 0);
	return e;
}

static void opened(struct session *s, struct watch *w, const struct target *t)
{
	struct err e = {0};

	if (session_open(s, &w->kernel, t, &e))
		fail_msg("%s: %s", e.object, e.message);
}

static void the_holder_s_context_is_copied_and_closed(void **state)
{
	struct target t = target_of(HELD_BDF);
	struct session s;
	struct watch w;
	char text[80];

	(void)state;
	watch_start(&w, "cca");
	opened(&s, &w, &t);
	assert_false(s.own);
	assert_int_equal(s.pid, SIM_VMM_PID);
	assert_int_equal(s.vdevice, 1);
	assert_int_equal(s.arch, ARCH_CCA);
	assert_int_equal(w.descriptors, 1); /* the copy; the fingerprint's context is closed */
	assert_int_equal(w.setups, 0);
	assert_int_equal(w.changes, 0);
	session_describe(&s, text, sizeof(text));
	assert_string_equal(text, "vdevice 1 of qemu[4242]");
	session_close(&s);
	watch_stop(&w);
}

static void a_process_and_its_descriptor_can_be_named(void **state)
{
	static const struct {
		pid_t pid;
		int fd;
		const char *text;
	} cases[] = {{SIM_VMM_PID, -1, "vdevice 1 of qemu[4242]"}, {SIM_VMM_PID, 17, "vdevice 1 of process 4242"}};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct target t = target_of("");
		struct session s;
		struct watch w;
		char text[80];

		t.pid = cases[i].pid;
		t.pid_fd = cases[i].fd;
		watch_start(&w, "sev");
		opened(&s, &w, &t);
		assert_int_equal(s.arch, ARCH_SEV);
		session_describe(&s, text, sizeof(text));
		assert_string_equal(text, cases[i].text);
		session_close(&s);
		watch_stop(&w);
	}
}

static void an_inherited_descriptor_is_not_closed(void **state)
{
	struct target t = target_of("");
	struct session s;
	struct watch w;

	(void)state;
	watch_start(&w, "cca");
	t.iommufd = kernel_open(&w.kernel, "/dev/iommu", O_RDWR, EFFECT_READ);
	t.has_vdevice = true;
	t.vdevice = 9;
	opened(&s, &w, &t);
	assert_int_equal(s.vdevice, 9);
	session_close(&s);
	assert_int_equal(w.descriptors, 1);
	assert_int_equal(kernel_close(&w.kernel, t.iommufd), 0);
	watch_stop(&w);
}

static void processes_that_cannot_be_attached_say_why(void **state)
{
	static const struct {
		int error;
		enum err_class class;
		const char *hint; /* a part of it */
	} cases[] = {
		{ESRCH, ERR_NOT_FOUND, "has ended"},
		{EBADF, ERR_NOT_FOUND, "no such descriptor"},
		{EPERM, ERR_PERMISSION, "CAP_SYS_PTRACE"},
		{EMFILE, ERR_FAILED, ""},
	};
	struct target by_pid = target_of("");
	struct err e;

	(void)state;
	by_pid.pid = SIM_VMM_PID;
	by_pid.pid_fd = 17;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct watch w;

		watch_start(&w, "cca");
		w.getfd_error = cases[i].error;
		e = refused(&w, &by_pid);
		assert_int_equal(e.class, cases[i].class);
		assert_string_equal(e.object, "process 4242");
		assert_non_null(strstr(e.hint, cases[i].hint));
		watch_stop(&w);
	}
	struct watch w;

	watch_start(&w, "cca");
	by_pid.pid = 1;
	by_pid.pid_fd = -1;
	assert_int_equal(refused(&w, &by_pid).class, ERR_NOT_FOUND);
	watch_stop(&w);
}

static void several_candidates_are_asked_about(void **state)
{
	static const struct {
		const char *dir, *twin, *original;
		const char *message, *hint;
	} cases[] = {
		{"/proc", "4300", "4242", "several processes", "--attach 4242"},
		{"/proc/4242/fd", "99", "17", "2 descriptors of /dev/iommu", "--attach 4242:FD"},
	};
	struct target t = target_of(HELD_BDF);

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct watch w;
		struct err e;

		watch_start(&w, "cca");
		w.twin_dir = cases[i].dir;
		w.twin = cases[i].twin;
		w.original = cases[i].original;
		e = refused(&w, &t);
		assert_int_equal(e.class, ERR_USAGE);
		assert_non_null(strstr(e.message, cases[i].message));
		assert_non_null(strstr(e.hint, cases[i].hint));
		watch_stop(&w);
	}
}

static void a_vdevice_is_searched_only_where_that_is_clear(void **state)
{
	struct target t = target_of(HELD_BDF);
	struct session s;
	struct watch w;
	struct err e;

	(void)state;
	watch_start(&w, "cca");
	w.second_vdevice = 7;
	e = refused(&w, &t);
	assert_int_equal(e.class, ERR_USAGE);
	assert_non_null(strstr(e.message, "several vdevices"));
	t.has_vdevice = true;
	t.vdevice = 7;
	opened(&s, &w, &t);
	assert_int_equal(s.vdevice, 7);
	session_close(&s);
	watch_stop(&w);

	t.has_vdevice = false;
	watch_start(&w, "cca");
	w.answers = true;
	w.answer = -ENOENT;
	assert_int_equal(refused(&w, &t).class, ERR_NOT_FOUND);
	watch_stop(&w);

	watch_start(&w, "cca");
	w.sim.sim->object_ops = false;
	e = refused(&w, &t);
	assert_int_equal(e.class, ERR_USAGE);
	assert_non_null(strstr(e.hint, "--vdevice"));
	assert_int_equal(w.changes, 0);
	watch_stop(&w);
}

static void targets_that_cannot_be_reached_say_why(void **state)
{
	static const struct {
		const char *spec, *bdf;
		enum err_class class;
		const char *word;
	} cases[] = {
		{"cca", COLD_BDF, ERR_STATE, "not connected"},
		{"cca", "0000:09:00.0", ERR_NOT_FOUND, "no such PCI function"},
		{"cca,abi=none", HELD_BDF, ERR_UNSUPPORTED, "no IOMMU_VDEVICE_TSM_REQ"},
		{"sev,abi=amd-packed48", HELD_BDF, ERR_UNSUPPORTED, "packed"},
		{"cca,abi=unknown", HELD_BDF, ERR_UNSUPPORTED, "not as any kernel"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct target t = target_of(cases[i].bdf);
		struct watch w;
		struct err e;

		watch_start(&w, cases[i].spec);
		e = refused(&w, &t);
		assert_int_equal(e.class, cases[i].class);
		assert_non_null(strstr(e.message, cases[i].word));
		assert_int_equal(w.changes + w.setups, 0);
		watch_stop(&w);
	}
}

static void an_unknown_driver_leaves_the_architecture_open(void **state)
{
	struct target t = target_of(HELD_BDF);
	struct session s;
	struct watch w;
	struct err e;

	(void)state;
	watch_start(&w, "cca");
	w.without = "/sys/class/tsm/tsm0/device/driver";
	e = refused(&w, &t);
	assert_int_equal(e.class, ERR_USAGE);
	assert_non_null(strstr(e.hint, "--arch"));
	t.arch = ARCH_CCA;
	opened(&s, &w, &t);
	session_close(&s);
	watch_stop(&w);
}

/* What stands behind each call that makes something, in their order; the last only where binding is an ioctl. */
static const char *const steps[] = {
	"open /dev/iommu",
	"open the VFIO device",
	"make a VM",
	"make a VM",
	"associate the VFIO device with the VM",
	"associate the VFIO device with the VM",
	"bind the VFIO device to the iommufd",
	"allocate an address space (IOAS)",
	"allocate a nest-parent page table (HWPT)",
	"allocate a vIOMMU",
	"allocate the vdevice",
	"bind the vdevice to the TSM",
};

static const struct {
	const char *spec;
	size_t steps;
} own_kernels[] = {
	{"cca", 11},
	{"sev", 11},
	{"tdx", 11},
	{"cca,abi=op48-interim", 12},
	{"cca,abi=op48-2026-06", 12},
	{"cca,abi=scope40-v5", 12},
};

static void own_sessions_end_with_nothing_left(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(own_kernels); i++) {
		struct target t = target_of(FREE_BDF);
		struct session s;
		struct watch w;
		char text[80];

		watch_start(&w, own_kernels[i].spec);
		opened(&s, &w, &t);
		assert_true(s.own);
		assert_int_not_equal(s.vdevice, 0);
		assert_int_equal(w.setups, own_kernels[i].steps);
		assert_int_equal(w.objects, 4);
		assert_int_equal(w.changes, 0);
		session_describe(&s, text, sizeof(text));
		assert_non_null(strstr(text, "of an own session"));
		session_close(&s);
		assert_false(sim_kernel_device(&w.sim, FREE_BDF)->bound);
		watch_stop(&w);
	}
}

static void a_failing_step_is_named_and_undone(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(own_kernels); i++) {
		for (size_t n = 0; n < own_kernels[i].steps; n++) {
			struct target t = target_of(FREE_BDF);
			struct watch w;
			struct err e;

			watch_start(&w, own_kernels[i].spec);
			w.fail_setup = (int)n + 1;
			w.setup_error = EIO;
			e = refused(&w, &t);
			if (!strstr(e.message, steps[n]))
				fail_msg("%s, call %zu: %s", own_kernels[i].spec, n + 1, e.message);
			assert_string_equal(e.code, "EIO");
			assert_string_equal(e.object, FREE_BDF);
			assert_false(e.uncertain);
			watch_stop(&w);
		}
	}
}

/* The confidential type of VM is not everywhere; a plain one is tried, and whether the TSM takes it, the TSM says. */
static void a_vm_is_plain_where_it_cannot_be_confidential(void **state)
{
	struct target t = target_of(FREE_BDF);
	struct session s;
	struct watch w;

	(void)state;
	watch_start(&w, "cca");
	w.fail_setup = 4;
	w.setup_error = EINVAL;
	opened(&s, &w, &t);
	assert_int_equal(w.setups, 12);
	session_close(&s);
	watch_stop(&w);
}

static void a_vm_that_was_given_is_used_and_kept(void **state)
{
	struct ioctl_call create = {.layout = &layout_kvm_create_vm, .nr = NR_KVM_CREATE_VM, .effect = EFFECT_READ};
	struct target t = target_of(FREE_BDF);
	struct session s;
	struct watch w;
	int kvm;

	(void)state;
	watch_start(&w, "cca");
	kvm = kernel_open(&w.kernel, "/dev/kvm", O_RDWR, EFFECT_READ);
	create.value = 0x100;
	t.kvm_fd = kernel_ioctl(&w.kernel, kvm, &create);
	assert_true(t.kvm_fd >= 0);
	opened(&s, &w, &t);
	assert_int_equal(w.setups, 9); /* without the two that make a VM */
	session_close(&s);
	assert_int_equal(w.descriptors, 2);
	assert_int_equal(kernel_close(&w.kernel, t.kvm_fd), 0);
	assert_int_equal(kernel_close(&w.kernel, kvm), 0);
	watch_stop(&w);
}

/* Sends SET_TDI_STATE on the VMM's vdevice, with `w` answering in the kernel's place; the request goes out once. */
static struct err change(struct watch *w, const struct target *t, struct outcome *out)
{
	struct op_args args = {.state = TDI_RUN};
	struct session s;
	struct err e = {0};

	opened(&s, w, t);
	w->answers = true;
	session_request(&s, OP_SET_TDI_STATE, &args, out, &e);
	session_close(&s);
	return e;
}

/* An answer would not be asked for any more: the request does not go out, and its outcome is certain. */
static void an_interrupted_session_sends_nothing(void **state)
{
	struct op_args args = {.state = TDI_RUN};
	struct target t = target_of(HELD_BDF);
	struct outcome out;
	struct session s;
	struct watch w;
	struct err e = {0};

	(void)state;
	watch_start(&w, "cca");
	opened(&s, &w, &t);
	interrupt_listen();
	raise(SIGINT);
	assert_int_equal(session_request(&s, OP_SET_TDI_STATE, &args, &out, &e), -1);
	interrupt_forget();
	assert_int_equal(w.changes, 0);
	assert_string_equal(e.code, "EINTR");
	assert_string_equal(e.message, "set-state: interrupted before it was sent");
	assert_string_equal(e.object, HELD_BDF);
	assert_false(e.uncertain);
	session_close(&s);
	watch_stop(&w);
}

static void a_change_is_sent_once_whatever_the_answer(void **state)
{
	static const struct {
		int error;
		enum err_class class;
		bool uncertain; /* the TSM may have been reached */
	} cases[] = {
		{EINTR, ERR_FAILED, true},        {EFAULT, ERR_FAILED, true},
		{EAGAIN, ERR_STATE, true},        {EIO, ERR_FAILED, true},
		{ENOMEM, ERR_FAILED, true},       {ENXIO, ERR_STATE, true},
		{EINVAL, ERR_FAILED, false},      {ENOENT, ERR_NOT_FOUND, false},
		{ENOTTY, ERR_UNSUPPORTED, false}, {EOPNOTSUPP, ERR_UNSUPPORTED, false},
		{EBADF, ERR_NOT_FOUND, false},    {EBUSY, ERR_STATE, false},
		{E2BIG, ERR_FAILED, false},
	};
	struct target t = target_of(HELD_BDF);

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct outcome out;
		struct watch w;
		struct err e;
		char name[24];

		watch_start(&w, "cca");
		w.answer = -cases[i].error;
		e = change(&w, &t, &out);
		assert_int_equal(w.changes, 1);
		assert_string_equal(e.code, err_errno_name(cases[i].error, name));
		assert_int_equal(e.class, cases[i].class);
		assert_int_equal(e.uncertain, cases[i].uncertain);
		assert_string_equal(e.object, HELD_BDF);
		watch_stop(&w);
	}
}

static void enxio_of_an_unbound_tdi_is_certain(void **state)
{
	struct target t = target_of(HELD_BDF);
	struct outcome out;
	struct watch w;
	struct err e;

	(void)state;
	watch_start(&w, "cca");
	w.answer = -ENXIO;
	w.unbound = "/sys/bus/pci/devices/" HELD_BDF "/tsm/bound";
	e = change(&w, &t, &out);
	assert_non_null(strstr(e.message, "not bound"));
	assert_false(e.uncertain);
	watch_stop(&w);
}

static void residues_stay_within_what_was_offered(void **state)
{
	static const struct {
		int answer;
		bool fine;
	} cases[] = {{0, true}, {1, true}, {4, true}, {5, false}, {INT32_MAX, false}};
	struct target t = target_of(HELD_BDF);

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct outcome out;
		struct watch w;
		struct err e;

		watch_start(&w, "cca");
		w.answer = cases[i].answer;
		e = change(&w, &t, &out);
		assert_int_equal(out.offered, 4);
		assert_int_equal(w.changes, 1);
		if (cases[i].fine) {
			assert_int_equal(e.class, ERR_NONE);
			assert_int_equal(out.residue, cases[i].answer);
		} else {
			assert_string_equal(e.code, "BADRESIDUE");
			assert_true(e.uncertain);
		}
		watch_stop(&w);
	}
}

static void the_tsm_s_code_is_an_error_with_and_without_errno(void **state)
{
	static const int answers[] = {0, -ENXIO, -EIO};
	struct target t = target_of(HELD_BDF);

	(void)state;
	for (size_t i = 0; i < COUNT(answers); i++) {
		struct outcome out;
		struct watch w;
		struct err e;

		watch_start(&w, "cca");
		w.answer = answers[i];
		w.tsm_code = 0xc000030000000007;
		e = change(&w, &t, &out);
		assert_int_equal(e.class, ERR_TSM);
		assert_true(e.has_tsm_code);
		assert_true(e.tsm_code == 0xc000030000000007);
		assert_true(out.tsm_code == 0xc000030000000007);
		assert_int_equal(w.changes, 1);
		watch_stop(&w);
	}
}

static void what_is_not_established_is_not_sent(void **state)
{
	struct target t = target_of(HELD_BDF);
	struct op_args args = {0};
	struct outcome out;
	struct session s;
	struct watch w;
	struct err e = {0};

	(void)state;
	watch_start(&w, "cca");
	opened(&s, &w, &t);
	assert_true(session_can(&s, OP_SET_TDI_STATE));
	assert_false(session_can(&s, OP_SEV_ENABLE_DMA));
	assert_int_equal(session_request(&s, OP_SEV_ENABLE_DMA, &args, &out, &e), -1);
	assert_int_equal(e.class, ERR_UNSUPPORTED);
	assert_int_equal(w.changes, 0);
	session_close(&s);
	watch_stop(&w);
}

/* A simulation may guess; a real kernel gets what nobody published only by force. */
static void assumed_payloads_need_force_on_a_real_kernel(void **state)
{
	static const struct {
		const char *spec, *backend;
		bool force;
		int changes;
	} cases[] = {
		{"sev", "sim", false, 1},    {"sev", "kernel", false, 0}, {"sev", "kernel", true, 1},
		{"tdx", "kernel", false, 0}, {"cca", "kernel", false, 1},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct target t = target_of(HELD_BDF);
		struct outcome out;
		struct watch w;
		struct err e;

		t.abi.force = cases[i].force;
		watch_start(&w, cases[i].spec);
		w.ops.backend = cases[i].backend;
		e = change(&w, &t, &out);
		assert_int_equal(w.changes, cases[i].changes);
		assert_int_equal(e.class, cases[i].changes ? ERR_NONE : ERR_USAGE);
		assert_int_equal(out.payload_assumed, strcmp(cases[i].spec, "cca") != 0);
		watch_stop(&w);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_holder_s_context_is_copied_and_closed),
		cmocka_unit_test(a_process_and_its_descriptor_can_be_named),
		cmocka_unit_test(an_inherited_descriptor_is_not_closed),
		cmocka_unit_test(processes_that_cannot_be_attached_say_why),
		cmocka_unit_test(several_candidates_are_asked_about),
		cmocka_unit_test(a_vdevice_is_searched_only_where_that_is_clear),
		cmocka_unit_test(targets_that_cannot_be_reached_say_why),
		cmocka_unit_test(an_unknown_driver_leaves_the_architecture_open),
		cmocka_unit_test(own_sessions_end_with_nothing_left),
		cmocka_unit_test(a_failing_step_is_named_and_undone),
		cmocka_unit_test(a_vm_is_plain_where_it_cannot_be_confidential),
		cmocka_unit_test(a_vm_that_was_given_is_used_and_kept),
		cmocka_unit_test(an_interrupted_session_sends_nothing),
		cmocka_unit_test(a_change_is_sent_once_whatever_the_answer),
		cmocka_unit_test(enxio_of_an_unbound_tdi_is_certain),
		cmocka_unit_test(residues_stay_within_what_was_offered),
		cmocka_unit_test(the_tsm_s_code_is_an_error_with_and_without_errno),
		cmocka_unit_test(what_is_not_established_is_not_sent),
		cmocka_unit_test(assumed_payloads_need_force_on_a_real_kernel),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
