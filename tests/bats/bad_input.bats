#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# What bad input gets: a sentence that names the object, the way out, the exit status, and the same as a document.
# shellcheck disable=SC2154 # run sets status, output and stderr

load helper

readonly TDI=0000:01:00.0
readonly NONCE=000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f

@test "an address that is none" {
	local device
	for device in "" x 1 01 01:00 01:00.8 01:20.0 1:00.0 0000:01:00.0x 0000:01:00 -1:00.0 0000:01:00.00 " 01:00.0" \
		"000000000:01:00.0" "01:00,0" "0x01:00.0"; do
		assert_refused 2 "${device:-"''"}" cca info "--device=$device"
	done
	# Other forms of one are not refused.
	run_json "$(scenario upper '{"devices": [{"device": "0000:ab:00.0"}]}')" -d AB:00.0 info
	assert_success
	assert_json '.data.device == "0000:ab:00.0"'
}

@test "a type, slot or object that is none" {
	local type
	for type in x certs Cert cert: cert:8 cert:-1 cert:00 cert:0x0 vca:0 report:1 "" "report "; do
		assert_refused 2 "$type" cca -d "$TDI" read-object -- "$type"
		assert_refused 2 "$type" cca -d "$TDI" info -- "$type"
	done
	for type in cert vca cert:0 x ""; do
		assert_refused 2 "$type" cca -d "$TDI" -y regen -- "$type"
	done
}

@test "a state, an action, an architecture, a profile, a source that is none" {
	local word
	for word in x RUN lock 1 "" "run "; do
		assert_refused 2 "$word" cca -d "$TDI" -y set-state -- "$word"
	done
	for word in x on ENABLE ""; do
		assert_refused 2 "$word" sev -d "$TDI" -y sev-dma -- "$word"
	done
	assert_refused 2 arm cca --arch arm -d "$TDI" info
	assert_refused 2 op48 cca --abi op48 -d "$TDI" info
	assert_refused 2 nope cca,abi=nope list
	assert_refused 2 nope cca,family=nope list
	assert_refused 2 arm arm list
	assert_refused 2 frob cca sim frob
}

@test "a range that is empty, overflows, or is not aligned to 4 KiB" {
	local line
	for line in "0x1000 0x1000 0x0:GPA_TOP" "0x2000 0x1000 0x0:GPA_TOP" "0x1000 +0 0x0:GPA_TOP" "0x1001 0x3000 0x0:GPA_BASE" \
		"0x1000 0x3001 0x0:GPA_TOP" "0x1000 +0x800 0x0:GPA_TOP" "0x1000 0x2000 0x10:PA_BASE" "0x1000 4097 0:GPA_TOP" \
		"0xfffffffffffff000 +0x1000 0x0:GPA_TOP" "0xfffffffffffff000 +0x2000 0x0:GPA_TOP" \
		"0 0x2000 0xfffffffffffff000:PA_BASE" "0x10000000000000000 0x2000 0:GPA_BASE" "0x1000 99999999999999999999 0:GPA_TOP" \
		"x 0x2000 0:GPA_BASE" "0x1000 + 0:GPA_TOP" "0x1000 0x 0:GPA_TOP" "0x1000 ++0x1000 0:GPA_TOP" "0x1000 0x2000 +0:PA_BASE"; do
		# shellcheck disable=SC2086
		assert_refused 2 "${line##*:}" cca -d "$TDI" -y validate-mmio ${line%:*}
		# shellcheck disable=SC2086
		run --separate-stderr sim cca -d "$TDI" -y --trace validate-mmio ${line%:*}
		assert_equal "$line: $(grep -c '^ioctl' <<<"$stderr")" "$line: 0"
	done
}

@test "a nonce of the wrong length, or not hex; a file of the wrong length, or none" {
	local nonce
	for nonce in "" 00 "${NONCE}00" "${NONCE:1}" "${NONCE:0:63}g" "0x${NONCE:2}" " ${NONCE:1}"; do
		assert_refused 2 nonce cca -d "$TDI" -y regen measurements "--nonce=$nonce"
	done
	head -c 31 /dev/zero >"$BATS_TEST_TMPDIR/short"
	head -c 33 /dev/zero >"$BATS_TEST_TMPDIR/long"
	: >"$BATS_TEST_TMPDIR/empty"
	for nonce in short empty; do
		assert_refused 2 nonce cca -d "$TDI" -y regen measurements --nonce-file "$BATS_TEST_TMPDIR/$nonce"
	done
	assert_refused 2 "$BATS_TEST_TMPDIR/long" cca -d "$TDI" -y regen measurements --nonce-file "$BATS_TEST_TMPDIR/long"
	run_json cca -d "$TDI" -y regen measurements --nonce-file "$BATS_TEST_TMPDIR/none"
	assert_failure 4
	assert_json '.error.object | endswith("/none")'
	assert_refused 2 nonce cca -d "$TDI" -y regen measurements --nonce "$NONCE" --nonce-file "$BATS_TEST_TMPDIR/short"
	run_json cca -d "$TDI" -y regen measurements --nonce-file "$BATS_TEST_TMPDIR"
	assert_failure
}

@test "no /dev/iommu, and one that may not be opened" {
	local file line
	for line in "ENOENT 5" "EACCES 3" "EPERM 3"; do
		file=$(scenario iommu "{\"faults\": [{\"kind\": \"errno\", \"call\": \"open\", \"errno\": \"${line% *}\"}]}")
		assert_refused "${line#* }" /dev/iommu "$file" -d "$TDI" -y set-state locked
		assert_refused "${line#* }" /dev/iommu "$file" -d "$TDI" read-object report --source ioctl
		# What does not need it works, and says what is missing.
		run_json "$file" -d "$TDI" info
		assert_success
		assert_json '.data.abi.profile == null and (.data.abi.reason | length) > 0 and (.data.objects | length) == 4'
		run --separate-stderr sim "$file" -d "$TDI" info
		assert_line --regexp '^  Requests +/dev/iommu'
	done
}

@test "a kernel without TSM ioctl, without a netlink family, without either" {
	assert_refused 5 IOMMU_VDEVICE_TSM_REQ cca,abi=none -d "$TDI" -y set-state locked
	assert_refused 5 "$TDI" cca,family=none -d "$TDI" --source netlink read-object report
	assert_refused 5 "$TDI" cca,family=none -d "$TDI" -y accept-generation 1
	run_json cca,family=none,abi=none -d "$TDI" info
	assert_success
	assert_json '.data | .objects == [] and .abi.evidence_family == null and .evidence_error.code == "ENOENT"'
}

@test "a function that is not there, without TSM, not connected, not bound" {
	local line file
	for line in "info" "read-object report" "regen report" "set-state locked" "validate-mmio 0 0x1000 0" "accept-generation 1"; do
		# shellcheck disable=SC2086
		assert_refused 4 0000:55:00.0 cca -d 0000:55:00.0 -y $line
		# shellcheck disable=SC2086
		assert_refused 5 0000:03:00.0 cca -d 0000:03:00.0 -y $line
		# shellcheck disable=SC2086
		[[ $line == info ]] || assert_refused 6 0000:02:00.0 cca -d 0000:02:00.0 -y $line
	done
	assert_refused 6 0000:02:00.0 sev -d 0000:02:00.0 -y sev-dma enable
	file=$(scenario held '{"devices": [{"device": "0000:01:00.0", "connected": false}]}')
	assert_refused 6 "$TDI" "$file" -d "$TDI" -y set-state locked
	# The vdevice that is used is not that of the function: the TSM refuses, and sysfs tells why.
	run_json cca -d 0000:01:00.1 --attach 4242 --vdevice 1 --force -y set-state run
	assert_failure 6
	assert_json '.error | .object == "0000:01:00.1" and (.message | test("not bound")) and (.hint | length) > 0'
}

@test "a vdevice that is not there, and ids that are none" {
	local id
	for id in 2 77 2147483647; do
		assert_refused 4 "$id" cca -d "$TDI" --vdevice "$id" -y set-state locked
	done
	for id in "" x -1 4294967296 99999999999999999999 1.0; do
		assert_refused 2 --vdevice cca -d "$TDI" "--vdevice=$id" -y set-state locked
	done
}

@test "a process that is gone, holds nothing, or has another descriptor" {
	local line
	for line in "4243 4" "4242:99 4" "99999:3 4"; do
		assert_refused "${line#* }" "process ${line%%[: ]*}" cca --attach "${line% *}" --vdevice 1 -y set-state locked
	done
	for line in x 0 -1 4242: 4242:x :17 4242:-1 99999999999 4242:17:1; do
		assert_refused 2 "$line" cca "--attach=$line" --vdevice 1 -y set-state locked
	done
	assert_refused 4 "process 4242" "$(scenario gone '{"vmm": false}')" --attach 4242 -y set-state locked
	assert_refused 4 "process 4242" "$(scenario died '{"faults": [{"kind": "errno", "call": "pidfd_getfd",
		"errno": "ESRCH"}]}')" -d "$TDI" -y set-state locked
	assert_refused 3 "process 4242" "$(scenario denied '{"faults": [{"kind": "errno", "call": "pidfd_getfd",
		"errno": "EPERM"}]}')" -d "$TDI" -y set-state locked
}

@test "several vdevices: which one has to be said" {
	local file
	file=$(scenario several '{"devices": [{"device": "0000:01:00.1", "held": true}]}')
	assert_refused 2 4242 "$file" -d "$TDI" -y set-state locked
	run_json "$file" -d "$TDI" -y set-state locked
	assert_json '.error.hint | contains("--vdevice")'
	run_json "$file" -d "$TDI" --vdevice 1 -y set-state locked
	assert_success
}

@test "descriptors that are none of an iommufd" {
	local fd
	for fd in x -1 "" 99999999999; do
		assert_refused 2 --iommufd cca "--iommufd=$fd" --vdevice 1 -y set-state locked
	done
	for fd in x -1 ""; do
		assert_refused 2 --kvm-fd cca -d 01:00.1 "--kvm-fd=$fd" -y set-state locked
		assert_refused 2 --viommu-type cca -d 01:00.1 "--viommu-type=$fd" -y set-state locked
		assert_refused 2 --virt-id cca -d 01:00.1 "--virt-id=$fd" -y set-state locked
	done
	run_json cca --iommufd 77 --vdevice 1 --abi op48-2026-09 --force -y set-state locked
	assert_failure
	assert_json '(.error.object + .error.message | test("77|iommufd")) and (.error.hint | length) > 0'
}

@test "a target that a command cannot use, and a process that holds several functions or none" {
	local file
	assert_refused 2 "about a PCI function" cca --iommufd 17 --vdevice 1 info
	assert_refused 2 "by its PCI function" cca --iommufd 17 --vdevice 1 --source netlink read-object report
	file=$(scenario two '{"devices": [{"device": "0000:01:00.1", "held": true}]}')
	assert_refused 2 "several functions" "$file" --attach 4242 info
	run_json "$file" --attach 4242 info
	assert_json '.error.hint | contains("0000:01:00.0, 0000:01:00.1")'
	# One context with two vdevices: it is not guessed which one is the function's.
	assert_refused 2 "several vdevices" "$file" --attach 4242 --source ioctl -y set-state locked
	assert_refused 4 "holds a PCI function" cca --attach 99 info
	run_json cca --attach 4242 info
	assert_success
	assert_json '.data.device == "0000:01:00.0"'
}

@test "a state file of the simulator that is damaged, not a file, or not to be written" {
	local text
	for text in '{' 'x' '' '[]' '{"version": 99}' "$(head -c 2000 /dev/urandom | base64 -w 0)"; do
		printf '%s' "$text" >"$TSMCTL_SIM_STATE"
		run_json cca -d "$TDI" -y set-state locked
		if [[ -z $text && $status -eq 0 ]]; then
			continue # as fresh as none
		fi
		assert_equal "$text: $status" "$text: 1"
		# shellcheck disable=SC2016
		assert_json '.error | (.object + .message | contains($file)) and (.hint | contains("sim reset"))' \
			--arg file "$TSMCTL_SIM_STATE"
		assert_equal "$(<"$TSMCTL_SIM_STATE")" "$text"
	done
	run_json cca sim reset
	assert_success
	run_json cca -d "$TDI" -y set-state locked
	assert_success
	# Half written is not half believed.
	text=$(<"$TSMCTL_SIM_STATE")
	local size
	for size in 1 10 $((${#text} / 2)) $((${#text} - 2)); do
		printf '%s' "${text:0:size}" >"$TSMCTL_SIM_STATE"
		run_json cca -d "$TDI" -y set-state run
		assert_equal "$size: $status" "$size: 1"
	done
	mkdir "$BATS_TEST_TMPDIR/d"
	TSMCTL_SIM_STATE=$BATS_TEST_TMPDIR/d run_json cca -d "$TDI" -y set-state locked
	assert_failure
	assert_json '.error.object + .error.message | contains("/d")'
	TSMCTL_SIM_STATE=$BATS_TEST_TMPDIR/none/state run_json cca -d "$TDI" -y set-state locked
	assert_failure
	assert_json '.error.object + .error.message | contains("/none")'
}

@test "standard input that is closed is a no" {
	run --separate-stderr bash -c "'$TSMCTL_BIN' --sim -q -d $TDI set-state locked <&-"
	assert_failure 2
	[[ $stderr == *--yes* ]]
	run_json cca -d "$TDI" set-state locked
	assert_failure 2
	assert_json '.error.code == "CONFIRMATION" and (.error.hint | contains("--yes"))'
}

@test "a document to a disk that is full fails, and a change is not made twice for it" {
	run bash -c "'$TSMCTL_BIN' --sim -q -d $TDI -j -y regen report >/dev/full"
	assert_failure 1
	assert_output --partial ENOSPC
	run_json cca -d "$TDI" info report
	assert_json '.data.objects[0].generation == 2'
}
