#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# A system that gives little: descriptors, file sizes, memory, places to write, and unusual surroundings.
# shellcheck disable=SC2154 # run sets status, output and stderr

load helper

readonly TDI=0000:01:00.0

# Fails unless what ran ended with an exit status of tsmctl, said why, and with -j gave one document.
assert_told()
{
	((status <= 8)) || fail "$1: status $status: $stderr"
	if ((status)); then
		[[ $stderr == *tsmctl:* ]] || fail "$1: nothing is said"
	fi
	[[ $1 != *-j* || -z $output ]] || jq -e -s 'length == 1' <<<"$output" >/dev/null || fail "$1: no document: $output"
}

# Runs tsmctl within a limit. Where not even the dynamic linker can begin: 125. Usage: limited LIMIT ARGUMENTS...
limited()
{
	local status=0
	timeout 60 prlimit "$1" "$TSMCTL_BIN" "${@:2}" 3>&- 4>&- || status=$?
	((status != 127)) || status=125
	return "$status"
}

readonly LINES_TRIED=("list -j" "-d $TDI info -j" "-d $TDI read-object cert -j" "-d $TDI -y regen report -j"
	"-d $TDI -y verify --root $TSMCTL_SOURCE/data/root.pem -j" "doctor -j" "help" "schema")

@test "few descriptors" {
	skip_emulated
	local line limit
	for limit in 3 4 5 6 7 8; do
		for line in "${LINES_TRIED[@]}"; do
			# shellcheck disable=SC2086
			run --separate-stderr limited --nofile=$limit --sim $line
			((status == 125)) || assert_told "$limit: $line"
		done
	done
}

@test "little memory" {
	local line limit
	[[ $TSMCTL_SANITIZED == 0 && -z ${TSMCTL_EMULATED-} ]] || skip "its own memory is not tsmctl's"
	for limit in 4000000 8000000 12000000 16000000 24000000; do
		for line in "${LINES_TRIED[@]}"; do
			# shellcheck disable=SC2086
			run --separate-stderr limited --as=$limit --sim $line
			# Below some limit the kernel itself ends what it cannot load.
			[[ $status == 125 || $status == 139 && -z $stderr ]] || assert_told "$limit: $line"
		done
	done
}

# A library that cannot be loaded or begin for want of memory is not taken for one that is not there. Memory that runs
# out elsewhere: tests/faults/test_memory.c.
@test "no memory for a library is an error, and never another result" {
	local directory=$BATS_TEST_TMPDIR/left line n sound
	[[ $TSMCTL_SANITIZED == 0 && -z ${TSMCTL_EMULATED-} ]] || skip "its own memory is not tsmctl's"
	mkdir "$directory"
	for line in "-d $TDI save $directory/evidence" "-d $TDI read-object cert" "-d $TDI -y set-state locked"; do
		# shellcheck disable=SC2086
		sound=$("$TSMCTL_BIN" --sim -q -j $line)
		for ((n = 1; n <= 160; n++)); do
			rm -rf "$TSMCTL_SIM_STATE" "$directory/evidence"
			# shellcheck disable=SC2086
			run --separate-stderr env LD_PRELOAD="$TSMCTL_BUILD/tests/no_memory.so" TSMCTL_NO_MEMORY=$n \
				"$TSMCTL_BIN" --sim -q -j $line
			if ((status == 0)); then
				# A nonce is in the evidence that is made anew.
				[[ $line == *set-state* ]] || assert_equal "$n: $output" "$n: $sound"
				continue
			fi
			assert_equal "$line, $n: $status" "$line, $n: 1"
			[[ $output == *'"code":"ENOMEM"'* || $output == *'"code":"ENOBUFS"'* ]] || fail "$line, $n: $output"
			[[ ! -e $directory/evidence ]] || fail "$line, $n: something was left behind"
		done
	done
}

@test "a library without room for its data is not taken for one that is not there" {
	[[ $TSMCTL_SANITIZED == 0 && -z ${TSMCTL_EMULATED-} ]] || skip "its own memory is not tsmctl's"
	local line
	for line in "save $BATS_TEST_TMPDIR/evidence" "read-object report --digest"; do
		# shellcheck disable=SC2086
		run --separate-stderr limited --data=400000 --sim -j -d $TDI $line
		assert_equal "$line: $status $(jq -r .error.code <<<"$output")" "$line: 1 ENOMEM"
	done
}

@test "a limit on files is an error, and leaves nothing, the signal for it included" {
	skip_memcheck "valgrind's own file has the limit, too"
	local directory=$BATS_TEST_TMPDIR/left line
	mkdir "$directory"
	for line in "read-object cert -o $directory/out" "save $directory/evidence" "--record $directory/record info"; do
		# The limit holds for the file behind standard error, too: hence the pipe.
		run bash -o pipefail -c "prlimit --fsize=64 '$TSMCTL_BIN' --sim -q -d $TDI $line 2>&1 | cat"
		assert_equal "$line: $status" "$line: 1"
		[[ $output == *EFBIG* ]] || fail "$line: $output"
		assert_equal "$line: $(ls -A "$directory")" "$line: "
	done
}

@test "a change that cannot be told of is said to stand" {
	run bash -c "'$TSMCTL_BIN' --sim -q -d $TDI -j -y set-state locked 2>&1 >/dev/full"
	assert_failure 1
	assert_output --partial "may have taken effect"
	# And one that is refused after all is not.
	run bash -c "'$TSMCTL_BIN' --sim -q -d $TDI -j list 2>&1 >/dev/full"
	assert_failure 1
	refute_output --partial "may have taken effect"
}

@test "an output that cannot be written is said, whatever the command" {
	local line
	for line in "${LINES_TRIED[@]}" "-d $TDI info" "-d $TDI read-object cert --raw" "-d $TDI diff $TDI $TDI" "completion fish" \
		"-d $TDI -v -y set-state locked" "monitor --timeout 0 --interval 9" "-b /dev/null -j" "-b $BATS_TEST_TMPDIR/lines" \
		"--version" "shell -j"; do
		echo list >"$BATS_TEST_TMPDIR/lines"
		run bash -c "TSMCTL_SIM=cca '$TSMCTL_BIN' -q $line 2>&1 >/dev/full </dev/null"
		if [[ $line == monitor* ]]; then
			assert_success # there was nothing to say
			continue
		fi
		assert_equal "$line: $status" "$line: 1"
		[[ $output == *"cannot write the output"*ENOSPC* ]] || fail "$line: $output"
	done
}

@test "a file system that fills up gets no part of a file, of a chain or of a directory" {
	[[ $EUID == 0 ]] || skip "needs root"
	unshare -m true 2>/dev/null || skip "needs a mount name space"
	local line full=$BATS_TEST_TMPDIR/full large
	mkdir "$full"
	large=$(scenario large '{"devices": [{"device": "0000:01:00.0", "evidence": {"cert": {"size": 2097152}}}]}')
	for line in "4k read-object cert -o out" "4k read-object cert --pem -o out" "8k read-object cert --split out" \
		"8k save out" "8k --record out info" "8k -y --record out set-state locked" "8k --sim=$large read-object cert --raw" \
		"8k --sim=$large read-object cert -o out" "8k --sim=$large save out"; do
		run unshare -m bash -c "mount -t tmpfs -o size=${line%% *} none '$full' && cd '$full' && echo filled >filler &&
			TMPDIR=. TSMCTL_SIM=cca '$TSMCTL_BIN' -q -d $TDI ${line#* } 2>&1 >/dev/null; echo \"status \$?\"; ls -A"
		assert_line "status 1"
		assert_line --partial ENOSPC
		assert_line --regexp 'Make room|--output FILE|only its recording is missing'
		refute_line --partial '.out.'
		assert_equal "$line: ${lines[-1]}" "$line: filler"
		refute_line out
	done
}

@test "closed streams" {
	local line
	for line in "${LINES_TRIED[@]}"; do
		run bash -c "'$TSMCTL_BIN' --sim $line >&-"
		((status == 1)) || fail "closed output: $line: $status"
		run bash -c "'$TSMCTL_BIN' --sim $line <&- 2>&-"
		((status == 0)) || fail "closed errors: $line: $status"
	done
}

@test "a read-only file system" {
	[[ $EUID == 0 ]] || skip "needs root"
	unshare -m true 2>/dev/null || skip "needs a mount name space"
	mkdir "$BATS_TEST_TMPDIR/ro"
	run unshare -m bash -c "mount -t tmpfs -o ro none '$BATS_TEST_TMPDIR/ro' && cd '$BATS_TEST_TMPDIR/ro' &&
		TSMCTL_SIM_STATE=$BATS_TEST_TMPDIR/ro/state '$TSMCTL_BIN' --sim -q -d $TDI read-object vca -o out"
	assert_failure 1
	assert_output --partial EROFS
	run unshare -m bash -c "mount -t tmpfs -o ro none '$BATS_TEST_TMPDIR/ro' && cd '$BATS_TEST_TMPDIR/ro' &&
		TSMCTL_SIM_STATE=$BATS_TEST_TMPDIR/ro/state '$TSMCTL_BIN' --sim -q -d $TDI -y set-state locked"
	((status == 1)) || fail "a state that cannot be kept: $status: $output"
	assert_output --partial "EROFS): $BATS_TEST_TMPDIR/ro/state"
	run unshare -m bash -c "mount -t tmpfs -o ro none '$BATS_TEST_TMPDIR/ro' &&
		TSMCTL_SIM_STATE=$BATS_TEST_TMPDIR/ro/state '$TSMCTL_BIN' --sim -q -d $TDI info -j"
	assert_success
}

@test "locales and terminals of any width change no document" {
	local reference locale
	reference=$(sim cca -d "$TDI" info -j)
	for locale in C POSIX C.UTF-8 tr_TR.UTF-8 xx_YY; do
		LC_ALL=$locale run_json cca -d "$TDI" info
		assert_equal "$locale: $output" "$locale: $reference"
		LC_ALL=$locale run --separate-stderr sim cca -d "$TDI" read-object REPORT
		assert_equal "$locale: $status" "$locale: 2"
		LC_ALL=$locale run --separate-stderr sim cca -d "$TDI" read-object measurements --hex
		assert_success
	done
	for columns in 1 20 400 99999; do
		COLUMNS=$columns run_json cca -d "$TDI" info
		assert_equal "$columns: $output" "$columns: $reference"
		COLUMNS=$columns run sim cca -d "$TDI" info
		assert_success
	done
}
