// SPDX-License-Identifier: GPL-2.0-or-later
/* Writes one file for every shape into a directory with one for each target: fuzz_seeds DATA-DIRECTORY DIRECTORY */
#include <stdio.h>
#include <sys/stat.h>

#include "decode_build.h"
#include "tdi/evidence.h"

static const char *directory;

static void save(const char *name, struct buf *b)
{
	char path[4096];
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s", directory, name);
	f = fopen(path, "wb");
	if (!f || fwrite(b->data, 1, b->len, f) != b->len || fclose(f)) {
		perror(path);
		exit(1);
	}
	buf_free(b);
}

static void load(const char *data, const char *name, struct buf *b)
{
	char path[4096], block[4096];
	size_t n;
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s", data, name);
	f = fopen(path, "rb");
	if (!f) {
		perror(path);
		exit(1);
	}
	while ((n = fread(block, 1, sizeof(block), f)) > 0)
		buf_add(b, block, n);
	fclose(f);
}

/* AMD's data object around what `b` holds. */
static void wrap(struct buf *b, unsigned id)
{
	struct buf whole = {0};

	put_wrapper(&whole, id, b->len);
	buf_add(&whole, b->data, b->len);
	buf_free(b);
	*b = whole;
}

static void save_data(const char *data)
{
	static const struct {
		const char *name;
		unsigned id;
	} files[] = {{"spdm-chain.bin", 4},
		     {"vca.bin", 5},
		     {"measurements.bin", 5},
		     {"measurements-raw.bin", 5},
		     {"report.bin", 6}};
	char name[64];
	size_t i;

	for (i = 0; i < sizeof(files) / sizeof(*files); i++) {
		struct buf plain = {0}, wrapped = {0};

		load(data, files[i].name, &plain);
		buf_add(&wrapped, plain.data, plain.len);
		wrap(&wrapped, files[i].id);
		snprintf(name, sizeof(name), "objects/%s", files[i].name);
		save(name, &plain);
		snprintf(name, sizeof(name), "objects/wrapped-%s", files[i].name);
		save(name, &wrapped);
	}
}

static void save_transcripts(void)
{
	unsigned version;
	char name[64];

	for (version = 0x10; version <= 0x14; version++) {
		struct buf b = {0}, vca = {0}, pair = {0};

		put_vca(&b, version, 0x80);
		put_vca(&vca, version, 0x80);
		put_request(&b, version, true, 0xff);
		put_request(&pair, version, true, 0xff);
		put_response(&b, version, 96);
		put_response(&pair, version, 96);
		snprintf(name, sizeof(name), "objects/transcript-%x", version);
		save(name, &b);
		/* As fuzz_measurements.c takes it apart: no chain. */
		put(&b, vca.len, 4);
		buf_add(&b, vca.data, vca.len);
		buf_add(&b, pair.data, pair.len);
		snprintf(name, sizeof(name), "objects/with-vca-%x", version);
		save(name, &b);
		buf_free(&vca);
		buf_free(&pair);
	}
}

static void save_identities(void)
{
	struct buf b = {0};

	buf_text(&b, "Vendor=1B36:Device=00C0:CC=010802:REV=01:SSVID=1AF4:SSID=1100:0123456789abcdef");
	save("objects/pci-identity", &b);
	buf_text(&b, "ACME:WIDGET:1234567890");
	save("objects/device-info", &b);
}

#define DIGEST "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"

/* A policy behind its length of 16 bits, and what it is held against. */
static void save_policy(const char *name, const char *policy)
{
	struct buf b = {0};

	put(&b, strlen(policy), 2);
	buf_text(&b, policy);
	put_vca(&b, 0x12, 0x80);
	put_request(&b, 0x12, true, 0xff);
	put_response(&b, 0x12, 96);
	save(name, &b);
}

static void save_policies(void)
{
	save_policy("policy/modes", "{\"device_modes\": [\"normal\"], \"no_debug\": true, \"root\": \"root.pem\"}");
	save_policy("policy/digests",
		    "{\"digests\": {\"1\": \"" DIGEST "\", \"0xfd\": [\"" DIGEST "\"]}, \"minimum_svn\": 7}");
}

/* --- what a kernel says over netlink, as fuzz_netlink.c takes it apart ---------------------------------------------
 */

struct listener {
	struct kernel kernel;
	struct buf heard;
};

static int listener_nl_open(struct kernel *k)
{
	return kernel_nl_open(k->below);
}

static int listener_close(struct kernel *k, int fd)
{
	return kernel_close(k->below, fd);
}

static int listener_send(struct kernel *k, int fd, const void *msg, size_t len, enum effect effect)
{
	return kernel_nl_send(k->below, fd, msg, len, effect);
}

static ssize_t listener_recv(struct kernel *k, int fd, void *buf, size_t cap, int timeout_ms)
{
	struct listener *l = (struct listener *)k;
	ssize_t len = kernel_nl_recv(k->below, fd, buf, cap, timeout_ms);

	if (len > 0) {
		put(&l->heard, (size_t)len, 2);
		buf_add(&l->heard, buf, (size_t)len);
	}
	return len;
}

static void save_conversation(const char *spec, const char *name, uint32_t mask)
{
	static const struct kernel_ops ops = {
		.close = listener_close,
		.nl_open = listener_nl_open,
		.nl_send = listener_send,
		.nl_recv = listener_recv,
	};
	struct err e = {0};
	struct listener l = {.kernel = {&ops, kernel_sim(spec, &e)}};
	struct evidence_query q = {.device = "0000:01:00.0", .mask = mask};
	struct evidence_set set = {0};
	struct evidence_sink sink = evidence_set_sink(&set);
	struct evidence_source s;

	put(&l.heard, 0, 1);
	put(&l.heard, mask, 2);
	if (!l.kernel.below || evidence_open(&s, &l.kernel, &e)) {
		fprintf(stderr, "%s: %s\n", spec, e.message);
		exit(1);
	}
	evidence_dump(&s, &q, &sink, false, &e);
	evidence_validate(&s, q.device, 1, &e);
	evidence_close(&s);
	evidence_set_free(&set);
	kernel_free(l.kernel.below);
	save(name, &l.heard);
}

static void save_conversations(void)
{
	save_conversation("cca", "netlink/vca", 1u << EV_VCA);
	save_conversation("cca", "netlink/all", EV_MASK_ALL);
	save_conversation("sev", "netlink/refused", 1u << EV_CERT7);
	save_conversation("cca,family=pci-tsm", "netlink/pci-tsm", 1u << EV_VCA | 1u << EV_REPORT);
}

/* Every command of fuzz_answers.c with a kernel that does not lie, and one that lies a little. */
static void save_answers(void)
{
	char name[32];

	for (unsigned i = 0; i < 16; i++) {
		struct buf b = {0};

		put(&b, i, 1);
		snprintf(name, sizeof(name), "answers/%u", i);
		save(name, &b);
	}
}

static void save_fields(void)
{
	static const char fields[] = "\0\3one\5va\"lu\1\3two\2\1\377\2\0\2\1\2\3\0\1x\4\0\1y\5\0\0\0\0\4\xe2\x80\xae\n";
	struct buf b = {0};

	buf_add(&b, fields, sizeof(fields) - 1);
	save("json/fields", &b);
}

static void make_directories(const char *top)
{
	static const char *const targets[] = {"", "objects", "policy", "netlink", "answers", "json"};
	char path[4096];

	directory = top;
	for (size_t i = 0; i < sizeof(targets) / sizeof(*targets); i++) {
		snprintf(path, sizeof(path), "%s/%s", top, targets[i]);
		mkdir(path, 0777);
	}
}

int main(int argc, char **argv)
{
	struct buf record = {0}, report = {0};

	if (argc != 3) {
		fputs("usage: fuzz_seeds DATA-DIRECTORY DIRECTORY\n", stderr);
		return 2;
	}
	make_directories(argv[2]);
	save_data(argv[1]);
	save_transcripts();
	save_identities();
	save_policies();
	save_conversations();
	save_answers();
	save_fields();
	put_record(&record);
	save("objects/record", &record);
	put_report(&report);
	save("objects/report", &report);
	return 0;
}
