// SPDX-License-Identifier: GPL-2.0-or-later
/* Writes one file for every shape into a directory: usage: fuzz_seeds DATA-DIRECTORY DIRECTORY */
#include <stdio.h>
#include <sys/stat.h>

#include "decode_build.h"

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
		save(files[i].name, &plain);
		snprintf(name, sizeof(name), "wrapped-%s", files[i].name);
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
		snprintf(name, sizeof(name), "transcript-%x", version);
		save(name, &b);
		/* As fuzz_measurements.c takes it apart: no chain. */
		put(&b, vca.len, 4);
		buf_add(&b, vca.data, vca.len);
		buf_add(&b, pair.data, pair.len);
		snprintf(name, sizeof(name), "with-vca-%x", version);
		save(name, &b);
		buf_free(&vca);
		buf_free(&pair);
	}
}

static void save_identities(void)
{
	struct buf b = {0};

	buf_text(&b, "Vendor=1B36:Device=00C0:CC=010802:REV=01:SSVID=1AF4:SSID=1100:0123456789abcdef");
	save("pci-identity", &b);
	buf_text(&b, "ACME:WIDGET:1234567890");
	save("device-info", &b);
}

int main(int argc, char **argv)
{
	struct buf record = {0}, report = {0};

	if (argc != 3) {
		fputs("usage: fuzz_seeds DATA-DIRECTORY DIRECTORY\n", stderr);
		return 2;
	}
	directory = argv[2];
	mkdir(directory, 0777);
	save_data(argv[1]);
	save_transcripts();
	save_identities();
	put_record(&record);
	save("record", &record);
	put_report(&report);
	save("report", &report);
	return 0;
}
