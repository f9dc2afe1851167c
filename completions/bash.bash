# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
# bash completion for tsmctl, made by "tsmctl completion bash". The tables at its end come from tsmctl's own.

# PCI functions that a TSM can manage.
_tsmctl_devices()
{
	local path
	for path in /sys/bus/pci/devices/*/tsm; do
		[[ -d $path ]] || continue
		path=${path%/tsm}
		words+=" ${path##*/}"
	done
}

# Processes that hold an iommufd.
_tsmctl_pids()
{
	local path pid
	[[ -e /dev/iommu ]] || return 0
	for path in /proc/[0-9]*/fd/*; do
		[[ $path -ef /dev/iommu ]] || continue
		pid=${path#/proc/} pid=${pid%%/*}
		[[ " $words " == *" $pid "* ]] || words+=" $pid"
	done
}

# Takes the command line up to the cursor apart: $line holds its words, with those glued together again that bash
# splits at "=" and ":"; $cur is the last of them.
_tsmctl_words()
{
	local i word glue=''
	line=()
	for ((i = 1; i <= COMP_CWORD; i++)); do
		word=${COMP_WORDS[i]}
		if [[ $word == [=:]* && ${#line[@]} -gt 0 ]]; then
			line[-1]+=$word glue=1
		elif [[ $glue ]]; then
			line[-1]+=$word glue=''
		else
			line+=("$word")
		fi
	done
	cur=${line[-1]}
	unset 'line[-1]'
}

# Goes through the words before the cursor: $command, $used options, number of arguments $nargs, and $kind if the
# last option still waits for its value.
_tsmctl_scan()
{
	local word ended=''
	command='' used=' ' nargs=0 kind='' words=''
	for word in "${line[@]}"; do
		if [[ $kind ]]; then
			kind='' words=''
		elif [[ $word == -- && ! $ended ]]; then
			ended=1 used+='-- '
		elif [[ $word == -?* && ! $ended ]]; then
			used+="${word%%=*} "
			[[ $word == --*=* ]] || _tsmctl_value "$command/$word"
		elif [[ $command ]]; then
			nargs=$((nargs + 1))
		else
			command=$word
		fi
	done
}

# $words: the options that can stand here and were not used yet. In the tables an option and its letter are
# written as --name/-n.
_tsmctl_unused()
{
	local option list
	_tsmctl_options "$command"
	list=$words words=''
	for option in $list; do
		[[ $used == *" ${option%%/*} "* || $used == *" ${option#*/} "* ]] || words+=" ${option%%/*}"
	done
}

# $COMPREPLY: what begins with $cur, for the $kind of thing that is to stand here.
_tsmctl_reply()
{
	case $kind in
	command) _tsmctl_commands ;;
	device) _tsmctl_devices ;;
	pid) _tsmctl_pids ;;
	none) return 0 ;;
	esac
	mapfile -t COMPREPLY < <(compgen -W "$words" -- "$cur")
	if [[ $kind == file ]]; then
		compopt -o filenames 2>/dev/null
		mapfile -t -O ${#COMPREPLY[@]} COMPREPLY < <(compgen -f -- "$cur")
	fi
}

# bash replaces only what stands after the last "=" or ":".
_tsmctl_trim()
{
	local i breaks=${COMP_WORDBREAKS//[!=:]/} prefix
	[[ $breaks ]] || return 0
	prefix=${cur%"${cur##*["$breaks"]}"}
	for i in "${!COMPREPLY[@]}"; do
		COMPREPLY[i]=${COMPREPLY[i]#"$prefix"}
	done
}

_tsmctl()
{
	local cur line command used nargs kind words
	COMPREPLY=()
	_tsmctl_words
	_tsmctl_scan
	if [[ $kind ]]; then
		_tsmctl_reply
	elif [[ $cur == --*=* && $used != *' -- '* ]]; then
		_tsmctl_value "$command/${cur%%=*}="
		cur=${cur#*=}
		[[ ! $kind ]] || _tsmctl_reply
	elif [[ $cur == -* && $used != *' -- '* ]]; then
		kind='words'
		_tsmctl_unused
		_tsmctl_reply
	else
		kind='command'
		[[ ! $command ]] || _tsmctl_argument "$command/$nargs"
		_tsmctl_reply
	fi
	_tsmctl_trim
}

complete -F _tsmctl tsmctl
