// SPDX-License-Identifier: GPL-2.0-or-later
/* The simulated kernel's netlink, byte by byte: what a client of the two evidence families relies on. */
#include "sim_client.h"

/* --- worked bytes ------------------------------------------------------------------------------------------------ */

static void expect_bytes(const uint8_t *got, const char *hex)
{
	uint8_t want[256];
	const size_t len = unhex(hex, want, sizeof(want));

	assert_memory_equal(got, want, len);
}

static void reply_bytes_are_the_kernels(void **state)
{
	struct sim_kernel k = sim_kernel_start("cca");
	struct sim_device *d = sim_kernel_device(&k, HELD_BDF);
	struct request r = read_request(HELD_BDF, MASK_MEASUREMENTS);
	struct sim_socket *socket = sim_nl_open(k.sim);
	uint8_t got[256];

	(void)state;
	((struct nlmsghdr *)r.data)->nlmsg_seq = 1;
	sim_kernel_object(d, EV_MEASUREMENTS, 6);
	memcpy(d->object[EV_MEASUREMENTS].data, "ABCDEF", 6);
	d->generation = 2;
	k.sim->chunk = 4;
	assert_int_equal(sim_nl_send(k.sim, socket, r.data, r.len), (int)r.len);
	assert_int_equal(sim_nl_recv(k.sim, socket, got, sizeof(got)), 0x34);
	expect_bytes(got, "34000000 1f000200 01000000 00000000 01010000 08000100 09000000 08000700 02000000"
			  "08000900 06000000 08000a00 41424344");
	assert_int_equal(sim_nl_recv(k.sim, socket, got, sizeof(got)), 0x1c + 20);
	expect_bytes(got, "1c000000 1f000200 01000000 00000000 01010000 06000a00 45460000"
			  "14000000 03000200 01000000 00000000 00000000");
	sim_nl_close(socket);
	sim_kernel_stop(&k);
}

static void request_bytes_are_understood(void **state)
{
	static const char read[] =
		"5c000000 1f000103 07000000 00000000 01010000 08000200 01020000 08000400 70636900 11000500 30303030"
		"3a30313a 30302e30 00000000 24000600 00010203 04050607 08090a0b 0c0d0e0f 10111213 14151617 18191a1b"
		"1c1d1e1f";
	static const char validate[] =
		"38000000 1f000500 07000000 00000000 02010000 08000400 70636900 11000500 30303030"
		"3a30313a 30302e30 00000000 08000700 02000000";
	struct sim_kernel k = sim_kernel_start("cca");
	const struct sim_device *d = sim_kernel_device(&k, HELD_BDF);
	struct request r;
	struct answer a;

	(void)state;
	r.len = unhex(read, r.data, sizeof(r.data));
	assert_int_equal(r.len, 92);
	a = ask(k.sim, &r);
	assert_done(&a, 0, "");
	assert_int_equal(a.messages, 2);
	assert_int_equal(a.type[0], EV_CERT0);
	assert_int_equal(a.type[1], EV_MEASUREMENTS);
	assert_int_equal(a.generation, 2);
	for (uint8_t i = 0; i < 32; i++)
		assert_int_equal(a.bytes[d->object[EV_CERT0].len + 4 + i], i);
	free(a.bytes);

	r.len = unhex(validate, r.data, sizeof(r.data));
	assert_int_equal(r.len, 56);
	a = ask(k.sim, &r);
	assert_error(&a, 0, "");
	assert_int_equal(sim_kernel_device(&k, HELD_BDF)->validated, 2);
	sim_kernel_stop(&k);
}

/* --- objects ----------------------------------------------------------------------------------------------------- */

static void every_type_comes_once_in_order(void **state)
{
	struct sim_kernel k = sim_kernel_start("cca");
	const struct sim_device *d = sim_kernel_device(&k, FREE_BDF);
	const struct request r = read_request(FREE_BDF, EV_MASK_ALL);
	struct answer a = ask(k.sim, &r);

	(void)state;
	assert_done(&a, 0, "");
	assert_true(a.multi);
	assert_false(a.done_alone);
	assert_int_equal(a.messages, EV_COUNT);
	for (uint32_t type = 0; type < EV_COUNT; type++) {
		assert_int_equal(a.type[type], type);
		assert_int_equal(a.length[type], d->object[type].len);
		assert_int_equal(a.val[type], d->object[type].len);
	}
	assert_int_equal(a.val[EV_CERT7], 0);
	assert_int_equal(a.generation, 1);
	free(a.bytes);
	sim_kernel_stop(&k);
}

static void expect_chunks(struct sim *s, struct sim_socket *socket, size_t cap, size_t first, size_t next)
{
	const struct request r = read_request(HELD_BDF, MASK_CERT0);
	struct answer a;

	assert_int_equal(sim_nl_send(s, socket, r.data, r.len), (int)r.len);
	a = receive(s, socket, cap, &new_ids);
	assert_done(&a, 0, "");
	assert_object(&a, sim_device_find(s, HELD_BDF), EV_CERT0);
	assert_int_equal(a.val[0], first);
	assert_int_equal(a.val[1], next);
	for (size_t i = 1; i < a.messages; i++)
		assert_int_equal(a.type[i], UINT32_MAX);
	free(a.bytes);
}

static void chunks_follow_the_readers_buffer(void **state)
{
	struct sim_kernel k = sim_kernel_start("cca");
	struct sim_socket *socket = sim_nl_open(k.sim);

	(void)state;
	sim_kernel_object(sim_kernel_device(&k, HELD_BDF), EV_CERT0, 200001);
	expect_chunks(k.sim, socket, 16384, 3724, 16356);
	expect_chunks(k.sim, socket, 16384, 16332, 16356);
	expect_chunks(k.sim, socket, 65536, 16332, 32420);
	expect_chunks(k.sim, socket, 65536, 32396, 32420);
	k.sim->chunk = 20000;
	expect_chunks(k.sim, socket, 65536, 20000, 20000);
	sim_nl_close(socket);
	sim_kernel_stop(&k);
}

static void done_comes_alone_where_it_does_not_fit(void **state)
{
	struct sim_kernel k = sim_kernel_start("cca");
	const struct request r = read_request(HELD_BDF, MASK_CERT0);
	struct answer a;

	(void)state;
	sim_kernel_object(sim_kernel_device(&k, HELD_BDF), EV_CERT0, 3724);
	a = ask(k.sim, &r);
	assert_done(&a, 0, "");
	assert_true(a.done_alone);
	assert_int_equal(a.datagrams, 2);
	free(a.bytes);
	sim_kernel_stop(&k);
}

static void digests_are_sha384_on_cca(void **state)
{
	static const char abc[] = "cb00753f45a35e8bb5a03d699ac65007272c32ab0eded1631a8b605a43ff5bed"
				  "8086072ba1e7cc2358baeca134c825a7";
	struct sim_kernel k = sim_kernel_start("cca");
	struct sim_device *d = sim_kernel_device(&k, HELD_BDF);
	struct request r = read_request(HELD_BDF, MASK_CERT0 | MASK_CERT0 << 1);
	struct answer a;

	(void)state;
	sim_kernel_object(d, EV_CERT0, 3);
	memcpy(d->object[EV_CERT0].data, "abc", 3);
	put_u32(&r, 3, 1);
	a = ask(k.sim, &r);
	assert_done(&a, 0, "");
	assert_int_equal(a.length[0], 48);
	expect_bytes(a.bytes, abc);
	assert_int_equal(a.length[1], 0);
	free(a.bytes);
	sim_kernel_stop(&k);

	k = sim_kernel_start("sev");
	a = ask(k.sim, &r);
	assert_done(&a, 0, "");
	assert_int_equal(a.length[0], 0);
	assert_int_equal(a.len, 0);
	free(a.bytes);
	sim_kernel_stop(&k);
}

/* --- errors ------------------------------------------------------------------------------------------------------ */

enum { NO_ATTR = 0xffff };

/* A READ of 0000:01:00.0 with one attribute left out, and one added or in its place. */
struct bad_request {
	uint16_t without; /* NO_ATTR: none */
	uint16_t type;    /* NO_ATTR: none */
	const char *value;
	size_t len;
	int error;
	const char *text;
	uint32_t missing;
	bool bad;        /* the offset of what was added is reported */
	uint32_t policy; /* and which type it should have had */
};

#define TEXT32 "0123456789abcdef0123456789abcdef"

static const struct bad_request bad_reads[] = {
	{4, NO_ATTR, NULL, 0, EINVAL, "missing subsys name", 4, false, 0},
	{5, NO_ATTR, NULL, 0, EINVAL, "missing device name", 5, false, 0},
	{4, 4, TEXT32, 33, EINVAL, "", 0, true, 0},
	{5, 5, TEXT32, 33, EINVAL, "", 0, true, 0},
	{4, 4, "usb", 4, EOPNOTSUPP, "no evidence provider for subsys 'usb'", 0, false, 0},
	{5, 5, "0000:09:00.0", 13, ENODEV, "device 'pci:0000:09:00.0' evidence not found", 0, false, 0},
	{5, 5, COLD_BDF, 13, ENODEV, "device 'pci:" COLD_BDF "' evidence not found", 0, false, 0},
	{2, NO_ATTR, NULL, 0, EINVAL, "missing object request mask", 0, false, 0},
	{2, 2, "\0\x08\0\0", 4, EINVAL, "unsupported object request 0x800", 0, false, 0},
	{2, 2, "\0\0\0\0", 4, EINVAL, "no evidence type requested", 0, false, 0},
	{NO_ATTR, 3, "\2\0\0\0", 4, EINVAL, "", 0, true, 0},
	{NO_ATTR, 1, "\1\0\0\0", 4, EINVAL, "attribute is not part of this request", 0, true, 0},
	{NO_ATTR, 7, "\1\0\0\0", 4, EINVAL, "attribute number is unknown", 0, true, 0},
	{2, 2, "\1\0", 2, EINVAL, "invalid attribute length", 0, true, NL_ATTR_TYPE_U32},
	{4, 4, "pci", 3, EINVAL, "attribute is too long or not terminated", 0, true, NL_ATTR_TYPE_NUL_STRING},
	{NO_ATTR, 6, TEXT32 "0", 33, ERANGE, "binary attribute size out of range", 0, true, NL_ATTR_TYPE_BINARY},
	{4, 4, "", 0, EINVAL, "attribute is too long or not terminated", 0, true, NL_ATTR_TYPE_NUL_STRING},
	{NO_ATTR, 0, "\1\0\0\0", 4, EINVAL, "attribute number is unknown", 0, true, 0},
	{2, 2 | NLA_F_NESTED, "\1\0\0\0", 4, EINVAL, "attribute must not be nested", 0, true, NL_ATTR_TYPE_U32},
};

static struct request bad_request_build(const struct bad_request *bad, uint32_t *offset)
{
	struct request r = request_new(DEVICE_EVIDENCE, NLM_F_REQUEST | NLM_F_DUMP, 1);

	if (bad->without != 2)
		put_u32(&r, 2, MASK_CERT0);
	if (bad->without != 4)
		put_text(&r, 4, "pci");
	if (bad->without != 5)
		put_text(&r, 5, HELD_BDF);
	*offset = bad->bad ? (uint32_t)r.len : 0;
	if (bad->type != NO_ATTR)
		put(&r, bad->type, bad->value, bad->len);
	return r;
}

static void bad_reads_are_refused_as_the_kernel_does(void **state)
{
	struct sim_kernel k = sim_kernel_start("cca");

	(void)state;
	for (size_t i = 0; i < sizeof(bad_reads) / sizeof(bad_reads[0]); i++) {
		const struct bad_request *bad = &bad_reads[i];
		uint32_t offset;
		const struct request r = bad_request_build(bad, &offset);
		const struct answer a = ask(k.sim, &r);

		assert_error(&a, bad->error, bad->text);
		assert_int_equal(a.missing, bad->missing);
		assert_int_equal(a.offset, offset);
		assert_int_equal(a.policy, bad->policy);
	}
	sim_kernel_stop(&k);
}

static void errors_come_in_the_kernels_order(void **state)
{
	struct sim_kernel k = sim_kernel_start("cca");
	struct request r = request_new(DEVICE_EVIDENCE, NLM_F_REQUEST | NLM_F_DUMP, 1);
	struct answer a;

	(void)state;
	put_u32(&r, 3, 2);
	a = ask(k.sim, &r);
	assert_error(&a, EINVAL, "missing subsys name");
	put_text(&r, 4, "usb");
	a = ask(k.sim, &r);
	assert_error(&a, EINVAL, "missing device name");
	put_text(&r, 5, "nonsense");
	a = ask(k.sim, &r);
	assert_error(&a, EOPNOTSUPP, "no evidence provider for subsys 'usb'");
	put_text(&r, 4, "pci");
	a = ask(k.sim, &r);
	assert_error(&a, ENODEV, "device 'pci:nonsense' evidence not found");
	put_text(&r, 5, HELD_BDF);
	a = ask(k.sim, &r);
	assert_error(&a, EINVAL, "missing object request mask");
	put_u32(&r, 2, 1);
	a = ask(k.sim, &r);
	assert_error(&a, EINVAL, "");
	assert_int_equal(a.offset, NLMSG_LENGTH(GENL_HDRLEN));
	sim_kernel_stop(&k);
}

static void malformed_headers_are_refused(void **state)
{
	struct sim_kernel k = sim_kernel_start("cca");
	struct request r = read_request(HELD_BDF, MASK_CERT0);
	struct answer a;

	(void)state;
	memset(r.data + r.len, 0, 4);
	((struct nlmsghdr *)r.data)->nlmsg_len = (uint32_t)(r.len += 4);
	a = ask(k.sim, &r);
	assert_error(&a, EINVAL, "bytes behind the last attribute");

	r = read_request(HELD_BDF, MASK_CERT0);
	r.data[NLMSG_HDRLEN + 2] = 1;
	a = ask(k.sim, &r);
	assert_error(&a, EINVAL, "genlmsghdr.reserved field is not 0");

	r = request_new(DEVICE_EVIDENCE, NLM_F_REQUEST, 1);
	((struct nlmsghdr *)r.data)->nlmsg_len = (uint32_t)(r.len = NLMSG_HDRLEN);
	a = ask(k.sim, &r);
	assert_error(&a, EINVAL, "");

	r = request_new(0x77, NLM_F_REQUEST | NLM_F_DUMP, 1);
	a = ask(k.sim, &r);
	assert_error(&a, ENOENT, "");
	sim_kernel_stop(&k);
}

static void operations_have_one_form(void **state)
{
	struct sim_kernel k = sim_kernel_start("cca");
	struct request r = read_request(HELD_BDF, MASK_CERT0);
	struct answer a;

	(void)state;
	((struct nlmsghdr *)r.data)->nlmsg_flags = NLM_F_REQUEST;
	a = ask(k.sim, &r);
	assert_error(&a, EOPNOTSUPP, "");
	r = validate_request(HELD_BDF, 1);
	((struct nlmsghdr *)r.data)->nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
	a = ask(k.sim, &r);
	assert_error(&a, EOPNOTSUPP, "");
	sim_kernel_stop(&k);
}

static void a_second_dump_is_busy(void **state)
{
	struct sim_kernel k = sim_kernel_start("cca");
	const struct request r = read_request(HELD_BDF, MASK_CERT0);
	struct sim_socket *socket = sim_nl_open(k.sim);
	static uint8_t buffer[READ_BUFFER];
	int code;

	(void)state;
	sim_kernel_object(sim_kernel_device(&k, HELD_BDF), EV_CERT0, 100000);
	assert_int_equal(sim_nl_send(k.sim, socket, r.data, r.len), (int)r.len);
	assert_int_equal(sim_nl_send(k.sim, socket, r.data, r.len), (int)r.len);
	assert_true(sim_nl_recv(k.sim, socket, buffer, sizeof(buffer)) > 0);
	assert_int_equal(((struct nlmsghdr *)buffer)->nlmsg_type, DEVICE_EVIDENCE);
	assert_true(sim_nl_recv(k.sim, socket, buffer, sizeof(buffer)) > 0);
	assert_int_equal(((struct nlmsghdr *)buffer)->nlmsg_type, NLMSG_ERROR);
	memcpy(&code, buffer + NLMSG_HDRLEN, sizeof(code));
	assert_int_equal(code, -EBUSY);
	sim_nl_close(socket);
	sim_kernel_stop(&k);
}

static void validate_compares_generations(void **state)
{
	struct sim_kernel k = sim_kernel_start("cca");
	struct request r = validate_request(HELD_BDF, 9);
	struct answer a = ask(k.sim, &r);

	(void)state;
	assert_error(&a, ESTALE, "evidence generation is stale");
	assert_int_equal(sim_kernel_device(&k, HELD_BDF)->validated, 0);
	r = validate_request(FREE_BDF, 1);
	a = ask(k.sim, &r);
	assert_error(&a, 0, "");
	assert_int_equal(sim_kernel_device(&k, FREE_BDF)->validated, 1);
	r = validate_request(COLD_BDF, 1);
	a = ask(k.sim, &r);
	assert_error(&a, ENODEV, "device 'pci:" COLD_BDF "' evidence not found");
	r = request_new(DEVICE_EVIDENCE, NLM_F_REQUEST, 2);
	a = ask(k.sim, &r);
	assert_error(&a, EINVAL, "missing evidence generation");
	sim_kernel_stop(&k);
}

static void tdx_refuses_a_nonce_in_done(void **state)
{
	struct sim_kernel k = sim_kernel_start("tdx");
	struct request r = read_request(HELD_BDF, MASK_REPORT);
	struct answer a;

	(void)state;
	put(&r, 6, TEXT32, 32);
	a = ask(k.sim, &r);
	assert_done(&a, EOPNOTSUPP, "evidence refresh failed: -EOPNOTSUPP");
	assert_int_equal(a.messages, 0);
	sim_kernel_stop(&k);
}

static void a_change_between_messages_ends_the_dump(void **state)
{
	struct sim_kernel k = sim_kernel_start("cca");
	struct sim_device *d = sim_kernel_device(&k, HELD_BDF);
	const struct request r = read_request(HELD_BDF, MASK_CERT0);
	struct sim_socket *socket = sim_nl_open(k.sim);
	struct answer a;

	(void)state;
	sim_kernel_object(d, EV_CERT0, 100000);
	assert_int_equal(sim_nl_send(k.sim, socket, r.data, r.len), (int)r.len);
	d->generation++;
	a = receive(k.sim, socket, READ_BUFFER, &new_ids);
	assert_done(&a, EAGAIN, "evidence updated during read");
	assert_true(a.done_alone);
	free(a.bytes);

	assert_int_equal(sim_nl_send(k.sim, socket, r.data, r.len), (int)r.len);
	d->connected = false;
	a = receive(k.sim, socket, READ_BUFFER, &new_ids);
	assert_done(&a, ENXIO, "failed to acquire evidence context");
	free(a.bytes);
	sim_nl_close(socket);
	sim_kernel_stop(&k);
}

static void a_short_buffer_loses_the_datagram(void **state)
{
	struct sim_kernel k = sim_kernel_start("cca");
	const struct request r = read_request(HELD_BDF, MASK_REPORT);
	struct sim_socket *socket = sim_nl_open(k.sim);
	uint8_t buffer[64];

	(void)state;
	assert_int_equal(sim_nl_recv(k.sim, socket, buffer, sizeof(buffer)), -ETIMEDOUT);
	assert_int_equal(sim_nl_send(k.sim, socket, r.data, r.len), (int)r.len);
	assert_int_equal(sim_nl_recv(k.sim, socket, buffer, sizeof(buffer)), -EMSGSIZE);
	assert_int_equal(sim_nl_recv(k.sim, socket, buffer, sizeof(buffer)), -ETIMEDOUT);
	sim_nl_close(socket);
	sim_kernel_stop(&k);
}

/* --- the older family -------------------------------------------------------------------------------------------- */

static struct request pci_tsm_request(const char *bdf)
{
	struct request r = request_new(PCI_TSM, NLM_F_REQUEST | NLM_F_DUMP, 1);

	put_u32(&r, 2, MASK_VCA | MASK_REPORT);
	put_text(&r, 4, bdf);
	return r;
}

static void pci_tsm_has_its_own_numbers(void **state)
{
	struct sim_kernel k = sim_kernel_start("cca,family=pci-tsm");
	const struct sim_device *d = sim_kernel_device(&k, HELD_BDF);
	struct request r = pci_tsm_request(HELD_BDF);
	struct answer a;

	(void)state;
	put(&r, 5, TEXT32 TEXT32, 64);
	a = ask_as(k.sim, &r, &old_ids);
	assert_done(&a, 0, "");
	assert_int_equal(a.messages, 2);
	assert_int_equal(a.type[0], EV_VCA);
	assert_int_equal(a.type[1], EV_REPORT);
	assert_int_equal(a.generation, UINT32_MAX);
	assert_int_equal(a.length[0], UINT32_MAX);
	assert_int_equal(a.len, d->object[EV_VCA].len + d->object[EV_REPORT].len);
	assert_int_equal(d->generation, 1);
	free(a.bytes);

	r = pci_tsm_request(COLD_BDF);
	a = ask_as(k.sim, &r, &old_ids);
	assert_error(&a, ENXIO, "no TSM context");
	r = pci_tsm_request("0000:09:00.0");
	a = ask_as(k.sim, &r, &old_ids);
	assert_error(&a, ENXIO, "no TSM context");
	r = request_new(PCI_TSM, NLM_F_REQUEST | NLM_F_ACK, 2);
	a = ask_as(k.sim, &r, &old_ids);
	assert_error(&a, EOPNOTSUPP, "");
	r = read_request(HELD_BDF, 1);
	a = ask(k.sim, &r);
	assert_error(&a, ENOENT, "");
	sim_kernel_stop(&k);
}

/* --- the controller ---------------------------------------------------------------------------------------------- */

static struct request family_request(const char *name)
{
	struct request r = request_new(GENL_ID_CTRL, NLM_F_REQUEST, CTRL_CMD_GETFAMILY);

	put_text(&r, CTRL_ATTR_FAMILY_NAME, name);
	return r;
}

static void the_controller_describes_the_family(void **state)
{
	static const char evidence[] =
		"74000000 10000000 07000000 00000000 01020000"
		"14000200 64657669 63652d65 76696465 6e636500 06000100 1f000000 08000300 01000000 08000400 00000000"
		"08000500 00000000"
		"2c000600 14000100 08000100 01000000 08000200 0d000000 14000200 08000100 02000000 08000200 0b000000";
	struct sim_kernel k = sim_kernel_start("cca");
	const struct request r = family_request("device-evidence");
	struct sim_socket *socket = sim_nl_open(k.sim);
	uint8_t got[1024];

	(void)state;
	assert_int_equal(sim_nl_send(k.sim, socket, r.data, r.len), (int)r.len);
	assert_int_equal(sim_nl_recv(k.sim, socket, got, sizeof(got)), 0x74);
	expect_bytes(got, evidence);
	sim_nl_close(socket);
	sim_kernel_stop(&k);
}

static void families_that_are_not_there_are_not_found(void **state)
{
	struct sim_kernel k = sim_kernel_start("cca,family=none");
	struct request r = family_request("device-evidence");
	struct answer a = ask(k.sim, &r);

	(void)state;
	assert_error(&a, ENOENT, "");
	r = request_new(GENL_ID_CTRL, NLM_F_REQUEST, CTRL_CMD_GETFAMILY);
	a = ask(k.sim, &r);
	assert_error(&a, EINVAL, "");
	sim_kernel_stop(&k);
}

/* What is no request, or of no length, is passed over; of several messages in a datagram each is taken. */
static void datagrams_are_taken_apart(void **state)
{
	struct sim_kernel k = sim_kernel_start("cca");
	const struct request good = validate_request(HELD_BDF, 99);
	const struct {
		uint32_t len;
		uint16_t flags;
		size_t sent;
		int acknowledged; /* times, with error */
		int error;
	} cases[] = {
		{(uint32_t)good.len, NLM_F_REQUEST | NLM_F_ACK, good.len, 1, ESTALE},
		{(uint32_t)good.len, NLM_F_REQUEST, good.len, 1, ESTALE},
		{(uint32_t)good.len, NLM_F_ACK, good.len, 1, 0},
		{(uint32_t)good.len, 0, good.len, 0, 0},
		{(uint32_t)good.len, NLM_F_REQUEST | NLM_F_ACK | NLM_F_ROOT, good.len, 1, EINVAL},
		{NLMSG_HDRLEN - 1, NLM_F_REQUEST | NLM_F_ACK, good.len, 0, 0},
		{(uint32_t)good.len + 1, NLM_F_REQUEST | NLM_F_ACK, good.len, 0, 0},
		{(uint32_t)good.len, NLM_F_REQUEST | NLM_F_ACK, NLMSG_HDRLEN - 1, 0, 0},
		{(uint32_t)good.len, NLM_F_REQUEST | NLM_F_ACK, 2 * good.len, 2, ESTALE},
		{(uint32_t)good.len, NLM_F_REQUEST | NLM_F_ACK, 2 * good.len - 1, 1, ESTALE},
	};

	(void)state;
	assert_true(2 * good.len <= sizeof(good.data) && good.len % NLMSG_ALIGNTO == 0);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct sim_socket *socket = sim_nl_open(k.sim);
		struct request r = good;
		uint8_t got[512];

		((struct nlmsghdr *)r.data)->nlmsg_len = cases[i].len;
		((struct nlmsghdr *)r.data)->nlmsg_flags = cases[i].flags;
		memcpy(r.data + good.len, r.data, good.len);
		assert_int_equal(sim_nl_send(k.sim, socket, r.data, cases[i].sent), (int)cases[i].sent);
		for (int n = 0; n < cases[i].acknowledged; n++) {
			assert_true(sim_nl_recv(k.sim, socket, got, sizeof(got)) >=
				    NLMSG_LENGTH((int)sizeof(struct nlmsgerr)));
			assert_int_equal(((struct nlmsghdr *)got)->nlmsg_type, NLMSG_ERROR);
			assert_int_equal(((struct nlmsgerr *)NLMSG_DATA(got))->error, -cases[i].error);
		}
		assert_int_equal(sim_nl_recv(k.sim, socket, got, sizeof(got)), -ETIMEDOUT);
		sim_nl_close(socket);
	}
	sim_kernel_stop(&k);
}

/* By its number a family is found, too; attributes that the controller does not know are passed over, as ever. */
static void families_have_a_number(void **state)
{
	struct sim_kernel k = sim_kernel_start("cca");
	uint16_t id = DEVICE_EVIDENCE;
	uint8_t named[1024], numbered[1024];
	const struct request by_name = family_request("device-evidence");
	struct request by_id = request_new(GENL_ID_CTRL, NLM_F_REQUEST, CTRL_CMD_GETFAMILY);
	struct sim_socket *socket = sim_nl_open(k.sim);
	ssize_t len;

	(void)state;
	put(&by_id, CTRL_ATTR_FAMILY_ID, &id, sizeof(id));
	put(&by_id, 0, "zero", 4);
	put(&by_id, 200, "unknown", 7);
	assert_int_equal(sim_nl_send(k.sim, socket, by_name.data, by_name.len), (int)by_name.len);
	len = sim_nl_recv(k.sim, socket, named, sizeof(named));
	assert_int_equal(sim_nl_send(k.sim, socket, by_id.data, by_id.len), (int)by_id.len);
	assert_int_equal(sim_nl_recv(k.sim, socket, numbered, sizeof(numbered)), len);
	assert_true(len > 0);
	assert_memory_equal(named, numbered, (size_t)len);
	sim_nl_close(socket);
	sim_kernel_stop(&k);
}

static void families_can_be_listed(void **state)
{
	struct sim_kernel k = sim_kernel_start("cca");
	const struct request r = request_new(GENL_ID_CTRL, NLM_F_REQUEST | NLM_F_DUMP, CTRL_CMD_GETFAMILY);
	struct sim_socket *socket = sim_nl_open(k.sim);
	uint8_t got[1024];
	uint16_t types[3] = {0};
	size_t count = 0;

	(void)state;
	assert_int_equal(sim_nl_send(k.sim, socket, r.data, r.len), (int)r.len);
	ssize_t len = sim_nl_recv(k.sim, socket, got, sizeof(got));

	for (ssize_t at = 0; at < len && count < 3; at += (ssize_t)((struct nlmsghdr *)(got + at))->nlmsg_len)
		types[count++] = ((struct nlmsghdr *)(got + at))->nlmsg_type;
	assert_int_equal(types[0], GENL_ID_CTRL);
	assert_int_equal(types[1], GENL_ID_CTRL);
	assert_int_equal(types[2], NLMSG_DONE);
	sim_nl_close(socket);
	sim_kernel_stop(&k);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reply_bytes_are_the_kernels),
		cmocka_unit_test(request_bytes_are_understood),
		cmocka_unit_test(every_type_comes_once_in_order),
		cmocka_unit_test(chunks_follow_the_readers_buffer),
		cmocka_unit_test(done_comes_alone_where_it_does_not_fit),
		cmocka_unit_test(digests_are_sha384_on_cca),
		cmocka_unit_test(bad_reads_are_refused_as_the_kernel_does),
		cmocka_unit_test(errors_come_in_the_kernels_order),
		cmocka_unit_test(malformed_headers_are_refused),
		cmocka_unit_test(operations_have_one_form),
		cmocka_unit_test(a_second_dump_is_busy),
		cmocka_unit_test(validate_compares_generations),
		cmocka_unit_test(tdx_refuses_a_nonce_in_done),
		cmocka_unit_test(a_change_between_messages_ends_the_dump),
		cmocka_unit_test(a_short_buffer_loses_the_datagram),
		cmocka_unit_test(pci_tsm_has_its_own_numbers),
		cmocka_unit_test(the_controller_describes_the_family),
		cmocka_unit_test(families_that_are_not_there_are_not_found),
		cmocka_unit_test(datagrams_are_taken_apart),
		cmocka_unit_test(families_have_a_number),
		cmocka_unit_test(families_can_be_listed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
