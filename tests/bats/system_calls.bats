#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# File systems that know less, disks that break, calls that are interrupted: strace makes a system call fail.
# shellcheck disable=SC2153,SC2154 # helper sets TSMCTL_BIN, run sets status, output and stderr

load helper

readonly TDI=0000:01:00.0

setup()
{
	skip_emulated
	mkdir "$BATS_TEST_TMPDIR/here"
	cd "$BATS_TEST_TMPDIR/here" || return
	export TSMCTL_SIM=cca TSMCTL_SIM_STATE=$PWD/state
	sim cca -d "$TDI" read-object report --raw >report.bin
	strace -o /dev/null true || skip "strace does not work here"
}

# Runs tsmctl on the simulated kernel with calls that fail, as strace's "inject" has it: "CALL:error=ERRNO[:when=N] ...".
# Where $only is set, only calls that concern this file fail.
run_failing()
{
	local fault options=(-o /dev/null)
	for fault in $1; do
		options+=(-e "inject=$fault")
	done
	[[ -z ${only:-} ]] || options+=(-P "$only")
	run --separate-stderr traced "${options[@]}" "$TSMCTL_BIN" -q "${@:2}"
}

# The same, for a call whose failure the command must tell of: its errno is named, and nothing new lies here.
assert_fails()
{
	local errno=${1##*error=} before
	before=$(find . ! -name '*.lock' | sort)
	run_failing "$@"
	[[ $status != 0 && $output == "" && $stderr == "tsmctl: "*"(${errno%%:*})"* ]] ||
		fail "$*: $status, $output, $stderr"
	assert_equal "$*: $(find . ! -name '*.lock' | sort)" "$*: $before"
}

@test "save: where a file system cannot rename without replacing, it renames" {
	local error
	for error in EINVAL ENOSYS; do
		run_failing "renameat2:error=$error" -d "$TDI" save "$error"
		assert_success
		run --separate-stderr sim cca diff "$error" "$TDI"
		assert_success
	done
}

@test "save: a disk that breaks leaves no directory, under any name" {
	local fault
	for fault in renameat2:error=EIO fsync:error=EIO fsync:error=EIO:when=3 '/^mkdir:error=ENOSPC' linkat:error=EIO \
		linkat:error=EIO:when=4; do
		assert_fails "$fault" -d "$TDI" save evidence
	done
}

@test "-o: a disk that breaks leaves no file, and what --force would have replaced" {
	local fault
	for fault in fsync:error=EIO linkat:error=ENOENT; do
		assert_fails "$fault" -d "$TDI" read-object report -o out
	done
	echo old >out
	for fault in fsync:error=EIO linkat:error=ENOENT renameat:error=EIO getrandom:error=ENOSYS; do
		assert_fails "$fault" -d "$TDI" --force read-object report -o out
		assert_equal "$(<out)" old
	done
}

@test "-o: where a file system has no files without a name, it takes a hidden one" {
	local error
	for error in EOPNOTSUPP EISDIR ENOENT; do
		only=$PWD run_failing "openat:error=$error:when=1" -d "$TDI" read-object report -o out
		assert_success
		cmp out report.bin
		rm out
	done
	for error in EINVAL ENOSYS; do
		only=$PWD run_failing "openat:error=EOPNOTSUPP:when=1 renameat2:error=$error" -d "$TDI" read-object report -o out
		assert_success
		cmp out report.bin
		rm out
	done
	for error in renameat2:error=EIO 'renameat2:error=EINVAL linkat:error=EIO'; do
		only=$PWD assert_fails "openat:error=EOPNOTSUPP:when=1 $error" -d "$TDI" read-object report -o out
	done
	only=$PWD assert_fails openat:error=EACCES -d "$TDI" read-object report -o out
}

@test "-o: a write that is interrupted, or must wait, is made again" {
	local error
	for error in EINTR EAGAIN; do
		run_failing "write:error=$error:when=1" -d "$TDI" read-object report -o "$error"
		assert_success
		cmp "$error" report.bin
	done
	run_failing write:retval=0:when=1 -d "$TDI" read-object report -o none
	assert_failure 1
	refute [ -e none ]
}

@test "a file that is read: an interrupted read is made again, a broken one is an error" {
	local file command words
	printf 'read-object report --raw\n' >lines
	printf '{"devices":[{"device":"%s","connected":true,"held":true,"evidence":{"report":{"file":"report.bin"}}}]}\n' "$TDI" >scenario
	sim cca -d "$TDI" -y --vdevice 1 set-state locked
	tsmctl -q -d "$TDI" --record recording read-object report >recorded
	while read -r file command; do
		read -ra words <<<"$command"
		only=$PWD/$file run_failing read:error=EINTR:when=1 "${words[@]}"
		assert_equal "$command: $status" "$command: 0"
		only=$PWD/$file run_failing read:error=EIO:when=1 "${words[@]}"
		[[ $status == 1 && $output == "" && $stderr == *"$file"* && $stderr == *EIO* ]] ||
			fail "$command: $status, $output, $stderr"
	done <<-END
		report.bin read-object report --from report.bin
		lines -d $TDI -b lines
		recording -d $TDI --replay recording read-object report
		scenario -d $TDI --sim=scenario info
		report.bin -d $TDI --sim=scenario info
		state -d $TDI read-object report
	END
}

@test "the simulator's state: a change that cannot be kept is told, and did not happen" {
	local fault
	sim cca -d "$TDI" -y --vdevice 1 set-state locked
	cp state before
	for fault in '/^rename(at)?$:error=EIO' '/^unlink(at)?$:error=EPERM' flock:error=ENOLCK; do
		assert_fails "$fault" -d "$TDI" -y --vdevice 1 set-state run
		assert_equal "$fault: ${stderr%%$'\n'*}" "$fault: tsmctl: simulator: the state file cannot be written (${fault#*error=}): $TSMCTL_SIM_STATE"
		cmp state before
	done
	for fault in write:error=ENOSPC close:error=EDQUOT; do
		only=$PWD/state.new assert_fails "$fault" -d "$TDI" -y --vdevice 1 set-state run
		cmp state before
	done
	run_failing flock:error=EINTR:when=1 -d "$TDI" -y --vdevice 1 set-state run
	assert_success
	refute cmp -s state before
}

@test "the simulator's state: a directory that cannot be made" {
	unset TSMCTL_SIM_STATE
	mkdir -m 700 run
	XDG_RUNTIME_DIR=$PWD/run assert_fails '/^mkdir:error=EROFS' -d "$TDI" -y --vdevice 1 set-state locked
}

@test "without a memory file, help and completion say why they fail" {
	local command
	for command in help 'help info' 'completion zsh' schema; do
		# shellcheck disable=SC2086 # words
		assert_fails memfd_create:error=EMFILE $command
	done
}

@test "this machine's netlink: what the kernel refuses is named" {
	local fault
	unset TSMCTL_SIM
	for fault in socket:error=EAFNOSUPPORT socket:error=EMFILE setsockopt:error=ENOPROTOOPT bind:error=EPERM \
		sendto:error=ENOBUFS recvmsg:error=EIO recvmsg:error=ENOBUFS; do
		run_failing "$fault" -j doctor
		assert_success
		# shellcheck disable=SC2016 # a variable of jq
		assert_json 'any(.data.checks[]; .check == "evidence over netlink" and (.result | IN("unknown", "denied", "missing")) and
			(.detail | contains($errno)) and .remedy != null)' --arg errno "${fault#*error=}"
	done
}
