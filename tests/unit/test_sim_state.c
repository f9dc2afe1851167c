// SPDX-License-Identifier: GPL-2.0-or-later
/* What the simulated VMM's functions have become outlives a process, and nothing else is written. */
#include <errno.h>
#include <fcntl.h>
#include <json-c/json.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "sim_build.h"

enum { WRITERS = 4, MAPPINGS = 10 };

static char *dir;

static int setup(void **state)
{
	(void)state;
	dir = state_dir();
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	remove_dir(dir);
	return 0;
}

static const char *state_path(void)
{
	return getenv("TSMCTL_SIM_STATE");
}

static void write_state(const char *text)
{
	FILE *f = fopen(state_path(), "w");

	assert_non_null(f);
	assert_true(fputs(text, f) >= 0);
	assert_int_equal(fclose(f), 0);
}

/* One SET_TDI_STATE in a simulation of its own, as a process makes it. */
static int change_once(const char *spec, uint32_t arch, uint32_t to, uint64_t *code)
{
	struct kernel *k = sim(spec);
	int ret = set_state(k, kernel_pidfd_getfd(k, VMM, VMM_IOMMUFD), arch, to, code);

	kernel_free(k);
	return ret;
}

static void assert_state_holds(const char *text)
{
	struct json_object *root = json_object_from_file(state_path());

	assert_non_null(root);
	assert_non_null(strstr(json_object_to_json_string_ext(root, JSON_C_TO_STRING_PLAIN), text));
	json_object_put(root);
}

static void test_reading_writes_nothing(void **state)
{
	struct kernel *k = sim("cca");
	struct names names;
	uint64_t code;

	(void)state;
	assert_true(object_size(k, kernel_pidfd_getfd(k, VMM, VMM_IOMMUFD), 1) > 0);
	assert_int_equal(kernel_list_dir(k, "/proc", &names), 0);
	names_free(&names);
	kernel_free(k);
	assert_int_equal(rmdir(dir), 0); /* it is empty */
	assert_int_equal(mkdir(dir, 0700), 0);
	assert_int_equal(change_once("cca", CCA, 2, &code), -ENXIO);
	assert_int_equal(access(state_path(), F_OK), -1);
}

static void test_state_outlives_the_process(void **state)
{
	struct stat st;
	uint64_t code;

	(void)state;
	assert_int_equal(change_once("cca", CCA, 1, &code), 0);
	assert_int_equal(stat(state_path(), &st), 0);
	assert_int_equal(st.st_mode & 07777, 0600);
	assert_int_equal(change_once("cca", CCA, 1, &code), -ENXIO);
	assert_int_equal(change_once("cca", CCA, 2, &code), 0);
	/* another simulation has a VMM of its own; words in another order are the same one */
	assert_int_equal(change_once("sev", SEV, 1, &code), 0);
	assert_int_equal(code, 0);
	assert_int_equal(change_once("abi=op48-2026-09,cca", CCA, 0, &code), 0);
	assert_int_equal(change_once("sev", SEV, 2, &code), 0);
	assert_int_equal(code, 0);
}

static void test_objects_outlive_the_process(void **state)
{
	struct {
		uint32_t type, reserved;
		uint64_t flags, nonce;
	} payload = {2, 0, 0, (uintptr_t) "0123456789abcdef0123456789ABCDEF"};
	struct req r = {0x3b96, 1, 6, CCA, &payload, sizeof(payload), NULL, 0, 0};
	static uint8_t before[8192];
	static uint8_t after[8192];
	struct kernel *k = sim("cca");
	int fd = kernel_pidfd_getfd(k, VMM, VMM_IOMMUFD);

	(void)state;
	assert_int_equal(send_req(k, fd, &r), 0);

	int residue = read_object(k, fd, 2, 0, before, sizeof(before));

	kernel_free(k);
	k = sim("cca");
	assert_int_equal(read_object(k, kernel_pidfd_getfd(k, VMM, VMM_IOMMUFD), 2, 0, after, sizeof(after)), residue);
	kernel_free(k);
	assert_memory_equal(before, after, sizeof(before) - (size_t)residue);

	/* of the objects only the changed one is kept */
	struct json_object *root = json_object_from_file(state_path());
	struct json_object *o = root;

	for (size_t i = 0; i < 5; i++)
		o = json_object_object_get(o, (const char *[]){"simulations",
							       "cca,abi=op48-2026-09,family=device-evidence", "devices",
							       "0000:01:00.0", "objects"}[i]);
	assert_int_equal(json_object_object_length(o), 1);
	assert_non_null(json_object_object_get(o, "measurements"));
	json_object_put(root);
}

/* The free function is not the VMM's: its state ends with the process. */
static void test_only_held_functions_are_kept(void **state)
{
	uint64_t code;

	(void)state;
	assert_int_equal(change_once("cca", CCA, 1, &code), 0);

	struct json_object *root = json_object_from_file(state_path());

	assert_non_null(root);
	assert_null(strstr(json_object_to_json_string(root), "0000:01:00.1"));
	json_object_put(root);
}

/* A change is made to what the state is now, not to what it was when the process began. */
static void test_change_sees_other_processes(void **state)
{
	struct kernel *old = sim("cca");
	int fd = kernel_pidfd_getfd(old, VMM, VMM_IOMMUFD);
	uint64_t code;

	(void)state;
	assert_int_equal(change_once("cca", CCA, 1, &code), 0);
	assert_int_equal(set_state(old, fd, CCA, 1, &code), -ENXIO);
	assert_int_equal(set_state(old, fd, CCA, 2, &code), 0);

	char path[256];
	bool removed;
	struct err e = {0};

	assert_int_equal(kernel_sim_reset(path, sizeof(path), &removed, &e), 0);
	assert_true(removed);
	assert_int_equal(set_state(old, fd, CCA, 1, &code), 0);
	kernel_free(old);
}

static void write_mappings(void)
{
	struct kernel *k = sim("cca");
	int fd = kernel_pidfd_getfd(k, VMM, VMM_IOMMUFD);

	for (int i = 0; i < MAPPINGS; i++)
		if (validate_mmio(k, fd, 0x1000, 0x2000, 0x3000))
			_exit(1);
	kernel_free(k);
	_exit(0);
}

static void test_concurrent_writers_lose_nothing(void **state)
{
	uint64_t code;
	int status;
	char want[32];

	(void)state;
	assert_int_equal(change_once("cca", CCA, 1, &code), 0);
	for (int i = 0; i < WRITERS; i++)
		if (fork() == 0)
			write_mappings();
	for (int i = 0; i < WRITERS; i++) {
		assert_true(wait(&status) > 0);
		assert_int_equal(status, 0);
	}
	snprintf(want, sizeof(want), "\"mappings\":%d", WRITERS * MAPPINGS);
	assert_state_holds(want);
}

/* What was accepted in RUN does not hold after an unlock. */
static void test_unlock_forgets(void **state)
{
	struct kernel *k = sim("sev");
	uint64_t range[3] = {0x1000, 0x2000, 0x3000};
	struct req map = {0x3b96, 1, 1, SEV, range, sizeof(range), NULL, 0, 0};
	struct req dma = {0x3b96, 1, 3, SEV, NULL, 0, NULL, 0, 0};
	uint64_t code;

	(void)state;
	assert_int_equal(set_state(k, VMM_IOMMUFD, SEV, 1, &code), 0);
	assert_int_equal(set_state(k, VMM_IOMMUFD, SEV, 2, &code), 0);
	assert_int_equal(send_req(k, VMM_IOMMUFD, &map), 0);
	assert_int_equal(send_req(k, VMM_IOMMUFD, &dma), 0);
	assert_state_holds("\"state\":\"run\",\"dma_enabled\":true,\"mappings\":1");
	assert_int_equal(set_state(k, VMM_IOMMUFD, SEV, 0, &code), 0);
	assert_state_holds("\"state\":\"unlocked\",\"dma_enabled\":false,\"mappings\":0");
	kernel_free(k);
}

#define CCA_DEVICE(text)                                                                                   \
	"{\"tsmctl-sim\":1,\"simulations\":{\"cca,abi=op48-2026-09,family=device-evidence\":{\"devices\":" \
	"{\"0000:01:00.0\":" text "}}}}"

static void test_damaged_files(void **state)
{
	static const struct {
		const char *text;
		const char *want; /* in the message */
	} cases[] = {
		{"", "byte 0"},
		{"{\"tsmctl-sim\":1,", "byte 16"},
		{"{\"tsmctl-sim\":1} {}", "byte 17"},
		{"[]", "object"},
		{"{}", "no state"},
		{"{\"tsmctl-sim\":2}", "no state"},
		{"{\"tsmctl-sim\":1,\"simulations\":[]}", "simulations"},
		{"{\"tsmctl-sim\":\"1\"}", "tsmctl-sim"},
		{CCA_DEVICE("7"), "0000:01:00.0"},
		{CCA_DEVICE("{\"state\":\"asleep\"}"), "state"},
		{CCA_DEVICE("{\"mapping\":1}"), "mapping"},
		{CCA_DEVICE("{\"objects\":[]}"), "objects"},
		{CCA_DEVICE("{\"objects\":{\"report\":7}}"), "objects"},
		{CCA_DEVICE("{\"objects\":{\"nothing\":\"\"}}"), "objects"},
		{CCA_DEVICE("{\"objects\":{\"report\":\"0g\"}}"), "report"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct err e = {0};

		write_state(cases[i].text);
		assert_null(kernel_sim("cca", &e));
		assert_int_equal(e.class, ERR_FAILED);
		assert_string_equal(e.object, state_path());
		assert_non_null(strstr(e.hint, "tsmctl sim reset"));
		if (!strstr(e.message, cases[i].want))
			fail_msg("case %zu: %s", i, e.message);
	}
}

static void test_foreign_files_are_refused(void **state)
{
	char target[80];
	struct err e = {0};

	(void)state;
	snprintf(target, sizeof(target), "%s/elsewhere", dir);
	write_state("{\"tsmctl-sim\":1}");
	assert_int_equal(rename(state_path(), target), 0);
	assert_int_equal(symlink(target, state_path()), 0);
	assert_null(kernel_sim("cca", &e));
	assert_non_null(strstr(e.hint, "TSMCTL_SIM_STATE"));
	assert_int_equal(unlink(state_path()), 0);

	assert_int_equal(mkdir(state_path(), 0700), 0);
	e = (struct err){0};
	assert_null(kernel_sim("cca", &e));
	assert_int_not_equal(e.class, ERR_NONE);
	assert_int_equal(rmdir(state_path()), 0);

	if (geteuid() != 0)
		return;
	write_state("{\"tsmctl-sim\":1}");
	assert_int_equal(chown(state_path(), 65534, 65534), 0);
	e = (struct err){0};
	assert_null(kernel_sim("cca", &e));
	assert_int_equal(e.class, ERR_PERMISSION);
}

/* The default place: a directory of the user's own, made only when something is written. */
static void test_runtime_directory(void **state)
{
	struct stat st;
	struct err e = {0};
	char made[96];
	uint64_t code;

	(void)state;
	snprintf(made, sizeof(made), "%s/tsmctl", dir);
	unsetenv("TSMCTL_SIM_STATE");
	assert_int_equal(setenv("XDG_RUNTIME_DIR", dir, 1), 0);
	kernel_free(sim("cca"));
	assert_int_equal(stat(made, &st), -1);
	assert_int_equal(change_once("cca", CCA, 1, &code), 0);
	assert_int_equal(stat(made, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0700);

	/* a directory that others can write is not trusted */
	assert_int_equal(chmod(made, 0777), 0);
	assert_null(kernel_sim("cca", &e));
	assert_int_equal(e.class, ERR_PERMISSION);
}

/* Places that are none: nothing is made there. */
static void test_places_that_are_none(void **state)
{
	static char path[8192];
	struct err e = {0};

	(void)state;
	setenv("TSMCTL_SIM_STATE", "/nonexistent/state", 1);
	assert_null(kernel_sim("cca", &e));
	assert_non_null(strstr(e.hint, "TSMCTL_SIM_STATE"));

	snprintf(path, sizeof(path), "%s/file", dir);
	setenv("TSMCTL_SIM_STATE", path, 1);
	write_state("{\"tsmctl-sim\":1}");
	unsetenv("TSMCTL_SIM_STATE");
	setenv("XDG_RUNTIME_DIR", dir, 1);
	snprintf(path, sizeof(path), "%s/tsmctl", dir);
	assert_int_equal(symlink("file", path), 0);
	err_clear(&e);
	assert_null(kernel_sim("cca", &e)); /* a link in the place of the directory */
	assert_int_not_equal(e.class, ERR_NONE);

	memset(path, '/', sizeof(path) - 1);
	setenv("TSMCTL_SIM_STATE", path, 1);
	err_clear(&e);
	assert_null(kernel_sim("cca", &e));
	assert_string_equal(e.code, "ENAMETOOLONG");
}

static void test_lock_is_waited_for(void **state)
{
	char path[96];
	uint64_t code;
	int status;

	(void)state;
	snprintf(path, sizeof(path), "%s.lock", state_path());

	int fd = open(path, O_RDWR | O_CREAT, 0600);

	assert_true(fd >= 0);
	assert_int_equal(flock(fd, LOCK_EX), 0);

	pid_t child = fork();

	if (child == 0)
		_exit(change_once("cca", CCA, 1, &code) ? 1 : 0);
	usleep(200000);
	assert_int_equal(waitpid(child, &status, WNOHANG), 0);
	assert_int_equal(flock(fd, LOCK_UN), 0);
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
	close(fd);
}

static void test_reset(void **state)
{
	char path[256];
	char lock[300];
	bool removed = true;
	struct err e = {0};
	uint64_t code;

	(void)state;
	assert_int_equal(kernel_sim_reset(path, sizeof(path), &removed, &e), 0);
	assert_false(removed);
	assert_string_equal(path, state_path());
	assert_int_equal(rmdir(dir), 0); /* and nothing was made */
	assert_int_equal(mkdir(dir, 0700), 0);

	assert_int_equal(change_once("cca", CCA, 1, &code), 0);
	write_state("damaged");
	assert_int_equal(kernel_sim_reset(path, sizeof(path), &removed, &e), 0);
	assert_true(removed);
	snprintf(lock, sizeof(lock), "%s.lock", path);
	assert_int_equal(access(lock, F_OK), 0); /* somebody may be waiting for it */
	assert_int_equal(change_once("cca", CCA, 1, &code), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_reading_writes_nothing, setup, teardown),
		cmocka_unit_test_setup_teardown(test_state_outlives_the_process, setup, teardown),
		cmocka_unit_test_setup_teardown(test_objects_outlive_the_process, setup, teardown),
		cmocka_unit_test_setup_teardown(test_only_held_functions_are_kept, setup, teardown),
		cmocka_unit_test_setup_teardown(test_change_sees_other_processes, setup, teardown),
		cmocka_unit_test_setup_teardown(test_concurrent_writers_lose_nothing, setup, teardown),
		cmocka_unit_test_setup_teardown(test_unlock_forgets, setup, teardown),
		cmocka_unit_test_setup_teardown(test_damaged_files, setup, teardown),
		cmocka_unit_test_setup_teardown(test_places_that_are_none, setup, teardown),
		cmocka_unit_test_setup_teardown(test_foreign_files_are_refused, setup, teardown),
		cmocka_unit_test_setup_teardown(test_runtime_directory, setup, teardown),
		cmocka_unit_test_setup_teardown(test_lock_is_waited_for, setup, teardown),
		cmocka_unit_test_setup_teardown(test_reset, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
