# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh
# Own sessions on a function that nobody holds: each step that can fail on a real machine, then the whole way.
# shellcheck source=tests/kernel/guest/lib.sh
. /guest/lib.sh

LOCKED="$F SET_TDI_STATE arch 1 payload 01000000 response 0 = 0"

# step_fails STATUS ERRNO STEP [ARGUMENT...]: the error names the step and the errno, and has a remedy.
step_fails() {
	wanted=$1 code=$2 step=$3
	shift 3
	fails "$wanted" ".error.code == \"$code\" and (.error.message | contains(\"$step\")) and .error.hint != null" \
		-d $F -y "$@" set-state locked
}

session_logs() {
	clear_log
	tsmctl -d $F -y "$@" set-state locked && logged "$F bind 0x100" "$LOCKED" "$F unbind"
}

unbound() {
	same "$(cat /sys/bus/pci/devices/$F/tsm/bound)" ""
}

interrupts_not_isolated() {
	set_parameter /sys/module/iommufd/parameters/allow_unsafe_interrupts N
	step_fails 3 EPERM "bind the VFIO device"
	result=$?
	set_parameter /sys/module/iommufd/parameters/allow_unsafe_interrupts Y
	return $result
}

reads_an_object() {
	tsmctl -d $F --source ioctl read-object report --raw >/tmp/object && cmp /tmp/object /evidence/report.bin
}

# Whatever becomes of tsmctl, the kernel takes the session down.
killed_midway() {
	set_parameter $TSM/delay_ms 60000
	clear_log
	tsmctl -d $F -y set-state locked &
	until [ "$(cat $TSM/pending)" = 1 ]; do sleep 0.1; done
	kill -KILL $!
	wait $!
	set_parameter $TSM/delay_ms 0
	logged "$F bind 0x100" "$F SET_TDI_STATE arch 1 payload 01000000 response 0 = -4" "$F unbind" && unbound
}

other_virt_id() {
	clear_log
	tsmctl -d $F -y --virt-id 0x4711 set-state locked && log | grep -q "bind 0x4711"
}

warns() {
	exits 0 -d $F -y -v set-state locked && said "own session"
}

module tsmlab_tsm functions=$F,$G
module tsmlab_iommufd
load_evidence
ok "not connected" fails 6 '.error.code == "ENXIO" and (.error.hint | contains("tsm/connect"))' \
	-d $F -y set-state locked
connect $F
ok "no vfio-pci" step_fails 4 ENODEV "open the VFIO device"
to_vfio $F
ok "no KVM" step_fails 4 ENOENT "make a VM"
module kvm
module kvm-amd
ok "MSIs are not isolated" interrupts_not_isolated
ok "no nesting" step_fails 5 EOPNOTSUPP "nest-parent"
module tsmlab_nest
ok "no such vIOMMU type" step_fails 5 EOPNOTSUPP "vIOMMU" --viommu-type 0
ok "a vIOMMU that is not confidential: not bound" \
	fails 6 '.error.code == "ENXIO"' -d $F -y --viommu-type 1 set-state locked
ok "nothing is bound so far" unbound

ok "bound, locked, unbound" session_logs
ok "nothing stays bound" unbound
ok "it says whose session it is" warns
ok "an object through the own vdevice" reads_an_object
ok "another virtual id" other_virt_id
ok "run from unlocked: refused by the TSM" fails 6 '.error.code == "ENXIO"' -d $F -y set-state run
ok "nothing stays bound after an error" unbound
ok "killed in the middle of a session" killed_midway
profile 0x3b97 0x3b96 op48 1,2,3,4,5,6,7
ok "bound by TSM_OP of the interim tree" session_logs
ok "nothing stays bound there" unbound
profile 0x3b96 0x3b95 op48 4,5,6,7,1,2,3
ok "bound by TSM_OP of June" session_logs
echo tsm0 >/sys/bus/pci/devices/$F/tsm/disconnect
ok "disconnected again" fails 6 '.error.code == "ENXIO"' -d $F -y set-state locked
plan
