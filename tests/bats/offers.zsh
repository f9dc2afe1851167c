# SPDX-License-Identifier: GPL-2.0-or-later
# Prints what zsh offers at the end of each line given, one line "LINE -> WORDS" each, sorted.
# Usage: zsh -f offers.zsh SCRIPT LINE...
#
# A zsh on a terminal of its own completes; its compadd, through which all matches pass, keeps them, and TAB ends with
# printing them instead of showing them.
zmodload zsh/zpty
zpty -b inner zsh -f -i
() {
	zpty -w inner 'PS1= PS2=; unsetopt zle_bracketed_paste 2>/dev/null; stty -echo
autoload -Uz compinit; compinit -D -u
source '"${(q)1}"'
typeset -ga offered
compadd() {
	[[ ${@[(I)-(O|A|D)]} -gt 0 ]] && { builtin compadd "$@"; return }
	local -a kept_by_test
	builtin compadd -O kept_by_test "$@"
	offered+=("${kept_by_test[@]}")
	builtin compadd "$@"
}
print-offers() { compstate[insert]="" compstate[list]=""; offered=(); _main_complete; offered=(${(uo)offered}); print -r -- "<<${offered[*]}>>"; compstate[insert]="" compstate[list]="" }
zle -C offers complete-word print-offers
bindkey "^I" offers
print "<<read""y>>"'
	local answer
	zpty -r inner answer '*<<ready>>*'
} "$1"
shift
for line; do
	zpty -w -n inner "$line"$'\t'
	zpty -r inner answer '*<<*>>*'
	answer=${${answer##*<<}%%>>*}
	print -r -- "$line -> $answer"
	zpty -w -n inner $'\C-u'
done
zpty -d inner
