// SPDX-License-Identifier: GPL-2.0-or-later
/* The bash completion script: three case tables made from the commands and options, and fixed functions around them. */
#include <string.h>

#include "cli/cli.h"

/* Values of $kind in the script. */
static const char *const kind_names[] = {
	[COMPLETE_NONE] = "none",     [COMPLETE_FILE] = "file", [COMPLETE_WORDS] = "words",
	[COMPLETE_DEVICE] = "device", [COMPLETE_PID] = "pid",   [COMPLETE_COMMAND] = "command",
};

static const char script_head[] = "# SPDX-License-" /* not this file's own */ "Identifier: GPL-2.0-or-later\n"
				  "# bash completion for tsmctl, made by \"tsmctl completion bash\".\n"
				  "\n";

static const char script_tail[] =
	"# PCI functions that a TSM can manage.\n"
	"_tsmctl_devices()\n"
	"{\n"
	"	local path\n"
	"	for path in /sys/bus/pci/devices/*/tsm; do\n"
	"		[[ -d $path ]] || continue\n"
	"		path=${path%/tsm}\n"
	"		words+=\" ${path##*/}\"\n"
	"	done\n"
	"}\n"
	"\n"
	"# Processes that hold an iommufd.\n"
	"_tsmctl_pids()\n"
	"{\n"
	"	local path pid\n"
	"	[[ -e /dev/iommu ]] || return 0\n"
	"	for path in /proc/[0-9]*/fd/*; do\n"
	"		[[ $path -ef /dev/iommu ]] || continue\n"
	"		pid=${path#/proc/} pid=${pid%%/*}\n"
	"		[[ \" $words \" == *\" $pid \"* ]] || words+=\" $pid\"\n"
	"	done\n"
	"}\n"
	"\n"
	"# Takes the command line up to the cursor apart: $line holds its words, with those glued together again that "
	"bash\n"
	"# splits at \"=\" and \":\"; $cur is the last of them.\n"
	"_tsmctl_words()\n"
	"{\n"
	"	local i word glue=''\n"
	"	line=()\n"
	"	for ((i = 1; i <= COMP_CWORD; i++)); do\n"
	"		word=${COMP_WORDS[i]}\n"
	"		if [[ $word == [=:]* && ${#line[@]} -gt 0 ]]; then\n"
	"			line[-1]+=$word glue=1\n"
	"		elif [[ $glue ]]; then\n"
	"			line[-1]+=$word glue=''\n"
	"		else\n"
	"			line+=(\"$word\")\n"
	"		fi\n"
	"	done\n"
	"	cur=${line[-1]}\n"
	"	unset 'line[-1]'\n"
	"}\n"
	"\n"
	"# Goes through the words before the cursor: $command, $used options, number of arguments $nargs, and $kind if "
	"the\n"
	"# last option still waits for its value.\n"
	"_tsmctl_scan()\n"
	"{\n"
	"	local word ended=''\n"
	"	command='' used=' ' nargs=0 kind='' words=''\n"
	"	for word in \"${line[@]}\"; do\n"
	"		if [[ $kind ]]; then\n"
	"			kind='' words=''\n"
	"		elif [[ $word == -- && ! $ended ]]; then\n"
	"			ended=1 used+='-- '\n"
	"		elif [[ $word == -?* && ! $ended ]]; then\n"
	"			used+=\"${word%%=*} \"\n"
	"			[[ $word == --*=* ]] || _tsmctl_value \"$word\"\n"
	"		elif [[ $command ]]; then\n"
	"			nargs=$((nargs + 1))\n"
	"		else\n"
	"			command=$word\n"
	"		fi\n"
	"	done\n"
	"}\n"
	"\n"
	"# $words: the options that can stand here and were not used yet. In the tables an option and its letter are\n"
	"# written as --name/-n.\n"
	"_tsmctl_unused()\n"
	"{\n"
	"	local option list\n"
	"	_tsmctl_options \"$command\"\n"
	"	list=$words words=''\n"
	"	for option in $list; do\n"
	"		[[ $used == *\" ${option%%/*} \"* || $used == *\" ${option#*/} \"* ]] || words+=\" "
	"${option%%/*}\"\n"
	"	done\n"
	"}\n"
	"\n"
	"# $COMPREPLY: what begins with $cur, for the $kind of thing that is to stand here.\n"
	"_tsmctl_reply()\n"
	"{\n"
	"	case $kind in\n"
	"	command) _tsmctl_commands ;;\n"
	"	device) _tsmctl_devices ;;\n"
	"	pid) _tsmctl_pids ;;\n"
	"	none) return 0 ;;\n"
	"	esac\n"
	"	mapfile -t COMPREPLY < <(compgen -W \"$words\" -- \"$cur\")\n"
	"	if [[ $kind == file ]]; then\n"
	"		compopt -o filenames 2>/dev/null\n"
	"		mapfile -t -O ${#COMPREPLY[@]} COMPREPLY < <(compgen -f -- \"$cur\")\n"
	"	fi\n"
	"}\n"
	"\n"
	"# bash replaces only what stands after the last \"=\" or \":\".\n"
	"_tsmctl_trim()\n"
	"{\n"
	"	local i breaks=${COMP_WORDBREAKS//[!=:]/} prefix\n"
	"	[[ $breaks ]] || return 0\n"
	"	prefix=${cur%\"${cur##*[\"$breaks\"]}\"}\n"
	"	for i in \"${!COMPREPLY[@]}\"; do\n"
	"		COMPREPLY[i]=${COMPREPLY[i]#\"$prefix\"}\n"
	"	done\n"
	"}\n"
	"\n"
	"_tsmctl()\n"
	"{\n"
	"	local cur line command used nargs kind words\n"
	"	COMPREPLY=()\n"
	"	_tsmctl_words\n"
	"	_tsmctl_scan\n"
	"	if [[ $kind ]]; then\n"
	"		_tsmctl_reply\n"
	"	elif [[ $cur == --*=* && $used != *' -- '* ]]; then\n"
	"		_tsmctl_value \"${cur%%=*}=\"\n"
	"		cur=${cur#*=}\n"
	"		[[ ! $kind ]] || _tsmctl_reply\n"
	"	elif [[ $cur == -* && $used != *' -- '* ]]; then\n"
	"		kind='words'\n"
	"		_tsmctl_unused\n"
	"		_tsmctl_reply\n"
	"	else\n"
	"		kind='command'\n"
	"		[[ ! $command ]] || _tsmctl_argument \"$command\" \"$nargs\"\n"
	"		_tsmctl_reply\n"
	"	fi\n"
	"	_tsmctl_trim\n"
	"}\n"
	"\n"
	"complete -F _tsmctl tsmctl\n";

static void put_function(struct buf *out, const char *comment, const char *name, const char *subject)
{
	buf_printf(out, "# %s\n%s()\n{\n\tcase %s in\n", comment, name, subject);
}

static void put_end(struct buf *out)
{
	buf_text(out, "\tesac\n}\n\n");
}

static void put_names(struct buf *out, const struct option_spec *spec, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		buf_printf(out, " --%s", spec[i].name);
		if (spec[i].letter)
			buf_printf(out, "/-%c", spec[i].letter);
	}
}

static void put_kind(struct buf *out, enum complete complete, const char *words)
{
	buf_printf(out, " kind='%s'", kind_names[complete]);
	if (words)
		buf_printf(out, " words='%s'", words);
	buf_text(out, " ;;\n");
}

static void put_commands(struct buf *out)
{
	buf_text(out, "# $words: the commands.\n_tsmctl_commands()\n{\n\twords='");
	for (size_t i = 0; i < cli_command_count; i++)
		buf_printf(out, "%s%s", i ? " " : "", cli_commands[i].name);
	buf_text(out, "'\n}\n\n");
}

static void put_options(struct buf *out)
{
	buf_text(out, "# $words: the options for the command $1.\n_tsmctl_options()\n{\n\twords='");
	put_names(out, cli_global_options, cli_global_option_count);
	buf_text(out, "'\n\tcase $1 in\n");
	for (size_t i = 0; i < cli_command_count; i++) {
		if (!cli_commands[i].option_count)
			continue;
		buf_printf(out, "\t%s) words+='", cli_commands[i].name);
		put_names(out, cli_commands[i].options, cli_commands[i].option_count);
		buf_text(out, "' ;;\n");
	}
	put_end(out);
}

/* Commands may share options; the script's tables know each name once. */
static bool is_known_before(const char *name, size_t command)
{
	for (size_t i = 0; i < command; i++)
		for (size_t j = 0; j < cli_commands[i].option_count; j++)
			if (!strcmp(cli_commands[i].options[j].name, name))
				return true;
	return false;
}

/* An optional value is one only in the form --name=VALUE: the pattern ends with "=", as _tsmctl() calls for that form.
 */
static void put_value(struct buf *out, const struct option_spec *spec)
{
	if (spec->kind == OPTION_FLAG)
		return;
	buf_printf(out, "\t--%s=", spec->name);
	if (spec->kind == OPTION_VALUE)
		buf_printf(out, " | --%s", spec->name);
	if (spec->kind == OPTION_VALUE && spec->letter)
		buf_printf(out, " | -%c", spec->letter);
	buf_char(out, ')');
	put_kind(out, spec->complete, spec->words);
}

static void put_all_values(struct buf *out)
{
	put_function(out, "$kind and $words for the value of the option $1; nothing for a flag.", "_tsmctl_value",
		     "$1");
	for (size_t i = 0; i < cli_global_option_count; i++)
		put_value(out, &cli_global_options[i]);
	for (size_t i = 0; i < cli_command_count; i++)
		for (size_t j = 0; j < cli_commands[i].option_count; j++)
			if (!is_known_before(cli_commands[i].options[j].name, i))
				put_value(out, &cli_commands[i].options[j]);
	put_end(out);
}

static void put_arguments(struct buf *out)
{
	put_function(out, "$kind and $words for argument number $2 of the command $1.", "_tsmctl_argument", "$1/$2");
	for (size_t i = 0; i < cli_command_count; i++) {
		const struct command_spec *c = &cli_commands[i];

		for (size_t j = 0; j < c->arg_count; j++) {
			if (c->args[j].repeat)
				buf_printf(out, "\t%s/*)", c->name);
			else
				buf_printf(out, "\t%s/%zu)", c->name, j);
			put_kind(out, c->args[j].complete, c->args[j].words);
		}
	}
	buf_text(out, "\t*) kind='none' ;;\n");
	put_end(out);
}

void cli_complete_bash(struct buf *out)
{
	buf_text(out, script_head);
	put_commands(out);
	put_options(out);
	put_all_values(out);
	put_arguments(out);
	buf_text(out, script_tail);
}
