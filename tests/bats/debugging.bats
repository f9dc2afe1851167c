#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# The transcripts of docs/debugging.md and the scenarios of tsmctl-sim(7) are true.
# shellcheck disable=SC2154 # run sets status, output and stderr

load helper

setup()
{
	cd "$BATS_TEST_TMPDIR" || return
	mkdir bin
	ln -s "$TSMCTL_BIN" bin/tsmctl
	PATH=$PWD/bin:$PATH
}

@test "each transcript of docs/debugging.md comes out as it is written" {
	# Cut into commands and what they print, one pair of files each; "cat" shows a scenario to be made.
	awk '/^    \$ / { n++; print substr($0, 7) >("command-" n); printf "" >("output-" n); next }
		/^    / || !NF { if (n) print substr($0, 5) >("output-" n) }' \
		"$TSMCTL_SOURCE/docs/debugging.md"
	local i command expected count=0
	for ((i = 1; ; i++)); do
		[[ -e command-$i ]] || break
		command=$(<"command-$i") expected=$(<"output-$i")
		if [[ $command == 'cat '* ]]; then
			printf '%s\n' "$expected" >"${command#cat }"
			continue
		fi
		TSMCTL_SIM=cca run bash -c "$command"
		# shellcheck disable=SC2001 # blanks at the end of each line
		assert_equal "$command"$'\n'"$(sed 's/ *$//' <<<"$output")" "$command"$'\n'"$expected"
		count=$((count + 1))
	done
	((count >= 20)) || fail "only $count commands"
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
