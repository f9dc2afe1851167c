#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# What a strict judge tried: safety that must hold whatever options come together.
# shellcheck disable=SC2154 # run sets status, output and stderr

load helper

readonly TDI=0000:01:00.0

# Fails if --trace shows a TSM request that is not of the fingerprint.
refute_requests()
{
	[[ -z $(traced_requests) ]] || fail "$*: sent: $(traced_requests)"
}

@test "a dry run sends no request under a profile that the kernel does not confirm, not even a search" {
	local command
	# June's OBJECT_INFO is SEV_ENABLE_DMA here, its READ_OBJECT is VALIDATE_MMIO.
	for command in "set-state run" "--source ioctl read-object vca" "--source ioctl regen measurements"; do
		# shellcheck disable=SC2086 # words
		run --separate-stderr sim sev --abi op48-2026-06 --trace -d "$TDI" -n $command
		refute_requests "$command"
		assert_equal "$command: $status" "$command: 2"
		[[ $stderr == *"Pass --vdevice ID"* ]] || fail "$command: $stderr"
		# shellcheck disable=SC2086 # words
		run --separate-stderr sim sev --abi op48-2026-06 --trace -d "$TDI" --vdevice 1 -n -j $command
		refute_requests "$command"
		assert_json '.data.dry_run and (.data.calls | length) == 1 and .data.calls[0].nr == "0x3b96"'
	done
}

@test "--force with a profile that the kernel contradicts does not search a vdevice with its requests" {
	run --separate-stderr sim sev --abi op48-2026-06 --force --trace -d "$TDI" -y set-state run
	refute_requests
	assert_equal "$status" 2
}

@test "--arch against the TSM's driver: refused before any request, for every architecture and change" {
	local line
	for line in "cca sev sev-dma enable" "cca tdx set-state run" "sev cca set-state run" "tdx sev sev-dma disable" \
		"sev tdx validate-mmio 0 +4096 0"; do
		# shellcheck disable=SC2086 # words
		set -- $line
		assert_refused 5 "$TDI" "$1" -d "$TDI" --arch "$2" -y "${@:3}"
		run --separate-stderr sim "$1" -d "$TDI" --arch "$2" -y --trace "${@:3}"
		refute_requests "$line"
	done
	run_json sev -d "$TDI" --arch sev -y set-state locked
	assert_success
	# Who knows better may say so, and a dry run sends nothing.
	run --separate-stderr sim cca -d "$TDI" --arch tdx --force -y set-state run
	assert_failure 1
	run_json cca -d "$TDI" --arch sev -n sev-dma enable
	assert_json '.data.calls[-1].op == "SEV_ENABLE_DMA"'
}

@test "--attach with a descriptor of another file: nothing is sent to it" {
	run --separate-stderr sim cca --attach 4242:18 --vdevice 1 -y --trace set-state run
	assert_failure 2
	refute_requests
	[[ $stderr != *pidfd_getfd* ]]
	[[ $stderr == *"process 4242: descriptor 18 is /dev/vfio/devices/vfio0, not /dev/iommu"* ]] || fail "$stderr"
}

@test "a dry run of reading and regenerating through an own session ends with the request, not with an error" {
	local line
	for line in "OBJECT_INFO read-object report" "REGEN_OBJECT regen measurements" "REGEN_OBJECT regen report"; do
		# shellcheck disable=SC2086 # words
		run_json cca,family=none -d 01:00.1 -n ${line#* }
		assert_equal "$line: $status" "$line: 0"
		# shellcheck disable=SC2016 # a variable of jq
		assert_json '.data.dry_run and .data.calls[-1].op == $op' --arg op "${line%% *}"
	done
}

@test "validate-mmio: an errno of the mapping can come late, so the outcome is uncertain" {
	local line
	for line in "EINVAL true" "EBUSY true" "ENOENT false" "ENOTTY false"; do
		run_json "$(scenario late "{\"faults\": [{\"kind\": \"errno\", \"call\": \"ioctl\", \"nr\": 15254, \"nth\": 37,
			\"errno\": \"${line% *}\"}]}")" -d "$TDI" --vdevice 1 -y validate-mmio 0 +0x2000 0
		# shellcheck disable=SC2016 # variables of jq
		assert_json '.error | .code == $code and .uncertain == $uncertain' --arg code "${line% *}" \
			--argjson uncertain "${line#* }"
	done
}

@test "what fails after a regeneration, or before an acceptance is acknowledged, is uncertain" {
	# 38 of the fingerprint, INFO and READ before, REGEN, then the failing INFO; 36 of them at this number.
	run_json "$(scenario after '{"family": "none", "faults": [{"kind": "errno", "call": "ioctl", "nr": 15254, "nth": 40,
		"errno": "EIO"}]}')" -d "$TDI" --vdevice 1 -y --trace regen measurements
	assert_failure 1
	[[ $stderr == *name=REGEN_OBJECT*ret=0* ]] || fail "$stderr"
	assert_json '.error | .code == "EIO" and .uncertain'
	# The families are looked up first, with one answer.
	run_json "$(scenario lost '{"faults": [{"kind": "errno", "call": "nl_recv", "nth": 2, "errno": "ENOBUFS"}]}')" \
		-d "$TDI" -y accept-generation 1
	assert_failure 1
	assert_json '.error | .code == "ENOBUFS" and .uncertain'
}

@test "every refusal says the way out, also where only the errno is known" {
	local line
	while read -r line; do
		# shellcheck disable=SC2086 # words
		run_json $line
		assert_failure
		assert_json '.error.hint | length > 0'
	done <<-LINES
		cca -d $TDI read-object vca --hex --raw
		cca -d $TDI read-object vca -o -
		cca -d $TDI -y regen vca
		cca -d $TDI -y sev-dma on
		cca -d $TDI -y set-state run --payload $BATS_TEST_TMPDIR/absent
		cca -d $TDI -y regen report --nonce-file /dev/zero
		cca -d $TDI --source ioctl read-object vca --digest
		cca -n sim reset
		cca sim set
		$(scenario eio '{"faults": [{"kind": "errno", "call": "list_dir", "errno": "EIO"}]}') list
		$(scenario nomem '{"faults": [{"kind": "errno", "call": "nl_open", "errno": "EMFILE"}]}') -d $TDI read-object vca
		$(scenario own '{"faults": [{"kind": "errno", "call": "ioctl", "nr": 15233, "errno": "ENOMEM"}]}') -d 01:00.1 -y set-state run
	LINES
}

@test "-v names the function for every change" {
	local line
	for line in "set-state run" "sev-dma enable" "validate-mmio 0x1000 +0x1000 0x2000"; do
		run --separate-stderr sim sev -d "$TDI" -y set-state locked
		# shellcheck disable=SC2086 # words
		run --separate-stderr sim sev -d "$TDI" -y -v $line
		assert_success
		assert_line --index 0 --partial "$TDI: "
		assert_line --index 0 --partial " was accepted"
	done
}

@test "a TSM that lacks an op is not called a kernel that was built without TSM support" {
	run_json tdx,family=none -d "$TDI" -y regen measurements
	assert_failure 5
	assert_json '.error.message | contains("does not offer this")'
}

@test "-d with --attach: a process that does not hold the function is not taken for its VMM" {
	local line
	sim cca -d "$TDI" -y set-state locked
	for line in "--attach 4242" "--attach 4242:17" "--attach 4242 --vdevice 1"; do
		# shellcheck disable=SC2086 # words
		assert_refused 4 0000:01:00.1 cca -d 0000:01:00.1 $line -y set-state unlocked
		# shellcheck disable=SC2086 # words
		run --separate-stderr sim cca -d 0000:01:00.1 $line -y --trace set-state unlocked
		refute_requests "$line"
	done
	# The VMM's TDI is still locked: it goes on to RUN.
	run_json cca -d "$TDI" --attach 4242:17 -y set-state run
	assert_success
	# Who knows better may say so, but has to name the vdevice all the same.
	run_json cca -d 0000:01:00.1 --attach 4242 --vdevice 1 --force -y set-state unlocked
	assert_success
}

@test "an output file that cannot be made: the hint speaks of its directory" {
	run_json cca -d "$TDI" read-object vca -o "$BATS_TEST_TMPDIR/absent/vca"
	assert_failure 4
	assert_json '.error | .object == $path and (.hint | test("directory"))' --arg path "$BATS_TEST_TMPDIR/absent/vca"
}

@test "a simulator's state that cannot be written: the change fails, and standard error says why" {
	((EUID == 0)) || skip "needs root to become another user"
	local line
	chmod 711 "$BATS_TEST_TMPDIR" "$BATS_FILE_TMPDIR" "$BATS_SUITE_TMPDIR" "$BATS_RUN_TMPDIR" 2>/dev/null
	mkdir -m 555 "$BATS_TEST_TMPDIR/read-only"
	for line in "set-state locked" "regen measurements"; do
		# shellcheck disable=SC2086 # words
		TSMCTL_SIM_STATE=$BATS_TEST_TMPDIR/read-only/state run --separate-stderr setpriv --reuid=65534 --regid=65534 \
			--clear-groups "$TSMCTL_BIN" --sim -q -d "$TDI" -y $line
		[[ $status != 126 ]] || skip "another user cannot run $TSMCTL_BIN"
		assert_failure
		[[ $stderr == *"simulator: the state file cannot be written (EACCES)"* ]] || fail "$line: $stderr"
	done
}
