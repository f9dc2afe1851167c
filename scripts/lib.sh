# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
# shellcheck disable=SC2034 # the scripts that source this use its variables
#
# Sourced by the scripts beside it.

readonly BUILD_PACKAGES=(cmake gcc libc6-dev make pkg-config libnl-3-dev libnl-genl-3-dev libjson-c-dev libreadline-dev libssl-dev
	lowdown)
readonly TEST_PACKAGES=(bats bats-assert bats-support bsdextrautils faketime fish jq libcap2-bin libcmocka-dev locales
	mandoc openssl python3-jsonschema strace tmux valgrind xxd zsh)
readonly PACKAGE_PACKAGES=(debootstrap dpkg-dev file lintian)
# To build a kernel and to boot it.
readonly LAB_PACKAGES=(bc bison busybox-static cpio flex gcc gojq libc6-dev libelf-dev libssl-dev make qemu-system-x86
	strace xz-utils)
# To measure, and the peers to compare with.
readonly BENCH_PACKAGES=(bpftool cpio ethtool iproute2 ndctl nvme-cli python3 strace time util-linux valgrind)

# Runs a command whose output matters only if it fails.
quietly() {
	local log status=0
	log=$(mktemp)
	"$@" >"$log" 2>&1 </dev/null || status=$?
	if ((status != 0)); then
		cat "$log" >&2
		echo "failed with status $status: $*" >&2
	fi
	rm -f "$log"
	return "$status"
}

as_root() {
	if ((EUID == 0)); then
		"$@"
	else
		sudo "$@"
	fi
}

# Installs those of the given Debian packages that are missing.
ensure_packages() {
	local package missing=()
	for package in "$@"; do
		dpkg-query -W -f '${db:Status-Status}\n' "$package" 2>/dev/null | grep -qx installed || missing+=("$package")
	done
	((${#missing[@]} > 0)) || return 0
	echo "installing: ${missing[*]}"
	quietly as_root apt-get update
	quietly as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "${missing[@]}"
}

# Installs libraries of another architecture beside the native ones. Usage: ensure_foreign ARCHITECTURE PACKAGE...
ensure_foreign() {
	local architecture=$1
	shift
	dpkg --print-foreign-architectures | grep -qx "$architecture" || as_root dpkg --add-architecture "$architecture"
	ensure_packages "${@/%/:$architecture}"
}

# build DIRECTORY CMAKE-ARGUMENT...
build() {
	local directory=$1
	shift
	quietly cmake -S . -B "$directory" "$@"
	quietly cmake --build "$directory" --parallel "$(nproc)"
}
