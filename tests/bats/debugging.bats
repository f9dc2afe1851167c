#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# The transcripts of README.md and docs/debugging.md and the scenarios of tsmctl-sim(7) are true.
# shellcheck disable=SC2154 # run sets status, output and stderr

load helper

setup()
{
	cd "$BATS_TEST_TMPDIR" || return
	mkdir bin
	ln -s "$TSMCTL_BIN" bin/tsmctl
	PATH=$PWD/bin:$PATH
}

# Fails unless each command of the page on standard input, behind "    $ ", prints what stands below it, and there are as
# many as that. Usage: assert_transcripts COUNT
assert_transcripts()
{
	local i command expected count=0
	# Cut into commands and what they print, one pair of files each; "cat" shows a scenario to be made.
	awk '/^    \$ / { n++; print substr($0, 7) >("command-" n); printf "" >("output-" n); next }
		/^    / || !NF { if (n) print substr($0, 5) >("output-" n) }'
	for ((i = 1; ; i++)); do
		[[ -e command-$i ]] || break
		command=$(<"command-$i") expected=$(<"output-$i")
		if [[ $command == 'cat '* ]]; then
			printf '%s\n' "$expected" >"${command#cat }"
			continue
		fi
		TSMCTL_SIM=cca run bash -c "$command"
		output=$(sed -e '/^tsmctl: simulated kernel/d' -e 's/ *$//' <<<"$output")
		assert_equal "$command"$'\n'"$output" "$command"$'\n'"$expected"
		count=$((count + 1))
	done
	assert_equal "$count" "$1"
}

@test "each transcript of README.md comes out as it is written, and its other commands work" {
	local page=$TSMCTL_SOURCE/README.md line count=0
	assert_transcripts 3 < <(sed -n '/^## Try it/,/^## What it does/p' "$page")
	while IFS= read -r line; do
		TSMCTL_SIM=cca run bash -c "$line"
		assert_equal "$line: $status" "$line: 0"
		count=$((count + 1))
	done < <(sed -n '/^## What it does/,/^## Is the evidence/s/^    \(tsmctl.*\)/\1/p' "$page")
	((count == 4)) || fail "$count commands"
}

@test "each transcript of docs/debugging.md comes out as it is written" {
	assert_transcripts 24 <"$TSMCTL_SOURCE/docs/debugging.md"
	assert_equal "$(grep -c '^## ' "$TSMCTL_SOURCE/docs/debugging.md")" 10
}

@test "each scenario of tsmctl-sim(7) is one" {
	awk '/^    \{/ { n++ } /^    [ {]/ && n { print >("scenario-" n ".json") }' <(
		sed -n '/^# EXAMPLES/,/^# SEE/p' "$TSMCTL_SOURCE/docs/tsmctl-sim.7.md")
	local file count=0
	for file in scenario-*.json; do
		run_json "./$file" list
		assert_success
		count=$((count + 1))
	done
	((count == 4)) || fail "$count scenarios"
}

@test "tsmctl-sim(7) names every key, fault and call that a scenario may have" {
	local word page
	page=$(sed 's/\\_/_/g' "$TSMCTL_SOURCE/docs/tsmctl-sim.7.md")
	while read -r word; do
		grep -qw -e "$word" <<<"$page" || fail "$word is not in the page"
	done < <(sed -n '/^#include/,$p' "$TSMCTL_SOURCE/src/kernel/sim/scenario.c" |
		grep -oE '\{"[a-z_]+", (JSON|FAULT)_|"(open|ioctl|[a-z]+_[a-z]+)"[,}]' | grep -oE '"[a-z_]+"' | tr -d '"' | sort -u)
}
