# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh
# Other architectures: told by the TSM's driver, and what is sent for them.
# shellcheck source=tests/kernel/guest/lib.sh
. /guest/lib.sh

# other_tsm PARAMETER...
other_tsm() {
	rmmod tsmlab_tsm
	module tsmlab_tsm functions=$F "$@"
	clear_log
	connect $F
}

# sends LINE ARGUMENT...: in an own session.
sends() {
	line=$1
	shift
	clear_log
	tsmctl -d $F -y "$@" && logged "$F bind 0x100" "$line" "$F unbind"
}

nothing_sent() {
	clear_log
	fails "$@" && same "$(log | grep -c SET_TDI)" 0
}

stand_up arch=2
set_parameter $IOMMUFD/bind_viommu 1
ok "ccp is SEV" answers '.data.arch == "sev" and (.data.abi.ops | index("sev-dma-enable")) != null' -d $F info
ok "SEV: an assumed payload needs --force" nothing_sent 2 true -d $F -y set-state locked
ok "SEV: forced" sends "$F SET_TDI_STATE arch 2 payload 01000000 response 0 = 0" --force set-state locked
ok "SEV: DMA on" sends "$F SEV_ENABLE_DMA arch 2 payload  response 0 = 0" --force sev-dma enable
ok "SEV: DMA off" sends "$F SEV_DISABLE_DMA arch 2 payload  response 0 = 0" --force sev-dma disable
profile 0x3b96 0x3b95 op48 4,5,6,7,1,2,3
ok "SEV, June: DMA on" sends "$F SEV_ENABLE_DMA arch 2 payload  response 0 = 0" --force sev-dma enable
profile 0x3b96 0 op48 1,2,3,4,0,0,0

other_tsm arch=3
ok "tdx-host is TDX" answers '.data.arch == "tdx"' -d $F info
ok "TDX: forced" sends "$F SET_TDI_STATE arch 3 payload 01000000 response 0 = 0" --force set-state locked
ok "TDX: no SEV DMA" fails 5 true -d $F -y --force sev-dma enable

other_tsm arch=1 driver=unheard-of
ok "a driver that nobody knows" answers '.data.arch == null' -d $F info
ok "then the architecture is asked for" nothing_sent 2 '.error.hint | contains("--arch")' -d $F -y set-state locked
ok "and taken from the user" sends "$F SET_TDI_STATE arch 1 payload 01000000 response 0 = 0" \
	--arch cca --viommu-type 1 set-state locked
ok "a wrong one is refused by the TSM" fails 1 '.error.code == "EINVAL"' -d $F -y --arch tdx --force set-state locked
plan
