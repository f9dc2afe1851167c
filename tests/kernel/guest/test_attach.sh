# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh
# A running VMM's context: found, used for one command, never kept; and what can happen to it meanwhile.
# The kernel waits a minute for a request to end when its VMM is killed: this clock leaps over what nobody does.
# QEMU: -icount shift=3,sleep=off
# shellcheck source=tests/kernel/guest/lib.sh
. /guest/lib.sh

LOCKED="$F SET_TDI_STATE arch 1 payload 01000000 response 0 = 0"
UNLOCKED="$F SET_TDI_STATE arch 1 payload 00000000 response 0 = 0"

sends() {
	line=$1
	shift
	clear_log
	tsmctl -y --vdevice "$vdevice" "$@" && logged "$line"
}

holder() {
	run -j list
	jq -r ".data.devices[] | select(.device == \"$1\").holders[] | \"\(.comm) \(.pid) \(.fd)\"" /tmp/out
}

# with PARAMETER VALUE TEST...: the parameter of the TSM is 0 again afterwards.
with() {
	parameter=$TSM/$1
	set_parameter "$parameter" "$2"
	shift 2
	"$@"
	result=$?
	set_parameter "$parameter" 0
	return $result
}

# In the background: a request that takes its time.
slow_request() {
	clear_log
	tsmctl -y -d $F --vdevice "$vdevice" set-state unlocked >/tmp/slow.out 2>&1 &
	slow=$!
	until [ "$(cat $TSM/pending)" = 1 ]; do sleep 0.1; done
}

destroyed_midway() {
	slow_request
	same "$(tell destroy)" "destroy EBUSY" && wait $slow && logged "$UNLOCKED"
}

interrupted_midway() {
	slow_request
	kill -TERM $slow
	wait $slow
	same "$?" 143 && logged "$F SET_TDI_STATE arch 1 payload 00000000 response 0 = -4"
}

# The kernel lets the request end before it takes the context down.
killed_midway() {
	slow_request
	stop_vmm
	wait $slow && logged "$UNLOCKED" "$F unbind" && same "$(cat /sys/bus/pci/devices/$F/tsm/bound)" ""
}

# Ends at once with the VMM, since nobody else has the context open.
context_ends_with_vmm() {
	run -d $F --vdevice "$vdevice" info
	clear_log
	stop_vmm
	logged "$F unbind"
}

# One request on the copied descriptor; all others before, on a context of tsmctl's own that is closed by then.
one_ioctl() {
	strace -o /tmp/trace -e trace=openat,close,ioctl,pidfd_getfd \
		tsmctl -y -d $F --vdevice "$vdevice" set-state unlocked
	copy=$(sed -n 's/^pidfd_getfd(.* = //p' /tmp/trace)
	own=$(sed -n 's/^openat(.*"\/dev\/iommu".* = //p' /tmp/trace)
	probes=$(grep -c "^ioctl($own, _IOC(_IOC_NONE, 0x3b, 0x9[67]" /tmp/trace)
	sed -n '/^pidfd_getfd/,$p' /tmp/trace >/tmp/after
	cat /tmp/trace
	same "$(grep -c '^ioctl(.*0x3b' /tmp/after) $(grep -c "^ioctl($copy, .*0x3b, 0x96.* = 0" /tmp/after)" "1 1" &&
		[ "$probes" -gt 30 ] && grep -q "^close($own)" /tmp/trace && grep -q "^close($copy)" /tmp/after
}

as_nobody() {
	code=$1
	shift
	su nobody -s /bin/sh -c "tsmctl -j $*" >/tmp/out
	same "$? $(jq -r .error.code /tmp/out)" "$code"
}

reports_code() {
	fails 7 '.error.tsm_code == "0xbad" and .error.class == "tsm"' -d $F --vdevice "$vdevice" -y set-state locked
}

# An errno that may hide a change: said, and sent only once.
uncertain_once() {
	clear_log
	fails 1 ".error.code == \"$1\" and .error.uncertain" -d $F --vdevice "$vdevice" -y set-state unlocked &&
		same "$(log | wc -l)" 1
}

# Another user's, on the other function.
start_second_vmm() {
	chmod 666 /dev/iommu /dev/kvm /dev/vfio/devices/*
	sleep 1000 | su nobody -s /bin/sh -c "exec toyvmm $G" >/tmp/second.out 2>&1 &
	until grep -q . /tmp/second.out 2>/dev/null; do sleep 0.1; done
	SECOND=$(pidof toyvmm | tr ' ' '\n' | grep -vx "$VMM")
	second=$(sed -n 's/ready vdevice \([0-9]*\).*/\1/p' /tmp/second.out)
}

each_its_own() {
	clear_log
	tsmctl -y -d $F --vdevice "$vdevice" set-state unlocked &&
		tsmctl -y -d $G --vdevice "$second" set-state locked &&
		logged "$UNLOCKED" "$G SET_TDI_STATE arch 1 payload 01000000 response 0 = 0"
}

stand_up arch=1
connect $G
load_evidence
start_vmm $F
fd=$(sed -n 's/.*iommufd //p' /tmp/vmm.out)
ok "list names the holder" same "$(holder $F)" "toyvmm $VMM $fd"
ok "by function" sends "$LOCKED" -d $F set-state locked
ok "by process" sends "$UNLOCKED" --attach "$VMM" set-state unlocked
ok "by process and descriptor" sends "$LOCKED" --attach "$VMM:$fd" set-state locked
ok "one ioctl, once, after a fingerprint elsewhere" one_ioctl
ok "the TDI state is nobody's guess" answers '.data.tdi_state == null and .data.bound' -d $F --vdevice "$vdevice" info

ok "no such vdevice" fails 4 '.error.code == "ENOENT"' -d $F --vdevice 99 -y set-state locked
ok "an object of another kind" fails 4 '.error.code == "ENOENT"' -d $F --vdevice 1 -y set-state locked
ok "a code of the TSM's" with fail_code 0xbad reports_code
ok "EIO is uncertain" with fail_errno 5 uncertain_once EIO
ok "EFAULT is uncertain" with fail_errno 14 uncertain_once EFAULT
set_parameter $TSM/delay_ms 3000
ok "interrupted in a slow request" interrupted_midway
ok "the VMM cannot destroy what is in use" destroyed_midway
ok "but it can wait" killed_midway
set_parameter $TSM/delay_ms 0

start_vmm $F
fd=$(sed -n 's/.*iommufd //p' /tmp/vmm.out)
ok "destroyed before" same "$(tell destroy)" "destroy 0"
ok "then it does not exist" fails 4 '.error.code == "ENOENT" and (.error.hint | contains("VMM"))' \
	-d $F --vdevice "$vdevice" -y set-state locked
ok "none is found" fails 4 '.error.code == "ENOENT"' -d $F -y set-state locked
ok "made again" same "$(tell make)" "make 0"
ok "and used again" sends "$LOCKED" -d $F set-state locked
start_second_vmm
ok "two VMMs of two users" each_its_own
ok "list names both" same "$(holder $F | cut -d' ' -f2) $(holder $G | cut -d' ' -f2)" "$VMM $SECOND"
kill -9 "$SECOND"

ok "no ptrace rights: descriptor named" as_nobody "3 EPERM" --attach "$VMM:$fd" --vdevice "$vdevice" -y set-state locked
ok "no ptrace rights: process named" as_nobody "3 EPERM" --attach "$VMM" --vdevice "$vdevice" -y set-state locked
chmod 600 /dev/iommu
ok "no right to ask the kernel" as_nobody "3 EACCES" --attach "$VMM:$fd" --vdevice "$vdevice" -y set-state locked
ok "no process" fails 4 '.error.code == "ESRCH"' --attach 99999:3 --vdevice 1 --arch cca -y set-state locked
ok "no descriptor" fails 4 '.error.code == "EBADF"' --attach "$VMM:77" --vdevice 1 -y set-state locked
ok "nothing stays open" context_ends_with_vmm

start_vmm $F
fd=$(sed -n 's/.*iommufd //p' /tmp/vmm.out)
ok "the number is another file's" same "$(tell swap)" "swap 0"
ok "which takes no requests" fails 2 '.error.message | contains("/dev/null")' \
	--attach "$VMM:$fd" --vdevice "$vdevice" -y set-state locked
ok "and is no iommufd" fails 4 '.error.class == "not_found"' -d $F --vdevice "$vdevice" -y set-state locked
stop_vmm
start_vmm mock
ok "a vdevice without a PCI function" fails 1 '.error.code == "EINVAL" and .error.uncertain == false' \
	--attach "$VMM" --vdevice "$vdevice" -y set-state locked
stop_vmm
start_vmm $F
echo 3 >/proc/sys/kernel/yama/ptrace_scope
ok "Yama forbids it to root, too" fails 3 '.error.code == "EPERM" and (.error.hint | contains("yama"))' \
	-d $F --vdevice "$vdevice" -y set-state locked
ok "doctor sees that" answers '.data.checks[] | select(.check == "attach to a VMM") | .result == "denied"' doctor
stop_vmm
plan
