#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# doctor on kernels that have everything, and on those that lack something: always exit status 0, always a remedy.
# shellcheck disable=SC2154 # run sets status, output and stderr

load helper

# Fails unless doctor exits with 0 and gives the check this result, in text and in the document, with a remedy that is
# the same in both where not all is well. Usage: assert_check SCENARIO CHECK RESULT
assert_check()
{
	run_json "$1" doctor
	assert_equal "$1: $status" "$1: 0"
	# shellcheck disable=SC2016 # variables of jq
	assert_json '.data.checks | map(select(.check == $check)) | length == 1 and .[0].result == $result and
		(.[0].remedy == null) == ($result == "ok")' --arg check "$2" --arg result "$3"
	local words
	words=$(jq -r --arg check "$2" '.data.checks[] | select(.check == $check) | .detail, .remedy // empty' <<<"$output" |
		tr -d ' .\n')
	run --separate-stderr sim "$1" doctor
	assert_success
	assert_line --regexp "^  $3 +$2( |$)"
	# Lines are folded, and the second column begins each: without blanks and dots the words stand there.
	[[ $(awk -v check="$2" '/^  [a-z]/ { inside = index($0, " " check) } inside' <<<"$output" | tr -d ' .\n') == *"$words"* ]] ||
		fail "$1 $2: text and document differ: $output"
}

@test "a kernel with everything" {
	local arch check
	for arch in cca sev tdx; do
		for check in /dev/iommu "TSM requests" "evidence over netlink" "TSM class" "TSM-capable functions" "VFIO devices" \
			/dev/kvm; do
			assert_check "$arch" "$check" ok
		done
	done
	run --separate-stderr sim cca doctor
	assert_line --partial "op48-2026-09 on ioctl 0x3b96"
	run awk 'length > 80' <<<"$output"
	refute_output
}

@test "kernels that lack something, or are not known" {
	assert_check cca,abi=none "TSM requests" missing
	assert_check cca,family=none "evidence over netlink" missing
	assert_check cca,family=pci-tsm "evidence over netlink" ok
	assert_check cca,abi=amd-packed48 "TSM requests" unknown
	assert_check cca,abi=unknown "TSM requests" unknown
	assert_check "$(scenario empty '{"devices_only": true}')" "TSM-capable functions" missing
}

@test "where there are no requests, what the kernel answered" {
	run_json cca,abi=none doctor
	assert_json '.data.checks[] | select(.check == "TSM requests") |
		.detail == "ioctl 0x3b96: ENOTTY: the kernel has no IOMMU_VDEVICE_TSM_REQ"'
}

@test "an unknown kernel is shown with its map, as 'info' promises" {
	run_json cca,abi=unknown doctor
	assert_json '[.data.checks[] | select(.check == "TSM requests") | .remedy] | .[0] | test("info")'
}

@test "what this user may not do is denied, what is not there is missing" {
	local line
	for line in "EACCES denied" "EPERM denied" "ENOENT missing" "ENXIO missing"; do
		# The nodes are opened in this order: /dev/iommu for the check, again for the requests, then /dev/kvm.
		assert_check "$(scenario open "{\"faults\": [{\"kind\": \"errno\", \"call\": \"open\", \"nth\": 1,
			\"errno\": \"${line% *}\"}]}")" /dev/iommu "${line#* }"
		assert_check "$(scenario open "{\"faults\": [{\"kind\": \"errno\", \"call\": \"open\", \"nth\": 3,
			\"errno\": \"${line% *}\"}]}")" /dev/kvm "${line#* }"
	done
	assert_check "$(scenario requests '{"faults": [{"kind": "errno", "call": "open", "nth": 2, "errno": "EACCES"}]}')" \
		"TSM requests" unknown
	assert_check "$(scenario socket '{"faults": [{"kind": "errno", "call": "nl_open", "errno": "EPROTO"}]}')" \
		"evidence over netlink" unknown
	run_json "$(scenario classless '{"faults": [{"kind": "errno", "call": "list_dir", "errno": "ENOENT"}]}')" doctor
	assert_success
	assert_json '.data.checks[] | select(.check == "TSM class") | .result != "ok" and (.remedy | length) > 0'
}

@test "what verifies is there" {
	built_with verify || skip "built without libcrypto"
	assert_check cca verification ok
	run_json cca doctor
	assert_json 'any(.data.checks[]; .check == "verification" and (.detail | startswith("OpenSSL 3.")))'
}

@test "what verifies is not there, or cannot be loaded" {
	built_with verify || skip "built without libcrypto"
	skip_emulated # it would be the emulator that is copied
	[[ ! -e /usr/local/lib/tsmctl/tsmctl-verify.so ]] || skip "another tsmctl is installed"
	cp "$TSMCTL_BIN" "$BATS_TEST_TMPDIR/tsmctl"
	TSMCTL_BIN=$BATS_TEST_TMPDIR/tsmctl
	assert_check cca verification missing
	run_json cca doctor
	assert_json 'any(.data.checks[]; .check == "verification" and (.detail | contains("neither beside tsmctl nor in")))'
	echo 'no library' >"$BATS_TEST_TMPDIR/tsmctl-verify.so"
	assert_check cca verification missing
	run_json cca doctor
	assert_json 'any(.data.checks[]; .check == "verification" and (.detail | contains("it cannot be loaded: ")))'
}
