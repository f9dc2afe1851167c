# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
# Shared by all bats files: load it with "load helper". Every test runs the real binary with a simulated VMM of its own.
# shellcheck disable=SC2154 # run sets status, output and stderr

bats_require_minimum_version 1.5.0
: "${BATS_LIB_PATH:=/usr/lib/bats}"
export BATS_LIB_PATH
bats_load_library bats-support
bats_load_library bats-assert

TSMCTL_SOURCE=${TSMCTL_SOURCE:-$(cd "$BATS_TEST_DIRNAME/../.." && pwd)}
TSMCTL_BIN=${TSMCTL_BIN:-${TSMCTL_BUILD:-$TSMCTL_SOURCE/build}/tsmctl}

if [[ ! -x $TSMCTL_BIN ]]; then
	echo "no tsmctl at $TSMCTL_BIN: build it, or set TSMCTL_BIN" >&2
	exit 1
fi

unset NO_COLOR TSMCTL_SIM POSIXLY_CORRECT
export TSMCTL_BIN TSMCTL_SOURCE
export TSMCTL_SIM_STATE=${BATS_TEST_TMPDIR:-$BATS_FILE_TMPDIR}/sim-state.json
export TERM=xterm LC_ALL=C.UTF-8

# Runs tsmctl for at most 60 seconds; with run: "run --separate-stderr tsmctl list -j".
tsmctl()
{
	timeout 60 "$TSMCTL_BIN" "$@"
}

# Fails unless standard output is exactly one JSON document for which the jq expression is true.
# Usage: assert_json 'EXPRESSION' [jq options, such as --arg name value]
assert_json()
{
	local expression=$1
	shift
	if ! jq -e -s "$@" "length == 1 and (.[0] | ($expression))" <<<"$output" >/dev/null 2>&1; then
		batslib_print_kv_single_or_multi 10 expression "$expression" output "$output" stderr "${stderr-}" |
			batslib_decorate 'JSON does not hold' | fail
	fi
	assert_schema
}

# Skips a test that looks at the process, or at what it costs, where that would be the emulator, or valgrind.
skip_emulated()
{
	[[ ${TSMCTL_EMULATED:-} != 1 ]] || skip "emulated"
	skip_memcheck "under valgrind"
}

# Runs strace. A leak checker would fail under it, and a sanitizer that has a directory for its findings would be seen there.
traced()
{
	ASAN_OPTIONS=detect_leaks=0:exitcode=99 UBSAN_OPTIONS=exitcode=99 strace "$@"
}

# Skips a test that valgrind cannot run, for the reason.
skip_memcheck()
{
	[[ ${TSMCTL_MEMCHECK:-} != 1 ]] || skip "$1"
}

# Gives what was just started the time to be ready for a signal.
settle()
{
	sleep $((${TSMCTL_MEMCHECK:-0} * 5)).5
}

# Whether a module was built: "verify", "shell".
built_with()
{
	[[ -e ${TSMCTL_BUILD:-${TSMCTL_BIN%/*}}/tsmctl-$1.so ]]
}

# Keeps standard output, a JSON document, to be held to docs/schema/ when the test ends: starting Python for each would
# cost more than all else. assert_json does it for every document that it sees.
assert_schema()
{
	printf '%s\n' "$output" >>"$BATS_TEST_TMPDIR/documents"
}

teardown()
{
	[[ ! -e $BATS_TEST_TMPDIR/documents ]] ||
		"$TSMCTL_SOURCE/tests/bats/check_schema.py" "$TSMCTL_SOURCE/docs/schema/tsmctl-1.schema.json" \
			"$BATS_TEST_TMPDIR/documents"
}

# The same on the simulated kernel, without its note. Usage: sim SCENARIO ARGUMENTS...
sim()
{
	tsmctl --sim="$1" -q "${@:2}"
}

# Runs "sim" with -j, whatever comes of it: status, output and stderr as run leaves them.
run_json()
{
	run --separate-stderr sim "$1" -j "${@:2}"
}

# Fails unless the command ends with the status and one error document, whose class is that of the status, whose message
# or object names the thing, and which says what to do. Usage: assert_refused STATUS 'NAME' SCENARIO ARGUMENTS...
assert_refused()
{
	local expected=$1 name=$2
	shift 2
	run --separate-stderr sim "$@"
	assert_equal "$*: $status" "$*: $expected"
	assert_equal "$*: $output" "$*: "
	[[ $stderr == "tsmctl: "*"$name"* ]] || fail "$*: no \"$name\" in: $stderr"
	run_json "$@"
	assert_equal "-j $*: $status" "-j $*: $expected"
	# shellcheck disable=SC2016 # variables of jq
	assert_json '.error | .exit == $status and ((.object // "") + .message | contains($name)) and (.hint | length) > 0' \
		--argjson status "$expected" --arg name "$name"
}

# Writes a scenario file for --sim= and prints its path. Usage: scenario NAME JSON
scenario()
{
	printf '%s\n' "$2" >"$BATS_TEST_TMPDIR/$1.json"
	printf '%s\n' "$BATS_TEST_TMPDIR/$1.json"
}

# The lines of --trace in $stderr for requests to a TSM, one "nr size op arch req" each: "op" is the scope where the
# kernel has scopes, "req" is "-" without a payload.
traced_requests()
{
	awk '$1 == "ioctl" && !/name=FINGERPRINT/ && /nr=0x3b9[67] / {
		delete v
		for (i = 2; i <= NF; i++)
			v[substr($i, 1, index($i, "=") - 1)] = substr($i, index($i, "=") + 1)
		print v["nr"], v["size"], "op" in v ? v["op"] : v["scope"], v["arch"], "req" in v ? v["req"] : "-"
	}' <<<"$stderr"
}

# Fails unless the command line fails as a usage error: exit status 2, nothing on standard output, and with -j the same as
# a document. Usage: assert_usage_error 'PART OF THE MESSAGE' ARGUMENTS...
assert_usage_error()
{
	local part=$1
	shift
	run --separate-stderr tsmctl "$@"
	assert_equal "$*: $status" "$*: 2"
	assert_equal "$*: $output" "$*: "
	if [[ $stderr != "tsmctl: "*"$part"* ]]; then
		fail "$*: no \"$part\" in: $stderr"
	fi
	run --separate-stderr tsmctl -j "$@"
	assert_equal "-j $*: $status" "-j $*: 2"
	assert_json '.error.class == "usage" and .error.exit == 2 and (.error.hint | length) > 0'
	# shellcheck disable=SC2016 # a variable of jq
	assert_json '.error.message | contains($part)' --arg part "$part"
}

# The long options that the manual describes, one a line, "--name": what the tables of the tool are held to.
documented_options()
{
	sed -n '/^# OPTIONS/,/^# OUTPUT/p' "$TSMCTL_SOURCE/docs/tsmctl.1.md" | grep '^\*\*-' | grep -oE -e '--[a-z-]+' |
		sort -u
}
