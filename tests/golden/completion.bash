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

# $words: the commands.
_tsmctl_commands()
{
	words='list info read-object regen verify save diff validate-mmio set-state sev-dma accept-generation doctor monitor sim schema shell completion help'
}

# $words: the options for the command $1.
_tsmctl_options()
{
	words=' --device/-d --attach --iommufd --vdevice --arch --abi --source --sim --replay --kvm-fd --viommu-type --virt-id --json/-j --pretty/-p --columns --no-headings --color --quiet/-q --verbose/-v --trace --record --dry-run/-n --yes/-y --force --batch/-b --keep-going --help/-h --version/-V'
	case $1 in
	list) words+=' --tree' ;;
	read-object) words+=' --hex --raw --output/-o --digest --from --vca --certs --pem --split' ;;
	regen) words+=' --nonce --nonce-file --raw-blocks' ;;
	verify) words+=' --root --certs --measurements --vca --request --nonce --nonce-file --at --policy --explain' ;;
	validate-mmio) words+=' --payload' ;;
	set-state) words+=' --payload' ;;
	sev-dma) words+=' --payload' ;;
	monitor) words+=' --interval --evidence --count --timeout' ;;
	esac
}

# $kind and $words for the value of an option, $1 is COMMAND/OPTION; nothing for a flag.
_tsmctl_value()
{
	case $1 in
	*/--device= | */--device | */-d) kind='device' ;;
	*/--attach= | */--attach) kind='pid' ;;
	*/--iommufd= | */--iommufd) kind='none' ;;
	*/--vdevice= | */--vdevice) kind='none' ;;
	*/--arch= | */--arch) kind='words' words='auto cca sev tdx' ;;
	*/--abi= | */--abi) kind='words' words='auto op48-2026-09 op48-interim op48-2026-06 scope40-v5 amd-packed48 none' ;;
	*/--source= | */--source) kind='words' words='auto netlink ioctl' ;;
	*/--sim=) kind='file' words='cca sev tdx' ;;
	*/--replay= | */--replay) kind='file' ;;
	*/--kvm-fd= | */--kvm-fd) kind='none' ;;
	*/--viommu-type= | */--viommu-type) kind='none' ;;
	*/--virt-id= | */--virt-id) kind='none' ;;
	*/--columns= | */--columns) kind='none' ;;
	*/--color= | */--color) kind='words' words='auto always never' ;;
	*/--record= | */--record) kind='file' ;;
	*/--batch= | */--batch | */-b) kind='file' ;;
	read-object/--output= | read-object/--output | read-object/-o) kind='file' ;;
	read-object/--from= | read-object/--from) kind='file' ;;
	read-object/--vca= | read-object/--vca) kind='file' ;;
	read-object/--certs= | read-object/--certs) kind='file' ;;
	read-object/--split= | read-object/--split) kind='file' ;;
	regen/--nonce= | regen/--nonce) kind='none' ;;
	regen/--nonce-file= | regen/--nonce-file) kind='file' ;;
	verify/--root= | verify/--root) kind='file' ;;
	verify/--certs= | verify/--certs) kind='file' ;;
	verify/--measurements= | verify/--measurements) kind='file' ;;
	verify/--vca= | verify/--vca) kind='file' ;;
	verify/--request= | verify/--request) kind='file' ;;
	verify/--nonce= | verify/--nonce) kind='none' ;;
	verify/--nonce-file= | verify/--nonce-file) kind='file' ;;
	verify/--at= | verify/--at) kind='none' ;;
	verify/--policy= | verify/--policy) kind='file' ;;
	validate-mmio/--payload= | validate-mmio/--payload) kind='file' ;;
	set-state/--payload= | set-state/--payload) kind='file' ;;
	sev-dma/--payload= | sev-dma/--payload) kind='file' ;;
	monitor/--interval= | monitor/--interval) kind='none' ;;
	monitor/--count= | monitor/--count) kind='none' ;;
	monitor/--timeout= | monitor/--timeout) kind='none' ;;
	esac
}

# $kind and $words for an argument; $1 is COMMAND/NUMBER.
_tsmctl_argument()
{
	case $1 in
	info/*) kind='words' words='cert cert:0 cert:1 cert:2 cert:3 cert:4 cert:5 cert:6 cert:7 vca measurements report' ;;
	read-object/0) kind='words' words='cert cert:0 cert:1 cert:2 cert:3 cert:4 cert:5 cert:6 cert:7 vca measurements report' ;;
	regen/0) kind='words' words='measurements report' ;;
	save/0) kind='file' ;;
	diff/0) kind='file' ;;
	diff/1) kind='file' ;;
	validate-mmio/0) kind='none' ;;
	validate-mmio/1) kind='none' ;;
	validate-mmio/2) kind='none' ;;
	set-state/0) kind='words' words='unlocked locked run' ;;
	sev-dma/0) kind='words' words='enable disable' ;;
	accept-generation/0) kind='none' ;;
	sim/0) kind='words' words='reset' ;;
	completion/0) kind='words' words='bash zsh fish' ;;
	help/0) kind='command' ;;
	*) kind='none' ;;
	esac
}
