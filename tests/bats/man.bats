#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# The manual page and the tool name the same commands and options, and the page renders cleanly.
# shellcheck disable=SC2154,SC2030,SC2031 # run sets status, output and stderr

load helper

setup_file()
{
	export MANUAL=$TSMCTL_SOURCE/docs/tsmctl.1.md
}

setup()
{
	type -P lowdown mandoc >/dev/null || skip "needs lowdown and mandoc"
	lowdown -s -t man --out-no-smarty "$MANUAL" >"$BATS_TEST_TMPDIR/tsmctl.1"
}

# The rendered page as plain text, lines of any length.
page()
{
	mandoc -T utf8 -O width=1000 "$BATS_TEST_TMPDIR/tsmctl.1" | col -bx
}

# The text of one section of the rendered page.
section()
{
	page | awk -v name="$1" '/^[A-Z]/ { inside = $0 == name } inside'
}

@test "the pages render without complaints" {
	local name
	for name in tsmctl.1 tsmctl-json.5 tsmctl-sim.7; do
		lowdown -s -t man --out-no-smarty "$TSMCTL_SOURCE/docs/$name.md" >"$BATS_TEST_TMPDIR/$name"
		# What lowdown itself makes of any page is not ours.
		run bash -c "mandoc -T lint -W warning '$BATS_TEST_TMPDIR/$name' |
			grep -v -e 'skipping paragraph macro: PP after S[HS]' -e 'unknown font'"
		refute_output
	done
	run page
	assert_line --index 0 --regexp '^tsmctl\(1\) .* tsmctl\(1\)$'
}

@test "the page has its sections" {
	local name
	for name in NAME SYNOPSIS DESCRIPTION COMMANDS OPTIONS "OPTIONS OF SINGLE COMMANDS" OUTPUT MONITORING "EXIT STATUS" \
		ENVIRONMENT FILES SIMULATOR RECORDINGS SECURITY EXAMPLES "SEE ALSO"; do
		run section "$name"
		assert_line --index 0 "$name"
		[[ ${#lines[@]} -gt 1 ]] || fail "$name is empty"
	done
}

@test "the page and the tool name the same commands, with the same arguments" {
	local in_tool in_page
	in_tool=$(tsmctl help -j | jq -r '.data.commands[].usage' |
		sed -E 's/^tsmctl (-d BDF )?//; s/ \[OPTIONS\]//' | sort)
	in_page=$(section COMMANDS | sed -n -E 's/^ {7}([a-z].*)$/\1/p' | sort)
	assert_equal "$in_page" "$in_tool"
}

# The headings of options in a section of the page, as "-d, --device BDF".
options_of_section()
{
	section "$1" | sed -n -E 's/^ {7}(-.*)$/\1/p' | sort -u
}

# The same from the tool, for a jq expression that yields options.
options_of_tool()
{
	tsmctl help -j | jq -r "$1"' | (if .letter then "-" + .letter + ", " else "" end) + "--" + .name +
		(if .argument_optional then "[=" + .argument + "]" elif .argument then " " + .argument else "" end)' | sort -u
}

@test "the page and the tool name the same options, with the same letters and values" {
	assert_equal "$(options_of_section OPTIONS)" "$(options_of_tool '.data.global_options[]')"
	assert_equal "$(options_of_section 'OPTIONS OF SINGLE COMMANDS')" \
		"$(options_of_tool '.data.commands[].options[]')"
}

# The options of one command in the page: below the heading that names it, perhaps among others.
options_below_heading()
{
	section 'OPTIONS OF SINGLE COMMANDS' | awk -v name="$1" '
		/^   [a-z]/ { inside = index(", " substr($0, 4) ", ", ", " name ", ") }
		inside && /^       -/' | sed -E 's/^ +//' | sort
}

@test "each command's own options stand under its name" {
	local name
	while read -r name; do
		assert_equal "$name: $(options_below_heading "$name")" \
			"$name: $(options_of_tool ".data.commands[] | select(.name == \"$name\") | .options[]")"
	done < <(tsmctl help -j | jq -r '.data.commands[].name')
}

@test "the page names every choice of an option, every exit status and environment variable" {
	local word
	while read -r word; do
		[[ $(section OPTIONS) == *"$word"* ]] || fail "$word is not in OPTIONS"
	done < <(tsmctl help -j | jq -r '.data.global_options[].words[]')
	run section "EXIT STATUS"
	for word in 0 1 2 3 4 5 6 7 8; do
		assert_line "       $word"
	done
	run section ENVIRONMENT
	for word in TSMCTL_SIM TSMCTL_SIM_STATE XDG_RUNTIME_DIR TMPDIR NO_COLOR TERM; do
		assert_line "       $word"
	done
}

# Fails unless the command succeeds and each key of its data stands in OUTPUT.
assert_keys_named()
{
	local key
	run --separate-stderr tsmctl -q -j -y "$@"
	assert_success
	for key in $(jq -r '.data | keys[]' <<<"$output"); do
		grep -q -w -e "$key" <<<"$OUTPUT_SECTION" || fail "$*: $key is not in OUTPUT"
	done
}

@test "the page names every key of data that the commands give" {
	local cca=(--sim -d 01:00.0) sev=(--sim=sev -d 01:00.0 --force) generation
	OUTPUT_SECTION=$(section OUTPUT)
	assert_keys_named "${cca[@]}" list
	assert_keys_named "${cca[@]}" info
	assert_keys_named "${cca[@]}" read-object report
	assert_keys_named "${cca[@]}" read-object report --digest
	assert_keys_named "${cca[@]}" read-object report -o "$BATS_TEST_TMPDIR/report"
	assert_keys_named "${cca[@]}" regen measurements
	assert_keys_named "${cca[@]}" verify --root "$TSMCTL_SOURCE/data/root.pem" --explain
	assert_keys_named "${cca[@]}" save "$BATS_TEST_TMPDIR/saved"
	assert_keys_named "${cca[@]}" diff "$BATS_TEST_TMPDIR/saved" 01:00.0
	assert_keys_named "${cca[@]}" -n set-state locked
	assert_keys_named "${cca[@]}" set-state locked
	assert_keys_named "${cca[@]}" validate-mmio 0x1000 0x2000 0x1000
	generation=$(tsmctl -q -j "${cca[@]}" info report | jq '.data.objects[0].generation')
	assert_keys_named "${cca[@]}" accept-generation "$generation"
	assert_keys_named "${sev[@]}" set-state locked
	assert_keys_named "${sev[@]}" set-state run
	assert_keys_named "${sev[@]}" sev-dma enable
	assert_keys_named --sim doctor
	assert_keys_named --sim="$(scenario man '{"events": [{"event": "tsm_remove"}]}')" monitor --count 1
	assert_keys_named sim reset
	assert_keys_named completion bash
	assert_keys_named schema
	assert_keys_named help
}

@test "tsmctl-json(5) names every class of error, and every key of an error and of the envelope" {
	local word page
	page=$(lowdown -s -t man --out-no-smarty "$TSMCTL_SOURCE/docs/tsmctl-json.5.md" | mandoc -T utf8 -O width=1000 | col -bx)
	while read -r word; do
		grep -qw -e "$word" <<<"$page" || fail "$word is not in tsmctl-json(5)"
	done < <(tsmctl schema | jq -r '(.properties | keys[]), (."$defs".error.properties | keys[], .class.enum[]),
		."$defs".payload.enum[], ."$defs".source.enum[]')
}

@test "MONITORING names every event of the schema, and no other" {
	local in_page in_schema
	in_page=$(section MONITORING | sed -n -E 's/^ {7}([a-z][a-z-]+(, [a-z-]+)*)$/\1/p' | sed 's/, /\n/g' | sort)
	in_schema=$(jq -r '."$defs".monitor.properties.event.enum[]' "$TSMCTL_SOURCE/docs/schema/tsmctl-1.schema.json" | sort)
	assert_equal "$in_page" "$in_schema"
}

@test "the version in the page is the tool's" {
	run page
	assert_output --partial "$(tsmctl --version)"
}
