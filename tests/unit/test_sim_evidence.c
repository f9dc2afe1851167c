// SPDX-License-Identifier: GPL-2.0-or-later
/* The simulated TSM's evidence cache: its shapes per architecture, and that regenerated evidence is genuine. */
#include "sim_kernel.h"

#include <errno.h>

#include "kernel/sim/data.h"

enum { VCA_SIZE = 152, REQUEST_SIZE = 37, REQUEST_NONCE = 4, CHAIN_HEADER = 52 };

static const uint8_t nonce[EV_NONCE_SIZE] = "a nonce that fills all 32 bytes";

static struct bytes object(const struct sim_device *d, enum evidence_type type)
{
	return (struct bytes){d->object[type].data, d->object[type].len};
}

static void assert_same(struct bytes a, struct bytes b)
{
	assert_int_equal(a.len, b.len);
	assert_memory_equal(a.data, b.data, a.len);
}

static struct bytes after(struct bytes b, size_t count)
{
	assert_true(count <= b.len);
	return (struct bytes){b.data + count, b.len - count};
}

static void write_file(const char *dir, const char *name, struct bytes bytes)
{
	char path[128];
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	f = fopen(path, "w");
	assert_non_null(f);
	assert_int_equal(fwrite(bytes.data, 1, bytes.len, f), bytes.len);
	assert_int_equal(fclose(f), 0);
}

/* tests/data.sh on a copy of data/ with these two exchanges: openssl judges. True if it is content. */
static bool openssl_accepts(const struct sim_kernel *k, struct bytes hashed, struct bytes raw)
{
	const char *source = getenv("TSMCTL_SOURCE") ? getenv("TSMCTL_SOURCE") : ".";
	char command[2048];

	snprintf(command, sizeof(command), "cp '%s'/data/*.* %s", source, k->dir);
	assert_int_equal(system(command), 0);
	write_file(k->dir, "measurements.bin", hashed);
	write_file(k->dir, "measurements-raw.bin", raw);
	snprintf(command, sizeof(command), "'%s'/tests/data.sh %s >%s/log 2>&1", source, k->dir, k->dir);
	return system(command) == 0;
}

static void cca_gives_everything_at_connect(void **state)
{
	struct sim_kernel k = sim_kernel_start("cca");
	const char *const bdfs[] = {HELD_BDF, FREE_BDF};

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		const struct sim_device *d = sim_kernel_device(&k, bdfs[i]);

		assert_same(object(d, EV_CERT0), after(sim_data_spdm_chain, CHAIN_HEADER));
		assert_same(object(d, EV_VCA), sim_data_vca);
		assert_same(object(d, EV_MEASUREMENTS), sim_data_measurements);
		assert_same(object(d, EV_REPORT), sim_data_report);
		assert_int_equal(d->object[EV_CERT7].len, 0);
		assert_int_equal(d->generation, 1);
	}
	sim_kernel_stop(&k);
}

static void sev_has_no_measurements_before_a_nonce(void **state)
{
	struct sim_kernel k = sim_kernel_start("sev");
	const struct sim_device *d = sim_kernel_device(&k, FREE_BDF);

	(void)state;
	assert_same(object(d, EV_CERT0), sim_data_spdm_chain);
	assert_int_equal(d->object[EV_VCA].len, 0);
	assert_int_equal(d->object[EV_MEASUREMENTS].len, 0);
	assert_same(object(d, EV_REPORT), sim_data_report);
	sim_kernel_stop(&k);
}

static void tdx_has_a_report_only(void **state)
{
	struct sim_kernel k = sim_kernel_start("tdx");
	struct sim_device *d = sim_kernel_device(&k, FREE_BDF);

	(void)state;
	for (int type = 0; type < EV_REPORT; type++)
		assert_int_equal(d->object[type].len, 0);
	assert_same(object(d, EV_REPORT), sim_data_report);
	assert_int_equal(sim_evidence_regen(k.sim, d, EV_MEASUREMENTS, nonce, 32, false), -EOPNOTSUPP);
	assert_int_equal(d->object[EV_MEASUREMENTS].len, 0);
	assert_int_equal(d->generation, 1);
	sim_kernel_stop(&k);
}

static void there_is_none_without_connection(void **state)
{
	struct sim_kernel k = sim_kernel_start("cca");
	struct sim_device *d = sim_kernel_device(&k, COLD_BDF);

	(void)state;
	assert_false(sim_evidence_exists(d));
	assert_true(sim_evidence_exists(sim_kernel_device(&k, FREE_BDF)));
	for (int type = 0; type < EV_COUNT; type++)
		assert_int_equal(d->object[type].len, 0);
	assert_int_equal(sim_evidence_regen(k.sim, d, EV_REPORT, NULL, 0, false), -ENXIO);
	sim_kernel_stop(&k);
}

static void a_cca_regeneration_is_signed_for_its_nonce(void **state)
{
	struct sim_kernel k = sim_kernel_start("cca");
	struct sim_device *d = sim_kernel_device(&k, FREE_BDF);
	uint8_t first[1024];
	struct bytes hashed = {first, 0};

	(void)state;
	assert_int_equal(sim_evidence_regen(k.sim, d, EV_MEASUREMENTS, nonce, sizeof(nonce), false), 0);
	assert_int_equal(d->generation, 2);
	assert_memory_equal(d->object[EV_MEASUREMENTS].data + REQUEST_NONCE, nonce, sizeof(nonce));
	assert_int_equal(d->object[EV_MEASUREMENTS].data[2], 1);
	hashed.len = d->object[EV_MEASUREMENTS].len;
	assert_true(hashed.len <= sizeof(first));
	memcpy(first, d->object[EV_MEASUREMENTS].data, hashed.len);

	assert_int_equal(sim_evidence_regen(k.sim, d, EV_MEASUREMENTS, nonce, sizeof(nonce), true), 0);
	assert_int_equal(d->generation, 3);
	assert_int_equal(d->object[EV_MEASUREMENTS].data[2], 3);
	assert_true(openssl_accepts(&k, hashed, object(d, EV_MEASUREMENTS)));

	first[REQUEST_NONCE] ^= 1;
	assert_false(openssl_accepts(&k, hashed, object(d, EV_MEASUREMENTS)));
	sim_kernel_stop(&k);
}

static void a_sev_regeneration_is_a_transcript(void **state)
{
	struct sim_kernel k = sim_kernel_start("sev");
	struct sim_device *d = sim_kernel_device(&k, FREE_BDF);
	struct bytes got;

	(void)state;
	assert_int_equal(sim_evidence_regen(k.sim, d, EV_MEASUREMENTS, nonce, 5, false), 0);
	got = object(d, EV_MEASUREMENTS);
	assert_same((struct bytes){got.data, VCA_SIZE}, sim_data_vca);
	assert_int_equal(got.len, VCA_SIZE + sim_data_measurements.len);
	assert_memory_equal(got.data + VCA_SIZE + REQUEST_NONCE, "a non", 5);
	for (size_t i = 5; i < EV_NONCE_SIZE; i++)
		assert_int_equal(got.data[VCA_SIZE + REQUEST_NONCE + i], 0);
	assert_true(openssl_accepts(&k, after(got, VCA_SIZE), sim_data_measurements_raw));
	assert_int_equal(d->generation, 1);
	sim_kernel_stop(&k);
}

static void the_device_adds_a_nonce_of_its_own(void **state)
{
	struct sim_kernel k = sim_kernel_start("cca");
	struct sim_device *d = sim_kernel_device(&k, FREE_BDF);
	uint8_t last[EV_NONCE_SIZE] = {0};

	(void)state;
	for (int i = 0; i < 3; i++) {
		const uint8_t *response;
		const uint8_t *own;

		assert_int_equal(sim_evidence_regen(k.sim, d, EV_MEASUREMENTS, nonce, sizeof(nonce), false), 0);
		response = d->object[EV_MEASUREMENTS].data + REQUEST_SIZE;
		own = response + 8 + le24(response + 5);
		assert_memory_not_equal(own, last, sizeof(last));
		memcpy(last, own, sizeof(last));
	}
	sim_kernel_stop(&k);
}

static void what_cannot_be_regenerated_is_refused(void **state)
{
	struct sim_kernel k = sim_kernel_start("cca");
	struct sim_device *d = sim_kernel_device(&k, FREE_BDF);
	const uint8_t long_nonce[33] = {0};

	(void)state;
	assert_int_equal(sim_evidence_regen(k.sim, d, EV_CERT0, nonce, 32, false), -EINVAL);
	assert_int_equal(sim_evidence_regen(k.sim, d, EV_VCA, nonce, 32, false), -EINVAL);
	assert_int_equal(sim_evidence_regen(k.sim, d, EV_MEASUREMENTS, long_nonce, 33, false), -EINVAL);
	assert_same(object(d, EV_MEASUREMENTS), sim_data_measurements);
	assert_int_equal(d->generation, 1);
	sim_kernel_stop(&k);
}

static void an_unlock_drops_what_the_lock_made(void **state)
{
	struct sim_kernel k = sim_kernel_start("cca");
	struct sim_device *d = sim_kernel_device(&k, FREE_BDF);

	(void)state;
	d->validated = 1;
	sim_evidence_unlock(k.sim, d);
	assert_int_equal(d->object[EV_REPORT].len, 0);
	assert_same(object(d, EV_MEASUREMENTS), sim_data_measurements);
	assert_int_equal(d->validated, 0);
	assert_int_equal(d->generation, 2);
	assert_int_equal(sim_evidence_regen(k.sim, d, EV_REPORT, NULL, 0, false), 0);
	assert_same(object(d, EV_REPORT), sim_data_report);
	assert_int_equal(d->generation, 3);
	sim_kernel_stop(&k);

	k = sim_kernel_start("sev");
	d = sim_kernel_device(&k, FREE_BDF);
	assert_int_equal(sim_evidence_regen(k.sim, d, EV_MEASUREMENTS, nonce, 32, false), 0);
	sim_evidence_unlock(k.sim, d);
	assert_int_equal(d->object[EV_MEASUREMENTS].len, 0);
	assert_true(d->object[EV_CERT0].len > 0);
	sim_kernel_stop(&k);
}

static void a_fault_changes_one_byte(void **state)
{
	struct sim_kernel k = sim_kernel_start("cca");
	struct sim_device *d = sim_kernel_device(&k, FREE_BDF);
	const struct sim_fault f = {
		.kind = FAULT_EVIDENCE, .device = FREE_BDF, .type = EV_REPORT, .offset = 12, .value = 0x80};

	(void)state;
	sim_kernel_fault(&k, f);
	assert_int_equal(sim_evidence_regen(k.sim, d, EV_REPORT, NULL, 0, false), 0);
	for (size_t i = 0; i < sim_data_report.len; i++)
		assert_int_equal(d->object[EV_REPORT].data[i], sim_data_report.data[i] ^ (i == 12 ? 0x80 : 0));
	sim_kernel_stop(&k);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(cca_gives_everything_at_connect),
		cmocka_unit_test(sev_has_no_measurements_before_a_nonce),
		cmocka_unit_test(tdx_has_a_report_only),
		cmocka_unit_test(there_is_none_without_connection),
		cmocka_unit_test(a_cca_regeneration_is_signed_for_its_nonce),
		cmocka_unit_test(a_sev_regeneration_is_a_transcript),
		cmocka_unit_test(the_device_adds_a_nonce_of_its_own),
		cmocka_unit_test(what_cannot_be_regenerated_is_refused),
		cmocka_unit_test(an_unlock_drops_what_the_lock_made),
		cmocka_unit_test(a_fault_changes_one_byte),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
