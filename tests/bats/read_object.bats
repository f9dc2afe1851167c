#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# Evidence as text, as a document and as bytes, from every source that a kernel may have.
# shellcheck disable=SC2154 # run sets status, output and stderr

load helper

readonly TDI=0000:01:00.0

# The size and mode of a file, as "104 600".
size_and_mode()
{
	stat -c '%s %a' "$1"
}

@test "the bytes are those that the simulator was built from: document, --raw, -o and --hex" {
	local data=$TSMCTL_SOURCE/data object file
	for object in vca measurements report; do
		file=$BATS_TEST_TMPDIR/$object
		run_json cca -d "$TDI" read-object "$object"
		assert_success
		assert_json '.data | .size * 2 == (.bytes | length)'
		run cmp "$data/$object.bin" <(jq -r .data.bytes <<<"$output" | xxd -r -p)
		assert_success
		run cmp "$data/$object.bin" <(sim cca -d "$TDI" read-object "$object" --raw)
		assert_success
		sim cca -d "$TDI" read-object "$object" -o "$file"
		run cmp "$data/$object.bin" "$file"
		assert_success
		run diff <(hexdump -C "$data/$object.bin" | sed '$d') \
			<(sim cca -d "$TDI" read-object "$object" --hex | sed -n 's/^ *\([0-9a-f]\{8\}  \)/\1/p')
		assert_success
	done
	run cmp "$data/spdm-chain.bin" <(sim sev -d "$TDI" read-object cert --raw)
	assert_success
}

@test "each source gives the same bytes, and says where they are from" {
	local scenario source from generation object expected line
	for object in cert vca measurements report; do
		expected=$(sim cca -d "$TDI" -j read-object "$object" | jq -r .data.bytes)
		for line in "cca netlink netlink 1" "cca,family=pci-tsm netlink netlink null" "cca ioctl ioctl null" \
			"cca,family=none auto ioctl null" "cca,family=none,abi=op48-2026-06 auto ioctl null" \
			"cca,family=none,abi=op48-interim ioctl ioctl null" "cca,family=none,abi=scope40-v5 auto ioctl null" \
			"cca,abi=none auto netlink 1"; do
			read -r scenario source from generation <<<"$line"
			run_json "$scenario" -d "$TDI" --vdevice 1 --source "$source" read-object "$object"
			assert_equal "$line $object: $status" "$line $object: 0"
			# shellcheck disable=SC2016
			assert_json '.data | .object == $o and .source == $from and .generation == $generation and
				.bytes == $bytes' --arg o "$object" --arg from "$from" --argjson generation "$generation" \
				--arg bytes "$expected"
		done
	done
}

@test "a source that the kernel lacks is refused" {
	assert_refused 5 "$TDI" cca,family=none -d "$TDI" --source netlink read-object report
	assert_refused 5 /dev/iommu cca,abi=none -d "$TDI" --source ioctl read-object report
	assert_refused 5 /dev/iommu cca,abi=none,family=none -d "$TDI" read-object report
	assert_refused 5 /dev/iommu cca,abi=amd-packed48,family=none -d "$TDI" read-object report
}

@test "the report, decoded" {
	run_json cca -d "$TDI" read-object report
	assert_json '.data | .shape == "report" and (.decoded |
		.interface_info == "0x000b" and (.firmware_update_permitted | not) and .dma_without_pasid and
		(.dma_with_pasid | not) and .ats and (.prs | not) and .msix_message_control == "0x8007" and
		([.ranges[] | [.reported_address, .pages, .size]] == [
			["0x0000000000000000", 1, 4096], ["0x0000000000001000", 1, 4096],
			["0x0000000008000000", 4, 16384], ["0x0000000010000000", 256, 1048576]]) and
		([.ranges[].attributes] == [["non_tee"], ["msix_table", "msix_pba"], ["updatable"], []]) and
		.trailing == 0 and .anomalies == [])'
}

@test "measurements by their messages and blocks" {
	run_json cca -d "$TDI" read-object measurements
	assert_json '.data.shape == "request-response" and (.data.decoded |
		[.messages[].name] == ["GET_MEASUREMENTS", "MEASUREMENTS"] and .response.block_count == (.blocks | length) and
		([.blocks[].type] | sort) == [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10] and
		([.messages[] | .size] | add) == 659 and .anomalies == [])'
}

@test "shapes differ by TSM: SEV measures when it gets a nonce, with a transcript, and has no vca" {
	run_json sev -d "$TDI" read-object measurements
	assert_success
	assert_json '.data | .size == 0 and .decoded == null and .bytes == ""'
	sim sev -d "$TDI" -y set-state locked
	sim sev -d "$TDI" -y regen measurements >/dev/null
	run_json sev -d "$TDI" read-object measurements
	assert_json '.data | .shape == "transcript" and ([.decoded.messages[].name][0:2] == ["GET_VERSION", "VERSION"])'
	run_json sev -d "$TDI" read-object vca
	assert_json '.data.size == 0'
	run_json sev -d "$TDI" read-object cert
	assert_json '.data | .shape == "spdm-chain" and .decoded.declared_length == .size and .decoded.root_hash_size == 48'
	run_json tdx -d "$TDI" read-object cert
	assert_json '.data.size == 0'
}

@test "each certificate of the list is one that openssl reads, and the chain ends at the simulator's root" {
	local arch offset size number
	for arch in cca sev; do
		sim "$arch" -d "$TDI" read-object cert -o "$BATS_TEST_TMPDIR/$arch"
		while read -r number offset size; do
			dd if="$BATS_TEST_TMPDIR/$arch" bs=1 skip="$offset" count="$size" status=none |
				openssl x509 -inform DER -out "$BATS_TEST_TMPDIR/$arch-$number.pem"
		done < <(sim "$arch" -d "$TDI" -j read-object cert |
			jq -r '.data.decoded.certificates[] | "\(.certificate) \(.offset) \(.size)"')
		run openssl verify -no_check_time -CAfile "$TSMCTL_SOURCE/data/root.pem" \
			-untrusted "$BATS_TEST_TMPDIR/$arch-2.pem" "$BATS_TEST_TMPDIR/$arch-3.pem"
		assert_success
	done
}

@test "slots: cert is cert:0, the others are empty here" {
	local slot
	run_json cca -d "$TDI" read-object cert
	local cert=$output
	run_json cca -d "$TDI" read-object cert:0
	assert_equal "$output" "$cert"
	for slot in 1 2 3 4 5 6 7; do
		run_json cca -d "$TDI" read-object "cert:$slot"
		assert_equal "$slot: $status" "$slot: 0"
		# shellcheck disable=SC2016
		assert_json '.data | .object == "cert" and .slot == $slot and .size == 0 and .bytes == ""' --argjson slot "$slot"
	done
	run --separate-stderr sim cca -d "$TDI" read-object cert:7
	assert_output --partial "empty"
}

@test "--digest asks the kernel for the digest, which is that of the object" {
	local object
	for object in vca report; do
		run_json cca -d "$TDI" read-object "$object" --digest
		assert_success
		# shellcheck disable=SC2016
		assert_json '.data | .digest and .size == 48 and .decoded == null and .bytes == $digest' \
			--arg digest "$(openssl dgst -sha384 -r "$TSMCTL_SOURCE/data/$object.bin" | cut -d ' ' -f 1)"
	done
	assert_refused 5 digest cca -d "$TDI" --source ioctl read-object report --digest
}

@test "-o: mode 0600 whatever the umask, never over a file without --force" {
	local directory=$BATS_TEST_TMPDIR/d umask
	local file=$directory/out
	mkdir "$directory"
	for umask in 000 022 077; do
		rm -f "$file"
		(umask "$umask" && sim cca -d "$TDI" read-object report -o "$file")
		assert_equal "$umask: $(size_and_mode "$file")" "$umask: 104 600"
	done
	echo mine >"$file"
	assert_refused 6 "$file" cca -d "$TDI" read-object report -o "$file"
	assert_equal "$(<"$file")" mine
	run --separate-stderr sim cca -d "$TDI" read-object report -o "$file" --force
	assert_success
	assert_equal "$(size_and_mode "$file")" "104 600"
	assert_equal "$(ls -A "$directory")" out
}

@test "-o: the document has no bytes, but the decoded object, and the file's name" {
	run_json cca -d "$TDI" read-object report -o "$BATS_TEST_TMPDIR/out"
	assert_success
	# shellcheck disable=SC2016
	assert_json '.data | (has("bytes") | not) and .file == $file and .size == 104 and (.decoded.ranges | length) == 4' \
		--arg file "$BATS_TEST_TMPDIR/out"
}

@test "-o: where no file can be, the path is named and nothing is left" {
	local directory=$BATS_TEST_TMPDIR/d
	mkdir "$directory"
	local path
	for path in "$directory/none/out" "$directory" "$directory/x/"; do
		run_json cca -d "$TDI" read-object report -o "$path" --force
		assert_failure
		# shellcheck disable=SC2016
		assert_json '.error.object + .error.message | contains($path)' --arg path "$path"
	done
	assert_equal "$(ls -A "$directory")" ""
}

@test "-o: a disk that is full leaves nothing" {
	local directory=$BATS_TEST_TMPDIR/full file
	mkdir "$directory"
	file=$(scenario large '{"devices": [{"device": "0000:01:00.0", "evidence": {"cert:0": {"size": 1048576}}}]}')
	# A limit of the file's size fails the write as a full disk does, for any user.
	run --separate-stderr bash -c "trap '' XFSZ; ulimit -f 64; '$TSMCTL_BIN' --sim='$file' -q -d $TDI -j \
		read-object cert -o '$directory/out'"
	assert_failure 1
	# shellcheck disable=SC2016
	assert_json '.error | .code == "EFBIG" and (.object + .message | contains($file))' --arg file "$directory/out"
	assert_equal "$(ls -A "$directory")" ""
}

@test "-o and --raw: a file system that is full leaves nothing" {
	local directory=$BATS_TEST_TMPDIR/tmpfs file
	mkdir "$directory"
	unshare -m mount -t tmpfs -o size=64k none "$directory" 2>/dev/null || skip "no right to mount a tmpfs"
	file=$(scenario large '{"devices": [{"device": "0000:01:00.0", "evidence": {"cert:0": {"size": 1048576}}}]}')
	run --separate-stderr unshare -m bash -c "mount -t tmpfs -o size=64k none '$directory' &&
		{ '$TSMCTL_BIN' --sim='$file' -q -d $TDI -j read-object cert -o '$directory/out'; echo \$? >&2
		  TMPDIR='$directory' '$TSMCTL_BIN' --sim='$file' -q -d $TDI read-object cert --raw | wc -c >&2
		  ls -A '$directory' >&2; }"
	assert_json '.error.code == "ENOSPC" and .error.exit == 1'
	assert_equal "${stderr_lines[0]}" 1
	assert_equal "${stderr_lines[-1]}" 0
}

@test "evidence that cannot be decoded is shown all the same" {
	local file object
	file=$(scenario junk '{"devices": [{"device": "0000:01:00.0", "evidence": {"cert:0": "ff00ff", "vca": "01",
		"measurements": "1260", "report": "000102030405"}}]}')
	for object in cert vca measurements report; do
		run_json "$file" -d "$TDI" read-object "$object"
		assert_equal "$object: $status" "$object: 0"
		assert_json '.data | .size > 0 and (.bytes | length) == .size * 2 and
			(.decoded.error != null or (.decoded.anomalies | length) > 0)'
		run --separate-stderr sim "$file" -d "$TDI" read-object "$object"
		assert_equal "$object: $status" "$object: 0"
	done
}

@test "bytes behind the report are an anomaly" {
	local file
	file=$(scenario trailing "{\"devices\": [{\"device\": \"$TDI\", \"evidence\": {\"report\": \"$(xxd -p \
		"$TSMCTL_SOURCE/data/report.bin" | tr -d '\n')c0ffee\"}}]}")
	run_json "$file" -d "$TDI" read-object report
	assert_success
	assert_json '.data | .size == 107 and .decoded.trailing == 3 and
		[.decoded.anomalies[].offset] == [104] and (.decoded.ranges | length) == 4'
	run --separate-stderr sim "$file" -d "$TDI" read-object report
	assert_line --regexp '(^|[^0-9])104 '
}

@test "evidence with control characters does not reach the terminal" {
	local file object esc
	esc=1b5b33316d0d0a071b5d303b68690790
	file=$(scenario hostile "{\"devices\": [{\"device\": \"$TDI\", \"evidence\": {\"cert:0\": \"$esc\", \"vca\": \"$esc\",
		\"measurements\": \"$esc\", \"report\": \"0b00000007800000000000000000000010000000$esc\"}}]}")
	for object in cert vca measurements report; do
		run --separate-stderr sim "$file" -d "$TDI" read-object "$object"
		assert_equal "$object: $status" "$object: 0"
		[[ ${output//$'\n'/}$stderr != *[[:cntrl:]]* ]] || fail "$object: ${output@Q}"
		run --separate-stderr sim "$file" -d "$TDI" read-object "$object" --hex
		[[ ${output//$'\n'/}$stderr != *[[:cntrl:]]* ]] || fail "$object --hex: ${output@Q}"
		run_json "$file" -d "$TDI" read-object "$object"
		assert_json '.data.size > 0'
	done
}

@test "large evidence: whole in every form" {
	local file
	file=$(scenario large '{"devices": [{"device": "0000:01:00.0", "evidence": {"cert:0": {"size": 300001}}}]}')
	sim "$file" -d "$TDI" read-object cert -o "$BATS_TEST_TMPDIR/a"
	sim "$file" -d "$TDI" read-object cert --raw >"$BATS_TEST_TMPDIR/b"
	sim "$file" -d "$TDI" -j read-object cert | jq -r .data.bytes | xxd -r -p >"$BATS_TEST_TMPDIR/c"
	sim "$file" -d "$TDI" --source ioctl read-object cert --raw >"$BATS_TEST_TMPDIR/d"
	assert_equal "$(stat -c %s "$BATS_TEST_TMPDIR/a")" 300001
	run sha256sum "$BATS_TEST_TMPDIR"/{a,b,c,d}
	assert_equal "$(cut -d ' ' -f 1 <<<"$output" | sort -u | wc -l)" 1
	# A number at every 64 KiB, from 1: no part is missing or doubled.
	run xxd -s 65536 -l 4 -p "$BATS_TEST_TMPDIR/a"
	assert_output 02000000
	run xxd -s 262144 -l 4 -p "$BATS_TEST_TMPDIR/a"
	assert_output 05000000
}
