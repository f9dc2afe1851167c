// SPDX-License-Identifier: GPL-2.0-or-later
/* Carries out one command line: parse, choose the kernel, run the command, render, and only then write. */
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/cli.h"
#include "cli/dryrun.h"
#include "cli/term.h"
#include "fmt/sink.h"

enum { NO_FOLDING = 1 << 16 };

/* One run of the tool. */
struct run {
	struct invocation inv;
	struct envelope envelope;
	struct err err;
	struct buf out; /* what goes to standard output */
	int raw_fd;     /* -1, or a file that goes there instead */
	bool told;      /* the error stands on standard error already */
};

/* Standard error is the last resort: its own errors have no place to go. */
static void say(const struct buf *text)
{
	struct err ignored = {0};

	output_write(STDERR_FILENO, text, &ignored);
}

static void say_error(const struct err *e, unsigned width)
{
	struct buf text = {0};

	text_render_error(e, width, &text);
	say(&text);
	buf_free(&text);
}

/* Beside a JSON document: the message without advice. */
static void say_error_in_one_line(const struct err *e)
{
	struct err brief = *e;

	brief.kernel[0] = '\0';
	brief.hint[0] = '\0';
	say_error(&brief, NO_FOLDING);
}

/* The scenario of the simulated kernel, or NULL for another. */
static const char *sim_scenario(const struct options *o)
{
	const char *env;

	if (o->sim || o->replay)
		return o->sim;
	env = getenv("TSMCTL_SIM");
	return env && *env ? env : NULL;
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

/*
 * The kernel to talk to. The dry run is the outer layer: --trace shows, and --record keeps, what is really sent. The
 * recording is opened before anything is asked, so that no change is made that could not be recorded.
 */
static struct kernel *choose_kernel(const struct options *o, struct err *e)
{
	struct kernel *k = choose_bottom(o, e);

	if (k && o->record) {
		k = kernel_record(k, o->record, o->force, e);
		if (k)
			note(o, "recording", o->record, "nonces and evidence are part of it");
	}
	if (k && o->trace)
		k = kernel_trace(k);
	if (k && o->dry_run)
		k = kernel_dryrun(k);
	if (!k && e->class == ERR_NONE)
		err_oom(e);
	return k;
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
 * A replay that took another course gives no result. A recording that could not be written is an error like others, but
 * what the command itself ran into comes first.
 */
static int finish(struct run *r, struct context *c, int ret)
{
	struct err e = {0};

	if (!c->kernel || kernel_finish(c->kernel, &e) == 0)
		return ret;
	if (ret < 0 && c->opt->record)
		say_error(&e, term_width(STDERR_FILENO));
	else
		r->err = e;
	return -1;
}

static int render_text(struct run *r, const struct record *record)
{
	const struct options *o = &r->inv.opt;
	const struct text_options text = {
		.width = term_width(STDOUT_FILENO),
		.headings = !o->no_headings,
		.color = term_color(o->color),
		.columns = o->columns,
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

/* Raw bytes and terminals do not go together; asked before anything is done. */
static int check_raw(const struct options *o, struct err *e)
{
	if (!o->raw || o->output || o->json || o->force || !isatty(STDOUT_FILENO))
		return 0;
	err_set(e, ERR_USAGE, "TERMINAL", "raw bytes do not go to a terminal");
	err_hint(e, "Write them to a file with -o FILE, pipe them to a program, or use --hex. --force overrides this.");
	return -1;
}

static bool needs_kernel(const struct run *r)
{
	return !(r->inv.command->flags & COMMAND_NO_KERNEL) && !r->inv.opt.from;
}

static int run_command(struct run *r)
{
	const struct command_spec *command = r->inv.command;
	const struct options *o = &r->inv.opt;
	struct context c = {.opt = o, .arg = r->inv.arg, .arg_count = r->inv.arg_count, .raw_fd = -1, .err = &r->err};
	bool dry = o->dry_run && needs_kernel(r);
	bool silent = (command->flags & COMMAND_SILENT) && !o->verbose && !dry;
	int ret = -1;

	if (check_raw(o, &r->err) < 0)
		return -1;
	c.record = record_new();
	if (!c.record)
		return err_oom(&r->err);
	if (needs_kernel(r)) {
		c.kernel = choose_kernel(o, &r->err);
		if (!c.kernel)
			goto out;
	}
	ret = command->run(&c);
	if (!o->quiet)
		say(&c.notes);
	if (dry)
		ret = show_dry_run(&c, ret);
	ret = finish(r, &c, ret);
	if (!ret)
		ret = render(r, &c, silent);
	if (ret < 0)
		drop_raw(&c);
out:
	buf_free(&c.notes);
	kernel_free(c.kernel);
	record_free(c.record);
	return ret;
}

static int show_version(struct run *r)
{
	struct record *record;
	int ret;

	if (!r->inv.opt.json) {
		buf_text(&r->out, "tsmctl " TSMCTL_VERSION "\n");
		return r->out.failed ? err_oom(&r->err) : 0;
	}
	record = record_new();
	if (!record)
		return err_oom(&r->err);
	node_text(record_root(record), "version", NULL, TSMCTL_VERSION);
	ret = json_render(record, &r->envelope, r->inv.opt.pretty, &r->out, &r->err);
	record_free(record);
	return ret;
}

/* An empty command line: the short help is the advice, unless a program asks. */
static int show_no_command(struct run *r)
{
	struct buf help = {0};

	err_set(&r->err, ERR_USAGE, "USAGE", "no command is given");
	err_hint(&r->err, "'tsmctl help' lists the commands.");
	if (r->inv.opt.json)
		return -1;
	cli_help_short(&help);
	say(&help);
	buf_free(&help);
	r->told = true;
	return -1;
}

static int carry_out(struct run *r)
{
	const struct options *o = &r->inv.opt;

	r->envelope.backend = o->replay ? "replay" : sim_scenario(o) ? "sim" : "kernel";
	r->envelope.command = r->inv.command ? r->inv.command->name : NULL;
	if (r->err.class != ERR_NONE)
		return -1;
	if (o->version && !o->help)
		return show_version(r);
	return r->inv.command ? run_command(r) : show_no_command(r);
}

/* Turns the error into what the caller of the tool sees, and returns the exit status. */
static int report(struct run *r)
{
	const struct options *o = &r->inv.opt;
	struct err lost = {0};

	if (r->err.class == ERR_NONE)
		err_set(&r->err, ERR_FAILED, "INTERNAL", "the command failed without saying why");
	err_hint_usual(&r->err);
	buf_reset(&r->out);
	if (!o->json) {
		if (!r->told)
			say_error(&r->err, term_width(STDERR_FILENO));
		return (int)r->err.class;
	}
	if (json_render_error(&r->err, &r->envelope, o->pretty, &r->out, &lost) < 0)
		say_error(&lost, term_width(STDERR_FILENO));
	if (!o->quiet)
		say_error_in_one_line(&r->err);
	return (int)r->err.class;
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
	int ret = 0;

	if (r->raw_fd >= 0)
		ret = copy_file(r->raw_fd, &e);
	else if (r->out.len)
		ret = output_write(STDOUT_FILENO, &r->out, &e);
	if (!ret)
		return status;
	if (!strcmp(e.code, "EPIPE"))
		return die_of_closed_pipe();
	err_hint_usual(&e);
	say_error(&e, term_width(STDERR_FILENO));
	return ERR_FAILED;
}

int cli_main(int argc, char **argv)
{
	struct run r = {.raw_fd = -1};
	int status = 0;

	term_guard_streams();
	signal(SIGPIPE, SIG_IGN);
	cli_parse(argc, argv, &r.inv, &r.err);
	if (carry_out(&r) < 0)
		status = report(&r);
	status = emit(&r, status);
	if (r.raw_fd >= 0)
		close(r.raw_fd);
	buf_free(&r.out);
	return status;
}
