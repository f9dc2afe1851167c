# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh
#
# shellcheck disable=SC2034 # the tests use its variables
#
# Sourced by the tests: TAP, and the lab's machinery.

F=0000:01:00.0 # the functions that QEMU gives the guest
G=0000:02:00.0
LAB=/sys/kernel/debug/tsmlab
IOMMUFD=/sys/module/tsmlab_iommufd/parameters
EVIDENCE=/sys/module/tsmlab_evidence/parameters
TSM=/sys/module/tsmlab_tsm/parameters

number=0

# ok NAME COMMAND...: a test that passes if the command succeeds; otherwise shows what it printed.
ok() {
	name=$1
	shift
	number=$((number + 1))
	if "$@" >/tmp/ok.out 2>&1; then
		echo "ok $number - $name"
	else
		echo "not ok $number - $name"
		echo "# $*"
		sed 's/^/# /' /tmp/ok.out
	fi
}

plan() {
	echo "1..$number"
}

# run ARGUMENT...: tsmctl; afterwards $status, and the files out and err.
run() {
	status=0
	tsmctl "$@" >/tmp/out 2>/tmp/err </dev/null || status=$?
}

show() {
	echo "exit $status"
	cat /tmp/out /tmp/err
}

# exits STATUS ARGUMENT...
exits() {
	wanted=$1
	shift
	run "$@"
	[ "$status" -eq "$wanted" ] || {
		echo "wanted exit $wanted"
		show
		return 1
	}
}

# said PATTERN...: the last run's output has all of them, in standard output or error, over line breaks too.
said() {
	cat /tmp/out /tmp/err | tr -s ' \n' ' ' >/tmp/said
	for pattern in "$@"; do
		grep -qe "$pattern" /tmp/said || {
			echo "not said: $pattern"
			show
			return 1
		}
	done
}

# says STATUS PATTERN ARGUMENT...
says() {
	wanted=$1 pattern=$2
	shift 2
	exits "$wanted" "$@" && said "$pattern"
}

# json FILTER: true of the last run's document.
json() {
	jq -e "$1" /tmp/out >/dev/null || {
		echo "not so: $1"
		show
		return 1
	}
}

# answers FILTER ARGUMENT...: tsmctl succeeds, and the filter is true of its document.
answers() {
	filter=$1
	shift
	exits 0 -j "$@" && json "$filter"
}

# fails STATUS FILTER ARGUMENT...
fails() {
	wanted=$1 filter=$2
	shift 2
	exits "$wanted" -j "$@" && json "$filter"
}

same() {
	[ "$1" = "$2" ] || {
		printf 'this: %s\nthat: %s\n' "$1" "$2"
		return 1
	}
}

# module NAME PARAMETER...
module() {
	module_name=$1
	shift
	insmod "/lib/modules/$module_name.ko" "$@"
}

set_parameter() {
	printf %s "$2" >"$1"
}

# What the TSM was asked since the last clear_log.
log() {
	cat "$LAB/log"
}

clear_log() {
	echo >"$LAB/log"
}

# logged LINE...: the log is exactly that.
logged() {
	same "$(log)" "$(printf '%s\n' "$@")"
}

connect() {
	echo tsm0 >"/sys/bus/pci/devices/$1/tsm/connect"
}

to_vfio() {
	for function in "$@"; do
		echo vfio-pci >"/sys/bus/pci/devices/$function/driver_override"
		echo "$function" >/sys/bus/pci/drivers_probe
	done
}

# stand_up TSM-PARAMETER...: a machine that can do it all, with nest parents, KVM, and a TSM with two functions of which
# the first is connected.
stand_up() {
	module tsmlab_nest
	for kvm in irqbypass kvm kvm-amd; do
		[ ! -e "/lib/modules/$kvm.ko" ] || module "$kvm"
	done
	module tsmlab_tsm functions=$F,$G "$@"
	module tsmlab_iommufd
	connect $F
	to_vfio $F $G
}

# profile REQUEST_NR BIND_NR FORM OPS [ORDER]: the ABI that the kernel speaks from now on; numbers as in tsmlab_iommufd.
profile() {
	set_parameter $IOMMUFD/request_nr "$1"
	set_parameter $IOMMUFD/bind_nr "$2"
	set_parameter $IOMMUFD/form "$3"
	set_parameter $IOMMUFD/ops "$4"
	set_parameter $IOMMUFD/order "${5:-aoi}"
}

load_evidence() {
	cat /evidence/spdm-chain.bin >$LAB/objects/cert0
	for object in vca measurements report; do
		cat "/evidence/$object.bin" >"$LAB/objects/$object"
	done
}

# A toy VMM, its words on descriptor 8, its answers in the file vmm.out.
start_vmm() {
	rm -f /tmp/vmm.out
	mkfifo /tmp/vmm.in
	toyvmm "$1" </tmp/vmm.in >/tmp/vmm.out 2>&1 &
	VMM=$!
	exec 8>/tmp/vmm.in
	until grep -q . /tmp/vmm.out 2>/dev/null; do sleep 0.1; done
	vdevice=$(sed -n 's/ready vdevice \([0-9]*\).*/\1/p' /tmp/vmm.out)
	[ -n "$vdevice" ] || cat /tmp/vmm.out
}

# tell WORD: prints the VMM's answer.
tell() {
	lines=$(wc -l </tmp/vmm.out)
	echo "$1" >&8
	until [ "$(wc -l </tmp/vmm.out)" -gt "$lines" ]; do sleep 0.1; done
	tail -n 1 /tmp/vmm.out
}

stop_vmm() {
	kill -9 "$VMM" 2>/dev/null
	wait "$VMM" 2>/dev/null
	exec 8>&-
	rm -f /tmp/vmm.in
}
