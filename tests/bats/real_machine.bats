#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# The kernel of the machine that runs the tests, whatever it has: the tool looks, and leaves everything as it is.
# shellcheck disable=SC2154 # run sets status, output and stderr

load helper

# A PCI address that no function of this machine has.
readonly ABSENT=ffff:fe:1d.7

# The functions of this machine, one a line.
functions()
{
	ls /sys/bus/pci/devices 2>/dev/null || true
}

# Runs the tool under strace; fails if it opened a file for writing, created or removed one, or made an ioctl on anything
# but /dev/iommu. /dev/iommu and /dev/kvm themselves are opened for writing, which is how one asks them.
assert_only_looks()
{
	local trace=$BATS_TEST_TMPDIR/strace
	traced -f -y -e trace=file,desc,ioctl -o "$trace" "$TSMCTL_BIN" "$@" >/dev/null 2>&1 || true
	[[ -s $trace ]] || skip "strace does not work here"
	run grep -E 'O_WRONLY|O_RDWR|O_CREAT|O_TRUNC|O_TMPFILE' "$trace"
	output=$(grep -v -E '"/dev/(iommu|kvm)"' <<<"$output" || true)
	assert_equal "$*: $output" "$*: "
	run grep -E '^[0-9]+ +(creat|mkdir|mkdirat|unlink|unlinkat|rename|renameat|renameat2|link|linkat|symlink|symlinkat|chmod|fchmod|fchmodat|chown|fchown|fchownat|truncate|ftruncate|mknod|mknodat|utimensat)\(' \
		"$trace"
	assert_equal "$*: $output" "$*: "
	run grep -E '^[0-9]+ +ioctl\(' "$trace"
	# A terminal's width is asked of a descriptor of ours.
	output=$(grep -v -E 'ioctl\([0-9]+</dev/iommu>|ioctl\([012]<[^>]*>, (TCGETS|TIOCGWINSZ)' <<<"$output" || true)
	assert_equal "$*: $output" "$*: "
	run grep -E '^[0-9]+ +pidfd_getfd\(' "$trace"
	refute_output
}

@test "doctor: exit status 0, a line for each capability, a remedy wherever one is missing" {
	local check
	run --separate-stderr tsmctl doctor
	assert_success
	assert_equal "$stderr" ""
	for check in /dev/iommu "TSM requests" "evidence over netlink" "TSM class" "attach to a VMM" /dev/kvm; do
		assert_line --regexp "^  (ok|missing|denied|unknown) +$check( |$)"
	done
	run --separate-stderr tsmctl doctor -j
	assert_success
	assert_json '.backend == "kernel" and (.data.checks | length) >= 6 and
		all(.data.checks[]; .result == "ok" or (.remedy | length) > 0)'
}

@test "doctor: what it says of /dev/iommu is so" {
	local expected=missing
	if [[ -r /dev/iommu && -w /dev/iommu ]]; then
		expected=ok
	elif [[ -e /dev/iommu ]]; then
		expected=denied
	fi
	run --separate-stderr tsmctl doctor -j
	# shellcheck disable=SC2016
	assert_json '.data.checks[] | select(.check == "/dev/iommu") | .result == $expected' --arg expected "$expected"
}

@test "list: exit status 0; the TSMs are those of sysfs" {
	run --separate-stderr tsmctl list
	assert_success
	run --separate-stderr tsmctl list -j
	assert_success
	# shellcheck disable=SC2016
	assert_json '.backend == "kernel" and (.data.tsms | length) == $count' \
		--argjson count "$(find /sys/class/tsm -mindepth 1 -maxdepth 1 2>/dev/null | wc -l)"
	[[ -d /sys/class/tsm ]] || assert_json '.data.tsms == [] and .data.devices == []'
}

@test "a function that is not there is an error document with exit status 4" {
	local command
	for command in info "read-object report" "set-state -y run" "regen -y report" "accept-generation -y 1"; do
		# shellcheck disable=SC2086
		run --separate-stderr tsmctl -d "$ABSENT" -j $command
		((status == 4 || status == 5)) || fail "$command: status $status"
		assert_json '.backend == "kernel" and .error.exit >= 4 and (.error.hint | length) > 0'
	done
	run --separate-stderr tsmctl -d "$ABSENT" -j info
	assert_failure 4
	# shellcheck disable=SC2016
	assert_json '.error.object == $device' --arg device "$ABSENT"
	run --separate-stderr tsmctl -d 0000:00:00.0 info -j
	if [[ ! -e /sys/bus/pci/devices/0000:00:00.0 ]]; then
		assert_failure 4
	elif [[ ! -e /sys/bus/pci/devices/0000:00:00.0/tsm ]]; then
		assert_failure 5
	else
		assert_success
	fi
}

@test "a function without TSM is an error document with exit status 5" {
	local device
	for device in $(functions); do
		[[ ! -e /sys/bus/pci/devices/$device/tsm ]] || continue
		run --separate-stderr tsmctl -d "$device" -j info
		assert_failure 5
		# shellcheck disable=SC2016
		assert_json '.error.object == $device and (.error.hint | length) > 0' --arg device "$device"
		return 0
	done
	skip "this machine has no PCI function without TSM"
}

@test "strace: looking writes no file and asks nobody but /dev/iommu" {
	type -P strace >/dev/null || skip "needs strace"
	skip_emulated
	[[ ${TSMCTL_COVERAGE:-0} == 0 ]] || skip "this binary writes down what it covers"
	local device
	device=$(functions | head -n 1)
	assert_only_looks doctor
	assert_only_looks list -j
	assert_only_looks -d "${device:-$ABSENT}" info -j
	assert_only_looks -d "${device:-$ABSENT}" read-object report -j
	assert_only_looks --help
	assert_only_looks --version
}

@test "strace: a dry run and a refused change send nothing but the fingerprint" {
	type -P strace >/dev/null || skip "needs strace"
	skip_emulated
	[[ ${TSMCTL_COVERAGE:-0} == 0 ]] || skip "this binary writes down what it covers"
	local device
	device=$(functions | head -n 1)
	assert_only_looks -d "${device:-$ABSENT}" -n set-state run
	assert_only_looks -d "${device:-$ABSENT}" set-state run
	assert_only_looks --iommufd 9 --vdevice 1 --abi op48-2026-09 -n -j set-state run
}

@test "an inherited descriptor that is no iommufd: refused, and without --abi and --force before that" {
	skip_emulated # an ioctl that the emulator does not know never reaches a kernel
	run --separate-stderr bash -c "'$TSMCTL_BIN' --iommufd 7 --vdevice 1 --arch cca -y -j set-state run 7</dev/null"
	assert_failure
	assert_json '.error.exit >= 3 and (.error.hint | length) > 0'
	run --separate-stderr bash -c "'$TSMCTL_BIN' --iommufd 7 --vdevice 1 --arch cca --abi op48-2026-09 --force -y -j \
		set-state run 7</dev/null"
	assert_failure 5
	assert_json '.error.code == "ENOTTY" and (.error.hint | length) > 0 and (.error.uncertain | not)'
}

@test "assumed payloads need --force on a real kernel, and a dry run shows them without" {
	run --separate-stderr bash -c "'$TSMCTL_BIN' --iommufd 7 --vdevice 1 --arch sev --abi op48-2026-09 -n -j \
		sev-dma enable 7</dev/null"
	assert_success
	assert_json '.data.calls | length == 1 and (.[0] | .op == "SEV_ENABLE_DMA" and .nr == "0x3b96" and .payload_assumed)'
}

@test "a process of this machine that holds no iommufd" {
	run --separate-stderr tsmctl --attach $$ --vdevice 1 --arch cca -y -j set-state run
	assert_failure
	assert_json '.error.exit >= 3 and (.error.hint | length) > 0'
}
