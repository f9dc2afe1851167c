# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh
# Sourced by the tests of the two families: evidence in all sizes, and with all that can go wrong.
# shellcheck source=tests/kernel/guest/lib.sh
. /guest/lib.sh

BIG=/tmp/big
MAX=16777216

# reads OBJECT FILE: the very bytes.
reads() {
	rm -f /tmp/object
	exits 0 -d $F --source netlink read-object "$1" -o /tmp/object && cmp /tmp/object "$2"
}

# The bytes come whole or not at all: after a failure there is no file.
leaves_nothing() {
	rm -f /tmp/object
	fails "$1" "$2" -d $F read-object cert -o /tmp/object && [ ! -e /tmp/object ]
}

reads_in_chunks_of() {
	set_parameter $EVIDENCE/chunk "$1"
	reads cert "$2"
	result=$?
	set_parameter $EVIDENCE/chunk 0
	return $result
}

# with PARAMETER VALUE... -- TEST...: the parameters are 0 again afterwards.
with() {
	changed=
	while [ "$1" != -- ]; do
		set_parameter "$EVIDENCE/$1" "$2"
		changed="$changed $1"
		shift 2
	done
	shift
	"$@"
	result=$?
	for parameter in $changed; do
		set_parameter "$EVIDENCE/$parameter" 0
	done
	return $result
}

sample_evidence() {
	ok "$1: certificate chain" reads cert /evidence/spdm-chain.bin
	ok "$1: vca" reads vca /evidence/vca.bin
	ok "$1: measurements" reads measurements /evidence/measurements.bin
	ok "$1: report" reads report /evidence/report.bin
	ok "$1: slot 7" reads cert:7 $LAB/objects/cert7
	ok "$1: sizes in info" answers "[.data.objects[] | {(.object): .size}] | add |
		.vca == $(wc -c </evidence/vca.bin) and .report == $(wc -c </evidence/report.bin)" -d $F info
	ok "$1: decoded" answers '.data.decoded != null and .data.source == "netlink"' -d $F read-object report
}

big_objects() {
	cat $BIG >$LAB/objects/cert0
	ok "$1: 16 MiB" reads cert $BIG
	for size in 1024 1023 4096 16384 32000; do
		ok "$1: 16 MiB in chunks of $size" reads_in_chunks_of "$size" $BIG
	done
	head -c 1000 $BIG >/tmp/small
	cat /tmp/small >$LAB/objects/cert0
	for size in 1 2 3 4 5; do
		ok "$1: 1000 bytes in chunks of $size" reads_in_chunks_of "$size" /tmp/small
	done
	: >$LAB/objects/cert0
	ok "$1: 0 bytes" answers '.data.size == 0 and .data.bytes == ""' -d $F read-object cert
}

# Half of the object has arrived when DONE brings the error.
broken_dumps() {
	cat $BIG >$LAB/objects/cert0
	ok "$1: ENXIO in DONE after half" with done_after $((MAX / 2)) done_errno 6 -- \
		leaves_nothing 6 '.error.code == "ENXIO" and .error.kernel == "failed on purpose"'
	ok "$1: EIO in DONE after the first message" with done_after 1 done_errno 5 -- \
		leaves_nothing 1 '.error.code == "EIO"'
	ok "$1: EOPNOTSUPP in DONE before any message" with done_errno 95 -- \
		leaves_nothing 5 '.error.code == "EOPNOTSUPP"'
	ok "$1: EAGAIN again and again" with change_after 100000 changes 100 -- \
		leaves_nothing 6 '.error.code == "EAGAIN" and .error.kernel == "evidence updated during read"'
	ok "$1: one change of the generation is overcome" with change_after 100000 changes 1 -- reads cert $BIG
	ok "$1: an attribute that nobody knows" with unknown_attribute 1 -- reads cert $BIG
}

module tsmlab_tsm functions=$F,$G
head -c $MAX /dev/urandom >$BIG
connect $F
load_evidence
head -c 300 /dev/urandom >$LAB/objects/cert7
