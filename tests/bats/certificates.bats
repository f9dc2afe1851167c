#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# What read-object says about certificates is what openssl says: the simulator's, and some of every key made here.
# shellcheck disable=SC2154 # run sets status, output and stderr

load helper

readonly NAMES='RFC2253,-esc_msb,utf8'

setup_file()
{
	cd "$BATS_FILE_TMPDIR" || return
	cat >conf <<-'CONF'
		[req]
		distinguished_name = dn
		[dn]
		[device]
		basicConstraints = critical, CA:false
		keyUsage = critical, digitalSignature, keyAgreement
		extendedKeyUsage = 1.3.6.1.4.1.412.274.3, 1.3.6.1.4.1.412.274.4, 1.2.3.4
		subjectKeyIdentifier = hash
		subjectAltName = @names
		1.3.6.1.4.1.412.274.6 = ASN1:SEQUENCE:dmtf
		2.23.133.5.4.1 = ASN1:SEQUENCE:tcb
		1.2.3.4.5 = critical, ASN1:NULL
		[names]
		otherName.0 = 1.3.6.1.4.1.412.274.1;UTF8:ACME:WIDGET:0815
		otherName.1 = 2.23.147;UTF8:Vendor=1B36:Device=00C0:CC=010802:REV=01:SSVID=1AF4:SSID=1100:0123456789ABCDEF
		DNS.0 = device.example
		[dmtf]
		0 = SEQUENCE:identity
		1 = SEQUENCE:mutable
		[identity]
		oid = OID:1.3.6.1.4.1.412.274.2
		[mutable]
		oid = OID:1.3.6.1.4.1.412.274.5
		[tcb]
		vendor = IMPLICIT:0,UTF8:ACME
		model = IMPLICIT:1,UTF8:WIDGET
		version = IMPLICIT:2,UTF8:1.4.2
		svn = IMPLICIT:3,INTEGER:7
		layer = IMPLICIT:4,INTEGER:1
		fwids = IMPLICIT:6,SEQUENCE:fwids
		flags = IMPLICIT:7,FORMAT:BITLIST,BITSTRING:1,3
		type = IMPLICIT:9,FORMAT:HEX,OCTETSTRING:c0ffee
		[fwids]
		0 = SEQUENCE:fwid
		[fwid]
		algorithm = OID:2.16.840.1.101.3.4.2.2
		digest = FORMAT:HEX,OCTETSTRING:00112233445566778899aabbccddeeff
	CONF
	openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out p256.key 2>/dev/null
	openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-521 -out p521.key 2>/dev/null
	openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:3072 -out rsa.key 2>/dev/null
	cp rsa.key pss.key
	openssl genpkey -algorithm Ed25519 -out ed25519.key
	openssl genpkey -algorithm Ed448 -out ed448.key
	make p256 '/C=DE/O=Müller, Söhne & Co/CN=#1 "device" \+ <more>; \\ end' -sha256
	make p521 '/DC=example/DC=com/UID=7/OU=a+OU=b/CN= blanks ' -sha512
	make rsa '/emailAddress=a@b.c/serialNumber=42/CN=rsa' -sha384
	make pss '/CN=pss' -sha384 -sigopt rsa_padding_mode:pss -sigopt rsa_pss_saltlen:-1
	make ed25519 '/1.3.6.1.4.1.99999=odd/CN=ed25519'
	make ed448 '/CN=ed448' -set_serial 0x00ffee0102030405
}

# Usage: make NAME SUBJECT [options of openssl req]
make()
{
	openssl req -new -x509 -config conf -extensions device -utf8 -days 4000 -key "$1.key" -subj "$2" \
		-out "$1.pem" "${@:3}"
	openssl x509 -in "$1.pem" -outform DER -out "$1.der"
}

# What openssl says about one field of a PEM file, without its label.
field()
{
	openssl x509 -in "$1" -noout "-$2" -nameopt "$NAMES" -dateopt iso_8601 2>/dev/null | sed 's/^[^=]*=//'
}

# The date of a field as RFC 3339.
date_of()
{
	field "$1" "$2" | sed 's/ /T/'
}

# Fails unless the certificate number $2 (from 0) of the chain document $1 is what openssl says of the PEM file $3.
assert_same()
{
	local found expected
	found=$(jq -r ".data.decoded.certificates[$2].x509 | .subject, .issuer, .serial, .not_before, .not_after" <<<"$1")
	expected=$(printf '%s\n' "$(field "$3" subject)" "$(field "$3" issuer)" "$(field "$3" serial | tr A-F a-f)" \
		"$(date_of "$3" startdate)" "$(date_of "$3" enddate)")
	assert_equal "$found" "$expected"
}

@test "the simulator's chain: subject, issuer, serial and dates are those that openssl reads" {
	local arch number chain
	for arch in cca sev; do
		chain=$(sim "$arch" -j -d 0000:01:00.0 read-object cert)
		sim "$arch" -d 0000:01:00.0 read-object cert --split "$BATS_TEST_TMPDIR/$arch"
		for number in 0 1 2; do
			openssl x509 -inform DER -in "$BATS_TEST_TMPDIR/$arch/certificate-$((number + 1)).der" \
				-out "$BATS_TEST_TMPDIR/one.pem"
			assert_same "$chain" "$number" "$BATS_TEST_TMPDIR/one.pem"
		done
	done
}

@test "every kind of key: names with every escape, serial and dates are those that openssl reads" {
	local line name key signature
	cd "$BATS_FILE_TMPDIR"
	for line in "p256:EC P-256:ecdsa-with-SHA256" "p521:EC P-521:ecdsa-with-SHA512" "rsa:RSA 3072:sha384WithRSAEncryption" \
		"pss:RSA 3072:rsassaPss with SHA-384" "ed25519:Ed25519:Ed25519" "ed448:Ed448:Ed448"; do
		IFS=: read -r name key signature <<<"$line"
		run --separate-stderr tsmctl -j read-object cert --from "$name.der"
		assert_success
		assert_same "$output" 0 "$name.pem"
		# shellcheck disable=SC2016 # variables of jq
		assert_json '.data | .shape == "raw-der" and (.decoded | .root_included and .anomalies == [] and
			(.certificates[0].x509 | .key == $key and .signature_algorithm == $signature and .self_issued and
			 (.no_expiry | not)))' --arg key "$key" --arg signature "$signature"
	done
}

@test "fingerprints are those that openssl prints" {
	built_with verify || skip "built without libcrypto"
	local name sum
	cd "$BATS_FILE_TMPDIR"
	for name in p256 rsa ed448; do
		sum=$(openssl x509 -in "$name.pem" -noout -fingerprint -sha256 | sed 's/.*=//; s/://g' | tr A-F a-f)
		run --separate-stderr tsmctl -j read-object cert --from "$name.der"
		# shellcheck disable=SC2016 # a variable of jq
		assert_json '.data.decoded | .fingerprints_missing == null and .certificates[0].fingerprint == $sum' --arg sum "$sum"
		run --separate-stderr tsmctl read-object cert --from "$name.der"
		assert_line --regexp "^ +Fingerprint +SHA-256 ${sum::32}\$"
		assert_line --regexp "^ +${sum:32}\$"
	done
}

@test "extensions: usages, names, identities, DMTF's and DICE's, and all of them by number" {
	run --separate-stderr tsmctl -j read-object cert --from "$BATS_FILE_TMPDIR/p256.der"
	assert_success
	assert_json '.data.decoded.certificates[0].x509 |
		.basic_constraints == {"ca": false, "path_length": null} and
		.key_usage == ["digital signature", "key agreement"] and
		[.extended_key_usage[] | .name // .oid] == ["SPDM responder", "SPDM requester", "1.2.3.4"] and
		[.alternative_names[].type] == ["otherName", "otherName", "DNS"] and
		.alternative_names[2].value == "device.example" and
		.device_info == {"text": "ACME:WIDGET:0815", "manufacturer": "ACME", "product": "WIDGET", "serial": "0815"}'
	assert_json '.data.decoded.certificates[0].x509 |
		(.pci_identity | .vendor == "0x1b36" and .device == "0x00c0" and .class == "0x010802" and .revision == "0x01" and
			.subsystem_vendor == "0x1af4" and .subsystem == "0x1100" and .serial == "0x0123456789abcdef" and
			.matches_function == null) and
		[.dmtf_extensions[].name] == ["hardware identity", "mutable certificate"] and
		(.tcb_info == [{"vendor": "ACME", "model": "WIDGET", "version": "1.4.2", "svn": 7, "layer": 1, "index": null,
			"fwids": [{"algorithm": "SHA-384", "digest": "00112233445566778899aabbccddeeff"}],
			"flags": ["not secure", "debug"], "vendor_info": null, "type": "c0ffee"}]) and
		([.extensions[] | select(.name == null)] == [{"oid": "1.2.3.4.5", "name": null, "critical": true, "size": 2}])'
	assert_json '[.data.decoded.warnings[].what] == ["DICE TCB: not secure", "DICE TCB: debug"]'
}

@test "the identity is compared with the function's config space" {
	run_json cca -d 0000:01:00.0 read-object cert
	assert_json '.data.decoded | .certificates[2].x509.pci_identity.matches_function and .warnings == []'
	local file
	file=$(scenario other "{\"devices\": [{\"device\": \"0000:01:00.0\", \"driver\": \"e1000e\", \"evidence\":
		{\"cert:0\": {\"file\": \"$TSMCTL_SOURCE/data/spdm-chain.bin\"}}}]}")
	run_json "$file" -d 0000:01:00.0 read-object cert
	assert_json '.data.decoded | .certificates[2].x509.pci_identity.matches_function == false and
		.warnings[0].what == "the certificate is for another PCI function than the one that it came from"'
}

@test "--pem: openssl reads the same certificates, on standard output, from a file and in the document" {
	local out=$BATS_TEST_TMPDIR/chain.pem
	sim sev -d 0000:01:00.0 read-object cert --pem >"$out"
	assert_equal "$(openssl storeutl -certs "$out" | grep -c BEGIN)" 3
	run cmp <(openssl x509 -in "$out") <(openssl x509 -in "$TSMCTL_SOURCE/data/root.pem")
	assert_success
	run cmp "$out" <(sim sev -j -d 0000:01:00.0 read-object cert --pem | jq -r '.data.pem | rtrimstr("\n")')
	assert_success
	run --separate-stderr tsmctl read-object cert --from "$TSMCTL_SOURCE/data/spdm-chain.bin" --pem -o "$out.2"
	assert_success
	assert_equal "$(stat -c %a "$out.2")" 600
	run cmp "$out" "$out.2"
	assert_success
	local name
	for name in p256 p521 rsa ed25519; do
		run cmp "$BATS_FILE_TMPDIR/$name.pem" <(tsmctl read-object cert --from "$BATS_FILE_TMPDIR/$name.der" --pem)
		assert_success
	done
}

@test "--split: one DER file each, never over a file without --force" {
	local dir=$BATS_TEST_TMPDIR/split
	run --separate-stderr tsmctl -j read-object cert --from "$TSMCTL_SOURCE/data/spdm-chain.bin" --split "$dir"
	assert_success
	# shellcheck disable=SC2016 # a variable of jq
	assert_json '.data.files == [$dir + "/certificate-1.der", $dir + "/certificate-2.der", $dir + "/certificate-3.der"]' \
		--arg dir "$dir"
	run cmp <(tail -c +53 "$TSMCTL_SOURCE/data/spdm-chain.bin") <(cat "$dir"/certificate-?.der)
	assert_success
	run --separate-stderr tsmctl read-object cert --from "$TSMCTL_SOURCE/data/spdm-chain.bin" --split "$dir"
	assert_failure 6
	[[ $stderr == *certificate-1.der* ]]
	run --separate-stderr tsmctl read-object cert --from "$TSMCTL_SOURCE/data/spdm-chain.bin" --split "$dir" --force
	assert_success
	assert_line --regexp "Written +$dir/certificate-1.der"
}

@test "a certificate that is none is an anomaly, and no PEM" {
	printf '\x30\x03\x02\x01\x07' >"$BATS_TEST_TMPDIR/none"
	run --separate-stderr tsmctl -j read-object cert --from "$BATS_TEST_TMPDIR/none"
	assert_success
	assert_json '.data.decoded | .certificates[0].x509 == null and .root_included == null and
		.anomalies == [{"offset": 2, "what": "no X.509 certificate: what is signed is missing"}]'
	run --separate-stderr tsmctl -j read-object cert --from /dev/null --pem
	assert_failure 8
	assert_json '.error.class == "evidence"'
}

@test "hostile names stay within their line: escaped in text and document" {
	cd "$BATS_TEST_TMPDIR"
	openssl req -new -x509 -config "$BATS_FILE_TMPDIR/conf" -key "$BATS_FILE_TMPDIR/p256.key" -utf8 \
		-subj $'/CN=\e[31mred\nline\u202e' -outform DER -out hostile.der
	run --separate-stderr tsmctl read-object cert --from hostile.der
	assert_success
	assert_line --regexp 'Subject +CN=\\x1b\[31mred\\x0aline\\u\{202e\}$'
	run bash -c "LC_ALL=C grep -c \$'\\e' <<<'$output'"
	assert_output 0
}
