#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# What stands between a defect and an attack: how the binaries are built, what a running command may ask of the kernel, and
# whose environment and files are trusted.
# shellcheck disable=SC2154 # run sets status, output and stderr

load helper

readonly TDI=0000:01:00.0
readonly NOBODY=65534

setup()
{
	BUILD=${TSMCTL_BUILD:-$(dirname "$TSMCTL_BIN")}
}

needs_filter()
{
	[[ ${TSMCTL_SANITIZED:-} != 1 ]] || skip "a sanitized binary has no filter"
	[[ ! -v TSMCTL_EMULATED ]] || skip "the emulator has no seccomp"
	case $(uname -m) in
	x86_64 | aarch64) ;;
	*) skip "no filter for this architecture" ;;
	esac
}

needs_root()
{
	((EUID == 0)) || skip "needs root to become another user"
}

# A directory that other users can reach, in $PLACE.
open_place()
{
	PLACE=$BATS_TEST_TMPDIR/place
	mkdir "$PLACE"
	chmod 711 "$BATS_TEST_TMPDIR" "$BATS_FILE_TMPDIR" "$BATS_SUITE_TMPDIR" "$BATS_RUN_TMPDIR"
	chmod 755 "$PLACE"
}

as_nobody()
{
	setpriv --reuid="$NOBODY" --regid="$NOBODY" --clear-groups "$@"
}

# Usage: as_nobody_with CAPABILITY COMMAND...
as_nobody_with()
{
	as_nobody --inh-caps="+$1" --ambient-caps="+$1" "${@:2}"
}

# Waits until the process has a filter, for at most 10 seconds; leaves its /proc/PID/status in $output.
await_filter()
{
	for _ in {1..100}; do
		run cat "/proc/$1/status"
		[[ $output != *"Seccomp:"*2* ]] || break
		sleep 0.1
	done
	[[ $output =~ Seccomp:[[:space:]]+2 ]] || fail "no filter: $output"
	[[ $output =~ NoNewPrivs:[[:space:]]+1 ]] || fail "could still gain rights: $output"
}

@test "executable and modules: full RELRO, no executable stack, stack protector, FORTIFY" {
	[[ ${TSMCTL_SANITIZED:-} != 1 ]] || skip "a sanitized binary is built otherwise"
	local file
	run readelf -hW "$BUILD/tsmctl"
	assert_output --regexp 'Type: +DYN'
	for file in "$BUILD"/tsmctl "$BUILD"/tsmctl-*.so; do
		run readelf -lW "$file"
		assert_output --partial GNU_RELRO
		assert_output --regexp 'GNU_STACK.* RW +0x'
		refute_output --regexp 'LOAD.* RWE '
		run readelf -dW "$file"
		assert_output --regexp 'FLAGS_1.*NOW'
		refute_output --regexp 'TEXTREL|RPATH|RUNPATH'
		run readelf --dyn-syms -W "$file"
		assert_output --partial __stack_chk_fail
	done
	for file in "$BUILD"/tsmctl "$BUILD"/tsmctl-verify.so; do
		run readelf --dyn-syms -W "$file"
		assert_output --regexp '__(v?snprintf|memcpy)_chk'
	done
}

@test "control flow: what is compiled bears the marks of its architecture" {
	[[ ${TSMCTL_SANITIZED:-} != 1 ]] || skip "a sanitized binary is built otherwise"
	local object mark objects
	case $(readelf -h "$BUILD/tsmctl") in
	*X86-64*) mark='x86 feature: IBT, SHSTK' ;;
	*AArch64*) mark='AArch64 feature: BTI, PAC' ;;
	*) skip "this architecture has none" ;;
	esac
	mapfile -t objects < <(find "$BUILD/CMakeFiles" -name '*.c.o')
	((${#objects[@]} > 100)) || fail "only ${#objects[@]} objects found"
	for object in "${objects[@]}"; do
		run readelf -n "$object"
		[[ $output == *"$mark"* ]] || fail "$object: $output"
	done
}

@test "a running command has given up what it does not need" {
	needs_filter
	local line
	for line in "monitor --timeout 20" "--sim monitor --timeout 20" "--record $BATS_TEST_TMPDIR/tape -b -" "shell"; do
		mkfifo "$BATS_TEST_TMPDIR/in"
		# shellcheck disable=SC2086 # words
		"$TSMCTL_BIN" $line <"$BATS_TEST_TMPDIR/in" >/dev/null 2>&1 3>&- &
		exec 9>"$BATS_TEST_TMPDIR/in"
		await_filter $!
		kill $!
		wait $! || true
		exec 9>&-
		rm "$BATS_TEST_TMPDIR/in"
	done
}

@test "the filter comes before the machine and the user's files are looked at" {
	needs_filter
	local command trace=$BATS_TEST_TMPDIR/strace
	for command in list doctor "-d $TDI info" "--sim -d $TDI info" "read-object vca --from $BATS_TEST_TMPDIR/none" \
		"read-object cert --from $TSMCTL_SOURCE/data/spdm-chain.bin"; do
		# shellcheck disable=SC2086 # words
		strace -o "$trace" "$TSMCTL_BIN" $command >/dev/null 2>&1 || true
		grep -q . "$trace" || skip "strace does not work here"
		grep -q '^seccomp(SECCOMP_SET_MODE_FILTER.* = 0$' "$trace" || fail "$command: no filter"
		run sed -n '2,/^seccomp(/{/"\/\(dev\/[^n]\|sys\|proc\|tmp\|run\)/p}' "$trace"
		assert_equal "$command: $output" "$command: "
		run grep -c '= -1 ENOSYS' "$trace"
		assert_equal "$command: $output held back" "$command: 0 held back"
	done
	for command in --version --help "help info" "completion bash" schema; do
		# shellcheck disable=SC2086 # words
		strace -o "$trace" "$TSMCTL_BIN" $command >/dev/null 2>&1
		run grep seccomp "$trace"
		refute_output
	done
}

@test "set-user-ID and set-group-ID are refused" {
	needs_root
	skip_emulated # an emulator does not gain rights
	[[ ${TSMCTL_SANITIZED:-} != 1 ]] || skip "the leak checker does not run set-user-ID"
	open_place
	local mode
	for mode in 4755 2755; do
		install -m "$mode" "$TSMCTL_BIN" "$PLACE/tsmctl"
		! findmnt -n -o OPTIONS -T "$PLACE" | grep -q nosuid || skip "no set-user-ID here"
		run --separate-stderr as_nobody "$PLACE/tsmctl" -j list
		assert_failure 3
		assert_json '.error | .code == "SETUID" and (.hint | test("sudo"))'
		run --separate-stderr as_nobody env TSMCTL_SIM=cca "TSMCTL_SIM_STATE=$PLACE/state" \
			"$PLACE/tsmctl" -y -d "$TDI" set-state locked
		assert_failure 3
		[[ ! -e $PLACE/state ]] || fail "a file was written"
	done
}

@test "file capabilities: the caller's environment and modules are not trusted" {
	needs_root
	skip_emulated # an emulator does not gain rights
	open_place
	install -m 755 "$TSMCTL_BIN" "$PLACE/tsmctl"
	cp "$BUILD"/tsmctl-verify.so "$PLACE/"
	sim cca -d "$TDI" read-object cert -o "$PLACE/cert"
	chmod 644 "$PLACE/cert"
	run --separate-stderr as_nobody env TSMCTL_SIM=cca "$PLACE/tsmctl" -q -j list
	assert_json '.backend == "sim"'
	run --separate-stderr as_nobody "$PLACE/tsmctl" -j verify --certs "$PLACE/cert"
	assert_json '.data.checks | any(.check == "chain" and .result == "pass")'
	setcap cap_net_admin+ep "$PLACE/tsmctl" || skip "no file capabilities here"
	run --separate-stderr as_nobody env TSMCTL_SIM=cca "$PLACE/tsmctl" -q -j list
	assert_success
	assert_json '.backend == "kernel"'
	run --separate-stderr as_nobody "$PLACE/tsmctl" -j doctor
	assert_json '.data.checks[] | select(.check == "CAP_NET_ADMIN") | .result == "ok"'
	mkdir -m 777 "$PLACE/run"
	run as_nobody env "XDG_RUNTIME_DIR=$PLACE/run" "TSMCTL_SIM_STATE=$PLACE/run/state" \
		"$PLACE/tsmctl" --sim -q -y -d "$TDI" set-state locked
	run find "$PLACE/run" -mindepth 1
	refute_output
	rm -rf "/tmp/tsmctl-$NOBODY"
	# A module of this version may be installed; the one that lies beside the executable is not loaded.
	echo >"$PLACE/tsmctl-verify.so"
	run --separate-stderr as_nobody "$PLACE/tsmctl" -j verify --certs "$PLACE/cert"
	refute_output --partial "cannot be loaded"
	run --separate-stderr as_nobody cp "$PLACE/tsmctl" "$PLACE/run/"
	echo >"$PLACE/run/tsmctl-verify.so"
	run --separate-stderr as_nobody "$PLACE/run/tsmctl" -j verify --certs "$PLACE/cert"
	assert_output --partial "cannot be loaded"
}

@test "root of a user namespace has no rights over the host, and doctor knows" {
	[[ ! -v TSMCTL_EMULATED ]] || skip "needs the host's own kernel"
	unshare -Ur true 2>/dev/null || skip "no user namespaces here"
	run --separate-stderr unshare -Ur "$TSMCTL_BIN" -j doctor
	assert_success
	assert_json '.data.checks[] | select(.check == "CAP_NET_ADMIN") | .result == "denied" and (.remedy | test("host"))'
}

@test "without a capability, the command that needs it says which" {
	needs_root
	open_place
	install -m 755 "$TSMCTL_BIN" "$PLACE/tsmctl"
	run --separate-stderr as_nobody "$PLACE/tsmctl" -j doctor
	assert_success
	assert_json '.data.checks[] | select(.check == "CAP_NET_ADMIN") | .result == "denied"'
	assert_json '.data.checks[] | select(.check == "attach to a VMM") | .detail + .remedy | test("CAP_SYS_PTRACE")'
	run --separate-stderr as_nobody_with net_admin "$PLACE/tsmctl" -j doctor
	assert_json '.data.checks[] | select(.check == "CAP_NET_ADMIN") | .result == "ok"'
	assert_json '.data.checks[] | select(.check == "attach to a VMM") | .detail + .remedy | test("CAP_SYS_PTRACE")'
	run --separate-stderr as_nobody_with sys_ptrace "$PLACE/tsmctl" -j doctor
	assert_json '.data.checks[] | select(.check == "CAP_NET_ADMIN") | .result == "denied"'
	assert_json '.data.checks[] | select(.check == "attach to a VMM") | .result == "ok" and (.detail | test("any process"))'
}

@test "where a capability is missing, the error names it" {
	local file
	file=$(scenario evidence '{"faults": [{"kind": "nl_done", "errno": "EPERM"}]}')
	run_json "$file" --source netlink -d "$TDI" read-object report
	assert_failure 3
	assert_json '.error.hint | test("CAP_NET_ADMIN")'
	file=$(scenario trace '{"faults": [{"kind": "errno", "call": "pidfd_getfd", "errno": "EPERM"}]}')
	run_json "$file" -d "$TDI" -y set-state locked
	assert_failure 3
	assert_json '.error.hint | test("CAP_SYS_PTRACE")'
	file=$(scenario node '{"faults": [{"kind": "errno", "call": "open", "errno": "EACCES"}]}')
	run_json "$file" -d "$TDI" -y set-state locked
	assert_failure 3
	assert_json '.error | .object == "/dev/iommu" and (.hint | test("write access"))'
}

@test "the simulator's state: nothing but a file of the user's own is read, written or removed" {
	local victim=$BATS_TEST_TMPDIR/victim kind
	local -A status_of=([link]=1 [fifo]=3 [directory]=3)
	for kind in "${!status_of[@]}"; do
		rm -rf "$TSMCTL_SIM_STATE"*
		echo precious >"$victim"
		case $kind in
		link) ln -s "$victim" "$TSMCTL_SIM_STATE" ;;
		fifo) mkfifo "$TSMCTL_SIM_STATE" ;;
		directory) mkdir "$TSMCTL_SIM_STATE" ;;
		esac
		assert_refused "${status_of[$kind]}" "$TSMCTL_SIM_STATE" cca -d "$TDI" -y set-state locked
		run --separate-stderr tsmctl sim reset
		assert_failure "${status_of[$kind]}"
		[[ -L $TSMCTL_SIM_STATE || -e $TSMCTL_SIM_STATE ]] || fail "$kind was removed"
		assert_equal "$(<"$victim")" precious
	done
}

@test "the simulator's state: what lies in the place of its new file is not written to" {
	local victim=$BATS_TEST_TMPDIR/victim kind
	for kind in "ln -s" ln; do
		rm -rf "$TSMCTL_SIM_STATE"*
		echo precious >"$victim"
		$kind "$victim" "$TSMCTL_SIM_STATE.new"
		run --separate-stderr sim cca -d "$TDI" -y set-state locked
		assert_success
		assert_equal "$(<"$victim")" precious
		assert_equal "$(stat -c %a "$TSMCTL_SIM_STATE")" 600
	done
	rm -rf "$TSMCTL_SIM_STATE"*
	ln -s "$victim" "$TSMCTL_SIM_STATE.lock"
	run --separate-stderr sim cca -d "$TDI" -y set-state locked
	assert_failure
	assert_equal "$(<"$victim")" precious
}

@test "another user's runtime and home directories are not used" {
	needs_root
	open_place
	mkdir "$PLACE/run" "$PLACE/own"
	chown "$NOBODY" "$PLACE/run"
	unset TSMCTL_SIM_STATE
	XDG_RUNTIME_DIR=$PLACE/run run --separate-stderr tsmctl -j sim reset
	assert_success
	assert_json '.data.state_file == "/tmp/tsmctl-0/sim.json"'
	XDG_RUNTIME_DIR=$PLACE/own run --separate-stderr tsmctl -j sim reset
	# shellcheck disable=SC2016 # a variable of jq
	assert_json '.data.state_file == $file' --arg file "$PLACE/own/tsmctl/sim.json"
}
