#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# Kernels that fail in the middle: what is said, that it is not repeated where it must not be, and what is left behind.
# shellcheck disable=SC2154 # run sets status, output and stderr

load helper

readonly TDI=0000:01:00.0

# A scenario with one fault, and evidence in messages of 40 bytes. Usage: fault 'KEYS OF THE FAULT'
fault()
{
	scenario fault "{\"chunk\": 40, \"faults\": [{$1}]}"
}

# Fails unless reading to a file, to a pipe and into a document fails with the status, and leaves nothing.
# Usage: assert_read_fails STATUS CODE SCENARIO
assert_read_fails()
{
	local directory=$BATS_TEST_TMPDIR/left
	mkdir -p "$directory"
	run --separate-stderr sim "$3" -d "$TDI" read-object report -o "$directory/out"
	assert_equal "-o: $status" "-o: $1"
	assert_equal "$(ls -A "$directory")" ""
	run --separate-stderr sim "$3" -d "$TDI" read-object report --raw
	assert_equal "--raw: $status" "--raw: $1"
	refute_output
	assert_refused "$1" "$TDI" "$3" -d "$TDI" read-object report
	# shellcheck disable=SC2016
	assert_json '.error.code == $code' --arg code "$2"
	# The file that was there stays as it was.
	echo mine >"$directory/mine"
	run --separate-stderr sim "$3" -d "$TDI" read-object report -o "$directory/mine" --force
	assert_equal "--force: $status" "--force: $1"
	assert_equal "$(ls -A "$directory"): $(<"$directory/mine")" "mine: mine"
	rm "$directory/mine"
}

@test "a dump cut short, with a part missing, overlong, or out of order" {
	local line kind nth
	for line in "nl_truncate 1" "nl_truncate 2" "nl_drop 1" "nl_drop 2" "nl_drop 3" "nl_extra 1" "nl_extra 3" "nl_swap 1"; do
		read -r kind nth <<<"$line"
		assert_read_fails 8 BADDUMP "$(fault "\"kind\": \"$kind\", \"nth\": $nth")"
	done
}

@test "an error in DONE, at the end or after a message, with the kernel's sentence escaped" {
	local file line errno expected
	for line in "EIO 1" "EPERM 3" "ENODEV 4" "EOPNOTSUPP 5" "ENXIO 6" "EBUSY 6"; do
		read -r errno expected <<<"$line"
		assert_read_fails "$expected" "$errno" "$(fault "\"kind\": \"nl_done\", \"errno\": \"$errno\"")"
	done
	file=$(fault '"kind": "nl_done", "nth": 2, "errno": "EIO", "text": "DOE \u001b[31mtimeout"')
	assert_read_fails 1 EIO "$file"
	run_json "$file" -d "$TDI" read-object report
	assert_json '.error.kernel == "DOE \u001b[31mtimeout"'
	run --separate-stderr sim "$file" -d "$TDI" read-object report
	[[ $stderr == *DOE*timeout* && $stderr != *$'\e'* ]] || fail "not the kernel's sentence, or as it is: ${stderr@Q}"
}

@test "a fault in the evidence of one function does not touch the others" {
	local file
	file=$(fault '"kind": "nl_done", "errno": "EIO", "device": "0000:01:00.1"')
	run_json "$file" -d "$TDI" read-object report
	assert_success
	run_json "$file" -d 0000:01:00.1 read-object report
	assert_failure 1
}

@test "a generation that changes midway: read again, and the file is whole" {
	local file
	file=$(fault '"kind": "nl_generation", "nth": 2')
	run_json "$file" -d "$TDI" read-object report -o "$BATS_TEST_TMPDIR/out" --trace
	assert_success
	assert_json '.data | .generation == 2 and .size == 104'
	assert_equal "$(grep -c '^netlink_send .* cmd=1 ' <<<"$stderr")" 2
	run cmp "$TSMCTL_SOURCE/data/report.bin" "$BATS_TEST_TMPDIR/out"
	assert_success
	assert_equal "$(find "$BATS_TEST_TMPDIR" -name '*out*')" "$BATS_TEST_TMPDIR/out"
}

@test "EAGAIN again and again: at most a few attempts" {
	local file sends
	file=$(fault '"kind": "nl_done", "errno": "EAGAIN"')
	assert_read_fails 6 EAGAIN "$file"
	run --separate-stderr sim "$file" -d "$TDI" --trace read-object report
	sends=$(grep -c '^netlink_send .* cmd=1 ' <<<"$stderr")
	((sends > 1 && sends <= 5)) || fail "$sends attempts"
}

@test "with a nonce nothing is asked for again, and the outcome is uncertain" {
	local file
	# SEV has no measurements before: the first dump is one message, so the fault hits the one with the nonce.
	file=$(scenario nonce '{"arch": "sev", "chunk": 400, "faults": [{"kind": "nl_generation", "nth": 2}]}')
	run_json "$file" -d "$TDI" -y --trace regen measurements
	assert_failure 6
	assert_json '.error | .code == "EAGAIN" and .uncertain'
	run awk '$1 == "netlink_send" && / cmd=1 / { print $2 }' <<<"$stderr"
	assert_output $'len=56\nlen=92'
}

@test "a changed byte of evidence is shown as it is" {
	local file
	file=$(scenario byte '{"faults": [{"kind": "evidence", "device": "0000:01:00.0", "type": "report", "offset": 4,
		"value": 255}]}')
	run_json "$file" -d "$TDI" read-object report
	assert_success
	assert_json '.data | .bytes[8:10] == "f8" and .decoded.msix_message_control == "0x80f8"'
	run_json "$file" -d 0000:01:00.1 read-object report
	assert_json '.data.decoded.msix_message_control == "0x8007"'
}

@test "a TSM code is an error of its own, with the number, also where the ioctl succeeds" {
	local file line
	file=$(scenario code '{"faults": [{"kind": "tsm_code", "value": 9223372036854775809}]}')
	for line in "set-state locked" "validate-mmio 0 0x1000 0" "regen measurements --source ioctl" \
		"read-object report --source ioctl"; do
		# shellcheck disable=SC2086
		assert_refused 7 "$TDI" "$file" -d "$TDI" --vdevice 1 -y $line
		# shellcheck disable=SC2086
		run_json "$file" -d "$TDI" --vdevice 1 -y $line
		assert_json '.error | .class == "tsm" and .tsm_code == "0x8000000000000001"'
		# shellcheck disable=SC2086
		run --separate-stderr sim "$file" -d "$TDI" --vdevice 1 -y $line
		[[ $stderr == *0x8000000000000001* ]] || fail "$line: no code: $stderr"
	done
}

@test "a residue larger than what was offered is not believed, one within it is told" {
	local file line
	for line in "validate-mmio 0 0x1000 0" "set-state locked" "set-state unlocked" "read-object report --source ioctl"; do
		sim cca sim reset >/dev/null
		# A scenario file has a VMM by its path: lock it before the fault stands in the file.
		file=$(scenario residue '{}')
		[[ $line == "set-state locked" ]] || sim "$file" -d "$TDI" -y set-state locked
		file=$(scenario residue '{"faults": [{"kind": "residue", "value": 4096}]}')
		# shellcheck disable=SC2086
		run_json "$file" -d "$TDI" --vdevice 1 -y $line
		assert_equal "$line: $status" "$line: 1"
		# shellcheck disable=SC2016
		assert_json '.error | .code == "BADRESIDUE" and (.hint | length) > 0 and (.message | test("4096")) and
			.uncertain == $changes' --argjson changes "$([[ $line == read* ]] && echo false || echo true)"
	done
	sim cca sim reset >/dev/null
	run_json "$(scenario residue '{"faults": [{"kind": "residue", "value": 3}]}')" -d "$TDI" --vdevice 1 -y set-state locked
	assert_success
	assert_json '.data.residue == 3'
}

@test "a call that takes long is waited for" {
	run_json "$(scenario slow '{"faults": [{"kind": "delay", "call": "nl_recv", "delay_ms": 300}]}')" -d "$TDI" read-object vca
	assert_success
	assert_json '.data.size == 152'
}

@test "an errno of any call of the seam: no crash, a document, an exit status of the list" {
	local call errno file line
	for call in open ioctl read_file read_link list_dir pidfd_getfd nl_open nl_send nl_recv; do
		for errno in EACCES EIO; do
			file=$(scenario errno "{\"faults\": [{\"kind\": \"errno\", \"call\": \"$call\", \"errno\": \"$errno\"},
				{\"kind\": \"errno\", \"call\": \"$call\", \"errno\": \"$errno\", \"nth\": 3}]}")
			for line in "list" "info" "read-object report" "regen report" "set-state locked" "accept-generation 1"; do
				# shellcheck disable=SC2086
				run_json "$file" -d "$TDI" -y $line
				((status <= 8)) || fail "$call $errno $line: status $status"
				# shellcheck disable=SC2016
				assert_json '(.error.exit // 0) == $status' --argjson status "$status"
			done
			run_json "$file" doctor
			assert_equal "$call $errno doctor: $status" "$call $errno doctor: 0"
			assert_json '.data.checks | length >= 6'
		done
	done
}

@test "the errno of the request itself: what it means, and whether it may have been done" {
	local line errno expected uncertain
	for line in "EFAULT 1 true" "EINTR 1 true" "EIO 1 true" "ENOMEM 1 true" "ENXIO 6 true" "EINVAL 1 false" "ENOENT 4 false" \
		"EBUSY 6 false" "ENOTTY 5 false" "EPERM 3 false" "EOPNOTSUPP 5 false" "E2BIG 1 false"; do
		read -r errno expected uncertain <<<"$line"
		# 38 requests of the fingerprint come before it, at both numbers: those at 0x3b96 are 36.
		run_json "$(scenario request "{\"faults\": [{\"kind\": \"errno\", \"call\": \"ioctl\", \"nr\": 15254, \"nth\": 37,
			\"errno\": \"$errno\"}]}")" -d "$TDI" --vdevice 1 -y --trace set-state locked
		assert_equal "$line: $status" "$line: $expected"
		# shellcheck disable=SC2016
		assert_json '.error | .code == $errno and .uncertain == $uncertain' --arg errno "$errno" \
			--argjson uncertain "$uncertain"
		# Never sent twice.
		assert_equal "$line: $(traced_requests | wc -l)" "$line: 1"
	done
}

@test "a scenario that is wrong is refused, with the file and what is wrong in it" {
	local line
	for line in '{:parse' '[]:object' '{"frob": 1}:frob' '{"arch": "arm"}:arch' '{"abi": "nope"}:nope' \
		'{"faults": [{"kind": "frob"}]}:kind' '{"faults": [{"kind": "errno", "call": "ioctl"}]}:errno' \
		'{"devices": [{"device": "1"}]}:address' '{"devices": [{"device": "0000:01:00.0", "evidence": {"x": ""}}]}:"x"' \
		'{"devices": [{"device": "0000:01:00.0", "evidence": {"vca": "0"}}]}:hexadecimal'; do
		run_json "$(scenario wrong "${line%:*}")" list
		((status == 1 || status == 2)) || fail "$line: status $status"
		assert_json '.error.object + .error.message | contains("wrong.json")'
		[[ $line == '{:'* || $line == '[]'* ]] || [[ $output == *"${line##*:}"* || $output == *'\"x\"'* ]] ||
			fail "$line: does not say what: $output"
	done
	assert_refused 4 none.json "$BATS_TEST_TMPDIR/none.json" list
}

# Fails unless the scenario with that function is refused, in these words. Usage: refute_function 'MEMBERS' 'WORDS'
refute_function()
{
	run_json "$(scenario wrong "{\"devices\": [{\"device\": \"0000:01:00.0\", $1}]}")" list
	assert_failure
	# shellcheck disable=SC2016
	assert_json '.error | .code + .message | contains($words)' --arg words "$2"
}

@test "a scenario's function that cannot be, and evidence that cannot be had" {
	refute_function '"present": false' 'in use, but not "present"'
	refute_function '"present": 1' '"present" must be of the type "boolean"'
	refute_function '"tee": false' '"connected" without "tee"'
	refute_function '"evidence": []' '"evidence" must be of the type "object"'
	refute_function '"evidence": {"vca": 7}' 'evidence is a hex string'
	refute_function '"evidence": {"vca": {}}' 'either "size" or "file"'
	refute_function '"evidence": {"vca": {"size": "x"}}' '"size" of evidence must be a size'
	refute_function '"evidence": {"vca": {"size": 16777217}}' 'more than 16 MiB'
	refute_function '"evidence": {"vca": {"file": 7}}' '"file" must be of the type'
	refute_function '"evidence": {"vca": {"file": "."}}' 'EISDIR'
	truncate -s $((16 * 1024 * 1024 + 1)) "$BATS_TEST_TMPDIR/large"
	refute_function '"evidence": {"vca": {"file": "large"}}' 'larger than 16 MiB'
	truncate -s $((16 * 1024 * 1024)) "$BATS_TEST_TMPDIR/large"
	run_json "$(scenario fits '{"devices": [{"device": "0000:01:00.0", "evidence": {"vca": {"file": "large"}}}]}')" \
		-d 0000:01:00.0 info vca
	assert_success
	assert_json '.data.objects[0].size == 16777216'
}
