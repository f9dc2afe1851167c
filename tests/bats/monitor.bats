#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# Changes as they happen: what a scenario lets happen, what another process does, and how the watching ends.
# shellcheck disable=SC2154 # run sets status, output and stderr

load helper

readonly TDI=0000:01:00.0

# Runs monitor on a scenario with these events. Usage: run_events 'EVENTS' ARGUMENTS...
run_events()
{
	local file
	file=$(scenario events "{\"devices\": [{\"device\": \"0000:05:00.0\", \"present\": false}], \"events\": [$1]}")
	run --separate-stderr sim "$file" monitor "${@:2}"
}

# The documents in $output as "event device" lines, each held to the schema.
events()
{
	jq -r '.data | "\(.event) \(.device // "-")"' <<<"$output"
}

assert_documents()
{
	assert_schema
	jq -e -s 'all(.schema == "tsmctl/1" and .command == "monitor" and .backend == "sim")' <<<"$output" >/dev/null
	assert_equal "$(wc -l <<<"$output")" "$(jq -s length <<<"$output")"
}

@test "connect, disconnect, bind, unbind, held, released, in their order, with their TSM and process" {
	run_events '{"after_ms": 10, "event": "connect", "device": "0000:02:00.0"},
		{"after_ms": 30, "event": "disconnect", "device": "0000:02:00.0"},
		{"after_ms": 50, "event": "unbind", "device": "0000:01:00.0"},
		{"after_ms": 70, "event": "bind", "device": "0000:01:00.0"},
		{"after_ms": 90, "event": "hold", "device": "0000:01:00.1"},
		{"after_ms": 110, "event": "release", "device": "0000:01:00.1"}' --interval 0.01 -j --count 6 --timeout 20
	assert_success
	assert_equal "$stderr" ""
	assert_documents
	assert_equal "$(events)" "connect 0000:02:00.0
disconnect 0000:02:00.0
unbind $TDI
bind $TDI
held 0000:01:00.1
released 0000:01:00.1"
	jq -e -s '(.[0:4] | all(.data.tsm == "tsm0" and .data.pid == null)) and
		(.[4:] | all(.data.pid == 4242 and .data.comm == "qemu"))' <<<"$output" >/dev/null
}

@test "a dry run watches like any other: looking changes nothing" {
	run_events '{"after_ms": 50, "event": "connect", "device": "0000:02:00.0"}' --dry-run -j --interval 0.05 --count 1 --timeout 20
	assert_success
	assert_documents
	assert_equal "$(events)" "connect 0000:02:00.0"
}

@test "the VMM's end is told before what follows from it" {
	run_events '{"after_ms": 10, "event": "vmm_exit"}' --interval 0.01 -j --count 2 --timeout 20
	assert_success
	assert_documents
	assert_equal "$(events)" "vmm-gone $TDI
unbind $TDI"
	jq -e -s '.[0].data | .pid == 4242 and .comm == "qemu"' <<<"$output" >/dev/null
}

@test "what the kernel announces is told at once, whatever the interval" {
	run_events '{"after_ms": 10, "event": "function_add", "device": "0000:05:00.0"},
		{"after_ms": 30, "event": "function_remove", "device": "0000:05:00.0"},
		{"after_ms": 50, "event": "tsm_remove"},
		{"after_ms": 70, "event": "tsm_add"}' --interval 3600 -j --timeout 1
	assert_success
	assert_documents
	assert_equal "$(events | head -n 3)" "function-added 0000:05:00.0
function-removed 0000:05:00.0
tsm-removed -"
	assert_equal "$(events | grep -c -e '^disconnect 0000:01:00.[01]$' -e '^function-removed')" 6
	assert_equal "$(events | sed -n '/tsm-added/,$p')" "tsm-added -
function-added $TDI
function-added 0000:01:00.1
function-added 0000:02:00.0"
}

@test "what is not announced waits for the interval" {
	run_events '{"after_ms": 10, "event": "disconnect", "device": "0000:01:00.1"}' --interval 3600 --timeout 0.3
	assert_success
	refute_output
}

@test "a lost announcement is told, and what it was is found" {
	run_events '{"after_ms": 10, "event": "disconnect", "device": "0000:01:00.1"}, {"after_ms": 20, "event": "lost"}' \
		--interval 3600 -j --count 2 --timeout 20
	assert_success
	assert_documents
	assert_equal "$(events)" "lost -
disconnect 0000:01:00.1"
}

@test "text: a line each, in columns, with the time in UTC" {
	run_events '{"after_ms": 10, "event": "connect", "device": "0000:02:00.0"},
		{"after_ms": 30, "event": "regenerate", "device": "0000:01:00.0"},
		{"after_ms": 50, "event": "vmm_exit"},
		{"after_ms": 70, "event": "lost"}' --interval 0.01 --evidence --count 6 --timeout 20
	assert_success
	local time='^20[0-9]{2}-[01][0-9]-[0-3][0-9]T[0-2][0-9]:[0-5][0-9]:[0-5][0-9]\.[0-9]{3}Z'
	assert_line --index 0 --regexp "$time  0000:02:00\.0  connect           tsm0$"
	assert_line --index 1 --regexp "$time  $TDI  regenerated       measurements; generation 1 -> 2$"
	assert_line --index 2 --regexp "$time  $TDI  vmm-gone          qemu\[4242\]$"
	assert_line --index 3 --regexp "$time  $TDI  unbind            tsm0$"
	assert_line --index 4 --regexp "$time  $TDI  regenerated       report; generation 2 -> 3$"
	assert_line --index 5 --regexp "$time  -             lost              the kernel dropped announcements"
	assert_equal "${#lines[@]}" 6
	run date -u -d "${lines[0]%% *}" +%s
	assert_success
	((output > $(date +%s) - 100 && output <= $(date +%s) + 1)) || fail "the time is not now"
}

@test "evidence: what another process regenerates is seen, with its generations; without --evidence it is not" {
	tsmctl --sim=cca -q monitor -j --evidence --interval 0.05 --count 1 --timeout 30 >"$BATS_TEST_TMPDIR/out" &
	local pid=$!
	tsmctl --sim=cca -q monitor -j --interval 0.05 --timeout 3 >"$BATS_TEST_TMPDIR/plain" &
	local plain=$!
	sleep 1
	sim cca -d "$TDI" -y regen measurements >/dev/null
	wait "$pid"
	wait "$plain"
	output=$(<"$BATS_TEST_TMPDIR/out")
	assert_json '.data | .event == "regenerated" and .device == "0000:01:00.0" and .generation_before == 1 and
		.generation_after == 2 and .objects == ["measurements"]'
	[[ ! -s $BATS_TEST_TMPDIR/plain ]] || fail "$(<"$BATS_TEST_TMPDIR/plain")"
}

@test "evidence: noticed also where nothing counts generations; a kernel without a family is said at once" {
	local file
	for family in pci-tsm device-evidence; do
		file=$(scenario sev "{\"arch\": \"sev\", \"family\": \"$family\",
			\"events\": [{\"after_ms\": 10, \"event\": \"regenerate\", \"device\": \"$TDI\"}]}")
		run --separate-stderr sim "$file" monitor -j --evidence --interval 0.05 --count 1 --timeout 20
		assert_success
		# shellcheck disable=SC2016 # a variable of jq
		assert_json '.data | .event == "regenerated" and .objects == ["measurements"] and
			(.generation_before == .generation_after) and (.generation_after == 1 or $none)' \
			--argjson none "$([[ $family == pci-tsm ]] && echo true || echo false)"
	done
	run --separate-stderr sim cca,family=none -j monitor --evidence
	assert_failure 5
	assert_json '.error.hint | length > 0'
	file=$(scenario denied '{"faults": [{"kind": "nl_done", "errno": "EPERM"}]}')
	run_json "$file" monitor --evidence
	assert_failure 3
	assert_json '.error.code == "EPERM"'
}

@test "--device watches one function; one that is not there is an error" {
	run_events '{"after_ms": 10, "event": "connect", "device": "0000:02:00.0"},
		{"after_ms": 30, "event": "unbind", "device": "0000:01:00.0"},
		{"after_ms": 50, "event": "tsm_remove"}' -d 01:00.0 -j --interval 0.01 --count 3 --timeout 20
	assert_success
	assert_documents
	assert_equal "$(events)" "unbind $TDI
disconnect $TDI
function-removed $TDI"
	assert_refused 4 0000:77:00.0 cca -d 77:00.0 monitor
}

@test "--timeout ends it with 0, --count after that many events" {
	local before=$EPOCHREALTIME
	run --separate-stderr sim cca monitor --timeout 0.5
	assert_success
	refute_output
	(((${EPOCHREALTIME/./} - ${before/./}) / 1000 >= 500)) || fail "ended before its time"
	run_events '{"after_ms": 10, "event": "tsm_remove"}' --count 2 --timeout 20
	assert_success
	assert_equal "${#lines[@]}" 2
}

@test "wrong times, counts and columns are usage errors, at once" {
	local value
	for value in 0 0.001 -1 1e3 '' . 1. .5 '1 ' 99999999999999999999 x; do
		assert_usage_error "'$value' is not a time" --sim -q monitor "--interval=$value"
	done
	assert_usage_error "'-1' is not a time" --sim -q monitor --timeout=-1
	for value in 0 -1 1.5 99999999999999999999999; do
		assert_usage_error "'$value' is not a number of events" --sim -q monitor "--count=$value"
	done
	run --separate-stderr sim cca monitor --columns frob
	assert_failure 2
	assert_equal "${stderr_lines[0]}" "tsmctl: unknown column 'frob'"
}

@test "it is neither recorded nor replayed" {
	local option
	sim cca --record "$BATS_TEST_TMPDIR/old.json" list >/dev/null
	for option in "--sim --record=$BATS_TEST_TMPDIR/new.json" "--replay=$BATS_TEST_TMPDIR/old.json"; do
		# shellcheck disable=SC2086
		run --separate-stderr tsmctl -q -j $option monitor --timeout 0
		assert_failure 2
		assert_json '.error.message | contains("neither recorded nor replayed")'
	done
}

@test "columns can be chosen" {
	run_events '{"after_ms": 10, "event": "connect", "device": "0000:02:00.0"}' --interval 0.01 --count 1 --timeout 20 \
		--columns event,device
	assert_success
	assert_output --regexp '^connect +0000:02:00.0$'
}

@test "each line is there when it happens" {
	local file line
	file=$(scenario one '{"events": [{"after_ms": 10, "event": "connect", "device": "0000:02:00.0"}]}')
	coproc MONITOR { exec "$TSMCTL_BIN" --sim="$file" -q -j monitor --interval 0.02 --timeout 60; }
	# shellcheck disable=SC2153 # the coprocess sets MONITOR_PID
	local pid=$MONITOR_PID
	read -r -t 20 -u "${MONITOR[0]}" line || fail "nothing came"
	kill -0 "$pid"
	kill -INT "$pid"
	wait "$pid"
	output=$line
	assert_json '.data.event == "connect"'
}

@test "SIGINT and SIGTERM end it quietly with 0, also in the middle of a wait" {
	local signal pid
	for signal in INT TERM; do
		# A shell's background process ignores SIGINT; env gives it back.
		env --default-signal=INT "$TSMCTL_BIN" --sim -q monitor --interval 3600 \
			>"$BATS_TEST_TMPDIR/out" 2>"$BATS_TEST_TMPDIR/err" &
		pid=$!
		settle
		kill "-$signal" "$pid"
		wait "$pid"
		[[ ! -s $BATS_TEST_TMPDIR/out && ! -s $BATS_TEST_TMPDIR/err ]]
	done
}

@test "a closed pipe ends it quietly, before and after an event" {
	local file
	file=$(scenario many '{"events": [{"after_ms": 10, "event": "connect", "device": "0000:02:00.0"},
		{"after_ms": 60, "event": "disconnect", "device": "0000:02:00.0"}]}')
	run --separate-stderr bash -c "'$TSMCTL_BIN' --sim='$file' -q monitor --interval 0.02 | head -n 1
		echo \"\${PIPESTATUS[0]}\""
	assert_line --index 0 --partial connect
	assert_line --index 1 141
	assert_equal "$stderr" ""
	run --separate-stderr timeout 20 bash -c "'$TSMCTL_BIN' --sim -q monitor --interval 3600 | true
		echo \"\${PIPESTATUS[0]}\""
	assert_output 141
	assert_equal "$stderr" ""
}

@test "a full disk fails it" {
	[[ -w /dev/full ]] || skip "no /dev/full"
	local file
	file=$(scenario one '{"events": [{"after_ms": 10, "event": "connect", "device": "0000:02:00.0"}]}')
	run --separate-stderr bash -c "'$TSMCTL_BIN' --sim='$file' -q monitor --interval 0.02 --timeout 20 >/dev/full"
	assert_failure 1
	[[ $stderr == *ENOSPC* ]]
}

@test "without announcements the interval does, and a note says so" {
	local file
	file=$(scenario deaf '{"faults": [{"kind": "errno", "call": "uevent_open", "errno": "EPERM"}],
		"events": [{"after_ms": 10, "event": "tsm_remove"}]}')
	run --separate-stderr tsmctl --sim="$file" monitor --interval 0.02 --count 1 --timeout 20
	assert_success
	assert_output --partial tsm-removed
	[[ $stderr == *"announcements"*"EPERM"* ]] || fail "$stderr"
}

@test "an error in the middle is the last document" {
	local file
	file=$(scenario broken '{"faults": [{"kind": "errno", "call": "nl_recv", "nth": 3, "errno": "EIO"}],
		"events": [{"after_ms": 10, "event": "connect", "device": "0000:02:00.0"}]}')
	run --separate-stderr sim "$file" -j monitor --interval 0.02 --timeout 20
	assert_failure 1
	assert_schema
	jq -e -s '.[0].data.event == "connect" and (.[-1].error | .code == "EIO" and .exit == 1)' <<<"$output" >/dev/null
}

@test "--trace shows the announcement" {
	run_events '{"after_ms": 10, "event": "function_add", "device": "0000:05:00.0"}' --trace --count 1 --timeout 20
	assert_success
	[[ $stderr == *" uevent=add@/devices/pci0000:00/0000:00:05.0/0000:05:00.0 "* ]] || fail "$stderr"
}

@test "events of a scenario are checked" {
	local events
	for events in '{"after_ms": 1}' '{"event": "frob"}' '{"event": "connect"}' \
		'{"event": "connect", "device": "0000:99:00.0"}' '{"event": "lost", "more": 1}' \
		'{"event": "regenerate", "device": "0000:01:00.0", "type": "vca"}' \
		'{"event": "lost", "after_ms": 2}, {"event": "lost", "after_ms": 1}'; do
		run_events "$events" --timeout 0
		assert_failure 1
	done
}

@test "hundreds of looks leave nothing behind" {
	[[ ${TSMCTL_SANITIZED:-} != 1 ]] || skip "a sanitized binary has other costs"
	skip_emulated
	"$TSMCTL_BIN" --sim -q monitor --evidence --interval 0.01 --timeout 60 >"$BATS_TEST_TMPDIR/out" 2>&1 &
	local pid=$! first last
	sleep 1
	first=$(awk '/VmRSS/ {print $2}' "/proc/$pid/status") last=$(find "/proc/$pid/fd" | wc -l)
	sleep 4
	assert_equal "$(find "/proc/$pid/fd" | wc -l)" "$last"
	last=$(awk '/VmRSS/ {print $2}' "/proc/$pid/status")
	kill -TERM "$pid"
	wait "$pid"
	((last <= first + 64)) || fail "grew from $first to $last KiB"
}
