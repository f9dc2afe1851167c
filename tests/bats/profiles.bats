#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# Every ABI profile: how it is found, and that a request carries its numbers and no others.
# shellcheck disable=SC2154 # run sets status, output and stderr

load helper

readonly TDI=0000:01:00.0
readonly KNOWN="op48-2026-09 op48-interim op48-2026-06 scope40-v5"
readonly CHANGES=("set-state unlocked" "set-state locked" "set-state run" "validate-mmio 0x10000 0x12000 0x30000")
readonly SEV_CHANGES=("sev-dma enable" "sev-dma disable")

# Request number and struct size of a profile; then the numbers of READ, REGEN, INFO, VALIDATE_MMIO, SET_TDI_STATE,
# SEV_ENABLE_DMA and SEV_DISABLE_DMA, where scopes stand for those of scope40-v5.
numbers()
{
	case $1 in
	op48-2026-09) echo "0x3b96 48 5 6 7 1 2 3 4" ;;
	op48-interim) echo "0x3b97 48 5 6 7 1 2 3 4" ;;
	op48-2026-06) echo "0x3b96 48 1 2 3 4 5 6 7" ;;
	scope40-v5) echo "0x3b96 40 0 0 0 1 1 - -" ;;
	esac
}

# The payload of a change: of the 48-byte requests, or led by the request type where there are scopes.
payload()
{
	local range=000001000000000000200100000000000000030000000000
	case "$1 $2" in
	"scope40-v5 set-state unlocked") echo 0600000000000000 ;;
	"scope40-v5 set-state locked") echo 0600000001000000 ;;
	"scope40-v5 set-state run") echo 0600000002000000 ;;
	"scope40-v5 validate-mmio"*) echo "0500000000000000$range" ;;
	*" set-state unlocked") echo 00000000 ;;
	*" set-state locked") echo 01000000 ;;
	*" set-state run") echo 02000000 ;;
	*" validate-mmio"*) echo "$range" ;;
	*" sev-dma"*) echo - ;;
	esac
}

# The one request of a change, as traced_requests prints it. Usage: expected_request PROFILE ARCH CHANGE
expected_request()
{
	local nr size read regen info mmio state enable disable op
	# shellcheck disable=SC2034 # all of a row, of which one is used
	read -r nr size read regen info mmio state enable disable < <(numbers "$1")
	case $3 in
	validate-mmio*) op=$mmio ;;
	set-state*) op=$state ;;
	"sev-dma enable") op=$enable ;;
	"sev-dma disable") op=$disable ;;
	esac
	echo "$nr $size $op $2 $(payload "$1" "$3")"
}

@test "the fingerprint: at most 40 requests, empty ones, at 0x3b96 and 0x3b97 only, on a context of its own" {
	local abi arch
	for abi in $KNOWN amd-packed48 none unknown; do
		run --separate-stderr sim "cca,abi=$abi" -d "$TDI" --trace info
		assert_success
		local probes
		probes=$(grep 'name=FINGERPRINT' <<<"$stderr")
		[[ $(wc -l <<<"$probes") -le 40 ]] || fail "$abi: $(wc -l <<<"$probes") requests"
		run grep -v -E '^ioctl nr=0x3b9[67] size=48 vdevice=0 op=[0-8] arch=[0-3] name=FINGERPRINT ret=-1 errno=(EINVAL|ENOENT|ENOTTY|EOPNOTSUPP|E2BIG)$' \
			<<<"$probes"
		assert_equal "$abi: $output" "$abi: "
		# Between open and close of /dev/iommu stands nothing else.
		run awk '/^open path=\/dev\/iommu / { inside = 1; next } /^close / { exit } inside && !/name=FINGERPRINT/' <<<"$stderr"
		assert_equal "$abi: $output" "$abi: "
		assert_equal "$abi: $(grep -c '^open path=/dev/iommu ' <<<"$stderr")" "$abi: 1"
	done
}

@test "each kernel is recognised, with the ops that it takes" {
	local abi nr
	for abi in $KNOWN; do
		run_json "sev,abi=$abi" -d "$TDI" info
		read -r nr _ < <(numbers "$abi")
		# shellcheck disable=SC2016
		assert_json '.data.abi | .profile == $abi and .req_ioctl == $nr and .verdict == "known" and (.assumed | not) and
			(.ops | contains(["validate-mmio", "set-state", "read", "regen", "info"])) and
			(.ops | contains(["sev-dma-enable", "sev-dma-disable"])) == ($abi != "scope40-v5")' \
			--arg abi "$abi" --arg nr "$nr"
	done
	run_json cca,abi=amd-packed48 -d "$TDI" info
	assert_json '.data.abi | .profile == "amd-packed48" and .verdict == "refused" and .ops == []'
	run_json cca,abi=none -d "$TDI" info
	assert_json '.data.abi | .profile == "none" and .req_ioctl == null and .verdict == "none" and .ops == []'
	run_json cca,abi=unknown -d "$TDI" info
	assert_json '.data.abi | .profile == null and .verdict == "unknown" and .ops == []'
}

@test "the map of answers is that of the kernels" {
	local line abi op answers
	for line in "op48-2026-09 3 EENE" "op48-2026-09 1 ENNN" "op48-2026-09 8 EEEE" "op48-2026-06 3 ENNN" "op48-2026-06 6 EENE" \
		"op48-2026-06 4 ENNN" "scope40-v5 3 NNNN" "scope40-v5 4 EEEE" "op48-interim 3 EENE"; do
		read -r abi op answers <<<"$line"
		run_json "cca,abi=$abi" -d "$TDI" info
		# shellcheck disable=SC2016
		assert_json '.data.abi | .req_ioctl as $nr | .map | map(select(.op == $op and .nr == $nr) | .answers) == [$answers]' \
			--argjson op "$op" --arg answers "$answers"
	done
}

@test "without object ops the kernel is still known, and does not list them" {
	local file
	file=$(scenario bare '{"object_ops": false}')
	run_json "$file" -d "$TDI" info
	assert_json '.data.abi | .profile == "op48-2026-09" and .ops == ["validate-mmio", "set-state"]'
	assert_refused 5 "$TDI" "$file" -d "$TDI" --vdevice 1 --source ioctl read-object report
	run_json "$file" -d "$TDI" --vdevice 1 -y set-state locked
	assert_success
	# There is no request left that could search the vdevice.
	assert_refused 2 4242 "$file" -d "$TDI" -y set-state unlocked
}

@test "a change is one request, with number, size, op and payload of the profile" {
	local abi arch change
	for abi in $KNOWN; do
		for arch in cca sev tdx; do
			for change in "${CHANGES[@]}"; do
				# shellcheck disable=SC2086
				run --separate-stderr sim "$arch,abi=$abi" -d "$TDI" --vdevice 1 -y --trace $change
				assert_equal "$abi $arch $change: $(traced_requests)" \
					"$abi $arch $change: $(expected_request "$abi" "$arch" "$change")"
			done
		done
	done
}

@test "SEV's ops likewise; scope40-v5 has none" {
	local abi change
	for abi in op48-2026-09 op48-interim op48-2026-06; do
		for change in "${SEV_CHANGES[@]}"; do
			# shellcheck disable=SC2086
			run --separate-stderr sim "sev,abi=$abi" -d "$TDI" --vdevice 1 -y --trace $change
			assert_equal "$abi $change: $(traced_requests)" "$abi $change: $(expected_request "$abi" sev "$change")"
		done
	done
	for change in "${SEV_CHANGES[@]}"; do
		# shellcheck disable=SC2086
		assert_refused 5 scope40-v5 sev,abi=scope40-v5 -d "$TDI" --vdevice 1 -y $change
	done
}

@test "reading: INFO and READ with the profile's object numbers; regenerating: REGEN between" {
	local abi nr size read regen info line object type
	for abi in $KNOWN; do
		read -r nr size read regen info _ < <(numbers "$abi")
		for line in "cert 01" "measurements 02" "report 03" "vca 00"; do
			read -r object type <<<"$line"
			[[ $abi != scope40-v5 || $object != vca ]] || type=04
			run --separate-stderr sim "cca,abi=$abi" -d "$TDI" --vdevice 1 --source ioctl --trace read-object "$object"
			assert_success
			if [[ $abi == scope40-v5 ]]; then
				assert_equal "$abi $object: $(traced_requests)" "$abi $object: $nr $size $info cca 01000000${type}000000
$nr $size $read cca 02000000${type}0000000000000000000000"
			else
				assert_equal "$abi $object: $(traced_requests)" "$abi $object: $nr $size $info cca ${type}000000
$nr $size $read cca ${type}000000000000000000000000000000"
			fi
		done
		run --separate-stderr sim "cca,abi=$abi" -d "$TDI" --vdevice 1 --source ioctl --trace -y regen measurements --raw-blocks
		assert_success
		# Read before, regenerate, read after.
		assert_equal "$abi: $(traced_requests | cut -d ' ' -f 1,2 | sort -u)" "$abi: $nr $size"
		assert_equal "$abi: $(traced_requests | cut -d ' ' -f 3 | xargs)" "$abi: $info $read $regen $info $read"
		# Type, flags (1: raw blocks), then the address of the nonce.
		if [[ $abi == scope40-v5 ]]; then
			assert_equal "$abi: $(traced_requests | sed -n 3p | cut -d ' ' -f 5 | cut -c 1-32)" \
				"$abi: 04000000000000000100000000000000"
		else
			assert_equal "$abi: $(traced_requests | sed -n 3p | cut -d ' ' -f 5 | cut -c 1-32)" \
				"$abi: 02000000000000000100000000000000"
		fi
	done
}

@test "the vdevice is searched with INFO only, and only where that is known" {
	local abi nr size info
	for abi in $KNOWN; do
		read -r nr size _ _ info _ < <(numbers "$abi")
		run --separate-stderr sim "cca,abi=$abi" -d "$TDI" -y --trace set-state locked
		assert_success
		assert_equal "$abi: $(traced_requests | sed '$d' | cut -d ' ' -f 1-3 | sort -u)" "$abi: $nr $size $info"
		assert_equal "$abi: $(traced_requests | tail -n 1)" "$abi: $(expected_request "$abi" cca "set-state locked")"
	done
}

@test "amd-packed48, no ABI and an unknown one: every change is refused, and nothing is sent" {
	local abi arch change
	for abi in amd-packed48 none unknown; do
		for arch in cca sev tdx; do
			for change in "${CHANGES[@]}" "${SEV_CHANGES[@]}" "regen measurements --source ioctl"; do
				# shellcheck disable=SC2086
				run --separate-stderr sim "$arch,abi=$abi" -d "$TDI" --vdevice 1 -y --trace $change
				assert_equal "$abi $arch $change: $status" "$abi $arch $change: 5"
				assert_equal "$abi $arch $change: $(traced_requests)" "$abi $arch $change: "
			done
		done
		# shellcheck disable=SC2086
		assert_refused 5 /dev/iommu "sev,abi=$abi" -d "$TDI" --vdevice 1 -y set-state locked
	done
}

@test "a profile that the kernel's answers contradict is refused without --force, also one that has no requests" {
	local kernel named
	for kernel in $KNOWN amd-packed48 none unknown; do
		for named in $KNOWN none amd-packed48; do
			[[ $kernel != "$named" ]] || continue
			run --separate-stderr sim "cca,abi=$kernel" -d "$TDI" --vdevice 1 --abi "$named" -y --trace set-state locked
			assert_equal "$kernel $named: $status" "$kernel $named: 5"
			assert_equal "$kernel $named: $(traced_requests)" "$kernel $named: "
		done
		assert_refused 5 "$named" "cca,abi=${kernel/#amd-packed48/none}" -d "$TDI" --vdevice 1 --abi amd-packed48 -y set-state locked
	done
	for named in $KNOWN; do
		run_json "cca,abi=$named" -d "$TDI" --vdevice 1 --abi "$named" -y set-state locked
		assert_equal "$named: $status" "$named: 0"
	done
}

@test "--force takes the named profile at its word; amd-packed48 and none have nothing to send even so" {
	run --separate-stderr sim cca,abi=op48-2026-06 -d "$TDI" --vdevice 1 --abi op48-2026-09 --force -y --trace set-state locked
	assert_equal "$(traced_requests)" "$(expected_request op48-2026-09 cca "set-state locked")"
	run_json cca,abi=op48-2026-06 -d "$TDI" --abi op48-2026-09 --force info
	assert_json '.data.abi | .profile == "op48-2026-09" and .assumed'
	local named
	for named in amd-packed48 none; do
		run --separate-stderr sim cca -d "$TDI" --vdevice 1 --abi "$named" --force -y --trace set-state locked
		assert_equal "$named: $status" "$named: 5"
		assert_equal "$named: $(traced_requests)" "$named: "
	done
}
