#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# The shell on a real terminal: tmux types, and shows what a person would see.
# shellcheck disable=SC2154 # run sets status, output and stderr

load helper

readonly HELD=0000:01:00.0 FREE=0000:01:00.1

setup()
{
	type -P tmux >/dev/null || skip "needs tmux"
	built_with shell || skip "built without readline"
	export XDG_STATE_HOME=$BATS_TEST_TMPDIR/state INPUTRC=/dev/null
	cd "$BATS_TEST_TMPDIR" || return
}

# Whatever was typed before, Ctrl-D leaves, also out of the question whether to.
teardown()
{
	if [[ ${BATS_TEST_COMPLETED:-} == 1 ]] && term has-session 2>/dev/null; then
		keys C-c
		keys C-d
		keys C-d
		await 'left [0-9]'
	fi
	term kill-server 2>/dev/null || true
}

term()
{
	tmux -S "$BATS_TEST_TMPDIR/tmux" -f /dev/null "$@" 3>&-
}

screen()
{
	term capture-pane -p -J
}

# Waits until the screen matches the regular expression. Usage: await 'REGEX'
await()
{
	local i
	for ((i = 0; i < 100; i++)); do
		[[ ! $(screen) =~ $1 ]] || return 0
		sleep 0.1
	done
	fail "no \"$1\" on the screen:
$(screen)"
}

# Starts the shell in a terminal and waits for its prompt; when it ends, its exit status is shown. Usage: start ARGUMENTS...
start()
{
	term new-session -d -x "${COLUMNS_WANTED:-100}" -y 50 "'$TSMCTL_BIN' -q $* shell; echo left \$?; exec sleep 60"
	await 'tsmctl[^>]*> $'
}

keys()
{
	term send-keys "$@"
}

@test "TAB completes commands, options, devices, values, types and files" {
	touch evidence-of-old
	start --sim
	keys 'use 0000:01' Tab
	await 'use 0000:01:00\.$'
	keys '1' Enter
	await "tsmctl $FREE cca> $"
	keys 'read-o' Tab 'rep' Tab '--dig' Tab
	await 'read-object report --digest $'
	keys C-u '--arch=s' Tab
	await 'arch=sev +$'
	keys C-u '--source io' Tab 'set-s' Tab 'unl' Tab
	await 'source ioctl set-state unlocked +$'
	keys C-u 'info me' Tab 've' Tab 'v' Tab
	await 'info measurements vev *$'
	keys C-u 'list > evi' Tab
	await 'list > evidence-of-old +$'
	keys C-u 'no-such-command x' Tab
	await 'no-such-command x *$'
	keys C-u '--attach 42' Tab
	await 'attach 4242 +$'
	keys C-u 'q' Tab Enter
	await 'left 0'
}

@test "a process is a target: TAB offers it once, however many functions it holds, and the prompt names it" {
	local file
	file=$(scenario two '{"devices": [{"device": "0000:01:00.1", "held": true}]}')
	start "--sim=$file"
	keys 'use --attach ' Tab
	await 'use --attach 4242 $'
	keys Enter
	await 'tsmctl process 4242> $'
	keys 'quit' Enter
	await 'left 0'
}

@test "TAB twice lists what fits" {
	start --sim
	keys 'set' Tab
	await 'set-state $'
	keys Tab Tab
	await 'locked +run +unlocked'
}

@test "TAB does not show thousands of functions" {
	local file
	file=$(scenario many "$(jq -nc '{devices: [range(512) |
		{device: "0000:2\(. / 256 | floor):\(. % 256 / 8 | floor + 10).\(. % 8)", connected: true}]}')")
	start "--sim=$file"
	keys 'use 0000:2' Tab Tab
	await '512 possibilities; type more of it
tsmctl> use 0000:2$'
	keys '1:41.' Tab Tab
	await '0000:21:41\.1 .*0000:21:41\.7'
}

@test "names are compared in Turkish, which readline makes the locale of the shell, as in English" {
	export LOCPATH=$BATS_TEST_TMPDIR
	localedef -i tr_TR -f UTF-8 "$LOCPATH/tr_TR.UTF-8"
	LC_ALL=tr_TR.UTF-8 start --sim
	keys 'list --no-headings --columns DEVICE,DRIVER' Enter
	await '0000:01:00.1  arm-cca-host'
}

@test "the prompt shows the state as last set, and leaving asks for an own session's" {
	start --sim -d 01:00.1
	await "tsmctl $FREE cca> $"
	keys 'set-state locked' Enter
	await 'Send SET_TDI_STATE\(LOCKED\)\? \[y/N\]'
	keys C-c
	await "not sent[^>]*tsmctl $FREE cca> $"
	keys 'set-state locked' Enter
	await 'sent.*Send SET_TDI_STATE\(LOCKED\)\? \[y/N\]'
	keys 'y' Enter
	await "tsmctl $FREE cca locked> $"
	keys C-d
	await "own session of $FREE ends, and with it what was changed. End it\? \[y/N\]"
	keys 'n' Enter
	await "cca locked> $"
	keys 'set-state run -y' Enter
	await "tsmctl $FREE cca run> $"
	keys "use $HELD" Enter
	await 'End it\? \[y/N\]'
	keys Enter
	await 'the session goes on'
	keys 'quit' Enter
	await 'End it\? \[y/N\]'
	keys 'y' Enter
	await 'left 0'
}

@test "Ctrl-D leaves at once where nothing was changed" {
	start --sim -d 01:00.0
	keys 'info' Enter
	await "tsmctl $HELD cca locked or run\?> $"
	keys C-d
	await 'left 0'
}

@test "Ctrl-C drops a line, ends a slow request, and never the shell" {
	local file
	file=$(scenario slow '{"faults": [{"kind": "delay", "call": "ioctl", "nr": 15254, "nth": 37, "delay_ms": 50000},
		{"kind": "delay", "call": "nl_recv", "nth": 2, "delay_ms": 50000}]}')
	start "--sim=$file" -d 01:00.1 -y
	keys 'half a line'
	await 'half a line$'
	keys C-c
	await 'half a line\^C'
	await "tsmctl $FREE cca> $"
	keys 'set-state locked' Enter
	sleep 1
	keys C-c
	await 'set-state: interrupted \(EINTR\)'
	await 'The change may have taken effect'
	await "tsmctl $FREE cca> $"
	keys 'read-object vca' Enter
	sleep 1
	keys C-c
	await '\(EINTR\)[^>]*tsmctl 0000:01:00.1 cca> $'
	keys 'read-object vca --digest' Enter
	await "digest of [0-9]+ bytes"
	keys C-d
	await 'End it|left 0'
}

@test "Ctrl-C in the fingerprint or in the search for a vdevice: nothing is sent, and nothing wrong is learnt" {
	local file
	file=$(scenario slow '{"faults": [{"kind": "delay", "call": "ioctl", "nr": 15254, "nth": 12, "delay_ms": 50000},
		{"kind": "delay", "call": "ioctl", "nr": 15254, "nth": 52, "delay_ms": 50000}]}')
	start "--sim=$file" -d 01:00.0 -y --trace '2>trace'
	keys 'set-state locked' Enter
	sleep 1
	keys C-c
	await "tsmctl $HELD cca> $"
	[[ $(<trace) == *"/dev/iommu: the fingerprint was interrupted (EINTR)"* ]] || fail "$(<trace)"
	keys 'set-state locked' Enter
	sleep 1
	keys C-c
	until [[ $(<trace) == *'the vdevice cannot be searched (EINTR)'* ]]; do sleep 0.1; done
	refute grep SET_TDI_STATE trace
	keys 'info --columns name' Enter
	await 'op48-2026-09 on ioctl 0x3b96'
	keys 'set-state locked' Enter
	await "tsmctl $HELD cca locked> $"
}

@test "monitor in the shell: Ctrl-C ends it, and the shell goes on" {
	local file
	file=$(scenario events '{"events": [{"after_ms": 1, "event": "connect", "device": "0000:02:00.0"}]}')
	start "--sim=$file"
	keys 'monitor --interval 0.05' Enter
	await '0000:02:00.0  connect'
	keys C-c
	await $'connect +tsm0\ntsmctl> $'
	keys 'list --columns device' Enter
	await '0000:02:00.0[[:space:]]+tsmctl> $'
}

@test "the history lasts, in a file that others cannot read, without nonces" {
	local nonce
	nonce=$(printf 'ab%.0s' {1..32})
	start --sim -d 01:00.0 -y
	keys 'list' Enter
	await "tsmctl $HELD cca> $"
	keys "regen report --nonce $nonce" Enter
	await 'report regenerated|Report of'
	keys "regen report --nonec=$nonce" Enter
	await 'unknown option'
	keys 'help quit' Enter
	await 'ends it, and with it its session'
	keys C-d
	await 'left'
	assert_equal "$(cat state/tsmctl/history)" $'list\nhelp quit'
	assert_equal "$(stat -c %a state/tsmctl/history)" 600
	assert_equal "$(stat -c %a state/tsmctl)" 700
	term kill-server
	chmod 644 state/tsmctl/history
	start --sim
	keys Up Up
	await 'tsmctl> list *$'
	keys C-u 'doctor' Enter
	await 'attach to a VMM'
	assert_equal "$(stat -c %a state/tsmctl/history)" 600
}

@test "a line of 300 columns can be pasted, and a resized window redraws it" {
	local path
	path=$(printf 'long-name-%.0s' {1..24})
	COLUMNS_WANTED=80 start --sim
	term set-buffer "info -d 01:00.0 --columns name,size --color never # $path"
	term paste-buffer -p
	await 'long-name-$'
	term resize-window -x 60 -y 40
	sleep 0.3
	keys Enter
	await 'OBJECT +SIZE'
	await 'tsmctl> $'
}

@test "a line can continue, and its output can go to a file" {
	start --sim -d 01:00.0
	# shellcheck disable=SC1003 # a backslash
	keys 'info \' Enter
	await '> $'
	keys 'report > out.txt' Enter
	await "tsmctl $HELD cca[^>]*> $"
	diff out.txt <(sim cca -d "$HELD" info report)
}

@test "the shell prints what the same command alone prints" {
	start --sim -d 01:00.0
	keys 'info > in-shell' Enter
	await "locked or run\?> $"
	keys 'read-object cert:0 --hex > cert' Enter
	await '> cert[^>]*locked or run\?> $'
	keys C-d
	await 'left 0'
	diff in-shell <(sim cca -d "$HELD" info)
	diff cert <(sim cca -d "$HELD" read-object cert:0 --hex)
}

@test "readline is loaded by the shell alone" {
	skip_emulated
	refute [ "$(ldd "$TSMCTL_BIN" | grep -c readline)" != 0 ]
	run traced -f -e trace=openat "$TSMCTL_BIN" --sim -q list
	refute_output --partial readline
	run traced -f -e trace=openat "$TSMCTL_BIN" --sim -q shell <<<list
	refute_output --partial readline
}

@test "without the module the shell says so, and still works in a pipe" {
	skip_emulated # it would be the emulator that is copied
	cp "$TSMCTL_BIN" alone
	term new-session -d -x 100 -y 50 "./alone --sim shell; echo left \$?; exec sleep 60"
	await 'tsmctl-shell.so'
	await 'left 5'
	run --separate-stderr bash -c "echo list | ./alone --sim -q shell"
	assert_equal "$output" "$(sim cca list)"
}
