#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# Help, usage errors, where options may stand, and the documents and streams that every command has in common.
# shellcheck disable=SC2154,SC2030,SC2031 # run sets status, output and stderr

load helper

# All commands, one a line.
commands()
{
	tsmctl help -j | jq -r '.data.commands[].name'
}

@test "--version is one line, and a document with -j" {
	run --separate-stderr tsmctl --version
	assert_success
	assert_output --regexp '^tsmctl [0-9]+\.[0-9]+\.[0-9]+$'
	local version=${output#tsmctl }
	run --separate-stderr tsmctl -Vj
	assert_success
	# shellcheck disable=SC2016
	assert_json '.schema == "tsmctl/1" and .backend == "kernel" and .data.version == $v' --arg v "$version"
}

@test "an empty command line shows the short help on standard error" {
	run --separate-stderr tsmctl
	assert_failure 2
	refute_output
	[[ $stderr == "Usage: tsmctl "*Commands:*read-object* ]]
	run --separate-stderr tsmctl -j
	assert_failure 2
	assert_json '.command == null and .error.class == "usage"'
}

@test "--help goes to standard output, fits 80 columns and names every command and global option" {
	run --separate-stderr tsmctl --help
	assert_success
	assert_equal "$stderr" ""
	local help=$output name
	while read -r name; do
		[[ $help == *$'\n'"  $name "* ]] || fail "$name is not in the help"
	done < <(commands)
	while read -r name; do
		[[ $help == *" --$name"[' [']* ]] || fail "--$name is not in the help"
	done < <(tsmctl help -j | jq -r '.data.global_options[].name')
	run awk 'length > 80' <<<"$help"
	refute_output
}

@test "each command has help: help CMD, CMD --help and --help CMD are the same" {
	local name text
	while read -r name; do
		run --separate-stderr tsmctl help "$name"
		assert_success
		text=$output
		[[ $text == "Usage: tsmctl "*"$name"* ]] || fail "$name: no usage line"
		run awk 'length > 80' <<<"$text"
		refute_output
		run --separate-stderr tsmctl "$name" --help
		assert_success
		assert_equal "$output" "$text"
		run --separate-stderr tsmctl -h "$name"
		assert_success
		assert_equal "$output" "$text"
		run --separate-stderr tsmctl "$name" some arguments -h
		assert_success
		assert_equal "$output" "$text"
		run --separate-stderr tsmctl help "$name" -j
		assert_success
		# shellcheck disable=SC2016
		assert_json '.data.commands | length == 1 and .[0].name == $name' --arg name "$name"
	done < <(commands)
}

@test "the help names the options of the manual, all of them" {
	local name help
	help=$(tsmctl --help)
	while read -r name; do
		help+=$(tsmctl help "$name")
	done < <(commands)
	assert_equal "$(sed -nE 's/^  (-.|  )[, ] (--[a-z-]+).*/\2/p' <<<"$help" | sort -u)" "$(documented_options)"
}

@test "the commands of tsmctl(1) exist, and each example of the help parses" {
	assert_equal "$(commands | xargs)" \
		"list info read-object regen verify save diff validate-mmio set-state sev-dma accept-generation doctor monitor sim schema shell completion help"
	local name line
	while read -r name; do
		while read -r line; do
			line=${line%%|*}
			# The help of the same command line: what it would do is not done.
			run --separate-stderr bash -c "set -- ${line#*tsmctl}; \"\$TSMCTL_BIN\" \"\$@\" --help"
			assert_equal "$line: $status $stderr" "$line: 0 "
		done < <(tsmctl help "$name" | sed -n '/^Examples:/,/^$/s/^  tsmctl/tsmctl/p')
	done < <(commands)
}

@test "usage errors name what is wrong, exit with 2, and are documents with -j" {
	assert_usage_error "unknown command 'frob'" frob
	assert_usage_error "unknown command ''" ''
	assert_usage_error 'unknown option --frob' list --frob
	assert_usage_error 'unknown option --frob' --frob=1 list
	assert_usage_error 'unknown option -x' list -x
	assert_usage_error 'unknown option -x' -qx list
	assert_usage_error '--json takes no value' list --json=yes
	assert_usage_error '--device needs a value' list --device
	assert_usage_error '--device needs a value' list -d
	assert_usage_error '--vi is ambiguous' list --vi 1
	assert_usage_error "'arm' is no value for --arch" --arch arm list
	assert_usage_error "'' is no value for --arch" --arch= list
	assert_usage_error "'sev tdx' is no value for --arch" --arch 'sev tdx' list
	assert_usage_error "'op48' is no value for --abi" list --abi op48
	assert_usage_error "'usb' is no value for --source" --source usb list
	assert_usage_error "'red' is no value for --color" list --color red
	assert_usage_error 'read-object needs TYPE[:SLOT]' read-object
	assert_usage_error 'validate-mmio needs PA_BASE' validate-mmio -d 01:00.0 0x1000 0x2000
	assert_usage_error "unexpected argument 'run' for set-state" set-state -d 01:00.0 locked run
	assert_usage_error "unexpected argument '-q' for list" list -- -q
	assert_usage_error "unknown command 'frob'" help frob
	assert_usage_error "no completion for 'csh'" completion csh
}

@test "a state change or an inspection without a target is a usage error" {
	local line
	for line in "info" "read-object report" "regen report" "validate-mmio 0 0x1000 0" "set-state run" \
		"sev-dma enable" "accept-generation 1"; do
		# shellcheck disable=SC2086
		assert_usage_error 'needs a target' --sim --yes $line
		# shellcheck disable=SC2086
		assert_usage_error '--iommufd needs --vdevice' --sim --yes $line --iommufd 3
	done
	assert_usage_error 'exclude each other' --sim info --iommufd 3 --vdevice 1 --attach 4242
}

@test "an option of another command is refused, with the commands that take it" {
	assert_usage_error 'list takes no option --hex; it is an option of read-object' list --hex
	assert_usage_error 'info takes no option --nonce; it is an option of regen' info --nonce=00 -d 01:00.0
	assert_usage_error 'it is an option of validate-mmio, set-state, sev-dma' regen --payload f -d 01:00.0 report
	assert_usage_error 'list takes no option -o; it is an option of read-object' list -o file
	assert_usage_error '--hex stands after its command: read-object' --hex read-object report
}

@test "mistyped commands and options are answered with the nearest one" {
	local line
	for line in "lst:list" "lists:list" "inf:info" "doktor:doctor" "read:read-object" "set-sate:set-state" "inof:info" "lsit:list" \
		"--jsn:--json" "--devise:--device" "--no-heading-lines:--no-headings" "--dryrun:--dry-run"; do
		run --separate-stderr tsmctl "${line%%:*}" list
		assert_failure 2
		if [[ $line == --no-heading-lines* ]]; then
			[[ $stderr != *"Did you mean"* ]] || fail "$line: $stderr"
		else
			[[ $stderr == *"Did you mean ${line#*:}?"* ]] || fail "$line: $stderr"
		fi
	done
	run --separate-stderr tsmctl list --hexx
	assert_failure 2
	[[ $stderr != *"Did you mean --hex"* ]] || fail "suggests an option that list does not take: $stderr"
}

@test "the words of other tools, and a function without --device, are answered with what to type" {
	local line
	for line in "show:Did you mean info" "status:Did you mean info" "ls:Did you mean list" "watch:Did you mean monitor" \
		"info 0000&01&00.0:'tsmctl -d 0000&01&00.0 info'" "01&00.0:'tsmctl -d 01&00.0 info'" \
		"list 01&00.0:'tsmctl -d 01&00.0 info'" "set-state 01&00.0 run:'tsmctl -d 01&00.0 set-state'"; do
		line=${line//&/;}
		# shellcheck disable=SC2046,SC2086 # words
		run --separate-stderr tsmctl --sim $(tr ';' : <<<"${line%%:*}")
		assert_failure 2
		[[ $stderr == *"$(tr ';' : <<<"${line#*:}")"* ]] || fail "$line: $stderr"
	done
}

@test "global options stand anywhere, the last of two counts" {
	local expected line
	expected=$(tsmctl --sim=sev -q -j list)
	for line in "list --sim=sev -q -j" "-q list --sim=sev --json" "-j --sim=sev list -q" "-qj list --sim=sev" \
		"--sim=sev list -jq" "--sim=tdx list -qj --sim=sev" "list --js --sim=sev --quiet" \
		"--sim=sev -qj -- list"; do
		# shellcheck disable=SC2086
		run --separate-stderr tsmctl $line
		assert_success
		assert_equal "$line: $output" "$line: $expected"
		assert_equal "$stderr" ""
	done
	POSIXLY_CORRECT=1 run --separate-stderr tsmctl --sim=sev list -qj
	assert_equal "$output" "$expected"
}

@test "an error is a document wherever -j stands, even after the mistake" {
	local line
	for line in "-j frob" "frob -j" "frob --json" "--frob list -j" "list --frob --pretty" "list -xj" "-x -p" \
		"list --arch nope -j" "info -j" "-dj:j info -j"; do
		# shellcheck disable=SC2086
		run --separate-stderr tsmctl $line
		assert_failure
		assert_json '.schema == "tsmctl/1" and .backend == "kernel" and (has("data") | not)'
		assert_json '(.error | keys) == ["class","code","exit","hint","kernel","message","object","tsm_code","uncertain"]'
		[[ $(wc -l <<<"$stderr") -eq 1 && $stderr == "tsmctl: "* ]] || fail "$line: not one line: $stderr"
		# shellcheck disable=SC2086
		run --separate-stderr tsmctl -q $line
		assert_failure
		assert_equal "$stderr" ""
	done
	run --separate-stderr tsmctl list -- -j
	assert_failure 2
	refute_output
}

@test "arguments with hostile bytes are shown escaped, and the document stays valid" {
	run --separate-stderr tsmctl $'frob\e[31m\xff\n"\\'
	assert_failure 2
	[[ $stderr != *$'\e'* && $stderr != *$'\xff'* ]]
	run --separate-stderr tsmctl -jq $'frob\e[31m\xff\n"\\'
	assert_failure 2
	assert_json '.error.message | startswith("unknown command")'
	run --separate-stderr tsmctl list $'-\xc3\xbc' -jq
	assert_failure 2
	assert_json '.error.code == "USAGE"'
	run --separate-stderr tsmctl list "--$(printf 'x%.0s' {1..5000})" -jq
	assert_failure 2
	assert_json '.error.message | startswith("unknown option --xxx")'
}

@test "the simulated kernel says so on standard error and in the document, --quiet leaves the latter" {
	run --separate-stderr tsmctl --sim list
	assert_success
	[[ $stderr == *"simulated kernel (cca); nothing on this machine is touched"* ]]
	run --separate-stderr tsmctl --sim=tdx list -j
	assert_json '.backend == "sim"'
	[[ $stderr == *"simulated kernel (tdx)"* ]]
	TSMCTL_SIM=sev run --separate-stderr tsmctl list -j
	assert_json '.backend == "sim"'
	[[ $stderr == *"simulated kernel (sev)"* ]]
	TSMCTL_SIM=sev run --separate-stderr tsmctl --sim=cca list -q -j
	assert_json '.backend == "sim" and .data.tsms[0].arch == "cca"'
	assert_equal "$stderr" ""
	TSMCTL_SIM='' run --separate-stderr tsmctl list -j
	assert_json '.backend == "kernel"'
}

@test "output that cannot be written fails the command" {
	local line
	for line in "list" "list -j" "--version" "help" "completion bash" "schema"; do
		# shellcheck disable=SC2016
		run bash -c '"$TSMCTL_BIN" -q --sim '"$line"' 2>&1 >/dev/full'
		assert_failure 1
		assert_output --partial ENOSPC
		# shellcheck disable=SC2016
		run bash -c '"$TSMCTL_BIN" -q --sim '"$line"' 2>&1 >&-'
		assert_failure 1
		assert_output --partial EBADF
	done
}

@test "a closed pipe ends the command as SIGPIPE does, without a word" {
	# shellcheck disable=SC2016
	run bash -c '{ sleep 0.2; "$TSMCTL_BIN" help -j; echo "status $?" >&2; } 2>&1 >&3 | cat; exit' 3> >(exec true)
	assert_output "status 141"
	# The same status where nothing may kill it.
	run bash -c '{ sleep 0.2; env --block-signal=PIPE "$TSMCTL_BIN" help -j; echo "status $?" >&2; } 2>&1 >&3 | cat; exit' 3> >(exec true)
	assert_output "status 141"
}

@test "closed standard streams are survived" {
	# shellcheck disable=SC2016
	run --separate-stderr bash -c '"$TSMCTL_BIN" --sim list -j <&- 2>&-'
	assert_success
	assert_json '.backend == "sim"'
	# shellcheck disable=SC2016
	run --separate-stderr bash -c '"$TSMCTL_BIN" --sim set-state run -d 01:00.0 <&-'
	assert_failure 2
	[[ $stderr == *--yes* ]]
}

@test "a change is refused without a terminal and without --yes, in JSON even on a terminal" {
	run --separate-stderr tsmctl --sim -d 0000:01:00.0 set-state locked
	assert_failure 2
	refute_output
	[[ $stderr == *--yes* ]]
	run script -qec "'$TSMCTL_BIN' --sim -q -j -d 0000:01:00.0 set-state locked" /dev/null </dev/null
	assert_failure 2
	assert_output --partial '"class":"usage"'
}

@test "a change asks on a terminal: only yes is yes" {
	local answer
	for answer in n '' yep Y\ es; do
		run script -qec "'$TSMCTL_BIN' --sim -q -d 0000:01:00.0 set-state locked" /dev/null <<<"$answer"
		assert_failure 1
		assert_output --partial '[y/N]'
		assert_output --partial 'not sent'
		assert_output --partial '0000:01:00.0'
	done
	run script -qec "'$TSMCTL_BIN' --sim -q -d 0000:01:00.0 set-state locked" /dev/null <<<"Yes"
	assert_success
	assert_output --partial '[y/N]'
}

# The lines of a command on a terminal of that many columns. Usage: on_terminal COLUMNS ARGUMENTS...
on_terminal()
{
	script -qec "stty cols $1; '$TSMCTL_BIN' --sim -q ${*:2}" /dev/null <<<n | tr -d '\r'
}

@test "sentences fit the terminal, narrow or wide: errors, questions, fields; a pipe gets the message on one line" {
	local line
	for line in '-d 0000:01:00.0 set-state run' '-y -d 0000:01:00.0 set-state run' '-d 0000:09:00.0 info' \
		'-d 0000:01:00.0 validate-mmio 0x1000 +0x1000 0x2000' '-d 0000:01:00.0 info'; do
		run on_terminal 40 "$line"
		# A word that is longer stands on a line of its own; tables are as wide as they are.
		run awk 'length > 40 && !/^ *[^ ]+$/ && !/ [0-9]+ B |y\/N/' <<<"$output"
		assert_equal "$line: $output" "$line: "
		run on_terminal 20 "$line"
		((${#lines[@]} > 3)) || fail "not folded: $line: $output"
		run on_terminal 400 "$line"
		((${#lines[@]} <= 12)) || fail "folded: $line: $output"
	done
	run --separate-stderr tsmctl --sim -q -y -d 0000:01:00.0 set-state run
	[[ ${stderr_lines[0]} == "tsmctl: 0000:01:00.0: set-state: the TSM refused, or could not reach the device (ENXIO)" ]]
}

@test "a change that succeeds is silent, and tells its result with --verbose" {
	run tsmctl --sim -q -y -d 0000:01:00.0 set-state locked
	assert_success
	refute_output
	run tsmctl --sim -q -y -v -d 0000:01:00.0 set-state run
	assert_success
	assert_output --partial RUN
}

@test "raw bytes do not go to a terminal" {
	run script -qec "'$TSMCTL_BIN' --sim -q -d 0000:01:00.0 read-object vca --raw" /dev/null
	assert_failure 2
	assert_output --partial '-o FILE'
	run script -qec "'$TSMCTL_BIN' --sim -q -d 0000:01:00.0 read-object vca --raw --force" /dev/null
	assert_success
	# shellcheck disable=SC2016
	run bash -c '"$TSMCTL_BIN" --sim -q -d 0000:01:00.0 read-object vca --raw | xxd -p | tr -d "\n"'
	assert_success
	local raw=$output
	run --separate-stderr tsmctl --sim -q -d 0000:01:00.0 read-object vca -j
	# shellcheck disable=SC2016
	assert_json '.data.bytes == $raw and ($raw | length) > 0' --arg raw "$raw"
}

@test "--dry-run shows the calls not made, as text and as a document" {
	run --separate-stderr tsmctl --sim -q -n -d 0000:01:00.0 set-state run
	assert_success
	assert_output --partial 'nothing was sent'
	assert_output --partial '0x3b96'
	assert_output --partial SET_TDI_STATE
	run --separate-stderr tsmctl --sim -q -j -n -d 0000:01:00.0 set-state run
	assert_success
	assert_json '.command == "set-state" and .data.dry_run == true'
	assert_json '.data.calls | map(select(.op == "SET_TDI_STATE")) | length == 1'
	assert_json '.data.calls[-1] | (.bytes | length) == 96 and .nr == "0x3b96" and .payload == "02000000"'
	assert_json '.data.calls[-1] | .kind == "ioctl" and .payload_assumed == false'
}

@test "a dry run of a command that only looks is that command" {
	local plain
	plain=$(tsmctl --sim -q -j list)
	run --separate-stderr tsmctl --sim -q -j -n list
	assert_success
	assert_equal "$output" "$plain"
}

@test "colour only where it is asked for or on a terminal that shows it" {
	local esc=$'\e['
	run tsmctl --sim -q doctor
	refute_output --partial "$esc"
	run tsmctl --sim -q doctor --color always
	assert_output --partial "$esc"
	NO_COLOR=1 run tsmctl --sim -q doctor --color always
	assert_output --partial "$esc"
	run script -qec "'$TSMCTL_BIN' --sim -q doctor" /dev/null
	assert_output --partial "$esc"
	NO_COLOR='' run script -qec "'$TSMCTL_BIN' --sim -q doctor" /dev/null
	assert_output --partial "$esc"
	NO_COLOR=1 run script -qec "'$TSMCTL_BIN' --sim -q doctor" /dev/null
	refute_output --partial "$esc"
	TERM=dumb run script -qec "'$TSMCTL_BIN' --sim -q doctor" /dev/null
	refute_output --partial "$esc"
	run script -qec "'$TSMCTL_BIN' --sim -q doctor --color never" /dev/null
	refute_output --partial "$esc"
	run script -qec "'$TSMCTL_BIN' --sim -q doctor -j --color always" /dev/null
	refute_output --partial "$esc"
}
