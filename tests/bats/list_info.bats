#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# What stands there, and what is known of one TDI: the same in text and JSON, on every architecture.
# shellcheck disable=SC2154 # run sets status, output and stderr

load helper

readonly TDI=0000:01:00.0

@test "list: each architecture's TSM, and the three functions with their holders" {
	local line
	for line in "cca arm-cca-host" "sev amd-sev-tio" "tdx tdx-host"; do
		run_json "${line% *}" list
		assert_success
		# shellcheck disable=SC2016
		assert_json '.data.tsms | length == 1 and .[0].name == "tsm0" and .[0].arch == $arch' --arg arch "${line% *}"
		[[ ${line% *} != cca ]] || assert_json '.data.tsms[0].driver == "arm-cca-host"'
		assert_json '.data.devices == [
			{device: "0000:01:00.0", tsm: "tsm0", dsm: "0000:01:00.0", bound: true, driver: "vfio-pci",
			 holders: [{pid: 4242, comm: "qemu", fd: 17}]},
			{device: "0000:01:00.1", tsm: "tsm0", dsm: "0000:01:00.0", bound: false, driver: "vfio-pci",
			 holders: []},
			{device: "0000:02:00.0", tsm: null, dsm: null, bound: false, driver: "nvme", holders: []}]'
	done
}

@test "list: text and document tell the same" {
	local arch device driver
	for arch in cca sev tdx; do
		driver=$(sim "$arch" -j list | jq -r '.data.tsms[0].driver')
		run --separate-stderr sim "$arch" list
		assert_line --regexp "^tsm0 +$driver +$arch +0000:01:00.0 +connected, bound +qemu\[4242\] fd 17$"
		assert_line --regexp '^ +0000:01:00.1 +connected +-$'
		assert_line --regexp '^ +0000:02:00.0 +not connected +nvme$'
		for device in $(sim "$arch" -j list | jq -r '.data.devices[].device'); do
			assert_output --partial "$device"
		done
	done
}

@test "list: columns can be chosen, headings left out, a wrong column is named" {
	run --separate-stderr sim cca list --columns device,state --no-headings
	assert_success
	assert_line --index 0 --regexp '^0000:01:00.0 +connected, bound$'
	assert_line --index 2 --regexp '^0000:02:00.0 +not connected$'
	assert_equal "${#lines[@]}" 3
	run --separate-stderr sim cca list --columns device,frob
	assert_failure 2
	[[ $stderr == *frob* ]] || fail "does not name the column: $stderr"
}

@test "list: nothing is there, and that is no error" {
	local file
	file=$(scenario empty '{"devices_only": true}')
	run_json "$file" list
	assert_success
	assert_json '.data.devices == []'
	run --separate-stderr sim "$file" list
	assert_success
}

@test "list: large domains and hostile driver names" {
	local file
	file=$(scenario odd '{"devices_only": true, "devices": [
		{"device": "10000:e1:1f.7", "connected": true, "driver": "a\u001b[31m\n\u0007b"}]}')
	run_json "$file" list
	assert_success
	assert_json '.data.devices[0] | .device == "10000:e1:1f.7" and .driver == "a\u001b[31m\n\u0007b"'
	[[ $output != *[[:cntrl:]]* ]] || fail "control characters in the document"
	run --separate-stderr sim "$file" list
	assert_success
	[[ ${output//$'\n'/} != *[[:cntrl:]]* ]] || fail "control characters on the terminal: ${output@Q}"
	run_json "$file" -d 10000:e1:1f.7 info
	assert_success
	assert_json '.data.device == "10000:e1:1f.7"'
}

@test "info: the document, for each architecture" {
	local arch
	for arch in cca sev tdx; do
		run_json "$arch" -d 01:00.0 info
		assert_success
		# shellcheck disable=SC2016
		assert_json '.data | .device == "0000:01:00.0" and .tsm == "tsm0" and .arch == $arch and .connected and .bound and
			.dsm == .device and .tdi_state == null and .evidence_error == null and
			.abi.profile == "op48-2026-09" and .abi.req_ioctl == "0x3b96" and
			.abi.evidence_family == "device-evidence" and
			(.abi.ops | contains(["validate-mmio", "set-state"])) and
			(.abi.ops | contains(["sev-dma-enable"])) == ($arch == "sev") and
			(.objects | length) > 0 and all(.objects[]; .size > 0 and .generation == 1 and .source == "netlink")' \
			--arg arch "$arch"
	done
}

@test "info: the sizes are those of the objects" {
	local arch object size
	for arch in cca sev tdx; do
		while read -r object size; do
			assert_equal "$arch $object: $(sim "$arch" -d "$TDI" read-object "$object" --raw | wc -c)" \
				"$arch $object: $size"
		done < <(sim "$arch" -d "$TDI" -j info | jq -r '.data.objects[] | "\(.object) \(.size)"')
	done
}

@test "info: types limit the evidence, an empty object that was asked for is shown" {
	run_json cca -d "$TDI" info report cert:3
	assert_success
	assert_json '[.data.objects[] | [.object, .slot, .size > 0]] == [["cert", 3, false], ["report", 0, true]]'
	run --separate-stderr sim cca -d "$TDI" info report cert:3
	assert_line --regexp '^  cert:3 +0 B'
	refute_line --regexp '^  vca'
}

@test "info: a free function, and one that is not connected" {
	run_json cca -d 0000:01:00.1 info
	assert_success
	assert_json '.data | .connected and (.bound | not) and .dsm == "0000:01:00.0"'
	run_json cca -d 0000:02:00.0 info
	assert_success
	assert_json '.data | .tsm == null and .arch == null and (.connected | not) and (.bound | not) and .dsm == null and
		.objects == [] and .tdi_state_inferred == null and .abi.profile == "op48-2026-09"'
	run --separate-stderr sim cca -d 0000:02:00.0 info
	assert_success
	assert_line --regexp '^  Connected +no'
}

@test "info: the inferred state has a reason, and goes when the report goes" {
	run_json cca -d "$TDI" info
	assert_json '.data.tdi_state == null and (.data.tdi_state_inferred | .state == "locked or run" and
		(.because | test("interface report")))'
	sim cca -d "$TDI" -y set-state locked
	sim cca -d "$TDI" -y set-state unlocked
	run_json cca -d "$TDI" info
	assert_success
	assert_json '.data.tdi_state_inferred == null and ([.data.objects[].object] | index("report")) == null'
	run --separate-stderr sim cca -d "$TDI" info
	assert_line --regexp '^  TDI state +not reported by this kernel$'
}

@test "info: evidence that cannot be read is no reason to say nothing" {
	local file
	file=$(scenario denied '{"faults": [{"kind": "nl_done", "errno": "EPERM", "text": "no\u001b[0m"}]}')
	run_json "$file" -d "$TDI" info
	assert_success
	assert_json '.data | .objects == [] and .evidence_error.code == "EPERM" and (.evidence_error.hint | length) > 0'
	run --separate-stderr sim "$file" -d "$TDI" info
	assert_success
	assert_output --partial EPERM
	[[ $output != *$'\e'* ]]
}

@test "info: an unknown kernel is shown with the map of its answers, also in text" {
	run_json cca,abi=unknown -d "$TDI" info
	assert_success
	assert_json '.data.abi | .profile == null and .req_ioctl == null and .ops == [] and .verdict == "unknown" and
		(.reason | length) > 0 and (.map | length) >= 9'
	local answers
	answers=$(jq -r '.data.abi.map[] | select(.op == 2) | .answers' <<<"$output" | head -n 1)
	run --separate-stderr sim cca,abi=unknown -d "$TDI" info
	assert_success
	assert_line --regexp "0x3b96 +2 +$answers"
}

@test "list --tree: functions below their DSM, drawn as the locale allows; the document stays" {
	local locale
	for locale in LC_ALL=C "LC_ALL= LC_CTYPE=C LANG=C.UTF-8" "LC_ALL=de_DE.ISO-8859-1"; do
		# shellcheck disable=SC2086
		run --separate-stderr env $locale "$TSMCTL_BIN" --sim -q list --tree
		assert_success
		assert_line --index 2 --regexp '^\|- 0000:01:00.0 '
		assert_line --index 3 --regexp '^\|  `- 0000:01:00.1 '
		assert_line --index 4 --regexp '^`- 0000:02:00.0 '
	done
	run_json cca list --tree
	assert_success
	assert_schema
	assert_equal "$output" "$(sim cca -j list)"
}

@test "list --tree: a function without its DSM, several DSMs, and no function at all" {
	local file
	file=$(scenario tree '{"devices_only": true, "devices": [
		{"device": "0000:0a:00.1", "connected": true}, {"device": "0000:0b:00.0", "connected": true},
		{"device": "0000:0b:00.1", "connected": true}, {"device": "0000:0b:00.2", "connected": true}]}')
	run --separate-stderr sim "$file" list --tree --columns tree,role --no-headings
	assert_success
	assert_output "tsm0                TSM of Arm CCA
├─ 0000:0a:00.1     -
└─ 0000:0b:00.0     DSM
   ├─ 0000:0b:00.1  -
   └─ 0000:0b:00.2  -"
	file=$(scenario empty '{"devices_only": true}')
	run --separate-stderr sim "$file" list --tree
	assert_success
	assert_line --index 1 --regexp '^tsm0 +TSM of Arm CCA +arm-cca-host$'
	assert_equal "${#lines[@]}" 2
}

@test "list --tree: many DSMs with their functions" {
	local slot function devices='' expected='tsm0'
	for slot in {00..09} {10..19}; do
		devices+="{\"device\": \"0000:0b:$slot.0\", \"connected\": true},"
		expected+=$'\n'"├─ 0000:0b:$slot.0"
		for function in {1..7}; do
			devices+="{\"device\": \"0000:0b:$slot.$function\", \"connected\": true},"
			expected+=$'\n'"│  ├─ 0000:0b:$slot.$function"
		done
		expected=${expected%├*}└${expected##*├}
	done
	devices+='{"device": "0001:00:00.0", "connected": true}'
	expected+=$'\n''└─ 0001:00:00.0'
	run --separate-stderr sim "$(scenario many "{\"devices_only\": true, \"devices\": [$devices]}")" \
		list --tree --columns tree --no-headings
	assert_success
	assert_output "$expected"
}

@test "chosen columns make each row complete" {
	run --separate-stderr sim cca list --columns device,tsm,arch --no-headings
	assert_success
	assert_output "0000:01:00.0  tsm0  cca
0000:01:00.1  tsm0  cca
0000:02:00.0  tsm0  cca"
	run --separate-stderr sim cca -d "$TDI" info --columns size,object --no-headings
	assert_success
	assert_line --regexp '^ +152 B  vca$'
}
