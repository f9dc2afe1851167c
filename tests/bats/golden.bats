#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# The output of each command in each format, byte for byte: tests/golden/cases says which file holds what.
# shellcheck disable=SC2154 # run sets status, output and stderr

load helper

readonly GOLDEN=$TSMCTL_SOURCE/tests/golden

setup()
{
	cd "$BATS_TEST_TMPDIR" || return
}

# The cases as "FILE ARGUMENTS", one a line.
cases()
{
	local files arguments file
	while read -r files arguments; do
		[[ -n $files && $files != '#'* ]] || continue
		for file in $(eval "echo $files"); do
			printf '%s %s\n' "$file" "$arguments"
		done
	done <"$GOLDEN/cases"
}

# The simulator is fresh for each case, and speaks of itself only in a line that all have in common.
fresh()
{
	rm -rf case
	mkdir case
	ln -s "$GOLDEN/input" "$TSMCTL_SOURCE/data" case
	status=0
	(cd case && TSMCTL_SIM=cca TSMCTL_SIM_STATE=state tsmctl "$@" >out 2>err </dev/null) || status=$?
	sed -i '/^tsmctl: simulated kernel/d' case/err
}

transcript()
{
	echo "\$ tsmctl $1"
	cat case/out
	[[ ! -s case/err ]] || { echo '--- standard error' && cat case/err; }
	((status == 0)) || echo "--- exit status $status"
}

# Puts what FILE should hold into ./actual. Usage: produce FILE 'ARGUMENTS'
produce()
{
	local -x N
	local words
	N=$(printf 'ab%.0s' {1..32})
	eval "words=($2)"
	case $1 in
	*.txt) fresh "${words[@]}" && transcript "$2" ;;
	*.json) fresh -p "${words[@]}" && cat case/out ;;
	*.hex) fresh "${words[@]}" && xxd case/out ;;
	*) fresh "${words[@]}" && cat case/out ;;
	esac | sed -E -e "s/(tsmctl |\"version\": \")$VERSION/\1VERSION/" \
		-e 's/(^|"time": ")[0-9-]{10}T[0-9:.]{12}Z/\1TIME/' -e 's/OpenSSL [0-9][^"]*/OpenSSL VERSION/' >actual
}

@test "every command says in every format what it has always said" {
	local file arguments differing=''
	VERSION=$(tsmctl --version | sed 's/tsmctl //; s/\./\\./g')
	while read -r file arguments; do
		[[ $file != @(verify|doctor)* ]] || built_with verify || continue
		produce "$file" "$arguments"
		[[ $file != *.json ]] || jq -c 'if type == "array" then .[] else . end' case/out >>documents
		if [[ ${TSMCTL_GOLDEN-} == write ]]; then
			cp actual "$GOLDEN/$file"
		elif ! diff -u --label "tests/golden/$file" --label "tsmctl $arguments" "$GOLDEN/$file" actual; then
			differing+=" $file"
		fi
	done < <(cases)
	[[ -z $differing ]] || fail "not as it was:$differing"
}

@test "every command has a help, an output and an error among the cases; no file is left over" {
	local command have
	have=$'\n'$(cases | cut -d ' ' -f 1)$'\n'
	while read -r command; do
		for part in "help-$command.txt" "$command-error.txt" "$command-error.json"; do
			[[ $have == *$'\n'"$part"$'\n'* ]] || fail "no $part"
		done
		[[ $have =~ $'\n'"$command"(-[a-z-]*)?\.(txt|bash) ]] || fail "no output of $command"
	done < <(tsmctl help -j | jq -r '.data.commands[].name')
	assert_equal "$(cd "$GOLDEN" && find . -maxdepth 1 -type f ! -name cases -printf '%f\n' | sort)" \
		"$(cases | cut -d ' ' -f 1 | sort)"
}
