#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# What users of command-line tools expect, and what hardly any tool has all of: a test for each expectation.
# shellcheck disable=SC2154 # run sets status, output and stderr

load helper

@test "--help is on standard output, with status 0" {
	local line
	for line in --help -h help 'list --help' 'help list'; do
		# shellcheck disable=SC2086
		run --separate-stderr tsmctl $line
		assert_success
		assert_output --partial 'Usage: tsmctl'
		assert_equal "$line: $stderr" "$line: "
	done
}

@test "an unknown option or command is told on standard error, with a status that is not 0" {
	local line
	for line in --frob 'list --frob' -X frob 'help frob' 'completion frob'; do
		# shellcheck disable=SC2086
		run --separate-stderr tsmctl $line
		assert_failure
		assert_equal "$line: $output" "$line: "
		[[ $stderr == "tsmctl: "*frob* || $stderr == "tsmctl: "*-X* ]] || fail "$line: $stderr"
	done
}

@test "a usage error has a status of its own" {
	local line
	for line in --frob frob 'list --json=1' 'list more' --device info '-d nonsense info' '--arch=arm list'; do
		# shellcheck disable=SC2086
		run tsmctl --sim $line
		assert_equal "$line: $status" "$line: 2"
	done
	# No other failure has it.
	run tsmctl --sim -d 0000:09:00.0 info
	assert_failure 4
	run tsmctl --sim -y -d 0000:01:00.0 sev-dma enable
	assert_failure 5
	run tsmctl --sim -d 0000:02:00.0 info report
	[[ $status -ne 2 ]]
}

@test "an error in JSON mode is valid JSON" {
	local line
	for line in --frob frob '-d 0000:09:00.0 info' '-y -d 0000:01:00.0 sev-dma enable' '-d 0000:01:00.0 set-state run' \
		'list --columns nonsense' '-d 0000:01:00.0 read-object nonsense' '--sim=/nonexistent.json list' 'help frob'; do
		# shellcheck disable=SC2086
		run --separate-stderr tsmctl --sim -j $line
		[[ $line == list* ]] || assert_failure
		assert_json '.schema == "tsmctl/1" and (has("error") or .command == "list")'
		((status == 0)) || assert_json '.error | (.message | length) > 0 and .exit > 0'
	done
}

@test "nothing found is an empty list in JSON, with status 0" {
	local empty
	empty=$(scenario empty '{"devices_only": true, "devices": []}')
	run_json "$empty" list
	assert_success
	assert_json '.data.devices == []'
	run_json cca -d 0000:02:00.0 info
	assert_success
	assert_json '.data.objects == []'
}

@test "a write error is a failure" {
	local line
	for line in --help --version list 'list -j' doctor schema 'completion zsh' '-d 0000:01:00.0 read-object report --raw'; do
		run bash -c "'$TSMCTL_BIN' --sim -q $line >/dev/full"
		assert_failure
		assert_output --partial ENOSPC
	done
}

@test "a closed pipe is a quiet death by SIGPIPE" {
	local line
	for line in --help list schema; do
		run bash -c "{ sleep 0.3; '$TSMCTL_BIN' --sim -q $line; echo \$? >&3; } 3>&1 1> >(exec true)"
		assert_output 141
	done
}

@test "global options stand also behind the command" {
	local before
	before=$(tsmctl --sim -q -j -d 0000:01:00.0 info)
	run --separate-stderr tsmctl info -j -d 0000:01:00.0 --sim -q
	assert_success
	assert_equal "$output" "$before"
	run --separate-stderr tsmctl --sim info -q -d 0000:01:00.0 report --json
	assert_success
	assert_json '.data.objects | length == 1'
}

@test "help needs no support of the kernel and no right" {
	local line
	skip_emulated
	for line in --help help 'help info' --version schema 'completion bash'; do
		# shellcheck disable=SC2086
		run traced -f -e trace=openat,open,socket,ioctl -o calls "$TSMCTL_BIN" $line
		assert_success
		run grep -E '/dev/|/sys/|AF_NETLINK|/proc/[0-9]' calls
		refute_output
	done
}

setup()
{
	cd "$BATS_TEST_TMPDIR" || return
}

@test "NO_COLOR is heard" {
	run script -qec "'$TSMCTL_BIN' --sim -q doctor" /dev/null
	assert_output --partial $'\e['
	NO_COLOR=1 run script -qec "'$TSMCTL_BIN' --sim -q doctor" /dev/null
	refute_output --partial $'\e['
	assert_output --partial /dev/iommu
}

@test "every document carries the version of its schema" {
	local line
	for line in list doctor help schema --version '-d 0000:01:00.0 info' frob; do
		# shellcheck disable=SC2086
		run --separate-stderr tsmctl --sim -q -j $line
		assert_json '.schema == "tsmctl/1"'
	done
}

# A section of the manual page as text.
section()
{
	lowdown -s -t man --out-no-smarty "$TSMCTL_SOURCE/docs/tsmctl.1.md" | mandoc -T utf8 | col -bx |
		awk -v name="$1" '/^[A-Z]/ { inside = $0 == name } inside'
}

@test "the manual has the exit statuses" {
	local status
	run section 'EXIT STATUS'
	for status in {0..8}; do
		assert_line --regexp "^ +$status( |\$)"
	done
}

@test "the manual has the environment" {
	run section ENVIRONMENT
	# Every variable that the program reads.
	local name
	while read -r name; do
		assert_line --regexp "^ +$name\$"
	done < <(grep -rhoE 'getenv\("[A-Z_]+"\)' "$TSMCTL_SOURCE/src" | grep -oE '[A-Z_]{4,}' | sort -u)
}

# The files that the examples of the manual name.
make_example_files()
{
	printf '%064d' 0 | xxd -r -p >nonce.bin
	tsmctl --sim -q -d 0000:01:00.0 save evidence >/dev/null
	cp evidence/measurements.bin meas.bin
	cp evidence/vca.bin vca.bin
	cp "$TSMCTL_SOURCE/data/root.pem" vendor-root.pem
	echo '{}' >policy.json
	echo list >commands
	cat >monitor.json <<-'END'
		{"events": [{"after_ms": 1, "event": "tsm_remove"}, {"after_ms": 2, "event": "tsm_add"},
		            {"after_ms": 3, "event": "unbind", "device": "0000:01:00.0"},
		            {"after_ms": 4, "event": "bind", "device": "0000:01:00.0"}]}
	END
}

@test "the manual has examples, and each of them works" {
	local line joined='' count=0 sim
	make_example_files
	while IFS= read -r line; do
		joined+=${line#    }
		if [[ $line == *'|' || $line == *\\ ]]; then
			joined=${joined%\\}
			continue
		fi
		# Told to be about the simulated kernel; no example asks, as nobody would answer.
		case $joined in
		*' monitor '*) sim=./monitor.json ;;
		*--replay*) sim='' ;;
		*) sim=cca ;;
		esac
		joined=$(sed -E 's/ (regen|verify) / --yes \1 /' <<<"$joined")
		run bash -c "set -o pipefail; tsmctl() { '$TSMCTL_BIN' -q \"\$@\"; }; export TSMCTL_SIM=$sim; $joined"
		# "Differs" and "not proven" are results, too.
		case "$joined: $status" in
		*' diff '*': 1' | *' verify '*': 8') refute_line --regexp '^tsmctl: ' ;;
		*) assert_equal "$joined: $status $output" "$joined: 0 $output" ;;
		esac
		joined='' count=$((count + 1))
	done < <(awk '/^# / { inside = $2 == "EXAMPLES" } inside && /^    /' "$TSMCTL_SOURCE/docs/tsmctl.1.md")
	((count >= 9)) || fail "only $count examples"
}
