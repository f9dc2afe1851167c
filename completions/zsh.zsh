#compdef tsmctl
# SPDX-License-Identifier: GPL-2.0-or-later
# zsh completion for tsmctl, made by "tsmctl completion zsh". The tables at its end come from tsmctl's own.

# PCI functions that a TSM can manage.
_tsmctl_devices()
{
	local -a found=(/sys/bus/pci/devices/*/tsm(N/:h:t))
	local expl
	_wanted devices expl 'PCI function' compadd -a found
}

# Processes that hold an iommufd.
_tsmctl_pids()
{
	local -aU found
	local file expl
	[[ -e /dev/iommu ]] || return 1
	for file in /proc/<->/fd/*(N); do
		[[ $file -ef /dev/iommu ]] && found+=(${${file#/proc/}%%/*})
	done
	_wanted processes expl 'process with an iommufd' compadd -a found
}

# The arguments, or a file.
_tsmctl_words_or_files()
{
	_alternative "words:value:($*)" 'files:file:_files'
}

# $command: the first word before the cursor that is neither an option nor the value of one.
_tsmctl_find_command()
{
	local word ended='' value=''
	command=''
	for word in ${words[2,CURRENT-1]}; do
		if [[ -n $value ]]; then
			value=''
		elif [[ $word == -- ]]; then
			ended=1
		elif [[ $word == -?* && -z $ended ]]; then
			value=${valued[(re)$word]}
		else
			command=$word
			return
		fi
	done
}

_tsmctl()
{
	local command curcontext=$curcontext
	local -a specs own valued
	_tsmctl_global_options
	_tsmctl_find_command
	_tsmctl_own_options
	_arguments -s -S $specs $own
}

