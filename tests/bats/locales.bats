#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# The user's language changes no word, no number and no comparison; a character set that is not UTF-8 shows no byte of it.
# shellcheck disable=SC2154 # run sets status, output and stderr

load helper

readonly TDI=0000:01:00.0

# Locales are made from their sources, because one that is not installed is silently "C". readline sets the locale of the
# shell; that of every other command is set by a library, since tsmctl itself never does.
setup_file()
{
	export LOCPATH=$BATS_FILE_TMPDIR
	localedef -i tr_TR -f UTF-8 "$LOCPATH/tr_TR.UTF-8"
	localedef -i tr_TR -f ISO-8859-9 "$LOCPATH/tr_TR.ISO-8859-9"
	localedef -i de_DE -f UTF-8 "$LOCPATH/de_DE.UTF-8"
	cc -shared -fPIC -o "$LOCPATH/set.so" -x c - <<-'END'
		#include <locale.h>
		#include <stdlib.h>
		__attribute__((constructor)) static void set(void)
		{
			if (!setlocale(LC_ALL, ""))
				abort();
		}
	END
}

# Runs tsmctl in a locale that is in force. Usage: in_locale NAME ARGUMENTS...
in_locale()
{
	LC_ALL=$1 timeout 60 env LD_PRELOAD="$LOCPATH/set.so" "$TSMCTL_BIN" --sim -q "${@:2}"
}

@test "the locales are what they should be" {
	local word=title
	LC_ALL=tr_TR.UTF-8 run bash -c "word=$word; echo \${word^^}"
	assert_output 'TİTLE'
	for locale in tr_TR.UTF-8 tr_TR.ISO-8859-9 de_DE.UTF-8; do
		LC_ALL=$locale run locale decimal_point
		assert_output ','
	done
	LC_ALL=tr_TR.ISO-8859-9 run locale charmap
	assert_output ISO-8859-9
}

readonly COMMANDS=("list" "info -d 01:00.0" "info -d 01:00.0 -j" "read-object -d 01:00.0 REPORT" "doctor -j" "help"
	"read-object -d 01:00.0 measurements -p" "read-object -d 01:00.0 cert" "INFO" "info -d 01:00.0 --TRACE" "lıst"
	"info -d 0000:01:00.0 --columns SIZE,DIGITS" "info -d 0000:01:00.0 --columns SIZE,Object,source,slot"
	"list --columns DEVICE,DRIVER,TSM" "list --columns device,driver" "info -d 10000:E1:1F.7" "-n -d 01:00.0 set-state RUN"
	"monitor --interval 0,5" "monitor --interval 0.5 --timeout 0.6" "monitor --timeout 1.5e0" "diff 01:00.0 01:00.1 -j"
	"-d 01:00.0 -n -y validate-mmio 0XABCDE000 +0x1000 0xFEDCB000 -j"
	"verify --root $TSMCTL_SOURCE/data/root.pem --at 2026-12-01 --certs $TSMCTL_SOURCE/data/spdm-chain.bin -j")

@test "every command says in Turkish and German what it says in English" {
	[[ $TSMCTL_SANITIZED == 0 && -z ${TSMCTL_EMULATED-} ]] || skip "no library can be put before it"
	local line locale said
	for line in "${COMMANDS[@]}"; do
		# shellcheck disable=SC2086
		said=$(sim cca $line 2>&1) || said+=" status $?"
		for locale in C tr_TR.UTF-8 tr_TR.ISO-8859-9 de_DE.UTF-8; do
			# shellcheck disable=SC2086
			run in_locale $locale $line
			((status == 0)) || output+=" status $status"
			[[ $line != lıst ]] || output=${output//\\u\{0131\}/ı}
			assert_equal "$locale: $line: $output" "$locale: $line: $said"
		done
	done
}

@test "where the locale is not UTF-8 no byte is written that its terminals could take for a control" {
	local certificate=$BATS_TEST_TMPDIR/certificate name='Û31mred Å é 漢' line locale
	# In ISO-8859 the second byte of the first letter, C3 9B, begins an escape sequence, and with C2 85 a new line begins.
	openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout /dev/null -utf8 -subj "/CN=$name"$'\u85' \
		-outform DER -out "$certificate" 2>/dev/null
	for locale in C POSIX tr_TR.ISO-8859-9; do
		for line in "read-object cert --from $certificate" "list --tree" "Û31m" "-d Û31m info" "list --columns Û" \
			"-d 01:00.0 read-object vca -o /no/Û31m" "--record /no/Û31m list" "--sim=Û31m.json list" \
			"verify --certs Û31m"; do
			# shellcheck disable=SC2086
			LC_ALL=$locale TSMCTL_SIM=cca run tsmctl $line
			! LC_ALL=C grep -q $'[\x80-\xff]' <<<"$output" || fail "$locale: $line: $output"
			[[ $line == "list --tree" || $output == *'\u{00db}'* ]] || fail "$locale: $line: $output"
		done
		# A document is for programs, and UTF-8 as JSON demands.
		LC_ALL=$locale run_json cca read-object cert --from "$certificate"
		# shellcheck disable=SC2016 # a variable of jq
		assert_json '.data.decoded.certificates[0].x509.subject | contains($name + "\\u{0085}")' --arg name "$name"
	done
	run sim cca read-object cert --from "$certificate"
	assert_output --partial "CN=$name\\u{0085}"
}
