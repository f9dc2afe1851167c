#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# --dry-run shows the bytes that would be sent and sends none; --trace shows what is sent.
# shellcheck disable=SC2154 # run sets status, output and stderr

load helper

readonly TDI=0000:01:00.0
readonly NONCE=000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f

@test "the payload shown is the one sent, for every change, profile and architecture" {
	local abi arch change shown
	for abi in op48-2026-09 op48-interim op48-2026-06 scope40-v5; do
		for arch in cca sev; do
			for change in "set-state locked" "validate-mmio 0x10000 0x12000 0x30000" "set-state unlocked" "sev-dma enable"; do
				[[ $change != sev* || $arch/$abi == sev/op48* ]] || continue
				# shellcheck disable=SC2086
				run_json "$arch,abi=$abi" -d "$TDI" --vdevice 1 -n $change
				assert_equal "$abi $arch $change: $status" "$abi $arch $change: 0"
				assert_json '.data.dry_run and (.data.calls | length) == 1'
				# Struct size and op, the architecture beside it, then the payload.
				shown=$(jq -r '.data.calls[0] | "\(.nr) \(.bytes[0:2]) \(.bytes[16:18]) \(.payload // "-")"' <<<"$output")
				# shellcheck disable=SC2086
				run --separate-stderr sim "$arch,abi=$abi" -d "$TDI" --vdevice 1 -y --trace $change
				assert_equal "$abi $arch $change: $shown" \
					"$abi $arch $change: $(traced_requests | while read -r nr size op _ req; do
						printf '%s %02x %02x %s\n' "$nr" "$size" "$op" "$req"
					done)"
			done
		done
	done
}

@test "the struct shown is the request of the reference, field by field" {
	run_json sev,abi=op48-2026-06 -d "$TDI" --vdevice 1 -n validate-mmio 0x10000 +0x2000 0x30000
	# size 48, vdevice 1, op 4, SEV 2, 24 bytes of request, none of response; a pointer; no response; tsm_code 0.
	assert_json '.data.calls[0] | .bytes[0:48] == "300000000100000004000000020000001800000000000000" and
		.bytes[64:96] == "00000000000000000000000000000000" and (.bytes | length) == 96 and
		.payload == "000001000000000000200100000000000000030000000000" and .payload_assumed and
		.kind == "ioctl" and .name == "IOMMU_VDEVICE_TSM_REQ"'
	run_json cca,abi=scope40-v5 -d "$TDI" --vdevice 1 -n set-state run
	# size 40, vdevice 1, scope 1, 8 bytes of request, none of response, reserved.
	assert_json '.data.calls[0] | .bytes[0:48] == "280000000100000001000000080000000000000000000000" and
		(.bytes | length) == 80 and .payload == "0600000002000000" and (.payload_assumed | not)'
}

@test "a dry run sends nothing: neither the trace nor the VMM's state has it" {
	local change
	for change in "set-state locked" "validate-mmio 0 0x1000 0" "regen report" "regen report --source ioctl" \
		"accept-generation 1"; do
		# shellcheck disable=SC2086
		run --separate-stderr sim cca -d "$TDI" --vdevice 1 -n --trace $change
		assert_equal "$change: $status" "$change: 0"
		assert_equal "$change: $(traced_requests | awk '$3 != 5 && $3 != 7')" "$change: "
		run grep -E '^netlink_send len=(92|[0-9]+ .* cmd=2)' <<<"$stderr"
		assert_equal "$change: $output" "$change: "
	done
	run_json cca -d "$TDI" info report
	assert_json '.data.objects[0].generation == 1'
	# Were it locked, this would be refused.
	run_json cca -d "$TDI" -y set-state locked
	assert_success
}

@test "a dry run for a free function opens nothing and shows the session that would be made" {
	run --separate-stderr sim cca -d 0000:01:00.1 -n -j --trace set-state locked
	assert_success
	assert_json '[.data.calls[] | select(.kind == "open") | .name] == ["/dev/iommu", "/dev/vfio/devices/vfio1", "/dev/kvm"]'
	assert_json '[.data.calls[] | select(.kind == "ioctl") | .nr] | index("0x3b76") < index("0x3b81") and
		index("0x3b81") < index("0x3b89") and index("0x3b89") < index("0x3b90") and index("0x3b90") < index("0x3b91") and
		.[-1] == "0x3b96"'
	assert_equal "$(grep '^open ' <<<"$stderr" | cut -d ' ' -f 2)" path=/dev/iommu
	assert_equal "$(grep '^ioctl ' <<<"$stderr" | grep -v -c FINGERPRINT)" 0
}

@test "the session that is made is the one shown, and is taken down in reverse" {
	local abi shown
	for abi in op48-2026-09 op48-interim op48-2026-06 scope40-v5; do
		shown=$(sim "cca,abi=$abi" -d 0000:01:00.1 -n -j set-state locked |
			jq -r '.data.calls[] | select(.kind == "ioctl") | .op // .name' | xargs)
		run --separate-stderr sim "cca,abi=$abi" -d 0000:01:00.1 -y --trace set-state locked
		assert_success
		assert_equal "$abi: $(grep '^ioctl ' <<<"$stderr" | grep -v -e FINGERPRINT -e IOMMU_DESTROY -e DETACH -e type=2 |
			sed -E 's/.* name=([A-Z_]+).*/\1/' | xargs)" "$abi: $shown"
		[[ $(grep -c name=IOMMU_DESTROY <<<"$stderr") -ge 4 ]] || fail "$abi: not taken down: $stderr"
		[[ $(grep name=IOMMU_DESTROY <<<"$stderr") != *errno* ]] || fail "$abi: not taken down: $stderr"
		# Kernels with a separate bind have it before the request.
		case $abi in
		op48-interim) assert_equal "$abi: $(grep -c 'nr=0x3b96 size=16 .*type=1' <<<"$stderr")" "$abi: 1" ;;
		op48-2026-06 | scope40-v5) assert_equal "$abi: $(grep -c 'nr=0x3b95 size=16 .*type=1' <<<"$stderr")" "$abi: 1" ;;
		*) assert_equal "$abi: $(grep -c 'size=16 ' <<<"$stderr")" "$abi: 0" ;;
		esac
	done
}

@test "netlink: the message shown is the one sent, but for its number" {
	run_json cca -d "$TDI" -n regen measurements --nonce "$NONCE"
	assert_success
	# shellcheck disable=SC2016
	assert_json '.data.calls | length == 1 and (.[0] | .kind == "netlink" and .name == "device-evidence" and
		(.bytes | length) == 184 and (.bytes | endswith($nonce)))' --arg nonce "$NONCE"
	local shown
	shown=$(jq -r '.data.calls[0].bytes' <<<"$output")
	run --separate-stderr sim cca -d "$TDI" -y --trace regen measurements --nonce "$NONCE"
	run sed -n 's/^netlink_send len=92 .* bytes=\([0-9a-f]*\)\.\.\. .*/\1/p' <<<"$stderr"
	# Sequence number and port: bytes 8 to 15.
	assert_equal "${output:0:16}${output:32}" "${shown:0:16}${shown:32:96}"
}

@test "text: the same bytes, and that nothing was sent" {
	run --separate-stderr sim sev -d "$TDI" --vdevice 1 -n set-state run
	assert_success
	assert_line --index 0 --partial "nothing was sent"
	assert_output --partial "0x3b96"
	assert_output --partial "assumed"
	assert_line --partial "00000000  30 00 00 00 01 00 00 00  02 00 00 00 02 00 00 00"
	assert_line --partial "00000000  02 00 00 00"
	run awk 'length > 80' <<<"$output"
	refute_output
}

@test "under a profile that is only named, a dry run shows its bytes and asks the kernel nothing more" {
	local abi
	for abi in none unknown amd-packed48 op48-2026-06; do
		run_json "cca,abi=$abi" -d "$TDI" --vdevice 1 --abi op48-2026-09 -n --trace set-state locked
		assert_equal "$abi: $status" "$abi: 0"
		assert_json '.data.calls[-1] | .op == "SET_TDI_STATE" and .nr == "0x3b96" and .bytes[16:24] == "02000000"'
		assert_equal "$abi: $(traced_requests)" "$abi: "
	done
}

@test "--trace: key=value lines on standard error only, the document as without it" {
	local command plain
	for command in list info "read-object report" "doctor"; do
		# shellcheck disable=SC2086
		plain=$(sim cca -d "$TDI" -j $command)
		# shellcheck disable=SC2086
		run --separate-stderr sim cca -d "$TDI" -j --trace $command
		assert_equal "$command: $output" "$command: $plain"
		run grep -v -E '^[a-z_]+( [a-z_]+=("[^"]*"|[^ ]+))+$' <<<"$stderr"
		assert_equal "$command: $output" "$command: "
	done
	run --separate-stderr sim cca -d "$TDI" --trace read-object report
	[[ $(grep -c '^netlink_recv ' <<<"$stderr") -ge 2 ]]
}
