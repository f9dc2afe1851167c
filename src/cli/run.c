// SPDX-License-Identifier: GPL-2.0-or-later
/* Carries out one command line: parse, choose the kernel, run the command, render, and only then write. */
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/batch.h"
#include "cli/dryrun.h"
#include "cli/privilege.h"
#include "cli/run.h"
#include "cli/shell.h"
#include "cli/term.h"
#include "util/environment.h"

enum { NO_FOLDING = 1 << 16 };

/* One command line. */
struct run {
	struct stream stream;
	struct series *series;
	const struct invocation *inv;
	struct envelope envelope;
	struct err err;
	struct buf out;             /* what goes to standard output; a large document begins to go before its end */
	int raw_fd;                 /* -1, or a file that goes there instead */
	int status;                 /* of a command that succeeded */
	bool told;                  /* the error stands on standard error already */
	bool unread;                /* nobody reads standard output any more */
	bool begun;                 /* a part of the document is written */
	bool changed;               /* the command made a change, which its own failure does not take back */
	char starved[SINK_STARVED]; /* goes to standard output where there is no memory for `out`; else empty */
};

/* Standard error is the last resort: its own errors have no place to go. */
static void say(const struct buf *text)
{
	char lost[] = "tsmctl: there is no memory for a note that belongs here\n";
	const struct buf instead = {.data = lost, .len = sizeof(lost) - 1};
	struct err ignored = {0};

	output_write(STDERR_FILENO, text->failed ? &instead : text, &ignored);
}

static void say_starved(const struct err *e)
{
	char text[SINK_STARVED];
	struct buf all = {.data = text};

	text_starved_error(e, text);
	all.len = strlen(text);
	say(&all);
}

static void say_error(const struct series *s, const struct err *e, bool whole)
{
	struct error_options o = {.width = term_width(STDERR_FILENO), .whole = whole || !isatty(STDERR_FILENO)};
	struct buf text = {0};
	struct buf place = {0};

	if (s->source)
		buf_printf(&place, "%s:%lu", s->source, s->line);
	o.place = place.data;
	text_render_error(e, &o, &text);
	if (text.failed || place.failed)
		say_starved(e);
	else
		say(&text);
	buf_free(&place);
	buf_free(&text);
}

/* Beside a JSON document: the message without advice. */
static void say_error_in_one_line(const struct series *s, const struct err *e)
{
	struct err brief = *e;

	brief.kernel[0] = '\0';
	brief.hint[0] = '\0';
	say_error(s, &brief, true);
}

/* The scenario of the simulated kernel, or NULL for another. */
static const char *sim_scenario(const struct options *o)
{
	return o->sim || o->replay ? o->sim : environment("TSMCTL_SIM");
}

/* One line: what stands before, in, and behind the parentheses. */
static void note(const struct options *o, const char *before, const char *what, const char *behind)
{
	struct buf text = {0};

	if (o->quiet)
		return;
	buf_printf(&text, "tsmctl: %s (", before);
	text_escape(&text, what, strlen(what));
	buf_printf(&text, "); %s\n", behind);
	say(&text);
	buf_free(&text);
}

static struct kernel *lay(const struct kernel_layer *layer, struct kernel *below)
{
	struct kernel *k = below && layer ? layer->lay(below, layer->ctx) : below;

	if (!k)
		kernel_free(below);
	return k;
}

static struct kernel *choose_bottom(const struct options *o, struct err *e)
{
	const char *scenario = sim_scenario(o);
	struct kernel *k = o->replay  ? kernel_replay(o->replay, e)
			   : scenario ? kernel_sim(scenario, e)
				      : kernel_linux();

	if (k && o->replay)
		note(o, "replay of a recording", o->replay, "nothing on this machine is touched");
	else if (k && scenario)
		note(o, "simulated kernel", *scenario ? scenario : "cca", "nothing on this machine is touched");
	return k;
}

/* The recording is opened before anything is asked, so that no change is made that could not be recorded. */
static int open_kernel(struct series *s, const struct options *o, const char *name, struct err *e)
{
	struct kernel *k = lay(s->layer, choose_bottom(o, e));

	if (k && o->record) {
		k = kernel_record(k, o->record, o->force, e);
		if (k)
			note(o, "recording", o->record, "nonces and evidence are part of it");
	}
	if (!k)
		return e->class == ERR_NONE ? err_oom(e) : -1;
	return workspace_settle(&s->ws, k, name, e);
}

int series_kernel(struct series *s, const struct options *o, struct err *e)
{
	const char *scenario = sim_scenario(o);
	struct buf name = {0};
	int ret = 0;

	if (o->replay)
		buf_printf(&name, "replay:%s", o->replay);
	else
		buf_printf(&name, "%s:%s", scenario ? "sim" : "kernel", scenario ? scenario : "");
	if (o->record)
		buf_printf(&name, " record:%s", o->record);
	if (name.failed)
		ret = err_oom(e);
	else if (!workspace_is(&s->ws, name.data))
		ret = open_kernel(s, o, name.data, e);
	buf_free(&name);
	return ret;
}

/* The kernel to talk to: that of the line before, if it is the same. The dry run is the outer layer: --trace shows, and
 * --record keeps, what is really sent. */
static int choose_kernel(struct series *s, const struct options *o, struct err *e)
{
	if (series_kernel(s, o, e))
		return -1;
	return workspace_begin(&s->ws, o->trace, o->dry_run, e);
}

static void drop_raw(struct context *c)
{
	if (c->raw_fd >= 0)
		close(c->raw_fd);
	c->raw_fd = -1;
}

/* After a dry run the calls not made are the result, whether or not they ended the command. */
static int show_dry_run(struct context *c, int ret)
{
	const struct noted_call *calls;
	size_t count;

	if (ret < 0 && !c->err->dry_run)
		return -1;
	calls = kernel_dryrun_calls(c->kernel, &count);
	if (!count)
		return ret;
	err_clear(c->err);
	drop_raw(c);
	record_free(c->record);
	c->record = record_new();
	if (!c->record)
		return err_oom(c->err);
	dryrun_describe(c->record, calls, count);
	return 0;
}

/*
 * Closes what a command opened that runs alone. A replay that took another course gives no result. A recording that
 * could not be written is an error like others, but what the command itself ran into comes first.
 */
static int finish(struct run *r, struct context *c, int ret)
{
	struct err e = {0};

	if (r->series->ws.keeps || workspace_close(&r->series->ws, &e) == 0)
		return ret;
	if (ret < 0 && c->opt->record) {
		say_error(r->series, &e, false);
		return -1;
	}
	if (c->opt->record)
		err_hint(&e, "The command itself succeeded; only its recording is missing.");
	r->err = e;
	return -1;
}

static int render_text(struct run *r, const struct record *record)
{
	const struct options *o = &r->inv->opt;
	bool stream = r->inv->command->flags & COMMAND_STREAM;
	const struct text_options text = {
		.width = stream ? NO_FOLDING : term_width(STDOUT_FILENO),
		.headings = !o->no_headings && !stream,
		.color = term_color(o->color),
		.columns = o->columns,
		.aligned = stream,
	};

	return text_render(record, &text, &r->out, &r->err);
}

static int render(struct run *r, struct context *c, bool silent)
{
	if (c->opt->json) {
		drop_raw(c);
		return json_render(c->record, &r->envelope, c->opt->pretty, &r->out, &r->err);
	}
	if (c->raw_fd >= 0) {
		r->raw_fd = c->raw_fd;
		return 0;
	}
	return silent ? 0 : render_text(r, c->record);
}

static struct run *run_of(const struct context *c)
{
	return (struct run *)((char *)(uintptr_t)c->stream - offsetof(struct run, stream));
}

static void say_notes(struct context *c)
{
	if (!c->opt->quiet && (c->notes.len || c->notes.failed))
		say(&c->notes);
	buf_free(&c->notes);
}

static int copy_file(int from, struct err *e)
{
	char block[16384];
	off_t at = 0;
	ssize_t len;

	while ((len = pread(from, block, sizeof(block), at)) > 0) {
		const struct buf chunk = {.data = block, .len = (size_t)len};

		if (output_write(STDOUT_FILENO, &chunk, e) < 0)
			return -1;
		at += len;
	}
	return len < 0 ? err_errno(e, errno, "cannot read back what is to be written") : 0;
}

/* Begins an element of the batch's array. */
static int write_separator(struct series *s, struct err *e)
{
	char begin[] = "[\n", next[] = ",\n";
	const struct buf text = {.data = s->begun ? next : begin, .len = strlen(next)};

	s->begun = true;
	return output_write(STDOUT_FILENO, &text, e);
}

/* Writes what there is of the document. */
static int write_part(struct run *r, const struct buf *part, struct err *e)
{
	if (r->series->array && !r->series->redirected && !r->begun && write_separator(r->series, e))
		return -1;
	r->begun = true;
	return output_write(STDOUT_FILENO, part, e);
}

/* An element of an array is without the newline, for the next one or the end of the array to follow. */
static int write_output(struct run *r, struct err *e)
{
	const size_t starved = strlen(r->starved);
	struct buf rest = starved ? (struct buf){.data = r->starved, .len = starved} : r->out;

	if (r->raw_fd >= 0)
		return copy_file(r->raw_fd, e);
	if (!rest.len)
		return 0;
	if (r->series->array && !r->series->redirected)
		rest.len--;
	return write_part(r, &rest, e);
}

/* A document that has grown large: what there is of it goes ahead. */
static bool drain(struct buf *out)
{
	struct run *r = (struct run *)((char *)out - offsetof(struct run, out));

	if (write_part(r, out, &r->err) < 0) {
		r->unread = !strcmp(r->err.code, "EPIPE");
		return false;
	}
	buf_reset(out);
	return true;
}

static int empty_record(struct context *c)
{
	buf_reset(&run_of(c)->out);
	run_of(c)->begun = false;
	record_free(c->record);
	c->record = record_new();
	return c->record ? 0 : err_oom(c->err);
}

static int stream_check(struct context *c)
{
	return render(run_of(c), c, false) < 0 ? -1 : empty_record(c);
}

static int stream_idle(struct context *c)
{
	struct run *r = run_of(c);

	say_notes(c);
	r->unread = !term_has_reader(STDOUT_FILENO);
	return r->unread ? err_set(c->err, ERR_FAILED, "EPIPE", "nobody reads the output any more") : 0;
}

static int stream_emit(struct context *c)
{
	struct run *r = run_of(c);
	struct err e = {0};

	say_notes(c);
	if (render(r, c, false) < 0)
		return -1;
	if (write_output(r, &e) < 0) {
		r->unread = !strcmp(e.code, "EPIPE");
		*c->err = e;
		return -1;
	}
	return empty_record(c);
}

/* Raw bytes and terminals do not go together; asked before anything is done. */
static int check_raw(const struct options *o, struct err *e)
{
	if (!o->raw || o->output || o->json || o->force || !isatty(STDOUT_FILENO))
		return 0;
	err_set(e, ERR_USAGE, "TERMINAL", "raw bytes do not go to a terminal");
	err_hint(e, "Write them to a file with -o FILE, pipe them to a program, or use --hex. --force overrides this.");
	return -1;
}

/* The command itself, between the opening of what it needs and the closing of what will not be needed any more. */
static int perform(struct run *r, struct context *c, bool dry)
{
	struct workspace *ws = &r->series->ws;
	int ret = r->inv->command->run(c);

	say_notes(c);
	if (dry)
		ret = show_dry_run(c, ret);
	if (c->kernel)
		workspace_end(ws);
	ret = finish(r, c, ret);
	buf_add(&c->notes, ws->notes.data, ws->notes.len);
	buf_free(&ws->notes);
	say_notes(c);
	return ret;
}

static bool needs_kernel(const struct run *r)
{
	return !(r->inv->command->flags & COMMAND_NO_KERNEL) && !r->inv->opt.from;
}

static int run_command(struct run *r)
{
	const struct command_spec *command = r->inv->command;
	const struct options *o = &r->inv->opt;
	struct workspace *ws = &r->series->ws;
	struct context c = {
		.opt = o,
		.arg = r->inv->arg,
		.arg_count = r->inv->arg_count,
		.ws = ws,
		.stream = &r->stream,
		.raw_fd = -1,
		.asked_width = term_width(STDERR_FILENO),
		.err = &r->err,
	};
	bool dry = o->dry_run && needs_kernel(r);
	bool silent = (command->flags & COMMAND_SILENT) && !o->verbose && !dry;
	int ret = -1;

	if (check_raw(o, &r->err) < 0)
		return -1;
	c.record = record_new();
	if (!c.record)
		return err_oom(&r->err);
	if (needs_kernel(r)) {
		if (choose_kernel(r->series, o, &r->err))
			goto out;
		c.kernel = ws->kernel;
	}
	ret = perform(r, &c, dry);
	if (!ret && !(command->flags & COMMAND_STREAM))
		ret = render(r, &c, silent);
	if (ret < 0)
		drop_raw(&c);
	r->status = c.status;
	r->changed = c.changed;
out:
	buf_free(&c.notes);
	record_free(c.record);
	return ret;
}

static int show_version(struct run *r)
{
	struct record *record;
	int ret;

	if (!r->inv->opt.json) {
		buf_text(&r->out, "tsmctl " TSMCTL_VERSION "\n");
		return r->out.failed ? err_oom(&r->err) : 0;
	}
	record = record_new();
	if (!record)
		return err_oom(&r->err);
	node_text(record_root(record), "version", NULL, TSMCTL_VERSION);
	ret = json_render(record, &r->envelope, r->inv->opt.pretty, &r->out, &r->err);
	record_free(record);
	return ret;
}

/* An empty command line: the short help is the advice, unless a program asks. */
static int show_no_command(struct run *r)
{
	struct buf help = {0};

	err_set(&r->err, ERR_USAGE, "USAGE", "no command is given");
	err_hint(&r->err, "'tsmctl help' lists the commands.");
	if (r->inv->opt.json || r->series->source)
		return -1;
	cli_help_short(&help);
	say(&help);
	buf_free(&help);
	r->told = true;
	return -1;
}

static int carry_out(struct run *r)
{
	const struct options *o = &r->inv->opt;

	r->envelope.backend = o->replay ? "replay" : sim_scenario(o) ? "sim" : "kernel";
	r->envelope.command = r->inv->command ? r->inv->command->name : NULL;
	r->envelope.line = r->series->array ? r->series->line : 0;
	if (r->err.class != ERR_NONE)
		return -1;
	if (o->version && !o->help)
		return show_version(r);
	return r->inv->command ? run_command(r) : show_no_command(r);
}

/* A later line may ask for it. */
static void remember_refusal(struct run *r)
{
	const struct options *o = &r->inv->opt;
	char bdf[BDF_CAP];

	if (r->inv->command && o->device && bdf_parse(o->device, bdf))
		workspace_refused(&r->series->ws, bdf, r->inv->command->name, &r->err);
}

/* Turns the error into what the caller of the tool sees, and returns the exit status. */
static int report(struct run *r)
{
	const struct options *o = &r->inv->opt;
	struct err lost = {0};

	if (r->err.class == ERR_NONE)
		err_set(&r->err, ERR_FAILED, "INTERNAL", "the command failed without saying why");
	err_hint_usual(&r->err);
	r->err.uncertain |= r->changed;
	remember_refusal(r);
	buf_free(&r->out);
	if (!o->json) {
		if (!r->told)
			say_error(r->series, &r->err, false);
		return (int)r->err.class;
	}
	if (!r->begun && json_render_error(&r->err, &r->envelope, o->pretty, &r->out, &lost) < 0)
		json_starved_error(&r->err, &r->envelope, r->starved);
	if (!o->quiet)
		say_error_in_one_line(r->series, &r->err);
	return (int)r->err.class;
}

/* Ends as a program does that knows nothing of closed pipes; the shell sees 141. */
static int die_of_closed_pipe(void)
{
	signal(SIGPIPE, SIG_DFL);
	raise(SIGPIPE);
	return 128 + SIGPIPE;
}

/* Writes what there is and returns the exit status: `status`, or that of a failed write. */
static int emit(struct run *r, int status)
{
	struct err e = {0};

	if (write_output(r, &e) == 0)
		return status;
	if (!strcmp(e.code, "EPIPE"))
		return die_of_closed_pipe();
	err_hint_usual(&e);
	e.uncertain = r->changed;
	say_error(r->series, &e, false);
	return ERR_FAILED;
}

/* Nothing is said where nobody reads any more. */
static int failed(struct run *r)
{
	return r->unread ? die_of_closed_pipe() : report(r);
}

int run_invocation(struct series *s, const struct invocation *inv, const struct err *before)
{
	struct run r = {
		.stream = {stream_check, stream_emit, stream_idle},
		.series = s,
		.inv = inv,
		.err = *before,
		.raw_fd = -1,
		.out = {.drain = drain},
	};
	int status = carry_out(&r) < 0 ? failed(&r) : r.status;

	status = emit(&r, status);
	if (r.raw_fd >= 0)
		close(r.raw_fd);
	buf_free(&r.out);
	return status;
}

int series_end_array(struct series *s)
{
	char none[] = "[]\n", some[] = "\n]\n";
	const struct buf end = {.data = s->begun ? some : none, .len = strlen(s->begun ? some : none)};
	struct err e = {0};

	if (!s->array || output_write(STDOUT_FILENO, &end, &e) == 0)
		return 0;
	err_hint_usual(&e);
	if (strcmp(e.code, "EPIPE") != 0)
		say_error(s, &e, false);
	return ERR_FAILED;
}

int series_free(struct series *s)
{
	struct err e = {0};
	int ret = workspace_close(&s->ws, &e);

	say(&s->ws.notes);
	buf_free(&s->ws.notes);
	if (ret)
		say_error(s, &e, false);
	return ret ? (int)e.class : 0;
}

int cli_main(int argc, char **argv, const struct kernel_layer *layer)
{
	struct series series = {.layer = layer};
	struct invocation inv;
	struct err err = {0};
	int status;

	term_guard_streams();
	signal(SIGPIPE, SIG_IGN);
	signal(SIGXFSZ, SIG_IGN); /* a limit on files is an error of the write */
	cli_parse(argc, argv, &inv, &err);
	privilege_check(&err);
	if (err.class == ERR_NONE && !inv.opt.version) {
		/* A test has its process for more than one command line. */
		if (!layer)
			privilege_drop(&inv, sim_scenario(&inv.opt));
		if (inv.opt.batch && !inv.command)
			return batch_main(&inv.opt, layer);
		if (inv.command && inv.command->flags & COMMAND_SHELL)
			return shell_main(&inv.opt, layer);
	}
	status = run_invocation(&series, &inv, &err);
	series_free(&series);
	return status;
}
