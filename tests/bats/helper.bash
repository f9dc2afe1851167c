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
