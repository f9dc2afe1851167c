# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh
# The simulated kernel is held to this one: the same calls on both, under each profile and each family.
# shellcheck source=tests/kernel/guest/lib.sh
. /guest/lib.sh

# simulation PROFILE FAMILY [JSON]: a simulated kernel with this machine's functions and evidence.
simulation() {
	cat >/tmp/simulation.json <<-END
		{"arch": "cca", "abi": "$1", "family": "$2", ${3:+$3,} "vmm": false, "devices_only": true, "devices": [
		 {"device": "$F", "connected": true, "evidence": {
		  "cert:0": {"file": "/evidence/spdm-chain.bin"}, "cert:1": {"size": 0}, "cert:2": {"file": "/tmp/one"},
		  "cert:3": {"file": "/tmp/page"}, "cert:4": {"file": "/tmp/large"}, "vca": {"file": "/evidence/vca.bin"},
		  "measurements": {"file": "/evidence/measurements.bin"}, "report": {"file": "/evidence/report.bin"}}},
		 {"device": "$G"}]}
	END
}

# compared PROFILE SECTION...: a test for each call, and one for the end.
compared() {
	kernel_calls /tmp/simulation.json "$@" >/tmp/calls
	result=$?
	cat /tmp/calls
	number=$((number + $(grep -cE '^(not )?ok ' /tmp/calls)))
	ok "$1: all calls were made" [ $result -le 1 ]
}

# held PROFILE REQUEST_NR BIND_NR FORM OPS SECTION...
held() {
	name=$1
	profile "$2" "$3" "$4" "$5"
	shift 5
	simulation "$name" none
	compared "$name" "$@"
}

# evidence FAMILY JSON SECTION
evidence() {
	echo 1 >$LAB/generation
	load_evidence
	simulation none "$1" "$2"
	compared none "$3"
}

# What goes wrong on purpose, there and here.
evidence_faults() {
	set_parameter $EVIDENCE/chunk 1000
	evidence "$1" '"chunk": 1000' netlink
	set_parameter $EVIDENCE/done_after 2500
	set_parameter $EVIDENCE/done_errno 6
	evidence "$1" '"chunk": 1000, "faults": [
		{"kind": "nl_done", "nth": 3, "errno": "ENXIO", "text": "failed on purpose"}]' large
	set_parameter $EVIDENCE/done_errno 0
	set_parameter $EVIDENCE/change_after 2500
	set_parameter $EVIDENCE/changes 1
	evidence "$1" '"chunk": 1000, "faults": [{"kind": "nl_generation", "nth": 3}]' large
	set_parameter $EVIDENCE/chunk 0
}

load_other_sizes() {
	printf x >/tmp/one
	head -c 4096 /dev/urandom >/tmp/page
	head -c 100000 /dev/urandom >/tmp/large
	: >$LAB/objects/cert1
	cat /tmp/one >$LAB/objects/cert2
	cat /tmp/page >$LAB/objects/cert3
	cat /tmp/large >$LAB/objects/cert4
}

stand_up arch=1 strict=1
load_evidence
load_other_sizes
held op48-2026-09 0x3b96 0 op48 1,2,3,4,5,6,7 probes numbers session
held op48-interim 0x3b97 0x3b96 op48 1,2,3,4,5,6,7 probes numbers session
held op48-2026-06 0x3b96 0x3b95 op48 4,5,6,7,1,2,3 probes numbers session
held scope40-v5 0x3b96 0x3b95 scope40 1,2,3,4,5,6,7 probes numbers session
held amd-packed48 0x3b96 0x3b95 packed 1,2,3,4,5,6,7 probes numbers session
held none 0 0 op48 0,0,0,0,0,0,0 probes numbers session

module tsmlab_evidence family=both
for family in device-evidence pci-tsm; do
	evidence $family "" netlink
	evidence_faults $family
done
plan
