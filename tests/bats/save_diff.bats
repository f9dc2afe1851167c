#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# Evidence in a directory, and two sets of it compared.
# shellcheck disable=SC2154 # run sets status, output and stderr

load helper

readonly TDI=0000:01:00.0

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
