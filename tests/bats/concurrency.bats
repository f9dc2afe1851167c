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

@test "a function that another process has is busy, and said to be" {
	run_json "$(scenario busy '{"faults": [{"kind": "errno", "call": "open", "nth": 3, "errno": "EBUSY"}]}')" \
		-d 0000:01:00.1 -y set-state locked
	assert_failure 6
	assert_json '.error | .code == "EBUSY" and .class == "state" and (.hint | length) > 0'
}
