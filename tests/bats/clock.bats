#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# Days far away, and a clock that is set while tsmctl runs.
# shellcheck disable=SC2154 # run sets status, output and stderr

load helper

readonly TDI=0000:01:00.0 ROOT=$TSMCTL_SOURCE/data/root.pem

# A library that gives another time can be put before tsmctl if that is linked dynamically, and nothing else is before it.
needs_faketime()
{
	if [[ $TSMCTL_SANITIZED != 0 || ${TSMCTL_EMULATED-} ]] || ! ldd "$TSMCTL_BIN" >/dev/null 2>&1; then
		skip "no library can be put before it"
	fi
}

# Usage: at TIME ARGUMENTS...
at()
{
	faketime "$1" timeout 60 "$TSMCTL_BIN" --sim -q "${@:2}"
}

@test "the year 2106 is a date like others, and so is 2500" {
	local day
	for day in 2106-02-07 2106-02-08 2500-01-01; do
		run_json cca -d "$TDI" -y verify --root "$ROOT" --at "$day"
		assert_success
		# shellcheck disable=SC2016 # a variable of jq
		assert_json '.data.checks[] | select(.check == "validity") | .detail | contains($day)' --arg day "$day"
	done
}

@test "on days beyond 2038, 2106 and before 1970 every command works, and tells that day" {
	needs_faketime
	local day seen
	for day in 2038-01-19 2106-02-08 2500-06-01 1969-12-31; do
		seen=$(faketime "$day 12:00:00" date -u +%F)
		assert_equal "$seen" "$day" # so the clock does say that
		cd "$BATS_TEST_TMPDIR" && rm -rf evidence recording
		run at "$day 12:00:00" -d "$TDI" -j info
		assert_json '.data.device == "0000:01:00.0"'
		run --separate-stderr at "$day 12:00:00" monitor -d "$TDI" --sim="$TSMCTL_SOURCE/tests/golden/input/events.json" \
			--evidence --interval 0.01 --count 1
		[[ $output == "${day}T12:00:0"?.???Z* ]] || fail "$day: $output"
		at "$day 12:00:00" -d "$TDI" save evidence
		at "$day 12:00:00" --record recording -d "$TDI" list
		run at "$day 12:00:00" diff evidence "$TDI"
		assert_success
		run faketime "$day 12:00:00" "$TSMCTL_BIN" --replay recording -d "$TDI" list
		assert_success
		run jq -e '.calls | all(.us < 60000000)' recording
		assert_success
	done
}

@test "certificates are judged by the day that it is" {
	needs_faketime
	built_with verify || skip "built without libcrypto"
	# Valid to the last second before 32 bits end; those of the simulator are without end.
	faketime '2106-01-31 00:00:00' openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 \
		-keyout /dev/null -subj /CN=short -out "$BATS_TEST_TMPDIR/short.pem" 2>/dev/null
	run at '2106-02-01 00:00:00' verify --certs "$BATS_TEST_TMPDIR/short.pem" --root "$BATS_TEST_TMPDIR/short.pem"
	assert_output --partial 'valid on 2106-02-01'
	run at '2106-02-08 00:00:00' verify --certs "$BATS_TEST_TMPDIR/short.pem" --root "$BATS_TEST_TMPDIR/short.pem"
	assert_failure 8
	assert_output --partial 'expired on 2106-02-02'
	run at '2106-02-08 00:00:00' -d "$TDI" -y verify --root "$ROOT"
	assert_success
	assert_output --partial 'valid on 2106-02-08'
}

# Usage: assert_between WHAT VALUE LEAST MOST
assert_between()
{
	(($2 >= $3 && $2 <= $4)) || fail "$1: $2"
}

@test "a clock that is set meanwhile neither shortens a wait nor lengthens it" {
	needs_faketime
	local rate begin
	for rate in 'x100000' 'x0.00001'; do
		begin=$(date +%s%N)
		FAKETIME_DONT_FAKE_MONOTONIC=1 run faketime -f "@2038-01-19 03:14:00 $rate" timeout 60 "$TSMCTL_BIN" --sim -q \
			monitor --interval 0.05 --timeout 0.5
		assert_success
		assert_between "$rate, ms" $((($(date +%s%N) - begin) / 1000000)) 500 20000
	done
}
