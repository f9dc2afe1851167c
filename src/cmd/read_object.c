// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "cmd/file.h"
#include "cmd/pem.h"
#include "cmd/reading.h"
#include "cmd/target.h"
#include "fmt/sink.h"
#include "util/text.h"

/* What the receiver is to do: with --pem and --split the bytes stay in memory, to be converted. */
static struct options receiver_options(const struct options *o)
{
	struct options plain = *o;

	if (o->pem || o->split) {
		plain.output = NULL;
		plain.raw = false;
	}
	return plain;
}

/* To standard output in place of the record. */
static int write_pem_out(struct context *c, const struct buf *pem)
{
	int fd = memfd_create("tsmctl", MFD_CLOEXEC);

	if (fd < 0)
		return err_errno(c->err, errno, "no temporary file can be made");
	if (output_write(fd, pem, c->err)) {
		close(fd);
		return -1;
	}
	c->raw_fd = fd;
	return 0;
}

static int convert_to_pem(struct context *c, struct reading *g, struct bytes chain)
{
	struct node *root = record_root(c->record);
	const char *path = c->opt->output;
	struct buf pem = {0};
	int ret = pem_write(chain, &pem, c->err);

	if (!ret && path)
		ret = outfile_whole(path, c->opt->force, pem.data, pem.len, c->err);
	else if (!ret && !c->opt->json)
		ret = write_pem_out(c, &pem);
	if (!ret) {
		bool given = record_adopt(c->record, pem.data, pem.len);

		g->receiver.path = path;
		node_only(node_textn(root, "pem", NULL, pem.data, pem.len), NODE_JSON_ONLY);
		if (given)
			return 0;
	}
	buf_free(&pem);
	return ret;
}

/* Nothing where the object was too large to be kept. */
static struct bytes received(const struct reading *g)
{
	return (struct bytes){g->receiver.data, g->receiver.dropped ? 0 : g->receiver.len};
}

/* --pem and --split. */
static int convert(struct context *c, struct reading *g)
{
	struct bytes chain = evidence_payload(g->type, received(g));
	struct node *files;

	if (c->opt->pem && convert_to_pem(c, g, chain))
		return -1;
	if (!c->opt->split)
		return 0;
	files = node_list(record_root(c->record), "files", "Written");
	return pem_split(chain, c->opt->split, c->opt->force, files, c->err);
}

/* When all bytes are there. */
static int finish(struct context *c, struct reading *g)
{
	receiver_give(&g->receiver, c->record);
	if ((c->opt->pem || c->opt->split) && convert(c, g))
		return -1;
	reading_describe(c, g);
	if (module_starved(&g->surroundings.module))
		return err_oom(c->err);
	return c->raw_fd >= 0 ? 0 : receiver_commit(&g->receiver, &c->raw_fd, c->err);
}

static int read_live(struct context *c, struct access *a, const struct target *t, struct reading *g)
{
	struct evidence_query q = {.device = t->bdf, .mask = 1u << g->type, .digest = c->opt->digest};
	const struct options plain = receiver_options(c->opt);
	struct evidence_sink sink = receiver_sink(&g->receiver);
	int ret = receiver_open(&g->receiver, &plain, c->err);

	if (ret == 0)
		ret = access_read(a, &q, &sink, c->err);
	if (ret == 0) {
		if (!c->opt->digest && !g->receiver.dropped)
			surroundings_read(&g->surroundings, c, a, t->bdf, g->type, received(g));
		ret = finish(c, g);
	}
	receiver_close(&g->receiver);
	surroundings_free(&g->surroundings);
	return ret;
}

static int read_function(struct context *c, enum evidence_type type)
{
	struct access_wish wish = {.channel = channel_from_options(c->opt)};
	struct reading g = {.type = type};
	struct access a;
	struct target t;
	int ret;

	if (target_from_options(c->opt, &t, c->err) || target_check(c, &t) || access_open(&a, c->ws, &t, &wish, c->err))
		return -1;
	g.source = access_name(&a);
	g.device = t.bdf[0] ? t.bdf : NULL;
	target_name(&t, g.name, sizeof(g.name));
	ret = read_live(c, &a, &t, &g);
	return ret;
}

/* Hands the file over as a kernel would: as one object in one chunk. */
static int feed(struct context *c, struct reading *g)
{
	struct evidence_sink sink = receiver_sink(&g->receiver);
	struct evidence_object object = {.type = g->type};
	struct bytes file = {0};
	uint8_t *data = NULL;
	int ret;

	if (file_read(c->opt->from, EV_MAX_OBJECT_SIZE, &data, &file.len, c->err))
		return -1;
	file.data = data;
	ret = sink.begin(sink.ctx, &object, c->err);
	if (ret == 0 && file.len)
		ret = sink.chunk(sink.ctx, &object, file, c->err);
	free(data);
	return ret;
}

static int read_from_file(struct context *c, enum evidence_type type)
{
	const struct options plain = receiver_options(c->opt);
	struct reading g = {.type = type, .source = "file"};
	int ret = receiver_open(&g.receiver, &plain, c->err);

	text_copy(g.name, sizeof(g.name), c->opt->from);
	if (ret == 0)
		ret = feed(c, &g);
	if (ret == 0)
		ret = surroundings_load(&g.surroundings, c);
	if (ret == 0)
		ret = finish(c, &g);
	receiver_close(&g.receiver);
	surroundings_free(&g.surroundings);
	return ret;
}

/* Combinations that contradict each other. */
static int check_options(struct context *c, enum evidence_type type)
{
	const struct options *o = c->opt;
	bool converts = o->pem || o->split;
	const struct {
		bool wrong;
		const char *message;
		const char *hint;
	} rules[] = {
		{o->output && strcmp(o->output, "-") == 0, "--output wants a file",
		 "--raw writes the bytes to standard output; a file of that name is ./-"},
		{o->hex && o->raw, "--hex and --raw exclude each other",
		 "--hex is for reading; --raw gives the bytes."},
		{o->hex && o->output, "--hex and --output exclude each other",
		 "--hex is for reading; --output gives the bytes."},
		{converts && type > EV_CERT7, "--pem and --split are for certificates",
		 "Their types are cert and cert:0 to cert:7."},
		{converts && (o->hex || o->raw || o->digest), "--pem and --split exclude --hex, --raw and --digest",
		 "Each of them is another form of the object."},
		{o->split && o->output, "--split and --output exclude each other",
		 "--split names its files itself; --output takes the chain, or its PEM with --pem."},
		{o->from && o->digest, "--digest and --from exclude each other",
		 "--digest asks a kernel; --from reads a file without one."},
		{!o->from && (o->vca || o->certs), "--vca and --certs belong to --from",
		 "A function is asked for its VCA and its certificates."},
	};

	for (size_t i = 0; i < sizeof(rules) / sizeof(*rules); i++) {
		if (!rules[i].wrong)
			continue;
		err_set(c->err, ERR_USAGE, "USAGE", "%s", rules[i].message);
		err_hint(c->err, "%s", rules[i].hint);
		return -1;
	}
	return 0;
}

int cmd_read_object(struct context *c)
{
	int type = evidence_argument(c->arg[0], c->err);

	if (type < 0 || check_options(c, (enum evidence_type)type))
		return -1;
	return c->opt->from ? read_from_file(c, (enum evidence_type)type) : read_function(c, (enum evidence_type)type);
}
