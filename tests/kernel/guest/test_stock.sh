# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh
# A kernel as it is released: no TSM, no requests, no evidence.
# shellcheck source=tests/kernel/guest/lib.sh
. /guest/lib.sh

ids_stay() {
	before=$(tell ioas)
	run --attach "$VMM" --vdevice "$vdevice" --arch cca info
	run --attach "$VMM" --vdevice "$vdevice" --arch cca -y set-state run
	run doctor
	same "$(tell ioas)" "$before"
}

closes_what_it_opens() {
	strace -f -o /tmp/trace -e trace=openat,close,ioctl tsmctl doctor >/dev/null
	fd=$(sed -n 's/.*"\/dev\/iommu".* = //p' /tmp/trace | head -n 1)
	grep -A 100 '"/dev/iommu"' /tmp/trace | grep -q "close($fd)"
}

# Nothing but requests of the fingerprint: 48 bytes, vdevice 0.
only_two_probes() {
	strace -o /tmp/trace -e trace=ioctl tsmctl -y -d $F --arch cca set-state run >/dev/null 2>&1
	same "$(grep -c '(3, _IOC(_IOC_NONE, 0x3b, 0x9[67]' /tmp/trace) $(grep -c 0x3b /tmp/trace)" "2 2"
}

ok "list is empty, not an error" answers '.data.tsms == [] and .data.devices == []' list
ok "doctor has /dev/iommu" answers '.data.checks[] | select(.check == "/dev/iommu") | .result == "ok"' doctor
ok "doctor misses TSM requests" \
	answers '.data.checks[] | select(.check == "TSM requests") | .result == "missing" and
		(.detail | test("0x3b96: ENOTTY: .*TSM_REQ"))' doctor
ok "doctor misses evidence over netlink" \
	answers '.data.checks[] | select(.check == "evidence over netlink") | .result == "missing"' doctor
ok "doctor misses a TSM" answers '.data.checks[] | select(.check == "TSM class") | .result == "missing"' doctor
ok "doctor misses capable functions" \
	answers '.data.checks[] | select(.check == "TSM-capable functions") | .result == "missing"' doctor
ok "doctor misses KVM" answers '.data.checks[] | select(.check == "/dev/kvm") | .result == "missing"' doctor
ok "doctor gives a remedy for all that is missing" \
	answers '[.data.checks[] | select(.result == "missing") | .remedy != null] | all' doctor
ok "doctor: CAP_SYS_PTRACE" answers '.data.checks[] | select(.check == "attach to a VMM") | .result == "ok"' doctor

ok "info of a function without a TSM" fails 5 '.error.class == "unsupported"' -d $F info
ok "info of no function" fails 4 '.error.code == "ENODEV"' -d 0000:07:00.0 info
for command in "set-state run" "set-state locked" "set-state unlocked" "validate-mmio 0 +4096 0" "sev-dma enable" \
	"regen measurements" "regen report" "read-object report" "read-object cert" "accept-generation 1"; do
	arch=cca
	[ "${command#sev}" = "$command" ] || arch=sev
	# shellcheck disable=SC2086 # words
	ok "$command exits 5" fails 5 '.error.class == "unsupported"' -d $F -y --arch $arch $command
done
ok "the profile's name does not help" fails 5 '.error.class == "unsupported"' \
	-d $F -y --arch cca --abi op48-2026-09 set-state run
ok "two probes, and nothing else, reach the kernel" only_two_probes
ok "the probe's descriptor is closed" closes_what_it_opens

start_vmm mock
ok "a vdevice of a VMM takes no requests" fails 5 '.error.code == "ENOTTY"' \
	--attach "$VMM" --vdevice "$vdevice" --arch cca -y set-state run
ok "no object is left behind: the next id stays" ids_stay
ok "the VMM's vdevice is as it was" same "$(tell destroy)" "destroy 0"
stop_vmm
plan
