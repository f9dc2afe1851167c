#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# Evidence anew, with a nonce; and the generation that a relying party accepts.
# shellcheck disable=SC2154 # run sets status, output and stderr

load helper

readonly TDI=0000:01:00.0
readonly NONCE=000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1eff

# The nonce in the cached GET_MEASUREMENTS request: 32 bytes behind the header.
cached_nonce()
{
	sim "$1" -d "$TDI" read-object measurements --raw | xxd -s 4 -l 32 -p -c 32
}

@test "the nonce given stands in the new request, in the next process too" {
	run_json cca -d "$TDI" -y regen measurements --nonce "$NONCE"
	assert_success
	# shellcheck disable=SC2016
	assert_json '.data | .object == "measurements" and .nonce == $nonce and .generation_before == 1 and
		.generation_after == 2 and .size == 659 and .changed and .nonce_in_request and .source == "netlink" and
		([.changes[] | select(.change == "changed") | .part] | contains(["nonce", "signature"]))' --arg nonce "$NONCE"
	assert_equal "$(cached_nonce cca)" "$NONCE"
	run_json cca -d "$TDI" info measurements
	assert_json '.data.objects[0].generation == 2'
}

@test "the nonce from a file, in upper case, and random ones that differ" {
	xxd -r -p <<<"$NONCE" >"$BATS_TEST_TMPDIR/nonce"
	run_json cca -d "$TDI" -y regen measurements --nonce-file "$BATS_TEST_TMPDIR/nonce"
	assert_success
	# shellcheck disable=SC2016
	assert_json '.data.nonce == $nonce' --arg nonce "$NONCE"
	run_json cca -d "$TDI" -y regen measurements --nonce "${NONCE^^}"
	assert_success
	# shellcheck disable=SC2016
	assert_json '.data.nonce == $nonce' --arg nonce "$NONCE"
	run_json cca -d "$TDI" -y regen measurements
	assert_json '.data.nonce_in_request and (.data.nonce | length) == 64'
	local first
	first=$(jq -r .data.nonce <<<"$output")
	run_json cca -d "$TDI" -y regen measurements
	# shellcheck disable=SC2016
	assert_json '.data.nonce != $first and .data.nonce_in_request' --arg first "$first"
}

@test "text and document tell the same" {
	run --separate-stderr sim cca -d "$TDI" -y regen measurements --nonce "$NONCE"
	assert_success
	assert_equal "$stderr" ""
	assert_line --regexp '^  Generation before +1$'
	assert_line --regexp '^  Generation after +2$'
	assert_line --regexp '^  Changed +yes$'
	assert_line --regexp '^  Nonce in the request +yes$'
	assert_line --regexp '^  signature +changed +96 B$'
}

@test "it is asked for once: one dump without a nonce, one with it" {
	run --separate-stderr sim cca -d "$TDI" -y --trace regen measurements --nonce "$NONCE"
	assert_success
	# A READ with 32 bytes of nonce is 36 bytes longer.
	run awk '$1 == "netlink_send" && / cmd=1 / { print $2 }' <<<"$stderr"
	assert_output $'len=56\nlen=92'
}

@test "raw blocks are asked for with an ioctl" {
	run_json cca -d "$TDI" -y regen measurements --raw-blocks --nonce "$NONCE"
	assert_success
	assert_json '.data | .source == "ioctl" and .nonce_in_request and .changed'
	assert_equal "$(cached_nonce cca)" "$NONCE"
	run_json cca -d "$TDI" read-object measurements
	assert_json '[.data.decoded.blocks[] | select(.type < 4) | .form] | length > 0 and all(. == "raw")'
	assert_refused 2 raw cca -d "$TDI" -y regen measurements --raw-blocks --source netlink
}

@test "the report is regenerated too, of a locked interface" {
	local source
	assert_refused 6 "$TDI" cca -d "$TDI" -y --source ioctl regen report
	sim cca -d "$TDI" -y set-state locked
	for source in netlink ioctl; do
		run_json cca -d "$TDI" -y --source "$source" regen report
		assert_equal "$source: $status" "$source: 0"
		# shellcheck disable=SC2016
		assert_json '.data | .object == "report" and .source == $source and .size == 104 and (.changed | not)' \
			--arg source "$source"
	done
}

@test "each profile with object requests regenerates through the vdevice" {
	local abi
	for abi in op48-2026-09 op48-interim op48-2026-06 scope40-v5; do
		run_json "cca,abi=$abi,family=none" -d "$TDI" --vdevice 1 -y regen measurements --nonce "$NONCE"
		assert_equal "$abi: $status" "$abi: 0"
		assert_json '.data | .source == "ioctl" and .nonce_in_request and .generation_after == null'
		assert_equal "$abi: $(cached_nonce "cca,abi=$abi,family=none")" "$abi: $NONCE"
	done
}

@test "what was never made is made over the ioctl" {
	run_json sev -d "$TDI" --source ioctl read-object measurements
	assert_json '.error.code == "EINVAL"'
	run_json sev -d "$TDI" -y --source ioctl regen measurements
	assert_success
	assert_json '.data.source == "ioctl" and .data.size > 0 and .data.changed'
}

@test "where the family cannot, the ioctl does; where neither can, it is refused" {
	run_json cca,family=pci-tsm -d "$TDI" -y regen measurements
	assert_success
	assert_json '.data.source == "ioctl"'
	assert_refused 5 "$TDI" cca,family=pci-tsm -d "$TDI" -y --source netlink regen measurements
	assert_refused 5 /dev/iommu cca,family=pci-tsm,abi=none -d "$TDI" -y regen measurements
	assert_refused 5 "$TDI" tdx -d "$TDI" -y regen measurements
	assert_refused 5 "$TDI" tdx -d "$TDI" -y --source ioctl regen measurements
	run --separate-stderr sim tdx -d "$TDI" -y --source ioctl regen measurements
	[[ $stderr != *CONFIG_TSM* ]] || fail "blames the kernel, which answered before: $stderr"
}

@test "accept-generation: the one that is, and a stale one" {
	run_json cca -d "$TDI" -y accept-generation 1
	assert_success
	assert_json '.data | .device == "0000:01:00.0" and .generation == 1'
	run --separate-stderr sim cca -d "$TDI" -y accept-generation 1
	assert_success
	refute_output
	run --separate-stderr sim cca -d "$TDI" -y -v accept-generation 1
	assert_output --partial "generation 1"
	sim cca -d "$TDI" -y regen measurements >/dev/null
	assert_refused 6 "$TDI" cca -d "$TDI" -y accept-generation 1
	run_json cca -d "$TDI" -y accept-generation 1
	assert_json '.error | .code == "ESTALE" and .kernel == "evidence generation is stale" and (.uncertain | not)'
	run --separate-stderr sim cca -d "$TDI" -y accept-generation 2
	assert_success
}

@test "accept-generation: one request, and only where the family has it" {
	run --separate-stderr sim cca -d "$TDI" -y --trace accept-generation 1
	assert_success
	assert_equal "$(grep -c '^netlink_send .* cmd=2 ' <<<"$stderr")" 1
	refute_output
	assert_refused 5 pci-tsm cca,family=pci-tsm -d "$TDI" -y accept-generation 1
	assert_refused 5 "$TDI" cca,family=none -d "$TDI" -y accept-generation 1
	local number
	for number in '' x -1 1.5 4294967296 0x; do
		assert_refused 2 "$number" cca -d "$TDI" -y accept-generation -- "$number"
	done
}
