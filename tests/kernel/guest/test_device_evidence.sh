# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh
# Evidence from the family device-evidence over the kernel's own generic netlink.
# shellcheck source=tests/kernel/guest/evidence.sh
. /guest/evidence.sh

NONCE=000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f

# refreshes: the TSM gets the nonce, the generation rises, the fresh measurements hold it where the TSM put it.
refreshes() {
	clear_log
	answers ".data.generation_after == .data.generation_before + 1 and .data.changed and
		.data.nonce == \"$NONCE\"" -d $F -y regen measurements --nonce $NONCE || return
	log | grep -q "^refresh nonce $NONCE " && reads measurements $LAB/objects/measurements
}

as_nobody() {
	su nobody -s /bin/sh -c "tsmctl -j -d $F read-object report" >/tmp/out
	same "$? $(jq -r .error.code /tmp/out)" "3 EPERM"
}

ok "no family: exit 5" fails 5 '.error.class == "unsupported"' -d $F --source netlink read-object report

module tsmlab_evidence
sample_evidence device-evidence
ok "without CAP_NET_ADMIN" as_nobody
ok "a function that is not connected" fails 6 '.error.class == "state"' -d $G read-object report
ok "no digests here: 0 bytes" answers '.data.size == 0' -d $F read-object measurements --digest
echo 7 >$LAB/generation
set_parameter $TSM/nonce_offset 100
ok "refresh" refreshes
ok "refresh that the TSM does not have" with refresh_errno 95 -- \
	fails 5 '.error.code == "EOPNOTSUPP" and (.error.kernel | test("evidence refresh failed"))' \
	-d $F -y regen measurements
ok "refresh that fails: uncertain" with refresh_errno 5 -- \
	fails 1 '.error.code == "EIO" and .error.uncertain' -d $F -y regen measurements
ok "the generation of now is accepted" answers '.data.device != null' \
	-d $F -y accept-generation "$(cat $LAB/generation)"
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
module tsmlab_evidence family=both
ok "of both families, the newer" answers '.data.abi.evidence_family == "device-evidence"' -d $F info
plan
