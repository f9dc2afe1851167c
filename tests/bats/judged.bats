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
