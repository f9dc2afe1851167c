#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# State changes: the TDISP state machine over several processes, own sessions, and changes at the same time.
# shellcheck disable=SC2154 # run sets status, output and stderr

load helper

readonly TDI=0000:01:00.0
readonly RANGE=(0x100000 +0x2000 0x300000)

# Brings the VMM's TDI to a state, from wherever it is. Usage: bring SCENARIO STATE
bring()
{
	tsmctl sim reset -q >/dev/null
	[[ $2 == unlocked ]] || sim "$1" -d "$TDI" -y set-state locked
	[[ $2 != run ]] || sim "$1" -d "$TDI" -y set-state run
}

@test "the TDISP state machine, one process a step: what is accepted, and what the TSM refuses" {
	local arch from to allowed expected
	allowed=" unlocked:locked locked:run locked:unlocked run:unlocked "
	for arch in cca sev tdx; do
		for from in unlocked locked run; do
			for to in unlocked locked run; do
				bring "$arch" "$from"
				# CCA's driver makes an errno of the refusal, the others hand their TSM's code through.
				[[ $arch == cca ]] && expected=6 || expected=7
				[[ $allowed != *" $from:$to "* ]] || expected=0
				run_json "$arch" -d "$TDI" -y set-state "$to"
				assert_equal "$arch $from to $to: $status" "$arch $from to $to: $expected"
				if ((expected == 0)); then
					# shellcheck disable=SC2016
					assert_json '.data | .device == "0000:01:00.0" and .requested == $to and .residue == 0 and
						.tsm_code == "0x0" and .vdevice == 1 and (.own_session | not)' --arg to "$to"
				fi
			done
		done
	done
}

@test "a refusal of the TSM: its code, or the errno and that the outcome is uncertain" {
	assert_refused 6 "$TDI" cca -d "$TDI" -y set-state run
	run_json cca -d "$TDI" -y set-state run
	assert_json '.error | .code == "ENXIO" and .tsm_code == null and .uncertain and (.hint | test("locked"))'
	assert_refused 7 "$TDI" sev -d "$TDI" -y set-state run
	run_json sev -d "$TDI" -y set-state run
	assert_json '.error | .class == "tsm" and .tsm_code == "0x2" and (.uncertain | not)'
	run_json tdx -d "$TDI" -y set-state run
	assert_json '.error.tsm_code == "0xc000030000000000"'
	run --separate-stderr sim sev -d "$TDI" -y set-state run
	[[ $stderr == *0x2* ]]
}

@test "MMIO is validated while locked or running" {
	local from expected
	for from in unlocked:6 locked:0 run:0; do
		expected=${from#*:}
		bring cca "${from%:*}"
		run_json cca -d "$TDI" -y validate-mmio "${RANGE[@]}"
		assert_equal "$from $status" "$from $expected"
	done
	assert_json '.data | .gpa_base == "0x0000000000100000" and .gpa_top == "0x0000000000102000" and
		.pa_base == "0x0000000000300000" and .payload == "published" and .residue == 0'
	run_json cca -d "$TDI" -y validate-mmio 1048576 0x102000 0x300000
	assert_success
	assert_json '.data.gpa_top == "0x0000000000102000"'
}

@test "SEV enables DMA while running, disables it always; elsewhere nothing is sent" {
	local arch from action
	for from in unlocked:7 locked:7 run:0; do
		bring sev "${from%:*}"
		run_json sev -d "$TDI" -y sev-dma enable
		assert_equal "enable $from $status" "enable $from ${from#*:}"
		run_json sev -d "$TDI" -y sev-dma disable
		assert_equal "disable $from $status" "disable $from 0"
		assert_json '.data | .action == "disable" and .payload == "assumed" and .tsm_code == "0x0"'
	done
	for arch in cca tdx; do
		for action in enable disable; do
			assert_refused 5 "$TDI" "$arch" -d "$TDI" -y sev-dma "$action"
			run --separate-stderr sim "$arch" -d "$TDI" -y --trace sev-dma "$action"
			assert_equal "$arch $(grep -c '^ioctl' <<<"$stderr")" "$arch 0"
		done
	done
	assert_refused 5 sev-dma sev -d "$TDI" --arch cca -y sev-dma enable
}

@test "success says nothing, and with -v what was accepted; text and document tell the same" {
	run --separate-stderr sim cca -d "$TDI" -y set-state locked
	assert_success
	assert_equal "$output$stderr" ""
	run --separate-stderr sim cca -d "$TDI" -y -v set-state run
	assert_success
	assert_output --partial "$TDI"
	assert_output --partial "RUN"
	run --separate-stderr sim cca -d "$TDI" -y -v validate-mmio "${RANGE[@]}"
	assert_output --regexp '0x100000 .*0x102000'
	bring sev run
	run --separate-stderr sim sev -d "$TDI" -y -v sev-dma enable
	assert_output --partial "$TDI"
	assert_output --partial SEV_ENABLE_DMA
}

@test "an own session for a free function: what it changes ends with it, and it says so" {
	run_json cca -d 0000:01:00.1 -y set-state locked
	assert_success
	assert_json '.data | .device == "0000:01:00.1" and .own_session and .vdevice >= 1'
	# Were it still locked, this would be refused.
	run_json cca -d 0000:01:00.1 -y set-state locked
	assert_success
	run_json cca -d 0000:01:00.1 -y set-state run
	assert_failure 6
	assert_json '.error.code == "ENXIO"'
	run --separate-stderr tsmctl --sim -d 0000:01:00.1 -y set-state locked
	assert_success
	[[ $stderr == *"0000:01:00.1: nobody holds it"*"ends with it"* ]] || fail "does not say so: $stderr"
	[[ ! -e $TSMCTL_SIM_STATE ]] || run grep -F 0000:01:00.1 "$TSMCTL_SIM_STATE"
	run --separate-stderr sim cca -d 0000:01:00.1 -y --trace set-state locked
	assert_equal "$(grep -c 'name=IOMMU_VDEVICE_ALLOC ' <<<"$stderr")" 1
	assert_equal "$(grep -c '^open ' <<<"$stderr")" "$(grep -c '^close ' <<<"$stderr" |
		awk -v made="$(grep -c -e 'name=KVM_CREATE' <<<"$stderr")" '{ print $1 - made }')"
}

@test "the VMM by its process, with and without the descriptor" {
	local target
	for target in "--attach 4242" "--attach 4242:17" "-d $TDI --attach 4242"; do
		bring cca unlocked
		# shellcheck disable=SC2086
		run_json cca $target -y set-state locked
		assert_equal "$target: $status" "$target: 0"
		assert_json '.data | .vdevice == 1 and (.own_session | not)'
		# shellcheck disable=SC2086
		run_json cca $target --vdevice 1 -y set-state unlocked
		assert_equal "$target: $status" "$target: 0"
	done
	run_json cca --attach 4242 -y set-state locked
	assert_json '.data.device == null'
}

@test "sim reset: the VMM's functions start afresh; each scenario has a VMM of its own" {
	run_json cca sim reset
	assert_success
	assert_json '.data.removed | not'
	sim cca -d "$TDI" -y set-state locked
	run_json cca -d "$TDI" -y set-state locked
	assert_failure 6
	run_json sev -d "$TDI" -y set-state run
	assert_failure 7
	run_json cca sim reset
	assert_success
	# shellcheck disable=SC2016
	assert_json '.data.removed and .data.state_file == $file' --arg file "$TSMCTL_SIM_STATE"
	run_json cca -d "$TDI" -y set-state locked
	assert_success
}

@test "of changes at the same time each is made whole: one of eight locks, the generation counts eight" {
	local i many=8
	# Each waits 10 seconds at most for its turn, which eight of them under valgrind do not leave one another.
	[[ ${TSMCTL_MEMCHECK:-} != 1 ]] || many=2
	for ((i = 0; i < many; i++)); do
		(
			rc=0
			sim cca -d "$TDI" -j -y set-state locked >"$BATS_TEST_TMPDIR/lock$i" || rc=$?
			echo "$rc" >"$BATS_TEST_TMPDIR/rc$i"
		) &
	done
	wait
	assert_equal "$(sort "$BATS_TEST_TMPDIR"/rc* | uniq -c | xargs)" "1 0 $((many - 1)) 6"
	for ((i = 0; i < many; i++)); do
		output=$(<"$BATS_TEST_TMPDIR/lock$i")
		assert_json '.data.requested == "locked" or .error.code == "ENXIO"'
	done
	bring cca unlocked
	for ((i = 0; i < many; i++)); do
		sim cca -d "$TDI" -j -y regen report >/dev/null &
	done
	wait
	run_json cca -d "$TDI" info report
	# shellcheck disable=SC2016 # a variable of jq
	assert_json '.data.objects[0].generation == 1 + $many' --argjson many "$many"
}

@test "--payload: these bytes are sent, and it is said" {
	printf '\1\0\0\0' >"$BATS_TEST_TMPDIR/lock"
	run_json sev -d "$TDI" -y set-state run --payload "$BATS_TEST_TMPDIR/lock" --trace
	assert_success
	assert_json '.data.payload == "file"'
	assert_equal "$(traced_requests | tail -n 1)" "0x3b96 48 2 sev 01000000"
	run_json sev -d "$TDI" -y set-state run
	assert_success
	assert_json '.data.payload == "assumed"'
	printf '\1\0' >"$BATS_TEST_TMPDIR/short"
	assert_refused 1 "$TDI" sev -d "$TDI" -y set-state run --payload "$BATS_TEST_TMPDIR/short"
	run_json sev -d "$TDI" -y set-state run --payload "$BATS_TEST_TMPDIR/short"
	assert_json '.error.code == "EINVAL" and (.error.uncertain | not)'
	head -c 5000 /dev/zero >"$BATS_TEST_TMPDIR/long"
	run_json sev -d "$TDI" -y set-state run --payload "$BATS_TEST_TMPDIR/long"
	assert_failure 2
}
