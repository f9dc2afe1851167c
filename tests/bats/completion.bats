#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# Drives the completion function as bash does, without the bash-completion package.
# shellcheck disable=SC2154 # run sets status, output and stderr; bash sets COMPREPLY

load helper

setup_file()
{
	export COMPLETION=$BATS_FILE_TMPDIR/tsmctl
	tsmctl completion bash >"$COMPLETION"
}

# The script with its /sys and /dev below a directory of the test.
faked_root()
{
	local root=$BATS_TEST_TMPDIR/root
	mkdir -p "$root/sys/bus/pci/devices/"{0000:01:00.0/tsm,0000:01:00.1/tsm,0001:02:00.0/tsm,0000:03:00.0} "$root/dev"
	sed "s,/sys/bus,$root/sys/bus,; s,/dev/iommu,$root/dev/iommu,g" "$COMPLETION" >"$BATS_TEST_TMPDIR/script"
	COMPLETION=$BATS_TEST_TMPDIR/script
}

# Sets COMP_WORDS as readline splits a line at blanks, "=" and ":"; the cursor is at the end of the line.
split_line()
{
	local rest=$1
	COMP_LINE=$1 COMP_POINT=${#1} COMP_WORDS=()
	while [[ $rest ]]; do
		if [[ $rest =~ ^[=:]+ || $rest =~ ^[^=:\ ]+ ]]; then
			COMP_WORDS+=("${BASH_REMATCH[0]}")
			rest=${rest#"${BASH_REMATCH[0]}"}
		else
			rest=${rest# }
			[[ $rest ]] || COMP_WORDS+=('')
		fi
	done
	COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
}

# Prints what TAB offers at the end of the line, sorted, on one line.
offers()
{
	local COMP_LINE COMP_POINT COMP_CWORD COMP_WORDS COMPREPLY COMP_WORDBREAKS=$' \t\n"\'><=;|&(:'
	split_line "$1"
	# shellcheck source=/dev/null
	source "$COMPLETION"
	_tsmctl tsmctl "${COMP_WORDS[COMP_CWORD]}" ''
	((${#COMPREPLY[@]} == 0)) || printf '%s\n' "${COMPREPLY[@]}" | sort | xargs -d '\n'
}

# Usage: assert_offers 'LINE' 'WORDS'
assert_offers()
{
	run offers "$1"
	assert_equal "$1 -> $output" "$1 -> $2"
}

@test "the script is valid, quiet, and the same twice" {
	run bash -n "$COMPLETION"
	assert_success
	run bash -c "source '$COMPLETION' && complete -p tsmctl"
	assert_success
	assert_output "complete -F _tsmctl tsmctl"
	run cmp "$COMPLETION" <(tsmctl completion bash)
	assert_success
	if command -v shellcheck >/dev/null; then
		run shellcheck -s bash "$COMPLETION"
		assert_success
	fi
}

@test "the document of -j holds the same script" {
	run --separate-stderr tsmctl completion bash -j
	assert_success
	assert_json '.data.shell == "bash"'
	run cmp "$COMPLETION" <(jq -r .data.script <<<"$output" | sed '$d')
	assert_success
}

@test "commands: all of them, by prefix, and after options with values" {
	local all
	all=$(tsmctl help -j | jq -r '.data.commands[].name' | sort | xargs)
	assert_offers "tsmctl " "$all"
	assert_offers "tsmctl help " "$all"
	assert_offers "tsmctl s" "save schema set-state sev-dma shell sim"
	assert_offers "tsmctl -q --sim=sev -d 0000:01:00.0 s" "save schema set-state sev-dma shell sim"
	assert_offers "tsmctl --sim s" "save schema set-state sev-dma shell sim"
	assert_offers "tsmctl -- l" "list"
	assert_offers "tsmctl zz" ""
}

@test "arguments: words of the table, by position" {
	assert_offers "tsmctl set-state " "locked run unlocked"
	assert_offers "tsmctl set-state l" "locked"
	assert_offers "tsmctl set-state locked " ""
	assert_offers "tsmctl sev-dma -d x " "disable enable"
	assert_offers "tsmctl -d x read-object " \
		"cert cert:0 cert:1 cert:2 cert:3 cert:4 cert:5 cert:6 cert:7 measurements report vca"
	assert_offers "tsmctl -d x read-object cert:" "0 1 2 3 4 5 6 7"
	assert_offers "tsmctl read-object vca " ""
	assert_offers "tsmctl info vca report m" "measurements"
	assert_offers "tsmctl regen --nonce report " "measurements report"
	assert_offers "tsmctl help list " ""
	assert_offers "tsmctl sim " "reset"
	assert_offers "tsmctl completion " "bash fish zsh"
	assert_offers "tsmctl doctor " ""
}

@test "options: every command offers exactly what the parser takes, each once" {
	local name expected
	while read -r name; do
		# shellcheck disable=SC2016
		expected=$(tsmctl help "$name" -j | jq -r --arg name "$name" \
			'.data | .global_options[], (.commands[] | select(.name == $name) | .options[]) | "--" + .name' |
			sort | xargs)
		assert_offers "tsmctl $name --" "$expected"
	done < <(tsmctl help -j | jq -r '.data.commands[].name')
	assert_offers "tsmctl --no" "--no-headings"
	assert_offers "tsmctl regen --non" "--nonce --nonce-file"
}

@test "options: those of the manual, all of them" {
	local name offered=''
	while read -r name; do
		offered+=" $(offers "tsmctl $name --")"
	done < <(tsmctl help -j | jq -r '.data.commands[].name')
	assert_equal "$(tr " " "\n" <<<"${offered# }" | sort -u)" "$(documented_options)"
}

@test "options used already are not offered again, under either name" {
	assert_offers "tsmctl list --js" "--json"
	assert_offers "tsmctl -j list --js" ""
	assert_offers "tsmctl --json list --js" ""
	assert_offers "tsmctl -d x info --dev" ""
	assert_offers "tsmctl --arch=cca info --ar" ""
	assert_offers "tsmctl read-object -o f --o" ""
	assert_offers "tsmctl list -- --js" ""
}

@test "values: after a blank and after =" {
	local line
	for line in "--arch " "--arch="; do
		assert_offers "tsmctl $line" "auto cca sev tdx"
		assert_offers "tsmctl list ${line}s" "sev"
	done
	assert_offers "tsmctl --abi op48-2026" "op48-2026-06 op48-2026-09"
	assert_offers "tsmctl --abi=scope" "scope40-v5"
	assert_offers "tsmctl --color=a" "always auto"
	assert_offers "tsmctl --vdevice " ""
	assert_offers "tsmctl --vdevice=" ""
	assert_offers "tsmctl --json=" ""
	assert_offers "tsmctl read-object -d " ""
}

@test "files: for options that take one, with blanks in their names" {
	cd "$BATS_TEST_TMPDIR"
	touch 'nonce one' nonce-two other
	assert_offers "tsmctl regen --nonce-file nonce" "nonce one nonce-two"
	assert_offers "tsmctl regen --nonce-file=nonce-" "nonce-two"
	assert_offers "tsmctl read-object -o oth" "other"
	assert_offers "tsmctl set-state --payload oth" "other"
	assert_offers "tsmctl --sim=oth" "other"
	assert_offers "tsmctl --sim=c" "cca"
	assert_offers "tsmctl --nonce-file oth" ""
}

@test "devices: the functions with a TSM, up to the last colon" {
	faked_root
	assert_offers "tsmctl -d " "0000:01:00.0 0000:01:00.1 0001:02:00.0"
	assert_offers "tsmctl --device=" "0000:01:00.0 0000:01:00.1 0001:02:00.0"
	assert_offers "tsmctl -d 0001" "0001:02:00.0"
	assert_offers "tsmctl -d 0000:" "01:00.0 01:00.1"
	assert_offers "tsmctl --device 0000:01:00.1" "00.1"
	assert_offers "tsmctl --device=0000:01:0" "00.0 00.1"
	assert_offers "tsmctl -d 0000:01:00.0 set-state r" "run"
	rm -r "$BATS_TEST_TMPDIR/root/sys"
	assert_offers "tsmctl -d " ""
}

@test "processes: those that hold /dev/iommu" {
	faked_root
	assert_offers "tsmctl --attach " ""
	touch "$BATS_TEST_TMPDIR/root/dev/iommu"
	sleep 60 3>&- 4<"$BATS_TEST_TMPDIR/root/dev/iommu" 5<"$BATS_TEST_TMPDIR/root/dev/iommu" &
	local holder=$!
	assert_offers "tsmctl --attach " "$holder"
	kill "$holder"
}

@test "a word list without : and = in COMP_WORDBREAKS is not cut" {
	faked_root
	# shellcheck source=/dev/null
	source "$COMPLETION"
	COMP_WORDBREAKS=' ' COMP_WORDS=(tsmctl -d 0000:01:00.1) COMP_CWORD=2 COMPREPLY=()
	_tsmctl tsmctl 0000:01:00.1 -d
	assert_equal "${COMPREPLY[*]}" 0000:01:00.1
	COMP_WORDS=(tsmctl --arch=t) COMP_CWORD=1
	_tsmctl tsmctl --arch=t tsmctl
	assert_equal "${COMPREPLY[*]}" tdx
}
