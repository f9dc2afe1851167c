#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# --record and --replay: each command's recording gives the same result again, and nothing but that.
# shellcheck disable=SC2154 # run sets status, output and stderr

load helper

setup()
{
	TAPE=$BATS_TEST_TMPDIR/tape.json
	cd "$BATS_TEST_TMPDIR" || return
}

# Runs a command on the simulated kernel and records it, replays the recording without that kernel, and fails unless both
# end alike: same exit status, same standard output but for the name of the back end, same error.
# Usage: assert_replays SCENARIO ARGUMENTS...
assert_replays()
{
	local scenario=$1 expected expected_status expected_error
	shift
	rm -f "$TAPE"
	run --separate-stderr tsmctl -q --sim="$scenario" --record "$TAPE" "$@"
	expected=${output/'"backend":"sim"'/'"backend":"replay"'}
	expected_status=$status expected_error=$stderr
	[[ -f $TAPE ]] || fail "$scenario, $*: no recording: $stderr"
	TSMCTL_SIM_STATE=/nonexistent/state run --separate-stderr tsmctl -q --replay "$TAPE" "$@"
	assert_equal "$scenario, $*: $status" "$scenario, $*: $expected_status"
	assert_equal "$scenario, $*: $output" "$scenario, $*: $expected"
	assert_equal "$scenario, $*: $stderr" "$scenario, $*: $expected_error"
	[[ $status != 0 ]] || ((++succeeded))
}

# Every command that talks to the kernel, in an order in which most of them succeed; at least LEAST must, so that it is
# more than errors what is compared.
# Usage: assert_all_replay LEAST SCENARIO [OPTIONS]
assert_all_replay()
{
	local least=$1 scenario=$2 succeeded=0 words
	shift 2
	tsmctl sim reset >/dev/null
	while read -r -a words; do
		assert_replays "$scenario" -y --force "$@" "${words[@]}"
	done <<-'END'
		list
		doctor
		info
		info cert report
		read-object cert
		read-object vca --hex
		read-object report
		read-object report --digest
		regen measurements
		regen report
		regen measurements --raw-blocks
		set-state locked -v
		validate-mmio 0x80000000 +0x4000 0x8000000 -v
		set-state run -v
		sev-dma enable -v
		set-state unlocked --dry-run
		set-state unlocked -v
		accept-generation 1
	END
	((succeeded >= least)) || fail "$scenario, $*: only $succeeded commands succeeded"
}

@test "every command replays, under each architecture" {
	local arch
	for arch in cca sev tdx; do
		assert_all_replay 12 "$arch" -d 01:00.0
		assert_all_replay 11 "$arch" -d 01:00.0 -j --source ioctl
	done
}

@test "every command replays, under each profile" {
	local abi
	for abi in op48-2026-09 op48-interim op48-2026-06 scope40-v5; do
		assert_all_replay 12 "cca,abi=$abi,family=none" -d 01:00.0 -j
	done
	for abi in amd-packed48 none unknown; do
		assert_all_replay 3 "cca,abi=$abi,family=none" -d 01:00.0 -j
	done
}

@test "every command replays in an own session" {
	local abi
	for abi in op48-2026-09 op48-interim scope40-v5; do
		assert_all_replay 10 "cca,abi=$abi" -d 01:00.1 -j --source ioctl
	done
}

@test "every command replays over the other evidence family, and for other targets" {
	assert_all_replay 12 cca,family=pci-tsm -d 01:00.0 -j
	assert_all_replay 12 cca --attach 4242 --vdevice 1 -j
	assert_all_replay 3 cca -d 02:00.0 -j
	assert_all_replay 2 cca -d 09:00.0 -j
}

@test "another argument fails, and says which call differs and how" {
	tsmctl --sim --record "$TAPE" -d 01:00.0 -y set-state locked
	run --separate-stderr tsmctl --replay "$TAPE" -d 01:00.0 -y set-state run
	assert_failure 1
	refute_output
	assert_regex "$stderr" 'call [0-9]+, ioctl: "request" is "02000000" and was "01000000" when recorded'
	run --separate-stderr tsmctl --replay "$TAPE" -d 01:00.0 -y -j set-state run
	assert_failure 1
	assert_json '.backend == "replay" and .error.code == "REPLAY" and .error.class == "failed"'
	assert_json '.error.hint | contains("the command line that it was made with")'
	run --separate-stderr tsmctl --replay "$TAPE" -d 01:00.1 -y set-state locked
	assert_failure 1
	assert_regex "$stderr" 'call [0-9]+, read_link: "path" is .*01:00.1" and was .*01:00.0" when recorded'
	run --separate-stderr tsmctl --replay "$TAPE" list
	assert_failure 1
	assert_regex "$stderr" 'call [0-9]+'
}

@test "another nonce fails, which only an address leads to" {
	local nonce=("$(printf '11%.0s' {1..32})" "$(printf '22%.0s' {1..32})") regen=(-d 01:00.0 -y --source ioctl regen measurements)
	tsmctl -q --sim --record "$TAPE" "${regen[@]}" --nonce "${nonce[0]}"
	run tsmctl -q --replay "$TAPE" "${regen[@]}" --nonce "${nonce[0]}"
	assert_success
	run --separate-stderr tsmctl -q --replay "$TAPE" "${regen[@]}" --nonce "${nonce[1]}"
	assert_failure 1
	assert_regex "$stderr" '"pointed" is'
}

@test "a random nonce replays" {
	tsmctl -q --sim --record "$TAPE" -d 01:00.0 -y -j regen measurements >"$BATS_TEST_TMPDIR/then"
	run --separate-stderr tsmctl -q --replay "$TAPE" -d 01:00.0 -y -j regen measurements
	# shellcheck disable=SC2016 # a variable of jq
	assert_json '.data.nonce == $nonce' --arg nonce "$(jq -r .data.nonce "$BATS_TEST_TMPDIR/then")"
	jq -e --arg nonce "$(jq -r .data.nonce <<<"$output")" \
		'[.calls[] | select(.ask.call == "random").answer.bytes] == [$nonce]' "$TAPE"
}

@test "a changed byte fails, wherever it is" {
	local size offset byte
	tsmctl -q --sim --record "$TAPE" -d 01:00.0 read-object report
	size=$(stat -c %s "$TAPE")
	for ((offset = 7; offset < size - 4; offset += 211)); do
		byte=$(dd if="$TAPE" bs=1 skip="$offset" count=1 status=none)
		cp "$TAPE" "$TAPE.bad"
		printf %s "$(tr '0-9a-z"{}:,' '1-90b-za#()./' <<<"$byte")" |
			dd of="$TAPE.bad" bs=1 seek="$offset" conv=notrunc status=none
		cmp -s "$TAPE" "$TAPE.bad" && continue
		run --separate-stderr tsmctl -q --replay "$TAPE.bad" -d 01:00.0 read-object report
		assert_equal "byte $offset, $byte: $status, $output" "byte $offset, $byte: 1, "
	done
	head -c $((size / 2)) "$TAPE" >"$TAPE.bad"
	run --separate-stderr tsmctl -q --replay "$TAPE.bad" -d 01:00.0 read-object report
	assert_failure 1
	assert_regex "$stderr" 'byte [0-9]+'
}

@test "a dry run is another course than the change that was recorded" {
	tsmctl -q --sim --record "$TAPE" -d 01:00.0 -y set-state locked
	run tsmctl -q --replay "$TAPE" -d 01:00.0 -n set-state locked
	assert_failure 1
	assert_output --regexp 'call [0-9]+ is [a-z_]+ and was [a-z_]+ when recorded'
}

@test "a command that fails is recorded, too" {
	run --separate-stderr tsmctl --sim=cca,abi=none -j --record "$TAPE" -d 01:00.0 -y set-state locked
	assert_failure 5
	run --separate-stderr tsmctl --replay "$TAPE" -j -d 01:00.0 -y set-state locked
	assert_failure 5
	assert_json '.error.class == "unsupported"'
}

@test "the file is private and new, and a note says what is in it" {
	run --separate-stderr tsmctl --sim --record "$TAPE" list
	assert_success
	assert_equal "$(stat -c %a "$TAPE")" 600
	assert_regex "$stderr" 'nonces and evidence are part of it'
	jq -e '.schema == "tsmctl-recording/1" and .backend == "sim" and (.calls | length) > 0' "$TAPE"
	run --separate-stderr tsmctl --sim --record "$TAPE" list
	assert_failure
	refute_output
	assert_regex "$stderr" 'not overwritten'
	run --separate-stderr tsmctl -q --sim --record "$TAPE" --force list
	assert_success
	refute [ "$stderr" ]
}

@test "a recording that cannot be made stops the command before it changes anything" {
	run --separate-stderr tsmctl --sim --record /nonexistent/tape -d 01:00.0 -y set-state run --trace
	assert_failure 4
	refute_regex "$stderr" 'ioctl'
}

@test "a link, a device and a directory are not written to, whatever --force says" {
	ln -s /dev/full link
	ln -s missing dangling
	mkdir directory
	local target
	for target in link dangling directory /dev/full; do
		run --separate-stderr tsmctl -q --sim --record "$target" --force list
		assert_failure
		refute_output
		assert_regex "$stderr" "$target: not overwritten"
	done
	assert [ -L link ]
	refute [ -e missing ]
}

@test "a command that is killed leaves no recording, whole or in part" {
	local signal scenario
	scenario=$(scenario slow '{"faults": [{"kind": "delay", "call": "ioctl", "nth": 3, "delay_ms": 30000}]}')
	mkdir empty
	for signal in INT TERM KILL; do
		run timeout -s "$signal" 1 "$TSMCTL_BIN" -q --sim="$scenario" --record empty/tape -d 01:00.0 doctor
		assert_failure
		assert_equal "$signal: $(ls -A empty)" "$signal: "
	done
}

@test "where the recording finds no room, the command's own success is not denied" {
	no_room()
	{
		trap "" XFSZ
		ulimit -f 8
		tsmctl "$@"
	}
	run --separate-stderr no_room -q --sim --record "$TAPE" -d 01:00.0 -y set-state locked
	assert_failure 1
	assert_regex "$stderr" 'The command itself succeeded; only its recording is missing'
	refute [ -e "$TAPE" ]
	run --separate-stderr no_room -q --sim --record "$TAPE" -d 01:00.0 -j -y set-state run
	assert_failure 1
	assert_json '.error.code == "EFBIG" and (.error.hint | contains("itself succeeded"))'
	run --separate-stderr no_room -q --sim --record "$TAPE" -d 01:00.0 -y set-state run
	assert_failure 6
	refute_regex "$stderr" 'succeeded'
}

@test "a batch is one recording" {
	printf '%s\n' list 'read-object vca' 'set-state run' 'set-state locked' >lines
	run --separate-stderr tsmctl -q --sim --record "$TAPE" -j -y -d 01:00.0 --keep-going -b lines
	assert_failure 6
	local expected=${output//'"backend":"sim"'/'"backend":"replay"'}
	run --separate-stderr tsmctl -q --replay "$TAPE" -j -y -d 01:00.0 --keep-going -b lines
	assert_failure 6
	assert_equal "$output" "$expected"
	sed -i 2d lines
	run --separate-stderr tsmctl -q --replay "$TAPE" -j -y -d 01:00.0 --keep-going -b lines
	assert_failure
	refute_output "$expected"
}

@test "trace stands outside of a recording and of a replay" {
	tsmctl -q --sim --trace --record "$TAPE" -d 01:00.0 -y regen measurements 2>"$BATS_TEST_TMPDIR/then" >&2
	tsmctl -q --trace --replay "$TAPE" -d 01:00.0 -y regen measurements 2>"$BATS_TEST_TMPDIR/now" >&2
	run cmp "$BATS_TEST_TMPDIR/then" "$BATS_TEST_TMPDIR/now"
	assert_success
	assert_equal "$(grep -c ' ret=' "$BATS_TEST_TMPDIR/now")" "$(jq '.calls | length' "$TAPE")"
}

@test "an object of 16 MiB is recorded and replayed" {
	local source
	cat >"$BATS_TEST_TMPDIR/large.json" <<-'END'
		{"devices": [{"device": "0000:01:00.0", "evidence": {"measurements": {"size": 16777216}}}]}
	END
	for source in netlink ioctl; do
		tsmctl -q --sim="$BATS_TEST_TMPDIR/large.json" --record "$TAPE" --force -d 01:00.0 --source "$source" \
			read-object measurements --raw >"$BATS_TEST_TMPDIR/then"
		assert_equal "$(stat -c %s "$BATS_TEST_TMPDIR/then")" 16777216
		tsmctl -q --replay "$TAPE" -d 01:00.0 --source "$source" --force read-object measurements --raw |
			cmp - "$BATS_TEST_TMPDIR/then"
	done
}

@test "a recording costs the memory of its text, not of a tree of all its calls" {
	[[ $TSMCTL_SANITIZED == 0 && ! ${TSMCTL_EMULATED-} ]] || skip "sanitizers and emulators reserve address space"
	{
		printf '{"schema":"tsmctl-recording/1","tsmctl":"1","backend":"kernel","calls":[{}'
		yes ',{}' | head -n 200000 | tr -d '\n'
		printf ']}'
	} >"$TAPE"
	# shellcheck disable=SC2016 # that shell's words
	run --separate-stderr bash -c 'ulimit -v 65536; exec "$TSMCTL_BIN" -q --replay "$1" list' - "$TAPE"
	assert_failure 1
	assert_regex "$stderr" 'call 1 of .* lacks "ask"'
}

@test "--replay excludes --sim and --record, and comes before TSMCTL_SIM" {
	assert_usage_error '--replay and --sim exclude each other' --sim --replay "$TAPE" list
	assert_usage_error '--replay and --record exclude each other' --replay "$TAPE" --record "$TAPE.2" list
	tsmctl -q --sim --record "$TAPE" list
	TSMCTL_SIM=sev run --separate-stderr tsmctl --replay "$TAPE" -j list
	assert_success
	assert_json '.backend == "replay" and .data.tsms[0].arch == "cca"'
}

@test "what is no recording is refused" {
	run --separate-stderr tsmctl --replay /nonexistent -j list
	assert_failure 4
	assert_json '.error.code == "ENOENT"'
	echo '{"schema": "tsmctl/1"}' >"$TAPE"
	run --separate-stderr tsmctl --replay "$TAPE" -j list
	assert_failure 1
	assert_json '.error | (.message | contains("is no recording")) and (.hint | contains("--record"))'
}

@test "a recording of a later format is refused, and the error names both formats" {
	tsmctl -q --sim --record "$TAPE" list
	sed -i '1s,tsmctl-recording/1,tsmctl-recording/2,' "$TAPE"
	run --separate-stderr tsmctl --replay "$TAPE" -j list
	assert_failure 1
	assert_json '.error | (.message | contains("of another format, tsmctl-recording/2")) and
		(.hint | contains("tsmctl-recording/1"))'
}
