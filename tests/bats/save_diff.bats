#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# Evidence in a directory, and two sets of it compared.
# shellcheck disable=SC2154 # run sets status, output and stderr

load helper

readonly TDI=0000:01:00.0

# Makes the manifest fit the files, as one who saved other evidence would have it. Usage: reseal DIRECTORY
reseal()
{
	local file manifest=$1/manifest.json
	for file in "$1"/*.bin; do
		jq --arg f "${file##*/}" --arg sum "$(sha256sum <"$file" | cut -d ' ' -f 1)" --argjson size "$(stat -c %s "$file")" \
			'.objects |= map(if .file == $f then .size = $size | .sha256 = (if .sha256 then $sum else null end) else . end)' \
			"$manifest" >"$manifest.new"
		mv "$manifest.new" "$manifest"
	done
	jq --arg files "$(cd "$1" && echo *.bin)" '.objects |= map(select(.file as $f | $files | split(" ") | index($f)))' \
		"$manifest" >"$manifest.new"
	mv "$manifest.new" "$manifest"
}

@test "save writes every object, and a manifest that fits them" {
	local dir=$BATS_TEST_TMPDIR/evidence object file
	run_json cca -d "$TDI" save "$dir"
	assert_success
	assert_equal "$(find "$dir" -mindepth 1 -printf '%f\n' | sort | xargs)" \
		"cert0.bin manifest.json measurements.bin report.bin vca.bin"
	for object in cert vca measurements report; do
		file=$(jq -r --arg object "$object" '.objects[] | select(.object == $object).file' "$dir/manifest.json")
		tsmctl --sim -q -d "$TDI" read-object "$object" --raw | cmp - "$dir/$file"
		assert_equal "$(stat -c '%s %a' "$dir/$file")" \
			"$(jq -r --arg f "$file" '.objects[] | select(.file == $f).size' "$dir/manifest.json") 600"
	done
	jq -r '.objects[] | select(.sha256) | "\(.sha256)  \(.file)"' "$dir/manifest.json" >"$BATS_TEST_TMPDIR/sums"
	! built_with verify || assert_equal "$(jq -r '.objects[0].fingerprints[]' "$dir/manifest.json")" \
		"$(tsmctl -j read-object cert --from "$dir/cert0.bin" | jq -r '.data.decoded.certificates[].fingerprint')"
	(cd "$dir" && sha256sum --check --quiet "$BATS_TEST_TMPDIR/sums")
	run jq -e '.schema == "tsmctl-evidence/1" and .generation == 1 and (.tool | startswith("tsmctl ")) and
		.device == "0000:01:00.0" and (.nonce | length) == 64' "$dir/manifest.json"
	assert_success
}

@test "the saved nonce is the one that was asked for" {
	local nonce
	nonce=$(printf 'c3%.0s' {1..32})
	tsmctl --sim -q -y -d "$TDI" regen measurements --nonce "$nonce"
	tsmctl --sim -q -d "$TDI" save "$BATS_TEST_TMPDIR/evidence"
	assert_equal "$(jq -r .nonce "$BATS_TEST_TMPDIR/evidence/manifest.json")" "$nonce"
}

@test "save takes a directory with slashes behind its name" {
	run_json cca -d "$TDI" save "$BATS_TEST_TMPDIR/saved///"
	assert_success
	assert_equal "$(find "$BATS_TEST_TMPDIR" -mindepth 1 -type d)" "$BATS_TEST_TMPDIR/saved"
	run_json cca diff "$BATS_TEST_TMPDIR/saved" "$TDI"
	assert_success
}

@test "a directory that exists is never touched, one that fails leaves nothing" {
	mkdir "$BATS_TEST_TMPDIR/there" "$BATS_TEST_TMPDIR/parent"
	run --separate-stderr sim cca -d "$TDI" --force save "$BATS_TEST_TMPDIR/there"
	assert_failure 6
	assert_equal "$(find "$BATS_TEST_TMPDIR/there" -mindepth 1)" ""
	run --separate-stderr sim "$(scenario broken '{"faults": [{"kind": "nl_done", "errno": "EIO"}]}')" -d "$TDI" \
		save "$BATS_TEST_TMPDIR/parent/new"
	assert_failure
	run --separate-stderr sim cca -d "$TDI" save "$BATS_TEST_TMPDIR/parent/no/such"
	assert_failure 4
	assert_equal "$(find "$BATS_TEST_TMPDIR/parent" -mindepth 1)" ""
}

@test "diff: the same, the same values, another value, in words" {
	local a=$BATS_TEST_TMPDIR/a b=$BATS_TEST_TMPDIR/b
	tsmctl --sim -q -d "$TDI" save "$a"
	cp -r "$a" "$b"
	run_json cca diff "$a" "$b"
	assert_success
	assert_json '.data | .same and .same_values and .differences == []'
	run_json cca diff "$a" "$TDI"
	assert_success
	tsmctl --sim -q -y -d "$TDI" regen measurements
	run_json cca diff "$a" "$TDI"
	assert_failure 1
	assert_json '.data | (.same | not) and .same_values and
		([.differences[].part] == ["request nonce", "nonce", "signature"])'
	# The type of the second MMIO range, behind 16 bytes of header and 16 of the first.
	printf '\x05' | dd of="$b/report.bin" bs=1 seek=44 conv=notrunc status=none
	reseal "$b"
	run_json cca diff "$a" "$b"
	assert_failure 1
	assert_json '.data | (.same_values | not) and (.differences | length) == 1 and (.differences[0] |
		.object == "report" and .part == "range 2" and .change == "changed" and (.detail | contains(" -> ")))'
}

@test "diff: a block by its type, a certificate by its name, an object that is gone" {
	local a=$BATS_TEST_TMPDIR/a b=$BATS_TEST_TMPDIR/b
	tsmctl --sim -q -d "$TDI" save "$a"
	cp -r "$a" "$b"
	# A byte of the first block's digest, and the last byte of the leaf's signature.
	printf '\xff' | dd of="$b/measurements.bin" bs=1 seek=60 conv=notrunc status=none
	truncate -s -1 "$b/cert0.bin" && printf '\x55' >>"$b/cert0.bin"
	rm "$b/vca.bin"
	reseal "$b"
	run_json cca diff "$a" "$b"
	assert_failure 1
	assert_json '.data.differences | map(select(.part == "block 0x01")) | length == 1 and
		(.[0].detail | startswith("immutable ROM, "))'
	assert_json 'any(.data.differences[]; .object == "cert" and .part == "certificate 3" and .change == "changed")'
	assert_json 'any(.data.differences[]; .object == "vca" and .change == "gone")'
	run --separate-stderr tsmctl diff "$a" "$b"
	assert_failure 1
	run awk 'length > 80' <<<"$output"
	refute_output
}

# Fails unless diff refuses the directory for that reason. Usage: assert_not_as_saved DIRECTORY REASON
assert_not_as_saved()
{
	run_json cca diff "$1" "$TDI"
	assert_failure 8
	# shellcheck disable=SC2016
	assert_json '.error.code == "MANIFEST" and (.error.message | contains($reason))' --arg reason "$2"
}

@test "diff: a directory that is not as save wrote it is no evidence" {
	local a=$BATS_TEST_TMPDIR/a b=$BATS_TEST_TMPDIR/b text
	tsmctl --sim -q -d "$TDI" save "$a"
	cp -r "$a" "$b" && printf 'x' >>"$b/report.bin"
	assert_not_as_saved "$b" 'it has 105 bytes'
	# shellcheck disable=SC2016 # a variable of jq
	assert_json '.error.object == $file' --arg file "$b/report.bin"
	rm "$b/report.bin"
	assert_not_as_saved "$b" 'it is not there'
	cp "$a"/*.bin "$b" && cp "$b/cert0.bin" "$b/cert1.bin"
	assert_not_as_saved "$b" 'it has no such object'
	for text in '{' '[]' '' '{"objects": []} x'; do
		echo "$text" >"$b/manifest.json"
		assert_not_as_saved "$b" 'the manifest is no JSON object'
	done
	for text in '{}' '{"objects": 1}' '{"objects": [1, {"file": 1}, {"file": "cert0.bin", "size": "1776"}]}'; do
		echo "$text" >"$b/manifest.json"
		assert_not_as_saved "$b" 'the file is not what manifest.json says'
	done
	built_with verify || return 0
	cp "$a"/* "$b" && rm "$b/cert1.bin"
	printf '\xff' | dd of="$b/measurements.bin" bs=1 seek=60 conv=notrunc status=none
	assert_not_as_saved "$b" 'its SHA-256 is another one'
}

@test "diff says where it cannot hold the files to their SHA-256" {
	local a=$BATS_TEST_TMPDIR/a
	tsmctl --sim -q -d "$TDI" save "$a"
	! built_with verify || {
		run_json cca diff "$a" "$TDI"
		assert_json '.data.same and .data.unchecked == null'
	}
	jq '.objects[].sha256 = null' "$a/manifest.json" >"$a/new" && mv "$a/new" "$a/manifest.json"
	run_json cca diff "$a" "$TDI"
	assert_success
	assert_json '.data.same and (.data.unchecked | contains("without libcrypto"))'
	run --separate-stderr sim cca diff "$a" "$TDI"
	assert_line --partial 'Not held to the SHA-256 of its manifest'
}

@test "read-object --from decodes a saved object as it does the kernel's, without a kernel" {
	local dir=$BATS_TEST_TMPDIR/evidence object live
	local comparable='.data.decoded | del(.. | .matches_function?, .bar?, .bar_by?)'
	local -a around
	tsmctl --sim -q -d "$TDI" save "$dir"
	for object in cert:0 vca measurements report; do
		live=$(tsmctl --sim -q -j -d "$TDI" read-object "$object" | jq -S "$comparable")
		# What the kernel's command reads along to explain the object; a file has no config space to compare with.
		around=()
		[[ $object == measurements ]] && around=(--vca "$dir/vca.bin" --certs "$dir/cert0.bin")
		run --separate-stderr tsmctl -j read-object "$object" --from "$dir/${object/:/}.bin" "${around[@]}"
		assert_success
		assert_json '.backend == "kernel" and .data.device == null and .data.source == "file" and .data.generation == null'
		assert_equal "$object: $(jq -S "$comparable" <<<"$output")" "$object: $live"
	done
	cd "$dir"
	run --separate-stderr tsmctl read-object report --from report.bin
	assert_line --index 0 'TDISP interface report of report.bin, 104 bytes'
	run --separate-stderr tsmctl -j read-object report --from /nowhere
	assert_failure 4
	assert_usage_error '--from and a target exclude each other' read-object -d "$TDI" report --from "$dir/report.bin"
}

@test "diff wants saved evidence or functions" {
	mkdir "$BATS_TEST_TMPDIR/empty"
	assert_usage_error 'this is no saved evidence' --sim diff "$BATS_TEST_TMPDIR/empty" "$TDI"
	run --separate-stderr sim cca -j diff /nowhere "$TDI"
	assert_failure 4
	assert_json '.error.object == "/nowhere"'
}
