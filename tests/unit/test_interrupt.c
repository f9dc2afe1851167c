// SPDX-License-Identifier: GPL-2.0-or-later
/* Ctrl-C at any moment of a command in the shell: within a call, and between two. */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "fake_kernel.h"
#include "util/interrupt.h"

static const struct kernel_ops ops = {
	.open = fake_open,
	.close = fake_close,
	.ioctl = fake_ioctl,
	.pidfd_getfd = fake_pidfd_getfd,
	.nl_send = fake_nl_send,
	.nl_recv = fake_nl_recv,
};

static int request(struct fake_kernel *f, enum effect effect)
{
	struct ioctl_call call = {.effect = effect};

	return kernel_ioctl(&f->kernel, 3, &call);
}

static int stop_listening(void **state)
{
	(void)state;
	interrupt_forget();
	signal(SIGINT, SIG_DFL);
	signal(SIGALRM, SIG_DFL);
	return 0;
}

static void nothing_begins_after_it(void **state)
{
	struct fake_kernel f = {.kernel = {.ops = &ops}};
	char byte = 0;

	(void)state;
	interrupt_listen();
	assert_false(interrupt_noted());
	assert_int_equal(request(&f, EFFECT_CHANGE), 0);
	raise(SIGINT);
	assert_true(interrupt_noted());
	assert_int_equal(request(&f, EFFECT_CHANGE), -EINTR);
	assert_int_equal(request(&f, EFFECT_PROBE), -EINTR);
	assert_int_equal(request(&f, EFFECT_READ), -EINTR);
	assert_int_equal(kernel_open(&f.kernel, "/dev/iommu", 0, EFFECT_READ), -EINTR);
	assert_int_equal(kernel_pidfd_getfd(&f.kernel, 1, 3), -EINTR);
	assert_int_equal(kernel_nl_send(&f.kernel, 3, &byte, 1, EFFECT_CHANGE), -EINTR);
	assert_int_equal(kernel_nl_recv(&f.kernel, 3, &byte, 1, 1), -EINTR);
	assert_int_equal(f.calls, 1);
}

static void what_is_open_can_be_closed(void **state)
{
	struct fake_kernel f = {.kernel = {.ops = &ops}};

	(void)state;
	interrupt_listen();
	raise(SIGINT);
	assert_int_equal(request(&f, EFFECT_SETUP), 0);
	assert_int_equal(kernel_close(&f.kernel, 3), 0);
	assert_int_equal(f.calls, 2);
}

static void the_next_command_begins_afresh(void **state)
{
	struct fake_kernel f = {.kernel = {.ops = &ops}};

	(void)state;
	interrupt_listen();
	raise(SIGINT);
	interrupt_forget();
	assert_false(interrupt_noted());
	assert_int_equal(request(&f, EFFECT_CHANGE), 0);
	/* Nor does what woke the last one disturb this. */
	assert_int_equal(sleep(2), 0);
	assert_false(interrupt_noted());
}

/* As if the signal had come between the seam's look and the system call. */
static void a_call_that_was_about_to_begin_is_woken(void **state)
{
	int end[2];
	char byte;

	(void)state;
	assert_int_equal(pipe(end), 0);
	interrupt_listen();
	raise(SIGINT);
	assert_int_equal(read(end[0], &byte, 1), -1);
	assert_int_equal(errno, EINTR);
	close(end[0]);
	close(end[1]);
}

static void waits_that_let_it_through_still_hold_it_back(void **state)
{
	struct interrupt i;

	(void)state;
	interrupt_listen();
	interrupt_begin(&i);
	raise(SIGINT);
	assert_true(interrupt_pending());
	assert_false(interrupt_noted());
	interrupt_end(&i);
	assert_false(interrupt_noted());
	raise(SIGINT);
	assert_true(interrupt_noted());
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(nothing_begins_after_it, stop_listening),
		cmocka_unit_test_teardown(what_is_open_can_be_closed, stop_listening),
		cmocka_unit_test_teardown(the_next_command_begins_afresh, stop_listening),
		cmocka_unit_test_teardown(a_call_that_was_about_to_begin_is_woken, stop_listening),
		cmocka_unit_test_teardown(waits_that_let_it_through_still_hold_it_back, stop_listening),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
