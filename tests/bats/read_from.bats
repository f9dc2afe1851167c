#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# Evidence from files: no kernel, no device, the same decoding; and what one would paste into a ticket.
# shellcheck disable=SC2154 # run sets status, output and stderr

load helper

readonly TDI=0000:01:00.0

# What a function adds: its config space and BARs.
strip='.data | [.shape, .bytes, .size, (.decoded | del(.certificates[]?.x509.pci_identity.matches_function,
	.ranges[]?.bar, .ranges[]?.bar_by))]'

@test "a file is decoded as the same object from a function is" {
	local object
	sim sev -d "$TDI" -y set-state locked
	for object in cert vca measurements report; do
		sim sev -d "$TDI" read-object "$object" -o "$BATS_TEST_TMPDIR/$object" --force
		[[ -s $BATS_TEST_TMPDIR/$object ]] || continue
		run --separate-stderr tsmctl -j read-object "$object" --from "$BATS_TEST_TMPDIR/$object"
		assert_success
		assert_equal "$stderr" ""
		assert_json '.backend == "kernel" and (.data | .source == "file" and .device == null and .generation == null)'
		run diff <(jq -S "$strip" <<<"$output") <(sim sev -d "$TDI" -j read-object "$object" | jq -S "$strip")
		assert_success
	done
}

@test "no kernel is asked: nothing but the file is opened" {
	type -P strace >/dev/null || skip "needs strace"
	skip_emulated
	[[ ${TSMCTL_SANITIZED:-0} == 0 ]] || skip "a sanitizer opens files of its own"
	strace -f -e trace=openat,open,socket,ioctl -o "$BATS_TEST_TMPDIR/trace" "$TSMCTL_BIN" read-object report \
		--from "$TSMCTL_SOURCE/data/report.bin" >/dev/null
	run grep -E '"/(dev|sys|proc)/|socket\(' "$BATS_TEST_TMPDIR/trace"
	refute_output
	grep -q 'report.bin' "$BATS_TEST_TMPDIR/trace"
}

@test "with TSMCTL_SIM set, too, no kernel is simulated for a file" {
	TSMCTL_SIM=/no/such.json run --separate-stderr tsmctl read-object report --from "$TSMCTL_SOURCE/data/report.bin"
	assert_success
	assert_equal "$stderr" ""
}

@test "--vca names algorithms, --certs the size of the signature, so that trailing bytes are told apart" {
	local file=$BATS_TEST_TMPDIR/padded
	cat "$TSMCTL_SOURCE/data/measurements.bin" - <<<"0123456789" >"$file"
	run --separate-stderr tsmctl -j read-object measurements --from "$file"
	assert_json '.data.decoded | .response.signature_length == 0 and .trailing == 107'
	run --separate-stderr tsmctl -j read-object measurements --from "$file" --vca "$TSMCTL_SOURCE/data/vca.bin"
	assert_json '.data.decoded | .response.signature_length == 96 and .trailing == 11 and
		.response.signature_algorithm == "ECDSA P-384" and .blocks[0].digest_algorithm == "SHA-384"'
	run --separate-stderr tsmctl -j read-object measurements --from "$file" --certs "$TSMCTL_SOURCE/data/spdm-chain.bin"
	assert_json '.data.decoded | .response.signature_length == 96 and .trailing == 11 and
		.response.signature_algorithm == null and [.anomalies[].what] == ["trailing bytes: 11"]'
}

@test "a live function is asked for its VCA" {
	run_json cca -d "$TDI" read-object measurements
	assert_json '.data.decoded | .response.signature_algorithm == "ECDSA P-384" and
		([.blocks[].digest_algorithm] | unique) == [null, "SHA-384"]'
}

@test "digests and nonces are the bytes of the object" {
	run --separate-stderr tsmctl -j read-object measurements --from "$TSMCTL_SOURCE/data/measurements.bin"
	local offset size value
	while read -r offset size value; do
		assert_equal "$(tail -c "+$((offset + 1))" "$TSMCTL_SOURCE/data/measurements.bin" | head -c "$size" | xxd -p -c 0)" \
			"$value"
	done < <(jq -r '.data.decoded.blocks[] | "\(.offset) \(.size) \(.value)"' <<<"$output")
	# shellcheck disable=SC2016 # variables of jq
	assert_json '.data | .bytes as $bytes | .decoded.response | .signature as $s | ($bytes | endswith($s)) and
		.opaque.format == "fmt1" and .opaque.elements[0].vendor_id == "361b"'
	assert_json '.data.decoded.blocks | map(select(.type == 7))[0].svn == 7 and
		map(select(.type == 5))[0].device_mode.operational_state.names == ["normal"]'
}

@test "each range falls into the BAR of the function that has room for it" {
	run_json cca -d "$TDI" read-object report
	assert_json '[.data.decoded.ranges[] | [.bar, .bar_by]] == [[0, "id"], [0, "id"], [2, "id"], [4, "id"]]'
	run --separate-stderr tsmctl -j read-object report --from "$TSMCTL_SOURCE/data/report.bin"
	assert_json '[.data.decoded.ranges[] | [.bar, .bar_by]] | unique == [[null, null]]'
}

@test "nothing is wider than 80 columns, but for the words that are" {
	local object
	for object in cert vca measurements report; do
		run --separate-stderr sim cca -d "$TDI" read-object "$object"
		assert_success
		run awk 'length > 80' <<<"$output"
		refute_output
	done
}

@test "--raw, --hex and -o take the file's bytes, as they do those of a function" {
	local data=$TSMCTL_SOURCE/data/vca.bin
	run cmp "$data" <(tsmctl read-object vca --from "$data" --raw)
	assert_success
	tsmctl read-object vca --from "$data" -o "$BATS_TEST_TMPDIR/copy"
	run cmp "$data" "$BATS_TEST_TMPDIR/copy"
	assert_success
	run diff <(tsmctl read-object vca --from "$data" --hex | sed -n 's/^ *\([0-9a-f]\{8\}  \)/\1/p') \
		<(hexdump -C "$data" | sed '$d')
	assert_success
}

@test "usage errors: what does not go together is said" {
	assert_usage_error '--from and a target exclude each other' read-object report --from f -d 01:00.0
	assert_usage_error 'read-object needs a target' read-object report
	assert_usage_error '--pem and --split are for certificates' read-object report --from f --pem
	assert_usage_error '--pem and --split exclude' read-object cert --from f --pem --hex
	assert_usage_error '--split and --output exclude' read-object cert --from f --split d -o o
	assert_usage_error '--digest and --from exclude' read-object cert --from f --digest
	assert_usage_error '--vca and --certs belong to --from' --sim read-object measurements -d 01:00.0 --vca f
	head -c 16777217 /dev/zero >"$BATS_TEST_TMPDIR/large"
	run --separate-stderr tsmctl read-object vca --from "$BATS_TEST_TMPDIR/large"
	assert_failure 2
	run --separate-stderr tsmctl read-object vca --from "$BATS_TEST_TMPDIR/none"
	assert_failure 4
	[[ $stderr == *"$BATS_TEST_TMPDIR/none"* ]]
}

# A document of more than a buffer, to a file system that is full: no second document behind what was written.
# shellcheck disable=SC2016 # for the inner shell
@test "a large document that cannot be written is one error, and no document after it" {
	head -c 1000000 /dev/zero >"$BATS_TEST_TMPDIR/object"
	run --separate-stderr bash -c '"$TSMCTL_BIN" read-object cert --from "$1" --json >/dev/full' - "$BATS_TEST_TMPDIR/object"
	assert_failure 1
	[[ $stderr == *ENOSPC* ]] || fail "$stderr"
	run bash -c '"$TSMCTL_BIN" read-object cert --from "$1" --json | head -c 300000 | grep -c schema' - "$BATS_TEST_TMPDIR/object"
	assert_output 1
	run --separate-stderr bash -c 'set -o pipefail; "$TSMCTL_BIN" read-object cert --from "$1" --json | head -c 1' - \
		"$BATS_TEST_TMPDIR/object"
	assert_failure 141
	assert_equal "$stderr" ''
}
