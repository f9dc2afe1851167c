# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh
# In the kernel lab: one object of 16 MiB from the family device-evidence to a file. Prints "# NAME NUMBER" lines.
# shellcheck source=tests/kernel/guest/lib.sh
. /guest/lib.sh

SIZE=16777216
ROUNDS=20

# The file, complete, and nothing else.
reads_it_all() {
	rm -f /tmp/object
	exits 0 -q -d $F --source netlink read-object cert -o /tmp/object && cmp /tmp/object /tmp/big
}

# Its own file has the headers of the messages too.
lean_reads_it_all() {
	lean-reader $F 0 /tmp/lean && [ "$(wc -c </tmp/lean)" -gt $SIZE ]
}

counts_instructions() {
	rm -f /tmp/object
	VALGRIND_LIB=/tmp VALGRIND_LAUNCHER=/bin/callgrind callgrind --quiet --callgrind-out-file=/tmp/callgrind \
		/bin/tsmctl -q -d $F --source netlink read-object cert -o /tmp/object || return
	echo "# instructions $(sed -n 's/^\(summary\|totals\): //p' /tmp/callgrind | head -n 1)"
}

module tsmlab_tsm functions=$F,$G
module tsmlab_evidence
head -c $SIZE /dev/urandom >/tmp/big
connect $F
cat /tmp/big >$LAB/objects/cert0

ok "tsmctl reads it" reads_it_all
ok "the lean reader reads it" lean_reads_it_all
ok "the race" race $ROUNDS \
	tsmctl /tmp/object "tsmctl -q -d $F --source netlink read-object cert -o /tmp/object" \
	lean /tmp/lean "lean-reader $F 0 /tmp/lean" \
	tsmctl_empty /tmp/object "tsmctl -q -d $F --source netlink read-object cert:7 -o /tmp/object" \
	lean_empty /tmp/lean "lean-reader $F 7 /tmp/lean" \
	start /tmp/none "tsmctl --version"
grep '^#' /tmp/ok.out
ok "instructions" counts_instructions
grep '^#' /tmp/ok.out
plan
