// SPDX-License-Identifier: GPL-2.0-or-later
#include "cmd/change.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cmd/confirm.h"
#include "cmd/file.h"
#include "cmd/target.h"

static int ask(struct context *c, const struct change *ch)
{
	char name[80];
	char where[96];
	char target[200];
	char what[320];
	char question[96];

	target_name(&ch->target, name, sizeof(name));
	session_describe(ch->session, where, sizeof(where));
	if (ch->target.bdf[0])
		snprintf(target, sizeof(target), "%s (%s)", name, where);
	else
		snprintf(target, sizeof(target), "%s", where);
	snprintf(what, sizeof(what), ch->what, target);
	snprintf(question, sizeof(question), "Send %s?", ch->request);
	return confirm_change(c, what, question);
}

/* What an own session changes ends with it; a user who does not know would be surprised, but is told once. */
static void note_own_session(struct context *c, const struct session *s)
{
	if (s->own && !s->changed)
		buf_printf(&c->notes, "tsmctl: %s: nobody holds it; what an own session changes ends with it\n",
			   s->bdf);
}

static int send(struct context *c, struct change *ch)
{
	note_own_session(c, ch->session);
	if (ask(c, ch))
		return -1;
	if (session_request(ch->session, ch->op, &ch->args, &ch->outcome, c->err))
		return -1;
	c->changed = true;
	return 0;
}

int change_send(struct context *c, struct change *ch)
{
	uint8_t *payload = NULL;
	size_t len = 0;
	int ret;

	if (target_from_options(c->opt, &ch->target, c->err) || confirm_possible(c))
		return -1;
	if (c->opt->payload && file_read(c->opt->payload, REQUEST_MAX_PAYLOAD, &payload, &len, c->err))
		return -1;
	ch->payload = (struct bytes){payload, len};
	if (c->opt->payload)
		ch->args.payload = &ch->payload;
	ch->session = workspace_session(c->ws, &ch->target, c->err);
	ret = ch->session ? send(c, ch) : -1;
	free(payload);
	ch->payload = (struct bytes){NULL, 0};
	ch->args.payload = NULL;
	return ret;
}

void change_title(struct context *c, const struct change *ch, const char *what)
{
	if (ch->target.bdf[0])
		record_title(c->record, "%s: %s was accepted", ch->target.bdf, what);
	else
		record_title(c->record, "vdevice %u: %s was accepted", ch->session->vdevice, what);
}

void change_describe(struct node *root, const struct context *c, const struct change *ch)
{
	const char *payload = ch->outcome.payload_assumed ? "assumed" : "published";

	node_text(root, "payload", NULL, c->opt->payload ? "file" : payload);
	node_count(root, "residue", NULL, ch->outcome.residue);
	node_hex(root, "tsm_code", NULL, ch->outcome.tsm_code, 1);
	node_count(root, "vdevice", NULL, ch->session->vdevice);
	node_bool(root, "own_session", NULL, ch->session->own);
}
