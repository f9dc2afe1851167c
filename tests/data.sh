#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Holds the simulator's evidence to what openssl itself says about it: the chain, the names in it, the signatures.
#
# usage: tests/data.sh [DIRECTORY]    (default: data/)
set -euo pipefail

data=$(realpath "${1:-$(dirname "$0")/../data}")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

fail() {
	echo "FAIL: $*"
	exit 1
}
slice() { tail -c +$(($2 + 1)) "$1" | head -c "$3"; } # FILE OFFSET LENGTH
number() { slice "$1" "$2" "$3" | od -An -v -tx1 -w1 | tac | tr -d ' \n' | sed 's/^/0x/'; }
unhex() { printf '%b' "$(printf '%s' "$1" | sed 's/../\\x&/g')"; }
size() { stat -c %s "$1"; }
sha384() { openssl dgst -sha384 -binary; }
contains() { grep -q -- "$2" "$1" || fail "$1 lacks $2"; }

split_chain() { # writes 0.pem, 1.pem, ... for each DER certificate after the header
	local offset=52 i=0 length
	while ((offset < $(size "$data/spdm-chain.bin"))); do
		length=$((4 + 0x$(slice "$data/spdm-chain.bin" $((offset + 2)) 2 | od -An -tx1 | tr -d ' \n')))
		slice "$data/spdm-chain.bin" $offset $length | openssl x509 -inform DER -out $i.pem
		((offset += length, ++i))
	done
	[[ $i == 3 ]] || fail "$i certificates instead of 3"
}

check_chain() {
	[[ $(($(number "$data/spdm-chain.bin" 0 2))) == $(size "$data/spdm-chain.bin") ]] || fail 'length in the chain header'
	split_chain
	cmp -s 0.pem "$data/root.pem" || fail 'root.pem is not the first certificate'
	openssl x509 -in 0.pem -outform DER | sha384 | cmp -s - <(slice "$data/spdm-chain.bin" 4 48) || fail 'root hash'
	openssl verify -x509_strict -CAfile 0.pem -untrusted 1.pem 2.pem >log || fail 'chain does not verify'
	openssl x509 -in 2.pem -noout -text >leaf
	contains leaf 'NIST CURVE: P-384'
	contains leaf 'Not After : Dec 31 23:59:59 9999 GMT'
	contains leaf '1.3.6.1.4.1.412.274.3'
	contains leaf 'othername: 1.3.6.1.4.1.412.274.1::TSMCTL:SIMULATED:0000000001'
	contains leaf 'othername: 2.23.147::Vendor=1B36:Device=00C0:CC=010802:REV=01'
	contains leaf '1.3.6.1.4.1.412.274.6:'
	openssl pkey -inform DER -in "$data/device-key.der" -pubout -out key.pub
	openssl x509 -in 2.pem -noout -pubkey | cmp -s - key.pub || fail 'device key and leaf do not belong together'
}

der_integer() { # 48 big-endian bytes on stdin -> an INTEGER for openssl asn1parse -genconf
	printf 'INTEGER:0x%s' "$(od -An -v -tx1 | tr -d ' \n')"
}

check_signature() { # FILE: a request of 37 bytes, then the response that ends in r || s
	local file=$1 end
	end=$(($(size "$file") - 96))
	cat "$data/vca.bin" <(head -c $end "$file") >l1l2
	{ printf 'dmtf-spdm-v1.2.*%.0s' 1 2 3 4 && head -c 6 /dev/zero && printf 'responder-measurements signing'; } >message
	sha384 <l1l2 >>message
	printf 'asn1=SEQUENCE:s\n[s]\nr=%s\ns=%s\n' "$(slice "$file" $end 48 | der_integer)" \
		"$(slice "$file" $((end + 48)) 48 | der_integer)" >conf
	openssl asn1parse -genconf conf -noout -out signature
	openssl dgst -sha384 -verify key.pub -signature signature message >log || fail "signature of $file"
}

blocks() { # FILE: "index type value-in-hex" per block
	local offset=45 left
	left=$(($(number "$1" 42 3)))
	while ((left > 0)); do
		local length=$(($(number "$1" $((offset + 2)) 2) + 4))
		echo "$(($(number "$1" $offset 1))) $(($(number "$1" $((offset + 4)) 1) & 127))" \
			"$(slice "$1" $((offset + 7)) $((length - 7)) | od -An -v -tx1 | tr -d ' \n')"
		((offset += length, left -= length)) || :
	done
	((left == 0)) || fail "blocks of $1 do not tile the record"
}

check_blocks() { # every value type is there; digests are those of the raw streams
	blocks "$data/measurements.bin" >hashed
	blocks "$data/measurements-raw.bin" >raw
	[[ $(cut -d' ' -f2 hashed | sort -n | xargs) == '0 1 2 3 4 5 6 7 8 9 10' ]] || fail 'a value type is missing'
	cmp -s <(cut -d' ' -f1,2 hashed) <(cut -d' ' -f1,2 raw) || fail 'raw and hashed blocks differ in kind'
	local index type value digests=0
	while read -r index type value <&3 && read -r _ _ stream <&4; do
		[[ $value == "$stream" ]] && continue
		[[ $value == "$(unhex "$stream" | sha384 | od -An -v -tx1 | tr -d ' \n')" ]] ||
			fail "block $index (type $type) is not the digest of its stream"
		((++digests))
	done 3<hashed 4<raw
	[[ $digests == 5 ]] || fail "$digests digests instead of 5"
}

check_chain
[[ $(size "$data/vca.bin") == 152 ]] || fail 'size of vca.bin'
check_signature "$data/measurements.bin"
check_signature "$data/measurements-raw.bin"
check_blocks
[[ $(size "$data/report.bin") == $((20 + 4 * 16 + 20)) ]] || fail 'size of report.bin'
echo 'ok: chain, signatures, blocks and report'
