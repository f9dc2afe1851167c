#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# 16 MiB of the worst through every decoder and every output: under 2 s of processor time and under 64 MiB of memory.
# shellcheck disable=SC2154 # run sets status, output and stderr

load helper

readonly KIB=$((64 * 1024)) MILLISECONDS=2000

setup()
{
	skip_emulated
	[[ ${TSMCTL_SANITIZED:-} != 1 ]] || skip "a sanitized binary has other costs"
	object=$BATS_TEST_TMPDIR/object
}

hostile()
{
	"$TSMCTL_SOURCE/tests/bats/hostile.py" "$@"
}

# Fails unless the command stays within the limits. Usage: assert_cheap NAME ARGUMENTS...
assert_cheap()
{
	local kib milliseconds cost
	cost=$(hostile cost "$TSMCTL_BIN" "${@:2}")
	read -r kib milliseconds <<<"$cost"
	((kib < KIB && milliseconds < MILLISECONDS)) || fail "$1: $kib KiB, $milliseconds ms: ${*:2}"
}

# Every object of a type in every form. Usage: assert_cheap_to_read TYPE
assert_cheap_to_read()
{
	local name form count=0
	for name in $(hostile list); do
		[[ $name == "$1".* ]] || continue
		hostile make "$name" "$object"
		for form in --quiet --json --pretty --hex; do
			assert_cheap "$name" read-object "$1" --from "$object" "$form"
		done
		case $1 in
		cert) assert_cheap "$name" verify --certs "$object" ;;
		vca) assert_cheap "$name" verify --vca "$object" ;;
		measurements)
			assert_cheap "$name" verify --measurements "$object" --json
			assert_cheap "$name" verify --request "$object"
			;;
		esac
		count=$((count + 1))
	done
	((count > 8)) || fail "only $count objects of $1"
}

@test "certificates" {
	assert_cheap_to_read cert
}

@test "VCA" {
	assert_cheap_to_read vca
}

@test "measurements" {
	assert_cheap_to_read measurements
}

@test "interface reports" {
	assert_cheap_to_read report
}

@test "certificates as PEM, in a document and on standard output" {
	local name
	for name in cert.everything cert.extensions cert.tiny; do
		hostile make "$name" "$object"
		assert_cheap "$name" read-object cert --from "$object" --pem
		assert_cheap "$name" read-object cert --from "$object" --pem --json
	done
}

# Usage: saved DIRECTORY TYPE FILE
saved()
{
	mkdir "$1"
	ln "$3" "$1/$2.bin"
	jq -n --arg file "$2.bin" --arg sum "$(sha256sum <"$3" | cut -d ' ' -f 1)" --argjson size "$(stat -c %s "$3")" \
		'{objects: [{file: $file, size: $size, sha256: $sum}]}' >"$1/manifest.json"
}

@test "two saved sets that differ in every part" {
	local name type
	for name in cert.many cert.names measurements.blocks measurements.requests report.ranges report.info; do
		type=${name%%.*}
		rm -rf "$BATS_TEST_TMPDIR"/{a,b,object,other}
		hostile make "$name" "$object"
		tr '\1\377' '\3\376' <"$object" >"$BATS_TEST_TMPDIR/other"
		saved "$BATS_TEST_TMPDIR/a" "${type/#cert/cert0}" "$object"
		saved "$BATS_TEST_TMPDIR/b" "${type/#cert/cert0}" "$BATS_TEST_TMPDIR/other"
		assert_cheap "$name" diff "$BATS_TEST_TMPDIR/a" "$BATS_TEST_TMPDIR/b" --json
		assert_cheap "$name" diff "$BATS_TEST_TMPDIR/a" "$BATS_TEST_TMPDIR/b"
	done
}

@test "a signature over 16 MiB, explained" {
	built_with verify || skip "built without libcrypto"
	local v=$BATS_TEST_TMPDIR/v12_p256
	"$TSMCTL_SOURCE/tests/vectors/make-vectors" "$BATS_TEST_TMPDIR" v12_p256
	hostile make measurements.blocks "$object"
	truncate -s 16777152 "$object"
	tail -c 64 "$v.response" >>"$object"
	assert_cheap explain verify --certs "$v.chain" --vca "$v.vca" --request "$v.request" --measurements "$object" --explain
	assert_cheap explain verify --certs "$v.chain" --vca "$v.vca" --request "$v.request" --measurements "$object" --explain -j
}
