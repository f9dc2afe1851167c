# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh
# Two at once on one function: nothing is lost, nobody waits for ever, and who comes second is told that it is busy.
# shellcheck source=tests/kernel/guest/lib.sh
. /guest/lib.sh

UNLOCKED="$F SET_TDI_STATE arch 1 payload 00000000 response 0 = 0"
EACH=100 # lines of each of two

# both LINE: two batches of that line, EACH times, at once; their documents in both.
both() {
	yes "$1" | head -n $EACH >/tmp/lines
	clear_log
	tsmctl -j -y -d $F -b /tmp/lines >/tmp/one &
	other=$!
	tsmctl -j -y -d $F -b /tmp/lines >/tmp/two
	wait $other
	cat /tmp/one /tmp/two | jq -s 'add' >/tmp/both
}

# of_both FILTER
of_both() {
	jq -e "$1" /tmp/both >/dev/null || {
		jq -c '.[].error' /tmp/both | sort | uniq -c
		return 1
	}
}

requests_through_one_vmm() {
	both "set-state unlocked"
	of_both "length == 2 * $EACH and all(.data)" &&
		same "$(log | grep -cx "$UNLOCKED") $(log | grep -c SET_TDI_STATE)" "$((2 * EACH)) $((2 * EACH))"
}

generations() {
	both "regen report"
	of_both "length == 2 * $EACH and all(.data) and ([.[].data.generation_after] | max - min) >= 2 * $EACH - 2" &&
		answers "[.data.objects[].generation] | max == $((2 * EACH + $1))" -d $F info
}

# A batch that keeps its session: its lines come through descriptor 7.
start_holder() {
	rm -f /tmp/holder.in
	mkfifo /tmp/holder.in
	clear_log
	tsmctl -d $F -y -v -b - </tmp/holder.in >/tmp/holder.out 2>&1 &
	HOLDER=$!
	exec 7>/tmp/holder.in
	echo "set-state locked" >&7
	until log | grep -q SET_TDI; do sleep 0.1; done
}

busy() {
	fails 6 ".error.code == \"EBUSY\" and (.error.message | contains(\"$HOLDER\")) and .error.uncertain == false" \
		-d $F -y set-state locked
}

holder_goes_on() {
	echo "set-state unlocked" >&7
	exec 7>&-
	wait "$HOLDER" && log | grep -q "payload 00000000 response 0 = 0"
}

holder_killed() {
	start_holder
	busy || return 1
	kill -9 "$HOLDER"
	wait "$HOLDER"
	exec 7>&-
	answers .data.own_session -d $F -y set-state locked
}

# Without the right to see whose it is.
busy_unseen() {
	su nobody -s /bin/sh -c "tsmctl -j -d $F -y set-state locked" >/tmp/out 2>/tmp/err
	same "$?" 6 && json '.error.code == "EBUSY" and .error.class == "state" and (.error.hint | contains("list"))'
}

vmm_unharmed() {
	same "$(tell destroy) $(tell make)" "destroy 0 make 0"
}

stand_up arch=1
module tsmlab_evidence
load_evidence
start_holder
ok "who has an own session keeps it" busy
ok "and goes on undisturbed" holder_goes_on
ok "one that was killed has none" holder_killed
start_vmm $F
ok "200 requests of two through one VMM: none is lost" requests_through_one_vmm
ok "200 regenerations of two: none is lost" generations 1
chmod 666 /dev/iommu /dev/kvm /dev/vfio/devices/*
ok "a holder that cannot be seen" busy_unseen
ok "is not disturbed" vmm_unharmed
stop_vmm
plan
