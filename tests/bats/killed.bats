#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# kill -9, 200 times for each command that writes, from its start to beyond its end: what has a name is whole, what was
# there before stays or is replaced, and the next command goes on.

load helper

readonly TDI=0000:01:00.0 KILLS=200

setup()
{
	cd "$BATS_TEST_TMPDIR" || return
	mkdir out
	mkfifo never
	exec 9<>never
}

# The microseconds that the command takes.
span()
{
	local begun=${EPOCHREALTIME/[.,]/}
	sim "$@" >/dev/null
	echo $((${EPOCHREALTIME/[.,]/} - begun))
}

# Kills the command early and late, then calls the check. Nobody writes to descriptor 9: reading from it takes time, and
# no process. What the command says of damage is kept. Usage: kill_often CHECK SCENARIO ARGUMENTS...
kill_often()
{
	local check=$1 i at whole pid
	shift
	whole=$(span "$@")
	rm -rf out/new "$TSMCTL_SIM_STATE"
	for ((i = 0; i < KILLS; i++)); do
		at=$((whole * i * 5 / 4 / KILLS))
		"$TSMCTL_BIN" --sim="$1" -q "${@:2}" >/dev/null 2>>said &
		pid=$!
		read -r -t "$(printf '%d.%06d' $((at / 1000000)) $((at % 1000000)))" -u 9 || true
		kill -9 "$pid" 2>/dev/null || true
		wait "$pid" 2>/dev/null || true
		"$check" || fail "after kill $i, at $at of $whole us: $(ls -lA out)"
	done
	[[ ! -s said ]] || fail "said: $(head -n 5 said)"
	sim "$@" >/dev/null
}

# The one new name is absent, or the whole file.
absent_or_whole()
{
	[[ ! -e out/new ]] || { cmp -s whole out/new && rm out/new; }
}

old_or_whole()
{
	cmp -s old out/kept || { cmp -s whole out/kept && cp old out/kept; }
}

absent_or_complete()
{
	[[ ! -e out/new ]] || { diff -r whole out/new && rm -r out/new; }
}

absent_or_replayable()
{
	[[ ! -e out/new ]] || { "$TSMCTL_BIN" --replay out/new -q -d "$TDI" info >/dev/null && rm out/new; }
}

# Each kill finds the VMM afresh.
unlocked_or_locked()
{
	[[ ! -e $TSMCTL_SIM_STATE ]] || {
		jq -e '[.. | .state? // empty] == ["locked"]' "$TSMCTL_SIM_STATE" >/dev/null && rm "$TSMCTL_SIM_STATE"
	}
}

nothing()
{
	true
}

# Killed writers leave no names but hidden ones.
assert_names()
{
	assert_equal "$(ls out)" "$1"
}

@test "read-object -o: the file is absent or whole" {
	sim cca -d "$TDI" read-object cert -o whole >/dev/null
	kill_often absent_or_whole cca -d "$TDI" read-object cert -o out/new
	assert_equal "$(ls -A out)" new
}

@test "read-object --force -o: the file is the old or the new one" {
	sim cca -d "$TDI" read-object cert -o whole >/dev/null
	echo old | tee old >out/kept
	kill_often old_or_whole cca -d "$TDI" read-object cert --force -o out/kept
	assert_names kept
}

@test "save: the directory is absent or complete" {
	sim cca -d "$TDI" save whole >/dev/null
	kill_often absent_or_complete cca -d "$TDI" save out/new
	assert_names new
}

@test "--record: the recording is absent, or can be replayed" {
	kill_often absent_or_replayable cca -d "$TDI" --record out/new info
	assert_equal "$(ls -A out)" new
}

@test "regen: the state is that before or after" {
	local before after
	before=$(sim cca -d "$TDI" -j info | jq '[.data.objects[].generation] | max')
	kill_often nothing cca -d "$TDI" -y regen report
	after=$(sim cca -d "$TDI" -j info | jq '[.data.objects[].generation] | max')
	((after > before + 2 && after <= before + KILLS + 2)) || fail "from $before to $after"
}

@test "set-state: the state is that before or after" {
	kill_often unlocked_or_locked cca -d "$TDI" --vdevice 1 -y set-state locked
	sim cca -d "$TDI" --vdevice 1 -y set-state run
	[[ ! -e $TSMCTL_SIM_STATE.new ]] || fail "the next change keeps what a killed one left"
}
