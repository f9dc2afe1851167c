# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh
# Evidence from the older family, pci-tsm: no lengths, no generations, no refresh.
# shellcheck source=tests/kernel/guest/evidence.sh
. /guest/evidence.sh

module tsmlab_evidence family=pci-tsm
sample_evidence pci-tsm
big_objects pci-tsm
broken_dumps pci-tsm
ok "pci-tsm cannot refresh" fails 5 '.error.class == "unsupported"' -d $F -y regen measurements
ok "pci-tsm cannot accept" fails 5 '.error.class == "unsupported"' -d $F -y accept-generation 1
plan
