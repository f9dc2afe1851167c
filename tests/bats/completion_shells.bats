#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# Completion in zsh and fish, each asked by its own means, and once in a bash on a terminal.
# shellcheck disable=SC2154 # run sets status, output and stderr

load helper

setup_file()
{
	local shell
	for shell in bash zsh fish; do
		tsmctl completion "$shell" >"$BATS_FILE_TMPDIR/$shell"
	done
}

setup()
{
	SCRIPTS=$BATS_FILE_TMPDIR
	cd "$BATS_TEST_TMPDIR" || return
	touch nonce-1 nonce-2 other
}

# The scripts with /sys, /proc and /dev below a directory of the test.
faked_root()
{
	local root=$BATS_TEST_TMPDIR/root shell
	mkdir -p "$root/sys/bus/pci/devices/"{0000:01:00.0/tsm,0000:01:00.1/tsm,0001:02:00.0/tsm,0000:03:00.0} "$root/dev" \
		"$root/proc/"{17,4242}/fd
	touch "$root/dev/iommu" "$root/other"
	ln -s "$root/dev/iommu" "$root/proc/4242/fd/9"
	ln -s "$root/dev/iommu" "$root/proc/4242/fd/10"
	ln -s "$root/other" "$root/proc/17/fd/3"
	SCRIPTS=$BATS_TEST_TMPDIR/scripts
	mkdir -p "$SCRIPTS"
	for shell in bash zsh fish; do
		sed -E "s,/(sys/bus|proc|dev/iommu),$root/\\1,g" "$BATS_FILE_TMPDIR/$shell" >"$SCRIPTS/$shell"
	done
}

# What a shell offers at the end of each line, sorted: "LINE -> WORDS". Usage: offers SHELL LINE...
offers()
{
	local shell=$1
	shift
	type -P "$shell" >/dev/null || skip "needs $shell"
	# shellcheck disable=SC2016 # variables of fish
	case $shell in
	zsh) timeout 60 zsh -f "$TSMCTL_SOURCE/tests/bats/offers.zsh" "$SCRIPTS/zsh" "$@" 2>&1 ;;
	# fish writes --name=VALUE whole, and a description behind a tab.
	fish) HOME=$BATS_TEST_TMPDIR timeout 60 fish --no-config -c 'source $argv[1]
		for line in $argv[2..]
			echo $line "->" (complete -C $line | string replace -r "\t.*" "" | string replace -r "^--[a-z-]+=" "")
		end' "$SCRIPTS/fish" "$@" 2>&1 ;;
	esac | while read -r line; do
		# shellcheck disable=SC2001 # with the blanks before it
		printf '%s -> %s\n' "$(sed 's/ *->.*//' <<<"$line")" "$(tr ' ' '\n' <<<"${line##*->}" | sort | xargs)"
	done
}

# Usage: assert_all_offer SHELL, with "LINE -> WORDS" on standard input; a LINE that ends with "_" ends with a blank, and
# "-" is no word at all.
assert_all_offer()
{
	local line words lines=() expected=''
	while read -r line; do
		words=${line#* -> } line=${line%% -> *}
		[[ $words != - ]] || words=''
		lines+=("${line/%_/ }")
		expected+="${line%_} -> $words"$'\n'
	done
	run offers "$1" "${lines[@]}"
	assert_success
	assert_equal "$output" "${expected%$'\n'}"
}

readonly TABLE='tsmctl set-state_ -> locked run unlocked
tsmctl set-state locked l -> -
tsmctl set-state l -> locked
tsmctl sev-dma -d x_ -> disable enable
tsmctl -d x read-object_ -> cert cert:0 cert:1 cert:2 cert:3 cert:4 cert:5 cert:6 cert:7 measurements report vca
tsmctl regen --nonce report_ -> measurements report
tsmctl -q --sim=sev -d 0000:01:00.0 se -> set-state sev-dma
tsmctl --sim se -> set-state sev-dma
tsmctl -- li -> list
tsmctl help li -> list
tsmctl completion_ -> bash fish zsh
tsmctl --arch_ -> auto cca sev tdx
tsmctl list --arch=s -> sev
tsmctl --abi op48-2026 -> op48-2026-06 op48-2026-09
tsmctl --vdevice_ -> -
tsmctl list --nonc -> -
tsmctl regen --nonc -> --nonce --nonce-file
tsmctl regen --nonce-file_ -> nonce-1 nonce-2 other
tsmctl set-state --payload oth -> other
tsmctl --sim=oth -> other
tsmctl --sim=cc -> cca'

readonly DEVICES='tsmctl -d_ -> 0000:01:00.0 0000:01:00.1 0001:02:00.0
tsmctl --device=0001 -> 0001:02:00.0
tsmctl -d 0000:01:00.0 set-state r -> run
tsmctl --attach_ -> 4242'

@test "zsh offers commands, options, their values and arguments" {
	assert_all_offer zsh <<<"$TABLE"
}

@test "zsh does not offer an option again" {
	assert_all_offer zsh <<<'tsmctl -j list --js -> -
tsmctl --js -> --json'
}

@test "zsh offers functions and processes" {
	faked_root
	assert_all_offer zsh <<<"$DEVICES"
}

@test "zsh finds the script in its path of functions" {
	type -P zsh >/dev/null || skip "needs zsh"
	mkdir functions
	cp "$SCRIPTS/zsh" functions/_tsmctl
	# shellcheck disable=SC2016 # variables of zsh
	run zsh -f -c 'fpath=(./functions $fpath); autoload -Uz compinit; compinit -D -u; print $_comps[tsmctl]'
	assert_output _tsmctl
}

@test "fish offers commands, options, their values and arguments" {
	assert_all_offer fish <<<"$TABLE"
}

@test "fish offers functions and processes" {
	faked_root
	assert_all_offer fish <<<"$DEVICES"
}

@test "zsh and fish offer all commands, and to each command the options that it takes" {
	local shell name commands expected
	commands=$(tsmctl help -j | jq -r '.data.commands[].name' | sort | xargs)
	for shell in zsh fish; do
		assert_all_offer "$shell" <<<"tsmctl_ -> $commands"
		{
			while read -r name; do
				# shellcheck disable=SC2016
				expected=$(tsmctl help "$name" -j | jq -r --arg name "$name" '.data | .global_options[],
					(.commands[] | select(.name == $name) | .options[]) | "--" + .name' | sort | xargs)
				echo "tsmctl $name -- -> $expected"
			done < <(tsmctl help -j | jq -r '.data.commands[].name')
		} >expected
		assert_all_offer "$shell" <expected
	done
}

@test "no script says a word or fails where there is no /sys and no process" {
	faked_root
	rm -r root/sys root/proc root/dev
	mkdir -p root/proc
	local shell
	for shell in zsh fish; do
		assert_all_offer "$shell" <<<'tsmctl -d_ -> -
tsmctl --attach_ -> -'
	done
}

# What the tmux of the test shows, without empty lines.
screen()
{
	tmux -S tmux capture-pane -p | sed '/^ *$/d'
}

# Waits until the screen holds a text, 10 seconds at most.
wait_for()
{
	local i
	for ((i = 0; i < 100; i++)); do
		[[ $(screen) != *"$1"* ]] || return 0
		sleep 0.1
	done
	screen
	fail "no \"$1\" on the screen"
}

@test "a bash on a terminal completes a whole command line with TAB" {
	type -P tmux >/dev/null || skip "needs tmux"
	faked_root
	ln -s "$TSMCTL_BIN" tsmctl
	# shellcheck disable=SC2016 # a variable of the inner shell
	tmux -S tmux -f /dev/null new-session -d -x 100 -y 30 'PATH=$PWD:$PATH PS1="ready> " bash --norc --noprofile' 3>&-
	wait_for 'ready>'
	tmux -S tmux send-keys "source $SCRIPTS/bash" Enter 'clear' Enter
	wait_for 'ready>'
	tmux -S tmux send-keys 'tsmctl --sim=cc' Tab '-'
	wait_for 'tsmctl --sim=cca -'
	tmux -S tmux send-keys 'd 0001' Tab
	wait_for '-d 0001:02:00.0'
	tmux -S tmux send-keys BSpace C-w '0000:01:00.0 read-o' Tab 'cert:' Tab Tab
	wait_for '0  1  2  3  4  5  6  7'
	tmux -S tmux send-keys '0 | wc -l' Enter
	wait_for 'simulated kernel'
	tmux -S tmux kill-server
}
