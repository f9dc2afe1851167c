#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# What a real kernel answered under each ABI and each evidence family, from tests/recordings/ (tests/kernel/make-recordings
# makes them): tsmctl still asks the same, and says the same of it.
# shellcheck disable=SC2154 # run sets status, output and stderr

load helper

RECORDINGS=$TSMCTL_SOURCE/tests/recordings
PROFILES=(op48-2026-09 op48-interim op48-2026-06 scope40-v5)

setup()
{
	cd "$BATS_TEST_TMPDIR" || return
	cp "$TSMCTL_SOURCE/data/root.pem" .
	LOCKED=$RECORDINGS/op48-2026-09/locked.json
	read -ra LOCK < <(words_of op48-2026-09 locked)
}

# The command line of a recording, for output as text. Usage: words_of SET NAME
words_of()
{
	sed -n "s/^[0-9] $2 -j //p" "$RECORDINGS/$1/commands"
}

replay()
{
	rm -rf evidence
	run tsmctl -q --replay "$@"
}

# Fails unless the output is what was printed on the real kernel, but for the names of the back end and of the library
# that verifies. A document may have gained keys since. Usage: assert_as_then FILE
assert_as_then()
{
	local before library='s/OpenSSL [0-9][^"]*/OpenSSL/'
	before=$(sed -e 's/"backend":"kernel"/"backend":"replay"/' -e "$library" "$1")
	output=$(sed "$library" <<<"$output")
	[[ $output != "$before" ]] || return 0
	jq -e -s '.[0] as $old | .[1] as $new | length == 2 and all($old | paths; . as $path |
		($old | getpath($path)) as $was | ($new | getpath($path)) as $is |
		if ($was | type) == "object" then ($is | type) == "object"
		elif ($was | type) == "array" then ($is | length) == ($was | length)
		else $is == $was end)' <<<"$before $output" >/dev/null 2>&1 ||
		assert_equal "$output" "$before"
}

# Fails unless each recording of a set gives the exit status and the output that it gave on the real kernel.
assert_set_replays()
{
	local set=$1 expected_status name words count=0
	while read -r expected_status name words; do
		read -ra words <<<"$words"
		echo "$set/$name: ${words[*]}"
		replay "$RECORDINGS/$set/$name.json" "${words[@]}"
		assert_equal "$status" "$expected_status"
		assert_as_then "$RECORDINGS/$set/$name.out"
		[[ ${words[0]} != -j ]] || assert_schema
		((++count))
	done <"$RECORDINGS/$set/commands"
	assert_equal "$count" "$(find "$RECORDINGS/$set" -name '*.json' | wc -l)"
}

# Prints what the fingerprint in a recording asked and was answered, a line for each request.
fingerprint()
{
	jq -r '.calls[] | select(.ask.name == "FINGERPRINT") |
		"\(.ask.nr) \(.ask.arg) \(.answer.errno // .answer.ret) \(.answer.arg)"' "$1"
}

# Fails unless the command ends with status 1, nothing on standard output, and an error that the pattern matches.
# Usage: assert_not_replayed PATTERN FILE WORDS...
assert_not_replayed()
{
	local pattern=$1
	shift
	run --separate-stderr tsmctl -q --replay "$@"
	assert_equal "$*: $status, $output" "$*: 1, "
	[[ $stderr =~ $pattern ]] || fail "$*: no \"$pattern\" in: $stderr"
}

# Writes locked.json, changed by the words of sed, to the file "changed".
changed()
{
	sed "$@" "$LOCKED" >changed
	run cmp -s changed "$LOCKED"
	assert_failure
}

@test "a stock kernel: everything is missing, and it says what" {
	assert_set_replays stock
}

@test "the evidence families" {
	assert_set_replays device-evidence
	assert_set_replays pci-tsm
}

@test "op48-2026-09" {
	assert_set_replays op48-2026-09
}

@test "the older ABIs" {
	assert_set_replays op48-interim
	assert_set_replays op48-2026-06
	assert_set_replays scope40-v5
}

@test "ABIs that are refused" {
	assert_set_replays amd-packed48
	assert_set_replays unknown
}

@test "no set is left out" {
	run ls "$RECORDINGS"
	assert_output "$(printf '%s\n' stock device-evidence pci-tsm amd-packed48 unknown "${PROFILES[@]}" | sort)"
}

@test "each way gives the bytes that the kernel was loaded with" {
	local set words
	for set in device-evidence pci-tsm "${PROFILES[@]}"; do
		read -ra words < <(words_of "$set" save)
		replay "$RECORDINGS/$set/save.json" "${words[@]}"
		assert_success
		cmp evidence/cert0.bin "$TSMCTL_SOURCE/data/spdm-chain.bin"
		cmp evidence/vca.bin "$TSMCTL_SOURCE/data/vca.bin"
		cmp evidence/measurements.bin "$TSMCTL_SOURCE/data/measurements.bin"
		cmp evidence/report.bin "$TSMCTL_SOURCE/data/report.bin"
	done
}

@test "a refused ABI gets nothing but the fingerprint" {
	local file
	for file in "$RECORDINGS"/{stock,amd-packed48,unknown}/*.json; do
		run jq -c '.calls[] | select(.ask.call == "ioctl" and .ask.name != "FINGERPRINT")' "$file"
		assert_output ''
	done
}

@test "a change is one request, on another descriptor, after the fingerprint was taken and its descriptor closed" {
	local set
	for set in "${PROFILES[@]}"; do
		run jq -c '.calls | map(.ask) | (map(.name) | rindex("FINGERPRINT")) as $last |
			[.[] | select(.effect == "change")] == [.[$last + 1:][] | select(.effect == "change" and .call == "ioctl")]
			and ([.[] | select(.effect == "change")] | length) == 1
			and (.[$last + 1] | .call == "close")' "$RECORDINGS/$set/locked.json"
		assert_output true
	done
}

@test "the simulator gives the fingerprint that the real kernel gives" {
	local abi
	for abi in "${PROFILES[@]}" amd-packed48 none unknown; do
		local set=${abi/#none/stock}
		fingerprint "$RECORDINGS/$set/locked.json" >real
		rm -f simulated.json
		sim "cca,abi=$abi" --record simulated.json -d 01:00.0 -n set-state locked >/dev/null 2>&1 || :
		fingerprint simulated.json >simulated
		[[ -s real ]]
		diff -u real simulated || fail "$abi: the maps differ"
	done
}

@test "another command fails, and says what was asked instead" {
	local set words other
	assert_not_replayed 'call [0-9]+, ioctl: "request" is "02000000" and was "01000000" when recorded' \
		"$LOCKED" "${LOCK[@]/#locked/run}"
	assert_not_replayed 'call [0-9]+, ioctl: "name" is "VALIDATE_MMIO" and was "SET_TDI_STATE" when recorded' \
		"$LOCKED" "${LOCK[@]:0:5}" validate-mmio 0 +4096 0
	assert_not_replayed 'call 1 is list_dir and was open when recorded' "$LOCKED" list
	for set in "${PROFILES[@]}"; do
		read -ra words < <(words_of "$set" regen)
		other=("${words[@]/%1d1e1f/1d1e20}")
		assert_not_replayed '"pointed" is' "$RECORDINGS/$set/regen.json" "${other[@]}"
	done
}

@test "with another target, the recording says so" {
	assert_not_replayed 'call [0-9]+, list_dir: "path" is "/proc/4711/fd" and was ' "$LOCKED" --attach 4711:3 --vdevice 5 -y set-state locked
	assert_not_replayed 'call [0-9]+, ioctl: "arg" is' "$LOCKED" "${LOCK[@]:0:2}" --vdevice 6 -y set-state locked
}

@test "a recording that was cut off" {
	local lines
	lines=$(wc -l <"$LOCKED")
	head -c -3 "$LOCKED" >changed
	assert_not_replayed 'byte [0-9]+' changed "${LOCK[@]}"
	head -n $((lines - 3)) "$LOCKED" | sed '$s/,$//' >changed
	echo ']}' >>changed
	assert_not_replayed 'the recording ends before it' changed "${LOCK[@]}"
	: >changed
	assert_not_replayed 'byte 0' changed "${LOCK[@]}"
}

@test "a recording that was edited" {
	changed '/SET_TDI_STATE/s/"ret":0/"errno":"EIO"/'
	assert_not_replayed 'call [0-9]+ of changed is not as it was recorded' changed "${LOCK[@]}"
	changed '3s/EINVAL/ENOENT/'
	assert_not_replayed 'call 2 of changed is not as it was recorded' changed "${LOCK[@]}"
	changed '3s/"us"/"extra":1,"us"/'
	assert_not_replayed 'unknown key "extra"' changed "${LOCK[@]}"
	changed '1s/"calls"/"comment":"mine","calls"/'
	assert_not_replayed 'unknown key "comment"' changed "${LOCK[@]}"
	changed '3d'
	assert_not_replayed 'call 2 of changed is not as it was recorded' changed "${LOCK[@]}"
}
