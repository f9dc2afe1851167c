# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh
# Evidence over the kernel's generic netlink, from both families, in all sizes and with all that can go wrong.
# shellcheck source=tests/kernel/guest/lib.sh
. /guest/lib.sh

BIG=/tmp/big
MAX=16777216
NONCE=000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f

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

# refreshes: the TSM gets the nonce, the generation rises, the fresh measurements hold it where the TSM put it.
refreshes() {
	clear_log
	answers ".data.generation_after == .data.generation_before + 1 and .data.changed and .data.nonce == \"$NONCE\"" \
		-d $F -y regen measurements --nonce $NONCE || return
	log | grep -q "^refresh nonce $NONCE " && reads measurements $LAB/objects/measurements
}

as_nobody() {
	su nobody -s /bin/sh -c "tsmctl -j -d $F read-object report" >/tmp/out
	same "$? $(jq -r .error.code /tmp/out)" "3 EPERM"
}

module tsmlab_tsm functions=$F,$G
head -c $MAX /dev/urandom >$BIG
connect $F
ok "no family: exit 5" fails 5 '.error.class == "unsupported"' -d $F --source netlink read-object report
load_evidence
head -c 300 /dev/urandom >$LAB/objects/cert7

module tsmlab_evidence
sample_evidence device-evidence
ok "without CAP_NET_ADMIN" as_nobody
ok "a function that is not connected" fails 6 '.error.class == "state"' -d $G read-object report
ok "no digests here: 0 bytes" answers '.data.size == 0' -d $F read-object measurements --digest
echo 7 >$LAB/generation
set_parameter $TSM/nonce_offset 100
ok "refresh" refreshes
ok "refresh that the TSM does not have" with refresh_errno 95 -- \
	fails 5 '.error.code == "EOPNOTSUPP" and (.error.kernel | test("evidence refresh failed"))' -d $F -y regen measurements
ok "refresh that fails: uncertain" with refresh_errno 5 -- \
	fails 1 '.error.code == "EIO" and .error.uncertain' -d $F -y regen measurements
ok "the generation of now is accepted" answers '.data.device != null' -d $F -y accept-generation "$(cat $LAB/generation)"
ok "an older one is not" fails 6 '.error.code == "ESTALE" and .error.kernel == "evidence generation is stale"' \
	-d $F -y accept-generation 1
ok "less data than LENGTH says" with length_excess 1 -- leaves_nothing 8 '.error.code == "BADDUMP"'
ok "more than 16 MiB announced" with length_excess $MAX -- leaves_nothing 8 '.error.code == "BADDUMP"'
big_objects device-evidence
broken_dumps device-evidence

rmmod tsmlab_evidence
module tsmlab_evidence read_only=1
load_evidence
ok "a family that only reads" reads report /evidence/report.bin
ok "it cannot accept" fails 5 '.error.class == "unsupported"' -d $F -y accept-generation 1

rmmod tsmlab_evidence
module tsmlab_evidence family=pci-tsm
sample_evidence pci-tsm
big_objects pci-tsm
broken_dumps pci-tsm
ok "pci-tsm cannot refresh" fails 5 '.error.class == "unsupported"' -d $F -y regen measurements
ok "pci-tsm cannot accept" fails 5 '.error.class == "unsupported"' -d $F -y accept-generation 1

rmmod tsmlab_evidence
module tsmlab_evidence family=both
ok "of both families, the newer" answers '.data.abi.evidence_family == "device-evidence"' -d $F info
plan
