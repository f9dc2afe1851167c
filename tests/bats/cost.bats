#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# What the tool costs, where a count is stable; tests/bench measures all of it.
# shellcheck disable=SC2154 # run sets status, output and stderr

load helper

readonly TDI=0000:01:00.0

setup()
{
	[[ ${TSMCTL_SANITIZED:-} != 1 ]] || skip "a sanitized binary has other costs"
	skip_emulated
}

# Prints the instructions of one run, in units of a thousand. Usage: instructions ARGUMENTS...
instructions()
{
	valgrind --tool=callgrind --callgrind-out-file=/dev/null "$TSMCTL_BIN" "$@" 2>&1 >/dev/null |
		awk '/Collected/ { print int($NF / 1000) }'
}

# Prints the largest resident memory of one run in KiB: what the kernel has in VmHWM while the run waits for somebody to
# read its output, at its very end. The maximum that wait4(2) tells would be at least that of the program that started it.
# Usage: peak_memory ARGUMENTS...
peak_memory()
{
	/usr/bin/python3 - "$TSMCTL_BIN" "$@" <<'END'
import os, re, subprocess, sys, time

reader, writer = os.pipe()
os.set_blocking(writer, False)
try:
    while True:
        os.write(writer, b"x")
except BlockingIOError:
    os.set_blocking(writer, True)
child = subprocess.Popen(sys.argv[1:], stdout=writer)
asleep = 0
while asleep < 20:
    time.sleep(0.005)
    with open(f"/proc/{child.pid}/status", encoding="ascii") as f:
        status = f.read()
    asleep = asleep + 1 if "State:\tS" in status else 0
    if "State:\tZ" in status:
        sys.exit("ended without output")
print(re.search(r"VmHWM:\s*([0-9]+) kB", status)[1])
os.close(writer)
with os.fdopen(reader, "rb") as f:
    f.read()
sys.exit(child.wait())
END
}

# Fails unless the number is below the limit. Usage: assert_below WHAT NUMBER LIMIT
assert_below()
{
	[[ $2 =~ ^[0-9]+$ ]] || fail "$1: not measured: $2"
	echo "# $1: $2, limit $3" >&3
	(($2 < $3)) || fail "$1: $2, not below $3"
}

@test "instructions: --version under 0.35 M, info of a TDI under 3 M" {
	assert_below "--version, thousand instructions" "$(instructions --version)" 350
	assert_below "info -j, thousand instructions" "$(instructions --sim -d "$TDI" info -j)" 3000
}

@test "at most 5 shared objects besides the loader" {
	run ldd "$TSMCTL_BIN"
	assert_success
	local count
	count=$(grep -v -e linux-vdso -e ld-linux <<<"$output" | grep -c '=>')
	((count <= 5)) || fail "$count: $output"
}

@test "a 16 MiB object to a file: less than 6 MiB of memory above --version" {
	local file base
	file=$(scenario huge '{"devices": [{"device": "0000:01:00.0", "evidence": {"cert:0": {"size": 16777216}}}]}')
	base=$(peak_memory --version)
	assert_below "16 MiB to a file, KiB above --version" \
		$(($(peak_memory --sim="$file" -q -d "$TDI" read-object cert -o "$BATS_TEST_TMPDIR/out") - base)) 6144
	assert_equal "$(stat -c %s "$BATS_TEST_TMPDIR/out")" 16777216
	assert_below "16 MiB to a pipe, KiB above --version" \
		$(($(peak_memory --sim="$file" -q -d "$TDI" read-object cert --raw) - base)) 6144
}

@test "the fingerprint takes at most 40 requests, a kernel without any two" {
	local abi
	for abi in op48-2026-09 op48-interim op48-2026-06 scope40-v5 amd-packed48 unknown; do
		run --separate-stderr sim "cca,abi=$abi" -d "$TDI" --trace info
		assert_below "$abi" "$(grep -c name=FINGERPRINT <<<"$stderr")" 41
	done
	run --separate-stderr sim cca,abi=none -d "$TDI" --trace info
	assert_below none "$(grep -c name=FINGERPRINT <<<"$stderr")" 3
}

@test "the fingerprint is taken once for all lines of a batch" {
	local i
	for ((i = 0; i < 10; i++)); do
		echo "-d $TDI info"
	done >"$BATS_TEST_TMPDIR/lines"
	run --separate-stderr sim cca --trace --batch="$BATS_TEST_TMPDIR/lines"
	assert_success
	assert_below "ten lines" "$(grep -c name=FINGERPRINT <<<"$stderr")" 41
}

@test "all objects of a device are one dump" {
	local words
	for words in "save $BATS_TEST_TMPDIR/saved" info; do
		# shellcheck disable=SC2086 # words
		run --separate-stderr sim cca -d "$TDI" --trace $words
		assert_success
		assert_equal "$(grep -c 'netlink_send.* flags=0x301' <<<"$stderr")" 1
	done
}

# Prints what one more function costs `list -j`: thousand instructions, system calls. Usage: cost_of_function KIND
cost_of_function()
{
	/usr/bin/python3 -B - "$TSMCTL_SOURCE/tests/bench" "$TSMCTL_BIN" "$BATS_TEST_TMPDIR" "$1" <<'END'
import sys
sys.path.insert(0, sys.argv[1])
from measure import instructions, system_calls
import sysfs
command, kind = [sys.argv[2], "list", "-j"], getattr(sysfs, sys.argv[4])
few, many = (sysfs.instead(sysfs.make(f"{sys.argv[3]}/{kind}-{count}", count, kind)) for count in (32, 288))
print((instructions(command, many) - instructions(command, few)) // 256000,
      round((system_calls(command, many) - system_calls(command, few)) / 256))
END
}

@test "list: 16 system calls and 40 k instructions for a function with a TSM, 2 and 4 k for another" {
	local user=() kind cost
	((EUID == 0)) || user=(--map-root-user)
	unshare "${user[@]}" --mount --pid --fork --mount-proc mount --bind /tmp /sys 2>/dev/null ||
		skip "no namespace can be made here"
	for kind in OWN THROUGH_DSM HELD; do
		read -r -a cost <<<"$(cost_of_function "$kind")"
		assert_below "$kind, thousand instructions" "${cost[0]}" 40
		assert_below "$kind, system calls" "${cost[1]}" 17
	done
	read -r -a cost <<<"$(cost_of_function NONE)"
	assert_below "NONE, thousand instructions" "${cost[0]}" 4
	assert_below "NONE, system calls" "${cost[1]}" 3
}

@test "a batch keeps neither memory nor descriptors of its lines" {
	local i before more
	for ((i = 0; i < 2000; i++)); do
		printf -- '-d %s %s\n' "$TDI" info "$TDI" "read-object report" "$TDI" doctor
		echo list
	done >"$BATS_TEST_TMPDIR/lines"
	head -n 40 "$BATS_TEST_TMPDIR/lines" >"$BATS_TEST_TMPDIR/few"
	before=$(peak_memory --sim -q --batch="$BATS_TEST_TMPDIR/few")
	more=$(($(peak_memory --sim -q --batch="$BATS_TEST_TMPDIR/lines") - before))
	assert_below "KiB for 200 times as many lines" "$((more > 0 ? more : 0))" 256
	run -0 prlimit --nofile=16 "$TSMCTL_BIN" --sim -q --batch="$BATS_TEST_TMPDIR/few"
	run -0 prlimit --nofile=16 "$TSMCTL_BIN" --sim -q --batch="$BATS_TEST_TMPDIR/lines"
}
