#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# Verification: of the simulated device, of files that openssl signed, and that openssl comes to the same result.
# shellcheck disable=SC2154 # run sets status, output and stderr

load helper

readonly TDI=0000:01:00.0
readonly ROOT=$TSMCTL_SOURCE/data/root.pem

setup_file()
{
	export VECTORS=$BATS_FILE_TMPDIR/vectors
	mkdir "$VECTORS"
	"$TSMCTL_SOURCE/tests/vectors/make-vectors" "$VECTORS" v10_p256 v11_p256 v12_p384 v12_rsapss2048 v12_ed25519 \
		v13_p521 v14_p384 expired no_root
}

setup()
{
	built_with verify || skip "built without libcrypto"
}

# Verifies one of the vectors. Usage: verify_vector CASE OPTIONS...
verify_vector()
{
	local v=$VECTORS/$1
	shift
	run --separate-stderr tsmctl -j verify --certs "$v.chain" --vca "$v.vca" --request "$v.request" \
		--measurements "$v.response" "$@"
	assert_schema
}

# Fails unless the check has that result. Usage: assert_check CHECK RESULT [PART OF THE DETAIL]
assert_check()
{
	# shellcheck disable=SC2016
	assert_json 'any(.data.checks[]; .check == $check and .result == $result and (.detail | contains($part)))' \
		--arg check "$1" --arg result "$2" --arg part "${3-}"
}

@test "the simulated device passes where its TSM can regenerate, and is incomplete where not" {
	local arch
	for arch in cca sev; do
		run_json "$arch" -d "$TDI" -y verify --root "$ROOT"
		assert_success
		assert_json '.data.verdict == "pass" and .data.missing == null and (.data.nonce | length) == 64'
		assert_check freshness pass
		assert_check signature pass 'ECDSA P-384 with SHA-384 by the leaf of slot 0'
		assert_check identity pass 'Vendor=1B36:Device=00C0'
	done
	run_json tdx -d "$TDI" -y verify --root "$ROOT"
	assert_failure 8
	assert_json '.data.verdict == "incomplete" and .data.missing == "no certificate chain"'
	assert_check freshness incomplete 'cannot regenerate'
}

@test "over the request ioctl it is the same" {
	run_json cca -d "$TDI" --source ioctl -y verify --root "$ROOT"
	assert_success
	assert_check freshness pass
	assert_check generation note
}

@test "the digests that the kernel gives are compared with the bytes" {
	run_json cca -d "$TDI" -y verify --root "$ROOT"
	assert_check digest pass '3 objects'
}

@test "without a root, or with another one, it does not pass" {
	run_json cca -d "$TDI" -y verify
	assert_failure 8
	assert_json '.data.verdict == "incomplete"'
	assert_check anchor incomplete 'not anchored'
	run_json cca -d "$TDI" -y verify --root "$VECTORS/v12_p384.root.pem"
	assert_failure 8
	assert_json '.data.verdict == "fail"'
	assert_check anchor fail
	mkdir "$BATS_TEST_TMPDIR/roots"
	cp "$ROOT" "$VECTORS/v12_p384.root.pem" "$BATS_TEST_TMPDIR/roots"
	mkdir "$BATS_TEST_TMPDIR/roots/old"
	echo 'not a certificate' >"$BATS_TEST_TMPDIR/roots/README"
	run_json cca -d "$TDI" -y verify --root "$BATS_TEST_TMPDIR/roots"
	assert_success
	assert_check anchor pass 'root.pem'
}

@test "it is a change: it asks, and --dry-run shows the request" {
	run --separate-stderr sim cca -d "$TDI" verify --root "$ROOT"
	assert_failure 2
	run_json cca -d "$TDI" -n verify --root "$ROOT"
	assert_success
	assert_json '.data.dry_run and (.data.calls | length) == 1'
}

@test "what the device said is altered on the way: it fails" {
	local object
	for object in cert:0 vca measurements; do
		run_json "$(scenario altered '{"faults": [{"kind": "evidence", "device": "0000:01:00.0",
			"type": "'$object'", "offset": 120}]}')" -d "$TDI" -y verify --root "$ROOT"
		assert_equal "$object: $status" "$object: 8"
		assert_json '.data.verdict == "fail"'
	done
}

@test "evidence that openssl signed passes, of each version and algorithm" {
	local name
	for name in v10_p256 v11_p256 v12_p384 v12_rsapss2048 v12_ed25519 v13_p521 v14_p384 no_root; do
		verify_vector "$name" --root "$VECTORS/$name.root.pem" --nonce "$(<"$VECTORS/$name.nonce")"
		assert_equal "$name: $status" "$name: 0"
		assert_json '.data.verdict == "pass" and .data.device == null'
		openssl verify -no_check_time -CAfile "$VECTORS/$name.root.pem" "$VECTORS/$name.root.pem"
	done
}

@test "an expired certificate fails, unless on a day before" {
	verify_vector expired --root "$VECTORS/expired.root.pem"
	assert_failure 8
	assert_check validity fail 'expired on 2024-02-29'
	verify_vector expired --root "$VECTORS/expired.root.pem" --at 2024-02-28
	assert_success
	assert_usage_error 'is not a date' verify --certs "$VECTORS/expired.chain" --at yesterday
}

@test "a chain in PEM, whichever end comes first" {
	local v=$VECTORS/v12_p384 i pem=()
	# Root, intermediate and leaf, behind a header of 4 bytes and 48 of a hash.
	tail -c +53 "$v.chain" >"$BATS_TEST_TMPDIR/der"
	for i in 0 1 2; do
		openssl x509 -inform DER -in "$BATS_TEST_TMPDIR/der" -out "$BATS_TEST_TMPDIR/$i.pem"
		tail -c +$(($(openssl x509 -in "$BATS_TEST_TMPDIR/$i.pem" -outform DER | wc -c) + 1)) "$BATS_TEST_TMPDIR/der" \
			>"$BATS_TEST_TMPDIR/rest"
		mv "$BATS_TEST_TMPDIR/rest" "$BATS_TEST_TMPDIR/der"
		pem+=("$BATS_TEST_TMPDIR/$i.pem")
	done
	for i in "${pem[*]}" "${pem[2]} ${pem[1]} ${pem[0]}" "${pem[2]} ${pem[1]}"; do
		# shellcheck disable=SC2086 # several files
		cat $i >"$BATS_TEST_TMPDIR/chain.pem"
		run --separate-stderr tsmctl -j verify --certs "$BATS_TEST_TMPDIR/chain.pem" --vca "$v.vca" \
			--request "$v.request" --measurements "$v.response" --root "$v.root.pem"
		assert_success
		assert_json '.data.verdict == "pass"'
	done
}

@test "a leaf alone, and a nonce that is another one" {
	local v=$VECTORS/v12_p384
	run --separate-stderr tsmctl -j verify --certs "$v.leaf.pem" --vca "$v.vca" --request "$v.request" \
		--measurements "$v.response" --root "$v.root.pem"
	assert_failure 8
	assert_check anchor fail
	assert_check signature pass
	verify_vector v12_p384 --root "$v.root.pem" --nonce "$(printf '00%.0s' {1..32})"
	assert_failure 8
	assert_check freshness fail
}

@test "each certificate has the fingerprint that openssl prints" {
	local number v=$VECTORS/v13_p521
	verify_vector v13_p521
	for number in 1 3; do
		jq -e --arg sum "$(openssl x509 -in "$v.$([[ $number == 1 ]] && echo root || echo leaf).pem" -noout -fingerprint \
			-sha256 | sed 's/.*=//; s/://g' | tr A-F a-f)" --argjson n "$number" \
			'.data.certificates[$n - 1] | .certificate == $n and .fingerprint == $sum' <<<"$output"
	done
	assert_json '[.data.certificates[] | .subject] == ["CN=tsmctl vector root", "CN=tsmctl vector intermediate",
		"CN=tsmctl vector leaf"] and .data.certificates[2].key == "ECDSA P-521"'
}

@test "text: a line for each check, 80 columns, and the verdict in words" {
	run --separate-stderr sim cca -q -d "$TDI" -y verify --root "$ROOT"
	assert_success
	assert_line --regexp '^  pass  signature   ECDSA P-384 with SHA-384'
	assert_line --index -1 "pass: what $TDI said is its own, fresh and unaltered"
	run awk 'length > 80' <<<"$output"
	refute_output
}

@test "the recipe of the readme comes to the same result with openssl" {
	local recipe
	recipe=$(awk '/^```sh$/ { inside = 1; next } /^```$/ { inside = 0 } inside' "$TSMCTL_SOURCE/README.md")
	[[ $recipe == *openssl* ]] || fail 'no recipe in the readme'
	cd "$BATS_TEST_TMPDIR"
	cp "$ROOT" vendor-root.pem
	PATH=${TSMCTL_BIN%/*}:$PATH TSMCTL_SIM=cca run bash -o pipefail -c "$recipe"
	assert_success
	assert_line 'Verified OK'
	jq '.data.explain.parts |= map(if .part == "messages" then .bytes |= "00" + .[2:] else . end)' verify.json >altered.json
	mv altered.json verify.json
	run bash -c "${recipe#*$'\n'}"
	assert_failure
	assert_line 'Verification failure'
}

@test "--explain gives every part that openssl needs, of each version and algorithm" {
	local name parts
	for name in v11_p256 v12_p384 v12_ed25519; do
		verify_vector "$name" --explain
		jq -j '.data.explain.parts[] | select(.part == "vca" or .part == "messages").bytes' <<<"$output" | xxd -r -p |
			cmp - "$VECTORS/$name.l1l2"
		jq -j '.data.explain.parts[] | select(.part == "key").bytes' <<<"$output" | xxd -r -p |
			cmp - <(openssl x509 -in "$VECTORS/$name.leaf.pem" -noout -pubkey | openssl pkey -pubin -outform DER)
	done
	parts=$(jq -r '[.data.explain.parts[].part] | join(" ")' <<<"$output")
	assert_equal "$parts" "vca messages hash prefix signature key"
}

@test "a policy judges the values, one line for each rule" {
	local policy=$BATS_TEST_TMPDIR/policy.json
	cp "$ROOT" "$BATS_TEST_TMPDIR"
	echo '{"root": "root.pem", "minimum_svn": 7, "device_modes": ["normal"], "no_debug": true}' >"$policy"
	run_json cca -d "$TDI" -y verify --policy "$policy"
	assert_success
	assert_json '[.data.checks[] | select(.check == "policy") | .result] == ["pass", "pass", "pass"]'
	echo '{"root": "root.pem", "minimum_svn": 8}' >"$policy"
	run_json cca -d "$TDI" -y verify --policy "$policy"
	assert_failure 8
	assert_check policy fail 'minimum_svn: 7, at least 8 is wanted'
	echo '{"root": "root.pem", "device_modes": ["recovery"]}' >"$policy"
	run_json cca -d "$TDI" -y verify --policy "$policy"
	assert_check policy fail device_modes
}

@test "a policy's digests: the one of a block, one of several, another one" {
	local policy=$BATS_TEST_TMPDIR/policy.json firmware other
	firmware=$(printf 'tsmctl simulated firmware, release 1.4.2' | openssl dgst -sha384 -r)
	firmware=${firmware%% *} other=$(printf '00%.0s' {1..48})
	echo "{\"digests\": {\"2\": \"$firmware\"}}" >"$policy"
	run_json cca -d "$TDI" -y verify --root "$ROOT" --policy "$policy"
	assert_success
	echo "{\"digests\": {\"0x02\": [\"$other\", \"$firmware\"]}}" >"$policy"
	run_json cca -d "$TDI" -y verify --root "$ROOT" --policy "$policy"
	assert_success
	echo "{\"digests\": {\"2\": \"$other\"}}" >"$policy"
	run_json cca -d "$TDI" -y verify --root "$ROOT" --policy "$policy"
	assert_failure 8
	assert_check policy fail 'block 0x02'
	echo "{\"digests\": {\"99\": \"$other\"}}" >"$policy"
	run_json cca -d "$TDI" -y verify --root "$ROOT" --policy "$policy"
	assert_failure 8
	assert_check policy incomplete 'block 0x63 was not measured'
}

@test "SPDM before 1.2 without its VCA: the leaf's key and the chain's hash say which algorithm it was" {
	local v case
	for case in v10_p256 v11_p256; do
		v=$VECTORS/$case
		run --separate-stderr tsmctl -j verify --certs "$v.chain" --request "$v.request" --measurements "$v.response" \
			--root "$v.root.pem"
		assert_success
		assert_check signature pass 'ECDSA P-256 with SHA-256'
		# In PEM there is no header with a hash: each usual one is tried.
		run --separate-stderr tsmctl -j verify --certs "$v.leaf.pem" --request "$v.request" --measurements "$v.response"
		assert_failure 8
		assert_check signature pass 'ECDSA P-256 with SHA-256'
	done
	run --separate-stderr tsmctl -j verify --certs "$v.chain" --request "$VECTORS/v10_p256.request" \
		--measurements "$v.response"
	assert_failure 8
	assert_check signature fail
}

@test "from 1.2 on, the VCA is signed: without it nothing is checked, nor explained" {
	local v=$VECTORS/v12_p384
	run --separate-stderr tsmctl -j verify --explain --certs "$v.chain" --request "$v.request" \
		--measurements "$v.response" --root "$v.root.pem"
	assert_failure 8
	assert_check signature incomplete 'a 1.2 signature cannot be checked without it'
	assert_json '.data.verdict == "incomplete" and .data.explain == null'
}

@test "files that do not belong together fail" {
	local v=$VECTORS/v11_p256
	run --separate-stderr tsmctl -j verify --certs "$VECTORS/v12_rsapss2048.chain" --vca "$v.vca" --request "$v.request" \
		--measurements "$v.response"
	assert_failure 8
	assert_check signature fail "the leaf's key is RSA 2048"
	# A transcript has its request: a file with another one contradicts it.
	cat "$v.request" "$v.response" >"$BATS_TEST_TMPDIR/transcript"
	run --separate-stderr tsmctl -j verify --certs "$v.chain" --vca "$v.vca" --request "$v.request" \
		--measurements "$BATS_TEST_TMPDIR/transcript" --root "$v.root.pem"
	assert_success
	run --separate-stderr tsmctl -j verify --certs "$v.chain" --vca "$v.vca" --request "$VECTORS/v10_p256.request" \
		--measurements "$BATS_TEST_TMPDIR/transcript"
	assert_failure 8
	assert_check signature fail 'the request given is not the one before the response'
	# So is the VCA that stands before it.
	cat "$v.vca" "$v.request" "$v.response" >"$BATS_TEST_TMPDIR/whole"
	run --separate-stderr tsmctl -j verify --certs "$v.chain" --vca "$v.vca" --measurements "$BATS_TEST_TMPDIR/whole" \
		--root "$v.root.pem"
	assert_success
	run --separate-stderr tsmctl -j verify --certs "$v.chain" --vca "$VECTORS/v12_p384.vca" \
		--measurements "$BATS_TEST_TMPDIR/whole"
	assert_failure 8
	assert_check signature fail 'the VCA object is not the VCA in the transcript'
}

@test "a policy's digest holds for the value itself, which --raw-blocks gives, by any hash of its size" {
	local policy=$BATS_TEST_TMPDIR/policy.json object hash value
	cd "$BATS_TEST_TMPDIR"
	sim cca -d "$TDI" -y regen measurements --raw-blocks
	for object in cert vca measurements; do
		sim cca -d "$TDI" read-object "$object" -o "$object"
	done
	for hash in sha256 sha384 sha512 sha3-384; do
		value=$(printf 'tsmctl simulated firmware, release 1.4.2' | openssl dgst "-$hash" -r)
		echo "{\"digests\": {\"2\": \"${value%% *}\"}}" >"$policy"
		run --separate-stderr tsmctl -j verify --certs cert --vca vca --measurements measurements --root "$ROOT" \
			--policy "$policy"
		assert_success
		assert_check policy pass 'block 0x02 is as expected'
		echo "{\"digests\": {\"1\": \"${value%% *}\"}}" >"$policy"
		run --separate-stderr tsmctl -j verify --certs cert --vca vca --measurements measurements --root "$ROOT" \
			--policy "$policy"
		assert_failure 8
		assert_check policy fail 'block 0x01 is another one'
	done
}

@test "a policy with anything unknown in it is a usage error" {
	local policy=$BATS_TEST_TMPDIR/policy.json text
	for text in '{"minimum_SVN": 7}' '{"minimum_svn": "7"}' '{"minimum_svn": -1}' '[]' '' '{} {}' '{"no_debug": 1}' \
		'{"device_modes": "normal"}' '{"device_modes": ["Normal"]}' '{"digests": {"0": "00"}}' '{"digests": {"1": []}}' \
		'{"digests": {"1": "00"}}' '{"digests": {"256": "00"}}' '{"root": 1}'; do
		printf '%s' "$text" >"$policy"
		run --separate-stderr tsmctl -j verify --policy "$policy" --certs "$VECTORS/v12_p384.chain"
		assert_equal "$text: $status" "$text: 2"
		assert_json '.error.class == "usage"'
	done
}

@test "without the module it says what cannot be checked" {
	[[ ! -e /usr/local/lib/tsmctl/tsmctl-verify.so ]] || skip "another tsmctl is installed"
	skip_emulated # it would be the emulator that is copied
	cp "$TSMCTL_BIN" "$BATS_TEST_TMPDIR/tsmctl"
	run --separate-stderr "$BATS_TEST_TMPDIR/tsmctl" --sim -q -j -y -d "$TDI" verify --root "$ROOT"
	assert_failure 8
	assert_json '.data.verdict == "incomplete"'
	assert_check signature incomplete 'tsmctl-verify.so: it is neither beside tsmctl nor in'
	assert_check freshness incomplete 'no signature proves it'
	assert_json '.data.certificates == []'
	run --separate-stderr "$BATS_TEST_TMPDIR/tsmctl" --sim -q -j -d "$TDI" read-object cert
	assert_success
	assert_json '.data.decoded | (.fingerprints_missing | contains("tsmctl-verify.so")) and
		[.certificates[].fingerprint] == [null, null, null]'
	run --separate-stderr "$BATS_TEST_TMPDIR/tsmctl" --sim -q -d "$TDI" read-object cert
	assert_success
	assert_line --regexp '^ *No fingerprints: tsmctl-verify.so'
}

@test "libcrypto is loaded to verify and for fingerprints, and else never" {
	[[ ${TSMCTL_SANITIZED:-} != 1 ]] || skip "a sanitized binary cannot be traced"
	skip_emulated
	local command
	for command in "read-object vca" "read-object measurements -j" "read-object report" "read-object cert --hex" \
		"read-object cert --pem" info; do
		# shellcheck disable=SC2086 # words
		run strace -f -e trace=openat -o "$BATS_TEST_TMPDIR/trace" "$TSMCTL_BIN" --sim -q -d "$TDI" $command
		assert_success
		run grep -c libcrypto "$BATS_TEST_TMPDIR/trace"
		assert_equal "$command: $output" "$command: 0"
	done
	run strace -f -e trace=openat -o "$BATS_TEST_TMPDIR/trace" "$TSMCTL_BIN" verify --certs "$VECTORS/v12_p384.chain"
	assert_failure 8
	run grep -c libcrypto "$BATS_TEST_TMPDIR/trace"
	refute_output 0
}

@test "usage: neither target nor files, root twice, files that are not there" {
	echo '{"root": "root.pem"}' >"$BATS_TEST_TMPDIR/policy.json"
	assert_usage_error 'verify needs a target' verify --root "$ROOT"
	assert_usage_error 'both name the root' verify --root "$ROOT" --policy "$BATS_TEST_TMPDIR/policy.json" \
		--certs "$VECTORS/v12_p384.chain"
	assert_usage_error 'there is no certificate in it' verify --root "$VECTORS/v12_p384.vca" --certs "$VECTORS/v12_p384.chain"
	run --separate-stderr tsmctl -j verify --certs /nowhere
	assert_failure 4
	assert_json '.error.object == "/nowhere"'
}
