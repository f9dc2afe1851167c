#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# What is done again and again: memory, descriptors, files and directories stay as large as they were.
# shellcheck disable=SC2154 # run sets status, output and stderr

load helper

readonly HELD=0000:01:00.0 FREE=0000:01:00.1

setup()
{
	cd "$BATS_TEST_TMPDIR" || return
}

# Fails unless the lines, repeated MANY times in a batch, leave memory and descriptors as they were after FEW. A page or two
# come and go with the heap. Usage: assert_flat FEW MANY 'LINES' OPTIONS...
assert_flat()
{
	run --separate-stderr timeout 120 "$TSMCTL_SOURCE/tests/bats/growth.py" "${@:1:3}" "$TSMCTL_BIN" --sim -q -y "${@:4}" \
		--keep-going --batch -
	assert_success
	[[ $output == *" 0" ]] || fail "$3: descriptors: $output"
	# Sanitizers keep for a while what is freed.
	[[ $TSMCTL_SANITIZED != 0 ]] || ((${output% *} < 100)) || fail "$3: KiB: $output"
}

@test "a batch of thousands of lines grows by no memory and no descriptor" {
	skip_emulated
	assert_flat 500 5000 "info" -d "$HELD"
	assert_flat 500 2000 "list -j" # as text, between commands whose mark is text, too
	assert_flat 500 5000 "no-such-command --with-option"
	assert_flat 100 1000 "read-object cert" -d "$HELD"
	assert_flat 100 1000 "diff $HELD $FREE"
	assert_flat 100 1000 $'use 01:00.0\nuse 01:00.1\ninfo cert'
	assert_flat 100 1000 $'--sim=sev list\nlist'
	assert_flat 100 500 "--record record --force info" -d "$HELD"
	assert_flat 50 300 "regen report" -d "$HELD"
	assert_flat 50 300 $'set-state locked\nset-state unlocked' -d "$FREE"
}

@test "a monitor of thousands of events grows by no memory and tells each" {
	skip_emulated
	local file pid before after seen
	file=$(scenario events "$(jq -nc --arg free "$FREE" '{events: [range(8000) | {after_ms: (. * 3 | floor / 8 | floor),
		event: ("hold", "release"), device: $free}]}')")
	"$TSMCTL_BIN" --sim="$file" -q monitor --interval 0.01 --timeout 4 >events 3>&- &
	pid=$!
	sleep 1
	before=$(awk '/^VmRSS:/ { print $2 }' "/proc/$pid/status")
	sleep 2
	after=$(awk '/^VmRSS:/ { print $2 }' "/proc/$pid/status")
	wait "$pid"
	seen=$(grep -c -E 'held|released' events)
	((seen > 100)) || fail "$seen events"
	[[ $TSMCTL_SANITIZED != 0 ]] || ((after - before < 100)) || fail "$before KiB, then $after"
}

@test "the simulator's state is as large after hundreds of changes as after the first" {
	local first last
	sim cca -d "$HELD" -y regen report >/dev/null
	first=$(stat -c %s "$TSMCTL_SIM_STATE")
	printf 'regen report\n%.0s' {1..200} >lines
	sim cca -d "$HELD" -y --batch lines >/dev/null
	last=$(stat -c %s "$TSMCTL_SIM_STATE")
	((last - first <= 4)) || fail "$first bytes, then $last" # the generation has more digits
	run_json cca -d "$HELD" info
	assert_json '.data.objects | all(.generation == 202)'
}

@test "the last generation is followed by another that is not it, and none is taken for another" {
	local file
	file=$(scenario last "{\"devices\": [{\"device\": \"$HELD\", \"generation\": 4294967295}]}")
	run_json "$file" -d "$HELD" -y regen report
	assert_json '.data | .generation_before == 4294967295 and .generation_after != .generation_before'
	run_json "$file" -d "$HELD" info
	assert_success
}

@test "a directory where files are written again and again holds these files alone" {
	local i
	for i in {1..25}; do
		sim cca -d "$HELD" save "evidence-$i" >/dev/null
		rm -r "evidence-$i"
		sim cca -d "$HELD" --force read-object cert -o object >/dev/null
		sim cca -d "$HELD" --force --record record info >/dev/null
		run sim cca -d "$HELD" save object
		assert_failure 6
	done
	assert_equal "$(find . -type f ! -name 'sim-state*' -printf '%P ' | sort)" 'object record '
	assert_equal "$(find . -mindepth 1 -type d)" ''
}
