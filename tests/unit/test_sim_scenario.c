// SPDX-License-Identifier: GPL-2.0-or-later
/* What stands behind --sim=: words, and scenario files with their devices and faults. */
#include <errno.h>
#include <fcntl.h>
#include <time.h>

#include "sim_build.h"

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

static const char *write_file(const char *name, const char *text)
{
	static char path[96];
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	f = fopen(path, "w");
	assert_non_null(f);
	assert_true(fputs(text, f) >= 0);
	assert_int_equal(fclose(f), 0);
	return path;
}

static struct kernel *scenario(const char *text)
{
	return sim(write_file("scenario.json", text));
}

static void test_specs(void **state)
{
	static const struct {
		const char *spec;
		const char *driver; /* the TSM's, from its link */
	} good[] = {
		{NULL, "arm-cca-host"},
		{"", "arm-cca-host"},
		{"sev", "ccp"},
		{"tdx", "tdx-host"},
		{"family=pci-tsm,abi=scope40-v5,sev", "ccp"},
		{"abi=none", "arm-cca-host"},
	};
	static const struct {
		const char *spec;
		const char *hint;
	} bad[] = {
		{"riscv", "--sim=cca"},      {"none", "--sim=cca"},
		{"cca,", "--sim=cca"},       {"cca,abi=op49", "op48-2026-09, op48-interim"},
		{"cca,family=x", "pci-tsm"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		struct kernel *k = sim(good[i].spec);
		char link[256];

		assert_true(kernel_read_link(k, "/sys/class/tsm/tsm0/device/driver", link, sizeof(link)) > 0);
		assert_string_equal(strrchr(link, '/') + 1, good[i].driver);
		assert_string_equal(kernel_backend(k), "sim");
		kernel_free(k);
	}
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct err e = {0};

		assert_null(kernel_sim(bad[i].spec, &e));
		assert_int_equal(e.class, ERR_USAGE);
		if (!strstr(e.hint, bad[i].hint))
			fail_msg("%s: %s", bad[i].spec, e.hint);
	}
}

static void test_bad_scenarios(void **state)
{
	static const struct {
		const char *text;
		const char *message;
	} cases[] = {
		{"", "byte 0"},
		{"{\"arch\":\"cca\",}", "byte 14"},
		{"[]", "object"},
		{"{\"arhc\":\"cca\"}", "\"arhc\""},
		{"{\"arch\":\"none\"}", "\"arch\""},
		{"{\"abi\":\"x\"}", "\"x\""},
		{"{\"family\":\"x\"}", "\"x\""},
		{"{\"chunk\":-1}", "\"chunk\""},
		{"{\"devices\":[{\"device\":1}]}", "\"device\""},
		{"{\"devices\":[{\"device\":\"0000:01:00.0\",\"present\":1}]}", "\"present\""},
		{"{\"devices\":[{\"device\":\"0000:01:00.0\",\"present\":false}]}", "in use"},
		{"{\"devices\":[{\"device\":\"0000:02:00.0\",\"held\":true,\"present\":false}]}", "in use"},
		{"{\"devices\":[{\"device\":\"0000:01:00.0\",\"driver\":7}]}", "\"driver\""},
		{"{\"devices\":[{\"device\":\"0000:01:00.0\",\"driver\":"
		 "\"a-name-that-no-driver-of-any-kernel-has-as-it-is-far-too-long-for-one\"}]}",
		 "\"driver\""},
		{"{\"events\":[{\"event\":\"regenerate\",\"device\":\"0000:01:00.0\",\"type\":\"vca\"}]}",
		 "only measurements and report"},
		{"{\"events\":[{\"event\":\"connect\",\"device\":\"0000:09:00.0\"}]}", "a known one"},
		{"{\"vmm\":1}", "\"vmm\""},
		{"{\"devices\":{}}", "\"devices\""},
		{"{\"devices\":[1]}", "entry 0"},
		{"{\"devices\":[{\"held\":true}]}", "\"device\""},
		{"{\"devices\":[{\"device\":\"0000:01:00.8\"}]}", "\"device\""},
		{"{\"devices\":[{\"device\":\"0000:01:00.0\",\"colour\":1}]}", "\"colour\""},
		{"{\"devices\":[{\"device\":\"0000:03:00.0\",\"connected\":true}]}", "without"},
		{"{\"devices\":[{\"device\":\"0000:01:00.0\",\"evidence\":{\"cert:8\":\"\"}}]}", "\"cert:8\""},
		{"{\"devices\":[{\"device\":\"0000:01:00.0\",\"evidence\":{\"report\":\"0\"}}]}", "hexadecimal"},
		{"{\"devices\":[{\"device\":\"0000:01:00.0\",\"evidence\":{\"report\":{\"size\":16777217}}}]}",
		 "16 MiB"},
		{"{\"devices\":[{\"device\":\"0000:01:00.0\",\"evidence\":{\"report\":{\"file\":\"absent\"}}}]}",
		 "absent"},
		{"{\"devices\":[{\"device\":\"0000:01:00.0\",\"evidence\":{\"report\":{}}}]}", "either"},
		{"{\"faults\":[{\"nth\":1}]}", "\"kind\""},
		{"{\"faults\":[{\"kind\":\"rust\"}]}", "\"kind\""},
		{"{\"faults\":[{\"kind\":\"errno\",\"call\":\"mmap\",\"errno\":\"EIO\"}]}", "\"mmap\""},
		{"{\"faults\":[{\"kind\":\"errno\",\"call\":\"open\"}]}", "\"errno\""},
		{"{\"faults\":[{\"kind\":\"errno\",\"call\":\"open\",\"errno\":\"EWHAT\"}]}", "\"errno\""},
		{"{\"faults\":[{\"kind\":7}]}", "\"kind\""},
		{"{\"faults\":[{\"kind\":\"evidence\",\"type\":\"report\"}]}", "\"device\""},
		{"{\"faults\":[{\"kind\":\"evidence\",\"device\":\"0000:01:00.0\"}]}", "\"type\""},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct err e = {0};
		const char *path = write_file("bad.json", cases[i].text);

		if (kernel_sim(path, &e))
			fail_msg("case %zu is taken", i);
		assert_string_equal(e.object, path);
		if (!strstr(e.message, cases[i].message))
			fail_msg("case %zu: %s", i, e.message);
	}
}

static void test_missing_scenario(void **state)
{
	struct err e = {0};

	(void)state;
	assert_null(kernel_sim("/nonexistent/x.json", &e));
	assert_int_equal(e.class, ERR_NOT_FOUND);
}

static void test_devices(void **state)
{
	struct kernel *k = scenario("{\"arch\":\"sev\",\"devices\":["
				    "{\"device\":\"10000:05:00.0\",\"connected\":true,\"held\":true},"
				    "{\"device\":\"0000:02:00.0\",\"connected\":true,\"driver\":\"\"}]}");
	struct names names;
	char text[256];

	(void)state;
	assert_int_equal(kernel_list_dir(k, "/sys/bus/pci/devices", &names), 0);
	assert_int_equal(names.count, 5);
	assert_string_equal(names.name[4], "10000:05:00.0");
	names_free(&names);
	assert_string_equal(read_text(k, "/sys/bus/pci/devices/10000:05:00.0/tsm/bound", text), "tsm0\n");
	assert_true(kernel_read_link(k, "/sys/devices/pci10000:00/stream0.0.0", text, sizeof(text)) > 0);
	assert_string_equal(text, "10000:00:05.0/10000:05:00.0");
	assert_string_equal(read_text(k, "/sys/devices/pci0000:00/available_secure_streams", text), "2\n");
	assert_int_equal(kernel_read_link(k, "/sys/bus/pci/devices/0000:02:00.0/driver", text, sizeof(text)), -ENOENT);

	/* the VMM holds two functions now */
	assert_int_equal(kernel_list_dir(k, "/proc/4242/fd", &names), 0);
	assert_int_equal(names.count, 3);
	names_free(&names);
	assert_non_null(strstr(read_text(k, "/proc/4242/fdinfo/19", text), "/10000:05:00.0\n"));
	kernel_free(k);
}

static void test_without_vmm(void **state)
{
	struct kernel *k = scenario("{\"vmm\":false,\"devices_only\":true,\"devices\":[{\"device\":\"0000:01:00.0\","
				    "\"connected\":true}]}");
	struct names names;
	char text[256];

	(void)state;
	assert_int_equal(kernel_list_dir(k, "/sys/bus/pci/devices", &names), 0);
	assert_int_equal(names.count, 1);
	names_free(&names);
	assert_int_equal(kernel_pidfd_getfd(k, VMM, VMM_IOMMUFD), -ESRCH);
	assert_int_equal(kernel_list_dir(k, "/proc/4242", &names), -ENOENT);
	assert_int_equal(call(k, VMM_IOMMUFD, 0x3b96, NULL, 0), -EBADF);
	assert_string_equal(read_text(k, "/sys/bus/pci/devices/0000:01:00.0/tsm/bound", text), "\n");
	kernel_free(k);
}

/* Only a PF0 has connect; without TSM there is no directory; a directory lists what can be read. */
static void test_file_tree(void **state)
{
	struct kernel *k = sim("cca");
	struct names names;
	char text[256];

	(void)state;
	assert_int_equal(kernel_list_dir(k, "/sys/bus/pci/devices/0000:01:00.1/tsm", &names), 0);
	assert_int_equal(names.count, 2);
	assert_string_equal(names.name[0], "bound");
	assert_string_equal(names.name[1], "dsm");
	names_free(&names);
	assert_string_equal(read_text(k, "/sys/bus/pci/devices/0000:01:00.1/tsm/dsm", text), "0000:01:00.0\n");
	assert_string_equal(read_text(k, "/sys/bus/pci/devices/0000:02:00.0/tsm/connect", text), "\n");
	assert_int_equal(kernel_list_dir(k, "/sys/bus/pci/devices/0000:03:00.0/tsm", &names), -ENOENT);
	assert_int_equal(kernel_list_dir(k, "/sys/bus/pci/devices/0000:01:00.0/vendor", &names), -ENOTDIR);
	assert_int_equal(kernel_read_file(k, "/sys/bus/pci/devices/0000:01:00.0/tsm/disconnect", text, 9), -EACCES);
	assert_int_equal(kernel_read_file(k, "/proc/4242/fd", text, 9), -EISDIR);
	assert_int_equal(kernel_read_link(k, "/proc/4242/comm", text, 9), -EINVAL);
	assert_int_equal(kernel_read_link(k, "/proc/4242/fd/17", text, 10), -ENAMETOOLONG);
	assert_int_equal(kernel_read_link(k, "/proc/4242/fd/17", text, 11), 10);
	assert_int_equal(kernel_read_file(k, "/proc/4242/comm", text, 3), 3);
	assert_string_equal(read_text(k, "/sys/devices/pci0000:00/0000:00:01.0/0000:01:00.1/vendor", text), "0x1b36\n");
	assert_int_equal(kernel_read_file(k, "/sys/bus/pci/devices/0000:01:00.00/vendor", text, 9), -ENOENT);
	assert_string_equal(read_text(k, "/sys/bus/pci/devices/0000:01:00.1/vfio-dev/vfio1/dev", text), "511:1\n");
	kernel_free(k);
}

/* A TSM's links, as one finds one's way from the class to the driver. */
static void test_links_of_a_tsm(void **state)
{
	static const struct {
		const char *spec, *link, *device;
	} cases[] = {
		{"cca", "../../devices/platform/arm-cca-host/tsm/tsm0", "../../../arm-cca-host"},
		{"sev", "../../devices/pci0000:00/0000:00:08.1/0000:04:00.5/tsm/tsm0", "../../../0000:04:00.5"},
		{"tdx", "../../devices/platform/tdx-host/tsm/tsm0", "../../../tdx-host"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct kernel *k = sim(cases[i].spec);
		char link[256];

		assert_true(kernel_read_link(k, "/sys/class/tsm/tsm0", link, sizeof(link)) > 0);
		assert_string_equal(link, cases[i].link);
		assert_true(kernel_read_link(k, "/sys/class/tsm/tsm0/device", link, sizeof(link)) > 0);
		assert_string_equal(link, cases[i].device);
		kernel_free(k);
	}
}

static void test_evidence(void **state)
{
	static uint8_t large[16 << 20];
	uint8_t bytes[8];
	struct kernel *k;
	int fd;

	(void)state;
	write_file("blob", "abc");
	k = scenario("{\"devices\":[{\"device\":\"0000:01:00.0\",\"generation\":7,\"evidence\":"
		     "{\"vca\":\"00FFa5\",\"report\":{\"size\":16777216},\"measurements\":{\"file\":\"blob\"},"
		     "\"cert:0\":\"\"}}],"
		     "\"faults\":[{\"kind\":\"evidence\",\"device\":\"0000:01:00.0\",\"type\":\"vca\",\"offset\":1,"
		     "\"value\":\"0x0f\"}]}");
	fd = kernel_pidfd_getfd(k, VMM, VMM_IOMMUFD);
	assert_int_equal(read_object(k, fd, 0, 0, bytes, sizeof(bytes)), 5);
	assert_memory_equal(bytes, "\x00\xf0\xa5", 3);
	assert_int_equal(read_object(k, fd, 2, 0, bytes, sizeof(bytes)), 5);
	assert_memory_equal(bytes, "abc", 3);
	assert_int_equal(object_size(k, fd, 1), -1000);
	assert_int_equal(object_size(k, fd, 3), 16 << 20);
	assert_int_equal(read_object(k, fd, 3, 0, large, sizeof(large)), 0);
	assert_int_equal(large[0], 1);
	assert_memory_not_equal(large, large + (64 << 10), 64 << 10); /* places can be told apart */
	kernel_free(k);
}

static void test_errno_faults(void **state)
{
	struct kernel *k =
		scenario("{\"faults\":["
			 "{\"kind\":\"errno\",\"call\":\"ioctl\",\"nr\":\"0x3b96\",\"nth\":2,\"errno\":\"EINTR\"},"
			 "{\"kind\":\"errno\",\"call\":\"open\",\"errno\":\"EACCES\"},"
			 "{\"kind\":\"errno\",\"call\":\"pidfd_getfd\",\"errno\":\"EPERM\"},"
			 "{\"kind\":\"errno\",\"call\":\"read_file\",\"errno\":\"EIO\"},"
			 "{\"kind\":\"errno\",\"call\":\"read_link\",\"errno\":\"EACCES\"},"
			 "{\"kind\":\"errno\",\"call\":\"list_dir\",\"errno\":\"ENOMEM\"},"
			 "{\"kind\":\"errno\",\"call\":\"nl_open\",\"errno\":\"EPROTO\"}]}");
	struct names names;
	char text[256];

	(void)state;
	assert_int_equal(kernel_open(k, "/dev/iommu", O_RDWR, EFFECT_PROBE), -EACCES);
	assert_true(kernel_open(k, "/dev/iommu", O_RDWR, EFFECT_PROBE) >= 0);
	assert_int_equal(kernel_pidfd_getfd(k, VMM, VMM_IOMMUFD), -EPERM);
	assert_int_equal(kernel_read_file(k, "/proc/4242/comm", text, 9), -EIO);
	assert_int_equal(kernel_read_link(k, "/proc/4242/fd/17", text, 90), -EACCES);
	assert_int_equal(kernel_list_dir(k, "/proc", &names), -ENOMEM);
	assert_int_equal(kernel_nl_open(k), -EPROTO);

	assert_int_equal(call(k, VMM_IOMMUFD, 0x3b80, NULL, 0), -EFAULT); /* another number does not count */
	assert_true(object_size(k, VMM_IOMMUFD, 1) > 0);
	assert_int_equal(object_size(k, VMM_IOMMUFD, 1), -EINTR);
	assert_true(object_size(k, VMM_IOMMUFD, 1) > 0);
	kernel_free(k);
}

static void test_delay(void **state)
{
	struct kernel *k = scenario("{\"faults\":[{\"kind\":\"delay\",\"call\":\"open\",\"delay_ms\":60}]}");
	struct timespec from;
	struct timespec to;

	(void)state;
	clock_gettime(CLOCK_MONOTONIC, &from);
	assert_true(kernel_open(k, "/dev/iommu", O_RDWR, EFFECT_PROBE) >= 0);
	clock_gettime(CLOCK_MONOTONIC, &to);
	assert_true((to.tv_sec - from.tv_sec) * 1000 + (to.tv_nsec - from.tv_nsec) / 1000000 >= 59);
	kernel_free(k);
}

/* A request that the TSM refuses with a code changes nothing; a residue may be any number. */
static void test_tsm_faults(void **state)
{
	struct kernel *k = scenario("{\"faults\":[{\"kind\":\"tsm_code\",\"value\":\"0xdeadbeef00000001\"},"
				    "{\"kind\":\"residue\",\"nth\":3,\"value\":100000}]}");
	uint64_t code;

	(void)state;
	assert_int_equal(set_state(k, VMM_IOMMUFD, CCA, 1, &code), 0);
	assert_true(code == 0xdeadbeef00000001);
	assert_int_equal(set_state(k, VMM_IOMMUFD, CCA, 1, &code), 0);
	assert_true(code == 0);
	assert_int_equal(object_size(k, VMM_IOMMUFD, 1), 100000);
	kernel_free(k);
}

static void test_object_ops(void **state)
{
	struct kernel *k = scenario("{\"object_ops\":false}");
	uint64_t code;

	(void)state;
	assert_int_equal(object_size(k, VMM_IOMMUFD, 1), -EINVAL);
	assert_int_equal(set_state(k, VMM_IOMMUFD, CCA, 1, &code), 0);
	kernel_free(k);
}

/* A VMM that holds a function which is not connected: its vdevice exists, no TDI is bound. */
static void test_held_but_not_connected(void **state)
{
	struct kernel *k = scenario("{\"devices\":[{\"device\":\"0000:01:00.0\",\"connected\":false}]}");
	uint64_t code;

	(void)state;
	assert_int_equal(set_state(k, VMM_IOMMUFD, CCA, 1, &code), -ENXIO);
	kernel_free(k);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_specs, setup, teardown),
		cmocka_unit_test_setup_teardown(test_bad_scenarios, setup, teardown),
		cmocka_unit_test_setup_teardown(test_missing_scenario, setup, teardown),
		cmocka_unit_test_setup_teardown(test_devices, setup, teardown),
		cmocka_unit_test_setup_teardown(test_without_vmm, setup, teardown),
		cmocka_unit_test_setup_teardown(test_file_tree, setup, teardown),
		cmocka_unit_test_setup_teardown(test_links_of_a_tsm, setup, teardown),
		cmocka_unit_test_setup_teardown(test_evidence, setup, teardown),
		cmocka_unit_test_setup_teardown(test_errno_faults, setup, teardown),
		cmocka_unit_test_setup_teardown(test_delay, setup, teardown),
		cmocka_unit_test_setup_teardown(test_tsm_faults, setup, teardown),
		cmocka_unit_test_setup_teardown(test_object_ops, setup, teardown),
		cmocka_unit_test_setup_teardown(test_held_but_not_connected, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
