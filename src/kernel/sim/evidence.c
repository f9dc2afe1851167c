// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "kernel/sim/data.h"
#include "kernel/sim/sign.h"
#include "kernel/sim/sim.h"

/* Offsets in SPDM 1.2 messages (DSP0274). */
enum {
	CHAIN_HEADER_SIZE = 4 + SIM_DIGEST_SIZE, /* length, reserved, hash of the root */
	REQUEST_NONCE = 4,
	REQUEST_SIZE = 37,
	RESPONSE_RECORD_LENGTH = 5,
	RESPONSE_RECORD = 8,
};

/* How the TSM of an architecture hands evidence over. */
struct shape {
	bool certificates;   /* given as an object */
	size_t chain_skip;   /* what is cut off the SPDM certificate chain */
	bool vca;            /* given as an object */
	bool at_connect;     /* measurements are cached from the start */
	bool refresh;        /* measurements can be regenerated */
	bool transcript;     /* VCA stands before request and response */
	bool counts;         /* a regeneration advances the generation */
	uint32_t lock_bound; /* objects that an unlock drops */
};

static const struct shape shapes[] = {
	[ARCH_CCA] = {.certificates = true,
		      .chain_skip = CHAIN_HEADER_SIZE,
		      .vca = true,
		      .at_connect = true,
		      .refresh = true,
		      .counts = true,
		      .lock_bound = 1u << EV_REPORT},
	[ARCH_SEV] = {.certificates = true,
		      .refresh = true,
		      .transcript = true,
		      .lock_bound = 1u << EV_MEASUREMENTS | 1u << EV_REPORT},
	[ARCH_TDX] = {.lock_bound = 1u << EV_REPORT},
};

static void object_drop(struct sim_device *d, int type)
{
	free(d->object[type].data);
	d->object[type] = (struct sim_blob){0};
}

static int object_set(struct sim *s, struct sim_device *d, enum evidence_type type, struct bytes from)
{
	uint8_t *copy = malloc(from.len);

	if (!copy)
		return -ENOMEM;
	memcpy(copy, from.data, from.len);
	object_drop(d, (int)type);
	d->object[type] = (struct sim_blob){copy, from.len};
	sim_fault_evidence(s, d, type);
	return 0;
}

bool sim_evidence_exists(const struct sim_device *d)
{
	return d->tee && d->connected;
}

int sim_evidence_init(struct sim *s, struct sim_device *d)
{
	const struct shape *shape = &shapes[s->arch];
	const struct bytes chain = {sim_data_spdm_chain.data + shape->chain_skip,
				    sim_data_spdm_chain.len - shape->chain_skip};

	if (!sim_evidence_exists(d))
		return 0;
	d->generation = 1;
	if ((shape->certificates && object_set(s, d, EV_CERT0, chain)) ||
	    (shape->vca && object_set(s, d, EV_VCA, sim_data_vca)) ||
	    (shape->at_connect && object_set(s, d, EV_MEASUREMENTS, sim_data_measurements)))
		return -ENOMEM;
	return object_set(s, d, EV_REPORT, sim_data_report);
}

static void count(const struct sim *s, struct sim_device *d)
{
	if (shapes[s->arch].counts)
		d->generation++;
}

void sim_evidence_unlock(struct sim *s, struct sim_device *d)
{
	const struct shape *shape = &shapes[s->arch];

	for (int type = 0; type < EV_COUNT; type++) {
		if (shape->lock_bound & 1u << type)
			object_drop(d, type);
	}
	d->validated = 0;
	count(s, d);
}

/* Fills in both nonces and signs; `log` is VCA, request and response with room for the signature. */
static int exchange_sign(uint8_t *log, size_t len, const uint8_t *nonce, size_t nonce_len)
{
	uint8_t *request = log + sim_data_vca.len;
	uint8_t *response = request + REQUEST_SIZE;
	uint8_t *own_nonce = response + RESPONSE_RECORD + le24(response + RESPONSE_RECORD_LENGTH);

	memset(request + REQUEST_NONCE, 0, EV_NONCE_SIZE);
	if (nonce_len)
		memcpy(request + REQUEST_NONCE, nonce, nonce_len);
	if (getrandom(own_nonce, EV_NONCE_SIZE, 0) != EV_NONCE_SIZE)
		return -EIO;
	return sim_sign_measurements(log, len - SIM_SIGNATURE_SIZE, log + len - SIM_SIGNATURE_SIZE);
}

static int regen_measurements(struct sim *s, struct sim_device *d, const uint8_t *nonce, size_t nonce_len, bool raw)
{
	const struct shape *shape = &shapes[s->arch];
	const struct bytes exchange = raw ? sim_data_measurements_raw : sim_data_measurements;
	const size_t skip = shape->transcript ? 0 : sim_data_vca.len;
	const size_t len = sim_data_vca.len + exchange.len;
	uint8_t *log;
	int rc;

	if (!shape->refresh)
		return -EOPNOTSUPP;
	if (nonce_len > EV_NONCE_SIZE)
		return -EINVAL;
	log = malloc(len);
	if (!log)
		return -ENOMEM;
	memcpy(log, sim_data_vca.data, sim_data_vca.len);
	memcpy(log + sim_data_vca.len, exchange.data, exchange.len);
	rc = exchange_sign(log, len, nonce, nonce_len);
	if (!rc)
		rc = object_set(s, d, EV_MEASUREMENTS, (struct bytes){log + skip, len - skip});
	free(log);
	return rc;
}

int sim_evidence_regen(struct sim *s, struct sim_device *d, enum evidence_type type, const uint8_t *nonce, size_t len,
		       bool raw)
{
	int rc = -EINVAL;

	if (!sim_evidence_exists(d))
		return -ENXIO;
	if (type == EV_MEASUREMENTS)
		rc = regen_measurements(s, d, nonce, len, raw);
	else if (type == EV_REPORT)
		rc = object_set(s, d, EV_REPORT, sim_data_report);
	if (!rc)
		count(s, d);
	return rc;
}
