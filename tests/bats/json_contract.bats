#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# What a program relies on: one document for every command on every architecture, its keys, its exit status.
# shellcheck disable=SC2154 # run sets status, output and stderr

load helper

readonly TDI=0000:01:00.0

# Commands as "keys of data:arguments", in an order in which each succeeds on CCA. The keys are those of the contract.
readonly COMMANDS=(
	"tsms devices:list"
	"device tsm arch connected bound dsm tdi_state tdi_state_inferred abi objects:-d $TDI info"
	"device object slot source generation size shape bytes decoded:-d $TDI read-object cert"
	"device object slot source generation size shape bytes decoded:-d $TDI read-object vca"
	"device object slot source generation size shape bytes decoded:-d $TDI read-object measurements"
	"device object slot source generation size shape bytes decoded:-d $TDI read-object report"
	"device object nonce generation_before generation_after size changed:-d $TDI -y regen report"
	"device verdict checks:-d $TDI -y verify"
	"device directory source generation nonce objects:-d $TDI save DIRECTORY"
	"a b same same_values differences:diff $TDI 0000:01:00.1"
	"device generation:-d $TDI -y accept-generation GENERATION"
	"device requested payload residue tsm_code:-d $TDI -y set-state locked"
	"device gpa_base gpa_top pa_base payload residue tsm_code:-d $TDI -y validate-mmio 0x1000 +0x1000 0x2000"
	"device requested payload residue tsm_code:-d $TDI -y set-state run"
	"device action payload residue tsm_code:-d $TDI -y sev-dma enable"
	"checks:doctor"
	"state_file removed:sim reset"
	"version global_options commands:help"
	"shell script:completion bash"
	"shell script:completion zsh"
	"shell script:completion fish"
	"describes text:schema"
)

@test "every command, every architecture: one document with the contract's keys, and the backend" {
	local arch line keys arguments expected generation
	for arch in cca sev tdx; do
		for line in "${COMMANDS[@]}"; do
			keys=${line%%:*} arguments=${line#*:} expected=0
			generation=$(sim "$arch" -d "$TDI" -j info report | jq '.data.objects[0].generation')
			case $arch:$arguments in
			cca:*sev-dma* | tdx:*sev-dma* | tdx:*regen*) expected=5 ;;
			*:*verify*) expected=8 ;;
			cca:diff* | sev:diff*) expected=1 ;;
			esac
			arguments=${arguments/DIRECTORY/$BATS_TEST_TMPDIR/saved-$arch}
			# shellcheck disable=SC2086
			run_json "$arch" ${arguments/GENERATION/$generation}
			assert_equal "$arch $arguments: $status" "$arch $arguments: $expected"
			if ((expected == 5)); then
				assert_json '.backend == "sim" and .error.exit == 5 and (has("data") | not)'
			else
				# shellcheck disable=SC2016
				assert_json '.backend == "sim" and ((.data | keys) as $have | $keys | split(" ") - $have == []) and
					(has("error") | not)' --arg keys "$keys"
			fi
		done
	done
}

@test "options stand before or after the command, -p is -j indented" {
	local line compact
	for line in "${COMMANDS[@]:0:6}" "${COMMANDS[15]}"; do
		# shellcheck disable=SC2086
		compact=$(tsmctl --sim -q -j ${line#*:})
		# shellcheck disable=SC2086
		run --separate-stderr tsmctl ${line#*:} --json -q --sim=cca
		assert_equal "$line: $output" "$line: $compact"
		# shellcheck disable=SC2086
		run --separate-stderr tsmctl -q -p --sim=cca ${line#*:}
		((${#lines[@]} > 10)) || fail "$line: not indented"
		run jq -c . <<<"$output"
		assert_equal "$line: $output" "$line: $(jq -c . <<<"$compact")"
	done
}

@test "the compact document is one line that ends, in ASCII" {
	local line
	for line in "${COMMANDS[@]:0:6}"; do
		# shellcheck disable=SC2086
		tsmctl --sim -q -j ${line#*:} >"$BATS_TEST_TMPDIR/out"
		assert_equal "$line: $(wc -l <"$BATS_TEST_TMPDIR/out")" "$line: 1"
		run env LC_ALL=C grep -c -v '^[ -~]*$' "$BATS_TEST_TMPDIR/out"
		assert_output 0
	done
}

@test "TSMCTL_SIM does what --sim does, and --sim wins" {
	TSMCTL_SIM=sev run --separate-stderr tsmctl -q -j list
	assert_success
	assert_json '.backend == "sim" and .data.tsms[0].arch == "sev"'
	TSMCTL_SIM=sev run --separate-stderr tsmctl -q -j list --sim=tdx
	assert_json '.data.tsms[0].arch == "tdx"'
	TSMCTL_SIM='' run --separate-stderr tsmctl -q -j --version
	assert_json '.backend == "kernel"'
}

@test "numbers, addresses and bytes have their forms, lists are lists" {
	run_json cca -d "$TDI" read-object report
	assert_json '.data | (.size | type) == "number" and (.bytes | test("^[0-9a-f]+$")) and
		(.decoded.ranges[0].reported_address | test("^0x[0-9a-f]{16}$")) and (.decoded.anomalies | type) == "array"'
	run_json "$(scenario one '{"devices_only": true, "devices": [{"device": "0000:09:00.0"}]}')" list
	assert_json '.data.devices | type == "array" and length == 1 and .[0].holders == [] and .[0].tsm == null'
	run_json cca -d 0000:02:00.0 info
	assert_json '.data | .ide_streams == [] and .objects == [] and .tsm == null and .tdi_state_inferred == null'
}

@test "the tool prints the schema that its documents are held to" {
	run cmp "$TSMCTL_SOURCE/docs/schema/tsmctl-1.schema.json" <(tsmctl schema)
	assert_success
	run cmp "$TSMCTL_SOURCE/docs/schema/tsmctl-1.schema.json" <(tsmctl schema -j | jq -j .data.text)
	assert_success
}

@test "the schema knows exactly the commands of the tool" {
	assert_equal "$(tsmctl schema | jq -r '.properties.command.enum[] | select(.)' | sort)" \
		"$(tsmctl help -j | jq -r '.data | (.commands + .line_commands)[].name' | sort)"
}

@test "the schema knows exactly the options of the tool" {
	assert_equal "$(tsmctl schema | jq -r '."$defs".option_name.enum[]' | sort)" \
		"$(tsmctl help -j | jq -r '.data | .global_options[].name, .commands[].options[].name' | sort -u)"
}

@test "the schema is one, and refuses what is not a document of tsmctl" {
	local line
	# shellcheck disable=SC2016
	run python3 -c 'import json, sys; json.load(open(sys.argv[1]))' "$TSMCTL_SOURCE/docs/schema/tsmctl-1.schema.json"
	assert_success
	for line in '{}' '{"schema":"tsmctl/1","command":"list","backend":"sim"}' \
		'{"schema":"tsmctl/2","command":"list","backend":"sim","data":{"tsms":[],"devices":[]}}' \
		'{"schema":"tsmctl/1","command":"list","backend":"sim","data":{"tsms":[],"devices":[],"more":1}}' \
		'{"schema":"tsmctl/1","command":"list","backend":"sim","data":{"tsms":[]}}' \
		'{"schema":"tsmctl/1","command":"info","backend":"sim","data":{"tsms":[],"devices":[]}}' \
		'{"schema":"tsmctl/1","command":"sim","backend":"sim","data":{"dry_run":true,"calls":[]}}' \
		'{"schema":"tsmctl/1","command":"list","backend":"sim","error":{"code":"X"}}'; do
		printf '%s\n' "$line" >"$BATS_TEST_TMPDIR/wrong"
		run "$TSMCTL_SOURCE/tests/bats/check_schema.py" "$TSMCTL_SOURCE/docs/schema/tsmctl-1.schema.json" \
			"$BATS_TEST_TMPDIR/wrong"
		assert_equal "$line: $status" "$line: 1"
	done
}
