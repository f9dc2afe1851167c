#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# Two at once on one device: nothing is lost, nobody waits for ever.
# shellcheck disable=SC2154 # run sets status, output and stderr

load helper

readonly TDI=0000:01:00.0
readonly ROUNDS=100

# What the simulated VMM's function says of itself. Usage: generation
generation()
{
	sim cca -d "$TDI" -j info | jq '[.data.objects[].generation] | max'
}

# Regenerates often; each success bumps the generation by one. Usage: regenerate FILE
regenerate()
{
	local i
	for ((i = 0; i < ROUNDS; i++)); do
		sim cca -d "$TDI" -y regen report --quiet >/dev/null 2>>"$1" && echo . >>"$1.done"
	done
	true
}

@test "two that change one function 200 times: no change is lost" {
	local before after done_by_both
	before=$(generation)
	regenerate "$BATS_TEST_TMPDIR/a" &
	regenerate "$BATS_TEST_TMPDIR/b"
	wait
	after=$(generation)
	done_by_both=$(cat "$BATS_TEST_TMPDIR"/{a,b}.done | wc -l)
	assert_equal $((after - before)) "$done_by_both"
	# Whoever did not get through was told why.
	assert_equal "$(cat "$BATS_TEST_TMPDIR"/{a,b} | grep -c '^tsmctl: ')" $((2 * ROUNDS - done_by_both))
	((done_by_both > ROUNDS)) || fail "only $done_by_both of $((2 * ROUNDS)) got through"
}

@test "readers beside a writer see whole documents" {
	local i document
	regenerate "$BATS_TEST_TMPDIR/writer" 3>&- &
	for ((i = 0; i < 60; i++)); do
		document=$(sim cca -d "$TDI" -j info)
		jq -e '.data.device' <<<"$document" >/dev/null || fail "round $i: no document: $document"
	done
	wait
}

# An own session that stays: its lines come through descriptor 8.
hold()
{
	local i
	mkfifo "$BATS_TEST_TMPDIR/lines"
	"$TSMCTL_BIN" --sim=cca -q -d 0000:01:00.1 -v -b - <"$BATS_TEST_TMPDIR/lines" >"$BATS_TEST_TMPDIR/held" 3>&- &
	holder=$!
	exec 8>"$BATS_TEST_TMPDIR/lines"
	echo "set-state locked -y" >&8
	for ((i = 0; i < 500; i++)); do
		grep -q . "$BATS_TEST_TMPDIR/held" && return
		sleep 0.02
	done
	fail "it says nothing"
}

@test "a function in another's own session is busy, 200 times, until that ends" {
	local i
	hold
	for ((i = 0; i < 200; i++)); do
		sim cca -d 0000:01:00.1 -y set-state locked 2>>"$BATS_TEST_TMPDIR/said" && fail "round $i: not busy"
	done
	assert_equal "$(grep -c '(EBUSY)' "$BATS_TEST_TMPDIR/said")" 200
	run_json cca -d 0000:01:00.1 -y set-state locked
	assert_failure 6
	assert_json '.error | .code == "EBUSY" and .class == "state" and .uncertain == false and (.hint | length) > 0'
	# Of another machine it is not, and the other function is free.
	sim sev -d 0000:01:00.1 -y set-state locked
	sim cca -d "$TDI" --vdevice 1 -y set-state locked
	echo "set-state unlocked -y" >&8
	exec 8>&-
	wait "$holder" || fail "$(cat "$BATS_TEST_TMPDIR/held")"
	sim cca -d 0000:01:00.1 -y set-state locked
}

@test "one that was killed holds nothing" {
	hold
	kill -9 "$holder"
	wait "$holder" || true
	exec 8>&-
	sim cca -d 0000:01:00.1 -y set-state locked
}

@test "a function that another process has is busy, and said to be" {
	run_json "$(scenario busy '{"faults": [{"kind": "errno", "call": "open", "nth": 3, "errno": "EBUSY"}]}')" \
		-d 0000:01:00.1 -y set-state locked
	assert_failure 6
	assert_json '.error | .code == "EBUSY" and .class == "state" and (.hint | length) > 0'
}
