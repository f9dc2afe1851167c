# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh
# Every ABI that tsmctl knows, and some that it does not: what the fingerprint says, and what the TSM gets.
# shellcheck source=tests/kernel/guest/lib.sh
. /guest/lib.sh

NONCE=000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f

tsm() {
	tsmctl -d $F --vdevice "$vdevice" -y "$@"
}

# The log without what only reads.
changes() {
	log | grep -v 'OBJECT_INFO\|READ_OBJECT'
}

changed() {
	same "$(changes)" "$(printf '%s\n' "$@")"
}

# sends COMMAND LINE...: the command succeeds, and the TSM has got exactly that.
sends() {
	words=$1
	shift
	clear_log
	# shellcheck disable=SC2086
	tsm $words && changed "$@"
}

# reads OBJECT FILE
reads() {
	tsm --source ioctl read-object "$1" --raw >/tmp/object && cmp /tmp/object "/evidence/$2"
}

# The way from unlocked to run and back, in the words of the 48-byte payloads.
op48_changes() {
	ok "$1: locked" sends "set-state locked" "$F SET_TDI_STATE arch 1 payload 01000000 response 0 = 0"
	ok "$1: mmio" sends "validate-mmio 0x80000000 +0x4000 0xfe400000" \
		"$F VALIDATE_MMIO arch 1 payload 00000080000000000040008000000000000040fe00000000 response 0 = 0"
	ok "$1: run" sends "set-state run" "$F SET_TDI_STATE arch 1 payload 02000000 response 0 = 0"
	ok "$1: unlocked" sends "set-state unlocked" "$F SET_TDI_STATE arch 1 payload 00000000 response 0 = 0"
}

scope40_changes() {
	mmio=050000000000000000000080000000000040008000000000000040fe00000000
	ok "$1: locked" sends "set-state locked" "$F SET_TDI_STATE arch 0 payload 0600000001000000 response 0 = 0"
	ok "$1: mmio" sends "validate-mmio 0x80000000 +0x4000 0xfe400000" \
		"$F VALIDATE_MMIO arch 0 payload $mmio response 0 = 0"
	ok "$1: run" sends "set-state run" "$F SET_TDI_STATE arch 0 payload 0600000002000000 response 0 = 0"
	ok "$1: unlocked" sends "set-state unlocked" "$F SET_TDI_STATE arch 0 payload 0600000000000000 response 0 = 0"
}

wrong_order() {
	clear_log
	fails 6 '.error.class == "state" and .error.code == "ENXIO"' -d $F --vdevice "$vdevice" -y set-state run
}

# A nonce of ours reaches the TSM through the pointer in the payload.
regenerates() {
	clear_log
	tsm --source ioctl regen measurements --nonce $NONCE >/dev/null && log | grep -q "^refresh nonce $NONCE "
}

objects() {
	ok "$1: certificate chain" reads cert spdm-chain.bin
	ok "$1: vca" reads vca vca.bin
	ok "$1: measurements" reads measurements measurements.bin
	ok "$1: report" reads report report.bin
	ok "$1: a slot that has no number" fails 5 true -d $F --vdevice "$vdevice" --source ioctl read-object cert:3
	ok "$1: nonce" regenerates
	ok "$1: the vdevice is found" finds_vdevice
}

# Where the kernel can be asked about objects, the vdevice need not be named.
finds_vdevice() {
	clear_log
	tsmctl -d $F -y set-state unlocked && log | grep -q 'SET_TDI_STATE .* = 0$'
}

# known NAME REQUEST_NR BIND_NR FORM OPS
known() {
	profile "$2" "$3" "$4" "$5"
	start_vmm $F
	ok "$1: recognised" answers ".data.abi.profile == \"$1\" and .data.abi.verdict == \"known\" and
		.data.abi.req_ioctl == \"$2\"" -d $F --vdevice "$vdevice" info
	[ "$3" = 0 ] || ok "$1: the VMM binds" same "$(tell "bind $3")" "bind 0"
	ok "$1: bound, as sysfs says" answers '.data.bound' -d $F --vdevice "$vdevice" info
	ok "$1: run before locked" wrong_order
	"$4_changes" "$1"
	case $5 in
	*,0) ok "$1: no object ops" fails 5 true -d $F --vdevice "$vdevice" --source ioctl read-object report ;;
	*) objects "$1" ;;
	esac
	ok "$1: sev-dma is not CCA's" fails 5 true -d $F --vdevice "$vdevice" -y sev-dma enable
	stop_vmm
	ok "$1: the VMM's end unbinds" answers '.data.bound == false' -d $F info
}

# refused NAME VERDICT REQUEST_NR BIND_NR FORM OPS [ORDER]: the map is shown and nothing is sent.
refused() {
	name=$1 verdict=$2
	shift 2
	profile "$@"
	clear_log
	ok "$name: $verdict" answers ".data.abi.verdict == \"$verdict\" and (.data.abi.map | length) > 1" -d $F info
	for words in "set-state run" "validate-mmio 0 +4096 0" "regen measurements"; do
		# shellcheck disable=SC2086
		ok "$name: $words is refused" fails 5 '.error.class == "unsupported"' -d $F --vdevice 1 -y $words
	done
	ok "$name: nothing reached the TSM" logged ""
}

stand_up arch=1
load_evidence
known op48-2026-09 0x3b96 0 op48 1,2,3,4,5,6,7
known op48-2026-09 0x3b96 0 op48 1,2,3,4,0,0,0
known op48-interim 0x3b97 0x3b96 op48 1,2,3,4,5,6,7
known op48-2026-06 0x3b96 0x3b95 op48 4,5,6,7,1,2,3
known scope40-v5 0x3b96 0x3b95 scope40 1,2,3,4,5,6,7
refused "AMD's packed request" refused 0x3b96 0 packed 1,2,3,4,5,6,7
refused "other numbers" unknown 0x3b96 0 op48 2,1,4,3,8,7,6
refused "four ops more" unknown 0x3b96 0 op48 1,2,3,4,5,6,8
refused "the vdevice looked up first" refused 0x3b96 0 op48 1,2,3,4,5,6,7 ioa
refused "June's numbers on the later ioctl" unknown 0x3b97 0x3b96 op48 4,5,6,7,1,2,3
refused "the newest numbers on both" unknown 0x3b97 0 op48 1,2,3,4,5,6,7
plan
