# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh
# shellcheck disable=SC2086 # $vmm is words
#
# Makes the recordings of tests/recordings/: tsmctl under every ABI and both families, with what it printed. What is to
# be brought out goes to the third serial line as one archive. In each directory, the file "commands" has a line for
# each recording: exit status, name, words of the command.
# shellcheck source=tests/kernel/guest/lib.sh
. /guest/lib.sh

RECORDINGS=/tmp/recordings
NONCE=000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f

# set_of NAME: what is recorded from now on belongs to this directory.
set_of() {
	set=$RECORDINGS/$1
	mkdir -p "$set"
}

# keeps STATUS NAME WORD...
keeps() {
	wanted=$1 recording=$set/$2
	echo "$*" >>"$set/commands"
	shift 2
	status=0
	rm -rf evidence
	tsmctl -q --record "$recording.json" "$@" >"$recording.out" 2>&1 </dev/null || status=$?
	cat "$recording.out"
	same "exit $status" "exit $wanted" && [ -s "$recording.json" ]
}

# records STATUS NAME WORD...: a test that passes if the command ends so, and was recorded.
records() {
	ok "${set##*/}: $2" keeps "$@"
}

evidence_module() {
	rmmod tsmlab_evidence 2>/dev/null
	module tsmlab_evidence "$@"
}

# attach BIND_NR: starts a VMM; $vmm are the words that reach what it holds.
attach() {
	start_vmm $F
	vmm="--attach $VMM:$(sed -n 's/.*iommufd //p' /tmp/vmm.out) --vdevice $vdevice"
	[ "$1" = 0 ] || tell "bind $1" >/dev/null
}

stock() {
	set_of stock
	records 0 list -j list
	records 0 doctor -j doctor
	records 0 doctor-text doctor
	records 5 info -j -d $F info
	records 5 report -j -d $F read-object report
	records 5 locked -j -d $F --arch cca -y set-state locked
	records 5 locked-named -j -d $F --arch cca --abi op48-2026-09 -y set-state locked
}

objects() {
	records 0 cert -j -d $F read-object cert
	records 0 vca -j -d $F read-object vca
	records 0 measurements -j -d $F read-object measurements
	records 0 report -j -d $F read-object report
	records 0 save -j -d $F save evidence
}

# With no TSM request behind /dev/iommu.
device_evidence() {
	evidence_module
	set_of device-evidence
	records 0 list -j list
	records 0 info -j -d $F info
	objects
	records 0 report-text -d $F read-object report
	records 0 digest -j -d $F read-object measurements --digest
	records 0 regen -j -d $F -y regen measurements
	records 0 regen-nonce -j -d $F -y regen measurements --nonce $NONCE
	records 8 verify -j -d $F -y verify --root root.pem --at 2026-11-22
	records 6 accept-stale -j -d $F -y accept-generation 99
	records 0 accept -j -d $F -y accept-generation "$(cat $LAB/generation)"
	records 6 not-connected -j -d $G read-object report
	records 5 locked -j -d $F -y set-state locked
	set_parameter $EVIDENCE/done_errno 5
	records 1 error-in-done -j -d $F read-object report
	set_parameter $EVIDENCE/done_errno 0
	set_parameter $EVIDENCE/length_excess 1
	records 8 too-short -j -d $F read-object report
	set_parameter $EVIDENCE/length_excess 0
	set_parameter $EVIDENCE/chunk 100
	set_parameter $EVIDENCE/changes 1
	records 0 generation-changes -j -d $F read-object cert
	set_parameter $EVIDENCE/chunk 0
}

pci_tsm() {
	evidence_module family=pci-tsm
	set_of pci-tsm
	records 0 info -j -d $F info
	objects
	records 5 regen -j -d $F -y regen measurements
	records 5 accept -j -d $F -y accept-generation 1
}

# known NAME REQUEST_NR BIND_NR FORM OPS: through the VMM, then in an own session.
known() {
	set_of "$1"
	profile "$2" "$3" "$4" "$5"
	attach "$3"
	records 0 info -j $vmm info
	records 6 run-too-early -j $vmm -y set-state run
	records 0 locked -j $vmm -y set-state locked
	records 0 mmio -j $vmm -y validate-mmio 0x80000000 +0x4000 0xfe400000
	records 0 save -j $vmm save evidence
	records 0 regen -j $vmm -y regen measurements --nonce $NONCE
	records 8 verify -j $vmm -y verify --root root.pem --at 2026-11-22
	stop_vmm
	records 0 own -j -d $F -y set-state locked
}

# What need not be seen under each ABI.
newest() {
	attach 0
	records 0 list -j list
	records 0 doctor -j doctor
	records 0 held -d $F --vdevice "$vdevice" -y -v set-state locked
	records 0 dry-run -j $vmm -n set-state run
	records 0 unlocked -j $vmm -y set-state unlocked
	records 5 sev-dma -j $vmm -y sev-dma enable
	records 0 report -j $vmm read-object report
	records 5 slot -j $vmm read-object cert:3
	records 0 regen-random -j $vmm -y regen measurements
	records 0 regen-report -j $vmm -y regen report
	records 4 no-such-vdevice -j ${vmm% *} 99 -y set-state locked
	set_parameter $TSM/fail_code 0xbad
	records 7 tsm-code -j $vmm -y set-state locked
	set_parameter $TSM/fail_code 0
	set_parameter $TSM/fail_errno 5
	records 1 uncertain -j $vmm -y set-state unlocked
	set_parameter $TSM/fail_errno 0
	stop_vmm
}

# refused NAME REQUEST_NR BIND_NR FORM OPS
refused() {
	set_of "$1"
	profile "$2" "$3" "$4" "$5"
	attach "$3"
	records 0 info -j -d $F info
	records 5 locked -j $vmm -y set-state locked
	records 5 regen -j $vmm -y regen measurements
	records 5 report -j $vmm read-object report
	stop_vmm
}

# sev NAME REQUEST_NR BIND_NR FORM OPS: in an own session.
sev() {
	set_of "$1"
	profile "$2" "$3" "$4" "$5"
	records 0 sev-dma-enable -j -d $F -y --force sev-dma enable
}

bring_out() {
	stty -F /dev/ttyS2 raw
	tar -c -z -C "$RECORDINGS" . >/dev/ttyS2
}

mkdir /tmp/work
cd /tmp/work || exit
cp /evidence/root.pem .
stock
stand_up arch=1
load_evidence
set_parameter $IOMMUFD/request_nr 0
device_evidence
pci_tsm
rmmod tsmlab_evidence
known op48-2026-09 0x3b96 0 op48 1,2,3,4,5,6,7
newest
known op48-interim 0x3b97 0x3b96 op48 1,2,3,4,5,6,7
known op48-2026-06 0x3b96 0x3b95 op48 4,5,6,7,1,2,3
known scope40-v5 0x3b96 0x3b95 scope40 1,2,3,4,5,6,7
refused amd-packed48 0x3b96 0 packed 1,2,3,4,5,6,7
refused unknown 0x3b96 0 op48 2,3,4,5,6,7,8
rmmod tsmlab_tsm
module tsmlab_tsm functions=$F,$G arch=2
connect $F
set_parameter $IOMMUFD/bind_viommu 1
sev op48-2026-09 0x3b96 0 op48 1,2,3,4,5,6,7
records 0 sev-dma-disable -j -d $F -y --force sev-dma disable
sev op48-interim 0x3b97 0x3b96 op48 1,2,3,4,5,6,7
sev op48-2026-06 0x3b96 0x3b95 op48 4,5,6,7,1,2,3
bring_out
plan
