#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# Many commands in one process: what --batch reads, prints, keeps open, and where it stops.
# shellcheck disable=SC2154 # run sets status, output and stderr

load helper

readonly HELD=0000:01:00.0 FREE=0000:01:00.1

# Writes the lines of a batch and prints the path of its file. Usage: lines 'TEXT'
lines()
{
	printf '%s' "$1" >"$BATS_TEST_TMPDIR/commands"
	printf '%s\n' "$BATS_TEST_TMPDIR/commands"
}

# Runs a batch of the text on the simulated kernel. Usage: run_batch 'TEXT' OPTIONS...
run_batch()
{
	local file
	file=$(lines "$1")
	run --separate-stderr tsmctl --sim -q "${@:2}" --batch "$file"
}

@test "each line prints what the same command alone prints" {
	local alone
	alone=$(
		sim cca list
		sim cca -d "$HELD" info
		sim cca -d "$HELD" read-object vca --hex
		sim cca help set-state
	)
	run_batch $'list\n# a comment\n\ninfo\nread-object vca --hex\nhelp \\\n   "set-state" # joined\n' -d "$HELD"
	assert_success
	assert_equal "$output" "$alone"
	refute [ -n "$stderr" ]
}

@test "a batch comes from standard input as well, also through shell without a terminal" {
	local alone
	alone=$(sim cca -d "$HELD" info)
	run --separate-stderr bash -c "printf 'info\n' | '$TSMCTL_BIN' --sim -q -d $HELD -b -"
	assert_success
	assert_equal "$output" "$alone"
	run --separate-stderr bash -c "printf 'info\nquit\nfoo\n' | '$TSMCTL_BIN' --sim -q -d $HELD shell"
	assert_success
	assert_equal "$output" "$alone"
	refute [ -n "$stderr" ]
}

@test "the first error ends it, names file and line, and gives the exit status" {
	run_batch $'list\n\ninfo \\\n -d 00:00.0\nlist\n'
	assert_equal "$status" 4
	assert_equal "$output" "$(sim cca list)"
	[[ $stderr == "tsmctl: $BATS_TEST_TMPDIR/commands:3: 0000:00:00.0: "* ]] || fail "$stderr"
}

@test "--keep-going goes on; the exit status is that of the first error" {
	run_batch $'nonsense\ninfo -d 00:00.0\nlist\n' --keep-going
	assert_equal "$status" 2
	assert_equal "$output" "$(sim cca list)"
	[[ $stderr == *"commands:1: unknown command 'nonsense'"*"commands:2: 0000:00:00.0: "* ]] || fail "$stderr"
}

@test "hostile lines are errors with their numbers, and the next line is a line again" {
	local long
	long=$(printf '%070000d' 0)
	# shellcheck disable=SC1003 # a backslash
	printf 'list\nin\0fo\n"list\nlist %s \\\nlist\nset-state \\' "$long" >"$BATS_TEST_TMPDIR/commands"
	run --separate-stderr tsmctl --sim -q --keep-going -b "$BATS_TEST_TMPDIR/commands"
	assert_equal "$status" 2
	assert_equal "$output" "$(sim cca list)"
	for part in ':2: the line holds a NUL byte' ':3: a double quote is not closed' \
		':4: the line is longer than 65536 bytes' ':6: the line ends with a backslash'; do
		[[ $stderr == *"$part"* ]] || fail "no $part in $stderr"
	done
}

@test "a file that cannot be read is an error" {
	run --separate-stderr tsmctl --sim -q -b "$BATS_TEST_TMPDIR/none"
	assert_equal "$status" 4
	run --separate-stderr tsmctl --sim -q -b "$BATS_TEST_TMPDIR" --keep-going
	assert_equal "$status" 1
	[[ $stderr == *"cannot be read"* ]] || fail "$stderr"
}

@test "with --json it is one array, an envelope with its line for each command" {
	run_batch $'list\n\nuse 01:00.0\ninfo report\nnonsense\nlist\n' -j
	assert_equal "$status" 2
	jq -e 'map([.line, .command, has("data"), .error.code]) ==
		[[1, "list", true, null], [3, "use", true, null], [4, "info", true, null], [5, null, false, "USAGE"]]' \
		<<<"$output" || fail "$output"
	jq -c '.[]' <<<"$output" >"$BATS_TEST_TMPDIR/documents"
	jq -e '.[2] | del(.line)' <<<"$output" >"$BATS_TEST_TMPDIR/in-batch"
	sim cca -d "$HELD" -j info report | jq . >"$BATS_TEST_TMPDIR/alone"
	diff "$BATS_TEST_TMPDIR/in-batch" "$BATS_TEST_TMPDIR/alone"
	run_batch '' -j
	assert_success
	assert_equal "$output" '[]'
	run_batch $'list\nlist\n' -p
	jq -e 'length == 2' <<<"$output"
}

@test "one session and one fingerprint serve the whole batch" {
	run_batch $'info\nset-state locked\nset-state run\ninfo\nread-object report --source ioctl\n' \
		-y --trace -d "$FREE"
	assert_success
	assert_equal "$(grep -c '^open path=/dev/iommu' <<<"$stderr")" 2
	assert_equal "$(grep -c '^open path=/dev/vfio' <<<"$stderr")" 1
	assert_equal "$(grep -c '^netlink_open' <<<"$stderr")" 1
	assert_equal "$(grep -c 'name=IOMMU_VDEVICE_ALLOC' <<<"$stderr")" 1
	# Closed in the end, all of them.
	assert_equal "$(grep -c '^open \|^netlink_open\|^ioctl .*KVM_CREATE' <<<"$stderr")" \
		"$(grep -c '^close ' <<<"$stderr")"
}

@test "an own session keeps its state between lines, and loses it with the target" {
	run_batch $'set-state locked\nset-state run\n' -y -d "$FREE"
	assert_success
	run_batch $'set-state locked\nuse '"$HELD"$'\nuse '"$FREE"$'\nset-state run\n' -y -d "$FREE"
	assert_equal "$status" 6
	[[ $stderr == *":4: "* ]] || fail "$stderr"
	run --separate-stderr bash -c "printf 'set-state locked\nuse $HELD\n' | '$TSMCTL_BIN' --sim -y -d $FREE -b -"
	[[ $stderr == *"$FREE: vdevice "*" of an own session: the session ends for another target"* ]] || fail "$stderr"
}

@test "evidence that was made anew since an earlier line looked is told, once, unless the line itself made it" {
	lines $'info\nset-state locked\nread-object report --digest\ninfo\nregen measurements\ninfo\n' >/dev/null
	run --separate-stderr tsmctl --sim -y -d "$FREE" -b "$BATS_TEST_TMPDIR/commands"
	assert_success
	assert_equal "$(grep -c 'the evidence has generation' <<<"$stderr")" 1
	[[ $stderr == *"tsmctl: $FREE: the evidence has generation 3 now; it was 1"* ]] || fail "$stderr"
}

@test "info shows the last refusal of its function in this batch" {
	run_batch $'info\nset-state run\ninfo\nsev-dma enable\ninfo\ninfo -d 01:00.1\nfrobnicate\ninfo\n' -y -j \
		--keep-going -d "$HELD"
	jq -e '[.[] | select(.command == "info") | .data.last_refusal] | .[0] == null and
		(.[1] | .command == "set-state" and .code == "ENXIO" and .class == "state") and
		(.[2] | .command == "sev-dma" and .code == "EOPNOTSUPP") and .[3] == null and .[4] == .[2]' <<<"$output" ||
		fail "$output"
	jq -c '.[]' <<<"$output" >"$BATS_TEST_TMPDIR/documents"
	run_batch $'set-state run\ninfo --columns name\n' -y --keep-going -d "$HELD"
	assert_line --partial 'Last refusal  set-state: the TSM refused, or could not reach the'
}

@test "a dry run leaves the open session alone, and shows what it would send over it" {
	run_batch $'set-state locked\nset-state run -n\nset-state run -n -d '"$HELD"$'\nset-state run\n' -y -j -d "$FREE"
	assert_success
	jq -e '.[1].data.calls | length == 1' <<<"$output"
	jq -e '.[2].data.calls | length == 1' <<<"$output"
}

@test "use takes a function, a process or a descriptor, and nothing else is a target" {
	run_batch $'use\nuse 0000:55:00.0\nuse --attach 4242\nuse --iommufd 17 --vdevice 1\n' -j --keep-going
	assert_failure 2
	assert_equal "$(jq -c '[.[] | [.error.class, .data.pid]]' <<<"$output")" \
		'[["usage",null],["not_found",null],[null,4242],[null,null]]'
}

@test "a session whose vdevice is gone is dropped and said so" {
	local file questions
	run --separate-stderr sim cca --trace doctor
	questions=$(grep -c 'nr=0x3b96 .*name=FINGERPRINT' <<<"$stderr")
	file=$(scenario gone '{"faults": [{"kind": "errno", "call": "ioctl", "nr": 15254, "errno": "ENOENT",
		"nth": '$((questions + 2))'}]}')
	lines $'set-state locked\nset-state run\nset-state unlocked\n' >/dev/null
	run --separate-stderr tsmctl --sim="$file" --trace -y -d "$FREE" --keep-going -b "$BATS_TEST_TMPDIR/commands"
	assert_equal "$status" 4
	[[ $stderr == *":2: $FREE: set-state: vdevice 5 does not exist"* ]] || fail "$stderr"
	[[ $stderr == *"the session has ended; the next request opens a new one"* ]] || fail "$stderr"
	assert_equal "$(grep -c '^open path=/dev/vfio' <<<"$stderr")" 2
}

@test "a line that names a target takes nothing of another one's, a vdevice id least of all" {
	run_batch $'set-state locked -d '"$FREE"$'\n' -y -j -d "$HELD" --vdevice 99
	assert_success
	jq -e '.[0].data | .device == "'"$FREE"'" and .own_session and .vdevice != 99' <<<"$output"
	run_batch $'set-state locked\n' -y -d "$HELD" --vdevice 99
	assert_equal "$status" 4
}

@test "a session serves the target that it was opened for, and no other" {
	local first second sessions
	while IFS=, read -r sessions first second; do
		run_batch "read-object vca --source ioctl $first"$'\n'"read-object vca --source ioctl $second"$'\n' \
			--trace --keep-going -d "$FREE"
		assert_equal "$first, $second: $(grep -c '^open path=/dev/vfio' <<<"$stderr")" "$first, $second: $sessions"
	done <<-'END'
		1,,
		2,,--viommu-type 3
		1,--viommu-type 3,--viommu-type 3
		2,--viommu-type 3,--viommu-type 4
		2,,--virt-id 0x500
		1,--virt-id 0x500,--virt-id 0x500
		2,--virt-id 0x500,--virt-id 0x501
		2,,--kvm-fd 99
	END
	# The second line fails as it does alone.
	local code
	while IFS=, read -r code first second; do
		run_batch "read-object vca --source ioctl $first"$'\n'"read-object vca --source ioctl $second"$'\n' -j --keep-going
		assert_equal "$first, $second: $(jq -r 'map(.error.code // "-") | join(" ")' <<<"$output")" "$first, $second: - $code"
	done <<-'END'
		ENOENT,-d 0000:01:00.0,-d 0000:01:00.0 --vdevice 99
		ENOENT,-d 0000:01:00.0 --vdevice 1,-d 0000:01:00.0 --vdevice 99
		USAGE,--attach 4242 --vdevice 1,--attach 4242:18 --vdevice 1
		EBADF,--iommufd 17 --vdevice 1 --arch cca,--iommufd 18 --vdevice 1 --arch cca
		ESRCH,--attach 4242 --vdevice 1,--attach 4243 --vdevice 1
	END
}

@test "the output of a line goes to a file" {
	run_batch $'list > '"$BATS_TEST_TMPDIR"$'/a b\n'
	assert_equal "$status" 2
	run_batch "list > '$BATS_TEST_TMPDIR/a b'"$'\n'"info >> '$BATS_TEST_TMPDIR/a b'"$'\nlist\n' -d "$HELD"
	assert_success
	assert_equal "$output" "$(sim cca list)"
	assert_equal "$(cat "$BATS_TEST_TMPDIR/a b")" "$(sim cca list && sim cca -d "$HELD" info)"
	run_batch "list > $BATS_TEST_TMPDIR/doc -j"$'\nlist\n' -j
	jq -e 'length == 1' <<<"$output"
	jq -e '.command == "list"' "$BATS_TEST_TMPDIR/doc"
	run_batch "list > $BATS_TEST_TMPDIR/none/doc"$'\n'
	assert_equal "$status" 4
}

@test "a full disk and a closed pipe end it" {
	run --separate-stderr bash -c "printf 'list\nlist\n' | '$TSMCTL_BIN' --sim -q -b - >/dev/full"
	assert_equal "$status" 1
	run --separate-stderr bash -c "yes list | head -n 2000 | '$TSMCTL_BIN' --sim -q -b - | head -n 1 >/dev/null
		exit \${PIPESTATUS[2]}"
	assert_equal "$status" 141
	refute [ -n "$stderr" ]
}

@test "no batch within a batch, none with a command, and --keep-going needs one" {
	local file
	file=$(lines $'list\n')
	assert_usage_error "--batch takes its commands from a file" --sim -b "$file" list
	assert_usage_error "--keep-going needs --batch or shell" --sim --keep-going list
	for line in "shell" "-b $file"; do
		run --separate-stderr bash -c "echo '$line' | '$TSMCTL_BIN' --sim -q -b -"
		assert_equal "$line: $status" "$line: 2"
		[[ $stderr == *"stdin:1: a batch or shell cannot start another"* ]] || fail "$stderr"
	done
}

@test "what others do to the simulated VMM meanwhile is seen" {
	mkfifo "$BATS_TEST_TMPDIR/fifo"
	tsmctl --sim -q -j -d "$HELD" -b "$BATS_TEST_TMPDIR/fifo" >"$BATS_TEST_TMPDIR/out" 3>&- &
	exec 9>"$BATS_TEST_TMPDIR/fifo"
	echo 'info report' >&9
	until grep -q '"line":1' "$BATS_TEST_TMPDIR/out"; do sleep 0.05; done
	sim cca -y -d "$HELD" regen report
	echo 'info report' >&9
	exec 9>&-
	wait $!
	jq -e '.[1].data.objects[0].generation > .[0].data.objects[0].generation' "$BATS_TEST_TMPDIR/out"
}

# Resident memory in KiB and open descriptors of process $1.
footprint()
{
	printf '%s %s\n' "$(awk '/^VmRSS/ { print $2 }' "/proc/$1/status")" "$(find "/proc/$1/fd" -mindepth 1 | wc -l)"
}

@test "a recording covers the whole batch, and a replay of it holds the batch to it" {
	local file
	file=$(lines $'info\nset-state locked -y\n')
	run --separate-stderr tsmctl --sim -q -d "$FREE" --record "$BATS_TEST_TMPDIR/recording" -b "$file"
	assert_success
	local recorded=$output
	run --separate-stderr tsmctl -q -d "$FREE" --replay "$BATS_TEST_TMPDIR/recording" -b "$file"
	assert_success
	assert_equal "$output" "$recorded"
	file=$(lines $'info\nset-state run -y\n')
	run --separate-stderr tsmctl -q -d "$FREE" --replay "$BATS_TEST_TMPDIR/recording" -b "$file"
	refute [ "$status" = 0 ]
}

@test "10,000 lines need no more memory and descriptors than 500" {
	[[ ${TSMCTL_SANITIZED:-} != 1 ]] || skip "a sanitized binary has other costs"
	skip_emulated
	local pid before after
	mkfifo "$BATS_TEST_TMPDIR/fifo"
	"$TSMCTL_BIN" --sim -q -j -d "$HELD" -b "$BATS_TEST_TMPDIR/fifo" >"$BATS_TEST_TMPDIR/out" 3>&- &
	pid=$!
	exec 9>"$BATS_TEST_TMPDIR/fifo"
	yes info | head -n 500 >&9
	until [[ $(grep -c '"line":500,' "$BATS_TEST_TMPDIR/out") == 1 ]]; do sleep 0.05; done
	before=$(footprint "$pid")
	yes info | head -n 9500 >&9
	until [[ $(tail -c 20000 "$BATS_TEST_TMPDIR/out") == *'"line":10000,'* ]]; do sleep 0.1; done
	after=$(footprint "$pid")
	exec 9>&-
	wait "$pid"
	assert_equal "${after#* }" "${before#* }"
	((${after% *} <= ${before% *} + 256)) || fail "from ${before% *} to ${after% *} KiB"
	jq -e 'length == 10000 and all(.data.connected)' "$BATS_TEST_TMPDIR/out" >/dev/null
}

@test "a VMM's descriptor is copied for each line, and no longer open than that; the fingerprint is taken once" {
	printf 'set-state locked\nset-state run\n' >"$BATS_TEST_TMPDIR/lines"
	run --separate-stderr tsmctl --sim -q -y --trace -d 0000:01:00.0 -b "$BATS_TEST_TMPDIR/lines"
	assert_success
	assert_equal "$(grep -c '^pidfd_getfd' <<<"$stderr")" 2
	assert_equal "$(grep -c 'name=SET_TDI_STATE' <<<"$stderr")" 2
	assert_equal "$(grep -c 'name=FINGERPRINT' <<<"$stderr")" 37
}

@test "documents that leave in pieces are elements of the array like others" {
	head -c 1000000 /dev/zero >"$BATS_TEST_TMPDIR/object"
	run --separate-stderr tsmctl -j -b - <<-COMMANDS
		read-object cert --from $BATS_TEST_TMPDIR/object
		read-object report --from $BATS_TEST_TMPDIR/object
	COMMANDS
	assert_success
	run jq -c 'map([.command, .line, (.data.bytes | length)])' <<<"$output"
	assert_output '[["read-object",1,2000000],["read-object",2,2000000]]'
}
